"""The forward stroke up to the gate: inputs, parameters, terms, weighted sums, skip paths, z."""

from dataclasses import replace

from twostroke.engine.border.cursor import Extra, Phase
from twostroke.engine.border.tape import Array, LayerTape
from twostroke.gui.model.explain import learned
from twostroke.gui.model.explain.facts import Entry, Facts, Rule, after, always, at_neuron
from twostroke.gui.model.explain.formula import Formula, Number, Product, Sum, Total
from twostroke.gui.model.explain.quantities import Kind, Quantity, Term
from twostroke.gui.model.explain.symbols import index, neuron, of_sample, pair_index, sent
from twostroke.gui.model.known import known_signals


def source_of(facts: Facts, layer: int, unit: int, row: int | None) -> Quantity:
    """What a neuron sends on: an input, its activation, or that after dropout."""
    if layer == 0:
        return Quantity(Kind.INPUT, 0, unit, None, row)
    kind = Kind.OUTPUT if "output" in facts.layer(layer).organs else Kind.A
    return Quantity(kind, layer, unit, None, row)


def _old(facts: Facts, q: Quantity) -> float:
    return learned.at(learned.arrays(facts, q, "{}"), q)


def _parameter_note(facts: Facts, q: Quantity) -> str:
    if learned.is_cut(facts, q):
        return "Cut: the link carries nothing on either stroke."
    return "Frozen: no update changes it." if learned.is_frozen(facts, q) else ""


def total(terms: tuple[Term, ...]) -> Total:
    """The sum of products."""
    return Total(tuple(Product(tuple(Number(each) for each in (t.a, t.b) if each is not None)) for t in terms))


def weighted_terms(facts: Facts, q: Quantity) -> tuple[Term, ...]:
    """All terms w · a of a neuron's sum."""
    into = range(facts.layer(q.layer).weight.shape[1])
    weights = [Quantity(Kind.WEIGHT, q.layer, q.unit, k) for k in into]
    sources = [source_of(facts, q.layer - 1, k, q.row) for k in into]
    arrived = known_signals(facts.view, q.layer, q.unit)
    names = [f"from {facts.source_name(w)}" for w in weights]
    return tuple(facts.term(*each) for each in zip(weights, sources, names, map(bool, arrived), strict=True))


def weighted_sum(facts: Facts, q: Quantity) -> Rule:
    """The sum of w · a over the layer before, and the bias."""
    terms, bias = weighted_terms(facts, q), facts.operand(Quantity(Kind.BIAS, q.layer, q.unit))
    weight = f"w^{{({q.layer})}}_{{{pair_index(q.unit, 'k')}}}"
    source = sent(facts, q.layer - 1, "k") + of_sample(facts, q)
    symbols = rf"\sum_{{k=1}}^{{{len(terms)}}} {weight} \, {source} + {bias.symbol}"
    formula = Sum(((1, total(terms)), (1, Number(bias))))
    return Rule(formula, symbols, (*terms, Term(bias, None, bias.value, "bias")), one_by_one=True)


def _sum_array(layer: LayerTape) -> Array:
    return layer.organs.get("sum", layer.z)


def _z(facts: Facts, q: Quantity) -> Rule:
    """The weighted sum, or what a normalizer makes of it, and what a skip path adds."""
    layer, shown = facts.layer(q.layer), facts.shown(q.layer)
    if "sum" not in layer.organs:
        return weighted_sum(facts, q)
    own = [replace(q, kind=Kind.SUM)]
    parts: list[tuple[int, Formula]] = [(1, facts.number(own[0]))]
    if shown.normalizer:
        scale, shift = (Quantity(Kind.PARAMETER, q.layer, q.unit, name=name) for name in ("scale", "shift"))
        scaled = Product((facts.number(scale), facts.number(replace(q, kind=Kind.NORMALIZED))))
        parts = [(1, scaled), (1, facts.number(shift))]
    if layer.skip_from is not None:
        parts.append((1, facts.number(replace(q, kind=Kind.SKIP))))
    return Rule(Sum(tuple(parts)))


def skip_terms(facts: Facts, q: Quantity) -> tuple[Term, ...]:
    """All terms u · o of a skip path that projects."""
    layer = facts.layer(q.layer)
    weights = [
        Quantity(Kind.PARAMETER, q.layer, q.unit, k, None, "skip_weight")
        for k in range(layer.organs["skip_weight"].shape[1])
    ]
    sources = [source_of(facts, layer.skip_from or 0, w.source or 0, q.row) for w in weights]
    has_come = after(Phase.SUM, Extra.SKIP)(facts, q)
    names = [f"from {facts.source_name(w)}" for w in weights]
    return tuple(facts.term(*each, has_come) for each in zip(weights, sources, names, strict=True))


def _skip(facts: Facts, q: Quantity) -> Rule | None:
    layer = facts.layer(q.layer)
    if layer.skip_from is None:
        return None
    note = f"The output of {facts.shown(layer.skip_from).name}, past what lies between."
    if "skip_weight" not in layer.organs:
        return Rule(facts.number(source_of(facts, layer.skip_from, q.unit, q.row)), note=note)
    terms = skip_terms(facts, q)
    source = sent(facts, layer.skip_from, "k") + of_sample(facts, q)
    weight = f"u^{{({q.layer})}}_{{{pair_index(q.unit, 'k')}}}"
    return Rule(total(terms), rf"\sum_{{k=1}}^{{{len(terms)}}} {weight} \, {source}", terms, note)


def _cut_links(facts: Facts, q: Quantity) -> str:
    cut = facts.view.links[q.layer - 1].cut
    count = 0 if cut is None else int(cut[q.unit].sum())
    return f"{count} of the links are cut, and carry nothing." if count else ""


def _term_operands(facts: Facts, q: Quantity) -> tuple[Quantity, Quantity]:
    """Weight and what it meets, of a link or of a skip path's."""
    before = facts.layer(q.layer).skip_from if q.name == "skip_weight" else q.layer - 1
    return learned.old(q), source_of(facts, before or 0, q.source or 0, q.row)


def _term_symbol(facts: Facts, q: Quantity) -> str:
    return r" \, ".join(facts.symbol(each) for each in _term_operands(facts, q))


def _term(facts: Facts, q: Quantity) -> Rule:
    return Rule(Product(tuple(facts.number(each) for each in _term_operands(facts, q))))


def _has_arrived(facts: Facts, q: Quantity) -> bool:
    """Whether a product is there: what it is made of, and in a sum that is read term by term, itself."""
    if q.name == "skip_weight":
        return after(Phase.SUM, Extra.SKIP)(facts, q)
    return bool(known_signals(facts.view, q.layer, q.unit)[q.source or 0])


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
    Kind.WEIGHT: Entry("weight", learned.parameter_symbol, _old, always, note=_parameter_note),
    Kind.BIAS: Entry("bias", learned.parameter_symbol, _old, always, note=_parameter_note),
    Kind.PARAMETER: Entry("parameter", learned.parameter_symbol, _old, always, note=_parameter_note),
    Kind.TERM: Entry("w · a", _term_symbol, None, _has_arrived, _term),
    Kind.SUM: Entry(
        "weighted sum", neuron("h"), at_neuron(_sum_array), after(Phase.SUM, Extra.BIAS), weighted_sum, _cut_links
    ),
    Kind.SKIP: Entry(
        "skip path",
        neuron("r"),
        at_neuron(lambda layer: layer.organs.get("skip"), ruled=True),
        after(Phase.SUM, Extra.SKIP),
        _skip,
    ),
    Kind.Z: Entry("z", neuron("z"), at_neuron(lambda layer: layer.z), after(Phase.SUM), _z, _cut_links),
}
"""What there is to say of each."""
