"""From the mean gradient to what the optimizer takes: clipping, then penalties."""

import math

import numpy as np

from twostroke.engine.border.cursor import Phase
from twostroke.engine.border.tape import Array, LayerTape
from twostroke.gui.model.cut_and_frozen import marked
from twostroke.gui.model.explain import learned
from twostroke.gui.model.explain.comparing import sign
from twostroke.gui.model.explain.facts import Entry, Facts, Rule, after, constant
from twostroke.gui.model.explain.formula import Call, Exact, Formula, Number, Quotient, Total, root, square
from twostroke.gui.model.explain.functions import negative, plus, times
from twostroke.gui.model.explain.quantities import Kind, Quantity, Term
from twostroke.gui.model.explain.symbols import index, slope_by
from twostroke.gui.model.once import once

GUARD = Exact(1e-6)
"""What PyTorch adds to the norm before it divides."""


def penalties(facts: Facts, q: Quantity) -> tuple[float, float]:
    """L1 and L2 of a parameter: weights alone have them, and a layer may have its own."""
    if learned.key_of(q) not in ("weight", "skip_weight"):
        return 0.0, 0.0
    spec, training = facts.spec(q.layer), facts.session.training
    l1, l2 = spec.l1, spec.l2
    return training.l1 if l1 is None else l1, training.l2 if l2 is None else l2


def taken(facts: Facts, q: Quantity) -> Quantity:
    """The gradient that the optimizer takes: the last of mean, clipped and penalised that there is."""
    if any(penalties(facts, q)):
        return learned.of(q, Kind.STEP_GRADIENT)
    return clipped(facts, q)


def clipped(facts: Facts, q: Quantity) -> Quantity:
    """The gradient after clipping, which may be none."""
    return learned.of(q, Kind.GRADIENT if facts.session.training.clip.name == "none" else Kind.CLIPPED)


def _limit(facts: Facts) -> Number:
    return constant("c", facts.session.training.clip.limit, "limit of the clipping")


def _clipped(facts: Facts, q: Quantity) -> Rule:
    gradient, clip = facts.number(learned.of(q, Kind.GRADIENT)), facts.session.training.clip.name
    if clip == "none":
        return Rule(gradient, note="Nothing is clipped.")
    if clip == "norm":
        return Rule(times(facts.number(Quantity(Kind.CLIP_FACTOR)), gradient))
    limit = _limit(facts)
    below = Call((r"\min", "min", "min"), min, (limit, gradient))
    both = Call((r"\max", "max", "max"), max, (negative(limit), below))
    return Rule(both, note="Between minus the limit and the limit.")


def _factor(facts: Facts, q: Quantity) -> Rule | None:
    if facts.session.training.clip.name != "norm":
        return None
    norm = facts.number(Quantity(Kind.NORM))
    one = Exact(1)
    return Rule(Call((r"\min", "min", "min"), min, (one, Quotient(_limit(facts), plus(norm, GUARD)))))


def _norm(facts: Facts, q: Quantity) -> Rule | None:
    """The root of the sum of all squares."""
    if not facts.on_tape:
        return None
    layers = [facts.operand(Quantity(Kind.LAYER_SQUARES, layer)) for layer in range(1, facts.depth + 1)]
    terms = tuple(Term(each, None, each.value, each.name) for each in layers)
    return Rule(root(Total(tuple(map(Number, layers)))), rf"\sqrt{{\sum_{{l=1}}^{{{len(layers)}}} G^{{(l)}}}}", terms)


def _layer_squares(facts: Facts, q: Quantity) -> Rule | None:
    if not facts.on_tape:
        return None
    units = [facts.operand(Quantity(Kind.SQUARES, q.layer, unit)) for unit in range(facts.layer(q.layer).units)]
    terms = tuple(Term(each, None, each.value, each.name) for each in units)
    symbols = rf"\sum_{{j=1}}^{{{len(units)}}} G^{{({q.layer})}}_{{j}}"
    return Rule(Total(tuple(map(Number, units))), symbols, terms)


def _squares(facts: Facts, q: Quantity) -> Rule | None:
    """Of all that a neuron learns; what is frozen does not count, as in PyTorch."""
    if not facts.on_tape:
        return None
    moving = [each for each in learned.of_neuron(facts, q.layer, q.unit) if not learned.is_frozen(facts, each)]
    gradients = [facts.operand(learned.of(each, Kind.GRADIENT)) for each in moving]
    if not gradients:
        return Rule(constant("0", 0.0, "all that the neuron learns is frozen"))
    items = tuple(square(Number(each)) for each in gradients)
    terms = tuple(Term(each, None, None if each.value is None else each.value**2, each.name) for each in gradients)
    name = rf"\sum_{{p}} \left({slope_by(lambda *_: 'p', chr(92) + 'bar{L}')(facts, q)}\right)^{{2}}"
    return Rule(Total(items), name, terms, "What is frozen does not count.")


def _step_gradient(facts: Facts, q: Quantity) -> Rule:
    """With the penalties: l1 sign(w) + l2 w."""
    parts: list[Formula] = [facts.number(clipped(facts, q))]
    weight = facts.number(learned.old(q))
    l1, l2 = penalties(facts, q)
    if l1:
        parts.append(times(constant(r"\lambda_1", l1, "L1"), sign(weight)))
    if l2:
        parts.append(times(constant(r"\lambda_2", l2, "L2"), weight))
    note = "Penalties are added after clipping; they belong to weights only." if l1 or l2 else "No penalty here."
    return Rule(plus(*parts), note=note)


@once
def squares_of(own: LayerTape, number: int, frozen: tuple[str, ...]) -> Array:
    """The sum of the squared gradients of each neuron of layer `number`, (units,) in float64; what is frozen is 0."""
    gradients = {"weight": own.dloss_dweight, "bias": own.dloss_dbias}
    gradients |= {f"param.{name}": values for name, values in own.dloss_dparam.items()}
    names = ("scale", "shift", "skip_weight")
    gradients |= {name: own.organs[f"dloss_d{name}"] for name in names if f"dloss_d{name}" in own.organs}
    total = np.zeros(own.units)
    for key, values in gradients.items():
        held = marked(frozen, f"l{number}.{key}", values.shape) if frozen else None
        squares = np.square(values, dtype=np.float64)
        moving = squares if held is None else np.where(held, 0.0, squares)
        total += moving.reshape(own.units, -1).sum(axis=1)
    return total


def _squares_at(facts: Facts, q: Quantity) -> Array:
    return squares_of(facts.layer(q.layer), q.layer, facts.session.network.frozen)


def _squares_value(facts: Facts, q: Quantity) -> float:
    return float(_squares_at(facts, q)[q.unit]) if facts.on_tape else math.nan


def _layer_value(facts: Facts, q: Quantity) -> float:
    return float(_squares_at(facts, q).sum()) if facts.on_tape else math.nan


def _squares_symbol(facts: Facts, q: Quantity) -> str:
    return f"G^{{({q.layer})}}_{{{index(q.unit)}}}"


ENTRIES: dict[Kind, Entry] = {
    Kind.SQUARES: Entry("sum of the squared gradients", _squares_symbol, _squares_value, after(Phase.UPDATE), _squares),
    Kind.LAYER_SQUARES: Entry(
        "sum of the squared gradients",
        lambda facts, q: f"G^{{({q.layer})}}",
        _layer_value,
        after(Phase.UPDATE),
        _layer_squares,
    ),
    Kind.NORM: Entry("norm of the gradient", lambda facts, q: "N", None, after(Phase.UPDATE), _norm),
    Kind.CLIP_FACTOR: Entry("clip factor", lambda facts, q: "k", None, after(Phase.UPDATE), _factor),
    Kind.CLIPPED: Entry("clipped gradient", learned.of_parameter(r"\hat{g}"), None, after(Phase.UPDATE), _clipped),
    Kind.STEP_GRADIENT: Entry(
        "gradient with penalties", learned.of_parameter("g"), None, after(Phase.UPDATE), _step_gradient
    ),
}
"""What there is to say of each."""
