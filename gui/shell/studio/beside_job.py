"""Work that has no frames, done beside the window as an export job is: writing a solution, a program, a table."""

import threading
from collections.abc import Callable
from pathlib import Path

from twostroke.gui.export.refusals import ExportError
from twostroke.gui.shell.waiting import Job

LONG = 600.0
"""Seconds after which nobody waits any more."""


class Ended(ExportError):
    """The user has ended it."""


Look = Callable[[int], None]


class BesideJob:
    """Does `work`, which writes `target`, and calls what it is given now and then: there it can be ended."""

    frames = 1
    remark = ""

    def __init__(self, work: Callable[[Look], None], target: Path) -> None:
        self._ended = threading.Event()
        self._job, self._target = Job(lambda: work(self._look), waited_for=False), target

    def _look(self, update: int) -> None:
        if self._ended.is_set():
            raise Ended("Cancelled.")

    @property
    def done(self) -> int:
        """1 when it is over."""
        return int(self._job.over())

    def start(self) -> None:
        """Begin; returns at once."""
        self._job.start()

    def cancel(self) -> None:
        """End it, unless its file is being written: that is done to its end."""
        self._ended.set()

    @property
    def running(self) -> bool:
        """Whether it is at work."""
        return not self._job.over()

    def wait(self, seconds: float | None) -> bool:
        """Wait for the end; whether it has come."""
        return self._job.wait(LONG if seconds is None else seconds)

    def finish(self) -> Path | None:
        """What was written, or None where it was ended before; raises what went wrong."""
        try:
            self._job.result()
        except Ended:
            return None
        return self._target
