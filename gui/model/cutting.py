"""Cutting links and neurons, and mending them, as pure functions: session and places -> the session after it.

A place is that of a session's file: a link, "l2.weight[1,0]", or a hidden neuron, "l1.unit[1]".
"""

from collections.abc import Sequence

from twostroke.engine.border.commands import Change, Edited
from twostroke.engine.session.cutting import LINKS, UNIT, cut_problem
from twostroke.engine.session.parameters import element, layer_and_name, place_of
from twostroke.engine.session.phrases import layer_name
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.model.words import as_sentence


def cut(session: Session, places: Sequence[str], on: bool) -> Edited:
    """Have `places` carry nothing on either stroke, or mend them: they are again what file or initialisation says."""
    wanted = dict.fromkeys(map(place_of, places))
    own = {place_of(text): text for text in session.network.cut}
    after = {key: text for key, text in own.items() if on or key not in wanted}
    after |= {key: text for key, text in zip(wanted, places, strict=True) if on and key not in own}
    changed = tuple(after.values()) if after.keys() != own.keys() else session.network.cut
    network = session.network.model_copy(update={"cut": changed})
    problem = cut_problem(network, session.widths)
    if problem:
        raise SessionError(f"{as_sentence(problem)}.")
    label = f"{'Cut' if on else 'Mend'} {' and '.join(worded(session, text) for text in places)}"
    return Edited(session.model_copy(update={"network": network}), label)


def is_cut(session: Session, text: str) -> bool:
    """Whether that link or neuron is cut itself; one whose neighbour is cut is not."""
    return cut_among(session, (text,))[0]


def cut_among(session: Session, places: Sequence[str]) -> tuple[bool, ...]:
    """Which of these links and neurons are cut themselves; others that a session names are not."""
    gone = set(map(place_of, session.network.cut))
    return tuple(bool(gone) and place_of(text) in gone for text in places)


def can_be_cut(session: Session, text: str) -> bool:
    """Whether it is a link, or a neuron of a hidden layer."""
    layer, name = layer_and_name(place_of(text)[0])
    return name in LINKS or (name == UNIT and layer != len(session.widths) - 1)


def unit_place(layer: int, unit: int) -> str:
    """The place of neuron `unit` (from 0) of hidden layer `layer` (from 1)."""
    return element(f"l{layer}.{UNIT}", unit)


def unit_of(text: str) -> str:
    """The place of the neuron that a link leads into, or whose bias it is."""
    key, index = place_of(text)
    return unit_place(layer_and_name(key)[0], index[0])


def worded(session: Session, text: str) -> str:
    """A place as the screen says it: "neuron hidden 1 · 2", "link 1 into output · 1"."""
    key, index = place_of(text)
    number, name = layer_and_name(key)
    layer = layer_name(number, len(session.widths) - 1)
    if name == UNIT:
        return f"neuron {layer} · {index[0] + 1}"
    kind = "skip link" if name == "skip_weight" else "link"
    return f"{kind} {index[1] + 1} into {layer} · {index[0] + 1}"


EDITS: frozenset[Change] = frozenset((cut,))
"""All of them: each names a layer by its number."""
