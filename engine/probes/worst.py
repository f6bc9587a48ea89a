"""Which samples the network does worst at."""

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.tape import Array


def worst_first(losses: Array, most: int | None = None) -> NDArray[np.intp]:
    """Rows by falling loss (n,), at most `most` of them; equal ones in their order, what is no number before all."""
    wide = np.where(np.isnan(losses), np.inf, losses.astype(np.float64))
    rows = np.arange(wide.size)
    if most is not None and 0 < most < wide.size:
        rows = np.flatnonzero(wide >= np.partition(wide, wide.size - most)[wide.size - most])
    return rows[np.argsort(-wide[rows], kind="stable")][:most]
