"""CSV and TSV files as rows of text: encoding, delimiter and header found out, and rows given in small blocks.

A file is read line by line and never held as a whole; blocks are bounded by their number of cells. A file that is not
UTF-8 is read as Latin-1, in which every byte is a character; the report says so.
"""

import codecs
import csv
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from twostroke.engine.data.problems import DataProblem
from twostroke.engine.files.disk import MEGABYTE, FileError, opened, said
from twostroke.engine.session.phrases import counted, shown

MAX_BYTES = 1024 * MEGABYTE
MAX_COLUMNS = 5_000
MAX_LINE = MEGABYTE  # characters
BLOCK_CELLS = 50_000  # some 4 MB of Python strings
SAMPLE_BYTES = MAX_LINE  # of the beginning, from which the layout is told: at least one row
SAMPLE_CELLS = 10_000

BLOCK_ROWS = 500
"""Where more lists live at a time, Python searches all of its objects for garbage, again and again: that took two
thirds of the time, and every thread stood still meanwhile."""

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
"""Name in the session -> the character."""

WITH_DECIMAL_COMMA = ("semicolon", "tab")
"""Delimiters beside which 1,5 is a number: where commas do not divide columns."""

LARGEST = 1e30
"""Of a number: beyond it a mean and a deviation could not be taken in every precision."""

LONGEST_NAME = 60
"""Characters of the name of a column, a category or a class."""

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-", "–"})
"""Cells that stand for a missing value, in small letters."""


@dataclass(frozen=True)
class Layout:
    """How a file is to be read. `delimiter` is a name of DELIMITERS; `columns` are the names of the columns."""

    encoding: str  # "UTF-8" or "Latin-1"
    delimiter: str
    header: bool
    columns: tuple[str, ...]

    @property
    def comma(self) -> bool:
        """Whether 1,5 is a number."""
        return self.delimiter in WITH_DECIMAL_COMMA


def is_missing(cell: str) -> bool:
    """Whether a cell stands for a missing value."""
    return cell.strip().lower() in MISSING


def number(cell: str, comma: bool) -> float | None:
    """The number a cell says, with a decimal comma where `comma` is true; None where it says none within ±LARGEST."""
    if comma:
        if "." in cell:
            return None
        cell = cell.replace(",", ".", 1)
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if abs(value) <= LARGEST and "_" not in cell else None


def layout(path: Path, delimiter: str, header: str) -> Layout:
    """How the file at `path` is to be read; "auto" is found out. Raises DataProblem."""
    with _table(path) as stream:
        start = stream.read(SAMPLE_BYTES)
    encoding, text = _decoded(path, start)
    lines = list(io.StringIO(text, newline=""))  # str.splitlines knows more line ends than a CSV file has
    if len(start) == SAMPLE_BYTES:
        lines.pop()  # it may be cut short
    if not lines:
        raise _too_long(path)
    chosen = _delimiter(lines) if delimiter == "auto" else delimiter
    found = _sample(lines, chosen)
    if not found:
        raise DataProblem("path", f"{said(path)} holds no rows; expected a table with one row for each sample")
    if len(found[0]) < 2:
        raise DataProblem(
            "delimiter",
            f"{said(path)} has one column only when it is divided by {chosen}; expected inputs and a target: "
            "name the delimiter",
        )
    if len(found[0]) > MAX_COLUMNS:
        raise DataProblem("path", f"{said(path)} has {len(found[0]):,} columns; expected at most {MAX_COLUMNS:,}")
    named = header == "yes" or (header == "auto" and _is_header(found, chosen in WITH_DECIMAL_COMMA))
    return Layout(encoding, chosen, named, _names(found[0], named))


def blocks(path: Path, how: Layout) -> Iterator[tuple[int, list[list[str]]]]:
    """Rows in blocks, without the header, each block with the number of its first row (from 1). Raises DataProblem."""
    with _table(path) as stream:
        text = io.TextIOWrapper(stream, "utf-8-sig" if how.encoding == "UTF-8" else "latin-1", newline="")
        reader = csv.reader(_lines(path, text), delimiter=DELIMITERS[how.delimiter], strict=True)
        rows = _checked(path, reader, len(how.columns))
        if how.header:
            next(rows, None)
        size, first = max(1, min(BLOCK_ROWS, BLOCK_CELLS // len(how.columns))), 1
        while block := list(islice(rows, size)):
            yield first, block
            first += len(block)


@contextmanager
def _table(path: Path) -> Iterator[BinaryIO]:
    """The open file, if it is one and below the bound. Raises DataProblem."""
    try:
        with opened(path, MAX_BYTES * 1_000) as stream:
            size = os.fstat(stream.fileno()).st_size
            if size >= MAX_BYTES:
                raise DataProblem(
                    "path",
                    f"{said(path)} has {size / MEGABYTE:,.0f} MB; a table may have less than {MAX_BYTES // MEGABYTE:,} "
                    "MB, because all of its numbers stay in memory while the network learns: leave out rows or columns",
                )
            yield stream
    except FileError as error:
        raise DataProblem("path", str(error).removesuffix(".")) from error


def _decoded(path: Path, start: bytes) -> tuple[str, str]:
    """Encoding and text of the beginning of a file."""
    if not start.strip():
        raise DataProblem("path", f"{said(path)} is empty; expected a table with one row for each sample")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DataProblem("path", f"{said(path)} is written in UTF-16; save it as UTF-8")
    if b"\0" in start:
        raise DataProblem("path", f"{said(path)} is no text; expected a CSV or TSV table")
    try:
        return "UTF-8", codecs.getincrementaldecoder("utf-8-sig")().decode(start)
    except UnicodeDecodeError:
        return "Latin-1", start.decode("latin-1")


def _lines(path: Path, text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(MAX_LINE):
        if len(line) >= MAX_LINE:
            raise _too_long(path)
        if "\0" in line:
            raise DataProblem("path", f"{said(path)} is no text; expected a CSV or TSV table")
        yield line


def _too_long(path: Path) -> DataProblem:
    return DataProblem("path", f"{said(path)} has a line of more than {MAX_LINE:,} characters; is it a table?")


def _checked(path: Path, reader: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    """Rows of one width, without blank lines. `reader` is a csv.reader."""
    try:
        for row in reader:
            if len(row) == width:
                yield row
            elif len(row) > 1 or (row and row[0].strip()):
                line = reader.line_num  # type: ignore[attr-defined]
                raise DataProblem(
                    "path",
                    f"line {line:,} of {said(path)} has {counted(len(row), 'value')}; expected {width}, as in its "
                    "first line",
                )
    except csv.Error as error:
        line = reader.line_num  # type: ignore[attr-defined]
        raise DataProblem(
            "path", f"line {line:,} of {said(path)} cannot be read as a row ({error}); is a quotation mark missing?"
        ) from error


def _sample(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """The first rows that are not blank, as far as they can be read."""
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in csv.reader(lines, delimiter=DELIMITERS[delimiter], strict=True):
            if row and (len(row) > 1 or row[0].strip()):
                rows.append(row)
                cells += len(row)
            if cells > SAMPLE_CELLS:
                break
    except csv.Error:
        pass  # an open quotation mark at the end of the sample: the rows before it say enough
    return rows


def _delimiter(lines: Sequence[str]) -> str:
    """The delimiter that gives rows of one width, most numbers and most columns; where none does, the most columns."""

    def merit(name: str) -> tuple[bool, float, int]:
        rows = _sample(lines, name)
        widths = {len(row) for row in rows}
        cells = [cell for row in rows for cell in row]
        comma = name in WITH_DECIMAL_COMMA
        numbers = sum(number(cell, False) is not None or (comma and number(cell, True) is not None) for cell in cells)
        width = max(widths, default=1)
        return len(widths) == 1 and width > 1, numbers / max(len(cells), 1), width

    best = max(DELIMITERS, key=merit)
    return best if merit(best)[0] else max(DELIMITERS, key=lambda name: merit(name)[2])


def _is_header(rows: Sequence[Sequence[str]], comma: bool) -> bool:
    """Whether the first row names the columns.

    It does where it has a word above numbers only; otherwise where it has no number, no gap, nothing twice, and
    nothing that comes again below it.
    """
    first, *others = [[cell.strip() for cell in row] for row in rows]

    def numeric(cell: str) -> bool:
        return number(cell, False) is not None or (comma and number(cell, True) is not None)

    below = list(zip(*(row for row in others if len(row) == len(first)), strict=True))
    for cell, column in zip(first, below, strict=False):
        known = [other for other in column if not is_missing(other)]
        if known and all(map(numeric, known)) and not numeric(cell) and not is_missing(cell):
            return True
    words = not any(numeric(cell) or is_missing(cell) for cell in first) and len(set(first)) == len(first)
    return words and not any(cell in column for cell, column in zip(first, below, strict=False))


def _names(row: Sequence[str], header: bool) -> tuple[str, ...]:
    """A name for each column, no two the same."""
    taken: dict[str, None] = {}
    for place, cell in enumerate(row, start=1):
        name = (readable(cell.strip()) if header else "") or f"column {place}"
        taken[name if name not in taken else f"{name} ({place})"] = None
    if len(taken) < len(row):
        raise DataProblem("header", f"the header names a column twice: {shown(', '.join(row))}; rename one of them")
    return tuple(taken)


def readable(text: str) -> str:
    """`text` as a name on the screen: on one line, and not endless."""
    plain = "".join(c if c.isprintable() else " " for c in text[: 2 * LONGEST_NAME])
    return plain if len(plain) <= LONGEST_NAME else f"{plain[: LONGEST_NAME - 1]}…"


def as_latin(how: Layout) -> Layout:
    """The same layout for a file whose later lines turned out not to be UTF-8."""
    return replace(how, encoding="Latin-1")
