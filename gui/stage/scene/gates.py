"""Gates: a pair of doors at the output side of each neuron, upper door forward mask, lower door backward mask.

Both shut, they are one solid bar as tall as the neuron. Open, each door is drawn back into the wall; beyond 1 it is
pushed back further. A gate that is switched off for a stroke has its door lifted out, hatched.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.cursor import Phase
from twostroke.engine.catalogue.activations import CATALOGUE, evaluate, forward_mask
from twostroke.gui.look.colour import Packed, mix, mixes, shades
from twostroke.gui.model.once import lately, once
from twostroke.gui.model.switched import gated, passed_by
from twostroke.gui.model.view import LayerView, ViewState
from twostroke.gui.stage.scene.alike import Spots, groups, joined
from twostroke.gui.stage.scene.close_up import shrunk
from twostroke.gui.stage.scene.easing import part
from twostroke.gui.stage.scene.film import Progress, among
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import NONE, Floats, Item, lines, rects
from twostroke.gui.stage.scene.layout import Column, Layout
from twostroke.gui.stage.scene.scales import signal_strength
from twostroke.gui.stage.scene.stagehand import Scenery, Stagehand

STUB = 0.42
"""What is left of a door that is fully open, so that it is still seen to be there."""

LEAST_GAP = 0.14
"""A door that lets anything through is seen to be ajar."""


def corner_of(scenery: Scenery, spots: Spots) -> float:
    """Corner radius of doors: enough to be soft, not so much that a door drawn back becomes a dot."""
    return min(0.3 * spots.gate_width, 2.2 * scenery.unit)


def opening(layer: LayerView, mask: Floats) -> Floats:
    """How far doors with that mask stand open, (units,): 0 shut, 1 open, more beyond 1; widest for no number."""
    size = np.fmin(np.abs(mask), 1.6)
    gap: Floats = np.where(layer.shut(mask), 0.0, np.maximum(size, LEAST_GAP))
    return gap


def shut_forward(layer: LayerView) -> NDArray[np.bool_]:
    """Where the signal stops, (units,)."""
    if layer.forward_mask is None:
        return np.zeros(layer.units, dtype=np.bool_)
    return _met(layer, layer.shut(layer.forward_mask), backward=False)


def shut_backward(layer: LayerView) -> NDArray[np.bool_]:
    """Where the gradient stops, (units,). A fused output has nothing to stop: its gradient is of z already."""
    if layer.backward_mask is None or layer.fused:
        return np.zeros(layer.units, dtype=np.bool_)
    return _met(layer, layer.shut(layer.backward_mask), backward=True)


def _met(layer: LayerView, some: NDArray[np.bool_], *, backward: bool) -> NDArray[np.bool_]:
    """Those of `some` neurons whose gates the stroke meets."""
    return some if gated(layer, backward=backward) else some & ~passed_by(layer, layer.units, backward=backward)


def has_negative(view: ViewState) -> bool:
    """Whether the picture may show gates whose mask is negative: a matter of the layers' functions, not of the sample,
    so that the legend stands still while training runs.
    """
    return any(_may_be_negative(layer) for layer in view.layers if layer.index)


def _may_be_negative(layer: LayerView) -> bool:
    learned = any(bool((values < 0).any()) for _, values in layer.param)
    own = [(spec.name, spec.params) for spec in layer.neurons] or [(layer.activation, dict(layer.params))]
    return learned or any(_crosses_zero(name, tuple(values.items())) for name, values in own)


@lru_cache(maxsize=64)
def _crosses_zero(name: str, values: tuple[tuple[str, float | str], ...]) -> bool:
    """Whether a gate of that function has a negative mask on either stroke for some z."""
    if CATALOGUE[name].output_only:
        return False
    z = np.linspace(-8.0, 8.0, 65)[:, None]
    a, gain = evaluate(name, z, dict(values))
    forward = forward_mask(name, z, a, gain, [CATALOGUE[name].numbers(dict(values))])
    return bool(min(gain.min(), forward.min()) < 0)


def gates(hand: Stagehand) -> list[Item]:
    """The gates of all layers, with the wall they stand in and the short way from the neuron to its gate."""
    items: list[Item] = []
    for group in groups(hand):
        layer, columns = group.layer, group.columns
        near = columns[0].near
        if layer.index == 0 or not columns[0].apart:
            continue
        known = hand.gate_known(layer.index)
        if layer.forward_mask is None or layer.gain is None:
            whole = hand.film.progress(Phase.GATE, layer.index)
            items += _bracket(columns[0], hand.ink, hand.unit, part(whole, 0.2, 0.6)) if near == 1.0 else []
        else:
            items += _walls(hand.layout, tuple(column.index for column in columns), hand.ink) if near == 1.0 else []
            items += shrunk(_ways(layer, group.spots, hand.scenery, known.part(0.6, 0.9)), near)
            items += shrunk(_doors(layer, group.spots, hand.scenery, known.part(0.12, 0.48).smooth()), near)
    return items


@lately
def _bracket(column: Column, ink: Ink, u: float, known: float) -> list[Item]:
    """Softmax: one bracket for the whole layer, which shares one unit among its neurons."""
    x, half = column.gate_x, column.gate_half
    top, bottom = column.ys[0] - half, column.ys[-1] + half
    colour = mix(ink.line, ink.muted, known)
    x1, y1, x2, y2 = [x - 5 * u, x, x - 5 * u], [top, top, bottom], [x, x, x], [top, bottom, bottom]
    return [lines(x1, y1, x2, y2, 1.6 * u, colour, f"bracket {column.index}")]


@once
def _walls(layout: Layout, indices: tuple[int, ...], ink: Ink) -> list[Item]:
    return joined([wall for index in indices for wall in _wall(layout.columns[index], ink)])


def _wall(column: Column, ink: Ink) -> list[Item]:
    """Thin and quiet: what closes the space between the gates."""
    x = column.gate_x + column.gate_width / 2
    upper, lower = column.ys[:-1] + column.gate_half, column.ys[1:] - column.gate_half
    some = lower - upper > 2.0
    if not some.any():
        return []
    colour = mix(ink.background, ink.line, 0.55)
    return [lines(x, upper[some], x, lower[some], 1.0, colour, f"wall {column.index}")]


@lately
def _ways(layer: LayerView, spots: Spots, scenery: Scenery, at: Progress) -> list[Item]:
    """From the neuron to its gate, and out where the gate lets the signal through."""
    ink, ys, known = scenery.ink, spots.ys, at.each(layer.units)
    carried = signal_strength(layer.a) * known * scenery.emphasis(layer)
    bright = mix(ink.background, ink.muted, 0.9)
    colours = shades(ink.outline, bright, carried)
    items: list[Item] = [lines(spots.start, ys, spots.gate_x, ys, 1.2, colours, f"way {layer.index}")]
    passes = ~shut_forward(layer) & (layer.a != 0.0)
    if not isinstance(known, float):
        passes &= known > 0
    if not at.none and passes.any():
        right, out, y = spots.gate_x[passes] + spots.gate_width, spots.out_x[passes], ys[passes]
        items.append(lines(right, y, out, y, 1.2, colours[passes]))
    return items


@lately
def _doors(layer: LayerView, spots: Spots, scenery: Scenery, at: Progress) -> list[Item]:
    assert layer.forward_mask is not None and layer.gain is not None and layer.backward_mask is not None
    known, seen = at.each(layer.units), np.ones(layer.units, dtype=np.bool_)
    items: list[Item] = []
    if at.none or not isinstance(known, float):
        seen = np.broadcast_to(np.greater(known, 0), layer.units)
        items += [_unknown(scenery, layer, spots, ~seen)] if not seen.all() else []
    if at.none:
        return items
    keep = known * (0.35 + 0.65 * scenery.emphasis(layer))
    upper, lower = opening(layer, layer.forward_mask), opening(layer, layer.backward_mask)
    single = _met(layer, _met(layer, (upper == 0) & (lower == 0) & seen, backward=False), backward=True)
    items += _bars(scenery, layer, spots, single, keep)
    doors = ~single & seen
    for side, gap, mask in ((-1, upper, layer.forward_mask), (1, lower, layer.backward_mask)):
        if not gated(layer, backward=side > 0):
            off = seen & passed_by(layer, layer.units, backward=side > 0)
            items += _lifted(scenery, layer, spots, side, off, known)
        items += _door(scenery, layer, spots, side, gap, mask, _met(layer, doors, backward=side > 0), known, keep)
    return items


def _unknown(scenery: Scenery, layer: LayerView, spots: Spots, at: NDArray[np.bool_]) -> Item:
    """Not yet computed: an outline, neither open nor shut."""
    top, width, height = spots.ys[at] - spots.gate_half, spots.gate_width, 2 * spots.gate_half
    border, corner = mix(scenery.ink.background, scenery.ink.line, 0.75), corner_of(scenery, spots)
    return rects(spots.gate_x[at], top, width, height, NONE, border, corner, role=f"gate unknown {layer.index}")


def _bars(scenery: Scenery, layer: LayerView, spots: Spots, at: NDArray[np.bool_], keep: Floats) -> list[Item]:
    """Shut for both strokes: one solid bar."""
    if not at.any():
        return []
    ink = scenery.ink
    colours = shades(ink.background, ink.shut, keep[at])
    top, width, height = spots.ys[at] - spots.gate_half, spots.gate_width, 2 * spots.gate_half
    corner = corner_of(scenery, spots)
    return [rects(spots.gate_x[at], top, width, height, colours, NONE, corner, role=f"gate shut {layer.index}")]


def door_colour(ink: Ink, side: int, mask: NDArray[Any], gap: Floats) -> Packed:
    """Doors are the colour of a shut gate, and take on their stroke's colour as they open; orange where negative."""
    tint = ink.signal_positive if side < 0 else ink.gradient_negative
    openness = np.minimum(gap * 1.6, 1.0)
    out: Packed = np.where(mask < 0, shades(ink.shut, ink.warning, openness), shades(ink.shut, tint, openness))
    return out


def _door(
    scenery: Scenery,
    layer: LayerView,
    spots: Spots,
    side: int,
    gap: Floats,
    mask: NDArray[Any],
    at: NDArray[np.bool_],
    known: float | Floats,
    keep: Floats,
) -> list[Item]:
    """One row of doors: `side` -1 the upper ones, 1 the lower ones."""
    if not at.any():
        return []
    ink, half = scenery.ink, spots.gate_half
    moved = gap[at] * among(known, at)
    length = np.maximum(half * (1.0 - (1.0 - STUB) * np.minimum(moved, 1.0)), min(spots.gate_width, half))
    pushed = np.maximum(moved - 1.0, 0.0) * 0.35 * half
    top = spots.ys[at] - half - pushed if side < 0 else spots.ys[at] + half + pushed - length
    full = door_colour(ink, side, mask[at], gap[at])
    colours = mixes(ink.background, full, keep[at])
    role = f"door {'upper' if side < 0 else 'lower'} {layer.index}"
    return [rects(spots.gate_x[at], top, spots.gate_width, length, colours, NONE, corner_of(scenery, spots), role=role)]


def _lifted(
    scenery: Scenery, layer: LayerView, spots: Spots, side: int, at: NDArray[np.bool_], known: float | Floats
) -> list[Item]:
    """A door that is switched off: lifted out of its frame to the side, hollow and hatched."""
    ink, half, wide, ys = scenery.ink, spots.gate_half, spots.gate_width, spots.ys[at]
    colours = mixes(ink.background, np.full(len(ys), ink.warning, dtype=np.int32), np.add(0.3, 0.6 * among(known, at)))
    shift = 0.55 * wide + 1.0
    x, length = spots.gate_x[at] + shift, 0.55 * half
    top = ys - half - 0.15 * half if side < 0 else ys + half + 0.15 * half - length
    frame = rects(x, top, wide, length, NONE, colours, 0.0, 1.0, f"gate off {layer.index}")
    steps = np.array([0.3, 0.65, 1.0])
    y1 = (top[:, None] + steps * length).ravel()
    left, colour = np.repeat(x, len(steps)), np.repeat(colours, len(steps))
    hatch = lines(left, y1, left + wide, y1 - 0.3 * length, 1.0, colour, f"hatch {layer.index}")
    return [frame, hatch]
