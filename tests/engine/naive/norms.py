"""Batch and layer normalization, as torch.nn.BatchNorm1d and torch.nn.LayerNorm define them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.engine.naive.functions import Matrix


@dataclass
class Norm:
    """One layer's normalizer: scale, shift (units,), and the running figures (units,) that `batch` keeps."""

    name: str  # "batch" or "layer"
    scale: Matrix
    shift: Matrix
    running_mean: Matrix | None = None
    running_variance: Matrix | None = None
    momentum: float = 0.1
    epsilon: float = 1e-5


def norm_of(settings: Any, number: int, parameters: Mapping[str, Any]) -> Norm | None:
    """The normalizer of layer `number` from a session's dictionary and parameters named as in a trace."""
    given = {"name": settings} if isinstance(settings, str) else dict(settings or {"name": "none"})
    if given["name"] == "none":
        return None

    def take(name: str) -> Matrix:
        return np.array(parameters[f"l{number}.{name}"], dtype=np.float64)

    running = ("running_mean", "running_variance") if given["name"] == "batch" else ()
    return Norm(scale=take("scale"), shift=take("shift"), **{name: take(name) for name in running}, **given)


def mean_and_variance(values: list[float]) -> tuple[float, float]:
    """Mean, and the biased variance: the mean of the squared distances from it."""
    mean = sum(values) / len(values)
    return mean, sum((v - mean) ** 2 for v in values) / len(values)


def groups(norm: Norm, shape: tuple[int, int]) -> list[list[tuple[int, int]]]:
    """The places (sample, unit) that share a mean: each unit's over the batch, or each sample's over the units."""
    samples, units = shape
    if norm.name == "batch":
        return [[(s, j) for s in range(samples)] for j in range(units)]
    return [[(s, j) for j in range(units)] for s in range(samples)]


def normalize(norm: Norm, sums: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Sums (B, out) with mean 0 and variance 1 in each group; and each group's mean and variance."""
    out = np.zeros_like(sums)
    means, variances = [], []
    for group in groups(norm, sums.shape):
        mean, variance = mean_and_variance([float(sums[place]) for place in group])
        for place in group:
            out[place] = (sums[place] - mean) / math.sqrt(variance + norm.epsilon)
        means.append(mean)
        variances.append(variance)
    return out, np.array(means), np.array(variances)


def by_running_figures(norm: Norm, sums: Matrix) -> Matrix:
    """What `batch` does outside training."""
    assert norm.running_mean is not None
    assert norm.running_variance is not None
    out = np.zeros_like(sums)
    for (s, j), v in np.ndenumerate(sums):
        out[s, j] = (v - norm.running_mean[j]) / math.sqrt(norm.running_variance[j] + norm.epsilon)
    return out


def scaled(norm: Norm, normalized: Matrix) -> Matrix:
    """scale * normalized + shift, per unit."""
    out = np.zeros_like(normalized)
    for (s, j), v in np.ndenumerate(normalized):
        out[s, j] = norm.scale[j] * v + norm.shift[j]
    return out


def norm_back(norm: Norm, normalized: Matrix, variances: Matrix, dy: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """From dL/dy (B, out): dL/dsum (B, out), dL/dscale (out,), dL/dshift (out,).

    Within a group of m places, with s = sqrt(variance + epsilon) and n the normalized number:
    dn_r / dsum_q = ((r = q) - 1/m) / s - n_r n_q / (m s).
    """
    samples, units = dy.shape
    dscale = np.array([sum(dy[s, j] * normalized[s, j] for s in range(samples)) for j in range(units)])
    dshift = np.array([sum(dy[s, j] for s in range(samples)) for j in range(units)])
    dsum = np.zeros_like(dy)
    for index, group in enumerate(groups(norm, dy.shape)):
        m, s = len(group), math.sqrt(variances[index] + norm.epsilon)
        for q in group:
            for r in group:
                jacobian = ((r == q) - 1.0 / m) / s - normalized[r] * normalized[q] / (m * s)
                dsum[q] += dy[r] * norm.scale[r[1]] * jacobian
    return dsum, dscale, dshift


def running_next(norm: Norm, means: Matrix, variances: Matrix, samples: int) -> tuple[Matrix, Matrix]:
    """The running figures after a mini-batch: a share `momentum` of the new mean and of the new unbiased variance.

    A single sample has no variance: then they stay.
    """
    assert norm.running_mean is not None
    assert norm.running_variance is not None
    if samples == 1:
        return norm.running_mean, norm.running_variance
    unbiased = variances * (samples / (samples - 1.0))
    keep, take = 1.0 - norm.momentum, norm.momentum
    return keep * norm.running_mean + take * means, keep * norm.running_variance + take * unbiased
