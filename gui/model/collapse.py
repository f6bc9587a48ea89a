"""Several layers that are one linear map, in words."""

import numpy as np

from twostroke.engine.border.health import Health
from twostroke.engine.session.phrases import counted
from twostroke.gui.model.numbers import number

SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

ROUND_OFF = 1000
"""Units in the last place of the largest z that so many sums may lose; beyond, the difference is not called so."""

MOST_NAMED = 6
"""Layers whose matrices are all named."""


def title(layers: int, product: bool) -> str:
    """What stands above the matrix: "These 3 layers are one: W₃ W₂ W₁ ="."""
    if not product:
        return f"These {layers} layers are one linear map: z = W x + b, W ="
    names = [f"W{str(layer).translate(SUBSCRIPT)}" for layer in range(layers, 0, -1)]
    if layers > MOST_NAMED:
        names = [*names[:2], "…", names[-1]]
    return f"These {layers} layers are one: {' '.join(names)} ="


def apart(health: Health, dtype: str) -> str:
    """How far the map is from the stack, and whether rounding explains it."""
    found = health.collapse
    if found is None:
        return ""
    limit = ROUND_OFF * float(np.finfo(dtype).eps) * found.largest
    rounding = f" (round-off of {dtype})" if found.difference <= limit else ""
    return (
        f"Largest difference from the stack over {counted(health.samples, 'sample')}, update {health.update:,}: "
        f"{number(found.difference)} of {number(found.largest)}{rounding}."
    )
