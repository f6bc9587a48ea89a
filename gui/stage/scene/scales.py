"""The fixed scales of the picture, shared by all layers: how strong a colour and how large a pulse a number gets.

They never depend on the other numbers on the screen: scaling each layer by itself would hide a vanishing gradient.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]

SIGNAL_FULL = 2.0
"""Activations and w · a of this size and more have the full colour."""

SIGNAL_POWER = 0.7
"""Below 1, so that small signals are still seen."""

GRADIENT_FULL = 1.0
"""Gradients of this size and more have the full colour..."""

GRADIENT_DECADES = 4.0
"""...and each power of ten below it loses a quarter of the strength: 0.0001 and less look like nothing."""

STEP_FULL, STEP_DECADES = 0.1, 4.0
"""The same of what an update adds to a weight."""

APART_FULL, APART_DECADES = 1.0, 4.0
"""The same of what is between two networks."""

PIXEL_FULL = 0.5
"""Weights of this size and more have the full colour in the picture of a neuron's weights."""

WEIGHT_FULL = 2.5
"""Weights of this size and more have the full width."""


def signal_strength(value: ArrayLike) -> Floats:
    """0 (nothing) to 1 (`SIGNAL_FULL` and more)."""
    out: Floats = share_strength(np.asarray(value, dtype=np.float64) / SIGNAL_FULL) ** SIGNAL_POWER
    return out


def pixel_strength(value: ArrayLike) -> Floats:
    """0 (nothing) to 1 (`PIXEL_FULL` and more), for weights."""
    out: Floats = share_strength(np.asarray(value, dtype=np.float64) / PIXEL_FULL) ** SIGNAL_POWER
    return out


def gradient_strength(value: ArrayLike) -> Floats:
    """0 (10⁻⁴ and less) to 1 (1 and more), logarithmic."""
    return _by_decades(value, GRADIENT_FULL, GRADIENT_DECADES)


def step_strength(value: ArrayLike) -> Floats:
    """0 (10⁻⁵ and less) to 1 (0.1 and more), logarithmic."""
    return _by_decades(value, STEP_FULL, STEP_DECADES)


def apart_strength(value: ArrayLike) -> Floats:
    """0 (10⁻⁴ and less) to 1 (1 and more), logarithmic."""
    return _by_decades(value, APART_FULL, APART_DECADES)


def _by_decades(value: ArrayLike, full: float, count: float) -> Floats:
    size = np.maximum(np.abs(np.asarray(value, dtype=np.float64)), 1e-30) / full
    out: Floats = np.clip(1.0 + np.log10(size) / count, 0.0, 1.0)
    return out


def share_strength(value: ArrayLike) -> Floats:
    """0 to 1 (1 and more), as the number says."""
    out: Floats = np.minimum(np.abs(np.asarray(value, dtype=np.float64)), 1.0)
    return out


def decades(least: float, full: float) -> Floats:
    """Numbers from −`full` through 0 to `full`, each power of ten the same length: the marks of a legend."""
    some = np.geomspace(least, full, 24)
    return np.concatenate([-some[::-1], [0.0], some])


def weight_width(weight: ArrayLike, unit: float) -> Floats:
    """Width of a link in pixels, clamped, as of one without bounds; `unit` is the scale of the scene."""
    share = np.fmin(np.abs(np.asarray(weight, dtype=np.float64)) / WEIGHT_FULL, 1.0)
    out: Floats = 0.8 + share * 4.7 * unit
    return out


def pen_width(width: Floats) -> Floats:
    """The width in steps in which it is drawn: few pens, and 1 pixel (twice as fast as 1.25) where that is near."""
    out: Floats = np.where(width < 1.3, 1.0, np.rint(width * 3.0) / 3.0)
    return out


def pulse_radius(strength: ArrayLike, largest: float) -> Floats:
    """Radius of a pulse of that strength, 0 for none; area grows with strength, and the least is still a dot."""
    s = np.asarray(strength, dtype=np.float64)
    out: Floats = np.where(s > 0, largest * (0.22 + 0.78 * np.sqrt(s)), 0.0)
    return out
