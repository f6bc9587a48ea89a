"""What each unit does over a whole data set: how often it fires, whether it is dead, how often its gate is shut."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.tape import Array
from twostroke.engine.catalogue.activations import is_shut
from twostroke.engine.compute.network import Network
from twostroke.engine.compute.record import frozen
from twostroke.engine.data import Dataset
from twostroke.engine.probes.row_blocks import blocks
from twostroke.engine.probes.straight import Real, unit_specs
from twostroke.engine.session.phrases import layer_name


@dataclass(frozen=True, eq=False)
class UnitFigures:
    """The units of one layer, over all samples of the training part. Shapes (units,)."""

    name: str  # "hidden 1", ..., "output"
    firing: Real  # share of the samples for which the unit fires
    dead: NDArray[np.bool_]  # it fires for no sample, and its gate is shut for all of them, though it is not cut
    cut: NDArray[np.bool_]  # the session cuts it
    saturated: Real  # share of the samples that find its gate shut; NaN for softmax, whose Jacobian is no mask
    mean_size: Real  # mean of |a|


@dataclass(frozen=True, eq=False)
class UnitProbe:
    """What each unit did with every sample of the training part."""

    update: int
    samples: int
    layers: tuple[UnitFigures, ...]


@dataclass(frozen=True, eq=False)
class Bounds:
    """From where on each unit of a layer fires, and below which its gate is shut. Shapes (units,)."""

    fires: Real
    by_size: NDArray[np.bool_]  # it is |a| that has to be above `fires`
    shut_below: Real  # as in the catalogue

    def fired(self, a: Array) -> NDArray[np.bool_]:
        """Which units fire, for activations a (n, units)."""
        return np.asarray(np.where(self.by_size, np.abs(a), a) > self.fires)


def bounds(network: Network, layer: int) -> Bounds:
    """When the units of `layer` (1...depth) fire and open."""
    specs = unit_specs(network, layer)
    firing = [spec.entry.fires_above for spec in specs]
    return Bounds(
        fires=np.array([bound for bound, _ in firing]),
        by_size=np.array([by_size for _, by_size in firing], dtype=np.bool_),
        shut_below=np.array([spec.entry.shut_below for spec in specs]),
    )


def unit_probe(network: Network, dataset: Dataset, update: int) -> UnitProbe:
    """Firing, dead, saturated and size of every unit of `network`, after `update` updates, over the training part."""
    limits = [bounds(network, layer) for layer in range(1, network.depth + 1)]
    fired, shut, size = ([np.zeros(width) for width in network.widths[1:]] for _ in range(3))
    for _, block in blocks(network, dataset.x_train):
        for i, (_, a, gain) in enumerate(network.forward_all(block)):
            fired[i] += limits[i].fired(a).sum(axis=0)
            shut[i] += np.nan if gain is None else is_shut(gain, limits[i].shut_below).sum(axis=0)
            size[i] += np.abs(a).sum(axis=0, dtype=np.float64)
    samples = len(dataset.x_train)
    cut = np.split(network.cut_units, np.cumsum(network.widths[1:])[:-1])
    return UnitProbe(
        update,
        samples,
        tuple(
            UnitFigures(
                name=layer_name(i + 1, network.depth),
                firing=frozen(fired[i] / samples),
                dead=frozen((fired[i] == 0) & (shut[i] == samples) & ~cut[i]),
                cut=frozen(cut[i]),
                saturated=frozen(shut[i] / samples),
                mean_size=frozen(size[i] / samples),
            )
            for i in range(network.depth)
        ),
    )
