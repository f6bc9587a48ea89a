"""What a user may want to do with a file that was exported: see it, or see where it lies."""

import os

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

PROGRAMS = (".py",)
"""Endings of what some systems run where they are told to open it."""

NOTHING_OPENS = "Nothing was found that opens it: {name} lies in {folder}."


def can_be_opened(path: str | os.PathLike[str]) -> bool:
    """Whether to open that file shows it."""
    return os.path.splitext(path)[1].lower() not in PROGRAMS


def open_file(path: str | os.PathLike[str]) -> str:
    """Open it in the system's program for such files; where none is known, show where it lies. Returns a sentence
    where that cannot be shown either, else "".
    """
    return "" if QDesktopServices.openUrl(QUrl.fromLocalFile(os.path.realpath(path))) else open_folder_of(path)


def open_folder_of(path: str | os.PathLike[str]) -> str:
    """Open the folder in which it lies. Returns a sentence where nothing opens it, else ""."""
    folder, name = os.path.split(os.path.realpath(path))
    opened = QDesktopServices.openUrl(QUrl.fromLocalFile(folder))
    return "" if opened else NOTHING_OPENS.format(name=name, folder=folder)
