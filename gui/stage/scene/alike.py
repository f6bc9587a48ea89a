"""Layers that look alike as one, while training runs: every frame then draws all anew, and of fifty small layers most
of its time went into doing fifty times what can be done once.

Only what lies beside each other is put together, so the picture is the same. A film goes layer by layer, and most of
it rests.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from twostroke.gui.model.once import lately, once
from twostroke.gui.model.switched import has_switches
from twostroke.gui.model.view import LayerView, ViewState
from twostroke.gui.stage.scene.close_up import close_up
from twostroke.gui.stage.scene.items import Floats, Item, Lines
from twostroke.gui.stage.scene.layout import Column, Layout, ring_width
from twostroke.gui.stage.scene.stagehand import Scenery, Stagehand

SEVERAL = 8
"""Fewer layers are drawn one by one."""

NUMBERS = (
    *("a", "z", "gain", "bias", "forward_mask", "backward_mask", "dloss_da", "dloss_dz", "dead"),
    *("firing", "incoming", "response", "a_apart", "delta_apart"),  # that lenses read
)
"""What a `LayerView` has of each unit while training runs."""

LIFTED = 1.6
"""How far to the right a door reaches that is switched off, in widths of a door, and a pixel."""

APART = 2.0
"""Pixels between what is put together, so that no smooth edge meets another."""


@dataclass(frozen=True, eq=False)
class Spots:
    """Where the neurons of a layer stand, or of several that look alike. Arrays (units,)."""

    index: int  # of the layer, or of the first
    xs: Floats
    ys: Floats
    start: Floats  # where the way to the gate begins
    gate_x: Floats
    out_x: Floats
    radius: float
    gate_width: float
    gate_half: float


@dataclass(frozen=True, eq=False)
class Group:
    """A layer, or several as if they were one, and the places of the layers."""

    layer: LayerView
    columns: tuple[Column, ...]
    spots: Spots


@once
def spots_of(column: Column) -> Spots:
    """Those of one layer; of a close-up, as large as they are seen."""
    column = close_up(column)
    start, gate_x, out_x = 2 * column.xs - column.in_xs, column.gate_xs, column.out_xs
    return Spots(
        column.index,
        column.xs,
        column.ys,
        start,
        gate_x,
        out_x,
        column.radius,
        column.gate_width,
        column.gate_half,
    )


def groups(hand: Stagehand) -> tuple[Group, ...]:
    """All layers of a scene, those that can be drawn as one put together, in their order."""
    if not hand.film.live or len(hand.view.layers) <= SEVERAL or not _apart(hand.layout):
        return tuple(_one(layer, hand.layout.columns[layer.index]) for layer in hand.view.layers)
    return _put_together(hand.view, hand.scenery)


def _one(layer: LayerView, column: Column) -> Group:
    return Group(layer, (column,), spots_of(column))


@lately
def _put_together(view: ViewState, scenery: Scenery) -> tuple[Group, ...]:
    alike: dict[Hashable, list[LayerView]] = {}
    columns = scenery.layout.columns
    blocks = 0  # they may reach over their neighbours, so those before and behind stay apart
    for layer in view.layers:
        blocks += columns[layer.index].block is not None
        alike.setdefault((blocks, _looks(layer, columns[layer.index], scenery)), []).append(layer)
    found: list[Group] = []
    for layers in alike.values():
        if len(layers) < SEVERAL:
            found += [_one(layer, columns[layer.index]) for layer in layers]
        else:
            indices = tuple(layer.index for layer in layers)
            found.append(Group(_as_one(layers), tuple(columns[i] for i in indices), _spots(scenery.layout, indices)))
    return tuple(sorted(found, key=lambda group: group.layer.index))


def _looks(layer: LayerView, column: Column, scenery: Scenery) -> Hashable:
    """The same for layers that can be drawn as one."""
    beside = scenery.focus is not None and abs(scenery.focus.layer - layer.index) < 2
    marked = scenery.pinned is not None and scenery.pinned.layer == layer.index
    own = layer.neurons or layer.cut is not None or layer.alone is not None or has_switches(layer)
    if layer.index == 0 or column.block is not None or beside or marked or own:
        return layer.index
    gates = layer.activation, layer.fused, layer.gate_forward, layer.gate_backward
    known = tuple(getattr(layer, name) is None for name in NUMBERS)
    return gates, known, column.radius, column.gate_width, column.gate_half


def _as_one(layers: list[LayerView]) -> LayerView:
    """A layer with the units of all `layers`."""
    numbers: dict[str, Any] = {
        name: None if getattr(layers[0], name) is None else np.concatenate([getattr(layer, name) for layer in layers])
        for name in NUMBERS
    }
    units = sum(layer.units for layer in layers)
    return replace(layers[0], units=units, unit_names=(), param=(), organs=(), **numbers)


@once
def _spots(layout: Layout, indices: tuple[int, ...]) -> Spots:
    each = [spots_of(layout.columns[i]) for i in indices]
    xs, ys, start = (np.concatenate([getattr(spots, name) for spots in each]) for name in ("xs", "ys", "start"))
    gate_x, out_x = (np.concatenate([getattr(spots, name) for spots in each]) for name in ("gate_x", "out_x"))
    first = each[0]
    return Spots(indices[0], xs, ys, start, gate_x, out_x, first.radius, first.gate_width, first.gate_half)


@once
def _apart(layout: Layout) -> bool:
    """Whether no neuron meets one of the next layer, and no gate a gate."""
    columns, u = layout.columns, layout.metrics.unit
    if any(column.near > 1.0 for column in columns):
        return False
    reach = [column.radius + ring_width(column.radius, u) + 1.0 for column in columns]
    neurons = [(c.x - r, c.x + r) for c, r in zip(columns, reach, strict=True)]
    gates = [(spots_of(c).start[0], max(c.out_x, c.gate_x + LIFTED * c.gate_width + 1.0)) for c in columns]
    return all(left[1] + APART <= right[0] for spans in (neurons, gates) for left, right in pairwise(spans))


def joined(items: list[Item]) -> list[Item]:
    """Lines of one pen each, as one item."""
    some = [item for item in items if isinstance(item, Lines)]
    if len(some) < 2 or len(some) < len(items):
        return items
    x1, y1, x2, y2 = (np.concatenate([getattr(item, name) for item in some]) for name in ("x1", "y1", "x2", "y2"))
    width, colour = np.concatenate([item.width for item in some]), np.concatenate([item.colour for item in some])
    return [Lines(x1, y1, x2, y2, width, colour, some[0].role)]
