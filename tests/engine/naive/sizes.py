"""How large the terms are that each number of a pass is the sum of: what its round-off is a share of.

Terms can cancel down to nothing, and what is left has the round-off of the terms. So beside each number stands its
*size*: the sum of the absolute values of its terms, where of a term that was computed itself the size counts, not what
is left of it. To first order an error is then some units of the last place of the size, whatever cancels on the way.

Sizes bound; where a factor is near 1 it may be taken as 1. They are of one pass: parameters are as large as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.engine.naive.functions import LEARNED, SELU_ALPHA, SELU_SCALE, Matrix, Params, param_slope, slope, true_slope
from tests.engine.naive.losses import FUSED, class_of, shares
from tests.engine.naive.norms import Norm

if TYPE_CHECKING:
    from tests.engine.naive.layers import Forward, Layer, LayerPass

PLACE = float(np.finfo(np.float64).eps)

Sized = tuple[Matrix, Matrix]
"""Numbers, and their sizes."""

STRAIGHT = ("identity", "relu", "leaky_relu", "prelu")
EXACT_SLOPES = ("mae", "hinge")  # a sign or a count


@dataclass
class Sizes:
    """Those of one mini-batch: of the loss, of each sample's (B,), and by layer and name of each array of a tape."""

    loss: float
    sample_loss: Matrix
    layers: list[dict[str, Matrix]]


@dataclass
class Batch:
    """What the sizes of a pass are computed from, beside its layers."""

    x: Matrix
    target: Matrix
    loss: str
    delta: float
    dropped: Mapping[int, Matrix]
    weights: Sequence[float] | None
    place: float  # the precision's unit of the last place; squares of differences that are round-off count by it


# --- One gate -------------------------------------------------------------------------------------------------------


def bend(name: str, p: Params) -> float:
    """The largest |f''|."""
    if name in STRAIGHT or (name == "step" and p["surrogate"] != "sigmoid"):
        return 0.0
    if name == "quadratic":
        return float(2.0 * abs(p["a"]))
    return float({"elu": p.get("alpha"), "selu": SELU_SCALE * SELU_ALPHA, "swish_beta": p.get("beta")}.get(name) or 1.0)


def of_level(name: str, a: float, z: float, size: float, p: Params) -> float:
    """Of a = f(z), where z has the given size."""
    own = abs(a)
    if name == "gelu":  # z/2 + z/2 erf(z / sqrt 2)
        own = abs(z)
    if name == "quadratic":
        own = abs(p["a"]) * z**2 + abs(p["b"] * z) + abs(p["c"])
    return own + abs(true_slope(name, z, p)) * size


def of_slope(name: str, z: float, size: float, p: Params) -> float:
    """Of f'(z), or of what stands for it."""
    if name == "quadratic":
        return float(2.0 * abs(p["a"]) * (abs(z) + size) + abs(p["b"]))
    gain = abs(slope(name, z, p))
    own = gain if name in STRAIGHT else max(1.0, gain)  # 1 - tanh², sigmoid (1 - sigmoid), ...
    return own + abs(bend(name, p)) * size


def of_mask(name: str, mask: float, z: float, size: float, p: Params) -> float:
    """Of f(z)/z, whose slope is at most half of |f''| wherever f(0) = 0."""
    if name == "step":
        return abs(mask) * (1.0 + (size / abs(z) if z else 0.0))
    own = abs(p["b"]) + abs(p["a"] * z) if name == "quadratic" else abs(mask)
    return own + abs(bend(name, p)) * size


def of_param_slope(parameter: str, z: float, size: float) -> float:
    """Of the derivative of f(z) with respect to a learned parameter."""
    return {"a": 2.0 * abs(z) * size, "b": size, "c": 1.0, "beta": abs(z) * size, "negative_slope": size}[parameter]


def of_levels(layer: "Layer", z: Matrix, a: Matrix, size: Matrix) -> Matrix:
    """Of a (B, units), where z has the given sizes."""
    if layer.activation == "softmax":  # shifted by the largest z; an error of z_j moves each share by that of j at most
        return np.asarray(a * (1.0 + size + (a * size).sum(axis=1, keepdims=True)))
    out = size.copy()
    for s, j in np.ndindex(z.shape):
        if layer.is_on(j, "forward"):
            out[s, j] = of_level(layer.gate(j), float(a[s, j]), float(z[s, j]), float(size[s, j]), layer.of_unit(j))
    return out


def of_slopes(layer: "Layer", z: Matrix, size: Matrix) -> Matrix:
    """Of the gain (B, units); zeros for softmax, which has none."""
    out = np.zeros_like(z)
    for s, j in np.ndindex(z.shape):
        if layer.activation != "softmax":
            out[s, j] = of_slope(layer.gate(j), float(z[s, j]), float(size[s, j]), layer.of_unit(j))
    return out


def of_masks(layer: "Layer", got: "LayerPass", own: Mapping[str, Matrix]) -> Matrix:
    """Of the forward mask (B, units): the level itself where f(0) is not 0."""
    if layer.activation == "softmax":
        return own["a"]
    out = np.zeros_like(got.z)
    for s, j in np.ndindex(got.z.shape):
        mask, z, size = float(got.forward_mask[s, j]), float(got.z[s, j]), float(own["z"][s, j])
        is_level = mask == got.a[s, j] and layer.is_on(j, "forward")
        out[s, j] = own["a"][s, j] if is_level else of_mask(layer.gate(j), mask, z, size, layer.of_unit(j))
    return out


# --- The normalizer -------------------------------------------------------------------------------------------------


@dataclass
class Spread:
    """One layer's normalizer in one pass: 1 / sqrt(variance + epsilon), and sizes. Broadcast against (B, units)."""

    axis: int
    root: Matrix
    root_size: Matrix
    mean_size: Matrix
    variance_size: Matrix
    normalized_size: Matrix


def of_spread(norm: Norm, got: Any, size: Matrix, place: float) -> Spread:
    """From the sums, mean and variance in `got`, and the size of the sums."""
    axis = 0 if norm.name == "batch" else 1
    mean, variance = (np.expand_dims(figure, axis) for figure in (got["norm_mean"], got["norm_variance"]))
    mean_size = size.mean(axis=axis, keepdims=True)
    apart, apart_size = np.abs(got["sum"] - mean), size + mean_size
    squares = 2.0 * (apart + place * apart_size) * apart_size
    variance_size = variance + squares.mean(axis=axis, keepdims=True)
    root = 1.0 / np.sqrt(variance + norm.epsilon)
    root_size = root + 0.5 * root**3 * variance_size
    return Spread(axis, root, root_size, mean_size, variance_size, apart_size * root + apart * root_size)


def of_norm(norm: Norm, spread: Spread, samples: int) -> dict[str, Matrix]:
    """Of the arrays that a normalizer lays on a tape."""
    found = {
        "normalized": spread.normalized_size,
        "norm_mean": spread.mean_size.ravel(),
        "norm_variance": spread.variance_size.ravel(),
        "scale": np.abs(norm.scale),
        "shift": np.abs(norm.shift),
    }
    return found | of_running(norm, found, samples) if norm.name == "batch" else found


def of_running(norm: Norm, found: Mapping[str, Matrix], samples: int) -> dict[str, Matrix]:
    """Of batch norm's running figures, before and after."""
    keep, take = (1.0, 0.0) if samples == 1 else (1.0 - norm.momentum, norm.momentum)
    unbiased = found["norm_variance"] * samples / max(1, samples - 1)
    before = [np.abs(figure) for figure in (norm.running_mean, norm.running_variance) if figure is not None]
    return {
        "running_mean": before[0],
        "running_variance": before[1],
        "running_mean_next": keep * before[0] + take * found["norm_mean"],
        "running_variance_next": keep * before[1] + take * unbiased,
    }


def of_norm_back(norm: Norm, got: "LayerPass", spread: Spread, dz: Matrix) -> dict[str, Matrix]:
    """From the size of dL/dy: of dL/dsum, dL/dscale, dL/dshift."""

    def mean(values: Matrix) -> Matrix:
        return np.asarray(values.mean(axis=spread.axis, keepdims=True))

    n, n_size, dy = np.abs(got.organs["normalized"]), spread.normalized_size, np.abs(got.dloss_dz)
    g, g_size = dy * np.abs(norm.scale), dz * np.abs(norm.scale)
    bracket = g_size + mean(g_size) + n_size * mean(g * n) + n * mean(g_size * n + g * n_size)
    dsum = spread.root * bracket + spread.root_size * np.abs(got.organs["dloss_dsum"]) / spread.root
    return {
        "dloss_dsum": dsum,
        "dloss_dshift": dz.sum(axis=0),
        "dloss_dscale": (dz * n + dy * n_size).sum(axis=0),
    }


# --- The loss -------------------------------------------------------------------------------------------------------


def of_sample_loss(batch: Batch, top: "LayerPass", each: Matrix, own: Mapping[str, Matrix]) -> Matrix:
    """Of each sample's loss, (B,)."""
    error, size, n = np.abs(top.a - batch.target), own["a"] + np.abs(batch.target), top.a.shape[1]
    square = (error + batch.place * size) * size
    if batch.loss == "mse":
        return np.asarray(each + 2.0 * square.sum(axis=1) / n)
    if batch.loss == "half_squared_error":
        return np.asarray(each + square.sum(axis=1))
    if batch.loss == "mae":
        return np.asarray(size.sum(axis=1) / n)
    if batch.loss == "huber":
        return np.asarray(each + np.where(error <= batch.delta, square, batch.delta * (size + batch.delta)).sum(axis=1))
    if batch.loss == "binary_cross_entropy":
        return np.asarray(each + ((error + each[:, None]) * own["z"]).sum(axis=1))
    if batch.loss == "cross_entropy":  # log sum exp, at least round-off of 1, less the true z
        return np.asarray(1.0 + each + ((top.a + batch.target) * own["z"]).sum(axis=1))
    true = own["a"][range(len(each)), [class_of(t) if n > 1 else 0 for t in batch.target]]
    return np.asarray(1.0 + true + own["a"].mean(axis=1))


def of_top(batch: Batch, layer: "Layer", got: "LayerPass", own: Mapping[str, Matrix]) -> tuple[Any, Matrix]:
    """Of dL/da (None where fused) and dL/dz of the output layer."""
    share, n = shares(batch.loss, batch.target, batch.weights)[:, None], got.a.shape[1]
    size = own["a"] + np.abs(batch.target)
    if (batch.loss, layer.activation) in FUSED:
        return None, share * size / (n if batch.loss == "binary_cross_entropy" else 1)
    assert got.dloss_da is not None
    exact = np.abs(got.dloss_da)
    if batch.loss == "mse":
        da = 2.0 * share * size / n
    elif batch.loss == "half_squared_error":
        da = share * size
    elif batch.loss == "huber":
        da = np.where(np.abs(got.a - batch.target) <= batch.delta, share * size / n, exact)
    else:
        assert batch.loss in EXACT_SLOPES
        da = exact
    if layer.activation != "softmax":
        return da, through_gate(layer, got, own, da)
    terms = da * got.a + exact * own["a"]  # a_j (da_j - sum of da_i a_i)
    inner = terms.sum(axis=1, keepdims=True)
    return da, terms + got.a * inner + own["a"] * (exact * got.a).sum(axis=1, keepdims=True)


def through_gate(layer: "Layer", got: "LayerPass", own: Mapping[str, Matrix], da: Matrix) -> Matrix:
    """Of dL/dz from that of dL/da."""
    on = np.array([layer.is_on(j, "backward") for j in range(da.shape[1])])
    if not on.any():
        return da
    assert got.gain is not None
    assert got.dloss_da is not None
    return np.where(on, np.abs(got.dloss_da) * own["gain"] + da * np.abs(got.gain), da)


# --- A pass ---------------------------------------------------------------------------------------------------------


def of_pass(layers: list["Layer"], passes: list["LayerPass"], sample_loss: Matrix, batch: Batch) -> Sizes:
    """Of everything on a tape."""
    outputs: list[Sized] = [(batch.x, np.abs(batch.x))]
    sizes: list[dict[str, Matrix]] = []
    spreads: list[Spread | None] = []
    for number, (layer, got) in enumerate(zip(layers, passes, strict=True), start=1):
        own, spread = forward(layer, got, outputs, batch.place)
        mask = batch.dropped.get(number)
        own["output"] = own["a"] if mask is None else own["a"] * mask
        outputs.append((got.organs.get("output", got.a), own["output"]))
        sizes.append(own)
        spreads.append(spread)
    doutput = [np.zeros_like(size) for _, size in outputs]
    for number in range(len(layers), 0, -1):
        layer, got, own = layers[number - 1], passes[number - 1], sizes[number - 1]
        doutput[number] = layer.without_cut_units(doutput[number])
        own["dloss_doutput"] = doutput[number]
        if number == len(layers):
            own["dloss_da"], own["dloss_dz"] = of_top(batch, layer, got, own)
        else:
            own["dloss_da"] = doutput[number] * batch.dropped.get(number, 1.0)
            own["dloss_dz"] = through_gate(layer, got, own, own["dloss_da"])
        backward(layer, got, own, spreads[number - 1], outputs, number)
        below(layer, got, own, doutput, number)
    share = shares(batch.loss, batch.target, batch.weights)
    each = of_sample_loss(batch, passes[-1], sample_loss, sizes[-1])
    return Sizes(float((share * each).sum()), each, sizes)


def forward(
    layer: "Layer", got: "LayerPass", outputs: list[Sized], place: float
) -> tuple[dict[str, Matrix], Spread | None]:
    """One layer's way up."""
    sums = outputs[-1][1] @ np.abs(layer.weight.T) + np.abs(layer.bias)
    own, spread, z = {"sum": sums}, None, sums
    if layer.norm is not None:
        spread = of_spread(layer.norm, got.organs, sums, place)
        own |= of_norm(layer.norm, spread, len(sums))
        z = np.abs(layer.norm.scale) * spread.normalized_size + np.abs(layer.norm.shift)
    if layer.skip is not None:
        source = outputs[layer.skip][1]
        own["skip"] = source if layer.skip_weight is None else source @ np.abs(layer.skip_weight.T)
        z = z + own["skip"]
    if layer.skip_weight is not None:
        own["skip_weight"] = np.abs(layer.skip_weight)
    own |= {"z": z, "a": layer.without_cut_units(of_levels(layer, got.z, got.a, z)), "gain": of_slopes(layer, got.z, z)}
    return {**own, "forward_mask": of_masks(layer, got, own)}, spread


def backward(
    layer: "Layer", got: "LayerPass", own: dict[str, Matrix], spread: Spread | None, outputs: list[Sized], number: int
) -> None:
    """One layer's way down: the gradients of its parameters."""
    dz = own["dloss_dz"]
    if layer.norm is not None and spread is not None:
        own |= of_norm_back(layer.norm, got, spread, dz)
    dsum = own.setdefault("dloss_dsum", dz)
    exact = got.organs.get("dloss_dsum", got.dloss_dz)
    own["dloss_dbias"] = dsum.sum(axis=0)
    own["dloss_dweight"] = layer.without_cut_links("weight", of_outer((exact, dsum), outputs[number - 1]))
    if layer.skip is not None:
        own["dloss_dskip_weight"] = of_outer((got.dloss_dz, dz), outputs[layer.skip])
    for name in layer.learned:
        total = np.zeros(got.z.shape[1])
        for (s, j), z in np.ndenumerate(got.z):
            if layer.is_on(j, "backward") and name in LEARNED.get(layer.gate(j), ()):
                assert got.dloss_da is not None
                steep = abs(param_slope(layer.gate(j), name, float(z), layer.of_unit(j)))
                size = of_param_slope(name, float(z), float(own["z"][s, j]))
                total[j] += own["dloss_da"][s, j] * steep + abs(got.dloss_da[s, j]) * size
        own[f"dloss_dparam.{name}"] = total


def of_outer(dz: Sized, given: Sized) -> Matrix:
    """Of the gradient of a weight matrix, the sum over samples of dz times given."""
    return np.asarray(dz[1].T @ np.abs(given[0]) + np.abs(dz[0].T) @ given[1])


def below(layer: "Layer", got: "LayerPass", own: Mapping[str, Matrix], doutput: list[Matrix], number: int) -> None:
    """What one layer sends down: to the layer below, and along its skip path."""
    doutput[number - 1] = doutput[number - 1] + own["dloss_dsum"] @ np.abs(layer.weight)
    if layer.skip is not None:
        dz = own["dloss_dz"]
        doutput[layer.skip] = doutput[layer.skip] + (
            dz if layer.skip_weight is None else dz @ np.abs(layer.skip_weight)
        )


# --- In use ---------------------------------------------------------------------------------------------------------


def in_use(layers: list["Layer"], went: list["Forward"], x: Matrix) -> list[dict[str, Matrix]]:
    """Of z, a and gain of each layer outside training, where `went` is the forward stroke over x."""
    outputs, found = [np.abs(x)], []
    for layer, got in zip(layers, went, strict=True):
        z = outputs[-1] @ np.abs(layer.weight.T) + np.abs(layer.bias)
        if layer.norm is not None:
            z = np.abs(layer.norm.scale) * of_normalized(layer.norm, got, z) + np.abs(layer.norm.shift)
        if layer.skip is not None:
            source = outputs[layer.skip]
            z = z + (source if layer.skip_weight is None else source @ np.abs(layer.skip_weight.T))
        a = layer.without_cut_units(of_levels(layer, got.z, got.a, z))
        found.append({"z": z, "a": a, "gain": of_slopes(layer, got.z, z)})
        outputs.append(found[-1]["a"])
    return found


def of_normalized(norm: Norm, got: "Forward", size: Matrix) -> Matrix:
    """Of the normalized numbers: `batch` goes by its running figures, `layer` as in training."""
    if norm.name == "layer":
        return of_spread(norm, vars(got), size, PLACE).normalized_size
    assert norm.running_mean is not None
    assert norm.running_variance is not None
    return np.asarray((size + np.abs(norm.running_mean)) / np.sqrt(norm.running_variance + norm.epsilon))
