"""The losses of samples in float64, for whoever nudges a number and looks what becomes of them.

Definitions are those of `compute/kernels/criteria.py`, which computes gradients as well and needs a compiler.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.session.spec import LossSpec

Real = NDArray[np.float64]
Rule = Callable[[Real, Real, Real, float], Real]


def _mse(z: Real, a: Real, t: Real, delta: float) -> Real:
    return np.asarray(((a - t) ** 2).mean(axis=1))


def _half_squared_error(z: Real, a: Real, t: Real, delta: float) -> Real:
    return np.asarray(0.5 * ((a - t) ** 2).sum(axis=1))


def _mae(z: Real, a: Real, t: Real, delta: float) -> Real:
    return np.asarray(np.abs(a - t).mean(axis=1))


def _huber(z: Real, a: Real, t: Real, delta: float) -> Real:
    size = np.abs(a - t)
    return np.asarray(np.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta)).mean(axis=1))


def _binary_cross_entropy(z: Real, a: Real, t: Real, delta: float) -> Real:
    return np.asarray((np.maximum(z, 0.0) - z * t + np.log1p(np.exp(-np.abs(z)))).mean(axis=1))


def _cross_entropy(z: Real, a: Real, t: Real, delta: float) -> Real:
    top = z.max(axis=1, keepdims=True)
    return np.asarray((t * (top + np.log(np.exp(z - top).sum(axis=1, keepdims=True)) - z)).sum(axis=1))


def _hinge(z: Real, a: Real, t: Real, delta: float) -> Real:
    if a.shape[1] == 1:
        return np.maximum(0.0, 1.0 - (2.0 * t - 1.0) * a)[:, 0]
    margins = 1.0 - (a * t).sum(axis=1, keepdims=True) + a
    return np.asarray((np.maximum(0.0, margins) * (1.0 - t)).mean(axis=1))


def _binary_of_shares(z: Real, a: Real, t: Real, delta: float) -> Real:
    return np.asarray(-(t * np.log(a) + (1.0 - t) * np.log(1.0 - a)).mean(axis=1))


def _cross_of_shares(z: Real, a: Real, t: Real, delta: float) -> Real:
    return np.asarray(-np.where(t > 0.0, t * np.log(np.where(t > 0.0, a, 1.0)), 0.0).sum(axis=1))


RULES: Mapping[str, Rule] = {
    "mse": _mse,
    "half_squared_error": _half_squared_error,
    "mae": _mae,
    "huber": _huber,
    "binary_cross_entropy": _binary_cross_entropy,
    "cross_entropy": _cross_entropy,
    "hinge": _hinge,
}

OF_SHARES: Mapping[str, Rule] = {"binary_cross_entropy": _binary_of_shares, "cross_entropy": _cross_of_shares}
"""From the outputs alone, where the usual form takes z, which a nudge of the outputs does not reach."""


def sample_losses(loss: LossSpec, z: Real, a: Real, target: Real, *, of_outputs: bool = False) -> Real:
    """Each sample's loss, (n,), from the output layer's z and a, (n, outputs); NaN where there is none."""
    rule = OF_SHARES.get(loss.name, RULES[loss.name]) if of_outputs else RULES[loss.name]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return rule(z, a, target, loss.delta)
