"""Skip paths: a quiet line over the layers it leaves out, from where it reads to where its values are added to z."""

from dataclasses import dataclass

import numpy as np

from twostroke.engine.border.cursor import Phase
from twostroke.gui.model.once import lately, once
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.items import Item, Polygon, Text, Weight, lines, rects
from twostroke.gui.stage.scene.layout import LANE, Column, Layout, ring_width, text_width
from twostroke.gui.stage.scene.stagehand import Stagehand

MOST_LANES = 4
"""Beyond so many, paths that overlap share the highest lane."""

BEND = 6.0
"""Radius of the bends, in units."""


@dataclass(frozen=True)
class SkipPath:
    """One path: from a layer, into a layer, in a lane counted from below."""

    source: int
    target: int
    lane: int


def skip_paths(view: ViewState) -> tuple[SkipPath, ...]:
    """All skip paths, short ones in low lanes, so that none crosses another's text."""
    found: list[SkipPath] = []
    for source, target in sorted(view.skip_targets, key=lambda pair: pair[1] - pair[0]):
        taken = {path.lane for path in found if path.source < target and source < path.target}
        lane = next((n for n in range(MOST_LANES) if n not in taken), MOST_LANES - 1)
        found.append(SkipPath(source, target, lane))
    return tuple(found)


def lanes(view: ViewState) -> int:
    """How many lanes the picture needs above the layers."""
    return max((path.lane + 1 for path in skip_paths(view)), default=0)


def skips(hand: Stagehand) -> list[Item]:
    """All paths with their words."""
    items: list[Item] = []
    for path in skip_paths(hand.view):
        items += _path(hand, path)
    return items


def _path(hand: Stagehand, path: SkipPath) -> list[Item]:
    y = hand.layout.bands.area_top - (path.lane + 0.5) * LANE * hand.unit
    way = _way(hand.layout, path, y, *_colour(hand, path))
    return [*way, *_words(hand, path, y)]


@once
def _way(layout: Layout, path: SkipPath, y: float, colour: int, wide: float) -> list[Item]:
    """Its line, with a tip."""
    source, target, u = layout.columns[path.source], layout.columns[path.target], layout.metrics.unit
    start, end = (source.x + 4 * u, _top(source, u)), (target.x - 4 * u, _top(target, u))
    points = _bent(start, end, y, BEND * u)
    xs, ys = points[:, 0], points[:, 1]
    role = f"skip {path.source} {path.target}"
    tip = (
        (end[0], end[1]),
        (end[0] - 3.2 * u, end[1] - 6.5 * u),
        (end[0] + 3.2 * u, end[1] - 6.5 * u),
    )
    line = lines(xs[:-1], ys[:-1], xs[1:], ys[1:], wide, colour, role)
    return [line, Polygon(tip, colour, role)]


def _top(column: Column, u: float) -> float:
    """Just above a layer."""
    if column.block is not None:
        return column.block.top - 6 * u
    return float(column.ys[0]) - column.radius - ring_width(column.radius, u) - 2.5 * u


def _bent(start: tuple[float, float], end: tuple[float, float], y: float, radius: float) -> np.ndarray:
    """Up from `start` to height `y`, across, and down to `end`, with round bends: points (n, 2)."""
    turn = np.linspace(0.0, np.pi / 2, 6)
    left = np.stack([start[0] + radius * (1 - np.cos(turn)), y + radius * (1 - np.sin(turn))], axis=1)
    right = np.stack([end[0] - radius * (1 - np.sin(turn)), y + radius * (1 - np.cos(turn))], axis=1)
    return np.concatenate([[start], left, right, [end]])


def _colour(hand: Stagehand, path: SkipPath) -> tuple[int, float]:
    """Quiet, and in its stroke's colour while the values or the gradient take this way."""
    ink, wide = hand.ink, max(1.0, 1.2 * hand.unit)
    if hand.film.now(Phase.SUM, path.target):
        return ink.signal_positive, 1.6 * wide
    if path.source > 0 and hand.film.now(Phase.SPREAD, path.target):
        return ink.gradient_negative, 1.6 * wide
    return ink.quiet, wide


def skip_text(view: ViewState, path: SkipPath) -> str:
    """What takes this way: as many values as the source has, or the weights that fit them to the target."""
    source, target = view.layers[path.source].units, view.layers[path.target].units
    if source == target:
        return f"skip · {source:,} value{'' if source == 1 else 's'}"
    return f"skip · {source * target:,} weights"


def _words(hand: Stagehand, path: SkipPath, y: float) -> list[Item]:
    """On the line between its first two layers, where no other path comes down."""
    ink, size, columns = hand.ink, hand.layout.metrics.small, hand.layout.columns
    left, right = columns[path.source].x, columns[path.source + 1].x
    x, room = (left + right) / 2, right - left - 2 * BEND * hand.unit
    text = skip_text(hand.view, path)
    if text_width(text, size) > room:
        text = text.replace(" weights", " w")
    wide = text_width(text, size) + 6 * hand.unit
    if wide > room + 6 * hand.unit:
        return []
    colour, _ = _colour(hand, path)
    quiet = colour == ink.quiet
    ground = _ground(columns[path.target], x - wide / 2, y - 0.7 * size, wide, 1.4 * size, ink.background)
    words = Text(x, y, text, size, ink.muted if quiet else colour, weight=Weight.MEDIUM, role="skip")
    return [ground, words]


@lately
def _ground(target: Column, x: float, y: float, width: float, height: float, colour: int) -> Item:
    """Below the words, in which the line does not show."""
    return rects(x, y, width, height, colour, role="skip ground")
