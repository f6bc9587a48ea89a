"""Colours between the palette's: a value on a signed scale, a share, a class. Plain arithmetic, no Qt."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from twostroke.gui.look.theme import Palette


def rgb(colour: str) -> tuple[int, int, int]:
    """The parts of "#rrggbb"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mixed(low: str, high: str, share: float) -> str:
    """The colour at `share` (0 to 1) of the way from `low` to `high`."""
    parts = (round(a + (b - a) * share) for a, b in zip(rgb(low), rgb(high), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def signal_colour(palette: Palette, value: float) -> str:
    """Of a value from −1 (orange) through 0 (background) to 1 (blue); beyond, the end's colour."""
    end = palette.signal_positive if value > 0 else palette.signal_negative
    return mixed(palette.background, end, min(abs(value), 1.0))


@lru_cache(maxsize=16)
def signal_table(low: str, middle: str, high: str, steps: int = 255) -> NDArray[np.uint8]:
    """(steps, 4) colours as blue, green, red, alpha: from `low` through `middle` to `high`, for QImage.Format_RGB32."""
    ends = np.array([rgb(low), rgb(middle), rgb(high)], dtype=np.float64)
    at = np.linspace(0.0, 2.0, steps)
    parts = np.stack([np.interp(at, (0, 1, 2), ends[:, channel]) for channel in range(3)], axis=1)
    table = np.full((steps, 4), 255, dtype=np.uint8)
    table[:, :3] = np.rint(parts[:, ::-1]).astype(np.uint8)
    return table
