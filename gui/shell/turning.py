"""Turns single numbers of the network as fast as a hand does.

What has been turned while an answer is under way is asked for in one step after it: each edit trains from another
network.
"""

from twostroke.engine.border.commands import Edit
from twostroke.engine.border.snapshot import Answer
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model import by_hand, gate_numbers
from twostroke.gui.model.even_values import number_at, turned
from twostroke.gui.model.gate_numbers import GateNumber
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.one_at_a_time import OneAtATime

Turned = str | GateNumber
"""A number of the network, "l1.weight[0,1]", or a parameter of an activation."""


class Turning:
    """Turns numbers of the network that the controller shows."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._requests = OneAtATime[Edit](controller.ask, self._heard)
        self._place: Turned = ""
        self._wanted = 0.0
        self._answered = 0  # the number of the last edit that was made: older views show what was before

    def turn(self, place: Turned, steps: int, step: float) -> None:
        """Turn the number at `place` so many `step`s up, or down where negative."""
        base, snapshot = self._base(place), self._controller.snapshot
        if base is None or snapshot is None:
            return
        wanted = turned(base, steps, step)
        if isinstance(place, GateNumber):
            wanted = gate_numbers.within(snapshot.session, place, wanted)
        self._place, self._wanted = place, wanted
        self._requests.want(edit_of(snapshot.session, place, wanted))

    def _base(self, place: Turned) -> float | None:
        """What is turned on from: what the picture shows, or what it will show of this number."""
        view, snapshot = self._controller.view, self._controller.snapshot
        is_old = self._requests.coming is not None or (snapshot and snapshot.answered < self._answered)
        if place == self._place and is_old:
            return self._wanted
        return None if view is None else value_of(view, place)

    def _heard(self, answer: Answer) -> None:
        if not answer.refused:
            self._answered = answer.number


def value_of(view: ViewState, place: Turned) -> float | None:
    """The number at `place`, as `view` shows it; None where it does not."""
    if isinstance(place, str):
        return number_at(view, place)
    session = view.snapshot.session
    learned = gate_numbers.learned_place(session, place)
    return gate_numbers.setting_of(session, place) if learned is None else number_at(view, learned)


def edit_of(session: Session, place: Turned, value: float) -> Edit:
    """What gives it another value."""
    if isinstance(place, str):
        return Edit(by_hand.turn_number, (place, value), len(session.network.layers))
    return gate_numbers.edit_of(session, place, value)
