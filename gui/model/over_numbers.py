"""What came of a race over numbers: how a figure goes with the number, and the hinges of the runs. Pure: no Qt."""

import math
from collections.abc import Sequence

import numpy as np

from twostroke.engine.race.kept_rows import Key
from twostroke.engine.race.lineup import Lineup
from twostroke.engine.race.outcome import Row
from twostroke.engine.session.phrases import counted
from twostroke.gui.model.race_figures import Figure, Strand, is_number, strands
from twostroke.gui.model.race_scale import Scale, scale_of

WIDE = 4.0
"""Numbers whose largest is so many times the least stand on a logarithmic axis."""

MARGIN = 0.04
"""Of the length of a logarithmic axis, at either end."""


def over_numbers(lineup: Lineup, rows: dict[Key, Row], figure: Figure) -> list[Strand] | None:
    """The combinations from the least number on; None where no single place is varied over two numbers or more."""
    found = strands(lineup, rows, figure, best_first=False)
    numeric = all(len(each.vary) == 1 and is_number(each.vary[0]) for each in found)
    return sorted(found, key=number_of) if numeric and len(found) > 1 else None


def number_of(strand: Strand) -> float:
    """The number that its runs have."""
    return float(strand.vary[0])


def axis_of_numbers(found: Sequence[Strand]) -> Scale:
    """Where the numbers stand."""
    values = [number_of(strand) for strand in found]
    wide = min(values) > 0.0 and max(values) >= WIDE * min(values)
    return _by_decades(values) if wide else scale_of(values)


def axis_of_figures(found: Sequence[Strand], figure: Figure) -> Scale:
    """Where the figures stand: an error on a logarithmic axis, as it goes down by factors."""
    values = [value for strand in found for value, _ in strand.runs]
    if figure.name == "loss" and values and min(values) > 0.0:
        return _by_decades(values)
    return scale_of(values, 1.0 if figure.name in ("accuracy", "r2") else None)


def _by_decades(values: Sequence[float]) -> Scale:
    low, high = math.log10(min(values)), math.log10(max(values))
    if high - low < 0.1:  # all alike
        low, high = low - 0.15, high + 0.15
    room = MARGIN * (high - low)
    return Scale(low - room, high + room, True)


def ticks(scale: Scale) -> list[float]:
    """Round figures on the axis: powers of ten, or where these are few also 2 and 5 times as much."""
    found = scale.ticks()
    if not scale.log or len(found) > 2:
        return found
    powers = range(math.floor(scale.low), math.ceil(scale.high) + 1)
    each = (factor * 10.0**power for power in powers for factor in (1, 2, 5))
    return [value for value in each if scale.low <= math.log10(value) <= scale.high]


def hinges_of(strand: Strand) -> str:
    """The median of how many hinges its runs have within their data; "–" where none has been counted."""
    known = [row.hinges for _, row in strand.runs if row.hinges is not None]
    return f"{float(np.median(known)):g}" if known else "–"


def has_hinges(found: Sequence[Strand]) -> bool:
    """Whether any run is of a network whose hinges can be counted."""
    return any(row.hinges is not None for strand in found for _, row in strand.runs)


def told_of_hinges(row: Row) -> str:
    """Those of one run in words; "" where they are not known."""
    return "" if row.hinges is None else f"{counted(row.hinges, 'hinge')} within the data"
