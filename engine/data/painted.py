"""Points of the plane that a user painted: where they may lie, and what they ask."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.data.names import DatasetInfo
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.session.phrases import counted, shown

Point = tuple[float, float, float]

MIN_POINTS = 4
MAX_POINTS = 1_000
REACH = 1_000.0
"""Largest coordinate and value: a painted picture is of ordinary size."""


def read_points(value: Any) -> tuple[Point, ...]:
    """Points as [x, y, label] from a session's file. Raises ValueError with a sentence without its end."""
    if not isinstance(value, list | tuple):
        raise ValueError(f"expected a list of points [x, y, label], and found {shown(value)}")
    if len(value) > MAX_POINTS:
        raise ValueError(f"there are {len(value):,} points; expected at most {MAX_POINTS:,}")
    return tuple(_point(number, item) for number, item in enumerate(value, start=1))


def _point(number: int, item: Any) -> Point:
    if not isinstance(item, list | tuple) or len(item) != 3:
        raise ValueError(f"point {number} is {shown(item)}; expected three numbers [x, y, label]")
    for part in item:
        known = isinstance(part, int | float) and not isinstance(part, bool)
        if not known or not math.isfinite(part) or abs(part) > REACH:
            raise ValueError(f"point {number} has {shown(part)} in it; expected numbers from −1,000 to 1,000")
    return float(item[0]), float(item[1]), float(item[2])


def described(points: Sequence[Point], task: str) -> DatasetInfo:
    """The dataset that the points make. Raises DataProblem."""
    if len(points) < MIN_POINTS:
        raise DataProblem("points", f"{counted(len(points), 'point')} painted; expected at least {MIN_POINTS}")
    labels = [label for _, _, label in points]
    if task == "classes":
        raise DataProblem("task", "painted points have two classes or a value; use binary or regression")
    binary = set(labels) <= {0.0, 1.0}
    if task == "regression" or (task == "auto" and not binary):
        if min(labels) == max(labels):
            raise DataProblem("points", f"every point has the value {shown(labels[0])}; expected different ones")
        return DatasetInfo("points", "Painted points", "plane", "regression", 2, rows=len(points), help=_help(points))
    if not binary:
        odd = next(i for i, label in enumerate(labels, start=1) if label not in (0.0, 1.0))
        raise DataProblem("points", f"point {odd} has the label {shown(labels[odd - 1])}; expected 0 or 1")
    for side in (0.0, 1.0):
        if labels.count(side) < 2:
            found = counted(labels.count(side), "point")
            raise DataProblem(
                "points", f"class {side:g} has {found}; expected at least 2, one to learn and one to test"
            )
    return DatasetInfo("points", "Painted points", "plane", "binary", 2, 2, rows=len(points), help=_help(points))


def _help(points: Sequence[Point]) -> str:
    return f"{len(points)} points of the plane, painted by hand"


def arrays(points: Sequence[Point], info: DatasetInfo) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Points (n, 2) and their classes or values (n,)."""
    table = np.array(points, dtype=np.float64)
    return table[:, :2], table[:, 2].astype(np.int64 if info.classes else np.float64)
