"""The table of one neuron's parameters: what each carries, its gradient, what it becomes; numbers can be typed."""

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QLineEdit, QTableView, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.model.numbers import UNKNOWN, USUAL_DIGITS, number
from twostroke.gui.model.user_text import one_line, tip
from twostroke.gui.model.weights import Array, Weights
from twostroke.gui.panels.base.cells import Index, alignment
from twostroke.gui.panels.base.in_view import come_into_view
from twostroke.gui.panels.base.widgets import small_font
from twostroke.gui.panels.neuron.weight_cells import NumberCells, mark_in

ROW = 19
NAME, NUMBER, CARRIED, OWN, MEAN, NEXT = range(6)  # columns
WIDTHS = (0, 40, 42, 53, 53, 40)  # px of the columns on a tape; the first one takes what is left
NAME_WIDTH, LEAST_NAME = 60, 28  # px of the first one where the table scrolls sideways; below, it does
MARGIN = 8  # px left and right of a number, together
WIDE = 70  # px of the columns without a tape
MOST_ROWS = 12  # beyond, the table scrolls by itself
Role = Qt.ItemDataRole

BEGIN_NUMBER = frozenset(
    (*map(Qt.Key, range(Qt.Key.Key_0, Qt.Key.Key_9 + 1)), Qt.Key.Key_Minus, Qt.Key.Key_Period, Qt.Key.Key_Comma)
)
"""Keys that begin to type the number of the chosen row; letters are the window's."""


class WeightModel(QAbstractTableModel):
    """One row a parameter; the gradient and the next value only where a tape is read."""

    def __init__(self) -> None:
        super().__init__()
        self.weights: Weights | None = None
        self.digits = USUAL_DIGITS
        self.pale: QColor | None = None  # of a row that is cut

    def show(self, weights: Weights, digits: int) -> None:
        """Take other numbers; the table is only rebuilt where its shape changes."""
        before, self.weights, self.digits = self.weights, weights, digits
        shape = (weights.places, weights.names, weights.on_tape)
        if before is None or (before.places, before.names, before.on_tape) != shape:
            self.beginResetModel()
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Weights, the bias where there is one, and what else is learned."""
        return 0 if self.weights is None or parent.isValid() else len(self.weights.names)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Six on a tape, three without."""
        return 0 if self.weights is None or parent.isValid() else (6 if self.weights.on_tape else 3)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Numbers can be typed."""
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if index.column() == NUMBER else found

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """The names of the columns."""
        if self.weights is None or orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.DisplayRole:
            return (self.weights.heading, "w", "w · a", *GRADIENTS, "next")[section]
        if role == Role.TextAlignmentRole:
            return alignment(section)
        return GRADIENT_TIPS.get(section) if role == Role.ToolTipRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """The text of a cell; what is to be typed over; a mark."""
        weights, row, column = self.weights, index.row(), index.column()
        if weights is None:
            return None
        if role == Role.DisplayRole:
            return self._text(row, column)
        if role == Role.EditRole and column == NUMBER:
            return str(weights.weight[row])
        if role == Role.DecorationRole and column == NAME:
            return "scissors" if weights.cut[row] else "lock" if weights.frozen[row] else ""
        if role == Role.ForegroundRole:
            return self.pale if weights.cut[row] else None
        if role == Role.TextAlignmentRole:
            return alignment(column)
        return self._tip(row, column) if role == Role.ToolTipRole else None

    def _text(self, row: int, column: int) -> str:
        weights = self.weights
        assert weights is not None
        if column == NAME:
            return one_line(weights.names[row])
        values: Array | None = (weights.weight, weights.carried, weights.own, weights.slope, weights.after)[
            column - NUMBER
        ]
        if column in (CARRIED, OWN) and row >= weights.terms:
            return ""
        if values is None or np.isnan(values[row]):
            return UNKNOWN
        return number(float(values[row]), self.digits)

    def _tip(self, row: int, column: int) -> str | None:
        weights = self.weights
        assert weights is not None
        if column == NAME:
            done = "\n" + CUT_MARK if weights.cut[row] else "\n" + FROZEN_MARK if weights.frozen[row] else ""
            return tip(weights.names[row]) + done
        return TYPE_TIP if column == NUMBER else CLICK_TIP


GRADIENTS = ("∂L/∂w\nsample", "∂L/∂w\nmean")
GRADIENT_TIPS = {
    OWN: "Of the loss of the sample that is shown: δ · a, 0 where its gate is shut",
    MEAN: "Of the batch loss: the mean over the mini-batch, before the update",
}
CLICK_TIP = "Click to see where it comes from"
FROZEN_MARK = "Frozen: no update changes it. Click the lock to let it learn"
CUT_MARK = "Cut: it carries nothing on either stroke. Click the scissors to mend it"
TYPE_TIP = (
    "Double click, Enter, F2 or the number itself to type; W from anywhere.\nAt update 0 the session begins with it, "
    "and Reset comes back to it; later it changes the network as it stands.\nUndo brings the network of before back."
)


class WeightTable(Dressed, QTableView):
    """The view of it: as high as it needs, up to a limit.

    `typed` carries a place and the text typed for it, `explained` a place and the column of a number that was clicked,
    `mark_clicked` a place, `menu_asked` a place and where on the screen, `row_chosen` nothing.
    """

    typed = Signal(str, str)
    mark_clicked = Signal(str)
    menu_asked = Signal(str, QPoint)
    explained = Signal(str, int)
    row_chosen = Signal()

    own_keys = frozenset((Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, *BEGIN_NUMBER))

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Weights of the neuron")
        self.numbers = WeightModel()
        self._widths: dict[int, int] = {}  # of the columns of numbers
        self.setModel(self.numbers)
        self.verticalScrollBar().valueChanged.connect(self._widen)
        self._cells = NumberCells(self)
        self._cells.typed.connect(lambda row, text: self.typed.emit(self._place(row), text))
        self.setItemDelegate(self._cells)
        self.setFont(small_font(self))
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setMinimumSectionSize(ROW)
        self.horizontalHeader().setMinimumSectionSize(20)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setFixedHeight(ROW + 2)
        self.horizontalHeader().setFont(small_font(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)

    @property
    def place(self) -> str | None:
        """The place of the chosen row; None where there is none."""
        return self._place(self.currentIndex().row()) if self.currentIndex().isValid() else None

    def _place(self, row: int) -> str:
        assert self.numbers.weights is not None
        return self.numbers.weights.places[row]

    def choose(self, place: str) -> bool:
        """Choose the row of `place`. Whether there is one."""
        places = self.numbers.weights.places if self.numbers.weights is not None else ()
        if place in places:
            self._go_to(places.index(place))
        return place in places

    def type_here(self) -> None:
        """Begin to type the number of the chosen row."""
        if self.currentIndex().isValid():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.edit(self.numbers.index(self.currentIndex().row(), NUMBER))
            self._bring_row_into_view()

    def show_weights(self, weights: Weights, digits: int = USUAL_DIGITS) -> None:
        """Show other numbers; the chosen row stays, or the first one is chosen."""
        shape, before = self._shape, self.place
        self.numbers.show(weights, digits)
        if shape != self._shape:
            self._widths = {}
            self.horizontalHeader().setFixedHeight((ROW + 2) if self.numbers.columnCount() == 3 else 2 * ROW - 4)
        self._widen()
        if not self.currentIndex().isValid() and not (before and self.choose(before)):
            self._go_to(0)
        self._fit_height()

    def _fit_height(self) -> None:
        row = max(ROW, self.rowHeight(0))
        height = row * min(self.numbers.rowCount(), MOST_ROWS) + self.horizontalHeader().height() + 4
        height += self.horizontalScrollBar().sizeHint().height() if self._is_tight else 0
        if height != self.height():
            self.setFixedHeight(height)

    def _go_to(self, row: int) -> None:
        self.setCurrentIndex(self.numbers.index(row, NUMBER))

    def _bring_row_into_view(self) -> None:
        """In the column, too: what is typed has to be seen."""
        row = self.visualRect(self.currentIndex())
        come_into_view(self, row.translated(self.viewport().pos()))

    @property
    def _shape(self) -> tuple[int, int]:
        return self.numbers.columnCount(), self.numbers.digits

    def _widen(self) -> None:
        """Give the numbers what they need; a column that has become wide stays so, as numbers come and go."""
        columns = range(NUMBER, self.numbers.columnCount())
        widths = {column: max(self._widths.get(column, 0), self._needed_width(column)) for column in columns}
        if widths != self._widths:
            self._widths = widths
            self._share_width()

    def _needed_width(self, column: int) -> int:
        metrics = self.fontMetrics()
        if self.numbers.columnCount() == 3:  # in training, with each picture: the longest ones fit
            further = max(self.numbers.digits - USUAL_DIGITS, 0)
            return WIDE + further * metrics.horizontalAdvance("0")
        first = max(self.rowAt(0), 0)  # a neuron may have hundreds of rows, and few are seen
        seen = range(first, min(first + MOST_ROWS + 1, self.numbers.rowCount()))
        texts = (self.numbers.index(row, column).data() for row in seen)
        return max([WIDTHS[column], *(metrics.horizontalAdvance(text) + MARGIN for text in texts)])

    @property
    def _is_tight(self) -> bool:
        """Whether there is too little room for names, so that the table scrolls sideways."""
        return self._free < LEAST_NAME

    @property
    def _free(self) -> int:
        return self.viewport().width() - sum(self._widths.values())

    def _share_width(self) -> None:
        """Names get what the numbers leave."""
        header, mode, tight = self.horizontalHeader(), QHeaderView.ResizeMode, self._is_tight
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if tight else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(policy)
        header.setSectionResizeMode(NAME, mode.Fixed if tight else mode.Stretch)
        header.resizeSection(NAME, NAME_WIDTH)
        for column, width in self._widths.items():
            header.setSectionResizeMode(column, mode.Fixed)
            header.resizeSection(column, width)

    def recolour(self) -> None:
        """Paint the marks again."""
        self._cells.palette_ = self.palette_
        self.numbers.pale = QColor(self.palette_.faint)
        self.viewport().update()

    # Qt's own names from here on

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, longer names."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._share_width()
            self._fit_height()

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Another row is chosen."""
        super().currentChanged(current, previous)
        if self.hasFocus():
            self._bring_row_into_view()
        self.row_chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, F2 and the first key of a number begin to type; arrows go from row to row."""
        if self.state() is QAbstractItemView.State.EditingState:
            event.accept()  # the field has read it
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.type_here()
        elif event.key() in BEGIN_NUMBER and event.text() and self.currentIndex().isValid():
            self.type_here()
            field = self.indexWidget(self.numbers.index(self.currentIndex().row(), NUMBER))
            if isinstance(field, QLineEdit):
                field.insert(event.text())  # over the number, which is marked
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Enter goes on to the next row, as in a spreadsheet; typing begins with the next number or Enter."""
        super().closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        row = self.currentIndex().row() + (hint is QAbstractItemDelegate.EndEditHint.SubmitModelCache)
        if row < self.numbers.rowCount():
            self._go_to(row)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses a row, or sets its mark."""
        super().mousePressEvent(event)
        index = self._marked(event)
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self.mark_clicked.emit(self._place(index.row()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a number that came about explains it."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and self._came_about(index):
            self.explained.emit(self._place(index.row()), index.column())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over it."""
        super().mouseMoveEvent(event)
        leads = self._came_about(self.indexAt(event.position().toPoint()))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor)

    def _came_about(self, index: Index) -> bool:
        """Whether a cell has a number with an account of its own: what a link carries, a gradient, a new value."""
        return index.isValid() and index.column() > NUMBER and bool(index.data(Role.DisplayRole))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click begins to type."""
        if self.indexAt(event.position().toPoint()).isValid() and not self._marked(event).isValid():
            self.type_here()

    def _marked(self, event: QMouseEvent) -> QModelIndex:
        """The cell whose mark is under the mouse."""
        at = event.position().toPoint()
        index = self.indexAt(at)
        on_mark = index.column() == NAME and mark_in(self.visualRect(index)).contains(at)
        return index if on_mark else QModelIndex()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with a row, by mouse or by the menu key."""
        at = event.pos() if event.reason() == QContextMenuEvent.Reason.Mouse else None
        index = self.currentIndex() if at is None else self.indexAt(self.viewport().mapFrom(self, at))
        if index.isValid():
            self._go_to(index.row())
            below = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
            self.menu_asked.emit(self._place(index.row()), below if at is None else event.globalPos())
