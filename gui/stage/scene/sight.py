"""Which links are in view while one looks closer: of a large network those are drawn, not what is strong elsewhere."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from twostroke.gui.stage.scene.close_up import nearness
from twostroke.gui.stage.scene.layout import Layout
from twostroke.gui.stage.scene.zoomed import Zoom

PARTS = 4
"""In how many steps a window goes over what it sees: within one the scene stays the same."""


@dataclass(frozen=True)
class Window:
    """The part of a scene that is seen, and a little more; in its pixels."""

    left: float
    top: float
    right: float
    bottom: float


def window_of(zoom: Zoom, width: float, height: float) -> Window | None:
    """What is seen of a scene of that size; None where it is all of it."""
    near = nearness(zoom.by)
    if near == 1.0:
        return None
    across, down = width / near / PARTS, height / near / PARTS
    return Window(
        math.floor(-zoom.x / zoom.by / across) * across,
        math.floor(-zoom.y / zoom.by / down) * down,
        math.ceil((width - zoom.x) / zoom.by / across) * across,
        math.ceil((height - zoom.y) / zoom.by / down) * down,
    )


@lru_cache(maxsize=32)
def in_view(layout: Layout, layer: int, window: Window) -> NDArray[np.bool_]:
    """Which links into a layer cross the window, (out, in)."""
    before, after = layout.columns[layer - 1], layout.columns[layer]
    x1, y1 = before.out_xs[None, :], before.link_ys[None, :]
    x2, y2 = after.in_xs[:, None], after.link_ys[:, None]
    across = np.maximum(x2 - x1, 1e-9)
    begin = np.clip((window.left - x1) / across, 0.0, 1.0)
    end = np.clip((window.right - x1) / across, 0.0, 1.0)
    ends = y1 + begin * (y2 - y1), y1 + end * (y2 - y1)
    low, high = np.minimum(*ends), np.maximum(*ends)
    return np.asarray((begin < end) & (high >= window.top) & (low <= window.bottom))
