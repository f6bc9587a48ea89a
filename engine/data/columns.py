"""What a column of text holds: numbers, true and false, categories or free text. Counted block by block."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import compress
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.data.answers import MAX_CLASSES
from twostroke.engine.data.missing import USUAL, is_missing
from twostroke.engine.data.signs import (
    LARGEST,
    PLAIN,
    Rule,
    Signs,
    begins_as_number,
    is_number,
    parted,
    plain,
    shapes,
    too_large,
)

Kind = Literal["number", "true/false", "category", "text", "constant", "empty"]

MAX_CATEGORIES = 50
"""Of an input: each category becomes an input of its own. Nor may most rows have one of their own."""

BOOLEANS = ({"true", "false"}, {"yes", "no"})
MOSTLY = 0.5  # of a column's values: so many numbers make one wonder about the others


@dataclass(frozen=True)
class Column:
    """What was found in one column. `counts` holds the rows of each distinct value, as written, where they are few."""

    name: str
    kind: Kind
    missing: int
    counts: tuple[tuple[str, int], ...] | None
    rule: Rule = PLAIN  # how its numbers are written
    unit: str = ""  # per cent or a currency beside its numbers
    example: str = ""  # the first number with a sign
    doubtful: bool = False  # whether that sign may mean the other thing
    odd: str = ""  # the first value that does not fit, in a column that otherwise holds numbers
    large: str = ""  # the first number that is too large to be read, there
    nearly: str = ""  # the first value that begins as a number, in a column where most do and are none
    gaps: tuple[tuple[str, int], ...] = ()  # what stands for a missing value, and how often; not the empty cells
    whole: bool = False  # whole numbers, digits alone
    counting: bool = False  # 0, 1, 2, ... or 1, 2, 3, ... from the first row to the last
    apart: bool = False  # no value comes twice; asked only where a column may number the rows
    markers: frozenset[str] = USUAL

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

    def __init__(self, decimal: str = "auto", markers: frozenset[str] = USUAL) -> None:
        self.total = self.missing = self.numbers = 0
        self.signs = Signs(decimal)
        self.counts: dict[str, int] | None = {}
        self.odd = self.large = self.nearly = ""
        self.begun = 0  # cells that begin as a number
        self.gaps: Counter[str] = Counter()
        self._markers = markers
        self._count: int | None = None  # the next number of a column that counts its rows; −1 where it does not

    def add(self, cells: Sequence[str]) -> None:
        """Count some more cells."""
        self._follow(cells)
        self.total += len(cells)
        if self.counts is None and not _marked(cells, self._markers) and self._as_before(cells):
            self.numbers += len(cells)  # by far the most common case of large tables
            return
        for cell, times in Counter(cells).items():
            text = cell.strip()
            if is_missing(text, self._markers):
                self.missing += times
                self.gaps[text] += times
            else:
                self._add(text, times)

    def _as_before(self, cells: Sequence[str]) -> bool:
        """Whether the cells are plain numbers that show nothing new of how this column writes them."""
        if self.signs.settled:
            return _finite(cells) is not None
        if self.signs.certain == "." and not self.signs.unit and _below_a_thousand(cells):
            return True
        return bool(self.signs.alive) and (self._digits(cells) or shapes(cells) <= self.signs.known)

    def _digits(self, cells: Sequence[str]) -> bool:
        """Whether the cells are digits alone, which all rules of this column read alike."""
        wide = not any(rule.group for rule in self.signs.alive)
        together = "".join(cells)
        digits = PLAIN in self.signs.alive and not self.signs.unit and together.isascii() and together.isdecimal()
        return digits and all(cells) and max(map(len, cells)) <= (30 if wide else 3)

    def _follow(self, cells: Sequence[str]) -> None:
        """Note whether the cells go on counting the rows."""
        if self._count is None:
            self._count = {"0": 0, "1": 1}.get(cells[0], -1) if cells else None
        if self._count is None or self._count < 0:
            return
        end = self._count + len(cells)
        self._count = end if list(map(str, range(self._count, end))) == list(cells) else -1

    def _add(self, text: str, times: int) -> None:
        if self.counts is not None and text in self.counts:
            self.counts[text] += times  # seen before: it says nothing new
            number = self.signs.alive or is_number(text)
            self.numbers += times if number else 0
            self.begun += times if not number and begins_as_number(text) else 0
            return
        if self.signs.alive:
            fitted = self.signs.add(text)
            self.odd = "" if fitted else text
        else:
            fitted = is_number(text)
        if not fitted and begins_as_number(text):
            self.begun += times
            self.nearly = self.nearly or text
        large = not fitted and too_large(text)
        self.large = self.large or (text if large else "")
        self.numbers += times if fitted or large or is_number(text) else 0
        if self.counts is not None:
            self.counts[text] = self.counts.get(text, 0) + times
            if len(self.counts) > MAX_CLASSES:
                self.counts = None

    def column(self, name: str, others: str = "", delimiter: str = "comma") -> Column:
        """What was found; `others` is the decimal sign that other columns show."""
        kind = self._kind()
        known, words = self.total - self.missing, kind in ("category", "text")
        mostly = words and self.numbers >= MOSTLY * known
        nearly = self.nearly if words and not mostly and self.numbers + self.begun >= MOSTLY * known else ""
        counts = None if self.counts is None else tuple(sorted(self.counts.items()))
        gaps = tuple(sorted((marker, times) for marker, times in self.gaps.items() if marker))
        odd, large = (self.odd, self.large) if mostly else ("", "")
        column = Column(
            name, kind, self.missing, counts, odd=odd, large=large, nearly=nearly, gaps=gaps, markers=self._markers
        )
        if not self.signs.alive:
            return column
        signs = self.signs
        return replace(
            column,
            rule=signs.rule(others, delimiter),
            unit=signs.unit or "",
            example=signs.example,
            doubtful=signs.doubtful,
            whole=not signs.example and self.missing < self.total,
            counting=(self._count or 0) > 1,
        )

    def _kind(self) -> Kind:
        if self.missing == self.total:
            return "empty"
        if self.counts is not None and len(self.counts) == 1:
            return "constant"
        if self.signs.alive:
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
    together = "".join(cells)
    return values if tame and "_" not in together and together.isascii() else None


def _below_a_thousand(cells: Sequence[str]) -> bool:
    """Whether the cells are numbers with a decimal point that show nothing of a sign between thousands."""
    found = _finite(cells)
    return found is not None and bool((np.abs(found) < 1_000).all())


@lru_cache(maxsize=64)
def _numbers(markers: frozenset[str]) -> frozenset[str]:
    """Markers of missing values that are numbers, such as -999."""
    return frozenset(filter(is_number, markers))


def _marked(cells: Sequence[str], markers: frozenset[str]) -> bool:
    """Whether a number among the cells stands for a missing value."""
    found = _numbers(markers)
    return bool(found) and not found.isdisjoint(map(str.strip, cells))


def values(column: Column, cells: Sequence[str]) -> NDArray[np.float64]:
    """The cells of a number column (n,), NaN where a value is missing. Raises ValueError where one is no number."""
    found = None if _marked(cells, column.markers) else _finite(_pointed(column.rule, cells))
    if found is not None:
        return found
    there = np.array([not is_missing(cell, column.markers) for cell in cells])
    known = list(compress(cells, there))
    found = _finite(_pointed(column.rule, known))
    numbers = np.full(len(cells), np.nan)
    numbers[there] = [_value(column, cell) for cell in known] if found is None else found
    return numbers


def _pointed(rule: Rule, cells: Sequence[str]) -> Sequence[str]:
    """The cells with a decimal point, and nothing between thousands: as they are, or as a rule that read them says."""
    if rule == PLAIN:
        return cells
    text = "\n".join(cells)
    pointed = (text.replace(rule.group, "") if rule.group else text).replace(rule.decimal, ".").split("\n")
    return pointed if len(pointed) == len(cells) else cells


def _value(column: Column, cell: str) -> float:
    if parted(cell.strip())[1] != column.unit:
        raise ValueError(cell)
    return float(plain(cell.strip(), column.rule))


def codes(column: Column, cells: Sequence[str]) -> NDArray[np.int64]:
    """The place of each cell among the column's categories (n,), −1 where a value is missing. Raises ValueError."""
    places = {text: place for place, text in enumerate(column.categories)}
    known = {cell: _code(column, places, cell) for cell in set(cells)}
    return np.array([known[cell] for cell in cells], dtype=np.int64)


def _code(column: Column, places: dict[str, int], cell: str) -> int:
    text = cell.strip()
    if is_missing(text, column.markers):
        return -1
    if column.kind == "true/false":
        text = text.lower()
    if text not in places:
        raise ValueError(cell)
    return places[text]
