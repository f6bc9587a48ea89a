"""The losses by name: the code the kernels know them by, and what goes with them."""

from twostroke.engine.kernels import plan
from twostroke.engine.spec import LossSpec

CODES: dict[str, int] = {
    "mse": plan.MSE,
    "mae": plan.MAE,
    "huber": plan.HUBER,
    "binary_cross_entropy": plan.BINARY_CROSS_ENTROPY,
    "cross_entropy": plan.CROSS_ENTROPY,
}

FUSED = frozenset({"binary_cross_entropy", "cross_entropy"})
"""Losses that are differentiated together with the output activation: dL/dz = (a - target) / n, without dL/da."""


def setting(spec: LossSpec) -> float:
    """The one number that a loss takes: Huber's delta."""
    return spec.delta
