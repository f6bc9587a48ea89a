"""Whether the first row of a table names its columns, and how the columns are called."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from twostroke.engine.data.problems import DataProblem
from twostroke.engine.data.signs import is_number
from twostroke.engine.session.phrases import shown

Row = Sequence[str]


def is_header(rows: Sequence[Row], missing: Callable[[str], bool]) -> bool:
    """Whether the first row names the columns.

    It does where it has a word above numbers only; where its numbers count up and are written otherwise than those
    below, or lie far from them (0, 1, 2 or years); otherwise where it has no number, no gap, nothing twice, and
    nothing that comes again below it.
    """
    first, *others = [[cell.strip() for cell in row] for row in rows]
    below = list(zip(*(row for row in others if len(row) == len(first)), strict=True))
    for cell, column in zip(first, below, strict=False):
        known = [other for other in column if not missing(other)]
        if known and not is_number(cell) and not missing(cell) and all(map(is_number, known)):
            return True
    if _counts_up(first, below):
        return True
    words = not any(is_number(cell) or missing(cell) for cell in first) and len(set(first)) == len(first)
    return words and not any(cell in column for cell, column in zip(first, below, strict=False))


def _counts_up(first: Row, below: Sequence[Row]) -> bool:
    """Whether the whole numbers of a first row are names such as 0, 1, 2 or 2019, 2020, 2021."""
    places = [place for place, cell in enumerate(first) if cell.isdecimal()]
    others = [place for place, cell in enumerate(first) if not cell.isdecimal()]
    if len(places) < 2 or not below or any(is_number(first[place]) for place in others):
        return False
    if any(first[place] in below[place] for place in others if first[place]):
        return False
    numbers = [int(first[place][:9]) for place in places]
    if any(after - before != 1 for before, after in pairwise(numbers)):
        return False
    apart = sum(_stands_apart(number, below[place]) for number, place in zip(numbers, places, strict=True))
    return apart == len(places) if len(places) == 2 else 2 * apart >= len(places)


def _stands_apart(name: int, column: Row) -> bool:
    """Whether the cells of a column are no whole numbers, or all of them far from `name`."""
    known = [cell for cell in column if is_number(cell)]
    whole = [int(cell[:18]) for cell in known if cell.lstrip("-").isdecimal()]
    if len(known) < 2 or len(whole) < len(known) / 2:
        return len(known) >= 2
    low, high = min(whole), max(whole)
    return high > low and (name < 2 * low - high or name > 2 * high - low)


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
