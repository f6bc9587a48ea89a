"""Numbers of a network beside those of the main one: whether they can be compared, and which differ. Pure: no Qt."""

import numpy as np

from twostroke.engine.border.tape import Array
from twostroke.gui.model.cut_and_frozen import Mask
from twostroke.gui.model.numbers import as_read
from twostroke.gui.model.view import ViewState


def uncompared(view: ViewState) -> str:
    """Why no number of `view` is compared with the main network's; "" where they are, or where there is no other."""
    if view.main is not None and view.main.widths != view.widths:
        return "numbers not compared: its shape is not the main network's"
    return elsewhere(view)


def elsewhere(view: ViewState) -> str:
    """Why `view` is not of the main network's moment and sample; "" where it is, or where there is no other."""
    main = view.main
    if main is None:
        return ""
    if main.snapshot.update != view.snapshot.update or (main.tape is None) != (view.tape is None):
        return "numbers not compared: the main network is at another moment"
    if not np.array_equal(main.layers[0].a, view.layers[0].a, equal_nan=True):
        return "numbers not compared: the main network shows another sample"
    return ""


@np.errstate(over="ignore", invalid="ignore")
def differing(values: Array, others: Array, digits: int) -> Mask:
    """Which of `values` are written with other `digits` significant digits than `others`, element by element. A number
    differs from none (NaN).
    """
    unknown = np.isnan(values)
    out: Mask = unknown != np.isnan(others)
    some = ~unknown & ~out & (values != others)
    step = 10.0 ** (1 - digits) * np.maximum(np.abs(values), np.abs(others))  # no last digit stands for more
    far = some & (np.abs(values - others) > step)
    out |= far
    for at in np.flatnonzero(some & ~far).tolist():
        out[at] = as_read(float(values[at]), digits) != as_read(float(others[at]), digits)
    return out
