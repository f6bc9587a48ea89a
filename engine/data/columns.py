"""What a column of text holds: numbers, true and false, categories or free text. Counted block by block."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.data.answers import MAX_CLASSES
from twostroke.engine.data.text_table import LARGEST, is_missing, number

Kind = Literal["number", "true/false", "category", "text", "constant", "empty"]

MAX_CATEGORIES = 50
"""Of an input: each category becomes an input of its own. Nor may most rows have one of their own."""

BOOLEANS = ({"true", "false"}, {"yes", "no"})
MOSTLY = 0.9  # of a column's values: so many numbers make one wonder about the others


@dataclass(frozen=True)
class Column:
    """What was found in one column. `counts` holds the rows of each distinct value, as written, where they are few."""

    name: str
    kind: Kind
    missing: int
    counts: tuple[tuple[str, int], ...] | None
    comma: bool = False  # numbers with a decimal comma
    odd: str = ""  # the first value that does not fit, in a column that otherwise holds numbers

    @property
    def width(self) -> int:
        """Inputs that it becomes."""
        return len(self.categories) if self.kind == "category" else 1

    @property
    def categories(self) -> tuple[str, ...]:
        """Its distinct values in order; of true/false in small letters."""
        words = {text.lower() if self.kind == "true/false" else text for text, _ in self.counts or ()}
        return tuple(sorted(words))


class Survey:
    """Counts the values of one column."""

    def __init__(self, comma: bool) -> None:
        self.total = self.missing = self.numbers = 0
        self.dotted = True
        self.commas = comma
        self._comma = comma
        self.counts: dict[str, int] | None = {}
        self.odd = ""

    def add(self, cells: Sequence[str]) -> None:
        """Count some more cells."""
        self.total += len(cells)
        if self.counts is None and self.dotted and _finite(cells) is not None:
            self.numbers += len(cells)  # by far the most common case of large tables
            self.commas = self.commas and "." not in "".join(cells)
            return
        for cell, times in Counter(cells).items():
            text = cell.strip()
            if is_missing(text):
                self.missing += times
            else:
                self._add(text, times)

    def _add(self, text: str, times: int) -> None:
        dotted = number(text, False) is not None
        comma = self._comma and number(text, True) is not None
        self.dotted, self.commas = self.dotted and dotted, self.commas and comma
        if dotted or comma:
            self.numbers += times
        if not self.odd and not self.dotted and not self.commas:
            self.odd = text
        if self.counts is not None:
            self.counts[text] = self.counts.get(text, 0) + times
            if len(self.counts) > MAX_CLASSES:
                self.counts = None

    def column(self, name: str) -> Column:
        """What was found."""
        kind = self._kind()
        mostly = kind in ("category", "text") and self.numbers >= MOSTLY * (self.total - self.missing)
        counts = None if self.counts is None else tuple(sorted(self.counts.items()))
        comma = self.commas and not self.dotted
        return Column(name, kind, self.missing, counts, comma, self.odd if mostly else "")

    def _kind(self) -> Kind:
        if self.missing == self.total:
            return "empty"
        if self.counts is not None and len(self.counts) == 1:
            return "constant"
        if self.dotted or self.commas:
            return "number"
        if self.counts is not None and {text.lower() for text in self.counts} in BOOLEANS:
            return "true/false"
        few = self.counts is not None and len(self.counts) <= min(MAX_CATEGORIES, (self.total - self.missing) / 2)
        return "category" if few else "text"


def _finite(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """The cells as numbers with a decimal point, None unless every one is."""
    try:
        values = np.array(list(map(float, cells)))
    except ValueError:
        return None
    tame = bool((np.abs(values) <= LARGEST).all())  # false for NaN
    return values if tame and "_" not in "".join(cells) else None


def values(column: Column, cells: Sequence[str]) -> NDArray[np.float64]:
    """The cells of a number column (n,), NaN where a value is missing. Raises ValueError where one is no number."""
    found = None if column.comma else _finite(cells)
    return np.array([_value(column, cell) for cell in cells]) if found is None else found


def _value(column: Column, cell: str) -> float:
    if is_missing(cell):
        return float("nan")
    found = number(cell.strip(), column.comma)
    if found is None:
        raise ValueError(cell)
    return found


def codes(column: Column, cells: Sequence[str]) -> NDArray[np.int64]:
    """The place of each cell among the column's categories (n,), −1 where a value is missing. Raises ValueError."""
    places = {text: place for place, text in enumerate(column.categories)}
    known = {cell: _code(column, places, cell) for cell in set(cells)}
    return np.array([known[cell] for cell in cells], dtype=np.int64)


def _code(column: Column, places: dict[str, int], cell: str) -> int:
    text = cell.strip()
    if is_missing(text):
        return -1
    if column.kind == "true/false":
        text = text.lower()
    if text not in places:
        raise ValueError(cell)
    return places[text]
