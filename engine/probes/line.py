"""The hinges of a network of one input: where its graph bends, found layer by layer and not on a grid."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.compute.network import Network
from twostroke.engine.compute.record import frozen
from twostroke.engine.data import Dataset
from twostroke.engine.probes.evaluation import response_points
from twostroke.engine.probes.straight import Pieces, Real, StraightNetwork, straighten

CELLS = 2**22
"""Lines that one layer may consist of, units times pieces: the number of hinges can double with every layer."""

SAME_PLACE = 1e-12
"""Hinges that are nearer to each other, as a share of the whole stretch, are one."""

SAME_SLOPE = 1e-12
"""Slopes that differ by less, as a share of the terms they are sums of, are the same."""

SAME_VALUE = 1e-9
"""Steps that are smaller, as a share of the largest value, are none: hinges that were made one leave such ones."""


@dataclass(frozen=True, eq=False)
class Hinges:
    """Where z of the output layer bends or jumps, strictly between two ends, in rising order. H hinges."""

    x: Real  # (H,)
    left: Real  # (H, outputs): slope to the left
    right: Real  # (H, outputs): slope to the right
    jump: Real  # (H, outputs): value to the right minus value to the left; 0 but for steps


@dataclass(frozen=True, eq=False)
class HingeProbe:
    """The hinges over the drawn part of the line, or over the training part where there is none."""

    update: int
    feature: str  # name of the input; `low`, `high` and `hinges` are in its units, before scaling
    low: float
    high: float
    hinges: Hinges


def hinges(network: Network, low: float, high: float) -> Hinges:
    """The hinges of a network of one input between `low` and `high`, as the network reads its input.

    Exact but for round-off: each gate's hinge is the root of the line that its z follows there. ValueError where the
    network has more than one input or a curved layer, and where it bends too often to be followed.
    """
    if network.widths[0] != 1:
        raise ValueError(f"the network reads {network.widths[0]} inputs; hinges are found for a network of one")
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise ValueError(f"the line reaches from {low:g} to {high:g}; expected two numbers, the smaller one first")
    form = straighten(network)
    ends, lines, size = _follow(form, low, high)
    return _bends(ends, lines, size)


def hinges_in_data(network: Network, dataset: Dataset) -> int | None:
    """How many lie between the least and the largest input of the training part; None where they cannot be found."""
    if network.widths[0] != 1:
        return None
    try:
        return len(hinges(network, float(dataset.x_train.min()), float(dataset.x_train.max())).x)
    except ValueError:
        return None


def hinge_probe(network: Network, dataset: Dataset, update: int) -> HingeProbe:
    """The hinges of the network over its data, in the units of the only feature. ValueError as `hinges`."""
    points = response_points(dataset)
    x = dataset.x_train if points is None else dataset.prepare(points)
    low, high = float(x.min()), float(x.max())
    found = hinges(network, low, high)
    factor, centre = float(dataset.factor[0]), float(dataset.centre[0])
    return HingeProbe(
        update=update,
        feature=dataset.feature_names[0],
        low=low / factor + centre,
        high=high / factor + centre,
        hinges=Hinges(
            x=frozen(found.x / factor + centre),
            left=frozen(found.left * factor),
            right=frozen(found.right * factor),
            jump=found.jump,
        ),
    )


def _follow(form: StraightNetwork, low: float, high: float) -> tuple[Real, Real, float]:
    """The output layer's z as lines: ends (m + 1,) of the pieces; slope and value at 0 (2, m, outputs) on each.

    The third is the size of the largest sum of terms that a slope consists of.
    """
    ends = np.array([low, high])
    below = np.array([[[1.0]], [[0.0]]])
    kept = {0: below}
    for number, stage in enumerate(form.stages, start=1):
        z = below @ stage.weight.T
        z[1] += stage.bias
        size = float((np.abs(below[0]) @ np.abs(stage.weight.T)).max())
        if stage.skip is not None:
            z += stage.added(kept[stage.skip])
            size += float(np.abs(stage.added(kept[stage.skip])[0]).max())
        if number == len(form.stages):
            break
        ends, parent = _split(ends, z, form.pieces[number - 1])
        kept = {layer: lines[:, parent] for layer, lines in kept.items()}
        below = _gated(ends, z[:, parent], form.pieces[number - 1])
        if number in form.sources:
            kept[number] = below
    return ends, z, size


def _split(ends: Real, z: Real, gates: Pieces) -> tuple[Real, NDArray[np.int64]]:
    """New ends where a gate changes, and the number of the old piece in which each new one lies."""
    slope, level = z[0][:, :, None], z[1][:, :, None]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # level lines cross nothing
        root = (gates.kinks - level) / slope
    apart = SAME_PLACE * (ends[-1] - ends[0])
    inside = (root > ends[:-1, None, None] + apart) & (root < ends[1:, None, None] - apart)
    every = np.sort(np.concatenate([ends, root[inside]]))
    new = every[np.concatenate([[True], np.diff(every) > apart])]
    if (new.size - 1) * max(z.shape[2], 1) > CELLS:
        raise ValueError(f"the network bends more than {ends.size:,} times there; choose a shorter stretch of the line")
    middle = (new[:-1] + new[1:]) / 2.0
    return new, np.searchsorted(ends, middle) - 1


def _gated(ends: Real, z: Real, gates: Pieces) -> Real:
    """The activations as lines, of z (2, m, units) as lines on pieces that no gate divides."""
    middle = (ends[:-1] + ends[1:])[:, None] / 2.0
    slope, offset = gates.line(z[0] * middle + z[1])
    a = z * slope
    a[1] += offset
    return a


def _bends(ends: Real, z: Real, size: float) -> Hinges:
    """Those ends at which the lines on both sides are not the same."""
    at = ends[1:-1]
    slope, level = z
    bend = np.diff(slope, axis=0)
    jump = bend * at[:, None] + np.diff(level, axis=0)
    largest = max(np.abs(slope * ends[:-1, None] + level).max(), np.abs(slope * ends[1:, None] + level).max())
    jump[np.abs(jump) <= SAME_VALUE * largest] = 0.0
    real = ((np.abs(bend) > SAME_SLOPE * size) | (jump != 0.0)).any(axis=1)
    return Hinges(*(frozen(part[real]) for part in (at, slope[:-1], slope[1:], jump)))
