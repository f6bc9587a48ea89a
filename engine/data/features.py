"""Inputs made from a point of the plane or the line; what a feature's name in the session stands for.

Points live in about [-1, 1], where sin(x) would be almost a straight line and teach nothing that x does not. The
feature `sin(x)` is therefore sin(πx), one full wave across the plane, and is called so on the screen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]


@dataclass(frozen=True)
class Feature:
    """One input: what the screen calls it, and how it comes from the raw columns (N, raw inputs) -> (N,)."""

    title: str
    column: Callable[[NDArray[np.float64]], Column]


CATALOGUE: dict[str, Feature] = {
    "x": Feature("x", lambda raw: raw[:, 0]),
    "y": Feature("y", lambda raw: raw[:, 1]),
    "x^2": Feature("x²", lambda raw: raw[:, 0] ** 2),
    "y^2": Feature("y²", lambda raw: raw[:, 1] ** 2),
    "x*y": Feature("x · y", lambda raw: raw[:, 0] * raw[:, 1]),
    "sin(x)": Feature("sin(πx)", lambda raw: np.sin(np.pi * raw[:, 0])),
    "sin(y)": Feature("sin(πy)", lambda raw: np.sin(np.pi * raw[:, 1])),
}
"""Name in the session -> feature."""


def transform(raw: NDArray[np.floating[Any]], names: Sequence[str]) -> NDArray[np.float64]:
    """The named features of raw points (N, raw inputs), as (N, len(names)); the raw columns where none is named."""
    wide = np.asarray(raw, dtype=np.float64)
    if not names:
        return wide
    return np.column_stack([CATALOGUE[name].column(wide) for name in names])
