"""Headings of the layers: name and what the layer does, as much as there is room for, never one over another."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from twostroke.engine.border.cursor import Phase
from twostroke.engine.session.spec import ActivationSpec
from twostroke.gui.model.once import lately, once
from twostroke.gui.model.switched import has_switches, own_off
from twostroke.gui.model.view import LayerView, ViewState
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import Item, Text, Weight, lines, same_text
from twostroke.gui.stage.scene.layout import Layout, Metrics, shorten, text_width
from twostroke.gui.stage.scene.stagehand import Stagehand

GAP = 0.5
"""Least distance between two headings, in sizes of their text."""

FEWEST = 4
"""A text that is cut to fewer characters than this says nothing, and is left out."""


class Spoken(NamedTuple):
    """What is said of a `LayerView`: the same in all frames until the network is another one."""

    place: int  # its index
    name: str
    title: str
    normalizer: str
    dropout: float
    gate_forward: bool
    gate_backward: bool
    neurons: tuple[ActivationSpec, ...]
    own_off: int  # gates of single neurons that a stroke passes by

    @property
    def off(self) -> bool:
        """Whether a gate of the layer is switched off."""
        return not (self.gate_forward and self.gate_backward) or self.own_off > 0


_FIELDS = attrgetter("index", *Spoken._fields[1:-1])


@dataclass(frozen=True)
class Said:
    """All that decides what stands above the layers."""

    layers: tuple[Spoken, ...]
    ink: Ink
    active: int | None  # the layer that the moment is about
    live: bool
    stroke: int  # the colour of what happens now


def header_text(layer: Spoken) -> tuple[str, str]:
    """Name and activation, for the header; says what else the layer has, and where a gate is off."""
    if layer.place == 0:
        return layer.name, ""
    off = [word for word, on in (("forward", layer.gate_forward), ("backward", layer.gate_backward)) if not on]
    norm = f"{layer.normalizer} norm, " if layer.normalizer else ""
    dropout = f", dropout {layer.dropout:.3g}" if layer.dropout else ""
    if off:
        return layer.name, f"{norm}{layer.title}{dropout} · {' and '.join(off)} gate off"
    own = f" · {layer.own_off} {'gate' if layer.own_off == 1 else 'gates'} off" if layer.own_off else ""
    return layer.name, f"{norm}{layer.title}{dropout}{own}"


def _own_off(layer: LayerView) -> int:
    masks = (own_off(layer, backward=backward) for backward in (False, True)) if has_switches(layer) else ()
    return sum(int(mask.sum()) for mask in masks if mask is not None)


@once
def spoken(view: ViewState) -> tuple[Spoken, ...]:
    """What is said of each layer."""
    return tuple(Spoken._make((*_FIELDS(layer), _own_off(layer))) for layer in view.layers)


@lately
def one_line(m: Metrics, layers: tuple[Spoken, ...]) -> bool:
    """Whether every heading has room for name and activation beside each other."""
    room = (m.width - 2 * m.margin - 170 * m.unit) / (len(layers) - 1 + 0.7)
    several = any(last - first > 1 for first, last in _runs(layers).values())  # what three layers do is said once
    return not several and all(text_width(text, m.label) < room * 0.9 for text in _joined(layers))


@dataclass(frozen=True)
class Heading:
    """What stands above one layer."""

    items: tuple[Item, ...]
    run: tuple[Item, ...]  # what several layers beside each other do, above the middle one, with a line over them all
    own: tuple[Item, ...]  # name and work of this layer alone, for where one looks closer


def headings(hand: Stagehand) -> tuple[Heading, ...]:
    """Those of all layers, that of the active one underlined; what layers beside each other all do is said once."""
    film = hand.film
    said = Said(spoken(hand.view), hand.ink, film.active_layer, film.live, stroke_colour(hand))
    return _headings(hand.layout, said)


@lately
def _headings(layout: Layout, said: Said) -> tuple[Heading, ...]:
    m, y, layers = layout.metrics, layout.bands.header, said.layers
    if one_line(m, layers):
        underline = _underline(layout, said, y + m.label * 0.85)
        return _by_layer(said, underline, _row(layout, said, _joined(layers), y, m.label, first=True))
    room = min(column.room for column in layout.columns)
    names = _names(layout, said, room - GAP * m.label)
    upper = _row(layout, said, names, y - m.label * 0.62, m.label, first=True)
    runs = _runs(layers)
    works = _works(layout, said, room - GAP * m.small, runs)
    places = _places(layout, said, works, m.small, _middles(layout, works, runs))
    lower = _row(layout, said, works, y + m.label * 0.62, m.small, first=False, places=places)
    found = _by_layer(said, _underline(layout, said, y + m.label * 1.35), upper, lower)
    return _with_runs(layout, said, found, runs, lower) if runs else found


def _runs(layers: tuple[Spoken, ...]) -> dict[int, tuple[int, int]]:
    """By the middle one of several layers beside each other that do the same: the first and the last of them."""
    found: dict[int, tuple[int, int]] = {}
    works = [header_text(layer)[1] for layer in layers]
    for _, group in groupby(range(1, len(works)), key=works.__getitem__):
        same = list(group)
        if len(same) > 1:
            found[same[len(same) // 2]] = same[0], same[-1]
    return found


def _middles(layout: Layout, works: list[str], runs: dict[int, tuple[int, int]]) -> dict[int, float]:
    """Of texts that do not stand above the middle of their layer: a run's, and one of the last layer that is wide."""
    m, end = layout.metrics, layout.columns[-1]
    half = text_width(works[-1], m.small) / 2
    over = max(half - (end.room - GAP * m.small) / 2, 0.0)  # to the right, where no layer is
    return {end.index: end.x + over} | {
        at: (layout.columns[a].x + layout.columns[b].x) / 2 for at, (a, b) in runs.items()
    }


def _with_runs(
    layout: Layout,
    said: Said,
    found: tuple[Heading, ...],
    runs: dict[int, tuple[int, int]],
    lower: dict[int, Text],
) -> tuple[Heading, ...]:
    """The text of a run apart from the heading of its middle layer; of each of its layers what it does by itself."""
    own = _alone(layout, said)
    within = {index for first, last in runs.values() for index in range(first, last + 1)}
    once_said = {at: text for at, text in lower.items() if at in runs}
    return tuple(
        Heading(
            tuple(item for item in heading.items if item is not once_said.get(at)),
            (once_said[at], *_over(layout, said.ink, once_said[at], *runs[at])) if at in once_said else (),
            own[at] if at in within else (),
        )
        for at, heading in enumerate(found)
    )


def _over(layout: Layout, ink: Ink, text: Text, first: int, last: int) -> list[Item]:
    """A line from the first to the last layer of a run, with a gap for its text."""
    return _span(layout, ink, first, last, text.y, text.x, text_width(text.text, text.size) / 2 + 6.0)


@once
def _span(layout: Layout, ink: Ink, first: int, last: int, y: float, x: float, half: float) -> list[Item]:
    left, right = layout.columns[first].x, layout.columns[last].x
    if x - half - left < 4.0:
        return []
    return [lines([left, x + half], y, [x - half, right], y, 1.0, ink.line, "run")]


def _alone(layout: Layout, said: Said) -> tuple[tuple[Item, ...], ...]:
    """Name and work of each layer above each other."""
    m, y, ink, texts = layout.metrics, layout.bands.header, said.ink, map(header_text, said.layers)
    return tuple(
        (
            same_text(column.x, y - m.label * 0.62, name, m.label, ink.text, weight=Weight.MEDIUM, role="header"),
            same_text(column.x, y + m.label * 0.62, work, m.small, _colour(ink, layer, True, False), role="header"),
        )
        for column, layer, (name, work) in zip(layout.columns, said.layers, texts, strict=True)
    )


def _by_layer(said: Said, underline: list[Item], *rows: dict[int, Text]) -> tuple[Heading, ...]:
    found = [tuple(row[i] for row in rows if i in row) for i in range(len(said.layers))]
    return tuple(Heading((*texts, *(underline if i == said.active else ())), (), ()) for i, texts in enumerate(found))


def _joined(layers: tuple[Spoken, ...]) -> list[str]:
    return [f"{name} · {work}" if work else name for name, work in map(header_text, layers)]


def _names(layout: Layout, said: Said, room: float) -> list[str]:
    """The layers' names; where one of a hidden layer has no room, numbers instead, of as many layers as fit."""
    layers, size = said.layers, layout.metrics.label
    names = [layer.name for layer in layers]
    if all(text_width(name, size) <= room for name in names[1:-1]):
        return names
    every = math.ceil(text_width(str(len(layers) - 2), size) / max(room, 1.0))
    for layer in layers[1:-1]:
        if layer.place != said.active:
            names[layer.place] = "" if layer.place % every else str(layer.place)
    return names


def _works(layout: Layout, said: Said, room: float, runs: dict[int, tuple[int, int]]) -> list[str]:
    """What each layer does, or each run of layers; the active one's in full where there is no room to say it of any."""
    size, active, layers = layout.metrics.small, said.active, said.layers
    m, end = layout.metrics, layout.columns[-1]
    free = max(m.width - m.margin - end.x - room / 2, 0.0)  # at the right of the last layer
    rooms = [*[room] * (len(layers) - 1), room + free]
    found = [_second_line(layer, size, own) for layer, own in zip(layers, rooms, strict=True)]
    found = [text or (header_text(k)[1] if k.place == active else "") for k, text in zip(layers, found, strict=True)]
    for at, (first, last) in runs.items():
        found[first : last + 1] = [""] * (last + 1 - first)
        found[at] = _second_line(layers[at], size, room * (last + 1 - first))
    return found


def _second_line(layer: Spoken, size: float, room: float) -> str:
    """What the layer does, as much of it as there is room for: dropout, which has a sign of its own, goes first."""
    whole = header_text(layer)[1]
    shorter = [whole]
    if layer.off:
        shorter += [whole.split(" · ")[-1], "gate off", "off"]
    elif layer.normalizer:
        kind, kinds = f"{layer.normalizer} norm", len({each.name for each in layer.neurons})
        shorter += [f"{kind}, {layer.title}", f"norm, {layer.title}", f"norm, {kinds} kinds" if kinds > 1 else kind]
    else:
        shorter += [layer.title]
    cut = shorten(whole, size, room)
    return next((text for text in shorter if text_width(text, size) <= room), cut if len(cut) >= FEWEST else "")


def _row(
    layout: Layout,
    said: Said,
    texts: Sequence[str],
    y: float,
    size: float,
    *,
    first: bool,
    places: dict[int, float] | None = None,
) -> dict[int, Text]:
    """One line of headings by layer, without those that would touch another; `first` where it holds the names."""
    items: dict[int, Text] = {}
    for index, x in (_places(layout, said, texts, size) if places is None else places).items():
        here = said.active == index
        colour = _colour(said.ink, said.layers[index], here or said.live, first)
        weight = Weight.SEMIBOLD if here and first else Weight.MEDIUM if first else Weight.REGULAR
        items[index] = same_text(x, y, texts[index], size, colour, weight=weight, role="header")
    return items


def _colour(ink: Ink, layer: Spoken, bright: bool, first: bool) -> int:
    if first:
        return ink.text if bright else ink.muted
    return ink.warning if layer.off else ink.muted


def _places(
    layout: Layout, said: Said, texts: Sequence[str], size: float, middles: Mapping[int, float] = MappingProxyType({})
) -> dict[int, float]:
    """Where the texts stand that have room, by layer: first the active layer's, then those at the ends."""
    last = len(texts) - 1
    half = [text_width(text, size) / 2 for text in texts]
    xs = [max(middles.get(column.index, column.x), h + 4) for column, h in zip(layout.columns, half, strict=True)]
    order = sorted(range(len(texts)), key=lambda i: (i != said.active, i not in (0, last), i))
    kept: dict[int, float] = {}
    for i in order:
        if texts[i] and all(abs(xs[i] - xs[k]) >= half[i] + half[k] + GAP * size * 0.99 for k in kept):
            kept[i] = xs[i]
    return dict(sorted(kept.items()))


def _underline(layout: Layout, said: Said, y: float) -> list[Item]:
    """Below the active layer's name, in the colour of the stroke."""
    index, columns, m = said.active, layout.columns, layout.metrics
    if index is None or not 0 <= index < len(columns):
        return []
    x, half = columns[index].x, text_width(said.layers[index].name, m.label) / 2
    return [lines(x - half, y, x + half, y, 2 * m.unit, said.stroke)]


def stroke_colour(hand: Stagehand) -> int:
    """The colour of what happens now: forward, backward or update."""
    ink = hand.ink
    if hand.film.moment is not None and hand.film.moment.step.phase is Phase.UPDATE:
        return ink.good
    return ink.backward_words if hand.film.backward else ink.forward_words
