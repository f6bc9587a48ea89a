"""The label beside what the mouse or the keys stand on: its numbers, as far as the film has computed them."""

from typing import assert_never

import numpy as np

from twostroke.engine.border.cursor import Phase
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.gui.model.choices import LinkRef, NeuronRef, TargetRef
from twostroke.gui.model.numbers import number
from twostroke.gui.model.view import LayerView, LinkView
from twostroke.gui.model.walk import exists, is_pinned, rank
from twostroke.gui.model.words import DOWN, LEFT, RIGHT, UP
from twostroke.gui.stage.scene.free_place import Bounds, free_place
from twostroke.gui.stage.scene.items import Align, Card, Floats, Item, Text, Weight, rects
from twostroke.gui.stage.scene.layout import Column, ring_width, shorten, text_width
from twostroke.gui.stage.scene.neurons import sum_so_far
from twostroke.gui.stage.scene.stagehand import Stagehand
from twostroke.gui.stage.scene.walked import link_ends, link_rows, target_rows

STEP = 1.55
"""From row to row, in sizes of the text."""

Rows = list[tuple[str, str]]
"""The name of what is told of, then pairs of symbol and number."""


def label(hand: Stagehand) -> Card | None:
    """The label of what is under the mouse, or else of where the keys stand; nothing where neither is."""
    choices = hand.view.choices
    place = choices.hovered or (choices.walked.place if choices.walked is not None else choices.pinned_link)
    if place is None or not exists(place, hand.view.widths):
        return None
    match place:
        case NeuronRef():
            return _beside_neuron(hand, place)
        case LinkRef():
            return _beside_link(hand, place)
        case TargetRef():
            x, y, width, height = hand.layout.card
            things = np.array([[x, y, x + width, y + height + BELOW_LOSS * hand.layout.metrics.small]])
            return box(hand, [*target_rows(hand, place), *_keys(hand)], (x, y + height / 2), things, level=False)
        case _:
            assert_never(place)


def _beside_neuron(hand: Stagehand, ref: NeuronRef) -> Card:
    layer, column = hand.view.layers[ref.layer], hand.layout.columns[ref.layer]
    walked = hand.view.choices.walked
    rows = label_rows(hand, layer, ref)
    if walked is not None and walked.place == ref and hand.view.choices.hovered is None:
        rows += _keys(hand)
    at = float(column.xs[ref.unit]), float(column.ys[ref.unit])
    return box(hand, rows, at, np.array([_around(hand, ref)]), level=True)


def _around(hand: Stagehand, ref: NeuronRef) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a neuron with its gate, or of a cell."""
    column = hand.layout.columns[ref.layer]
    x, y, radius = float(column.xs[ref.unit]), float(column.ys[ref.unit]), column.radius
    if not column.apart:
        return x - radius, y - radius, x + radius, y + radius
    ring = ring_width(radius * column.near, hand.unit) / column.near
    reach = max(radius + ring, column.gate_half if ref.layer else 0.0)
    return float(column.in_xs[ref.unit]), y - reach, float(column.out_xs[ref.unit]), y + reach


def _beside_link(hand: Stagehand, ref: LinkRef) -> Card:
    """Below the link or above it, where there is more room: it and both of its ends stay in sight."""
    x1, y1, x2, y2 = link_ends(hand, ref)
    share = np.linspace(0.0, 1.0, 25)[:, None]
    along = np.array([[x1, y1]]) + share * np.array([[x2 - x1, y2 - y1]])
    ends = (_around(hand, NeuronRef(ref.layer - 1, ref.source)), _around(hand, NeuronRef(ref.layer, ref.target)))
    things = np.vstack([np.hstack([along - 2.0, along + 2.0]), ends])
    return box(hand, [*link_rows(hand, ref), *_keys(hand)], ((x1 + x2) / 2, (y1 + y2) / 2), things, level=False)


def _keys(hand: Stagehand) -> Rows:
    """Which one of its neighbours it is, and the keys that lead on; nothing for what is not walked."""
    walked, widths = hand.view.choices.walked, hand.view.widths
    if walked is None or hand.view.choices.hovered is not None:
        return []
    at = rank(walked, widths)
    rows = [(f"{UP} {DOWN}", f"{at.number:,} of {at.of:,}"), (f"Ctrl+{LEFT} {RIGHT}", "across")]
    if not isinstance(walked.place, TargetRef):
        rows.append(("Enter", "unpins" if is_pinned(hand.view.choices, walked.place) else "pins"))
    return rows


def _height(hand: Stagehand, rows: Rows) -> float:
    return STEP * hand.layout.metrics.small * len(rows) + 16 * hand.unit


def box(hand: Stagehand, rows: Rows, at: tuple[float, float], things: Floats, *, level: bool) -> Card:
    """Rows in a box beside `things`, which are about `at`; see `free_place`."""
    m, ink = hand.layout.metrics, hand.ink
    size, pad = m.small, 8 * m.unit
    step = size * STEP
    key = max(text_width(k, size) for k, _ in rows[1:]) if len(rows) > 1 else 0.0
    value = max((text_width(v, size) for _, v in rows[1:]), default=0.0)
    width = max(key + value + 16 * m.unit, text_width(rows[0][0], size) * 1.06) + 2 * pad
    height = _height(hand, rows)
    bounds = Bounds(4.0, hand.layout.bands.area_top, m.width - 4, m.height - 4)
    others, worth = _others(hand)
    x, y = free_place(things, width, height, bounds, level=level, others=others, worth=worth, away=14 * m.unit)
    items: list[Item] = [rects(x, y, width, height, ink.raised, ink.accent, 5 * m.unit, 1.2, "label")]
    for row, (name, text) in enumerate(rows):
        row_y = y + pad + step * (row + 0.5)
        if row == 0:
            items.append(Text(x + pad, row_y, name, size, ink.text, Align.LEFT, Weight.SEMIBOLD, role="label"))
            continue
        items.append(Text(x + pad, row_y, name, size, ink.muted, Align.LEFT, role="label"))
        items.append(Text(x + width - pad, row_y, text, size, ink.text, Align.RIGHT, Weight.MEDIUM, role="label"))
    return Card(*at, things, others, worth, level, x, y, width, height, tuple(items))


NUMBER, WEIGHT = 0.6, 30
"""The part of a disc in which its number stands, and how many times as much a pixel of that is worth."""

LOSS, BELOW_LOSS = 60, 5.5
"""How many times as much a pixel of the card of the loss is worth: all look there, and any other place will do; and how
far below it is told whose loss it is, in sizes of that text."""


def _others(hand: Stagehand) -> tuple[Floats, Floats]:
    """What else has numbers: the neurons with their gates, the card of the loss, the masks and what is below them; and
    how much a pixel of each is worth.
    """
    x, y, width, height = hand.layout.card
    m, masks = hand.layout.metrics, hand.layout.bands.strips_top
    below = [x, y, x + width, y + height + BELOW_LOSS * m.small]
    beside = np.array([[x, y, x + width, y + height], below, [0.0, masks, m.width, m.height]])
    boxes, worth = zip((beside, np.array([LOSS, 1.0, 1.0])), *map(_boxes, hand.layout.columns), strict=True)
    return np.concatenate(boxes), np.concatenate(worth)


def _boxes(column: Column) -> tuple[Floats, Floats]:
    """Each neuron of a layer with its gate, and its number; cells are one."""
    reach = max(column.radius, column.gate_half)
    boxes: Floats = np.column_stack(
        [
            np.full_like(column.ys, column.in_x),
            column.ys - reach,
            np.full_like(column.ys, column.out_x),
            column.ys + reach,
        ]
    )
    if column.block is not None:
        return np.hstack([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])[None], np.ones(1)
    inner = column.radius * NUMBER
    numbers = np.column_stack([column.xs - inner, column.ys - inner, column.xs + inner, column.ys + inner])
    return np.vstack([boxes, numbers]), np.repeat([1.0, WEIGHT], len(boxes))


def label_rows(hand: Stagehand, layer: LayerView, ref: NeuronRef) -> Rows:
    """What is known of one neuron now."""
    film, unit = hand.film, ref.unit
    m = hand.layout.metrics
    title = shorten(f"{layer.name} · {layer.unit_names[unit]}", 1.06 * m.small, 0.6 * m.width)
    rows = [(title, "")]
    if layer.index == 0:
        return [*rows, ("x", number(float(layer.a[unit])))] if film.progress(Phase.INPUT) > 0.35 else rows
    gate, summed = (film.progress(phase, layer.index, unit) for phase in (Phase.GATE, Phase.SUM))
    so_far = sum_so_far(hand, layer)
    if so_far is not None and not np.isnan(so_far[unit]):
        name = "z" if summed >= 1 else "sum so far"
        rows.append((name, number(float(so_far[unit]))))
    if layer.neurons:
        rows.insert(1, ("gate", CATALOGUE[layer.gate(unit)[0]].title))
    if layer.sum is not None and summed >= 1:
        rows.insert(-1, ("sum", number(float(layer.sum[unit]))))
    if gate > 0.62:
        rows.append(("a", number(float(layer.a[unit]))))
        if layer.silenced[unit]:
            rows.append(("dropout", "silenced"))
        if layer.gain is not None:
            rows.append(("gain f′(z)", number(float(layer.gain[unit]))))
    back = film.progress(Phase.GATE_BACK, layer.index, unit)
    upstream_known = back > 0 or film.progress(Phase.SPREAD, layer.index + 1, unit) >= 1
    if layer.dloss_da is not None and upstream_known:
        rows.append(("∂L/∂a", number(float(layer.dloss_da[unit]))))
    if layer.dloss_dz is not None and back > 0.72:
        rows.append(("δ = ∂L/∂z", number(float(layer.dloss_dz[unit]))))
    if layer.dead is not None and layer.dead[unit]:
        alone = layer.dead_over == 1
        told = "not for the one training sample" if alone else f"fires for none of {layer.dead_over:,} samples"
        rows.append(("dead", told))
    return rows + _marks(layer, hand.view.links[layer.index - 1], unit)


def _marks(layer: LayerView, link: LinkView, unit: int) -> Rows:
    """What is cut or frozen of a neuron with weights, in words."""
    rows = [("cut", "sends nothing, gets no gradient")] if layer.cut is not None and layer.cut[unit] else []
    for name, mask in (("links cut", link.cut), ("links frozen", link.frozen)):
        if mask is not None and mask[unit].any():
            rows.append((name, f"{np.count_nonzero(mask[unit]):,} of {mask[unit].size:,}"))
    if layer.frozen_bias is not None and layer.frozen_bias[unit]:
        rows.append(("bias", "frozen"))
    return rows
