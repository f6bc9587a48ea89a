"""The one linear map that a stack of linear layers is, and the one that a network is around a given sample."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twostroke.engine.compute.network import Network
from twostroke.engine.compute.record import frozen
from twostroke.engine.data import Dataset
from twostroke.engine.probes.row_blocks import blocks
from twostroke.engine.probes.straight import Real, straighten


@dataclass(frozen=True, eq=False)
class AffineMap:
    """x -> weight x + bias: from the network's inputs to the pre-activation z of its output layer."""

    weight: Real  # (outputs, inputs)
    bias: Real  # (outputs,)
    pattern: tuple[NDArray[np.int64], ...]  # per hidden layer, (units,): the piece of each gate; 1 for a ReLU is open

    def __call__(self, x: ArrayLike) -> Real:
        """z (n, outputs) for x (n, inputs)."""
        return np.asarray(x, dtype=np.float64) @ self.weight.T + self.bias


@dataclass(frozen=True, eq=False)
class LinearProbe:
    """The network as a single linear layer."""

    update: int
    map: AffineMap
    difference: float  # largest |z of the network - z of the map| over outputs and samples of the training part
    largest: float  # largest |z| there, with which the difference is to be compared


@dataclass(frozen=True, eq=False)
class PatternProbe:
    """The network as a single linear layer, for all inputs with the activation pattern of one sample."""

    update: int
    row: int  # of the training part
    map: AffineMap
    samples: int  # of the training part that have this pattern
    difference: float  # as in LinearProbe, over the samples that have this pattern
    largest: float


def pattern_map(network: Network, x0: ArrayLike) -> AffineMap:
    """The affine map that `network` is for every input with the activation pattern of x0 (inputs,).

    ValueError where x0 has another shape, or where a hidden layer is not made of straight pieces.
    """
    x = np.asarray(x0, dtype=np.float64)
    inputs = network.widths[0]
    if x.shape != (inputs,):
        raise ValueError(f"the network reads {inputs} inputs; expected a sample of shape ({inputs},), not {x.shape}")
    form = straighten(network)
    # Rows: the map's column for each input, its constant, and the sample itself. Biases belong to the last two.
    below = np.vstack([np.eye(inputs), np.zeros(inputs), x])
    kept = {0: below}
    pattern: list[NDArray[np.int64]] = []
    for number, stage in enumerate(form.stages, start=1):
        z = below @ stage.weight.T
        z[inputs:] += stage.bias
        if stage.skip is not None:
            z += stage.added(kept[stage.skip])
        if number == len(form.stages):
            break
        gates = form.pieces[number - 1]
        slope, offset = gates.line(z[-1:])
        below = z * slope
        below[inputs:] += offset
        pattern.append(frozen(gates.piece(z[-1:])[0]))
        if number in form.sources:
            kept[number] = below
    return AffineMap(frozen(z[:inputs].T.copy()), frozen(z[inputs].copy()), tuple(pattern))


def linear_map(network: Network) -> AffineMap:
    """The affine map that `network` is for every input.

    ValueError names a hidden layer whose gates are not straight lines: identity, or any where the session takes the
    gates out of the forward stroke.
    """
    form = straighten(network)
    for stage, gates in zip(form.stages, form.pieces, strict=False):
        if gates.kinks.size:
            raise ValueError(
                f"{stage.name} has gates with a kink, so the network is not one linear map; "
                "use identity in the hidden layers, or take the gates out of the forward stroke"
            )
    return pattern_map(network, np.zeros(network.widths[0]))


def linear_probe(network: Network, dataset: Dataset, update: int) -> LinearProbe:
    """The linear map of the whole network beside the network itself. ValueError as `linear_map`."""
    found = linear_map(network)
    difference, largest = compare(network, found, dataset.x_train)
    return LinearProbe(update, found, difference, largest)


def pattern_probe(network: Network, dataset: Dataset, update: int, row: int = 0) -> PatternProbe:
    """The linear map around sample `row` of the training part. ValueError as `pattern_map`."""
    found = pattern_map(network, dataset.x_train[row])
    same = with_pattern(network, found, dataset.x_train)
    difference, largest = compare(network, found, dataset.x_train[same])
    return PatternProbe(update, row, found, int(same.size), difference, largest)


def with_pattern(network: Network, found: AffineMap, x: ArrayLike) -> NDArray[np.int64]:
    """Those rows of x (n, inputs) whose activation pattern is that of the map."""
    form = straighten(network)
    same = np.ones(np.shape(x)[0], dtype=np.bool_)
    for first, block in blocks(network, x):
        for z, gates, pattern in zip(form.forward(block), form.pieces, found.pattern, strict=False):
            same[first : first + len(block)] &= (gates.piece(z) == pattern).all(axis=1)
    return np.flatnonzero(same)


def compare(network: Network, found: AffineMap, x: ArrayLike) -> tuple[float, float]:
    """Largest |z - map(x)|, and largest |z|, for z of the network's output layer over x (n, inputs)."""
    difference = largest = 0.0
    for _, block in blocks(network, x):
        z = network.forward_all(block)[-1][0].astype(np.float64)
        difference = np.maximum(difference, np.abs(z - found(block)).max())  # unlike max, it keeps what is no number
        largest = np.maximum(largest, np.abs(z).max())
    return float(difference), float(largest)
