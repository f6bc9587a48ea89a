"""Mask strips under every layer: forward mask above, backward mask below, one cell a neuron, in unit order.

Cells that agree are joined. For a mini-batch, a raster above and below the strips shows every sample of it.
"""

from dataclasses import dataclass, replace

import numpy as np

from twostroke.engine.border.cursor import Phase
from twostroke.gui.look.colour import Packed, mix, mixes, shades
from twostroke.gui.model.once import lately, once
from twostroke.gui.model.switched import has_switches, own_off
from twostroke.gui.model.view import LayerView
from twostroke.gui.stage.scene.alike import Group, groups
from twostroke.gui.stage.scene.film import MEETS, Progress
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import (
    NONE,
    Align,
    Floats,
    Item,
    RasterTarget,
    Rects,
    Text,
    Weight,
    lines,
    rects,
    same_text,
)
from twostroke.gui.stage.scene.layout import Column, Layout, raster_height, strip_cell, strip_gap, text_width
from twostroke.gui.stage.scene.stagehand import Scenery, Stagehand

SHUT = 0.22
"""How much of a shut gate's colour a cell has whose mask is 0."""

LIT = 0.65
"""When a mask is fully shown, as a share of the gate's phase."""

LEAST_ROW = 1.5
"""Thinnest row of a raster, in pixels."""


STRIP_NAMES = (("forward mask", "backward mask"), ("forward", "backward"))
"""What stands beside the strips, as long as there is room for it."""


@dataclass(frozen=True)
class Strip:
    """Where one layer's strips are."""

    left: float
    units: int
    cell: float  # width of a cell
    tall: float  # height of a cell
    forward: float  # top of the row
    backward: float
    raster: float  # height of each raster, 0 for none
    row: float  # height of one of its rows


def strips(hand: Stagehand) -> tuple[tuple[Item, ...], ...]:
    """The strips of each layer; nothing for the input, nor where the picture is too low for them."""
    if not hand.layout.bands.strips_height:
        return ((),) * len(hand.view.layers)
    found: dict[int, tuple[Item, ...]] = {0: ()}
    for group in groups(hand):
        if group.layer.index:
            below = _no_masks(group, hand.scenery) if group.layer.gain is None else _masks(hand, group)
            found.update(zip((column.index for column in group.columns), below, strict=True))
    return tuple(items for _, items in sorted(found.items()))


def _masks(hand: Stagehand, group: Group) -> list[tuple[Item, ...]]:
    """Of each layer of the group."""
    scenery, (forward, backward) = hand.scenery, _known(hand, group.layer)
    if len(group.columns) == 1:
        sides = _side(group.layer, scenery, forward, -1), _side(group.layer, scenery, backward, 1)
        return [(*sides[0], *sides[1], *_agreement(group.layer, scenery, _both_known(group.layer, forward, backward)))]
    indices = [column.index for column in group.columns]
    rows = (_rows(group.layer, indices, scenery, shown.share, side) for shown, side in ((forward, -1), (backward, 1)))
    return [
        (upper, lower, *_agreed(scenery.layout, scenery.samples, scenery.ink, _said(hand.view.layers[index])))
        for index, upper, lower in zip(indices, *rows, strict=True)
    ]


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
    return Strip(column.x - units * cell / 2, units, cell, tall, forward, forward + tall + strip_gap(m), raster, row)


def raster_of(layout: Layout, samples: int) -> tuple[float, float]:
    """Height of a raster and of one of its rows; 0 where there is no mini-batch of several samples."""
    if samples < 2:
        return 0.0, 0.0
    height = raster_height(layout.metrics)
    row = max(min(height / samples, 5.0 * layout.metrics.unit), LEAST_ROW)
    return min(samples, int(height / row)) * row, row


def raster_targets(hand: Stagehand, layer: LayerView) -> tuple[RasterTarget, ...]:
    """Where the samples of the rasters of a layer that are shown can be chosen."""
    if layer.index == 0 or hand.scenery.samples < 2:
        return ()
    strip = strip_of(hand.scenery, layer.index)
    return tuple(
        _raster_target(layer, hand.scenery, strip, side)
        for shown, raster, side in zip(
            _known(hand, layer), (layer.forward_raster, layer.backward_raster), (-1, 1), strict=True
        )
        if strip.raster and raster is not None and not shown.none
    )


@lately
def _raster_target(layer: LayerView, scenery: Scenery, strip: Strip, side: int) -> RasterTarget:
    rows, right = round(strip.raster / strip.row), strip.left + layer.units * strip.cell
    first = min(max(scenery.row - rows // 2, 0), scenery.samples - rows)  # about the one shown, unless all fit
    away = 4 * scenery.unit
    top = strip.forward - away - strip.raster if side < 0 else strip.backward + strip.tall + away
    return RasterTarget(strip.left, right, top, strip.row, first, rows)


def _known(hand: Stagehand, layer: LayerView) -> tuple[Progress, Progress]:
    """How far forward and backward mask have been shown: not before what they let through has met the gate."""
    forward, backward = (hand.film.at(phase, layer.index) for phase in (Phase.GATE, Phase.GATE_BACK))
    return forward.part(MEETS, LIT).smooth(), backward.part(MEETS, LIT).smooth()


def _both_known(layer: LayerView, forward: Progress, backward: Progress) -> float:
    """How far both masks of all neurons have been shown."""
    return min(forward.least(layer.units), backward.least(layer.units))


@lately
def _side(layer: LayerView, scenery: Scenery, at: Progress, side: int) -> list[Item]:
    """One mask and its raster: `side` -1 the forward one, above; 1 the backward one."""
    strip = strip_of(scenery, layer.index)
    mask, tint = _mask(layer, scenery.ink, side)
    raster = layer.forward_raster if side < 0 else layer.backward_raster
    items: list[Item] = [_row(scenery, layer, mask, at, tint, side), *_hatched(scenery, layer, strip, at, side)]
    if strip.raster and raster is not None and not at.none:
        items += _raster(scenery, layer, strip, raster, at.each(layer.units), tint, side)
    return items


def _hatched(scenery: Scenery, layer: LayerView, strip: Strip, at: Progress, side: int) -> list[Item]:
    """A stroke through the cells of neurons whose own gate is off: what stands there is no work of a gate."""
    off = own_off(layer, backward=side > 0)
    if off is None or strip.cell < 3:
        return []
    seen = off & np.broadcast_to(np.greater(at.each(layer.units), 0), layer.units)
    x, y = strip.left + np.flatnonzero(seen) * strip.cell, strip.forward if side < 0 else strip.backward
    wide = strip.cell - (1.5 if strip.cell >= 6 else 0.5)
    ink = scenery.ink
    halo = lines(x, y + strip.tall, x + wide, y, 4.0, ink.background, f"off {layer.index}")
    return [halo, lines(x, y + strip.tall, x + wide, y, 1.6, ink.warning, f"off {layer.index}")] if seen.any() else []


def _rows(layer: LayerView, indices: list[int], scenery: Scenery, shown: float, side: int) -> list[Rects]:
    """One mask of each of several layers that are put together as `layer`: of their cells only the colours change."""
    mask, tint = _mask(layer, scenery.ink, side)
    assert mask is not None
    cells = [_cells(scenery.layout, scenery.samples, index, side) for index in indices]
    ends = np.cumsum([len(row.x) for row in cells])
    colours = np.split(_shade(scenery.ink, mask, tint, shown), ends[:-1])
    return [row.filled(fill) for row, fill in zip(cells, colours, strict=True)]


def _mask(layer: LayerView, ink: Ink, side: int) -> tuple[Floats | None, int]:
    """One of a layer's masks, and its colour."""
    if side < 0:
        return layer.forward_mask, ink.signal_positive
    return layer.backward_mask, ink.gradient_negative


@dataclass(frozen=True)
class Said:
    """What there is to say of the two masks of a layer."""

    layer: int
    equal: bool
    off: tuple[str, ...]  # strokes that pass by the gate
    some: bool = False  # whether a stroke passes by single gates


def _said(layer: LayerView) -> Said:
    off = tuple(word for word, on in (("forward", layer.gate_forward), ("backward", layer.gate_backward)) if not on)
    return Said(layer.index, layer.masks_equal, off, has_switches(layer))


@lately
def _agreement(layer: LayerView, scenery: Scenery, shown: float) -> list[Item]:
    """Whether both masks are one: in words once both strokes have been shown, never before."""
    if shown < 1 or layer.forward_mask is None:
        return _joints(strip_of(scenery, layer.index), scenery.unit, scenery.ink, _said(layer), shown)
    return _agreed(scenery.layout, scenery.samples, scenery.ink, _said(layer))


@once
def _agreed(layout: Layout, samples: int, ink: Ink, said: Said) -> list[Item]:
    strip = _strip(layout, said.layer, samples)
    return _joints(strip, layout.metrics.unit, ink, said, 1.0) + _verdict(layout, strip, ink, said)


def _shade(ink: Ink, mask: Floats, tint: int, shown: Floats | float) -> Packed:
    """0 is a quiet grey, in the light theme too; 1 and more has the full tint; negative factors the warning colour."""
    share = np.where(mask == 0, 0.0, 0.1 + 0.9 * np.minimum(np.abs(mask), 1.0)) * shown
    open_ = np.where(mask < 0, shades(ink.rest, ink.warning, share), shades(ink.rest, tint, share))
    if isinstance(shown, float):
        shut: Packed | int = mix(ink.rest, ink.shut, SHUT * shown)
    else:
        shut = mixes(ink.rest, np.full(mask.shape, ink.shut, dtype=np.int32), SHUT * shown)
    out: Packed = np.where(mask == 0, shut, open_)
    return out


def _row(scenery: Scenery, layer: LayerView, mask: Floats | None, at: Progress, tint: int, side: int) -> Rects:
    cells, shown = _cells(scenery.layout, scenery.samples, layer.index, side), at.each(layer.units)
    if mask is not None and not at.none and isinstance(shown, float):
        return cells.filled(_shade(scenery.ink, mask, tint, shown))
    edge = np.full(layer.units, scenery.ink.outline, dtype=np.int32)
    if mask is None or at.none:
        return replace(cells, border=edge, role=f"{cells.role} unknown")
    seen, fill = np.greater(shown, 0), _shade(scenery.ink, mask, tint, shown)
    return replace(cells, fill=np.where(seen, fill, NONE), border=np.where(seen, NONE, edge))


@once
def _cells(layout: Layout, samples: int, layer: int, side: int) -> Rects:
    """The cells of one mask, without their colours."""
    strip = _strip(layout, layer, samples)
    gap = 1.5 if strip.cell >= 6 else 0.5 if strip.cell >= 3 else 0.0
    x = strip.left + np.arange(strip.units) * strip.cell
    top = strip.forward if side < 0 else strip.backward
    name = f"strip {'forward' if side < 0 else 'backward'} {layer}"
    return rects(x, top, strip.cell - gap, strip.tall, corner=1.5, role=name)


def _raster(
    scenery: Scenery, layer: LayerView, strip: Strip, raster: Floats, shown: float | Floats, tint: int, side: int
) -> list[Item]:
    """Samples down, neurons across; a mark at the sample that the neurons show."""
    ink, u = scenery.ink, scenery.unit
    place = _raster_target(layer, scenery, strip, side)
    first, top = place.first, place.top
    seen = raster[first : first + place.rows]
    gap = 1.0 if strip.cell >= 6 else 0.0
    thin = 0.75 if strip.row >= 3 else 0.0
    xs = strip.left + np.tile(np.arange(layer.units), len(seen)) * strip.cell
    ys = top + np.repeat(np.arange(len(seen)), layer.units) * strip.row
    each = shown if isinstance(shown, float) else np.tile(shown, len(seen))
    colours = _shade(ink, seen.ravel(), mix(ink.background, tint, 0.75), each)
    if not isinstance(each, float):
        some = each > 0
        xs, ys, colours = xs[some], ys[some], colours[some]
    name = f"raster {'forward' if side < 0 else 'backward'} {layer.index}"
    items: list[Item] = [rects(xs, ys, strip.cell - gap, strip.row - thin, colours, role=name)]
    at = scenery.row - first
    if 0 <= at < len(seen):
        y = top + (at + 0.5) * strip.row
        x = [strip.left - 5 * u, place.right + 1.5 * u]
        items.append(lines(x, y, np.add(x, 3 * u), y, max(1.5, min(strip.row, 2.5)), ink.text, "row mark"))
    return items


def _joints(strip: Strip, u: float, ink: Ink, said: Said, shown: float) -> list[Item]:
    """A short link between the two cells of each neuron, where both masks are one."""
    if shown <= 0 or not said.equal or strip.cell < 3:
        return []
    x = strip.left + (np.arange(strip.units) + 0.5) * strip.cell - 0.75
    y = strip.forward + strip.tall
    colour = mix(ink.background, ink.good, shown)
    wide = max(1.2, min(0.22 * strip.cell, 3 * u))
    return [lines(x, y + 0.5, x, strip.backward - 0.5, wide, colour, f"joint {said.layer}")]


BOLDER = 1.08
"""How much wider the letters of a verdict are than others."""


def _verdict(layout: Layout, strip: Strip, ink: Ink, said: Said) -> list[Item]:
    m, column, off = layout.metrics, layout.columns[said.layer], said.off
    y = strip.backward + strip.tall + (strip.raster + 6 * m.unit if strip.raster else 2 * m.unit) + m.small * 0.75
    if said.equal:
        text = _fitting(("= same mask", "= same", "="), BOLDER * m.small, column.room)
        return [Text(column.x, y, text, m.small, ink.good, weight=Weight.SEMIBOLD, role="same mask")] if text else []
    told = (f"{' and '.join(off)} gate{'s' if len(off) > 1 else ''} off", "off") if off else _apart(said)
    text = _fitting(told, m.small, column.room)
    return [Text(column.x, y, text, m.small, ink.muted, role="two masks")] if text else []


def _apart(said: Said) -> tuple[str, ...]:
    return ("not all gates on", "some off", "off") if said.some else ("two masks", "two")


def _fitting(texts: tuple[str, ...], size: float, room: float) -> str:
    """The first of `texts` that does not touch the one under the next layer; "" where none is short enough."""
    return next((text for text in texts if text_width(text, size) <= room - 0.3 * size), "")


def _no_masks(group: Group, scenery: Scenery) -> list[tuple[Item, ...]]:
    return [(_no_mask(column, scenery),) for column in group.columns]


def _no_mask(column: Column, scenery: Scenery) -> Item:
    m, colour = scenery.layout.metrics, scenery.ink.muted
    y = strip_of(scenery, column.index).backward - 2 * m.unit
    return Text(column.x, y, _fitting(("no mask", "none", "–"), m.small, column.room), m.small, colour, role="no mask")


def strip_words(hand: Stagehand) -> list[Text]:
    """What the strips are, at their left."""
    m, ink = hand.layout.metrics, hand.ink
    with_mask = [layer for layer in hand.view.layers[1:] if layer.gain is not None]
    if not with_mask or not hand.layout.bands.strips_height:
        return []
    strip = strip_of(hand.scenery, with_mask[0].index)
    x = strip.left - 12 * m.unit
    names = [n for n in STRIP_NAMES if text_width(n[1], m.small) <= x - 4]
    if not names:  # no room beside it: the legend tells which is which
        return []
    items: list[Text] = []
    for y, text in zip((strip.forward, strip.backward), names[0], strict=True):
        items.append(same_text(x, y + strip.tall / 2, text, m.small, ink.muted, Align.RIGHT, role="strip name"))
    if strip.raster:
        shown, samples = round(strip.raster / strip.row), hand.scenery.samples
        text = f"{samples} samples" if shown == samples else f"{shown} of {samples} samples"
        y = strip.forward - 4 * m.unit - strip.raster / 2
        if text_width(text, m.small) <= x - 4:
            items.append(same_text(x, y, text, m.small, ink.muted, Align.RIGHT, role="strip name"))
    return items
