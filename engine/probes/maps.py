"""What each neuron sends on, point by point of the input plane: the picture that a lens draws inside it."""

import numpy as np

from twostroke.engine.border.tape import Array
from twostroke.engine.compute.kernels import plan as k
from twostroke.engine.compute.kernels.plan import Feed
from twostroke.engine.compute.network import Network
from twostroke.engine.compute.record import frozen
from twostroke.engine.data import Dataset

SIDE = 24
"""Points along each side of the plane."""

WIDEST = 100
"""Layers with more neurons have no maps: they are drawn as cells too small for one."""

ROWS = 96
"""Points that are computed together: for all of them the buffers of a large network would take too much room."""


def cell_middles(low: float, high: float, side: int) -> Array:
    """Points of a square from `low` to `high`, (side * side, 2): the middles of its cells, row by row from below."""
    half = (high - low) / (2 * side)
    axis = np.linspace(low + half, high - half, side)
    x, y = np.meshgrid(axis, axis)
    return np.column_stack([x.ravel(), y.ravel()])


def map_feed(network: Network, dataset: Dataset) -> Feed | None:
    """The points as `network` takes them; None where the data lie in no plane."""
    if dataset.info.picture != "plane":
        return None
    x = dataset.prepare(cell_middles(*dataset.extent, SIDE))
    return network.feed(x, np.zeros((len(x), network.widths[-1])))


def maps(network: Network, points: Feed) -> tuple[Array | None, ...]:
    """Per layer, the inputs first: activations at the points of `map_feed`, (units, SIDE, SIDE), row 0 at the bottom;
    None where it has too many units.
    """
    narrow = [layer for layer in range(1, network.depth + 1) if network.widths[layer] <= WIDEST]
    count, buffers = len(points.x), network.buffers(ROWS)
    values = {layer: np.empty((count, network.widths[layer]), dtype=network.dtype) for layer in narrow}
    for start in range(0, count, ROWS):
        rows = np.arange(start, min(start + ROWS, count))
        network.stroke(points, rows, buffers, weights=False)
        for layer in narrow:
            values[layer][rows] = network.rows(buffers, layer, k.A, len(rows))
    if network.widths[0] <= WIDEST:
        values[0] = points.x
    return tuple(_square(values[layer]) if layer in values else None for layer in range(network.depth + 1))


def _square(values: Array) -> Array:
    return frozen(np.ascontiguousarray(values.T).reshape(-1, SIDE, SIDE))
