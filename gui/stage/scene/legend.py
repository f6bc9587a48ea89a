"""The legend: always there, fixed scales, their units. It tells what every mark means."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np

from twostroke.gui.look.colour import mix
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import NONE, Align, Item, Text, discs, lines, rects
from twostroke.gui.stage.scene.layout import LEGEND_ROW, Metrics, text_width
from twostroke.gui.stage.scene.lenses import Lens, Scale
from twostroke.gui.stage.scene.signs import dashed_ring, locks, snips

BAR = 96.0


class Signs(NamedTuple):
    """Marks that only some pictures can have."""

    dropout: bool = False  # neurons silenced by dropout
    negative: bool = False  # gates whose mask is negative
    cut: bool = False
    frozen: bool = False


NO_SIGNS = Signs()


@dataclass(frozen=True)
class Entry:
    """One mark with its words: how wide the mark is, and how to draw it at (x, y)."""

    width: float
    text: str
    draw: Callable[[float, float], list[Item]]


def entries(m: Metrics, ink: Ink, lens: Lens, signs: Signs = NO_SIGNS) -> tuple[Entry, ...]:
    """The legend's entries in reading order; the signs only where there can be some."""
    u = max(m.unit, 0.8)
    turned = (
        (Entry(9 * u, "mask < 0: the sign flips", lambda x, y: _negative_gate(ink, x, y, u)),) if signs.negative else ()
    )
    silenced = (Entry(13 * u, "silenced by dropout", lambda x, y: _silenced(ink, x, y, u)),) if signs.dropout else ()
    cut = (Entry(34 * u, "cut", lambda x, y: _cut(ink, x, y, u)),) if signs.cut else ()
    frozen = (Entry(9 * u, "frozen", lambda x, y: locks(x + 4 * u, y, 8 * u, ink.muted, ink.background)),)
    return (
        *(Entry(BAR * u + 36 * u, scale.words, partial(_bar, m, ink, scale)) for scale in lens.scales),
        Entry(14 * u, "signal w · a", lambda x, y: [discs(x + 5 * u, y, 4.5 * u, ink.signal_positive)]),
        Entry(
            14 * u, "gradient w · δ", lambda x, y: [discs(x + 5 * u, y, 4.2 * u, NONE, ink.gradient_negative, 2.0 * u)]
        ),
        Entry(9 * u, "shut gate", lambda x, y: [rects(x, y - 8 * u, 5 * u, 16 * u, ink.shut, NONE, 1.5 * u)]),
        Entry(12 * u, "dead", lambda x, y: _cross(ink, x, y, u)),
        *silenced,
        *cut,
        *(frozen if signs.frozen else ()),
        Entry(9 * u, "open: forward above, backward below", lambda x, y: _open_gate(ink, x, y, u)),
        *turned,
        Entry(24 * u, "w < 0, w > 0, width |w|", lambda x, y: _link_pair(ink, x, y, u)),
    )


@lru_cache(maxsize=16)
def legend_rows(m: Metrics, ink: Ink, lens: Lens, extra: str = "", signs: Signs = NO_SIGNS) -> int:
    """How many rows the legend takes in a picture of that width."""
    return len(_rows(m, entries(m, ink, lens, signs), extra))


def _rows(m: Metrics, all_entries: tuple[Entry, ...], extra: str) -> list[list[Entry]]:
    """As few rows as the width allows, about equally long."""
    shown = [*all_entries, *([Entry(0.0, extra, lambda x, y: [])] if extra else [])]
    wide = [_width(m, entry) + _gap(m) for entry in shown]
    room = max(m.width - 2 * m.margin + _gap(m), 1.0)
    count = max(math.ceil(sum(wide) / room), 1)
    while True:
        rows = _split(shown, wide, sum(wide) / count)
        if count >= len(shown) or all(sum(_width(m, e) + _gap(m) for e in row) <= room for row in rows):
            return rows
        count += 1


def _split(shown: list[Entry], wide: list[float], goal: float) -> list[list[Entry]]:
    """In rows of about the length `goal`: an entry belongs to the row in which its middle falls."""
    rows: dict[int, list[Entry]] = {}
    passed = 0.0
    for entry, width in zip(shown, wide, strict=True):
        rows.setdefault(int((passed + width / 2) / goal), []).append(entry)
        passed += width
    return list(rows.values())


def _gap(m: Metrics) -> float:
    return 20.0 * max(m.unit, 0.75)


def _width(m: Metrics, entry: Entry) -> float:
    return entry.width + 5 * m.unit + text_width(entry.text, m.small)


@lru_cache(maxsize=16)  # the same in all frames of a size, a theme and a lens, and a seventh of the work of a small one
def legend(m: Metrics, ink: Ink, lens: Lens, top: float, extra: str = "", signs: Signs = NO_SIGNS) -> tuple[Item, ...]:
    """All rows, each centred; `extra` is a last entry without a mark, e.g. how many links are drawn."""
    items: list[Item] = []
    for at, row in enumerate(_rows(m, entries(m, ink, lens, signs), extra)):
        y = top + (at + 0.5) * m.small * LEGEND_ROW
        x = (m.width - sum(_width(m, e) for e in row) - _gap(m) * (len(row) - 1)) / 2
        for entry in row:
            items += entry.draw(x, y)
            words = Text(x + entry.width + 5 * m.unit, y, entry.text, m.small, ink.muted, Align.LEFT, role="legend")
            items.append(words)
            x += _width(m, entry) + _gap(m)
    return tuple(items)


def _bar(m: Metrics, ink: Ink, scale: Scale, x: float, y: float) -> list[Item]:
    """All colours of a scale side by side, with the numbers at both ends."""
    u = max(m.unit, 0.8)
    colours = scale.shades(ink, ink.rest, scale.marks, scale.strength(scale.marks))
    side = 20 * u
    step = BAR * u / len(colours)
    left = x + side + np.arange(len(colours)) * step
    frame = rects(x + side - 1, y - 5 * u - 1, BAR * u + 2, 10 * u + 2, mix(ink.background, ink.line, 0.9))
    return [
        Text(x + side - 4 * u, y, scale.ends[0], m.small, ink.muted, Align.RIGHT, role="legend"),
        frame,
        rects(left, y - 5 * u, step + 0.6, 10 * u, colours, role="legend bar"),
        Text(x + side + BAR * u + 5 * u, y, scale.ends[1], m.small, ink.muted, Align.LEFT, role="legend"),
    ]


def _open_gate(ink: Ink, x: float, y: float, u: float) -> list[Item]:
    return [
        rects(x, y - 8.5 * u, 5 * u, 6 * u, ink.signal_positive, NONE, 1.5 * u),
        rects(x, y + 2.5 * u, 5 * u, 6 * u, ink.gradient_negative, NONE, 1.5 * u),
    ]


def _negative_gate(ink: Ink, x: float, y: float, u: float) -> list[Item]:
    return [rects(x, [y - 8.5 * u, y + 2.5 * u], 5 * u, 6 * u, ink.warning, NONE, 1.5 * u)]


def _cross(ink: Ink, x: float, y: float, u: float) -> list[Item]:
    """As on a dead neuron."""
    left, right, top, bottom = x + 1 * u, x + 10 * u, y - 4.5 * u, y + 4.5 * u
    return [lines([left, left], [top, bottom], [right, right], [bottom, top], max(1.5, 1.5 * u), ink.muted)]


def _silenced(ink: Ink, x: float, y: float, u: float) -> list[Item]:
    """As behind the gate of a neuron that dropout silences."""
    arm = 3.4 * u
    return [
        discs(x + 6 * u, y, 4.8 * u, NONE, ink.warning, max(1.2, 1.3 * u)),
        lines(x + 6 * u - arm, y + arm, x + 6 * u + arm, y - arm, max(1.2, 1.3 * u), ink.warning),
    ]


def _cut(ink: Ink, x: float, y: float, u: float) -> list[Item]:
    """A cut link, and a cut neuron."""
    way = mix(ink.background, ink.muted, 0.45)
    return [
        lines([x, x + 13 * u], y, [x + 6 * u, x + 19 * u], y, max(1.0, u), way),
        snips([x + 7 * u, x + 12 * u], y, 1.0, 0.0, 4 * u, max(1.2, 1.3 * u), ink.muted),
        dashed_ring(x + 28 * u, y, 5.5 * u, max(1.2, 1.3 * u), ink.muted),
    ]


def _link_pair(ink: Ink, x: float, y: float, u: float) -> list[Item]:
    ys = [y - 3.5 * u, y + 3.5 * u]
    return [lines(x, ys, x + 20 * u, ys, [1.5 * u, 3 * u], [ink.signal_negative, ink.signal_positive])]
