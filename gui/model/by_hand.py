"""Edits of single parameters, as pure functions: numbers that are typed, and parameters that are frozen.

As those in `edits`: session and what to change it to -> the session after it. A place is that of a trace,
"l1.weight[0,1]", or "l1.bias" for all of an array; `worded` says it as the screen does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import prod

from twostroke.engine.border.commands import Change, Edited
from twostroke.engine.session.parameters import (
    element,
    frozen_problem,
    layer_and_name,
    number_problem,
    place_of,
    shapes,
)
from twostroke.engine.session.phrases import layer_name
from twostroke.engine.session.settings.given import MAX_GIVEN, Shape
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.model.cutting import is_cut
from twostroke.gui.model.numbers import plain
from twostroke.gui.model.words import as_sentence, title_of

Indices = set[tuple[int, ...]]


def set_number(session: Session, place: str, value: float) -> Edited:
    """Give one number of the network another value as it stands; at update 0 the session begins with it."""
    problem = number_problem(session.network, session.widths, place, value)
    if problem:
        raise SessionError(f"The {worded(session, place)} cannot be {problem}.")
    if is_cut(session, place):
        raise SessionError(f"The {worded(session, place)} is cut, and so 0. Mend the link first.")
    return Edited(session, f"Set {worded(session, place)} to {plain(value)}", numbers=((place, value),))


def turn_number(session: Session, place: str, value: float) -> Edited:
    """The same from turning a wheel: neighbouring turns of one number are one step of undo."""
    return replace(set_number(session, place, value), dial=place)


def freeze(session: Session, places: Sequence[str], on: bool) -> Edited:
    """Have updates leave `places` alone, or change them again; one number of a frozen array too."""
    known = shapes(session.network, session.widths)
    held = _held(session)
    for text in places:
        _take(held, text, on, known)
    frozen = session.network.frozen if held == _held(session) else _as_told(held, known)
    network = session.network.model_copy(update={"frozen": frozen})
    problem = frozen_problem(network, session.widths)
    if problem:
        raise SessionError(f"{as_sentence(problem)}.")
    label = f"{'Freeze' if on else 'Free'} {_all(session, places)}"
    return Edited(session.model_copy(update={"network": network}), label)


def is_frozen(session: Session, text: str) -> bool:
    """Whether updates leave that number, or all of that array, alone."""
    return frozen_among(session, (text,))[0]


def frozen_among(session: Session, places: Sequence[str]) -> tuple[bool, ...]:
    """Which of `places` updates leave alone."""
    held = _held(session)
    if not held:
        return (False,) * len(places)
    each = ((held.get(key, set()), index) for key, index in map(place_of, places))
    return tuple(own is None or (bool(index) and index in own) for own, index in each)


def biases(session: Session) -> tuple[str, ...]:
    """The biases of all layers."""
    return tuple(f"l{layer}.bias" for layer in range(1, len(session.widths)))


def number_of(text: str) -> str:
    """The number that stands for a place: of a neuron, "l1.unit[0]", its bias."""
    key, index = place_of(text)
    return element(key.removesuffix("unit") + "bias", *index) if key.endswith(".unit") else text


def worded(session: Session, text: str) -> str:
    """A place in words, behind "the": "bias of hidden 1 · 2", "weight 1 of output · 1", "biases of hidden 1"."""
    key, index = place_of(text)
    number, name = layer_and_name(key)
    layer = layer_name(number, len(session.widths) - 1)
    title = title_of(name.removeprefix("param.")).replace("_", " ")
    if not index:
        return f"{PLURALS.get(title, title)} of {layer}"
    which = f" {index[1] + 1}" if len(index) > 1 else ""
    return f"{title}{which} of {layer} · {index[0] + 1}"


PLURALS = {"weight": "weights", "bias": "biases", "skip weight": "skip weights"}


def _all(session: Session, places: Sequence[str]) -> str:
    if tuple(places) == biases(session):
        return "all biases"
    return " and ".join(worded(session, text) for text in places)


def _held(session: Session) -> dict[str, Indices | None]:
    """What is frozen, by key: the indices of single numbers, or None for all of the array."""
    held: dict[str, Indices | None] = {}
    for text in session.network.frozen:
        key, index = place_of(text)
        own = held.setdefault(key, set())
        if not index:
            held[key] = None
        elif own is not None:
            own.add(index)
    return held


def _take(held: dict[str, Indices | None], text: str, on: bool, known: Mapping[str, Shape]) -> None:
    """Add a place to what is frozen, or take it out of it."""
    key, index = place_of(text)
    shape, own = known.get(key, ()), held.get(key, set())
    if not index:
        held.pop(key, None)
        if on:
            held[key] = None
        return
    if own is None and not on:
        if prod(shape) > MAX_GIVEN:
            raise SessionError(f"All of {key} is frozen, too many numbers to name each but one; free all of it first.")
        own = set(product(*map(range, shape)))
    if own is not None:
        own = own | {index} if on else own - {index}
        held[key] = None if len(own) == prod(shape) else own


def _as_told(held: Mapping[str, Indices | None], known: Mapping[str, Shape]) -> tuple[str, ...]:
    """The same as a file says it, in the order of the layers."""
    found: list[str] = []
    for key in sorted(held, key=list(known).index):
        own = held[key]
        found += [key] if own is None else [element(key, *index) for index in sorted(own)]
    return tuple(found)


EDITS: frozenset[Change] = frozenset((set_number, turn_number, freeze))
"""All of them: each names a layer by its number."""
