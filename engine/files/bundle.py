"""A session as one file that can be sent, `NAME.twostroke`: a zip file, stored as it is, with what belongs together.

`session.json`; `weights.safetensors`, where there are weights; and `data/NAME`, the table or the arrays that are one's
own. Unpacked, the three are a session with its companion and its data. It is read without trust: names, number and
sizes are checked before anything is read, nothing is unpacked but the data, and these only into a folder of the
user's own, under their digest, so that no name in the archive says where a file goes.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import platformdirs

from twostroke.engine.files.archive import member_names
from twostroke.engine.files.beside import MAX_COMPANION, MAX_SESSION_BYTES
from twostroke.engine.files.disk import MEGABYTE, PIECE, FileError, opened, replacing, said
from twostroke.engine.files.leftovers import private_folder
from twostroke.engine.files.trust import own_folder
from twostroke.engine.files.zips import DAMAGE, Refused, check_end, check_members, check_size
from twostroke.engine.session.phrases import shown

ENDING = ".twostroke"
SESSION, WEIGHTS, DATA = "session.json", "weights.safetensors", "data/"

MAX_DATA = 1024 * MEGABYTE
MAX_BUNDLE = MAX_SESSION_BYTES + MAX_COMPANION + MAX_DATA + MEGABYTE
LARGEST = 2**62
"""Bytes of a file that is only asked what it is."""

MAX_MEMBERS = 3
MAX_SOUGHT = 6_000
"""In an archive that may be of another kind, such as a trace; more are not even listed."""

LIMITS = {SESSION: MAX_SESSION_BYTES, WEIGHTS: MAX_COMPANION}
"""Bytes of a member; of data MAX_DATA."""

PART = re.compile(r"session\.json|weights\.safetensors|data/[^/\\:*?\"<>|\x00-\x1f\x7f]{1,120}")
BAD = re.compile(r"[/\\:*?\"<>|\x00-\x1f\x7f]")
LONGEST = 120

OLDEST = (1980, 1, 1, 0, 0, 0)
"""The time that is written of each part, so that the same session gives the same bytes."""


@dataclass(frozen=True)
class Bundle:
    """What an archive holds."""

    session: bytes
    weights: bytes | None
    folder: Path  # from which the paths in the session start


def is_bundle(path: Path) -> bool:
    """Whether the file at `path` is an archive of a session, or begins as one and is called so. Raises FileError."""
    with opened(path, LARGEST) as stream:
        if stream.read(2) != b"PK":
            return False
        return path.name.lower().endswith(ENDING) or SESSION in member_names(stream)


def data_name(path: str) -> str:
    """What one's own data from the file `path` are called in an archive; "" where there are none."""
    if not path:
        return ""
    name = BAD.sub("_", Path(path).name)[-LONGEST:].replace("..", "_")
    return DATA + (name if name.isprintable() and name.strip(". ") else "data")


def write_bundle(path: Path, session: bytes, weights: bytes | None, data: tuple[str, Path] | None) -> None:
    """Write the archive, whole or not at all. `data`: what the session calls its data, and where they are.

    Raises FileError.
    """
    with replacing(path) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_entry(SESSION), session)
        if weights is not None:
            archive.writestr(_entry(WEIGHTS), weights)
        if data is not None:
            name, source = data
            with archive.open(_entry(name), "w") as into:
                for piece in _pieces(source):
                    into.write(piece)


def _pieces(path: Path) -> Iterator[bytes]:
    with opened(path, MAX_DATA) as stream:
        while piece := stream.read(PIECE):
            yield piece


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, OLDEST)
    entry.external_attr = 0o600 << 16
    return entry


def read_bundle(path: Path) -> Bundle:
    """What the archive at `path` holds, its data unpacked where they can be read by their path. Raises FileError."""
    with opened(path, MAX_BUNDLE) as stream:
        try:
            check_end(stream, "session, nor an archive of one", MAX_SOUGHT)
            with zipfile.ZipFile(stream) as archive:
                members = _members(archive)
                session = archive.read(members[SESSION])
                weights = archive.read(members[WEIGHTS]) if WEIGHTS in members else None
                name = _path_in(session)
                if name and name not in members:
                    raise Refused(f"its session takes data from {shown(name)}, which it does not hold")
                return Bundle(session, weights, _unpacked(archive, members[name]) if name else path.parent)
        except Refused as why:
            raise FileError(f"{said(path)} is refused: {why}.") from None
        except FileError:
            raise
        except DAMAGE as error:
            raise FileError(f"{said(path)} is damaged: it is cut short or was changed; take another copy.") from error


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """What the archive holds, by name, once all of it is known to be plain and within bounds."""
    members = archive.infolist()
    if all(info.filename != SESSION for info in members):
        raise Refused(f"it is an archive without {SESSION}; expected a session that the program has saved")
    check_members(members, PART, "a part of a session", MAX_MEMBERS, (zipfile.ZIP_STORED,))
    for info in members:
        check_size([info], f"its member {shown(info.filename)} takes", LIMITS.get(info.filename, MAX_DATA))
    return {info.filename: info for info in members}


def _path_in(session: bytes) -> str:
    """Where the session takes its data from; "" where from nowhere. What is wrong with it else is not told here."""
    try:
        path = json.loads(session)["data"]["path"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return path if isinstance(path, str) else ""


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Path:
    """The folder of the user's own in which the member lies under its name, unpacked now or before."""
    with archive.open(member) as content:
        digest = _digest(content)
    wanted = Path(platformdirs.user_data_dir("twostroke", appauthor=False)) / "data" / digest[:32]
    folder = own_folder(wanted) or private_folder()
    target = folder / member.filename
    if not _is_there(target, digest):
        target.parent.mkdir(exist_ok=True)
        with replacing(target) as into, archive.open(member) as content:
            while piece := content.read(PIECE):
                into.write(piece)
    return folder


def _is_there(path: Path, digest: str) -> bool:
    try:
        with opened(path, MAX_DATA) as stream:
            return _digest(stream) == digest
    except FileError:
        return False


def _digest(stream: IO[bytes]) -> str:
    found = hashlib.sha256()
    while piece := stream.read(PIECE):
        found.update(piece)
    return found.hexdigest()
