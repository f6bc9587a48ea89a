"""Reading and writing whole files so that nothing half-done, endless or foreign can come of it.

Reading takes regular files of a bounded size only; a pipe or a device is refused before it can block. Writing goes to
a new file beside the target, which is renamed over it when it is complete: a full disk or a crash leaves the old file
as it was, and what a crash left beside it goes with the next file that is written there (see `sweeping`). A symbolic
link at the target is replaced, never followed, so that nothing elsewhere is overwritten.
"""

import contextlib
import errno
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from twostroke.engine.files import sweeping
from twostroke.engine.files.holding import hold, let_go
from twostroke.engine.files.leftovers import unfinished
from twostroke.engine.files.patience import Pass
from twostroke.engine.session.phrases import printable, shown

MEGABYTE = 2**20

PIECE = MEGABYTE
"""Most that is read at once: some milliseconds, also of a slow disk, so that reading can be stopped."""

LONGEST_NAME = 255
"""Bytes of a file name on the file systems in use."""

LIKE_ANY = "frame-0000.png"
"""What a file in a folder may be called."""

REASONS: dict[int, str] = {
    errno.ENOENT: "there is no such file or folder",
    errno.ENOTDIR: "a part of its path is not a folder",
    errno.EISDIR: "it is a folder; expected a file",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full; free some space or choose another folder",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another folder",
    errno.EFBIG: "the file is too large for the disk",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOTEMPTY: "the folder is not empty",
    errno.ELOOP: "the symbolic link leads nowhere",
}
"""What the system's errors mean to a user."""


class FileError(ValueError):
    """A file that cannot be read or written. The message is one sentence for the user."""


def said(path: Path) -> str:
    """A path for a message: as it is, or escaped and in quotes where it holds, or ends in, what cannot be seen."""
    text = str(path)
    return text if printable(text) and text == text.strip() else ascii(text)


def reason(error: OSError) -> str:
    """Why the system refused, in words."""
    return REASONS.get(error.errno or 0, (error.strerror or str(error)).lower())


class _InPieces(io.FileIO):
    """A file that is read in pieces, each of which whoever waits for it may refuse; see `patience`."""

    def __init__(self, handle: int, path: Path) -> None:
        super().__init__(handle, "rb")
        self._pass = Pass(said(Path(path.name)), os.fstat(handle).st_size)

    def seek(self, place: int, whence: int = os.SEEK_SET, /) -> int:
        """As of every file; a place before the beginning, as damaged archives name it, is a ValueError."""
        if whence == os.SEEK_SET and place < 0:
            raise ValueError("no file has a place before its beginning")
        return super().seek(place, whence)

    def readinto(self, buffer: Any) -> int | None:
        """The next bytes, at most a piece; a BufferedReader asks again until it has what it wants. Raises Cancelled."""
        count = super().readinto(memoryview(buffer)[:PIECE])
        self._pass.advance(count or 0)
        return count


@contextlib.contextmanager
def opened(path: Path, limit: int) -> Iterator[BinaryIO]:
    """The regular file at `path`, open for reading, if it holds at most `limit` bytes. Raises FileError.

    Where somebody waits for it, reading can raise Cancelled (see `patience`).
    """
    try:
        if path.is_dir():  # Windows would answer "permission denied"
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        # Without O_NONBLOCK, to open a pipe that nobody writes to would wait for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        nowhere = error.errno == errno.ENOENT and path.is_symlink()
        why = REASONS[errno.ELOOP] if nowhere else reason(error)
        raise FileError(f"{said(path)} cannot be read: {why}.") from error
    except ValueError as error:  # a zero byte in the name
        raise FileError(f"{said(path)} cannot be read: no file can have this name.") from error
    with io.BufferedReader(_InPieces(handle, path)) as stream:
        facts = os.fstat(stream.fileno())
        if not stat.S_ISREG(facts.st_mode):
            raise FileError(f"{said(path)} cannot be read: it is a pipe or a device; expected a file.")
        if facts.st_size > limit:
            raise FileError(
                f"{said(path)} has {facts.st_size / MEGABYTE:,.1f} MB; expected at most {limit / MEGABYTE:,.0f} MB."
            )
        try:
            yield stream
        except OSError as error:
            raise FileError(f"{said(path)} cannot be read: {reason(error)}.") from error


def place_problem(path: Path, *, folder: bool = False) -> str | None:
    """Why no file, or no `folder`, can be written at `path`, as a sentence; None where it can.

    That is tried: a file is made beside it, and removed. What stands there stays as it is.
    """
    if not os.path.isdir(path.parent):
        return f"There is no folder {said(path.parent)} to put {said(Path(path.name))} into; create it first."
    if len(os.fsencode(path.name)) > LONGEST_NAME:
        return f"The file name {shown(path.name)} is too long; expected at most {LONGEST_NAME} bytes."
    if not os.access(path.parent, os.W_OK):
        return f"{said(path)} cannot be written: its folder is read-only. Choose another folder."
    if os.path.exists(path) and not os.access(path, os.W_OK):
        return f"{said(path)} is write-protected. Choose another name."
    tried = path / LIKE_ANY if folder and os.path.isdir(path) else path
    try:
        with _part_of(tried) as part, unfinished(part.beside):
            return None
    except FileError as error:
        return str(error)


def check_plain(path: Path) -> None:
    """OSError where something other than a file stands at `path`: to open a pipe could wait for ever."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is a pipe, a device or a folder; expected a file")


def read_bytes(path: Path, limit: int) -> bytes:
    """The content of a regular file of at most `limit` bytes. Raises FileError."""
    with opened(path, limit) as stream:
        content = stream.read(limit + 1)  # the file may grow while it is read
    if len(content) > limit:
        raise FileError(f"{said(path)} has more than {limit / MEGABYTE:,.0f} MB, which is the most that is read.")
    return content


def in_utf8(text: str, path: Path) -> bytes:
    """What is to be written there. FileError where `text` holds half a character, as from a file's name."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise FileError(
            f"{said(path)} cannot be written: it would name a file whose name is no UTF-8; rename that file first."
        ) from error


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file to write to, which takes the place of `path` when the block ends, or vanishes when it fails.

    The permissions of a file that is replaced are kept. Raises FileError.
    """
    with parts_of(path) as (part,):
        yield part.stream
        part.complete()
        part.take_place()
    settle(path.parent)


@contextlib.contextmanager
def parts_of(*paths: Path) -> Iterator[tuple["Part", ...]]:
    """As `replacing`, for files that belong together: whoever writes them says when each is complete and takes its
    place. What did not vanishes.
    """
    for folder in {path.parent for path in paths}:
        sweeping.sweep(folder)
    with contextlib.ExitStack() as stack:
        yield tuple(stack.enter_context(_part_of(path)) for path in paths)


@dataclass(frozen=True)
class Part:
    """A file that is being written beside the one whose place it will take."""

    path: Path
    beside: Path
    stream: BinaryIO
    mode: int | None  # permissions to take over

    def complete(self) -> None:
        """Have all of it on the disk."""
        with _told(self.path):
            self.stream.flush()
            os.fsync(self.stream.fileno())
            self.stream.close()
            if self.mode is not None:
                os.chmod(self.beside, self.mode)

    def take_place(self) -> None:
        """Take its name."""
        with _told(self.path):
            os.replace(self.beside, self.path)


@contextlib.contextmanager
def _part_of(path: Path) -> Iterator[Part]:
    try:
        with _told(path):
            mode = _mode_of(path)
            beside = sweeping.part_beside(path)
            # Opened with plain 0o666, so that the user's umask applies to new files.
            handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    except FileError:
        raise
    except ValueError as error:
        raise FileError(f"{said(path)} cannot be written: no file can have this name.") from error
    guard = hold(handle)  # also while it is complete and has not taken its place
    try:
        with _told(path), open(handle, "w+b") as stream:
            yield Part(path, beside, stream, mode)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        let_go(guard)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the system has against writing `path`, as a FileError."""
    try:
        yield
    except OSError as error:
        raise FileError(f"{said(path)} cannot be written: {reason(error)}.") from error


def _mode_of(path: Path) -> int | None:
    """Permissions of the file at `path`, None where there is none. OSError where it must not be replaced."""
    try:
        facts = os.lstat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(facts.st_mode):
        return None
    if stat.S_ISDIR(facts.st_mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    if not stat.S_ISREG(facts.st_mode):
        raise OSError(errno.EINVAL, "it is a pipe or a device; expected a file")
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "permission denied")
    return stat.S_IMODE(facts.st_mode)


def settle(folder: Path) -> None:
    """Make the new name durable; where a system cannot (Windows, some network disks), the file is still whole."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
