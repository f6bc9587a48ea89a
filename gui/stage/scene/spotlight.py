"""Whose turn it is where a phase is read neuron by neuron: a ring around it, and its link with the product on it."""

import numpy as np

from twostroke.engine.border.cursor import Extra, Moment, Phase
from twostroke.gui.look.colour import mix
from twostroke.gui.model.at_turn import product_of
from twostroke.gui.model.choices import LinkRef, NeuronRef
from twostroke.gui.model.numbers import signed
from twostroke.gui.model.view import LayerView
from twostroke.gui.stage.scene.close_up import close_up, shrunk
from twostroke.gui.stage.scene.free_place import NOTHING, covered
from twostroke.gui.stage.scene.headings import stroke_colour
from twostroke.gui.stage.scene.items import NONE, Floats, Item, Text, Weight, discs, lines, rects
from twostroke.gui.stage.scene.layout import Column, ring_width, text_width
from twostroke.gui.stage.scene.scales import pen_width, weight_width
from twostroke.gui.stage.scene.stagehand import Stagehand
from twostroke.gui.stage.scene.walked import link_ends, near_of

GLOW = 0.45
"""Share of its stroke's colour around the link."""

WIDE, TALL = 0.75, 0.4
"""Half the width and half the height of the number in a disc, in its radii."""


def spotlight(hand: Stagehand) -> list[Item]:
    """All of that; nothing where all neurons of a layer act at the same time."""
    moment = hand.film.moment
    if moment is None or moment.unit is None:
        return []
    back = moment.step.phase is Phase.SPREAD
    who = NeuronRef(moment.step.layer - 1 if back else moment.step.layer, moment.unit)
    product = product_of(hand.view)
    if product is None:
        return [*_ring(hand, who), *_beside(hand, moment, who)]
    x1, y1, x2, y2 = link_ends(hand, product.link)
    at, near = ((x1 + x2) / 2, (y1 + y2) / 2), near_of(hand, product.link)
    plate = _plate(hand, product.text, *at, (x2 - x1) * near, near, product.link.layer)
    return [*_glow(hand, product.link, near), *_ring(hand, who), *plate]


def _ring(hand: Stagehand, who: NeuronRef) -> list[Item]:
    near = hand.layout.columns[who.layer].near
    column, u, colour = close_up(hand.layout.columns[who.layer]), hand.unit, stroke_colour(hand)
    x, y, wide = float(column.xs[who.unit]), float(column.ys[who.unit]), max(1.5, 1.6 * u)
    if column.block is not None:
        half = max(column.block.cell / 2, 4.0) + wide
        return [rects(x - half, y - half, 2 * half, 2 * half, NONE, colour, 0.0, wide, "turn")]
    radius = column.radius + ring_width(column.radius, u) + 3.0 * u
    return shrunk([discs(x, y, radius, NONE, colour, wide, "turn")], near)


def _glow(hand: Stagehand, ref: LinkRef, near: float) -> list[Item]:
    """The one link in its full colour, within the colour of the stroke."""
    ink, u, ends = hand.ink, hand.unit, link_ends(hand, ref)
    weight = float(hand.view.links[ref.layer - 1].weight[ref.target, ref.source])
    own = max(float(pen_width(weight_width(weight, hand.layout.link_unit))), 1.5)
    colour = ink.signal_negative if weight < 0 else ink.signal_positive if weight > 0 else ink.muted
    around = mix(ink.background, stroke_colour(hand), GLOW)
    return [
        lines(*ends, (own + 9 * u) / near, around, "turn"),
        lines(*ends, (own + 3 * u) / near, ink.background, "turn"),
        lines(*ends, own / near, colour, "turn"),
    ]


def _beside(hand: Stagehand, moment: Moment, who: NeuronRef) -> list[Item]:
    """What joins a sum beside its products, written where they come in."""
    text, column = _text(hand.view.layers[who.layer], moment), hand.layout.columns[who.layer]
    if not text:
        return []
    half = _half(hand, text, hand.layout.metrics.small) / column.near
    x = max(float(column.in_xs[who.unit]) - half - 4 * hand.unit / column.near, half)
    return _plate(hand, text, x, float(column.link_ys[who.unit]), 0.0, column.near, who.layer)


def _text(layer: LayerView, moment: Moment) -> str:
    assert moment.unit is not None
    values, name = {
        Extra.BIAS: (layer.delta, "δ") if moment.step.phase is Phase.WEIGHTS else (layer.bias, "bias"),
        Extra.NORM: (None, f"{layer.normalizer} norm"),
        Extra.SKIP: (layer.skip, "skip") if moment.step.phase is Phase.SUM else (None, ""),
    }.get(moment.term if isinstance(moment.term, Extra) else Extra.GATE, (None, ""))
    return name if values is None else f"{name} {signed(float(np.asarray(values)[moment.unit]))}"


def _half(hand: Stagehand, text: str, size: float) -> float:
    """Half the width of a plate."""
    return text_width(text, size) / 2 + 6 * hand.unit


def _plate(hand: Stagehand, text: str, x: float, y: float, room: float, near: float, into: int) -> list[Item]:
    """The text on a ground of its own; larger where that has room, in a picture as large as it is seen. `into`: the
    layer that its link leads to.
    """
    ink, m, u = hand.ink, hand.layout.metrics, hand.unit
    x, y = x * near, y * near
    size = m.label if 2 * _half(hand, text, m.label) <= room else m.small
    wide, high = 2 * _half(hand, text, size), 1.7 * size
    y = _off_numbers(hand, into, x, y, wide, high) if near == 1.0 else y
    ground = rects(x - wide / 2, y - high / 2, wide, high, ink.raised, stroke_colour(hand), 4 * u, 1.2, "turn ground")
    return shrunk([ground, Text(x, y, text, size, ink.text, weight=Weight.MEDIUM, role="turn")], near)


def _off_numbers(hand: Stagehand, into: int, x: float, y: float, wide: float, high: float) -> float:
    """The middle of a plate about (x, y), or as little above or below as leaves the numbers of both layers legible."""
    columns = hand.layout.columns[into - 1 : into + 1]
    off = max(TALL * column.radius for column in columns) + high / 2 + 1
    ys = np.array([y, y - off, y + off])
    hidden = covered(np.vstack([*map(_numbers, columns)]), np.full(3, x - wide / 2), ys - high / 2, wide, high)
    return float(ys[np.argmin(hidden)])


def _numbers(column: Column) -> Floats:
    """Where the numbers of a layer stand in its discs; cells have none."""
    if column.block is not None:
        return NOTHING
    half = np.array([WIDE, TALL]) * column.radius
    middle = np.column_stack([column.xs, column.ys])
    return np.hstack([middle - half, middle + half])
