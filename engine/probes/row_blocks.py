"""Going over a data set in blocks of rows, so that memory is bounded by the network and not by the data."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twostroke.engine.compute.network import Network

CELLS = 2**20
"""Activations that a block of rows fills, at most, unless a single row has more."""

MOST_ROWS = 1_024


def blocks(network: Network, x: ArrayLike, factor: int = 1) -> Iterator[tuple[int, NDArray[Any]]]:
    """Number of the first row, and rows, of one block of x (n, inputs) after the other.

    `factor`: how many numbers are needed for each activation.
    """
    rows = np.asarray(x)
    size = max(1, min(MOST_ROWS, CELLS // (factor * sum(network.widths))))
    for first in range(0, len(rows), size):
        yield first, rows[first : first + size]
