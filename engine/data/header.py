"""Whether the first row of a table names its columns, and how the columns are called."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from twostroke.engine.data.problems import DataProblem
from twostroke.engine.data.signs import is_number
from twostroke.engine.session.phrases import shown

Row = Sequence[str]

LEAST_ALONE = 4
"""Columns from which on no sample is expected to read 0, 1, 2, 3, nor any other row of even steps."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SIGNED = re.compile(r"-?\d+(?:\.\d+)?")


def is_header(rows: Sequence[Row], missing: Callable[[str], bool]) -> bool:
    """Whether the first row names the columns.

    It does where it has a word above numbers only; where its numbers count up and are written otherwise than those
    below, or lie far from them (0, 1, 2 or years), or do so alone, over all columns; otherwise where it has no number,
    no gap but above row names, nothing twice, and nothing that comes again below it.
    """
    first, *others = [[cell.strip() for cell in row] for row in rows]
    alike = [row for row in others if len(row) == len(first)]
    below = list(zip(*alike, strict=True))
    for cell, column in zip(first, below, strict=False):
        known = [other for other in column if not missing(other)]
        if known and not is_number(cell) and not missing(cell) and all(map(is_number, known)):
            return True
    if _counts_up(first, below) or _counts_alone(first, alike):
        return True
    named = int(bool(below) and len(first) > 2 and not first[0] and all(below[0]))  # row names that have no name
    words = not any(is_number(cell) or missing(cell) for cell in first[named:]) and len(set(first)) == len(first)
    return words and not any(cell in column for cell, column in zip(first[named:], below[named:], strict=False))


def _counts_up(first: Row, below: Sequence[Row]) -> bool:
    """Whether the numbers of a first row are names such as 0, 1, 2 or 2019, 2020, 2021."""
    places = [place for place, cell in enumerate(first) if _NUMBER.fullmatch(cell)]
    others = [place for place, cell in enumerate(first) if place not in places]
    if len(places) < 2 or not below or any(is_number(first[place]) for place in others):
        return False
    if any(first[place] in below[place] for place in others if first[place]):
        return False
    if not _steps([first[place] for place in places]):
        return False
    apart = sum(_stands_apart(first[place], below[place]) for place in places)
    return apart == len(places) if len(places) == 2 else 2 * apart >= len(places)


def _counts_alone(first: Row, rows: Sequence[Row]) -> bool:
    """Whether a first row is 0, 1, 2, ... or 1, 2, 3, ..., over all columns or all but that of row names.

    And no row below counts up: what a window over a series holds does in each.
    """
    named = first[1:] if first and not first[0] else first
    start = int(named[0] == "1") if named else 0
    if not rows or list(named) != [str(start + place) for place in range(len(named))]:
        return False
    if named is not first:
        return len(named) > 1 and all(row[0] for row in rows)
    return len(named) >= LEAST_ALONE and not any(_steps(row) for row in rows)


def _steps(cells: Row) -> bool:
    """Whether the cells are numbers that go up by 1; or, where they are at least four, by any step."""
    if not all(_NUMBER.fullmatch(cell) for cell in cells):
        return False
    numbers = [float(cell[:18]) for cell in cells]
    steps = {round(after - before, 9) for before, after in pairwise(numbers)}
    return steps == {1.0} or (len(cells) >= LEAST_ALONE and len(steps) == 1 and min(steps) > 0)


def _stands_apart(name: str, column: Row) -> bool:
    """Whether the cells of a column are written otherwise than `name`, a number, or all of them far from it."""
    known = [float(cell[:18]) for cell in column if _SIGNED.fullmatch(cell)]
    others = sum(not _SIGNED.fullmatch(cell) and bool(cell) for cell in column)
    if others >= 2 and not any(is_number(cell) for cell in column):
        return True
    if name.isdecimal():
        whole = [float(cell[:18]) for cell in column if cell.lstrip("-").isdecimal()]
        numbers = sum(map(is_number, column))
        if numbers < 2 or len(whole) < numbers / 2:
            return numbers >= 2
        known = whole
    if len(known) < 2:
        return False
    low, high = min(known), max(known)
    return high > low and (float(name) <= 2 * low - high or float(name) >= 2 * high - low)


def column_names(row: Row, header: bool) -> tuple[tuple[str, ...], frozenset[str]]:
    """A name for each column, no two the same, and which of them are made up here. Raises DataProblem."""
    taken: dict[str, bool] = {}
    for place, cell in enumerate(row, start=1):
        said = one_line(cell.strip()) if header else ""
        name = said or f"column {place}"
        taken[name if name not in taken else f"{name} ({place})"] = not said
    if len(taken) < len(row):
        raise DataProblem("header", f"the header names a column twice: {shown(', '.join(row))}; rename one of them")
    return tuple(taken), frozenset(name for name, made_up in taken.items() if made_up)


def one_line(text: str) -> str:
    """A text in full with a blank for what cannot be shown."""
    return "".join(c if c.isprintable() else " " for c in text)
