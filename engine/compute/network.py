"""A network: its parameters in one flat array, views into it by layer and name, and passes over given samples."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numba import config
from numpy.typing import ArrayLike, NDArray

from twostroke.engine.border.tape import Array
from twostroke.engine.catalogue import activations
from twostroke.engine.catalogue.initializers import INITIALIZERS
from twostroke.engine.compute import cores, layout
from twostroke.engine.compute.kernels import halves, lanes, train
from twostroke.engine.compute.kernels import plan as k
from twostroke.engine.compute.kernels.plan import Buffers, Feed, Plan
from twostroke.engine.session.spec import ActivationSpec, Session

__all__ = ["EVALUATE", "Network", "Pass", "Passes", "Survey"]

EVALUATE = -1
"""In place of an update's number: batch normalization takes its running figures, and nothing is dropped."""

ORGANS: dict[str, int] = {
    "sum": k.SUM,
    "normalized": k.NORMALIZED,
    "skip": k.ADDEND,
    "dropout_mask": k.MASK,
    "output": k.OUTPUT,
    "dloss_doutput": k.D_OUTPUT,
    "dloss_dsum": k.D_SUM,
}
"""Arrays (n, out) that a layer has besides z, a and gain where it has the organ, and their column of the plan."""


@dataclass(frozen=True, eq=False)
class Pass:
    """What one layer computed for n samples. Shapes (n, out); None where there is no such number (see LayerTape)."""

    z: Array
    a: Array
    gain: Array | None
    dloss_da: Array | None
    dloss_dz: Array
    organs: dict[str, Array] = field(default_factory=dict)  # see LayerTape


@dataclass(frozen=True, eq=False)
class Passes:
    """Both strokes over n samples."""

    loss: float
    sample_loss: Array  # (n,)
    layers: tuple[Pass, ...]
    gradient: Array  # like theta: of the mean loss, without penalties


@dataclass(frozen=True, eq=False)
class Survey:
    """A forward stroke over many samples."""

    output: Array  # (n, outputs)
    sample_loss: Array  # (n,)
    fired: NDArray[np.int64]  # (units of layers 1...depth,): samples for which each fires
    opened: NDArray[np.int64]  # the same: samples that find its gate open


def _lanes(count: int, dtype: Any) -> NDArray[Any]:
    """Zeros that begin where a line of the processor's cache does: no vector of a row lies across two."""
    whole = np.zeros(count * dtype.itemsize + lanes.BYTES, dtype=np.uint8)
    begin = -whole.ctypes.data % lanes.BYTES
    return whole[begin : begin + count * dtype.itemsize].view(dtype)


class Network:
    """A dense network as a session describes it, with weights drawn from the session's seed.

    `blas` forces matrix products by BLAS (True) or by loops (False) in every layer; by default size decides.
    `widths` (inputs, hidden..., outputs) stands in for those that follow from the session's data.
    """

    def __init__(self, session: Session, *, blas: bool | None = None, widths: tuple[int, ...] | None = None) -> None:
        self.session = session
        self.widths = session.widths if widths is None else widths
        self.depth = len(self.widths) - 1
        self.dtype = np.dtype(session.network.dtype)
        self.activations: tuple[ActivationSpec, ...] = (
            *(layer.activation for layer in session.network.layers),
            session.network.output.activation,
        )
        self.layers = layout.layers_of(session, self.widths)
        self.layout = layout.layout_of(session, self.layers, blas)
        self.theta: Array = np.zeros(self.layout.parameters, dtype=self.dtype)
        self.running: Array = np.zeros(self.layout.running, dtype=self.dtype)
        self.initialise()

    @property
    def plan(self) -> Plan:
        """What the kernels follow; to be asked for by whoever runs one, as it sees to the cores that BLAS takes.

        The first time, this compiles what the network needs and nothing before it has.
        """
        plan = self._plan
        if self.layout.largest:
            cores.share(self.layout.largest)
        return plan

    @property
    def halves(self) -> bool:
        """Whether there are products that a second core may do half of."""
        return halves.HALVED_FROM <= self.layout.largest <= cores.ONE_UP_TO and not config.DISABLE_JIT

    @cached_property
    def _plan(self) -> Plan:
        return layout.plan_of(self.session, self.layers, self.layout)

    def initialise(self) -> None:
        """Draw the weights anew from the session's seed; everything else at its beginning, or as the session gives it.

        What is given takes nothing from the draws: the other weights are those they would be without it.
        """
        rng = np.random.default_rng(self.session.network.seed)
        init = self.session.network.init
        entry, settings = INITIALIZERS[init.name], dict(init)
        self.theta[:] = 0.0
        for layer in self.layers:
            number, spec = layer.number, self.activations[layer.number - 1]
            gain = spec.entry.weight_gain(spec.params) if init.gain == "activation" else entry.gain
            self.weight(number)[:] = entry.draw(rng, settings, layer.units, layer.into, gain)
            for run in layer.runs:
                for row, parameter in enumerate(run.spec.entry.learned, start=run.row):
                    self._learned(number)[row, run.first : run.first + run.units] = run.spec.params[parameter.name]
            if layer.projected:
                self.skip_weight(number)[:] = entry.draw(rng, settings, layer.units, layer.skip_units, gain)
            if layer.norm != "none":
                self.scale(number)[:] = 1.0
            if layer.norm == "batch":
                self.running_variance(number)[:] = 1.0
        views = self._views()
        for key, values in self.session.network.parameters.items():
            views[key][:] = np.asarray(values)
        self._sever()

    def _sever(self) -> None:
        """A cut link carries nothing: its weight is 0, whatever was drawn or given for it."""
        self.theta[self.layout.cut] = 0.0

    # -- parameters ----------------------------------------------------------------------------------------------

    def _part(self, layer: int, column: int, shape: tuple[int, ...], flat: Array | None) -> Array:
        begin = int(self.layout.table[layer - 1, column])
        part: Array = (self.theta if flat is None else flat)[begin : begin + math.prod(shape)].reshape(shape)
        return part

    def weight(self, layer: int, flat: Array | None = None) -> Array:
        """View (out, in) of the weights into `layer` (1...depth), in theta or in another array laid out like it."""
        return self._part(layer, k.WEIGHT, (self.widths[layer], self.widths[layer - 1]), flat)

    def bias(self, layer: int, flat: Array | None = None) -> Array:
        """View (out,) of the biases of `layer`."""
        return self._part(layer, k.BIAS, (self.widths[layer],), flat)

    def scale(self, layer: int, flat: Array | None = None) -> Array:
        """View (out,) of the normalizer's scale; empty where `layer` has none."""
        return self._part(layer, k.SCALE, (self._normalised(layer),), flat)

    def shift(self, layer: int, flat: Array | None = None) -> Array:
        """View (out,) of the normalizer's shift; empty where `layer` has none."""
        return self._part(layer, k.SHIFT, (self._normalised(layer),), flat)

    def skip_weight(self, layer: int, flat: Array | None = None) -> Array:
        """View (out, width of the source) of the skip path's projection; without rows where `layer` has none."""
        own = self.layers[layer - 1]
        return self._part(layer, k.SKIP_WEIGHT, (own.units * own.projected, own.skip_units), flat)

    def _normalised(self, layer: int) -> int:
        return self.widths[layer] * (self.layers[layer - 1].norm != "none")

    def _learned(self, layer: int, flat: Array | None = None) -> Array:
        return self._part(layer, k.PARAM, (len(self.layers[layer - 1].learned), self.widths[layer]), flat)

    def param(self, layer: int, name: str, flat: Array | None = None) -> Array:
        """View (out,) of one learned activation parameter of `layer`; 0 for units whose activation has none such.

        KeyError where no activation of the layer has it.
        """
        names = self.layers[layer - 1].learned
        if name not in names:
            raise KeyError(f"{self.activations[layer - 1].name} learns no parameter {name!r}")
        row: Array = self._learned(layer, flat)[names.index(name)]
        return row

    def params(self, layer: int, flat: Array | None = None) -> dict[str, Array]:
        """All learned activation parameters of `layer` by name."""
        return dict(zip(self.layers[layer - 1].learned, self._learned(layer, flat), strict=True))

    def running_mean(self, layer: int, running: Array | None = None) -> Array:
        """View (out,) of batch normalization's running mean; empty where `layer` has none."""
        return self._running(layer, 0, running)

    def running_variance(self, layer: int, running: Array | None = None) -> Array:
        """View (out,) of batch normalization's running variance; empty where `layer` has none."""
        return self._running(layer, 1, running)

    def _running(self, layer: int, which: int, running: Array | None) -> Array:
        units = self.widths[layer] * (self.layers[layer - 1].norm == "batch")
        begin = int(self.layout.table[layer - 1, k.RUNNING]) + which * units
        return (self.running if running is None else running)[begin : begin + units]

    def layer_parameters(self, layer: int, flat: Array | None = None) -> dict[str, Array]:
        """Views of all that the optimizer changes in `layer`, by the keys of a trace without the layer's number."""
        found = {"weight": self.weight(layer, flat), "bias": self.bias(layer, flat)}
        found |= {f"param.{name}": values for name, values in self.params(layer, flat).items()}
        if self.layers[layer - 1].norm != "none":
            found |= {"scale": self.scale(layer, flat), "shift": self.shift(layer, flat)}
        if self.layers[layer - 1].projected:
            found["skip_weight"] = self.skip_weight(layer, flat)
        return found

    def running_figures(self, layer: int, running: Array | None = None) -> dict[str, Array]:
        """Views of batch normalization's running figures of `layer`; empty where it has none."""
        if self.layers[layer - 1].norm != "batch":
            return {}
        return {
            "running_mean": self.running_mean(layer, running),
            "running_variance": self.running_variance(layer, running),
        }

    def _views(self) -> dict[str, Array]:
        return {
            f"l{layer}.{name}": values
            for layer in range(1, self.depth + 1)
            for name, values in (self.layer_parameters(layer) | self.running_figures(layer)).items()
        }

    def parameters(self) -> dict[str, Array]:
        """Copies of all parameters, with the keys of a trace: "l1.weight", "l1.bias", "l1.param.NAME", ..."""
        return {key: values.copy() for key, values in self._views().items()}

    def set_parameters(self, parameters: Mapping[str, ArrayLike]) -> None:
        """Take parameters with the keys of a trace. ValueError names a key that is missing or of another shape."""
        views = self._views()
        for key, own in views.items():
            if key not in parameters:
                raise ValueError(f"the parameters lack {key}, which the session's network has")
            given = np.asarray(parameters[key])
            if given.shape != own.shape:
                raise ValueError(f"{key} has shape {given.shape}; expected {own.shape}")
        for key, own in views.items():
            own[:] = parameters[key]
        self._sever()

    def numbers(self, layer: int, flat: Array | None = None) -> NDArray[np.float64]:
        """Each unit's activation parameters, learned ones as they are now: (units, MAX_PARAMETERS)."""
        table = np.zeros((self.widths[layer], activations.MAX_PARAMETERS))
        learned = self._learned(layer, flat)
        for run in self.layers[layer - 1].runs:
            units = slice(run.first, run.first + run.units)
            table[units] = run.spec.numbers
            count = len(run.spec.entry.learned)
            table[units, :count] = learned[run.row : run.row + count, units].T
        return table

    # -- strokes -------------------------------------------------------------------------------------------------

    def is_forward(self, layer: int) -> bool:
        """Whether the signal passes the gates of `layer`."""
        return bool(self.layout.table[layer - 1, k.GATE_FORWARD])

    @cached_property
    def cut_units(self) -> NDArray[np.bool_]:
        """Which units of the layers 1...depth are cut, one layer after the other."""
        found = [np.isin(np.arange(layer.units), layer.cut) for layer in self.layers]
        return np.concatenate(found)

    def is_backward(self, layer: int) -> bool:
        """Whether the gradient passes the gates of `layer`."""
        return bool(self.layout.table[layer - 1, k.GATE_BACKWARD])

    def passed_by(self, layer: int, backward: bool) -> NDArray[np.bool_] | None:
        """Which units of `layer` have their own gate off on one stroke, not that of the layer; None for none."""
        own = self.layers[layer - 1]
        units = own.off_backward if backward else own.off_forward
        if not units:
            return None
        found = np.isin(np.arange(own.units), units)
        found.setflags(write=False)
        return found

    def neuron_activations(self, layer: int) -> tuple[str, ...]:
        """Each unit's activation by name, where those of `layer` differ; else empty."""
        runs = self.layers[layer - 1].runs
        return tuple(run.spec.name for run in runs for _ in range(run.units)) if len(runs) > 1 else ()

    @property
    def fused(self) -> bool:
        """Whether loss and output activation are differentiated as one."""
        return self.session.training.loss.entry.fused

    def is_softmax(self, layer: int) -> bool:
        """Whether the gates of `layer` are softmax, whose Jacobian is no mask."""
        return bool(self.layout.table[layer - 1, k.SOFTMAX])

    def buffers(self, samples: int) -> Buffers:
        """Room for a mini-batch of up to `samples`."""
        stride = k.padded(samples)
        params = np.vstack([self.numbers(layer) for layer in range(1, self.depth + 1)])
        return Buffers(
            work=_lanes(self.layout.rows * stride, self.dtype),
            target=_lanes(self.widths[-1] * stride, self.dtype),
            weight=_lanes(stride, self.dtype),
            sample_loss=_lanes(stride, self.dtype),
            params=params.astype(self.dtype).ravel(),
            grad=np.zeros_like(self.theta),
        )

    def feed(self, x: ArrayLike, target: ArrayLike, weight: ArrayLike | None = None) -> Feed:
        """Samples as the kernels take them; `weight` (n,) is what each counts. ValueError names a shape that is off."""
        x = np.ascontiguousarray(x, dtype=self.dtype)
        target = np.ascontiguousarray(target, dtype=self.dtype)
        each = np.ascontiguousarray([] if weight is None else weight, dtype=self.dtype)
        if x.ndim != 2 or x.shape[1] != self.widths[0]:
            raise ValueError(
                f"the network reads {self.widths[0]} inputs; expected shape (n, {self.widths[0]}), not {x.shape}"
            )
        if target.shape != (x.shape[0], self.widths[-1]):
            raise ValueError(f"expected targets of shape {(x.shape[0], self.widths[-1])}, not {target.shape}")
        size = np.array([x.shape[0], weight is not None, 0], dtype=np.int64)
        # Read-only, as the data are: for the compiler that is a type of its own, and one is enough.
        x, target, each = (_read_only(array) for array in (x, target, each))
        return Feed(x, target, each, size, np.arange(x.shape[0]), np.array([-1], dtype=np.int64))

    def stroke(
        self, feed: Feed, rows: NDArray[np.int64], buffers: Buffers, update: int = EVALUATE, *, weights: bool = True
    ) -> float:
        """Forward and backward over rows of `feed`, into `buffers`. Returns the mean loss.

        `update`: in the training mode of that update, whose mask dropout takes; EVALUATE: as the network is used.
        `weights`: whether the gradients of weights and biases are wanted too.
        """
        self._sever()  # also where a probe nudges its weight
        value = train.both_strokes(self.plan, feed, rows, self.theta, self.running, buffers, update, weights)
        buffers.grad[self.layout.cut] = 0.0
        return value

    @cached_property
    def room_for_one(self) -> Buffers:
        """Buffers for one sample, kept for snapshots."""
        return self.buffers(1)

    def both_strokes(self, x: ArrayLike, target: ArrayLike, update: int = EVALUATE) -> Passes:
        """Forward and backward over all given samples as one mini-batch: x (n, inputs), target (n, outputs)."""
        feed = self.feed(x, target)
        n = feed.x.shape[0]
        buffers = self.buffers(n)
        value = self.stroke(feed, np.arange(n), buffers, update)
        layers = tuple(self.layer_pass(buffers, layer, n) for layer in range(1, self.depth + 1))
        return Passes(value, buffers.sample_loss[:n], layers, buffers.grad)

    def rows(self, buffers: Buffers, layer: int, column: int, n: int, units: int | None = None) -> Array:
        """One of the arrays of `layer` in `buffers` for n samples, copied to (n, units)."""
        stride = k.padded(n)
        units = self.widths[layer] if units is None else units
        begin = int(self.layout.table[layer - 1, column]) * stride
        found = buffers.work[begin : begin + units * stride].reshape(units, stride)[:, :n]
        return found.T.copy(order="C")

    def layer_pass(self, buffers: Buffers, layer: int, n: int) -> Pass:
        """What `layer` (1...depth) computed for the n samples in `buffers`."""
        fused = layer == self.depth and self.fused
        return Pass(
            z=self.rows(buffers, layer, k.Z, n),
            a=self.rows(buffers, layer, k.A, n),
            gain=None if self.is_softmax(layer) else self.rows(buffers, layer, k.GAIN, n),
            dloss_da=None if fused else self.rows(buffers, layer, k.D_A, n),
            dloss_dz=self.rows(buffers, layer, k.D_Z, n),
            organs=self._organs(buffers, layer, n),
        )

    def _organs(self, buffers: Buffers, layer: int, n: int) -> dict[str, Array]:
        """The further arrays of `layer` for the n samples in `buffers`: those of the organs it has."""
        own = self.layers[layer - 1]
        names: list[str] = []
        if own.norm != "none" or own.skip is not None:
            names += ["sum"]
        if own.norm != "none":
            names += ["normalized", "dloss_dsum"]
        if own.skip is not None:
            names += ["skip"]
        if own.dropout > 0.0:
            names += ["dropout_mask", "output", "dloss_doutput"]
        found = {name: self.rows(buffers, layer, ORGANS[name], n) for name in names}
        if own.norm != "none":
            count = own.units if own.norm == "batch" else n
            for name, column in (("norm_mean", k.MEAN), ("norm_variance", k.VARIANCE)):
                begin = int(self.layout.table[layer - 1, column]) * k.padded(n)
                found[name] = buffers.work[begin : begin + count].copy()
        return found

    def forward_all(self, x: ArrayLike) -> list[tuple[Array, Array, Array | None]]:
        """z, a and gain of every layer for x (n, inputs); each (n, out)."""
        x = np.asarray(x)
        passes = self.both_strokes(x, np.zeros((x.shape[0], self.widths[-1])))
        return [(layer.z, layer.a, layer.gain) for layer in passes.layers]

    def loss(self, x: ArrayLike, target: ArrayLike) -> float:
        """Mean loss over the given samples, without penalties."""
        return self.both_strokes(x, target).loss

    def gradient(self, x: ArrayLike, target: ArrayLike) -> Array:
        """Gradient of the mean loss, without penalties, laid out like theta."""
        return self.both_strokes(x, target).gradient

    def predict(self, x: ArrayLike) -> Array:
        """Outputs (n, outputs) for x (n, inputs)."""
        x = np.asarray(x)
        return self.survey(self.feed(x, np.zeros((x.shape[0], self.widths[-1])))).output

    def survey(self, feed: Feed, block: int = 256) -> Survey:
        """Forward over all samples of `feed`, `block` at a time, as the network is used."""
        count = feed.x.shape[0]
        units = sum(self.widths[1:])
        block = max(1, min(block, count))
        survey = Survey(
            output=np.zeros((count, self.widths[-1]), dtype=self.dtype),
            sample_loss=np.zeros(count, dtype=self.dtype),
            fired=np.zeros(units, dtype=np.int64),
            opened=np.zeros(units, dtype=np.int64),
        )
        train.survey(
            self.plan,
            feed,
            self.theta,
            self.running,
            self.buffers(block),
            block,
            EVALUATE,
            survey.output,
            survey.sample_loss,
            survey.fired,
            survey.opened,
        )
        return survey


def _read_only(array: Array) -> Array:
    """A view that cannot be written to."""
    view = array.view()
    view.setflags(write=False)
    return view
