"""How the gates part the plane or line of inputs: in each part the network is one linear map."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Regions:
    """The linear regions that a grid over the drawn plane meets, or the hinges of a line; or why there are none."""

    update: int
    count: int
    region: NDArray[np.int32] | None  # (n, n): number of the region at the middle of each cell, row 0 at the bottom
    why: str = ""  # a sentence where there is neither `region` nor `hinges`
    hinges: NDArray[np.float64] | None = None  # (n,) of a line, in units of its feature: where the curve bends or jumps
