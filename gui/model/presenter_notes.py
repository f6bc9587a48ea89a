"""What only the lecturer sees: of a scene of a lesson, or of the moment where no lesson is open."""

import re
from dataclasses import dataclass

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class PresenterNotes:
    """`notes`, `next_title` and `next_text` are Markdown; empty where there is nothing to say, or no more to come."""

    title: str
    notes: str = ""
    next_title: str = ""
    next_text: str = ""
    number: int = 0  # of the scene, from 1; 0 without a lesson
    scenes: int = 0
    elapsed: float | None = None  # seconds of the lesson; None where those of presenting are meant

    @property
    def place(self) -> str:
        """Which scene of how many."""
        return f"Scene {self.number} of {self.scenes}" if self.number else ""


def plain(text: str) -> str:
    """Text in which nothing is a mark, as Markdown."""
    return _MARKS.sub(r"\\\1", text)


def spelled(seconds: float) -> str:
    """A time that has passed, as a watch shows it."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
