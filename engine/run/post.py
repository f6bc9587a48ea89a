"""What window and training thread hand each other: commands through a queue, the newest snapshot through a mailbox.

It knows of no network, so it is there before the engine is.
"""

import queue
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from twostroke.engine.border.commands import Command
from twostroke.engine.border.snapshot import Progress, Snapshot
from twostroke.engine.files.patience import Patience, waiting

Numbered = tuple[int, Command]


class Post(ABC):
    """The window sends and takes; the thread gets and offers."""

    def __init__(self) -> None:
        self._commands: queue.SimpleQueue[Numbered | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._mailbox: Snapshot | None = None
        self._stopping = threading.Event()
        self._taken = 0
        self._patience: Patience | None = None  # with the command that is being done

    # -- the window ----------------------------------------------------------------------------------------------

    def send(self, command: Command, number: int = 0) -> None:
        """Ask for something; returns at once. Numbers rise; what has none to tell it by has 0."""
        self._commands.put((number, command))

    def take(self, answered: int = 0) -> Snapshot | None:
        """The newest snapshot, once; None where there is no newer one than the last taken, or where the command of that
        number is not answered by then."""
        with self._lock:
            snapshot = self._mailbox
            if snapshot is None or snapshot.answered < answered:
                return None
            self._mailbox, self._taken = None, snapshot.serial
        return snapshot

    def look(self) -> None:
        """Have the next snapshot made now: the window has nothing else to do, so the interpreter is free."""
        self._commands.put(None)

    @property
    def reading(self) -> Progress | None:
        """What is being read for a command; None where nothing is."""
        patience = self._patience
        return Progress(patience.what, patience.share) if patience is not None and patience.what else None

    def cancel(self) -> None:
        """Refuse the command that is being done, where it reads a file."""
        patience = self._patience
        if patience is not None:
            patience.end()

    def end(self) -> None:
        """Ask the thread to end, whatever it waits for."""
        self._stopping.set()
        self.cancel()
        self._commands.put(None)

    # -- the thread ----------------------------------------------------------------------------------------------

    @abstractmethod
    def beside(self, work: Callable[[], None]) -> threading.Thread:
        """Have `work` done by a thread that nobody waits for."""

    def offer(self, snapshot: Snapshot) -> None:
        """Put `snapshot` into the mailbox, in place of one that has not been taken."""
        with self._lock:
            self._mailbox = snapshot

    @property
    def mailbox_empty(self) -> bool:
        """Whether the window has taken the last snapshot."""
        with self._lock:
            return self._mailbox is None

    @contextmanager
    def patiently(self) -> Iterator[None]:
        """Within the block, what is read can be watched and cancelled from outside."""
        self._patience = Patience()
        if self.stopping:
            self._patience.end()
        try:
            with waiting(self._patience):
                yield
        finally:
            self._patience = None

    @property
    def taken(self) -> int:
        """The serial of the last snapshot that the window has taken."""
        with self._lock:
            return self._taken

    @property
    def stopping(self) -> bool:
        """Whether the thread has been asked to end."""
        return self._stopping.is_set()

    def rest(self, seconds: float) -> None:
        """Do nothing for so long, unless the thread is asked to end."""
        if seconds:
            self._stopping.wait(seconds)

    def next_command(self, wait: float | None) -> Numbered | None:
        """The next command; waits up to `wait` seconds (None: for as long as it takes, 0: not at all).

        None where there is none, and where the thread is only to look up.
        """
        try:
            return self._commands.get(block=wait != 0, timeout=wait)
        except queue.Empty:
            return None
