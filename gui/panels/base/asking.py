"""The edits of one part of the window that are under way, and which snapshots are older than what they have done."""

from collections.abc import Callable

from twostroke.engine.border.commands import Change, Command, Edit
from twostroke.engine.border.snapshot import Answer, Snapshot, Told
from twostroke.engine.session.spec import Session
from twostroke.gui.model.edits import BY_LAYER


class Asking:
    """Sends edits by `ask`, which passes on a command with whom to tell its answer.

    `told` hears each answer, and tells the user.
    """

    def __init__(self, ask: Callable[[Command, Told], object], told: Callable[[Answer], object]) -> None:
        self._ask = ask
        self._told = told
        self._under_way = 0
        self._done = 0  # the number of the last edit that was made

    def edit(self, shown: Session, change: Change, *arguments: object) -> None:
        """Send an edit. Where it names a layer, it means one of the session `shown`."""
        depth = len(shown.network.layers) if change in BY_LAYER and arguments else None
        self._under_way += 1
        self._ask(Edit(change, arguments, depth), self._answered)

    def is_old(self, snapshot: Snapshot) -> bool:
        """Whether `snapshot` does not show yet what the edits have done, or will do."""
        return self._under_way > 0 or snapshot.answered < self._done

    def _answered(self, answer: Answer) -> bool:
        self._under_way -= 1
        if not answer.refused:
            self._done = answer.number
        self._told(answer)
        return True
