"""The optimizers by name: the code and the numbers that the kernels take."""

from collections.abc import Callable
from typing import Any

import numpy as np

from twostroke.engine.kernels import plan
from twostroke.engine.kernels.plan import Rule
from twostroke.engine.spec import Adam, Session, Sgd

CODES: dict[str, int] = {"sgd": plan.SGD, "adam": plan.ADAM}


def _sgd(spec: Sgd) -> tuple[float, ...]:
    return (spec.learning_rate, spec.momentum)


def _adam(spec: Adam) -> tuple[float, ...]:
    return (spec.learning_rate, spec.beta1, spec.beta2, spec.epsilon)


_NUMBERS: dict[str, Callable[[Any], tuple[float, ...]]] = {"sgd": _sgd, "adam": _adam}


def rule(session: Session) -> Rule:
    """How this session makes an update, as the kernels take it."""
    training = session.training
    seed = (session.network.seed << 32) ^ session.data.seed
    return Rule(
        optimizer=np.array([CODES[training.optimizer.name]], dtype=np.int64),
        numbers=np.array(_NUMBERS[training.optimizer.name](training.optimizer), dtype=np.float64),
        l1=np.array([training.l1], dtype=np.float64),
        l2=np.array([training.l2], dtype=np.float64),
        batch=np.array([training.batch_size], dtype=np.int64),
        shuffle=np.array([training.shuffle], dtype=np.bool_),
        seed=np.array([seed], dtype=np.uint64),
    )
