"""The forward stroke of a tape's mini-batch once more, in float64 and plain NumPy, with a nudge anywhere on the way.

The kernels can nudge parameters, not a z or an a; and those of float64 may not be compiled yet, where one click waits
for the answer. Straight activations take their lines, others their function number by number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.tape import Tape
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.compute.layout import Layer, Run
from twostroke.engine.compute.network import Network
from twostroke.engine.probes.sample_losses import sample_losses
from twostroke.engine.probes.straight import lines, wide

Real = NDArray[np.float64]
Rows = slice


@dataclass(frozen=True, eq=False)
class Nudge:
    """What is added where: `along`, (rows,), times the step, at a neuron's "sum", "z", "a" or "output".

    "parameter": to that of the activation which has this number, for the rows where `along` is not 0.
    """

    place: str
    layer: int
    unit: int
    along: Real
    parameter: int = 0


@dataclass(frozen=True, eq=False)
class Stage:
    """What one layer computed, (rows, units) each; `normalized` None where there is no normalizer."""

    sum: Real
    normalized: Real | None
    z: Real
    a: Real
    output: Real


class Replay:
    """The mini-batch of `tape` through `network`, whose parameters are those of the tape."""

    def __init__(self, network: Network, tape: Tape) -> None:
        self.network, self.tape = network, tape
        self._target = wide(tape.target)
        self._counts = _counts(network, tape)
        self._parameters = cache(self._widened)
        self.outputs = [wide(tape.x)]
        self.stages: list[Stage] = []
        for number in range(1, network.depth + 1):
            self.stages.append(self._stage(number, self.outputs, slice(None), None, 0.0))
            self.outputs.append(self.stages[-1].output)

    def nudged(self, nudge: Nudge, step: float, rows: Rows) -> "Nudged":
        """These rows again from the nudge's layer on. Batch normalization behind it needs all rows."""
        outputs = [own[rows] for own in self.outputs[: nudge.layer]]
        stages = []
        for number in range(nudge.layer, self.network.depth + 1):
            own = nudge if number == nudge.layer else None
            stages.append(self._stage(number, outputs, rows, own, step))
            outputs.append(stages[-1].output)
        return Nudged(self, nudge, tuple(stages), rows)

    def _stage(self, number: int, outputs: list[Real], rows: Rows, nudge: Nudge | None, step: float) -> Stage:
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is seen in the end
            return self._computed(number, outputs, rows, nudge, step)

    def _computed(self, number: int, outputs: list[Real], rows: Rows, nudge: Nudge | None, step: float) -> Stage:
        layer, own = self.network.layers[number - 1], self._parameters(number)

        def pushed(place: str, values: Real) -> Real:
            if nudge is not None and nudge.place == place:
                values = values.copy()
                values[:, nudge.unit] += step * nudge.along
            return values

        total = pushed("sum", outputs[number - 1] @ own["weight"].T + own["bias"])
        normalized = None if layer.norm == "none" else _normalized(layer, total)
        z = total if normalized is None else own["scale"] * normalized + own["shift"]
        if layer.skip is not None:
            source = outputs[layer.skip]
            z = z + (source @ own["skip_weight"].T if layer.projected else source)
        z = pushed("z", z)
        a = pushed("a", self._activated(layer, z, nudge, step))
        mask = self.tape.layers[number - 1].organs.get("dropout_mask")
        return Stage(total, normalized, z, a, pushed("output", a if mask is None else a * wide(mask)[rows]))

    def _widened(self, number: int) -> dict[str, Real]:
        return {name: wide(values) for name, values in self.network.layer_parameters(number).items()}

    def _activated(self, layer: Layer, z: Real, nudge: Nudge | None, step: float) -> Real:
        if self.network.is_softmax(layer.number):
            e = np.exp(z - z.max(axis=1, keepdims=True))
            return np.asarray(e / e.sum(axis=1, keepdims=True))
        if self.network.is_forward(layer.number):
            a = self.gates(layer, z)
            if nudge is not None and nudge.place == "parameter":
                own = self.gate(nudge, z[:, nudge.unit], step)
                a[:, nudge.unit] = np.where(nudge.along != 0.0, own, a[:, nudge.unit])
            by = list(layer.off_forward)
            a[:, by] = z[:, by]
        else:
            a = z.copy()
        a[:, list(layer.cut)] = 0.0
        return a

    def gates(self, layer: Layer, z: Real) -> Real:
        """f(z) of all units, (rows, units)."""
        numbers = self.network.numbers(layer.number)
        a = np.empty_like(z)
        for run in layer.runs:
            for units in _alike(run):
                a[:, units] = function(run.spec.name, tuple(numbers[units.start].tolist()), z[:, units])
        return a

    def gate(self, nudge: Nudge, z: Real, step: float) -> Real:
        """f(z) of the nudged unit, with its nudged parameter."""
        numbers = self.network.numbers(nudge.layer)[nudge.unit].tolist()
        numbers[nudge.parameter] += step
        return function(run_of(self.network, nudge.layer, nudge.unit).spec.name, tuple(numbers), z)

    def losses(self, nudged: "Nudged") -> Real:
        """What each of the rows counts: its loss, by the weight of its class; NaN or infinite where it is not."""
        top, nudge = nudged.stages[-1], nudged.nudge
        of_outputs = nudge.layer == self.network.depth and nudge.place in ("a", "output")
        target, loss = self._target[nudged.rows], self.network.session.training.loss
        return sample_losses(loss, top.z, top.output, target, of_outputs=of_outputs) * self._counts[nudged.rows]

    def loss_sides(self, nudged: "Nudged", output: Real | None = None) -> NDArray[np.bool_]:
        """On which side of each of the loss's own kinks the rows stand, or would with that `output`, (rows, ...)."""
        loss = self.network.session.training.loss
        output = nudged.stages[-1].output if output is None else output
        target = self._target[nudged.rows]
        if loss.entry.sides is None:
            return np.zeros((len(target), 0), dtype=np.bool_)
        found = loss.entry.sides(output, target, loss.delta)
        return np.concatenate([side.reshape(len(target), -1) for side in found], axis=1)


@dataclass(frozen=True, eq=False)
class Nudged:
    """What became of some rows, from the nudge's layer on."""

    replay: Replay
    nudge: Nudge
    stages: tuple[Stage, ...]
    rows: Rows

    def z(self, number: int) -> Real:
        """Of a layer from the nudge's on, (rows, units)."""
        return self.stages[number - self.nudge.layer].z


def kinks_of(network: Network, number: int) -> Iterator[tuple[NDArray[np.int64], float]]:
    """Units of a layer that have a kink where the signal passes, and at which z."""
    layer = network.layers[number - 1]
    for run in layer.runs if network.is_forward(number) else ():
        without = (*layer.cut, *layer.off_forward)
        units = np.setdiff1d(np.arange(run.first, run.first + run.units), without).astype(np.int64)
        for kink in (*run.spec.entry.kinks, *run.spec.entry.bends):
            yield units, kink


def run_of(network: Network, number: int, unit: int) -> Run:
    """The run of neighbours with one activation that a unit belongs to."""
    runs = network.layers[number - 1].runs
    return next(run for run in runs if run.first <= unit < run.first + run.units)


def _alike(run: Run) -> Iterator[slice]:
    """Units with the same numbers: all of the run, or each by itself where it learns them."""
    if not run.spec.entry.learned:
        yield slice(run.first, run.first + run.units)
        return
    yield from (slice(unit, unit + 1) for unit in range(run.first, run.first + run.units))


def function(name: str, numbers: tuple[float, ...], z: Real) -> Real:
    """f(z) for an array of any shape."""
    straight = lines(name, numbers)
    if straight is None:
        f = CATALOGUE[name].pair
        return np.array([f(value, numbers)[0] for value in z.ravel().tolist()]).reshape(z.shape)
    kinks, pieces = straight
    piece = np.searchsorted(np.array(kinks), z, side="left")  # at a kink, the piece below it
    slope, offset = np.array([each.slope for each in pieces]), np.array([each.offset for each in pieces])
    return np.asarray(slope[piece] * z + offset[piece])


def _normalized(layer: Layer, total: Real) -> Real:
    axis = 0 if layer.norm == "batch" else 1
    centred = total - total.mean(axis=axis, keepdims=True)
    return np.asarray(centred / np.sqrt(total.var(axis=axis, keepdims=True) + layer.epsilon))


def _counts(network: Network, tape: Tape) -> Real:
    """What the loss of each sample counts by the weight of its class: on the whole as much as without, where so."""
    if tape.class_weight is None:
        return np.ones(tape.samples)
    weight = wide(tape.class_weight)
    return weight / weight.mean() if network.session.training.loss.entry.divides_by_weights else weight
