"""From gradient to new parameters: learning rate, clipping, penalties, optimizers, as torch.optim defines them."""

import math

import numpy as np
from numba import njit

from twostroke.engine.compute.kernels.memory import number, row
from twostroke.engine.compute.kernels.parts import call
from twostroke.engine.compute.kernels.plan import (
    ALPHA,
    AROUND,
    BETA1,
    BETA2,
    CLIP_PART,
    COLUMNS,
    COSINE,
    D_SUM,
    DECAY,
    DIRECT,
    EPSILON,
    EVERY,
    FACTOR,
    INPUT,
    INTO,
    L1,
    L2,
    LAYERS,
    LENGTH,
    LIMIT,
    MINIMUM,
    MOMENTUM,
    PARAMETERS,
    PROJECTED_SKIP,
    RATE,
    REALS,
    SCHEDULE,
    SKIP,
    SKIP_UNITS,
    SKIP_WEIGHT,
    STEP_PART,
    STEPS,
    STEPS_DONE,
    STRETCHES,
    UNITS,
    WARM_UP,
    WARM_UP_START,
    WEIGHT,
)


@njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True)
def learning_rate(rule, steps):  # type: ignore[no-untyped-def]
    """The rate of the update that follows `steps` optimizer steps: LinearLR, then StepLR or CosineAnnealingLR."""
    numbers = rule.numbers
    rate, warm_up = numbers[RATE], numbers[WARM_UP]
    if steps < warm_up:
        start = numbers[WARM_UP_START]
        return rate * (start + (1.0 - start) * steps / warm_up)
    past = steps - warm_up
    if rule.codes[SCHEDULE] == STEPS:
        return rate * numbers[FACTOR] ** math.floor(past / numbers[EVERY])
    if rule.codes[SCHEDULE] == COSINE:
        low = numbers[MINIMUM]
        way = min(past / numbers[LENGTH], 1.0)
        return low + (rate - low) * (1.0 + math.cos(math.pi * way)) / 2.0
    return rate


def clip_norm(grad, limit, count):  # type: ignore[no-untyped-def]
    """As torch.nn.utils.clip_grad_norm_ over all parameters together."""
    total = 0.0
    for i in range(count):
        total += float(grad[i]) * float(grad[i])
    factor = number(grad, min(limit / (math.sqrt(total) + 1e-6), 1.0))
    for i in range(count):
        grad[i] *= factor
    return 0.0


def clip_value(grad, limit, count):  # type: ignore[no-untyped-def]
    """As torch.nn.utils.clip_grad_value_."""
    high = number(grad, limit)
    for i in range(count):
        grad[i] = min(max(grad[i], -high), high)
    return 0.0


@njit(nogil=True, no_cfunc_wrapper=True)
def _penalise(theta, grad, at, count, l1, l2):  # type: ignore[no-untyped-def]
    w, dw = row(theta, at), row(grad, at)
    for i in range(count):
        v = w[i]
        dw[i] += l1 * (int(v > 0) - int(v < 0)) + l2 * v


@njit(nogil=True, no_cfunc_wrapper=True)
def penalise(plan, theta, grad):  # type: ignore[no-untyped-def]
    """Add l1 * sign(w) + l2 * w to the gradient of the weights; biases and other parameters are spared."""
    for i in range(plan.counts[LAYERS]):
        layer, reals = row(plan.layers, i * COLUMNS), row(plan.reals, i * REALS)
        l1, l2 = number(theta, reals[L1]), number(theta, reals[L2])
        if l1 == 0 and l2 == 0:
            continue
        _penalise(theta, grad, layer[WEIGHT], layer[UNITS] * layer[INTO], l1, l2)
        if layer[SKIP] == PROJECTED_SKIP:
            _penalise(theta, grad, layer[SKIP_WEIGHT], layer[UNITS] * layer[SKIP_UNITS], l1, l2)


# Optimizers are parts (see parts.py), and all take the same: parameters, two memories, powers, the gradient, the
# numbers of the rule, the learning rate, the optimizer steps before this one, how many parameters there are. Each
# returns the sum of the sizes of all that it wrote, which is finite only where every number is.


TINY = 1.2e-38
"""Memories smaller than this become 0: below it float32 is subnormal, and arithmetic many times slower."""


@njit(nogil=True, no_cfunc_wrapper=True)
def settled(value, tiny):  # type: ignore[no-untyped-def]
    """`value`, or 0 where it is so small that it only costs time; NaN stays."""
    return tiny - tiny if abs(value) < tiny else value  # a 0 of the same precision: another would widen the loop


def sgd(theta, first, second, powers, grad, numbers, rate, steps, count):  # type: ignore[no-untyped-def]
    """w -= rate * g, as torch.optim.SGD without momentum."""
    reach, length = number(theta, 0.0), number(theta, rate)
    for i in range(count):
        w = theta[i] - length * grad[i]
        theta[i] = w
        reach += abs(w)
    return float(reach)


def momentum(theta, first, second, powers, grad, numbers, rate, steps, count):  # type: ignore[no-untyped-def]
    """v = momentum v + g; w -= rate v, as torch.optim.SGD."""
    reach, length, kept = number(theta, 0.0), number(theta, rate), number(theta, numbers[MOMENTUM])
    tiny = number(theta, TINY)
    for i in range(count):
        v = settled(kept * first[i] + grad[i], tiny)
        first[i] = v
        w = theta[i] - length * v
        theta[i] = w
        reach += abs(w)
    return float(reach)


def nesterov(theta, first, second, powers, grad, numbers, rate, steps, count):  # type: ignore[no-untyped-def]
    """v = momentum v + g; w -= rate (g + momentum v), as torch.optim.SGD with nesterov=True."""
    reach, length, kept = number(theta, 0.0), number(theta, rate), number(theta, numbers[MOMENTUM])
    tiny = number(theta, TINY)
    for i in range(count):
        v = settled(kept * first[i] + grad[i], tiny)
        first[i] = v
        w = theta[i] - length * (grad[i] + kept * v)
        theta[i] = w
        reach += abs(w)
    return float(reach)


def rmsprop(theta, first, second, powers, grad, numbers, rate, steps, count):  # type: ignore[no-untyped-def]
    """q = alpha q + (1 - alpha) g^2; v = momentum v + g / (sqrt(q) + epsilon); w -= rate v, as torch.optim.RMSprop."""
    reach, length, kept = number(theta, 0.0), number(theta, rate), number(theta, numbers[MOMENTUM])
    alpha, rest = number(theta, numbers[ALPHA]), number(theta, 1.0 - numbers[ALPHA])
    epsilon, tiny = number(theta, numbers[EPSILON]), number(theta, TINY)
    for i in range(count):
        g = grad[i]
        q = settled(alpha * second[i] + rest * g * g, tiny)
        v = settled(kept * first[i] + g / (np.sqrt(q) + epsilon), tiny)
        second[i], first[i] = q, v
        w = theta[i] - length * v
        theta[i] = w
        reach += abs(w) + q  # an infinite memory would freeze the weight
    return float(reach)


def adagrad(theta, first, second, powers, grad, numbers, rate, steps, count):  # type: ignore[no-untyped-def]
    """q += g^2; w -= rate / (1 + decay steps) g / (sqrt(q) + epsilon), as torch.optim.Adagrad."""
    reach, epsilon = number(theta, 0.0), number(theta, numbers[EPSILON])
    length = number(theta, rate / (1.0 + steps * numbers[DECAY]))
    for i in range(count):
        g = grad[i]
        q = second[i] + g * g
        second[i] = q
        w = theta[i] - length * g / (np.sqrt(q) + epsilon)
        theta[i] = w
        reach += abs(w) + q
    return float(reach)


def adam(theta, first, second, powers, grad, numbers, rate, steps, count):  # type: ignore[no-untyped-def]
    """torch.optim.Adam; with DECAY, which shrinks every parameter first, torch.optim.AdamW."""
    beta1, beta2 = number(theta, numbers[BETA1]), number(theta, numbers[BETA2])
    rest1, rest2 = number(theta, 1.0 - numbers[BETA1]), number(theta, 1.0 - numbers[BETA2])
    powers[0] *= numbers[BETA1]
    powers[1] *= numbers[BETA2]
    length, root = number(theta, rate / (1.0 - powers[0])), number(theta, 1.0 / math.sqrt(1.0 - powers[1]))
    shrink, epsilon = number(theta, 1.0 - rate * numbers[DECAY]), number(theta, numbers[EPSILON])
    reach, tiny = number(theta, 0.0), number(theta, TINY)
    for i in range(count):
        g = grad[i]
        m = settled(beta1 * first[i] + rest1 * g, tiny)
        q = settled(beta2 * second[i] + rest2 * g * g, tiny)
        first[i], second[i] = m, q
        w = theta[i] * shrink - length * m / (np.sqrt(q) * root + epsilon)
        theta[i] = w
        reach += abs(w) + q
    return float(reach)


OPTIMIZERS = {"sgd": sgd, "rmsprop": rmsprop, "adagrad": adagrad, "adam": adam, "adamw": adam}
"""Optimizers by name; sgd with a momentum is `momentum` or `nesterov`."""

OPTIMIZER_KINDS, CLIP_KINDS = "fffdfdxnn", "fxn"
"""The arguments of an optimizer and of clipping, for parts.address."""


@njit(nogil=True, no_cfunc_wrapper=True)
def all_finite(flat, count):  # type: ignore[no-untyped-def]
    """Whether each of the numbers is finite."""
    for i in range(count):  # noqa: SIM110 - generators do not compile
        if not math.isfinite(flat[i]):
            return False
    return True


@njit(nogil=True, no_cfunc_wrapper=True)
def is_sound(state, reach, count):  # type: ignore[no-untyped-def]
    """Whether a step of the optimizer left only finite numbers, if the sizes of what it wrote add up to `reach`.

    A sum of finite numbers can overflow: then each one is looked at.
    """
    return math.isfinite(reach) or (all_finite(state.theta, count) and all_finite(state.second, count))


@njit(nogil=True, fastmath={"reassoc"}, no_cfunc_wrapper=True)
def total_size(flat, at, count):  # type: ignore[no-untyped-def]
    """The sum of abs(number), which no single one exceeds."""
    numbers, total = row(flat, at), number(flat, 0.0)
    for i in range(count):
        total += abs(numbers[i])
    return float(total)


@njit(nogil=True, error_model="numpy", inline="always")
def direct_growth(plan, work, stride, rate):  # type: ignore[no-untyped-def]
    """By how much a step of the direct layers may have changed a weight, at most."""
    growth = 0.0
    for i in range(plan.counts[LAYERS]):
        layer = row(plan.layers, i * COLUMNS)
        if layer[DIRECT]:
            upstream = total_size(work, layer[D_SUM] * stride, layer[UNITS] * stride)
            growth += rate * upstream * total_size(work, layer[INPUT] * stride, layer[INTO] * stride)
    return growth


@njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True)
def _learn_around(plan, state, grad, numbers, rate, steps):  # type: ignore[no-untyped-def]
    """A step of all but the frozen parameters, and the weights of direct layers, which have learned already."""
    reach, power1, power2 = 0.0, state.powers[0], state.powers[1]
    for i in range(plan.counts[STRETCHES]):
        begin, end = plan.stretches[2 * i], plan.stretches[2 * i + 1]
        state.powers[0], state.powers[1] = power1, power2  # they grow once an update, not once a stretch
        reach += call(
            plan.parts[STEP_PART],
            (
                row(state.theta, begin),
                row(state.first, begin),
                row(state.second, begin),
                state.powers,
                row(grad, begin),
                numbers,
                rate,
                steps,
                end - begin,
            ),
        )
    return is_sound(state, reach, plan.counts[PARAMETERS])


@njit(nogil=True, no_cfunc_wrapper=True)
def _leave_out_frozen(plan, grad):  # type: ignore[no-untyped-def]
    """What is frozen does not count in the norm of the gradient, as in PyTorch where it requires no gradient."""
    begin = 0
    for i in range(plan.counts[STRETCHES] + 1):
        last = i == plan.counts[STRETCHES]
        for at in range(begin, plan.counts[PARAMETERS] if last else plan.stretches[2 * i]):
            grad[at] = 0
        begin = 0 if last else plan.stretches[2 * i + 1]


@njit(nogil=True, error_model="numpy", inline="always")
def learn(plan, rule, state, grad, rate):  # type: ignore[no-untyped-def]
    """Clip, penalise, step, with the learning rate of this update. Returns whether all numbers stayed finite."""
    count, numbers, steps = plan.counts[PARAMETERS], rule.numbers, state.clock[STEPS_DONE]
    if plan.parts[CLIP_PART]:
        if plan.counts[AROUND]:
            _leave_out_frozen(plan, grad)
        call(plan.parts[CLIP_PART], (grad, numbers[LIMIT], count))
    penalise(plan, state.theta, grad)
    state.clock[STEPS_DONE] = steps + 1
    if not plan.counts[AROUND]:
        reach = call(
            plan.parts[STEP_PART],
            (state.theta, state.first, state.second, state.powers, grad, numbers, rate, steps, count),
        )
        return is_sound(state, reach, count)
    return _learn_around(plan, state, grad, numbers, rate, steps)
