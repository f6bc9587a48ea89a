"""An engine on paper: obeys commands at once, with the numbers of `examples`. No thread, no kernels, no waiting."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from tests.gui.examples import example_snapshot, example_tape
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Snapshot, Status
from twostroke.engine.session.spec import Session


class PaperEngine:
    """What the bridge sees of a runner. `sent` keeps every command; `give` puts any snapshot into the mailbox."""

    def __init__(self, session: Session) -> None:
        self.sent: list[c.Command] = []
        self.error: BaseException | None = None
        self.started = self.stopped = 0
        self.now = replace(example_snapshot(session, update=0), generation=0, serial=0)
        self.opened = session
        self.mailbox: Snapshot | None = None

    def start(self) -> None:
        """Offer the first snapshot."""
        self.started += 1
        self.change()

    def stop(self) -> None:
        """Count only."""
        self.stopped += 1

    def take(self) -> Snapshot | None:
        """The newest snapshot, once."""
        taken, self.mailbox = self.mailbox, None
        return taken

    def change(self, **parts: Any) -> None:
        """Go on to a state that differs in `parts`, and offer it."""
        self.now = replace(self.now, serial=self.now.serial + 1, **parts)
        self.mailbox = self.now

    def tape(self, update: int) -> None:
        """Stand still at `update` with its tape laid."""
        tape = example_tape(self.now.session, update)
        self.change(status=Status.STROKE, update=update, tape=tape, future=max(update, self.now.future))

    def stand(self, update: int) -> None:
        """Stand at an update that is known, with its tape where one was laid."""
        if self.now.tape is not None:
            self.tape(update)
        else:
            self.change(status=Status.PAUSED, update=update)

    def send(self, command: c.Command) -> None:
        """Do it, as far as the window can see."""
        self.sent.append(command)
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
            case c.Open(session):
                self._begin(session)
            case c.MarkSaved(session):
                self.opened = session
                self.change(changed=False, capture=None)
            case c.Capture():
                self.change(capture={"l1.weight": self.now.layers[0].weight})
            case c.Configure(session, label):
                self._begin(session, changed=session != self.opened, undo_label=label)
            case c.Reset():
                self._begin(self.now.session, undo_label="Reset")

    def _begin(self, session: Session, **parts: Any) -> None:
        if not parts:
            self.opened = session
        fresh = example_snapshot(session, update=0)
        self.now = replace(fresh, generation=self.now.generation + 1, serial=self.now.serial)
        self.change(**parts)


class PaperLink(QObject):
    """A way to a PaperEngine without a timer: what a command changes arrives at once."""

    snapshot_arrived = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.engine = PaperEngine(session)
        self.delivering = True

    def start(self) -> None:
        """Deliver the first snapshot."""
        self.engine.start()
        self.deliver()

    def send(self, command: c.Command) -> None:
        """Pass it on, and deliver what follows from it."""
        self.engine.send(command)
        if self.delivering:
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
