"""The samples with the greatest loss, worst first: number, loss, what is right, what the network says."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from twostroke.engine.border.snapshot import DataView, Scores
from twostroke.gui.look.class_marks import class_icon, even_icon
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.theme import Palette
from twostroke.gui.model.answers import labels
from twostroke.gui.model.numbers import number
from twostroke.gui.model.user_text import tip
from twostroke.gui.panels.base.cells import NOWHERE, Index
from twostroke.gui.panels.base.lists import HEAD, make_list
from twostroke.gui.panels.output.samples import grey_picture, right_answer

Role = Qt.ItemDataRole
ROW, PICTURE = 21, 18
MARK = QSize(12, 12)
ROWS = 8  # in sight; beyond, the table scrolls
SAMPLE, LOSS, TARGET, ANSWER = range(4)  # columns


@dataclass(frozen=True, eq=False)
class Worst:
    """Rows of one part of the data, the greatest loss first."""

    data: DataView
    test: bool
    scores: Scores
    rows: NDArray[np.intp]

    @property
    def heads(self) -> tuple[str, ...]:
        """Names of the columns."""
        return ("row", "loss", "true", "predicted") if self.scores.predicted is not None else (
            "row", "loss", "target", "output"
        )  # fmt: skip

    def kind(self, row: int, column: int) -> int | None:
        """The class that a cell names."""
        if self.scores.predicted is None or column not in (TARGET, ANSWER):
            return None
        return int((labels(self.data, self.test) if column == TARGET else self.scores.predicted)[row])

    def text(self, row: int, column: int) -> str:
        """What a cell says."""
        if column == SAMPLE:
            return str(row)
        if column == LOSS:
            return number(float(self.scores.losses[row])) if self.scores.losses is not None else ""
        if column == TARGET:
            return self._answer(labels(self.data, self.test)[row])
        if self.scores.predicted is not None:
            return self._answer(self.scores.predicted[row])
        return "" if self.scores.output is None else self._answer(self.data.values(self.scores.output[row]))

    def _answer(self, answer: Any) -> str:
        """The name of a class, or values."""
        if self.scores.predicted is not None:
            return right_answer(self.data, answer)
        return ", ".join(number(float(value)) for value in np.atleast_1d(answer))

    def told(self, row: int) -> str:
        """All of a row in one line."""
        part = "Test" if self.test else "Training"
        figures = ", ".join(f"{head} {self.text(row, column)}" for column, head in enumerate(self.heads) if column)
        return f"{part} sample {row}: {figures}"


class WorstModel(QAbstractTableModel):
    """A row a sample, with its picture where it is one."""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self.palette_ = palette
        self.worst: Worst | None = None
        self._brightest = 1.0

    def show_samples(self, worst: Worst | None) -> None:
        """Show these; where they are as many as before, only what stands in the cells is touched."""
        before, self.worst = self.worst, worst
        if before is not None and worst is not None and self._alike(before, worst):
            if len(worst.rows):
                self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, ANSWER)
                self.dataChanged.emit(self.index(0, 0), self.index(len(worst.rows) - 1, ANSWER))
            return
        self.beginResetModel()
        if worst is not None and worst.data.info.image:
            self._brightest = float(worst.data.train_raw.max(initial=0.0))
        self.endResetModel()

    def _alike(self, before: Worst, worst: Worst) -> bool:
        return before.data is worst.data and before.test == worst.test and len(before.rows) == len(worst.rows)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """A row a sample."""
        return 0 if parent.isValid() or self.worst is None else len(self.worst.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Number, loss, target, answer."""
        return 0 if parent.isValid() else ANSWER + 1

    def headerData(self, section: int, way: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Names of the columns."""
        if way is not Qt.Orientation.Horizontal or self.worst is None:
            return None
        return self.worst.heads[section] if role == Role.DisplayRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Numbers, names with the marks of their classes."""
        if self.worst is None or not index.isValid():
            return None
        row, column = int(self.worst.rows[index.row()]), index.column()
        if role == Role.DisplayRole:
            return self.worst.text(row, column)
        if role == Role.DecorationRole:
            return self._mark(row, column)
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            return tip(self.worst.told(row))
        if role == Role.TextAlignmentRole:
            flag = Qt.AlignmentFlag
            side = flag.AlignRight if self.worst.kind(row, column) is None else flag.AlignLeft
            return side | flag.AlignVCenter
        return None

    def _mark(self, row: int, column: int) -> Any:
        assert self.worst is not None
        kind, shape = self.worst.kind(row, column), self.worst.data.info.image
        if kind is not None:
            return class_icon(kind, self.palette_)
        if column != SAMPLE or shape is None:
            return None
        raw = self.worst.data.test_raw if self.worst.test else self.worst.data.train_raw
        image = grey_picture(raw[row].reshape(shape), self.palette_, self._brightest)
        return even_icon(QPixmap.fromImage(image.scaled(PICTURE, PICTURE)))


class WorstTable(Dressed, QTableView):
    """`picked` carries whether a sample is one of the test part, and its row there."""

    picked = Signal(bool, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.samples = WorstModel(self.palette_)
        self.setModel(self.samples)
        make_list(self, "The samples with the greatest loss", ROW)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(SAMPLE, QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(LOSS, QHeaderView.ResizeMode.Fixed)
        self.clicked.connect(self._pick)
        self.activated.connect(self._pick)

    def recolour(self) -> None:
        """Marks and pictures are painted in the theme's colours."""
        self.samples.palette_ = self.palette_
        self.viewport().update()
        super().recolour()

    def show_samples(self, worst: Worst | None, chosen: int | None) -> None:
        """List these, with the row `chosen` of the part marked where it is among them."""
        self.samples.show_samples(worst)
        self._fit(worst)
        places = np.flatnonzero(worst.rows == chosen) if worst is not None and chosen is not None else np.zeros(0)
        if not len(places):
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        else:
            self.selectRow(int(places[0]))
        rows = min(max(self.samples.rowCount(), 1), ROWS)
        self.setFixedHeight(HEAD + rows * ROW + 2 * self.frameWidth())

    def _fit(self, worst: Worst | None) -> None:
        """Numbers as wide as they are; names and values share the rest."""
        rows, measure = [] if worst is None else worst.rows.tolist(), self.fontMetrics().horizontalAdvance
        picture = worst is not None and worst.data.info.image is not None
        self.setIconSize(QSize(PICTURE, PICTURE) if picture else MARK)
        for column, more in ((SAMPLE, PICTURE + 6 if picture else 0), (LOSS, 0)):
            texts = [worst.text(row, column) for row in rows] if worst is not None else []
            widest = max(map(measure, (*texts, "loss")))
            self.setColumnWidth(column, widest + more + 10)

    def _pick(self, index: QModelIndex) -> None:
        worst = self.samples.worst
        if worst is not None and index.isValid():
            self.picked.emit(worst.test, int(worst.rows[index.row()]))
