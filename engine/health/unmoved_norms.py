"""Batch normalization that no update has moved yet: its running figures are those it was made with, mean 0, variance 1.

An examination that took them would find the network as it was without a normalizer, and call a remedy no help.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from twostroke.engine.compute.network import Network
from twostroke.engine.data import Dataset
from twostroke.engine.probes.layers import ROWS


@contextmanager
def with_own_figures(network: Network, dataset: Dataset, update: int) -> Iterator[None]:
    """Meanwhile such normalizers have the figures of (the first ROWS samples of) the training part as one mini-batch.

    That is what the updates from `update` on will find.
    """
    unmoved = [layer for layer in range(1, network.depth + 1) if _is_unmoved(network, layer)]
    if not unmoved:
        yield
        return
    kept = network.running
    network.running = kept.copy()
    try:
        passes = network.both_strokes(dataset.x_train[:ROWS], dataset.target_train[:ROWS], update)
        for layer in unmoved:
            organs = passes.layers[layer - 1].organs
            network.running_mean(layer)[:] = organs["norm_mean"]
            network.running_variance(layer)[:] = organs["norm_variance"]
        yield
    finally:
        network.running = kept


def _is_unmoved(network: Network, layer: int) -> bool:
    mean, variance = network.running_mean(layer), network.running_variance(layer)
    return bool(mean.size and not mean.any() and (variance == 1.0).all())
