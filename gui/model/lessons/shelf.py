"""The lessons that come with the program."""

from functools import cache
from importlib.resources import files

from twostroke.engine.session.phrases import unknown
from twostroke.gui.model.lessons.lesson_file import read_lesson
from twostroke.gui.model.lessons.script import Lesson, LessonError

FIRST = "two-strokes"
"""The lesson with which the window opens the first time."""


@cache
def lessons() -> tuple[Lesson, ...]:
    """All lessons in their order, those without a number last. LessonError where one of the files is wrong."""
    folder = files("twostroke.resources").joinpath("lessons")
    found = [read_lesson(file) for file in folder.iterdir() if file.name.endswith(".toml")]
    return tuple(sorted(found, key=lambda lesson: (lesson.name != FIRST, lesson.number or 1000, lesson.name)))


def lesson(name: str) -> Lesson:
    """The lesson of that name. LessonError, naming the nearest one, where there is none."""
    by_name = {lesson.name: lesson for lesson in lessons()}
    if name in by_name:
        return by_name[name]
    raise LessonError(unknown("lesson", name, list(by_name)))
