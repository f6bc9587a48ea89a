"""The axis of a race's picture: from the least to the largest figure, plain or logarithmic, with round ticks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

MARGIN = 0.03
"""Of its length, before the first and after the last figure."""

DECADES = 2.0
"""From so many on, figures that are all positive stand on a logarithmic axis."""

TICKS = 6
"""About so many."""


@dataclass(frozen=True)
class Scale:
    """Places of figures, 0 to 1 from left to right. `low` and `high` are logarithms where it is logarithmic."""

    low: float
    high: float
    log: bool

    def place(self, value: float) -> float:
        """Where a figure stands."""
        at = math.log10(value) if self.log else value
        return (at - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        """Round figures within the axis."""
        return self._decades() if self.log else self._steps()

    def _steps(self) -> list[float]:
        step = 10.0 ** math.floor(math.log10((self.high - self.low) / TICKS))
        step *= next(factor for factor in (1, 2, 5, 10) if (self.high - self.low) / (factor * step) <= TICKS)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [number * step for number in range(first, last + 1)]

    def _decades(self) -> list[float]:
        first, last = math.ceil(self.low), math.floor(self.high)
        every = max(1, math.ceil((last - first + 1) / TICKS))
        return [tick for power in range(first, last + 1, every) if 0.0 < (tick := 10.0**power) < math.inf]


def scale_of(values: Sequence[float], most: float | None = None) -> Scale:
    """The axis for these figures, all finite, none of them beyond `most`; where there are none, from 0 to 1."""
    if not values:
        return Scale(0.0, 1.0, False)
    low, high = min(values), max(values)
    log = most is None and low > 0.0 and math.log10(high / low) >= DECADES
    if log:
        low, high = math.log10(low), math.log10(high)
    if high - low < 1e-9 * max(abs(high), 1e-300):  # all alike
        room = 0.05 * abs(high) or 0.5
        low, high = low - room, high + room
    margin = MARGIN * (high - low)
    return Scale(low - margin, high + margin, log)
