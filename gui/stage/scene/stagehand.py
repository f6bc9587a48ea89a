"""What every part of the scene needs to know while it is put together: view, film, layout, colours, focus."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from twostroke.engine.border.cursor import Phase
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.view import LayerView, ViewState
from twostroke.gui.model.walk import exists
from twostroke.gui.stage.scene.film import Film
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import Floats
from twostroke.gui.stage.scene.layout import Layout
from twostroke.gui.stage.scene.lenses import Lens, lens_of


@dataclass(frozen=True)
class Stagehand:
    """One scene's ingredients. Not kept: made anew for every scene."""

    view: ViewState
    film: Film
    layout: Layout
    ink: Ink

    @property
    def unit(self) -> float:
        """Scale of the scene."""
        return self.layout.metrics.unit

    @cached_property
    def focus(self) -> NeuronRef | None:
        """The neuron that stands out: under the mouse, or else walked, or pinned; None where there is no such one.

        A link under the mouse dims nothing: between two layers there is one nearly everywhere.
        """
        choices = self.view.choices
        under_mouse = choices.hovered if isinstance(choices.hovered, NeuronRef) else None
        refs = (under_mouse, choices.walked.hub if choices.walked else None, choices.selected)
        return next((ref for ref in refs if ref is not None and exists(ref, self.view.widths)), None)

    @cached_property
    def lens(self) -> Lens:
        """What discs, rings and links show."""
        return lens_of(self.view.choices.lens)

    def emphasis(self, layer: LayerView) -> Floats:
        """How much of its colour each neuron of `layer` keeps beside the focus, (units,)."""
        focus = self.focus
        if focus is None:
            return np.ones(layer.units)
        if abs(layer.index - focus.layer) == 1:
            return np.full(layer.units, 0.9)
        keep = np.full(layer.units, 0.4)
        if layer.index == focus.layer:
            keep[focus.unit] = 1.0
        return keep

    def gate_known(self, layer: int) -> float:
        """How far the gates of `layer` have been set, 0 to 1. f and f' are computed together, so both doors are."""
        return self.film.progress(Phase.GATE, layer)
