"""The forward stroke of one sample as plain Python, for the first seconds in which the kernels are being compiled.

So the window can show real numbers at once. Gradients are not computed here: they are NaN until the kernels are ready.
"""

import numpy as np

from twostroke.engine.border.tape import Array
from twostroke.engine.catalogue import activations
from twostroke.engine.compute.network import Network, Pass


def forward(network: Network, x: Array) -> tuple[Pass, ...]:
    """Each layer for x (n, inputs), as the network is used. Gradients are NaN."""
    outputs = [np.asarray(x, dtype=network.dtype)]
    passes = []
    for layer in range(1, network.depth + 1):
        z = _normalised(network, layer, outputs[-1] @ network.weight(layer).T + network.bias(layer))
        own = network.layers[layer - 1]
        if own.skip is not None:
            z = z + (outputs[own.skip] @ network.skip_weight(layer).T if own.projected else outputs[own.skip])
        a, gain = _gate(network, layer, z)
        unknown = np.full_like(z, np.nan)
        passes.append(Pass(z, a, gain, unknown, unknown))
        outputs.append(a)
    return tuple(passes)


def _normalised(network: Network, layer: int, value: Array) -> Array:
    """The weighted sums (n, out) after the normalizer of `layer`."""
    own = network.layers[layer - 1]
    if own.norm == "none":
        return value
    if own.norm == "batch":
        mean, variance = network.running_mean(layer), network.running_variance(layer)
    else:
        mean, variance = value.mean(axis=1, keepdims=True), value.var(axis=1, keepdims=True)
    hat = (value - mean) / np.sqrt(variance + network.dtype.type(own.epsilon))
    return np.asarray(network.scale(layer) * hat + network.shift(layer), dtype=network.dtype)


def _gate(network: Network, layer: int, z: Array) -> tuple[Array, Array | None]:
    """Activation and gain (n, out) of `layer`; no gain for softmax."""
    if network.is_softmax(layer):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True), None
    a, gain = np.empty_like(z), np.empty_like(z)
    for run in network.layers[layer - 1].runs:
        own = slice(run.first, run.first + run.units)
        a[:, own], gain[:, own] = activations.evaluate(run.spec.name, z[:, own], run.spec.params)
    by = network.passed_by(layer, backward=False)
    a = z.copy() if not network.is_forward(layer) else a if by is None else np.where(by, z, a)
    cut = list(network.layers[layer - 1].cut)
    a[:, cut] = gain[:, cut] = 0.0
    return a, gain
