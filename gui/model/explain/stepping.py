"""The optimizer's step: from the gradient that it takes to the new value, as torch.optim defines it."""

import math
from collections.abc import Callable

from twostroke.engine.border.cursor import Phase
from twostroke.engine.session.spec import Sgd
from twostroke.gui.model.explain import learned
from twostroke.gui.model.explain.clipping import taken
from twostroke.gui.model.explain.facts import Entry, Facts, Rule, Value, after, always, zero
from twostroke.gui.model.explain.formula import Formula, Number, Power, Quotient, root, square
from twostroke.gui.model.explain.functions import ONE, minus, negative, plus, times
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.explain.rates import optimizer, setting, steps
from twostroke.gui.model.numbers import MOST_DIGITS, as_read


def _of(facts: Facts, q: Quantity, kind: Kind) -> Number:
    """Another number of the same parameter."""
    return facts.number(learned.of(q, kind))


def _gradient(facts: Facts, q: Quantity) -> Number:
    return facts.number(taken(facts, q))


def _rate(facts: Facts) -> Number:
    return facts.number(Quantity(Kind.RATE))


def _has_velocity(facts: Facts) -> bool:
    return getattr(optimizer(facts), "momentum", 0.0) > 0.0


def _is_adam(facts: Facts) -> bool:
    return optimizer(facts).name in ("adam", "adamw")


# What is remembered.


def _next_velocity(facts: Facts, q: Quantity) -> Rule | None:
    """momentum · velocity + g; RMSProp: + g / (root of its mean square + epsilon)."""
    if not _has_velocity(facts):
        return None
    added: Formula = _gradient(facts, q) if isinstance(optimizer(facts), Sgd) else _scaled_by_root(facts, q)
    return Rule(plus(times(setting(facts, "momentum", r"\mu"), _of(facts, q, Kind.VELOCITY)), added))


def _next_first(facts: Facts, q: Quantity) -> Rule | None:
    if not _is_adam(facts):
        return None
    beta = setting(facts, "beta1", r"\beta_1")
    return Rule(plus(times(beta, _of(facts, q, Kind.FIRST)), times(minus(ONE, beta), _gradient(facts, q))))


def _next_second(facts: Facts, q: Quantity) -> Rule | None:
    names = {"adam": ("beta2", r"\beta_2"), "adamw": ("beta2", r"\beta_2"), "rmsprop": ("alpha", r"\alpha")}
    own, old, squared = optimizer(facts).name, _of(facts, q, Kind.SECOND), square(_gradient(facts, q))
    if own == "adagrad":
        return Rule(plus(old, squared))
    if own not in names:
        return None
    keep = setting(facts, *names[own])
    return Rule(plus(times(keep, old), times(minus(ONE, keep), squared)))


def _corrected(kind: Kind, name: str, symbol: str) -> Callable[[Facts, Quantity], Rule | None]:
    """What began at 0, corrected for that: over 1 - beta to the number of this step."""

    def rule(facts: Facts, q: Quantity) -> Rule | None:
        if not _is_adam(facts):
            return None
        power = Power(setting(facts, name, symbol), plus(steps(facts), ONE))
        return Rule(
            Quotient(_of(facts, q, kind), minus(ONE, power)), note=f"Step {_step_number(facts)} of the optimizer."
        )

    return rule


def _step_number(facts: Facts) -> str:
    done = steps(facts).value(float)
    return "…" if math.isnan(done) else f"{int(done) + 1:,}"


# The new value.


def _scaled_by_root(facts: Facts, q: Quantity) -> Formula:
    spread = plus(root(_of(facts, q, Kind.NEXT_SECOND)), setting(facts, "epsilon", r"\epsilon"))
    return Quotient(_gradient(facts, q), spread)


def _sgd_direction(facts: Facts, q: Quantity) -> Formula:
    spec = optimizer(facts)
    if not _has_velocity(facts):
        return _gradient(facts, q)
    velocity = _of(facts, q, Kind.NEXT_VELOCITY)
    if not spec.nesterov:
        return velocity
    return plus(_gradient(facts, q), times(setting(facts, "momentum", r"\mu"), velocity))


def _rmsprop_direction(facts: Facts, q: Quantity) -> Formula:
    return _of(facts, q, Kind.NEXT_VELOCITY) if _has_velocity(facts) else _scaled_by_root(facts, q)


def _adagrad_direction(facts: Facts, q: Quantity) -> Formula:
    direction = _scaled_by_root(facts, q)
    if optimizer(facts).decay == 0.0:
        return direction
    slowed = plus(ONE, times(steps(facts), setting(facts, "decay", "d")))
    return times(Quotient(ONE, slowed), direction)


def _adam_direction(facts: Facts, q: Quantity) -> Formula:
    spread = plus(root(_of(facts, q, Kind.CORRECTED_SECOND)), setting(facts, "epsilon", r"\epsilon"))
    return Quotient(_of(facts, q, Kind.CORRECTED_FIRST), spread)


DIRECTIONS: dict[str, Callable[[Facts, Quantity], Formula]] = {
    "sgd": _sgd_direction,
    "rmsprop": _rmsprop_direction,
    "adagrad": _adagrad_direction,
    "adam": _adam_direction,
    "adamw": _adam_direction,
}
"""Optimizer -> what it goes against, with the learning rate."""


def _stays(facts: Facts, q: Quantity) -> str:
    """Why no update changes it."""
    if learned.is_cut(facts, q):
        return "Cut: the link carries nothing, and its weight stays 0."
    return "Frozen: no update changes it." if learned.is_frozen(facts, q) else ""


def _next(facts: Facts, q: Quantity) -> Rule | None:
    if not facts.on_tape:
        return None
    old, stays = facts.number(learned.old(q)), _stays(facts, q)
    if stays:
        return Rule(old, note=stays)
    kept: Formula = old
    decay = float(getattr(optimizer(facts), "weight_decay", 0.0))
    if decay:
        kept = times(minus(ONE, times(_rate(facts), setting(facts, "weight_decay", r"\lambda"))), old)
    note = "The decay shrinks every parameter first." if decay else ""
    formula = minus(kept, times(_rate(facts), DIRECTIONS[optimizer(facts).name](facts, q)))
    return Rule(formula, note=note, digits=_that_tell_apart(old.operand.value, _next_value(facts, q)))


def _that_tell_apart(before: float | None, after: float) -> int:
    """How many digits show that the value has changed."""
    digits = (
        count
        for count in range(1, MOST_DIGITS)
        if before is not None and as_read(before, count) != as_read(after, count)
    )
    return min(next(digits, 0) + 1, MOST_DIGITS - 1)


def _step(facts: Facts, q: Quantity) -> Rule | None:
    """What the update adds."""
    if not facts.on_tape:
        return None
    if _stays(facts, q):
        return Rule(zero(_stays(facts, q)), note=_stays(facts, q))
    back = times(_rate(facts), DIRECTIONS[optimizer(facts).name](facts, q))
    decay = float(getattr(optimizer(facts), "weight_decay", 0.0))
    if not decay:
        return Rule(negative(back))
    shrunk = times(_rate(facts), setting(facts, "weight_decay", r"\lambda"), facts.number(learned.old(q)))
    return Rule(minus(negative(shrunk), back))


def _next_value(facts: Facts, q: Quantity) -> float:
    return learned.at(learned.arrays(facts, q, "{}_next"), q) if facts.on_tape else math.nan


def _memory(name: str, kinds: str) -> Value:
    """What the optimizer remembers, where it uses that."""

    def value(facts: Facts, q: Quantity) -> float:
        if kinds and (kinds == "mean") != _is_adam(facts):
            return math.nan
        return learned.at(facts.layer(q.layer).memory.get(f"{name}.{learned.key_of(q)}"), q)

    return value


def _next_symbol(facts: Facts, q: Quantity) -> str:
    return learned.parameter_symbol(facts, q).replace(f"^{{({q.layer})}}", rf"^{{({q.layer})\prime}}")


def _settled_note(facts: Facts, q: Quantity) -> str:
    """What is too small to matter, and would cost time, is kept as 0."""
    settles = facts.value(q) == 0.0 and facts.by_rule(q) != 0.0
    return "A memory below 1.2·10⁻³⁸ is kept as 0: such numbers slow arithmetic down." if settles else ""


def _memory_note(facts: Facts, q: Quantity) -> str:
    return "What the optimizer remembers of the updates before."


_done = after(Phase.UPDATE)

ENTRIES: dict[Kind, Entry] = {
    Kind.VELOCITY: Entry(
        "velocity", learned.of_parameter("v"), _memory("first", "velocity"), always, None, _memory_note
    ),
    Kind.NEXT_VELOCITY: Entry(
        "next velocity",
        learned.of_parameter(r"v'"),
        _memory("first_next", "velocity"),
        _done,
        _next_velocity,
        _settled_note,
    ),
    Kind.FIRST: Entry(
        "mean of the gradient", learned.of_parameter("m"), _memory("first", "mean"), always, None, _memory_note
    ),
    Kind.NEXT_FIRST: Entry(
        "next mean of the gradient",
        learned.of_parameter(r"m'"),
        _memory("first_next", "mean"),
        _done,
        _next_first,
        _settled_note,
    ),
    Kind.SECOND: Entry(
        "mean of the squared gradient", learned.of_parameter("q"), _memory("second", ""), always, None, _memory_note
    ),
    Kind.NEXT_SECOND: Entry(
        "next mean of the squared gradient",
        learned.of_parameter(r"q'"),
        _memory("second_next", ""),
        _done,
        _next_second,
        _settled_note,
    ),
    Kind.CORRECTED_FIRST: Entry(
        "corrected mean",
        learned.of_parameter(r"\hat{m}"),
        None,
        _done,
        _corrected(Kind.NEXT_FIRST, "beta1", r"\beta_1"),
    ),
    Kind.CORRECTED_SECOND: Entry(
        "corrected mean square",
        learned.of_parameter(r"\hat{q}"),
        None,
        _done,
        _corrected(Kind.NEXT_SECOND, "beta2", r"\beta_2"),
    ),
    Kind.STEP: Entry("change", learned.of_parameter(r"\Delta"), None, _done, _step),
    Kind.NEXT: Entry("new value", _next_symbol, _next_value, _done, _next),
}
"""What there is to say of each."""
