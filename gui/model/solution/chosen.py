"""Which neurons and which parameters are worked out: all of a small network, of a large one those that tell most."""

from dataclasses import dataclass

from twostroke.gui.model.explain import learned
from twostroke.gui.model.explain.facts import Facts
from twostroke.gui.model.explain.quantities import Kind, Quantity

MOST_PARAMETERS = 40
"""Of a network with no more all are worked out: a sheet of four pages or so."""

MOST_LAYERS = 8
"""Of a deeper network so many are worked out, spread over its depth: fifty would fill 130 pages."""

MOST_LINKS = 4
"""Of a neuron that was chosen in a larger one, so many weights: those with the largest gradients."""


@dataclass(frozen=True)
class Chosen:
    """What is worked out."""

    neurons: tuple[tuple[int, int], ...]  # (layer, unit), by layer
    parameters: tuple[Quantity, ...]  # the addresses of their old values
    left_out: str  # a sentence; "" where nothing is


def chosen(facts: Facts, neurons: tuple[tuple[int, int], ...]) -> Chosen:
    """All, where nothing was asked for and the network is small; else `neurons`, (layer from 1, unit from 0), or, where
    none were named, in each layer the one with the strongest error signal, of a deep network in some of them."""
    every = [(layer, unit) for layer in range(1, facts.depth + 1) for unit in range(facts.layer(layer).units)]
    if not neurons and sum(1 for at in every for _ in learned.of_neuron(facts, *at)) <= MOST_PARAMETERS:
        return Chosen(tuple(every), tuple(q for at in every for q in learned.of_neuron(facts, *at)), "")
    taken = tuple(sorted(dict.fromkeys(neurons))) or tuple(_strongest(facts, layer) for layer in _layers(facts))
    parameters = tuple(q for at in taken for q in _telling(facts, at))
    return Chosen(taken, parameters, _told(facts, taken, parameters))


def _layers(facts: Facts) -> list[int]:
    """All; of a deep network the first, the last and some between them, evenly."""
    depth = facts.depth
    if depth <= MOST_LAYERS:
        return list(range(1, depth + 1))
    return [1 + round(place * (depth - 1) / (MOST_LAYERS - 1)) for place in range(MOST_LAYERS)]


def _strongest(facts: Facts, layer: int) -> tuple[int, int]:
    deltas = [
        abs(facts.value(Quantity(Kind.DELTA, layer, unit, None, facts.view.row)) or 0.0)
        for unit in range(facts.layer(layer).units)
    ]
    return layer, max(range(len(deltas)), key=deltas.__getitem__)


def _telling(facts: Facts, at: tuple[int, int]) -> list[Quantity]:
    """What a neuron learns, of its links those with the largest gradients, in their order."""
    own = list(learned.of_neuron(facts, *at))
    links = [q for q in own if q.source is not None]
    if len(links) <= MOST_LINKS + 2:
        return own
    kept = set(sorted(links, key=lambda q: -abs(facts.value(learned.of(q, Kind.GRADIENT)) or 0.0))[:MOST_LINKS])
    return [q for q in own if q.source is None or q in kept]


def _told(facts: Facts, taken: tuple[tuple[int, int], ...], parameters: tuple[Quantity, ...]) -> str:
    names = ", ".join(facts.place(Quantity(Kind.A, *at)) for at in taken)
    few = any(sum(q.layer == at[0] and q.unit == at[1] for q in parameters) < _learns(facts, at) for at in taken)
    links = f" Of a neuron with many links, the {MOST_LINKS} weights with the largest gradients." if few else ""
    return f"Worked out for {names}.{links} All other numbers are taken as the program has them."


def _learns(facts: Facts, at: tuple[int, int]) -> int:
    return sum(1 for _ in learned.of_neuron(facts, *at))
