"""Work that no file of the user's holds yet, put aside so that it outlives the program: session, weights and clock.

Each program that runs has a folder of its own, made when there is something to put aside, and claimed as long as the
program lives (see `holding`): what nobody claims has lost its owner. In it lie a session with its companion, and a note
that names it; when the note changes, a newer copy has taken the place of an older one. All of it is read without trust.
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from numpy.typing import NDArray

from twostroke.engine.files.companion import Arrays
from twostroke.engine.files.disk import MEGABYTE, FileError, read_bytes, reason, replacing, said
from twostroke.engine.files.holding import claim, let_go
from twostroke.engine.files.seen import Seen
from twostroke.engine.files.session_file import read_saved, write_saved
from twostroke.engine.files.trust import own_folder
from twostroke.engine.session.spec import Session

Told = TypeVar("Told")

OWNER, NOTE = "owner", "note.json"
TOKEN = re.compile(r"[0-9a-f]{16}")
DAMAGED = re.compile(r"damaged-[0-9a-f]{16}")
SESSION = re.compile(r"[0-9a-f]{8}\.twostroke\.json")

MAX_NOTE = MEGABYTE
LATEST = 2.0**40  # seconds since 1970 that a calendar can tell
TRIES = 5

MOST_KEPT = 10
OLDEST = 30 * 86_400.0  # seconds
LARGEST = 2**30
"""Of works whose owner is gone, so many, so old and so many bytes are kept: the newest ones, and one in any case."""

FRESH = 60.0
"""Seconds in which a folder without a note is left alone: its owner may be about to write one."""


@dataclass(frozen=True)
class Note:
    """What is told of a work before it is opened, and what opening it has to know."""

    title: str
    path: str  # of the file that it belongs to, absolute; "" for none
    lesson: str  # the name of the lesson that it began with; "" for none
    update: int
    at: float  # seconds since 1970
    settings: bool  # whether the settings are others than in the file
    weights: bool  # whether the file is saved with weights
    seen: Seen | None = None  # the file as it was last read or written here


class Unsaved:
    """A folder with unsaved work, claimed by this process."""

    def __init__(self, folder: Path, owner: int) -> None:
        self.folder = folder
        self._owner = owner

    def put(self, session: Session, arrays: Mapping[str, NDArray[Any]], note: Note) -> None:
        """Put a newer copy in the place of what was here. Raises FileError; then that is still here."""
        name = f"{secrets.token_hex(4)}.twostroke.json"
        try:
            write_saved(self.folder / name, session, arrays)
            with replacing(self.folder / NOTE) as stream:
                stream.write(json.dumps({"session": name, **asdict(note)}, indent=2).encode())
        except FileError:
            self._drop(name)
            raise
        self._drop_all_but(name)

    def note(self) -> Note:
        """What is here. Raises FileError."""
        return self._told()[1]

    def read(self) -> tuple[Session, Arrays]:
        """The session, and its state as a companion holds it. Raises FileError."""
        name, _ = self._told()
        session, arrays = read_saved(self.folder / name)
        if arrays is None:
            raise FileError(f"{said(self.folder / name)} names no weights; expected a session saved with them.")
        return session, arrays

    def size(self) -> int:
        """Bytes on the disk, as far as can be told."""
        with contextlib.suppress(OSError), os.scandir(self.folder) as entries:
            return sum(entry.stat(follow_symlinks=False).st_size for entry in entries)
        return 0

    def has_note(self) -> bool:
        """Whether it has come to that."""
        return os.path.lexists(self.folder / NOTE)

    def let_go(self) -> None:
        """Leave it to the next program that looks for such work."""
        let_go(self._owner)

    def remove(self) -> None:
        """It is wanted no more. What cannot be removed stays, and is nothing without its note."""
        with contextlib.suppress(OSError):
            os.unlink(self.folder / NOTE)
        self.let_go()
        shutil.rmtree(self.folder, ignore_errors=True)

    def set_apart(self) -> Path:
        """Where it lies from now on, as damaged, for whoever wants to rescue something of it."""
        self.let_go()
        apart = self.folder.with_name(f"damaged-{self.folder.name}")
        with contextlib.suppress(OSError):
            os.replace(self.folder, apart)
            return apart
        return self.folder

    def _told(self) -> tuple[str, Note]:
        content = read_bytes(self.folder / NOTE, MAX_NOTE)
        try:
            told = json.loads(content)
            seen = None if told["seen"] is None else _fit(Seen, told["seen"])
            note = _fit(Note, told | {"seen": seen})
            if 0 <= note.at <= LATEST and SESSION.fullmatch(told["session"]):
                return told["session"], note
        except (ValueError, LookupError, TypeError, RecursionError):
            pass
        raise FileError(f"{said(self.folder / NOTE)} is damaged.")

    def _drop(self, session: str) -> None:
        """Remove what was written under this name."""
        self._remove(lambda name: name.startswith(session.removesuffix("json")))

    def _drop_all_but(self, session: str) -> None:
        self._remove(lambda name: name not in (OWNER, NOTE) and not name.startswith(session.removesuffix("json")))

    def _remove(self, unwanted: Callable[[str], bool]) -> None:
        with contextlib.suppress(OSError):
            for name in os.listdir(self.folder):
                if unwanted(name):
                    os.unlink(self.folder / name)


def begin(root: Path) -> Unsaved:
    """A new folder below `root` for the unsaved work of this process. Raises FileError."""
    place = own_folder(root)
    if place is None:
        raise FileError(f"{said(root)} cannot be used: expected a folder that you, and nobody else, can write to.")
    for _ in range(TRIES):
        folder = place / secrets.token_hex(8)
        try:
            folder.mkdir(0o700)
            owner = claim(folder / OWNER)
        except OSError as error:
            raise FileError(f"{said(folder)} cannot be written: {reason(error)}.") from error
        if owner is not None:
            return Unsaved(folder, owner)
    raise FileError(f"{said(place)} cannot be used: its disk knows no locks.")


def _fit(kind: type[Told], told: dict[str, Any]) -> Told:
    """`told` as one of that kind. LookupError where a part is missing, TypeError where one is something else."""
    parts = {key: told[key] for key in get_type_hints(kind)}
    for key, wanted in get_type_hints(kind).items():
        if type(parts[key]) not in (get_args(wanted) or (wanted,)):
            raise TypeError(key)
    return kind(**parts)


@dataclass(frozen=True)
class Found:
    """What programs that have ended have left: works, the newest first, and what there is to say of damaged ones."""

    works: tuple[Unsaved, ...] = ()
    remarks: tuple[str, ...] = ()


def left(root: Path) -> Found:
    """Claim the works below `root` whose owners are gone. Too old ones, and too many, are removed; nothing is raised.

    Damaged ones are set apart.
    """
    if not os.path.isdir(root):  # which, unlike Path's, raises nothing
        return Found()
    place = own_folder(root)
    if place is None:
        return Found()
    works: list[tuple[Note, Unsaved]] = []
    remarks: list[str] = []
    with contextlib.suppress(OSError):
        _forget_damaged(place)
        for folder in sorted(path for path in place.iterdir() if TOKEN.fullmatch(path.name)):
            _sort_in(folder, works, remarks)
    works.sort(key=lambda work: work[0].at, reverse=True)
    return Found(tuple(_within_bounds(works)), tuple(remarks))


def _sort_in(folder: Path, works: list[tuple[Note, Unsaved]], remarks: list[str]) -> None:
    work = _claimed(folder)
    if work is None:
        return
    if not work.has_note():
        if _age(folder) < FRESH:
            work.let_go()
        else:
            work.remove()
        return
    try:
        works.append((work.note(), work))
    except FileError as error:
        remarks.append(f"Unsaved work was found, but cannot be read: {error} It lies in {said(work.set_apart())}.")


def _claimed(folder: Path) -> Unsaved | None:
    """The work in `folder`; None where its owner lives."""
    if folder.is_symlink() or not folder.is_dir():
        return None
    with contextlib.suppress(OSError):
        owner = claim(folder / OWNER)
        return None if owner is None else Unsaved(folder, owner)
    return None


def _within_bounds(works: list[tuple[Note, Unsaved]]) -> list[Unsaved]:
    """The first of them that are to be kept; the others are removed."""
    kept: list[Unsaved] = []
    size = 0
    for note, work in works:
        size += work.size()
        old = time.time() - note.at > OLDEST
        if old or len(kept) >= MOST_KEPT or (kept and size > LARGEST):
            work.remove()
        else:
            kept.append(work)
    return kept


def _forget_damaged(place: Path) -> None:
    for folder in place.iterdir():
        if DAMAGED.fullmatch(folder.name) and not folder.is_symlink() and _age(folder) > OLDEST:
            shutil.rmtree(folder, ignore_errors=True)


def _age(path: Path) -> float:
    """Seconds since something was put there."""
    return abs(time.time() - path.lstat().st_mtime)
