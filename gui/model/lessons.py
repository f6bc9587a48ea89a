"""Lessons: sessions that teach one thing, each with a few sentences on what to look for.

A lesson is one file resources/lessons/NAME.toml, so that a teacher can write one without touching code.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Any

from pydantic import Field, ValidationError

from twostroke.engine.session.phrases import shown, unknown
from twostroke.engine.session.settings.base import Part, Whole
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import Said, SessionError, parse_session, problems_of, told

FIRST = "two-strokes"
"""The lesson with which the window opens the first time."""


class LessonError(ValueError):
    """A lesson that cannot be read or does not exist; the message is a sentence for the user."""


@dataclass(frozen=True)
class Lesson:
    """One lesson."""

    name: str  # as on the command line
    title: str
    text: tuple[str, ...]  # paragraphs: what to look for
    session: Session
    at: int = 0  # the update that export shows
    row: int = 0  # and the sample of its mini-batch
    pace: int = 0  # updates per second at which it trains live; 0 for full speed


@cache
def lessons() -> tuple[Lesson, ...]:
    """All lessons, the first one first, the others by name. LessonError where one of the files is wrong."""
    folder = files("twostroke.resources").joinpath("lessons")
    found = [read_lesson(file) for file in folder.iterdir() if file.name.endswith(".toml")]
    return tuple(sorted(found, key=lambda lesson: (lesson.name != FIRST, lesson.name)))


def lesson(name: str) -> Lesson:
    """The lesson of that name. LessonError, naming the nearest one, where there is none."""
    by_name = {lesson.name: lesson for lesson in lessons()}
    if name in by_name:
        return by_name[name]
    raise LessonError(unknown("lesson", name, list(by_name)))


def read_lesson(file: Traversable) -> Lesson:
    """The lesson in a TOML file. LessonError names the file, the key and what was expected."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        written = _File.model_validate(content)
        session = parse_session(written.session, file.name)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LessonError(f"{file.name} cannot be read: {error}.") from error
    except ValidationError as error:
        raise LessonError(told(file.name, problems_of(error, _File))) from error
    except SessionError as error:
        raise LessonError(str(error)) from error
    if f"{written.name}.toml" != file.name:
        raise LessonError(f"{file.name} has the name {shown(written.name)}; expected the name of its file.")
    return Lesson(
        name=written.name,
        title=written.title,
        text=written.text,
        session=session,
        at=written.export.at,
        row=written.export.row,
        pace=written.live.pace,
    )


Text = Annotated[str, Said("a text in quotes")]


class _Live(Part):
    pace: Whole = Field(0, ge=0)


class _Export(Part):
    at: Whole = Field(0, ge=0)
    row: Whole = Field(0, ge=0)


class _File(Part):
    """A lesson as it is written."""

    name: Text
    title: Text
    text: Annotated[tuple[Text, ...], Said("a list of paragraphs, each a text in quotes")]
    session: Annotated[dict[str, Any], Said("the settings of a session, as in a session file")]
    live: Annotated[_Live, Said("a table")] = _Live()
    export: Annotated[_Export, Said("a table")] = _Export()
