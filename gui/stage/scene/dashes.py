"""Links that are dashed: where colours come out as greys, a weak dark one looks as a strong light one does."""

import numpy as np

from twostroke.gui.look.colour import Floats
from twostroke.gui.stage.scene.items import Lines

DASH, GAP = 7.0, 4.0
"""Of a thin line, in units of the layout..."""

DASH_WIDE, GAP_WIDE = 2.2, 1.4
"""...and of a wide one, in its widths, where that is more."""


def dashed(made: Lines, which: np.ndarray, unit: float) -> Lines:
    """The same, with dashes in place of the lines for which `which`, (n,), is true; in the same order."""
    if not which.any():
        return made
    dx, dy = made.x2 - made.x1, made.y2 - made.y1
    length = np.maximum(np.hypot(dx, dy), 1e-9)
    dash, gap = np.maximum(DASH * unit, DASH_WIDE * made.width), np.maximum(GAP * unit, GAP_WIDE * made.width)
    count = np.where(which, np.ceil(length / (dash + gap)), 1).astype(int)
    line = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
    begin = nth * ((dash + gap) / length)[line]
    end: Floats = np.where(which[line], np.minimum(begin + (dash / length)[line], 1.0), 1.0)
    x1, y1 = made.x1[line], made.y1[line]
    return Lines(
        x1 + begin * dx[line],
        y1 + begin * dy[line],
        x1 + end * dx[line],
        y1 + end * dy[line],
        made.width[line],
        made.colour[line],
        made.role,
    )
