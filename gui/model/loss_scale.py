"""Where losses lie on a logarithmic scale of colours, and the numbers beside it."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.gui.model.numbers import MOST_DIGITS, number

LEAST = 1e-12
"""What smaller losses count as: that of an exact fit is 0, which has no logarithm."""

EVEN = 1e-3
"""Share by which the ends lie apart at least: where all losses are the same, there is a scale all the same."""

MOST_MARKS = 6
STEPS = (1.0, 2.0, 5.0)


@dataclass(frozen=True)
class LossScale:
    """From `low` to `high`, both greater than 0."""

    low: float
    high: float

    def shares(self, loss: NDArray[Any]) -> NDArray[np.float64]:
        """0 at the low end, 1 at the high one, by the logarithm; NaN for what is not finite."""
        known = np.where(np.isfinite(loss), loss, np.nan)
        with np.errstate(invalid="ignore"):
            inside = np.clip(known, self.low, self.high)
        return np.asarray(np.log(inside / self.low) / math.log(self.high / self.low))

    def marks(self) -> list[float]:
        """Losses to be written beside it, the most important first: both ends, then round numbers between."""
        low, high = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        every = max(1, -(-(high - low) // (MOST_MARKS - 2)))
        decades = [10.0**power for power in range(low, high + 1, every)]
        round_ = decades if high - low > 2 else [step * ten for ten in decades for step in STEPS]
        inside = [loss for loss in round_ if 0.12 < float(self.shares(np.array(loss))) < 0.88]
        return [self.low, self.high, *inside]

    def texts(self) -> list[tuple[float, str]]:
        """Where each of the marks lies, and as what it is written: in as few digits as tell it from the others."""
        marks = self.marks()
        for digits in range(2, MOST_DIGITS + 1):
            written = [number(loss, digits) for loss in marks]
            if len(set(written)) == len(marks):
                break
        return list(zip(self.shares(np.array(marks)).tolist(), written, strict=True))


def scale_of(loss: NDArray[Any]) -> LossScale | None:
    """The scale on which all finite losses lie; None where there is none."""
    finite = loss[np.isfinite(loss)]
    if not finite.size:
        return None
    low = max(float(finite.min()), LEAST)
    return LossScale(low, max(float(finite.max()), low * (1.0 + EVEN)))
