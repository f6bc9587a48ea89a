"""The folder that relative paths of a session start from: the one of the session's file, else the current one.

In memory a session holds absolute paths, so that an edit, another thread or a change of the current folder cannot make
one name mean another file. Only in a file are they relative, where the data lie beside the session or below it; so
session and data can be moved together.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

_base: ContextVar[Path | None] = ContextVar("session_folder", default=None)


@contextmanager
def session_folder(folder: str | Path) -> Iterator[None]:
    """Within the block, sessions that are read or written take relative paths as starting from `folder`."""
    token = _base.set(Path(os.path.abspath(folder)))
    try:
        yield
    finally:
        _base.reset(token)


def absolute(path: str) -> str:
    """`path` from the root of the file system."""
    return os.path.abspath(os.path.join(_base.get() or "", path))


def for_file(path: str) -> str:
    """How a session's file names the absolute `path`: relative, with `/`, where it lies in the file's folder."""
    base = _base.get()
    if base is None or not Path(path).is_relative_to(base):
        return path
    return Path(path).relative_to(base).as_posix()
