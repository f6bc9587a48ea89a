"""A row a class: samples, precision, recall, F1; sorted by any of them."""

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from twostroke.gui.look.class_marks import class_icon
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.theme import Palette
from twostroke.gui.model.user_text import one_line, tip
from twostroke.gui.panels.base.cells import NOWHERE, Index, alignment
from twostroke.gui.panels.base.lists import HEAD, make_list

if TYPE_CHECKING:
    from twostroke.engine.probes.per_class import ClassFigures

Role = Qt.ItemDataRole
Order = Qt.SortOrder
ROW = 20
MOST_ROWS = 12  # beyond, the table scrolls
CLASS, SAMPLES = 0, 1  # columns
HEADS = ("class", "n", "prec.", "recall", "F1")
TIPS = (
    "Click to list the samples of a class",
    "Samples of the class in this part of the data",
    "Precision: of the samples taken for the class, the share that are of it",
    "Recall: of the samples of the class, the share taken for it",
    "Harmonic mean of precision and recall",
)
NOTHING = "–"
SIGN = 20  # px of the sign of the order in a head


class ClassModel(QAbstractTableModel):
    """The classes in an order that clicks on the heads choose; that of the data at first."""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self.palette_ = palette
        self.figures: ClassFigures | None = None
        self._names: tuple[str, ...] = ()
        self._sorted = (CLASS, Order.AscendingOrder)
        self._order: list[int] = []

    def show_figures(self, figures: "ClassFigures | None", names: tuple[str, ...]) -> None:
        """Other figures, in the order that was chosen."""
        same_classes = self.rowCount() == (0 if figures is None else len(names)) and names == self._names
        if not same_classes:
            self.beginResetModel()
        self.figures, self._names = figures, names
        self._order = self._arranged()
        if same_classes:
            self._tell()
        else:
            self.endResetModel()

    def kind(self, row: int) -> int:
        """The class in a row."""
        return self._order[row]

    def row_of(self, kind: int) -> int:
        """Where a class stands."""
        return self._order.index(kind)

    def _column(self, column: int) -> np.ndarray[Any, Any]:
        assert self.figures is not None
        found = self.figures
        return (np.arange(len(found.support)), found.support, found.precision, found.recall, found.f1)[column]

    def _arranged(self) -> list[int]:
        """What is not known comes last, whichever way."""
        if self.figures is None:
            return []
        column, way = self._sorted
        values = self._column(column).astype(np.float64)
        known = np.where(np.isnan(values), np.inf, values if way is Order.AscendingOrder else -values)
        return [int(kind) for kind in np.argsort(known, kind="stable")]

    def sort(self, column: int, order: Order = Order.AscendingOrder) -> None:
        """As the head of `column` asks."""
        self._sorted = (column, order)
        self._order = self._arranged()
        self._tell()

    def _tell(self) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(HEADS) - 1))

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """All classes."""
        return 0 if parent.isValid() or self.figures is None else len(self._order)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """As HEADS."""
        return 0 if parent.isValid() else len(HEADS)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Names of the columns, and what they mean."""
        if way is not Qt.Orientation.Horizontal:
            return None
        told = {Role.DisplayRole: HEADS[section], Role.ToolTipRole: TIPS[section]}
        return alignment(section) if role == Role.TextAlignmentRole else told.get(Role(role))

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Mark and name of the class, then its figures."""
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        kind, column = self._order[index.row()], index.column()
        if role == Role.DisplayRole:
            return self._text(kind, column)
        if role == Role.DecorationRole and column == CLASS:
            return class_icon(kind, self.palette_)
        if role == Role.TextAlignmentRole:
            return alignment(column)
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            return tip(self._told(kind))
        return None

    def _text(self, kind: int, column: int) -> str:
        if column == CLASS:
            return one_line(self._names[kind])
        value = self._column(column)[kind]
        if column == SAMPLES:
            return f"{int(value):,}"
        return NOTHING if np.isnan(value) else f"{value:.3f}"

    def _told(self, kind: int) -> str:
        assert self.figures is not None
        names = ("n", "precision", "recall", "F1")
        figures = ", ".join(f"{name} {self._text(kind, column)}" for column, name in enumerate(names, start=1))
        none = "" if self.figures.predicted[kind] else "; no sample is taken for it"
        return f"{one_line(self._names[kind])}: {figures}{none}"


class ClassTable(Dressed, QTableView):
    """`picked` carries the class of a row that was clicked."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.classes = ClassModel(self.palette_)
        self.setModel(self.classes)
        make_list(self, "Figures of each class", ROW)
        head = self.horizontalHeader()
        head.setMinimumSectionSize(20)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(CLASS, QHeaderView.ResizeMode.Stretch)
        head.setSortIndicator(CLASS, Order.AscendingOrder)
        self.setSortingEnabled(True)
        head.sortIndicatorChanged.connect(lambda *_: self._fit())
        self.clicked.connect(lambda index: self.picked.emit(self.classes.kind(index.row())))
        self.activated.connect(lambda index: self.picked.emit(self.classes.kind(index.row())))

    def _fit(self) -> None:
        """Columns of numbers as wide as what stands in them, and the sign of the order; the names have the rest."""
        head, cells = self.horizontalHeader().fontMetrics(), self.fontMetrics()
        for column in range(1, len(HEADS)):
            sign = SIGN if column == self.horizontalHeader().sortIndicatorSection() else 0
            texts = [self.classes.index(row, column).data() for row in range(self.classes.rowCount())]
            widest = max(map(cells.horizontalAdvance, texts), default=0)
            self.setColumnWidth(column, max(head.horizontalAdvance(HEADS[column]) + sign + 10, widest + 8))

    def rare_first(self) -> None:
        """The classes with the fewest samples first."""
        self.sortByColumn(SAMPLES, Order.AscendingOrder)

    def recolour(self) -> None:
        """The marks are painted in the theme's colours."""
        self.classes.palette_ = self.palette_
        self.viewport().update()
        super().recolour()

    def show_figures(self, figures: "ClassFigures | None", names: tuple[str, ...], chosen: int | None) -> None:
        """Show these, with the row of the class marked whose samples are listed."""
        self.classes.show_figures(figures, names)
        if chosen is None or not self.classes.rowCount():
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        else:
            self.selectRow(self.classes.row_of(chosen))
        self._fit()
        rows = min(self.classes.rowCount(), MOST_ROWS)
        self.setFixedHeight(HEAD + rows * ROW + 2 * self.frameWidth())
