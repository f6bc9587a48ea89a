"""The label beside the neuron under the mouse: its numbers, as far as the film has computed them."""

from twostroke.engine.border.cursor import Phase
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.numbers import number
from twostroke.gui.model.view import LayerView
from twostroke.gui.stage.scene.items import Align, Item, Text, Weight, rects
from twostroke.gui.stage.scene.layout import shorten, text_width
from twostroke.gui.stage.scene.neurons import sum_so_far
from twostroke.gui.stage.scene.stagehand import Stagehand


def label(hand: Stagehand) -> list[Item]:
    """The label of the hovered neuron; nothing where none is."""
    ref = hand.view.choices.hovered
    if ref is None or hand.focus != ref:
        return []
    layer, column = hand.view.layers[ref.layer], hand.layout.columns[ref.layer]
    rows = label_rows(hand, layer, ref)
    m, ink = hand.layout.metrics, hand.ink
    size, pad = m.small, 8 * m.unit
    step = size * 1.55
    key = max(text_width(k, size) for k, _ in rows[1:]) if len(rows) > 1 else 0.0
    value = max((text_width(v, size) for _, v in rows[1:]), default=0.0)
    width = max(key + value + 16 * m.unit, text_width(rows[0][0], size) * 1.06) + 2 * pad
    height = step * len(rows) + 2 * pad
    x = float(column.xs[ref.unit]) + column.radius + 14 * m.unit
    if x + width > m.width - 4:
        x = float(column.xs[ref.unit]) - column.radius - 14 * m.unit - width
    below_headings = max(float(column.ys[ref.unit]) - height / 2, hand.layout.bands.area_top)
    y = max(min(below_headings, m.height - height - 4), 4.0)
    items: list[Item] = [rects(x, y, width, height, ink.raised, ink.accent, 5 * m.unit, 1.2, "label")]
    for at, (name, text) in enumerate(rows):
        row_y = y + pad + step * (at + 0.5)
        if at == 0:
            items.append(Text(x + pad, row_y, name, size, ink.text, Align.LEFT, Weight.SEMIBOLD, role="label"))
            continue
        items.append(Text(x + pad, row_y, name, size, ink.muted, Align.LEFT, role="label"))
        items.append(Text(x + width - pad, row_y, text, size, ink.text, Align.RIGHT, Weight.MEDIUM, role="label"))
    return items


def label_rows(hand: Stagehand, layer: LayerView, ref: NeuronRef) -> list[tuple[str, str]]:
    """What is known of one neuron now: its name, then pairs of symbol and number."""
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
    return rows
