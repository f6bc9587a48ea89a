"""Mixing colours. Everything is drawn opaque (translucent pens are 15 to 20 times slower), so what looks
translucent is mixed with its background here. Colours are packed: 0xRRGGBB in an int or an int32 array.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Packed = NDArray[np.int32]
Floats = NDArray[np.floating[Any]]

STEPS = 24
"""Shades between two colours. Few enough that the painter can draw many links with one pen."""


@lru_cache(maxsize=512)
def packed(colour: str) -> int:
    """ "#rrggbb" as 0xRRGGBB."""
    return int(colour[1:], 16)


@lru_cache(maxsize=65_536)
def mix(a: int, b: int, share: float) -> int:
    """`share` of `b` in `a`, 0 to 1 (clamped)."""
    t = min(max(share, 0.0), 1.0)
    out = 0
    for shift in (16, 8, 0):
        low, high = (a >> shift) & 255, (b >> shift) & 255
        out |= round(low + (high - low) * t) << shift
    return out


@lru_cache(maxsize=1_024)
def _ramp(a: int, b: int) -> Packed:
    return np.array([mix(a, b, i / STEPS) for i in range(STEPS + 1)], dtype=np.int32)


def shades(a: int, b: int, share: ArrayLike) -> Packed:
    """`mix` for an array of shares, in `STEPS` shades."""
    known = np.nan_to_num(np.asarray(share, dtype=np.float64), nan=0.0)  # a number not known stays at rest
    index = np.rint(np.clip(known, 0.0, 1.0) * STEPS).astype(np.intp)
    out: Packed = _ramp(a, b)[index]
    return out


def signed_shades(rest: int, negative: int, positive: int, value: ArrayLike, share: ArrayLike) -> Packed:
    """From `rest` towards `negative` or `positive` by the sign of `value`, as far as `share` says."""
    out: Packed = np.where(np.asarray(value) < 0, shades(rest, negative, share), shades(rest, positive, share))
    return out


def luminance(colour: int) -> float:
    """How light a colour looks, 0 to 1 (relative luminance of sRGB, WCAG 2)."""
    total = 0.0
    for shift, weight in ((16, 0.2126), (8, 0.7152), (0, 0.0722)):
        c = ((colour >> shift) & 255) / 255
        total += weight * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
    return total


def readable_on(colour: int) -> int:
    """White or near-black, whichever has more contrast on `colour`."""
    light = luminance(colour)
    return 0xFFFFFF if 1.05 / (light + 0.05) >= (light + 0.05) / 0.0579 else 0x101317
