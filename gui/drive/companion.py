"""A network beside the main one: the main session with one difference, in an engine of its own, that follows it.

It is told nothing of what the user pressed. From what the main network is found to be doing it follows what is left to
do, one command after the other, so whatever happens there - a step back, an undo, another session - it comes after.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from twostroke.engine.border import commands as c
from twostroke.engine.border.commands import Edited
from twostroke.engine.border.snapshot import Answer, Captured, Snapshot, Status, Told
from twostroke.engine.border.tape import Tape
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.bridge import Bridge
from twostroke.gui.drive.ledger import Ledger
from twostroke.gui.model.differences import Difference

FAILED = "Its training has stopped because of a fault. Close it, and compare anew."


def replaced(session: Session, after: Edited) -> Edited:
    """The edit that makes of the session what it was found to be, seen as it is."""
    return Edited(after.session.model_copy(update={"view": session.view}), after.label)


class Companion(QObject):
    """One network in company.

    `arrived` says of which there is a new snapshot, `troubled` that `problem` is another one.
    """

    arrived = Signal(object)
    troubled = Signal()

    def __init__(
        self,
        difference: Difference,
        session: Session,
        parent: QObject | None = None,
        bridge: Callable[[Session], Bridge] = Bridge,
    ) -> None:
        """SessionError where the difference cannot be made on `session`."""
        self.made = difference.made_on(session)
        super().__init__(parent)
        self.difference = difference
        self.snapshot: Snapshot | None = None
        self.problem = ""  # why it does not follow, one sentence; "" where it does
        self._base = session  # of which `made` was made
        self._begun: tuple[int, int] | None = None  # document and generation of the main network it has begun beside
        self._laid: Session | None = None  # the main session whose difference it has
        self._bound: int | None = None
        self._gone = False  # whether its engine has failed
        self._ledger = Ledger(self._refused)
        self.bridge = bridge(self.made.session)
        self.bridge.setParent(self)
        self.bridge.snapshot_arrived.connect(self._take)
        self.bridge.engine_failed.connect(self._lose)

    # -- what is known -----------------------------------------------------------------------------------------------

    @property
    def follows(self) -> bool:
        """Whether it takes part: nothing is wrong with it."""
        return not self.problem

    @property
    def busy(self) -> bool:
        """Whether a command is under way."""
        return self._ledger.oldest is not None

    def start(self) -> None:
        """Start its engine."""
        self.bridge.start()

    def stop(self) -> None:
        """End its engine, and wait for it."""
        self.bridge.stop()

    def poll(self) -> None:
        """Look now whether there is something new."""
        self.bridge.poll()

    def _take(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._ledger.settle(snapshot.answered, snapshot.answers)
        self.arrived.emit(self)

    def _lose(self, error: object, kept: bool, rescued: object) -> None:
        self._gone = True
        self._say(FAILED)
        self._ledger.lose("")

    def _refused(self, answer: Answer) -> None:
        if self.snapshot is not None and self.snapshot.generation == 0:  # it could not even begin
            self._begun = None
        self._say(answer.refused)

    def _say(self, problem: str) -> None:
        if problem != self.problem:
            self.problem = problem
            self.troubled.emit()

    # -- what it is told ---------------------------------------------------------------------------------------------

    def ask(self, command: c.Command, then: Told | None = None) -> None:
        """Send a command; a refusal of which nobody is told is its problem."""
        self.bridge.send(command, self._ledger.enter(then))

    def hold_at(self, update: int | None) -> None:
        """Train no further than that."""
        if update != self._bound:
            self._bound = update
            self.bridge.send(c.HoldAt(update), 0)

    def captured(self, then: Callable[[Captured], object], line: bool = False) -> None:
        """Do `then` with all that it is; with `line`, also how it has come there."""

        def told(answer: Answer) -> bool:
            if answer.captured is not None:
                then(answer.captured)
            return True

        self.ask(c.Capture(line=line), told)

    # -- following -----------------------------------------------------------------------------------------------------

    def begin_anew(self) -> None:
        """The main network is another one, whatever its snapshots say."""
        self._begun = None

    def keep_session(self, main: Snapshot) -> bool:
        """See to its being what the main network is, but for the difference. Whether that is done."""
        self._understand(main.session)
        if self._gone:
            return True
        if self.busy or self.snapshot is None or self.snapshot.status is Status.COMPILING:
            return False
        command = self._pause() if self.problem else self._settings(main) or self._sample(main)
        if command is not None:
            self.ask(command)
        return command is None

    def keep_training(self) -> None:
        """See to its training without end, at its own speed."""
        if self.snapshot is not None and self.snapshot.status in (Status.PAUSED, Status.STROKE):
            self.hold_at(None)
            self.ask(c.Play())

    def keep_place(self, main: Snapshot, target: int) -> bool:
        """See to its standing at `target`, or training towards it, as the main network does. Whether it does."""
        now = self.snapshot
        if now is None or self.busy:
            return False
        self.hold_at(target)
        command = self._towards(main, now, target)
        if command is not None:
            self.ask(command)
            return False
        return now.update == target or now.status is Status.FAILED

    def _understand(self, session: Session) -> None:
        """The difference on another main session."""
        if session is self._base or self._gone:
            return
        self._base = session
        try:
            self.made = self.difference.made_on(session)
        except ValueError as error:
            self._say(str(error))
        else:
            self._say("")

    def _pause(self) -> c.Command | None:
        return c.Pause() if self.snapshot is not None and self.snapshot.status is Status.RUNNING else None

    def _settings(self, main: Snapshot) -> c.Command | None:
        """Begin anew beside a main network that has; else change what has changed there."""
        if self._begun != (main.document, main.generation):
            self._begun, self._laid = (main.document, main.generation), self._base
            like = main.session if self.difference.matched else None
            return c.Open(self.made.session, like=like, pace=main.pace)
        if self._laid is not self._base:
            self._laid = self._base
            return c.Edit(replaced, (self.made,))
        return None

    def _sample(self, main: Snapshot) -> c.Command | None:
        """Show what the main network is shown."""
        now = self.snapshot
        assert now is not None
        trial, own = main.trial, now.trial
        if trial is None and own is not None:
            return c.LeaveTrial()
        if trial is not None and (own is None or not _same(vars(trial), vars(own))):
            row, target = trial.row, trial.target
            given = None if target is None else tuple(map(float, target))
            return c.TryTestRow(row) if row is not None else c.TryInput(tuple(map(float, trial.values)), given)
        return c.PinSample(main.sample) if trial is None and now.sample != main.sample else None

    def _towards(self, main: Snapshot, now: Snapshot, target: int) -> c.Command | None:
        if now.update > target:
            return c.Seek(target)
        if main.status is Status.RUNNING:
            return None if now.status in (Status.RUNNING, Status.FAILED) else c.Play()
        if now.update < target:
            return None if now.status is Status.FAILED else _on_to(now, target)
        if now.status is Status.RUNNING:
            return c.Pause()
        if main.tape is None:
            return c.LeaveStroke() if now.tape is not None else None
        return None if now.status is Status.FAILED else _of_samples(main.tape, now.tape)


def _on_to(now: Snapshot, target: int) -> c.Command | None:
    """The way from where it stands to a later update; None where it is on it."""
    if now.status is Status.RUNNING:
        return None
    return c.NextTape() if now.tape is not None and target == now.update + 1 else c.Advance(target - now.update)


def _of_samples(main: Tape, own: Tape | None) -> c.Command | None:
    """A tape of the same samples, which another weight seed has in another order."""
    rows = tuple(main.rows.tolist())
    return c.Record(rows=rows) if own is None or tuple(own.rows.tolist()) != rows else None


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(np.array_equal(value, other[name]) for name, value in one.items())
