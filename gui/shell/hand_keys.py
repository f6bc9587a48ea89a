"""What keys and menus do by hand: with the link or neuron where the keys stand in the picture, else in the table."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from twostroke.engine.border.commands import Change, Edit
from twostroke.engine.session.parameters import element, layer_and_name, place_of
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model import by_hand, cutting, gate_switches
from twostroke.gui.model.choices import GateRef, LinkRef, NeuronRef, Place, Touched
from twostroke.gui.model.even_values import FINE, STEP, number_at
from twostroke.gui.model.explain.quantities import Quantity
from twostroke.gui.model.given_sample import Part, part_of_sample
from twostroke.gui.model.walk import is_pinned
from twostroke.gui.model.words import as_sentence
from twostroke.gui.panels.neuron.hand import Hand
from twostroke.gui.panels.neuron.hand_menu import Deeds, empty_menu, hand_menu
from twostroke.gui.shell.gates_by_hand import GatesByHand
from twostroke.gui.shell.number_here import NumberHere
from twostroke.gui.shell.sample_by_hand import SampleByHand
from twostroke.gui.shell.turning import Turning
from twostroke.gui.stage.stage import Stage

PIN_FIRST = (
    "Pin a neuron first: click it in the picture, or walk to it with Up and Down. Its weights are rows of the table in "
    "the panel Neuron."
)

GATE_FIRST = (
    "Pin a hidden neuron first: this key switches its gate off, on the backward stroke where that is running, else on "
    "the forward one."
)


OTHER_GROUND = "The network or its data have changed, so the field “{}” is closed; nothing has been typed."


def _ground(session: Session) -> tuple[object, ...]:
    """What the place of a number stands in: on another, the same place is another number."""
    return session.network.layers, session.network.output, session.data


class ByHand:
    """Joins the picture and the actions of the window with the table of the pinned neuron."""

    def __init__(
        self,
        controller: Controller,
        stage: Stage,
        hand: Hand,
        reveal: Callable[[], object],
        show_account: Callable[[], object],
    ) -> None:
        self._controller = controller
        self._stage = stage
        self._hand = hand
        self._reveal = reveal  # unfolds the table
        self._show_account = show_account
        self._turning = Turning(controller)
        self.field = NumberHere(stage)
        self.field.refused.connect(lambda words: controller.said.emit(words, True))
        self._asked_on: Session | None = None
        self.field.opened.connect(self._note_ground)
        controller.taken.connect(self._keep_to_ground)
        self.sample = SampleByHand(controller, self.field)
        self._gates = GatesByHand(controller, self._turning, self.field)

    def _note_ground(self) -> None:
        self._asked_on = self._session

    def _keep_to_ground(self) -> None:
        """Close a field whose number may be another one by now."""
        asked_on, session = self._asked_on, self._session
        if not self.field.is_open or asked_on is session or asked_on is None or session is None:
            return
        if _ground(asked_on) != _ground(session):
            self.field.close_field()
            self._controller.said.emit(OTHER_GROUND.format(self.field.name.text()), True)

    def type_number(self) -> None:
        """Type the weight of the link where the keys stand, the bias of the neuron, or the chosen row; an input or a
        target at its place in the picture.
        """
        place, part = self._stands_on, self._part
        if part is not None:
            self.sample.type(part, self._stage.spot())
        elif place is not None:
            self._type(by_hand.number_of(place))
        elif self._has_table():
            self._hand.type_number()

    def type_at(self, at: Touched, point: QPoint) -> None:
        """Type the number of that link, neuron, gate, input or target in a field at that point of the picture."""
        part, place, session = part_of_sample(at), place_in_session(at), self._session
        if part is not None:
            self.sample.type(part, point)
        elif isinstance(at, GateRef):
            self._gates.type(at, point)
        elif place is not None and session is not None and self._controller.view is not None:
            number = by_hand.number_of(place)
            now = number_at(self._controller.view, number)
            name = as_sentence(by_hand.worded(session, number))
            self.field.ask(point, name, now, lambda value: self._edit(by_hand.set_number, number, value))

    def turn(self, steps: int, fine: bool = False) -> None:
        """Turn the same up by so many steps, or down where negative."""
        place, part, row = self._stands_on, self._part, self._hand.table.place
        if part is not None:
            self.sample.turn(part, steps, fine)
        elif place is not None:
            self._turning.turn(by_hand.number_of(place), steps, FINE if fine else STEP)
        elif self._has_table() and row is not None:
            self._turning.turn(row, steps, FINE if fine else STEP)

    def turn_at(self, at: Touched, steps: int, fine: bool) -> None:
        """Turn the weight of that link, the bias of that neuron, the parameter of that gate, that input or target."""
        part, place = part_of_sample(at), place_in_session(at)
        if part is not None:
            self.sample.turn(part, steps, fine)
        elif isinstance(at, GateRef):
            self._gates.turn(at, steps, fine)
        elif place is not None:
            self._turning.turn(by_hand.number_of(place), steps, FINE if fine else STEP)

    def freeze(self) -> None:
        """Freeze the same, or let it learn again."""
        place, session = self._stands_on, self._session
        if place is not None and session is not None:
            number = by_hand.number_of(place)
            self._freeze((number,), not by_hand.is_frozen(session, number))
        elif self._has_table():
            self._hand.freeze_or_free()

    def cut(self) -> None:
        """Cut the link or neuron where the keys stand, or the link of the chosen row, or mend it."""
        place, session = self._stands_on, self._session
        if place is not None and session is not None:
            self._cut((place,), not cutting.is_cut(session, place))
        elif self._has_table():
            self._hand.cut_or_mend()

    def switch_gate(self) -> None:
        """Switch off the gate of the neuron where the keys stand, or of the pinned one, on the stroke that is running;
        or on again.
        """
        choices, view = self._controller.choices, self._controller.view
        at = choices.walked.place if choices.walked is not None else choices.selected
        session = self._session
        if view is None or session is None or not isinstance(at, NeuronRef) or at.layer == 0:
            self._controller.said.emit(GATE_FIRST, False)
        else:
            running = None if view.moment is None else view.moment.step.phase.is_backward
            backward = gate_switches.meant(session, at.layer, at.unit, running)
            self._gates.switch(GateRef(at.layer, at.unit, backward))

    def switch_at(self, at: GateRef) -> None:
        """Switch that gate off on its stroke, or on again."""
        self._gates.switch(at)

    def open_menu(self, at: Touched, point: QPoint) -> None:
        """What can be done with that link, neuron, gate, input or target of the picture."""
        menu = self._menu(at, self._stage.mapFromGlobal(point))
        if menu is not None and not menu.isEmpty():
            menu.popup(point)

    def _menu(self, at: Touched, point: QPoint) -> QMenu | None:
        """The same; `point` is one of the picture."""
        part, place, session = part_of_sample(at), place_in_session(at), self._session
        if session is None:
            return None
        deeds = Deeds(self._type, self._freeze, self._cut, self._explain)
        menu = empty_menu(self._stage) if place is None else hand_menu(self._stage, session, place, deeds)
        if part is not None:
            self.sample.fill(menu, part, point)
        elif isinstance(at, NeuronRef | GateRef):
            self._gates.fill(menu, at, point)
        return menu

    @property
    def _session(self) -> Session | None:
        return self._controller.snapshot.session if self._controller.snapshot is not None else None

    @property
    def _stands_on(self) -> str | None:
        """Where the keys stand, or the pinned link."""
        choices = self._controller.choices
        stands = choices.walked.place if choices.walked is not None else choices.pinned_link
        return None if stands is None else place_in_session(stands)

    @property
    def _part(self) -> Part | None:
        """The input or target where the keys stand, or which is pinned."""
        choices = self._controller.choices
        return part_of_sample(choices.walked.place if choices.walked is not None else choices.selected)

    def _has_table(self) -> bool:
        """Whether there is a neuron with a table; says so where not."""
        pinned = self._controller.choices.selected is not None
        if pinned:
            self._reveal()
        else:
            self._controller.said.emit(PIN_FIRST, False)
        return pinned

    def _type(self, place: str) -> None:
        """In the table of its neuron, which is pinned for that."""
        chosen = in_picture(place)
        if not is_pinned(self._controller.choices, chosen):
            self._controller.pin(chosen)
        self._reveal()
        self._hand.type_number(place)

    def _explain(self, quantity: Quantity) -> None:
        self._controller.explain(quantity)
        self._show_account()

    def _freeze(self, places: Sequence[str], on: bool) -> None:
        self._edit(by_hand.freeze, tuple(places), on)

    def _cut(self, places: Sequence[str], on: bool) -> None:
        self._edit(cutting.cut, tuple(places), on)

    def _edit(self, change: Change, *arguments: object) -> None:
        if self._session is not None:
            self._controller.send(Edit(change, arguments, len(self._session.network.layers)))


def place_in_session(place: Touched) -> str | None:
    """How a session names a link or a neuron of the picture; None for inputs, targets and gates."""
    if isinstance(place, LinkRef):
        return element(f"l{place.layer}.weight", place.target, place.source)
    if isinstance(place, NeuronRef) and place.layer > 0:
        return cutting.unit_place(place.layer, place.unit)
    return None


def in_picture(text: str) -> Place:
    """The link that a weight belongs to, or the neuron whose table has the number."""
    key, index = place_of(text)
    layer, name = layer_and_name(key)
    return LinkRef(layer, index[1], index[0]) if name == "weight" else NeuronRef(layer, index[0])
