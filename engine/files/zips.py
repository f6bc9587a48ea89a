"""Zip files, read without trust: the end, the directory and what it declares are checked before any member is read."""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Collection
from typing import BinaryIO

from twostroke.engine.files.disk import MEGABYTE
from twostroke.engine.session.phrases import shown

MAX_DIRECTORY = MEGABYTE

END = struct.Struct("<4s4H2LH")  # the end of a zip file: PKWARE's APPNOTE, section 4.3.16
END64 = struct.Struct("<4sQ2H2L4Q")  # the same in 64 bit, section 4.3.14, as PyTorch writes in any case
AT_END64 = struct.Struct("<4sLQL")  # where that lies, section 4.3.15
END_MARK, END64_MARK, AT_END64_MARK = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"

PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

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


class Refused(Exception):
    """Why an archive is not read, as the end of a sentence."""


def check_end(stream: BinaryIO, kind: str, most: int) -> None:
    """That the file ends as archives of this kind do, with a directory of bounded size.

    `zipfile` reads the whole directory at once; a file of 500 MB could hold a directory of ten million members.
    """
    size = stream.seek(0, 2)
    stream.seek(max(0, size - END.size - AT_END64.size - END64.size))
    tail = stream.read()
    if len(tail) < END.size or tail[-END.size :][:4] != END_MARK:
        raise Refused(f"it is no {kind}, or is cut short")
    _, _, _, _, members, directory, _, _ = END.unpack(tail[-END.size :])
    before = tail[: -END.size]
    if before[-AT_END64.size :].startswith(AT_END64_MARK):
        members, directory = _in_64_bit(before, size - len(tail), kind)
    if members > most or directory > MAX_DIRECTORY:
        raise Refused(f"it has {members:,} or more members; expected at most {most:,}")
    stream.seek(0)


def _in_64_bit(before: bytes, offset: int, kind: str) -> tuple[int, int]:
    """Members and size of the directory by the end in 64 bit, which `before` ends with; `offset` is where it begins.

    It has to lie where every version of `zipfile` looks for it, so that none reads another.
    """
    found = before[: END64.size]
    if len(before) != END64.size + AT_END64.size or AT_END64.unpack(before[END64.size :])[2] != offset:
        raise Refused(f"it is no {kind}, or was changed")
    mark, length, _, _, _, _, _, members, directory, _ = END64.unpack(found)
    if mark != END64_MARK or length != END64.size - 12:
        raise Refused(f"it is no {kind}, or was changed")
    return members, directory


def check_members(
    members: list[zipfile.ZipInfo], names: re.Pattern[str], what: str, most: int, packed: Collection[int] = PACKED
) -> None:
    """That there are not too many, and each is a plain file, called as `what` is, once."""
    if len(members) > most:
        raise Refused(f"it has {len(members):,} members; expected at most {most:,}")
    found = [info.orig_filename for info in members]
    for info, name in zip(members, found, strict=True):
        if not names.fullmatch(name) or ".." in name or name != info.filename:
            raise Refused(f"its member {shown(name)} is no {what.split(' ', 1)[1]} with a plain name")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise Refused(f"its member {shown(name)} is a symbolic link; expected {what}")
        if info.flag_bits & 1 or info.compress_type not in packed:
            raise Refused(f"its member {shown(name)} is encrypted or packed in an unusual way")
    if len(set(found)) != len(found):
        raise Refused("it holds two members of the same name")


def check_size(members: list[zipfile.ZipInfo], take: str, limit: int) -> None:
    """That all together fit. `take` begins the sentence of those that do not."""
    total = sum(info.file_size for info in members)
    if total > limit:
        raise Refused(f"{take} {total / MEGABYTE:,.0f} MB; expected at most {limit / MEGABYTE:,.0f} MB")
