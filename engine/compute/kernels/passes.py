"""The two strokes over one mini-batch that lies in the buffers, layer by layer.

weighted sum -> normalizer -> skip path -> gate -> dropout, and the same way back.
"""

from numba import njit

from twostroke.engine.catalogue.activations import MAX_PARAMETERS
from twostroke.engine.compute.kernels.gates import call_gate, call_param_gate
from twostroke.engine.compute.kernels.lanes import spread, store, width
from twostroke.engine.compute.kernels.memory import number, row
from twostroke.engine.compute.kernels.parts import call
from twostroke.engine.compute.kernels.plan import (
    ADD_TO,
    BIAS,
    BLAS,
    BLAS_GRADIENT_PART,
    BLAS_PART,
    BLAS_SPREAD_PART,
    BLAS_SUM_PART,
    BY_SAMPLE,
    COLUMNS,
    CUT,
    CUTS,
    D_A,
    D_INPUT,
    D_OUTPUT,
    D_SUM,
    D_Z,
    DIRECT,
    DROPOUT,
    DROPOUT_SHARE,
    FIRST_UNIT,
    GAIN,
    GATE_BACKWARD,
    GATE_FORWARD,
    INPUT,
    INTO,
    LAYERS,
    LEARNED,
    LOSS_PART,
    MASK,
    MASK_PART,
    NO_NORM,
    NO_SKIP,
    NONE,
    NORM,
    NORM_BACK_PART,
    NORM_PART,
    OFF_BACKWARD,
    OFF_FORWARD,
    OFFS_BACKWARD,
    OFFS_FORWARD,
    OUTPUT,
    PARAM,
    REALS,
    RUN,
    RUN_COLUMNS,
    RUN_FIRST,
    RUN_GATE,
    RUN_LEARNED,
    RUN_PARAM,
    RUN_PARAM_GATE,
    RUN_UNITS,
    RUNS,
    SECOND,
    SHARED,
    SKIP,
    SKIP_BACK_PART,
    SKIP_PART,
    SOFTMAX,
    SOFTMAX_BACK_PART,
    SOFTMAX_PART,
    SPARE,
    SUM,
    UNITS,
    WEIGHT,
    A,
    Z,
)
from twostroke.engine.compute.kernels.products import lane_sums, weight_gradient, weighted_sum
from twostroke.engine.compute.kernels.rows import add, copy, fill, multiply


@njit(nogil=True, error_model="numpy", inline="always")
def _sum(plan, layer, theta, work, stride):  # type: ignore[no-untyped-def]
    """Rows INPUT -> SUM."""
    out, into, inputs, to = layer[UNITS], layer[INTO], layer[INPUT] * stride, layer[SUM] * stride
    if layer[BLAS]:
        call(
            plan.parts[BLAS_SUM_PART],
            (
                plan.parts[BLAS_PART],
                plan.parts[SECOND],
                theta,
                layer[WEIGHT],
                layer[BIAS],
                work,
                inputs,
                to,
                layer[SPARE] * stride,
                out,
                into,
                stride,
                layer[BY_SAMPLE],
            ),
        )
    else:
        weighted_sum(theta, layer[WEIGHT], into, 1, layer[BIAS], work, inputs, to, out, into, stride)


@njit(nogil=True, error_model="numpy", inline="always")
def _gate(plan, layer, theta, buffers, stride):  # type: ignore[no-untyped-def]
    """Rows Z -> A and GAIN."""
    work, params, units = buffers.work, buffers.params, layer[UNITS]
    z, a, gain = layer[Z] * stride, layer[A] * stride, layer[GAIN] * stride
    for r in range(layer[RUN], layer[RUN] + layer[RUNS]):
        run = row(plan.runs, r * RUN_COLUMNS)
        first, count = run[RUN_FIRST], run[RUN_UNITS]
        at = (layer[FIRST_UNIT] + first) * MAX_PARAMETERS
        learned = layer[PARAM] + run[RUN_PARAM] * units + first
        for k in range(run[RUN_LEARNED]):
            for u in range(count):
                params[at + u * MAX_PARAMETERS + k] = theta[learned + k * units + u]
        skip = first * stride
        call_gate(run[RUN_GATE], work, z + skip, a + skip, gain + skip, params, at, count, stride)
    if not layer[GATE_FORWARD]:
        copy(work, z, a, units * stride)
    elif layer[OFFS_FORWARD]:
        _pass_by(plan, layer[OFF_FORWARD], layer[OFFS_FORWARD], work, layer[Z], layer[A], stride)


@njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True)
def _pass_by(plan, at, count, work, source, to, stride):  # type: ignore[no-untyped-def]
    """Rows `source` -> `to` of the units that `plan.named` names from `at` on: they pass by their gates."""
    for i in range(count):
        unit = plan.named[at + i]
        copy(work, (source + unit) * stride, (to + unit) * stride, stride)


@njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True)
def _silence(plan, layer, work, first, stride):  # type: ignore[no-untyped-def]
    """0 in the rows of the layer's cut units, of the array that begins with row `first`."""
    for i in range(layer[CUTS]):
        fill(work, 0.0, (first + plan.named[layer[CUT] + i]) * stride, stride)


@njit(nogil=True, error_model="numpy", inline="always")
def _drop(plan, reals, layer, i, work, stride, training, update):  # type: ignore[no-untyped-def]
    """Rows A -> OUTPUT through dropout's mask, which is all 1 where `training` is False."""
    mask, count = layer[MASK] * stride, layer[UNITS] * stride
    if training:
        call(plan.parts[MASK_PART], (plan.seed[0], update, i, reals[DROPOUT_SHARE], work, mask, count))
    else:
        fill(work, 1.0, mask, count)
    multiply(work, layer[A] * stride, mask, layer[OUTPUT] * stride, count)


@njit(nogil=True, error_model="numpy", inline="always")
def forward(plan, theta, running, buffers, n, stride, training, update):  # type: ignore[no-untyped-def]
    """The forward stroke over the n samples in the input rows: all rows up to the output's A and GAIN.

    `training`: batch normalization takes the figures of the mini-batch, and dropout the mask of that update.
    """
    work = buffers.work
    for i in range(plan.counts[LAYERS]):
        layer, reals = row(plan.layers, i * COLUMNS), row(plan.reals, i * REALS)
        _sum(plan, layer, theta, work, stride)
        if layer[NORM] != NO_NORM:
            call(plan.parts[NORM_PART], (layer, reals, theta, running, work, n, stride, training))
        elif layer[SKIP] != NO_SKIP:
            copy(work, layer[SUM] * stride, layer[Z] * stride, layer[UNITS] * stride)
        if layer[SKIP] != NO_SKIP:
            call(plan.parts[SKIP_PART], (layer, theta, work, stride))
        if layer[SOFTMAX]:
            rows = work, layer[Z] * stride, layer[A] * stride, layer[SPARE] * stride, layer[UNITS], stride
            call(plan.parts[SOFTMAX_PART], rows)
        else:
            _gate(plan, layer, theta, buffers, stride)
        if layer[CUTS]:
            _silence(plan, layer, work, layer[A], stride)
            _silence(plan, layer, work, layer[GAIN], stride)
        if layer[DROPOUT]:
            _drop(plan, reals, layer, i, work, stride, training, update)


@njit(nogil=True, error_model="numpy", inline="always")
def loss(plan, buffers, n, stride):  # type: ignore[no-untyped-def]
    """Mean loss of the n samples, and its gradient at the output layer."""
    top = row(plan.layers, (plan.counts[LAYERS] - 1) * COLUMNS)
    for s in range(0, stride, width(buffers.work)):
        store(buffers.sample_loss, s, spread(buffers.work, number(buffers.work, 0.0)))
    call(
        plan.parts[LOSS_PART],
        (
            buffers.work,
            top[Z] * stride,
            top[A] * stride,
            top[D_A] * stride,
            top[D_Z] * stride,
            top[SPARE] * stride,
            buffers.target,
            buffers.weight,
            buffers.sample_loss,
            plan.loss_setting[0],
            top[UNITS],
            n,
            stride,
        ),
    )
    total = 0.0
    for s in range(stride):
        total += buffers.sample_loss[s]
    return total / n


@njit(nogil=True, error_model="numpy", inline="always")
def _gate_back(plan, layer, buffers, stride):  # type: ignore[no-untyped-def]
    """The upstream gradient meets the gates: rows D_A -> D_Z, and the gradient of learned activation parameters."""
    work, units = buffers.work, layer[UNITS]
    count, da, dz = units * stride, layer[D_A] * stride, layer[D_Z] * stride
    if layer[SOFTMAX]:
        rows = work, layer[A] * stride, da, dz, layer[SPARE] * stride, units, stride
        call(plan.parts[SOFTMAX_BACK_PART], rows)
    elif layer[GATE_BACKWARD]:
        multiply(work, da, layer[GAIN] * stride, dz, count)
        if layer[OFFS_BACKWARD]:
            _pass_by(plan, layer[OFF_BACKWARD], layer[OFFS_BACKWARD], work, layer[D_A], layer[D_Z], stride)
    else:
        copy(work, da, dz, count)
    if layer[LEARNED] == 0:
        return
    fill(buffers.grad, 0.0, layer[PARAM], layer[LEARNED] * units)
    if not layer[GATE_BACKWARD]:
        return
    for r in range(layer[RUN], layer[RUN] + layer[RUNS]):
        run = row(plan.runs, r * RUN_COLUMNS)
        if run[RUN_LEARNED]:
            first, skip = run[RUN_FIRST], run[RUN_FIRST] * stride
            call_param_gate(
                run[RUN_PARAM_GATE],
                work,
                layer[Z] * stride + skip,
                da + skip,
                buffers.params,
                (layer[FIRST_UNIT] + first) * MAX_PARAMETERS,
                buffers.grad,
                layer[PARAM] + run[RUN_PARAM] * units + first,
                units,
                run[RUN_UNITS],
                stride,
            )
    for i in range(layer[OFFS_BACKWARD]):
        for k in range(layer[LEARNED]):
            buffers.grad[layer[PARAM] + k * units + plan.named[layer[OFF_BACKWARD] + i]] = 0.0


@njit(nogil=True, error_model="numpy", inline="always")
def _weights_back(plan, layer, theta, work, grad, stride, rate):  # type: ignore[no-untyped-def]
    """The gradient of weights and biases from rows D_SUM and INPUT; a direct layer's weights change at once."""
    out, into, ds, inputs = layer[UNITS], layer[INTO], layer[D_SUM] * stride, layer[INPUT] * stride
    if layer[BLAS]:
        direct = layer[DIRECT] and rate > 0.0
        to, factor, keep = (theta, -rate, 1.0) if direct else (grad, 1.0, 0.0)
        call(
            plan.parts[BLAS_GRADIENT_PART],
            (
                plan.parts[BLAS_PART],
                plan.parts[SECOND],
                work,
                ds,
                inputs,
                to,
                layer[WEIGHT],
                out,
                into,
                stride,
                layer[BY_SAMPLE],
                factor,
                keep,
            ),
        )
    else:
        weight_gradient(work, ds, inputs, grad, layer[WEIGHT], out, into, stride)
    lane_sums(work, ds, grad, layer[BIAS], out, stride)


@njit(nogil=True, error_model="numpy", inline="always")
def _spread(plan, layer, theta, work, stride):  # type: ignore[no-untyped-def]
    """Rows D_SUM -> D_INPUT: the gradient travels back to the layer before."""
    out, into, ds, to = layer[UNITS], layer[INTO], layer[D_SUM] * stride, layer[D_INPUT] * stride
    if layer[BLAS]:
        call(
            plan.parts[BLAS_SPREAD_PART], (plan.parts[BLAS_PART], theta, layer[WEIGHT], work, ds, to, out, into, stride)
        )
    else:
        weighted_sum(theta, layer[WEIGHT], 1, into, NONE, work, ds, to, into, out, stride)
    if layer[ADD_TO] != NONE:
        add(work, to, layer[ADD_TO] * stride, into * stride)


@njit(nogil=True, error_model="numpy", inline="always")
def backward(plan, theta, buffers, n, stride, training, rate):  # type: ignore[no-untyped-def]
    """The backward stroke: all rows of gradients, and the gradient of every parameter in buffers.grad.

    rate > 0: direct layers take a step of SGD with that learning rate, in place of their gradient. rate < 0: the
    gradients of weights and biases are not asked for.
    """
    work, grad = buffers.work, buffers.grad
    top = plan.counts[LAYERS] - 1
    for i in range(top):
        layer = row(plan.layers, i * COLUMNS)
        if layer[SHARED]:
            fill(work, 0.0, layer[D_OUTPUT] * stride, layer[UNITS] * stride)
    for i in range(top, -1, -1):
        layer = row(plan.layers, i * COLUMNS)
        if layer[CUTS]:
            _silence(plan, layer, work, layer[D_OUTPUT], stride)
        if layer[DROPOUT]:
            multiply(work, layer[D_OUTPUT] * stride, layer[MASK] * stride, layer[D_A] * stride, layer[UNITS] * stride)
        if i < top or not plan.loss[0]:
            _gate_back(plan, layer, buffers, stride)
        if layer[SKIP] != NO_SKIP:
            call(plan.parts[SKIP_BACK_PART], (layer, theta, work, grad, stride))
        if layer[NORM] != NO_NORM:
            call(plan.parts[NORM_BACK_PART], (layer, theta, work, grad, n, stride, training))
        if i > 0:
            _spread(plan, layer, theta, work, stride)
        if rate >= 0.0:
            _weights_back(plan, layer, theta, work, grad, stride, rate)
