"""Shapes of arrays as files declare them, before any array is made."""

import math
from collections.abc import Sequence

from twostroke.engine.session.phrases import shown

MOST_AXES = 8
MOST_PLACES = 2**48
"""Beyond, NumPy refuses an array, even an empty one: a file may say 0 × 2**62 × 4."""


def check_shape(name: str, shape: Sequence[int]) -> None:
    """ValueError, as the end of a sentence, where the array of that name can have no such shape."""
    places = math.prod(max(size, 1) for size in shape[:MOST_AXES])
    if len(shape) > MOST_AXES or any(size < 0 for size in shape) or places > MOST_PLACES:
        raise ValueError(f"holds {shown(name)} in a shape that is none")
