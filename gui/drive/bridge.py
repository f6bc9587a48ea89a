"""The only file that knows both Qt and the training thread.

Commands go straight into the thread's queue; a 60 Hz timer empties its one-place mailbox. A signal per update would
flood the event loop: pictures would arrive seconds late.
"""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from twostroke.engine.border.commands import Command
from twostroke.engine.border.snapshot import Snapshot
from twostroke.engine.run.runner import Runner
from twostroke.engine.session.spec import Session

POLL_MS = 16


class Engine(Protocol):
    """What the bridge needs of a runner; tests put a simple one in its place."""

    error: BaseException | None

    def start(self) -> None:
        """Begin."""

    def send(self, command: Command) -> None:
        """Ask for something."""

    def take(self) -> Snapshot | None:
        """The newest snapshot, once."""

    def stop(self) -> None:
        """End and join."""


class Bridge(QObject):
    """Runs an engine for `session`. `snapshot_arrived` carries Snapshots, `engine_failed` the exception.

    An engine that has failed is started anew, on the last session that was seen, by the next command.
    """

    snapshot_arrived = Signal(object)
    engine_failed = Signal(object)

    def __init__(
        self, session: Session, parent: QObject | None = None, engine: Callable[[Session], Engine] = Runner
    ) -> None:
        super().__init__(parent)
        self._make = engine
        self._session = session
        self._engine: Engine | None = None
        self._newest = (0, 0)  # generation and serial
        self._stopped = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.poll)

    def start(self) -> None:
        """Start the engine and look for snapshots from now on."""
        self._newest = (0, 0)
        self._engine = self._make(self._session)
        self._engine.start()
        self._timer.start()

    def send(self, command: Command) -> None:
        """Ask the engine for something; returns at once. After `stop` nothing is sent any more."""
        if self._stopped:
            return
        if self._engine is None:
            self.start()
        assert self._engine is not None
        self._engine.send(command)

    def poll(self) -> None:
        """Empty the mailbox. Snapshots of a network that has been replaced are dropped."""
        if self._engine is None:
            return
        snapshot = self._engine.take()
        if snapshot is not None and (snapshot.generation, snapshot.serial) > self._newest:
            self._newest = (snapshot.generation, snapshot.serial)
            self._session = snapshot.session
            self.snapshot_arrived.emit(snapshot)
        if self._engine is not None and self._engine.error is not None:
            self._fail(self._engine.error)

    def _fail(self, error: BaseException) -> None:
        self._timer.stop()
        if self._engine is not None:
            self._engine.stop()
        self._engine = None
        self.engine_failed.emit(error)

    def stop(self) -> None:
        """End the training thread and wait for it. May be called twice."""
        self._stopped = True
        self._timer.stop()
        if self._engine is not None:
            self._engine.stop()
            self._engine = None
