"""The forward stroke up to the gate: inputs, parameters, terms, weighted sums, z."""

from twostroke.engine.border.cursor import Phase
from twostroke.gui.model.explain.facts import Entry, Facts, Rule, after, always, at_neuron
from twostroke.gui.model.explain.formula import Number, Product, Sum, Total
from twostroke.gui.model.explain.quantities import Kind, Quantity, Term
from twostroke.gui.model.explain.symbols import index, link, neuron, of_sample, pair_index, sent
from twostroke.gui.model.weights import known


def source_of(facts: Facts, layer: int, unit: int, row: int | None) -> Quantity:
    """What a neuron sends on: an input, its activation, or that after dropout."""
    if layer == 0:
        return Quantity(Kind.INPUT, 0, unit, None, row)
    kind = Kind.OUTPUT if "output" in facts.layer(layer).organs else Kind.A
    return Quantity(kind, layer, unit, None, row)


def parameter_symbol(facts: Facts, q: Quantity) -> str:
    """What an activation or a normalizer learns, by a letter."""
    letters = {"scale": r"\gamma", "shift": r"\beta", "skip_weight": "u", "param.negative_slope": "s"}
    own = q.name.removeprefix("param.")
    letter = letters.get(q.name) or (own if len(own) == 1 else rf"\mathrm{{{own.replace('_', ' ')}}}")
    return (neuron if q.source is None else link)(letter)(facts, q)


def _weight(facts: Facts, q: Quantity) -> float:
    return float(facts.layer(q.layer).weight[q.unit, q.source or 0])


def _parameter(facts: Facts, q: Quantity) -> float:
    layer = facts.layer(q.layer)
    values = layer.param.get(q.name.removeprefix("param."), layer.organs.get(q.name))
    if values is None:
        return float("nan")
    return float(values[q.unit] if q.source is None else values[q.unit, q.source])


def total(terms: tuple[Term, ...]) -> Total:
    """The sum of products."""
    return Total(tuple(Product(tuple(Number(each) for each in (t.a, t.b) if each is not None)) for t in terms))


def weighted_terms(facts: Facts, q: Quantity) -> tuple[Term, ...]:
    """All terms w · a of a neuron's sum."""
    into = range(facts.layer(q.layer).weight.shape[1])
    weights = [Quantity(Kind.WEIGHT, q.layer, q.unit, k) for k in into]
    sources = [source_of(facts, q.layer - 1, k, q.row) for k in into]
    return tuple(facts.term(w, a, f"from {facts.source_name(w)}") for w, a in zip(weights, sources, strict=True))


def weighted_sum(facts: Facts, q: Quantity) -> Rule:
    """The sum of w · a over the layer before, and the bias."""
    terms, bias = weighted_terms(facts, q), facts.operand(Quantity(Kind.BIAS, q.layer, q.unit))
    weight = f"w^{{({q.layer})}}_{{{pair_index(q.unit, 'k')}}}"
    source = sent(facts, q.layer - 1, "k") + of_sample(facts, q)
    symbols = rf"\sum_{{k=1}}^{{{len(terms)}}} {weight} \, {source} + {bias.symbol}"
    formula = Sum(((1, total(terms)), (1, Number(bias))))
    return Rule(formula, symbols, (*terms, Term(bias, None, bias.value, "bias")))


def _z(facts: Facts, q: Quantity) -> Rule:
    return weighted_sum(facts, q)


def _cut_links(facts: Facts, q: Quantity) -> str:
    cut = facts.view.links[q.layer - 1].cut
    count = 0 if cut is None else int(cut[q.unit].sum())
    return f"{count} of the links are cut, and carry nothing." if count else ""


def _term_symbol(facts: Facts, q: Quantity) -> str:
    weight = link("w")(facts, Quantity(q.kind, q.layer, q.unit, q.source))
    return rf"{weight} \, {sent(facts, q.layer - 1, q.source or 0)}{of_sample(facts, q)}"


def _term_operands(facts: Facts, q: Quantity) -> tuple[Quantity, Quantity]:
    return (
        Quantity(Kind.WEIGHT, q.layer, q.unit, q.source),
        source_of(facts, q.layer - 1, q.source or 0, q.row),
    )


def _term_value(facts: Facts, q: Quantity) -> float:
    w, a = (facts.value(each) for each in _term_operands(facts, q))
    return float("nan") if w is None or a is None else w * a


def _term(facts: Facts, q: Quantity) -> Rule:
    return Rule(Product(tuple(facts.number(each) for each in _term_operands(facts, q))))


def _has_arrived(facts: Facts, q: Quantity) -> bool:
    return q.layer == 1 or known(facts.view, Phase.GATE, q.layer - 1)


ENTRIES: dict[Kind, Entry] = {
    Kind.INPUT: Entry(
        "input",
        lambda facts, q: sent(facts, 0, q.unit) + of_sample(facts, q),
        lambda facts, q: float(facts.x[q.row or 0, q.unit]),
        always,
        note=lambda facts, q: "As the network sees it: after feature transforms and scaling.",
    ),
    Kind.TARGET: Entry(
        "target",
        lambda facts, q: f"y_{{{index(q.unit)}}}{of_sample(facts, q)}",
        lambda facts, q: float(facts.target[q.row or 0, q.unit]),
        always,
    ),
    Kind.WEIGHT: Entry("weight", link("w"), _weight, always),
    Kind.BIAS: Entry("bias", neuron("b"), lambda facts, q: float(facts.layer(q.layer).bias[q.unit]), always),
    Kind.PARAMETER: Entry("parameter", parameter_symbol, _parameter, always),
    Kind.TERM: Entry("w · a", _term_symbol, _term_value, _has_arrived, _term),
    Kind.Z: Entry("z", neuron("z"), at_neuron(lambda layer: layer.z), after(Phase.SUM), _z, _cut_links),
}
"""What there is to say of each."""
