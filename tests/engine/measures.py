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


def distance(got: Any, want: Any, floor: float = 0.0) -> float:
    """How far two arrays are apart: the largest difference over the largest number wanted; infinite for a NaN.

    Numbers that are the small rest of larger ones have the round-off of those: `floor` is the least to divide by.
    """
    got, want = np.asarray(got, dtype=np.float64), np.asarray(want, dtype=np.float64)
    assert got.shape == want.shape, f"shape {got.shape}, expected {want.shape}"
    apart = float(np.max(np.abs(got - want), initial=0.0))
    scale = float(np.max(np.abs(want), initial=floor))
    if math.isnan(apart):
        return math.inf
    return apart / scale if scale > 0.0 else apart


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


def sizes(oracle: naive.Training, want: naive.Pass, x: Any) -> list[dict[str, float]]:
    """How large the numbers are that each layer's gradients are the rest of; by the name of the array.

    A sum over samples or units can cancel, down to nothing: the gradient of a bias before batch normalization is 0.
    Its round-off is that of the terms.
    """
    found: list[dict[str, float]] = []
    upstream = 0.0  # terms of dL/da
    outputs = [x, *(one.organs.get("output", one.a) for one in want.layers)]
    for number in range(len(want.layers), 0, -1):
        layer, got = oracle.layers[number - 1], want.layers[number - 1]
        # A gain can be the rest of terms of size 1 (GELU's far below 0), and then dz is that of the upstream gradient.
        dz = max(float(np.abs(got.dloss_dz).max()), upstream)
        factor = 1.0
        if layer.norm is not None:
            least = float(np.min(got.organs["norm_variance"])) + layer.norm.epsilon
            factor = float(np.abs(layer.norm.scale).max()) / math.sqrt(least)
        below = float(np.abs(outputs[number - 1]).max())
        z = float(np.abs(got.z).max())
        sizes = {
            "dloss_da": upstream,
            "dloss_doutput": upstream,
            "dloss_dz": dz,
            "dloss_dsum": dz * factor,
            "dloss_dbias": dz * factor,
            "dloss_dweight": dz * factor * below,
            "dloss_dshift": dz,
            "dloss_dscale": dz,
            "dloss_dparam": dz * max(1.0, z**2),
            "dloss_dskip_weight": dz * max(float(np.abs(out).max()) for out in outputs[:number]),
            "sum": 1e-2,
            "norm_mean": max(1e-2, float(np.abs(got.organs.get("sum", got.z)).max())),
            # of terms of size 1:
            "gain": 1e-2,
            "forward_mask": 1e-2,
            # begin at 0, move by round-off alone:
            "shift": 1e-2,
            "running_mean": 1e-2,
            "running_mean_next": 1e-2,
        }
        found.insert(0, sizes)
        upstream = dz * factor * float(np.abs(layer.weight).max())
    return found


def tape_distances(tape: Tape, oracle: naive.Training, want: naive.Pass, floor: float = 1e-6) -> dict[str, float]:
    """How far each array of `tape` is from the oracle's, by the name it has in a trace; `oracle` before its update."""
    far: dict[str, float] = {}
    x = tape.x.astype(np.float64)
    for number, (got, layer, size) in enumerate(
        zip(tape.layers, want.layers, sizes(oracle, want, x), strict=True), start=1
    ):
        pairs = {name: (getattr(got, name), getattr(layer, name)) for name in ARRAYS}
        pairs |= {f"dloss_dparam.{n}": (got.dloss_dparam[n], values) for n, values in layer.dloss_dparam.items()}
        pairs |= {name: (got.organs[name], values) for name, values in layer.organs.items()}
        certain = masks_that_are_certain(got, oracle.layers[number - 1])
        pairs["forward_mask"] = got.forward_mask[:, certain], layer.forward_mask[:, certain]
        assert set(got.dloss_dparam) == set(layer.dloss_dparam)
        extra = {f"{name}_next" for name in NEXT if name in layer.organs}
        assert set(got.organs) == set(layer.organs) | extra, f"organs of {got.name}"
        for name, (one, other) in pairs.items():
            assert (one is None) == (other is None), f"{name} of {got.name}"
            if one is not None:
                key = name.split(".")[0]
                far[f"l{number}.{name}"] = distance(one, other, floor=max(floor, size.get(key, 0.0)))
    return far


def masks_that_are_certain(got: LayerTape, layer: naive.Layer) -> Any:
    """Units (out,) whose forward mask does not hang on round-off: a quadratic's is a/z where its c is 0, else a."""
    if "c" not in got.param:
        return np.ones(got.units, dtype=bool)
    mine, theirs = got.param["c"], layer.learned["c"]
    return ((mine == 0.0) == (theirs == 0.0)) | (np.abs(theirs) > 1e-9)


def next_parameters(tape: Tape) -> dict[str, Any]:
    """All parameters and running figures after the update, as the tape has them; keys as in Network.parameters."""
    out: dict[str, Any] = {}
    for number, layer in enumerate(tape.layers, start=1):
        out[f"l{number}.weight"], out[f"l{number}.bias"] = layer.weight_next, layer.bias_next
        out |= {f"l{number}.param.{name}": values for name, values in layer.param_next.items()}
        out |= {f"l{number}.{name}": layer.organs[f"{name}_next"] for name in (*NEXT, *RUNNING) if name in layer.organs}
    return out


def clearance(oracle: naive.Training, want: naive.Pass, target: Any) -> float:
    """How far the nearest number is from a place where a function bends or jumps: there round-off decides."""
    near = [math.inf]
    for layer, got in zip(oracle.layers, want.layers, strict=True):
        for unit in range(got.z.shape[1]):
            if layer.gate_forward or layer.gate_backward:
                kinks = KINKS.get(layer.gate(unit), ())
                near += [float(np.abs(got.z[:, unit] - kink).min()) for kink in kinks]
    loss, delta = naive.loss_of(oracle.settings["loss"])
    error = np.abs(want.layers[-1].a - target)
    if loss == "mae":
        near.append(float(error.min()))
    if loss == "huber":
        near.append(float(np.abs(error - delta).min()))
    if loss == "hinge":
        margins = [naive.losses.margins(a, t) for a, t in zip(want.layers[-1].a, target, strict=True)]
        near += [abs(v) for row in margins for v in row if v != 0.0]
    return min(near)


KINKS = dict.fromkeys(("step", "relu", "leaky_relu", "prelu", "elu", "selu"), (0.0,)) | {"softplus": (20.0,)}


def arrays_of(layer: naive.LayerPass) -> list[Any]:
    """Every array that `tape_distances` compares in one layer."""
    named = [getattr(layer, name) for name in ARRAYS]
    return [v for v in (*named, *layer.dloss_dparam.values(), *layer.organs.values()) if v is not None]
