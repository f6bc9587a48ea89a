"""Normalizers on both strokes: mean, variance, the normalized sum, running figures, and the gradient behind them.

A mini-batch's batch normalization takes the figures of each neuron over the samples; as the network is used, the
running figures. Layer normalization takes those of each sample over the neurons.
"""

import math
from dataclasses import replace

from twostroke.engine.border.cursor import Extra, Phase
from twostroke.engine.session.spec import LayerSpec
from twostroke.gui.model.explain.facts import Entry, Facts, Rule, Value, after, always, at_neuron, constant
from twostroke.gui.model.explain.formula import Exact, Formula, Number, Product, Quotient, Sum, Total, root, square
from twostroke.gui.model.explain.functions import minus, plus
from twostroke.gui.model.explain.quantities import Kind, Operand, Quantity, Term
from twostroke.gui.model.explain.symbols import Symbol, index, neuron, of_sample


def _is_batch(facts: Facts, q: Quantity) -> bool:
    return facts.shown(q.layer).normalizer == "batch"


def _constant(facts: Facts, q: Quantity, name: str) -> Number:
    """A setting of the normalizer."""
    spec = facts.spec(q.layer)
    value = getattr(spec.norm, name) if isinstance(spec, LayerSpec) else math.nan
    return constant(
        rf"\{name}" if name == "epsilon" else "m", value, f"{name} of the normalizer of {facts.shown(q.layer).name}"
    )


def _figure(facts: Facts, q: Quantity, kind: Kind) -> Quantity:
    """Where mean or variance are kept that this number is normalized with."""
    if not _is_batch(facts, q):
        return Quantity(kind, q.layer, 0, None, q.row)
    if facts.on_tape:
        return Quantity(kind, q.layer, q.unit)
    running = {Kind.MEAN: Kind.RUNNING_MEAN, Kind.VARIANCE: Kind.RUNNING_VARIANCE}
    return Quantity(running[kind], q.layer, q.unit)


def _sums(facts: Facts, q: Quantity) -> list[Quantity]:
    """What mean and variance are taken of."""
    if _is_batch(facts, q):
        return [Quantity(Kind.SUM, q.layer, q.unit, None, row) for row in range(facts.samples)]
    return [Quantity(Kind.SUM, q.layer, unit, None, q.row) for unit in range(facts.layer(q.layer).units)]


def _figure_symbol(letter: str, running: bool = False) -> Symbol:
    def symbol(facts: Facts, q: Quantity) -> str:
        own = rf"\bar{{{letter}}}" if running else letter
        place = f"_{{{index(q.unit)}}}" if _is_batch(facts, q) else ""
        return f"{own}^{{({q.layer})}}{place}{of_sample(facts, q)}"

    return symbol


def _next_symbol(letter: str) -> Symbol:
    return lambda facts, q: rf"\bar{{{letter}}}^{{({q.layer})\prime}}_{{{index(q.unit)}}}"


def _tape_figure(name: str) -> Value:
    def value(facts: Facts, q: Quantity) -> float:
        values = facts.layer(q.layer).organs.get(name)
        if values is None:
            return math.nan if _is_batch(facts, q) else facts.by_rule(q)
        return float(values[q.unit if _is_batch(facts, q) else q.row or 0])

    return value


def _running(name: str) -> Value:
    def value(facts: Facts, q: Quantity) -> float:
        values = facts.layer(q.layer).organs.get(name)
        return math.nan if values is None else float(values[q.unit])

    return value


def _sigma_of(facts: Facts, q: Quantity) -> str:
    """A sum over what the normalizer takes its figures of."""
    running, count = ("n", facts.samples) if _is_batch(facts, q) else ("j", facts.layer(q.layer).units)
    return rf"\frac{{1}}{{{count}}} \sum_{{{running}=1}}^{{{count}}}"


def _running_sum(facts: Facts, q: Quantity) -> str:
    if _is_batch(facts, q):
        return f"h^{{({q.layer})}}_{{{index(q.unit)}}}[n]"
    return f"h^{{({q.layer})}}_{{j}}"


def _mean(facts: Facts, q: Quantity) -> Rule | None:
    if not facts.shown(q.layer).normalizer:
        return None
    sums = [facts.operand(each) for each in _sums(facts, q)]
    formula = Quotient(Total(tuple(map(Number, sums))), Exact(len(sums)))
    terms = tuple(Term(each, None, each.value, _which(facts, q, each)) for each in sums)
    return Rule(formula, f"{_sigma_of(facts, q)} {_running_sum(facts, q)}", terms)


def _which(facts: Facts, q: Quantity, own: Operand) -> str:
    """What tells a term of mean or variance from the others: its sample, or its neuron."""
    if own.quantity is None or not _is_batch(facts, q):
        return own.name
    return facts.sample_name(own.quantity.row or 0)


def _variance(facts: Facts, q: Quantity) -> Rule | None:
    if not facts.shown(q.layer).normalizer:
        return None
    mean = facts.number(replace(q, kind=Kind.MEAN))
    parts = [(facts.operand(each), square(minus(facts.number(each), mean))) for each in _sums(facts, q)]
    formula = Quotient(Total(tuple(part for _, part in parts)), Exact(len(parts)))
    terms = tuple(Term(own, None, _known(part.value(float)), _which(facts, q, own)) for own, part in parts)
    symbols = rf"{_sigma_of(facts, q)} \left({_running_sum(facts, q)} - {mean.operand.symbol}\right)^{{2}}"
    return Rule(formula, symbols, terms, "Biased: divided by their number. A term is the square of a distance.")


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def spread(facts: Facts, q: Quantity) -> Formula:
    """The root of variance and epsilon."""
    return root(plus(facts.number(_figure(facts, q, Kind.VARIANCE)), _constant(facts, q, "epsilon")))


def _normalized(facts: Facts, q: Quantity) -> Rule | None:
    if not facts.shown(q.layer).normalizer:
        return None
    own, mean = facts.number(replace(q, kind=Kind.SUM)), facts.number(_figure(facts, q, Kind.MEAN))
    return Rule(Quotient(minus(own, mean), spread(facts, q)), note=_figures_note(facts, q))


def _figures_note(facts: Facts, q: Quantity) -> str:
    if not _is_batch(facts, q):
        return "Mean and variance are those of this sample over the neurons of the layer."
    if facts.on_tape:
        return "In training, mean and variance are those of this neuron over the mini-batch."
    return "As the network is used, mean and variance are the running figures; in training, those of the mini-batch."


def _next_running(facts: Facts, q: Quantity) -> Rule | None:
    """Moved towards the figure of this mini-batch."""
    if not facts.on_tape or not _is_batch(facts, q):
        return None
    is_mean = q.kind is Kind.NEXT_RUNNING_MEAN
    old = facts.number(replace(q, kind=Kind.RUNNING_MEAN if is_mean else Kind.RUNNING_VARIANCE))
    if facts.samples == 1:
        return Rule(old, note="One sample has no variance: the running figures stay.")
    share = _constant(facts, q, "momentum")
    figure: Formula = facts.number(replace(q, kind=Kind.MEAN if is_mean else Kind.VARIANCE))
    note = ""
    if not is_mean:
        figure = Product((Quotient(Exact(facts.samples), Exact(facts.samples - 1)), figure))
        note = "The running variance takes the unbiased one, as in PyTorch."
    return Rule(plus(Product((minus(Exact(1), share), old)), Product((share, figure))), note=note)


def sum_delta(facts: Facts, q: Quantity) -> Rule | None:
    """The gradient at the weighted sum, behind the normalizer."""
    if not facts.shown(q.layer).normalizer:
        return None
    return _batch_back(facts, q) if _is_batch(facts, q) else _layer_back(facts, q)


def _batch_back(facts: Facts, q: Quantity) -> Rule:
    scale = facts.number(Quantity(Kind.PARAMETER, q.layer, q.unit, name="scale"))
    delta = facts.number(replace(q, kind=Kind.DELTA))
    factor = Quotient(scale, spread(facts, q))
    if not facts.on_tape:
        return Rule(Product((factor, delta)), note="The running figures depend on no sample.")
    over_scale, over_shift = (
        facts.number(Quantity(Kind.GRADIENT, q.layer, q.unit, name=name)) for name in ("scale", "shift")
    )
    hat = facts.number(replace(q, kind=Kind.NORMALIZED))
    inner = Sum(((1, delta), (-1, over_shift), (-1, Product((hat, over_scale)))))
    note = "Mean and variance depend on every sample of the mini-batch, so the means over it are taken away."
    return Rule(Product((factor, inner)), note=note)


def _layer_back(facts: Facts, q: Quantity) -> Rule:
    units = range(facts.layer(q.layer).units)

    def scaled(unit: int) -> tuple[Number, Number]:
        return (
            facts.number(Quantity(Kind.PARAMETER, q.layer, unit, name="scale")),
            facts.number(Quantity(Kind.DELTA, q.layer, unit, None, q.row)),
        )

    hats = [facts.number(Quantity(Kind.NORMALIZED, q.layer, unit, None, q.row)) for unit in units]
    count = Exact(len(units))
    mean = Quotient(Total(tuple(Product(scaled(unit)) for unit in units)), count)
    slope = Quotient(Total(tuple(Product((*scaled(unit), hats[unit])) for unit in units)), count)
    inner = Sum(((1, Product(scaled(q.unit))), (-1, mean), (-1, Product((hats[q.unit], slope)))))
    gamma, delta, hat = (f"{letter}^{{({q.layer})}}_{{j}}" for letter in (r"\gamma", r"\delta", r"\hat{h}"))
    over = rf"\frac{{1}}{{{len(units)}}} \sum_{{j=1}}^{{{len(units)}}} {gamma} \, {delta}"
    own = [each.operand.symbol for each in (*scaled(q.unit), hats[q.unit])]
    sigma = rf"\sqrt{{{facts.symbol(_figure(facts, q, Kind.VARIANCE))} + \epsilon}}"
    symbols = rf"\frac{{1}}{{{sigma}}} \left({own[0]} \, {own[1]} - {over} - {own[2]} \, {over} \, {hat}\right)"
    terms = tuple(_term(facts, *scaled(unit), unit, q) for unit in units)
    note = "Mean and variance depend on every neuron of the layer, so the means over it are taken away."
    return Rule(Quotient(inner, spread(facts, q)), symbols, terms, note)


def _term(facts: Facts, scale: Number, delta: Number, unit: int, q: Quantity) -> Term:
    a, b = scale.operand, delta.operand
    product = None if a.value is None or b.value is None else a.value * b.value
    return Term(a, b, product, facts.place(replace(q, unit=unit)))


ENTRIES: dict[Kind, Entry] = {
    Kind.MEAN: Entry("mean", _figure_symbol(r"\mu"), _tape_figure("norm_mean"), after(Phase.SUM, Extra.NORM), _mean),
    Kind.VARIANCE: Entry(
        "variance", _figure_symbol("v"), _tape_figure("norm_variance"), after(Phase.SUM, Extra.NORM), _variance
    ),
    Kind.RUNNING_MEAN: Entry("running mean", _figure_symbol(r"\mu", True), _running("running_mean"), always),
    Kind.RUNNING_VARIANCE: Entry("running variance", _figure_symbol("v", True), _running("running_variance"), always),
    Kind.NEXT_RUNNING_MEAN: Entry(
        "next running mean", _next_symbol(r"\mu"), _running("running_mean_next"), after(Phase.UPDATE), _next_running
    ),
    Kind.NEXT_RUNNING_VARIANCE: Entry(
        "next running variance",
        _next_symbol("v"),
        _running("running_variance_next"),
        after(Phase.UPDATE),
        _next_running,
    ),
    Kind.NORMALIZED: Entry(
        "normalized sum",
        neuron(r"\hat{h}"),
        at_neuron(lambda layer: layer.organs.get("normalized"), ruled=True),
        after(Phase.SUM, Extra.NORM),
        _normalized,
    ),
}
"""What there is to say of each."""
