"""What each layer does over a whole data set: how sparse it is, how it learns, what the gates leave of the gradient."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twostroke.engine.border.tape import LayerTape, Tape
from twostroke.engine.compute.network import Network, Pass
from twostroke.engine.data import Dataset
from twostroke.engine.probes.row_blocks import blocks
from twostroke.engine.probes.straight import LayerNorm, Real, Stage, stages
from twostroke.engine.probes.units import Bounds, bounds
from twostroke.engine.session.phrases import layer_name

ROWS = 1_000
"""Rows of the training part over which Jacobians and effective ranks are taken, at most."""


@dataclass(frozen=True)
class LayerFigures:
    """One layer, as the network is used, over the training part."""

    name: str  # "hidden 1", ..., "output"
    active: float  # share of the units that fire for one sample, in the mean; what is missing to 1 is the sparsity
    gradient: float  # ||dL/dW|| (Frobenius) of the mean loss of all samples, without class weights and penalties
    batch_gradient: float | None  # the same of the mini-batch that comes next, as training sees it; None without a tape
    update_ratio: float | None  # ||W' - W|| / ||W|| of the update that comes next; None without a tape
    gain_product: float  # what the gates from the last hidden layer back to this one leave of a gradient, in the mean:
    #                      for each sample the product over these layers of the mean |gain| of their units; 1 for output
    jacobian: float  # root mean square over (the first ROWS) samples of ||d z(output) / d z(this layer)|| (Frobenius):
    #                  how strongly the output answers to this layer, and so how much of a gradient arrives in it
    effective_rank: float  # of the activations of (the first ROWS) samples: how many directions they fill


@dataclass(frozen=True)
class LayerProbe:
    """What each layer did with the samples of the training part."""

    update: int
    samples: int
    layers: tuple[LayerFigures, ...]


class _Sums:
    """What is added up over the blocks of rows, for the layers 1...depth."""

    def __init__(self, depth: int, samples: int) -> None:
        self.samples = samples
        self.active, self.gain, self.jacobian = np.zeros(depth), np.zeros(depth), np.zeros(depth)
        self.gradient: list[Any] = [0.0] * depth
        self.a: list[list[NDArray[Any]]] = [[] for _ in range(depth)]


@np.errstate(over="ignore", invalid="ignore")  # numbers that are no longer finite come out as such
def layer_probe(network: Network, dataset: Dataset, update: int, tape: Tape | None = None) -> LayerProbe:
    """The figures of every layer of `network` after `update` updates; `tape` is that of the update that comes next.

    Gradients are those that the network's backward stroke computes, so a gate that is out of it counts as 1.
    """
    depth, samples = network.depth, len(dataset.x_train)
    sums = _Sums(depth, samples)
    form, limits = stages(network), [bounds(network, layer) for layer in range(1, depth + 1)]
    for first, block in blocks(network, dataset.x_train, factor=network.widths[-1]):
        _add(sums, network, form, limits, block, dataset.target_train[first : first + len(block)], first)
    few = min(samples, ROWS)
    return LayerProbe(
        update,
        samples,
        tuple(
            LayerFigures(
                name=layer_name(i + 1, depth),
                active=float(sums.active[i] / samples),
                gradient=float(np.linalg.norm(sums.gradient[i])),
                batch_gradient=None if tape is None else _norm(tape.layers[i].dloss_dweight),
                update_ratio=None if tape is None else update_ratio(tape.layers[i]),
                gain_product=float(sums.gain[i] / samples),
                jacobian=float(np.sqrt(sums.jacobian[i] / few)),
                effective_rank=effective_rank(np.concatenate(sums.a[i])),
            )
            for i in range(depth)
        ),
    )


def _add(
    sums: _Sums,
    network: Network,
    form: tuple[Stage, ...],
    limits: list[Bounds],
    x: NDArray[Any],
    target: NDArray[Any],
    first: int,
) -> None:
    """Take one block of rows, the first of which has number `first`, into the sums."""
    passes = network.both_strokes(x, target)
    share = len(x) / sums.samples
    product = np.ones(len(x))
    for i in range(network.depth - 1, -1, -1):
        layer = passes.layers[i]
        sums.active[i] += limits[i].fired(layer.a).mean(axis=1).sum()
        sums.gradient[i] = sums.gradient[i] + share * network.weight(i + 1, passes.gradient).astype(np.float64)
        if i < network.depth - 1:
            product = product * np.abs(_gain(network, i + 1, layer)).mean(axis=1)
        sums.gain[i] += product.sum()
    few = max(0, ROWS - first)
    if few:
        for i, squares in enumerate(jacobian_squares(network, form, passes.layers)):
            sums.jacobian[i] += squares[:few].sum()
            sums.a[i].append(passes.layers[i].a[:few])


def _gain(network: Network, number: int, layer: Pass) -> Real:
    """What the gates of a hidden layer multiply the gradient by, (n, units); 0 for cut units."""
    if network.session.gates.backward and layer.gain is not None:
        gain, by = layer.gain.astype(np.float64), list(network.layers[number - 1].off_backward)
        gain[:, [unit for unit in by if unit not in network.layers[number - 1].cut]] = 1.0
        return gain
    gain = np.ones(layer.z.shape)
    gain[:, list(network.layers[number - 1].cut)] = 0.0
    return gain


def jacobian_squares(network: Network, form: tuple[Stage, ...], passed: tuple[Pass, ...]) -> list[Real]:
    """Per layer, and for each of n samples, the sum of the squares of d z(output) / d z(layer): (n,) each.

    Exact, by the chain rule from the output back, for all outputs at once.
    """
    samples, outputs = passed[-1].z.shape
    back: dict[int, Any] = {}  # by layer: d z(output) / d output(layer), (n, outputs, units)
    found = []
    for number in range(len(form), 0, -1):
        stage, layer = form[number - 1], passed[number - 1]
        if number == len(form):
            dz = np.tile(np.eye(outputs), (samples, 1, 1))
        else:
            dz = back.pop(number) * _gain(network, number, layer)[:, None, :]
        found.append(np.square(dz).sum(axis=(1, 2)))
        if stage.skip:
            back[stage.skip] = back.get(stage.skip, 0.0) + _times(dz, stage.skip_weight)
        if number > 1:
            dsum = dz if stage.norm is None else _norm_back(stage.norm, layer.organs["sum"].astype(np.float64), dz)
            back[number - 1] = back.get(number - 1, 0.0) + _times(dsum, stage.weight)
    return found[::-1]


def _times(dz: Real, weight: Real | None) -> Real:
    """dz (n, outputs, units) times weight (units, in), as one large product; dz itself without weights."""
    if weight is None:
        return dz
    samples, outputs, units = dz.shape
    return (dz.reshape(-1, units) @ weight).reshape(samples, outputs, -1)


def _norm_back(norm: LayerNorm, total: Real, dz: Real) -> Real:
    """Through layer normalization: from d/d(its output), (n, outputs, units), to d/d(sum); `total`: the sum (n, units).

    With h the normalized sum and s = sqrt(variance + epsilon): (g - mean g - h mean(g h)) / s, where g = dz * scale.
    """
    spread = np.sqrt(total.var(axis=1, keepdims=True) + norm.epsilon)
    hat = ((total - total.mean(axis=1, keepdims=True)) / spread)[:, None, :]
    g = dz * norm.scale
    inner = g - g.mean(axis=2, keepdims=True) - hat * (g * hat).mean(axis=2, keepdims=True)
    return np.asarray(inner / spread[:, None, :])


def _norm(array: NDArray[Any]) -> float:
    return float(np.linalg.norm(array.astype(np.float64)))


def update_ratio(layer: LayerTape) -> float:
    """||W' - W|| / ||W|| (Frobenius) of the update on the tape; 0 where nothing moves, infinite from W = 0."""
    before = layer.weight.astype(np.float64)
    step, size = _norm(layer.weight_next.astype(np.float64) - before), _norm(before)
    if step == 0.0:
        return 0.0
    return step / size if size > 0.0 else float("inf")


def effective_rank(a: ArrayLike) -> float:
    """How many directions the rows of a (n, units) fill: between 1 and their rank; 0 where all of them are 0.

    exp of the entropy of the singular values as shares of their sum (Roy and Vetterli 2007, "The Effective Rank"). NaN
    where a number is not finite. Singular values that the type of the numbers cannot tell from 0 count 0.
    """
    array = np.asarray(a)
    wide = array.astype(np.float64)
    largest = np.abs(wide).max(initial=0.0)
    if largest == 0.0:
        return 0.0
    if not np.isfinite(largest):
        return float("nan")
    wide = wide / largest
    if array.dtype == np.float32:  # a tenth of the time, and squares in float64 have all of their places
        gram = wide @ wide.T if wide.shape[0] < wide.shape[1] else wide.T @ wide
        values = np.sqrt(np.maximum(np.linalg.eigvalsh(gram), 0.0))
        values = values[values > np.finfo(np.float32).eps * values.max()]
    else:
        values = np.linalg.svd(wide, compute_uv=False)
        values = values[values > np.finfo(np.float64).eps * values.max()]
    shares = values / values.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))
