"""How numbers are compared: derivatives by differences, and how far two arrays are apart."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def central_difference(f: Callable[[float], float], x: float, h: float = 1e-3) -> float:
    """f'(x) by the four-point formula; error of order h⁴."""
    return (8.0 * (f(x + h) - f(x - h)) - (f(x + 2.0 * h) - f(x - 2.0 * h))) / (12.0 * h)


def distance(got: Any, want: Any, floor: float = 0.0) -> float:
    """How far two arrays are apart: the largest difference over the largest number wanted; infinite for a NaN.

    Numbers that are the small rest of larger ones have the round-off of those: `floor` is the least to divide by.
    """
    got, want = np.asarray(got, dtype=np.float64), np.asarray(want, dtype=np.float64)
    assert got.shape == want.shape, f"shape {got.shape}, expected {want.shape}"
    apart = float(np.max(np.abs(got - want), initial=0.0))
    scale = float(np.max(np.abs(want), initial=floor))
    if math.isnan(apart):
        return math.inf
    return apart / scale if scale > 0.0 else apart
