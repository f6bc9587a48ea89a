"""What is special about a gate at one moment, in words."""

from twostroke.engine.catalogue.activations import is_shut
from twostroke.gui.model.explain.facts import Facts
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.switched import gate_on
from twostroke.gui.model.words import fires_for_none

SOFTMAX = "Softmax has no gate of its own: each output depends on every z."
CUT = "Cut: the neuron sends nothing, and gets no gradient."


def of_activation(facts: Facts, q: Quantity) -> str:
    """Of what the gate did to the signal."""
    layer = facts.layer(q.layer)
    if facts.is_cut(q.layer, q.unit):
        return CUT
    if layer.gain is None:
        return SOFTMAX
    if not gate_on(layer, q.unit, backward=False):
        back = gate_on(layer, q.unit, backward=True)
        kept = ", while the backward stroke still multiplies by f'(z)" if back else ", and on the backward one too"
        return f"The gate is off on the forward stroke: a = z{kept}."
    return " ".join(filter(None, (_own(facts, q), _state(facts, q), _polynomial(facts, q))))


def of_gain(facts: Facts, q: Quantity) -> str:
    """Of what the gate does to the gradient."""
    layer = facts.layer(q.layer)
    if facts.is_cut(q.layer, q.unit):
        return CUT
    if layer.gain is None:
        return SOFTMAX
    off = (
        ""
        if gate_on(layer, q.unit, backward=True)
        else "The gate is off on the backward stroke: the gradient passes by it."
    )
    parts = (off, _own(facts, q), _derivative(facts, q), _state(facts, q), _polynomial(facts, q))
    return " ".join(filter(None, parts))


def _own(facts: Facts, q: Quantity) -> str:
    """Where the neurons of a layer differ."""
    if not facts.shown(q.layer).neurons:
        return ""
    return f"This neuron has a gate of its own: {facts.gate(q.layer, q.unit)[0].title}."


def _derivative(facts: Facts, q: Quantity) -> str:
    """Where f' is not simply the derivative of f."""
    entry, settings = facts.gate(q.layer, q.unit)
    if not entry.exact(settings):
        return f"A surrogate to learn by: the true derivative is {entry.derivative} everywhere."
    if entry.constant_gain == 0.0:
        return "The derivative is 0 everywhere: nothing behind this gate learns through it."
    z = facts.value(Quantity(Kind.Z, q.layer, q.unit, None, q.row))
    if z in entry.kinks:
        return f"z stands on the kink: f' is {entry.derivative} there, as PyTorch has it."
    return ""


def _state(facts: Facts, q: Quantity) -> str:
    """Shut for this sample, or dead."""
    dead = facts.shown(q.layer).dead
    if dead is not None and q.unit < len(dead) and dead[q.unit]:
        return f"Dead: {fires_for_none(facts.shown(q.layer).dead_over)}."
    gain = facts.value(Quantity(Kind.GAIN, q.layer, q.unit, None, q.row))
    below = facts.gate(q.layer, q.unit)[0].shut_below
    if gain is None or not is_shut(gain, below):
        return ""
    return "Closed for this sample." if below == 0.0 else "Saturated for this sample: the gate is all but shut."


def _polynomial(facts: Facts, q: Quantity) -> str:
    if facts.gate(q.layer, q.unit)[0].name != "quadratic":
        return ""
    return "A polynomial grows without bound, and so does its slope."
