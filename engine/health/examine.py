"""The examination of a network: every figure of `border.health`, in one go."""

from itertools import starmap

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.health import Z_BINS, Z_END, Health, LayerHealth, Real
from twostroke.engine.border.tape import Tape
from twostroke.engine.compute.network import Network
from twostroke.engine.compute.record import frozen
from twostroke.engine.data import Dataset
from twostroke.engine.health.collapsing import collapse
from twostroke.engine.health.unmoved_norms import with_own_figures
from twostroke.engine.probes.layers import LayerFigures, layer_probe
from twostroke.engine.probes.row_blocks import blocks
from twostroke.engine.probes.units import UnitFigures, unit_probe


class Spread:
    """Where the pre-activations of one layer lie, added up over blocks of rows."""

    def __init__(self, units: int) -> None:
        self.samples = 0
        self.mean, self.squares = np.zeros(units), np.zeros(units)
        self.counts = np.zeros((units, Z_BINS), dtype=np.int64)

    def add(self, z: NDArray[np.floating]) -> None:
        """z (n, units). Means are merged as by Chan et al. 1983, "Algorithms for Computing the Sample Variance"."""
        wide = z.astype(np.float64)
        mean, n = wide.mean(axis=0), len(wide)
        apart, total = mean - self.mean, self.samples + n
        self.squares += np.square(wide - mean).sum(axis=0) + np.square(apart) * self.samples * n / total
        self.mean += apart * n / total
        self.samples = total
        place = np.clip(np.nan_to_num((wide + Z_END) * (Z_BINS / (2.0 * Z_END)), nan=0.0), 0.0, Z_BINS - 1.0)
        units = len(self.mean)
        flat = (place.astype(np.int64) + Z_BINS * np.arange(units)).ravel()
        self.counts += np.bincount(flat, minlength=units * Z_BINS).reshape(units, Z_BINS)

    @property
    def deviation(self) -> Real:
        """Standard deviation over the samples, (units,)."""
        return np.sqrt(self.squares / max(1, self.samples))


@np.errstate(over="ignore", invalid="ignore")  # numbers that are no longer finite come out as such
def examine(network: Network, dataset: Dataset, tape: Tape) -> Health:
    """The figures of `network` over the training part; `tape` is that of the update that comes next."""
    with with_own_figures(network, dataset, tape.update):
        layers = layer_probe(network, dataset, tape.update, tape)
        units = unit_probe(network, dataset, tape.update)
        spreads = [Spread(width) for width in network.widths[1:]]
        for _, block in blocks(network, dataset.x_train):
            for spread, (z, _, _) in zip(spreads, network.forward_all(block), strict=True):
                spread.add(z)
    told = starmap(_layer, zip(layers.layers, units.layers, spreads, strict=True))
    return Health(tape.update, layers.samples, tuple(told), collapse=collapse(network, dataset, tape.update))


def _layer(figures: LayerFigures, units: UnitFigures, spread: Spread) -> LayerHealth:
    assert figures.update_ratio is not None, "there was a tape"
    return LayerHealth(
        name=figures.name,
        active=figures.active,
        gradient=figures.gradient,
        update_ratio=figures.update_ratio,
        gain_product=figures.gain_product,
        jacobian=figures.jacobian,
        effective_rank=figures.effective_rank,
        firing=units.firing,
        dead=units.dead,
        cut=units.cut,
        saturated=units.saturated,
        z_mean=frozen(spread.mean),
        z_spread=frozen(spread.deviation),
        z_counts=frozen(spread.counts),
    )
