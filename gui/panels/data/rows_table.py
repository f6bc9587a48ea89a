"""A small table to type rows into. It emits the rows that the user wants and shows those that a session has."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from twostroke.engine.session.phrases import shown
from twostroke.engine.session.spec import DataSpec
from twostroke.gui.model.numbers import plain
from twostroke.gui.model.typed import real
from twostroke.gui.model.typed_rows import PRESETS, Matrix, Rows, rows_of
from twostroke.gui.panels.base.widgets import Text, small_font

PADDING = 22  # pixels of a button beside its text
ROW = 22
MOST_ROWS = 8  # that are seen at once
NAMES = 0  # the row of the table that holds the names


class _Table(QTableWidget):
    """Cells that take what was copied from a spreadsheet; Delete takes nothing away."""

    pasted = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Paste, else as usual."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(QGuiApplication.clipboard().text())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keys stand in a cell, and it is seen in which."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.rowCount() > 1:
            self.setCurrentCell(NAMES + 1, 0)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Enter goes on to the cell below, as in a spreadsheet."""
        super().closeEditor(editor, hint)
        below = self.currentRow() + 1
        if hint is QAbstractItemDelegate.EndEditHint.SubmitModelCache and below < self.rowCount():
            self.setCurrentCell(below, self.currentColumn())


class RowsTable(QWidget):
    """The rows with their names above, and buttons that add and remove. `typed` carries Rows."""

    typed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = _Table()
        self.table.setAccessibleName("Rows typed by hand")
        self.table.setToolTip("Inputs, then answers; names in the first row. Paste takes cells of a spreadsheet")
        self.table.setFont(small_font(self))
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(ROW)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setMinimumSectionSize(34)
        self.problem = Text("", "", wrap=True)
        self.problem.hide()
        self.rows: Rows | None = None
        self.presets = [self._button(name, f"Begin with {name}", self._preset(name)) for name in PRESETS]
        self.buttons = [
            self._button("+ row", "Add a row", lambda rows: rows.with_row()),
            self._button("− row", "Remove the row of the chosen cell", self._without_row),
            self._button("+ input", "Add an input", lambda rows: rows.with_input()),
            self._button("+ answer", "Add an answer", lambda rows: rows.with_output()),
            self._button("− column", "Remove the column of the chosen cell", self._without_column),
        ]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widgets in (self.presets, self.buttons[:3], self.buttons[3:]):
            layout.addLayout(_side_by_side(widgets))
        layout.insertWidget(1, self.table)
        layout.addWidget(self.problem)
        self.table.itemChanged.connect(self._changed)
        self.table.pasted.connect(self.paste)

    def _button(self, text: str, tip: str, change: Callable[[Rows], Rows]) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setSizePolicy(button.sizePolicy().Policy.Ignored, button.sizePolicy().Policy.Fixed)
        button.clicked.connect(lambda: self._want(change))
        return button

    def _preset(self, name: str) -> Callable[[Rows], Rows]:
        return lambda _: PRESETS[name]

    def _without_row(self, rows: Rows) -> Rows:
        chosen = self.table.currentRow() - 1
        return rows.without_row(chosen if chosen >= 0 else len(rows.cells) - 1) if len(rows.cells) > 1 else rows

    def _without_column(self, rows: Rows) -> Rows:
        chosen = self.table.currentColumn()
        return rows.without_column(chosen if chosen >= 0 else len(rows.names) - 1)

    def _want(self, change: Callable[[Rows], Rows]) -> None:
        if self.rows is not None:
            self._say("")
            wanted = change(self.rows)
            if wanted != self.rows:
                self.rows = wanted  # what is typed next, before the engine answers, is typed into these
                self._fill()
                self.typed.emit(wanted)

    def show_rows(self, data: DataSpec) -> None:
        """Show the rows of a session; the chosen cell stays."""
        rows = rows_of(data)
        if rows == self.rows:
            return
        self.rows = rows
        self._say("")
        self._fill()

    def show_again(self) -> None:
        """The rows of the session in place of what was typed."""
        if self.rows is not None:
            self._fill()

    def _fill(self) -> None:
        """Touch the cells that differ, and none that is being typed into: it would lose what is typed."""
        assert self.rows is not None
        rows, at = self.rows, (self.table.currentRow(), self.table.currentColumn())
        self.table.blockSignals(True)
        self.table.setRowCount(len(rows.cells) + 1)
        self.table.setColumnCount(len(rows.names))
        self.table.setHorizontalHeaderLabels(["input"] * rows.inputs + ["answer"] * rows.outputs)
        for column, name in enumerate(rows.names):
            self._show(NAMES, column, name)
        for row, cells in enumerate(rows.cells, start=1):
            for column, value in enumerate(cells):
                self._show(row, column, plain(value))
        if self.table.state() != QAbstractItemView.State.EditingState:
            self.table.setCurrentCell(*at)
        self.table.blockSignals(False)
        seen = min(len(rows.cells) + 1, MOST_ROWS)
        self.table.setFixedHeight(ROW * seen + self.table.horizontalHeader().sizeHint().height() + 4)

    def _show(self, row: int, column: int, text: str) -> None:
        item = self.table.item(row, column)
        if item is None:
            self.table.setItem(row, column, _item(text, row == NAMES))
        elif item.text() != text and not self._is_typed_into(item):
            item.setText(text)
            item.setToolTip(text)

    def _is_typed_into(self, item: QTableWidgetItem) -> bool:
        return item is self.table.currentItem() and self.table.state() == QAbstractItemView.State.EditingState

    def _write(self, item: QTableWidgetItem, text: str) -> None:
        self.table.blockSignals(True)
        item.setText(text)
        self.table.blockSignals(False)

    def _changed(self, item: QTableWidgetItem) -> None:
        """A cell was typed: a name, or a number with either decimal sign; anything else is given back."""
        assert self.rows is not None
        row, column, text = item.row(), item.column(), item.text().strip()
        if row == NAMES:
            self._want(lambda rows: rows.named(column, text))
            return
        value = real(text)
        if value is None:
            self._write(item, plain(self.rows.cells[row - 1][column]))
            self._say(f"{shown(text)} is no number; the cell keeps the one it had.")
        elif text != plain(self.rows.cells[row - 1][column]):
            self._want(lambda rows: rows.put(row - 1, column, ((value,),)))
            self._write(item, plain(value))

    def paste(self, text: str) -> None:
        """Lay what was copied from a spreadsheet over the cells from the chosen one on."""
        block = block_of(text)
        if isinstance(block, str):
            self._say(block)
            return
        row, column = max(self.table.currentRow() - 1, 0), max(self.table.currentColumn(), 0)
        self._want(lambda rows: rows.put(row, column, block))

    def _say(self, sentence: str) -> None:
        self.problem.say(sentence)
        self.problem.setVisible(bool(sentence))


def block_of(text: str) -> Matrix | str:
    """The numbers of copied cells, divided by tabs or semicolons; a sentence where there are none, or other things."""
    lines = [line for line in text.splitlines() if line.strip()]
    cells = [line.split("\t" if "\t" in line else ";") for line in lines]
    values = [[real(cell) for cell in line] for line in cells]
    for line, numbers in zip(cells, values, strict=True):
        for cell, value in zip(line, numbers, strict=True):
            if value is None:
                return f"Nothing was pasted: {shown(cell.strip())} is no number."
    if not values:
        return "Nothing was pasted: the clipboard holds no cells with numbers."
    return tuple(tuple(value for value in numbers if value is not None) for numbers in values)


def _item(text: str, is_name: bool) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setToolTip(text)
    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    font = QFont(item.font())
    font.setBold(is_name)
    if is_name:
        item.setFont(font)
    return item


def _side_by_side(widgets: list[QToolButton]) -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(4)
    for column, widget in enumerate(widgets):
        grid.addWidget(widget, 0, column)
        needs = widget.fontMetrics().horizontalAdvance(widget.text()) + PADDING
        grid.setColumnStretch(column, needs)  # none is cut while another has room to spare
    return grid
