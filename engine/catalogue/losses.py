"""The catalogue of losses: what each is called, what goes with it, and what it asks of the output.

The arithmetic is in `compute/kernels/criteria.py`, by the same names. Definitions are those of PyTorch's functions of
the same name, with reduction="mean"; `half_squared_error`, which PyTorch does not have, is that of textbooks: half the
sum of squares over the outputs, the mean over the samples.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Sides = Callable[[Array, Array, float], list[NDArray[np.bool_]]]

LossName = Literal["mse", "half_squared_error", "mae", "huber", "binary_cross_entropy", "cross_entropy", "hinge"]


@dataclass(frozen=True)
class Loss:
    """One loss: names and facts."""

    name: LossName
    title: str  # in a list of losses
    full_title: str  # where it stands alone
    output: str = ""  # the output activation that goes with it, where only one does or one is usual
    squares: bool = False  # the error, however large
    fused: bool = False  # differentiated together with that output: dL/dz, without dL/da
    slope_at_z: str = ""  # of fused ones: dL/dz of one sample in words, {a} being what the output is called there
    needs_classes: bool = False  # and so classes can weigh differently in it
    divides_by_weights: bool = False  # class weights: the mean is over their sum, not over the samples
    targets: tuple[float, float] = (0.0, 1.0)  # what it asks of a single output for targets 0 and 1
    settings: tuple[str, ...] = ()  # that have an effect on it
    kink_at: str = ""  # where its kinks are, in words
    sides: Sides | None = None  # on which side of each of its kinks outputs stand; see `mae_sides`

    @property
    def threshold(self) -> float:
        """Above which a single output stands for class 1: halfway between the answers that the loss asks for."""
        return sum(self.targets) / 2.0

    @property
    def asks_for_shares(self) -> bool:
        """Whether outputs are meant to be the shares of classes, from 0 to 1."""
        return self.targets == (0.0, 1.0)

    def aim(self, target: float) -> float:
        """What the loss asks of a single output for a target."""
        low, high = self.targets
        return low + (high - low) * target


def mae_sides(output: Array, target: Array, delta: float) -> list[NDArray[np.bool_]]:
    """For outputs and targets (n, outputs), and Huber's delta: flat arrays, one a kink."""
    residual = (output - target).ravel()
    return [residual > 0.0, residual < 0.0]


def huber_sides(output: Array, target: Array, delta: float) -> list[NDArray[np.bool_]]:
    """The second derivative jumps at delta."""
    return [np.abs(output - target).ravel() > delta]


def hinge_sides(output: Array, target: Array, delta: float) -> list[NDArray[np.bool_]]:
    """It takes the positive part of 1 - y a for one output, else of 1 - a of the true class + a."""
    if output.shape[1] == 1:
        margins = 1.0 - (2.0 * target - 1.0) * output
    else:
        margins = 1.0 - (output * target).sum(axis=1, keepdims=True) + output
    return [margins.ravel() > 0.0]


DIFFERENCE = "{a} − target"

_ENTRIES = (
    Loss("mse", "squared error", "mean squared error", squares=True),
    Loss("half_squared_error", "half squared error", "half squared error", squares=True),
    Loss("mae", "absolute error", "mean absolute error", kink_at="an error of 0", sides=mae_sides),
    Loss(
        "huber", "Huber", "Huber loss", settings=("delta",), kink_at="an error as large as its delta", sides=huber_sides
    ),
    Loss(
        "binary_cross_entropy",
        "binary cross-entropy",
        "binary cross-entropy",
        output="sigmoid",
        fused=True,
        slope_at_z=DIFFERENCE,
        needs_classes=True,
    ),
    Loss(
        "cross_entropy",
        "cross-entropy",
        "cross-entropy",
        output="softmax",
        fused=True,
        slope_at_z=DIFFERENCE,
        needs_classes=True,
        divides_by_weights=True,
    ),
    Loss(
        "hinge",
        "hinge",
        "hinge loss",
        output="identity",
        needs_classes=True,
        targets=(-1.0, 1.0),
        kink_at="a margin of 0",
        sides=hinge_sides,
    ),
)

LOSSES: dict[str, Loss] = {entry.name: entry for entry in _ENTRIES}


def fused_with(output: str) -> Loss | None:
    """The loss that is made for that output activation; None where none is."""
    return next((entry for entry in LOSSES.values() if entry.fused and entry.output == output), None)
