"""How numbers are compared: derivatives by differences, two arrays, a whole tape beside the oracle."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.engine import naive
from twostroke.engine.border.tape import LayerTape, Tape


def central_difference(f: Callable[[float], float], x: float, h: float = 1e-3) -> float:
    """f'(x) by the four-point formula; error of order h⁴."""
    return (8.0 * (f(x + h) - f(x - h)) - (f(x + 2.0 * h) - f(x - 2.0 * h))) / (12.0 * h)


def distance(got: Any, want: Any, size: Any = None) -> float:
    """How far two arrays are apart; infinite for a NaN.

    With `size`, that of the terms that each number is the sum of (naive/sizes.py): the largest difference over its
    number's own. Without, for numbers that are no rest of larger ones: the largest difference over the largest number.
    """
    least = underflow(np.asarray(got).dtype)
    got, want = np.asarray(got, dtype=np.float64), np.asarray(want, dtype=np.float64)
    assert got.shape == want.shape, f"shape {got.shape}, expected {want.shape}"
    size = np.full(want.shape, np.abs(want).max(initial=0.0)) if size is None else np.asarray(size, dtype=np.float64)
    assert size.shape == want.shape, f"sizes of shape {size.shape}, expected {want.shape}"
    apart = np.abs(got - want)
    if not (np.isfinite(apart).all() and np.isfinite(size).all()):
        return math.inf
    return float(np.max(apart / np.maximum(size, least), initial=0.0))


def underflow(dtype: Any) -> float:
    """Some hundred million times the smallest normal number: what is smaller has lost places, or has become 0."""
    return 1e-30 if np.dtype(dtype) == np.float32 else 1e-300


# --- A tape beside the oracle ---------------------------------------------------------------------------------------

ARRAYS = ("z", "a", "gain", "forward_mask", "dloss_da", "dloss_dz", "dloss_dweight", "dloss_dbias")
NEXT = ("scale", "shift", "skip_weight")
RUNNING = ("running_mean", "running_variance")


def masks_of(tape: Tape) -> dict[int, Any]:
    """Dropout's masks on a tape, by layer number from 1, in float64."""
    return {
        number: layer.organs["dropout_mask"].astype(np.float64)
        for number, layer in enumerate(tape.layers, start=1)
        if "dropout_mask" in layer.organs
    }


def tape_distances(tape: Tape, oracle: naive.Training, want: naive.Pass) -> dict[str, float]:
    """How far each array of `tape` is from the oracle's, by the name it has in a trace; `oracle` before its update."""
    far = {"loss": distance(tape.loss, want.loss, want.sizes.loss)}
    for number, (got, layer, size) in enumerate(zip(tape.layers, want.layers, want.sizes.layers, strict=True), start=1):
        pairs = {name: (getattr(got, name), getattr(layer, name)) for name in ARRAYS}
        pairs |= {f"dloss_dparam.{n}": (got.dloss_dparam[n], values) for n, values in layer.dloss_dparam.items()}
        pairs |= {name: (got.organs[name], values) for name, values in layer.organs.items()}
        assert set(got.dloss_dparam) == set(layer.dloss_dparam)
        extra = {f"{name}_next" for name in NEXT if name in layer.organs}
        assert set(got.organs) == set(layer.organs) | extra, f"organs of {got.name}"
        certain = masks_that_are_certain(got, layer, oracle.layers[number - 1])
        for name, (one, other) in pairs.items():
            assert (one is None) == (other is None), f"{name} of {got.name}"
            if one is not None:
                own = np.ones_like(other) if name == "dropout_mask" else size[name]
                where = certain if name == "forward_mask" else np.ones(other.shape, dtype=bool)
                far[f"l{number}.{name}"] = distance(one[where], other[where], own[where])
    return far


def masks_that_are_certain(got: LayerTape, want: naive.LayerPass, layer: naive.Layer) -> Any:
    """Where (B, out) the forward mask does not hang on round-off.

    A quadratic's is a/z where its c is 0, else a; and where z has lost places, so has a/z.
    """
    z = np.abs(want.z)
    certain = (z == 0.0) | (z >= underflow(got.z.dtype))
    if "c" in got.param:
        mine, theirs = got.param["c"], layer.learned["c"]
        certain &= ((mine == 0.0) == (theirs == 0.0)) | (np.abs(theirs) > 1e-9)
    return certain


def next_parameters(tape: Tape) -> dict[str, Any]:
    """All parameters and running figures after the update, as the tape has them; keys as in Network.parameters."""
    out: dict[str, Any] = {}
    for number, layer in enumerate(tape.layers, start=1):
        out[f"l{number}.weight"], out[f"l{number}.bias"] = layer.weight_next, layer.bias_next
        out |= {f"l{number}.param.{name}": values for name, values in layer.param_next.items()}
        out |= {f"l{number}.{name}": layer.organs[f"{name}_next"] for name in (*NEXT, *RUNNING) if name in layer.organs}
    return out


SETTLED = 1e-20
"""Against at least this a parameter is measured: what an optimizer remembers ends at 0 below 1.2e-38."""


def parameter_distances(got: dict[str, Any], oracle: naive.Training) -> dict[str, float]:
    """How far all parameters and running figures are from the oracle's, which has made the same updates; by name."""
    want = oracle.parameters()
    assert set(got) == set(want)
    return {name: distance(got[name], values, oracle.sizes[name] + SETTLED) for name, values in want.items()}


def worst(far: dict[str, float]) -> tuple[float, str]:
    """The largest of named distances, and its name."""
    return max((value, name) for name, value in far.items())


def clearance(oracle: naive.Training, want: naive.Pass, target: Any) -> float:
    """How near a number is to a place where a function bends or jumps, as a share of its size: round-off decides there.

    A number of size 0 has none, nor has the output of a step.
    """
    least = underflow(oracle.session["network"].get("dtype", "float64"))
    near = [math.inf]
    for layer, got, size in zip(oracle.layers, want.layers, want.sizes.layers, strict=True):
        for unit in range(got.z.shape[1]):
            if layer.gate_forward or layer.gate_backward:
                kinks = KINKS.get(layer.gate(unit), ())
                near += [nearest(got.z[:, unit] - kink, size["z"][:, unit], least) for kink in kinks]
    loss, delta = naive.loss_of(oracle.settings["loss"])
    error, size = np.abs(want.layers[-1].a - target), want.sizes.layers[-1]["a"] + np.abs(target)
    if loss in ("mae", "huber") and oracle.layers[-1].activation != "step":
        near.append(nearest(error - (delta if loss == "huber" else 0.0), size, least))
    if loss == "hinge":
        for a, t, own in zip(want.layers[-1].a, target, want.sizes.layers[-1]["a"], strict=True):
            wrong = [j for j in range(len(a)) if len(a) == 1 or j != naive.losses.class_of(t)]
            margin = np.array(naive.losses.margins(a, t))[wrong]
            near.append(nearest(margin, np.full(len(wrong), 1.0 + own.sum()), least))
    return min(near)


def nearest(apart: Any, size: Any, least: float = 1e-300) -> float:
    """The least distance over its size; what is below `least` may be 0 as well."""
    apart = np.where(np.abs(apart) < least, 0.0, np.abs(apart))
    return float(np.min(apart[size > 0.0] / np.maximum(size[size > 0.0], least), initial=math.inf))


KINKS = dict.fromkeys(("step", "relu", "leaky_relu", "prelu", "elu", "selu"), (0.0,)) | {"softplus": (20.0,)}


def arrays_of(layer: naive.LayerPass) -> list[Any]:
    """Every array that `tape_distances` compares in one layer."""
    named = [getattr(layer, name) for name in ARRAYS]
    return [v for v in (*named, *layer.dloss_dparam.values(), *layer.organs.values()) if v is not None]
