"""A layer of many neurons where one looks closer: its cells become neurons with gates, in their places.

They are drawn as they would be in a picture that is as large as what is seen, and then made as small as their cells are
in the scene, which the camera magnifies: lines are no thicker there, and numbers no larger, than elsewhere.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from twostroke.gui.stage.scene.items import Discs, Item, Lines, Pictures, Polygon, Rects
from twostroke.gui.stage.scene.layout import Column, Layout, ring_width

LEAST_CELL = 30.0
"""Pixels that a cell has on the screen from which on it is a neuron."""

SMALL = 14.0
"""Radius of discs in pixels, below which not all numbers have room in them."""

STEPS = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
"""How much closer one looks, in steps: within one of them the scene stays the same."""


def nearness(zoom: float) -> float:
    """The step that a camera has come to."""
    return max((step for step in STEPS if step <= zoom + 1e-6), default=1.0)


def numbered(radius: float) -> float:
    """How much closer one has to look for numbers in discs of that radius: a step."""
    return next((step for step in STEPS if step * radius >= SMALL), STEPS[-1])


@lru_cache(maxsize=8)
def seen_from(layout: Layout, near: float) -> Layout:
    """`layout` where it is magnified `near` times: the same one where no cells are large enough, and no discs small."""
    columns = tuple(_nearer(column, near, layout.metrics.unit) for column in layout.columns)
    small = any(column.block is None and column.radius < SMALL for column in columns)
    if columns == layout.columns and not small:
        return layout
    return replace(layout, columns=columns, near=near if small else 1.0)


def _nearer(column: Column, near: float, u: float) -> Column:
    block = column.block
    if block is None or block.picture or block.cell * near < LEAST_CELL:
        return column
    cell = block.cell * near
    radius = 0.25 * cell
    ring, door = ring_width(radius, u), max(0.3 * radius, 2.0)
    gate = radius + ring + max(0.28 * radius, 2.0)
    shift, x = 0.09 * cell, column.x
    return replace(
        column,
        near=near,
        xs=column.xs - shift / near,
        radius=radius / near,
        in_x=x - (radius + ring + 1.0) / near,
        gate_x=x + gate / near,
        gate_width=door / near,
        gate_half=min(radius + 1.0, 0.45 * cell) / near,
        out_x=x + (gate + (1.6 * door if column.index else 0.0)) / near,
        link_ys=column.ys,
    )


def close_up(column: Column) -> Column:
    """A layer as large as it is seen; `column` itself where it is drawn as it stands in the scene."""
    by = column.near
    if by == 1.0:
        return column
    sizes = ("x", "xs", "ys", "radius", "gate_x", "gate_width", "gate_half", "in_x", "out_x", "link_ys", "room")
    return replace(column, block=None, near=1.0, **{name: getattr(column, name) * by for name in sizes})


def shrunk(items: Iterable[Item], by: float) -> list[Item]:
    """What was drawn for a close-up, in the scene: `by` times smaller."""
    return list(items) if by == 1.0 else [_shrunk(item, 1.0 / by) for item in items]


def _shrunk(item: Item, s: float) -> Item:
    if isinstance(item, Lines):
        return Lines(item.x1 * s, item.y1 * s, item.x2 * s, item.y2 * s, item.width * s, item.colour, item.role)
    if isinstance(item, Discs):
        return replace(item, x=item.x * s, y=item.y * s, radius=item.radius * s, ring_width=item.ring_width * s)
    if isinstance(item, Rects):
        place = {name: getattr(item, name) * s for name in ("x", "y", "width", "height", "corner", "border_width")}
        return replace(item, **place)
    if isinstance(item, Pictures):
        return replace(item, x=item.x * s, y=item.y * s, side=item.side * s)
    if isinstance(item, Polygon):
        return replace(item, points=tuple((x * s, y * s) for x, y in item.points))
    return replace(item, x=item.x * s, y=item.y * s, size=item.size * s, wrap=item.wrap * s)
