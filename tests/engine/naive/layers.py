"""Dense layers with all their organs: what one mini-batch makes of them, forward and backward."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.engine.naive.functions import DEFAULTS, LEARNED, Matrix, activate, forward_mask, param_slope, slope, softmax
from tests.engine.naive.losses import FUSED, batch_loss, fused_slope, sample_loss, sample_slope, shares
from tests.engine.naive.norms import Norm, by_running_figures, norm_back, norm_of, normalize, running_next, scaled
from tests.engine.naive.sizes import PLACE, Batch, Sizes, of_pass

Masks = Mapping[int, Matrix]
"""Dropout's mask (B, out), 0 or 1/(1-p), by layer number from 1."""


@dataclass
class Layer:
    """One layer: weight (out, in), bias (out,), its activation, and whatever organs it has."""

    activation: str
    params: dict[str, Any]
    weight: Matrix
    bias: Matrix
    learned: dict[str, Matrix] = field(default_factory=dict)  # (out,) each; only units that learn it use it
    gate_forward: bool = True
    gate_backward: bool = True
    neurons: list[tuple[str, dict[str, Any]]] = field(
        default_factory=list
    )  # activation of each unit; empty: one for all
    norm: Norm | None = None
    dropout: float = 0.0
    skip: int | None = None  # layer whose output is added before the gate; 0: the inputs
    skip_weight: Matrix | None = None  # (out, width of the source); None: added as it is
    l1: float | None = None  # in place of the training's
    l2: float | None = None
    cut: frozenset[str] = frozenset()  # of this layer: "unit[1]", "weight[1,0]", "skip_weight[1,0]"
    off: frozenset[str] = frozenset()  # of this layer: "unit[1].forward", "unit[1].backward"

    def is_on(self, unit: int, stroke: str) -> bool:
        """Whether the stroke passes the gate of that unit."""
        return bool(getattr(self, f"gate_{stroke}")) and f"unit[{unit}].{stroke}" not in self.off

    def is_cut(self, name: str, *index: int) -> bool:
        """Whether a unit or link is cut."""
        return f"{name}[{','.join(map(str, index))}]" in self.cut

    def without_cut_units(self, numbers: Matrix) -> Matrix:
        """Numbers (B, out), 0 for the units that are cut."""
        return np.array([[0.0 if self.is_cut("unit", j) else v for j, v in enumerate(row)] for row in numbers]).reshape(
            numbers.shape
        )

    def without_cut_links(self, name: str, numbers: Matrix) -> Matrix:
        """Numbers (out, in), 0 for the links that are cut."""
        out = np.array(numbers, dtype=np.float64)
        for j, i in np.ndindex(*out.shape):
            if self.is_cut(name, j, i):
                out[j, i] = 0.0
        return out

    def gate(self, unit: int) -> str:
        """Name of the unit's activation."""
        return self.neurons[unit][0] if self.neurons else self.activation

    def of_unit(self, unit: int) -> dict[str, Any]:
        """The activation's parameters of one unit: the settings, and the learned ones of that unit."""
        settings = self.neurons[unit][1] if self.neurons else self.params
        own = {n: float(v[unit]) for n, v in self.learned.items() if n in LEARNED.get(self.gate(unit), ())}
        return {**settings, **own}


@dataclass
class Forward:
    """What the forward stroke of one mini-batch makes of one layer."""

    sum: Matrix  # W in + b
    z: Matrix
    a: Matrix
    output: Matrix
    normalized: Matrix | None = None
    norm_mean: Matrix | None = None
    norm_variance: Matrix | None = None
    skip: Matrix | None = None  # the addend


@dataclass
class LayerPass:
    """What one mini-batch makes of one layer. Names and shapes as in a trace."""

    z: Matrix
    a: Matrix
    gain: Matrix | None
    forward_mask: Matrix
    dloss_da: Matrix | None
    dloss_dz: Matrix
    dloss_dweight: Matrix
    dloss_dbias: Matrix
    dloss_dparam: dict[str, Matrix]
    organs: dict[str, Matrix] = field(default_factory=dict)


@dataclass
class Pass:
    """Both strokes of one mini-batch; and how large the terms are that each number is the sum of."""

    loss: float
    sample_loss: Matrix
    layers: list[LayerPass]
    sizes: Sizes


# --- From a session's dictionary ------------------------------------------------------------------------------------


def activation_of(settings: Any) -> tuple[str, dict[str, Any]]:
    """Name and all parameters of an activation."""
    given = {"name": settings} if isinstance(settings, str) else dict(settings)
    name = given.pop("name")
    return name, {**DEFAULTS[name], **given}


def layers_of(session: Mapping[str, Any], parameters: Mapping[str, Any]) -> list[Layer]:
    """Layers from the dictionary of a session and parameters named as in a trace: `l1.weight`, `l1.param.NAME`, ..."""
    network, gates = session["network"], session["gates"]
    described = [*network["layers"], network["output"]]
    layers = []
    for number, given in enumerate(described, start=1):
        layer = layer_of(given, number, parameters)
        own = f"l{number}."
        layer.cut = frozenset(text.removeprefix(own) for text in network.get("cut", ()) if text.startswith(own))
        layer.weight = layer.without_cut_links("weight", layer.weight)
        if layer.skip_weight is not None:
            layer.skip_weight = layer.without_cut_links("skip_weight", layer.skip_weight)
        if number < len(described):
            layer.gate_forward, layer.gate_backward = gates["forward"], gates["backward"]
            layer.off = frozenset(text.removeprefix(own) for text in gates.get("off", ()) if text.startswith(own))
        layers.append(layer)
    return layers


def layer_of(given: Mapping[str, Any], number: int, parameters: Mapping[str, Any]) -> Layer:
    """One layer from its dictionary."""

    def take(name: str) -> Matrix:
        return np.array(parameters[f"l{number}.{name}"], dtype=np.float64)

    name, params = activation_of(given["activation"])
    neurons = [activation_of(one) for one in given.get("neurons", ())]
    learning = {p for unit, _ in neurons or [(name, params)] for p in LEARNED.get(unit, ())}
    return Layer(
        activation=name,
        params=params,
        weight=take("weight"),
        bias=take("bias"),
        learned={p: take(f"param.{p}") for p in sorted(learning)},
        neurons=neurons,
        norm=norm_of(given.get("norm"), number, parameters),
        dropout=given.get("dropout", 0.0),
        skip=given.get("skip"),
        skip_weight=take("skip_weight") if f"l{number}.skip_weight" in parameters else None,
        l1=given.get("l1"),
        l2=given.get("l2"),
    )


# --- Forward --------------------------------------------------------------------------------------------------------


def product(weight: Matrix, given: Matrix) -> Matrix:
    """weight (out, in) times each row of given (B, in)."""
    samples, units, inputs = given.shape[0], weight.shape[0], weight.shape[1]
    out = np.zeros((samples, units))
    for s in range(samples):
        for j in range(units):
            out[s, j] = sum(float(weight[j, i]) * float(given[s, i]) for i in range(inputs))
    return out


def gated(layer: Layer, z: Matrix) -> Matrix:
    """a = f(z) (B, out), each unit by its own f; z itself where the signal passes by the gates."""
    a = np.zeros_like(z)
    for s in range(z.shape[0]):
        if layer.activation == "softmax":
            a[s] = softmax(z[s])
            continue
        for j in range(z.shape[1]):
            a[s, j] = (
                activate(layer.gate(j), float(z[s, j]), layer.of_unit(j)) if layer.is_on(j, "forward") else z[s, j]
            )
    return a


def layer_forward(layer: Layer, given: Matrix) -> tuple[Matrix, Matrix]:
    """z (B, out) and a (B, out) of a layer without organs for what it is given (B, in)."""
    z = product(layer.weight, given) + layer.bias
    return z, gated(layer, z)


def forward(layers: list[Layer], x: Matrix, masks: Masks | None = None, *, training: bool = True) -> list[Forward]:
    """The forward stroke. In training, dropout by the given masks and batch norm by the mini-batch; else neither."""
    outputs = [x]
    found = []
    for number, layer in enumerate(layers, start=1):
        sums = product(layer.weight, outputs[-1]) + layer.bias
        y, normalized, mean, variance = sums, None, None, None
        if layer.norm is not None:
            if layer.norm.name == "batch" and not training:
                normalized = by_running_figures(layer.norm, sums)
            else:
                normalized, mean, variance = normalize(layer.norm, sums)
            y = scaled(layer.norm, normalized)
        addend = None
        if layer.skip is not None:
            source = outputs[layer.skip]
            addend = source if layer.skip_weight is None else product(layer.skip_weight, source)
        z = y if addend is None else y + addend
        a = layer.without_cut_units(gated(layer, z))
        output = a * masks[number] if training and masks and number in masks else a
        found.append(Forward(sums, z, a, output, normalized, mean, variance, addend))
        outputs.append(output)
    return found


def predict(layers: list[Layer], x: Any) -> Matrix:
    """Output (N, outputs) for x (N, inputs), outside training."""
    return forward(layers, np.asarray(x, dtype=np.float64), training=False)[-1].output


# --- Backward -------------------------------------------------------------------------------------------------------


def gains(layer: Layer, z: Matrix) -> Matrix | None:
    """f'(z) (B, out); None for softmax, whose derivative is a matrix."""
    if layer.activation == "softmax":
        return None
    return np.array(
        [[slope(layer.gate(j), float(v), layer.of_unit(j)) for j, v in enumerate(row)] for row in z]
    ).reshape(z.shape)


def masks(layer: Layer, z: Matrix, a: Matrix) -> Matrix:
    """Forward mask (B, out)."""
    if layer.activation == "softmax":
        return a.copy()
    out = np.zeros_like(z)
    for s in range(z.shape[0]):
        for j in range(z.shape[1]):
            out[s, j] = forward_mask(
                layer.gate(j), float(z[s, j]), float(a[s, j]), layer.of_unit(j), layer.is_on(j, "forward")
            )
    return out


def output_gradients(
    loss: str,
    delta: float,
    layer: Layer,
    z: Matrix,
    a: Matrix,
    target: Matrix,
    weights: Sequence[float] | None = None,
) -> tuple[Matrix | None, Matrix]:
    """dL/da (None where fused) and dL/dz of the output layer, (B, outputs)."""
    samples, units = a.shape
    share = shares(loss, target, weights)
    if (loss, layer.activation) in FUSED:
        return None, np.array([share[s] * fused_slope(loss, a[s], target[s]) for s in range(samples)])
    upstream = np.array([share[s] * sample_slope(loss, a[s], target[s], delta) for s in range(samples)])
    back = np.zeros_like(upstream)
    for s in range(samples):
        for j in range(units):
            if layer.activation == "softmax":  # row j of the Jacobian: da_i/dz_j = a_i (1[i = j] - a_j)
                back[s, j] = sum(upstream[s, i] * a[s, i] * ((i == j) - a[s, j]) for i in range(units))
            else:
                back[s, j] = upstream[s, j] * slope(layer.gate(j), float(z[s, j]), layer.of_unit(j))
    return upstream, back


def hidden_gradients(layer: Layer, doutput: Matrix, mask: Matrix | None, z: Matrix) -> tuple[Matrix, Matrix]:
    """dL/da and dL/dz of a hidden layer, from dL/doutput and dropout's mask."""
    upstream = doutput * mask if mask is not None else doutput.copy()
    back = np.zeros_like(z)
    for s in range(z.shape[0]):
        for j in range(z.shape[1]):
            gain = slope(layer.gate(j), float(z[s, j]), layer.of_unit(j)) if layer.is_on(j, "backward") else 1.0
            back[s, j] = upstream[s, j] * gain
    return upstream, back


def outer(dz: Matrix, given: Matrix) -> Matrix:
    """Gradient of a weight matrix (out, in), the sum over samples of dz (B, out) times given (B, in)."""
    out = np.zeros((dz.shape[1], given.shape[1]))
    for s in range(dz.shape[0]):
        for j in range(dz.shape[1]):
            for i in range(given.shape[1]):
                out[j, i] += dz[s, j] * given[s, i]
    return out


def parameter_gradients(
    layer: Layer, given: Matrix, z: Matrix, da: Matrix | None, dz: Matrix, dsum: Matrix | None = None
) -> dict[str, Any]:
    """Sums over the mini-batch: dL/dweight, dL/dbias, and dL/d(learned parameter) per unit.

    Where the gradient passes by the gate, it does not reach the gate's own parameters either: their gradient is 0.
    """
    dsum = dz if dsum is None else dsum
    samples, units = z.shape
    param = {name: np.zeros(units) for name in layer.learned}
    for s in range(samples):
        for j in range(units):
            for name in LEARNED.get(layer.gate(j), ()):
                assert da is not None
                if layer.is_on(j, "backward"):
                    param[name][j] += da[s, j] * param_slope(layer.gate(j), name, float(z[s, j]), layer.of_unit(j))
    bias = np.array([sum(dsum[s, j] for s in range(samples)) for j in range(units)])
    return {"dloss_dweight": outer(dsum, given), "dloss_dbias": bias, "dloss_dparam": param}


def organs_of(layer: Layer, got: Forward) -> dict[str, Matrix]:
    """What the forward stroke puts on the tape beside z and a."""
    out: dict[str, Matrix] = {}
    if layer.norm is not None or layer.skip is not None:
        out["sum"] = got.sum
    if layer.norm is not None:
        out |= {"scale": layer.norm.scale, "shift": layer.norm.shift}
        for name in ("normalized", "norm_mean", "norm_variance"):
            out[name] = getattr(got, name)
        if layer.norm.name == "batch":
            mean, variance = running_next(layer.norm, out["norm_mean"], out["norm_variance"], len(got.z))
            assert layer.norm.running_mean is not None
            assert layer.norm.running_variance is not None
            out |= {"running_mean": layer.norm.running_mean, "running_variance": layer.norm.running_variance}
            out |= {"running_mean_next": mean, "running_variance_next": variance}
    if got.skip is not None:
        out["skip"] = got.skip
    if layer.skip_weight is not None:
        out["skip_weight"] = layer.skip_weight
    return out


def both_strokes(
    layers: list[Layer],
    x: Any,
    target: Any,
    loss: str,
    delta: float = 1.0,
    *,
    dropped: Masks | None = None,
    weights: Sequence[float] | None = None,
    place: float = PLACE,
) -> Pass:
    """Forward and backward stroke of one mini-batch in training: x (B, inputs), target (B, outputs).

    Gradients of the mean loss. `dropped` holds dropout's masks, `weights` that of each class, `place` the unit of the
    last place of what the numbers are to be compared with.
    """
    x, target = np.asarray(x, dtype=np.float64), np.asarray(target, dtype=np.float64)
    dropped = dropped or {}
    went = forward(layers, x, dropped)
    top = went[-1]
    each = np.array([sample_loss(loss, top.z[s], top.a[s], target[s], delta) for s in range(len(x))])
    doutput = [np.zeros_like(x)] + [np.zeros_like(one.output) for one in went]  # by layer, 0 for the inputs
    passes: list[LayerPass] = []
    for number in range(len(layers), 0, -1):
        layer, got = layers[number - 1], went[number - 1]
        organs = organs_of(layer, got)
        if number == len(layers):
            da, dz = output_gradients(loss, delta, layer, got.z, got.a, target, weights)
        else:
            doutput[number] = layer.without_cut_units(doutput[number])
            da, dz = hidden_gradients(layer, doutput[number], dropped.get(number), got.z)
        if layer.dropout > 0.0:
            organs |= {"dropout_mask": dropped[number], "output": got.output, "dloss_doutput": doutput[number]}
        dsum = dz
        if layer.norm is not None:
            dsum, organs["dloss_dscale"], organs["dloss_dshift"] = norm_back(
                layer.norm, organs["normalized"], organs["norm_variance"], dz
            )
            organs["dloss_dsum"] = dsum
        below = x if number == 1 else went[number - 2].output
        doutput[number - 1] += product(layer.weight.T, dsum)
        if layer.skip is not None:
            source = x if layer.skip == 0 else went[layer.skip - 1].output
            doutput[layer.skip] += dz if layer.skip_weight is None else product(layer.skip_weight.T, dz)
            if layer.skip_weight is not None:
                organs["dloss_dskip_weight"] = layer.without_cut_links("skip_weight", outer(dz, source))
        found = parameter_gradients(layer, below, got.z, da, dz, dsum)
        found["dloss_dweight"] = layer.without_cut_links("weight", found["dloss_dweight"])
        mask, gain = layer.without_cut_units(masks(layer, got.z, got.a)), gains(layer, got.z)
        gain = None if gain is None else layer.without_cut_units(gain)
        passes.insert(0, LayerPass(got.z, got.a, gain, mask, da, dz, **found, organs=organs))
    batch = Batch(x, target, loss, delta, dropped, weights, place)
    return Pass(batch_loss(loss, each, target, weights), each, passes, of_pass(layers, passes, each, batch))
