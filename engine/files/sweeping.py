"""What a process that was killed has left beside the file that it was writing: found by its name, and removed.

A part is hidden, says whose it is, and is held by whoever writes it (see `holding`): one that nobody holds has no owner
any more. The part of a session may name a companion that took its place just before the end; where no session names
that, it goes too.
"""

import contextlib
import os
import re
import secrets
import shutil
import stat
import sys
import time
from pathlib import Path

from twostroke.engine.files.holding import held

PART = re.compile(r"\..{1,40}\.twostroke-[0-9a-f]{8}\.part(\.[A-Za-z0-9]{1,8})?", re.DOTALL)

FRESH = 1.0
"""Seconds in which a part that nobody holds is left alone: its owner may be about to hold it, or to give it a name."""

COMPANION = re.compile(r".+\.([0-9a-f]{16})\.safetensors", re.DOTALL)
"""The name of a companion carries the beginning of its digest."""

NAMED = re.compile(rb'"file": "([^"\\]+\.[0-9a-f]{16}\.safetensors)"')

LARGEST_SESSION = 2**20
MOST_SESSIONS = 1_000
"""So many files are asked whether they name a companion; where there are more, it stays."""


def part_beside(path: Path, ending: str = "") -> Path:
    """A new name for what will take the place of `path`: hidden, in the same folder."""
    return path.with_name(f".{path.name[:40]}.twostroke-{secrets.token_hex(4)}.part{ending}")


def sweep(folder: Path) -> None:
    """Remove what processes that have ended left in `folder`. What cannot be removed stays; nothing is raised."""
    with contextlib.suppress(OSError), held(folder) as alone:
        if alone or sys.platform == "win32":
            sweep_alone(folder)


def sweep_alone(folder: Path) -> None:
    """The same, where nobody else is about to name a companion in `folder`."""
    with os.scandir(folder) as entries:
        found = [Path(e.path) for e in entries if PART.fullmatch(e.name) and not e.is_symlink()]
    for path in found:
        with contextlib.suppress(OSError), held(path) as alone:
            if (alone or sys.platform == "win32") and not _fresh(path):
                _drop_uncommitted(path)
                _remove(path)


def _fresh(path: Path) -> bool:
    return abs(time.time() - os.lstat(path).st_mtime) < FRESH


def _remove(path: Path) -> None:
    if stat.S_ISDIR(os.lstat(path).st_mode):
        shutil.rmtree(path, ignore_errors=True)
    else:
        os.unlink(path)


def _drop_uncommitted(part: Path) -> None:
    """The companion that a session would have named, had it come to that."""
    if not stat.S_ISREG(os.lstat(part).st_mode) or part.stat().st_size > LARGEST_SESSION:
        return
    for name in NAMED.findall(part.read_bytes()):
        companion = part.with_name(os.fsdecode(name))
        if companion.name == os.path.basename(companion.name) and not named_in(part.parent, companion.name):
            companion.unlink(missing_ok=True)


def named_in(folder: Path, companion: str) -> bool:
    """Whether a session in `folder` names this companion, as far as can be told."""
    with os.scandir(folder) as entries:
        sessions = [entry for entry in entries if entry.name.endswith(".json") and entry.is_file()]
    if len(sessions) > MOST_SESSIONS:
        return True
    wanted = os.fsencode(companion)
    small = (Path(entry.path) for entry in sessions if entry.stat().st_size <= LARGEST_SESSION)
    return any(wanted in path.read_bytes() for path in small)
