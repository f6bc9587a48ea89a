"""From gradient to new parameters: learning rate, clipping, penalties, optimizers, as torch.optim defines them."""

import math

import numpy as np
from numba import njit

from twostroke.engine.kernels.memory import number, row
from twostroke.engine.kernels.plan import (
    ADAGRAD,
    ALPHA,
    BETA1,
    BETA2,
    CLIP,
    CLIP_NORM,
    COLUMNS,
    COSINE,
    DECAY,
    EPSILON,
    EVERY,
    FACTOR,
    INTO,
    L1,
    L2,
    LAYERS,
    LENGTH,
    LIMIT,
    MINIMUM,
    MOMENTUM,
    NESTEROV,
    NO_CLIP,
    OPTIMIZER,
    PARAMETERS,
    PROJECTED_SKIP,
    RATE,
    REALS,
    RMSPROP,
    SCHEDULE,
    SGD,
    SKIP,
    SKIP_UNITS,
    SKIP_WEIGHT,
    STEPS,
    STEPS_DONE,
    UNITS,
    WARM_UP,
    WARM_UP_START,
    WEIGHT,
)


@njit(nogil=True, error_model="numpy")
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


@njit(nogil=True, error_model="numpy")
def clip(rule, grad, count):  # type: ignore[no-untyped-def]
    """As torch.nn.utils.clip_grad_norm_ over all parameters together, or clip_grad_value_."""
    limit = rule.numbers[LIMIT]
    if rule.codes[CLIP] == CLIP_NORM:
        total = 0.0
        for i in range(count):
            total += float(grad[i]) * float(grad[i])
        factor = number(grad, min(limit / (math.sqrt(total) + 1e-6), 1.0))
        for i in range(count):
            grad[i] *= factor
    else:
        high = number(grad, limit)
        for i in range(count):
            grad[i] = min(max(grad[i], -high), high)


@njit(nogil=True)
def _penalise(theta, grad, at, count, l1, l2):  # type: ignore[no-untyped-def]
    w, dw = row(theta, at), row(grad, at)
    for i in range(count):
        v = w[i]
        dw[i] += l1 * ((v > 0) - (v < 0)) + l2 * v


@njit(nogil=True)
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


# Each optimizer adds up w - w, which is 0 for a finite w and not a number otherwise: one look at the sum tells
# whether every new parameter is finite.


@njit(nogil=True, error_model="numpy", fastmath={"contract", "reassoc"})
def _sgd(theta, grad, rate, count):  # type: ignore[no-untyped-def]
    spoiled = number(theta, 0.0)
    for i in range(count):
        w = theta[i] - rate * grad[i]
        theta[i] = w
        spoiled += w - w
    return spoiled


@njit(nogil=True, error_model="numpy", fastmath={"contract", "reassoc"})
def _momentum(theta, velocity, grad, rate, momentum, nesterov, count):  # type: ignore[no-untyped-def]
    spoiled = number(theta, 0.0)
    for i in range(count):
        v = momentum * velocity[i] + grad[i]
        velocity[i] = v
        w = theta[i] - rate * (grad[i] + momentum * v if nesterov else v)
        theta[i] = w
        spoiled += w - w
    return spoiled


@njit(nogil=True, error_model="numpy", fastmath={"contract", "reassoc"})
def _rmsprop(theta, velocity, square, grad, rate, alpha, rest, epsilon, momentum, count):  # type: ignore[no-untyped-def]
    spoiled = number(theta, 0.0)
    for i in range(count):
        g = grad[i]
        q = alpha * square[i] + rest * g * g
        square[i] = q
        v = momentum * velocity[i] + g / (np.sqrt(q) + epsilon)
        velocity[i] = v
        w = theta[i] - rate * v
        theta[i] = w
        spoiled += (w - w) + (q - q)
    return spoiled


@njit(nogil=True, error_model="numpy", fastmath={"contract", "reassoc"})
def _adagrad(theta, square, grad, rate, epsilon, count):  # type: ignore[no-untyped-def]
    spoiled = number(theta, 0.0)
    for i in range(count):
        g = grad[i]
        q = square[i] + g * g
        square[i] = q
        w = theta[i] - rate * g / (np.sqrt(q) + epsilon)
        theta[i] = w
        spoiled += (w - w) + (q - q)
    return spoiled


@njit(nogil=True, error_model="numpy", fastmath={"contract", "reassoc"})
def _adam(theta, mean, square, grad, shrink, length, root, beta1, rest1, beta2, rest2, epsilon, count):  # type: ignore[no-untyped-def]
    spoiled = number(theta, 0.0)
    for i in range(count):
        g = grad[i]
        m = beta1 * mean[i] + rest1 * g
        q = beta2 * square[i] + rest2 * g * g
        mean[i], square[i] = m, q
        w = theta[i] * shrink - length * m / (np.sqrt(q) * root + epsilon)
        theta[i] = w
        spoiled += (w - w) + (q - q)  # an infinite memory would freeze the weight
    return spoiled


@njit(nogil=True, error_model="numpy")
def step(rule, state, grad, count):  # type: ignore[no-untyped-def]
    """One optimizer step, as torch.optim.SGD, RMSprop, Adagrad, Adam and AdamW. Returns whether all stayed finite."""
    theta, first, second, numbers = state.theta, state.first, state.second, rule.numbers
    steps = state.clock[STEPS_DONE]
    length = learning_rate(rule, steps)
    state.clock[STEPS_DONE] = steps + 1
    rate, momentum, epsilon = number(theta, length), number(theta, numbers[MOMENTUM]), number(theta, numbers[EPSILON])
    which = rule.codes[OPTIMIZER]
    if which == SGD:
        if numbers[MOMENTUM] == 0.0:
            return _sgd(theta, grad, rate, count) == 0
        return _momentum(theta, first, grad, rate, momentum, rule.codes[NESTEROV] != 0, count) == 0
    if which == RMSPROP:
        alpha, rest = number(theta, numbers[ALPHA]), number(theta, 1.0 - numbers[ALPHA])
        return _rmsprop(theta, first, second, grad, rate, alpha, rest, epsilon, momentum, count) == 0
    if which == ADAGRAD:
        return (
            _adagrad(theta, second, grad, number(theta, length / (1.0 + steps * numbers[DECAY])), epsilon, count) == 0
        )
    beta1, beta2 = numbers[BETA1], numbers[BETA2]
    state.powers[0] *= beta1
    state.powers[1] *= beta2
    return _adam(
        theta, first, second, grad, number(theta, 1.0 - length * numbers[DECAY]), number(theta, length / (1.0 - state.powers[0])),
        number(theta, 1.0 / math.sqrt(1.0 - state.powers[1])), number(theta, beta1), number(theta, 1.0 - beta1), number(theta, beta2), number(theta, 1.0 - beta2),
        epsilon, count,
    ) == 0  # fmt: skip


@njit(nogil=True, error_model="numpy")
def learn(plan, rule, state, grad):  # type: ignore[no-untyped-def]
    """Clip, penalise, step. Returns whether all numbers stayed finite."""
    if rule.codes[CLIP] != NO_CLIP:
        clip(rule, grad, plan.counts[PARAMETERS])
    penalise(plan, state.theta, grad)
    return step(rule, state, grad, plan.counts[PARAMETERS])
