"""What a slope is taken by, and what was measured of it: a central difference, with what it needs to be judged."""

from dataclasses import dataclass
from typing import Literal

Nudged = Literal["parameter", "sum", "z", "a", "output", "gate"]
"""What is nudged. "gate": z, where a is looked at and not the loss."""


@dataclass(frozen=True)
class By:
    """The address of what is nudged, in a tape: layers from 1, units, sources and rows from 0.

    With a `row` that sample alone meets the nudge, and what is looked at is the sum of all losses: B times their mean,
    of which the other samples are no part unless batch normalization makes them one. Without a row it is a parameter,
    for all samples, and the mean loss.
    """

    place: Nudged
    layer: int
    unit: int
    source: int | None = None  # of a weight, the unit that it comes from
    row: int | None = None
    name: str = ""  # a parameter's key in a trace, without its layer: "weight", "param.negative_slope"


@dataclass(frozen=True)
class Kink:
    """Where the nudge meets a kink: of a neuron's gate for one sample, or, with layer 0, of the loss."""

    layer: int
    unit: int
    row: int


@dataclass(frozen=True)
class Measured:
    """A central difference: (above - below) / (2 step)."""

    by: By
    update: int  # of whose tape
    value: float
    step: float
    above: float  # the loss with the nudge
    below: float  # and with its opposite
    uncertain: float  # how far `value` is known: differences with other steps, and round-off
    kinks: tuple[Kink, ...] = ()  # within even the shortest step, or where the tape's own precision sees another side
    left: float | None = None  # with kinks, the slope towards smaller numbers
    right: float | None = None
