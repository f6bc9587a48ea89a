"""Exports that wait for their turn: one is at work at a time, in threads of its own, and all can be ended."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from twostroke.engine.data.problems import DataProblem
from twostroke.gui.export.refusals import ExportError, ExportRequestError
from twostroke.gui.model.words import told_time

GLANCE_MS = 100
SETTLED = 2.0
"""Seconds of work after which the time that is left can be told."""

SENTENCES = (ExportError, ExportRequestError, DataProblem)
"""What says itself why an export cannot be, or can be no longer: its folder or its data may be gone meanwhile."""

UNEXPECTED = "It failed unexpectedly; the details are in the log."


class Running(Protocol):
    """What is at work: an `ExportJob`, or something that can be waited for in the same way."""

    @property
    def done(self) -> int: ...
    @property
    def frames(self) -> int: ...
    @property
    def remark(self) -> str: ...
    @property
    def running(self) -> bool: ...
    def start(self) -> None: ...
    def cancel(self) -> None: ...
    def wait(self, seconds: float | None) -> bool: ...
    def finish(self) -> Path | None: ...


class State(StrEnum):
    """How far an export has come."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(eq=False)
class Export:
    """One of them. `begin` makes its job, in the window's thread."""

    target: Path
    begin: Callable[[], Running]
    state: State = State.WAITING
    message: str = ""  # why it failed
    job: Running | None = field(default=None, repr=False)
    steady: tuple[float, int] | None = None  # when frames first came, and how many there were

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        return 1.0 if self.job is None else self.job.done / max(1, self.job.frames)

    @property
    def told(self) -> str:
        """How it stands, in words."""
        if self.state is not State.WORKING or self.job is None:
            return self.message or self.state.value.capitalize()
        if self.job.remark:
            return self.job.remark
        left = self._left()
        trains = not self.job.done and self.job.frames > 1  # what has one picture, or none, may need no training
        return "Training…" if trains else f"{told_time(left)} left" if left is not None else "Working…"

    def _left(self) -> float | None:
        assert self.job is not None
        if self.steady is None or time.monotonic() - self.steady[0] < SETTLED:
            return None
        rate = (self.job.done - self.steady[1]) / (time.monotonic() - self.steady[0])
        return None if rate <= 0 else max(1.0, (self.job.frames - self.job.done) / rate)

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state not in (State.WAITING, State.WORKING)


class WorkQueue(QObject):
    """All exports of a studio, in order. `changed`: how one of them stands; `over` carries one that has ended;
    `failed` what nobody expected."""

    changed = Signal()
    failed = Signal(object)
    over = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.exports: list[Export] = []
        self._timer = QTimer(self)
        self._timer.setInterval(GLANCE_MS)
        self._timer.timeout.connect(self._look)
        application = QCoreApplication.instance()
        assert application is not None
        application.aboutToQuit.connect(self.close)

    def add(self, export: Export) -> None:
        """Let it begin as soon as those before it are over."""
        self.exports.append(export)
        self._look()

    def cancel(self, export: Export) -> None:
        """End one; nothing of it is left."""
        if export.state is State.WAITING:
            export.state = State.CANCELLED
            self.over.emit(export)
        elif export.job is not None and export.state is State.WORKING:
            export.job.cancel()
        self.changed.emit()

    @property
    def left(self) -> tuple[Export, ...]:
        """Those that wait or work."""
        return tuple(export for export in self.exports if not export.over)

    @property
    def busy(self) -> bool:
        """Whether something waits or works."""
        return bool(self.left)

    def waits_for(self, target: Path) -> bool:
        """Whether something is being written there, or will be."""
        return any(export.target == target and not export.over for export in self.exports)

    def close(self) -> None:
        """End all, and wait until nothing of them is left."""
        self._timer.stop()
        for export in self.exports:
            self.cancel(export)
        for export in self.exports:
            if export.job is not None:
                export.job.wait(None)

    def _look(self) -> None:
        for export in self.exports:
            if export.state is State.WORKING:
                self._look_at(export)
        if not any(export.state is State.WORKING for export in self.exports):
            waiting = next((export for export in self.exports if export.state is State.WAITING), None)
            if waiting is not None:
                self._begin(waiting)
        self._timer.start() if self.busy else self._timer.stop()
        self.changed.emit()

    def _begin(self, export: Export) -> None:
        export.state = State.WORKING
        try:
            export.job = export.begin()
            export.job.start()
        except Exception as error:
            self._fail(export, error)

    def _fail(self, export: Export, error: Exception) -> None:
        known = isinstance(error, SENTENCES)
        export.state, export.message = State.FAILED, str(error) if known else UNEXPECTED
        if not known:
            self.failed.emit(error)
        self.over.emit(export)

    def _look_at(self, export: Export) -> None:
        job = export.job
        assert job is not None
        if export.steady is None and job.done:
            export.steady = time.monotonic(), job.done
        if job.running:
            return
        try:
            path = job.finish()
        except Exception as error:
            self._fail(export, error)
        else:
            export.state = State.CANCELLED if path is None else State.DONE
            self.over.emit(export)
