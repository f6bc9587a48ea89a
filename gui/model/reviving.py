"""A dead neuron is made to fire again: its bias is moved so far that it does for the sample shown. Pure: no Qt."""

from dataclasses import replace

from twostroke.engine.border.commands import Change, Edited
from twostroke.engine.session.parameters import element, layer_and_name, place_of
from twostroke.engine.session.phrases import layer_name
from twostroke.engine.session.spec import Session
from twostroke.gui.model.by_hand import set_number
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.view import ViewState

FIRES_AT = 0.5
"""Pre-activation of a neuron that has been revived: behind every kink, and in the steep part of a sigmoid."""


def revival(view: ViewState, ref: NeuronRef) -> tuple[str, float] | None:
    """Which number brings a dead neuron back, and its value for that: the bias, or behind a normalizer its shift.

    None where the neuron is not dead.
    """
    layer = view.layers[ref.layer]
    name = "shift" if layer.normalizer else "bias"
    held = dict(layer.organs).get("shift") if layer.normalizer else layer.bias
    if layer.dead is None or not layer.dead[ref.unit] or layer.z is None or held is None:
        return None
    value = float(held[ref.unit]) + FIRES_AT - float(layer.z[ref.unit])
    return element(f"l{ref.layer}.{name}", ref.unit), value


def revive(session: Session, place: str, value: float) -> Edited:
    """Set that number, as one step of undo under a name of its own."""
    key, (unit,) = place_of(place)
    layer, _ = layer_and_name(key)
    where = layer_name(layer, len(session.widths) - 1)
    return replace(set_number(session, place, value), label=f"Revive {where} · {unit + 1}")


EDITS: frozenset[Change] = frozenset((revive,))
"""Names a layer by its number."""
