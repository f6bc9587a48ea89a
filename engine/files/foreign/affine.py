"""Factors and shifts between the layers of a file, such as scaling of its inputs, folded into weights and biases."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from twostroke.engine.files.foreign.numbers import Array


@dataclass(frozen=True, eq=False)
class Affine:
    """factor · x + shift, of one number for all or one for each: (1,) or (n,)."""

    factor: Array = field(default_factory=lambda: np.ones(1))
    shift: Array = field(default_factory=lambda: np.zeros(1))

    def then(self, other: "Affine") -> "Affine":
        """This, and the other of what it gives. ValueError where their widths differ."""
        return Affine(self.factor * other.factor, self.shift * other.factor + other.shift)

    def before(self, weight: Array, bias: Array | None) -> tuple[Array, Array | None]:
        """Weights (out, in) and bias that take x itself. ValueError, as the end of a sentence, where widths differ."""
        inputs = weight.shape[1]
        if {self.factor.size, self.shift.size} - {1, inputs}:
            raise ValueError(
                f"scales {max(self.factor.size, self.shift.size):,} numbers where a layer takes {inputs:,}"
            )
        if not self.shift.any():
            return weight * self.factor, bias
        moved = weight @ np.broadcast_to(self.shift, (inputs,))
        return weight * self.factor, moved if bias is None else bias + moved

    def behind(self, weight: Array, bias: Array | None) -> tuple[Array, Array | None]:
        """Weights and bias of a layer whose sums are already scaled so."""
        units = len(weight)
        factor, shift = (np.broadcast_to(part, (units,)) for part in (self.factor, self.shift))
        scaled = None if bias is None else bias * factor
        if shift.any():
            scaled = shift.copy() if scaled is None else scaled + shift
        return weight * factor[:, None], scaled


def of_figures(figures: Mapping[str, Array], epsilon: float) -> Affine:
    """What a normalizer over the mini-batch does when a network is used: with figures that no longer move.

    `figures` are scale, shift, running_mean and running_variance, (n,) each.
    """
    factor = figures["scale"] / np.sqrt(figures["running_variance"] + epsilon)
    return Affine(factor, figures["shift"] - figures["running_mean"] * factor)


FOLDED = "becomes part of the weights behind it, by the figures of the file: there are none of mini-batches there"
"""Of such a normalizer where a session has none, before all layers or behind an activation."""


def affine_of(op: str, number: Array, first: bool) -> Affine | None:
    """What a node does that takes x and the number, which stands first or second; None where that is none such."""
    flat = number.reshape(-1)
    one, none = np.ones(1), np.zeros(1)
    if op == "Add":
        return Affine(one, flat)
    if op == "Sub":
        return Affine(-one, flat) if first else Affine(one, -flat)
    if op == "Mul":
        return Affine(flat, none)
    return Affine(1.0 / flat, none) if op == "Div" and not first and flat.all() else None
