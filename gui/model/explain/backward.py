"""The backward stroke: what arrives at a neuron, what its gate lets through, and what goes on along its links.

All of it is the gradient of the shown sample's own loss: B times that of the mean loss, which is what a trace holds.
"""

from dataclasses import replace

from twostroke.engine.border.cursor import Extra, Phase, Step
from twostroke.engine.border.tape import Array, LayerTape
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.gui.model.explain import comparing, remarks
from twostroke.gui.model.explain.facts import Entry, Facts, Rule, after, at_neuron, zero
from twostroke.gui.model.explain.formula import Product
from twostroke.gui.model.explain.forward import total
from twostroke.gui.model.explain.functions import minus, times
from twostroke.gui.model.explain.normalizing import sum_delta
from twostroke.gui.model.explain.quantities import Kind, Quantity, Term
from twostroke.gui.model.explain.symbols import index, neuron, of_sample, slope_by
from twostroke.gui.model.known import begun, known
from twostroke.gui.model.switched import gate_on


def behind(facts: Facts, layer: int, unit: int, row: int | None) -> Quantity:
    """The gradient at a neuron's weighted sum, which goes on along its links."""
    kind = Kind.SUM_DELTA if facts.shown(layer).normalizer else Kind.DELTA
    return Quantity(kind, layer, unit, None, row)


def arriving_terms(facts: Facts, q: Quantity) -> tuple[Term, ...]:
    """All that is sent back to a neuron: w · delta over its links, and what comes over skip paths."""
    above = q.layer + 1
    terms = [
        facts.term(
            Quantity(Kind.WEIGHT, above, unit, q.unit),
            behind(facts, above, unit, q.row),
            f"from {facts.place(Quantity(Kind.A, above, unit))}",
            _is_sent(facts, Quantity(Kind.BACK_TERM, above, unit, q.unit, q.row)),
        )
        for unit in range(facts.layer(above).units)
    ]
    for into, layer in enumerate(facts.layers, start=1):
        if layer.skip_from == q.layer:
            terms += _over_skip(facts, q, into)
    return tuple(terms)


def _over_skip(facts: Facts, q: Quantity, into: int) -> list[Term]:
    """The same over one skip path."""
    layer, name = facts.layer(into), f"over the skip path from {facts.shown(into).name}"
    if "skip_weight" not in layer.organs:
        return [facts.term(Quantity(Kind.DELTA, into, q.unit, None, q.row), None, name)]
    return [
        facts.term(
            Quantity(Kind.PARAMETER, into, unit, q.unit, None, "skip_weight"),
            Quantity(Kind.DELTA, into, unit, None, q.row),
            name,
            _is_sent(facts, Quantity(Kind.BACK_TERM, into, unit, q.unit, q.row, "skip_weight")),
        )
        for unit in range(layer.units)
    ]


def _arriving(facts: Facts, q: Quantity) -> Rule:
    """The sum of all that is sent back."""
    if facts.is_cut(q.layer, q.unit):
        return Rule(zero("cut: gets no gradient"))
    terms, above = arriving_terms(facts, q), q.layer + 1
    sample = of_sample(facts, q)
    units = facts.layer(above).units
    delta = facts.symbol(behind(facts, above, 0, q.row)).split("_")[0]
    symbols = rf"\sum_{{j=1}}^{{{units}}} w^{{({above})}}_{{j{_comma(q.unit)}}} \, {delta}_{{j}}{sample}"
    for into, layer in enumerate(facts.layers, start=1):
        if layer.skip_from == q.layer:
            own = rf"\delta^{{({into})}}"
            symbols += (
                rf" + \sum_{{j=1}}^{{{layer.units}}} u^{{({into})}}_{{j{_comma(q.unit)}}} \, {own}_{{j}}{sample}"
                if "skip_weight" in layer.organs
                else rf" + {own}_{{{index(q.unit)}}}{sample}"
            )
    return Rule(total(terms), symbols, terms, one_by_one=True)


def _comma(unit: int) -> str:
    place = index(unit)
    return f",{place}" if len(place) > 1 else place


def _upstream(facts: Facts, q: Quantity) -> Rule:
    """dL/da."""
    if q.layer == facts.depth:
        return comparing.output_upstream(facts, q)
    if "dropout_mask" not in facts.layer(q.layer).organs:
        return _arriving(facts, q)
    mask = facts.number(replace(q, kind=Kind.DROPOUT_MASK))
    return Rule(Product((facts.number(replace(q, kind=Kind.OUTPUT_UPSTREAM)), mask)))


def _output_upstream(facts: Facts, q: Quantity) -> Rule:
    """dL/d output, before dropout's mask; the same as dL/da where there is none."""
    return comparing.output_upstream(facts, q) if q.layer == facts.depth else _arriving(facts, q)


def _is_fused(facts: Facts, q: Quantity) -> bool:
    return q.layer == facts.depth and LOSSES[facts.view.loss_name].fused


def _delta(facts: Facts, q: Quantity) -> Rule:
    """dL/dz: the upstream gradient after the gate."""
    layer = facts.layer(q.layer)
    if _is_fused(facts, q):
        return comparing.fused_delta(facts, q)
    upstream = facts.number(replace(q, kind=Kind.UPSTREAM))
    if facts.is_cut(q.layer, q.unit):
        return Rule(zero("cut: gets no gradient"))
    if layer.gain is None:
        return _softmax_back(facts, q)
    if not gate_on(layer, q.unit, backward=True):
        return Rule(upstream)
    return Rule(times(upstream, facts.number(replace(q, kind=Kind.GAIN))))


def _softmax_back(facts: Facts, q: Quantity) -> Rule:
    """a (dL/da - sum of a dL/da over all outputs)."""
    units = range(facts.layer(q.layer).units)
    own = [facts.number(replace(q, kind=kind)) for kind in (Kind.A, Kind.UPSTREAM)]
    terms = tuple(
        facts.term(
            replace(q, kind=Kind.A, unit=unit),
            replace(q, kind=Kind.UPSTREAM, unit=unit),
            facts.place(replace(q, unit=unit)),
        )
        for unit in units
    )
    a, upstream = (each.operand.symbol for each in own)
    running = [each.replace(f"_{{{index(q.unit)}}}", "_{j}") for each in (a, upstream)]
    symbols = rf"{a} \left({upstream} - \sum_{{j=1}}^{{{len(units)}}} {running[0]} \, {running[1]}\right)"
    return Rule(times(own[0], minus(own[1], total(terms))), symbols, terms)


def _delta_note(facts: Facts, q: Quantity) -> str:
    if _is_fused(facts, q):
        return ""
    later = [facts.shown(layer).normalizer for layer in range(q.layer, facts.depth + 1)]
    shared = "" if not facts.on_tape or "batch" not in later else BATCH
    return " ".join(filter(None, (remarks.of_gain(facts, q), shared)))


BATCH = "Under batch normalization a sample acts on the losses of the others, too; that is in it."


def _dsum(layer: LayerTape) -> Array | None:
    return layer.organs.get("dloss_dsum")


def _delta_of_sum(facts: Facts, q: Quantity) -> Rule | None:
    found = sum_delta(facts, q)
    if found is None:  # without a normalizer it is delta itself
        return Rule(facts.number(replace(q, kind=Kind.DELTA)))
    return found


def _back_term_operands(facts: Facts, q: Quantity) -> tuple[Quantity, Quantity]:
    if q.name == "skip_weight":
        own = Quantity(Kind.PARAMETER, q.layer, q.unit, q.source, None, q.name)
        return own, Quantity(Kind.DELTA, q.layer, q.unit, None, q.row)
    return Quantity(Kind.WEIGHT, q.layer, q.unit, q.source), behind(facts, q.layer, q.unit, q.row)


def _back_term(facts: Facts, q: Quantity) -> Rule:
    """What a link carries back; nothing to a neuron that is cut."""
    before = facts.layer(q.layer).skip_from if q.name == "skip_weight" else q.layer - 1
    if before and facts.is_cut(before, q.source or 0):
        return Rule(zero("cut: gets no gradient"))
    return Rule(Product(tuple(facts.number(each) for each in _back_term_operands(facts, q))))


def _back_symbol(facts: Facts, q: Quantity) -> str:
    return r" \, ".join(facts.symbol(each) for each in _back_term_operands(facts, q))


def _has_arrived(facts: Facts, q: Quantity) -> bool:
    """dL/da is settled when the layer behind has spread it, or the loss is known."""
    if q.layer == facts.depth:
        return known(facts.view, Phase.LOSS)
    return known(facts.view, Phase.SPREAD, q.layer + 1, q.unit)


def _is_behind(facts: Facts, q: Quantity) -> bool:
    """Through a normalizer it takes the error signals of the whole layer."""
    whole = bool(facts.shown(q.layer).normalizer)
    return known(facts.view, Phase.GATE_BACK, q.layer, None if whole else q.unit)


def _is_sent(facts: Facts, q: Quantity) -> bool:
    """Whether a product is there: it is sent as the layer before gets its sum, in one that is read term by term at a
    moment of its own. To the inputs nothing is sent; there it is known with its error signal."""
    receiving = (facts.layer(q.layer).skip_from or 0) + 1 if q.name else q.layer
    if receiving == 1:
        return _is_behind(facts, q)
    moment = facts.view.moment
    if moment is not None and moment.term is not None and moment.step == Step(Phase.SPREAD, receiving):
        return known(facts.view, Phase.SPREAD, receiving, q.source, Extra.SKIP if q.name else q.unit)
    return begun(facts.view, Phase.SPREAD, receiving)


ENTRIES: dict[Kind, Entry] = {
    Kind.UPSTREAM: Entry(
        "∂L/∂a",
        slope_by(neuron("a")),
        at_neuron(lambda layer: layer.dloss_da, own=True, ruled=True),
        _has_arrived,
        _upstream,
    ),
    Kind.OUTPUT_UPSTREAM: Entry(
        "∂L/∂o",
        slope_by(neuron("o")),
        at_neuron(lambda layer: layer.organs.get("dloss_doutput", layer.dloss_da), own=True, ruled=True),
        _has_arrived,
        _output_upstream,
    ),
    Kind.DELTA: Entry(
        "delta",
        neuron(r"\delta"),
        at_neuron(lambda layer: layer.dloss_dz, own=True),
        after(Phase.GATE_BACK),
        _delta,
        _delta_note,
    ),
    Kind.SUM_DELTA: Entry(
        "delta of the weighted sum",
        neuron(r"\tilde{\delta}"),
        at_neuron(_dsum, own=True, ruled=True),
        _is_behind,
        _delta_of_sum,
    ),
    Kind.BACK_TERM: Entry("w · delta", _back_symbol, None, _is_sent, _back_term),
}
"""What there is to say of each."""
