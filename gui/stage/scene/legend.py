"""The legend: always there, fixed scales, their units. It tells what every mark means."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np

from twostroke.gui.look.colour import mix
from twostroke.gui.stage.scene.dashes import dashed
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import NONE, Align, Item, Text, discs, lines, rects
from twostroke.gui.stage.scene.layout import LEGEND_ROW, Metrics, text_width
from twostroke.gui.stage.scene.lenses import GRADIENT, SIGNAL, Lens, Scale
from twostroke.gui.stage.scene.signs import dashed_ring, dot, hatch, locks, snips

BAR = 96.0


class Signs(NamedTuple):
    """Marks that only some pictures can have."""

    dropout: bool = False  # neurons silenced by dropout
    negative: bool = False  # gates whose mask is negative
    pulses: bool = False  # they travel in a film, on the scales of signal and gradient
    cut: bool = False
    frozen: bool = False
    off: bool = False  # gates that a stroke passes by
    apart: bool = False  # what another network does not have is no difference
    both: bool = False  # for the main network as well, seen through a lens of its own
    compared: int = 0  # with so many digits the numbers are compared with the main network's; 0: they are not


NO_SIGNS = Signs()


@dataclass(frozen=True)
class Entry:
    """One mark with its words: how wide the mark is, and how to draw it at (x, y)."""

    width: float
    text: str
    draw: Callable[[float, float], list[Item]]
    loud: bool = False


class Notes(NamedTuple):
    """What it says in words only; "" for nothing."""

    lacks: str = ""  # beside the lens: what it does not know, and why
    hidden: str = ""  # in the end: what is not drawn
    uncompared: str = ""  # why nothing is compared with the main network's


NO_NOTES = Notes()


def entries(m: Metrics, ink: Ink, lens: Lens, notes: Notes = NO_NOTES, signs: Signs = NO_SIGNS) -> tuple[Entry, ...]:
    """The legend's entries in reading order; the signs only where there can be some."""
    scales = (*lens.scales, *scales_beside(signs))
    return (*of_lens(m, ink, lens, notes.lacks, scales), *of_marks(m, ink, notes, signs))


def scales_beside(signs: Signs) -> tuple[Scale, ...]:
    """Those that marks have besides what the lens shows."""
    return (SIGNAL, GRADIENT) if signs.pulses or signs.both else ()


def of_lens(m: Metrics, ink: Ink, lens: Lens, lacks: str, scales: Iterable[Scale]) -> tuple[Entry, ...]:
    """What it is called, what it does not know, and scales."""
    u = max(m.unit, 0.8)
    chip = Entry(13 * u, lens.title, partial(_chip, m, ink, lens), loud=True)
    return (chip, *_words(lacks), *of_scales(m, ink, scales))


def of_scales(m: Metrics, ink: Ink, scales: Iterable[Scale]) -> tuple[Entry, ...]:
    """Each scale once."""
    u = max(m.unit, 0.8)
    each = dict.fromkeys(scales)
    return tuple(Entry(BAR * u + sum(_sides(m, scale)), scale.words, partial(_bar, m, ink, scale)) for scale in each)


def of_marks(m: Metrics, ink: Ink, notes: Notes, signs: Signs) -> tuple[Entry, ...]:
    """What every lens has."""
    u = max(m.unit, 0.8)
    turned = (
        (Entry(9 * u, "mask < 0: the sign flips", lambda x, y: _negative_gate(ink, x, y, u)),) if signs.negative else ()
    )
    silenced = (Entry(13 * u, "silenced by dropout", lambda x, y: _silenced(ink, x, y, u)),) if signs.dropout else ()
    cut = (Entry(34 * u, "cut", lambda x, y: _cut(ink, x, y, u)),) if signs.cut else ()
    frozen = (Entry(9 * u, "frozen", lambda x, y: locks(x + 4 * u, y, 8 * u, ink.muted, ink.background)),)
    other = f"differs from the main network at {signs.compared} digits"
    compared = (Entry(9 * u, other, lambda x, y: [dot(x + 4 * u, y, u, ink.text, ink.background)]),)
    none = Entry(13 * u, "no counterpart in network A", lambda x, y: _hatched(ink, x, y, u))
    return (
        Entry(14 * u, "signal w · a", lambda x, y: [discs(x + 5 * u, y, 4.5 * u, ink.signal_positive)]),
        Entry(
            14 * u, "gradient w · δ", lambda x, y: [discs(x + 5 * u, y, 4.2 * u, NONE, ink.gradient_negative, 2.0 * u)]
        ),
        Entry(9 * u, "shut gate", lambda x, y: [rects(x, y - 8 * u, 5 * u, 16 * u, ink.shut, NONE, 1.5 * u)]),
        Entry(12 * u, "dead", lambda x, y: _cross(ink, x, y, u)),
        *((Entry(9 * u, "gate switched off", lambda x, y: _lifted(ink, x, y, u)),) if signs.off else ()),
        *silenced,
        *cut,
        *(frozen if signs.frozen else ()),
        *((none,) if signs.apart else ()),
        *(compared if signs.compared else ()),
        *_words(notes.uncompared),
        Entry(9 * u, "open: forward above, backward below", lambda x, y: _open_gate(ink, x, y, u)),
        *turned,
        Entry(24 * u, _of_links(signs), lambda x, y: _link_pair(ink, x, y, u)),
        *_words(notes.hidden),
    )


def _of_links(signs: Signs) -> str:
    return "difference of w < 0, > 0, width |w|" if signs.apart else "w < 0, w > 0, width |w|"


def _words(text: str) -> tuple[Entry, ...]:
    return (Entry(0.0, text, lambda x, y: []),) if text else ()


@lru_cache(maxsize=16)
def legend_rows(m: Metrics, ink: Ink, lens: Lens, notes: Notes = NO_NOTES, signs: Signs = NO_SIGNS) -> int:
    """How many rows the legend takes in a picture of that width."""
    return len(_rows(m, entries(m, ink, lens, notes, signs)))


def _rows(m: Metrics, shown: tuple[Entry, ...]) -> list[list[Entry]]:
    return rows_in(m, shown, m.width - 2 * m.margin)


def rows_in(m: Metrics, shown: tuple[Entry, ...], width: float) -> list[list[Entry]]:
    """As few rows as the width allows, about equally long."""
    wide = [width_of(m, entry) + gap_of(m) for entry in shown]
    room = max(width + gap_of(m), 1.0)
    count = max(math.ceil(sum(wide) / room), 1)
    while True:
        rows = _split(shown, wide, sum(wide) / count)
        if count >= len(shown) or all(sum(width_of(m, e) + gap_of(m) for e in row) <= room for row in rows):
            return rows
        count += 1


def _split(shown: tuple[Entry, ...], wide: list[float], goal: float) -> list[list[Entry]]:
    """In rows of about the length `goal`: an entry belongs to the row in which its middle falls."""
    rows: dict[int, list[Entry]] = {}
    passed = 0.0
    for entry, width in zip(shown, wide, strict=True):
        rows.setdefault(int((passed + width / 2) / goal), []).append(entry)
        passed += width
    return list(rows.values())


def gap_of(m: Metrics) -> float:
    """From entry to entry."""
    return 20.0 * max(m.unit, 0.75)


def width_of(m: Metrics, entry: Entry) -> float:
    """Of the mark and its words."""
    return entry.width + 5 * m.unit + text_width(entry.text, m.small)


@lru_cache(maxsize=16)  # the same in all frames of a size, a theme and a lens, and a seventh of the work of a small one
def legend(
    m: Metrics, ink: Ink, lens: Lens, top: float, notes: Notes = NO_NOTES, signs: Signs = NO_SIGNS
) -> tuple[Item, ...]:
    """All rows, each centred."""
    items: list[Item] = []
    for at, row in enumerate(_rows(m, entries(m, ink, lens, notes, signs))):
        y = top + (at + 0.5) * m.small * LEGEND_ROW
        x = (m.width - sum(width_of(m, e) for e in row) - gap_of(m) * (len(row) - 1)) / 2
        for entry in row:
            items += entry_at(m, ink, entry, x, y)
            x += width_of(m, entry) + gap_of(m)
    return tuple(items)


def entry_at(m: Metrics, ink: Ink, entry: Entry, x: float, y: float) -> list[Item]:
    """A mark, and its words beside it."""
    colour = ink.text if entry.loud else ink.muted
    words = Text(x + entry.width + 5 * m.unit, y, entry.text, m.small, colour, Align.LEFT, role="legend")
    return [*entry.draw(x, y), words]


def _chip(m: Metrics, ink: Ink, lens: Lens, x: float, y: float) -> list[Item]:
    """What the lens is called stands on it, behind a magnifying glass; in the window it can be clicked."""
    u, pad = max(m.unit, 0.8), 7 * m.unit
    width, half = 13 * u + 5 * m.unit + text_width(lens.title, m.small) + 2 * pad, 0.8 * m.small
    arm, thick = 4.2 * u, max(1.2, 1.5 * u)
    return [
        rects(x - pad, y - half, width, 2 * half, ink.raised, ink.line, half, role="lens chip"),
        discs(x + 4.6 * u, y - 1.2 * u, arm, NONE, ink.text, thick),
        lines(x + 7.4 * u, y + 1.6 * u, x + 11 * u, y + 5.2 * u, thick * 1.2, ink.text),
    ]


def _sides(m: Metrics, scale: Scale) -> tuple[float, float]:
    """Room for the numbers at both ends of a scale."""
    u = max(m.unit, 0.8)
    left, right = (text_width(end, m.small) for end in scale.ends)
    return max(20 * u, left + 5 * u), max(16 * u, right + 5 * u)


def _bar(m: Metrics, ink: Ink, scale: Scale, x: float, y: float) -> list[Item]:
    """All colours of a scale side by side, with the numbers at both ends."""
    u, side = max(m.unit, 0.8), _sides(m, scale)[0]
    colours = scale.shades(ink, ink.rest, scale.marks, scale.strength(scale.marks))
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


def _lifted(ink: Ink, x: float, y: float, u: float) -> list[Item]:
    """As the door that is lifted out of a gate."""
    left, right, top, tall = x + u, x + 6.5 * u, y - 7 * u, 14 * u
    at = top + np.array([0.3, 0.65, 1.0]) * tall
    colour = mix(ink.background, ink.warning, 0.9)
    return [
        rects(left, top, right - left, tall, NONE, colour, role="legend off"),
        lines(left, at, right, at - 0.3 * tall, 1.0, colour, "legend off"),
    ]


def _cross(ink: Ink, x: float, y: float, u: float) -> list[Item]:
    """As on a dead neuron."""
    left, right, top, bottom = x + 1 * u, x + 10 * u, y - 4.5 * u, y + 4.5 * u
    return [lines([left, left], [top, bottom], [right, right], [bottom, top], max(1.5, 1.5 * u), ink.muted)]


def _hatched(ink: Ink, x: float, y: float, u: float) -> list[Item]:
    """As a neuron that has none."""
    colour = mix(ink.background, ink.muted, 0.8)
    return [
        discs(x + 6 * u, y, 6 * u, ink.background, ink.outline, max(1.0, 1.1 * u)),
        hatch(x + 6 * u, y, 6 * u, max(1.0, 0.8 * u), colour),
    ]


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
    made = lines(x, ys, x + 20 * u, ys, [1.5 * u, 3 * u], [ink.signal_negative, ink.signal_positive])
    return [dashed(made, np.array([True, False]), u) if ink.dashed else made]
