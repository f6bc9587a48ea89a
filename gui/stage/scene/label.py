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
from twostroke.gui.stage.scene.items import Align, Card, Item, Text, Weight, rects
from twostroke.gui.stage.scene.layout import shorten, text_width
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
            rows = [*target_rows(hand, place), *_keys(hand)]
            below = y + height + 5.5 * hand.layout.metrics.small + _height(hand, rows) / 2
            return box(hand, rows, x + width, below, -width - 14 * hand.unit)
        case _:
            assert_never(place)


def _beside_neuron(hand: Stagehand, ref: NeuronRef) -> Card:
    layer, column = hand.view.layers[ref.layer], hand.layout.columns[ref.layer]
    walked = hand.view.choices.walked
    rows = label_rows(hand, layer, ref)
    if walked is not None and walked.place == ref and hand.view.choices.hovered is None:
        rows += _keys(hand)
    return box(hand, rows, float(column.xs[ref.unit]), float(column.ys[ref.unit]), column.radius)


def _beside_link(hand: Stagehand, ref: LinkRef) -> Card:
    """Below the link or above it, where there is more room: both of its ends stay in sight."""
    rows = [*link_rows(hand, ref), *_keys(hand)]
    x1, y1, x2, y2 = link_ends(hand, ref)
    bands, away = hand.layout.bands, 26 * hand.unit + _height(hand, rows) / 2
    above, below = min(y1, y2) - bands.area_top, bands.area_top + bands.area_height - max(y1, y2)
    y = max(y1, y2) + away if below >= above else min(y1, y2) - away
    return box(hand, rows, (x1 + x2) / 2, y, -60 * hand.unit)


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


def box(hand: Stagehand, rows: Rows, at_x: float, at_y: float, reach: float) -> Card:
    """Rows in a box right of a thing at (`at_x`, `at_y`) that reaches `reach` far; left where there is no room."""
    m, ink = hand.layout.metrics, hand.ink
    size, pad = m.small, 8 * m.unit
    step = size * STEP
    key = max(text_width(k, size) for k, _ in rows[1:]) if len(rows) > 1 else 0.0
    value = max((text_width(v, size) for _, v in rows[1:]), default=0.0)
    width = max(key + value + 16 * m.unit, text_width(rows[0][0], size) * 1.06) + 2 * pad
    height = _height(hand, rows)
    x = at_x + reach + 14 * m.unit
    if x + width > m.width - 4:
        x = max(at_x - abs(reach) - 14 * m.unit - width, 4.0)
    below_headings = max(at_y - height / 2, hand.layout.bands.area_top)
    y = max(min(below_headings, m.height - height - 4), 4.0)
    items: list[Item] = [rects(x, y, width, height, ink.raised, ink.accent, 5 * m.unit, 1.2, "label")]
    for at, (name, text) in enumerate(rows):
        row_y = y + pad + step * (at + 0.5)
        if at == 0:
            items.append(Text(x + pad, row_y, name, size, ink.text, Align.LEFT, Weight.SEMIBOLD, role="label"))
            continue
        items.append(Text(x + pad, row_y, name, size, ink.muted, Align.LEFT, role="label"))
        items.append(Text(x + width - pad, row_y, text, size, ink.text, Align.RIGHT, Weight.MEDIUM, role="label"))
    return Card(at_x, at_y, max(reach, 0.0), x, y, width, height, tuple(items))


def label_rows(hand: Stagehand, layer: LayerView, ref: NeuronRef) -> Rows:
    """What is known of one neuron now."""
    film, unit = hand.film, ref.unit
    m = hand.layout.metrics
    title = shorten(f"{layer.name} · {layer.unit_names[unit]}", 1.06 * m.small, 0.6 * m.width)
    rows = [(title, "")]
    if layer.index == 0:
        return [*rows, ("x", number(float(layer.a[unit])))] if film.progress(Phase.INPUT) > 0.35 else rows
    gate = film.progress(Phase.GATE, layer.index)
    so_far = sum_so_far(hand, layer)
    if so_far is not None:
        name = "z" if film.progress(Phase.SUM, layer.index) >= 1 else "sum so far"
        rows.append((name, number(float(so_far[unit]))))
    if layer.neurons:
        rows.insert(1, ("gate", CATALOGUE[layer.gate(unit)[0]].title))
    if layer.sum is not None and film.progress(Phase.SUM, layer.index) >= 1:
        rows.insert(-1, ("sum", number(float(layer.sum[unit]))))
    if gate > 0.62:
        rows.append(("a", number(float(layer.a[unit]))))
        if layer.silenced[unit]:
            rows.append(("dropout", "silenced"))
        if layer.gain is not None:
            rows.append(("gain f′(z)", number(float(layer.gain[unit]))))
    back = film.progress(Phase.GATE_BACK, layer.index)
    upstream_known = back > 0 or film.progress(Phase.SPREAD, layer.index + 1) >= 1
    if layer.dloss_da is not None and upstream_known:
        rows.append(("∂L/∂a", number(float(layer.dloss_da[unit]))))
    if layer.dloss_dz is not None and back > 0.72:
        rows.append(("δ = ∂L/∂z", number(float(layer.dloss_dz[unit]))))
    if layer.dead is not None and layer.dead[unit]:
        rows.append(("dead", "fires for no sample"))
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
