"""Where updates lie on an axis, and curves over them with gaps where nobody knows how they went."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.gui.model.view import ViewState

Values = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class UpdateAxis:
    """An axis that begins at the update `first`; `log`: each factor of ten takes equal room, counted from there."""

    first: int = 0
    log: bool = False

    def place(self, update: float) -> float:
        """Where an update lies: its number, or by how many powers of ten it lies after the first."""
        return math.log1p(max(update - self.first, 0.0)) / math.log(10) if self.log else float(update)

    def places(self, update: NDArray[Any]) -> Values:
        """The same for many."""
        return np.log1p(update - float(self.first)) / math.log(10) if self.log else update.astype(np.float64)

    def update(self, place: float) -> float:
        """The update at a place."""
        return self.first + math.expm1(place * math.log(10)) if self.log else place

    def share(self, update: float, last: float) -> float:
        """Where an update lies: 0 at the first, 1 at `last`."""
        begin = self.place(self.first)
        return (self.place(update) - begin) / self._length(last)

    def update_at(self, share: float, last: float) -> float:
        """The update at a share of the axis that ends at `last`."""
        return self.update(self.place(self.first) + share * self._length(last))

    def _length(self, last: float) -> float:
        return self.place(max(last, self.first + 1)) - self.place(self.first)

    def decades(self, last: float) -> list[int]:
        """The updates 1, 10, 100, ... after the first, up to `last`."""
        count = int(math.log10(max(last - self.first, 0.1)) + 1e-9) + 1
        return [self.first + 10**exponent for exponent in range(count)] if last > self.first else []


def axis_of(view: ViewState) -> UpdateAxis:
    """The axis of the run that is shown: from the first update of which anything is known."""
    snapshot = view.snapshot
    known = [int(snapshot.curves.update[0])] if snapshot.curves.update.size else []
    return UpdateAxis(min([snapshot.past, *known]), view.choices.log_updates)


def update_text(value: float) -> str:
    """A number of updates in little room."""
    for size, letter in ((1_000_000, " M"), (1_000, " k")):
        if value >= 10 * size or (value >= size and size == 1_000_000):
            return f"{value / size:,.6g}{letter}"
    return f"{value:,.6g}"


def with_gaps(places: Values, values: NDArray[Any], breaks: tuple[int, ...]) -> tuple[Values, Values]:
    """Places and values of a curve, with not-a-number between values that no line joins; an empty one stays empty."""
    cut = list(breaks)
    if not values.size:
        return places[:0], values.astype(np.float64)
    return np.insert(places, cut, places[cut]), np.insert(values.astype(np.float64), cut, np.nan)


def alone(values: Values) -> NDArray[np.bool_]:
    """Which values no line reaches, as nothing is known right beside them."""
    known = np.isfinite(values)
    found: NDArray[np.bool_] = known & ~np.append(False, known[:-1]) & ~np.append(known[1:], False)
    return found
