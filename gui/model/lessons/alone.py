"""Playing a lesson without a window: the doings of its acts over a trainer, and what claims mean at each scene."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar, assert_never

from twostroke.engine.border import commands as c
from twostroke.engine.border.commands import Edited
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.engine.border.snapshot import Status
from twostroke.engine.border.tape import Tape
from twostroke.engine.claims.subject import Subject, subject_of
from twostroke.engine.claims.vocabulary import Words
from twostroke.engine.data import Dataset
from twostroke.engine.run.loading import load_data
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import GREATEST_LOSS, PINNED, Choices, on_another_tape, row_of
from twostroke.gui.model.differences import Difference
from twostroke.gui.model.lessons.acts import doings_of, told_act
from twostroke.gui.model.lessons.doings import (
    Choose,
    Compare,
    Doing,
    EndCompare,
    Explain,
    Panel,
    PlayStroke,
    Point,
    Remember,
    Restart,
    Send,
    Stand,
    Take,
)
from twostroke.gui.model.lessons.script import Act, Lesson, LessonError
from twostroke.gui.model.moments import parse_moment
from twostroke.gui.model.player import Stroke
from twostroke.gui.model.score import score_of

P = TypeVar("P", bound="Alone")

BESIDE = ("b", "c", "d")
"""What networks beside the main one, which is `a`, are called in claims."""

CHUNK = 1_000_000
"""Updates that are asked for at once; training stops by itself where it has to."""


def with_seed(session: Session, seed: int) -> Session:
    """The same session with other first weights."""
    return session.model_copy(update={"network": session.network.model_copy(update={"seed": seed})})


@dataclass(eq=False)
class Beside:
    """A network that is compared: it follows the main one, as a companion in the window does."""

    difference: Difference
    trainer: Trainer
    generation: int  # of the main network that it began beside
    main: Session  # whose difference it has


@dataclass(eq=False)
class Alone:
    """A performer of one lesson, from one seed of the network."""

    lesson: Lesson
    opened: Session
    dataset: Dataset
    trainer: Trainer = field(init=False)
    choices: Choices = field(init=False)
    cursor: Cursor | None = None  # where it stands in the update that is looked at
    remembered: dict[str, Subject] = field(default_factory=dict)
    beside: list[Beside] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.trainer = Trainer(self.opened, dataset=self.dataset)
        self.choices = _as_opened(self.opened)

    # -- what is known -------------------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """As it is now."""
        return self.trainer.session

    def subject(self) -> Subject:
        """The main network at this moment."""
        return self._subject_of(self.trainer)

    def _subject_of(self, trainer: Trainer) -> Subject:
        choice, pinned = self.choices.batch_row, self.session.view.sample

        def place(tape: Tape) -> int:
            return row_of(tape, choice, pinned)

        return subject_of(trainer, place)

    def words(self) -> Words:
        """What claims speak of at this moment."""
        main = self.subject()
        beside = {name: self._subject_of(own.trainer) for name, own in zip(BESIDE, self.beside, strict=False)}
        return Words(main, {**self.remembered, "a": main, **beside})

    # -- what is done --------------------------------------------------------------------------------------------

    def perform(self, act: Act) -> None:
        """Do what an act consists of. ValueError, as a sentence, where that cannot be."""
        for doing in doings_of(act, self.session):
            self.do(doing)

    def do(self, doing: Doing) -> None:
        """A piece of what an act consists of. ValueError, as a sentence, where that cannot be."""
        match doing:
            case Send(command):
                self._send(command)
            case Restart():
                self._send(c.Open(self.opened))
            case Choose(change):
                self.choices = change(self.choices)
            case Stand(moment):
                self._stand(moment)
            case PlayStroke(stroke):
                self._stand(Step(Phase.LOSS) if stroke is Stroke.FORWARD else Step(Phase.UPDATE))
            case Compare(difference):
                self._compare(difference)
            case EndCompare():
                self.beside.clear()
            case Remember(name):
                self.remembered[name] = self.subject()
            case Panel() | Point() | Explain() | Take():
                pass  # nothing of it changes a number
            case _:
                assert_never(doing)

    def _send(self, command: c.Command) -> None:
        tape, dataset = self.trainer.tape, self.trainer.dataset
        _obey(self.trainer, command)
        self._show(tape, dataset, opened=isinstance(command, c.Open))
        self._follow()

    def _show(self, tape: Tape | None, dataset: Dataset, opened: bool) -> None:
        """The sample that a window would show now, which showed one of that tape and of those data."""
        if opened:
            self.choices = _as_opened(self.session)
        elif self.choices.batch_row == PINNED and self.trainer.dataset is not dataset:
            self.choices = replace(self.choices, batch_row=GREATEST_LOSS)
        if self.trainer.tape is not tape:
            self.choices = on_another_tape(self.choices, tape, self.trainer.tape, self.session.view.sample)
            self.cursor = None

    def _stand(self, there: str | Step) -> None:
        """Lay the coming tape, unless one is looked at, and stand at a moment of it."""
        if self.trainer.tape is None:
            self._send(c.Record(pinned=self.choices.batch_row == PINNED))
        tape = self.trainer.tape
        assert tape is not None
        score = score_of(tape, self.session.network)
        at = Cursor(score.depth).seek(there) if isinstance(there, Step) else parse_moment(there, score)
        self.cursor = at

    # -- networks beside -----------------------------------------------------------------------------------------

    def _compare(self, difference: Difference) -> None:
        if len(self.beside) == len(BESIDE):
            raise ValueError(f"{len(BESIDE) + 1} networks are compared already; end the comparison first.")
        self.beside.append(self._begun(difference))
        self._follow()

    def _begun(self, difference: Difference) -> Beside:
        main = self.session
        made = difference.made_on(main).session
        trainer = Trainer(made)
        if difference.matched:
            trainer.apply(c.Open(made, like=main))
        return Beside(difference, trainer, self.trainer.generation, main)

    def _follow(self) -> None:
        """Bring the networks beside the main one to where it is."""
        for place, own in enumerate(self.beside):
            if own.generation != self.trainer.generation:
                own = self.beside[place] = self._begun(own.difference)
            if own.main is not self.session:
                own.main = self.session
                made = own.difference.made_on(self.session)
                _obey(own.trainer, c.Edit(_replaced, (made,)))
            ahead = self.trainer.update - own.trainer.update
            if ahead:
                _obey(own.trainer, c.Advance(ahead) if ahead > 0 else c.Seek(self.trainer.update))


def _as_opened(session: Session) -> Choices:
    """What is shown of a session that was opened: its pinned sample, where it says one."""
    return Choices(batch_row=PINNED if session.view.sample else GREATEST_LOSS)


def _replaced(session: Session, after: Edited) -> Edited:
    return Edited(after.session.model_copy(update={"view": session.view}), after.label)


def _obey(trainer: Trainer, command: c.Command) -> None:
    """Have a command done, and the training that it asks for."""
    trainer.apply(command)
    while trainer.status is Status.RUNNING and trainer.failure is None:
        if not trainer.advance(trainer.wanted(CHUNK)):
            break


def played(lesson: Lesson, seed: int | None = None, dataset: Dataset | None = None) -> Iterator[Alone]:
    """The lesson, standing at one scene after the other, once what the scene does is done.

    `seed`: of the network, unless it is that of the session. LessonError, with file, line and act, where a scene cannot
    be played.
    """
    session = lesson.session if seed is None else with_seed(lesson.session, seed)
    return played_by(Alone(lesson, session, dataset or load_data(session)))


def played_by(alone: P) -> Iterator[P]:
    """The same by a performer of one's own, who stands at the beginning."""
    lesson = alone.lesson
    for at, scene in enumerate(lesson.scenes):
        for place, act in enumerate(scene.do):
            try:
                alone.perform(act)
            except ValueError as error:
                where = lesson.source.where(("scenes", at, "do", place))
                raise LessonError(f"{where}: scene {at + 1} cannot {told_act(act)}. {_sentence(error)}") from error
        yield alone


def _sentence(error: ValueError) -> str:
    text = str(error)
    first = text.split(" ")[0]
    begin = text[:1] if "." in first or "_" in first else text[:1].upper()  # a key stays as it is written
    return f"{begin}{text[1:]}{'' if text.endswith(('.', '?')) else '.'}"
