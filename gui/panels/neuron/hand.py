"""What a user does by hand to single parameters of the pinned neuron: numbers typed, frozen; with their table."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from twostroke.engine.border.snapshot import Answer
from twostroke.engine.session.phrases import shown
from twostroke.engine.session.spec import Session
from twostroke.gui.model import by_hand
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.typed import real
from twostroke.gui.model.user_text import literal
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.weights import Weights
from twostroke.gui.panels.base.asking import Asking
from twostroke.gui.panels.base.widgets import Notice, plain_button
from twostroke.gui.panels.neuron.weight_table import TYPE_TIP, WeightTable

FREEZE_TIP = "Frozen, a parameter is shown with its gradient, but no update changes it. Training goes on as it is"


class Hand(QWidget):
    """The table of weights, and buttons for its chosen row. `asked` carries an edit, and whom to answer."""

    asked = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asking = Asking(self.asked.emit, self._answered)
        self._session: Session | None = None
        self._ref: NeuronRef | None = None
        self._wanted: str | None = None  # a place whose number is to be typed as soon as its row is there
        self.table = WeightTable()
        self.type = plain_button("Type…", TYPE_TIP, "")
        self.freeze = _switch("Freeze", f"Freeze the chosen row, or let it learn again (K).\n{FREEZE_TIP}")
        self.biases = _switch("All biases", f"Freeze the biases of all layers, as textbooks do.\n{FREEZE_TIP}")
        self.notice = Notice()
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for button in (self.type, self.freeze, self.biases):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.table)
        layout.addLayout(buttons)
        layout.addWidget(self.notice)
        self.type.clicked.connect(self.table.type_here)
        self.freeze.clicked.connect(self.freeze_or_free)
        self.biases.clicked.connect(self._freeze_biases)
        self.table.typed.connect(self._typed)
        self.table.mark_clicked.connect(lambda place: self._switch((place,)))
        self.table.menu_asked.connect(self.open_menu)
        self.table.row_chosen.connect(self._show_marks)

    def show_weights(self, view: ViewState, ref: NeuronRef, weights: Weights) -> None:
        """Show the parameters of `ref`; those of before where an edit of them is under way."""
        if ref == self._ref and self._asking.is_old(view.snapshot):
            return
        if ref != self._ref:
            self.notice.remark("")
        self._session, self._ref = view.snapshot.session, ref
        self.table.show_weights(weights)
        self._show_marks()
        if self._wanted is not None and self.table.choose(self._wanted):
            self._wanted = None
            QTimer.singleShot(0, self, self.table.type_here)  # when the table has its place

    def _show_marks(self) -> None:
        session, place = self._session, self.table.place
        if session is None or place is None:
            return
        for button, on in (
            (self.freeze, by_hand.is_frozen(session, place)),
            (self.biases, all(by_hand.frozen_among(session, by_hand.biases(session)))),
        ):
            with QSignalBlocker(button):
                button.setChecked(on)

    def type_number(self, place: str | None = None) -> None:
        """Begin to type the number of the chosen row, or of `place`, whose neuron is pinned or about to be."""
        if place is None or (self.isVisible() and self.table.choose(place)):
            self.table.type_here()
        else:
            self._wanted = place

    def freeze_or_free(self) -> None:
        """Freeze the chosen row, or let it learn again."""
        if self.table.place is not None:
            self._switch((self.table.place,))

    def _freeze_biases(self) -> None:
        if self._session is not None:
            self._switch(by_hand.biases(self._session))

    def _switch(self, places: Sequence[str]) -> None:
        """Freeze `places`, or where all of them are frozen let them learn."""
        if self._session is not None:
            on = not all(by_hand.frozen_among(self._session, places))
            self._asking.edit(self._session, by_hand.freeze, tuple(places), on)

    def _typed(self, place: str, text: str) -> None:
        value = real(text)
        if self._session is None or value is None:
            self.notice.refuse(f"{shown(text)} is no number; the parameter keeps the one it had.")
        else:
            self._asking.edit(self._session, by_hand.set_number, place, value)

    def open_menu(self, place: str, at: QPoint) -> None:
        """What can be done with `place`, in a menu at a point of the screen."""
        if self._session is not None:
            self.menu(self._session, place).popup(at)

    def menu(self, session: Session, place: str) -> QMenu:
        """The menu itself."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        named = literal(by_hand.worded(session, place))
        menu.addAction(f"Type the {named}…").triggered.connect(lambda: self.type_number(place))
        menu.addSeparator()
        array = place.split("[")[0]
        for places, words in (
            ((place,), named),
            ((array,), f"all {literal(by_hand.worded(session, array))}"),
            (by_hand.biases(session), "all biases"),
        ):
            action = menu.addAction(f"Freeze {words}")
            action.setCheckable(True)
            action.setChecked(all(by_hand.frozen_among(session, places)))
            action.triggered.connect(lambda _=False, places=places: self._switch(places))
        return menu

    def _answered(self, answer: Answer) -> None:
        if answer.refused:
            self.notice.refuse(answer.refused)
        else:
            self.notice.remark(answer.remark)


def _switch(text: str, tip: str) -> QToolButton:
    button = plain_button(text, tip, "")
    button.setAccessibleName(text)
    button.setCheckable(True)
    return button
