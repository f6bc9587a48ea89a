"""The table of one neuron's weights: what each carries, its gradient, and what it becomes."""

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from twostroke.gui.model.numbers import UNKNOWN, number
from twostroke.gui.model.user_text import one_line, tip
from twostroke.gui.model.weights import Array, Weights
from twostroke.gui.panels.base.widgets import small_font

Index = QModelIndex | QPersistentModelIndex
ROW = 19
WIDTHS = (0, 44, 44, 58, 44)  # px of the columns on a tape; the first one takes what is left
WIDE = 70  # px of the columns without a tape
MOST_ROWS = 12  # beyond, the table scrolls by itself

GRADIENT = 3  # column


class WeightModel(QAbstractTableModel):
    """One row a weight; the gradient and the next value only where a tape is read."""

    def __init__(self) -> None:
        super().__init__()
        self._weights: Weights | None = None

    def show(self, weights: Weights) -> None:
        """Take other numbers; the table is only rebuilt where its shape changes."""
        before, self._weights = self._weights, weights
        shape = (weights.names, weights.on_tape, weights.heading)
        if before is None or (before.names, before.on_tape, before.heading) != shape:
            self.beginResetModel()
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0, 1), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Weights, and the bias where there is one."""
        return 0 if self._weights is None or parent.isValid() else len(self._weights.names)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Five on a tape, three without."""
        return 0 if self._weights is None or parent.isValid() else (5 if self._weights.on_tape else 3)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The names of the columns."""
        if self._weights is None or orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (self._weights.heading, "w", "w · a", "∂L/∂w", "next")[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role == Qt.ItemDataRole.ToolTipRole and section == GRADIENT:
            return "Of the batch loss: the mean over the mini-batch, before the update"
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell."""
        if self._weights is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 0:
            return tip(self._weights.names[index.row()])
        return None

    def _text(self, row: int, column: int) -> str:
        weights = self._weights
        assert weights is not None
        if column == 0:
            return one_line(weights.names[row])
        values: Array | None = (weights.weight, weights.carried, weights.slope, weights.after)[column - 1]
        if values is None or np.isnan(values[row]):
            return UNKNOWN
        return number(float(values[row]))


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


class WeightTable(QTableView):
    """The view of it: as high as it needs, up to a limit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Weights of the neuron")
        self.numbers = WeightModel()
        self.setModel(self.numbers)
        self.setFont(small_font(self))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setMinimumSectionSize(ROW)
        self.horizontalHeader().setMinimumSectionSize(20)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setFixedHeight(ROW + 2)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)

    def show_weights(self, weights: Weights) -> None:
        """Show other numbers."""
        columns = self.numbers.columnCount()
        self.numbers.show(weights)
        if columns != self.numbers.columnCount():
            self._share_width()
        row = max(ROW, self.rowHeight(0))
        height = row * min(self.numbers.rowCount(), MOST_ROWS) + self.horizontalHeader().height() + 4
        if height != self.height():
            self.setFixedHeight(height)

    def _share_width(self) -> None:
        """Numbers get what they need, names the rest."""
        header, mode = self.horizontalHeader(), QHeaderView.ResizeMode
        header.setSectionResizeMode(0, mode.Stretch)
        for column in range(1, self.numbers.columnCount()):
            header.setSectionResizeMode(column, mode.Fixed)
            header.resizeSection(column, WIDTHS[column] if self.numbers.columnCount() > 3 else WIDE)
