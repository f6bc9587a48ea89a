"""Long reading that somebody waits for: how far it has come, and whether to go on.

Whoever waits makes a `Patience` and has the work done under it, in a thread of its own:

    with waiting(patience):
        read_saved(path)

Every file is read in pieces, and `go_on` is called at each; without a patience it does nothing. Any other thread may
look at `share` and `end` the patience: the work then stops at its next piece with `Cancelled`.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Cancelled(Exception):
    """Nobody waits any more. The message is one sentence for the user.

    It is no ValueError: what turns errors in data into sentences about the data must let it pass.
    """


class Patience:
    """How long somebody is willing to wait for one piece of work. `share` (0 to 1) says how much of it is done, and
    `what` of which file.
    """

    def __init__(self) -> None:
        self.share = 0.0
        self.what = ""  # the file that is being read, "" before the first
        self._until = 1.0
        self._ended = threading.Event()

    def end(self) -> None:
        """Have the work stop at its next piece."""
        self._ended.set()

    @property
    def ended(self) -> bool:
        """Whether the work is to stop."""
        return self._ended.is_set()

    def check(self, what: str) -> None:
        """Raises Cancelled where the work, reading `what`, is to stop."""
        self.what = what
        if self.ended:
            raise Cancelled(f"Reading {what} was cancelled.")

    @contextmanager
    def part(self, share: float) -> Iterator[None]:
        """What is read within the block is `share` of what was left to do; where nothing is read, none of it."""
        until = self._until
        self._until = self.share + share * (until - self.share)
        try:
            yield
        finally:
            self._until = until

    def reach(self, start: float, share: float) -> None:
        """A pass that began when `start` was done has come so far in itself; what is shown never goes back."""
        self.share = max(self.share, start + min(share, 1.0) * (self._until - start))


_patience: ContextVar[Patience | None] = ContextVar("patience", default=None)
_under_way: set[Patience] = set()  # in all threads; single operations on it need no lock


@contextmanager
def waiting(patience: Patience) -> Iterator[None]:
    """Within the block, what this thread reads is read under `patience`."""
    token = _patience.set(patience)
    _under_way.add(patience)
    try:
        yield
        patience.share = 1.0
    finally:
        _under_way.discard(patience)
        _patience.reset(token)


def somebody_waits() -> bool:
    """Whether work that somebody waits for is under way in any thread: what nobody waits for may step back."""
    return any(not patience.ended for patience in tuple(_under_way))


@contextmanager
def part(share: float) -> Iterator[None]:
    """As `Patience.part`, where somebody waits."""
    patience = _patience.get()
    if patience is None:
        yield
        return
    with patience.part(share):
        yield


def go_on(what: str) -> None:
    """Raises Cancelled where whoever waited for `what`, such as the name of a file, does so no more."""
    patience = _patience.get()
    if patience is not None:
        patience.check(what)


class Pass:
    """One way through `total` bytes of `what`, under the patience of now: tells how far it is, and stops at its end."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._done = what, max(total, 1), 0
        self._patience = _patience.get()
        self._start = self._patience.share if self._patience else 0.0

    def advance(self, step: int) -> None:
        """Some more bytes have been gone through. Raises Cancelled."""
        self._done += step
        if self._patience is not None:
            self._patience.check(self._what)
            self._patience.reach(self._start, self._done / self._total)
