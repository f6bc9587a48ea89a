"""What a frame of a storyboard is made of."""

from dataclasses import dataclass

from twostroke.engine.border.snapshot import Snapshot
from twostroke.engine.border.tape import Tape


@dataclass(frozen=True, eq=False)
class Taken:
    """The network as training has come to it, with the tape of the coming update or without."""

    snapshot: Snapshot
    tape: Tape | None
    beside: tuple[Snapshot, ...] = ()  # of networks that are compared with it
    names: tuple[str, ...] = ()  # of all of them
