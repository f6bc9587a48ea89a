"""Dropout: a sign behind the gate of each neuron that this update silences, on both strokes: one mask meets both."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twostroke.engine.border.cursor import Phase
from twostroke.gui.look.colour import Packed, mixes
from twostroke.gui.model.once import lately
from twostroke.gui.model.view import LayerView, ViewState
from twostroke.gui.stage.scene.close_up import close_up, shrunk
from twostroke.gui.stage.scene.film import Progress
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import Floats, Item, discs, lines
from twostroke.gui.stage.scene.layout import Column
from twostroke.gui.stage.scene.stagehand import Scenery, Stagehand


def has_dropped(view: ViewState) -> bool:
    """Whether the picture may show neurons that dropout silences."""
    return any(layer.dropout_mask is not None for layer in view.layers)


def dropped(hand: Stagehand) -> list[Item]:
    """The signs of all layers; as soon as the gates have worked, the masks are known."""
    items: list[Item] = []
    for layer, column in zip(hand.view.layers, hand.layout.columns, strict=True):
        if layer.dropout_mask is None:
            continue
        shown = hand.film.at(Phase.GATE, layer.index).part(0.5, 0.75).smooth()
        if not shown.none and layer.silenced.any():
            made = (_signs if column.apart else _cells)(layer, hand.scenery, shown)
            items += shrunk(made, column.near)
    return items


def sign_radius(scenery: Scenery, column: Column) -> float:
    """Of the circle with a stroke through it."""
    return max(min(5.5 * scenery.unit, 0.42 * column.radius), 2.0)


def _seen(layer: LayerView, ink: Ink, shown: Progress) -> tuple[NDArray[np.bool_], Packed]:
    """Which neurons have a sign by now, (units,), and the colour of each of these."""
    share = np.broadcast_to(shown.each(layer.units), layer.units)
    at = layer.silenced & (share > 0)
    return at, mixes(ink.background, np.full(int(at.sum()), ink.warning, dtype=np.int32), share[at])


@lately
def _signs(layer: LayerView, scenery: Scenery, shown: Progress) -> list[Item]:
    at, colours = _seen(layer, scenery.ink, shown)
    column = close_up(scenery.layout.columns[layer.index])
    radius = sign_radius(scenery, column)
    x, y = column.out_xs[at] + radius, column.ys[at]
    return circle_and_stroke(scenery.ink, x, y, radius, colours, f"dropped {layer.index}")


def circle_and_stroke(ink: Ink, x: ArrayLike, y: Floats, radius: float, colour: ArrayLike, role: str) -> list[Item]:
    """The sign itself: no way through."""
    wide = max(1.2, 0.26 * radius)
    arm, x = 0.7 * radius, np.broadcast_to(np.asarray(x, dtype=np.float64), y.shape)
    return [
        discs(x, y, radius, ink.background, colour, wide, role),
        lines(x - arm, y + arm, x + arm, y - arm, wide, colour, f"{role} stroke"),
    ]


@lately
def _cells(layer: LayerView, scenery: Scenery, shown: Progress) -> list[Item]:
    """A stroke across each cell."""
    at, colours = _seen(layer, scenery.ink, shown)
    column = scenery.layout.columns[layer.index]
    block = column.block
    if block is None or block.cell < 5:
        return []
    arm = 0.36 * block.cell
    x, y, wide = column.xs[at], column.ys[at], max(1.2, 0.12 * block.cell)
    return [lines(x - arm, y + arm, x + arm, y - arm, wide, colours, f"dropped {column.index}")]
