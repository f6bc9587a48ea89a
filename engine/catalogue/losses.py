"""The losses by name: the kernel that computes each, and what goes with it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.tape import Array
from twostroke.engine.compute.kernels.criteria import LOSSES
from twostroke.engine.session.spec import ClassWeights, LossSpec

FUSED = frozenset({"binary_cross_entropy", "cross_entropy"})
"""Losses that are differentiated together with the output activation: dL/dz = (a - target) / n, without dL/da."""


def kernel(spec: LossSpec, outputs: int) -> Callable[..., float]:
    """The part that computes a loss; hinge is another one with several outputs."""
    return LOSSES["multi_margin" if spec.name == "hinge" and outputs > 1 else spec.name]


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
