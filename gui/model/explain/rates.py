"""The learning rate of an update, as its schedule says: LinearLR for the warm-up, then StepLR or CosineAnnealingLR."""

import math
from typing import Any

from twostroke.gui.model.explain.facts import Entry, Facts, Rule, always, constant
from twostroke.gui.model.explain.formula import Call, Exact, Formula, Number, Power, Product, Quotient, Sum
from twostroke.gui.model.explain.functions import ONE, minus, plus, times
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.explain.symbols import fixed


def optimizer(facts: Facts) -> Any:
    """The optimizer's settings."""
    return facts.session.training.optimizer


def setting(facts: Facts, name: str, symbol: str) -> Number:
    """One of the optimizer's numbers."""
    return constant(symbol, float(getattr(optimizer(facts), name)), f"{name.replace('_', ' ')} of the optimizer")


def steps(facts: Facts) -> Number:
    """Optimizer steps before this update."""
    tape = facts.view.tape
    done = math.nan if tape is None or tape.optimizer_steps is None else float(tape.optimizer_steps)
    return constant("t", done, "optimizer steps before this one")


def _of_schedule(facts: Facts, name: str, symbol: str) -> Number:
    value = float(getattr(facts.session.training.schedule, name))
    return constant(symbol, value, f"{name.replace('_', ' ')} of the schedule")


def _rate(facts: Facts, q: Quantity) -> Rule | None:
    if not facts.on_tape:
        return None
    schedule = facts.session.training.schedule
    full, done = setting(facts, "learning_rate", r"\eta_0"), steps(facts)
    if schedule.name == "constant" and not schedule.warm_up:
        return Rule(full)
    if done.value(float) < schedule.warm_up:
        return Rule(_warming_up(facts, full, done), note="Warm-up: the rate grows to its full size.")
    past: Formula = minus(done, _of_schedule(facts, "warm_up", "W")) if schedule.warm_up else done
    if schedule.name == "step":
        return Rule(_stairs(facts, full, past))
    return Rule(_cosine(facts, full, past)) if schedule.name == "cosine" else Rule(full, note="The warm-up is over.")


def _warming_up(facts: Facts, full: Number, done: Number) -> Formula:
    start, whole = _of_schedule(facts, "warm_up_start", "r"), _of_schedule(facts, "warm_up", "W")
    return times(full, plus(start, Quotient(times(minus(ONE, start), done), whole)))


def _stairs(facts: Facts, full: Number, past: Formula) -> Formula:
    whole = Call((r"\mathrm{floor}", "floor", "torch.floor"), lambda x: float(math.floor(x)), (
        Quotient(past, _of_schedule(facts, "every", "E")),
    ))  # fmt: skip
    return times(full, Power(_of_schedule(facts, "factor", "f"), whole))


def _cosine(facts: Facts, full: Number, past: Formula) -> Formula:
    low, length = _of_schedule(facts, "minimum", r"\eta_1"), _of_schedule(facts, "updates", "T")
    way = Call((r"\min", "min", "min"), min, (ONE, Quotient(past, length)))
    half = Call((r"\cos", "cos", "torch.cos"), math.cos, (times(constant(r"\pi", math.pi, "π"), way),))
    swing = Product((minus(full, low), plus(ONE, half)))
    return Sum(((1, low), (1, Quotient(swing, Exact(2)))))


ENTRIES: dict[Kind, Entry] = {
    Kind.RATE: Entry("learning rate", fixed(r"\eta"), None, always, _rate),
}
"""What there is to say of it."""
