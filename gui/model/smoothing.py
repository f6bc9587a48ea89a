"""Curves as means of their last points. Pure: no Qt."""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray


def running_mean(values: NDArray[Any], breaks: tuple[int, ...], length: int) -> NDArray[np.float64]:
    """The mean of each value and of those before it, `length` in all, where they are finite.

    No mean reaches back over one of `breaks`, entries to which no line leads from the one before, so the first ones
    are of fewer values. What is not finite stays as it is. Each mean is summed by itself: a difference of running sums
    would keep the round-off of the greatest value for ever.
    """
    wide = values.astype(np.float64)
    if not wide.size:
        return wide
    ends = [0, *breaks, wide.size]
    return np.concatenate([_mean(wide[begin:end], length) for begin, end in pairwise(ends)])


def _mean(values: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    padded = np.concatenate([np.full(length - 1, np.nan), values])
    windows = np.lib.stride_tricks.sliding_window_view(padded, length)[: values.size]
    known = np.isfinite(windows)
    sums, count = np.where(known, windows, 0.0).sum(axis=1), known.sum(axis=1)
    return np.where(np.isfinite(values), sums / np.maximum(count, 1), values)
