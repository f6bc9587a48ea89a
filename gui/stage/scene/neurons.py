"""Neurons: a disc and a ring, coloured by what the lens reads, and a number or a sign where it fits."""

import numpy as np

from twostroke.engine.border.cursor import Phase
from twostroke.gui.look.colour import Packed, mix, readable_on
from twostroke.gui.model.numbers import brief
from twostroke.gui.model.view import LayerView
from twostroke.gui.stage.scene.easing import part, smooth
from twostroke.gui.stage.scene.gates import shut_backward, shut_forward
from twostroke.gui.stage.scene.items import NONE, Align, Floats, Item, Text, Weight, discs, lines, rects
from twostroke.gui.stage.scene.layout import MANY, Column, ring_width, shorten, text_width
from twostroke.gui.stage.scene.signs import dashed_ring, snips
from twostroke.gui.stage.scene.stagehand import Stagehand
from twostroke.gui.stage.scene.sums import JOURNEY, partial_z

SIGN_FROM = 6.0
"""Smallest radius in pixels that gets a plus or minus sign."""


def neurons(hand: Stagehand) -> list[Item]:
    """All layers' neurons, and the names of the inputs."""
    items: list[Item] = []
    for layer, column in zip(hand.view.layers, hand.layout.columns, strict=True):
        items += _cells(hand, layer, column) if column.block else _discs(hand, layer, column)
    return items + _input_names(hand)


def sum_so_far(hand: Stagehand, layer: LayerView) -> Floats | None:
    """What has come in at each neuron of a layer with weights, (units,); z in the end, None before the first term."""
    fraction = hand.film.progress(Phase.SUM, layer.index)
    if layer.z is None or fraction < JOURNEY:
        return None
    link = hand.view.links[layer.index - 1]
    return partial_z(link.weight, link.below.output, layer.z, fraction)


def shown_values(hand: Stagehand, layer: LayerView) -> Floats | None:
    """The number that each neuron of `layer` shows at this moment, (units,); None where it is not known."""
    film, lens = hand.film, hand.lens
    known = film.progress(Phase.GATE, layer.index) > 0.62 if layer.index else film.progress(Phase.INPUT) > 0.35
    if known:
        return lens.disc.values(layer)
    return sum_so_far(hand, layer) if lens.sums and layer.index else None


def fills(hand: Stagehand, layer: LayerView) -> Packed:
    """Each neuron's colour, (units,): crossing over while the gate works."""
    values = shown_values(hand, layer)
    colours = _colours(hand, values, layer)
    turning = part(hand.film.progress(Phase.GATE, layer.index), 0.5, 0.85) if layer.index else 1.0
    if values is not None and 0.0 < turning < 1.0:
        before = _colours(hand, layer.z if hand.lens.sums else None, layer)
        after = _colours(hand, hand.lens.disc.values(layer), layer)
        pairs = zip(before.tolist(), after.tolist(), strict=True)
        colours = np.array([mix(b, a, smooth(turning)) for b, a in pairs], dtype=np.int32)
    return colours


def _colours(hand: Stagehand, values: Floats | None, layer: LayerView) -> Packed:
    rest, scale = hand.ink.rest, hand.lens.disc.scale
    if values is None:
        return np.full(layer.units, rest, dtype=np.int32)
    return scale.shades(hand.ink, rest, values, scale.strength(values))


def _dimmed(colours: Packed, keep: Floats, background: int) -> Packed:
    if np.all(keep == 1.0):
        return colours
    pairs = zip(colours.tolist(), keep.tolist(), strict=True)
    return np.array([c if c == NONE else mix(background, c, k) for c, k in pairs], dtype=np.int32)


def _discs(hand: Stagehand, layer: LayerView, column: Column) -> list[Item]:
    ink, u, keep = hand.ink, hand.unit, hand.emphasis(layer)
    colours = _dimmed(fills(hand, layer), keep, ink.background)
    dead, cut = _dead(layer), _cut(layer)
    fill = np.where(dead | cut, ink.background, colours).astype(np.int32)
    edge = np.where(dead, mix(ink.background, ink.muted, 0.7), mix(ink.line, ink.muted, 0.25)).astype(np.int32)
    edge = np.where(cut, NONE, _dimmed(edge, keep, ink.background)).astype(np.int32)
    items: list[Item] = [
        discs(column.xs, column.ys, column.radius, fill, edge, max(1.0, 1.1 * u), f"neuron {layer.index}")
    ]
    items += _crosses(hand, column, dead)
    items += _dashes(hand, column, cut)
    items += _rings(hand, layer, column, keep)
    items += _numbers(hand, layer, column, fill, dead | cut)
    return items + _focus_ring(hand, layer, column)


def _dead(layer: LayerView) -> np.ndarray:
    return np.zeros(layer.units, dtype=np.bool_) if layer.dead is None else np.asarray(layer.dead, dtype=np.bool_)


def _cut(layer: LayerView) -> np.ndarray:
    return np.zeros(layer.units, dtype=np.bool_) if layer.cut is None else layer.cut


def _dashes(hand: Stagehand, column: Column, cut: np.ndarray) -> list[Item]:
    """The outline of a cut neuron: hollow as a dead one, but open all round."""
    if not cut.any():
        return []
    radius = column.radius - 0.5
    xs, ys = column.xs[cut], column.ys[cut]
    return [dashed_ring(xs, ys, radius, max(1.2, 1.4 * hand.unit), hand.ink.muted, f"cut {column.index}")]


def _crosses(hand: Stagehand, column: Column, dead: np.ndarray) -> list[Item]:
    if not dead.any():
        return []
    x, y, arm = column.xs[dead], column.ys[dead], 0.5 * column.radius
    ends = (np.concatenate([x - arm, x - arm]), np.concatenate([y - arm, y + arm]))
    others = (np.concatenate([x + arm, x + arm]), np.concatenate([y + arm, y - arm]))
    width = max(1.5, 0.13 * column.radius)
    return [lines(*ends, *others, width, hand.ink.muted, f"dead {column.index}")]


def _rings(hand: Stagehand, layer: LayerView, column: Column, keep: Floats) -> list[Item]:
    """Around each neuron, once the gate has let the gradient through."""
    shown = part(hand.film.progress(Phase.GATE_BACK, layer.index), 0.62, 0.85) if layer.index else 0.0
    values, strength = hand.lens.ring.values(layer), hand.lens.ring.strength(layer)
    if values is None or strength is None or shown <= 0:
        return []
    some = strength > 0
    if not some.any():
        return []
    thick = ring_width(column.radius, hand.unit)
    share = (0.12 + 0.88 * strength) * shown * keep
    colours = hand.lens.ring.scale.shades(hand.ink, hand.ink.background, values, share)
    radius = column.radius + thick / 2 + 0.5
    return [discs(column.xs[some], column.ys[some], radius, NONE, colours[some], thick, f"gradient {layer.index}")]


def _numbers(hand: Stagehand, layer: LayerView, column: Column, fill: Packed, hollow: np.ndarray) -> list[Item]:
    values = shown_values(hand, layer)
    if values is None:
        return []
    size = max(min(0.68 * column.radius, 15.0 * hand.unit), 11.0)
    room = 2 * column.radius - 1.0
    if text_width("0.00", size) <= room:
        items: list[Item] = []
        for unit in np.flatnonzero(~hollow):
            text = _fitting(float(values[unit]), size, room)
            colour = readable_on(int(fill[unit])) if values[unit] != 0 else hand.ink.muted
            x, y = float(column.xs[unit]), float(column.ys[unit])
            items.append(Text(x, y, text, size, colour, Align.CENTRE, Weight.MEDIUM, role=f"number {layer.index}"))
        return items
    return _signs(hand, column, values, fill, ~hollow)


def _fitting(value: float, size: float, room: float) -> str:
    text = brief(value)
    if text_width(text, size) > room and abs(value) >= 0.05:
        text = ("−" if value < 0 else "") + f"{abs(value):.1f}"
    return text if text_width(text, size) <= room * 1.12 else ("+" if value > 0 else "−")


def _signs(hand: Stagehand, column: Column, values: Floats, fill: Packed, alive: np.ndarray) -> list[Item]:
    """A plus or a minus, drawn with lines, as second cue of the sign."""
    if column.radius < SIGN_FROM:
        return []
    seen = alive & (hand.lens.disc.scale.strength(values) > 0.12)
    plus = seen & (values > 0)
    arm = 0.42 * column.radius
    x = np.concatenate([column.xs[seen] - arm, column.xs[plus]])
    y = np.concatenate([column.ys[seen], column.ys[plus] - arm])
    dx = np.concatenate([np.full(seen.sum(), 2 * arm), np.zeros(plus.sum())])
    dy = np.concatenate([np.zeros(seen.sum()), np.full(plus.sum(), 2 * arm)])
    colours = [readable_on(int(c)) for c in np.concatenate([fill[seen], fill[plus]])]
    if not colours:
        return []
    return [lines(x, y, x + dx, y + dy, max(1.2, 0.16 * column.radius), colours, f"sign {column.index}")]


def _focus_ring(hand: Stagehand, layer: LayerView, column: Column) -> list[Item]:
    focus, pinned = hand.focus, hand.view.choices.selected
    items: list[Item] = []
    for ref in {focus, pinned} - {None}:
        if ref is None or ref.layer != layer.index or not 0 <= ref.unit < layer.units:
            continue
        radius = column.radius + ring_width(column.radius, hand.unit) + 3.0 * hand.unit
        x, y = column.xs[ref.unit], column.ys[ref.unit]
        items.append(discs(x, y, radius, NONE, hand.ink.accent, max(1.5, 2.0 * hand.unit), "focus"))
    return items


def _cells(hand: Stagehand, layer: LayerView, column: Column) -> list[Item]:
    block, ink, u = column.block, hand.ink, hand.unit
    assert block is not None
    colours = _dimmed(fills(hand, layer), hand.emphasis(layer), ink.background)
    gap = 1.0 if block.cell >= 6 else 0.0
    left, top, side = column.xs - block.cell / 2, column.ys - block.cell / 2, block.cell - gap
    around = block.left - 4 * u, block.top - 4 * u, block.width + 8 * u - gap, block.height + 8 * u - gap
    border = mix(ink.background, ink.line, 0.9)
    items: list[Item] = [
        rects(*around, ink.background, border, 3 * u, role=f"block {layer.index}"),
        rects(left, top, side, side, colours, role=f"neuron {layer.index}"),
    ]
    if (cut := _cut(layer)).any():
        items += _cut_cells(hand, layer, column, cut)
    items += _cell_gates(hand, layer, column)
    word = "inputs" if layer.index == 0 else "neurons"
    x, y = block.left + block.width / 2, block.top + block.height + 8 * u + hand.layout.metrics.small * 0.8
    items.append(Text(x, y, f"{layer.units:,} {word}", hand.layout.metrics.small, ink.muted, role="count"))
    focus = hand.focus
    if focus is not None and focus.layer == layer.index:
        at = focus.unit
        items.append(rects(left[at], top[at], side, side, NONE, ink.accent, 0.0, max(1.5, 2 * u), role="focus"))
    return items


def _cut_cells(hand: Stagehand, layer: LayerView, column: Column, cut: np.ndarray) -> list[Item]:
    """Empty, with the two strokes of a cut link."""
    assert column.block is not None
    cell, ink, role = column.block.cell, hand.ink, f"cut {layer.index}"
    side, x, y = cell - 1.0, column.xs[cut], column.ys[cut]
    at = np.concatenate([x - 0.13 * cell, x + 0.13 * cell]), np.concatenate([y, y])
    return [
        rects(x - cell / 2, y - cell / 2, side, side, ink.background, ink.line, role=role),
        snips(*at, 1.0, 0.0, 0.3 * cell, max(1.0, 0.08 * cell), ink.muted, role),
    ]


def _cell_gates(hand: Stagehand, layer: LayerView, column: Column) -> list[Item]:
    """At the right of each cell its shut doors, the forward one above, the backward one below: both are a full bar."""
    block, known = column.block, part(hand.gate_known(layer.index), 0.3, 0.7)
    if block is None or known <= 0 or block.cell < 5:
        return []
    thick, tall = max(1.5, 0.18 * block.cell), (block.cell - 1) / 2
    colour = mix(hand.ink.background, hand.ink.shut, known)
    items: list[Item] = []
    for shut, down, name in ((shut_forward(layer), 0.0, "upper"), (shut_backward(layer), tall, "lower")):
        if shut.any():
            x, y = column.xs[shut] + block.cell / 2 - 1 - thick, column.ys[shut] - block.cell / 2 + down
            items.append(rects(x, y, thick, tall, colour, role=f"gate shut {name} {layer.index}"))
    return items


def _input_names(hand: Stagehand) -> list[Item]:
    first, column, m = hand.view.layers[0], hand.layout.columns[0], hand.layout.metrics
    if column.block or first.units > MANY or (first.units > 1 and column.ys[1] - column.ys[0] < m.small):
        return []
    x = float(column.x - column.radius - 9 * m.unit)
    return [
        Text(x, float(y), shorten(name, m.small, x - 4), m.small, hand.ink.muted, Align.RIGHT, role="input name")
        for name, y in zip(first.unit_names, column.ys, strict=True)
    ]
