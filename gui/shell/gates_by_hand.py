"""The gate of a neuron in the hands of a user: the parameters of its activation, turned and typed in the picture."""

from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from twostroke.engine.border.commands import Edit
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model import by_hand, gate_numbers, gate_switches, reviving
from twostroke.gui.model.choices import GateRef, NeuronRef
from twostroke.gui.model.even_values import FINE, STEP
from twostroke.gui.model.gate_numbers import GateNumber
from twostroke.gui.model.numbers import number
from twostroke.gui.model.user_text import literal
from twostroke.gui.model.words import as_sentence, title_of
from twostroke.gui.shell.number_here import NumberHere
from twostroke.gui.shell.turning import Turning, value_of

At = GateRef | NeuronRef

OF_THE_LOSS = "The output's gate belongs to the loss; gates of hidden neurons can be switched off."

ALL_OFF = "The {} stroke passes by all gates at present, see the panel Training; this one is off once it does not."


class GatesByHand:
    """What hands do to the gates of the network that the controller shows."""

    def __init__(self, controller: Controller, turning: Turning, field: NumberHere) -> None:
        self._controller = controller
        self._turning = turning
        self._field = field

    def turn(self, at: GateRef, steps: int, fine: bool) -> None:
        """Turn the first parameter of its activation."""
        found = self._first(at)
        if found is not None:
            self._turning.turn(found, steps, FINE if fine else STEP)

    def type(self, at: GateRef, point: QPoint) -> None:
        """Have the same typed there."""
        found = self._first(at)
        if found is not None:
            self._type(found, point)

    def fill(self, menu: QMenu, at: At, point: QPoint) -> None:
        """What can be done with it, as entries of a menu."""
        session = self._session
        if session is None:
            return
        if isinstance(at, NeuronRef):
            self._add_revival(menu, at)
        numbers = gate_numbers.gate_numbers(session, at.layer, at.unit)
        menu.addSeparator()
        for each in numbers:
            words = literal(f"Type the {gate_numbers.worded(session, each)}…")
            menu.addAction(words).triggered.connect(partial(self._type, each, point))
        menu.addSeparator()
        strokes = (at.backward,) if isinstance(at, GateRef) else (False, True)
        for backward in strokes if gate_switches.can_be_switched(session, at.layer) else ():
            self._add_switch(menu, session, GateRef(at.layer, at.unit, backward))

    def _add_revival(self, menu: QMenu, at: NeuronRef) -> None:
        """Of a dead neuron."""
        view = self._controller.view
        found = None if view is None else reviving.revival(view, at)
        if view is not None and found is not None:
            named = by_hand.worded(view.snapshot.session, found[0])
            words = f"Revive it: set the {named} to {number(found[1])}, so that it fires for this sample"
            menu.addSeparator()
            menu.addAction(literal(words)).triggered.connect(partial(self._revive, found))

    def _revive(self, found: tuple[str, float], _: bool = False) -> None:
        if self._session is not None:
            self._controller.send(Edit(reviving.revive, found, len(self._session.network.layers)))

    def _add_switch(self, menu: QMenu, session: Session, at: GateRef) -> None:
        words = gate_switches.named(at.layer, at.unit, at.backward)
        action = menu.addAction(literal(f"Switch off the {words}"))
        action.setCheckable(True)
        action.setChecked(gate_switches.is_switched_off(session, at.layer, at.unit, at.backward))
        action.triggered.connect(partial(self.switch, at))

    def switch(self, at: GateRef, _: bool = False) -> None:
        """Switch that gate off on its stroke, or on again."""
        session = self._session
        if session is None:
            return
        if not gate_switches.can_be_switched(session, at.layer):
            self._controller.said.emit(OF_THE_LOSS, False)
            return
        on = gate_switches.is_switched_off(session, at.layer, at.unit, at.backward)
        arguments = at.layer, at.unit, at.backward, on
        self._controller.send(Edit(gate_switches.switch_gate, arguments, len(session.network.layers)))
        if gate_switches.stroke_is_off(session, at.backward):
            self._controller.said.emit(ALL_OFF.format("backward" if at.backward else "forward"), False)

    @property
    def _session(self) -> Session | None:
        return self._controller.snapshot.session if self._controller.snapshot is not None else None

    def _first(self, at: GateRef) -> GateNumber | None:
        """The parameter that a hand means; says so where there is none."""
        session = self._session
        if session is None:
            return None
        found = gate_numbers.gate_numbers(session, at.layer, at.unit)
        if not found:
            name = as_sentence(title_of(gate_numbers.activation_of(session, at.layer, at.unit)))
            self._controller.said.emit(f"{name} has no parameter to turn or type; leaky ReLU and ELU have one.", False)
            return None
        return found[0]

    def _type(self, wanted: GateNumber, point: QPoint, _: bool = False) -> None:
        session, view = self._session, self._controller.view
        if session is not None and view is not None:
            name = as_sentence(gate_numbers.worded(session, wanted))
            self._field.ask(point, name, value_of(view, wanted), partial(self._set, wanted))

    def _set(self, wanted: GateNumber, value: float) -> None:
        if self._session is not None:
            self._controller.send(gate_numbers.edit_of(self._session, wanted, value))
