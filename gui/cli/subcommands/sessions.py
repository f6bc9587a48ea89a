"""From what stands on the command line to a session: a file, or the name of a lesson."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from twostroke.engine.files.companion import update_of
from twostroke.engine.files.disk import said
from twostroke.engine.session.phrases import listed, nearest, shown
from twostroke.engine.session.spec import Session
from twostroke.gui.cli.subcommands.speech import BadInput
from twostroke.gui.model import lessons
from twostroke.gui.model.lessons.lesson_file import open_lesson

ENDING = ".twostroke.json"
STORYBOARD_ENDING = ".storyboard.toml"
ENDINGS = (".twostroke", ENDING)
"""An archive with all that belongs to a session, and a session as readable JSON."""


@dataclass(frozen=True)
class Found:
    """A session, and what export shows of it unless asked otherwise."""

    session: Session
    at: int = 0
    row: int = 0
    state: Mapping[str, Any] | None = None  # with which it was saved
    files: tuple[Path, ...] = ()  # it was read from

    @property
    def start(self) -> int:
        """The update at which it begins."""
        return update_of(self.state)

    def check_at(self, at: int) -> None:
        """BadInput where update `at` lies before the weights with which the session was saved."""
        if at < self.start:
            raise BadInput(f"--at is {at:,}; expected {self.start:,}, at which the session was saved, or more.")

    def check_output(self, *outputs: Path | None) -> None:
        """BadInput where one of them is a file that the session was read from."""
        from twostroke.engine.files.disk import FileError
        from twostroke.engine.files.in_use import check_free

        try:
            check_free(filter(None, outputs), self.files, self.session)
        except FileError as error:
            raise BadInput(str(error)) from error


def find(argument: str) -> Found:
    """The session in the file `argument`, or that of the lesson of this name; the file comes first.

    BadInput where there is neither, or where the file is no session.
    """
    if argument.endswith(lessons.LESSON_ENDING) and os.path.isfile(argument):
        own = _lesson_in(argument)
        return Found(own.session, own.at, own.row, files=(Path(argument),))
    if os.path.lexists(argument):  # also a link that leads nowhere, of which reading it tells
        session, state = read(argument)
        found = Found(session, state=state, files=_files(argument, state is not None))
        return replace(found, at=found.start)
    try:
        known = {lesson.name: lesson for lesson in lessons.lessons()}
    except lessons.LessonError as error:
        raise BadInput(str(error)) from error
    if argument in known:
        lesson = known[argument]
        return Found(lesson.session, lesson.at, lesson.row)
    raise BadInput(_neither(argument, list(known)))


def _files(argument: str, trained: bool) -> tuple[Path, ...]:
    """The file of a session, and the one beside it that holds its weights."""
    from twostroke.engine.files import bundle
    from twostroke.engine.files.session_file import json_of

    path = Path(argument)
    if not trained or bundle.is_bundle(path):
        return (path,)
    return path, path.with_name(json_of(path)["weights"]["file"])


def lesson_of(argument: str) -> lessons.Lesson:
    """The lesson in the file `argument`, or of this name. BadInput where there is none, or none with scenes."""
    try:
        found = _lesson_in(argument) if os.path.isfile(argument) else lessons.lesson(argument)
    except lessons.LessonError as error:
        raise BadInput(str(error)) from error
    if not found.scenes:
        raise BadInput(f"{said(Path(argument))} has no scenes to be shown.")
    return found


def _lesson_in(argument: str) -> lessons.Lesson:
    try:
        return open_lesson(Path(argument))
    except lessons.LessonError as error:
        raise BadInput(str(error)) from error


def read(argument: str) -> tuple[Session, Mapping[str, Any] | None]:
    """The session in a file, and the state with which it was saved, if any.

    BadInput, naming file, key and what was expected, where there is none.
    """
    from twostroke.engine.files.session_file import FileError, read_saved
    from twostroke.engine.session.spec_errors import SessionError

    if os.path.isdir(argument):
        wanted = listed(f"NAME{ending}" for ending in ENDINGS)
        raise BadInput(f"{said(Path(argument))} is a folder; expected a session file ({wanted}).")
    if argument.endswith(lessons.LESSON_ENDING):
        return _lesson_in(argument).session, None
    try:
        return read_saved(argument)
    except (FileError, SessionError) as error:
        raise BadInput(str(error)) from error


def is_for_window(argument: str) -> bool:
    """Whether the file is no session, but the window can make one of it, or take it as data."""
    from twostroke.engine.files.kinds import recognised

    if argument.lower().endswith(STORYBOARD_ENDING):
        return True
    kind = recognised(Path(argument))
    return kind is not None and bool(kind.dataset or kind.model)


def file_like(argument: str) -> str | None:
    """The file that somebody who wrote `argument` may have meant."""
    path = Path(argument)
    if not path.name:
        return None
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return None
    whole = (path.name + ending for ending in ENDINGS)
    beside = next((name for name in whole if name in names), None) or nearest(path.name, names)
    return str(path.with_name(beside)) if beside else None


def _neither(argument: str, known: list[str]) -> str:
    path = Path(argument)
    if path.suffix or len(path.parts) > 1:
        close, sentence = file_like(argument), f"There is no file {shown(argument)}."
        return f"{sentence} Did you mean {close}?" if close else sentence
    whole = (argument + ending for ending in ENDINGS)
    close = next(filter(os.path.exists, whole), None) or nearest(argument, known)
    return f"There is no file and no lesson {shown(argument)}. " + (
        f"Did you mean {close}?" if close else f"Expected a session file, or the lesson {listed(known)}."
    )
