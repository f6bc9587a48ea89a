"""A table of one's own: read once to see what it holds, and once more into arrays, in bounded memory.

The first pass counts each column and keeps no row; the second fills arrays of the final size block by block. Where
values are missing, a pass between them counts the rows that stay.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
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
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.data.table_report import TableReport
from twostroke.engine.data.text_table import Layout, blocks, is_missing, number, readable
from twostroke.engine.files.disk import said
from twostroke.engine.files.patience import part
from twostroke.engine.session.phrases import shown, unknown

Stamp = tuple[int, int]

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
        return tuple(
            f"{column.name} = {readable(value)}" if value else column.name
            for column in self.inputs
            for value in (column.categories if column.kind == "category" else ("",))
        )


@lru_cache(maxsize=4)
def survey(path: str, stamp: Stamp, delimiter: str, header: str) -> tuple[Layout, tuple[Column, ...], int]:
    """Layout, columns and number of rows of the table at `path`, of that size and time. Raises DataProblem."""
    how = text_table.layout(Path(path), delimiter, header)
    try:
        return _count(Path(path), how)
    except UnicodeDecodeError:
        return _count(Path(path), text_table.as_latin(how))


def _count(path: Path, how: Layout) -> tuple[Layout, tuple[Column, ...], int]:
    counters = [Survey(how.comma) for _ in how.columns]
    rows = 0
    for _, block in blocks(path, how):
        rows += len(block)
        for counter, cells in zip(counters, zip(*block, strict=True), strict=True):
            counter.add(cells)
    found = (counter.column(name) for counter, name in zip(counters, how.columns, strict=True))
    return how, tuple(found), rows


@lru_cache(maxsize=16)
def described(choice: Choice, stamp: Stamp) -> TableFacts:
    """What the table holds for a session that says `choice`. Raises DataProblem."""
    with part(SURVEY_SHARE):
        how, columns, rows = survey(choice.path, stamp, choice.delimiter, choice.header)
    target = _target(columns, choice.target)
    check_rows(rows)
    others = tuple(column for column in columns if column is not target)
    usable = tuple(column for column in others if not _useless(column))
    inputs = _chosen(others, usable, choice.features, target)
    kept, counts = _kept(choice, how, columns, target, inputs, rows)
    if kept < MIN_ROWS:
        raise DataProblem(
            "missing",
            f"only {kept:,} of {rows:,} rows have no missing value; expected at least {MIN_ROWS}: leave out "
            "columns, or take the mean",
        )
    name = said(Path(choice.path))
    problem = size_problem(kept, sum(column.width for column in inputs), name)
    if problem:
        raise DataProblem("path", problem)
    found = answer(f"the target {shown(target.name)}", counts, target.kind == "number", choice.task, kept)
    used = {column.name for column in inputs}
    left_out = tuple((c.name, _useless(c) or "not chosen") for c in others if c.name not in used)
    report = TableReport(
        name=Path(choice.path).name,
        encoding=how.encoding,
        delimiter=how.delimiter,
        header=how.header,
        rows=rows,
        columns=columns,
        target=target.name,
        inputs=tuple(column.name for column in inputs),
        left_out=left_out,
        missing=choice.missing,
        kept=kept,
        answer=found,
    )
    return TableFacts(how, target, inputs, tuple(c.name for c in usable), found, kept, report)


def _target(columns: Sequence[Column], wanted: str) -> Column:
    """The column to predict: by its name, or by its number from 1; the last where none is named."""
    names = {column.name: column for column in columns}
    if not wanted:
        return columns[-1]
    if wanted in names:
        return names[wanted]
    if wanted.isdecimal() and 1 <= int(wanted[:6]) <= len(columns):
        return columns[int(wanted) - 1]
    raise DataProblem("target", unknown("column", wanted, tuple(names)[:20]))


def _useless(column: Column) -> str:
    """Why a column cannot be an input; "" where it can."""
    if column.kind == "text":
        odd = f", such as {shown(column.odd)} among its numbers" if column.odd else ""
        many = column.counts is None or len(column.counts) > MAX_CATEGORIES
        what = f"text with more than {MAX_CATEGORIES} different values" if many else "text that seldom comes again"
        return what + odd
    return {"empty": "it is empty", "constant": "it is the same in every row"}.get(column.kind, "")


def _chosen(
    others: Sequence[Column], usable: Sequence[Column], wanted: Sequence[str], target: Column
) -> tuple[Column, ...]:
    """The columns that become inputs, in the order of the table."""
    names = {column.name: column for column in others}
    for name in wanted:
        if name == target.name:
            raise DataProblem("features", f"{shown(name)} is the target; it cannot be an input too")
        if name not in names:
            raise DataProblem("features", unknown("column", name, tuple(names)[:20]))
        if _useless(names[name]):
            raise DataProblem("features", f"{shown(name)} cannot be an input: {_useless(names[name])}; leave it out")
    inputs = tuple(column for column in usable if not wanted or column.name in wanted)
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
        keep = _keep([cells[places[column.name]] for column in needed], len(block))
        kept += int(keep.sum())
        if target.counts is not None:
            counts.update(compress(map(str.strip, cells[places[target.name]]), keep))
    return kept, None if target.counts is None else _merged(target, tuple(counts.items()))


def _needed(missing: str, target: Column, inputs: Sequence[Column]) -> tuple[Column, ...]:
    """Columns whose missing values drop a row."""
    wanted = (target, *inputs) if missing == "drop_rows" else (target,)
    return tuple(column for column in wanted if column.missing)


def _keep(columns: Sequence[Sequence[str]], rows: int) -> NDArray[np.bool_]:
    keep = np.ones(rows, dtype=bool)
    for cells in columns:
        keep &= ~np.fromiter(map(is_missing, cells), dtype=bool, count=rows)
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
        return number_text(number(text, target.comma) or 0.0)
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
            keep = _keep([cells[places[column.name]] for column in needed], len(block))
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
