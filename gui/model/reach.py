"""How far a step has come that is read term by term, and what each neuron has gathered until then. Pure."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.cursor import Extra, Moment, Phase, TermRef
from twostroke.gui.model.view import LayerView, ViewState

Floats = NDArray[np.floating[Any]]

COMES_IN = 0.7
"""When a term has come in, as a share of its own time: one can then look at the new sum."""


@dataclass(frozen=True)
class Reach:
    """How far a step is read term by term: those of the neurons before `unit` are there, and of its own all up to
    `term`, which itself is there where it has `come`."""

    phase: Phase
    unit: int
    term: TermRef
    come: bool

    @staticmethod
    def of(moment: Moment | None) -> "Reach | None":
        """At that moment; None where neurons act at the same time."""
        if moment is None or moment.unit is None or moment.term is None:
            return None
        return Reach(moment.step.phase, moment.unit, moment.term, moment.within >= COMES_IN)

    def links(self, links: int) -> int:
        """How many links of `unit` are there, in their order."""
        if isinstance(self.term, int):
            return self.term + self.come
        return 0 if self.phase is Phase.SPREAD else links  # there a skip path's share comes first

    def products(self, shape: tuple[int, ...]) -> Floats:
        """1 for each product of a link that is there, else 0, (out, in)."""
        back = self.phase is Phase.SPREAD
        there = np.zeros(shape[::-1] if back else shape)
        there[: self.unit] = 1.0
        there[self.unit, : self.links(there.shape[1])] = 1.0
        return there.T if back else there


def sums_at(layer: LayerView, weight: Floats, a: Floats, reach: Reach) -> Floats:
    """The sum so far in each neuron, (out,), NaN where no term has come in."""
    assert layer.z is not None
    summed = layer.z if layer.sum is None else layer.sum
    own = reach.term
    if own is Extra.NORM or (own is Extra.SKIP and layer.normalizer):  # they begin when all sums are there
        values = summed.copy()
        values[: reach.unit] = layer.z[: reach.unit]
    else:
        values = np.full(layer.units, np.nan)
        values[: reach.unit] = (summed if layer.normalizer else layer.z)[: reach.unit]
    values[reach.unit] = _sum_of(layer, summed, weight[reach.unit], a, reach)
    return values


def _sum_of(layer: LayerView, summed: Floats, weight: Floats, a: Floats, reach: Reach) -> float:
    """That of the neuron which is at its turn."""
    assert layer.z is not None
    unit, links = reach.unit, reach.links(len(a))
    if isinstance(reach.term, int) or (reach.term is Extra.BIAS and not reach.come):
        return float(weight[:links] @ a[:links]) if links else np.nan
    if reach.term is Extra.BIAS or (reach.term is Extra.NORM and not reach.come):
        return float(summed[unit])
    if reach.term is Extra.NORM or not reach.come:  # all but what the skip path adds
        added = 0.0 if layer.skip is None else float(layer.skip[unit])
        return float(layer.z[unit]) - added if layer.normalizer else float(summed[unit])
    return float(layer.z[unit])


def upstream_at(weight: Floats, delta: Floats, whole: Floats, reach: Reach, by_skip: bool) -> Floats:
    """The gradient so far behind the layer before, (in,), 0 where nothing has come back."""
    values = np.zeros(len(whole))
    values[: reach.unit] = whole[: reach.unit]
    unit, links = reach.unit, reach.links(len(delta))
    skipped = float(whole[unit] - delta @ weight[:, unit]) if by_skip and (links or reach.come) else 0.0
    values[unit] = whole[unit] if links == len(delta) else delta[:links] @ weight[:links, unit] + skipped
    return values


def sums_now(view: ViewState, layer: int) -> Floats | None:
    """The sum so far in each neuron of `layer`, whose sums are read term by term; None where they are not."""
    here, link, reach = view.layers[layer], view.links[layer - 1], Reach.of(view.moment)
    return None if reach is None or here.z is None else sums_at(here, link.weight, link.below.output, reach)


def upstream_now(view: ViewState, layer: int) -> Floats | None:
    """The gradient so far behind the layer before `layer`, whose spread is read term by term; None where it is not."""
    below, link, reach = view.layers[layer - 1], view.links[layer - 1], Reach.of(view.moment)
    if reach is None or link.above.delta is None or below.upstream is None:
        return None
    by_skip = any(source == below.index for source, _ in view.skip_targets)
    came = upstream_at(link.weight, link.above.delta, below.upstream, reach, by_skip)
    return came if below.cut is None else np.where(below.cut, 0.0, came)  # nothing comes back to what is cut
