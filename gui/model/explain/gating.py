"""The gate: z becomes a, what is let through on either stroke, and dropout behind it."""

from dataclasses import replace

from twostroke.engine.border.cursor import Phase
from twostroke.gui.model.explain import learned, remarks
from twostroke.gui.model.explain.facts import Entry, Facts, Rule, after, at_neuron, constant, zero
from twostroke.gui.model.explain.formula import Exact, Exponential, Product, Quotient, Total
from twostroke.gui.model.explain.functions import Gate, in_torch, minus, slope, value
from twostroke.gui.model.explain.quantities import Kind, Quantity, Term
from twostroke.gui.model.explain.symbols import LETTERS, neuron, of_sample
from twostroke.gui.model.switched import gate_on


def gate_of(facts: Facts, q: Quantity) -> Gate:
    """The gate of a neuron, with z, a and parameters of one sample."""
    entry, settings = facts.gate(q.layer, q.unit)
    keys = learned.gate_keys(facts, q.layer, q.unit)
    parameters = {}
    for p in entry.parameters:
        if p.name in keys:
            parameters[p.name] = facts.number(Quantity(Kind.PARAMETER, q.layer, q.unit, name=keys[p.name]))
        elif not p.choices:
            number = float(settings.get(p.name, p.default))
            parameters[p.name] = constant(LETTERS.get(p.name, p.name), number, f"{p.title or p.name} of {entry.title}")
    z, a = (facts.number(Quantity(kind, q.layer, q.unit, None, q.row)) for kind in (Kind.Z, Kind.A))
    is_f = gate_on(facts.layer(q.layer), q.unit, backward=False) and not facts.is_cut(q.layer, q.unit)
    return Gate(entry, z, a if is_f else None, parameters, settings)


def _a(facts: Facts, q: Quantity) -> Rule:
    if facts.is_cut(q.layer, q.unit):
        return Rule(zero("cut: sends nothing"))
    if facts.layer(q.layer).gain is None:
        return _softmax(facts, q)
    gate = gate_of(facts, q)
    if not gate_on(facts.layer(q.layer), q.unit, backward=False):
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
        Term(
            each.operand,
            None,
            None if each.operand.value is None else share.value(float),
            f"e^z of {facts.place(replace(q, unit=k))}",
        )
        for k, (each, share) in enumerate(zip(z, shares, strict=True))
    )
    return Rule(Quotient(shares[unit], Total(shares)), symbols, terms)


def _slope_symbol(facts: Facts, q: Quantity) -> str:
    return rf"f'\left({neuron('z')(facts, q)}\right)"


def _gain(facts: Facts, q: Quantity) -> Rule | None:
    """f'(z)."""
    if facts.layer(q.layer).gain is None:
        return None
    return Rule(zero("cut: has no gate")) if facts.is_cut(q.layer, q.unit) else Rule(slope(gate_of(facts, q)))


def _forward_mask(facts: Facts, q: Quantity) -> Rule:
    """What the gate did to the signal: a / z where f(0) = 0, else the firing level a."""
    layer = facts.layer(q.layer)
    a = facts.number(Quantity(Kind.A, q.layer, q.unit, None, q.row))
    if facts.is_cut(q.layer, q.unit):
        return Rule(zero("cut: lets nothing through"))
    if not gate_on(layer, q.unit, backward=False):
        return Rule(constant("1", 1.0, "the signal passes by the gate"))
    if layer.gain is None:
        return Rule(a)
    gate = gate_of(facts, q)
    numbers = gate.entry.numbers(gate.settings | {name: n.operand.value or 0.0 for name, n in gate.parameters.items()})
    if gate.entry.pair(0.0, numbers)[0] != 0.0:
        return Rule(a, note="f(0) is not 0, so the mask is the firing level itself.")
    if gate.z.operand.value == 0.0:
        gain = facts.number(Quantity(Kind.GAIN, q.layer, q.unit, None, q.row))
        return Rule(gain, note="z is 0: the limit of a / z is f'(0).")
    return Rule(Quotient(a, gate.z))


def _backward_mask(facts: Facts, q: Quantity) -> Rule | None:
    """What the gate does to the gradient."""
    layer = facts.layer(q.layer)
    if layer.gain is None:
        return None
    if not gate_on(layer, q.unit, backward=True):
        return Rule(constant("1", 1.0, "the gradient passes by the gate"))
    return Rule(facts.number(Quantity(Kind.GAIN, q.layer, q.unit, None, q.row)))


def _dropout_mask(facts: Facts, q: Quantity) -> Rule | None:
    """0 for those that are silenced, 1 / (1 - share) for those that stay."""
    mask = facts.layer(q.layer).organs.get("dropout_mask")
    if mask is None:
        return None
    kept = constant("k", float(mask[q.row or 0, q.unit] != 0), "drawn by the seed: 1 stays, 0 is silenced")
    share = constant("p", facts.shown(q.layer).dropout, "dropout's share")
    return Rule(Quotient(kept, minus(Exact(1), share)), note="One mask for both strokes.")


def _output(facts: Facts, q: Quantity) -> Rule:
    """What the layer sends on."""
    a = facts.number(Quantity(Kind.A, q.layer, q.unit, None, q.row))
    if "output" not in facts.layer(q.layer).organs:
        return Rule(a, note="Nothing follows the gate: the output is a.")
    return Rule(Product((a, facts.number(Quantity(Kind.DROPOUT_MASK, q.layer, q.unit, None, q.row)))))


def _output_note(facts: Facts, q: Quantity) -> str:
    mask = facts.layer(q.layer).organs.get("dropout_mask")
    return "Dropout silences it in this update." if mask is not None and mask[q.row or 0, q.unit] == 0 else ""


ENTRIES: dict[Kind, Entry] = {
    Kind.A: Entry("a", neuron("a"), at_neuron(lambda layer: layer.a), after(Phase.GATE), _a, remarks.of_activation),
    Kind.GAIN: Entry(
        "gain f'(z)", _slope_symbol, at_neuron(lambda layer: layer.gain), after(Phase.GATE), _gain, remarks.of_gain
    ),
    Kind.FORWARD_MASK: Entry(
        "forward mask",
        neuron("m"),
        at_neuron(lambda layer: layer.forward_mask),
        after(Phase.GATE),
        _forward_mask,
        remarks.of_activation,
    ),
    Kind.BACKWARD_MASK: Entry(
        "backward mask", neuron(r"\bar{m}"), None, after(Phase.GATE_BACK), _backward_mask, remarks.of_gain
    ),
    Kind.DROPOUT_MASK: Entry(
        "dropout mask",
        neuron("d"),
        at_neuron(lambda layer: layer.organs.get("dropout_mask")),
        after(Phase.GATE),
        _dropout_mask,
    ),
    Kind.OUTPUT: Entry(
        "output", neuron("o"), at_neuron(lambda layer: layer.output), after(Phase.GATE), _output, _output_note
    ),
}
"""What there is to say of each."""
