"""From a session to how an update is made: its optimizer's kernel, the numbers that takes, the state it begins in."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.compute.kernels import plan as k
from twostroke.engine.compute.kernels import rules
from twostroke.engine.compute.kernels.plan import Rule, State
from twostroke.engine.session.spec import Adagrad, Schedule, Session, Sgd

SCHEDULES: dict[str, int] = {"constant": k.CONSTANT, "step": k.STEPS, "cosine": k.COSINE}
CLIPS: dict[str, Callable[..., float]] = {"norm": rules.clip_norm, "value": rules.clip_value}

NUMBERS: dict[str, int] = {
    "learning_rate": k.RATE,
    "momentum": k.MOMENTUM,
    "beta1": k.BETA1,
    "beta2": k.BETA2,
    "epsilon": k.EPSILON,
    "alpha": k.ALPHA,
    "decay": k.DECAY,
    "weight_decay": k.DECAY,
}
"""Setting of an optimizer -> its place in `Rule.numbers`."""


def kernel(session: Session) -> Callable[..., float]:
    """The part that makes a step of the session's optimizer."""
    optimizer = session.training.optimizer
    if isinstance(optimizer, Sgd):
        return rules.sgd if optimizer.momentum == 0.0 else rules.nesterov if optimizer.nesterov else rules.momentum
    return rules.OPTIMIZERS[optimizer.name]


def rule(session: Session) -> Rule:
    """How this session makes an update, as the kernels take it."""
    training = session.training
    optimizer: Any = training.optimizer
    codes, numbers = np.zeros(k.CODES, dtype=np.int64), np.zeros(k.NUMBERS, dtype=np.float64)
    codes[k.SCHEDULE] = SCHEDULES[training.schedule.name]
    codes[k.BATCH], codes[k.SHUFFLE] = training.batch_size, training.shuffle
    for name, place in NUMBERS.items():
        numbers[place] = getattr(optimizer, name, numbers[place])
    numbers[k.LIMIT] = training.clip.limit
    _schedule(training.schedule, numbers)
    return Rule(codes, numbers)


def _schedule(spec: Schedule, numbers: NDArray[np.float64]) -> None:
    numbers[k.EVERY], numbers[k.FACTOR] = spec.every, spec.factor
    numbers[k.LENGTH], numbers[k.MINIMUM] = spec.updates, spec.minimum
    numbers[k.WARM_UP], numbers[k.WARM_UP_START] = spec.warm_up, spec.warm_up_start


def fresh_state(session: Session, theta: NDArray[Any], running: NDArray[Any]) -> State:
    """The state before the first update of a network with these parameters, which it holds and does not copy."""
    optimizer = session.training.optimizer
    begin = optimizer.initial if isinstance(optimizer, Adagrad) else 0.0
    return State(
        theta=theta,
        first=np.zeros_like(theta),
        second=np.full_like(theta, begin),
        running=running,
        clock=np.zeros(4, dtype=np.int64),
        powers=np.ones(2, dtype=np.float64),
    )
