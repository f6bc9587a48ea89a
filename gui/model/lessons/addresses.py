"""Places in the picture and the window as lessons write them.

A neuron as the screen counts: "l2[3]" is the third of hidden 2, "x[1]" the first input, "out[1]" the first output. A
link or a number as a trace counts, from 0: "l2.weight[1,0]", "l1.z[3]".
"""

import re

from twostroke.engine.session.phrases import counted, layer_name, listed, shown
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import LinkRef, NeuronRef
from twostroke.gui.model.explain.quantities import Kind, Quantity

NEURON = re.compile(r"(x|out|l\d{1,3})\[(\d{1,5})\]", re.ASCII)
NUMBER = re.compile(r"(out|l\d{1,3})\.(\w+)\[(\d{1,5})(?:, ?(\d{1,5}))?\]", re.ASCII)
LAYER = re.compile(r"x|out|l\d{1,3}", re.ASCII)
ELSEWHERE = re.compile(r"loss|(panel|control):[\w.\[\]]{1,60}", re.ASCII)

KINDS: dict[str, Kind] = {
    "z": Kind.Z,
    "a": Kind.A,
    "gain": Kind.GAIN,
    "forward_mask": Kind.FORWARD_MASK,
    "dloss_da": Kind.UPSTREAM,
    "dloss_dz": Kind.DELTA,
    "weight": Kind.WEIGHT,
    "bias": Kind.BIAS,
    "dloss_dweight": Kind.GRADIENT,
    "dloss_dbias": Kind.GRADIENT,
    "weight_next": Kind.NEXT,
    "bias_next": Kind.NEXT,
}
"""Numbers that can be explained, by their names in a trace."""


def is_neuron(text: str) -> bool:
    """Whether it is written as a neuron."""
    return NEURON.fullmatch(text) is not None


def is_link(text: str) -> bool:
    """Whether it is written as a link."""
    found = NUMBER.fullmatch(text)
    return found is not None and found[2] == "weight" and found[4] is not None


def is_number(text: str) -> bool:
    """Whether it is written as a number that can be explained."""
    found = NUMBER.fullmatch(text)
    if text == "loss":
        return True
    return found is not None and found[2] in KINDS and (found[4] is not None) == ("weight" in found[2])


def can_be_looked_at(text: str) -> bool:
    """Whether it is written as something that a frame can be drawn around."""
    return bool(LAYER.fullmatch(text) or ELSEWHERE.fullmatch(text)) or is_neuron(text) or is_link(text)


def written_layer(layer: int, session: Session) -> str:
    """A layer as lessons write it: "x", "l1", "out"."""
    return "x" if layer == 0 else "out" if layer == len(session.widths) - 1 else f"l{layer}"


def written_neuron(neuron: NeuronRef, session: Session) -> str:
    """A neuron as `neuron_of` reads it."""
    return f"{written_layer(neuron.layer, session)}[{neuron.unit + 1}]"


def written_link(link: LinkRef, session: Session) -> str:
    """A link as `link_of` reads it."""
    return f"{written_layer(link.layer, session)}.weight[{link.target},{link.source}]"


def neuron_of(text: str, session: Session) -> NeuronRef:
    """The neuron that is meant. ValueError, as a sentence, where the network has no such one."""
    found = NEURON.fullmatch(text)
    assert found is not None  # as it was read
    layer = layer_of(found[1], session)
    return NeuronRef(layer, _unit(layer, int(found[2]) - 1, session))


def link_of(text: str, session: Session) -> LinkRef:
    """The link that is meant. ValueError as for a neuron."""
    found = NUMBER.fullmatch(text)
    assert found is not None
    layer = layer_of(found[1], session)
    return LinkRef(layer, _unit(layer - 1, int(found[4]), session), _unit(layer, int(found[3]), session))


def quantity_of(text: str, session: Session) -> Quantity:
    """The number that is meant. ValueError as for a neuron."""
    if text == "loss":
        return Quantity(Kind.LOSS)
    found = NUMBER.fullmatch(text)
    assert found is not None
    layer = layer_of(found[1], session)
    unit = _unit(layer, int(found[3]), session)
    source = None if found[4] is None else _unit(layer - 1, int(found[4]), session)
    return Quantity(KINDS[found[2]], layer, unit, source)


def layer_of(name: str, session: Session) -> int:
    """The number of a layer, 0 for the inputs. ValueError as for a neuron."""
    depth = len(session.widths) - 1
    layer = 0 if name == "x" else depth if name == "out" else int(name[1:])
    if layer > depth or (layer == 0 and name != "x"):
        there = listed(["x", *(f"l{number}" for number in range(1, depth + 1)), "out"])
        raise ValueError(f"There is no layer {shown(name)}; this network has {there}.")
    return layer


def _unit(layer: int, unit: int, session: Session) -> int:
    units = session.widths[layer]
    if not 0 <= unit < units:
        where = layer_name(layer, len(session.widths) - 1)
        raise ValueError(f"There is no neuron {unit + 1} in {where}; it has {counted(units, 'neuron')}.")
    return unit
