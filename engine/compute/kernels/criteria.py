"""Losses: each sample's loss, and the gradient of the mini-batch's mean at the output layer.

Each is a part (see parts.py), and all take the same: the rows of the output layer, as where they begin in `work`;
targets and weights; Huber's delta. It adds each sample's loss to sample_loss and fills, by the loss, either dL/da
(plain) or dL/dz (fused with the output activation). Rows of outputs, lanes of samples. Definitions are PyTorch's with
reduction="mean"; half_squared_error is that of textbooks. A sample counts with its `weight`: 1 without class weights, 0
in lanes that hold no sample.
"""

from twostroke.engine.compute.kernels.elementary import exp, log, log1p
from twostroke.engine.compute.kernels.memory import number, row


def mse(work, z_at, a_at, da_at, dz_at, spare, target, weight, sample_loss, delta, outputs, n, stride):  # type: ignore[no-untyped-def]
    """(a - t)^2, the mean over all elements."""
    scale, one = number(work, 1.0 / (outputs * n)), number(work, 1.0 / outputs)
    for u in range(outputs):
        a, da, t = row(work, a_at + u * stride), row(work, da_at + u * stride), row(target, u * stride)
        for s in range(stride):
            d = a[s] - t[s]
            sample_loss[s] += d * d * one * weight[s]
            da[s] = (d + d) * scale * weight[s]
    return 0.0


def half_squared_error(  # type: ignore[no-untyped-def]
    work, z_at, a_at, da_at, dz_at, spare, target, weight, sample_loss, delta, outputs, n, stride
):
    """(a - t)^2 / 2, the sum over the outputs and the mean over the samples, as textbooks write it."""
    scale, half = number(work, 1.0 / n), number(work, 0.5)
    for u in range(outputs):
        a, da, t = row(work, a_at + u * stride), row(work, da_at + u * stride), row(target, u * stride)
        for s in range(stride):
            d = a[s] - t[s]
            sample_loss[s] += half * d * d * weight[s]
            da[s] = d * scale * weight[s]
    return 0.0


def mae(work, z_at, a_at, da_at, dz_at, spare, target, weight, sample_loss, delta, outputs, n, stride):  # type: ignore[no-untyped-def]
    """abs(a - t), the mean over all elements; the derivative at the kink is 0."""
    scale, share = number(work, 1.0 / (outputs * n)), number(work, 1.0 / outputs)
    one, zero = number(work, 1.0), number(work, 0.0)
    for u in range(outputs):
        a, da, t = row(work, a_at + u * stride), row(work, da_at + u * stride), row(target, u * stride)
        for s in range(stride):
            d = a[s] - t[s]
            sign = one if d > zero else (-one if d < zero else d * zero)  # d * 0 keeps a NaN
            sample_loss[s] += abs(d) * share * weight[s]
            da[s] = sign * scale * weight[s]
    return 0.0


def huber(work, z_at, a_at, da_at, dz_at, spare, target, weight, sample_loss, delta, outputs, n, stride):  # type: ignore[no-untyped-def]
    """d^2 / 2 up to delta, then delta (abs(d) - delta / 2), for d = a - t; the mean over all elements."""
    scale, one, bend = number(work, 1.0 / (outputs * n)), number(work, 1.0 / outputs), number(work, delta)
    half, zero = number(work, 0.5), number(work, 0.0)
    for u in range(outputs):
        a, da, t = row(work, a_at + u * stride), row(work, da_at + u * stride), row(target, u * stride)
        for s in range(stride):
            d = a[s] - t[s]
            size = abs(d)
            inside = size <= bend
            slope = d if inside else (bend if d > zero else -bend)
            value = half * d * d if inside else bend * (size - half * bend)
            sample_loss[s] += value * one * weight[s]
            da[s] = (slope + d * zero) * scale * weight[s]
    return 0.0


def sigmoid_cross_entropy(  # type: ignore[no-untyped-def]
    work, z_at, a_at, da_at, dz_at, spare, target, weight, sample_loss, delta, outputs, n, stride
):
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
    return 0.0


def softmax(work, z_at, a_at, spare, units, stride):  # type: ignore[no-untyped-def]
    """a = exp(z - top) / total, each lane by itself; leaves top and total in the first two spare rows."""
    top, total = row(work, spare), row(work, spare + stride)
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
    return 0.0


def softmax_cross_entropy(  # type: ignore[no-untyped-def]
    work, z_at, a_at, da_at, dz_at, spare, target, weight, sample_loss, delta, outputs, n, stride
):
    """Cross-entropy from the pre-activation: ln sum exp(z) - z of the true class; dL/dz = (a - t) / n.

    Follows `softmax` on the same rows, whose spare rows it reads.
    """
    top, total = row(work, spare), row(work, spare + stride)
    scale = number(work, 1.0 / n)
    for s in range(stride):
        top[s] += log(total[s])
    for u in range(outputs):
        z, a = row(work, z_at + u * stride), row(work, a_at + u * stride)
        dz, t = row(work, dz_at + u * stride), row(target, u * stride)
        for s in range(stride):
            sample_loss[s] += t[s] * (top[s] - z[s]) * weight[s]
            dz[s] = (a[s] - t[s]) * scale * weight[s]
    return 0.0


def softmax_back(work, a_at, da_at, dz_at, spare, units, stride):  # type: ignore[no-untyped-def]
    """dz = a (da - sum(a da)): softmax's Jacobian applied to the upstream gradient."""
    dot = row(work, spare)
    for s in range(stride):
        dot[s] = 0
    for u in range(units):
        for s in range(stride):
            dot[s] += work[a_at + u * stride + s] * work[da_at + u * stride + s]
    for u in range(units):
        for s in range(stride):
            at = u * stride + s
            work[dz_at + at] = work[a_at + at] * (work[da_at + at] - dot[s])
    return 0.0


def hinge(work, z_at, a_at, da_at, dz_at, spare, target, weight, sample_loss, delta, outputs, n, stride):  # type: ignore[no-untyped-def]
    """One output: max(0, 1 - y a) with y = 2 t - 1; the derivative at the kink is 0."""
    one, zero, scale = number(work, 1.0), number(work, 0.0), number(work, 1.0 / n)
    for s in range(stride):
        y = target[s] + target[s] - one
        margin = one - y * work[a_at + s]
        inside = margin > zero
        sample_loss[s] += (margin if inside else margin * zero) * weight[s]
        work[da_at + s] = -y * scale * weight[s] if inside else zero
    return 0.0


def multi_margin(work, z_at, a_at, da_at, dz_at, spare, target, weight, sample_loss, delta, outputs, n, stride):  # type: ignore[no-untyped-def]
    """Several outputs: the sum over wrong classes of max(0, 1 - a_true + a) / C, as torch.nn.MultiMarginLoss."""
    one, zero, share, scale = (
        number(work, 1.0),
        number(work, 0.0),
        number(work, 1.0 / outputs),
        number(work, 1.0 / (outputs * n)),
    )
    true, inside = row(work, spare), row(work, spare + stride)
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
    return 0.0


LOSSES = {
    "mse": mse,
    "half_squared_error": half_squared_error,
    "mae": mae,
    "huber": huber,
    "binary_cross_entropy": sigmoid_cross_entropy,
    "cross_entropy": softmax_cross_entropy,
    "hinge": hinge,
}
"""Losses by name."""

SEVERAL = {**LOSSES, "hinge": multi_margin}
"""The same for several outputs."""

LOSS_KINDS, SOFTMAX_KINDS, SOFTMAX_BACK_KINDS = "fnnnnnfffxnnn", "fnnnnn", "fnnnnnn"
"""The arguments of a loss, of `softmax` and of `softmax_back`, for parts.address."""
