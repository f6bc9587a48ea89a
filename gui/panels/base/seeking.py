"""Going to updates with the hand: only one request is under way at a time, for the engine replays what lies between its
checkpoints, and a fast hand must not queue up hundreds. Where the hand has come to meanwhile is asked for next."""

from collections.abc import Callable

from twostroke.engine.border.commands import Command, Seek
from twostroke.engine.border.snapshot import Answer, Snapshot, Told
from twostroke.gui.model.view import ViewState


class Seeking:
    """Asks by `ask`, which passes on a command with whom to tell its answer. `wanted`: where the hand is, if it is."""

    def __init__(self, ask: Callable[[Command, Told], object]) -> None:
        self._ask = ask
        self.wanted: int | None = None
        self._going_to: int | None = None  # the update that has been asked for

    def drag_to(self, update: int, shown: int) -> None:
        """The hand is at `update`, while `shown` is seen."""
        self.wanted = update
        if self._going_to is None and update != shown:
            self._send(update)

    def let_go(self, update: int, shown: int) -> None:
        """Where the hand is in the end counts, also if an answer is still under way."""
        if update != (shown if self._going_to is None else self._going_to):
            self._send(update)
        self.wanted = None

    def step_to(self, update: int, shown: int) -> None:
        """One step by a key; while one is under way, none."""
        if self._going_to is None and update != shown:
            self._send(update)

    def stay_within(self, snapshot: Snapshot) -> None:
        """The run may have become shorter under the hand."""
        if self.wanted is not None:
            self.wanted = within(self.wanted, snapshot)

    def _send(self, update: int) -> None:
        self._going_to = update
        self._ask(Seek(update), self._answered)

    def _answered(self, answer: Answer) -> bool:
        there, self._going_to = self._going_to, None
        if not answer.refused and self.wanted is not None and self.wanted != there:
            self._send(self.wanted)
        return False


def within(update: int, snapshot: Snapshot) -> int:
    """The nearest update that can be gone to."""
    return min(max(update, snapshot.past), snapshot.future)


def shown_update(view: ViewState) -> int:
    """The update that is seen."""
    return view.tape.update if view.tape is not None else view.snapshot.update
