"""What the user wants, turned into engine commands; and what the engine answers, told and shown."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from twostroke.engine.border import commands as c
from twostroke.engine.border.cursor import Cursor
from twostroke.engine.border.snapshot import Answer, Captured, Progress, Rescued, Snapshot, Status, Told, Trial
from twostroke.gui.drive.ledger import Ledger
from twostroke.gui.drive.showing import Showing
from twostroke.gui.drive.watching import Watching
from twostroke.gui.fields.soon import soon
from twostroke.gui.model.choices import GREATEST_LOSS, PINNED, Choices
from twostroke.gui.model.paces import next_pace
from twostroke.gui.model.player import Stroke
from twostroke.gui.model.walk import nothing_chosen
from twostroke.gui.model.words import in_no_update

PATIENCE_MS = 400
"""After which a command that is not answered yet shows as work under way."""

LOST = "The engine had stopped before this was done; do it again."

NO_NEURON = "Pin a neuron first, by a click or with Enter: this key leads to its moments."

FIRST_TAPE = "This is the first update there is. Right goes on; Space trains."


class Link(Protocol):
    """The way to the engine, as `bridge.Bridge` is one."""

    snapshot_arrived: SignalInstance  # Snapshot
    engine_failed: SignalInstance  # the exception, whether the network is still there, what was Rescued

    def send(self, command: c.Command, number: int) -> None:
        """Ask the engine for something; snapshots say which numbers have been answered."""

    @property
    def reading(self) -> Progress | None:
        """What the engine reads for a command; None where nothing is read."""

    def cancel(self) -> None:
        """Have the engine refuse the command that it is doing, where it reads a file."""


class Controller(Showing):
    """One session on the screen, and the way to its engine."""

    said = Signal(str, bool)  # a sentence for the user ("" takes it back), and whether it is a warning
    asked = Signal(object)  # the command that the engine is asked for
    taken = Signal(object)  # a new snapshot, once its answers have been told
    works = Signal(bool)  # whether the engine has been at work on a command for a while

    def __init__(self, link: Link, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent, clock)
        self.link = link
        self.rescued: Captured | None = None  # of an engine that has failed, until another one goes on with it
        self.objection: Callable[[c.Command], str] | None = None  # why a command is not to be sent at present
        self._ledger = Ledger(self._refused)
        self._when_laid: Callable[[], object] | None = None  # what to do with the tape that is on its way
        self._wants_play = False
        self._watched: int | None = None  # the number of the command that has been under way for longest
        self._watching = Watching(lambda wanted: self.ask_aside(wanted, None))
        self._working = False  # whether that has been told to take long
        self._warning = ""
        self._refusal = ""  # of what was asked last: it stays, however many snapshots come, until something is asked
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._lose_patience)
        link.snapshot_arrived.connect(self.take)
        link.engine_failed.connect(self.lose)

    def reroute(self, link: Link) -> Link:
        """Go another way to the engine from now on; returns the one before."""
        before, self.link = self.link, link
        before.snapshot_arrived.disconnect(self.take)
        before.engine_failed.disconnect(self.lose)
        link.snapshot_arrived.connect(self.take)
        link.engine_failed.connect(self.lose)
        return before

    # -- what is known -------------------------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """Whether training runs, or will as soon as the kernels are compiled."""
        if self.snapshot is None or self.snapshot.status is Status.COMPILING:
            return self._wants_play
        return self.snapshot.status is Status.RUNNING

    @property
    def changing(self) -> bool:
        """Whether a change of the session is under way."""
        return self._ledger.changing

    def reading(self) -> Progress | None:
        """What the engine reads for a command; None where nothing is read."""
        return self.link.reading

    def cancel(self) -> None:
        """Do without the command that the engine is at work on, where it reads a file."""
        self.link.cancel()

    def take(self, snapshot: Snapshot) -> None:
        """A new snapshot has come from the engine."""
        if self.choices.batch_row == PINNED and self.snapshot is not None and self.snapshot.data is not snapshot.data:
            self.choices = replace(self.choices, batch_row=GREATEST_LOSS)  # it was a sample of other data
        self.snapshot, self.rescued = snapshot, None
        if snapshot.tape is not self._tape:
            self._change_tape(snapshot.tape)
        if snapshot.answered >= self._ledger.newest:  # what an earlier one has to tell, the user has gone on from
            self._warn(snapshot.failure.message if snapshot.failure else snapshot.notice or self._refusal)
        try:
            self._ledger.settle(snapshot.answered, snapshot.answers)
        finally:  # what fails where an answer is heard keeps nobody from seeing what was done
            self._watch()
            self.taken.emit(snapshot)
            self.refresh()
            self._look()

    def lose(self, error: object, kept: bool, rescued: Rescued | None) -> None:
        """The engine is gone; the next command starts it anew. What it had done it has done, the rest is lost."""
        self._wants_play = False
        self._watching.forget()
        if self.snapshot is not None and self.snapshot.status in (Status.RUNNING, Status.COMPILING):
            self.snapshot = replace(self.snapshot, status=Status.PAUSED)
        if rescued is not None:
            self.rescued = rescued.captured
        if self.snapshot is not None and rescued is not None:
            self.snapshot = replace(self.snapshot, changed=rescued.changed)
        with ExitStack() as last:  # whatever fails where an answer is heard
            for step in (self.refresh, self._watch, lambda: self._ledger.lose(LOST)):
                last.callback(step)
            if rescued is not None:
                self._ledger.settle(rescued.answered, rescued.answers)

    def _warn(self, warning: str) -> None:
        if warning != self._warning:
            self._warning = warning
            self.said.emit(warning, True)

    def _refused(self, answer: Answer) -> None:
        self._warning = self._refusal = answer.refused
        self.said.emit(answer.refused, True)

    def _watch(self) -> None:
        """Have an eye on the command that has been under way for longest."""
        oldest = self._ledger.oldest
        if oldest == self._watched:
            return
        self._watched = oldest
        self._tell_of_work(False)
        if oldest is None:
            self._patience.stop()
        else:
            self._patience.start()

    def _lose_patience(self) -> None:
        self._tell_of_work(True)

    def _tell_of_work(self, on: bool) -> None:
        compiling = self.snapshot is not None and self.snapshot.status is Status.COMPILING  # which says so itself
        if self._working != (on and not compiling):
            self._working = not self._working
            self.works.emit(self._working)

    def choose(self, choices: Choices) -> None:
        """Take over all choices; have the engine compute what only some lenses show."""
        super().choose(choices)
        self._look()

    def show_neuron(self, seen: bool) -> None:
        """The panel of the pinned neuron, which shows what it answers to, is in sight, or no longer."""
        self._watching.neuron = seen
        self._look()

    def show_health(self, seen: bool) -> None:
        """Panels that show how the network is doing are in sight, or no longer."""
        self._watching.health = seen
        self._look()

    def show_regions(self, seen: bool) -> None:
        """The regions of the plane are in sight, or no longer."""
        self._watching.regions = seen
        self._look()

    def show_surface(self, seen: bool) -> None:
        """The panel of the loss surface is in sight, or no longer."""
        self._watching.surface = seen
        self._look()

    def leave_unseen(self, unseen: bool) -> None:
        """Show nothing for a while, and have nothing examined."""
        self._watching.window = not unseen
        if unseen:
            super().leave_unseen(True)
            self._look()
        else:  # what is asked for before needs no frame of its own
            self._look()
            super().leave_unseen(False)

    def _look(self) -> None:
        self._watching.look(self.snapshot, self.choices)

    # -- training ------------------------------------------------------------------------------------------------

    def send(self, command: c.Command) -> None:
        """Pass a command to the engine. Remarks go; why training stopped stays until it goes on."""
        self.ask(command, None)

    def ask(self, command: c.Command, then: Told | None) -> None:
        """The same; `then` hears the answer. A refusal of which it does not tell the user is said here."""
        objection = self.objection(command) if self.objection is not None else ""
        if objection:
            soon(self, partial(self._refuse, objection, then))
            return
        failure = self.snapshot.failure if self.snapshot else None
        self._warning, self._refusal = failure.message if failure else "", ""
        self.said.emit(self._warning, failure is not None)
        if isinstance(command, c.Play | c.Pause | c.Advance | c.AdvanceEpoch | c.Record | c.Open):
            self._wants_play = isinstance(command, c.Play) or (isinstance(command, c.Open) and command.play)
        if isinstance(command, c.Open):
            then = self._forgetting(then)
        elif isinstance(command, c.PinSample):
            self.choices = replace(self.choices, batch_row=PINNED)
        self.asked.emit(command)
        self.ask_aside(command, then)

    def ask_aside(self, command: c.Command, then: Told | None) -> None:
        """The same on the program's own account: what the user has been told stays."""
        number = self._ledger.enter(then, changes=isinstance(command, c.Edit | c.Undo | c.Redo))
        self._watch()
        self.link.send(command, number)

    def _refuse(self, objection: str, then: Told | None) -> None:
        answer = Answer(refused=objection)
        if then is None or not then(answer):
            self._refused(answer)

    def _forgetting(self, then: Told | None) -> Told:
        """What hears that a session was opened: neuron and sample were pinned in the one before, or are in this one."""

        def opened(answer: Answer) -> bool:
            if not answer.refused:
                pinned = self.snapshot is not None and self.snapshot.session.view.sample > 0
                self.choices = replace(nothing_chosen(self.choices), batch_row=PINNED if pinned else GREATEST_LOSS)
            return then(answer) if then is not None else False

        return opened

    def toggle_play(self) -> None:
        """Train live, or stand still."""
        self.send(c.Pause() if self.playing else c.Play())

    def follow(self, row: int) -> None:
        """Pin the sample that is shown on the tape, so that it stays when another tape or none is shown."""
        if self.snapshot is not None and row != self.snapshot.sample:
            self.ask_aside(c.PinSample(row), None)

    def pick(self, place: int) -> None:
        """Show that sample of the tape's mini-batch, and follow it."""
        self.show_row(place)
        if self._tape is not None:
            self.follow(int(self._tape.rows[place]))

    def leave_trial(self) -> None:
        """Away from what is tried, to the pinned sample."""
        self.send(c.LeaveTrial())

    def reset(self) -> None:
        """Back to update 0."""
        self.send(c.Reset())

    def one_update(self) -> None:
        """One update, then stand still."""
        self.send(c.Advance(1))

    def one_epoch(self) -> None:
        """To the end of the epoch, then stand still."""
        self.send(c.AdvanceEpoch())

    def one_update_back(self) -> None:
        """The state one update earlier, exactly as it was."""
        self.send(c.StepBack(1))

    def go_to_oldest(self) -> None:
        """The earliest update of this run that can be gone back to."""
        if self.snapshot is not None:
            self.send(c.Seek(self.snapshot.past))

    def go_to_newest(self) -> None:
        """The newest update of this run."""
        if self.snapshot is not None:
            self.send(c.Seek(self.snapshot.future))

    def undo(self) -> None:
        """Take back the last change of a setting."""
        self.send(c.Undo())

    def redo(self) -> None:
        """Make that change again."""
        self.send(c.Redo())

    def set_pace(self, pace: float | None) -> None:
        """Train at most that many updates per second; None for full speed."""
        self.send(c.SetPace(pace))

    def change_pace(self, steps: int) -> None:
        """Train faster, or slower with a negative number of steps."""
        now = self.snapshot.pace if self.snapshot else None
        self.set_pace(next_pace(now, steps))

    # -- the film ------------------------------------------------------------------------------------------------

    def step_forward(self) -> None:
        """The next phase; from live training the first phase of the coming update; from the end, the next update."""
        if not self.in_stroke:
            self._lay(self._coming(), self._enter)
        elif self.player.forward():
            self._moved()
        else:
            self._lay(c.NextTape(), self.player.begin)

    def with_update(self, then: Callable[[], object]) -> None:
        """Do `then` with an update on the stage; from live training, with the coming one when it is there."""
        if self.in_stroke:
            then()
        else:
            self._lay(self._coming(), then)

    def step_back(self) -> None:
        """The phase before; from the beginning, the end of the update before."""
        if not self.in_stroke:
            self._lay(c.Record(), self._enter)
        elif self.player.back():
            self._moved()
        else:
            self._lay_previous(self.player.to_end)

    def _lay_previous(self, then: Callable[[], object]) -> None:
        """The tape of the update before, or say that there is none."""
        if self._tape is not None and self.snapshot is not None and self._tape.update > self.snapshot.past:
            self._lay(c.PreviousTape(), then)
        else:
            self.said.emit(FIRST_TAPE, False)

    def play_stroke(self, stroke: Stroke) -> None:
        """Play a stroke of the update, or pause it; from live training, of the coming update.

        A pinned sample is followed: where the update lacks it, the stroke is one of the next update that has it.
        """
        if self.in_stroke and (self.player.stroke is not None or not self._lacks_pinned()):
            self.player.press(stroke)
            self._moved()
        else:
            self._lay(self._coming(), lambda: self.player.press(stroke))

    def _lacks_pinned(self) -> bool:
        """Whether a sample is pinned that this update's mini-batch does not hold."""
        if self._tape is None or self.snapshot is None or self.choices.batch_row != PINNED:
            return False
        return self.snapshot.sample not in self._tape.rows

    def _coming(self) -> c.Record:
        """The way to the coming update, or to the one that the pinned sample comes in."""
        return c.Record(pinned=self.choices.batch_row == PINNED)

    def scrub(self, moment: float) -> None:
        """Stand at `moment` (0 to 1) of the film; from live training, of the coming update."""
        self._jump(lambda: self.player.seek(moment))

    def stand_at(self, there: Cursor) -> None:
        """Stand at that point of the update that is looked at."""
        self.player.stand_at(there)
        self._moved()

    def _next_frame(self) -> None:
        super()._next_frame()
        if self.player.over:
            self.player.over = False
            self._lay(c.NextTape(), lambda: self.player.press(Stroke.FORWARD))

    def next_stroke(self) -> None:
        """The beginning of the next stroke, in the next update if need be; from live training, of the coming update."""
        if not self.in_stroke:
            self._lay(self._coming(), self._enter)
        elif self.player.to_next_stroke():
            self._moved()
        else:
            self._lay(c.NextTape(), self._enter)

    def previous_stroke(self) -> None:
        """The beginning of this stroke; from there, of the one before, in the update before if need be."""
        if not self.in_stroke:
            self._lay(c.Record(), self._enter)
        elif self.player.to_previous_stroke():
            self._moved()
        else:
            self._lay_previous(self._to_backward)

    def _to_backward(self) -> None:
        self.player.to_end()
        self.player.to_previous_stroke()

    def to_loss(self) -> None:
        """Where the prediction has met its target; from live training, in the coming update."""
        self._jump(self.player.to_loss)

    def to_neuron(self) -> None:
        """The next moment of the neuron that is pinned, or where the keys stand."""
        walked = self.choices.walked
        who = self.choices.selected or (walked.hub if walked is not None else None)
        if who is None:
            self.said.emit(NO_NEURON, False)
        else:
            self._jump(lambda: self.player.to_neuron(who))

    def _jump(self, there: Callable[[], object]) -> None:
        if self.in_stroke:
            there()
            self._moved()
        else:
            self._lay(self._coming(), there)

    def leave_stroke(self) -> None:
        """Away from the single update; the weights stay."""
        self.send(c.LeaveStroke())

    def _enter(self) -> None:
        """Stand at the input of a new tape."""

    def _lay(self, command: c.Command, then: Callable[[], object]) -> None:
        """Ask for a tape and do `then` when it comes. While one is on its way: to the first one, `then` is what is done
        with it in the end; a later one is not asked for twice.
        """
        under_way = self._when_laid is not None
        if under_way and self.in_stroke:
            return
        self._when_laid = then
        if not under_way:
            self.ask(command, partial(self._laid, None if self.snapshot is None else self.snapshot.trial))

    def _laid(self, tried: Trial | None, answer: Answer) -> bool:
        then, self._when_laid = self._when_laid, None
        if not answer.refused and self.in_stroke and then is not None:
            then()
            self._keep_time()
            self._tell_of_pinned()
            if tried is not None:
                self.said.emit(in_no_update(tried), False)
        return False

    def _tell_of_pinned(self) -> None:
        """Which update the pinned sample has been followed to."""
        if self.choices.batch_row == PINNED and self._tape is not None and self.snapshot is not None:
            comes = "is not" if self._lacks_pinned() else "comes"
            self.said.emit(f"Pinned sample {self.snapshot.sample} {comes} in update {self._tape.update:,}.", False)

    def _moved(self) -> None:
        self.said.emit("", False)
        self._keep_time()
        self.refresh()

    def stop(self) -> None:
        """No more frames."""
        super().stop()
        self._patience.stop()
