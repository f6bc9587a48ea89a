"""The gate of a neuron in the hands of a user: the parameters of its activation, turned and typed in the picture."""

from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from twostroke.engine.session.spec import Session
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model import gate_numbers
from twostroke.gui.model.choices import GateRef, NeuronRef
from twostroke.gui.model.even_values import FINE, STEP
from twostroke.gui.model.gate_numbers import GateNumber
from twostroke.gui.model.user_text import literal
from twostroke.gui.model.words import as_sentence, title_of
from twostroke.gui.shell.number_here import NumberHere
from twostroke.gui.shell.turning import Turning, value_of

At = GateRef | NeuronRef


class GatesByHand:
    """What hands do to the gates of the network that the controller shows."""

    def __init__(self, controller: Controller, turning: Turning, field: NumberHere) -> None:
        self._controller = controller
        self._turning = turning
        self._field = field

    def turn(self, at: GateRef, steps: int, fine: bool) -> None:
        """Turn the first parameter of its activation."""
        number = self._first(at)
        if number is not None:
            self._turning.turn(number, steps, FINE if fine else STEP)

    def type(self, at: GateRef, point: QPoint) -> None:
        """Have the same typed there."""
        number = self._first(at)
        if number is not None:
            self._type(number, point)

    def fill(self, menu: QMenu, at: At, point: QPoint) -> None:
        """What can be done with it, as entries of a menu."""
        session = self._session
        if session is None:
            return
        numbers = gate_numbers.gate_numbers(session, at.layer, at.unit)
        if numbers and not menu.isEmpty():
            menu.addSeparator()
        for number in numbers:
            words = literal(f"Type the {gate_numbers.worded(session, number)}…")
            menu.addAction(words).triggered.connect(partial(self._type, number, point))

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

    def _type(self, number: GateNumber, point: QPoint, _: bool = False) -> None:
        session, view = self._session, self._controller.view
        if session is not None and view is not None:
            name = as_sentence(gate_numbers.worded(session, number))
            self._field.ask(point, name, value_of(view, number), partial(self._set, number))

    def _set(self, number: GateNumber, value: float) -> None:
        if self._session is not None:
            self._controller.send(gate_numbers.edit_of(self._session, number, value))
