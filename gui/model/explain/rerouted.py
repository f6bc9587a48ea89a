"""A chain of gains led over another neuron, which is chosen in the picture or from a list."""

import math
from dataclasses import dataclass, replace

from twostroke.gui.model.explain.account import EXPLAINERS
from twostroke.gui.model.explain.chain import Path, all_factors, factors, path_of, strongest
from twostroke.gui.model.explain.facts import Facts
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.view import ViewState

MOST_OFFERED = 12
"""Neurons of a layer that are offered, the strongest first."""


@dataclass(frozen=True)
class Detour:
    """A path beside the chosen one, and what its product comes to (NaN: not known yet)."""

    chain: Quantity
    unit: int
    product: float


def rerouted(view: ViewState, chain: Quantity, layer: int, unit: int) -> Quantity | None:
    """`chain` over a neuron: its other neurons are kept where these are joined, else the strongest path over it is
    taken. None where it is no chain, goes over that neuron already, or cannot."""
    if chain.kind is not Kind.CHAIN or not chain.layer < layer <= view.depth:
        return None
    facts = Facts(view, EXPLAINERS, view.choices.digits)
    try:
        path = path_of(facts, chain)
        return None if (layer, unit) in path else replace(chain, path=_over(facts, chain, path, layer, unit))
    except LookupError:  # its parameter is gone, or nothing leads over the neuron
        return None


def _over(facts: Facts, chain: Quantity, path: Path, layer: int, unit: int) -> Path:
    kept = tuple((at, unit if at == layer else each) for at, each in path)
    if (layer, unit) in kept and _is_joined(facts, kept):
        return kept
    return strongest(facts, chain.layer, chain.unit, chain.row or 0, over=(layer, unit))


def _is_joined(facts: Facts, path: Path) -> bool:
    try:
        factors(facts, path, 0)
    except LookupError:
        return False
    return True


def detours(view: ViewState, chain: Quantity, layer: int) -> tuple[Detour, ...]:
    """The chain over other neurons of one layer, the strongest first."""
    facts = Facts(view, EXPLAINERS, view.choices.digits)
    found = []
    for unit in range(view.layers[layer].units):
        other = rerouted(view, chain, layer, unit)
        if other is not None:
            product = math.prod(factor.value(float) for factor in all_factors(facts, other, other.path))
            found.append(Detour(other, unit, product))
    found.sort(key=lambda each: -abs(each.product) if math.isfinite(each.product) else 0.0)
    return tuple(found[:MOST_OFFERED])
