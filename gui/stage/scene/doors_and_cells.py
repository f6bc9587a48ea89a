"""Which number is seen at a point beside neurons and links: a door of a gate, what the loss compares, a cell of a mask.

Looked up when somebody points there, and not with each frame. Pure: no Qt.
"""

from dataclasses import dataclass

import numpy as np

from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.pointed import gate_at, loss_at
from twostroke.gui.stage.scene.layout import Column
from twostroke.gui.stage.scene.stagehand import Stagehand
from twostroke.gui.stage.scene.strips import raster_targets, strip_of

BESIDE = 3.0
"""Pixels beside a door in which it is still found: some are but a few pixels wide."""


@dataclass(frozen=True, eq=False)
class NumberTargets:
    """Where the mouse finds the numbers of one scene."""

    hand: Stagehand

    @property
    def card(self) -> tuple[float, float, float, float]:
        """That of the loss, in the network: left, top, width, height."""
        return self.hand.layout.card

    def in_network(self, x: float, y: float) -> Quantity | None:
        """At a point of the network, before it is magnified: a door, or a line of the loss's card."""
        doors = (self._door(column, x, y) for column in self.hand.layout.columns[1:])
        return next((found for found in doors if found is not None), None) or self._on_card(x, y)

    def _door(self, column: Column, x: float, y: float) -> Quantity | None:
        view, layer = self.hand.view, self.hand.view.layers[column.index]
        if layer.gain is None or not column.apart:
            return None
        beside = BESIDE / column.near
        here = (x - column.gate_xs >= -beside) & (x - column.gate_xs <= column.gate_width + beside)
        if not here.any():
            return None
        unit = int(np.argmin(np.where(here, np.abs(column.ys - y), np.inf)))
        away = y - float(column.ys[unit])
        return gate_at(view, column.index, unit, away > 0) if abs(away) <= column.gate_half else None

    def _on_card(self, x: float, y: float) -> Quantity | None:
        left, top, width, height = self.hand.layout.card
        if not (left <= x <= left + width and top <= y <= top + height):
            return None
        view, pad = self.hand.view, 10 * self.hand.unit
        line = (y - top - pad) / ((height - 2 * pad) / 4.2)
        if line >= 2.0:
            return loss_at(view)
        values = view.target if line >= 1.0 else view.layers[-1].a
        unit = int(np.argmax(values))  # the right class, or the one that is guessed
        if line >= 1.0:
            return Quantity(Kind.TARGET, 0, unit, row=view.row)
        return Quantity(Kind.A, view.depth, unit, row=view.row)

    def on_strips(self, layer: int, x: float, y: float) -> Quantity | None:
        """At a point of the masks and rasters of a layer, before they are stretched."""
        view = self.hand.view
        if layer == 0 or view.layers[layer].gain is None:
            return None
        strip = strip_of(self.hand.scenery, layer)
        unit = int((x - strip.left) // strip.cell)
        if not 0 <= unit < strip.units:
            return None
        for backward, top in ((False, strip.forward), (True, strip.backward)):
            if top <= y <= top + strip.tall:
                return gate_at(view, layer, unit, backward)
        for raster in raster_targets(self.hand, view.layers[layer]):
            row = raster.at(x, y)
            if row is not None:
                return gate_at(view, layer, unit, raster.top > strip.backward, row)
        return None
