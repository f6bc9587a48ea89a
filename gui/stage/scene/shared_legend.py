"""One legend for several pictures: a row for each lens, with the numbers of its pictures, and below what all share."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import Align, Item, Text, Weight
from twostroke.gui.stage.scene.layout import LEGEND_ROW, Metrics, metrics, text_width
from twostroke.gui.stage.scene.legend import (
    NO_NOTES,
    NO_SIGNS,
    Entry,
    Notes,
    Signs,
    entry_at,
    gap_of,
    legend,
    legend_rows,
    of_lens,
    of_marks,
    of_scales,
    rows_in,
    scales_beside,
    width_of,
)
from twostroke.gui.stage.scene.lenses import Lens, Scale

NUMBERS = 0.2
"""Share of the width that the numbers of a lens take at most."""

CHIP = 7.0
"""What the edge of a lens' name needs, in units."""


class Key(NamedTuple):
    """What a legend has to tell of one picture."""

    lens: Lens
    notes: Notes = NO_NOTES
    signs: Signs = NO_SIGNS


class Legend(NamedTuple):
    """Its shapes, from the upper left corner, and its height."""

    items: tuple[Item, ...]
    height: float


class _Row(NamedTuple):
    numbers: str
    entries: tuple[Entry, ...]  # the name of the lens first


def shared_legend(keys: Mapping[int, Key], ink: Ink, width: float, numbered: bool = False) -> Legend:
    """Of pictures by their numbers, in that width. `numbered`: these are told also where one lens is that of all."""
    m, groups = metrics(width, width), dict[tuple[Lens, Notes], list[int]]()
    for number, key in keys.items():
        groups.setdefault((key.lens, key.notes), []).append(number)
    signs = _all_signs(key.signs for key in keys.values())
    if len(groups) == 1 and not numbered:
        ((lens, notes),) = groups
        rows = legend_rows(m, ink, lens, notes, signs)
        return Legend(legend(m, ink, lens, 0.0, notes, signs), rows * m.small * LEGEND_ROW)
    return _of_several(m, ink, groups, signs)


def told_numbers(numbers: Iterable[int]) -> str:
    """Whole numbers in order, as "1–3, 5"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in runs)


def _all_signs(every: Iterable[Signs]) -> Signs:
    """Those that one of them has."""
    return Signs(*map(max, zip(*every, strict=True)))


def _of_several(m: Metrics, ink: Ink, groups: Mapping[tuple[Lens, Notes], list[int]], signs: Signs) -> Legend:
    shared = _shared_notes(notes for _, notes in groups)
    rows = [_Row(told_numbers(numbers), _own(m, ink, *of, shared)) for of, numbers in groups.items()]
    own = {scale for lens, _ in groups for scale in lens.scales}
    beside: list[Scale] = [scale for scale in scales_beside(signs) if scale not in own]
    marks = (*of_scales(m, ink, beside), *of_marks(m, ink, shared, signs))
    table = _Table(m, ink, rows)
    for row in rows:
        table.add_row(row)
    table.add_marks(marks)
    return Legend(tuple(table.items), table.height)


def _shared_notes(every: Iterable[Notes]) -> Notes:
    """What is said of all; what a lens lacks is its own."""
    found = [set(each) for each in zip(*every, strict=True)]
    _, hidden, uncompared = (each.pop() if len(each) == 1 else "" for each in found)
    return Notes("", hidden, uncompared)


def _own(m: Metrics, ink: Ink, lens: Lens, notes: Notes, shared: Notes) -> tuple[Entry, ...]:
    rest = [own for own, told in zip(notes, shared, strict=True) if own and not told]
    return of_lens(m, ink, lens, "; ".join(rest), lens.scales)


class _Table:
    """Rows below each other, in three columns: numbers, lens, scales."""

    def __init__(self, m: Metrics, ink: Ink, rows: list[_Row]) -> None:
        self._m, self._ink = m, ink
        self._row = m.small * LEGEND_ROW
        self._numbers = min(max(text_width(row.numbers, m.small) for row in rows) * 1.1, NUMBERS * m.width)
        self._lens = self._numbers + gap_of(m) + CHIP * m.unit
        self._scales = self._lens + max(width_of(m, row.entries[0]) for row in rows) + gap_of(m) + CHIP * m.unit
        self.items, self.height = list[Item](), 0.0

    def add_row(self, row: _Row) -> None:
        """A lens, with its numbers before it."""
        m, y = self._m, self.height + self._row / 2
        lines = _wrapped(row.numbers, m.small, self._numbers)
        for at, line in enumerate(lines):
            at_y = y + at * self._row
            numbers = Text(0.0, at_y, line, m.small, self._ink.text, Align.LEFT, Weight.SEMIBOLD, role="legend numbers")
            self.items.append(numbers)
        name, *scales = row.entries
        self.items += entry_at(m, self._ink, name, self._lens, y)
        rows = self._flow(scales, self._scales)
        self.height += max(rows, len(lines)) * self._row

    def add_marks(self, marks: tuple[Entry, ...]) -> None:
        """In rows of their own."""
        m, left = self._m, self._lens - CHIP * self._m.unit
        self.height += self._row / 4
        for row in rows_in(m, marks, m.width - left):
            self._flow(row, left)
            self.height += self._row

    def _flow(self, entries: Iterable[Entry], left: float) -> int:
        """How many rows they take from `left` on."""
        m, x, rows = self._m, left, 1
        for entry in entries:
            if x > left and x + width_of(m, entry) > m.width:
                x, rows = left, rows + 1
            self.items += entry_at(m, self._ink, entry, x, self.height + (rows - 0.5) * self._row)
            x += width_of(m, entry) + gap_of(m)
        return rows


def _wrapped(numbers: str, size: float, room: float) -> list[str]:
    """In lines, each but the last one with a comma at its end."""
    lines = [""]
    for piece in numbers.split(", "):
        longer = f"{lines[-1]}, {piece}" if lines[-1] else piece
        if lines[-1] and text_width(longer, size) > room:
            lines[-1] += ","
            lines.append(piece)
        else:
            lines[-1] = longer
    return lines
