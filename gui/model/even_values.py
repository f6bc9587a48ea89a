"""Numbers turned up and down in the picture, by a wheel or by keys: from one even value to the next. Pure."""

import math

import numpy as np

from twostroke.engine.session.parameters import layer_and_name, place_of
from twostroke.gui.model.view import ViewState

STEP, FINE = 0.1, 0.01
SLACK = 1e-6
"""Share of a step by which a number may lie beside an even value and still be it: float32 holds 0.3 as 0.30000001."""


def turned(value: float, steps: int, step: float) -> float:
    """`steps` even values further up, or down where negative: 0.42 becomes 0.5, then 0.6; by fine steps 0.43."""
    at = value / step
    place = math.floor(at + SLACK) + steps if steps > 0 else math.ceil(at - SLACK) + steps
    return round(place * step, 10)


def number_at(view: ViewState, place: str) -> float | None:
    """The number at "l1.weight[0,1]", "l1.bias[0]", "l1.param.slope[0]", as `view` shows it; None where it does not."""
    key, index = place_of(place)
    layer, name = layer_and_name(key)
    if not 0 < layer <= view.depth:
        return None
    learned = {f"param.{param}": values for param, values in view.layers[layer].param}
    held = (learned | {"weight": view.links[layer - 1].weight, "bias": view.layers[layer].bias}).get(name)
    if held is None or len(index) != held.ndim or not np.all(np.array(index) < held.shape):
        return None
    return float(held[index])
