"""Parameters that a session gives, as its file holds them: lists of numbers, and of rows of numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from twostroke.engine.session.phrases import shown

MAX_GIVEN = 10_000
"""Numbers that a session can give; beyond, a file nobody reads: they belong into a companion."""

TOO_MANY = (
    f"more than {MAX_GIVEN:,} numbers; keep so many in the .safetensors file that the program writes beside a session "
    "saved with its weights"
)

LARGEST = {"float32": 3.4028234663852886e38, "float64": 1.7976931348623157e308}

SMALLEST = {"float32": 1.401298464324817e-45, "float64": 5e-324}
"""Of what is not 0: less would become 0."""

Shape = tuple[int, ...]


def given(value: Any) -> dict[str, Any]:
    """What a session gives, as tuples of numbers and of rows. ValueError says what is none of these."""
    if not isinstance(value, Mapping):
        raise ValueError(f'is {shown(value)}; expected an object in braces, as {{"l1.bias": [0.5, 0.5]}}')
    return {str(key): _array(str(key), values) for key, values in value.items()}


def _array(key: str, values: Any) -> tuple[Any, ...]:
    if not isinstance(values, list | tuple) or not values:
        raise ValueError(f"{key} is {shown(values)}; expected a list of numbers, or a list of rows of numbers")
    if not isinstance(values[0], list | tuple):
        return tuple(_number(f"{key}[{i}]", value) for i, value in enumerate(values))
    for i, row in enumerate(values):
        if not isinstance(row, list | tuple) or len(row) != len(values[0]):
            raise ValueError(f"{key}[{i}] is {shown(row)}; expected {len(values[0])} numbers, as in the first row")
    return tuple(tuple(_number(f"{key}[{i},{j}]", v) for j, v in enumerate(row)) for i, row in enumerate(values))


def _number(place: str, value: Any) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or abs(value) > LARGEST["float64"] or not math.isfinite(value):
        raise ValueError(f"{place} is {shown(value)}; expected a finite number")
    return float(value)


def span_problem(value: float, dtype: str) -> str | None:
    """Why `dtype` does not hold a number, not even rounded, as the end of a sentence; None where it does."""
    if not abs(value) <= LARGEST[dtype]:
        return f"which ends at {LARGEST[dtype]:.2g}"
    if value and abs(value) < SMALLEST[dtype]:
        return f"in which what is smaller than {SMALLEST[dtype]:.2g} becomes 0"
    return None


def shape_of(values: Sequence[Any]) -> Shape:
    """The shape of what a session gives."""
    return (len(values), len(values[0])) if isinstance(values[0], tuple | list) else (len(values),)
