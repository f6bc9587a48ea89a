"""The small signs of what is cut, frozen, or compared, wherever they stand: on the picture or in its legend."""

import numpy as np
from numpy.typing import ArrayLike

from twostroke.gui.stage.scene.items import NONE, Discs, Item, Lines, discs, lines, rects

DASHES = 9
CHORDS = 3
"""Straight pieces of a dash."""


DOT = 3.0
"""Radius of a dot, in units of the scene."""


def dot(x: ArrayLike, y: ArrayLike, unit: float, colour: int, ground: int, role: str = "") -> Discs:
    """A dot at each (x, y), set off from what lies below it."""
    return discs(x, y, DOT * unit, colour, ground, 1.2 * unit, role)


def hatch(x: ArrayLike, y: ArrayLike, radius: float, width: float, colour: int, role: str = "") -> Lines:
    """Three slanted strokes within a circle of that radius around each (x, y): there is nothing to be shown."""
    away = np.array([-0.55, 0.0, 0.55]) * radius
    half = np.sqrt(radius**2 - away**2) * 0.8
    along, across = half * np.sqrt(0.5), away * np.sqrt(0.5)
    xs, ys = (np.reshape(values, (-1, 1)) for values in (x, y))
    x1, y1, x2, y2 = xs + across - along, ys + across + along, xs + across + along, ys + across - along
    return lines(x1.ravel(), y1.ravel(), x2.ravel(), y2.ravel(), width, colour, role)


def dashed_ring(x: ArrayLike, y: ArrayLike, radius: float, width: float, colour: int, role: str = "") -> Lines:
    """A dashed outline around each (x, y)."""
    turns = (np.arange(DASHES)[:, None] + 0.6 * np.linspace(0.0, 1.0, CHORDS + 1)) * (2 * np.pi / DASHES)
    dx, dy = radius * np.cos(turns), radius * np.sin(turns)
    xs, ys = (np.reshape(values, (-1, 1, 1)) for values in (x, y))
    x1, y1, x2, y2 = xs + dx[:, :-1], ys + dy[:, :-1], xs + dx[:, 1:], ys + dy[:, 1:]
    return lines(x1.ravel(), y1.ravel(), x2.ravel(), y2.ravel(), width, colour, role)


def locks(x: ArrayLike, y: ArrayLike, side: float, colour: int, ground: int, role: str = "") -> list[Item]:
    """A padlock at each (x, y), as wide as `side`, set off from what lies below it."""
    x, y = np.atleast_1d(np.asarray(x, dtype=np.float64)), np.atleast_1d(np.asarray(y, dtype=np.float64))
    tall, rim = 0.72 * side, 0.14 * side
    left, top = x - side / 2, y - 0.1 * side
    return [
        rects(left - rim, y - 0.72 * side, side + 2 * rim, 1.42 * side, ground, NONE, 0.3 * side, role=role),
        discs(x, y - 0.16 * side, 0.3 * side, NONE, colour, max(1.0, 0.16 * side), role),
        rects(left, top, side, tall, colour, NONE, 0.16 * side, role=role),
    ]


def snips(
    x: ArrayLike,
    y: ArrayLike,
    dx: ArrayLike,
    dy: ArrayLike,
    arm: float,
    width: float,
    colour: ArrayLike,
    role: str = "",
) -> Lines:
    """A stroke across a way at each (x, y), slanted against its direction (dx, dy), which has length 1."""
    x, y, dx, dy = np.broadcast_arrays(*(np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (x, y, dx, dy)))
    ax, ay = arm * (0.4 * dx + 0.92 * dy), arm * (0.4 * dy - 0.92 * dx)
    return lines(x - ax, y - ay, x + ax, y + ay, width, colour, role)
