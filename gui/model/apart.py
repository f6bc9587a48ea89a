"""How far the numbers of a network are from those of the main one, at the same place of the same update. Pure: no Qt.

The input is at the place of the input, the output at that of the output, a hidden layer and a unit at that of the same
number. What the main network does not have has no counterpart, and so no difference, which is not one of 0.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from twostroke.engine.border.tape import Array
from twostroke.gui.model.compared import elsewhere
from twostroke.gui.model.cut_and_frozen import Mask
from twostroke.gui.model.once import lately
from twostroke.gui.model.view import LayerView, LinkView, ViewState

DIFFERENCE = "difference"
"""Id of the lens that shows it."""


def apart(view: ViewState) -> ViewState:
    """`view` with its differences from the main network's, where the two can be compared."""
    main = view.main
    if main is None or elsewhere(view):
        return view
    places = [counterpart(layer.index, view.depth, main.depth) for layer in view.layers]
    others = [None if place is None else main.layers[place] for place in places]
    layers = tuple(_layer(layer, other) for layer, other in zip(view.layers, others, strict=True))
    beside = [main.links[a] if a is not None and b == a + 1 else None for a, b in pairwise(places)]
    links = (
        _link(link, layers[link.layer - 1], layers[link.layer], other)
        for link, other in zip(view.links, beside, strict=True)
    )
    return replace(view, layers=layers, links=tuple(links))


def counterpart(layer: int, depth: int, main_depth: int) -> int | None:
    """Which layer of the main network is at the place of that one; None where it has none there."""
    if layer in (0, depth):
        return main_depth if layer else 0
    return layer if layer < main_depth else None


@lately
def _layer(layer: LayerView, other: LayerView | None) -> LayerView:
    nothing = np.empty(0)
    a, delta = (nothing, nothing) if other is None else (other.a, other.dloss_dz)
    return replace(
        layer,
        a_apart=_minus(layer.a, a),
        delta_apart=_minus(layer.dloss_dz, delta),
        alone=_beyond(layer.a.shape, a.shape),
    )


@lately
def _link(link: LinkView, below: LayerView, above: LayerView, other: LinkView | None) -> LinkView:
    nothing = np.empty((0, 0))
    now, later = (nothing, nothing) if other is None else (other.weight, other.weight_next)
    return replace(
        link,
        below=below,
        above=above,
        apart=_minus(link.weight, now),
        next_apart=_minus(link.weight_next, later),
        alone=_beyond(link.weight.shape, now.shape),
    )


@np.errstate(over="ignore", invalid="ignore")
def _minus(own: Array | None, other: Array | None) -> Array | None:
    """Element by element, NaN where the other has none; None where one of them is not known."""
    if own is None or other is None:
        return None
    both = tuple(slice(min(sides)) for sides in zip(own.shape, other.shape, strict=True))
    out = np.full(own.shape, np.nan)
    out[both] = own[both].astype(np.float64) - other[both].astype(np.float64)
    return out


def _beyond(own: tuple[int, ...], other: tuple[int, ...]) -> Mask | None:
    """Which have no counterpart; None where all have one."""
    if all(a <= b for a, b in zip(own, other, strict=True)):
        return None
    out = np.ones(own, dtype=np.bool_)
    out[tuple(slice(side) for side in other)] = False
    return out
