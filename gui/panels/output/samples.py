"""The samples of one part of the data to choose from: a gallery where they are pictures, else a table of raw values."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QListView,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from twostroke.engine.border.snapshot import DataView
from twostroke.gui.look.colour import rgb
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.theme import Palette
from twostroke.gui.model.given_sample import raw_names
from twostroke.gui.model.numbers import plain
from twostroke.gui.model.user_text import one_line, short, tip
from twostroke.gui.panels.base.cells import NOWHERE, Index
from twostroke.gui.panels.base.widgets import small_font

HEIGHT = 190
THUMB, ROUND = 32, 3
"""Pixels of a picture in the gallery, and around it."""

ROW = 20


@dataclass(frozen=True, eq=False)
class Listed:
    """Samples of one part, as `rows` of it, with the class that each is taken for where there are classes."""

    data: DataView
    test: bool
    rows: NDArray[np.intp]
    predicted: NDArray[np.int64] | None = None  # of all samples of the part

    @property
    def raw(self) -> NDArray[np.floating[Any]]:
        """All samples of the part in raw units."""
        return self.data.test_raw if self.test else self.data.train_raw

    @property
    def label(self) -> NDArray[Any]:
        """What is right for all of them."""
        return self.data.test_label if self.test else self.data.train_label

    def same_table(self, other: "Listed | None") -> bool:
        """Whether the other lists the same samples in the same columns."""
        if other is None or self.data is not other.data or self.test != other.test:
            return False
        if (self.predicted is None) != (other.predicted is None):
            return False
        return self.rows is other.rows or np.array_equal(self.rows, other.rows)


def right_answer(data: DataView, label: Any) -> str:
    """What is right for a sample: the name of its class, or its value or values."""
    if data.info.task != "regression":
        return short(data.class_names[int(label)]) if data.class_names else str(int(label))
    return ", ".join(plain(float(value)) for value in np.atleast_1d(label))


def grey_picture(pixels: NDArray[np.floating[Any]], palette: Palette, brightest: float) -> QImage:
    """`pixels` (rows, columns) from 0, as dark as the ground, to `brightest`."""
    low, high = np.array(rgb(palette.background)), np.array(rgb(palette.text))
    share = np.clip(pixels / max(brightest, 1e-9), 0.0, 1.0)[..., None]
    colours = np.full((*pixels.shape, 4), 255, dtype=np.uint8)
    colours[..., :3] = np.rint(low + (high - low) * share)[..., ::-1]
    height, width = pixels.shape
    return QImage(colours.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


class SampleModel(QAbstractTableModel):
    """Rows of raw values, then what is right and what is predicted; the first column has the picture where there is
    one."""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self.listed: Listed | None = None
        self.palette_ = palette
        self._names: tuple[str, ...] = ()
        self._brightest = 1.0

    def show_samples(self, listed: Listed) -> None:
        """Show these; where only predictions have changed, nothing else is touched."""
        before, self.listed = self.listed, listed
        if listed.same_table(before):
            last = self.columnCount() - 1
            if before is None or before.predicted is not listed.predicted:
                self.dataChanged.emit(self.index(0, last), self.index(self.rowCount() - 1, last))
            return
        self.beginResetModel()
        if before is None or before.data is not listed.data:
            self._names = tuple(map(one_line, raw_names(listed.data)))
            self._brightest = float(listed.data.train_raw.max(initial=0.0)) if listed.data.info.image else 1.0
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """One for each sample."""
        return 0 if self.listed is None or parent.isValid() else len(self.listed.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Number, raw inputs, right answer, and the predicted one where there are classes."""
        if self.listed is None or parent.isValid():
            return 0
        return len(self._names) + 2 + (self.listed.predicted is not None)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Names of the columns."""
        if way is not Qt.Orientation.Horizontal:
            return None
        name = ("row", *self._names, "true", "predicted")[section]
        return {Qt.ItemDataRole.DisplayRole: name, Qt.ItemDataRole.ToolTipRole: tip(name)}.get(Qt.ItemDataRole(role))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What stands in a cell."""
        if self.listed is None or not index.isValid():
            return None
        row, column = int(self.listed.rows[index.row()]), index.column()
        if role == Qt.ItemDataRole.DisplayRole and not (column == 0 and self.listed.data.info.image):
            return self._text(row, column)
        if role == Qt.ItemDataRole.DecorationRole and column == 0 and self.listed.data.info.image:
            return self._picture(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self._told(row))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._told(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _text(self, row: int, column: int) -> str:
        assert self.listed is not None
        listed, inputs = self.listed, len(self._names)
        if column == 0:
            return str(row)
        if column <= inputs:
            return plain(float(listed.raw[row, column - 1]))
        if column == inputs + 1:
            return right_answer(listed.data, listed.label[row])
        assert listed.predicted is not None
        return right_answer(listed.data, listed.predicted[row])

    def _told(self, row: int) -> str:
        assert self.listed is not None
        listed = self.listed
        told = f"{'Test' if listed.test else 'Training'} sample {row}: {right_answer(listed.data, listed.label[row])}"
        if listed.predicted is None:
            return told
        return f"{told}, predicted {right_answer(listed.data, listed.predicted[row])}"

    def _picture(self, row: int) -> QPixmap:
        assert self.listed is not None
        shape = self.listed.data.info.image
        assert shape is not None
        image = grey_picture(self.listed.raw[row].reshape(shape), self.palette_, self._brightest)
        return QPixmap.fromImage(image.scaled(THUMB, THUMB))


class Thumbs(QStyledItemDelegate):
    """Paints pictures side by side, with a frame around the chosen one."""

    palette_ = Dressed.palette_

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All alike."""
        return QSize(THUMB + 2 * ROUND, THUMB + 2 * ROUND)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The picture, and a frame where it is chosen."""
        place = QRect(0, 0, THUMB, THUMB)
        place.moveCenter(option.rect.center())
        painter.drawPixmap(place, index.data(Qt.ItemDataRole.DecorationRole))
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(self.palette_.accent), 2))
            painter.drawRect(place.adjusted(-1, -1, 0, 0))


class SampleBrowser(Dressed, QWidget):
    """The samples to choose from. `picked` carries whether it is one of the test part, and its row there."""

    picked = Signal(bool, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = SampleModel(self.palette_)
        self.gallery, self.table = QListView(), QTableView()
        self.gallery.setViewMode(QListView.ViewMode.IconMode)
        self.gallery.setResizeMode(QListView.ResizeMode.Adjust)
        self.gallery.setMovement(QListView.Movement.Static)
        self.gallery.setUniformItemSizes(True)
        self.gallery.setGridSize(QSize(THUMB + 2 * ROUND, THUMB + 2 * ROUND))
        self.thumbs = Thumbs(self.gallery)
        self.gallery.setItemDelegate(self.thumbs)
        self.table.setFont(small_font(self))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(ROW)
        self.table.horizontalHeader().setDefaultSectionSize(66)
        self.table.horizontalHeader().setFont(small_font(self))
        self.table.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.table.setTabKeyNavigation(False)
        self._stack = QStackedLayout(self)
        for view, name in ((self.gallery, "Gallery of the samples"), (self.table, "Table of the samples")):
            view.setModel(self.model)
            view.setAccessibleName(name)
            view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
            view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
            view.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            view.clicked.connect(self._pick)
            view.activated.connect(self._pick)
            self._stack.addWidget(view)
        self.setFixedHeight(HEIGHT)

    def recolour(self) -> None:
        """The pictures are painted in the theme's colours."""
        self.model.palette_ = self.thumbs.palette_ = self.palette_
        self.gallery.viewport().update()
        super().recolour()

    def show_samples(self, listed: Listed, chosen: int | None) -> None:
        """List these, with the row `chosen` of the part marked where it is among them."""
        view = self.gallery if listed.data.info.image else self.table
        self._stack.setCurrentWidget(view)
        self.model.show_samples(listed)
        places = np.flatnonzero(listed.rows == chosen)
        if not len(places):
            view.clearSelection()
        elif view.currentIndex().row() != places[0] or not view.selectionModel().hasSelection():
            index = self.model.index(int(places[0]), 0)
            view.setCurrentIndex(index)
            view.scrollTo(index)

    def _pick(self, index: QModelIndex) -> None:
        listed = self.model.listed
        if listed is not None and index.isValid():
            self.picked.emit(listed.test, int(listed.rows[index.row()]))
