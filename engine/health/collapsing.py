"""Whether several layers are one: without gates on the forward stroke they are a product of matrices."""

import numpy as np

from twostroke.engine.border.health import Collapse
from twostroke.engine.compute.network import Network
from twostroke.engine.data import Dataset
from twostroke.engine.probes.linear import linear_probe
from twostroke.engine.probes.straight import straighten


def collapse(network: Network, dataset: Dataset, update: int) -> Collapse | None:
    """The one map that all layers are; None where they are none, or only one, or its numbers are not finite."""
    if network.depth < 2:
        return None
    try:
        found = linear_probe(network, dataset, update)
    except ValueError:  # some gates bend
        return None
    numbers = (found.map.weight, found.map.bias, found.difference, found.largest)
    if not all(np.isfinite(each).all() for each in numbers):
        return None
    return Collapse(found.map.weight, found.map.bias, _is_product(network), found.difference, found.largest)


def _is_product(network: Network) -> bool:
    """No normalizer, skip path, cut unit or sloping gate has a part in it."""
    form = straighten(network)
    bare = all(own.norm == "none" and own.skip is None for own in network.layers)
    return bare and all((gates.slope == 1.0).all() and not gates.offset.any() for gates in form.pieces)
