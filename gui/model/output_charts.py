"""What charts of a network's output have in common, on the screen and in exported pictures. Pure: no Qt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.snapshot import DataView
from twostroke.gui.model.numbers import plain

STRENGTH = 0.6
"""Of a decision map's colours, so that points of the same colour stand out."""


@dataclass(frozen=True)
class Frame:
    """The ends of both axes in raw units."""

    left: float
    right: float
    bottom: float
    top: float


def plane_frame(data: DataView) -> Frame:
    """The square of the data."""
    low, high = data.extent
    return Frame(low, high, low, high)


def line_frame(data: DataView) -> Frame:
    """The line's ends; upwards the targets and a margin."""
    labels = np.concatenate([data.train_label, data.test_label])
    low, high = float(labels.min()), float(labels.max())
    margin = max(0.15 * (high - low), 0.05)
    left, right = data.extent
    return Frame(left, right, _outer(low - margin, False), _outer(high + margin, True))


def _outer(value: float, up: bool) -> float:
    """The next multiple of a fifth outwards, for short numbers at the axis."""
    steps = value / 0.2
    return float(0.2 * (np.ceil(steps) if up else np.floor(steps)))


def value_scale(data: DataView) -> float:
    """Values share one scale that is fixed by the targets; outputs of classes are shares already."""
    return max(float(np.abs(data.train_label).max()), 1e-9) if data.info.task == "regression" else 1.0


def signed_level(value: NDArray[np.floating], data: DataView, middle: float) -> NDArray[np.floating]:
    """Outputs on the signed scale from −1 to 1; for classes the border `middle` is its 0."""
    is_value = data.info.task == "regression"
    signed = value / value_scale(data) if is_value else (value - middle) / (1.0 - middle)
    return np.asarray(np.clip(signed, -1.0, 1.0))


def elsewhere(response: NDArray[np.floating], frame: Frame) -> tuple[str, bool] | None:
    """Where a curve is that the frame does not show, and whether that is above; None where some of it is shown."""
    low, high = float(np.min(response)), float(np.max(response))
    if not (low > frame.top or high < frame.bottom):
        return None
    above = low > frame.top
    span = plain(low) if plain(low) == plain(high) else f"{plain(low)} to {plain(high)}"
    return f"the output is {'above' if above else 'below'}: {span}", above
