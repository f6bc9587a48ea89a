"""Where films and pictures go unless another place is typed."""

import os
from pathlib import Path

from PySide6.QtCore import QStandardPaths


def films_folder() -> Path:
    """The folder that this system has for films, else the user's own."""
    usual = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation))
    return usual if os.path.isdir(usual) else Path(os.path.expanduser("~"))


def placed(typed: str) -> str:
    """The path that is typed, "" for none: a name alone lies where films go, wherever the program was started. `~` for
    a user that does not exist stays as it is."""
    path = os.path.expanduser(typed)
    return path if not path or path.startswith("~") else str(films_folder() / path)
