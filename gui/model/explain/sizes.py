"""How large the numbers are that a gradient is put together from: what its round-off is a share of.

The backward stroke once more with sizes in place of numbers, so that nothing cancels: what is left of terms that do
cancel, as behind batch normalization of two samples, has the round-off of the terms.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.tape import Array
from twostroke.engine.session.spec import LayerSpec
from twostroke.gui.model.explain import learned
from twostroke.gui.model.explain.facts import Facts
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.switched import passed_by

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sizes:
    """Of the gradient of each sample's own loss at a layer: at a, at z and at the weighted sum, (B, units)."""

    a: Floats
    z: Floats
    sum: Floats


def size_of(facts: Facts, q: Quantity) -> float:
    """Of the terms of a gradient by a parameter, by z, a, output or sum."""
    sizes = _sizes(facts)
    at, row = sizes[q.layer], slice(None) if q.row is None else slice(q.row, q.row + 1)
    if q.kind in (Kind.GRADIENT, Kind.SAMPLE_GRADIENT):
        return float(_met(facts, q, at)[row].mean())
    own = {Kind.DELTA: at.z, Kind.SUM_DELTA: at.sum}.get(q.kind, at.a)
    return float(own[row, q.unit].mean())


def _met(facts: Facts, q: Quantity, at: Sizes) -> Floats:
    """What arrives at a parameter times what it meets there, (B,)."""
    key, layer, source = learned.key_of(q), facts.layer(q.layer), q.source or 0
    if key == "weight":
        return at.sum[:, q.unit] * np.abs(facts.outputs(q.layer - 1)[:, source])
    if key == "skip_weight":
        return at.z[:, q.unit] * np.abs(facts.outputs(layer.skip_from or 0)[:, source])
    if key in ("bias", "shift"):
        return (at.sum if key == "bias" else at.z)[:, q.unit]
    if key == "scale":
        return at.z[:, q.unit] * np.abs(layer.organs["normalized"][:, q.unit])
    return at.a[:, q.unit] * np.maximum(1.0, layer.z[:, q.unit] ** 2)  # of no activation is df/dp larger


def _sizes(facts: Facts) -> dict[int, Sizes]:
    found: dict[int, Sizes] = {}
    arriving = {layer: np.zeros((facts.samples, facts.layer(layer).units)) for layer in range(1, facts.depth + 1)}
    for number in range(facts.depth, 0, -1):
        layer = facts.layer(number)
        gain = np.ones(layer.z.shape)
        if layer.gain is not None:
            gain = np.where(passed_by(layer, layer.units, backward=True), gain, np.abs(layer.gain))
        a = _at_the_loss(facts) if number == facts.depth else arriving[number] * _mask(layer.organs)
        z = np.maximum(a * gain, np.abs(layer.dloss_dz) * facts.samples)
        total = _through_normalizer(facts, number, z)
        found[number] = Sizes(a, np.asarray(z, dtype=np.float64), np.asarray(total, dtype=np.float64))
        if number > 1:
            arriving[number - 1] += total @ np.abs(layer.weight)
        if layer.skip_from:
            weight = layer.organs.get("skip_weight")
            arriving[layer.skip_from] += z if weight is None else z @ np.abs(weight)
    return found


def _at_the_loss(facts: Facts) -> Floats:
    """The slope of the loss, and the numbers that it is the difference of."""
    top = facts.layer(facts.depth)
    slope = 0.0 if top.dloss_da is None else np.abs(top.dloss_da) * facts.samples
    return np.asarray(slope + np.abs(top.a) + np.abs(facts.target), dtype=np.float64)


def _mask(organs: dict[str, Array]) -> Array | float:
    return organs.get("dropout_mask", 1.0)


def _through_normalizer(facts: Facts, number: int, z: Array) -> Floats:
    """What arrives before a normalizer: enlarged by it, with what comes of the others that share mean and variance, and
    with the round-off of the sums that it divides by a small spread."""
    layer, spec = facts.layer(number), facts.spec(number)
    variance = layer.organs.get("norm_variance")
    if variance is None or not isinstance(spec, LayerSpec):
        return np.asarray(z, dtype=np.float64)
    shared = 0 if spec.norm.name == "batch" else 1
    spread = np.expand_dims(np.sqrt(np.asarray(variance, dtype=np.float64) + spec.norm.epsilon), shared)
    hat, own = np.abs(layer.organs["normalized"]), z * np.abs(layer.organs["scale"])
    mixed = own + own.mean(shared, keepdims=True) + hat * (own * hat).mean(shared, keepdims=True)
    return np.asarray(mixed / spread * (1.0 + np.abs(layer.organs["sum"]) / spread), dtype=np.float64)
