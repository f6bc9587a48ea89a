"""The network as it is used, in float64: layers as affine maps, gates as straight pieces.

A network whose gates are made of straight pieces is itself made of them: it is affine wherever no gate changes from
one piece to the next. Linear maps, linear regions and hinges all follow from this form.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.tape import Array
from twostroke.engine.catalogue.activations import CATALOGUE, Pair
from twostroke.engine.compute.network import Network
from twostroke.engine.session.phrases import layer_name, listed
from twostroke.engine.session.spec import ActivationSpec

Real = NDArray[np.float64]

STRAIGHT = 1e-12
"""How far a point may lie from the line through two others, relative to its size, for a piece to count as straight."""


@dataclass(frozen=True, eq=False)
class LayerNorm:
    """Layer normalization: scale * (sum - mean) / sqrt(variance + epsilon) + shift, over the units of one sample."""

    scale: Real  # (out,)
    shift: Real  # (out,)
    epsilon: float


@dataclass(frozen=True, eq=False)
class Stage:
    """One layer up to its pre-activation: z = weight in + bias, then the layer normalization, plus the skip path.

    Batch normalization by its running figures is an affine map of each unit: it is contained in weight and bias.
    """

    name: str  # "hidden 1", ..., "output"
    weight: Real  # (out, in)
    bias: Real  # (out,)
    norm: LayerNorm | None
    skip: int | None  # layer whose output is added; 0 for the input
    skip_weight: Real | None  # (out, width of that layer); None: it is added as it is

    def added(self, source: Real) -> Real:
        """What the skip path adds, (n, out), for the output of the earlier layer, (n, its width)."""
        return source if self.skip_weight is None else source @ self.skip_weight.T


def unit_specs(network: Network, layer: int) -> tuple[ActivationSpec, ...]:
    """The activation of each unit of `layer` (1...depth)."""
    if layer < network.depth:
        return network.session.network.layers[layer - 1].gates
    return (network.activations[-1],) * network.widths[-1]


def stages(network: Network) -> tuple[Stage, ...]:
    """All layers of `network`, with their parameters as they are now."""
    return tuple(_stage(network, layer) for layer in range(1, network.depth + 1))


def _stage(network: Network, layer: int) -> Stage:
    own = network.layers[layer - 1]
    weight, bias = wide(network.weight(layer)), wide(network.bias(layer))
    norm = None
    if own.norm != "none":
        scale, shift = wide(network.scale(layer)), wide(network.shift(layer))
        if own.norm == "layer":
            norm = LayerNorm(scale, shift, own.epsilon)
        else:
            factor = scale / np.sqrt(wide(network.running_variance(layer)) + own.epsilon)
            weight = factor[:, None] * weight
            bias = factor * (bias - network.running_mean(layer)) + shift
    return Stage(
        name=layer_name(layer, network.depth),
        weight=weight,
        bias=bias,
        norm=norm,
        skip=own.skip,
        skip_weight=wide(network.skip_weight(layer)) if own.projected else None,
    )


def wide(array: Array) -> Real:
    """The same numbers in float64."""
    return np.array(array, dtype=np.float64)


# -- gates -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """f(z) = slope * z + offset on one piece."""

    slope: float
    offset: float


@lru_cache(maxsize=10_000)
def lines(name: str, numbers: tuple[float, ...]) -> tuple[tuple[float, ...], tuple[Line, ...]] | None:
    """The kinks of an activation with these parameters, and the lines between them; None where it is curved.

    A kink at which nothing changes, such as that of a leaky ReLU of slope 1, is left out.
    """
    entry = CATALOGUE[name]
    if entry.output_only:
        return None
    found = [_line(entry.pair, numbers, low, high) for low, high in pairwise((-math.inf, *entry.kinks, math.inf))]
    kinks: list[float] = []
    kept = [found[0]]
    for kink, line in zip(entry.kinks, found[1:], strict=True):
        if line != kept[-1]:
            kinks.append(kink)
            kept.append(line)
    straight = tuple(line for line in kept if line is not None)
    return (tuple(kinks), straight) if len(straight) == len(kept) else None


def _line(pair: Pair, numbers: tuple[float, ...], low: float, high: float) -> Line | None:
    """The line that the function follows between two kinks; None where it bends."""
    if math.isfinite(low) and math.isfinite(high):
        points = [low + (high - low) * share for share in (0.25, 0.5, 0.125, 0.875)]
    elif math.isfinite(high):
        points = [high - step for step in (1.0, 2.0, 4.0, 8.0)]
    else:
        start = low if math.isfinite(low) else 0.0
        points = [start + step for step in (1.0, 2.0, 4.0, 8.0, *(() if math.isfinite(low) else (-1.0, -8.0)))]
    values = [pair(z, numbers)[0] for z in points]
    slope = (values[1] - values[0]) / (points[1] - points[0])
    line = Line(slope, values[0] - slope * points[0])
    off = (
        abs(v - line.slope * z - line.offset) > STRAIGHT * (1.0 + abs(v)) for z, v in zip(points, values, strict=True)
    )
    return None if any(off) else line


def straight_names() -> tuple[str, ...]:
    """Names of the activations that are made of straight pieces, with their default parameters."""
    return tuple(name for name, entry in CATALOGUE.items() if lines(name, entry.numbers({})) is not None)


@dataclass(frozen=True, eq=False)
class Pieces:
    """The gates of one layer as straight pieces; a unit with fewer kinks than others has them at infinity."""

    kinks: Real  # (units, K): piece k of a unit ends, inclusive, at kink k
    slope: Real  # (units, K + 1)
    offset: Real  # (units, K + 1)

    def beyond(self, z: Real) -> NDArray[np.bool_]:
        """Which kinks each z (n, units) has passed: (n, number of finite kinks). This is the activation pattern."""
        passed = [(z > kink)[:, np.isfinite(kink)] for kink in self.kinks.T]
        return np.concatenate([np.zeros((len(z), 0), dtype=np.bool_), *passed], axis=1)

    def piece(self, z: Real) -> NDArray[np.int64]:
        """The piece on which each z (n, units) lies: (n, units)."""
        found = np.zeros(z.shape, dtype=np.int64)
        for kink in self.kinks.T:
            found += z > kink
        return found

    def line(self, z: Real) -> tuple[Real, Real]:
        """Slope and offset of the piece on which each z (n, units) lies: (n, units) each."""
        slope, offset = np.broadcast_to(self.slope[:, 0], z.shape), np.broadcast_to(self.offset[:, 0], z.shape)
        for k, kink in enumerate(self.kinks.T, start=1):
            passed = z > kink
            slope, offset = np.where(passed, self.slope[:, k], slope), np.where(passed, self.offset[:, k], offset)
        return slope, offset

    def output(self, z: Real) -> Real:
        """The activation a (n, units) of z (n, units)."""
        slope, offset = self.line(z)
        return slope * z + offset


@dataclass(frozen=True, eq=False)
class StraightNetwork:
    """The form of a network that is made of straight pieces, up to the pre-activation of its output layer."""

    stages: tuple[Stage, ...]
    pieces: tuple[Pieces, ...]  # of the hidden layers

    @property
    def sources(self) -> frozenset[int]:
        """Layers from which a skip path comes."""
        return frozenset(stage.skip for stage in self.stages if stage.skip is not None)

    def forward(self, x: Real) -> Iterator[Real]:
        """The pre-activation z (n, units) of one layer after the other, for x (n, inputs)."""
        sources, below = self.sources, x
        kept = {0: x}
        for number, stage in enumerate(self.stages, start=1):
            z = below @ stage.weight.T + stage.bias
            if stage.skip is not None:
                z += stage.added(kept[stage.skip])
            yield z
            if number < len(self.stages):
                below = self.pieces[number - 1].output(z)
                if number in sources:
                    kept[number] = below


def straighten(network: Network) -> StraightNetwork:
    """The straight form of `network`. ValueError, with what to use instead, where a layer is curved."""
    found = stages(network)
    for stage in found:
        if stage.norm is not None:
            raise ValueError(
                f"{stage.name} has layer normalization, which is not linear; use batch normalization or none"
            )
    return StraightNetwork(found, tuple(_pieces(network, layer) for layer in range(1, network.depth)))


def _pieces(network: Network, layer: int) -> Pieces:
    found = []
    cut = network.layers[layer - 1].cut
    for unit, (spec, numbers) in enumerate(zip(unit_specs(network, layer), network.numbers(layer), strict=True)):
        passes_by = not network.is_forward(layer) or unit in network.layers[layer - 1].off_forward
        line = _lines_of(unit in cut, passes_by, spec, numbers)
        if line is None:
            raise ValueError(
                f"{layer_name(layer, network.depth)} has {spec.entry.title}, which is curved; "
                f"use {listed(straight_names())} in the hidden layers"
            )
        found.append(line)
    units, most = len(found), max(len(kinks) for kinks, _ in found)
    pieces = Pieces(np.full((units, most), np.inf), np.zeros((units, most + 1)), np.zeros((units, most + 1)))
    for unit, (kinks, each) in enumerate(found):
        pieces.kinks[unit, : len(kinks)] = kinks
        pieces.slope[unit, : len(each)] = [line.slope for line in each]
        pieces.offset[unit, : len(each)] = [line.offset for line in each]
    return pieces


def _lines_of(
    cut: bool, passes_by: bool, spec: ActivationSpec, numbers: Real
) -> tuple[tuple[float, ...], tuple[Line, ...]] | None:
    """The same of one hidden unit: 0 where it is cut, and z itself where the signal passes by the gate."""
    if cut or passes_by:
        return (), (Line(0.0 if cut else 1.0, 0.0),)
    return lines(spec.name, tuple(float(number) for number in numbers))
