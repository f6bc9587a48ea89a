"""Marks of what the session cuts or freezes: ways with a gap, locks on links and at neurons. Nothing where it does not.

Beyond so many in a layer pair a count stands for them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.gui.look.colour import mix
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.cut_and_frozen import Mask
from twostroke.gui.model.once import lately
from twostroke.gui.model.view import LayerView, LinkView, ViewState
from twostroke.gui.stage.scene.close_up import close_up, shrunk
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import Item, Text, Weight, lines, rects
from twostroke.gui.stage.scene.layout import Layout, text_width
from twostroke.gui.stage.scene.pairs import Items, links
from twostroke.gui.stage.scene.signs import locks, snips
from twostroke.gui.stage.scene.stagehand import Scenery, Stagehand

MOST_CUT, MOST_LOCKS = 400, 120
"""In one layer pair; more would hide each other and what they mark."""

AT_CUT, AT_LOCK = 0.42, 0.8
"""Where on its link a mark stands: off the middle, where the links of small networks cross."""

GAP = 6.0
LOCK = 7.0
"""Half a gap, and the width of a lock, in units."""


def has_cut(view: ViewState) -> bool:
    """Whether the picture has marks of what is cut."""
    return any(layer.cut is not None for layer in view.layers) or any(link.cut is not None for link in view.links)


def has_frozen(view: ViewState) -> bool:
    """Whether it has locks."""
    biases = any(layer.frozen_bias is not None for layer in view.layers)
    return biases or any(link.frozen is not None for link in view.links)


def linked(hand: Stagehand) -> tuple[Items, tuple[Items, ...]]:
    """What glows below all links; and per layer pair the links, and the marks on them. One group for all where they do
    not lie beside each other: links go into a block and leave it from within, where one looks closer.
    """
    pairs = [
        (glow, (*lines, *_marks(link, hand.layout, hand.ink, hand.focus)) if _is_marked(link) else lines)
        for (glow, lines), link in zip(links(hand), hand.view.links, strict=True)
    ]
    if all(column.near == 1.0 for column in hand.layout.columns):
        return tuple(item for glow, _ in pairs for item in glow), tuple(lines for _, lines in pairs)
    return (), (tuple(item for glow, lines in pairs for item in (*glow, *lines)),)


def _is_marked(link: LinkView) -> bool:
    return link.cut is not None or link.frozen is not None


def bias_locks(hand: Stagehand) -> list[Item]:
    """At the lower left of each neuron whose bias is frozen."""
    items: list[Item] = []
    for layer, column in zip(hand.view.layers, hand.layout.columns, strict=True):
        if layer.frozen_bias is not None and column.apart:
            items += shrunk(_bias_locks(layer, hand.scenery), column.near)
    return items


@lately
def _bias_locks(layer: LayerView, scenery: Scenery) -> list[Item]:
    assert layer.frozen_bias is not None
    column, ink = close_up(scenery.layout.columns[layer.index]), scenery.ink
    at, away = layer.frozen_bias, 0.78 * column.radius
    x, y = column.xs[at] - away, column.ys[at] + away
    return locks(x, y, LOCK * scenery.unit, ink.muted, ink.background, f"frozen bias {layer.index}")


@lately
def _marks(link: LinkView, layout: Layout, ink: Ink, focus: NeuronRef | None) -> tuple[Item, ...]:
    cut, frozen = link.cut, link.frozen
    if frozen is not None and cut is not None:
        frozen = frozen & ~cut
    items: list[Item] = []
    if cut is not None and np.count_nonzero(cut) <= MOST_CUT:
        items += _gaps(link, cut, layout, ink, focus)
    if frozen is not None and 0 < np.count_nonzero(frozen) <= MOST_LOCKS:
        x1, y1, x2, y2 = _ends(link, frozen, layout)
        x, y = x1 + AT_LOCK * (x2 - x1), y1 + AT_LOCK * (y2 - y1)
        items += locks(x, y, LOCK * layout.metrics.unit, ink.muted, ink.background, f"frozen link {link.layer}")
    return (*items, *_counts(link, cut, frozen, layout, ink))


def _ends(link: LinkView, mask: Mask, layout: Layout) -> tuple[np.ndarray, ...]:
    """Where the marked links begin and end: x1, y1, x2, y2."""
    target, source = np.nonzero(mask)
    left, right = layout.columns[link.layer - 1], layout.columns[link.layer]
    return left.out_xs[source], left.link_ys[source], right.in_xs[target], right.link_ys[target]


def _gaps(link: LinkView, cut: Mask, layout: Layout, ink: Ink, focus: NeuronRef | None) -> list[Item]:
    """A faint way with a gap, and a stroke across at both sides of it."""
    u = layout.metrics.unit
    x1, y1, x2, y2 = _ends(link, cut, layout)
    length = np.hypot(x2 - x1, y2 - y1)
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    before, after = AT_CUT * length - GAP * u, AT_CUT * length + GAP * u
    x3, y3, x4, y4 = x1 + before * dx, y1 + before * dy, x1 + after * dx, y1 + after * dy
    loud = _touched(link, cut, focus)
    way = np.array([mix(ink.background, ink.muted, 0.45 * share) for share in loud], dtype=np.int32)
    stroke = np.array([mix(ink.background, ink.muted, share) for share in loud], dtype=np.int32)
    role = f"cut link {link.layer}"
    begin, end = (_both(x1, x4), _both(y1, y4)), (_both(x3, x2), _both(y3, y2))
    ways = lines(*begin, *end, max(1.0, u), _both(way, way), role)
    at, along = (_both(x3, x4), _both(y3, y4)), (_both(dx, dx), _both(dy, dy))
    return [ways, snips(*at, *along, 5.5 * u, max(1.2, 1.5 * u), _both(stroke, stroke), role)]


def _both(before: NDArray[Any], behind: NDArray[Any]) -> NDArray[Any]:
    """Of the pieces before the gap and of those behind it."""
    return np.concatenate([before, behind])


def _touched(link: LinkView, cut: Mask, focus: NeuronRef | None) -> np.ndarray:
    """How loud each cut link is: less where another neuron stands out."""
    target, source = np.nonzero(cut)
    if focus is None:
        return np.ones(len(target))
    own = {link.layer: target, link.layer - 1: source}.get(focus.layer)
    return np.full(len(target), 0.4) if own is None else np.where(own == focus.unit, 1.0, 0.4)


def _counts(link: LinkView, cut: Mask | None, frozen: Mask | None, layout: Layout, ink: Ink) -> list[Item]:
    """How many are cut or frozen, where there are too many for marks."""
    pairs = (("cut", cut, MOST_CUT), ("frozen", frozen, MOST_LOCKS))
    counts = [(name, int(np.count_nonzero(mask)), most) for name, mask, most in pairs if mask is not None]
    told = [f"{count:,} {name}" for name, count, most in counts if count > most]
    if not told:
        return []
    text, size, u = ", ".join(told), layout.metrics.small, layout.metrics.unit
    left, right = layout.columns[link.layer - 1], layout.columns[link.layer]
    x, wide = (left.right + right.left) / 2, text_width(text, size) + 8 * u
    y = (float(left.link_ys[-1]) + float(right.link_ys[-1])) / 2 - 0.9 * size
    role = f"marks {link.layer}"
    ground = rects(x - wide / 2, y - 0.75 * size, wide, 1.5 * size, ink.background, role=role)
    return [ground, Text(x, y, text, size, ink.muted, weight=Weight.MEDIUM, role=role)]
