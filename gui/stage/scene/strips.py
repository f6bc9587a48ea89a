"""Mask strips under every layer: forward mask above, backward mask below, one cell a neuron, in unit order.

Cells that agree are joined. For a mini-batch, a raster above and below the strips shows every sample of it.
"""

from dataclasses import dataclass

import numpy as np

from twostroke.engine.border.cursor import Phase
from twostroke.gui.look.colour import Packed, mix, shades
from twostroke.gui.model.once import lately, once
from twostroke.gui.model.view import LayerView
from twostroke.gui.stage.scene.easing import part, smooth
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import NONE, Align, Floats, Item, RasterTarget, Text, Weight, lines, rects
from twostroke.gui.stage.scene.layout import Column, Layout, raster_height, strip_cell, strip_gap, text_width
from twostroke.gui.stage.scene.stagehand import Scenery, Stagehand

SHUT = 0.22
"""How much of a shut gate's colour a cell has whose mask is 0."""

LEAST_ROW = 1.5
"""Thinnest row of a raster, in pixels."""


@dataclass(frozen=True)
class Strip:
    """Where one layer's strips are."""

    left: float
    cell: float  # width of a cell
    tall: float  # height of a cell
    forward: float  # top of the row
    backward: float
    raster: float  # height of each raster, 0 for none
    row: float  # height of one of its rows


def strips(hand: Stagehand) -> tuple[tuple[Item, ...], ...]:
    """The strips of each layer; nothing for the input."""
    found: list[tuple[Item, ...]] = [()]
    for layer in hand.view.layers[1:]:
        forward, backward = _known(hand, layer)
        if layer.gain is None:
            found.append((_no_mask(hand.layout.columns[layer.index], hand.scenery),))
        else:
            sides = _side(layer, hand.scenery, forward, -1), _side(layer, hand.scenery, backward, 1)
            found.append((*sides[0], *sides[1], *_agreement(layer, hand.scenery, min(forward, backward))))
    return tuple(found)


def half_width(scenery: Scenery, layer: LayerView) -> float:
    """Half the width of a layer's strips, with the marks beside them."""
    if layer.gain is None:
        return 0.0
    return layer.units * strip_of(scenery, layer.index).cell / 2 + 9 * scenery.unit


def most_stretch(scenery: Scenery, layer: LayerView) -> float:
    """How much wider cells may become: until they are twice as wide as high."""
    if layer.gain is None:
        return 1.0
    return 2 * strip_cell(scenery.layout.metrics) / strip_of(scenery, layer.index).cell


def strip_of(scenery: Scenery, layer: int) -> Strip:
    """The geometry of one layer's strips."""
    return _strip(scenery.layout, layer, scenery.samples)


@once
def _strip(layout: Layout, layer: int, samples: int) -> Strip:
    m, b, column = layout.metrics, layout.bands, layout.columns[layer]
    units, tall = len(column.xs), strip_cell(m)
    cell = min(tall, 0.88 * column.room / units)
    raster, row = raster_of(layout, samples)
    forward = b.strips_top + (raster + 4 * m.unit if raster else 0.0)
    return Strip(column.x - units * cell / 2, cell, tall, forward, forward + tall + strip_gap(m), raster, row)


def raster_of(layout: Layout, samples: int) -> tuple[float, float]:
    """Height of a raster and of one of its rows; 0 where there is no mini-batch of several samples."""
    if samples < 2:
        return 0.0, 0.0
    height = raster_height(layout.metrics)
    row = max(min(height / samples, 5.0 * layout.metrics.unit), LEAST_ROW)
    return min(samples, int(height / row)) * row, row


def raster_targets(hand: Stagehand, layer: LayerView) -> tuple[RasterTarget, ...]:
    """Where the samples of the rasters of a layer that are shown can be chosen."""
    if layer.index == 0:
        return ()
    strip = strip_of(hand.scenery, layer.index)
    return tuple(
        _raster_target(hand.scenery, layer, strip, side)
        for shown, raster, side in zip(
            _known(hand, layer), (layer.forward_raster, layer.backward_raster), (-1, 1), strict=True
        )
        if strip.raster and raster is not None and shown > 0
    )


def _raster_target(scenery: Scenery, layer: LayerView, strip: Strip, side: int) -> RasterTarget:
    rows, right = round(strip.raster / strip.row), strip.left + layer.units * strip.cell
    first = min(max(scenery.row - rows // 2, 0), scenery.samples - rows)  # about the one shown, unless all fit
    away = 4 * scenery.unit
    top = strip.forward - away - strip.raster if side < 0 else strip.backward + strip.tall + away
    return RasterTarget(strip.left, right, top, strip.row, first, rows)


def _known(hand: Stagehand, layer: LayerView) -> tuple[float, float]:
    """How far forward and backward mask have been shown, 0 to 1."""
    forward = part(hand.film.progress(Phase.GATE, layer.index), 0.35, 0.6)
    backward = part(hand.film.progress(Phase.GATE_BACK, layer.index), 0.35, 0.6)
    return smooth(forward), smooth(backward)


@lately
def _side(layer: LayerView, scenery: Scenery, shown: float, side: int) -> list[Item]:
    """One mask and its raster: `side` -1 the forward one, above; 1 the backward one."""
    strip = strip_of(scenery, layer.index)
    if side < 0:
        mask, raster, tint = layer.forward_mask, layer.forward_raster, scenery.ink.signal_positive
    else:
        mask, raster, tint = layer.backward_mask, layer.backward_raster, scenery.ink.gradient_negative
    items = _row(scenery, layer, strip, mask, shown, tint, side)
    if strip.raster and raster is not None and shown > 0:
        items += _raster(scenery, layer, strip, raster, shown, tint, side)
    return items


@lately
def _agreement(layer: LayerView, scenery: Scenery, shown: float) -> list[Item]:
    """Whether both masks are one."""
    column = scenery.layout.columns[layer.index]
    strip = strip_of(scenery, layer.index)
    return _joints(scenery, layer, strip, shown) + _verdict(scenery, layer, strip, column, shown)


def _shade(ink: Ink, mask: Floats, tint: int, shown: float) -> Packed:
    """0 is a quiet grey, in the light theme too; 1 and more has the full tint; negative factors the warning colour."""
    share = np.where(mask == 0, 0.0, 0.1 + 0.9 * np.minimum(np.abs(mask), 1.0)) * shown
    open_ = np.where(mask < 0, shades(ink.rest, ink.warning, share), shades(ink.rest, tint, share))
    out: Packed = np.where(mask == 0, mix(ink.rest, ink.shut, SHUT * shown), open_)
    return out


def _row(
    scenery: Scenery, layer: LayerView, strip: Strip, mask: Floats | None, shown: float, tint: int, side: int
) -> list[Item]:
    ink = scenery.ink
    gap = 1.5 if strip.cell >= 6 else 0.5 if strip.cell >= 3 else 0.0
    x = strip.left + np.arange(layer.units) * strip.cell
    top = strip.forward if side < 0 else strip.backward
    name = f"strip {'forward' if side < 0 else 'backward'} {layer.index}"
    if mask is None or shown <= 0:
        fill, edge = NONE, ink.outline
        return [rects(x, top, strip.cell - gap, strip.tall, fill, edge, 1.5, role=f"{name} unknown")]
    return [rects(x, top, strip.cell - gap, strip.tall, _shade(ink, mask, tint, shown), NONE, 1.5, role=name)]


def _raster(
    scenery: Scenery, layer: LayerView, strip: Strip, raster: Floats, shown: float, tint: int, side: int
) -> list[Item]:
    """Samples down, neurons across; a mark at the sample that the neurons show."""
    ink, u = scenery.ink, scenery.unit
    place = _raster_target(scenery, layer, strip, side)
    first, top = place.first, place.top
    seen = raster[first : first + place.rows]
    gap = 1.0 if strip.cell >= 6 else 0.0
    thin = 0.75 if strip.row >= 3 else 0.0
    xs = strip.left + np.tile(np.arange(layer.units), len(seen)) * strip.cell
    ys = top + np.repeat(np.arange(len(seen)), layer.units) * strip.row
    colours = _shade(ink, seen.ravel(), mix(ink.background, tint, 0.75), shown)
    name = f"raster {'forward' if side < 0 else 'backward'} {layer.index}"
    items: list[Item] = [rects(xs, ys, strip.cell - gap, strip.row - thin, colours, role=name)]
    at = scenery.row - first
    if 0 <= at < len(seen):
        y = top + (at + 0.5) * strip.row
        x = [strip.left - 5 * u, place.right + 1.5 * u]
        items.append(lines(x, y, np.add(x, 3 * u), y, max(1.5, min(strip.row, 2.5)), ink.text, "row mark"))
    return items


def _joints(scenery: Scenery, layer: LayerView, strip: Strip, shown: float) -> list[Item]:
    """A short link between the two cells of each neuron, where both masks are one."""
    if shown <= 0 or not layer.masks_equal or strip.cell < 3:
        return []
    x = strip.left + (np.arange(layer.units) + 0.5) * strip.cell - 0.75
    y = strip.forward + strip.tall
    colour = mix(scenery.ink.background, scenery.ink.good, shown)
    wide = max(1.2, min(0.22 * strip.cell, 3 * scenery.unit))
    return [lines(x, y + 0.5, x, strip.backward - 0.5, wide, colour, f"joint {layer.index}")]


def _verdict(scenery: Scenery, layer: LayerView, strip: Strip, column: Column, shown: float) -> list[Item]:
    """Said once both strokes have been shown, never before."""
    if shown < 1 or layer.forward_mask is None:
        return []
    m, ink = scenery.layout.metrics, scenery.ink
    y = strip.backward + strip.tall + (strip.raster + 6 * m.unit if strip.raster else 2 * m.unit) + m.small * 0.75
    off = [word for word, on in (("forward", layer.gate_forward), ("backward", layer.gate_backward)) if not on]
    if layer.masks_equal:
        text = _fitting(("= same mask", "= same", "="), m.small, column.room)
        return [Text(column.x, y, text, m.small, ink.good, weight=Weight.SEMIBOLD, role="same mask")] if text else []
    told = (f"{' and '.join(off)} gate{'s' if len(off) > 1 else ''} off", "off") if off else ("two masks", "two")
    text = _fitting(told, m.small, column.room)
    return [Text(column.x, y, text, m.small, ink.muted, role="two masks")] if text else []


def _fitting(texts: tuple[str, ...], size: float, room: float) -> str:
    """The first of `texts` that does not touch the one under the next layer; "" where none is short enough."""
    return next((text for text in texts if text_width(text, size) <= room - 0.3 * size), "")


def _no_mask(column: Column, scenery: Scenery) -> Item:
    m, colour = scenery.layout.metrics, scenery.ink.muted
    y = strip_of(scenery, column.index).backward - 2 * m.unit
    return Text(column.x, y, _fitting(("no mask", "none", "–"), m.small, column.room), m.small, colour, role="no mask")


def strip_words(hand: Stagehand) -> list[Text]:
    """What the strips are, at their left."""
    m, ink = hand.layout.metrics, hand.ink
    with_mask = [layer for layer in hand.view.layers[1:] if layer.gain is not None]
    if not with_mask:
        return []
    strip = strip_of(hand.scenery, with_mask[0].index)
    x = strip.left - 12 * m.unit
    if x < text_width("backward mask", m.small):  # no room beside it: the legend tells which is which
        return []
    items: list[Text] = []
    for y, text in ((strip.forward, "forward mask"), (strip.backward, "backward mask")):
        items.append(Text(x, y + strip.tall / 2, text, m.small, ink.muted, Align.RIGHT, role="strip name"))
    if strip.raster:
        shown, samples = round(strip.raster / strip.row), hand.scenery.samples
        text = f"{samples} samples" if shown == samples else f"{shown} of {samples} samples"
        y = strip.forward - 4 * m.unit - strip.raster / 2
        items.append(Text(x, y, text, m.small, ink.muted, Align.RIGHT, role="strip name"))
    return items
