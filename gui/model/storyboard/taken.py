"""What a frame of a storyboard is made of, and what shots show that was taken beforehand."""

from dataclasses import dataclass

from twostroke.engine.border.cursor import Cursor
from twostroke.engine.border.snapshot import Captured, Snapshot
from twostroke.engine.border.tape import Tape
from twostroke.gui.model.reel import Reel


@dataclass(frozen=True, eq=False)
class Taken:
    """The network as training has come to it, with the tape of the coming update or without."""

    snapshot: Snapshot
    tape: Tape | None
    beside: tuple[Snapshot, ...] = ()  # of networks that are compared with it
    names: tuple[str, ...] = ()  # of all of them


@dataclass(frozen=True, eq=False)
class Played:
    """What a shot shows that was taken beforehand, while a lesson was played or of one update alone: takes in order; of
    the last one a moment, or a stroke, which goes as the reel does.

    `end`: the session at the last take, of a lesson with the state in which its training goes on.
    """

    takes: tuple[Taken, ...]
    end: Captured
    cursor: Cursor | None = None
    reel: Reel | None = None
