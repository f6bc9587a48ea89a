"""Whole updates: take a mini-batch, both strokes, change the parameters; and passes over a whole data set."""

import math

import numpy as np
from numba import njit

from twostroke.engine.kernels.chance import shuffled
from twostroke.engine.kernels.memory import row
from twostroke.engine.kernels.norms import move_running
from twostroke.engine.kernels.passes import backward, forward, loss
from twostroke.engine.kernels.plan import (
    BATCH,
    BATCH_NORM,
    BY_SAMPLE,
    COLUMNS,
    EPOCH,
    GAIN,
    INPUT,
    INPUTS,
    LANES,
    LAYERS,
    NORM,
    OUTPUTS,
    POSITION,
    REALS,
    SAMPLES,
    SHUFFLE,
    UNITS,
    UPDATES,
    WEIGHTED,
    A,
    Buffers,
    Feed,
    Plan,
    Rule,
    State,
)
from twostroke.engine.kernels.rules import learn


@njit(nogil=True)
def stride_of(n):  # type: ignore[no-untyped-def]
    """Length of a row that holds n samples."""
    return (n + LANES - 1) // LANES * LANES


# Inside of the kernels, the tuples of arrays become tuples of bare rows (see memory.py).


@njit(nogil=True)
def bare_plan(plan):  # type: ignore[no-untyped-def]
    """The plan without references."""
    return Plan(
        row(plan.counts, 0), row(plan.layers, 0), row(plan.reals, 0), row(plan.runs, 0), row(plan.loss, 0),
        row(plan.loss_setting, 0), row(plan.seed, 0), row(plan.fires_above, 0), row(plan.fires_by_size, 0),
        row(plan.opens_above, 0),
    )  # fmt: skip


@njit(nogil=True)
def bare_buffers(buffers):  # type: ignore[no-untyped-def]
    """The buffers without references."""
    return Buffers(
        row(buffers.work, 0), row(buffers.target, 0), row(buffers.weight, 0), row(buffers.sample_loss, 0),
        row(buffers.params, 0), row(buffers.grad, 0),
    )  # fmt: skip


@njit(nogil=True)
def bare_feed(feed):  # type: ignore[no-untyped-def]
    """The samples without references."""
    return Feed(
        row(feed.x, 0), row(feed.target, 0), row(feed.weight, 0), row(feed.size, 0), row(feed.order, 0),
        row(feed.order_epoch, 0),
    )  # fmt: skip


@njit(nogil=True)
def bare_state(state):  # type: ignore[no-untyped-def]
    """The state without references."""
    return State(
        row(state.theta, 0), row(state.first, 0), row(state.second, 0), row(state.running, 0), row(state.clock, 0),
        row(state.powers, 0),
    )  # fmt: skip


@njit(nogil=True)
def take(plan, feed, clock, batch, shuffle):  # type: ignore[no-untyped-def]
    """Move the clock to the next mini-batch. Returns its samples; it begins at clock[POSITION] of feed.order."""
    count = feed.size[SAMPLES]
    if clock[POSITION] >= count:
        clock[EPOCH] += 1
        clock[POSITION] = 0
    if feed.order_epoch[0] != clock[EPOCH]:
        shuffled(plan.seed[0], clock[EPOCH], shuffle, feed.order, count)
        feed.order_epoch[0] = clock[EPOCH]
    return min(batch, count - clock[POSITION])


@njit(nogil=True, error_model="numpy")
def fill(plan, feed, chosen, begin, n, stride, buffers):  # type: ignore[no-untyped-def]
    """Copy rows chosen[begin : begin + n] of the data into the buffers; the lanes beyond repeat the last one."""
    first = plan.layers
    work, target, at = buffers.work, buffers.target, first[INPUT] * stride
    inputs, outputs, by_sample = plan.counts[INPUTS], plan.counts[OUTPUTS], first[BY_SAMPLE]
    for s in range(stride):
        sample = chosen[begin + min(s, n - 1)]
        x, t = row(feed.x, sample * inputs), row(feed.target, sample * outputs)
        if by_sample:
            lane = row(work, at + s * inputs)
            for j in range(inputs):
                lane[j] = x[j]
        else:
            for j in range(inputs):
                work[at + j * stride + s] = x[j]
        for j in range(outputs):
            target[j * stride + s] = t[j]
    weigh(plan, feed, chosen, begin, n, stride, buffers.weight)


@njit(nogil=True, error_model="numpy")
def weigh(plan, feed, chosen, begin, n, stride, weight):  # type: ignore[no-untyped-def]
    """What each sample counts: 1, or its class's weight, for cross-entropy over the mean weight as PyTorch's does."""
    for s in range(stride):
        weight[s] = 1 if s < n else 0
    if not feed.size[WEIGHTED]:
        return
    total = 0.0
    for s in range(n):
        total += float(feed.weight[chosen[begin + s]])
    mean = total / n if plan.loss[2] else 1.0
    for s in range(n):
        weight[s] = float(feed.weight[chosen[begin + s]]) / mean


@njit(nogil=True, cache=True, error_model="numpy")
def run(plan, rule, feed, state, buffers, updates, last_loss):  # type: ignore[no-untyped-def]
    """Do `updates` updates. Returns how many went well; fewer only where a number turned not finite.

    last_loss (1,) receives the mean loss of the last mini-batch, before its update and without penalties.
    """
    return _run(
        bare_plan(plan), Rule(row(rule.codes, 0), row(rule.numbers, 0)), bare_feed(feed), bare_state(state),
        bare_buffers(buffers), updates, last_loss,
    )  # fmt: skip


@njit(nogil=True, error_model="numpy")
def _run(plan, rule, feed, state, buffers, updates, last_loss):  # type: ignore[no-untyped-def]
    clock = state.clock
    for done in range(updates):
        n = take(plan, feed, clock, rule.codes[BATCH], rule.codes[SHUFFLE])
        stride = stride_of(n)
        fill(plan, feed, feed.order, clock[POSITION], n, stride, buffers)
        forward(plan, state.theta, state.running, buffers, n, stride, True, clock[UPDATES])
        value = loss(plan, buffers, n, stride)
        last_loss[0] = value
        if not math.isfinite(value):
            return done
        backward(plan, state.theta, buffers, n, stride, True)
        for i in range(plan.counts[LAYERS]):
            layer = row(plan.layers, i * COLUMNS)
            if layer[NORM] == BATCH_NORM:
                move_running(layer, row(plan.reals, i * REALS), buffers.work, n, stride, state.running)
        if not learn(plan, rule, state, buffers.grad):
            return done
        clock[UPDATES] += 1
        clock[POSITION] += n
    return updates


@njit(nogil=True, cache=True, error_model="numpy")
def both_strokes(plan, feed, chosen, theta, running, buffers, training, update):  # type: ignore[no-untyped-def]
    """Forward and backward over the chosen rows, without a change. Returns the mean loss."""
    n = chosen.size
    stride = stride_of(n)
    bare, room, weights = bare_plan(plan), bare_buffers(buffers), row(theta, 0)
    fill(bare, bare_feed(feed), row(chosen, 0), 0, n, stride, room)
    forward(bare, weights, row(running, 0), room, n, stride, training, update)
    value = loss(bare, room, n, stride)
    backward(bare, weights, room, n, stride, training)
    return value


@njit(nogil=True)
def _count_units(plan, buffers, n, stride, fired, opened):  # type: ignore[no-untyped-def]
    """Per unit, add the samples for which it fires and those that find its gate open."""
    unit = 0
    for i in range(plan.counts[LAYERS]):
        layer = row(plan.layers, i * COLUMNS)
        for u in range(layer[UNITS]):
            a, gain = row(buffers.work, (layer[A] + u) * stride), row(buffers.work, (layer[GAIN] + u) * stride)
            bound, by_size, ajar = plan.fires_above[unit], plan.fires_by_size[unit], plan.opens_above[unit]
            for s in range(n):
                v = abs(a[s]) if by_size else a[s]
                fired[unit] += v > bound
                opened[unit] += abs(gain[s]) > ajar
            unit += 1


@njit(nogil=True, cache=True, error_model="numpy")
def survey(plan, feed, theta, running, buffers, block, mode, output, sample_loss, fired, opened):  # type: ignore[no-untyped-def]
    """Forward over all rows, `block` at a time: outputs (N, outputs), each one's loss (N,).

    mode: -1 as the network is used, else in the training mode of that update; then all rows are one block. Per unit of the layers 1...L, adds to `fired` the samples for which it fires, and to `opened` those that find its
    gate open.
    """
    count = feed.size[SAMPLES]
    rows = np.arange(count)
    bare, data, room = bare_plan(plan), bare_feed(feed), bare_buffers(buffers)
    top = row(bare.layers, (bare.counts[LAYERS] - 1) * COLUMNS)
    for begin in range(0, count, block):
        n = min(block, count - begin)
        stride = stride_of(n)
        fill(bare, data, row(rows, 0), begin, n, stride, room)
        forward(bare, row(theta, 0), row(running, 0), room, n, stride, mode >= 0, mode)
        loss(bare, room, n, stride)
        for s in range(n):
            sample_loss[begin + s] = room.sample_loss[s]
            for u in range(top[UNITS]):
                output[begin + s, u] = room.work[(top[A] + u) * stride + s]
        _count_units(bare, room, n, stride, row(fired, 0), row(opened, 0))
