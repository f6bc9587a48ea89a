"""Work that has no frames, done beside the window as an export job is: writing a solution, a program, a table."""

from collections.abc import Callable
from pathlib import Path

from twostroke.gui.shell.waiting import Job

LONG = 600.0
"""Seconds after which nobody waits any more."""


class BesideJob:
    """Does `work`, which writes `target`. It cannot be ended in the middle: it is quick."""

    frames = 1

    def __init__(self, work: Callable[[], None], target: Path) -> None:
        self._job, self._target = Job(work, waited_for=False), target

    @property
    def done(self) -> int:
        """1 when it is over."""
        return int(self._job.over())

    def start(self) -> None:
        """Begin; returns at once."""
        self._job.start()

    def cancel(self) -> None:
        """What has begun is done to its end."""

    @property
    def running(self) -> bool:
        """Whether it is at work."""
        return not self._job.over()

    def wait(self, seconds: float | None) -> bool:
        """Wait for the end; whether it has come."""
        return self._job.wait(LONG if seconds is None else seconds)

    def finish(self) -> Path | None:
        """What was written; raises what went wrong."""
        self._job.result()
        return self._target
