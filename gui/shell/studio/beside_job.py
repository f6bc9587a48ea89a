"""Work that has no frames, done beside the window as an export job is: writing a solution, a program, a table."""

import threading
from collections.abc import Callable
from pathlib import Path

from twostroke.gui.export.refusals import ExportError
from twostroke.gui.shell.waiting import Job

LONG = 600.0
"""Seconds after which nobody waits any more."""

STEPS = 1_000
"""So many are told of a piece of work of which the share is known."""


class Ended(ExportError):
    """The user has ended it."""


class BesideJob:
    """Does `work`, which writes `target`, and calls `look` or `reach` of the job it is given: there it can be ended."""

    remark = ""

    def __init__(self, work: "Callable[[BesideJob], None]", target: Path) -> None:
        self._ended = threading.Event()
        self._reached = 0
        self._job, self._target = Job(lambda: work(self), waited_for=False), target

    def look(self, update: int) -> None:
        """To be called now and then while it trains. Raises Ended where nobody wants it any more."""
        self._check()

    def reach(self, share: float) -> None:
        """As `look`, where it is known what share of the work is done, 0 to 1."""
        self._check()
        self._reached = round(STEPS * share)

    def _check(self) -> None:
        if self._ended.is_set():
            raise Ended("Cancelled.")

    @property
    def frames(self) -> int:
        """Steps of the work; 1 as long as nothing is known of them."""
        return STEPS if self._reached else 1

    @property
    def done(self) -> int:
        """How many of them are done."""
        return self.frames if self._job.over() else self._reached

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
