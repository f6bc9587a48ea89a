"""Going to updates with the hand; the engine replays what lies between its checkpoints."""

from collections.abc import Callable

from twostroke.engine.border.commands import Command, Seek
from twostroke.engine.border.snapshot import Snapshot, Told
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.one_at_a_time import OneAtATime


class Seeking:
    """Asks by `ask`, which passes on a command with whom to tell its answer. `wanted`: where the hand is, if it is."""

    def __init__(self, ask: Callable[[Command, Told], object]) -> None:
        self._requests = OneAtATime[Seek](ask)
        self.wanted: int | None = None

    def drag_to(self, update: int, shown: int) -> None:
        """The hand is at `update`, while `shown` is seen."""
        self.wanted = update
        if update == self._going_to(shown):
            self._requests.drop()
        else:
            self._requests.want(Seek(update))

    def let_go(self, update: int, shown: int) -> None:
        """Where the hand is in the end counts, also if an answer is still under way."""
        self._requests.drop()
        if update != self._going_to(shown):
            self._requests.insist(Seek(update))
        self.wanted = None

    def step_to(self, update: int, shown: int) -> None:
        """One step by a key; while one is under way, none."""
        if self._requests.under_way is None and update != shown:
            self._requests.want(Seek(update))

    def stay_within(self, snapshot: Snapshot) -> None:
        """The run may have become shorter under the hand."""
        if self.wanted is not None:
            self.wanted = within(self.wanted, snapshot)
            if self._requests.wanted is not None:
                self._requests.want(Seek(self.wanted))

    def _going_to(self, shown: int) -> int:
        under_way = self._requests.under_way
        return shown if under_way is None else under_way.update


def within(update: int, snapshot: Snapshot) -> int:
    """The nearest update that can be gone to."""
    return min(max(update, snapshot.past), snapshot.future)


def shown_update(view: ViewState) -> int:
    """The update that is seen."""
    return view.tape.update if view.tape is not None else view.snapshot.update
