"""Losses: each sample's loss, and the gradient of the mini-batch's mean at the output layer.

Arrays are (outputs, n). Definitions are PyTorch's with reduction="mean".
"""

import math

from numba import njit

from twostroke.engine.kernels.plan import BINARY_CROSS_ENTROPY, CROSS_ENTROPY, HUBER, MAE, MSE


@njit(nogil=True, error_model="numpy")
def element_loss(loss, delta, a, target):  # type: ignore[no-untyped-def]
    """Loss of one output and its derivative with respect to `a`, for losses on the activation."""
    d = a - target
    if loss == MSE:
        return d * d, 2.0 * d
    size = abs(d)
    sign = 1.0 if d > 0.0 else (-1.0 if d < 0.0 else d * 0.0)
    if loss == MAE:
        return size, sign
    if size <= delta:
        return 0.5 * d * d, d
    return delta * (size - 0.5 * delta), delta * sign


@njit(nogil=True, error_model="numpy")
def plain_loss(loss, delta, a, target, sample_loss, da):  # type: ignore[no-untyped-def]
    """MSE, MAE, Huber: the mean over all elements. Fills sample_loss (n,) and da = dL/da."""
    outputs, n = a.shape
    scale = 1.0 / (outputs * n)
    for s in range(n):
        total = 0.0
        for u in range(outputs):
            value, slope = element_loss(loss, delta, float(a[u, s]), float(target[u, s]))
            total += value
            da[u, s] = slope * scale
        sample_loss[s] = total / outputs


@njit(nogil=True, error_model="numpy")
def sigmoid_cross_entropy(z, a, target, sample_loss, dz):  # type: ignore[no-untyped-def]
    """Binary cross-entropy from the pre-activation: max(z, 0) - z t + ln(1 + exp(-abs(z))); dL/dz = (a - t) / (o n)."""
    outputs, n = z.shape
    scale = 1.0 / (outputs * n)
    for s in range(n):
        total = 0.0
        for u in range(outputs):
            v = float(z[u, s])
            t = float(target[u, s])
            total += max(v, 0.0) - v * t + math.log1p(math.exp(-abs(v)))
            dz[u, s] = (float(a[u, s]) - t) * scale
        sample_loss[s] = total / outputs


@njit(nogil=True, error_model="numpy")
def softmax(z, a):  # type: ignore[no-untyped-def]
    """a = exp(z - max) / sum, each column by itself."""
    outputs, n = z.shape
    for s in range(n):
        top = z[0, s]
        for u in range(1, outputs):
            top = max(top, z[u, s])
        total = 0.0
        for u in range(outputs):
            e = math.exp(float(z[u, s]) - float(top))
            a[u, s] = e
            total += e
        for u in range(outputs):
            a[u, s] = float(a[u, s]) / total


@njit(nogil=True, error_model="numpy")
def softmax_cross_entropy(z, a, target, sample_loss, dz):  # type: ignore[no-untyped-def]
    """Cross-entropy from the pre-activation: ln sum exp(z) - z of the true class; dL/dz = (a - t) / n."""
    outputs, n = z.shape
    for s in range(n):
        top = float(z[0, s])
        for u in range(1, outputs):
            top = max(top, float(z[u, s]))
        total = 0.0
        for u in range(outputs):
            total += math.exp(float(z[u, s]) - top)
        log_sum = top + math.log(total)
        loss = 0.0
        for u in range(outputs):
            t = float(target[u, s])
            loss += t * (log_sum - float(z[u, s]))
            dz[u, s] = (float(a[u, s]) - t) / n
        sample_loss[s] = loss


@njit(nogil=True, error_model="numpy")
def softmax_back(a, da, dz):  # type: ignore[no-untyped-def]
    """dz = a (da - sum(a da)): softmax's Jacobian applied to the upstream gradient."""
    outputs, n = a.shape
    for s in range(n):
        dot = 0.0
        for u in range(outputs):
            dot += float(a[u, s]) * float(da[u, s])
        for u in range(outputs):
            dz[u, s] = float(a[u, s]) * (float(da[u, s]) - dot)


@njit(nogil=True, error_model="numpy")
def output_loss(loss, delta, z, a, target, sample_loss, da, dz):  # type: ignore[no-untyped-def]
    """Fill sample_loss and, by the loss, either dL/da (plain) or dL/dz (fused). Returns the mean loss."""
    n = z.shape[1]
    if loss == BINARY_CROSS_ENTROPY:
        sigmoid_cross_entropy(z, a, target, sample_loss, dz)
    elif loss == CROSS_ENTROPY:
        softmax_cross_entropy(z, a, target, sample_loss, dz)
    else:
        plain_loss(loss, delta, a, target, sample_loss, da)
    total = 0.0
    for s in range(n):
        total += float(sample_loss[s])
    return total / n


assert HUBER == 2  # `element_loss` takes what is neither MSE nor MAE for Huber
