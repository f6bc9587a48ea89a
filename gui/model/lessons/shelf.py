"""The lessons that come with the program."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from twostroke.engine.session.phrases import unknown
from twostroke.gui.model.lessons.script import LESSON_ENDING, Lesson, LessonError

FIRST = "two-strokes"
"""The lesson with which the window opens the first time."""


KEYS = re.compile(r"^(?:title|number|minutes|claim) = .*$", re.MULTILINE)
SCENES = re.compile(r"^\[\[scenes\]\]", re.MULTILINE)


@cache
def names() -> tuple[str, ...]:
    """What the lessons are called, without reading them."""
    files = (file.name for file in _folder().iterdir())
    return tuple(name.removesuffix(LESSON_ENDING) for name in files if name.endswith(LESSON_ENDING))


@cache
def lessons() -> tuple[Lesson, ...]:
    """All lessons in their order, those without a number last. LessonError where one of the files is wrong."""
    return tuple(sorted(map(lesson, names()), key=lambda own: (own.name != FIRST, own.number or 1000, own.name)))


@cache
def lesson(name: str) -> Lesson:
    """The lesson of that name; no other one is read. LessonError, naming the nearest one, where there is none."""
    from twostroke.gui.model.lessons.lesson_file import read_lesson  # pydantic makes classes of it: not at the start

    if name in names():
        return read_lesson(_folder().joinpath(f"{name}{LESSON_ENDING}"))
    problem = unknown("lesson", name, sorted(names()))
    raise LessonError(problem if problem.endswith("?") else f"{problem}.")


@dataclass(frozen=True)
class Head:
    """What the list of lessons says of one."""

    name: str
    title: str
    number: int
    minutes: int
    claim: str
    scenes: int  # how many


@cache
def heads() -> tuple[Head, ...]:
    """Of all lessons, in their order, without reading what they do: the start needs no more of them."""
    return tuple(sorted(map(_head, names()), key=lambda own: (own.name != FIRST, own.number or 1000, own.name)))


def _head(name: str) -> Head:
    """Each key stands on a line of its own in the files of the program, before all tables: reading those lines alone
    takes a tenth of the time."""
    text = _folder().joinpath(f"{name}{LESSON_ENDING}").read_text("utf-8")
    told = tomllib.loads("\n".join(KEYS.findall(text.partition("\n[")[0])))
    scenes = len(SCENES.findall(text))
    return Head(name, told["title"], told.get("number", 0), told.get("minutes", 0), told.get("claim", ""), scenes)


def is_own(asked: Lesson) -> bool:
    """Whether it is a lesson of the program, and not one that is only called so."""
    return asked.name in names() and lesson(asked.name) is asked


def _folder() -> Traversable:
    return files("twostroke.resources").joinpath("lessons")
