"""Files that a session is read from: no result may take their place, as nothing brings them back."""

import os
from collections.abc import Iterable
from pathlib import Path

from twostroke.engine.files.disk import FileError, said
from twostroke.engine.session.spec import Session


def check_free(targets: Iterable[Path], read: Iterable[str | Path], session: Session) -> None:
    """FileError where one of `targets` is a file that was `read`, or that holds the data of the session.

    A link at a target is another file, as it is replaced and not followed.
    """
    used = [(Path(file), "is what is read here") for file in read]
    if session.data.path:
        used.append((Path(session.data.path), "holds the data of this session"))
    for target in targets:
        for file, why in used:
            if _same(target, file):
                raise FileError(f"{said(target)} {why}, and would be gone. Choose another name.")


def _same(target: Path, file: Path) -> bool:
    if os.path.abspath(target) == os.path.abspath(file):
        return True
    try:
        return not target.is_symlink() and os.path.samefile(target, file)
    except (OSError, ValueError):  # one of them is not there
        return False
