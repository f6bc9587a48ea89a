"""How a movement begins and ends. All functions map numbers or arrays in any range to 0...1, and need no history."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]


def part(fraction: float, start: float, end: float) -> float:
    """How much of the stretch from `start` to `end` has passed at `fraction`, 0 to 1."""
    if end <= start:
        return 1.0 if fraction >= end else 0.0
    return min(max((fraction - start) / (end - start), 0.0), 1.0)


def parts(fraction: float, start: ArrayLike, end: ArrayLike) -> Floats:
    """`part` for arrays of stretches; each must have some length."""
    begin = np.asarray(start, dtype=np.float64)
    stretch = np.asarray(end, dtype=np.float64) - begin
    return np.clip((fraction - begin) / stretch, 0.0, 1.0)


def smooth(t: float) -> float:
    """Starts and stops gently: 3t² − 2t³."""
    t = min(max(t, 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


def smooths(t: ArrayLike) -> Floats:
    """`smooth` for arrays."""
    clipped = np.clip(np.asarray(t, dtype=np.float64), 0.0, 1.0)
    return clipped * clipped * (3.0 - 2.0 * clipped)
