"""Mixing colours, and how light they look. Plain arithmetic, no Qt.

Everything is drawn opaque (translucent pens are 15 to 20 times slower), so what looks translucent is mixed with its
background here. The stage takes colours packed, 0xRRGGBB in an int or an int32 array; widgets take "#rrggbb".
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Packed = NDArray[np.int32]
Floats = NDArray[np.floating[Any]]

WHITE, NEAR_BLACK, BLACK = 0xFFFFFF, 0x101317, 0x000000
READABLE = 4.5
"""Contrast that text has at least (WCAG 2, level AA)."""

STEPS = 24
"""Shades between two colours. Few enough that the painter can draw many links with one pen."""


_SHIFTS = np.array([16, 8, 0], dtype=np.int32)


@lru_cache(maxsize=512)
def packed(colour: str) -> int:
    """ "#rrggbb" as 0xRRGGBB."""
    return int(colour[1:], 16)


def rgb(colour: str) -> tuple[int, int, int]:
    """The parts of "#rrggbb"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def written(colour: int) -> str:
    """0xRRGGBB as "#rrggbb"."""
    return f"#{colour:06x}"


@lru_cache(maxsize=65_536)
def mix(a: int, b: int, share: float) -> int:
    """`share` of `b` in `a`, 0 to 1 (clamped)."""
    t = min(max(share, 0.0), 1.0)
    out = 0
    for shift in (16, 8, 0):
        low, high = (a >> shift) & 255, (b >> shift) & 255
        out |= round(low + (high - low) * t) << shift
    return out


def mixes(a: int, b: Packed, share: Floats) -> Packed:
    """`mix` of one colour with each of `b`."""
    if np.equal(share, 1.0).all():
        return b
    shift = _SHIFTS.reshape(3, *(1,) * b.ndim)  # all three parts at once: arrays are short, and each call costs
    low, high = (a >> shift) & 255, (b >> shift) & 255
    parts = np.rint(low + (high - low) * np.clip(share, 0.0, 1.0)).astype(np.int32) << shift
    out: Packed = parts[0] | parts[1] | parts[2]
    return out


def mixed(a: str, b: str, share: float) -> str:
    """`mix` for "#rrggbb"."""
    return written(mix(packed(a), packed(b), share))


@lru_cache(maxsize=1_024)
def _ramp(a: int, b: int) -> Packed:
    return np.array([mix(a, b, i / STEPS) for i in range(STEPS + 1)], dtype=np.int32)


def shades(a: int, b: int, share: ArrayLike) -> Packed:
    """`mix` for an array of shares, in `STEPS` shades."""
    out: Packed = _ramp(a, b)[_step(share)]
    return out


def _step(share: ArrayLike) -> NDArray[np.intp]:
    """Which of the shades. A number that is not known stays at rest: of it and 0, fmax takes 0."""
    known = np.fmin(np.fmax(np.asarray(share, dtype=np.float64), 0.0), 1.0)
    out: NDArray[np.intp] = np.rint(known * STEPS).astype(np.intp)
    return out


def signed_shades(rest: int, negative: int, positive: int, value: ArrayLike, share: ArrayLike) -> Packed:
    """From `rest` towards `negative` or `positive` by the sign of `value`, as far as `share` says."""
    step = _step(share)
    out: Packed = np.where(np.asarray(value) < 0, _ramp(rest, negative)[step], _ramp(rest, positive)[step])
    return out


def luminance(colour: int) -> float:
    """How light a colour looks, 0 to 1 (relative luminance of sRGB, WCAG 2)."""
    total = 0.0
    for shift, weight in ((16, 0.2126), (8, 0.7152), (0, 0.0722)):
        c = ((colour >> shift) & 255) / 255
        total += weight * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
    return total


def contrast(one: int, other: int) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def most_readable(inks: Iterable[str], ground: str) -> str:
    """That of `inks` which stands out most from `ground`."""
    return max(inks, key=lambda ink: contrast(packed(ink), packed(ground)))


@lru_cache(maxsize=65_536)
def readable_on(colour: int) -> int:
    """White or near-black, whichever has more contrast on `colour`; on a colour between them, black or white."""
    best = max((WHITE, NEAR_BLACK), key=lambda ink: contrast(ink, colour))
    return best if contrast(best, colour) >= READABLE else max((WHITE, BLACK), key=lambda ink: contrast(ink, colour))


@lru_cache(maxsize=16)
def ramp_between(*stops: str, steps: int = 255) -> NDArray[np.uint8]:
    """(steps, 4) colours as blue, green, red, alpha, evenly through all `stops`: for QImage.Format_RGB32."""
    ends = np.array([rgb(stop)[::-1] for stop in stops], dtype=np.float64)
    at = np.linspace(0.0, len(stops) - 1.0, steps)
    table = np.full((steps, 4), 255, dtype=np.uint8)
    for channel in range(3):
        table[:, channel] = np.rint(np.interp(at, range(len(stops)), ends[:, channel]))
    return table
