"""CSV and TSV files as rows of text: encoding, delimiter and first lines found out, and rows given in small blocks.

A file is read line by line and never held as a whole; blocks are bounded by their number of cells. Comments, a title or
Excel's `sep=` before the table are passed over.
"""

import codecs
import csv
import io
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from twostroke.engine.data.decoding import codec, encoding_of, guessed
from twostroke.engine.data.header import column_names, is_header, one_line
from twostroke.engine.data.missing import USUAL, is_missing
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.data.signs import is_number
from twostroke.engine.files.disk import MEGABYTE, FileError, opened, said
from twostroke.engine.files.kinds import recognised
from twostroke.engine.session.phrases import counted, listed

MAX_BYTES = 1024 * MEGABYTE
MAX_COLUMNS = 5_000
MAX_LINE = MEGABYTE  # characters
BLOCK_CELLS = 50_000  # some 4 MB of Python strings
SAMPLE_BYTES = MAX_LINE  # of the beginning, from which the layout is told: at least one row
SAMPLE_CELLS = 10_000

BLOCK_ROWS = 500
"""Where more lists live at a time, Python searches all of its objects for garbage, again and again: that took two
thirds of the time, and every thread stood still meanwhile."""

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "space": " "}
"""Name in the session -> the character."""

LONGEST_NAME = 60
"""Characters of the name of a column, a category or a class on the screen; in full it is what a session names."""

FIRST_LINES = 20
"""Rows before the header, such as a title, that are passed over at most."""

Rows = list[tuple[int, list[str]]]  # each with the number of lines up to its end


@dataclass(frozen=True)
class Layout:
    """How a file is to be read. `delimiter` is a name of DELIMITERS; `columns` are the names of the columns."""

    encoding: str  # as `data.encoding` names it
    delimiter: str
    header: bool
    columns: tuple[str, ...]
    skip: int = 0  # lines before the first row of values
    unnamed: frozenset[str] = frozenset()  # columns whose names are made up
    passed: tuple[str, ...] = ()  # lines before the header that say nothing of the table


def layout(path: Path, delimiter: str, header: str, encoding: str = "auto", markers: frozenset[str] = USUAL) -> Layout:
    """How the file at `path` is to be read; "auto" is found out. Raises DataProblem, also of what is no table."""
    try:
        return _layout(path, delimiter, header, encoding, markers)
    except DataProblem as problem:
        kind = recognised(path)
        if kind is None or kind.dataset == "table":
            raise
        raise DataProblem("path", kind.not_as_expected(path, "a CSV or TSV table")) from problem


def _layout(path: Path, delimiter: str, header: str, encoding: str, markers: frozenset[str]) -> Layout:
    with _table(path) as stream:
        start = stream.read(SAMPLE_BYTES)
    found, lines = _decoded(path, start, encoding)
    if len(start) == SAMPLE_BYTES:
        lines.pop()  # it may be cut short
    if not lines:
        raise _too_long(path)
    begin, named, passed = _first_lines(lines)
    wanted = named if named and delimiter == "auto" else delimiter
    chosen = _delimiter(lines[begin:]) if wanted == "auto" else wanted
    sample = _sample(lines[begin:], chosen)
    if not sample:
        for _ in _checked(path, _reader(lines[begin:], chosen), 0, begin):
            pass  # says why not even the first row can be read
        raise DataProblem("path", f"{said(path)} holds no rows; expected a table with one row for each sample")
    before, rows = _table_of(sample)
    _check_width(path, len(rows[0][1]), chosen, tried=wanted == "auto")
    if header != "no":
        title, rows = _titled(rows, markers)
        before = [*before, *title]
    first = [row for _, row in rows]
    begins = is_header(first, lambda cell: is_missing(cell, markers))
    above = _commented(passed, chosen, first) if header != "no" and not begins and not before else None
    titled = above is None and (header == "yes" or (header == "auto" and begins))
    names, unnamed = column_names(first[0] if above is None else above, titled or above is not None)
    skip = begin + (rows[0][0] if titled else before[-1][0] if before else 0)
    lines_before = [" ".join(row).strip() for _, row in before]
    passed = (*(passed if above is None else passed[:-1]), *filter(None, lines_before))
    return Layout(found, chosen, titled or above is not None, names, skip, unnamed, tuple(map(one_line, passed)))


def _commented(passed: Sequence[str], delimiter: str, rows: Sequence[list[str]]) -> list[str] | None:
    """The names of the columns in the last comment before the rows, as NumPy's savetxt writes them; None without."""
    if not passed or not passed[-1].startswith("#"):
        return None
    line = passed[-1].lstrip("#").strip()
    names = next((row for _, row in _sample([line], delimiter)), [])
    return names if len(names) == len(rows[0]) and is_header([names, *rows], lambda cell: not cell.strip()) else None


def _check_width(path: Path, width: int, delimiter: str, *, tried: bool) -> None:
    """`tried` is whether all other delimiters were."""
    if width < 2:
        one = f"{said(path)} has one column only when it is divided by"
        raise DataProblem(
            "delimiter",
            f"{one} {listed(DELIMITERS)}; expected inputs and a target, divided by one of them"
            if tried
            else f"{one} {delimiter}; expected inputs and a target: name the delimiter ({listed(DELIMITERS)})",
        )
    if width > MAX_COLUMNS:
        raise DataProblem("path", f"{said(path)} has {width:,} columns; expected at most {MAX_COLUMNS:,}")


def blocks(path: Path, how: Layout) -> Iterator[tuple[int, list[list[str]]]]:
    """Rows in blocks, without the header, each block with the number of its first row (from 1). Raises DataProblem."""
    with _table(path) as stream:
        text = io.TextIOWrapper(stream, codec(how.encoding), newline="")  # kept until the stream is closed
        lines = _lines(path, text)
        for _ in islice(lines, how.skip):
            pass
        rows = _checked(path, _reader(lines, how.delimiter), len(how.columns), how.skip)
        size, first = max(1, min(BLOCK_ROWS, BLOCK_CELLS // len(how.columns))), 1
        while block := list(islice(rows, size)):
            yield first, block
            first += len(block)


def _reader(lines: Iterable[str], delimiter: str) -> Any:
    """A csv.reader; blanks divide columns however many they are."""
    if delimiter == "space":
        return csv.reader(map(_stripped, lines), delimiter=" ", strict=True, skipinitialspace=True)
    return csv.reader(lines, delimiter=DELIMITERS[delimiter], strict=True)


def _stripped(line: str) -> str:
    return line.strip() + "\n"


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


def _decoded(path: Path, start: bytes, encoding: str) -> tuple[str, list[str]]:
    """Encoding and lines of the beginning of a file."""
    if not start.removeprefix(codecs.BOM_UTF8).strip() or start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise DataProblem("path", f"{said(path)} is empty; expected a table with one row for each sample")
    found = encoding_of(start, said(path)) if encoding == "auto" else encoding
    try:
        text = codecs.getincrementaldecoder(codec(found))().decode(start)
    except UnicodeError as error:
        raise DataProblem("encoding", f"{said(path)} is not written in {found}; choose another, or auto") from error
    return found, list(io.StringIO(text, newline=""))  # str.splitlines knows more line ends than a CSV file has


def _first_lines(lines: Sequence[str]) -> tuple[int, str, tuple[str, ...]]:
    """How many lines before the table are comments or `sep=`, the delimiter that `sep=` names, and those lines."""
    passed: list[str] = []
    named = ""
    for place, line in enumerate(lines):
        text = line.strip("\r\n \ufeff")
        sign = re.fullmatch(r'"?sep=(.)"?', line.strip("\r\n"), re.IGNORECASE)
        if sign:
            named = next((name for name, other in DELIMITERS.items() if other == sign[1]), "")
        elif text and not text.startswith("#"):
            return place, named, tuple(passed)
        if text:
            passed.append(text)
    return len(lines), named, tuple(passed)


def _lines(path: Path, text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(MAX_LINE):
        if len(line) >= MAX_LINE:
            raise _too_long(path)
        if "\0" in line:
            raise DataProblem("path", f"{said(path)} is no text; expected a CSV or TSV table")
        yield line


def _too_long(path: Path) -> DataProblem:
    return DataProblem("path", f"{said(path)} has a line of more than {MAX_LINE:,} characters; is it a table?")


def _checked(path: Path, reader: Any, width: int, skipped: int) -> Iterator[list[str]]:
    """Rows of one width, without blank lines. `reader` is a csv.reader that began behind so many lines."""
    before = 0  # lines up to the end of the row before
    try:
        for row in reader:
            before = reader.line_num
            if len(row) == width:
                yield row
            elif len(row) > 1 or (row and row[0].strip()):
                line = reader.line_num + skipped
                raise DataProblem(
                    "path",
                    f"line {line:,} of {said(path)} has {counted(len(row), 'value')}; expected {width}, as in its "
                    "first line",
                )
    except csv.Error as error:
        line = before + 1 + skipped
        raise DataProblem(
            "path",
            f"line {line:,} of {said(path)} cannot be read as a row ({one_line(str(error))}); is a quotation mark "
            "missing?",
        ) from error


def _sample(lines: Sequence[str], delimiter: str) -> Rows:
    """The first rows that are not blank, as far as they can be read."""
    rows: Rows = []
    cells = 0
    reader = _reader(lines, delimiter)
    try:
        for row in reader:
            if row and (len(row) > 1 or row[0].strip()):
                rows.append((reader.line_num, row))
                cells += len(row)
            if cells > SAMPLE_CELLS:
                break
    except csv.Error:
        pass  # an open quotation mark at the end of the sample: the rows before it say enough
    return rows


def _table_of(rows: Rows) -> tuple[Rows, Rows]:
    """Rows before the table, such as a title, and those of the table, whose header is made as wide as the others."""
    if len(rows) < 3:
        return [], rows
    width = Counter(len(row) for _, row in rows).most_common(1)[0][0]
    begin = next(place for place, (_, row) in enumerate(rows) if len(row) == width)
    if width < 2 or begin > min(FIRST_LINES, len(rows) // 2):
        return [], rows
    if begin and len(rows[begin - 1][1]) > 1:
        line, last = rows[begin - 1]
        others = [row for _, row in rows[begin:] if len(row) == width]
        if len(last) == width + 1 and not last[-1].strip():
            return rows[: begin - 1], [(line, last[:-1]), *rows[begin:]]
        if len(last) == width - 1 and not is_header(
            others, lambda cell: not cell.strip()
        ):  # a delimiter at the end of the other lines, or row names without a name
            ended = not any(row[-1].strip() for row in others)
            return rows[: begin - 1], [(line, [*last, ""] if ended else ["", *last]), *rows[begin:]]
        if len(last) > width:
            return [], rows
    return rows[:begin], rows[begin:]


def _titled(rows: Rows, markers: frozenset[str]) -> tuple[Rows, Rows]:
    """Rows before a header of which most cells are empty, as a spreadsheet writes a title; and the others."""
    for place, (_, row) in enumerate(rows[: FIRST_LINES + 1]):
        filled = [cell.strip() for cell in row if cell.strip()]
        if filled and (not row[0].strip() or 2 * len(filled) > len(row) or is_number(filled[0])):
            begins = place > 0 and is_header([row for _, row in rows[place:]], lambda cell: is_missing(cell, markers))
            return (rows[:place], rows[place:]) if begins else ([], rows)
    return [], rows


def _delimiter(lines: Sequence[str]) -> str:
    """The delimiter that gives rows of one width, no lines before them, most numbers and most columns.

    Where none gives rows of one width, the most columns.

    Spaces are asked only where no sign divides the lines.
    """

    def merit(name: str) -> tuple[bool, bool, float, int]:
        before, table = _table_of(_sample(lines, name))
        rows = [row for _, row in table]
        widths = {len(row) for row in rows}
        cells = [cell for row in rows for cell in row]
        numbers = sum(map(is_number, cells))
        width = max(widths, default=1)
        return len(widths) == 1 and width > 1, not before, numbers / max(len(cells), 1), width

    found = {name: merit(name) for name in DELIMITERS}
    spaces = found.pop("space")
    best = max(found, key=lambda name: found[name])
    if found[best][0]:
        return best
    most = max(found, key=lambda name: found[name][-1])
    return "space" if spaces[0] and found[most][-1] < spaces[-1] else most


def readable(text: str) -> str:
    """`text` as a name on the screen: on one line, and not endless."""
    plain = one_line(text[: 2 * LONGEST_NAME])
    return plain if len(plain) <= LONGEST_NAME else f"{plain[: LONGEST_NAME - 1]}…"


def reread(how: Layout, error: UnicodeDecodeError) -> Layout:
    """The same layout for a file whose later lines turned out not to be UTF-8. Raises DataProblem."""
    return replace(how, encoding=guessed(error.object) if how.encoding == "utf-8" else "latin-1")
