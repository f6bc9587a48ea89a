"""The optimizers as torch.optim has them, learning-rate schedules, clipping of gradients, and penalties on weights.

Each optimizer also tells the size of the step just made, from those of the gradients; what a size is says sizes.py.
Roots of mean squares are norms: that of sizes bounds how far the gradients' round-off moves that of the gradients.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.engine.naive.functions import Matrix


def penalised(weight: Matrix, gradient: Matrix, l1: float, l2: float) -> Matrix:
    """Gradient of a weight matrix with L1 and L2: g + l1 sign(w) + l2 w."""
    out = gradient.copy()
    for index, w in np.ndenumerate(weight):
        out[index] += l1 * float(np.sign(w)) + l2 * w
    return out


def of_quotient(top: Matrix, top_size: Matrix, bottom: Matrix, bottom_size: Matrix) -> Matrix:
    """Size of top / bottom."""
    return (top_size + np.abs(top) / bottom * bottom_size) / bottom


@dataclass
class Sgd:
    """torch.optim.SGD: v = momentum v + g, w = w - rate v; at the first step v = g.

    With Nesterov w = w - rate (g + momentum v).
    """

    learning_rate: float
    momentum: float = 0.0
    nesterov: bool = False
    velocity: dict[str, Matrix] = field(default_factory=dict)
    sizes: dict[str, Matrix] = field(default_factory=dict)

    def step(self, name: str, w: Matrix, g: Matrix) -> Matrix:
        """The new values of the array `name`."""
        v = self.momentum * self.velocity[name] + g if name in self.velocity else g.copy()
        self.velocity[name] = v
        return w - self.learning_rate * (g + self.momentum * v if self.nesterov else v)

    def step_size(self, name: str, g: Matrix, size: Matrix) -> Matrix:
        """The size of the step just made with `g`, whose size is given."""
        v = self.momentum * self.sizes.get(name, 0.0) + size
        self.sizes[name] = v
        return np.asarray(self.learning_rate * (size + self.momentum * v if self.nesterov else v))


@dataclass
class RmsProp:
    """torch.optim.RMSprop: q = alpha q + (1 - alpha) g², v = momentum v + g / (sqrt(q) + epsilon), w = w - rate v."""

    learning_rate: float
    alpha: float = 0.99
    epsilon: float = 1e-8
    momentum: float = 0.0
    memory: dict[str, tuple[Matrix, Matrix]] = field(default_factory=dict)
    sizes: dict[str, tuple[Matrix, Matrix]] = field(default_factory=dict)

    def step(self, name: str, w: Matrix, g: Matrix) -> Matrix:
        """The new values of the array `name`."""
        q, v = self.memory.get(name, (np.zeros_like(w), np.zeros_like(w)))
        q = self.alpha * q + (1.0 - self.alpha) * g**2
        v = self.momentum * v + g / (np.sqrt(q) + self.epsilon)
        self.memory[name] = (q, v)
        return w - self.learning_rate * v

    def step_size(self, name: str, g: Matrix, size: Matrix) -> Matrix:
        """As Sgd's."""
        q, v = self.sizes.get(name, (np.zeros_like(g), np.zeros_like(g)))
        q = self.alpha * q + (1.0 - self.alpha) * size**2
        v = self.momentum * v + of_quotient(g, size, np.sqrt(self.memory[name][0]) + self.epsilon, np.sqrt(q))
        self.sizes[name] = (q, v)
        return self.learning_rate * v


@dataclass
class Adagrad:
    """torch.optim.Adagrad: q = q + g², w = w - rate / (1 + decay t) · g / (sqrt(q) + epsilon); t counts from 0."""

    learning_rate: float
    decay: float = 0.0
    initial: float = 0.0
    epsilon: float = 1e-10
    memory: dict[str, tuple[int, Matrix]] = field(default_factory=dict)
    sizes: dict[str, Matrix] = field(default_factory=dict)

    def step(self, name: str, w: Matrix, g: Matrix) -> Matrix:
        """The new values of the array `name`."""
        t, q = self.memory.get(name, (0, np.full_like(w, self.initial)))
        q = q + g**2
        self.memory[name] = (t + 1, q)
        return w - self.learning_rate / (1.0 + self.decay * t) * g / (np.sqrt(q) + self.epsilon)

    def step_size(self, name: str, g: Matrix, size: Matrix) -> Matrix:
        """As Sgd's."""
        steps, q = self.memory[name]
        self.sizes[name] = self.sizes.get(name, 0.0) + size**2
        rate = self.learning_rate / (1.0 + self.decay * (steps - 1))
        return rate * of_quotient(g, size, np.sqrt(q) + self.epsilon, np.sqrt(self.sizes[name]))


@dataclass
class Adam:
    """torch.optim.Adam without weight decay and amsgrad."""

    learning_rate: float
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    moments: dict[str, tuple[int, Matrix, Matrix]] = field(default_factory=dict)
    sizes: dict[str, tuple[Matrix, Matrix]] = field(default_factory=dict)

    def step(self, name: str, w: Matrix, g: Matrix) -> Matrix:
        """The new values of the array `name`."""
        t, m, v = self.moments.get(name, (0, np.zeros_like(w), np.zeros_like(w)))
        t += 1
        m = self.beta1 * m + (1.0 - self.beta1) * g
        v = self.beta2 * v + (1.0 - self.beta2) * g**2
        self.moments[name] = (t, m, v)
        m_hat = m / (1.0 - self.beta1**t)
        v_hat = v / (1.0 - self.beta2**t)
        return w - self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)

    def step_size(self, name: str, g: Matrix, size: Matrix) -> Matrix:
        """As Sgd's."""
        t, *moments = self.moments[name]
        m, v = self.sizes.get(name, (np.zeros_like(g), np.zeros_like(g)))
        self.sizes[name] = self.beta1 * m + (1.0 - self.beta1) * size, self.beta2 * v + (1.0 - self.beta2) * size**2
        rest1, rest2 = 1.0 - self.beta1**t, 1.0 - self.beta2**t
        top, root = moments[0] / rest1, np.sqrt(moments[1] / rest2) + self.epsilon
        m, v = self.sizes[name]
        return self.learning_rate * of_quotient(top, m / rest1, root, np.sqrt(v / rest2))


@dataclass
class AdamW(Adam):
    """torch.optim.AdamW: w = w - rate · decay · w, and then as Adam."""

    weight_decay: float = 0.01

    def step(self, name: str, w: Matrix, g: Matrix) -> Matrix:
        """The new values of the array `name`."""
        return super().step(name, w - self.learning_rate * self.weight_decay * w, g)


Optimizer = Sgd | RmsProp | Adagrad | Adam


def optimizer_of(settings: Mapping[str, Any]) -> Optimizer:
    """The optimizer from a session's dictionary."""
    given = {key: value for key, value in settings.items() if key != "name"}
    kinds: dict[str, Any] = {"sgd": Sgd, "rmsprop": RmsProp, "adagrad": Adagrad, "adam": Adam, "adamw": AdamW}
    return kinds[settings["name"]](**given)  # type: ignore[no-any-return]


def learning_rate(base: float, schedule: Any, step: int) -> float:
    """The rate of optimizer step `step` (from 0) from a session's dictionary of the schedule.

    The warm-up is LinearLR(start_factor=warm_up_start, total_iters=warm_up); after it, with steps counted from its end,
    StepLR(every, factor) or CosineAnnealingLR(updates, minimum), which then stays at its minimum.
    """
    given = {"name": schedule} if isinstance(schedule, str) else dict(schedule or {"name": "constant"})
    warm_up, start = given.get("warm_up", 0), given.get("warm_up_start", 0.01)
    if step < warm_up:
        return float(base * (start + (1.0 - start) * step / warm_up))
    t = step - warm_up
    if given["name"] == "step":
        return float(base * given.get("factor", 0.1) ** (t // given.get("every", 1_000)))
    if given["name"] == "cosine":
        low, length = given.get("minimum", 0.0), given.get("updates", 10_000)
        return float(low + (base - low) * (1.0 + math.cos(math.pi * min(t, length) / length)) / 2.0)
    return base


def clipped(gradients: dict[str, Matrix], settings: Any) -> dict[str, Matrix]:
    """All gradients, bounded as torch.nn.utils.clip_grad_norm_ (the norm of all together) or clip_grad_value_ does."""
    given = {"name": settings} if isinstance(settings, str) else dict(settings or {"name": "none"})
    limit = given.get("limit", 1.0)
    if given["name"] == "norm":
        norm = math.sqrt(sum(float(v) ** 2 for g in gradients.values() for v in g.ravel()))
        factor = min(1.0, limit / (norm + 1e-6))
        return {name: factor * g for name, g in gradients.items()}
    if given["name"] == "value":
        return {name: np.minimum(limit, np.maximum(-limit, g)) for name, g in gradients.items()}
    return gradients


def of_clipped(gradients: dict[str, Matrix], sizes: dict[str, Matrix], settings: Any) -> dict[str, Matrix]:
    """Sizes of the clipped gradients, from those of the gradients: with the norm, all move all."""
    given = {"name": settings} if isinstance(settings, str) else dict(settings or {"name": "none"})
    if given["name"] != "norm":
        return sizes
    norm, size = (math.sqrt(sum(float((v**2).sum()) for v in some.values())) for some in (gradients, sizes))
    factor = min(1.0, given.get("limit", 1.0) / (norm + 1e-6))
    moved = size / norm if factor < 1.0 else 0.0
    return {name: factor * (sizes[name] + np.abs(g) * moved) for name, g in gradients.items()}
