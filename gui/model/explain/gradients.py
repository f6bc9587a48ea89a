"""The gradient of a parameter: this sample's own, and the mean over the mini-batch, which the optimizer takes."""

import math

from twostroke.engine.border.cursor import Extra, Phase
from twostroke.gui.model.explain import learned
from twostroke.gui.model.explain.backward import behind
from twostroke.gui.model.explain.facts import Entry, Facts, Rule, zero
from twostroke.gui.model.explain.formula import Call, Exact, Formula, Number, Product, Quotient, Total, square
from twostroke.gui.model.explain.forward import source_of, total
from twostroke.gui.model.explain.functions import ONE, Builder, Gate, below_zero, minus, sigma, times
from twostroke.gui.model.explain.gating import gate_of
from twostroke.gui.model.explain.quantities import Kind, Quantity, Term
from twostroke.gui.model.explain.symbols import slope_by
from twostroke.gui.model.known import known
from twostroke.gui.model.switched import gate_on


def factors(facts: Facts, q: Quantity, row: int) -> tuple[Quantity, Quantity | None]:
    """Error signal and what it meets, whose product is the gradient of one sample; learned slopes are told apart."""
    key = learned.key_of(q)
    if key == "weight":
        return behind(facts, q.layer, q.unit, row), source_of(facts, q.layer - 1, q.source or 0, row)
    if key == "bias":
        return behind(facts, q.layer, q.unit, row), None
    delta = Quantity(Kind.DELTA, q.layer, q.unit, None, row)
    if key == "scale":
        return delta, Quantity(Kind.NORMALIZED, q.layer, q.unit, None, row)
    if key == "skip_weight":
        return delta, source_of(facts, facts.layer(q.layer).skip_from or 0, q.source or 0, row)
    return delta, None


def is_slope(q: Quantity) -> bool:
    return learned.key_of(q).startswith("param.")


def _slope(facts: Facts, q: Quantity, row: int) -> Formula:
    """dL/da · df/dp, of a parameter that the activation learns."""
    return times(facts.number(Quantity(Kind.UPSTREAM, q.layer, q.unit, None, row)), gate_slope(facts, q, row))


def gate_slope(facts: Facts, q: Quantity, row: int) -> Formula:
    """df/dp, of a parameter that the activation learns."""
    gate = gate_of(facts, Quantity(Kind.A, q.layer, q.unit, None, row))
    name = learned.own_name(facts, q)
    written = SLOPES.get((gate.entry.name, name))
    if written is not None:
        return written(gate)
    place = [parameter.name for parameter in gate.entry.parameters].index(name)

    def function(z: float, *numbers: float) -> float:
        values = gate.settings | dict(zip(gate.parameters, numbers, strict=True))
        assert gate.entry.param_gain is not None
        return gate.entry.param_gain(z, gate.entry.numbers(values))[place]

    names = (rf"\partial_{{{name}}} f", f"∂f/∂{name}", f"{gate.entry.name}_{name}")
    return Call(names, function, (gate.z, *gate.parameters.values()))


def _swish_slope(gate: Gate) -> Formula:
    s = sigma(times(gate.p("beta"), gate.z))
    return times(square(gate.z), s, minus(ONE, s))


SLOPES: dict[tuple[str, str], Builder] = {
    ("prelu", "negative_slope"): lambda gate: below_zero(gate.z),
    ("swish_beta", "beta"): _swish_slope,
    ("quadratic", "a"): lambda gate: square(gate.z),
    ("quadratic", "b"): lambda gate: gate.z,
    ("quadratic", "c"): lambda gate: ONE,
}
"""df/dp of what activations learn."""


def nothing(facts: Facts, q: Quantity) -> Rule | None:
    """Why a parameter has no gradient."""
    if learned.is_cut(facts, q):
        return Rule(zero("cut: the link carries nothing"))
    if is_slope(q) and not gate_on(facts.layer(q.layer), q.unit, backward=True):
        return Rule(zero("the gradient passes by the gate"), note="The gate is off on the backward stroke.")
    return None


def _sample_formula(facts: Facts, q: Quantity, row: int) -> Formula:
    if is_slope(q):
        return _slope(facts, q, row)
    return Product(tuple(facts.number(each) for each in factors(facts, q, row) if each is not None))


def _sample_gradient(facts: Facts, q: Quantity) -> Rule:
    """Of one sample's own loss."""
    return nothing(facts, q) or Rule(_sample_formula(facts, q, q.row or 0))


def _gradient(facts: Facts, q: Quantity) -> Rule | None:
    """The mean over the samples of the mini-batch."""
    if not facts.on_tape:
        return None
    none = nothing(facts, q)
    if none is not None:
        return none
    rows, count = range(facts.samples), Exact(facts.samples)
    share = rf"\frac{{1}}{{{facts.samples}}} \sum_{{n=1}}^{{{facts.samples}}}"
    if is_slope(q):
        own = [facts.operand(learned.of(q, Kind.SAMPLE_GRADIENT, row)) for row in rows]
        terms = tuple(Term(each, None, each.value, facts.sample_name(row)) for row, each in enumerate(own))
        symbols = f"{share} {_running(facts, learned.of(q, Kind.SAMPLE_GRADIENT, facts.view.row))}"
        return Rule(Quotient(Total(tuple(map(Number, own))), count), symbols, terms)
    has_come = _known(facts, learned.of(q, Kind.SAMPLE_GRADIENT, facts.view.row))
    terms = tuple(facts.term(*factors(facts, q, row), facts.sample_name(row), has_come) for row in rows)
    parts = [_running(facts, each) for each in factors(facts, q, facts.view.row) if each is not None]
    product = r" \, ".join(parts)
    return Rule(Quotient(total(terms), count), f"{share} {product}", terms, one_by_one=True)


def _running(facts: Facts, q: Quantity) -> str:
    """The symbol with n for the sample."""
    own = facts.symbol(q)
    return own.replace(r"\partial L", r"\partial L[n]") if own.startswith(r"\frac") else f"{own}[n]"


def _gradient_value(facts: Facts, q: Quantity) -> float:
    return learned.at(learned.arrays(facts, q, "dloss_d{}"), q) if facts.on_tape else math.nan


def _known(facts: Facts, q: Quantity) -> bool:
    """Gradients of a normalizer's own parameters are needed behind it, and come before the others."""
    if learned.key_of(q) in ("scale", "shift") or is_slope(q):
        return known(facts.view, Phase.GATE_BACK, q.layer)
    if q.name == "skip_weight" or (q.kind is Kind.GRADIENT and facts.samples > 1):
        return known(facts.view, Phase.WEIGHTS, q.layer)
    return known(facts.view, Phase.WEIGHTS, q.layer, q.unit, Extra.BIAS if q.source is None else q.source)


def _mean_note(facts: Facts, q: Quantity) -> str:
    if not facts.on_tape:
        return "Only an update has a mini-batch; this is its mean."
    parts = [f"The mean over the mini-batch of {facts.samples}, without penalties."]
    if learned.is_frozen(facts, q):
        parts.append("Frozen: the gradient is there, and no update follows it.")
    return " ".join(parts)


def _sample_note(facts: Facts, q: Quantity) -> str:
    return "Of this sample's own loss alone; the optimizer takes the mean over the mini-batch."


ENTRIES: dict[Kind, Entry] = {
    Kind.SAMPLE_GRADIENT: Entry(
        "this sample's gradient", slope_by(learned.parameter_symbol), None, _known, _sample_gradient, _sample_note
    ),
    Kind.GRADIENT: Entry(
        "mean gradient",
        slope_by(learned.parameter_symbol, r"\bar{L}"),
        _gradient_value,
        _known,
        _gradient,
        _mean_note,
    ),
}
"""What there is to say of each."""
