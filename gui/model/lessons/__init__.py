"""Lessons: a session, and scenes that say something, drive the program, ask, and prove what they say with its numbers.

A lesson is one file resources/lessons/NAME.toml, so that a teacher can write one without touching code; docs/lessons.md
describes it.
"""

from twostroke.gui.model.lessons.script import LESSON_ENDING, Lesson, LessonError, Scene
from twostroke.gui.model.lessons.shelf import FIRST, Head, heads, is_own, lesson, lessons

__all__ = [
    "FIRST",
    "LESSON_ENDING",
    "Head",
    "Lesson",
    "LessonError",
    "Scene",
    "heads",
    "is_own",
    "lesson",
    "lessons",
]
