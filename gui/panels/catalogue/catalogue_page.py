"""All activation functions on one page: searched, filtered, sorted, compared, and used in the network that is open."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QScrollArea, QToolButton, QVBoxLayout, QWidget

from twostroke.engine.border.snapshot import Answer
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.session.spec import Session
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.style import COMPACT
from twostroke.gui.model.function_places import Place
from twostroke.gui.model.functions_page import FILTERS, SORTINGS, Filter, cost_text, in_use, wanted
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.asking import Asking
from twostroke.gui.panels.base.widgets import CalmComboBox, Notice, Text
from twostroke.gui.panels.catalogue.function_card import NARROWEST, Card

GAP = 10
BETWEEN_MS = 50  # from one formula to the next, for some frames of the picture
FILTERS_A_ROW = (4, 7)
"""In a narrow window, and in one that is wide enough for all of them."""

WIDE = 860

HINT = (
    "Drag a card onto a layer of the picture, or onto its row. Enter: use in… · 1 to 9: in that hidden layer · "
    "A: in all of them · O: in the output"
)


class Chip(QToolButton):
    """A property that is not asked for, that functions must have, or that they must not have."""

    asked = Signal()

    def __init__(self, of: Filter) -> None:
        super().__init__()
        self.of = of
        self.wish: bool | None = None
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setText(of.title)
        self.setToolTip(f"Only those that are {of.title}; again: only those that are not; again: all")
        self.clicked.connect(self._next)

    def _next(self) -> None:
        self.show_wish({None: True, True: False, False: None}[self.wish])
        self.asked.emit()

    def show_wish(self, wish: bool | None) -> None:
        """Ask for it, for the contrary, or for neither."""
        self.wish = wish
        self.setChecked(wish is not None)
        self.setText(self.of.denied if wish is False else self.of.title)


class CataloguePage(Dressed, QWidget):
    """`asked` carries an edit, and whom to tell the answer."""

    asked = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(COMPACT)
        self.setAccessibleName("Catalogue of activation functions")
        self._session: Session | None = None
        self._costs: dict[str, float] = {}
        self._columns = self._filters_a_row = 0
        self._shown: list[str] = []
        self._asking = Asking(self.asked.emit, self._answered)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search: a name, a use, what it says")
        self.search.setAccessibleName("Search the functions")
        self.search.setClearButtonEnabled(True)
        self.chips = {each.id: Chip(each) for each in FILTERS}
        self.sorting = CalmComboBox()
        self.sorting.setAccessibleName("Order of the functions")
        for each in SORTINGS:
            self.sorting.addItem(each.title, each.id)
        self.count = Text("", "muted")
        nothing = "No function is all of that. Take a filter away, or search for something else."
        self.nothing = Text(nothing, "muted", True, self)
        self.notice = Notice()
        self.measured_on = Text("", "remark", True)
        self.cards = {name: Card(entry) for name, entry in CATALOGUE.items()}
        self.area = QScrollArea()
        self._arrange()
        self._connect()
        self._plain = [(card, which) for card in self.cards.values() for which in (0, 1)]  # formulas to be typeset
        self._setting = QTimer(self)
        self._setting.timeout.connect(self._typeset_next)
        self._sift()

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.search, 1)
        top.addWidget(self.sorting)
        top.addWidget(self.count)
        self.sorting.setFixedWidth(136)
        self._filters = QGridLayout()
        self._filters.setSpacing(5)
        for chip in self.chips.values():
            chip.setSizePolicy(chip.sizePolicy().Policy.Expanding, chip.sizePolicy().Policy.Fixed)
        inside = QWidget()
        inside.setObjectName("column")
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 6, 0)
        self._grid.setSpacing(GAP)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addLayout(self._filters)
        layout.addWidget(self.area, 1)
        layout.addWidget(self.notice)
        layout.addWidget(Text(HINT, "remark", True))
        layout.addWidget(self.measured_on)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._sift)
        self.sorting.currentIndexChanged.connect(self._sift)
        for chip in self.chips.values():
            chip.asked.connect(self._sift)
        for card in self.cards.values():
            card.used.connect(self._use)
            card.left.connect(self._go)

    # -- what is shown -------------------------------------------------------------------------------------------

    def show_view(self, view: ViewState) -> None:
        """The network that is open: where each function is in use, and can be."""
        session = view.snapshot.session
        if session is self._session or self._asking.is_old(view.snapshot):
            return
        self._session = session
        for name, card in self.cards.items():
            card.show_network(session.network, in_use(session.network, name))

    def show_costs(self, nanoseconds: Mapping[str, float], times: Mapping[str, float], note: str) -> None:
        """What has been measured so far; `note` says on what."""
        self._costs = dict(nanoseconds)
        for name, card in self.cards.items():
            card.cost.say(cost_text(nanoseconds.get(name), times.get(name)))
        self.measured_on.say(note)
        if self.sorting.currentData() == "cost":
            self._sift()

    @property
    def shown(self) -> tuple[str, ...]:
        """Names of the functions that are there, in their order."""
        return tuple(self._shown)

    def _sift(self) -> None:
        wishes = {id: chip.wish for id, chip in self.chips.items() if chip.wish is not None}
        order = str(self.sorting.currentData())
        found = wanted(CATALOGUE, self.search.text(), wishes, order, self._costs)
        if found == self._shown and self._columns:
            return
        self._shown = found
        self.count.say(f"{len(found)} of {len(self.cards)}")
        self._lay()

    def _lay(self) -> None:
        """Every card in its place, as many side by side as have room."""
        had = next((name for name, card in self.cards.items() if card.hasFocus()), "")
        while self._grid.count():
            self._grid.takeAt(0)
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 0)
        self._columns = self._fitting
        for at, name in enumerate(self._shown):
            self._grid.addWidget(self.cards[name], at // self._columns, at % self._columns)
        for name, card in self.cards.items():
            card.setVisible(name in self._shown)
        if not self._shown:
            self._grid.addWidget(self.nothing, 0, 0)
        self.nothing.setVisible(not self._shown)
        self._grid.setRowStretch(-(-len(self._shown) // self._columns) + 1, 1)
        for before, after in zip(self._shown, self._shown[1:], strict=False):
            QWidget.setTabOrder(self.cards[before], self.cards[after])
        if had and had not in self._shown:
            self.search.setFocus()

    @property
    def _fitting(self) -> int:
        room = self.area.viewport().width() - 6 + GAP
        return max(1, room // (NARROWEST + GAP))

    # -- what is done --------------------------------------------------------------------------------------------

    def _use(self, name: str, place: Place) -> None:
        if self._session is not None:
            change, arguments = place.edit(name)
            self._asking.edit(self._session, change, *arguments)

    def _answered(self, answer: Answer) -> None:
        if answer.refused:
            self.notice.refuse(answer.refused)
        else:
            self.notice.remark(answer.remark)

    def _go(self, key: Qt.Key) -> None:
        """To the card beside the one that has the keys."""
        at = next((at for at, name in enumerate(self._shown) if self.cards[name].hasFocus()), None)
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -self._columns, Qt.Key.Key_Down: self._columns}
        if at is not None and 0 <= at + by[key] < len(self._shown):
            card = self.cards[self._shown[at + by[key]]]
            card.setFocus(Qt.FocusReason.TabFocusReason)
            self.area.ensureWidgetVisible(card, 0, GAP)

    # Qt's own names from here on

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, more cards side by side."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """The room is known only after the layout has been made."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def _fit(self) -> None:
        if self._fitting != self._columns:
            self._lay()
        self._lay_filters()

    def showEvent(self, event: QShowEvent) -> None:
        """The page is there at once; its formulas are set one after the other."""
        super().showEvent(event)
        if self._plain:
            self._setting.start(BETWEEN_MS)

    def _typeset_next(self) -> None:
        if self._plain:
            card, which = self._plain.pop(0)
            card.typeset(which)
        else:
            self._setting.stop()

    def _lay_filters(self) -> None:
        a_row = FILTERS_A_ROW[self.width() >= WIDE]
        if a_row == self._filters_a_row:
            return
        self._filters_a_row = a_row
        while self._filters.count():
            self._filters.takeAt(0)
        for at, chip in enumerate(self.chips.values()):
            self._filters.addWidget(chip, at // a_row, at % a_row)
