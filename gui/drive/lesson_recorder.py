"""Recording a lesson: what is done in the window, noted in the engine's journal in its turn, and what it comes to."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from twostroke.engine.border import commands as c
from twostroke.engine.border.done import Done
from twostroke.engine.border.snapshot import Answer, Snapshot, Status
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.comparison import Comparison
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model.choices import PINNED, Choices
from twostroke.gui.model.differences import Difference
from twostroke.gui.model.lessons.objections import RECORD, objection
from twostroke.gui.model.lessons.record_notes import Did, Shown, Standing, Written
from twostroke.gui.model.lessons.seen_acts import seen_acts
from twostroke.gui.model.moments import written_moment
from twostroke.gui.model.player import Stroke
from twostroke.gui.model.score import Grain

SOON_MS = 150
"""After which what was done is looked at: many things that follow each other are looked at once."""

STILL_MS = 15
GONE = "The engine had to be started anew, and what was recorded is lost; record it again."


@dataclass(frozen=True)
class Journal:
    """What was done since update 0 of `session`."""

    session: Session
    done: tuple[Done, ...] = ()


class LessonRecorder(QObject):
    """`changed`: it records, or no longer. `grown` carries the Journal by now; `told` a sentence for the user."""

    changed = Signal()
    grown = Signal(object)
    told = Signal(str)

    def __init__(self, controller: Controller, comparison: Comparison, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.on = False
        self._controller, self._comparison = controller, comparison
        self._session = Session()
        self._choices, self._grain = Choices(), Grain.PHASE
        self._playing: Stroke | None = None
        self._compared: tuple[Difference, ...] = ()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._note_the_look)
        self._still = QTimer(self)
        self._still.setInterval(STILL_MS)
        self._still.timeout.connect(self._end_when_still)
        self._title, self._say = "", ""
        self._then: Callable[[Journal], object] | None = None
        controller.asked.connect(self._asked)
        controller.stage_view.connect(self._look)
        controller.grain_changed.connect(self._grain_changed)
        comparison.changed.connect(self._compare)

    # -- what the user wants -------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Record from now on, from update 0 of the session as it is."""
        snapshot = self._controller.snapshot
        if self.on or snapshot is None:
            return
        self._comparison.close()
        session = snapshot.session.model_copy(update={"view": self._controller.seen(snapshot.session.view)})
        self._controller.ask(c.Open(session, label=RECORD, document=snapshot.document), self._opened)

    def _opened(self, answer: Answer) -> bool:
        snapshot = self._controller.snapshot
        if answer.refused or snapshot is None:
            return False
        self._session = snapshot.session
        self._choices, self._grain = self._controller.choices, self._controller.player.grain
        self._playing, self._compared, self.on = None, (), True
        self._controller.ask_aside(c.KeepJournal(True), None)
        self._controller.objection = self._objection
        self.changed.emit()
        return False

    def end_scene(self, title: str, say: str, then: Callable[[Journal], object]) -> None:
        """The scene ends where all stands still; `then` is told what was done by then."""
        if not self.on or self._then is not None:
            return
        self._title, self._say, self._then = title, say, then
        self._controller.player.pause()
        if self._controller.playing:
            self._controller.send(c.Pause())
        self._still.start()

    def stop(self) -> None:
        """Record no more."""
        if self.on:
            self.on, self._then = False, None
            self._soon.stop()
            self._still.stop()
            self._controller.objection = None
            self._controller.ask_aside(c.KeepJournal(False), None)
            self.changed.emit()

    def note_panel(self, id: str, folded: bool) -> None:
        """A panel was folded or unfolded."""
        acts: tuple[Written, Written] = ({"open": id}, {"fold": id})
        self._note(Shown(f"panel {id}", acts[folded], acts[not folded]))

    # -- what is done --------------------------------------------------------------------------------------------

    def _objection(self, command: c.Command) -> str:
        snapshot = self._controller.snapshot
        return "" if snapshot is None else objection(command, snapshot)

    def _asked(self, command: object) -> None:
        if self.on:
            self._soon.start()

    def _note_the_look(self) -> None:
        self._note(None)

    def _note(self, what: object) -> None:
        if self.on:
            self._controller.ask_aside(c.Note(what), self._heard)
            if what is not None:
                self._soon.start()

    def _heard(self, answer: Answer) -> bool:
        if not self.on:
            return True
        if answer.journal is None:
            self.stop()
            self.told.emit(GONE)
            return True
        journal = Journal(self._session, answer.journal)
        self.grown.emit(journal)
        what = answer.journal[-1].command if answer.journal else None
        if self._then is not None and isinstance(what, c.Note) and isinstance(what.what, Standing):
            then, self._then = self._then, None
            then(journal)
        return True

    def _look(self) -> None:
        """What is seen has been changed, or a film has begun."""
        playing = self._controller.player.playing
        if self.on and playing is not None and playing is not self._playing:
            self._note(Did({"play": playing.value}))
        self._playing = playing
        before, now = self._choices, self._controller.choices
        if not self.on or now is before:
            return
        self._choices = now
        snapshot = self._controller.snapshot
        assert snapshot is not None
        for shown in seen_acts(before, now, snapshot.session):
            if isinstance(shown, Shown):
                self._note(shown)
            else:
                self.told.emit(shown)

    def _grain_changed(self, grain: Grain) -> None:
        before, self._grain = self._grain, grain
        self._note(Shown("grain", {"grain": grain.value}, {"grain": before.value}))

    def _compare(self) -> None:
        before, self._compared = self._compared, tuple(each.difference for each in self._comparison.companions)
        added = self._compared[len(before) :] if self._compared[: len(before)] == before else None
        if added is None:
            self._note(Did({"end_compare": True}))
            added = self._compared
        for difference in added:
            matched = {"matched": True} if difference.matched else {}
            self._note(Did({"compare": {difference.kind: difference.value, **matched}}))

    # -- the end of a scene --------------------------------------------------------------------------------------

    def _end_when_still(self) -> None:
        snapshot = self._controller.snapshot
        if snapshot is None or snapshot.status in (Status.RUNNING, Status.COMPILING) or self._controller.playing:
            return
        self._still.stop()
        self._note(self._standing(snapshot))

    def _standing(self, snapshot: Snapshot) -> Standing:
        tape, cursor, row = self._controller.tape, self._controller.player.cursor, self._controller.choices.batch_row
        moment = written_moment(cursor) if tape is not None and cursor is not None else None
        lacks = tape is not None and row == PINNED and snapshot.sample not in tape.rows
        return Standing(moment, row, snapshot.sample, lacks, self._title, self._say)
