"""What the user chose about the picture."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import numpy as np

from twostroke.engine.border.loss_surface import USUAL_SURFACE, SurfaceWish
from twostroke.engine.border.tape import Tape
from twostroke.gui.model.explain.quantities import Quantity
from twostroke.gui.model.numbers import USUAL_DIGITS

GREATEST_LOSS = -1
"""In place of a row of the mini-batch: the sample with the greatest loss, whose gradient is worth seeing."""


PINNED = -2
"""In place of a row of the mini-batch: the pinned sample, or where the mini-batch lacks it, that of GREATEST_LOSS."""


def row_of(tape: Tape, choice: int, pinned: int) -> int:
    """Place in the mini-batch of the sample that is shown: the one at `choice`, or as GREATEST_LOSS and PINNED say."""
    if choice >= 0:
        return min(choice, tape.samples - 1)
    found = np.flatnonzero(tape.rows == pinned)
    return int(found[0] if choice == PINNED and len(found) else np.argmax(tape.sample_loss))


class Theme(StrEnum):
    """Colours of the whole window."""

    DARK = "dark"
    LIGHT = "light"
    PROJECTOR = "projector"  # of high contrast: lamps and daylight in a hall take most of it away


THEMES: dict[Theme, str] = {
    Theme.LIGHT: "Dark on light, for daylight and paper",
    Theme.DARK: "Light on dark, for a screen",
    Theme.PROJECTOR: "Black on white, of high contrast, for a hall",
}
"""What each is for."""


class Colours(StrEnum):
    """Which colours say the sign of a number, the negative one first, in whatever theme."""

    ORANGE_BLUE = "orange-blue"
    BLUE_RED = "blue-red"  # as neuroscience prints them
    GREY = "grey"  # signs that can be told apart in grey, too


COLOURS: dict[Colours, str] = {
    Colours.ORANGE_BLUE: "Orange and blue",
    Colours.BLUE_RED: "Blue and red",
    Colours.GREY: "For grey print",
}
"""What the user calls them."""


class Look(Protocol):
    """Whatever says in which colours something is drawn."""

    @property
    def theme(self) -> Theme:
        """Of the ground and of what is written on it."""

    @property
    def colours(self) -> Colours:
        """Of the signs."""


@dataclass(frozen=True)
class NeuronRef:
    """One neuron: layer 0 is the input, the last one the output; `unit` counts from 0."""

    layer: int
    unit: int


@dataclass(frozen=True)
class LinkRef:
    """One link: into neuron `target` of `layer`, 1...depth, from neuron `source` of the layer before."""

    layer: int
    source: int
    target: int


@dataclass(frozen=True)
class TargetRef:
    """What the data ask of one output; `unit` counts from 0."""

    unit: int


@dataclass(frozen=True)
class GateRef:
    """One door of the gate of a neuron of `layer`, 1...depth: that of the forward or of the backward stroke."""

    layer: int
    unit: int
    backward: bool


Place = NeuronRef | LinkRef | TargetRef
Touched = Place | GateRef
"""What a hand can turn, type and switch in the picture."""


@dataclass(frozen=True)
class Walked:
    """Where the keys stand in the picture.

    `hub` is the neuron whose links are walked where `place` is one of them; else `place` itself, or the output that a
    target belongs to.
    """

    place: Place
    hub: NeuronRef


@dataclass(frozen=True)
class Choices:
    """What the user chose about the picture; none of it changes a number."""

    theme: Theme = Theme.DARK
    colours: Colours = Colours.ORANGE_BLUE
    selected: NeuronRef | None = None
    hovered: NeuronRef | LinkRef | None = None
    walked: Walked | None = None  # the current neuron, link or target, for all that keys do in the picture
    pinned_link: LinkRef | None = None  # of the neuron that is selected
    trail: tuple[Quantity, ...] = ()  # the number whose account is open, last, and those that led there
    digits: int = USUAL_DIGITS  # of numbers, 2 to 9
    batch_row: int = GREATEST_LOSS  # which sample of the tape's mini-batch the neurons show
    lens: str = "strokes"  # id of the lens through which the network is seen
    reduced_motion: bool = False  # cross-fades instead of travel
    log_updates: bool = False  # a logarithmic axis of updates, which gives the beginning of a run room
    surface: SurfaceWish = USUAL_SURFACE  # which loss surface, where one is seen

    @property
    def quantity(self) -> Quantity | None:
        """The number whose account is open."""
        return self.trail[-1] if self.trail else None


def on_another_tape(choices: Choices, before: Tape | None, tape: Tape | None, pinned: int) -> Choices:
    """The sample shown, where another tape is looked at, or none.

    One that was chosen on the tape before, and pinned by that, is followed to others; a smaller mini-batch has no place
    beyond its end.
    """
    at = choices.batch_row
    if before is not None and 0 <= at < before.samples and int(before.rows[at]) == pinned:
        at = PINNED
    if tape is not None:
        at = min(at, tape.samples - 1)
    return choices if at == choices.batch_row else replace(choices, batch_row=at)
