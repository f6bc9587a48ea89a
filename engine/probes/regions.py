"""Linear regions: where on a plane of inputs the network has one and the same activation pattern.

Every on/off pattern of the gates is one linear map (Montúfar et al. 2014, "On the Number of Linear Regions of Deep
Neural Networks"). The regions are counted on a grid, by the patterns themselves: regions that hold no point of the grid
are missed, so the number is a lower bound, and rises with the resolution.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twostroke.engine.compute.network import Network
from twostroke.engine.compute.record import frozen
from twostroke.engine.data import Dataset
from twostroke.engine.probes.row_blocks import blocks
from twostroke.engine.probes.straight import Real, StraightNetwork, straighten

RESOLUTION = 128
"""Points along each side of the plane, unless asked otherwise."""

MOST_RESOLUTION = 1_024


@dataclass(frozen=True, eq=False)
class RegionProbe:
    """The linear regions that a grid over the plane meets."""

    update: int
    low: float  # of both axes
    high: float
    count: int  # distinct activation patterns
    region: NDArray[np.int32]  # (n, n): number of the region at the centre of each cell, in the order in which they
    #                            are met; row 0 is at the bottom, column 0 at the left


def region_numbers(network: Network, points: ArrayLike) -> tuple[int, NDArray[np.int32]]:
    """How many activation patterns the rows of points (n, inputs) have, and the number of each row's pattern (n,).

    Patterns are compared bit for bit. ValueError where a hidden layer is not made of straight pieces.
    """
    form = straighten(network)
    numbers: dict[bytes, int] = {}
    found = np.zeros(np.shape(points)[0], dtype=np.int32)
    for first, block in blocks(network, points, factor=4):
        codes = patterns(form, block.astype(np.float64))
        for at, code in enumerate(codes, start=first):
            found[at] = numbers.setdefault(code.tobytes(), len(numbers))
    return len(numbers), found


def patterns(form: StraightNetwork, x: Real) -> NDArray[np.uint8]:
    """The activation pattern of each row of x (n, inputs), one bit a kink of a hidden unit: (n, bytes)."""
    bits = [gates.beyond(z) for z, gates in zip(form.forward(x), form.pieces, strict=False)]
    return np.packbits(np.concatenate([np.zeros((len(x), 0), dtype=np.bool_), *bits], axis=1), axis=1)


def centres(low: float, high: float, resolution: int) -> Real:
    """The centres of the cells of a square, (resolution * resolution, 2), the lowest row first."""
    if not 1 <= resolution <= MOST_RESOLUTION:
        raise ValueError(f"the resolution is {resolution}; expected 1 to {MOST_RESOLUTION:,}")
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise ValueError(f"the plane reaches from {low:g} to {high:g}; expected two numbers, the smaller one first")
    half = (high - low) / (2 * resolution)
    axis = np.linspace(low + half, high - half, resolution)
    x, y = np.meshgrid(axis, axis)
    return np.column_stack([x.ravel(), y.ravel()])


def count_regions(
    network: Network,
    low: float,
    high: float,
    resolution: int = RESOLUTION,
    axes: tuple[int, int] = (0, 1),
    fixed: ArrayLike | None = None,
) -> tuple[int, NDArray[np.int32]]:
    """How many activation patterns a grid on a plane of the network's inputs meets, and the map of their numbers.

    The plane runs through the two inputs `axes`, each from `low` to `high`; the others are held at `fixed` (inputs,),
    by default 0. The map is (resolution, resolution); row 0 is at the bottom. ValueError where the plane cannot be, or
    where a hidden layer is not made of straight pieces.
    """
    inputs = network.widths[0]
    if len(set(axes)) != 2 or not all(0 <= axis < inputs for axis in axes):
        raise ValueError(f"the plane runs through inputs {axes}; expected two different ones of 0 to {inputs - 1}")
    grid = centres(low, high, resolution)
    points = np.tile(np.zeros(inputs) if fixed is None else np.asarray(fixed, dtype=np.float64), (len(grid), 1))
    points[:, list(axes)] = grid
    count, numbers = region_numbers(network, points)
    return count, frozen(numbers.reshape(resolution, resolution))


def region_probe(network: Network, dataset: Dataset, update: int, resolution: int = RESOLUTION) -> RegionProbe:
    """The linear regions over the drawn plane, through whatever features the network reads.

    ValueError where the data are no points of a plane, or where a hidden layer is not made of straight pieces.
    """
    if dataset.info.family != "plane":
        raise ValueError("linear regions are drawn for points of a plane; choose a dataset of two inputs, x and y")
    low, high = dataset.extent
    points = dataset.prepare(centres(low, high, resolution))
    count, numbers = region_numbers(network, points)
    return RegionProbe(update, low, high, count, frozen(numbers.reshape(resolution, resolution)))
