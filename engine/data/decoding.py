"""In which encoding a table is written: told by its mark, tried as UTF-8, else guessed from its bytes.

A guess is taken only where it makes words of some language; short texts of Western Europe seldom do, so they are read
as Windows-1252, which nearly all of them are.
"""

import codecs
from typing import Literal

from twostroke.engine.data.problems import DataProblem

Encoding = Literal[
    "auto", "utf-8", "utf-16", "windows-1252", "windows-1250", "windows-1251", "windows-1253", "windows-1254",
    "latin-1", "shift-jis", "gb18030", "big5", "euc-kr",
]  # fmt: skip

TITLES = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "windows-1252": "Windows-1252",
    "windows-1250": "Windows-1250",
    "windows-1251": "Windows-1251",
    "windows-1253": "Windows-1253",
    "windows-1254": "Windows-1254",
    "latin-1": "Latin-1",
    "shift-jis": "Shift JIS",
    "gb18030": "GB 18030",
    "big5": "Big5",
    "euc-kr": "EUC-KR",
}
"""Name in the session -> what it is called."""

CODECS = {"utf-8": "utf-8-sig", "shift-jis": "cp932", "euc-kr": "cp949"}
"""Names that Python's own codec of that name is not the best for."""

GUESSED = {"cp1252": "windows-1252", "cp1250": "windows-1250", "cp1251": "windows-1251", "cp1253": "windows-1253",
           "cp1254": "windows-1254", "cp932": "shift-jis", "gb18030": "gb18030", "big5": "big5",
           "cp949": "euc-kr"}  # fmt: skip

GUESS_BYTES = 20_000
UTF16_ZEROS = 0.25  # share of zero bytes in text that may be UTF-16


def codec(encoding: str) -> str:
    """Python's name of an encoding."""
    return CODECS.get(encoding, encoding)


def encoding_called(name: str) -> str:
    """An encoding by its name here, where `name` is one that Python knows it by, as cp1252; else `name` as it is."""
    try:
        meant = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return name
    return next((own for own in TITLES if meant in (codecs.lookup(own).name, codecs.lookup(codec(own)).name)), name)


def encoding_of(start: bytes, name: str) -> str:
    """The encoding of a file that begins with these bytes; `name` is the file's in a sentence. Raises DataProblem."""
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise DataProblem("path", f"{name} is written in UTF-32; save it as UTF-8")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in start:
        zeros = max(start[0::2].count(0), start[1::2].count(0))
        if zeros > UTF16_ZEROS * len(start) and start[1:2] + start[0:1] != b"\0\0":
            raise DataProblem("path", f"{name} looks like UTF-16 without the mark at its beginning; save it as UTF-8")
        raise DataProblem("path", f"{name} is no text; expected a CSV or TSV table")
    try:
        codecs.getincrementaldecoder("utf-8-sig")().decode(start)
    except UnicodeDecodeError:
        return guessed(start)
    return "utf-8"


def guessed(some: bytes) -> str:
    """The likeliest encoding of a text that is not UTF-8."""
    from charset_normalizer import from_bytes  # slow to import, and seldom needed

    found = from_bytes(_around(some), cp_isolation=list(GUESSED))
    likely = [match for match in found if match.coherence > 0.0]
    best = GUESSED.get(max(likely, key=lambda match: match.coherence).encoding, "") if likely else ""
    fallback = ("windows-1252", "windows-1250", "latin-1")  # the last reads anything, but some of it as controls
    return next(name for name in (best, *fallback) if name and _reads(some, name))


def _around(some: bytes) -> bytes:
    """The part of a text, in whole lines, that begins before its first byte beyond ASCII."""
    first = next((place for place, byte in enumerate(some) if byte > 127), 0)
    begin = some.rfind(b"\n", 0, max(0, first - GUESS_BYTES // 4)) + 1
    part = some[begin : begin + GUESS_BYTES]
    return part[: part.rfind(b"\n") + 1] or part


def _reads(some: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec(encoding))().decode(some)
    except UnicodeDecodeError:
        return False
    return True
