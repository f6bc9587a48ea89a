"""The raw values of what is tried, to be typed, each with what the network sees of it where that is one number."""

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from twostroke.gui.model.given_sample import raw_names
from twostroke.gui.model.numbers import number, plain
from twostroke.gui.model.typed import real
from twostroke.gui.model.user_text import one_line, tip
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.cells import NOWHERE, Index
from twostroke.gui.panels.base.widgets import small_font

ROW, MOST_ROWS = 20, 8
TITLES = ("input", "value", "as it is seen")


class InputModel(QAbstractTableModel):
    """A row for each raw input. `typed` carries all raw values with the one that was typed."""

    typed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.names: tuple[str, ...] = ()
        self.values: tuple[float, ...] = ()
        self.seen: tuple[float, ...] = ()

    def show_values(self, names: tuple[str, ...], values: tuple[float, ...], seen: tuple[float, ...]) -> None:
        """Show these; `seen` is empty where inputs are made of several values."""
        if (names, bool(seen)) != (self.names, bool(self.seen)):
            self.beginResetModel()
            self.names, self.values, self.seen = names, values, seen
            self.endResetModel()
        elif (values, seen) != (self.values, self.seen):
            self.values, self.seen = values, seen
            self.dataChanged.emit(self.index(0, 1), self.index(len(names) - 1, self.columnCount() - 1))

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """One for each raw input."""
        return 0 if parent.isValid() else len(self.names)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Name, value, and what the network sees of it."""
        return 0 if parent.isValid() else 3 if self.seen else 2

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Names of the columns."""
        across = way is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return TITLES[section] if across else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Values can be typed."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == 1 else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What stands in a cell."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            row = index.row()
            return (
                lambda: self.names[row],
                lambda: plain(self.values[row]),
                lambda: number(self.seen[row]),
            )[index.column()]()
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 0:
            return tip(self.names[index.row()])
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() > 0:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A value was typed, with either decimal sign; anything else leaves the old one."""
        wanted = real(str(value))
        if role != Qt.ItemDataRole.EditRole or wanted is None or str(value) == index.data():
            return False
        values = list(self.values)
        values[index.row()] = wanted
        self.typed.emit(tuple(values))
        return True


class InputsTable(QTableView):
    """The table; as high as its rows, up to some."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.inputs = InputModel()
        self.typed = self.inputs.typed
        self.setModel(self.inputs)
        self.setAccessibleName("Values of the test input")
        self.setToolTip("Type a value in the units of the data")
        self.setFont(small_font(self))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setFont(small_font(self))

    def show_view(self, view: ViewState) -> None:
        """Show the values of what is tried."""
        raw, data, x = view.shown_raw, view.snapshot.data, view.layers[0].a
        if raw is None:
            return
        names = tuple(map(one_line, raw_names(data)))
        one_each = len(x) == len(raw) and names == tuple(map(one_line, data.feature_names))
        seen = tuple(map(float, x)) if one_each else ()
        before = len(self.inputs.names)
        self.inputs.show_values(names, tuple(float(value) for value in np.asarray(raw)), seen)
        if before != len(names):
            self.setFixedHeight(ROW * min(len(names), MOST_ROWS) + self.horizontalHeader().sizeHint().height() + 4)
