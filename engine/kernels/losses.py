"""Losses: each sample's loss, and the gradient of the mini-batch's mean at the output layer.

Rows of outputs, lanes of samples. Definitions are PyTorch's with reduction="mean". A sample counts with its `weight`:
1 without class weights, 0 in lanes that hold no sample.
"""

from numba import njit

from twostroke.engine.kernels.elementary import exp, log, log1p
from twostroke.engine.kernels.memory import number, row
from twostroke.engine.kernels.plan import (
    BINARY_CROSS_ENTROPY,
    CROSS_ENTROPY,
    HINGE,
    HUBER,
    MAE,
    MSE,
)


@njit(nogil=True, error_model="numpy")
def element_loss(loss, delta, a, target):  # type: ignore[no-untyped-def]
    """Loss of one output and its derivative with respect to `a`: MSE, MAE, Huber."""
    d = a - target
    if loss == MSE:
        return d * d, d + d
    size = abs(d)
    sign = d * 0 + (d > 0) - (d < 0)
    if loss == MAE:
        return size, sign
    if size <= delta:
        return d * d / 2, d
    return delta * (size - delta / 2), delta * sign


@njit(nogil=True, error_model="numpy")
def plain_loss(loss, delta, work, a_at, da_at, target, weight, sample_loss, outputs, n, stride):  # type: ignore[no-untyped-def]
    """MSE, MAE, Huber: the mean over all elements. Adds up sample_loss and fills da = dL/da."""
    scale, one, bend = number(work, 1.0 / (outputs * n)), number(work, 1.0 / outputs), number(work, delta)
    for u in range(outputs):
        a, da = row(work, a_at + u * stride), row(work, da_at + u * stride)
        t = row(target, u * stride)
        for s in range(stride):
            value, slope = element_loss(loss, bend, a[s], t[s])
            sample_loss[s] += value * one * weight[s]
            da[s] = slope * scale * weight[s]


@njit(nogil=True, error_model="numpy")
def sigmoid_cross_entropy(work, z_at, a_at, dz_at, target, weight, sample_loss, outputs, n, stride):  # type: ignore[no-untyped-def]
    """Binary cross-entropy from the pre-activation: max(z, 0) - z t + ln(1 + exp(-abs(z))); dL/dz = (a - t) / (o n)."""
    scale, one, zero = number(work, 1.0 / (outputs * n)), number(work, 1.0 / outputs), number(work, 0.0)
    for u in range(outputs):
        z, a = row(work, z_at + u * stride), row(work, a_at + u * stride)
        dz, t = row(work, dz_at + u * stride), row(target, u * stride)
        for s in range(stride):
            v = z[s]
            positive = v if v > zero else v * zero  # v * 0 keeps a NaN
            sample_loss[s] += (positive - v * t[s] + log1p(exp(-abs(v)))) * one * weight[s]
            dz[s] = (a[s] - t[s]) * scale * weight[s]


@njit(nogil=True, error_model="numpy")
def softmax(work, z_at, a_at, spare_at, units, stride):  # type: ignore[no-untyped-def]
    """a = exp(z - top) / total, each lane by itself; leaves top and total in the first two spare rows."""
    top, total = row(work, spare_at), row(work, spare_at + stride)
    for s in range(stride):
        top[s] = work[z_at + s]
        total[s] = 0
    for u in range(1, units):
        z = row(work, z_at + u * stride)
        for s in range(stride):
            top[s] = z[s] if z[s] > top[s] else top[s]
    for u in range(units):
        z, a = row(work, z_at + u * stride), row(work, a_at + u * stride)
        for s in range(stride):
            a[s] = exp(z[s] - top[s])
            total[s] += a[s]
    for u in range(units):
        a = row(work, a_at + u * stride)
        for s in range(stride):
            a[s] /= total[s]


@njit(nogil=True, error_model="numpy")
def softmax_cross_entropy(work, z_at, a_at, dz_at, spare_at, target, weight, sample_loss, outputs, n, stride):  # type: ignore[no-untyped-def]
    """Cross-entropy from the pre-activation: ln sum exp(z) - z of the true class; dL/dz = (a - t) / n.

    Follows `softmax` on the same rows, whose spare rows it reads.
    """
    top, total = row(work, spare_at), row(work, spare_at + stride)
    scale = number(work, 1.0 / n)
    for s in range(stride):
        top[s] += log(total[s])
    for u in range(outputs):
        z, a = row(work, z_at + u * stride), row(work, a_at + u * stride)
        dz, t = row(work, dz_at + u * stride), row(target, u * stride)
        for s in range(stride):
            sample_loss[s] += t[s] * (top[s] - z[s]) * weight[s]
            dz[s] = (a[s] - t[s]) * scale * weight[s]


@njit(nogil=True, error_model="numpy")
def softmax_back(work, a_at, da_at, dz_at, spare_at, units, stride):  # type: ignore[no-untyped-def]
    """dz = a (da - sum(a da)): softmax's Jacobian applied to the upstream gradient."""
    dot = row(work, spare_at)
    for s in range(stride):
        dot[s] = 0
    for u in range(units):
        for s in range(stride):
            dot[s] += work[a_at + u * stride + s] * work[da_at + u * stride + s]
    for u in range(units):
        for s in range(stride):
            at = u * stride + s
            work[dz_at + at] = work[a_at + at] * (work[da_at + at] - dot[s])


@njit(nogil=True, error_model="numpy")
def hinge(work, a_at, da_at, target, weight, sample_loss, n, stride):  # type: ignore[no-untyped-def]
    """One output: max(0, 1 - y a) with y = 2 t - 1; the derivative at the kink is 0."""
    one, zero, scale = number(work, 1.0), number(work, 0.0), number(work, 1.0 / n)
    for s in range(stride):
        y = target[s] + target[s] - one
        margin = one - y * work[a_at + s]
        inside = margin > zero
        sample_loss[s] += (margin if inside else margin * zero) * weight[s]
        work[da_at + s] = -y * scale * weight[s] if inside else zero


@njit(nogil=True, error_model="numpy")
def multi_margin(work, a_at, da_at, spare_at, target, weight, sample_loss, outputs, n, stride):  # type: ignore[no-untyped-def]
    """Several outputs: the sum over wrong classes of max(0, 1 - a_true + a) / C, as torch.nn.MultiMarginLoss."""
    one, zero, share, scale = (
        number(work, 1.0),
        number(work, 0.0),
        number(work, 1.0 / outputs),
        number(work, 1.0 / (outputs * n)),
    )
    true, inside = row(work, spare_at), row(work, spare_at + stride)
    for s in range(stride):
        true[s], inside[s] = zero, zero
    for u in range(outputs):
        for s in range(stride):
            true[s] += target[u * stride + s] * work[a_at + u * stride + s]
    for u in range(outputs):
        for s in range(stride):
            at = u * stride + s
            margin = one - true[s] + work[a_at + at]
            wrong = one - target[at]
            counts = wrong if margin > zero else zero
            sample_loss[s] += (margin * counts if margin > zero else margin * zero) * share * weight[s]
            work[da_at + at] = counts * scale * weight[s]
            inside[s] += counts
    for u in range(outputs):
        for s in range(stride):
            at = u * stride + s
            work[da_at + at] -= target[at] * inside[s] * scale * weight[s]


@njit(nogil=True, error_model="numpy", fastmath={"reassoc"})
def output_loss(loss, delta, work, z, a, da, dz, spare, target, weight, sample_loss, outputs, n, stride):  # type: ignore[no-untyped-def]
    """Fill sample_loss and, by the loss, either dL/da (plain) or dL/dz (fused). Returns the mean loss.

    z, a, da, dz, spare: where those rows of the output layer begin in `work`.
    """
    for s in range(stride):
        sample_loss[s] = 0
    if loss == BINARY_CROSS_ENTROPY:
        sigmoid_cross_entropy(work, z, a, dz, target, weight, sample_loss, outputs, n, stride)
    elif loss == CROSS_ENTROPY:
        softmax_cross_entropy(work, z, a, dz, spare, target, weight, sample_loss, outputs, n, stride)
    elif loss in (MSE, MAE, HUBER):
        plain_loss(loss, delta, work, a, da, target, weight, sample_loss, outputs, n, stride)
    elif loss == HINGE:
        hinge(work, a, da, target, weight, sample_loss, n, stride)
    else:
        multi_margin(work, a, da, spare, target, weight, sample_loss, outputs, n, stride)
    total = 0.0
    for s in range(stride):
        total += sample_loss[s]
    return total / n
