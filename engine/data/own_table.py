"""A table of one's own: read once to see what it holds, and once more into arrays, in bounded memory.

The first pass counts each column and keeps no row; the second fills arrays of the final size block by block. Where
values are missing, a pass between them counts the rows that stay.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.data import text_table
from twostroke.engine.data.answers import MIN_ROWS, Answer, answer, check_rows, number_text
from twostroke.engine.data.arrays import size_problem
from twostroke.engine.data.columns import MAX_CATEGORIES, Column, Survey, codes, values
from twostroke.engine.data.decoding import TITLES
from twostroke.engine.data.header import one_line
from twostroke.engine.data.missing import MARKERS, USUAL, folded, is_missing
from twostroke.engine.data.numbering import Apart, may_number, why_numbering
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.data.signs import LARGEST, plain
from twostroke.engine.data.table_report import TableReport
from twostroke.engine.data.text_table import LONGEST_NAME, Layout, blocks, readable
from twostroke.engine.files.disk import said
from twostroke.engine.files.patience import part
from twostroke.engine.session.phrases import shown, told_apart, unknown_in_full

Stamp = tuple[int, int]

MOST_ENCODINGS = 3  # UTF-8, a guess, Latin-1, in which every byte is a character
SURVEY_SHARE = 0.7
"""Of the time it takes to find out what a table with missing values holds; counting the rows that stay is the rest."""


@dataclass(frozen=True)
class Choice:
    """What a session says about a table."""

    path: str
    target: str
    task: str
    delimiter: str
    header: str
    missing: str
    features: tuple[str, ...]
    decimal: str = "auto"
    encoding: str = "auto"
    missing_markers: tuple[str, ...] = MARKERS

    @property
    def reading(self) -> tuple[str, str, str, str, frozenset[str]]:
        """What it says about how the file is read."""
        return self.delimiter, self.header, self.decimal, self.encoding, folded(self.missing_markers)


@dataclass(frozen=True)
class TableFacts:
    """What a table holds, and which of it is used."""

    layout: Layout
    target: Column
    inputs: tuple[Column, ...]
    usable: tuple[str, ...]
    answer: Answer
    rows: int
    report: TableReport

    @property
    def names(self) -> tuple[str, ...]:
        """Of the network's inputs."""
        called = told_apart([column.name for column in self.inputs], LONGEST_NAME, one_line)
        return tuple(
            f"{called[column.name]} = {readable(value)}" if value else called[column.name]
            for column in self.inputs
            for value in (column.categories if column.kind == "category" else ("",))
        )


@lru_cache(maxsize=4)
def survey(
    path: str,
    stamp: Stamp,
    delimiter: str,
    header: str,
    decimal: str = "auto",
    encoding: str = "auto",
    markers: frozenset[str] = USUAL,
) -> tuple[Layout, tuple[Column, ...], int]:
    """Layout, columns and number of rows of the table at `path`, of that size and time. Raises DataProblem."""
    how = text_table.layout(Path(path), delimiter, header, encoding, markers)
    tries = 1 if encoding != "auto" else MOST_ENCODINGS
    while True:
        tries -= 1
        try:
            return _count(Path(path), how, decimal, markers)
        except UnicodeDecodeError as error:
            if not tries:
                raise DataProblem("encoding", f"{said(Path(path))} is not written in {how.encoding}") from error
            how = text_table.reread(how, error)


def _count(path: Path, how: Layout, decimal: str, markers: frozenset[str]) -> tuple[Layout, tuple[Column, ...], int]:
    counters = [Survey(decimal, markers) for _ in how.columns]
    numbering = {place: Apart(markers) for place in range(len(how.columns)) if _may_number(how, place)}
    rows = 0
    for _, block in blocks(path, how):
        rows += len(block)
        for place, cells in enumerate(zip(*block, strict=True)):
            counters[place].add(cells)
            if place in numbering:
                numbering[place].add(cells)
    certain = {counter.signs.certain for counter in counters} - {""}
    others = certain.pop() if len(certain) == 1 else ""
    found = [counter.column(name, others, how.delimiter) for counter, name in zip(counters, how.columns, strict=True)]
    for place, apart in numbering.items():
        found[place] = replace(found[place], apart=apart.all)
    return how, tuple(found), rows


@lru_cache(maxsize=16)
def described(choice: Choice, stamp: Stamp) -> TableFacts:
    """What the table holds for a session that says `choice`. Raises DataProblem."""
    with part(SURVEY_SHARE):
        how, columns, rows = survey(choice.path, stamp, *choice.reading)
    target = _target(columns, choice.target, how.unnamed)
    check_rows(rows)
    others = tuple(column for column in columns if column is not target)
    usable = tuple(column for column in others if not _useless(column))
    numbering = _numbering(how, columns, target)
    usual = tuple(column for column in usable if column.name not in numbering) or usable
    inputs = _chosen(others, usable, usual, choice.features, target)
    kept, counts = _kept(choice, how, columns, target, inputs, rows)
    if kept < MIN_ROWS:
        raise DataProblem("missing", _too_few(kept, rows, choice.missing, target, inputs))
    name = said(Path(choice.path))
    problem = size_problem(kept, sum(column.width for column in inputs), name)
    if problem:
        raise DataProblem("path", problem)
    try:
        found = answer(f"the target {shown(target.name)}", counts, target.kind == "number", choice.task, kept)
    except DataProblem as error:
        if target.large and choice.task in ("auto", "regression"):
            raise DataProblem("target", f"the target {shown(target.name)} holds {_beyond(target)}") from error
        raise DataProblem(error.key, error.text + _without(target, rows - kept)) from error
    used = {column.name for column in inputs}
    left_out = tuple(
        (c.name, _useless(c) or (not choice.features and numbering.get(c.name, "")) or "not chosen")
        for c in others
        if c.name not in used
    )
    report = TableReport(
        name=Path(choice.path).name,
        encoding=TITLES[how.encoding],
        delimiter=how.delimiter,
        header=how.header,
        rows=rows,
        columns=columns,
        target=target.name,
        inputs=tuple(column.name for column in inputs),
        usual=tuple(column.name for column in usual),
        numbering=tuple(numbering),
        passed=how.passed,
        left_out=left_out,
        missing=choice.missing,
        kept=kept,
        answer=found,
    )
    return TableFacts(how, target, inputs, tuple(c.name for c in usable), found, kept, report)


def _too_few(kept: int, rows: int, missing: str, target: Column, inputs: Sequence[Column]) -> str:
    """Why so few rows are left, and what helps."""
    gaps = [f"{shown(column.name)} in {column.missing:,}" for column in _needed(missing, target, inputs)]
    advice = "leave out columns, or take the mean"
    if rows - target.missing < MIN_ROWS:
        advice = "fill in the answers, choose another target, or change data.missing_markers"
    return (
        f"only {kept:,} of {rows:,} rows have no missing value (it is missing: {', '.join(gaps[:4])}); expected at "
        f"least {MIN_ROWS}: {advice}"
    )


def _without(target: Column, dropped: int) -> str:
    """What to add to a sentence about the answers where some count as missing."""
    if not dropped:
        return ""
    words = ", ".join(f"{shown(marker)} {times:,}" for marker, times in target.gaps)
    which = f"; as missing count {words}: name in data.missing_markers only what does" if words else ""
    return f" ({dropped:,} rows with missing values are dropped{which})"


def _target(columns: Sequence[Column], wanted: str, unnamed: Collection[str]) -> Column:
    """The column to predict: by its name, or by its number from 1; where none is named, the last.

    Not an empty one without a name, which a delimiter at the end of each line makes.
    """
    names = {column.name: column for column in columns}
    if not wanted:
        last = [column for column in columns if column.kind != "empty" or column.name not in unnamed]
        return last[-1] if last else columns[-1]
    if wanted in names:
        return names[wanted]
    if wanted.isdecimal() and 1 <= int(wanted[:6]) <= len(columns):
        return columns[int(wanted) - 1]
    raise DataProblem("target", unknown_in_full("column", wanted, tuple(names)))


def _useless(column: Column) -> str:
    """Why a column cannot be an input; "" where it can."""
    if column.kind == "text":
        odd = f", such as {shown(column.odd)} among its numbers" if column.odd else ""
        odd = f", such as {shown(column.nearly)}, which is no number" if column.nearly else odd
        many = column.counts is None or len(column.counts) > MAX_CATEGORIES
        what = f"text with more than {MAX_CATEGORIES} different values" if many else "text that seldom comes again"
        return what + odd
    return {"empty": "it is empty", "constant": "it is the same in every row"}.get(column.kind, "")


def _beyond(column: Column) -> str:
    """The first number of a column that is too large, and the bound."""
    return f"{shown(column.large)}, which is too large; expected numbers within ±{LARGEST:g}"


def _unnamed(how: Layout, place: int) -> bool:
    """Whether a column is the first and has no name."""
    return place == 0 and how.columns[place] in how.unnamed


def _may_number(how: Layout, place: int) -> bool:
    return may_number(how.columns[place], _unnamed(how, place))


def _numbering(how: Layout, columns: Sequence[Column], target: Column) -> dict[str, str]:
    """Columns that seem to number the rows, and why; without a header only one that counts, alone in the table."""
    if not how.header and [column for column in columns if column.counting] != [columns[0]]:
        return {}
    why = {column.name: why_numbering(column, _unnamed(how, place)) for place, column in enumerate(columns)}
    return {name: reason for name, reason in why.items() if reason and name != target.name}


def _chosen(
    others: Sequence[Column],
    usable: Sequence[Column],
    usual: Sequence[Column],
    wanted: Sequence[str],
    target: Column,
) -> tuple[Column, ...]:
    """The columns that become inputs, in the order of the table."""
    names = {column.name: column for column in others}
    for name in wanted:
        if name == target.name:
            raise DataProblem("features", f"{shown(name)} is the target; it cannot be an input too")
        if name not in names:
            raise DataProblem("features", unknown_in_full("column", name, tuple(names)))
        if _useless(names[name]):
            raise DataProblem("features", f"{shown(name)} cannot be an input: {_useless(names[name])}; leave it out")
    inputs = tuple(column for column in usable if column.name in wanted) if wanted else tuple(usual)
    if not inputs:
        first = f": {shown(others[0].name)} is left out, {_useless(others[0])}" if others else ""
        raise DataProblem("path", f"no column of the table can be an input{first}")
    return inputs


def _kept(
    choice: Choice, how: Layout, columns: Sequence[Column], target: Column, inputs: Sequence[Column], rows: int
) -> tuple[int, dict[str, int] | None]:
    """Rows that stay when those with missing values are dropped, and the rows of each answer, where they are few."""
    needed = _needed(choice.missing, target, inputs)
    if not needed:
        return rows, _merged(target, target.counts)
    places = {column.name: place for place, column in enumerate(columns)}
    counts: Counter[str] = Counter()
    kept = 0
    for _, block in blocks(Path(choice.path), how):
        cells = list(zip(*block, strict=True))
        keep = _keep(choice, [cells[places[column.name]] for column in needed], len(block))
        kept += int(keep.sum())
        if target.counts is not None:
            counts.update(compress(map(str.strip, cells[places[target.name]]), keep))
    return kept, None if target.counts is None else _merged(target, tuple(counts.items()))


def _needed(missing: str, target: Column, inputs: Sequence[Column]) -> tuple[Column, ...]:
    """Columns whose missing values drop a row."""
    wanted = (target, *inputs) if missing == "drop_rows" else (target,)
    return tuple(column for column in wanted if column.missing)


def _keep(choice: Choice, columns: Sequence[Sequence[str]], rows: int) -> NDArray[np.bool_]:
    keep = np.ones(rows, dtype=bool)
    markers = folded(choice.missing_markers)
    for cells in columns:
        keep &= ~np.fromiter((is_missing(cell, markers) for cell in cells), dtype=bool, count=rows)
    return keep


def _merged(target: Column, counts: Sequence[tuple[str, int]] | None) -> dict[str, int] | None:
    """Rows of each answer by its name: 1 and 1.0 are the same number, True and true the same word."""
    if counts is None:
        return None
    found: dict[str, int] = {}
    for text, times in counts:
        key = _class_name(target, text)
        found[key] = found.get(key, 0) + times
    return found


def _class_name(target: Column, text: str) -> str:
    if target.kind == "number":
        return number_text(Decimal(plain(text, target.rule)))
    return text.lower() if target.kind == "true/false" else text


def read(choice: Choice, facts: TableFacts) -> tuple[NDArray[Any], NDArray[Any]]:
    """Inputs (rows, inputs), NaN where a value is missing, and class numbers or values (rows,). Raises DataProblem."""
    raw = np.empty((facts.rows, len(facts.names)))
    label = np.empty(facts.rows, dtype=np.int64 if facts.answer.classes else np.float64)
    needed = _needed(choice.missing, facts.target, facts.inputs)
    places = {name: place for place, name in enumerate(facts.layout.columns)}
    at = 0
    try:
        for _, block in blocks(Path(choice.path), facts.layout):
            cells = list(zip(*block, strict=True))
            keep = _keep(choice, [cells[places[column.name]] for column in needed], len(block))
            end = at + int(keep.sum())
            _fill(raw[at:end], facts.inputs, [cells[places[column.name]] for column in facts.inputs], keep)
            label[at:end] = _labels(facts, list(compress(cells[places[facts.target.name]], keep)))
            at = end
    except (ValueError, UnicodeDecodeError) as error:
        if isinstance(error, DataProblem):
            raise
        at = -1
    if at != facts.rows:
        raise DataProblem("path", f"{said(Path(choice.path))} was changed while it was read; open it again")
    return raw, label


def _fill(raw: NDArray[Any], inputs: Sequence[Column], cells: Sequence[Sequence[str]], keep: NDArray[np.bool_]) -> None:
    """Put the cells of the input columns, of the rows to keep, into `raw` (n, inputs)."""
    place = 0
    for column, texts in zip(inputs, cells, strict=True):
        if column.kind == "number":
            raw[:, place] = values(column, texts)[keep]
        else:
            code = codes(column, texts)[keep]
            wide = code[:, None] == np.arange(column.width) if column.kind == "category" else code[:, None]
            raw[:, place : place + column.width] = np.where(code[:, None] < 0, np.nan, wide)
        place += column.width


def _labels(facts: TableFacts, cells: Sequence[str]) -> NDArray[Any]:
    if not facts.answer.classes:
        return values(facts.target, cells)
    places = {name: place for place, (name, _) in enumerate(facts.answer.classes)}
    try:
        known = {cell: places[_class_name(facts.target, cell.strip())] for cell in set(cells)}
    except KeyError as error:
        raise ValueError(str(error)) from error
    return np.array([known[cell] for cell in cells], dtype=np.int64)
