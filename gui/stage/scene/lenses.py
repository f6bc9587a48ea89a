"""Lenses: which numbers the discs, the rings and the links show, on which scales, and what the legend says of them.

To add a lens, add one entry to `LENSES`, and nothing else: picture and legend read it from there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from twostroke.gui.look.colour import Packed, signed_shades
from twostroke.gui.model.view import LayerView, LinkView
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import Floats
from twostroke.gui.stage.scene.scales import gradient_strength, signal_strength

Read = TypeVar("Read", LayerView, LinkView)


@dataclass(frozen=True, eq=False)
class Scale:
    """From a number to a colour, the same for all layers and moments; and its row of the legend."""

    strength: Callable[[ArrayLike], Floats]  # 0, as if nothing were there, to 1
    hues: Callable[[Ink], tuple[int, int]]  # of full strength below and above 0
    words: str
    marks: Floats  # the numbers along the legend's bar...
    ends: tuple[str, str]  # ...and what is written at its ends

    def shades(self, ink: Ink, ground: int, value: ArrayLike, share: ArrayLike) -> Packed:
        """From `ground` towards the hue of the sign of `value`, as far as `share` says."""
        return signed_shades(ground, *self.hues(ink), value, share)


@dataclass(frozen=True, eq=False)
class Reading(Generic[Read]):
    """What is read of a layer, (units,), or of links, (out, in); None where a view has no such number."""

    values: Callable[[Read], Floats | None]
    scale: Scale
    contrast: float = 1.0  # above 1, what is weak steps back further

    def strength(self, view: Read) -> Floats | None:
        """0 to 1 for each."""
        values = self.values(view)
        return None if values is None else self.strength_of(values)

    def strength_of(self, values: Floats) -> Floats:
        """0 to 1 for each of what was read."""
        strength = self.scale.strength(values)
        return strength if self.contrast == 1.0 else strength**self.contrast


@dataclass(frozen=True, eq=False)
class Lens:
    """One way to look at a network."""

    id: str
    title: str
    disc: Reading[LayerView]  # known once the gate has worked
    ring: Reading[LayerView]  # known once the gradient has passed the gate
    forward: Reading[LinkView]  # how bright links are on the forward stroke...
    backward: Reading[LinkView]  # ...and on the backward stroke
    sums: bool = False  # whether the disc shows z as it fills up, on its scale, until the gate has worked

    @property
    def scales(self) -> tuple[Scale, ...]:
        """Each scale once: the rows of the legend."""
        return tuple(dict.fromkeys(each.scale for each in (self.disc, self.ring, self.forward, self.backward)))


_DECADES = 10.0 ** np.linspace(-4.0, 0.0, 24)

SIGNAL = Scale(
    signal_strength,
    lambda ink: (ink.signal_negative, ink.signal_positive),
    "signal",
    np.linspace(-2.0, 2.0, 49),
    ("−2", "2"),
)
GRADIENT = Scale(
    gradient_strength,
    lambda ink: (ink.gradient_negative, ink.gradient_positive),
    "gradient, log from 0.0001",
    np.concatenate([-_DECADES[::-1], [0.0], _DECADES]),  # each decade the same length
    ("−1", "1"),
)

LENSES: tuple[Lens, ...] = (
    Lens(
        "strokes",
        "Signal and gradient",
        disc=Reading(lambda layer: layer.a, SIGNAL),
        ring=Reading(lambda layer: layer.dloss_dz, GRADIENT),
        forward=Reading(lambda link: link.signal, SIGNAL),
        backward=Reading(lambda link: link.gradient, GRADIENT, contrast=1.5),
        sums=True,
    ),
)


def lens_of(id: str) -> Lens:
    """The lens of that id. KeyError where there is none."""
    return {lens.id: lens for lens in LENSES}[id]
