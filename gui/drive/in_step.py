"""The way to the main network's engine while others are compared with it.

**In step**, all train by turns: to the same update, a bound that each is told and waits at; when all are there they are
shown together, and the next bound goes out. How far a turn goes follows the slowest, so that pictures keep their rate.
What the user asks of the main network waits for the end of a turn, a fiftieth of a second: a change of the session
happens at the same update everywhere. **At full speed** each trains by itself and hears the same commands.
"""

import time
from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Progress, Snapshot, Status
from twostroke.gui.drive.companion import Companion
from twostroke.gui.drive.controller import Link

LEAST_SECONDS, MOST_SECONDS = 0.0005, 0.006
"""That training takes in one turn; the rest of a frame is for snapshots and painting, for each of the networks."""

LATE = 0.0175
"""Seconds from one turn to the next that are more than a frame's."""

SHORTER, LONGER = 0.8, 1.02
"""By which turns change where a frame comes late, and where it does not: so one in twelve may be late, as where panels
are shown."""

_ASKS_ONLY = (c.Capture, c.Watch, c.Check, c.MarkSaved, c.HoldAt, c.KeepJournal, c.Note)
_TRAINING = (c.Play, c.Pause, c.Advance, c.AdvanceEpoch, c.StepBack, c.Seek, c.Reset, c.Open)
_ALIKE = (*_TRAINING[1:6], c.SetPace, c.Record, c.NextTape, c.PreviousTape, c.LeaveStroke)


class InStep(QObject):
    """A link to the main engine over another one. `met` says that all are where they should be, and whether the main
    network is shown there just now, or has been before.
    """

    snapshot_arrived = Signal(object)
    engine_failed = Signal(object, bool, object)
    met = Signal(bool)

    def __init__(self, link: Link, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.companions: Sequence[Companion] = ()
        self.in_step = True
        self.updates = 1  # of a turn
        self.link = link
        self._bound = 0  # what all have been told
        self._plays = False  # whether the main network was told last to train without end
        self._seconds, self._turned_at = LEAST_SECONDS, 0.0  # of a turn; when the last one began
        self._newest: Snapshot | None = None
        self._withheld = False  # whether the newest has not been shown
        self._waiting: deque[tuple[c.Command, int]] = deque()
        self._passed = 0  # the number of the last command that may have changed something
        self._round = QTimer(self)
        self._round.setSingleShot(True)
        self._round.timeout.connect(self._go_round)
        link.snapshot_arrived.connect(self._take)
        link.engine_failed.connect(self._lose)

    # -- as a link -----------------------------------------------------------------------------------------------------

    def send(self, command: c.Command, number: int) -> None:
        """Pass a command on: at once, or when the turn under way is over."""
        if self._waiting or self._under_way:
            self._waiting.append((command, number))
        else:
            self._pass_on(command, number)

    @property
    def reading(self) -> Progress | None:
        """What the main engine reads for a command."""
        return self.link.reading

    def cancel(self) -> None:
        """Have it refuse the command that it is doing, where it reads a file."""
        self.link.cancel()

    def begin(self, newest: Snapshot | None) -> None:
        """Take over from the link, whose last snapshot is known."""
        self._newest = newest
        self._plays = newest is not None and newest.status is Status.RUNNING
        self.set_in_step(self.in_step)

    def end(self) -> None:
        """Leave the link to itself."""
        self._round.stop()
        self.link.snapshot_arrived.disconnect(self._take)
        self.link.engine_failed.disconnect(self._lose)
        self._flush()
        self._hold(None)

    def set_in_step(self, on: bool) -> None:
        """Train by turns, or each at full speed."""
        self.in_step, self.updates = on, 1
        self._bound = 0
        self._hold(0 if on else None)
        for companion in self.companions:
            companion.hold_at(0 if on else None)
        self.go_on()

    def go_on(self) -> None:
        """See what is to be done, once what happens now is over."""
        self._round.start(0)

    # -- passing on ----------------------------------------------------------------------------------------------------

    @property
    def _under_way(self) -> bool:
        """Whether the main network trains towards the end of a turn."""
        now = self._newest
        return self.in_step and now is not None and now.status is Status.RUNNING and now.update < self._bound

    def _pass_on(self, command: c.Command, number: int) -> None:
        if self.in_step and not isinstance(command, _ASKS_ONLY):
            self._halt()
            self._passed = number
        self.link.send(command, number)
        if isinstance(command, _TRAINING):
            self._plays = isinstance(command, c.Play)
        if not self.in_step and isinstance(command, _ALIKE):
            for companion in self.companions:
                if companion.follows:
                    companion.ask(command, lambda answer: True)  # such as an update that it does not know

    def _halt(self) -> None:
        """Whatever comes, no update is done before the next turn; its length is found anew."""
        self._bound, self.updates = 0, 1
        self._hold(0)

    def _hold(self, update: int | None) -> None:
        """Bound the main engine, where there is one: after a fault it is the user's command that begins another."""
        if self._newest is not None:
            self.link.send(c.HoldAt(update), 0)

    def _flush(self) -> None:
        while self._waiting:
            self._pass_on(*self._waiting.popleft())

    # -- hearing -------------------------------------------------------------------------------------------------------

    def _take(self, snapshot: Snapshot) -> None:
        before, self._newest = self._newest, snapshot
        news = before is None or snapshot.answered != before.answered or bool(snapshot.answers)
        self._withheld = True
        if not self.in_step or snapshot.status is not Status.RUNNING or news:
            self._show()
        for companion in self.companions:
            companion.poll()
        self._go_round()

    def _lose(self, error: object, kept: bool, rescued: object) -> None:
        self._bound, self._passed, self._newest, self._withheld = 0, 0, None, False
        for companion in self.companions:
            companion.begin_anew()
        self._flush()
        self.engine_failed.emit(error, kept, rescued)

    def _show(self) -> None:
        if self._withheld and self._newest is not None:
            self._withheld = False
            self.snapshot_arrived.emit(self._newest)

    # -- turns ---------------------------------------------------------------------------------------------------------

    def _go_round(self) -> None:
        """See to everybody's being where the main network is; then to the next turn."""
        main = self._newest
        if main is None or self._under_way:
            return
        if self._waiting:
            self._flush()
            return
        if main.answered < self._passed or main.status is Status.COMPILING:
            return
        there = [each.keep_session(main) and self._in_place(each, main) for each in self.companions]
        if self.in_step and all(there):
            self.met.emit(self._withheld)
            self._show()
            self._next_turn(main)

    def _in_place(self, companion: Companion, main: Snapshot) -> bool:
        """Whether it stands where the main network does; what does not follow is not waited for."""
        if not companion.follows:
            return True
        if self.in_step:
            return companion.keep_place(main, main.update)
        if self._plays and main.status is Status.RUNNING:
            companion.keep_training()
        return True

    def _next_turn(self, main: Snapshot) -> None:
        if main.status is not Status.RUNNING:
            return
        self._keep_rate()
        self._bound = main.update + self.updates
        self._hold(self._bound)
        for companion in self.companions:
            if companion.follows:
                companion.hold_at(self._bound)
        self.updates = max(1, min(2 * self.updates, self._affordable(main)))

    def _keep_rate(self) -> None:
        """Turns as long as leaves the pictures their rate."""
        since, self._turned_at = self._turned_at, time.monotonic()
        by = SHORTER if self._turned_at - since > LATE else LONGER
        self._seconds = min(max(self._seconds * by, LEAST_SECONDS), MOST_SECONDS)

    def _affordable(self, main: Snapshot) -> int:
        """Updates of a turn that take the slowest no longer than a turn may."""
        every = [main, *(each.snapshot for each in self.companions if each.follows and each.snapshot is not None)]
        slowest = max(snapshot.seconds_per_update for snapshot in every)
        return int(self._seconds / slowest) if slowest else 1
