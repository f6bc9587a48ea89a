"""What every part of the scene needs to know while it is put together: view, film, layout, colours, focus."""

from dataclasses import dataclass

import numpy as np

from twostroke.engine.border.cursor import Phase
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.view import LayerView, ViewState
from twostroke.gui.model.walk import exists
from twostroke.gui.stage.scene.film import Film, Progress
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import Floats
from twostroke.gui.stage.scene.layout import Layout
from twostroke.gui.stage.scene.lenses import Lens
from twostroke.gui.stage.scene.sight import Window


@dataclass(frozen=True)
class Scenery:
    """What stays as it is from frame to frame, or else everything is drawn anew."""

    layout: Layout
    ink: Ink
    lens: Lens
    focus: NeuronRef | None  # the neuron that stands out
    pinned: NeuronRef | None
    samples: int  # of the mini-batch; 1 while live
    row: int  # of the one that is shown

    @property
    def unit(self) -> float:
        """Scale of the scene."""
        return self.layout.metrics.unit

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


@dataclass(frozen=True, eq=False)
class Stagehand:
    """One scene's ingredients. Not kept: made anew for every scene.

    What depends on a layer, the scenery and little else is a function of these, and kept `lately` with the layer; its
    items are then the same objects in many frames, and a painter has nothing to do for them.
    """

    view: ViewState
    film: Film
    scenery: Scenery
    window: Window | None = None  # of a large network, what is seen of it from near

    @property
    def layout(self) -> Layout:
        """Where everything stands."""
        return self.scenery.layout

    @property
    def ink(self) -> Ink:
        """The colours."""
        return self.scenery.ink

    @property
    def unit(self) -> float:
        """Scale of the scene."""
        return self.scenery.unit

    @property
    def focus(self) -> NeuronRef | None:
        """The neuron that stands out."""
        return self.scenery.focus

    @property
    def lens(self) -> Lens:
        """What discs, rings and links show."""
        return self.scenery.lens

    def gate_known(self, layer: int) -> Progress:
        """How far the gates of `layer` have been set. f and f' are computed together, so both doors are."""
        return self.film.at(Phase.GATE, layer)


def focus_of(view: ViewState) -> NeuronRef | None:
    """The neuron that stands out: under the mouse, or else walked, or pinned; None where there is no such one.

    A link under the mouse dims nothing: between two layers there is one nearly everywhere.
    """
    choices = view.choices
    under_mouse = choices.hovered if isinstance(choices.hovered, NeuronRef) else None
    refs = (under_mouse, choices.walked.hub if choices.walked else None, choices.selected)
    return next((ref for ref in refs if ref is not None and exists(ref, view.widths)), None)
