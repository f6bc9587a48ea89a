"""The gate on the forward stroke: z becomes a, and the gain is settled."""

from twostroke.engine.border.cursor import Phase
from twostroke.gui.model.explain.facts import Entry, Facts, Rule, after, at_neuron, constant
from twostroke.gui.model.explain.formula import Exponential, Quotient, Total
from twostroke.gui.model.explain.functions import Gate, in_torch, value
from twostroke.gui.model.explain.quantities import Kind, Quantity, Term
from twostroke.gui.model.explain.symbols import neuron, of_sample


def gate_of(facts: Facts, q: Quantity) -> Gate:
    """The gate of a neuron, with z, a and parameters of one sample."""
    layer, unit = facts.layer(q.layer), q.unit
    entry, settings = facts.gate(q.layer, unit)
    z, a = (facts.number(Quantity(kind, q.layer, unit, None, q.row)) for kind in (Kind.Z, Kind.A))
    parameters = {}
    for parameter in entry.parameters:
        if parameter.name in layer.param:
            own = Quantity(Kind.PARAMETER, q.layer, unit, name=f"param.{parameter.name}")
            parameters[parameter.name] = facts.number(own)
        elif not parameter.choices:
            title = parameter.title or parameter.name
            number = float(settings.get(parameter.name, parameter.default))
            letter = {"negative_slope": "s", "alpha": r"\alpha"}.get(parameter.name, parameter.name)
            parameters[parameter.name] = constant(letter, number, f"{title} of {entry.title}")
    is_f = layer.gate_forward and not is_cut(facts, q)
    return Gate(entry, z, a if is_f else None, parameters, settings)


def is_cut(facts: Facts, q: Quantity) -> bool:
    """Whether the neuron is cut."""
    cut = facts.shown(q.layer).cut
    return cut is not None and bool(cut[q.unit])


def _a(facts: Facts, q: Quantity) -> Rule:
    if is_cut(facts, q):
        return Rule(constant("0", 0.0, "cut: sends nothing"))
    if facts.layer(q.layer).gain is None:
        return _softmax(facts, q)
    gate = gate_of(facts, q)
    if not facts.layer(q.layer).gate_forward:
        return Rule(gate.z)
    return Rule(value(gate), torch=in_torch(gate))


def _softmax(facts: Facts, q: Quantity) -> Rule:
    """exp(z) of this output over the sum of all."""
    layer, unit = facts.layer(q.layer), q.unit
    z = [facts.number(Quantity(Kind.Z, q.layer, k, None, q.row)) for k in range(layer.units)]
    shares = tuple(map(Exponential, z))
    running = f"z^{{({q.layer})}}_{{j}}{of_sample(facts, q)}"
    symbols = rf"\frac{{e^{{{z[unit].operand.symbol}}}}}{{\sum_{{j=1}}^{{{len(z)}}} e^{{{running}}}}}"
    terms = tuple(
        Term(each.operand, None, None if each.operand.value is None else share.value(float), f"e^z of {facts.place(q)}")
        for each, share in zip(z, shares, strict=True)
    )
    return Rule(Quotient(shares[unit], Total(shares)), symbols, terms)


def gate_note(facts: Facts, q: Quantity) -> str:
    """What is special about this gate."""
    layer = facts.layer(q.layer)
    if is_cut(facts, q):
        return "Cut: the neuron sends nothing, and gets no gradient."
    if layer.gain is None:
        return "Softmax has no gate of its own: each output depends on every z."
    if not layer.gate_forward:
        return "The gate is off on the forward stroke: a = z."
    return ""


ENTRIES: dict[Kind, Entry] = {
    Kind.A: Entry("a", neuron("a"), at_neuron(lambda layer: layer.a), after(Phase.GATE), _a, gate_note),
}
"""What there is to say of each."""
