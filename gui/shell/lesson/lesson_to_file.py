"""A lesson's text on its way into a file: what it is called there, and whether it can be played as it is."""

from pathlib import Path

import tomlkit
from PySide6.QtWidgets import QFileDialog, QWidget

from twostroke.engine.data.folder import session_folder
from twostroke.engine.files.disk import FileError, in_utf8, replacing, said
from twostroke.gui.model.lessons import LESSON_ENDING, LessonError
from twostroke.gui.model.lessons.data_packing import with_data
from twostroke.gui.model.lessons.lesson_file import parse_lesson
from twostroke.gui.shell.errors import message

UNNAMED = "my-lesson"
KIND = f"Lessons (*{LESSON_ENDING})"
DRAFT = "{name} is written as a draft: it cannot be played as it is. {problem}"
WRITTEN = "{name} is written."


def ask_where(window: QWidget, start: Path) -> Path | None:
    """Ask for the file of a lesson; None where there shall be none."""
    chosen, _ = QFileDialog.getSaveFileName(window, "Save as lesson", str(start), KIND)
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.name.endswith(LESSON_ENDING) else path.with_name(path.name + LESSON_ENDING)


def named_after(text: str, path: Path) -> str:
    """The same lesson, called as its file is."""
    document = tomlkit.parse(text)
    document["name"] = path.name.removesuffix(LESSON_ENDING)
    return tomlkit.dumps(document)


def write(window: QWidget, text: str, path: Path) -> str:
    """Write a lesson with its data. What there is to say of it, a sentence; "" where it could not be written, which has
    been told.
    """
    try:
        text = with_data(text, path.parent)
        content = in_utf8(text, path)
        with replacing(path) as stream:
            stream.write(content)
    except FileError as error:
        message(window, str(error)).open()
        return ""
    name, problem = said(Path(path.name)), problem_of(text, path)
    return DRAFT.format(name=name, problem=problem) if problem else WRITTEN.format(name=name)


def problem_of(text: str, path: Path) -> str:
    """Why it could not be opened from there, a sentence; "" where it can."""
    try:
        with session_folder(path.parent):
            parse_lesson(text.encode(), path.name)
    except LessonError as error:
        return str(error)
    return ""
