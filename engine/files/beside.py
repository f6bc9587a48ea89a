"""A session in a JSON file with its weights in a companion beside it: two files, one moment at which both change.

The companion's name carries its digest, so that a session always finds the weights that it was saved with. The new
companion takes its place first, beside the old one; then the session does, which is the moment; then the old companion
goes. Whoever does this holds the folder, so that two who save at once do it one after the other.
"""

import contextlib
import hashlib
import itertools
import json
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from twostroke.engine.files.disk import LONGEST_NAME, MEGABYTE, FileError, parts_of, read_bytes, said, settle
from twostroke.engine.files.holding import LONGEST, held
from twostroke.engine.files.sweeping import COMPANION, named_in
from twostroke.engine.session.phrases import shown

DIGITS = 16
"""Of the digest, in the name: enough that no two companions of one session share them."""

MAX_COMPANION = 512 * MEGABYTE
MAX_SESSION_BYTES = MEGABYTE
"""The largest session that can be valid takes some 20 kB."""

Named = tuple[str, str]
"""Name and digest of a companion."""


def companion_name(path: Path, sha256: str) -> str:
    """What the companion with this digest of the session at `path` is called.

    Where something stands there that cannot be replaced, such as a folder, it gets a number: the digest is known only
    when the work is done, and must not be what that fails by.
    """
    return next(name for name in _names(path, sha256) if not _blocked(path.parent, name))


def _names(path: Path, sha256: str) -> Iterator[str]:
    for number in itertools.count(1):
        ending = f"{'' if number == 1 else f'-{number}'}.{sha256[:DIGITS]}.safetensors"
        stem = path.name.removesuffix(".json")
        while len(os.fsencode(stem + ending)) > LONGEST_NAME:
            stem = stem[:-1]
        yield stem + ending


def _blocked(folder: Path, name: str) -> bool:
    try:
        mode = os.lstat(os.path.join(folder, name)).st_mode
    except (OSError, ValueError):  # there is nothing, or what there is to say is said where it is written
        return False
    replaced = stat.S_ISLNK(mode) or (stat.S_ISREG(mode) and os.access(os.path.join(folder, name), os.W_OK))
    return not replaced


def in_folder_of(path: Path, name: str) -> Path:
    """The file of that name beside `path`. Raises FileError."""
    try:
        return path.with_name(name)
    except ValueError as error:  # a drive's letter on Windows
        raise FileError(f"{said(path)}: no file beside it can be called {shown(name)}.") from error


def write_beside(path: Path, weights: bytes, session: Callable[[str, str], bytes]) -> None:
    """Write the JSON `session(name, digest)` to `path` and its weights to a companion of that name. Raises FileError.

    Whatever happens on the way, what was there before is there, with its weights.
    """
    sha256 = hashlib.sha256(weights).hexdigest()
    name = companion_name(path, sha256)
    with parts_of(in_folder_of(path, name), path) as (companion, own):
        own.stream.write(session(name, sha256))
        companion.stream.write(weights)
        companion.complete()
        own.complete()
        with held(path.parent, LONGEST), _replaced(path, name):
            companion.take_place()
            try:
                own.take_place()
            except BaseException:
                _drop(path.parent, (name, sha256))
                raise
            settle(path.parent)


@contextlib.contextmanager
def _replaced(path: Path, name: str) -> Iterator[None]:
    """After the block the companion goes that the session at `path` named before it, unless it is `name`.

    Until then a copy of that session lies beside it, from which `sweeping` knows what is to go, should this be killed.
    """
    content, before = _before(path)
    if before is None or before[0] == name:
        yield
        return
    with parts_of(path) as (copy,):
        copy.stream.write(content)
        copy.stream.flush()
        yield
        _drop(path.parent, before)


def _before(path: Path) -> tuple[bytes, Named | None]:
    try:
        content = read_bytes(path, MAX_SESSION_BYTES)
        weights = json.loads(content)["weights"]
        return content, (str(weights["file"]), str(weights["sha256"]))
    except (FileError, ValueError, LookupError, TypeError, RecursionError):
        return b"", None


def _drop(folder: Path, companion: Named) -> None:
    """Remove a companion that no session here names any more; never a file that is not the one that was saved."""
    name, sha256 = companion
    with contextlib.suppress(OSError, FileError):
        path = in_folder_of(folder / name, name)
        found = COMPANION.fullmatch(name)
        known = found is not None and found[1] == sha256[:DIGITS]
        if name and not named_in(folder, name) and (known or _digest(path) == sha256):
            path.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    return hashlib.sha256(read_bytes(path, MAX_COMPANION)).hexdigest()
