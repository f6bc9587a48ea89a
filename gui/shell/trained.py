"""What training has done that no file holds: where the network stands now, and where it stood in the file."""

from collections.abc import Mapping
from typing import Any

from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Snapshot
from twostroke.engine.files.companion import PREFIX
from twostroke.gui.model.by_hand import set_number

OWN = (
    c.Play
    | c.Advance
    | c.AdvanceEpoch
    | c.NextTape
    | c.PreviousTape
    | c.Seek
    | c.StepBack
    | c.Reset
    | c.Edit
    | c.Undo
    | c.Redo
    | c.SwitchBranch
    | c.DropBranch
    | c.Graft
)
"""Commands that make a run the user's own. A lesson that plays by itself may be looked at, and left, unasked."""


class Trained:
    """Measures a run against the moment at which it was last in a file."""

    def __init__(self) -> None:
        self._update: int | None = 0  # None: in no file
        self._branch: int | None = None  # the line of the history; None: whichever
        self._own = True
        self._typed = False  # whether numbers of the network were since

    def keep(self, update: int, snapshot: Snapshot | None, own: bool = True) -> None:
        """A file holds the network as it is at `update` of the present line; `own`: what follows is the user's."""
        self._update, self._branch, self._own, self._typed = update, _branch(snapshot), own, False

    def lose(self) -> None:
        """No file holds the network, as one that was recovered; what comes is the user's."""
        self._update, self._own = None, True

    def forget_line(self) -> None:
        """A new engine counts its lines anew."""
        self._branch = None

    def hear(self, command: c.Command) -> None:
        """The engine is asked for something."""
        self._own = self._own or isinstance(command, OWN)
        self._typed = self._typed or (isinstance(command, c.Edit) and command.change is set_number)

    def unsaved(self, snapshot: Snapshot | None) -> str:
        """What would be lost, as a sentence; "" for nothing: at update 0 the weights are drawn, and can be again."""
        if snapshot is None or not self._own or snapshot.update == 0:
            return ""
        branch = _branch(snapshot)
        same_line = branch == self._branch or None in (branch, self._branch)
        more = 0 if self._update is None else snapshot.update - self._update
        if self._update is not None and same_line and more == 0 and not self._typed:
            return ""
        if same_line and more > 0:
            return f"{more:,} {'update' if more == 1 else 'updates'} since the network was opened or saved."
        return f"The network as it is now, at update {snapshot.update:,}, is in no file."


def _branch(snapshot: Snapshot | None) -> int | None:
    branches = snapshot.branches if snapshot else ()
    return next((branch.id for branch in branches if branch.current), None)


def update_of(state: Mapping[str, Any] | None) -> int:
    """The update at which a network stands in its file; 0 where the file holds none, or no more than parameters."""
    clock = (state or {}).get(f"{PREFIX}clock")
    return 0 if clock is None else int(clock[0])
