"""What an update makes of gradients, worked out anew from the operands that accounts show."""

import math

import numpy as np

from tests.engine.naive.optimizers import learning_rate
from tests.gui.operands import Shown, value_of
from twostroke.gui.model.explain.quantities import Kind


def taken(s: Shown) -> float:
    """The gradient that the optimizer takes."""
    return s.one(Kind.GRADIENT, Kind.CLIPPED, Kind.STEP_GRADIENT)


def clipped(s: Shown) -> float:
    if s.has(Kind.CLIP_FACTOR):
        return s.one(Kind.GRADIENT) * s.one(Kind.CLIP_FACTOR)
    limit = s.const("limit")
    return float(np.clip(s.one(Kind.GRADIENT), -limit, limit))


def penalised(s: Shown) -> float:
    w, total = s.one(Kind.WEIGHT, Kind.PARAMETER), s.one(Kind.GRADIENT, Kind.CLIPPED)
    for e in s.account.operands:
        if e.quantity is None:
            total += value_of(e) * (float(np.sign(w)) if e.name == "L1" else w)
    return total


def rate(s: Shown) -> float:
    tape = s.view.tape
    assert tape is not None
    assert tape.optimizer_steps is not None
    names = [e.name for e in s.account.operands]
    done = s.const("optimizer steps") if any(n.startswith("optimizer steps") for n in names) else tape.optimizer_steps
    return learning_rate(s.const("learning rate"), s.session["training"].get("schedule", "constant"), int(done))


def next_velocity(s: Shown) -> float:
    added = taken(s)
    if s.has(Kind.NEXT_SECOND):
        added /= math.sqrt(s.one(Kind.NEXT_SECOND)) + s.const("epsilon")
    return s.const("momentum") * s.one(Kind.VELOCITY) + added


def next_second(s: Shown) -> float:
    name = s.session["training"]["optimizer"]["name"]
    if name == "adagrad":
        return s.one(Kind.SECOND) + taken(s) ** 2
    keep = s.const("alpha" if name == "rmsprop" else "beta2")
    return keep * s.one(Kind.SECOND) + (1 - keep) * taken(s) ** 2


def corrected(s: Shown) -> float:
    beta = s.const("beta")
    return s.one(Kind.NEXT_FIRST, Kind.NEXT_SECOND) / (1 - beta ** (s.const("optimizer steps") + 1))


def direction(s: Shown) -> float:
    if s.has(Kind.CORRECTED_FIRST):
        return s.one(Kind.CORRECTED_FIRST) / (math.sqrt(s.one(Kind.CORRECTED_SECOND)) + s.const("epsilon"))
    if s.has(Kind.NEXT_SECOND):
        found = taken(s) / (math.sqrt(s.one(Kind.NEXT_SECOND)) + s.const("epsilon"))
        names = [e.name for e in s.account.operands]
        decays = any(name.startswith("decay") for name in names)
        return found / (1 + s.const("optimizer steps") * s.const("decay")) if decays else found
    if not s.has(Kind.NEXT_VELOCITY):
        return taken(s)
    velocity = s.one(Kind.NEXT_VELOCITY)
    return taken(s) + s.const("momentum") * velocity if s.session["training"]["optimizer"].get("nesterov") else velocity


def step(s: Shown) -> float:
    if not s.has(Kind.RATE):
        return 0.0
    eta = s.one(Kind.RATE)
    decays = any(e.name.startswith("weight decay") for e in s.account.operands)
    shrink = eta * s.const("weight decay") * s.one(Kind.WEIGHT, Kind.BIAS, Kind.PARAMETER) if decays else 0.0
    return -shrink - eta * direction(s)


def new_value(s: Shown) -> float:
    return s.one(Kind.WEIGHT, Kind.BIAS, Kind.PARAMETER) + step(s)


def squares(s: Shown) -> float:
    return 0.0 if s.is_nothing else sum(v * v for v in s.all(Kind.GRADIENT))


def factor(s: Shown) -> float:
    return min(1.0, s.const("limit") / (s.one(Kind.NORM) + 1e-6))
