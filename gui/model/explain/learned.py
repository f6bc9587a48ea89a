"""What training changes: where a parameter's numbers lie on a tape, and what it is called."""

import math
from collections.abc import Iterator

from twostroke.engine.border.tape import Array
from twostroke.engine.session.parameters import element
from twostroke.gui.model import by_hand, cutting
from twostroke.gui.model.explain.facts import Facts
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.explain.symbols import LETTERS, Symbol, link, neuron
from twostroke.gui.model.words import neuron_name


def key_of(q: Quantity) -> str:
    """The parameter's key in a trace, without its layer: "weight", "param.negative_slope"."""
    return q.name or ("bias" if q.source is None else "weight")


def old(q: Quantity) -> Quantity:
    """The parameter before the update."""
    kind = {"weight": Kind.WEIGHT, "bias": Kind.BIAS}.get(key_of(q), Kind.PARAMETER)
    name = key_of(q) if kind is Kind.PARAMETER else ""
    return Quantity(kind, q.layer, q.unit, q.source, None, name)


def of(q: Quantity, kind: Kind, row: int | None = None) -> Quantity:
    """Another number of the same parameter."""
    return Quantity(kind, q.layer, q.unit, q.source, row, q.name)


def parameter_symbol(facts: Facts, q: Quantity) -> str:
    """The parameter's letter."""
    name = key_of(q).rpartition(".")[2]
    letter = LETTERS.get(name) or (name if len(name) == 1 else rf"\mathrm{{{name.replace('_', ' ')}}}")
    return (neuron if q.source is None else link)(letter)(facts, q)


def of_parameter(letter: str) -> Symbol:
    """A letter with the parameter that it belongs to."""
    return lambda facts, q: rf"{letter}\left[{parameter_symbol(facts, q)}\right]"


def arrays(facts: Facts, q: Quantity, form: str) -> Array | None:
    """The numbers of the parameter's kind in its layer, of a form: "{}", "dloss_d{}", "{}_next"; None: no such."""
    layer, key = facts.layer(q.layer), key_of(q)
    if key in ("weight", "bias"):
        found: Array = getattr(layer, form.format(key))
        return found
    if key.startswith("param."):
        groups = {"{}": layer.param, "dloss_d{}": layer.dloss_dparam, "{}_next": layer.param_next}
        return groups[form].get(key.removeprefix("param."))
    return layer.organs.get(form.format(key))


def at(values: Array | None, q: Quantity) -> float:
    """The parameter's own number among them."""
    if values is None:
        return math.nan
    return float(values[q.unit] if q.source is None else values[q.unit, q.source])


def place(q: Quantity) -> str:
    """As a session's file names it."""
    index = (q.unit,) if q.source is None else (q.unit, q.source)
    return element(f"l{q.layer}.{key_of(q)}", *index)


def is_frozen(facts: Facts, q: Quantity) -> bool:
    """Whether no update changes it."""
    return by_hand.frozen_among(facts.session, (place(q),))[0]


def is_cut(facts: Facts, q: Quantity) -> bool:
    """Whether it is the weight of a link that is cut."""
    return q.source is not None and cutting.cut_among(facts.session, (place(q),))[0]


def gate_keys(facts: Facts, layer: int, unit: int) -> dict[str, str]:
    """What a neuron's activation learns: its name there, and the key of its numbers."""
    entry, own = facts.gate(layer, unit)[0], facts.layer(layer).param
    keys = {p.name: f"{entry.name}.{p.name}" for p in entry.learned}  # where two activations have one of this name
    return {name: f"param.{key if key in own else name}" for name, key in keys.items()}


def own_name(facts: Facts, q: Quantity) -> str:
    """What a neuron's activation calls a parameter of its own. LookupError where it learns no such one."""
    for own, key in gate_keys(facts, q.layer, q.unit).items():
        if key == q.name:
            return own
    raise LookupError(f"{neuron_name(facts.view, q.layer, q.unit)} learns no {q.name}")


def must_exist(facts: Facts, q: Quantity) -> None:
    """LookupError where the network has no such parameter: it may have had one when its account was opened."""
    if key_of(q).startswith("param."):
        own_name(facts, q)
    elif arrays(facts, q, "{}") is None:
        raise LookupError(f"{facts.shown(q.layer).name} has no {q.name}")


def of_neuron(facts: Facts, layer: int, unit: int) -> Iterator[Quantity]:
    """The addresses of all that a neuron learns."""
    tape = facts.layer(layer)
    yield from (Quantity(Kind.WEIGHT, layer, unit, k) for k in range(tape.weight.shape[1]))
    yield Quantity(Kind.BIAS, layer, unit)
    names = [*gate_keys(facts, layer, unit).values()]
    names += [name for name in ("scale", "shift") if name in tape.organs]
    yield from (Quantity(Kind.PARAMETER, layer, unit, name=name) for name in names)
    if "skip_weight" in tape.organs:
        width = tape.organs["skip_weight"].shape[1]
        yield from (Quantity(Kind.PARAMETER, layer, unit, k, None, "skip_weight") for k in range(width))
