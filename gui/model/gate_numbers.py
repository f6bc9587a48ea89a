"""The parameters of an activation as a hand finds them at the gate of a neuron: a slope, a sharpness. Pure: no Qt.

A learned one is the neuron's own, and a number of the network. Any other is a setting of its layer, or of the neuron
where its activation is its own.
"""

from dataclasses import dataclass

from twostroke.engine.border.commands import Edit
from twostroke.engine.catalogue.activations import Parameter
from twostroke.engine.session.parameters import element, learned_rows
from twostroke.engine.session.phrases import layer_name
from twostroke.engine.session.settings.base import ActivationSpec
from twostroke.engine.session.settings.network_spec import LayerSpec
from twostroke.engine.session.spec import Session
from twostroke.gui.model import by_hand, edits
from twostroke.gui.model.words import title_of


@dataclass(frozen=True)
class GateNumber:
    """One parameter of the activation of a neuron, by its name in the catalogue."""

    layer: int
    unit: int
    name: str


def gate_numbers(session: Session, layer: int, unit: int) -> tuple[GateNumber, ...]:
    """Those of that neuron that are numbers."""
    own = _spec(session, layer, unit).entry.parameters
    return tuple(GateNumber(layer, unit, each.name) for each in own if not each.choices)


def activation_of(session: Session, layer: int, unit: int) -> str:
    """The name of that neuron's activation."""
    return _spec(session, layer, unit).name


def learned_place(session: Session, number: GateNumber) -> str | None:
    """Where a learned one is among the numbers of the network; None for a setting."""
    if not _parameter(session, number).learned:
        return None
    spec, gates = _spec(session, number.layer, number.unit), _gates(session, number.layer)
    rows, names = learned_rows(gates)
    learned = [each.name for each in spec.entry.learned]
    return element(f"l{number.layer}.param.{names[rows[spec.name] + learned.index(number.name)]}", number.unit)


def setting_of(session: Session, number: GateNumber) -> float:
    """What the session says of it; a learned one begins there."""
    return float(_spec(session, number.layer, number.unit).params[number.name])


def within(session: Session, number: GateNumber, value: float) -> float:
    """The nearest value that it may have."""
    parameter = _parameter(session, number)
    return min(max(value, parameter.minimum), parameter.maximum)


def worded(session: Session, number: GateNumber) -> str:
    """In words, behind "the": "slope of hidden 1", or of one neuron of it where that has its own."""
    parameter = _parameter(session, number)
    title = parameter.title or title_of(parameter.name)
    where = layer_name(number.layer, len(session.widths) - 1)
    alone = parameter.learned or _has_own(session, number.layer)
    return f"{title} of {where} · {number.unit + 1}" if alone else f"{title} of {where}"


def edit_of(session: Session, number: GateNumber, value: float) -> Edit:
    """What gives it another value."""
    depth, place = len(session.network.layers), learned_place(session, number)
    if place is not None:
        return Edit(by_hand.turn_number, (place, value), depth)
    if number.layer > depth:
        return Edit(edits.set_output_parameter, (number.name, value), depth)
    if _has_own(session, number.layer):
        return Edit(edits.set_neuron_parameter, (number.layer, number.unit, number.name, value), depth)
    return Edit(edits.set_activation_parameter, (number.layer, number.name, value), depth)


def _has_own(session: Session, layer: int) -> bool:
    layers = session.network.layers
    return layer <= len(layers) and bool(layers[layer - 1].neurons)


def _parameter(session: Session, number: GateNumber) -> Parameter:
    own = _spec(session, number.layer, number.unit).entry.parameters
    return next(each for each in own if each.name == number.name)


def _spec(session: Session, layer: int, unit: int) -> ActivationSpec:
    return _gates(session, layer)[unit]


def _gates(session: Session, layer: int) -> tuple[ActivationSpec, ...]:
    layers = session.network.layers
    spec = layers[layer - 1] if layer <= len(layers) else session.network.output
    return spec.gates if isinstance(spec, LayerSpec) else (spec.activation,) * session.widths[layer]
