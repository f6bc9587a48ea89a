"""How large the terms are that the loss of a mini-batch is computed from: what its round-off is a share of.

A number on the way to the loss that is rounded moves the loss by dL/d(number) times what was rounded away, which is a
share of the terms that the number is the sum of, however little they leave when they cancel. To first order the
round-off of the loss is thus some units of the last place of the sum of |dL/d(number)| times those terms. The loss
alone does not tell it: from outputs near 1 and errors near 1e-9, a squared error of 1e-18 is known to 1e-25, not to
1e-34.
"""

import numpy as np

from twostroke.engine.border.tape import Array
from twostroke.engine.compute.kernels.plan import Buffers, Feed
from twostroke.engine.compute.layout import Layer
from twostroke.engine.compute.network import Network, Pass


def loss_terms(network: Network, feed: Feed, buffers: Buffers) -> float:
    """That sum for all samples of `feed`, after both strokes over them in `buffers`."""
    samples = feed.x.shape[0]
    total, outputs = 0.0, [np.abs(feed.x)]
    passes = [network.layer_pass(buffers, layer.number, samples) for layer in network.layers]
    for layer, got in zip(network.layers, passes, strict=True):
        total += float((np.abs(got.dloss_dz) * _before_the_gate(network, layer, got, outputs)).sum())
        if got.dloss_da is not None:
            total += float((np.abs(got.dloss_da) * (np.abs(got.z) + np.abs(got.a))).sum())
        outputs.append(np.abs(got.organs.get("output", got.a)))
    return total + _of_the_loss(network, feed, passes[-1], buffers.sample_loss[:samples])


def _before_the_gate(network: Network, layer: Layer, got: Pass, outputs: list[Array]) -> Array:
    """The terms of z, (n, units): those of the weighted sum, through the normalizer, and those of the skip path."""
    number = layer.number
    terms: Array = outputs[-1] @ np.abs(network.weight(number).T) + np.abs(network.bias(number))
    if layer.norm != "none":
        axis = 0 if layer.norm == "batch" else 1
        root = np.sqrt(np.expand_dims(got.organs["norm_variance"], axis) + layer.epsilon)
        both = terms + terms.mean(axis=axis, keepdims=True)  # of the sum less the mean
        terms = np.abs(network.scale(number)) * both / root + np.abs(network.shift(number))
    if layer.skip is not None:
        source = outputs[layer.skip]
        terms = terms + (source @ np.abs(network.skip_weight(number).T) if layer.projected else source)
    return terms


def _of_the_loss(network: Network, feed: Feed, top: Pass, sample_loss: Array) -> float:
    """The terms of the loss itself, from the output layer's numbers."""
    own = float(np.abs(sample_loss).mean())
    if top.dloss_da is not None:  # of the error, or of hinge's margin
        return own + float((np.abs(top.dloss_da) * (np.abs(feed.target) + 1.0)).sum())
    if network.session.training.loss.name == "cross_entropy":  # log of a sum of at least 1, less the true z
        own += float((1.0 + np.abs(top.z).max(axis=1)).mean())
    return own
