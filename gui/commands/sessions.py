"""From what stands on the command line to a session: a file, or the name of a lesson."""

import os
from dataclasses import dataclass
from pathlib import Path

from twostroke.engine.phrases import listed, nearest, shown
from twostroke.engine.spec import Session
from twostroke.gui import lessons
from twostroke.gui.commands.report import BadInput

ENDING = ".twostroke.json"


@dataclass(frozen=True)
class Found:
    """A session, and what export shows of it unless asked otherwise."""

    session: Session
    at: int = 0
    row: int = 0


def find(argument: str) -> Found:
    """The session in the file `argument`, or that of the lesson of this name; the file comes first.

    BadInput where there is neither, or where the file is no session.
    """
    if os.path.exists(argument):
        return Found(read(argument))
    try:
        known = {lesson.name: lesson for lesson in lessons.lessons()}
    except lessons.LessonError as error:
        raise BadInput(str(error)) from error
    if argument in known:
        lesson = known[argument]
        return Found(lesson.session, lesson.at, lesson.row)
    raise BadInput(_neither(argument, list(known)))


def read(argument: str) -> Session:
    """The session in a file. BadInput, naming file, key and what was expected, where there is none."""
    from twostroke.engine.files import FileError, read_session
    from twostroke.engine.spec_errors import SessionError

    if os.path.isdir(argument):
        raise BadInput(f"{argument} is a folder; expected a session file (NAME{ENDING}).")
    try:
        return read_session(argument)
    except (FileError, SessionError) as error:
        raise BadInput(str(error)) from error


def file_like(argument: str) -> str | None:
    """The file that somebody who wrote `argument` may have meant."""
    path = Path(argument)
    if not path.name:
        return None
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return None
    whole = path.name + ENDING
    beside = whole if whole in names else nearest(path.name, names)
    return str(path.with_name(beside)) if beside else None


def _neither(argument: str, known: list[str]) -> str:
    path = Path(argument)
    if path.suffix or len(path.parts) > 1:
        close, sentence = file_like(argument), f"There is no file {shown(argument)}."
        return f"{sentence} Did you mean {close}?" if close else sentence
    close = argument + ENDING if os.path.exists(argument + ENDING) else nearest(argument, known)
    return f"There is no file and no lesson {shown(argument)}. " + (
        f"Did you mean {close}?" if close else f"Expected a session file, or the lesson {listed(known)}."
    )
