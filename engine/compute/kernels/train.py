"""Whole updates: take a mini-batch, both strokes, change the parameters; and passes over a whole data set."""

import math

import numpy as np
from numba import njit
from numpy import ndarray

from twostroke.engine.compute.kernels.chance import shuffled
from twostroke.engine.compute.kernels.lanes import gather, ones, places, store, width
from twostroke.engine.compute.kernels.memory import look, row, tell
from twostroke.engine.compute.kernels.parts import call
from twostroke.engine.compute.kernels.passes import backward, forward, loss
from twostroke.engine.compute.kernels.plan import (
    BATCH,
    BATCH_NORM,
    BY_SAMPLE,
    CHOSEN,
    CODES,
    COLUMNS,
    DIRECTS,
    EPOCH,
    FLAGS,
    GAIN,
    INPUT,
    INPUTS,
    INTERVAL,
    LAYERS,
    NORM,
    NUMBERS,
    OUTPUTS,
    PARAMETERS,
    POSITION,
    REALS,
    RUNNING_PART,
    SAMPLES,
    SHUFFLE,
    SLOTS,
    STEPS_DONE,
    STOPPED,
    TAKEN,
    UNITS,
    UNTIL,
    UPDATES,
    WEIGHTED,
    WISHED,
    WRITTEN,
    A,
    Buffers,
    Feed,
    Figures,
    Log,
    Plan,
    Rule,
    State,
    padded,
)
from twostroke.engine.compute.kernels.rules import all_finite, direct_growth, learn, learning_rate, total_size

stride_of = njit(nogil=True, inline="always")(padded)


# Inside of the kernels, the tuples of arrays become tuples of bare rows (see memory.py).


@njit(nogil=True, inline="always")
def bare_plan(plan):  # type: ignore[no-untyped-def]
    """The plan without references."""
    return Plan(
        row(plan.counts, 0),
        row(plan.layers, 0),
        row(plan.reals, 0),
        row(plan.runs, 0),
        row(plan.parts, 0),
        row(plan.loss, 0),
        row(plan.loss_setting, 0),
        row(plan.largest, 0),
        row(plan.seed, 0),
        row(plan.fires_above, 0),
        row(plan.fires_by_size, 0),
        row(plan.shut_below, 0),
        row(plan.stretches, 0),
        row(plan.named, 0),
    )


@njit(nogil=True, inline="always")
def bare_buffers(buffers):  # type: ignore[no-untyped-def]
    """The buffers without references."""
    return Buffers(
        row(buffers.work, 0),
        row(buffers.target, 0),
        row(buffers.weight, 0),
        row(buffers.sample_loss, 0),
        row(buffers.params, 0),
        row(buffers.grad, 0),
    )


@njit(nogil=True, inline="always")
def bare_feed(feed):  # type: ignore[no-untyped-def]
    """The samples without references."""
    return Feed(
        row(feed.x, 0),
        row(feed.target, 0),
        row(feed.weight, 0),
        row(feed.size, 0),
        row(feed.order, 0),
        row(feed.order_epoch, 0),
    )


@njit(nogil=True, inline="always")
def bare_state(state):  # type: ignore[no-untyped-def]
    """The state without references."""
    return State(
        row(state.theta, 0),
        row(state.first, 0),
        row(state.second, 0),
        row(state.running, 0),
        row(state.clock, 0),
        row(state.powers, 0),
    )


@njit(nogil=True, inline="always")
def bare_figures(figures):  # type: ignore[no-untyped-def]
    """The figures without references."""
    return Figures(
        row(figures.loss, 0),
        row(figures.output, 0),
        row(figures.sample_loss, 0),
        row(figures.fired, 0),
        row(figures.opened, 0),
    )


@njit(nogil=True, inline="always")
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


@njit(nogil=True, error_model="numpy", inline="always")
def fill(plan, feed, chosen, begin, n, stride, buffers):  # type: ignore[no-untyped-def]
    """Copy rows chosen[begin : begin + n] of the data into the buffers; the lanes beyond repeat the last one."""
    first = plan.layers
    work, target, at = buffers.work, buffers.target, first[INPUT] * stride
    inputs, outputs, last = plan.counts[INPUTS], plan.counts[OUTPUTS], begin + n - 1
    if first[BY_SAMPLE]:
        for s in range(stride):
            x, lane = row(feed.x, chosen[min(begin + s, last)] * inputs), row(work, at + s * inputs)
            for j in range(inputs):
                lane[j] = x[j]
    for s in range(0, stride, width(work)):
        samples = places(work, chosen, begin + s, last)
        if not first[BY_SAMPLE]:
            for j in range(inputs):
                store(work, at + j * stride + s, gather(feed.x, samples, inputs, j))
        for j in range(outputs):
            store(target, j * stride + s, gather(feed.target, samples, outputs, j))
        store(buffers.weight, s, ones(work, n - s))
    if feed.size[WEIGHTED]:
        weigh(plan, feed, chosen, begin, n, buffers.weight)


@njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True)
def weigh(plan, feed, chosen, begin, n, weight):  # type: ignore[no-untyped-def]
    """Each sample counts its class's weight, for cross-entropy over the mean weight as PyTorch's does."""
    total = 0.0
    for s in range(n):
        total += float(feed.weight[chosen[begin + s]])
    mean = total / n if plan.loss[1] else 1.0
    for s in range(n):
        weight[s] = float(feed.weight[chosen[begin + s]]) / mean


@njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True)
def collect(plan, buffers, begin, n, stride, figures):  # type: ignore[no-untyped-def]
    """Keep the outputs and losses of the n samples in the buffers, and count for which units they fire or open."""
    outputs = plan.counts[OUTPUTS]
    top = row(plan.layers, (plan.counts[LAYERS] - 1) * COLUMNS)
    for s in range(n):
        figures.sample_loss[begin + s] = buffers.sample_loss[s]
        for u in range(outputs):
            figures.output[(begin + s) * outputs + u] = buffers.work[(top[A] + u) * stride + s]
    unit = 0
    for i in range(plan.counts[LAYERS]):
        layer = row(plan.layers, i * COLUMNS)
        for u in range(layer[UNITS]):
            a, gain = row(buffers.work, (layer[A] + u) * stride), row(buffers.work, (layer[GAIN] + u) * stride)
            bound, by_size, below = plan.fires_above[unit], plan.fires_by_size[unit], plan.shut_below[unit]
            for s in range(n):
                v = abs(a[s]) if by_size else a[s]
                figures.fired[unit] += v > bound
                size = abs(gain[s])
                figures.opened[unit] += (size >= below) & (size > 0.0)
            unit += 1


@njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True)
def update_figures(plan, buffers, n, stride, running):  # type: ignore[no-untyped-def]
    """Move the running figures of every batch normalization."""
    for i in range(plan.counts[LAYERS]):
        layer, reals = row(plan.layers, i * COLUMNS), row(plan.reals, i * REALS)
        if layer[NORM] == BATCH_NORM:
            call(plan.parts[RUNNING_PART], (layer, reals, buffers.work, n, stride, running))


@njit(nogil=True, inline="always")
def bare_log(log):  # type: ignore[no-untyped-def]
    """The log without references."""
    return Log(row(log.flags, 0), bare_state(log.states))


@njit(nogil=True, inline="always")
def put(numbers, count, slot, slots):  # type: ignore[no-untyped-def]
    """Copy `count` numbers into their slot."""
    to = row(slots, slot * count)
    for i in range(count):
        to[i] = numbers[i]


@njit(nogil=True, inline="always")
def lengths(states):  # type: ignore[no-untyped-def]
    """How many numbers each array of the state has."""
    return (
        states.theta.size,
        states.first.size,
        states.second.size,
        states.running.size,
        states.clock.size,
        states.powers.size,
    )


@njit(nogil=True, no_cfunc_wrapper=True)
def write(states, counts, flags, log):  # type: ignore[no-untyped-def]
    """Write the state into the log's next slot where one is free, and say so. `counts`: its `lengths`."""
    written = flags[WRITTEN]
    if written - look(flags, TAKEN) == flags[SLOTS]:
        return
    slot = written % flags[SLOTS]
    put(states.theta, counts[0], slot, log.theta)
    put(states.first, counts[1], slot, log.first)
    put(states.second, counts[2], slot, log.second)
    put(states.running, counts[3], slot, log.running)
    put(states.clock, counts[4], slot, log.clock)
    put(states.powers, counts[5], slot, log.powers)
    tell(flags, WISHED, 0)
    tell(flags, WRITTEN, written + 1)


TRAIN, STROKES, SIGNALS, SURVEY = range(4)


@njit(nogil=True, cache=True, error_model="numpy", no_cfunc_wrapper=True)
def drive(task, plans, rules, feeds, states, rooms, rows, count, size, mode, found, logs):  # type: ignore[no-untyped-def]
    """Pass `count` mini-batches. Returns how many: fewer only where training met a number that is not finite.

    In training it ends early, too, where the log's UNTIL asks for it. One function for all tasks, so that both strokes
    are compiled only once.
    """
    plan, feed, state = bare_plan(plans), bare_feed(feeds), bare_state(states)
    buffers, figures = bare_buffers(rooms), bare_figures(found)
    rule, chosen, clock = Rule(row(rules.codes, 0), row(rules.numbers, 0)), row(rows, 0), state.clock
    log, flags = bare_log(logs), row(logs.flags, 0)
    counts = lengths(states)
    due = clock[UPDATES] + flags[INTERVAL]
    reach = total_size(state.theta, 0, plan.counts[PARAMETERS]) if task == TRAIN and plan.counts[DIRECTS] else 0.0
    for done in range(count):
        if task == TRAIN:
            n = take(plan, feed, clock, rule.codes[BATCH], rule.codes[SHUFFLE])
            begin, update = clock[POSITION], clock[UPDATES]
        else:
            begin, update = done * size, mode
            n = min(size, feed.size[CHOSEN] - begin)
        stride = stride_of(n)
        fill(plan, feed, chosen, begin, n, stride, buffers)
        forward(plan, state.theta, state.running, buffers, n, stride, update >= 0, update)
        value = loss(plan, buffers, n, stride)
        figures.loss[0] = value
        if task == SURVEY:
            collect(plan, buffers, begin, n, stride, figures)
            continue
        if task == TRAIN and not math.isfinite(value):
            return done
        rate = learning_rate(rule, clock[STEPS_DONE]) if task == TRAIN else -1.0 if task == SIGNALS else 0.0
        backward(plan, state.theta, buffers, n, stride, update >= 0, rate)
        if task == TRAIN:
            if plan.parts[RUNNING_PART]:
                update_figures(plan, buffers, n, stride, state.running)
            if not learn(plan, rule, state, buffers.grad, rate):
                return done
            if plan.counts[DIRECTS]:
                # Only where the weights could have grown beyond all bounds must each be looked at.
                reach += direct_growth(plan, buffers.work, stride, rate)
                if not reach < plan.largest[0]:
                    reach = total_size(state.theta, 0, plan.counts[PARAMETERS])
                    if not reach < plan.largest[0] and not all_finite(state.theta, plan.counts[PARAMETERS]):
                        return done
            clock[UPDATES] += 1
            clock[POSITION] += n
            if flags[SLOTS]:
                if clock[UPDATES] >= due or look(flags, WISHED):
                    due = clock[UPDATES] + flags[INTERVAL]
                    write(state, counts, flags, log.states)
                if clock[UPDATES] >= look(flags, UNTIL):
                    tell(flags, STOPPED, 1)
                    return done + 1
    return count


NO_RULE = Rule(np.zeros(CODES, dtype=np.int64), np.zeros(NUMBERS, dtype=np.float64))
NO_FLAGS = np.zeros(FLAGS, dtype=np.int64)
NO_COUNTS, NO_CLOCK, NO_POWERS = np.zeros(0, dtype=np.int64), np.zeros(4, dtype=np.int64), np.ones(2)


def run(
    plan: Plan,
    rule: Rule,
    feed: Feed,
    state: State,
    buffers: Buffers,
    updates: int,
    last_loss: ndarray,
    log: Log | None = None,
) -> int:
    """Do `updates` updates. Returns how many went well; fewer only where a number turned not finite, or by `log`.

    last_loss (1,) receives the mean loss of the last mini-batch, before its update and without penalties. With a `log`
    another thread can follow, and end it.
    """
    figures = Figures(last_loss, buffers.sample_loss, buffers.sample_loss, NO_COUNTS, NO_COUNTS)
    log = Log(NO_FLAGS, state) if log is None else log
    return int(drive(TRAIN, plan, rule, feed, state, buffers, feed.order, updates, 0, 0, figures, log))


def both_strokes(
    plan: Plan,
    feed: Feed,
    chosen: ndarray,
    theta: ndarray,
    running: ndarray,
    buffers: Buffers,
    mode: int,
    weights: bool = True,
) -> float:
    """Forward and backward over the chosen rows, into `buffers`, without a change. Returns the mean loss.

    mode: -1 as the network is used, else in the training mode of that update. `weights`: whether the gradients of
    weights and biases are wanted too.
    """
    feed.size[CHOSEN] = chosen.size
    value = np.zeros(1)
    figures = Figures(value, buffers.sample_loss, buffers.sample_loss, NO_COUNTS, NO_COUNTS)
    state = State(theta, theta, theta, running, NO_CLOCK, NO_POWERS)
    task = STROKES if weights else SIGNALS
    drive(task, plan, NO_RULE, feed, state, buffers, chosen, 1, chosen.size, mode, figures, Log(NO_FLAGS, state))
    return float(value[0])


def survey(
    plan: Plan,
    feed: Feed,
    theta: ndarray,
    running: ndarray,
    buffers: Buffers,
    block: int,
    mode: int,
    output: ndarray,
    sample_loss: ndarray,
    fired: ndarray,
    opened: ndarray,
) -> None:
    """Forward over all rows, `block` at a time: outputs (N, outputs), each one's loss (N,).

    mode: -1 as the network is used, else in the training mode of that update; then all rows are one block. Per unit of
    the layers 1...L, adds to `fired` the samples for which it fires, and to `opened` those that find its gate open.
    """
    count = feed.x.shape[0]
    feed.size[CHOSEN] = count
    state = State(theta, theta, theta, running, NO_CLOCK, NO_POWERS)
    figures = Figures(np.zeros(1), output.reshape(-1), sample_loss, fired, opened)
    drive(
        SURVEY,
        plan,
        NO_RULE,
        feed,
        state,
        buffers,
        np.arange(count),
        -(-count // block),
        block,
        mode,
        figures,
        Log(NO_FLAGS, state),
    )
