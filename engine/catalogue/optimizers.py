"""The catalogue of optimizers: what they are called, and other names by which they are known.

Their settings are in `session/settings/training_spec.py`, their arithmetic in `compute/kernels/rules.py`, by the same
names.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Optimizer:
    """One rule of the update."""

    name: str
    title: str
    memories: tuple[str, ...]  # "first": a velocity, which needs a momentum, or Adam's mean of g; "second": of g²
    usual_rate: float = 0.003  # the largest that is; that of those whose steps are about as long as the rate
    variants: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # a name of its own -> settings it means


_ENTRIES = (
    Optimizer(
        "sgd", "SGD", ("first",), 0.1, {"momentum": {"momentum": 0.9}, "nesterov": {"momentum": 0.9, "nesterov": True}}
    ),
    Optimizer("rmsprop", "RMSProp", ("first", "second")),
    Optimizer("adagrad", "Adagrad", ("second",), 0.03),
    Optimizer("adam", "Adam", ("first", "second")),
    Optimizer("adamw", "AdamW", ("first", "second")),
)

OPTIMIZERS: dict[str, Optimizer] = {entry.name: entry for entry in _ENTRIES}
VARIANTS: dict[str, dict[str, Any]] = {
    name: {"name": entry.name, **settings} for entry in _ENTRIES for name, settings in entry.variants.items()
}
"""Names under which variants are known, and the settings they stand for."""


def memories(optimizer: Any) -> tuple[str, ...]:
    """Which memories an optimizer with these settings uses; a velocity only where there is a momentum."""
    used = OPTIMIZERS[optimizer.name].memories
    return tuple(name for name in used if name != "first" or getattr(optimizer, "momentum", 1.0) > 0.0)
