"""Walking through the network by keys: along a layer, onto the links of a neuron, along them, over to the next layer.

Pure functions from where one stands to where one goes. `widths` are the neurons of each layer, the input's first.
"""

from dataclasses import dataclass, replace
from typing import assert_never

from twostroke.gui.model.choices import Choices, LinkRef, NeuronRef, Place, TargetRef, Walked
from twostroke.gui.model.trail import closed, within

FAR = 10
"""Neurons or links of a long step."""


@dataclass(frozen=True)
class Rank:
    """Where a place stands among those that Up and Down go through; `number` counts from 1."""

    number: int
    of: int


def stepped_out(choices: Choices) -> Choices:
    """One step out of a walk: what is pinned where one stands is unpinned first."""
    if choices.walked is not None and is_pinned(choices, choices.walked.place):
        return pinned(choices, choices.walked.place)
    return replace(choices, walked=None)


def on_neuron(layer: int, unit: int) -> Walked:
    """Standing on a neuron."""
    ref = NeuronRef(layer, unit)
    return Walked(ref, ref)


def at(place: Place, widths: tuple[int, ...]) -> Walked:
    """Standing on any place; on a link, among those into its target."""
    match place:
        case NeuronRef():
            return Walked(place, place)
        case LinkRef():
            return Walked(place, NeuronRef(place.layer, place.target))
        case TargetRef():
            return Walked(place, NeuronRef(len(widths) - 1, place.unit))
        case _:
            assert_never(place)


def exists(place: Place, widths: tuple[int, ...]) -> bool:
    """Whether a network of these widths has that place."""
    match place:
        case NeuronRef(layer, unit):
            return 0 <= layer < len(widths) and 0 <= unit < widths[layer]
        case LinkRef(layer, source, target):
            return 1 <= layer < len(widths) and 0 <= source < widths[layer - 1] and 0 <= target < widths[layer]
        case TargetRef(unit):
            return 0 <= unit < widths[-1]
        case _:
            assert_never(place)


def stands(walked: Walked, widths: tuple[int, ...]) -> bool:
    """Whether one can stand there in a network of these widths."""
    return exists(walked.place, widths) and exists(walked.hub, widths)


def still_there(choices: Choices, widths: tuple[int, ...]) -> Choices:
    """Without what a network of these widths does not have; the same object where it has all."""
    selected, hovered, walked, link = choices.selected, choices.hovered, choices.walked, choices.pinned_link
    if selected is not None and not exists(selected, widths):
        choices = replace(choices, selected=None)
    if hovered is not None and not exists(hovered, widths):
        choices = replace(choices, hovered=None)
    if walked is not None and not stands(walked, widths):
        choices = replace(choices, walked=None)
    if link is not None and not exists(link, widths):
        choices = replace(choices, pinned_link=None)
    return within(choices, widths)


def nothing_chosen(choices: Choices) -> Choices:
    """Without any place in the network."""
    return replace(closed(choices), selected=None, hovered=None, walked=None, pinned_link=None)


def is_pinned(choices: Choices, place: Place) -> bool:
    """Whether it is what is pinned."""
    return place == (choices.pinned_link or choices.selected)


def pinned(choices: Choices, place: Place) -> Choices:
    """With `place` pinned, or unpinned where it was. The inspector shows the neuron that a link or a target is at."""
    if is_pinned(choices, place):
        return replace(choices, selected=None, pinned_link=None)
    match place:
        case NeuronRef():
            return replace(choices, selected=place, pinned_link=None)
        case LinkRef(layer, _, target):
            return replace(choices, selected=NeuronRef(layer, target), pinned_link=place)
        case TargetRef():
            return choices
        case _:
            assert_never(place)


def rank(walked: Walked, widths: tuple[int, ...]) -> Rank:
    """Which one of its neighbours a place is."""
    return Rank(_index(walked) + 1, _count(walked, widths))


def step(walked: Walked, by: int, widths: tuple[int, ...]) -> Walked:
    """`by` places on in unit order, round and round."""
    return put(walked, (_index(walked) + by) % _count(walked, widths))


def leap(walked: Walked, by: int, widths: tuple[int, ...]) -> Walked:
    """As `step`, but no further than the first or last."""
    return put(walked, min(max(_index(walked) + by, 0), _count(walked, widths) - 1))


def put(walked: Walked, index: int) -> Walked:
    """The place with that index among its neighbours."""
    match walked.place:
        case NeuronRef(layer):
            return on_neuron(layer, index)
        case LinkRef(layer, source, target):
            into = walked.hub.layer == layer
            return Walked(LinkRef(layer, index, target) if into else LinkRef(layer, source, index), walked.hub)
        case TargetRef():
            return Walked(TargetRef(index), NeuronRef(walked.hub.layer, index))
        case _:
            assert_never(walked.place)


def across(walked: Walked, way: int, widths: tuple[int, ...]) -> Walked:
    """To the left (-1) or right (1): from a neuron onto a link, from a link onto the neuron at that end of it.

    The link from a neuron is the one that lies straightest. Right of the outputs are their targets; at the ends of the
    network one stays.
    """
    match walked.place:
        case NeuronRef(layer, unit):
            return _leave(layer, unit, way, widths)
        case LinkRef(layer, source, target):
            return on_neuron(layer - 1, source) if way < 0 else on_neuron(layer, target)
        case TargetRef(unit):
            return on_neuron(len(widths) - 1, unit) if way < 0 else walked
        case _:
            assert_never(walked.place)


def _leave(layer: int, unit: int, way: int, widths: tuple[int, ...]) -> Walked:
    here, beyond = NeuronRef(layer, unit), layer + way
    if beyond < 0:
        return Walked(here, here)
    if beyond == len(widths):
        return Walked(TargetRef(unit), here)
    other = straight(unit, widths[layer], widths[beyond])
    return Walked(LinkRef(layer, other, unit) if way < 0 else LinkRef(beyond, unit, other), here)


def straight(unit: int, units: int, others: int) -> int:
    """Which of `others` neurons lies at about the height of `unit` among `units`."""
    return int((unit + 0.5) / units * others)


def _index(walked: Walked) -> int:
    match walked.place:
        case NeuronRef(_, unit) | TargetRef(unit):
            return unit
        case LinkRef(layer, source, target):
            return source if walked.hub.layer == layer else target
        case _:
            assert_never(walked.place)


def _count(walked: Walked, widths: tuple[int, ...]) -> int:
    match walked.place:
        case NeuronRef(layer):
            return widths[layer]
        case LinkRef(layer):
            return widths[layer - 1] if walked.hub.layer == layer else widths[layer]
        case TargetRef():
            return widths[-1]
        case _:
            assert_never(walked.place)
