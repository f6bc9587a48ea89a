"""How the gates part the plane of inputs: each on/off pattern is one region, in which the network is one linear map."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Regions:
    """The linear regions that a grid over the drawn plane meets, or why there are none to count."""

    update: int
    count: int
    region: NDArray[np.int32] | None  # (n, n): number of the region at the middle of each cell, row 0 at the bottom
    why: str = ""  # a sentence where there is no `region`
