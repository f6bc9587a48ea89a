"""Where films and pictures go unless another place is typed, and how they are called."""

import os
from pathlib import Path

from PySide6.QtCore import QStandardPaths

TAKEN_NOWHERE = frozenset('<>:"/\\|?*')
"""Characters that the name of a file may not have on some system, or on a stick that all of them read."""

LONGEST = 100


def called(title: str) -> str:
    """A title as the name of a file, without its ending, that every system takes."""
    kept = "".join(" " if c in TAKEN_NOWHERE or not c.isprintable() else c for c in title)
    return " ".join(kept.split())[:LONGEST].strip(". ") or "film"


def films_folder() -> Path:
    """The folder that this system has for films, else the user's own."""
    usual = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation))
    return usual if os.path.isdir(usual) else Path(os.path.expanduser("~"))


def placed(typed: str) -> str:
    """The path that is typed, "" for none: a name alone lies where films go, wherever the program was started. `~` for
    a user that does not exist stays as it is."""
    path = os.path.expanduser(typed)
    return path if not path or path.startswith("~") else str(films_folder() / path)
