"""The loss over a plane through the space of all parameters, and the way of a run on it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]


class Directions(StrEnum):
    """Which two directions the plane has."""

    PATH = "path"  # those in which the states of the run differ most
    RANDOM = "random"  # drawn; each unit's part of them is as long as its weights


@dataclass(frozen=True)
class SurfaceWish:
    """Which surface is wanted.

    `reach`: from the middle to the edges; 1 as far as the path goes, or, of random directions, as far as the weights
    are from 0. `seed` is that of random directions.
    """

    directions: Directions = Directions.PATH
    reach: float = 1.0
    seed: int = 0


USUAL_SURFACE = SurfaceWish()


@dataclass(frozen=True, eq=False)
class Plane:
    """All origin + a · first + b · second: vectors of all parameters, the directions of length 1."""

    origin: Real
    first: Real
    second: Real

    def at(self, a: float, b: float) -> Real:
        """The parameters at a point of the plane."""
        return np.asarray(self.origin + a * self.first + b * self.second)

    def places(self, thetas: NDArray[np.floating]) -> Real:
        """Of each row of parameters: a and b of the nearest point of the plane, and how far it is away, (m, 3).

        Directions need not be at right angles, so these are least squares.
        """
        away, (both, products) = thetas - self.origin, self._both
        ab = np.linalg.solve(products, both @ away.T).T
        # Row by row: as one product of two columns and two long rows it takes 15 times as long.
        off = [np.linalg.norm(row - at @ both) for row, at in zip(away, ab, strict=True)]
        return np.column_stack([ab, off])

    @cached_property
    def _both(self) -> tuple[Real, Real]:
        """The directions as rows, and the products of each with each: asked for with every snapshot."""
        both = np.stack([self.first, self.second])
        return both, both @ both.T

    @property
    def angle(self) -> float:
        """Degrees between the directions, at most 90."""
        return float(np.degrees(np.arccos(min(1.0, abs(float(self.first @ self.second))))))


def middles(half: float, cells: int) -> Real:
    """Where the middles of cells lie that reach from -half to half."""
    return np.asarray(half * (2.0 * np.arange(cells) + 1.0 - cells) / cells)


@dataclass(frozen=True, eq=False)
class RunPath:
    """States of a run beside a plane, (m,) each."""

    update: NDArray[np.int64]
    a: Real
    b: Real
    off: Real  # how far each is from the plane
    loss: Real  # of the states themselves, not of the plane below them


@dataclass(frozen=True, eq=False)
class LossSurface:
    """Mean losses, each computed, at the middles of cells over a plane through the state after `update` updates.

    Where there is no plane, `why` is the end of a sentence that says why, and there is nothing else.
    """

    wish: SurfaceWish
    update: int
    branch: int  # of the line of the history, ...
    end: int  # ...which went as far when the path was taken
    why: str = ""
    plane: Plane | None = None
    half: tuple[float, float] = (0.0, 0.0)  # from the middle to the edges, along a and b
    loss: Real | None = None  # (n, n); row 0 has the smallest b, column 0 the smallest a
    path: RunPath | None = None
    share: float | None = None  # of the variance of the path's states that the plane holds
    samples: int = 0  # over which each loss is a mean, ...
    of_samples: int = 0  # ...of so many of the training part
    moving: int = 0  # parameters that are not frozen or cut
    finest: bool = False  # whether no finer one follows
