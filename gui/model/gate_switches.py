"""Switching the gate of one neuron off on one stroke, and on again, as a pure function."""

from twostroke.engine.border.commands import Change, Edited
from twostroke.engine.session.phrases import layer_name
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.engine.session.switched_gates import BACKWARD, FORWARD, off_problem, switch_of, switch_place
from twostroke.gui.model.words import as_sentence


def switch_gate(session: Session, layer: int, unit: int, backward: bool, on: bool) -> Edited:
    """Have one stroke pass the gate of neuron `unit` (from 0) of hidden layer `layer` (from 1), or pass by it."""
    place = switch_place(layer, unit, _stroke(backward))
    others = tuple(text for text in session.gates.off if switch_of(text) != switch_of(place))
    off = others if on else (*others, place)
    problem = off_problem(off, session.widths)
    if problem:
        raise SessionError(f"{as_sentence(problem)}.")
    label = f"Switch {'on' if on else 'off'} the {named(layer, unit, backward)}"
    gates = session.gates.model_copy(update={"off": off})
    return Edited(session.model_copy(update={"gates": gates}), label)


def is_switched_off(session: Session, layer: int, unit: int, backward: bool) -> bool:
    """Whether the neuron's own gate is off on that stroke."""
    return (layer, unit, _stroke(backward)) in map(switch_of, session.gates.off)


def meant(session: Session, layer: int, unit: int, running: bool | None) -> bool:
    """Whether a hand that names no stroke means the backward one. `running`: whether that one runs; None at rest, where
    it is meant if it alone is off: the same key switches it on again.
    """
    if running is not None:
        return running
    forward_off, backward_off = (is_switched_off(session, layer, unit, back) for back in (False, True))
    return backward_off and not forward_off


def stroke_is_off(session: Session, backward: bool) -> bool:
    """Whether that stroke passes by all gates, so that those of single neurons make no difference."""
    return not (session.gates.backward if backward else session.gates.forward)


def can_be_switched(session: Session, layer: int) -> bool:
    """Whether that layer has gates of its own: those of the output belong to the loss."""
    return 1 <= layer <= len(session.network.layers)


def named(layer: int, unit: int, backward: bool) -> str:
    """In words, behind "the": "backward gate of hidden 1 · 2"."""
    return f"{_stroke(backward)} gate of {layer_name(layer)} · {unit + 1}"


def _stroke(backward: bool) -> str:
    return BACKWARD if backward else FORWARD


EDITS: frozenset[Change] = frozenset((switch_gate,))
"""Names a layer by its number."""
