"""NPZ archives, read without trust: the directory and every header are checked before any array is made.

Nothing is unpickled, evaluated or extracted. Headers are matched against the one form that NumPy writes. The sizes
that an archive declares are summed before the first byte is decompressed, and no more than declared is read.
"""

import math
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twostroke.engine.files.disk import MEGABYTE, PIECE, FileError, opened, replacing, said
from twostroke.engine.files.patience import go_on
from twostroke.engine.session.phrases import shown

MAX_BYTES = 512 * MEGABYTE
"""Of the file, and of all arrays together; the parameters of the largest session take 160 MB."""

MAX_MEMBERS = 6_000
"""A trace of 64 layers with all organs has some 3,500 arrays."""

MAX_DIRECTORY = MEGABYTE
MAX_HEADER = 10_000
MAX_AXES = 4

LAST_CHARACTER, SURROGATES = 0x10FFFF, (0xD800, 0xDFFF)
"""Unicode's code points; halves of pairs, which stand for nothing alone."""

END = struct.Struct("<4s4H2LH")  # the end of a zip file: PKWARE's APPNOTE, section 4.3.16
END_MARK, ZIP64_MARK, ZIP64_SIZE = b"PK\x05\x06", b"PK\x06\x07", 20

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]{0,200}\.npy")
HEADER = re.compile(
    rb"\{'descr': '([<>|=]?[biufU][0-9]{1,9})', 'fortran_order': (True|False), 'shape': \(([0-9, ]{0,200})\), \}\s*"
)


DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
"""What zipfile raises on files that were cut or changed."""


class _Refused(Exception):
    """Why an archive is not read, as the end of a sentence."""


def write_arrays(path: str | Path, arrays: Mapping[str, ArrayLike]) -> None:
    """Write arrays by name to an NPZ archive, atomically and without pickles. Raises FileError."""
    path = Path(path)
    with replacing(path) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, values in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(values), allow_pickle=False)


def read_arrays(path: str | Path, limit: int = MAX_BYTES) -> dict[str, NDArray[Any]]:
    """The arrays of an NPZ archive by name, read-only; at most `limit` bytes. Raises FileError."""
    path = Path(path)
    with opened(path, limit) as stream:
        try:
            _check_end(stream)
            with zipfile.ZipFile(stream) as archive:
                members = archive.infolist()
                _check_directory(members, limit)
                name = said(Path(path.name))
                return {info.filename.removesuffix(".npy"): _array(archive, info, name) for info in members}
        except _Refused as why:
            raise FileError(f"{said(path)} is refused: {why}.") from None
        except DAMAGE as error:
            raise FileError(f"{said(path)} is damaged: it is cut short or was changed; make it again.") from error


def member_names(stream: BinaryIO) -> frozenset[str]:
    """What a zip file holds; nothing where it is none, is damaged, or has a directory larger than any that is read."""
    try:
        _check_end(stream)
        with zipfile.ZipFile(stream) as archive:
            return frozenset(archive.namelist())
    except (_Refused, *DAMAGE):
        return frozenset()


def _check_end(stream: BinaryIO) -> None:
    """That the file ends as NumPy's archives do, with a directory of bounded size.

    `zipfile` reads the whole directory at once; a file of 500 MB could hold a directory of ten million members.
    """
    size = stream.seek(0, 2)
    stream.seek(max(0, size - END.size - ZIP64_SIZE))
    tail = stream.read()
    if len(tail) < END.size or tail[-END.size :][:4] != END_MARK:
        raise _Refused("it is no NPZ archive, or is cut short")
    _, _, _, _, members, directory, _, _ = END.unpack(tail[-END.size :])
    if members > MAX_MEMBERS or directory > MAX_DIRECTORY or tail.startswith(ZIP64_MARK):
        raise _Refused(f"it has {members:,} or more members; expected at most {MAX_MEMBERS:,}")
    stream.seek(0)


def _check_directory(members: list[zipfile.ZipInfo], limit: int) -> None:
    """That every member is a plain array file under a plain name, and all together fit."""
    if len(members) > MAX_MEMBERS:
        raise _Refused(f"it has {len(members):,} members; expected at most {MAX_MEMBERS:,}")
    names = [info.orig_filename for info in members]
    for info, name in zip(members, names, strict=True):
        if not NAME.fullmatch(name) or ".." in name or name != info.filename:
            raise _Refused(f"its member {shown(name)} is no array with a plain name")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise _Refused(f"its member {shown(name)} is a symbolic link; expected an array")
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _Refused(f"its member {shown(name)} is encrypted or packed in an unusual way")
    if len(set(names)) != len(names):
        raise _Refused("it holds two members of the same name")
    total = sum(info.file_size for info in members)
    if total > limit:
        raise _Refused(f"its arrays take {total / MEGABYTE:,.0f} MB; expected at most {limit / MEGABYTE:,.0f} MB")


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> NDArray[Any]:
    """One member's array, after its header has been checked against the member's size. `name` is the archive's."""
    with archive.open(info) as member:
        dtype, shape, fortran, header = _header(member, info.filename)
        expected = math.prod(shape) * dtype.itemsize
        if expected != info.file_size - header:
            raise _Refused(f"{shown(info.filename)} declares another size than it has")
        content = _content(member, expected, name)
    array = np.frombuffer(content, dtype=dtype, count=math.prod(shape)) if expected else np.empty(shape, dtype)
    if dtype.kind == "U" and expected and not _is_text(content.view(f"{dtype.str[0]}u4")):
        raise _Refused(
            f"its member {shown(info.filename)} holds what is no text: numbers of characters that do not exist"
        )
    array.setflags(write=False)
    return array.reshape(shape, order="F" if fortran else "C")


def _is_text(points: NDArray[np.uint32]) -> bool:
    """Whether all these characters exist, and none is half of a pair."""
    return bool(((points <= LAST_CHARACTER) & ((points < SURROGATES[0]) | (points > SURROGATES[1]))).all())


def _content(member: IO[bytes], expected: int, name: str) -> NDArray[np.uint8]:
    """All that is left of a member, in pieces: a small file can unpack into a large array. Raises Cancelled."""
    content = np.empty(expected, np.uint8)  # to fill it with zeros first would keep other threads waiting
    at = 0
    while piece := member.read(min(PIECE, expected - at)):
        content[at : at + len(piece)] = np.frombuffer(piece, np.uint8)
        at += len(piece)
        go_on(name)
    if at != expected or member.read(1):
        raise EOFError
    return content


def _header(member: Any, name: str) -> tuple[np.dtype[Any], tuple[int, ...], bool, int]:
    """Type, shape, order and length in bytes of a member's header (NumPy's NEP 1)."""
    start = member.read(8)
    width = {b"\x93NUMPY\x01\x00": 2, b"\x93NUMPY\x02\x00": 4}.get(start)
    if width is None:
        raise _Refused(f"its member {shown(name)} is no NumPy array")
    length = int.from_bytes(member.read(width), "little")
    text = member.read(min(length, MAX_HEADER))
    found = HEADER.fullmatch(text)
    if length > MAX_HEADER or found is None:
        raise _Refused(
            f"{shown(name)} holds Python objects or a kind of array that is not read; expected plain numbers"
        )
    descr, fortran, axes = found.groups()
    shape = tuple(int(axis) for axis in axes.split(b",") if axis.strip())
    if len(shape) > MAX_AXES:
        raise _Refused(f"{shown(name)} has {len(shape)} axes; expected at most {MAX_AXES}")
    try:
        dtype = np.dtype(descr.decode())
    except TypeError:
        raise _Refused(f"{shown(name)} holds numbers of an unknown kind, {descr.decode()}") from None
    return dtype, shape, fortran == b"True", 8 + width + length
