"""Reading a lesson's file: TOML, checked by pydantic. What is wrong is told with file, line and key."""

import re
from collections.abc import Callable, Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from twostroke.engine.claims.functions import FUNCTIONS
from twostroke.engine.claims.language import Claim, parse
from twostroke.engine.data.folder import session_folder
from twostroke.engine.files.disk import FileError, read_bytes
from twostroke.engine.session.phrases import listed, nearest, path, shown
from twostroke.engine.session.settings.base import Part, Real, Whole
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import Said
from twostroke.gui.model.lessons.acts import read_act
from twostroke.gui.model.lessons.data_inside import DATA_PATH, Files, lay_out
from twostroke.gui.model.lessons.script import (
    FREE,
    LESSON_ENDING,
    MAX_UPDATES,
    Act,
    Ask,
    Assertion,
    Lesson,
    LessonError,
    Scene,
    Source,
    Task,
)
from twostroke.gui.model.lessons.toml_text import Paragraphs, Text, Texts, read_part, read_session, text_of
from twostroke.gui.model.lessons.where import Place

FORMAT, VERSION = "twostroke-lesson", 1
MAX_BYTES, MAX_WITH_DATA = 2**20, 2**23
MOST_SCENES = 100

SHARE = re.compile(r"(\d{1,3}) of (\d{1,3})", re.ASCII)


def _as_table(key: str) -> Callable[[Any], Any]:
    """A text alone stands for a table with that key."""
    return lambda value: {key: value} if isinstance(value, str) else value


class _Live(Part):
    pace: Whole = Field(0, ge=0)


class _Export(Part):
    at: Whole = Field(0, ge=0)
    row: Whole = Field(0, ge=0)


class _Assert(Part):
    claim: Text
    holds: Text = ""
    because: Text = ""


class _Ask(Part):
    question: Text
    number: Text = ""
    tolerance: Real = Field(0.0, ge=0)
    relative: Real = Field(0.0, ge=0)
    choice: Texts = ()
    answer: Text = ""
    click: Text = ""
    layer: Whole = Field(0, ge=0, le=100)
    because: Text = ""


class _Task(Part):
    reach: Texts = ()
    type: Text = ""
    tolerance: Real = Field(0.0, ge=0)
    relative: Real = Field(0.0, ge=0)
    points: Real = Field(1.0, gt=0, le=1000)
    hint: Text = ""


Asserted = Annotated[_Assert, BeforeValidator(_as_table("claim"))]


class _Scene(Part):
    title: Text
    say: Text = ""
    notes: Text = ""
    do: Annotated[tuple[Any, ...], Said("a list of acts in square brackets")] = ()
    asserts: Annotated[tuple[Asserted, ...], Said("a list of claims, each in quotes")] = Field((), alias="assert")
    ask: Annotated[_Ask | None, Said("a table with a question")] = None
    task: Annotated[_Task | None, Said("a table with what to reach")] = None
    attempt: Text = Field("", alias="try")


class _File(Part):
    """A lesson as it is written."""

    format: Text = FORMAT
    version: Whole = VERSION
    name: Text
    title: Text
    text: Paragraphs = ()
    session: Annotated[dict[str, Any], Said("the settings of a session, as in a session file")]
    live: Annotated[_Live, Said("a table")] = _Live()
    export: Annotated[_Export, Said("a table")] = _Export()
    number: Whole = Field(0, ge=0, le=999)
    minutes: Whole = Field(0, ge=0, le=600)
    claim: Text = ""
    leaves_out: Texts = ()
    sources: Texts = ()
    words: Texts = ()
    free: Texts = FREE
    max_updates: Whole = Field(MAX_UPDATES, ge=0, le=10_000_000)
    scenes: Annotated[tuple[_Scene, ...], Said("tables, each under [[scenes]]")] = ()
    files: Annotated[dict[str, Any], Said("a table of files, each by its name")] = Field(default_factory=dict)


def open_lesson(path: Path) -> Lesson:
    """The lesson in a file of the user's. LessonError names the file, the line, the key and what was expected."""
    try:
        content = read_bytes(path, MAX_WITH_DATA)
        if b"[files]" not in content:
            content = read_bytes(path, MAX_BYTES)
    except FileError as error:
        raise LessonError(str(error)) from error
    with session_folder(path.parent):
        return parse_lesson(content, path.name)


def read_lesson(file: Traversable) -> Lesson:
    """The lesson in a file, which may be within a package. LessonError as `open_lesson`."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise LessonError(f"{file.name} cannot be read: {error}.") from error
    return parse_lesson(content, file.name)


def _is_called(stem: str, name: str) -> bool:
    """Whether a file has the name of its lesson: "ring (1)" and "ring copy" are what browsers and systems call another
    one of it."""
    return stem == name or (stem.startswith(name) and stem[len(name) :].startswith((" ", "(", "_", "-copy")))


def parse_lesson(content: bytes, name: str) -> Lesson:
    """The lesson that is written in the bytes of a file called `name`. LessonError as `open_lesson`."""
    source = Source(name, text_of(content, name, LessonError))
    written = read_part(source, _File, LessonError)
    if written.format != FORMAT or written.version != VERSION:
        wanted = f'expected format = "{FORMAT}" and version = {VERSION}'
        raise LessonError(f"{source.where(('format',))}: this is no lesson of this version; {wanted}.")
    if not _is_called(name.removesuffix(LESSON_ENDING), written.name):
        raise LessonError(
            f"{source.where(('name',))}: name is {shown(written.name)}; expected the name of its file, "
            f"{shown(name.removesuffix('.toml'))}."
        )
    if len(written.scenes) > MOST_SCENES:
        raise LessonError(f"{name} has {len(written.scenes):,} scenes; expected at most {MOST_SCENES}.")
    return _Reader(source).lesson(written)


class _Reader:
    """From what a file says to what it means; knows where it is, to say so."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.files: Files = {}

    def wrong(self, place: Place, problem: str) -> LessonError:
        """What is wrong at a place, as a sentence."""
        end = "" if problem.endswith(("?", ".")) else "."
        return LessonError(f"{self.source.where(place)}: {path(place)}{problem}{end}")

    def lesson(self, written: _File) -> Lesson:
        """The whole of it."""
        self.files = self._laid_out(written.files)
        scenes = tuple(self._scene(scene, ("scenes", at)) for at, scene in enumerate(written.scenes))
        text = written.text or tuple(scene.say for scene in scenes[:1])
        session = self._session(written.session)
        self._check_free(written.free, session)
        return Lesson(
            name=written.name,
            title=written.title,
            text=text,
            session=session,
            at=written.export.at,
            row=written.export.row,
            pace=written.live.pace,
            number=written.number,
            minutes=written.minutes,
            claim=written.claim,
            leaves_out=written.leaves_out,
            sources=written.sources,
            words=written.words,
            scenes=scenes,
            free=written.free,
            max_updates=written.max_updates,
            source=self.source,
        )

    def _laid_out(self, written: Mapping[str, Any]) -> Files:
        try:
            return lay_out(written)
        except ValueError as error:
            name, why = error.args
            raise self.wrong(("files", name) if name else ("files",), why if name else f" {why}") from error

    def _session(self, written: Mapping[str, Any]) -> Session:
        """With its data where they lie, which may be files of the lesson itself."""
        data = written.get("data")
        if isinstance(data, Mapping) and data.get("path") in self.files:
            written = {**written, "data": {**data, "path": str(self.files[data["path"]])}}
        return read_session(self.source, written, LessonError)

    def _check_free(self, free: Sequence[str], session: Session) -> None:
        """Each names a part of the session: a slip would leave something else free than its teacher thinks."""
        for place, name in enumerate(free):
            owner: Any = session
            for step in name.split("."):
                known = list(type(owner).model_fields) if isinstance(owner, Part) else []
                if step not in known:
                    guess = nearest(step, known)
                    wanted = f"did you mean {guess}?" if guess else f"expected {listed(known) if known else 'no more'}"
                    raise self.wrong(("free", place), f" is {shown(name)}, of which {shown(step)} is unknown; {wanted}")
                owner = getattr(owner, step)

    def _scene(self, written: _Scene, at: tuple[str | int, ...]) -> Scene:
        if not written.say.strip() and not written.attempt.strip():
            raise self.wrong(at, " says nothing; expected a text under say")
        return Scene(
            title=written.title,
            say=written.say,
            notes=written.notes,
            do=tuple(self._act(act, (*at, "do", place)) for place, act in enumerate(written.do)),
            asserts=tuple(self._assertion(own, (*at, "assert", place)) for place, own in enumerate(written.asserts)),
            ask=None if written.ask is None else self._ask(written.ask, (*at, "ask")),
            task=None if written.task is None else self._task(written.task, (*at, "task")),
            attempt=written.attempt,
        )

    def _act(self, written: Any, at: Place) -> Act:
        try:
            act = read_act(written)
        except ValueError as error:
            raise self.wrong(at, f" {error}") from error
        return act if act.name != "set" else Act("set", tuple(map(self._from_inside, act.value)))

    def _from_inside(self, pair: tuple[str, Any]) -> tuple[str, Any]:
        """A setting; data that are in the lesson's file are taken from where they were laid."""
        key, value = pair
        inside = key == DATA_PATH and isinstance(value, str) and value in self.files
        return (key, str(self.files[value])) if inside else pair

    def _claim(self, text: str, at: Place) -> Claim:
        try:
            return parse(text, FUNCTIONS)
        except ValueError as error:
            raise self.wrong(at, f": {error}") from error

    def _assertion(self, written: _Assert, at: tuple[str | int, ...]) -> Assertion:
        share = (1, 1)
        if written.holds:
            found = SHARE.fullmatch(written.holds)
            share = (int(found[1]), int(found[2])) if found else (0, 0)
            if not 0 < share[0] <= share[1]:
                raise self.wrong((*at, "holds"), f' is {shown(written.holds)}; expected "18 of 20", of as many seeds')
        return Assertion(self._claim(written.claim, at), share, written.because)

    def _ask(self, written: _Ask, at: tuple[str | int, ...]) -> Ask:
        told_ways = [key for key in ("number", "answer", "click") if getattr(written, key)]
        if len(told_ways) != 1:
            has = " and ".join(told_ways) or "no answer"
            raise self.wrong(at, f" has {has}; expected one of number, answer (with choice) and click (with layer)")
        if bool(written.answer) != bool(written.choice) or len(written.choice) == 1:
            raise self.wrong(at, " expected choice, a list of two answers or more, together with answer")
        if bool(written.click) != bool(written.layer):
            raise self.wrong(at, " expected click and layer together, as the neuron of a layer is clicked")
        claims = {key: self._claim(getattr(written, key), (*at, key)) for key in told_ways}
        return Ask(
            question=written.question,
            number=claims.get("number"),
            tolerance=written.tolerance,
            relative=written.relative,
            choices=written.choice,
            answer=claims.get("answer"),
            click=claims.get("click"),
            layer=written.layer,
            because=written.because,
        )

    def _task(self, written: _Task, at: tuple[str | int, ...]) -> Task:
        if bool(written.reach) == bool(written.type):
            raise self.wrong(at, " expected reach, a list of claims, or type, the number to type")
        return Task(
            reach=self._claims(written.reach, (*at, "reach")),
            number=self._claim(written.type, (*at, "type")) if written.type else None,
            tolerance=written.tolerance,
            relative=written.relative,
            points=written.points,
            hint=written.hint,
        )

    def _claims(self, texts: Sequence[str], at: tuple[str | int, ...]) -> tuple[Claim, ...]:
        return tuple(self._claim(text, (*at, place)) for place, text in enumerate(texts))
