"""An engine on paper: obeys commands with the numbers of `examples`. No thread, no kernels, no waiting.

It can refuse, be late, and die, as a real one can.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from tests.gui.examples import example_maps, example_snapshot, example_tape
from twostroke.engine.border import commands as c
from twostroke.engine.border.slopes import Measured
from twostroke.engine.border.snapshot import Answer, Captured, Progress, Rescued, Snapshot, Status, Trial
from twostroke.engine.session.spec import Session


class PaperEngine:
    """What the bridge sees of a runner. `sent` keeps every command, but `watched` those that say what is looked at.

    Each command of a type in `refusals` is refused with that sentence. While `late`, commands wait for `catch_up`.
    """

    def __init__(self, session: Session, state: Mapping[str, Any] | None = None) -> None:
        self.sent: list[c.Command] = []
        self.watched: list[c.Watch] = []
        self.begun_with = state
        self.refusals: dict[type, str] = {}
        self.late = False
        self.waiting: list[tuple[c.Command, int]] = []
        self.untaken: list[Answer] = []
        self.error: BaseException | None = None
        self.rescued: Rescued | None = None
        self.reading: Progress | None = None
        self.started = self.stopped = self.looks = 0
        self.now = replace(example_snapshot(session, update=0), generation=0, serial=0)
        self.opened = session
        self.mailbox: Snapshot | None = None

    def cancel(self) -> None:
        """Refuse what is being done."""
        assert self.reading is not None
        self.refusals = dict.fromkeys(map(type, self.sent), f"Reading {self.reading.what} was cancelled.")
        self.reading = None
        self.catch_up()

    def start(self) -> None:
        """Offer the first snapshot."""
        self.started += 1
        self.change()

    def stop(self) -> None:
        """Count only."""
        self.stopped += 1

    def take(self, answered: int = 0) -> Snapshot | None:
        """The newest snapshot, once, where it has answered the command of that number."""
        taken = self.mailbox
        if taken is None or taken.answered < answered:
            return None
        self.mailbox = None
        self.untaken.clear()
        return taken

    @property
    def mailbox_empty(self) -> bool:
        """Whether it has been taken."""
        return self.mailbox is None

    def look(self) -> None:
        """Count only."""
        self.looks += 1

    def change(self, **parts: Any) -> None:
        """Go on to a state that differs in `parts`, and offer it."""
        self.now = replace(self.now, serial=self.now.serial + 1, answers=tuple(self.untaken), **parts)
        self.mailbox = self.now

    def tape(self, update: int) -> None:
        """Stand still at `update` with its tape laid."""
        tape = example_tape(self.now.session, update)
        future = max(update, self.now.future)
        self.change(status=Status.STROKE, update=update, tape=tape, future=future, trial=None)

    def stand(self, update: int) -> None:
        """Stand at an update that is known, with its tape where one was laid."""
        if self.now.tape is not None:
            self.tape(update)
        else:
            self.change(status=Status.PAUSED, update=update)

    def send(self, command: c.Command, number: int = 0) -> None:
        """Do it, now or later, and answer."""
        (self.watched if isinstance(command, c.Watch) else self.sent).append(command)
        self.waiting.append((command, number))
        if not self.late:
            self.catch_up()

    def catch_up(self, commands: int | None = None) -> None:
        """Do what has been asked for: all of it, or so many commands."""
        for command, number in self.waiting[:commands]:
            self._answer(command, number)
        del self.waiting[:commands]

    def _answer(self, command: c.Command, number: int) -> None:
        refused = self.refusals.get(type(command), "")
        answer = Answer(number, refused=refused)
        self.now = replace(self.now, answered=number)
        if not refused:
            try:
                answer = self._do(command, number) or answer
            except ValueError as error:
                answer = Answer(number, refused=str(error))
        self.untaken.append(answer)
        self.change()

    def _do(self, command: c.Command, number: int) -> Answer | None:
        """Do it, as far as the window can see."""
        update = self.now.update
        match command:
            case c.Play():
                self.change(status=Status.RUNNING, tape=None, failure=None)
            case c.SetPace(pace):
                self.change(pace=pace)
            case c.Pause():
                self.change(status=Status.PAUSED)
            case c.Advance(updates):
                self.change(status=Status.PAUSED, tape=None, update=update + updates, future=update + updates)
            case c.AdvanceEpoch():
                self.change(status=Status.PAUSED, tape=None, update=update + 25)
            case c.Record():
                self.tape(update)
            case c.NextTape():
                self.tape(update + 1)
            case c.PreviousTape():
                self.tape(update - 1)
            case c.Seek(wanted):
                self.stand(wanted)
            case c.StepBack(updates):
                self.stand(max(self.now.past, update - updates))
            case c.LeaveStroke():
                self.change(status=Status.PAUSED, tape=None)
            case c.Open():
                self._open(command)
            case c.MarkSaved(session):
                self.opened = session
                self.change(changed=False)
            case c.Capture(state):
                arrays = {"l1.weight": self.now.layers[0].weight} if state else None
                return Answer(number, captured=Captured(self.now.session, arrays))
            case c.Edit():
                edited = command.made_on(self.now.session)
                if edited.session != self.now.session:
                    self._begin(edited.session, changed=edited.session != self.opened, undo_label=edited.label)
                return Answer(number, remark=edited.remark)
            case c.Reset():
                self._begin(self.now.session, undo_label="Reset")
            case c.Watch(maps=maps):
                self._take_maps(maps)
            case c.Check(by, of_update):
                return Answer(number, measured=Measured(by, of_update, 0.25, 1e-4, 0.500025, 0.499975, 1e-12))
            case c.PinSample(row):
                self.change(sample=row, trial=None)
            case c.TryInput() | c.TryTestRow() | c.LeaveTrial():
                self._try(command)
            case c.Undo() | c.Redo() | c.SwitchBranch() | c.DropBranch():
                pass  # what they change is the engine's business alone
            case _:
                raise NotImplementedError(f"the engine on paper does not know {command}")
        return None

    def _try(self, command: c.TryInput | c.TryTestRow | c.LeaveTrial) -> None:
        """The trial alone: its numbers are those of the pinned sample."""
        trial = None
        if isinstance(command, c.TryInput):
            trial = Trial(np.array(command.values))
        elif isinstance(command, c.TryTestRow):
            trial = Trial(self.now.data.test_raw[command.row], command.row)
        status = Status.PAUSED if self.now.status is Status.STROKE else self.now.status
        self.change(trial=trial, tape=None, status=status)

    def _open(self, command: c.Open) -> None:
        self._begin(command.session)
        status = Status.RUNNING if command.play else Status.PAUSED
        self.change(document=command.document, pace=command.pace, status=status)

    def _take_maps(self, on: bool) -> None:
        assert self.now.evaluation is not None
        found = example_maps(self.now.session) if on else None
        self.change(evaluation=replace(self.now.evaluation, maps=found))

    def _begin(self, session: Session, **parts: Any) -> None:
        if not parts:
            self.opened = session
        fresh = example_snapshot(session, update=0)
        was = self.now
        kept = {"serial": was.serial, "answered": was.answered, "document": was.document}
        self.now = replace(fresh, generation=was.generation + 1, **kept)
        self.change(**parts)


class PaperLink(QObject):
    """A way to a PaperEngine without a timer: what a command changes arrives at once."""

    snapshot_arrived = Signal(object)
    engine_failed = Signal(object, bool, object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.engine = PaperEngine(session)
        self.delivering = True

    def start(self) -> None:
        """Deliver the first snapshot."""
        self.engine.start()
        self.deliver()

    def send(self, command: c.Command, number: int = 0) -> None:
        """Pass it on, and deliver what follows from it."""
        self.engine.send(command, number)
        if self.delivering:
            self.deliver()

    @property
    def reading(self) -> Progress | None:
        """What the engine reads."""
        return self.engine.reading

    def cancel(self) -> None:
        """Refuse what is being done."""
        self.engine.cancel()
        self.deliver()

    def deliver(self) -> None:
        """Empty the mailbox."""
        snapshot = self.engine.take()
        if snapshot is not None:
            self.snapshot_arrived.emit(snapshot)

    @property
    def sent(self) -> list[str]:
        """The names of the commands so far."""
        return [type(command).__name__ for command in self.engine.sent]


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now
