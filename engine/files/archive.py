"""NPZ archives, read without trust: the directory and every header are checked before any array is made.

Nothing is unpickled, evaluated or extracted. Headers are matched against the one form that NumPy writes. The sizes
that an archive declares are summed before the first byte is decompressed, and no more than declared is read.
"""

import math
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twostroke.engine.files.disk import MEGABYTE, PIECE, FileError, opened, replacing, said
from twostroke.engine.files.patience import go_on
from twostroke.engine.files.zips import DAMAGE, Refused, check_end, check_members, check_size
from twostroke.engine.session.phrases import shown

MAX_BYTES = 512 * MEGABYTE
"""Of the file, and of all arrays together; the parameters of the largest session take 160 MB."""

MAX_MEMBERS = 6_000
"""A trace of 64 layers with all organs has some 3,500 arrays."""

MAX_HEADER = 10_000
MAX_AXES = 4

LAST_CHARACTER, SURROGATES = 0x10FFFF, (0xD800, 0xDFFF)
"""Unicode's code points; halves of pairs, which stand for nothing alone."""

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]{0,200}\.npy")
HEADER = re.compile(
    rb"\{'descr': '([<>|=]?[biufU][0-9]{1,9})', 'fortran_order': (True|False), 'shape': \(([0-9, ]{0,200})\), \}\s*"
)


def write_arrays(path: str | Path, arrays: Mapping[str, ArrayLike]) -> None:
    """Write arrays by name to an NPZ archive, atomically and without pickles. Raises FileError."""
    path = Path(path)
    with replacing(path) as stream:
        write_into(stream, arrays)


def write_into(stream: IO[bytes], arrays: Mapping[str, ArrayLike]) -> None:
    """The same into a file that is open, as the content of an NPZ archive."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, values in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(values), allow_pickle=False)


def read_arrays(path: str | Path, limit: int = MAX_BYTES) -> dict[str, NDArray[Any]]:
    """The arrays of an NPZ archive by name, read-only; at most `limit` bytes. Raises FileError."""
    path = Path(path)
    with opened(path, limit) as stream:
        try:
            check_end(stream, "NPZ archive", MAX_MEMBERS)
            with zipfile.ZipFile(stream) as archive:
                members = archive.infolist()
                check_members(members, NAME, "an array", MAX_MEMBERS)
                check_size(members, "its arrays take", limit)
                name = said(Path(path.name))
                return {info.filename.removesuffix(".npy"): _array(archive, info, name) for info in members}
        except Refused as why:
            raise FileError(f"{said(path)} is refused: {why}.") from None
        except DAMAGE as error:
            raise FileError(f"{said(path)} is damaged: it is cut short or was changed; make it again.") from error


def member_names(stream: BinaryIO) -> frozenset[str]:
    """What a zip file holds; nothing where it is none, is damaged, or has a directory larger than any that is read."""
    try:
        check_end(stream, "zip file", MAX_MEMBERS)
        with zipfile.ZipFile(stream) as archive:
            return frozenset(archive.namelist())
    except (Refused, *DAMAGE):
        return frozenset()


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> NDArray[Any]:
    """One member's array, after its header has been checked against the member's size. `name` is the archive's."""
    with archive.open(info) as member:
        dtype, shape, fortran, header = _header(member, info.filename)
        expected = math.prod(shape) * dtype.itemsize
        if expected != info.file_size - header:
            raise Refused(f"{shown(info.filename)} declares another size than it has")
        content = _content(member, expected, name)
    array = np.frombuffer(content, dtype=dtype, count=math.prod(shape)) if expected else np.empty(shape, dtype)
    if dtype.kind == "U" and expected and not _is_text(content.view(f"{dtype.str[0]}u4")):
        raise Refused(
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
        raise Refused(f"its member {shown(name)} is no NumPy array")
    length = int.from_bytes(member.read(width), "little")
    text = member.read(min(length, MAX_HEADER))
    found = HEADER.fullmatch(text)
    if length > MAX_HEADER or found is None:
        raise Refused(f"{shown(name)} holds Python objects or a kind of array that is not read; expected plain numbers")
    descr, fortran, axes = found.groups()
    shape = tuple(int(axis) for axis in axes.split(b",") if axis.strip())
    if len(shape) > MAX_AXES:
        raise Refused(f"{shown(name)} has {len(shape)} axes; expected at most {MAX_AXES}")
    try:
        dtype = np.dtype(descr.decode())
    except TypeError:
        raise Refused(f"{shown(name)} holds numbers of an unknown kind, {descr.decode()}") from None
    return dtype, shape, fortran == b"True", 8 + width + length
