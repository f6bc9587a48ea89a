"""Lessons: sessions that teach one thing, each with a few sentences on what to look for.

A lesson is one file resources/lessons/NAME.toml, so that a teacher can write one without touching code.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from twostroke.engine.session.phrases import shown, unknown
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError, parse_session

FIRST = "two-strokes"
"""The lesson with which the window opens the first time."""

KEYS = {"name", "title", "text", "live", "export", "session"}


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
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LessonError(f"{file.name} cannot be read: {error}.") from error
    for key in content.keys() - KEYS:
        raise LessonError(f"{file.name}: {unknown('key', key, sorted(KEYS))}")
    text = _get(file, content, "text", list)
    if not all(isinstance(paragraph, str) for paragraph in text):
        raise LessonError(f"{file.name}: text must be a list of paragraphs.")
    try:
        session = parse_session(_get(file, content, "session", dict), file.name)
    except SessionError as error:
        raise LessonError(str(error)) from error
    export = _get(file, content, "export", dict, {})
    name = _get(file, content, "name", str)
    if f"{name}.toml" != file.name:
        raise LessonError(f"{file.name} has the name {shown(name)}; expected the name of its file.")
    return Lesson(
        name=name,
        title=_get(file, content, "title", str),
        text=tuple(text),
        session=session,
        at=_count(file, "export.at", export),
        row=_count(file, "export.row", export),
        pace=_count(file, "live.pace", _get(file, content, "live", dict, {})),
    )


def _get(file: Traversable, table: dict[str, Any], key: str, kind: type, default: Any = None) -> Any:
    value = table.get(key, default)
    if value is None:
        raise LessonError(f"{file.name} has no {key}.")
    if not isinstance(value, kind):
        names: dict[type, str] = {str: "a text", list: "a list", dict: "a table"}
        raise LessonError(f"{file.name}: {key} is {shown(value)}; expected {names[kind]}.")
    return value


def _count(file: Traversable, path: str, table: dict[str, Any]) -> int:
    value = table.get(path.rpartition(".")[2], 0)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise LessonError(f"{file.name}: {path} is {shown(value)}; expected a whole number from 0.")
    return value
