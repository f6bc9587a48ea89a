"""Whole updates: take a mini-batch, both strokes, change the parameters; and passes over a whole data set."""

import math

import numpy as np
from numba import njit

from twostroke.engine.kernels.passes import backward, forward, loss, rows, weight
from twostroke.engine.kernels.plan import SGD


@njit(nogil=True)
def _mix(value):  # type: ignore[no-untyped-def]
    """SplitMix64 (Steele, Lea and Flood 2014): a well-mixed 64-bit number from a counter."""
    value = value + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@njit(nogil=True, cache=True)
def draw_order(seed, epoch, shuffle, order):  # type: ignore[no-untyped-def]
    """The order of the samples in `epoch`: a Fisher-Yates shuffle that depends on seed and epoch alone.

    So any epoch's order is known without those before it.
    """
    for i in range(order.size):
        order[i] = i
    if not shuffle:
        return
    key = _mix(np.uint64(seed) ^ _mix(np.uint64(epoch)))
    for i in range(order.size - 1, 0, -1):
        key = _mix(key)
        j = np.int64(key % np.uint64(i + 1))
        order[i], order[j] = order[j], order[i]


@njit(nogil=True)
def take(feed, clock, batch, rule, plan, buffers):  # type: ignore[no-untyped-def]
    """Put the next mini-batch into the buffers, as [feature, sample]. Returns the number of samples."""
    count = feed.x.shape[0]
    if clock[2] >= count:
        clock[1] += 1
        clock[2] = 0
    if feed.order_epoch[0] != clock[1]:
        draw_order(rule.seed[0], clock[1], rule.shuffle[0], feed.order)
        feed.order_epoch[0] = clock[1]
    begin = clock[2]
    n = min(batch, count - begin)
    fill(feed, feed.order[begin : begin + n], plan, buffers)
    return n


@njit(nogil=True)
def fill(feed, chosen, plan, buffers):  # type: ignore[no-untyped-def]
    """Copy the chosen rows of the data into the buffers, transposed."""
    n = chosen.size
    x = rows(buffers.a, plan, 0, n)
    outputs = feed.target.shape[1]
    target = buffers.target[: outputs * n].reshape((outputs, n))
    for s in range(n):
        row = chosen[s]
        for j in range(x.shape[0]):
            x[j, s] = feed.x[row, j]
        for j in range(outputs):
            target[j, s] = feed.target[row, j]


@njit(nogil=True)
def penalise(plan, theta, l1, l2, grad):  # type: ignore[no-untyped-def]
    """Add l1 * sign(w) + l2 * w to the gradient of the weights; biases and activation parameters are spared."""
    if l1 == 0.0 and l2 == 0.0:
        return
    for layer in range(1, plan.units.size):
        w, dw = weight(theta, plan, layer), weight(grad, plan, layer)
        for u in range(w.shape[0]):
            for j in range(w.shape[1]):
                v = w[u, j]
                dw[u, j] += l1 * ((v > 0.0) - (v < 0.0)) + l2 * v


@njit(nogil=True, error_model="numpy")
def step(rule, state, grad):  # type: ignore[no-untyped-def]
    """One optimizer step, as torch.optim.SGD and torch.optim.Adam. Returns whether all numbers stayed finite."""
    theta, first, second = state.theta, state.first, state.second
    kind = theta.dtype.type
    state.clock[3] += 1
    spoiled = kind(0.0)  # w - w is 0 for a finite w, and not a number otherwise
    if rule.optimizer[0] == SGD:
        rate, momentum = kind(rule.numbers[0]), kind(rule.numbers[1])
        if rule.numbers[1] == 0.0:
            for i in range(theta.size):
                theta[i] -= rate * grad[i]
                spoiled += theta[i] - theta[i]
        else:
            for i in range(theta.size):
                first[i] = momentum * first[i] + grad[i]
                theta[i] -= rate * first[i]
                spoiled += theta[i] - theta[i]
        return spoiled == 0.0
    beta1, beta2 = kind(rule.numbers[1]), kind(rule.numbers[2])
    rest1, rest2 = kind(1.0 - rule.numbers[1]), kind(1.0 - rule.numbers[2])
    length = kind(rule.numbers[0] / (1.0 - rule.numbers[1] ** state.clock[3]))
    root = kind(1.0 / math.sqrt(1.0 - rule.numbers[2] ** state.clock[3]))
    epsilon = kind(rule.numbers[3])
    for i in range(theta.size):
        first[i] = beta1 * first[i] + rest1 * grad[i]
        second[i] = beta2 * second[i] + rest2 * grad[i] * grad[i]
        theta[i] -= length * first[i] / (np.sqrt(second[i]) * root + epsilon)
        spoiled += (theta[i] - theta[i]) + (second[i] - second[i])  # an infinite memory would freeze the weight
    return spoiled == 0.0


@njit(nogil=True, cache=True, error_model="numpy")
def run(plan, rule, feed, state, buffers, updates, last_loss):  # type: ignore[no-untyped-def]
    """Do `updates` updates. Returns how many went well; fewer only where a number turned not finite.

    last_loss (1,) receives the mean loss of the last mini-batch, before its update and without penalties.
    """
    for done in range(updates):
        n = take(feed, state.clock, rule.batch[0], rule, plan, buffers)
        forward(plan, state.theta, buffers, n)
        value = loss(plan, buffers, n)
        last_loss[0] = value
        if not math.isfinite(value):
            return done
        backward(plan, state.theta, buffers, n)
        penalise(plan, state.theta, rule.l1[0], rule.l2[0], buffers.grad)
        if not step(rule, state, buffers.grad):
            return done
        state.clock[0] += 1
        state.clock[2] += n
    return updates


@njit(nogil=True, cache=True, error_model="numpy")
def both_strokes(plan, feed, chosen, theta, buffers):  # type: ignore[no-untyped-def]
    """Forward and backward over the chosen rows, without a change. Returns the mean loss."""
    n = chosen.size
    fill(feed, chosen, plan, buffers)
    forward(plan, theta, buffers, n)
    value = loss(plan, buffers, n)
    backward(plan, theta, buffers, n)
    return value


@njit(nogil=True, cache=True, error_model="numpy")
def survey(plan, feed, theta, buffers, block, output, sample_loss, fired, opened):  # type: ignore[no-untyped-def]
    """Forward over all rows, `block` at a time: outputs (N, outputs) and each sample's loss (N,).

    Per unit of the layers 1...L, adds to `fired` the samples for which it fires, and to `opened` those that find its
    gate open.
    """
    count = feed.x.shape[0]
    top = plan.units.size - 1
    first = plan.units[0]
    for begin in range(0, count, block):
        n = min(block, count - begin)
        fill(feed, np.arange(begin, begin + n), plan, buffers)
        forward(plan, theta, buffers, n)
        loss(plan, buffers, n)
        a = rows(buffers.a, plan, top, n)
        for s in range(n):
            sample_loss[begin + s] = buffers.sample_loss[s]
            for u in range(a.shape[0]):
                output[begin + s, u] = a[u, s]
        for layer in range(1, top + 1):
            level, gain = rows(buffers.a, plan, layer, n), rows(buffers.gain, plan, layer, n)
            bound, by_size = plan.fires_above[layer - 1], plan.fires_by_size[layer - 1]
            ajar = plan.opens_above[layer - 1]
            for u in range(level.shape[0]):
                unit = plan.unit_at[layer] - first + u
                for s in range(n):
                    v = abs(level[u, s]) if by_size else level[u, s]
                    fired[unit] += v > bound
                    opened[unit] += abs(gain[u, s]) > ajar
