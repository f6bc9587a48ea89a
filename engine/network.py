"""A network: its parameters in one flat array, views into it by layer and name, and passes over given samples."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twostroke.engine import activations, losses
from twostroke.engine.initializers import draw
from twostroke.engine.kernels import gates, train
from twostroke.engine.kernels.plan import Buffers, Feed, Plan
from twostroke.engine.spec import ActivationSpec, Session
from twostroke.engine.tape import Array

BLAS_FROM = 16_384
"""Multiplications per layer and mini-batch from which BLAS overtakes plain loops."""


SATURATED = 0.01
"""Gain below which the gate of a smooth function counts as closed; one with a kink is closed at gain 0."""


@dataclass(frozen=True, eq=False)
class Pass:
    """What one layer computed for n samples. Shapes (n, out); None where there is no such number (see LayerTape)."""

    z: Array
    a: Array
    gain: Array | None
    dloss_da: Array | None
    dloss_dz: Array


@dataclass(frozen=True, eq=False)
class Passes:
    """Both strokes over n samples."""

    loss: float
    sample_loss: Array  # (n,)
    layers: tuple[Pass, ...]
    gradient: Array  # like theta: of the mean loss, without penalties


class Network:
    """A dense network as a session describes it, with weights drawn from the session's seed.

    `blas` forces matrix products by BLAS (True) or by loops (False) in every layer; by default size decides.
    """

    def __init__(self, session: Session, *, blas: bool | None = None) -> None:
        self.session = session
        self.widths = session.widths
        self.depth = len(self.widths) - 1
        self.dtype = np.dtype(session.network.dtype)
        self.activations: tuple[ActivationSpec, ...] = (
            *(layer.activation for layer in session.network.layers),
            session.network.output.activation,
        )
        self.plan = _plan(session, self.activations, blas)
        self.theta: Array = np.zeros(self._size(), dtype=self.dtype)
        self.initialise()

    def _size(self) -> int:
        top = self.depth - 1
        return int(self.plan.param_at[top] + self.plan.learned[top] * self.widths[-1])

    def initialise(self) -> None:
        """Draw the weights anew from the session's seed; biases 0; learned parameters at their settings."""
        rng = np.random.default_rng(self.session.network.seed)
        for layer in range(1, self.depth + 1):
            shape = self.widths[layer], self.widths[layer - 1]
            self.weight(layer)[:] = draw(rng, self.session.network.init, *shape)
            self.bias(layer)[:] = 0.0
            spec = self.activations[layer - 1]
            for parameter in spec.entry.learned:
                self.param(layer, parameter.name)[:] = spec.params[parameter.name]

    def weight(self, layer: int, flat: Array | None = None) -> Array:
        """View (out, in) of the weights into `layer` (1...depth), in theta or in another array laid out like it."""
        out, into = self.widths[layer], self.widths[layer - 1]
        begin = int(self.plan.weight_at[layer - 1])
        return (self.theta if flat is None else flat)[begin : begin + out * into].reshape(out, into)

    def bias(self, layer: int, flat: Array | None = None) -> Array:
        """View (out,) of the biases of `layer`."""
        begin = int(self.plan.bias_at[layer - 1])
        return (self.theta if flat is None else flat)[begin : begin + self.widths[layer]]

    def param(self, layer: int, name: str, flat: Array | None = None) -> Array:
        """View (out,) of one learned activation parameter of `layer`. KeyError where the activation has none such."""
        names = [p.name for p in self.activations[layer - 1].entry.learned]
        if name not in names:
            raise KeyError(f"{self.activations[layer - 1].name} learns no parameter {name!r}")
        units = self.widths[layer]
        begin = int(self.plan.param_at[layer - 1]) + names.index(name) * units
        return (self.theta if flat is None else flat)[begin : begin + units]

    def params(self, layer: int, flat: Array | None = None) -> dict[str, Array]:
        """All learned activation parameters of `layer` by name."""
        return {p.name: self.param(layer, p.name, flat) for p in self.activations[layer - 1].entry.learned}

    def parameters(self) -> dict[str, Array]:
        """Copies of all parameters, with the keys of a trace: "l1.weight", "l1.bias", "l1.param.NAME", ..."""
        found: dict[str, Array] = {}
        for layer in range(1, self.depth + 1):
            found[f"l{layer}.weight"] = self.weight(layer).copy()
            found[f"l{layer}.bias"] = self.bias(layer).copy()
            for name, values in self.params(layer).items():
                found[f"l{layer}.param.{name}"] = values.copy()
        return found

    def set_parameters(self, parameters: Mapping[str, ArrayLike]) -> None:
        """Take parameters with the keys of a trace. ValueError names a key that is missing or of another shape."""
        for key, own in self.parameters().items():
            if key not in parameters:
                raise ValueError(f"the parameters lack {key}, which the session's network has")
            given = np.asarray(parameters[key])
            if given.shape != own.shape:
                raise ValueError(f"{key} has shape {given.shape}; expected {own.shape}")
        for layer in range(1, self.depth + 1):
            self.weight(layer)[:] = parameters[f"l{layer}.weight"]
            self.bias(layer)[:] = parameters[f"l{layer}.bias"]
            for name, values in self.params(layer).items():
                values[:] = parameters[f"l{layer}.param.{name}"]

    def numbers(self, layer: int, flat: Array | None = None) -> NDArray[np.float64]:
        """Each unit's activation parameters, learned ones as they are now: (units, MAX_PARAMETERS)."""
        spec = self.activations[layer - 1]
        table = np.tile(np.array(spec.numbers), (self.widths[layer], 1))
        for k, parameter in enumerate(spec.entry.learned):
            table[:, k] = self.param(layer, parameter.name, flat)
        return table

    def buffers(self, samples: int) -> Buffers:
        """Room for a mini-batch of up to `samples`."""
        units = int(self.plan.unit_at[-1])

        def room(count: int) -> Array:
            return np.zeros(count, dtype=self.dtype)

        size = units * samples
        params = np.vstack([np.zeros((self.widths[0], activations.MAX_PARAMETERS))]
                           + [self.numbers(layer) for layer in range(1, self.depth + 1)])  # fmt: skip
        return Buffers(
            a=room(size), z=room(size), gain=room(size), da=room(size), dz=room(size),
            target=room(self.widths[-1] * samples), sample_loss=room(samples), params=params,
            grad=np.zeros_like(self.theta),
        )  # fmt: skip

    def feed(self, x: ArrayLike, target: ArrayLike) -> Feed:
        """Samples as the kernels take them. ValueError names a shape that does not fit the network."""
        x = np.ascontiguousarray(x, dtype=self.dtype)
        target = np.ascontiguousarray(target, dtype=self.dtype)
        if x.ndim != 2 or x.shape[1] != self.widths[0]:
            raise ValueError(f"the network reads {self.widths[0]} inputs; expected shape (n, {self.widths[0]}), "
                             f"not {x.shape}")  # fmt: skip
        if target.shape != (x.shape[0], self.widths[-1]):
            raise ValueError(f"expected targets of shape {(x.shape[0], self.widths[-1])}, not {target.shape}")
        return Feed(x, target, np.arange(x.shape[0]), np.array([-1], dtype=np.int64))

    def both_strokes(self, x: ArrayLike, target: ArrayLike) -> Passes:
        """Forward and backward over all given samples as one mini-batch: x (n, inputs), target (n, outputs)."""
        feed = self.feed(x, target)
        n = feed.x.shape[0]
        buffers = self.buffers(n)
        value = train.both_strokes(self.plan, feed, np.arange(n), self.theta, buffers)
        layers = tuple(self.layer_pass(buffers, layer, n) for layer in range(1, self.depth + 1))
        return Passes(float(value), buffers.sample_loss, layers, buffers.grad)

    def layer_pass(self, buffers: Buffers, layer: int, n: int) -> Pass:
        """What `layer` (1...depth) computed for the n samples in `buffers`, copied to (n, out)."""
        units, begin = self.widths[layer], int(self.plan.unit_at[layer]) * n

        def rows(flat: Array) -> Array:
            return np.ascontiguousarray(flat[begin : begin + units * n].reshape(units, n).T)

        fused = layer == self.depth and bool(self.plan.fused[0])
        return Pass(
            z=rows(buffers.z),
            a=rows(buffers.a),
            gain=None if self.plan.softmax[layer - 1] else rows(buffers.gain),
            dloss_da=None if fused else rows(buffers.da),
            dloss_dz=rows(buffers.dz),
        )

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

    def survey(self, feed: Feed, block: int = 256) -> "Survey":
        """Forward over all samples of `feed`, `block` at a time."""
        count = feed.x.shape[0]
        units = int(self.plan.unit_at[-1]) - self.widths[0]
        block = max(1, min(block, count))
        survey = Survey(
            output=np.zeros((count, self.widths[-1]), dtype=self.dtype),
            sample_loss=np.zeros(count, dtype=self.dtype),
            fired=np.zeros(units, dtype=np.int64),
            opened=np.zeros(units, dtype=np.int64),
        )
        train.survey(self.plan, feed, self.theta, self.buffers(block), block,
                     survey.output, survey.sample_loss, survey.fired, survey.opened)  # fmt: skip
        return survey


@dataclass(frozen=True, eq=False)
class Survey:
    """A forward stroke over many samples."""

    output: Array  # (n, outputs)
    sample_loss: Array  # (n,)
    fired: NDArray[np.int64]  # (units of layers 1...depth,): samples for which each fires
    opened: NDArray[np.int64]  # the same: samples that find its gate open


def _firing_bound(spec: ActivationSpec) -> tuple[float, bool]:
    """Above which level a unit fires, and whether the level is abs(a)."""
    low, high = spec.entry.range
    bounds = {"positive": (0.0, False), "half": (0.5 * max(abs(low), abs(high)), True), "always": (-np.inf, False)}
    return bounds[spec.entry.firing]


def _plan(session: Session, specs: tuple[ActivationSpec, ...], blas: bool | None) -> Plan:
    widths = session.widths
    depth = len(widths) - 1
    learned = np.array([len(spec.entry.learned) for spec in specs], dtype=np.int64)
    weight_at, bias_at, param_at = (np.zeros(depth, dtype=np.int64) for _ in range(3))
    at = 0
    for i in range(depth):
        weight_at[i], bias_at[i] = at, at + widths[i + 1] * widths[i]
        param_at[i] = bias_at[i] + widths[i + 1]
        at = int(param_at[i] + learned[i] * widths[i + 1])
    hidden = np.arange(depth) < depth - 1
    work = [widths[i] * widths[i + 1] * session.training.batch_size for i in range(depth)]
    firing = [_firing_bound(spec) for spec in specs]
    loss, dtype = session.training.loss, session.network.dtype
    return Plan(
        units=np.array(widths, dtype=np.int64),
        unit_at=np.concatenate([[0], np.cumsum(widths)]).astype(np.int64),
        weight_at=weight_at,
        bias_at=bias_at,
        param_at=param_at,
        learned=learned,
        gate=np.array([0 if s.entry.output_only else gates.gate_address(s.name, dtype) for s in specs], dtype=np.int64),
        param_gate=np.array([gates.param_gate_address(s.name, dtype) for s in specs], dtype=np.int64),
        softmax=np.array([spec.entry.output_only for spec in specs], dtype=np.bool_),
        # The output activation belongs to the loss: only hidden gates can be taken out of a stroke.
        gate_forward=~hidden | session.gates.forward,
        gate_backward=~hidden | session.gates.backward,
        blas=np.array([w >= BLAS_FROM if blas is None else blas for w in work], dtype=np.bool_),
        fused=np.array([loss.name in losses.FUSED], dtype=np.bool_),
        loss=np.array([losses.CODES[loss.name]], dtype=np.int64),
        loss_setting=np.array([losses.setting(loss)], dtype=np.float64),
        fires_above=np.array([bound for bound, _ in firing], dtype=np.float64),
        fires_by_size=np.array([by_size for _, by_size in firing], dtype=np.bool_),
        opens_above=np.array([0.0 if spec.entry.kinks else SATURATED for spec in specs], dtype=np.float64),
    )
