"""The tables of a race, sorted by a click on a column; a run is opened by a double click, or Enter."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from twostroke.gui.model.race_figures import Table
from twostroke.gui.model.user_text import tip
from twostroke.gui.panels.base.cells import NOWHERE, Index

ROW = 26
SORTED_BY = Qt.ItemDataRole.UserRole


class Cells(QAbstractTableModel):
    """The lines of a table as they came."""

    def __init__(self) -> None:
        super().__init__()
        self.table = Table((), ())

    def show_table(self, table: Table) -> None:
        """Show that in its place."""
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Lines."""
        return 0 if parent.isValid() else len(self.table.cells)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Columns."""
        return 0 if parent.isValid() else len(self.table.headers)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Names of the columns."""
        if way is not Qt.Orientation.Horizontal or role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        return self.table.headers[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What stands in a cell, and what it is sorted by."""
        by, text = self.table.cells[index.row()][index.column()]
        if role == SORTED_BY:
            return by
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(text)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if isinstance(by, str) else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


class Sorted(QSortFilterProxyModel):
    """Numbers by their size, then texts, and what is not known behind them."""

    def lessThan(self, left: Index, right: Index) -> bool:
        """Whether a cell comes before another one."""
        return _rank(left.data(SORTED_BY)) < _rank(right.data(SORTED_BY))


def _rank(by: float | str | None) -> tuple[int, float, str]:
    if by is None or by != by:  # NaN has no place among numbers
        return 2, 0.0, ""
    return (1, 0.0, by) if isinstance(by, str) else (0, float(by), "")


class RaceTable(QTableView):
    """One of the tables. `opened` carries the row of a run, where a line is one."""

    opened = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells, self._sorted = Cells(), Sorted()
        self._sorted.setSourceModel(self.cells)
        self.setModel(self._sorted)
        self.setAccessibleName(name)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)  # as in the race, until a column is clicked
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.activated.connect(self._open)

    def show_table(self, table: Table) -> None:
        """Show that, in the order that was chosen."""
        others = table.headers != self.cells.table.headers
        self.cells.show_table(table)
        if others:
            self.resizeColumnsToContents()

    def _open(self, index: Index) -> None:
        rows = self.cells.table.rows
        if rows:
            self.opened.emit(rows[self._sorted.mapToSource(index).row()])
