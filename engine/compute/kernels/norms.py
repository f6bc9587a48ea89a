"""Normalizers: batch normalization (Ioffe and Szegedy 2015) and layer normalization (Ba et al. 2016), both strokes.

As torch.nn.BatchNorm1d and torch.nn.LayerNorm: y = scale * (sum - mean) / sqrt(variance + epsilon) + shift, with the
biased variance. Means are taken in float64, whatever the network's precision.
"""

import math

from numba import njit

from twostroke.engine.compute.kernels.memory import row
from twostroke.engine.compute.kernels.plan import (
    BATCH_NORM,
    D_SUM,
    D_Z,
    INVERSE,
    MEAN,
    NORM,
    NORM_EPSILON,
    NORM_MOMENTUM,
    NORMALIZED,
    RUNNING,
    SCALE,
    SHIFT,
    SUM,
    UNITS,
    VARIANCE,
    Z,
)


def normalise(layer, reals, theta, running, work, n, stride, training):  # type: ignore[no-untyped-def]
    """Rows SUM -> NORMALIZED and Z. Batch normalization takes the running figures where `training` is False."""
    if layer[NORM] == BATCH_NORM:
        _batch_figures(layer, reals, running, work, n, stride, training)
    else:
        _layer_figures(layer, reals, work, stride)
    by_unit = layer[NORM] == BATCH_NORM
    mean, inverse = layer[MEAN] * stride, layer[INVERSE] * stride
    for u in range(layer[UNITS]):
        at = layer[SUM] * stride + u * stride
        value = row(work, at)
        at = layer[NORMALIZED] * stride + u * stride
        hat = row(work, at)
        at = layer[Z] * stride + u * stride
        z = row(work, at)
        scale, shift = theta[layer[SCALE] + u], theta[layer[SHIFT] + u]
        for s in range(stride):
            k = u if by_unit else s
            hat[s] = (value[s] - work[mean + k]) * work[inverse + k]
            z[s] = scale * hat[s] + shift
    return 0.0


@njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True)
def _batch_figures(layer, reals, running, work, n, stride, training):  # type: ignore[no-untyped-def]
    """Mean, variance and 1 / sqrt(variance + epsilon) of each unit over the n samples, or the running ones."""
    mean_at, variance_at, inverse_at = layer[MEAN] * stride, layer[VARIANCE] * stride, layer[INVERSE] * stride
    units = layer[UNITS]
    for u in range(units):
        at = layer[SUM] * stride + u * stride
        lanes = row(work, at)
        mean, variance = 0.0, 0.0
        if training:
            for s in range(n):
                mean += float(lanes[s])
            mean /= n
            for s in range(n):
                variance += (float(lanes[s]) - mean) ** 2
            variance /= n
        else:
            mean = float(running[layer[RUNNING] + u])
            variance = float(running[layer[RUNNING] + units + u])
        work[mean_at + u] = mean
        work[variance_at + u] = variance
        work[inverse_at + u] = 1.0 / math.sqrt(variance + reals[NORM_EPSILON])


@njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True)
def _layer_figures(layer, reals, work, stride):  # type: ignore[no-untyped-def]
    """The same of each sample over the units of the layer."""
    mean_at, variance_at, inverse_at = layer[MEAN] * stride, layer[VARIANCE] * stride, layer[INVERSE] * stride
    units, begin = layer[UNITS], layer[SUM] * stride
    for s in range(stride):
        mean, variance = 0.0, 0.0
        for u in range(units):
            mean += float(work[begin + u * stride + s])
        mean /= units
        for u in range(units):
            variance += (float(work[begin + u * stride + s]) - mean) ** 2
        variance /= units
        work[mean_at + s] = mean
        work[variance_at + s] = variance
        work[inverse_at + s] = 1.0 / math.sqrt(variance + reals[NORM_EPSILON])


def move_running(layer, reals, work, n, stride, running):  # type: ignore[no-untyped-def]
    """Move batch normalization's running figures towards those of this mini-batch; the variance as the unbiased one.

    A mini-batch of one sample has no variance; it leaves them as they are.
    """
    if n == 1:
        return 0.0
    units, momentum = layer[UNITS], reals[NORM_MOMENTUM]
    correction = n / (n - 1.0)
    for u in range(units):
        mean = float(work[layer[MEAN] * stride + u])
        variance = float(work[layer[VARIANCE] * stride + u]) * correction
        at = layer[RUNNING] + u
        running[at] = (1.0 - momentum) * running[at] + momentum * mean
        running[at + units] = (1.0 - momentum) * running[at + units] + momentum * variance
    return 0.0


def normalise_back(layer, theta, work, grad, n, stride, training):  # type: ignore[no-untyped-def]
    """Rows D_Z -> D_SUM, and the gradients of scale and shift."""
    for u in range(layer[UNITS]):
        dz = layer[D_Z] * stride + u * stride
        hat = layer[NORMALIZED] * stride + u * stride
        dscale, dshift = 0.0, 0.0
        for s in range(stride):
            dscale += float(work[dz + s]) * float(work[hat + s])
            dshift += float(work[dz + s])
        grad[layer[SCALE] + u] = dscale
        grad[layer[SHIFT] + u] = dshift
    if layer[NORM] == BATCH_NORM:
        _batch_back(layer, theta, work, grad, n, stride, training)
    else:
        _layer_back(layer, theta, work, stride)
    return 0.0


@njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True)
def _batch_back(layer, theta, work, grad, n, stride, training):  # type: ignore[no-untyped-def]
    """The mean and the variance depend on every sample of the mini-batch; the running figures on none."""
    for u in range(layer[UNITS]):
        dz, hat = layer[D_Z] * stride + u * stride, layer[NORMALIZED] * stride + u * stride
        to = layer[D_SUM] * stride + u * stride
        factor = float(theta[layer[SCALE] + u]) * float(work[layer[INVERSE] * stride + u])
        mean = float(grad[layer[SHIFT] + u]) / n if training else 0.0
        slope = float(grad[layer[SCALE] + u]) / n if training else 0.0
        for s in range(n):
            work[to + s] = factor * (float(work[dz + s]) - mean - float(work[hat + s]) * slope)
        for s in range(n, stride):
            work[to + s] = 0.0


@njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True)
def _layer_back(layer, theta, work, stride):  # type: ignore[no-untyped-def]
    """The mean and the variance depend on every unit of the layer."""
    units = layer[UNITS]
    dz, hat, to = layer[D_Z] * stride, layer[NORMALIZED] * stride, layer[D_SUM] * stride
    for s in range(stride):
        mean, slope = 0.0, 0.0
        for u in range(units):
            up = float(work[dz + u * stride + s]) * float(theta[layer[SCALE] + u])
            mean += up
            slope += up * float(work[hat + u * stride + s])
        mean /= units
        slope /= units
        inverse = float(work[layer[INVERSE] * stride + s])
        for u in range(units):
            up = float(work[dz + u * stride + s]) * float(theta[layer[SCALE] + u])
            work[to + u * stride + s] = inverse * (up - mean - float(work[hat + u * stride + s]) * slope)


NORM_KINDS, NORM_BACK_KINDS, RUNNING_KINDS = "idfffnnn", "ifffnnn", "idfnnf"
"""The arguments of `normalise`, `normalise_back` and `move_running`, for parts.address."""
