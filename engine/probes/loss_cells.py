"""Mean losses at points of the space of all parameters, and over the cells of a plane: each is computed."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.loss_surface import Plane, Real, middles
from twostroke.engine.compute.kernels.plan import Feed
from twostroke.engine.compute.network import Network

COARSE, FINE = 15, 45
"""Cells along each side. The middles of the coarse ones are middles of fine ones, which need not be computed again."""

WORK = 10_000_000
"""Samples times parameters that go into one loss, at most, ..."""

FEWEST = 100
"""...unless that leaves fewer samples than these."""


def chosen_rows(samples: int, parameters: int) -> NDArray[np.int64]:
    """The rows of the training part over which losses are taken: all of them, or the same random ones each time."""
    most = max(FEWEST, WORK // parameters)
    if samples <= most:
        return np.arange(samples, dtype=np.int64)
    return np.sort(np.random.default_rng(0).choice(samples, most, replace=False))


def part_of(network: Network, feed: Feed, rows: NDArray[np.int64]) -> Feed:
    """Some samples of a feed, with what each counts."""
    weight = feed.weight[rows] if feed.weight.size else None
    return network.feed(feed.x[rows], feed.target[rows], weight)


class Losses:
    """Mean losses of one network over `feed` as the loss curve has them: without penalties, nothing dropped."""

    def __init__(self, network: Network, feed: Feed) -> None:
        self._network, self._feed = network, feed

    def at(self, theta: NDArray[np.floating], running: NDArray[np.floating]) -> float:
        """That with these parameters and running figures; infinite or NaN where it is not finite."""
        network = self._network
        with np.errstate(over="ignore", invalid="ignore"):
            network.theta, network.running = theta.astype(network.dtype), running.astype(network.dtype)
            network.theta[network.layout.cut] = 0.0  # they may have carried something in an earlier state
            return float(network.survey(self._feed).sample_loss.mean(dtype=np.float64))


def cells_of(
    losses: Losses,
    plane: Plane,
    running: NDArray[np.floating],
    half: tuple[float, float],
    coarse: Real | None = None,
    between: Callable[[], None] = lambda: None,
) -> Real:
    """The loss at the middle of each cell: (COARSE, COARSE), or, where these are given, (FINE, FINE).

    `running`: the running figures that batch normalization has everywhere. `between` is called before each, and may
    raise. Row 0 has the smallest b, column 0 the smallest a.
    """
    cells = COARSE if coarse is None else FINE
    found = np.full((cells, cells), np.nan)
    if coarse is not None:
        found[1::3, 1::3] = coarse
    a, b = middles(half[0], cells).tolist(), middles(half[1], cells).tolist()
    for row, column in np.ndindex(found.shape):
        if coarse is None or (row % 3, column % 3) != (1, 1):
            between()
            found[row, column] = losses.at(plane.at(a[column], b[row]), running)
    return found
