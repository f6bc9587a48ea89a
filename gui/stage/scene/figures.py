"""The number of each neuron: in its disc, smaller before it touches the edge; else below the disc, where nothing else
is; else on a plate, for the neuron that stands out. No number is smaller than 11 pixels where it is seen.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from twostroke.gui.look.colour import Packed, mix, readable_on
from twostroke.gui.model.numbers import brief, power
from twostroke.gui.model.once import once
from twostroke.gui.model.view import LayerView
from twostroke.gui.stage.scene.alike import Spots
from twostroke.gui.stage.scene.items import Align, Floats, Item, Text, Weight, rects, same_text
from twostroke.gui.stage.scene.layout import Layout, ring_width
from twostroke.gui.stage.scene.stagehand import Scenery

LEAST = 11.0
"""Pixels."""

BESIDE_CROSS = 0.95
"""Size of a number that has a cross beside it, in radii of the disc, where it is short: it is to be read first."""

WIDTHS = dict.fromkeys("0234568", 0.65) | {"1": 0.415, "7": 0.575, "9": 0.63, ".": 0.305, ",": 0.305, "·": 0.305}
WIDTHS |= dict.fromkeys("⁻⁰²³⁴⁵⁶⁷⁸⁹", 0.46) | {"¹": 0.3}
"""Of the characters of a number in Inter, in sizes of the text; others are as wide as the true minus sign."""

OTHERS = 0.67

CAPITAL = 0.365
"""Half the height of a digit, in sizes of the text."""

MARGIN = 1.0
"""Pixels that a number leaves free of its disc, both sides together."""

FEW = 64
"""With up to so many neurons in the picture, numbers that have no room in the discs stand below them: they take time to
paint, and a deep network has no eye left for them."""


def figure_width(text: str, size: float) -> float:
    """How wide a number is in pixels."""
    return size * _sizes_wide(text)


@lru_cache(maxsize=4_096)  # of three digits there are not many more, and a live picture asks for some hundred
def _sizes_wide(text: str) -> float:
    return sum(WIDTHS.get(c, OTHERS) for c in text)


@lru_cache(maxsize=256)
def largest(text: str, radius: float, size: float) -> float | None:
    """The size, `size` at most, at which `text` stands in a disc without touching it; None where none is readable."""
    while size >= LEAST:
        room = 2 * math.sqrt(max(radius**2 - (CAPITAL * size) ** 2, 0.0)) - MARGIN
        if figure_width(text, size) <= room:
            return size
        size = LEAST if LEAST < size < LEAST + 0.5 else size - 0.5
    return None


def has_room_inside(radius: float) -> bool:
    """Whether numbers have room in discs of that radius."""
    return largest("0.00", radius, LEAST) is not None


def closer(scenery: Scenery, spots: Spots) -> float:
    """How many times smaller numbers are in the scene, where they have room in magnified discs alone."""
    near = scenery.layout.near if scenery.layout.columns[spots.index].near == 1.0 else 1.0
    return near if not has_room_inside(spots.radius) and has_room_inside(near * spots.radius) else 1.0


def shorter(value: float, fine: bool = False) -> tuple[str, ...]:
    """`value` as it is written, then without a zero before the point, then with fewer digits, each rounded from the
    number itself; `fine` where small ones count.
    """
    text = power(value, 0) if fine and 0 < abs(value) < 0.005 else brief(value)
    if abs(value) >= 9_999.5 or not math.isfinite(value) or abs(value) < 0.005:
        return (text,)
    sign, size = "−" if value < 0 else "", abs(value)
    bare = (text.replace("0.", ".", 1),) if text.startswith(f"{sign}0.") else ()
    one = (f"{sign}{size:.1f}",) if size >= 0.05 else ()
    return tuple(dict.fromkeys((text, *bare, *one, *((f"{sign}{size:.0f}",) if size >= 9.5 else ()))))


class _Writing(NamedTuple):
    """How the numbers of a layer are written."""

    fine: bool  # small ones count
    signed: bool  # some have a sign before a zero

    @property
    def sign(self) -> str:
        return "−" if self.signed else ""


def _room_for(text: str, writing: _Writing) -> str:
    """What has to have room for `text` to be written: of one with a zero before the point the widest of as many digits
    in its layer, so that all of them have that zero, or none.
    """
    before, point, digits = text.partition(".")
    return f"{writing.sign}0.{'0' * len(digits)}" if point and before in ("0", "−0") else text


def numbers(
    scenery: Scenery, layer: LayerView, spots: Spots, values: Floats, fill: Packed, alive: np.ndarray, fine: bool
) -> list[Item] | None:
    """Of the neurons that are `alive`; None where discs have no room and there is none below them either."""
    alive = alive & ~np.isnan(values)
    writing = _Writing(fine, bool(np.any(alive & (values < 0) & (values > -1))))
    radius = closer(scenery, spots) * spots.radius
    usual = min(0.62 * radius, 24.0 * scenery.unit)
    size = largest("−0.00", radius, max(usual, LEAST)) or LEAST
    if has_room_inside(radius):
        bold = layer.crossed_beside
        sizes = np.where(bold, max(size, min(BESIDE_CROSS * radius, 24.0 * scenery.unit)), size)
        return [
            _inside(scenery, spots, u, values, fill, float(sizes[u]), writing, bool(bold[u]))
            for u in np.flatnonzero(alive).tolist()
        ]
    if _has_room_below(scenery, spots):
        keep = scenery.emphasis(layer)
        texts = (
            _below(scenery, spots, u, float(values[u]), float(keep[u]), writing) for u in np.flatnonzero(alive).tolist()
        )
        return [text for text in texts if text is not None]
    return None


def _inside(
    scenery: Scenery, spots: Spots, unit: int, values: Floats, fill: Packed, size: float, writing: _Writing, bold: bool
) -> Text:
    value, by = float(values[unit]), closer(scenery, spots)
    found = (
        (text, largest(_room_for(text, writing), by * spots.radius, size)) for text in shorter(value, writing.fine)
    )
    text, fits = next(((t, s) for t, s in found if s is not None), ("", LEAST))
    if not text and _has_room_below(scenery, spots):  # a power of ten
        below = _below(scenery, spots, unit, value, 1.0, writing)
        if below is not None:
            return below
    text = text or ("+" if value > 0 else "−")
    colour = readable_on(int(fill[unit])) if value != 0 or bold else scenery.ink.muted
    x, y = float(spots.xs[unit]), float(spots.ys[unit])
    return same_text(x, y, text, fits / by, colour, Align.CENTRE, Weight.MEDIUM, role=f"number {spots.index}")


def _has_room_below(scenery: Scenery, spots: Spots) -> bool:
    """Whether a line of text has room between two neurons of a layer."""
    return _are_few(scenery.layout) and _free_below(spots, scenery.unit) >= 1.3 * LEAST


@once
def _are_few(layout: Layout) -> bool:
    return sum(len(column.xs) for column in layout.columns if column.block is None) <= FEW


@once
def _free_below(spots: Spots, unit: float) -> float:
    """Pixels between two neurons with their rings."""
    rows = np.diff(np.unique(spots.ys))
    return float(rows.min(initial=np.inf)) - 2 * (spots.radius + ring_width(spots.radius, unit))


def _below(scenery: Scenery, spots: Spots, unit: int, value: float, keep: float, writing: _Writing) -> Text | None:
    """Between where links arrive and the gate: nothing else is drawn there."""
    ink, x, ring = scenery.ink, float(spots.xs[unit]), ring_width(spots.radius, scenery.unit)
    left, right = 2 * x - float(spots.start[unit]), float(spots.gate_x[unit])
    texts = shorter(value, writing.fine) + (("≈0",) if abs(value) < 0.05 else ())
    fitting = (text for text in texts if figure_width(_room_for(text, writing), LEAST) <= right - left)
    text = next(fitting, None)
    if text is None:
        return None
    half = figure_width(text, LEAST) / 2
    y = float(spots.ys[unit]) + spots.radius + ring + 0.6 * LEAST
    colour = mix(ink.background, ink.text, 0.9 * keep)
    at = min(max(x, left + half), right - half)
    return Text(at, y, text, LEAST, colour, Align.CENTRE, Weight.MEDIUM, role=f"number {spots.index}")


def plates(scenery: Scenery, layer: LayerView, spots: Spots, values: Floats, fill: Packed, fine: bool) -> list[Item]:
    """The numbers of the neurons that stand out, where the others have none: the disc grows to the left for them."""
    items: list[Item] = []
    for ref in {scenery.focus, scenery.pinned} - {None}:
        if ref is None or ref.layer != layer.index or not 0 <= ref.unit < layer.units or np.isnan(values[ref.unit]):
            continue
        at, radius = ref.unit, spots.radius
        text, colour = shorter(float(values[at]), fine)[0], int(fill[at])
        tall = max(2 * radius, 1.3 * LEAST)
        wide = max(figure_width(text, LEAST) + 0.7 * LEAST, 2 * radius)
        right, y = float(spots.xs[at]) + radius, float(spots.ys[at])
        ink = scenery.ink
        items += [
            rects(
                right - wide, y - tall / 2, wide, tall, colour, ink.accent, tall / 2, 1.2, role=f"plate {layer.index}"
            ),
            Text(
                right - wide / 2,
                y,
                text,
                LEAST,
                readable_on(colour),
                weight=Weight.MEDIUM,
                role=f"number {layer.index}",
            ),
        ]
    return items
