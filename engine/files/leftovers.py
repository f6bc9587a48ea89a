"""Temporary folders and unfinished files, removed whatever ends the program: its end, an error, or a signal."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_paths: set[Path] = set()


def private_folder() -> Path:
    """A new folder that only this user can read or write, until the program ends. OSError where there is no place."""
    folder = Path(tempfile.mkdtemp(prefix="twostroke-"))
    _paths.add(folder)
    return folder


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """The same, until the block ends."""
    folder = private_folder()
    try:
        yield folder
    finally:
        _remove(folder)


@contextmanager
def unfinished(path: Path) -> Iterator[None]:
    """A file that is gone when the block ends: removed, unless it has been given another name."""
    _paths.add(path)
    try:
        yield
    finally:
        _remove(path)


@atexit.register
def remove_all() -> None:
    """Remove those that are left."""
    for folder in list(_paths):
        _remove(folder)


def _remove(path: Path) -> None:
    if os.path.isdir(path):
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
    _paths.discard(path)
