"""Whose turn it is where a phase is read neuron by neuron: a ring around it, and its link with the product on it."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from twostroke.engine.border.cursor import Extra, Moment, Phase
from twostroke.gui.look.colour import mix
from twostroke.gui.model.at_turn import product_of
from twostroke.gui.model.choices import LinkRef, NeuronRef
from twostroke.gui.model.numbers import FEWEST_DIGITS, USUAL_DIGITS, digits_now, shown_with, signed
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

BREAKS = " = ", " · ", " "
"""Where a text that has no room beside the neurons is broken into lines, one after the other."""

OVER = 1.1
"""A plate may be so many times as wide as its link: it does not reach the neurons yet."""

LINE = 1.25
"""From line to line, in sizes of the text."""

WIDE, TALL = 0.75, 0.4
"""Half the width and half the height of the number in a disc, in its radii."""


class _Said(NamedTuple):
    """What a plate says, and how large."""

    lines: tuple[str, ...]
    size: float


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
    said = _said(hand, lambda: product.text, (x2 - x1) * near, hand.layout.metrics.label)
    plate = _plate(hand, said, *at, near, product.link.layer)
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
    layer, column = hand.view.layers[who.layer], hand.layout.columns[who.layer]
    if not _text(layer, moment):
        return []
    end, apart = float(column.in_xs[who.unit]), 4 * hand.unit / column.near
    room = (end - apart - hand.layout.columns[who.layer - 1].out_x) * column.near
    said = _said(hand, lambda: _text(layer, moment), room, hand.layout.metrics.small)
    half = _half(hand, said) / column.near
    x = max(end - half - apart, half)
    return _plate(hand, said, x, float(column.link_ys[who.unit]), column.near, who.layer)


def _text(layer: LayerView, moment: Moment) -> str:
    assert moment.unit is not None
    values, name = {
        Extra.BIAS: (layer.delta, "δ") if moment.step.phase is Phase.WEIGHTS else (layer.bias, "bias"),
        Extra.NORM: (None, f"{layer.normalizer} norm"),
        Extra.SKIP: (layer.skip, "skip") if moment.step.phase is Phase.SUM else (None, ""),
    }.get(moment.term if isinstance(moment.term, Extra) else Extra.GATE, (None, ""))
    return name if values is None else f"{name} {signed(float(np.asarray(values)[moment.unit]))}"


def _half(hand: Stagehand, said: _Said) -> float:
    """Half the width of a plate."""
    return max(text_width(line, said.size) for line in said.lines) / 2 + 6 * hand.unit


def _said(hand: Stagehand, tell: Callable[[], str], room: float, large: float) -> _Said:
    """With as many digits as have room, on one line, which may be `large`, or on several; the usual ones where nothing
    has.
    """
    most = digits_now()
    for digits in range(most, FEWEST_DIGITS - 1, -1):
        said = _written(hand, tell, digits, room, large)
        if 2 * _half(hand, said) <= OVER * room:
            return said
    return _written(hand, tell, min(most, USUAL_DIGITS), room, large)


def _written(hand: Stagehand, tell: Callable[[], str], digits: int, room: float, large: float) -> _Said:
    with shown_with(digits):
        text = tell()
    line = _Said((text,), large)
    return line if 2 * _half(hand, line) <= room else _in_lines(hand, text, OVER * room)


def _in_lines(hand: Stagehand, text: str, room: float) -> _Said:
    """The text, broken until it has room: many digits would run over the neurons on both sides."""
    said = _Said((text,), hand.layout.metrics.small)
    for sign in BREAKS[:2] if BREAKS[0] in text else BREAKS[2:]:
        if 2 * _half(hand, said) > room:
            said = _Said(tuple(part for line in said.lines for part in _broken(line, sign)), said.size)
    return said


def _broken(line: str, sign: str) -> list[str]:
    """At each such sign, which begins the line after it."""
    first, *others = line.split(sign)
    return [first, *(sign.lstrip() + other for other in others)]


def _plate(hand: Stagehand, said: _Said, x: float, y: float, near: float, into: int) -> list[Item]:
    """The lines on a ground of their own, in a picture as large as it is seen. `into`: the layer that its link leads
    to.
    """
    ink, u, x, y = hand.ink, hand.unit, x * near, y * near
    size, count = said.size, len(said.lines)
    wide, high = 2 * _half(hand, said), (1.7 + LINE * (count - 1)) * size
    y = _off_numbers(hand, into, x, y, wide, high) if near == 1.0 else y
    ground = rects(x - wide / 2, y - high / 2, wide, high, ink.raised, stroke_colour(hand), 4 * u, 1.2, "turn ground")
    texts = (
        Text(x, y + LINE * size * (at - (count - 1) / 2), line, size, ink.text, weight=Weight.MEDIUM, role="turn")
        for at, line in enumerate(said.lines)
    )
    return shrunk([ground, *texts], near)


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
