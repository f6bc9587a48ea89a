"""A storyboard whose shots are scenes of a lesson: what is said of them, until the lesson is played for that."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from twostroke.engine.files.disk import FileError, read_bytes
from twostroke.engine.session.phrases import counted
from twostroke.gui.model.lessons.lesson_file import MAX_WITH_DATA, open_lesson
from twostroke.gui.model.lessons.script import Lesson, LessonError
from twostroke.gui.model.lessons.shelf import is_own, lesson
from twostroke.gui.model.lessons.toml_text import text_of
from twostroke.gui.model.storyboard.board import Picture, Shot, Show, Storyboard, StoryboardError
from twostroke.gui.model.storyboard.checks import check_board

ONE_FOLDER = "A storyboard finds the lesson {name} in its own folder. Save it there, or save the lesson beside it."
NO_FILE = "This lesson is in no file yet, and a storyboard has to name one. Save the lesson first."

Told = TypeVar("Told")


@dataclass(frozen=True)
class SceneShot:
    """What a file says of a scene, and where it says so; None: as the lesson has it."""

    where: str
    scene: int  # from 1
    training: bool  # of a scene that trains first and then shows something: the training
    seconds: float | None = None
    title: str | None = None
    caption: str | None = None


@dataclass(frozen=True)
class LessonBoard:
    """A storyboard of scenes of a lesson that is still to be played."""

    lesson: Lesson
    name: str  # of the file
    title: str | None  # None: as the lesson has it
    picture: Picture
    shots: tuple[SceneShot, ...]

    def played(self, look: Callable[[], None] = lambda: None) -> Storyboard:
        """The storyboard. Plays the lesson, which takes a while; what `look`, which is called meanwhile, raises comes
        through. StoryboardError where that cannot be, or a scene is not there."""
        from twostroke.gui.model.storyboard.of_lesson import storyboard_of  # with the compiler

        try:
            played = storyboard_of(self.lesson, self.picture, look)
        except LessonError as error:
            raise StoryboardError(str(error)) from error
        board = replace(
            played, title=_said(self.title, played.title), shots=tuple(self._shot(each, played) for each in self.shots)
        )
        try:
            check_board(board)
        except StoryboardError as error:
            raise StoryboardError(f"{self.name}: {error}") from error
        return board

    def _shot(self, told: SceneShot, played: Storyboard) -> Shot:
        own = [shot for shot in played.shots if shot.scene == told.scene]
        if not own:
            scenes = counted(len(self.lesson.scenes), "scene")
            raise StoryboardError(f"{told.where}.scene is {told.scene}; “{self.lesson.title}” has {scenes}.")
        if told.training and own[0].show is not Show.TRAINING:
            raise StoryboardError(f"{told.where}.show: scene {told.scene} of “{self.lesson.title}” trains nothing.")
        shot = own[0] if told.training else own[-1]
        return replace(
            shot,
            seconds=_said(told.seconds, shot.seconds),
            title=_said(told.title, shot.title),
            caption=_said(told.caption, shot.caption),
        )


def _said(told: Told | None, usual: Told) -> Told:
    return usual if told is None else told


def lesson_beside(name: str, folder: Path) -> Lesson:
    """The lesson that a storyboard in `folder` calls `name`: a file there, or one of the program's. LessonError."""
    file = folder / name
    return open_lesson(file) if name and os.path.isfile(file) else lesson(name)


def name_beside(asked: Lesson, folder: Path) -> str:
    """How a storyboard in `folder` calls a lesson. StoryboardError where it would not find it."""
    if is_own(asked):
        return asked.name
    name = asked.source.name
    if not name:
        raise StoryboardError(NO_FILE)
    try:
        there = text_of(read_bytes(folder / name, MAX_WITH_DATA), name, StoryboardError)
    except (FileError, StoryboardError) as error:
        raise StoryboardError(ONE_FOLDER.format(name=name)) from error
    if there != asked.source.text:
        raise StoryboardError(ONE_FOLDER.format(name=name))
    return name
