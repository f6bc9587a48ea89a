"""The only file that knows both Qt and the training thread.

Commands go straight into the thread's queue; a 60 Hz timer empties its one-place mailbox. A signal per update would
flood the event loop: pictures would arrive seconds late.

The two threads share one interpreter. The next snapshot is asked for when the frame of the last one has been painted:
made while the window paints, it would wait for the painter and hold it up.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from twostroke.engine.border.commands import Command, Open
from twostroke.engine.border.snapshot import Progress, Rescued, Snapshot, Status
from twostroke.engine.run.runner import Runner
from twostroke.engine.session.spec import Session

POLL_MS = 16
SOON_MS = 2
"""In which a snapshot is made: so long after one was asked for, or was not there, it is looked for again."""

IMPATIENT_SECONDS = 0.1
"""For so long after a command its answer is looked for as often; it may take longer, as where a file is read."""

HOLD_SECONDS = 0.06
"""For so long after a picture the next one is that of the answer to a command, where one is under way: painting what is
no longer asked for would put off the answer by a frame, in the window and, for the interpreter, in the engine."""


class Engine(Protocol):
    """What the bridge needs of a runner; tests put a simple one in its place."""

    error: BaseException | None
    rescued: Rescued | None  # after an error, where the network is sound

    @property
    def reading(self) -> Progress | None:
        """What is being read for a command; None where nothing is."""

    def cancel(self) -> None:
        """Refuse the command that is being done, where it reads a file."""

    def start(self) -> None:
        """Begin."""

    def send(self, command: Command, number: int) -> None:
        """Ask for something."""

    def take(self, answered: int = 0) -> Snapshot | None:
        """The newest snapshot, once, where it has answered the command of that number."""

    @property
    def mailbox_empty(self) -> bool:
        """Whether there is none."""

    def look(self) -> None:
        """Make the next snapshot now."""

    def stop(self) -> None:
        """End and join."""


State = Mapping[str, Any]


class Bridge(QObject):
    """Runs an engine for `session`. `snapshot_arrived` carries Snapshots; `engine_failed` the exception, whether the
    network as it had become is still there, and what was Rescued, or None.

    An engine that has failed is started anew by the next command: with the network that was rescued, else with the
    session that was seen last, its weights as they begin. Where two in a row cannot even begin, the next one has the
    default session, so that another file can be opened; a network that was rescued is given up for an `Open` alone.
    """

    snapshot_arrived = Signal(object)
    engine_failed = Signal(object, bool, object)

    def __init__(
        self,
        session: Session,
        parent: QObject | None = None,
        engine: Callable[[Session, State | None], Engine] = Runner,
    ) -> None:
        super().__init__(parent)
        self._make = engine
        self._session = session
        self._state: State | None = None  # to begin with, where it is not the fresh one
        self._engine: Engine | None = None
        self._newest: tuple[int, int] | None = None  # generation and serial, of this engine
        self._in_vain = 0  # engines in a row that could not even begin
        self._stopped = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.poll)
        self._polled_at = self._asked_at = self._shown_at = 0.0
        self._asked = 0  # the number of the newest command that this engine was sent
        self._running = False  # whether the last snapshot was of training under way
        self._painted = QTimer(self)  # of no time: Qt paints first
        self._painted.setSingleShot(True)
        self._painted.timeout.connect(self._look)

    def start(self) -> None:
        """Start the engine and look for snapshots from now on."""
        self._newest, self._asked = None, 0
        self._engine = self._make(self._session, self._state)
        self._engine.start()
        self._timer.start()

    def send(self, command: Command, number: int = 0) -> None:
        """Ask the engine for something; returns at once. After `stop` nothing is sent any more."""
        if self._stopped:
            return
        if self._engine is None:
            if self._in_vain > 1 and isinstance(command, Open):
                self._session, self._state = Session(), None
            self.start()
        assert self._engine is not None
        self._engine.send(command, number)
        self._asked, self._asked_at = max(self._asked, number), time.monotonic()
        self._look_again(SOON_MS)

    @property
    def reading(self) -> Progress | None:
        """What the engine reads for a command; None where nothing is read."""
        return self._engine.reading if self._engine is not None else None

    def cancel(self) -> None:
        """Have the engine refuse the command that it is doing, where it reads a file."""
        if self._engine is not None:
            self._engine.cancel()

    def poll(self) -> None:
        """Empty the mailbox. Snapshots of a network that has been replaced are dropped."""
        if self._engine is None:
            return
        engine, self._polled_at = self._engine, time.monotonic()
        snapshot = engine.take(self._asked if self._polled_at < self._shown_at + HOLD_SECONDS else 0)
        waits = self._running or self._polled_at < self._asked_at + IMPATIENT_SECONDS
        self._look_again(SOON_MS if snapshot is None and waits else POLL_MS)
        if snapshot is not None and (self._newest is None or (snapshot.generation, snapshot.serial) > self._newest):
            self._newest = (snapshot.generation, snapshot.serial)
            self._session, self._shown_at = snapshot.session, self._polled_at
            self.snapshot_arrived.emit(snapshot)
            self._running = snapshot.status is Status.RUNNING
            if self._running:
                self._painted.start(0)
        if self._engine is engine and engine.error is not None:
            self._fail(engine, engine.error)

    @property
    def interval(self) -> int:
        """Milliseconds between two looks into the mailbox."""
        return self._timer.interval()

    def _look_again(self, milliseconds: int) -> None:
        if self.interval != milliseconds:
            self._timer.setInterval(milliseconds)

    def _look(self) -> None:
        """The frame has been painted."""
        if self._engine is not None:
            self._engine.look()
            left = POLL_MS - 1000 * (time.monotonic() - self._polled_at)
            if left < SOON_MS:  # it would not be there yet, unless it was made while the window painted
                self._timer.start(SOON_MS if self._engine.mailbox_empty else 0)

    def _fail(self, engine: Engine, error: BaseException) -> None:
        engine.stop()
        self._engine = None
        if engine.rescued is not None:
            self._session, self._state = engine.rescued.captured.session, engine.rescued.captured.state
        elif self._newest is not None:  # what it began with has been trained since
            self._state = None
        began = engine.rescued is not None or self._newest is not None
        self._in_vain = 0 if began else self._in_vain + 1
        kept = self._state is not None or engine.rescued is not None or self._in_vain == 1
        if self._in_vain > 1 and not kept:  # nor will the next one be able to begin so: its data may be gone
            self._session = Session()
        self.engine_failed.emit(error, kept, engine.rescued)

    def stop(self) -> None:
        """End the training thread and wait for it. May be called twice."""
        self._stopped = True
        self._timer.stop()
        self._painted.stop()
        if self._engine is not None:
            self._engine.stop()
            self._engine = None
