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
    variants: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # a name of its own -> settings it means


_ENTRIES = (
    Optimizer("sgd", "SGD", {"momentum": {"momentum": 0.9}, "nesterov": {"momentum": 0.9, "nesterov": True}}),
    Optimizer("rmsprop", "RMSProp"),
    Optimizer("adagrad", "Adagrad"),
    Optimizer("adam", "Adam"),
    Optimizer("adamw", "AdamW"),
)

OPTIMIZERS: dict[str, Optimizer] = {entry.name: entry for entry in _ENTRIES}
VARIANTS: dict[str, dict[str, Any]] = {
    name: {"name": entry.name, **settings} for entry in _ENTRIES for name, settings in entry.variants.items()
}
"""Names under which variants are known, and the settings they stand for."""
