"""A lesson in the window: its scenes one after the other, each by the doings that play it without a window, too.

Standing at a scene is always the same moment. Where the user has changed something since, or goes back, all is done
again from the first update of the lesson's session on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from twostroke.engine.border import commands as c
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.engine.border.snapshot import Answer, Status
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.comparison import Comparison
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model.choices import PINNED, Choices
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.lessons import doings as d
from twostroke.gui.model.lessons.acts import doings_of
from twostroke.gui.model.lessons.script import Act, Lesson
from twostroke.gui.model.moments import parse_moment
from twostroke.gui.model.player import AtEnd, Speed, Stroke
from twostroke.gui.model.score import Grain, score_of
from twostroke.gui.model.walk import nothing_chosen

LOOK_MS = 15
"""Between two looks whether what was asked for is done."""

HARMLESS = (c.SetPace, c.MarkSaved, c.Capture, c.Check, c.Watch)
"""Commands after which a scene is as it was."""

RETURNED = "You had changed something, so the lesson first came back to where it was."

OF_SAMPLE = (Kind.Z, Kind.A, Kind.GAIN, Kind.FORWARD_MASK, Kind.UPSTREAM, Kind.DELTA, Kind.LOSS)

Wait = Callable[[], bool]


class LessonPlayer(QObject):
    """Plays `lesson`, which stands at scene `at` (from 0; None before the first).

    `changed`: it stands at another scene, or is on its way. `stood`: at one that has been played to its end, and can be
    again, so nobody has to keep it. `pointed` says what is to be looked at, as `look_at` has
    it. `unfolded` carries the id of a panel, and whether it is to be unfolded or folded.
    """

    changed = Signal()
    stood = Signal()
    pointed = Signal(str)
    unfolded = Signal(str, bool)

    def __init__(self, controller: Controller, comparison: Comparison, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lesson: Lesson | None = None
        self.at: int | None = None
        self.strayed = False  # whether the user has changed something since the scene was played
        self.failed = False  # whether it could not be played to its end
        self._controller, self._comparison = controller, comparison
        self._way: Iterator[Wait] | None = None
        self._wait: Wait = bool
        self._remark = ""
        self._own = False  # whether a command is the lesson's own
        self._before: float | None = None  # the pace that a watched training takes the place of
        self._paced = False
        self._stood: tuple[int, int | None] | None = None
        self._seen: tuple[Choices, Grain] | None = None  # how the scene was seen when it stood
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._go_on)
        controller.asked.connect(self._hear)

    # -- what is known -------------------------------------------------------------------------------------------

    @property
    def begun(self) -> bool:
        """Whether a scene stands or is on its way."""
        return self.at is not None

    @property
    def under_way(self) -> bool:
        """Whether a scene is being played."""
        return self._way is not None

    @property
    def is_last(self) -> bool:
        """Whether there is no further scene."""
        return self.lesson is None or (self.at is not None and self.at + 1 >= len(self.lesson.scenes))

    # -- what the user wants -------------------------------------------------------------------------------------

    def open(self, lesson: Lesson | None) -> None:
        """Have that lesson, none of whose scenes is played yet."""
        self._leave()
        self.lesson, self.at = lesson, None
        self.pointed.emit("")
        self.changed.emit()

    def next(self) -> None:
        """The next scene; before the first, the first."""
        if self.lesson is not None and self.lesson.scenes and not self.is_last:
            self.play(0 if self.at is None else self.at + 1)

    def back(self) -> None:
        """The scene before."""
        if self.at:
            self.play(self.at - 1)

    def again(self) -> None:
        """This scene, exactly as it was."""
        if self.at is not None:
            self.play(self.at)

    def restart(self) -> None:
        """The first scene."""
        self.play(0)

    def play(self, scene: int) -> None:
        """Go to that scene (from 0)."""
        assert self.lesson is not None
        goes_on = self.at is not None and scene == self.at + 1 and not self.under_way
        strayed = goes_on and self._has_strayed()
        watched = self.at is None or scene > self.at
        acts = [(act, True) for act in self.lesson.scenes[scene].do]
        if not goes_on or strayed:
            before = self.lesson.scenes[: scene + 1 - watched]
            acts = [(act, False) for each in before for act in each.do] + (acts if watched else [])
        self._leave()
        self.at, self.strayed, self.failed = scene, False, False
        self.pointed.emit("")
        self._way = self._performed(acts, afresh=not goes_on or strayed)
        self._remark = RETURNED if strayed else ""
        self.changed.emit()
        self._advance()

    def end(self) -> None:
        """No more scenes: the window closes."""
        self._leave()

    def _leave(self) -> None:
        self._timer.stop()
        self._way = None
        self._unpace()

    # -- step by step --------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        if self._wait():
            self._advance()

    def _advance(self) -> None:
        """On to the next thing that has to be waited for."""
        way = self._way
        if way is None:
            return
        try:
            while way is self._way:
                self._wait = next(way)
                if not self._wait():
                    self._timer.start()
                    return
        except StopIteration:
            self._arrived()
        except ValueError as error:
            self.strayed = self.failed = True
            self._arrived()
            self._controller.said.emit(f"This scene cannot be played to its end. {error}", True)

    def _arrived(self) -> None:
        self._leave()
        self._stood = self._shown()
        self._seen = self._controller.choices, self._controller.player.grain
        if self._remark:
            self._controller.said.emit(self._remark, False)
        if not self.strayed:
            self.stood.emit()
        self.changed.emit()

    def _performed(self, acts: list[tuple[Act, bool]], afresh: bool) -> Iterator[Wait]:
        """All acts; those that are `watched` as films and at their pace."""
        if afresh:
            self._comparison.close()
            yield from self._restarted()
        elif self._seen is not None:
            self._see_as(*self._seen)
        for act, watched in acts:
            for doing in doings_of(act, self._session()):
                yield from self._done(doing, watched)

    def _done(self, doing: d.Doing, watched: bool) -> Iterator[Wait]:
        match doing:
            case d.Send(command, seconds):
                yield from self._sent(command, seconds if watched else 0.0)
            case d.Restart():
                yield from self._restarted()
            case d.Stand(moment):
                yield from self._stood_at(moment)
            case d.PlayStroke(stroke):
                yield from self._played(stroke, watched)
            case d.Compare(difference):
                self._comparison.add(difference)
            case d.EndCompare():
                self._comparison.close()
            case d.Choose(change):
                self._controller.alter(change)
            case d.Take(grain):
                self._controller.set_grain(grain)
            case d.Explain(quantity):
                self._controller.explain(self._of_sample_shown(quantity))
            case d.Panel(id, unfolded):
                self.unfolded.emit(id, unfolded)
            case d.Point(at):
                self.pointed.emit(at)
            case d.Remember():
                pass  # for claims, which are proved without a window

    def _sent(self, command: c.Command, seconds: float) -> Iterator[Wait]:
        """A command, until it is answered and training stands still."""
        if seconds > 0 and isinstance(command, c.Advance):
            self._pace(command.updates / seconds)
        answers: list[Answer] = []

        def told(answer: Answer) -> bool:
            answers.append(answer)
            return True

        with self._as_own():
            self._controller.ask(command, told)
        yield lambda: bool(answers)
        if answers[0].refused:
            raise ValueError(answers[0].refused)
        yield self._is_still
        self._unpace()

    def _restarted(self) -> Iterator[Wait]:
        lesson, snapshot = self.lesson, self._controller.snapshot
        assert lesson is not None
        document = 0 if snapshot is None else snapshot.document
        yield from self._sent(c.Open(lesson.session, label=f"Play {lesson.title}", document=document), 0.0)
        view = lesson.session.view
        self._controller.alter(lambda choices: _as_new(choices, view.lens or Choices.lens))
        self._controller.set_grain(Grain(view.grain) if view.grain is not None else Grain.PHASE)

    def _stood_at(self, there: str | Step) -> Iterator[Wait]:
        """At a moment of the update that is looked at, or of the coming one."""
        yield from self._on_tape()
        tape, snapshot = self._controller.tape, self._controller.snapshot
        assert tape is not None
        assert snapshot is not None
        score = score_of(tape, snapshot.session.network)
        at = Cursor(score.depth).seek(there) if isinstance(there, Step) else parse_moment(there, score)
        self._controller.stand_at(at)

    def _played(self, stroke: Stroke | None, watched: bool) -> Iterator[Wait]:
        player = self._controller.player
        films = (Stroke.FORWARD, Stroke.BACKWARD) if stroke is None else (stroke,)
        if watched and player.speed is not Speed.FRAME and player.at_end is AtEnd.STOP:
            yield from self._on_tape()
            for film in films:
                player.pause()
                player.stroke = None  # from its beginning
                with self._as_own():
                    self._controller.play_stroke(film)
                yield lambda: not player.moving
        yield from self._stood_at(Step(Phase.LOSS) if stroke is Stroke.FORWARD else Step(Phase.UPDATE))

    def _on_tape(self) -> Iterator[Wait]:
        """With the update on the stage that is looked at, or the coming one."""
        if not self._controller.in_stroke:
            pinned = self._controller.choices.batch_row == PINNED
            yield from self._sent(c.Record(pinned=pinned), 0.0)

    # -- beside ----------------------------------------------------------------------------------------------------

    def _session(self) -> Session:
        snapshot = self._controller.snapshot
        assert snapshot is not None  # a command has been answered
        return snapshot.session

    def _of_sample_shown(self, quantity: Quantity) -> Quantity:
        view = self._controller.view
        return quantity if view is None or quantity.kind not in OF_SAMPLE else replace(quantity, row=view.row)

    def _is_still(self) -> bool:
        snapshot = self._controller.snapshot
        return snapshot is not None and snapshot.status not in (Status.RUNNING, Status.COMPILING)

    @contextmanager
    def _as_own(self) -> Iterator[None]:
        before, self._own = self._own, True
        try:
            yield
        finally:
            self._own = before

    def _pace(self, updates_per_second: float) -> None:
        snapshot = self._controller.snapshot
        self._before, self._paced = None if snapshot is None else snapshot.pace, True
        self._controller.ask_aside(c.SetPace(updates_per_second), None)

    def _unpace(self) -> None:
        if self._paced:
            self._paced = False
            self._controller.ask_aside(c.SetPace(self._before), None)

    def _shown(self) -> tuple[int, int | None]:
        """Which sample is shown."""
        snapshot = self._controller.snapshot
        return self._controller.choices.batch_row, None if snapshot is None else snapshot.sample

    def _see_as(self, choices: Choices, grain: Grain) -> None:
        """As the scene before was seen when it stood, whatever was looked at since."""
        kept = {key: getattr(choices, key) for key in ("lens", "selected", "pinned_link", "trail", "digits")}
        self._controller.alter(lambda now: replace(now, walked=None, **kept))
        self._controller.set_grain(grain)

    def _has_strayed(self) -> bool:
        return self.strayed or self._shown() != self._stood

    def _hear(self, command: object) -> None:
        if self.begun and not self._own and not isinstance(command, HARMLESS) and not self.strayed:
            self.strayed = True
            if self.under_way:  # what is left to be done was meant for another moment
                self._arrived()
            else:
                self.changed.emit()


def _as_new(choices: Choices, lens: str) -> Choices:
    return replace(nothing_chosen(choices), lens=lens)
