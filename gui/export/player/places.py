"""Places in whole numbers, which are shorter to write. Pure."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

GRID = 20
"""Parts of a pixel of the scene: enlarged to 4K, a sixth of a pixel of the screen."""


def whole(value: float) -> int:
    """A place or a length in parts of a pixel."""
    return round(value * GRID)


def all_whole(values: ArrayLike) -> NDArray[np.int64]:
    """The same of many."""
    return np.rint(np.asarray(values, dtype=np.float64) * GRID).astype(np.int64)
