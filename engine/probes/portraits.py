"""What each neuron answers to, beside the maps over a plane: its curve along a line, the pictures that excite it."""

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.tape import Array
from twostroke.engine.compute.kernels import plan as k
from twostroke.engine.compute.kernels.plan import Feed
from twostroke.engine.compute.network import Network
from twostroke.engine.compute.record import frozen
from twostroke.engine.probes.maps import ROWS, WIDEST

LIKED = 3
"""Pictures of each neuron."""

LOOKED_AT = 1_000
"""Rows of the training part among which they are found, at most."""


def along_line(network: Network, points: Feed) -> tuple[Array | None, ...]:
    """Per layer, 1...depth: z and a of each unit at the points, (units, 2, points); None where there are too many."""
    z, a = _values(network, points, k.Z, len(points.x)), _values(network, points, k.A, len(points.x))
    pairs = zip(z, a, strict=True)
    return tuple(None if one is None or other is None else _together(one, other) for one, other in pairs)


def _together(z: Array, a: Array) -> Array:
    return frozen(np.ascontiguousarray(np.stack([z.T, a.T], axis=1)))


def liked(network: Network, train: Feed) -> tuple[NDArray[np.int64] | None, ...]:
    """Per layer, 1...depth: the rows of the training part, or of its first LOOKED_AT, for which each unit's activation
    is largest, largest first: (units, LIKED) or fewer; None where there are too many units.
    """
    found = _values(network, train, k.A, min(len(train.x), LOOKED_AT))
    return tuple(None if values is None else _largest(values) for values in found)


def _largest(values: Array) -> NDArray[np.int64]:
    order = np.argsort(-values, axis=0, kind="stable")[:LIKED]
    return frozen(np.ascontiguousarray(order.T.astype(np.int64)))


def _values(network: Network, feed: Feed, column: int, count: int) -> list[Array | None]:
    """Rows `column` of every layer for the first `count` samples, (samples, units) each."""
    buffers = network.buffers(ROWS)
    parts: list[list[Array]] = [[] for _ in range(network.depth)]
    narrow = [layer for layer in range(1, network.depth + 1) if network.widths[layer] <= WIDEST]
    for start in range(0, count, ROWS):
        rows = np.arange(start, min(start + ROWS, count))
        network.stroke(feed, rows, buffers, weights=False)
        for layer in narrow:
            parts[layer - 1].append(network.rows(buffers, layer, column, len(rows)).copy())
    return [np.concatenate(part) if part else None for part in parts]
