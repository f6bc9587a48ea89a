"""From what stands on the command line to a session: a file, or the name of a lesson."""

from dataclasses import dataclass
from pathlib import Path

from twostroke.engine.phrases import listed, nearest, shown
from twostroke.engine.spec import Session
from twostroke.gui import lessons
from twostroke.gui.commands.report import BadInput


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
    path = Path(argument)
    if path.is_dir():
        raise BadInput(f"{argument} is a folder; expected a session file (NAME.twostroke.json).")
    if path.exists():
        return Found(read(path))
    try:
        known = {lesson.name: lesson for lesson in lessons.lessons()}
    except lessons.LessonError as error:
        raise BadInput(str(error)) from error
    if argument in known:
        lesson = known[argument]
        return Found(lesson.session, lesson.at, lesson.row)
    raise BadInput(_neither(argument, list(known)))


def read(path: Path) -> Session:
    """The session in a file. BadInput, naming file, key and what was expected, where there is none."""
    from twostroke.engine.files import FileError, read_session
    from twostroke.engine.spec_errors import SessionError

    try:
        return read_session(path)
    except (FileError, SessionError) as error:
        raise BadInput(str(error)) from error


def _neither(argument: str, known: list[str]) -> str:
    path = Path(argument)
    if path.suffix or len(path.parts) > 1:
        sentence = f"There is no file {argument}."
        try:
            beside = nearest(path.name, [entry.name for entry in path.parent.iterdir()])
        except OSError:
            beside = None
        return f"{sentence} Did you mean {path.with_name(beside)}?" if beside else sentence
    close = nearest(argument, known)
    return f"There is no file and no lesson {shown(argument)}. " + (
        f"Did you mean {close}?" if close else f"Expected a session file, or the lesson {listed(known)}."
    )
