"""The losses by name: the code the kernels know them by, and what goes with them."""

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.kernels import plan
from twostroke.engine.spec import ClassWeights, LossSpec
from twostroke.engine.tape import Array

CODES: dict[str, int] = {
    "mse": plan.MSE,
    "mae": plan.MAE,
    "huber": plan.HUBER,
    "binary_cross_entropy": plan.BINARY_CROSS_ENTROPY,
    "cross_entropy": plan.CROSS_ENTROPY,
    "hinge": plan.HINGE,
}

FUSED = frozenset({"binary_cross_entropy", "cross_entropy"})
"""Losses that are differentiated together with the output activation: dL/dz = (a - target) / n, without dL/da."""


def code(spec: LossSpec, outputs: int) -> int:
    """What the kernels know a loss by; hinge is another one with several outputs."""
    return plan.MULTI_MARGIN if spec.name == "hinge" and outputs > 1 else CODES[spec.name]


def setting(spec: LossSpec) -> float:
    """The one number that a loss takes: Huber's delta."""
    return spec.delta


def threshold(spec: LossSpec) -> float:
    """Above which a single output stands for class 1: halfway between the answers that the loss asks for."""
    return 0.0 if spec.name == "hinge" else 0.5


def class_weights(spec: ClassWeights, label: NDArray[np.int64], classes: int) -> Array | None:
    """What each class counts (classes,), for the labels (n,) of the training part; None where all count the same.

    Balanced weights are n / (classes * samples of the class), as scikit-learn's; a class without samples gets 0.
    """
    if spec.name == "none":
        return None
    if spec.name == "given":
        return np.array(spec.values, dtype=np.float64)
    count = np.bincount(label, minlength=classes)
    return np.divide(label.size, classes * count, out=np.zeros(classes), where=count > 0)
