"""Folders that are read with trust, such as that of compiled code: nobody else may have put anything there.

Asked of owner and permissions, of the folder and of all above it: whoever can write to one of these can exchange what
lies below. On Windows `stat` knows of neither; there the folders of a profile, its temporary one among them, are shut
to other users by their access lists.
"""

import os
import stat
import tempfile
from pathlib import Path

OTHERS = stat.S_IWGRP | stat.S_IWOTH
PRIVATE = stat.S_IRWXU
ADMINISTRATOR = 0


def own_folder(folder: Path) -> Path | None:
    """`folder`, made where there is none, with the links on the way to it followed.

    None where it cannot be made or written, or where somebody else could have put something into it.
    """
    try:
        _make(folder)
        _shut(folder.parent)
        if folder.is_symlink():
            return None
        real = folder.resolve(strict=True)
        if not _is_private(real) or not all(_is_safe(parent) for parent in real.parents):
            return None
        with tempfile.TemporaryFile(dir=real):
            return real
    except (OSError, RuntimeError):  # RuntimeError: links that lead in a circle
        return None


def is_own(facts: os.stat_result) -> bool:
    """Whether what `facts` tell of belongs to whoever runs the program."""
    return not hasattr(os, "geteuid") or facts.st_uid == os.geteuid()


def _make(folder: Path) -> None:
    """Whatever the user's umask says, new folders are open to nobody else."""
    if not folder.is_absolute():
        raise NotADirectoryError(f"{folder} is no place of its own")
    for part in reversed([folder, *folder.parents]):
        if not part.exists():
            part.mkdir(PRIVATE, exist_ok=True)


def _shut(folder: Path) -> None:
    """Take the right to write from others, where an open umask gave it to them."""
    facts = folder.lstat()
    if os.name == "posix" and stat.S_ISDIR(facts.st_mode) and is_own(facts) and _is_open(facts):
        folder.chmod(stat.S_IMODE(facts.st_mode) & ~OTHERS)


def _is_open(facts: os.stat_result) -> bool:
    """Whether others can exchange what lies there; in a folder with the sticky bit, only what is theirs."""
    return os.name == "posix" and bool(facts.st_mode & OTHERS) and not facts.st_mode & stat.S_ISVTX


def _is_private(folder: Path) -> bool:
    facts = folder.lstat()
    writable = os.name == "posix" and facts.st_mode & OTHERS
    return stat.S_ISDIR(facts.st_mode) and is_own(facts) and not writable


def _is_safe(folder: Path) -> bool:
    facts = folder.lstat()
    known = is_own(facts) or facts.st_uid == ADMINISTRATOR
    return known and not _is_open(facts)
