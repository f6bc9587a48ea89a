"""Compiled code on disk, under seal: whatever becomes of a file there costs compiling anew, and nothing else.

Numba unpickles and runs what it finds. So each file ends with a digest of its name and content, and nothing looks into
one whose digest is wrong: cut short, changed, or exchanged for another. It is thrown away. Where nothing can be kept,
the code stays in memory. Whether the folder as a whole is to be trusted, jit_cache.py asks.
"""

import contextlib
import errno
import hashlib
import inspect
import io
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from numba.core import caching, ccallback, config, dispatcher

SEAL = hashlib.sha256().digest_size

DAMAGED = "Compiled code kept on disk was damaged; it has been thrown away and compiled anew."
NOT_KEPT = "Compiled code could not be kept on disk ({}); it is compiled anew at each start."

_remarks: list[str] = []
_made: set[str] = set()


def take_remark() -> str | None:
    """A sentence for the user, each once: that something was damaged, or cannot be kept."""
    return _remarks.pop(0) if _remarks else None


def _remark(sentence: str) -> None:
    if sentence not in _made:
        _made.add(sentence)
        _remarks.append(sentence)


class _Damaged(OSError):
    """A file that is not what was written. An OSError, as Numba takes those for a file that is not there."""


def _seal(path: Path, content: bytes) -> bytes:
    return hashlib.sha256(path.name.encode() + b"\0" + content).digest()


def check_seal(path: Path) -> None:
    """That the file is as it was written. FileNotFoundError where there is none, _Damaged where it is another."""
    facts = path.lstat()
    own = not hasattr(os, "geteuid") or facts.st_uid == os.geteuid()
    if not stat.S_ISREG(facts.st_mode) or not own:
        raise _Damaged(errno.EINVAL, "no file of this user")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _Damaged(error.errno, "cannot be read") from error
    if len(content) <= SEAL or _seal(path, content[:-SEAL]) != content[-SEAL:]:
        raise _Damaged(errno.EINVAL, "wrong seal")


def _throw_away(path: Path) -> None:
    _remark(DAMAGED)
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


class _Files(caching.IndexDataCacheFile):  # type: ignore[misc]
    """The index of one function and its files, each with its seal. Numba appends nothing to a pickle, and so a seal
    at the end of a file is not read by it.
    """

    def _load_index(self) -> Any:
        path = Path(self._index_path)
        try:
            check_seal(path)
        except FileNotFoundError:
            return {}
        except _Damaged:
            _throw_away(path)
            return {}
        return super()._load_index()

    def _load_data(self, name: str) -> Any:
        path = Path(self._data_path(name))
        try:
            check_seal(path)
        except _Damaged:
            _throw_away(path)
            raise
        return super()._load_data(name)

    @contextlib.contextmanager
    def _open_for_write(self, filepath: str) -> Iterator[io.BytesIO]:
        """What is written in the block becomes the file, beside its place and then in it."""
        content, path = io.BytesIO(), Path(filepath)
        yield content
        beside = path.with_name(f"{path.name[:100]}.{secrets.token_hex(4)}.part")
        try:
            beside.write_bytes(content.getvalue() + _seal(path, content.getvalue()))
            if path.is_dir():
                _throw_away(path)
            os.replace(beside, path)
        finally:
            with contextlib.suppress(OSError):
                beside.unlink()

    def throw_away(self) -> None:
        """Begin anew with an empty index."""
        _throw_away(Path(self._index_path))


class _Place(caching.CompileResultCacheImpl):  # type: ignore[misc]
    """In the chosen folder or nowhere: of Numba's further choices nobody has asked whose they are."""

    _locator_classes = (caching.UserProvidedCacheLocator,)

    @classmethod
    def subfolder(cls, function: Any) -> str:
        """The part of the folder that belongs to the function's file."""
        (place,) = cls._locator_classes
        return str(place.get_suitable_cache_subpath(inspect.getfile(function)))


class _Kept(caching.FunctionCache):  # type: ignore[misc]
    """The compiled forms of one function; where anything goes wrong, there are none."""

    _impl_class = _Place

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file = _Files(self._cache_path, self._impl.filename_base, stamp)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """None where there is nothing sound."""
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # of another Numba or another machine, whatever that raises
            self._cache_file.throw_away()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """For the next start, if that can be."""
        try:
            super().save_overload(sig, data)
        except Exception as error:
            _remark(NOT_KEPT.format(_why(error)))
            self.disable()


def _why(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) else ""
    return (said or type(error).__name__).lower()


def _cache_of(function: Any) -> Any:
    """The cache of a function that asks for one."""
    if not config.CACHE_DIR:
        return caching.NullCache()
    try:
        _clear(Path(config.CACHE_DIR) / _Place.subfolder(function))
        return _Kept(function)
    except (OSError, RuntimeError) as error:
        _remark(NOT_KEPT.format(_why(error) if isinstance(error, OSError) else "its folder cannot be written"))
        return caching.NullCache()


def _clear(folder: Path) -> None:
    """Make way where something other than a folder stands in place of one."""
    if os.path.lexists(folder) and (folder.is_symlink() or not folder.is_dir()):
        _throw_away(folder)


def install() -> None:
    """Have Numba keep what it compiles in this way."""
    config.CACHE_DIR = os.environ.get("NUMBA_CACHE_DIR", "")
    for module in (dispatcher, ccallback):
        setattr(module, "FunctionCache", _cache_of)  # noqa: B010 - which Numba does not declare
