"""All terms of a sum in a table that scrolls, in their order or the largest first; each factor leads to its account."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.model.explain.quantities import Kind, Operand, Quantity, Term
from twostroke.gui.model.numbers import number
from twostroke.gui.model.user_text import one_line, tip
from twostroke.gui.panels.account.names import alike
from twostroke.gui.panels.base.cells import Index, alignment
from twostroke.gui.panels.base.widgets import small_font

Role = Qt.ItemDataRole
ROW = 19
LEAST_NAME = 64  # px
MOST_ROWS = 8  # beyond, the table scrolls
SO_FAR = "P"  # symbol of the product of a chain
MOST_NAMES = 20  # that are measured: names of one sum are alike
NAME, FIRST, SECOND, PRODUCT = range(4)  # columns
STACKED = (NAME, PRODUCT), (FIRST, SECOND)
"""What stands in the first two columns of a term's rows, where not all four have room beside each other."""

LETTERS = {
    Kind.WEIGHT: "w",
    Kind.INPUT: "x",
    Kind.A: "a",
    Kind.OUTPUT: "a",
    Kind.DELTA: "δ",
    Kind.SUM_DELTA: "δ",
    Kind.UPSTREAM: "∂L/∂a",
    Kind.NORMALIZED: "ĥ",
    Kind.LOSS: "L",
    Kind.OUTPUT_LOSS: "ℓ",
}
"""Heads of the columns of factors."""

LETTERS_OF = {"skip_weight": "u", "scale": "γ", "negative_slope": "s", "beta": "β", "a": "A", "b": "B", "c": "C"}
"""Those of parameters."""


class TermsModel(QAbstractTableModel):
    """One row a term; columns of factors that no term has are hidden by the view."""

    def __init__(self) -> None:
        super().__init__()
        self.terms: tuple[Term, ...] = ()
        self.by_size = False
        self.link: QColor | None = None  # colour of what leads on
        self.is_stacked = False  # two rows a term: its name and what it comes to, then its factors
        self._digits = 3
        self._alike = ("", "")  # words at the beginning and the end of all names
        self.short = False  # whether the names have little room
        self._order: list[int] = []

    def stack(self, stacked: bool) -> None:
        """Give each term two rows, or one again."""
        if stacked != self.is_stacked:
            self.beginResetModel()
            self.is_stacked = stacked
            self.endResetModel()

    def show(self, terms: tuple[Term, ...], digits: int, by_size: bool) -> None:
        """Take other terms; the table is rebuilt only where its shape changes."""
        rebuilt = len(terms) != len(self.terms)
        if rebuilt:
            self.beginResetModel()
        self.terms, self._digits, self.by_size = terms, digits, by_size
        self._alike = alike([term.name for term in terms if term.b is not None] or [term.name for term in terms])
        self._order = list(range(len(terms)))
        if by_size:
            self._order.sort(key=lambda at: -abs(terms[at].product or 0.0))
        if rebuilt:
            self.endResetModel()
        elif terms:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, PRODUCT))

    def letters(self, column: int) -> int:
        """The length of the longest number of a column, and of its head."""
        head = self.headerData(column, Qt.Orientation.Horizontal) or ""
        return max(len(head) + 1, *(len(self._text(term, column)) for term in self.terms))

    def term(self, row: int) -> Term:
        """The term in that row."""
        return self.terms[self._order[row // 2 if self.is_stacked else row]]

    def _column(self, index: Index) -> int:
        """Which of the four stands in a cell."""
        if not self.is_stacked:
            return index.column()
        return STACKED[index.row() % 2][min(index.column(), 1)]

    def operand(self, index: Index) -> Operand | None:
        """The factor in a cell."""
        term, column = self.term(index.row()), self._column(index)
        if column == PRODUCT:
            return term.a if term.b is None else None
        return term.a if column == FIRST else term.b if column == SECOND else None

    def quantity(self, index: Index) -> Quantity | None:
        """Where a cell leads to."""
        operand = self.operand(index) if index.isValid() else None
        return None if operand is None else operand.quantity

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """All terms."""
        return 0 if parent.isValid() else len(self.terms) * (2 if self.is_stacked else 1)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Name, two factors, product."""
        return 0 if parent.isValid() else 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """What the factors are."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return alignment(section)
        if role != Role.DisplayRole or not self.terms:
            return None
        if any(term.b is not None and term.b.symbol == SO_FAR for term in self.terms):
            return ("factor", "so far" if self.is_stacked else "", "before", "so far")[section]
        first, second = _letter(self.terms[0].a), _letter(self.terms[0].b)
        product = f"{first} · {second}" if first and second else first or "value"
        return ("term", product if self.is_stacked else first, second, product)[section]

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Text, colour and tip of a cell."""
        term, column = self.term(index.row()), self._column(index)
        if role == Role.DisplayRole:
            return self._text(term, column)
        if role == Role.ForegroundRole:
            return self.link if self.quantity(index) is not None else None
        if role == Role.TextAlignmentRole:
            return alignment(column)
        if role == Role.ToolTipRole:
            operand = self.operand(index)
            return tip(term.name if operand is None else operand.name)
        return None

    def name(self, term: Term) -> str:
        """The end is cut where all end alike: it would hide what differs. The beginning only where room is scarce."""
        start, end = self._alike
        name = one_line(term.name).removesuffix(end).rstrip(" ,→")
        return name.removeprefix(start) if self.short else name

    def _text(self, term: Term, column: int) -> str:
        if column == NAME:
            return self.name(term)
        if column == PRODUCT:
            return number(term.product, self._digits)
        operand = term.a if column == FIRST else term.b
        return "" if operand is None else number(operand.value, self._digits)


def _letter(operand: Operand | None) -> str:
    if operand is None or operand.quantity is None:
        return ""
    name = operand.quantity.name.rpartition(".")[2]
    if operand.quantity.kind is Kind.PARAMETER:
        return LETTERS_OF.get(name, "")
    if operand.quantity.kind is Kind.SAMPLE_GRADIENT:
        return f"∂L/∂{LETTERS_OF.get(name, 'w')}"
    return LETTERS.get(operand.quantity.kind, "")


def _needed(on: bool) -> Qt.ScrollBarPolicy:
    return Qt.ScrollBarPolicy.ScrollBarAlwaysOn if on else Qt.ScrollBarPolicy.ScrollBarAlwaysOff


class TermsTable(Dressed, QTableView):
    """The view of it. `followed` carries the quantity of a cell that was clicked, or where Enter was pressed."""

    followed = Signal(object)
    own_keys = frozenset(
        map(Qt.Key, (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Return,
                     Qt.Key.Key_Enter))
    )  # fmt: skip

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Terms of the sum")
        self.numbers = TermsModel()
        self.setModel(self.numbers)
        self.setFont(small_font(self))
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setMinimumSectionSize(ROW)
        self.horizontalHeader().setMinimumSectionSize(28)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setFixedHeight(ROW + 2)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # which neuron it is stands at the end
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)

    def show_terms(self, terms: tuple[Term, ...], digits: int, by_size: bool) -> None:
        """Show all `terms`."""
        self.numbers.show(terms, digits, by_size)
        self._share_width()

    def _share_width(self) -> None:
        """Numbers get what they need, names the rest; where that is too little, each term gets two rows.

        Bars are told whether they are needed: left to themselves, one could make room for the other to go, for ever.
        """
        terms = self.numbers.terms
        alone = all(term.b is None for term in terms)  # one factor alone is the product
        columns = (PRODUCT,) if alone else (FIRST, SECOND, PRODUCT)
        widths = {column: self._needed_width(column) for column in columns} if terms else {}
        stacked = not alone and self._room(len(terms)) - sum(widths.values()) < LEAST_NAME
        self.numbers.stack(stacked)
        rows = self.numbers.rowCount()
        self.setVerticalScrollBarPolicy(_needed(rows > MOST_ROWS))
        for column in (FIRST, SECOND, PRODUCT):
            self.setColumnHidden(column, column != FIRST if stacked else column not in widths)
        if stacked:
            widths = {FIRST: max(widths[SECOND], widths[PRODUCT])}
        for column, width in widths.items():
            self.horizontalHeader().resizeSection(column, width)
        free = max(self._room(rows) - sum(widths.values()), LEAST_NAME)
        self.horizontalHeader().resizeSection(NAME, free)
        self.numbers.short = self._longest_name() > free
        height = ROW * min(rows, MOST_ROWS) + self.horizontalHeader().height() + 4
        if height != self.height():
            self.setFixedHeight(height)

    def _longest_name(self) -> int:
        """The room, in pixels, that the longest name wants."""
        self.numbers.short = False
        names = (self.numbers.name(term) for term in self.numbers.terms[:MOST_NAMES])
        return max((self.fontMetrics().horizontalAdvance(name) for name in names), default=0) + 8

    def _room(self, rows: int) -> int:
        """Within the frame, and beside the bar where so many rows need one."""
        bar = self.verticalScrollBar().sizeHint().width() if rows > MOST_ROWS else 0
        return self.width() - 2 * self.frameWidth() - bar

    def _needed_width(self, column: int) -> int:
        return self.fontMetrics().horizontalAdvance("0") * max(self.numbers.letters(column), 5) + 10

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, longer names."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._share_width()

    def recolour(self) -> None:
        """Links in the accent of the theme."""
        self.numbers.link = QColor(self.palette_.accent)
        self.viewport().update()

    # Qt's own names from here on

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter follows the link of a cell."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._follow(self.currentIndex())
        elif event.key() in self.own_keys:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click follows the link of a cell."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._follow(self.indexAt(event.position().toPoint()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over what leads on."""
        super().mouseMoveEvent(event)
        leads = self.numbers.quantity(self.indexAt(event.position().toPoint())) is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor)

    def _follow(self, index: Index) -> None:
        quantity = self.numbers.quantity(index)
        if quantity is not None:
            self.followed.emit(quantity)
