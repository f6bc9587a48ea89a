"""What a user does by hand to the pinned neuron: numbers typed and frozen, links cut; with their table."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from twostroke.engine.border.snapshot import Answer
from twostroke.engine.session.parameters import element
from twostroke.engine.session.phrases import shown
from twostroke.engine.session.spec import Session
from twostroke.gui.fields.soon import soon
from twostroke.gui.model import by_hand, cutting
from twostroke.gui.model.choices import LinkRef, NeuronRef
from twostroke.gui.model.explain.quantities import OF_A_SAMPLE, Kind
from twostroke.gui.model.pointed import parameter_at
from twostroke.gui.model.typed import real
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.weights import Weights
from twostroke.gui.panels.base.asking import Asking
from twostroke.gui.panels.base.widgets import Notice, plain_button
from twostroke.gui.panels.neuron.hand_menu import Deeds, hand_menu
from twostroke.gui.panels.neuron.weight_table import CARRIED, MEAN, NEXT, OWN, TYPE_TIP, WeightTable

FREEZE_TIP = "Frozen, a parameter is shown with its gradient, but no update changes it. Training goes on as it is"

CUT_TIP = "Cut, it carries nothing on either stroke. Mended, it has the weight it began with; undo brings its last one"
CUT_NEURON_TIP = "Cut, it sends nothing, and no gradient comes to it"


EXPLAINED = {CARRIED: Kind.TERM, OWN: Kind.SAMPLE_GRADIENT, MEAN: Kind.GRADIENT, NEXT: Kind.NEXT}
"""What the numbers of each column are."""


class Hand(QWidget):
    """The table of weights, and buttons for its chosen row. `asked` carries an edit and whom to answer, `explained`
    the Quantity whose account is wanted.
    """

    asked = Signal(object, object)
    explained = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asking = Asking(self.asked.emit, self._answered)
        self._session: Session | None = None
        self._ref: NeuronRef | None = None
        self._row = 0  # of the sample that is shown
        self._link: LinkRef | None = None  # the pinned one
        self._wanted: str | None = None  # a place whose number is to be typed as soon as its row is there
        self.table = WeightTable()
        self.type = plain_button("Type…", TYPE_TIP, "")
        self.freeze = _switch("Freeze", f"Freeze the chosen row, or let it learn again (K).\n{FREEZE_TIP}")
        self.cut = _switch("Cut", f"Cut the link of the chosen row, or mend it (C).\n{CUT_TIP}")
        self.biases = _switch("Freeze all biases", f"Freeze the biases of all layers, as textbooks do.\n{FREEZE_TIP}")
        self.cut_neuron = _switch("Cut neuron", f"Have this neuron send nothing, or mend it.\n{CUT_NEURON_TIP}")
        self.notice = Notice()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.table)
        layout.addLayout(_side_by_side(self.type, self.freeze, self.cut))
        layout.addLayout(_side_by_side(self.biases, self.cut_neuron))
        layout.addWidget(self.notice)
        self.type.clicked.connect(self.table.type_here)
        self.freeze.clicked.connect(self.freeze_or_free)
        self.cut.clicked.connect(self.cut_or_mend)
        self.biases.clicked.connect(self._freeze_biases)
        self.cut_neuron.clicked.connect(self._cut_neuron)
        self.table.typed.connect(self._typed)
        self.table.mark_clicked.connect(self._mark_clicked)
        self.table.menu_asked.connect(self.open_menu)
        self.table.explained.connect(self._explain)
        self.table.row_chosen.connect(self._show_marks)

    def show_weights(self, view: ViewState, ref: NeuronRef, weights: Weights) -> None:
        """Show the parameters of `ref`; those of before where an edit of them is under way."""
        if ref == self._ref and self._asking.is_old(view.snapshot):
            return
        if ref != self._ref:
            self.notice.remark("")
        self._session, self._ref, self._row = view.snapshot.session, ref, view.row
        self.table.show_weights(weights, view.choices.digits)
        self._follow(view.choices.pinned_link)
        self._show_marks()
        if self._wanted is not None and self.table.choose(self._wanted):
            self._wanted = None
            soon(self, self.table.type_here)  # when the table has its place

    def _follow(self, link: LinkRef | None) -> None:
        """Choose the row of a link that has just been pinned: what is cut by the button is what is outlined."""
        if link != self._link and link is not None:
            self.table.choose(element(f"l{link.layer}.weight", link.target, link.source))
        self._link = link

    def _show_marks(self) -> None:
        session, place = self._session, self.table.place
        if session is None or place is None:
            return
        for button, on in (
            (self.freeze, by_hand.is_frozen(session, place)),
            (self.cut, cutting.is_cut(session, place)),
            (self.biases, all(by_hand.frozen_among(session, by_hand.biases(session)))),
            (self.cut_neuron, self._neuron is not None and cutting.is_cut(session, self._neuron)),
        ):
            with QSignalBlocker(button):
                button.setChecked(on)
        self.cut.setEnabled(cutting.can_be_cut(session, place))
        self.cut_neuron.setEnabled(self._neuron is not None)

    @property
    def _neuron(self) -> str | None:
        """The place of the neuron that is shown; None where it cannot be cut."""
        if self._session is None or self._ref is None or not 0 < self._ref.layer < len(self._session.widths) - 1:
            return None
        return cutting.unit_place(self._ref.layer, self._ref.unit)

    def type_number(self, place: str | None = None) -> None:
        """Begin to type the number of the chosen row, or of `place`, whose neuron is pinned or about to be."""
        if place is None or (self.isVisible() and self.table.choose(place)):
            self.table.type_here()
        else:
            self._wanted = place

    def freeze_or_free(self) -> None:
        """Freeze the chosen row, or let it learn again."""
        if self._session is not None and self.table.place is not None:
            self._freeze((self.table.place,), not by_hand.is_frozen(self._session, self.table.place))

    def cut_or_mend(self) -> None:
        """Cut the link of the chosen row, or mend it."""
        if self._session is not None and self.table.place is not None:
            self._cut((self.table.place,), not cutting.is_cut(self._session, self.table.place))

    def _mark_clicked(self, place: str) -> None:
        """A cut link is mended, any other row frozen or freed."""
        if self._session is not None and cutting.is_cut(self._session, place):
            self._cut((place,), False)
        else:
            self.freeze_or_free()

    def _freeze_biases(self) -> None:
        if self._session is not None:
            places = by_hand.biases(self._session)
            self._freeze(places, not all(by_hand.frozen_among(self._session, places)))

    def _cut_neuron(self) -> None:
        if self._session is not None and self._neuron is not None:
            self._cut((self._neuron,), not cutting.is_cut(self._session, self._neuron))

    def _freeze(self, places: Sequence[str], on: bool) -> None:
        if self._session is not None:
            self._asking.edit(self._session, by_hand.freeze, tuple(places), on)

    def _cut(self, places: Sequence[str], on: bool) -> None:
        if self._session is not None:
            self._asking.edit(self._session, cutting.cut, tuple(places), on)

    def _typed(self, place: str, text: str) -> None:
        value = real(text)
        if self._session is None or value is None:
            self.notice.refuse(f"{shown(text)} is no number; the parameter keeps the one it had.")
        else:
            self._asking.edit(self._session, by_hand.set_number, place, value)

    def _explain(self, place: str, column: int) -> None:
        """What a cell of the table comes from."""
        kind = EXPLAINED[column]
        asked = parameter_at(place, kind)
        if kind is Kind.TERM and asked.source is None:
            asked = replace(asked, kind=Kind.BIAS)  # it is its own term
        elif kind in OF_A_SAMPLE:
            asked = replace(asked, row=self._row)
        self.explained.emit(asked)

    def open_menu(self, place: str, at: QPoint) -> None:
        """What can be done with `place`, in a menu at a point of the screen."""
        if self._session is not None:
            deeds = Deeds(self.type_number, self._freeze, self._cut, self.explained.emit)
            hand_menu(self, self._session, place, deeds).popup(at)

    def _answered(self, answer: Answer) -> None:
        if answer.refused:
            self.notice.refuse(answer.refused)
        else:
            self.notice.remark(answer.remark)


def _side_by_side(*buttons: QToolButton) -> QHBoxLayout:
    layout = QHBoxLayout()
    layout.setSpacing(4)
    for button in buttons:
        layout.addWidget(button)
    layout.addStretch(1)
    return layout


def _switch(text: str, tip: str) -> QToolButton:
    button = plain_button(text, tip, "")
    button.setAccessibleName(text)
    button.setCheckable(True)
    return button
