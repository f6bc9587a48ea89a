"""Files that are held as long as their owner lives: the system lets go of them, however the owner ends.

The lock lies on the open file, not on a number of a process: those are given out again, and mean nothing on another
machine or in another container that shares the folder. A part needs no lock on Windows: what is open cannot be removed
there.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

LOOK = 0.01  # seconds between two looks at a folder that somebody else holds
LONGEST = 20.0  # seconds for which one waits for it

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        """OSError where somebody else has locked it."""
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def hold(handle: int) -> int | None:
        """See below."""
        return None
else:
    import fcntl

    def _lock(handle: int) -> None:
        """OSError where somebody else has locked it, or where the disk knows no locks."""
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def hold(handle: int) -> int | None:
        """Hold the open file or folder; None where somebody else does, or where the disk knows no locks.

        Returns a second handle on it. It is held until both are closed, at the latest when this process ends.
        """
        try:
            _lock(handle)
            return os.dup(handle)
        except OSError:
            return None


def claim(path: Path) -> int | None:
    """Hold the file at `path`, made where there is none, also on Windows; None where somebody else does.

    It is held until what this returns is let go, at the latest when this process ends. OSError where there can be no
    such file.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o600)
    try:
        _lock(handle)
    except OSError:
        os.close(handle)
        return None
    return handle


def let_go(held: int | None) -> None:
    """Close what `hold` or `claim` returned."""
    if held is not None:
        with contextlib.suppress(OSError):
            os.close(held)


@contextlib.contextmanager
def held(path: Path, seconds: float = 0.0) -> Iterator[bool]:
    """Within the block, the file or folder at `path` is held, where it can be had within so many seconds.

    Whether it is: where it is not, somebody else has it, or the system or the disk cannot tell.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        yield False
        return
    guard = None
    try:
        end = time.monotonic() + seconds
        while (guard := hold(handle)) is None and sys.platform != "win32" and time.monotonic() < end:
            time.sleep(LOOK)
        yield guard is not None
    finally:
        let_go(guard)
        os.close(handle)
