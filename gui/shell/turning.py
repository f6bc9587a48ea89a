"""Turns single numbers of the network as fast as a hand does, one request at a time.

What has been turned while an answer is under way is asked for in one step after it: a fast wheel must not queue up
edits, each of which trains from another network.
"""

from twostroke.engine.border.commands import Edit
from twostroke.engine.border.snapshot import Answer, Told
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model import by_hand
from twostroke.gui.model.even_values import number_at, turned


class Turning:
    """Turns numbers of the network that the controller shows."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._place = ""
        self._wanted = self._going_to = 0.0
        self._under_way = False
        self._answered = 0  # the number of the last edit that was made: older views show what was before

    def turn(self, place: str, steps: int, step: float) -> None:
        """Turn the number at `place` so many `step`s up, or down where negative."""
        base = self._base(place)
        if base is None:
            return
        self._place, self._wanted = place, turned(base, steps, step)
        if not self._under_way:
            self._ask()

    def _base(self, place: str) -> float | None:
        """What is turned on from: what the picture shows, or what it will show of this number."""
        view, snapshot = self._controller.view, self._controller.snapshot
        if place == self._place and (self._under_way or (snapshot and snapshot.answered < self._answered)):
            return self._wanted
        return None if view is None else number_at(view, place)

    def _ask(self) -> None:
        snapshot = self._controller.snapshot
        if snapshot is not None:
            self._under_way, self._going_to = True, self._wanted
            arguments = (self._place, self._wanted)
            depth = len(snapshot.session.network.layers)
            self._controller.ask(Edit(by_hand.turn_number, arguments, depth), self._told(*arguments))

    def _told(self, place: str, value: float) -> Told:
        def told(answer: Answer) -> bool:
            self._under_way = False
            if not answer.refused:
                self._answered = answer.number
                if (place, value) != (self._place, self._wanted):
                    self._ask()
            return False

        return told
