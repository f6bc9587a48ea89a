"""The two strokes over one mini-batch that lies in the buffers."""

import numpy as np
from numba import njit

from twostroke.engine.kernels.gates import call
from twostroke.engine.kernels.losses import output_loss, softmax, softmax_back


@njit(nogil=True)
def rows(flat, plan, layer, n):  # type: ignore[no-untyped-def]
    """Layer `layer` of a flat buffer as (units, n)."""
    units = plan.units[layer]
    begin = plan.unit_at[layer] * n
    return flat[begin : begin + units * n].reshape((units, n))


@njit(nogil=True)
def weight(flat, plan, layer):  # type: ignore[no-untyped-def]
    """The weights into `layer` (1...L) in theta or grad, as (out, in)."""
    out, into = plan.units[layer], plan.units[layer - 1]
    begin = plan.weight_at[layer - 1]
    return flat[begin : begin + out * into].reshape((out, into))


@njit(nogil=True)
def bias(flat, plan, layer):  # type: ignore[no-untyped-def]
    """The biases of `layer` in theta or grad, as (out,)."""
    begin = plan.bias_at[layer - 1]
    return flat[begin : begin + plan.units[layer]]


@njit(nogil=True)
def learned(flat, plan, layer):  # type: ignore[no-untyped-def]
    """The learned activation parameters of `layer` in theta or grad, as (k, out)."""
    k, out = plan.learned[layer - 1], plan.units[layer]
    begin = plan.param_at[layer - 1]
    return flat[begin : begin + k * out].reshape((k, out))


@njit(nogil=True)
def copy(source, target):  # type: ignore[no-untyped-def]
    """target = source, both (units, n). A slice assignment would do, but compiles for seconds."""
    for u in range(source.shape[0]):
        for s in range(source.shape[1]):
            target[u, s] = source[u, s]


@njit(nogil=True)
def clear(target):  # type: ignore[no-untyped-def]
    """target = 0, of shape (units, n)."""
    for u in range(target.shape[0]):
        for s in range(target.shape[1]):
            target[u, s] = 0


@njit(nogil=True)
def weighted_sum(w, b, a, z):  # type: ignore[no-untyped-def]
    """z = w a + b by loops over samples; for small layers."""
    out, into = w.shape
    n = a.shape[1]
    for u in range(out):
        for s in range(n):
            z[u, s] = b[u]
        for j in range(into):
            factor = w[u, j]
            for s in range(n):
                z[u, s] += factor * a[j, s]


@njit(nogil=True)
def weight_gradient(dz, a, dw):  # type: ignore[no-untyped-def]
    """dw = dz aᵀ by loops; for small layers."""
    out, into = dw.shape
    n = dz.shape[1]
    for u in range(out):
        for j in range(into):
            total = dw.dtype.type(0.0)
            for s in range(n):
                total += dz[u, s] * a[j, s]
            dw[u, j] = total


@njit(nogil=True)
def spread(w, dz, da):  # type: ignore[no-untyped-def]
    """da of the layer before = wᵀ dz by loops; for small layers."""
    out, into = w.shape
    n = dz.shape[1]
    clear(da)
    for u in range(out):
        for j in range(into):
            factor = w[u, j]
            for s in range(n):
                da[j, s] += factor * dz[u, s]


@njit(nogil=True, error_model="numpy")
def forward(plan, theta, buffers, n):  # type: ignore[no-untyped-def]
    """The forward stroke over the n samples in layer 0 of the buffers: z, a and gain of every layer."""
    for layer in range(1, plan.units.size):
        i = layer - 1
        w, b = weight(theta, plan, layer), bias(theta, plan, layer)
        below = rows(buffers.a, plan, layer - 1, n)
        z, a = rows(buffers.z, plan, layer, n), rows(buffers.a, plan, layer, n)
        gain = rows(buffers.gain, plan, layer, n)
        if plan.blas[i]:
            np.dot(w, below, z)
            for u in range(z.shape[0]):
                for s in range(n):
                    z[u, s] += b[u]
        else:
            weighted_sum(w, b, below, z)
        if plan.softmax[i]:
            softmax(z, a)
            continue
        params = buffers.params[plan.unit_at[layer] : plan.unit_at[layer + 1]]
        values = learned(theta, plan, layer)
        for k in range(values.shape[0]):
            for u in range(values.shape[1]):
                params[u, k] = values[k, u]
        call(plan.gate[i], z, params, a, gain)
        if not plan.gate_forward[i]:
            copy(z, a)


@njit(nogil=True, error_model="numpy")
def loss(plan, buffers, n):  # type: ignore[no-untyped-def]
    """Mean loss of the n samples, and its gradient at the output layer."""
    top = plan.units.size - 1
    outputs = plan.units[top]
    target = buffers.target[: outputs * n].reshape((outputs, n))
    z, a = rows(buffers.z, plan, top, n), rows(buffers.a, plan, top, n)
    da, dz = rows(buffers.da, plan, top, n), rows(buffers.dz, plan, top, n)
    return output_loss(plan.loss[0], plan.loss_setting[0], z, a, target, buffers.sample_loss, da, dz)


@njit(nogil=True, error_model="numpy")
def gate_back(plan, buffers, layer, n):  # type: ignore[no-untyped-def]
    """The upstream gradient meets the gates of `layer`: dz = da * gain."""
    i = layer - 1
    da, dz = rows(buffers.da, plan, layer, n), rows(buffers.dz, plan, layer, n)
    if plan.softmax[i]:
        softmax_back(rows(buffers.a, plan, layer, n), da, dz)
    elif plan.gate_backward[i]:
        gain = rows(buffers.gain, plan, layer, n)
        for u in range(dz.shape[0]):
            for s in range(n):
                dz[u, s] = da[u, s] * gain[u, s]
    else:
        copy(da, dz)


@njit(nogil=True, error_model="numpy")
def param_back(plan, buffers, layer, n):  # type: ignore[no-untyped-def]
    """Gradient of the learned activation parameters of `layer`; 0 where the gradient passes by the gate."""
    i = layer - 1
    if plan.learned[i] == 0:
        return
    out = learned(buffers.grad, plan, layer)
    if plan.gate_backward[i]:
        params = buffers.params[plan.unit_at[layer] : plan.unit_at[layer + 1]]
        call(plan.param_gate[i], rows(buffers.z, plan, layer, n), params, rows(buffers.da, plan, layer, n), out)
    else:
        clear(out)


@njit(nogil=True, error_model="numpy")
def backward(plan, theta, buffers, n):  # type: ignore[no-untyped-def]
    """The backward stroke: da and dz of every layer, and the gradient of every parameter in buffers.grad."""
    top = plan.units.size - 1
    for layer in range(top, 0, -1):
        if layer < top or not plan.fused[0]:
            gate_back(plan, buffers, layer, n)
            param_back(plan, buffers, layer, n)
        i = layer - 1
        dz, below = rows(buffers.dz, plan, layer, n), rows(buffers.a, plan, layer - 1, n)
        dw, db = weight(buffers.grad, plan, layer), bias(buffers.grad, plan, layer)
        if plan.blas[i]:
            np.dot(dz, below.T, dw)
        else:
            weight_gradient(dz, below, dw)
        for u in range(dz.shape[0]):
            total = 0.0
            for s in range(n):
                total += dz[u, s]
            db[u] = total
        if layer > 1:
            da = rows(buffers.da, plan, layer - 1, n)
            if plan.blas[i]:
                np.dot(weight(theta, plan, layer).T, dz, da)
            else:
                spread(weight(theta, plan, layer), dz, da)
