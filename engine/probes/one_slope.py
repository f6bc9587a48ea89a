"""A gradient checked by measuring it: one number of a tape nudged up and down, and what that does to the loss.

As `gradcheck` does with all parameters, and for its reasons: in float64, whatever the network computes in; in training
mode, with the figures of the mini-batch and the masks of its dropout; with several steps, of which the two neighbours
that agree best with each other tell the slope, as a long one errs by curvature and a short one by round-off; and not
across a kink, as far as a shorter step helps. But of one number, which may be a z or an a as well as a parameter, and
with the plain difference of two losses, as it is taught.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from twostroke.engine.border.slopes import By, Kink, Measured
from twostroke.engine.border.tape import Tape
from twostroke.engine.compute.network import Network
from twostroke.engine.probes.nudging import GONE, gate_looked_at, loss_looked_at

USUAL = (1e-4, 1e-5)
"""Steps that are tried first, for numbers of ordinary size; where they agree with each other, no others are."""

OTHERS = (1e-3, 1e-2, 1e-6)
SHORT = (1e-7, 1e-8)
"""Tried near kinks only."""

AGREEMENT = 1e-8
"""Relative difference up to which two steps agree."""

ROUND_OFF = 4.0
"""A loss is taken to be known to this many units of its last place."""

MOST_KINKS = 3
"""Kinks that are named."""

Look = Callable[[float], tuple[float, tuple[Kink, ...]]]
"""What is looked at once the number is nudged by so much, and the kinks on the way there."""


def measure(network: Network, tape: Tape, by: By) -> Measured:
    """The slope by one number of `tape`, which `network` stands at; both are left as they are.

    ValueError, with a sentence for the user, where there is no such number, or nothing to compare.
    """
    there = 1 <= by.layer <= network.depth and 0 <= by.unit < network.widths[by.layer]
    if not there or not 0 <= (by.row or 0) < tape.samples:
        raise ValueError(GONE)
    looked = (gate_looked_at if by.place == "gate" else loss_looked_at)(network, tape, by)
    here, seen_otherwise = looked.look(0.0)
    if not math.isfinite(here):
        raise ValueError("The loss of this update is not a finite number, so there is nothing to compare.")
    found = _slope(looked.look, looked.unit)
    measured = Measured(
        by, tape.update, found.value, found.step, found.above, found.below, found.uncertain, found.kinks
    )
    if found.kinks:
        left, right = (here - found.below) / found.step, (found.above - here) / found.step
        return replace(measured, left=left, right=right)
    return replace(measured, kinks=seen_otherwise[:MOST_KINKS])


@dataclass(frozen=True)
class _Slope:
    step: float
    above: float
    below: float
    kinks: tuple[Kink, ...] = ()
    uncertain: float = 0.0

    @property
    def value(self) -> float:
        return (self.above - self.below) / (2.0 * self.step)

    @property
    def round_off(self) -> float:
        """Below which the slope is not known."""
        terms = max(abs(self.above), abs(self.below))
        return ROUND_OFF * float(np.finfo(np.float64).eps) * terms / self.step


def _slope(look: Look, unit: float) -> _Slope:
    """The slope that is told."""
    found = _tried(look, unit, USUAL)
    if not _agree(found):
        found += _tried(look, unit, OTHERS)
    found = found or _tried(look, unit, SHORT)
    if found:
        return _best(found)
    shortest = _difference(look, unit * SHORT[-1])
    if not math.isfinite(shortest.value):
        raise ValueError("Next to this number the loss is not a finite one, so there is nothing to compare.")
    return replace(shortest, uncertain=shortest.round_off)


def _tried(look: Look, unit: float, steps: Iterable[float]) -> list[_Slope]:
    """Those of the steps that stay within what is smooth."""
    each = [_difference(look, unit * step) for step in steps]
    return [slope for slope in each if not slope.kinks and math.isfinite(slope.value)]


def _difference(look: Look, step: float) -> _Slope:
    (above, right), (below, left) = look(step), look(-step)
    return _Slope(step, above, below, tuple(dict.fromkeys((*right, *left)))[:MOST_KINKS])


def _apart(one: _Slope, other: _Slope) -> float:
    return abs(one.value - other.value)


def _agree(found: list[_Slope]) -> bool:
    if len(found) < 2:
        return False
    return _apart(*found) <= AGREEMENT * max(abs(each.value) for each in found)


def _best(found: list[_Slope]) -> _Slope:
    """The slope to be told, and how far it is known."""
    if len(found) == 1:
        return replace(found[0], uncertain=found[0].round_off)
    short, long = min(pairwise(sorted(found, key=lambda slope: slope.step)), key=lambda pair: _apart(*pair))
    apart = _apart(short, long)
    best = long if apart <= short.round_off else short  # else it is the curvature that makes them differ
    return replace(best, uncertain=max(apart, best.round_off))
