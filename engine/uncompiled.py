"""The forward stroke of one sample as plain Python, for the first seconds in which the kernels are being compiled.

So the window can show real numbers at once. Gradients are not computed here: they are NaN until the kernels are ready.
"""

import numpy as np

from twostroke.engine import activations
from twostroke.engine.network import Network, Pass
from twostroke.engine.tape import Array


def forward(network: Network, x: Array) -> tuple[Pass, ...]:
    """Each layer for x (n, inputs). Gradients are NaN."""
    passes = []
    a = np.asarray(x, dtype=network.dtype)
    for layer in range(1, network.depth + 1):
        z = a @ network.weight(layer).T + network.bias(layer)
        spec = network.activations[layer - 1]
        unknown = np.full_like(z, np.nan)
        if spec.entry.output_only:
            e = np.exp(z - z.max(axis=1, keepdims=True))
            a = e / e.sum(axis=1, keepdims=True)
            gain = None
        else:
            value, slope = activations.evaluate(spec.name, z, spec.params)
            a = value.astype(z.dtype) if network.plan.gate_forward[layer - 1] else z
            gain = slope.astype(z.dtype)
        passes.append(Pass(z, a, gain, unknown, unknown))
    return tuple(passes)
