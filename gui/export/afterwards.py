"""What a user may want to do with a file that was exported: see it, or see where it lies."""

import os

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

PROGRAMS = (".py",)
"""Endings of what some systems run where they are told to open it."""


def can_be_opened(path: str | os.PathLike[str]) -> bool:
    """Whether to open that file shows it."""
    return os.path.splitext(path)[1].lower() not in PROGRAMS


def open_file(path: str | os.PathLike[str]) -> None:
    """Open it in the system's program for such files; where none is known, show where it lies."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(os.path.realpath(path))):
        open_folder_of(path)


def open_folder_of(path: str | os.PathLike[str]) -> None:
    """Open the folder in which it lies."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(os.path.dirname(os.path.realpath(path))))
