"""What ends a command: Ctrl-C, a request to terminate and a closed terminal, from the first moment to the last.

A signal ends the program at once. Nothing is raised: an exception in the middle of an import, of a callback or of Qt is
lost, or a traceback, or a crash. What must not be left behind is seen to before. Work that has something to write, or
that must not be torn, runs in a block that only takes note of a signal.

Imports next to nothing, as it is the first thing that runs.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

SAYINGS = {signal.SIGINT: "Interrupted.", signal.SIGTERM: "Terminated."}
if hasattr(signal, "SIGHUP"):  # not on Windows
    SAYINGS[signal.SIGHUP] = "The terminal was closed."

ENDINGS = {128 + number: saying for number, saying in SAYINGS.items()}
"""What an exit code tells of."""

last: list[Callable[[], object]] = []
"""What is done before a signal ends the program, the newest first."""


class Noted:
    """Which signal has come; 0 for none."""

    number = 0

    def is_set(self) -> bool:
        """Whether one has."""
        return self.number != 0

    @property
    def code(self) -> int:
        """The exit code that tells of it."""
        return 128 + self.number

    @property
    def saying(self) -> str:
        """The sentence that tells of it."""
        return SAYINGS[signal.Signals(self.number)]

    def take(self, number: int, _: FrameType | None = None) -> None:
        """One has come."""
        self.number = number


def end_at_once() -> None:
    """From now on a signal ends the program, except for those that it was started to ignore."""
    for number in _heeded():
        signal.signal(number, leave)


@contextmanager
def noted() -> Iterator[Noted]:
    """Meanwhile a signal is only taken note of."""
    asked = Noted()
    before = {number: signal.signal(number, asked.take) for number in _heeded()}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)


@contextmanager
def whole() -> Iterator[None]:
    """A block that a signal does not tear: it takes effect at the end."""
    with noted() as asked:
        yield
    if asked.is_set():
        signal.raise_signal(asked.number)


@contextmanager
def at_last(act: Callable[[], object]) -> Iterator[None]:
    """Where a signal ends the program within the block, `act` is done before."""
    last.append(act)
    try:
        yield
    finally:
        last.remove(act)


def _heeded() -> list[signal.Signals]:
    return [number for number in SAYINGS if signal.getsignal(number) is not signal.SIG_IGN]


def leave(number: int, _: FrameType | None = None) -> None:
    """End the program because of a signal."""
    for act in reversed(last):
        with suppress(Exception):
            act()
    _remove_leftovers()
    with suppress(OSError):
        os.write(2, f"twostroke: {SAYINGS[signal.Signals(number)]}\n".encode())
    os._exit(128 + number)


def end_beside_threads(code: int) -> None:
    """End the program where threads of its own still run, such as one that compiles: nothing can stop that.

    As Python ends, it ends each thread that asks for the interpreter; within the C++ of a compiler this is an abort.
    """
    threading = sys.modules.get("threading")
    if threading is None or not any(thread.name.startswith("twostroke-") for thread in threading.enumerate()):
        return
    _remove_leftovers()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


def _remove_leftovers() -> None:
    leftovers = sys.modules.get("twostroke.engine.files.leftovers")
    with suppress(Exception):
        if leftovers is not None:
            leftovers.remove_all()
