"""Whether a stroke passes the gate of one neuron: of its layer, and its own. Pure: no Qt."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


class HasGates(Protocol):
    """A layer of a tape, or one that is shown."""

    @property
    def gate_forward(self) -> bool:
        """Whether the signal passes the gates of the layer."""

    @property
    def gate_backward(self) -> bool:
        """Whether the gradient does."""

    @property
    def off_forward(self) -> Mask | None:
        """(units,): which have their own gate off, while that of the layer is on; None where none has."""

    @property
    def off_backward(self) -> Mask | None:
        """The same on the backward stroke."""


def own_off(layer: HasGates, *, backward: bool) -> Mask | None:
    """Which units have their own gate off on that stroke; None where none has."""
    return layer.off_backward if backward else layer.off_forward


def has_switches(layer: HasGates) -> bool:
    """Whether any unit has its own gate off on a stroke."""
    return layer.off_forward is not None or layer.off_backward is not None


def gate_on(layer: HasGates, unit: int, *, backward: bool) -> bool:
    """Whether that stroke passes the gate of that unit."""
    off = own_off(layer, backward=backward)
    return (layer.gate_backward if backward else layer.gate_forward) and (off is None or not off[unit])


def gated(layer: HasGates, *, backward: bool) -> bool:
    """Whether that stroke passes all gates of the layer."""
    return (layer.gate_backward if backward else layer.gate_forward) and own_off(layer, backward=backward) is None


def passed_by(layer: HasGates, units: int, *, backward: bool) -> Mask:
    """Which units that stroke passes by their gates, (units,)."""
    off = own_off(layer, backward=backward)
    none = np.zeros(units, dtype=np.bool_)
    if not (layer.gate_backward if backward else layer.gate_forward):
        return ~none
    return none if off is None else off
