"""Where a card stands: beside what it speaks of, never over it, as long as there is any such place in the picture."""

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

import numpy as np

from twostroke.gui.stage.scene.items import Discs, Floats, Item, Rects, Text
from twostroke.gui.stage.scene.layout import text_width

AWAY = 14.0
"""Pixels from what it speaks of, where there is room."""

NEAR = 3.0
"""Where there is little."""

WALK = 5.0
"""For a pixel's way from what it speaks of, a card may as well cover so many square pixels of other things."""

TRIED = 25
"""Places across and down where a card may stand as well; a narrow gap between two layers has one of them."""

NOTHING: Floats = np.zeros((0, 4))


class Bounds(NamedTuple):
    """The part of the picture in which the card may stand."""

    left: float
    top: float
    right: float
    bottom: float


def free_place(
    things: Floats,
    width: float,
    height: float,
    bounds: Bounds,
    *,
    level: bool,
    others: Floats = NOTHING,
    worth: Floats | float = 1.0,
    away: float = AWAY,
) -> tuple[float, float]:
    """The upper left corner of a card of that size beside `things`, (n, 4): left, top, right, bottom of each.

    `level` asks for a place to the right, then to the left; else above or below, where there is more room. Where every
    place covers something, the one that covers least of it; of several, that which covers least of the `others`, where
    a pixel of each counts as its `worth` says.
    """
    seen = _seen(things, bounds)
    beside = _beside(seen, width, height, bounds, level, away)
    places = np.array([*beside, *_anywhere(width, height, bounds)])
    x = np.clip(places[:, 0], bounds.left, max(bounds.right - width, bounds.left))
    y = np.clip(places[:, 1], bounds.top, max(bounds.bottom - height, bounds.top))
    way = np.hypot(*(np.array([x + width / 2, y + height / 2]) - _middle(seen)[:, None]))
    way[: len(beside)] = 0.0
    cost = covered(others, x, y, width, height, worth) + WALK * way
    best = int(np.lexsort((cost, covered(seen, x, y, width, height)))[0])  # the first of several that cost the same
    return float(x[best]), float(y[best])


def _middle(things: Floats) -> Floats:
    middle: Floats = (things[:, :2].min(axis=0) + things[:, 2:].max(axis=0)) / 2
    return middle


def _seen(things: Floats, bounds: Bounds) -> Floats:
    """What of them is in the picture; all, where nothing is."""
    low, high = np.array(bounds[:2]), np.array(bounds[2:])
    within = np.all((things[:, :2] < high) & (things[:, 2:] > low), axis=1)
    if not within.any():
        return things
    kept = things[within]
    return np.hstack([np.maximum(kept[:, :2], low), np.minimum(kept[:, 2:], high)])


def _beside(
    things: Floats, width: float, height: float, bounds: Bounds, level: bool, away: float
) -> list[tuple[float, float]]:
    """In the order in which they are liked."""
    left, top = things[:, :2].min(axis=0)
    right, bottom = things[:, 2:].max(axis=0)
    across, down = (left + right - width) / 2, (top + bottom - height) / 2
    sides = [(right + away, down), (left - away - width, down)]
    ends = [(across, bottom + away), (across, top - away - height)]
    if top - bounds.top > bounds.bottom - bottom:
        ends.reverse()
    near = [(right + NEAR, down), (left - NEAR - width, down), (across, bottom + NEAR), (across, top - NEAR - height)]
    corners = list(product((left, right - width), (top, bottom - height)))  # a slanting link leaves two of them free
    return [*(sides + ends if level else ends + sides), *near, *corners]


def _anywhere(width: float, height: float, bounds: Bounds) -> list[tuple[float, float]]:
    return list(
        product(
            np.linspace(bounds.left, max(bounds.right - width, bounds.left), TRIED),
            np.linspace(bounds.top, max(bounds.bottom - height, bounds.top), TRIED),
        )
    )


def covered(things: Floats, x: Floats, y: Floats, width: float, height: float, worth: Floats | float = 1.0) -> Floats:
    """How much of the things each place covers, in square pixels, each times what it is worth."""
    wide = np.minimum(things[:, 2], x[:, None] + width) - np.maximum(things[:, 0], x[:, None])
    tall = np.minimum(things[:, 3], y[:, None] + height) - np.maximum(things[:, 1], y[:, None])
    out: Floats = (np.maximum(wide, 0.0) * np.maximum(tall, 0.0) * worth).sum(axis=1)
    return out


def free_row(items: Iterable[Item], width: float, height: float, bounds: Bounds) -> float:
    """The top of a box of that size in the middle of the picture that covers no text, neuron or mask: the lowest such
    place; where there is none, the one that covers least.
    """
    things = np.vstack([np.zeros((1, 4)), *(boxes for item in items if (boxes := _boxes(item)) is not None)])
    tops = np.linspace(bounds.bottom - height, bounds.top, 80)
    left = np.full(len(tops), (bounds.left + bounds.right - width) / 2)
    hidden = covered(things, left, tops, width, height)
    return float(tops[int(np.argmin(hidden > hidden.min() + 1.0))])


def _boxes(item: Item) -> Floats | None:
    """Left, top, right, bottom of what must be read or seen, (n, 4); None for links and bands."""
    if isinstance(item, Text):
        wide = item.wrap or text_width(item.text, item.size)
        left, tall = item.x - wide * (1 + item.align) / 2, item.size * (2.6 if item.wrap else 1.1)
        return np.array([[left, item.y - tall / 2, left + wide, item.y + tall / 2]])
    if isinstance(item, Discs):
        x, y, r = item.x, item.y, item.radius
        return np.stack([x - r, y - r, x + r, y + r], axis=1)
    if isinstance(item, Rects):
        return np.stack([item.x, item.y, item.x + item.width, item.y + item.height], axis=1)
    return None
