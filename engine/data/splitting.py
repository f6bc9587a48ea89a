"""Which rows are learnt from, and which only test what was learnt."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


def parts(
    label: NDArray[Any], share: float, rng: np.random.Generator, classes: bool, in_order: bool
) -> tuple[Rows, Rows]:
    """Rows of the training and of the test part, for labels (n,) or (n, values).

    With a share of 1 all of them are learnt from, in their order. Else both parts hold a row of every class, in random
    order; what is in the order of time is tested on what comes last.
    """
    rows = np.arange(len(label))
    if share == 1.0:
        return rows, rows[:0]
    if in_order:
        count = _count(share, len(rows))
        return rows[:count], rows[count:]
    groups = [np.flatnonzero(label == c) for c in np.unique(label)] if classes else [rows]
    train, test = [], []
    for group in groups:
        order = rng.permutation(group)
        count = _count(share, len(group))
        train.append(order[:count])
        test.append(order[count:])
    return rng.permutation(np.concatenate(train)), rng.permutation(np.concatenate(test))


def _count(share: float, rows: int) -> int:
    return min(max(round(share * rows), 1), rows - 1)
