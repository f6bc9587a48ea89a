"""The slow oracle: dense networks, their gradients and updates, written out so plainly that one can see they hold.

It exists so that the engine is compared with something that shares nothing with it: it imports nothing of the
program, works in float64, one number at a time, with explicit loops, from the definitions in PyTorch's documentation.
A session reaches it as the plain dictionary that its JSON file would hold.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Params = Mapping[str, Any]

# --- Activation functions -------------------------------------------------------------------------------------------


def sigmoid(z: float) -> float:
    """1 / (1 + exp(-z))."""
    return 1.0 / (1.0 + math.exp(-z)) if z > -700.0 else math.exp(z)


def one_minus_sigmoid(z: float) -> float:
    """The same as sigmoid(-z): without the cancellation of 1 - sigmoid(z)."""
    return sigmoid(-z)


def normal_cdf(z: float) -> float:
    """Probability that a standard normal number is below z; erfc keeps the lower tail exact."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def normal_pdf(z: float) -> float:
    """Density of the standard normal distribution."""
    return math.exp(-(z**2) / 2.0) / math.sqrt(2.0 * math.pi)


def sech_squared(u: float) -> float:
    """1 - tanh(u)², without its cancellation."""
    return 0.0 if abs(u) > 350.0 else 1.0 / math.cosh(u) ** 2


SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946

DEFAULTS: dict[str, dict[str, Any]] = {
    "identity": {}, "step": {}, "sigmoid": {}, "tanh": {}, "relu": {}, "leaky_relu": {"negative_slope": 0.01},
    "prelu": {"negative_slope": 0.25}, "elu": {"alpha": 1.0}, "selu": {}, "softplus": {}, "silu": {},
    "gelu": {"approximate": "none"}, "softmax": {}, "quadratic": {"a": 0.1, "b": 1.0, "c": 0.0},
}  # fmt: skip
LEARNED = {"prelu": ("negative_slope",), "quadratic": ("a", "b", "c")}


def gelu_inner(z: float) -> float:
    """The argument of tanh in GELU's approximation."""
    return math.sqrt(2.0 / math.pi) * (z + 0.044715 * z**3)


def gelu_inner_slope(z: float) -> float:
    """Its derivative."""
    return math.sqrt(2.0 / math.pi) * (1.0 + 0.134145 * z**2)


def activate(name: str, z: float, p: Params) -> float:
    """f(z) of every activation but softmax."""
    if name == "identity":
        return z
    if name == "step":
        return 1.0 if z > 0 else 0.0
    if name == "sigmoid":
        return sigmoid(z)
    if name == "tanh":
        return math.tanh(z)
    if name == "relu":
        return max(0.0, z)
    if name in ("leaky_relu", "prelu"):
        return z if z > 0 else p["negative_slope"] * z
    if name == "elu":
        return z if z > 0 else p["alpha"] * math.expm1(z)
    if name == "selu":
        return SELU_SCALE * (max(0.0, z) + min(0.0, SELU_ALPHA * math.expm1(min(z, 0.0))))
    if name == "softplus":
        return z if z > 20 else math.log1p(math.exp(z))
    if name == "silu":
        return z * sigmoid(z)
    if name == "gelu" and p["approximate"] == "none":
        return z * normal_cdf(z)
    if name == "gelu":
        return 0.5 * z * (1.0 + math.tanh(gelu_inner(z)))
    if name == "quadratic":
        return p["a"] * z**2 + p["b"] * z + p["c"]
    raise KeyError(name)


def slope(name: str, z: float, p: Params) -> float:
    """f'(z) of every activation but softmax; at a kink the value PyTorch takes."""
    if name == "identity":
        return 1.0
    if name == "step":
        return 0.0
    if name == "sigmoid":
        return sigmoid(z) * one_minus_sigmoid(z)
    if name == "tanh":
        return sech_squared(z)
    if name == "relu":
        return 1.0 if z > 0 else 0.0
    if name in ("leaky_relu", "prelu"):
        return 1.0 if z > 0 else p["negative_slope"]
    if name == "elu":
        return 1.0 if z > 0 else p["alpha"] * math.exp(z)
    if name == "selu":
        return SELU_SCALE if z > 0 else SELU_SCALE * SELU_ALPHA * math.exp(z)
    if name == "softplus":
        return 1.0 if z > 20 else sigmoid(z)
    if name == "silu":
        return sigmoid(z) + z * sigmoid(z) * one_minus_sigmoid(z)
    if name == "gelu" and p["approximate"] == "none":
        return normal_cdf(z) + z * normal_pdf(z)
    if name == "gelu":
        u = gelu_inner(z)
        return 0.5 * (1.0 + math.tanh(u)) + 0.5 * z * sech_squared(u) * gelu_inner_slope(z)
    if name == "quadratic":
        return 2.0 * p["a"] * z + p["b"]
    raise KeyError(name)


def param_slope(name: str, parameter: str, z: float) -> float:
    """Derivative of f(z) with respect to a learned parameter."""
    if (name, parameter) == ("prelu", "negative_slope"):
        return 0.0 if z > 0 else z
    if name == "quadratic":
        return {"a": z**2, "b": z, "c": 1.0}[parameter]
    raise KeyError((name, parameter))


def softmax(z: Matrix) -> Matrix:
    """exp(z_i) / sum of exp(z_j), for one sample."""
    shifted = [math.exp(v - max(z)) for v in z]
    return np.array([v / sum(shifted) for v in shifted])


def forward_mask(name: str, z: float, a: float, p: Params, gate_open: bool = True) -> float:
    """What the gate did to the signal: a/z where f(0) = 0, its limit f'(0) at z = 0; otherwise the firing level a."""
    if not gate_open:
        return 1.0  # the signal went through as it was
    if activate(name, 0.0, p) != 0.0:
        return a
    return a / z if z != 0.0 else slope(name, 0.0, p)


# --- Losses ---------------------------------------------------------------------------------------------------------

FUSED = {("binary_cross_entropy", "sigmoid"), ("cross_entropy", "softmax")}


def sample_loss(name: str, z: Matrix, a: Matrix, t: Matrix, delta: float = 1.0) -> float:
    """Loss of one sample from the output layer's z (outputs,) and a (outputs,)."""
    n = len(a)
    if name == "mse":
        return sum((a[i] - t[i]) ** 2 for i in range(n)) / n
    if name == "mae":
        return sum(abs(a[i] - t[i]) for i in range(n)) / n
    if name == "huber":
        e = [abs(a[i] - t[i]) for i in range(n)]
        return sum(0.5 * v**2 if v <= delta else delta * (v - 0.5 * delta) for v in e) / n
    if name == "binary_cross_entropy":  # -t log p - (1 - t) log(1 - p) with p = sigmoid(z): log p = -log(1 + exp(-z))
        return sum(t[i] * log_one_plus_exp(-z[i]) + (1.0 - t[i]) * log_one_plus_exp(z[i]) for i in range(n)) / n
    if name == "cross_entropy":  # -sum t log softmax(z)
        top = max(z)
        log_sum = top + math.log(sum(math.exp(v - top) for v in z))
        return sum(t[i] * (log_sum - z[i]) for i in range(n))
    raise KeyError(name)


def log_one_plus_exp(z: float) -> float:
    """log(1 + exp(z)); for large z the 1 no longer counts."""
    return z + math.log1p(math.exp(-z)) if z > 0 else math.log1p(math.exp(z))


def loss_slope(name: str, a: Matrix, t: Matrix, samples: int, delta: float = 1.0) -> Matrix:
    """dL/da of the mean loss for one sample of a mini-batch of `samples`, where loss and output are not fused."""
    scale = 1.0 / (samples * len(a))
    e = [a[i] - t[i] for i in range(len(a))]
    if name == "mse":
        return np.array([2.0 * v * scale for v in e])
    if name == "mae":
        return np.array([float(np.sign(v)) * scale for v in e])
    if name == "huber":
        return np.array([(v if abs(v) <= delta else delta * float(np.sign(v))) * scale for v in e])
    raise KeyError(name)


def fused_slope(name: str, a: Matrix, t: Matrix, samples: int) -> Matrix:
    """dL/dz for one sample: (p - t) over the number of elements that the loss is the mean of."""
    elements = samples * len(a) if name == "binary_cross_entropy" else samples
    return np.array([(a[i] - t[i]) / elements for i in range(len(a))])


# --- Networks -------------------------------------------------------------------------------------------------------


@dataclass
class Layer:
    """One layer: weight (out, in), bias (out,), its activation, and what one update makes of it."""

    activation: str
    params: dict[str, Any]
    weight: Matrix
    bias: Matrix
    learned: dict[str, Matrix] = field(default_factory=dict)  # (out,) each
    gate_forward: bool = True
    gate_backward: bool = True

    def of_unit(self, unit: int) -> dict[str, Any]:
        """The activation's parameters of one unit: the settings, and the learned ones of that unit."""
        return {**self.params, **{name: float(values[unit]) for name, values in self.learned.items()}}


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


@dataclass
class Pass:
    """Both strokes of one mini-batch."""

    loss: float
    sample_loss: Matrix
    layers: list[LayerPass]


def layers_of(session: Mapping[str, Any], parameters: Mapping[str, Any]) -> list[Layer]:
    """Layers from the dictionary of a session and parameters named as in a trace: `l1.weight`, `l1.param.NAME`, ..."""
    network, gates = session["network"], session["gates"]
    named = [layer["activation"] for layer in network["layers"]] + [network["output"]["activation"]]
    layers = []
    for number, given in enumerate(named, start=1):
        given = {"name": given} if isinstance(given, str) else dict(given)
        name = given.pop("name")
        hidden = number < len(named)
        layers.append(
            Layer(
                activation=name,
                params={**DEFAULTS[name], **given},
                weight=np.array(parameters[f"l{number}.weight"], dtype=np.float64),
                bias=np.array(parameters[f"l{number}.bias"], dtype=np.float64),
                learned={
                    p: np.array(parameters[f"l{number}.param.{p}"], dtype=np.float64) for p in LEARNED.get(name, ())
                },
                gate_forward=gates["forward"] or not hidden,
                gate_backward=gates["backward"] or not hidden,
            )
        )
    return layers


def layer_forward(layer: Layer, given: Matrix) -> tuple[Matrix, Matrix]:
    """z (B, out) and a (B, out) of one layer for what it is given (B, in)."""
    samples, units, inputs = given.shape[0], layer.weight.shape[0], layer.weight.shape[1]
    z, a = np.zeros((samples, units)), np.zeros((samples, units))
    for s in range(samples):
        for j in range(units):
            z[s, j] = sum(float(layer.weight[j, i]) * float(given[s, i]) for i in range(inputs)) + layer.bias[j]
        if layer.activation == "softmax":
            a[s] = softmax(z[s])
            continue
        for j in range(units):
            a[s, j] = activate(layer.activation, float(z[s, j]), layer.of_unit(j)) if layer.gate_forward else z[s, j]
    return z, a


def gains(layer: Layer, z: Matrix) -> Matrix | None:
    """f'(z) (B, out); None for softmax, whose derivative is a matrix."""
    if layer.activation == "softmax":
        return None
    return np.array(
        [[slope(layer.activation, float(v), layer.of_unit(j)) for j, v in enumerate(row)] for row in z]
    ).reshape(z.shape)


def masks(layer: Layer, z: Matrix, a: Matrix) -> Matrix:
    """Forward mask (B, out)."""
    if layer.activation == "softmax":
        return a.copy()
    out = np.zeros_like(z)
    for s in range(z.shape[0]):
        for j in range(z.shape[1]):
            out[s, j] = forward_mask(
                layer.activation, float(z[s, j]), float(a[s, j]), layer.of_unit(j), layer.gate_forward
            )
    return out


def output_gradients(
    loss: str, delta: float, layer: Layer, z: Matrix, a: Matrix, target: Matrix
) -> tuple[Matrix | None, Matrix]:
    """dL/da (None where fused) and dL/dz of the output layer, (B, outputs)."""
    samples, units = a.shape
    if (loss, layer.activation) in FUSED:
        return None, np.array([fused_slope(loss, a[s], target[s], samples) for s in range(samples)])
    upstream = np.array([loss_slope(loss, a[s], target[s], samples, delta) for s in range(samples)])
    back = np.zeros_like(upstream)
    for s in range(samples):
        for j in range(units):
            if layer.activation == "softmax":  # row j of the Jacobian: da_i/dz_j = a_i (1[i = j] - a_j)
                back[s, j] = sum(upstream[s, i] * a[s, i] * ((i == j) - a[s, j]) for i in range(units))
            else:
                back[s, j] = upstream[s, j] * slope(layer.activation, float(z[s, j]), layer.of_unit(j))
    return upstream, back


def hidden_gradients(layer: Layer, after: Layer, dz_after: Matrix, z: Matrix) -> tuple[Matrix, Matrix]:
    """dL/da and dL/dz of a hidden layer, from dL/dz of the layer after it."""
    samples, units = z.shape
    upstream, back = np.zeros((samples, units)), np.zeros((samples, units))
    for s in range(samples):
        for j in range(units):
            upstream[s, j] = sum(
                float(dz_after[s, k]) * float(after.weight[k, j]) for k in range(after.weight.shape[0])
            )
            gain = slope(layer.activation, float(z[s, j]), layer.of_unit(j)) if layer.gate_backward else 1.0
            back[s, j] = upstream[s, j] * gain
    return upstream, back


def parameter_gradients(layer: Layer, given: Matrix, z: Matrix, da: Matrix | None, dz: Matrix) -> dict[str, Any]:
    """Sums over the mini-batch: dL/dweight, dL/dbias, and dL/d(learned parameter) per unit.

    Where the gradient passes by the gate, it does not reach the gate's own parameters either: their gradient is 0.
    """
    samples, units = z.shape
    weight, bias = np.zeros_like(layer.weight), np.zeros_like(layer.bias)
    param = {name: np.zeros(units) for name in layer.learned}
    for s in range(samples):
        for j in range(units):
            bias[j] += dz[s, j]
            for i in range(given.shape[1]):
                weight[j, i] += dz[s, j] * given[s, i]
            for name in param:
                assert da is not None
                if layer.gate_backward:
                    param[name][j] += da[s, j] * param_slope(layer.activation, name, float(z[s, j]))
    return {"dloss_dweight": weight, "dloss_dbias": bias, "dloss_dparam": param}


def both_strokes(layers: list[Layer], x: Any, target: Any, loss: str, delta: float = 1.0) -> Pass:
    """Forward and backward stroke of one mini-batch: x (B, inputs), target (B, outputs). Gradients of the mean loss."""
    x, target = np.asarray(x, dtype=np.float64), np.asarray(target, dtype=np.float64)
    given, sums, outs = [x], [], []
    for layer in layers:
        z, a = layer_forward(layer, given[-1])
        sums.append(z)
        outs.append(a)
        given.append(a)
    each = np.array([sample_loss(loss, sums[-1][s], outs[-1][s], target[s], delta) for s in range(len(x))])
    passes: list[LayerPass] = []
    for number in range(len(layers) - 1, -1, -1):
        layer, z, a = layers[number], sums[number], outs[number]
        if number == len(layers) - 1:
            da, dz = output_gradients(loss, delta, layer, z, a, target)
        else:
            da, dz = hidden_gradients(layer, layers[number + 1], passes[0].dloss_dz, z)
        found = parameter_gradients(layer, given[number], z, da, dz)
        passes.insert(0, LayerPass(z, a, gains(layer, z), masks(layer, z, a), da, dz, **found))
    return Pass(sum(each) / len(each), each, passes)


def predict(layers: list[Layer], x: Any) -> Matrix:
    """Output (N, outputs) for x (N, inputs)."""
    a = np.asarray(x, dtype=np.float64)
    for layer in layers:
        a = layer_forward(layer, a)[1]
    return a


# --- Optimizers -----------------------------------------------------------------------------------------------------


def penalised(weight: Matrix, gradient: Matrix, l1: float, l2: float) -> Matrix:
    """Gradient of a weight matrix with L1 and L2: g + l1 sign(w) + l2 w."""
    out = gradient.copy()
    for index, w in np.ndenumerate(weight):
        out[index] += l1 * float(np.sign(w)) + l2 * w
    return out


@dataclass
class Sgd:
    """torch.optim.SGD: v = momentum v + g, w = w - rate v; at the first step v = g."""

    learning_rate: float
    momentum: float = 0.0
    velocity: dict[str, Matrix] = field(default_factory=dict)

    def step(self, name: str, w: Matrix, g: Matrix) -> Matrix:
        """The new values of the array `name`."""
        v = self.momentum * self.velocity[name] + g if name in self.velocity else g.copy()
        self.velocity[name] = v
        return w - self.learning_rate * v


@dataclass
class Adam:
    """torch.optim.Adam without weight decay and amsgrad."""

    learning_rate: float
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    moments: dict[str, tuple[int, Matrix, Matrix]] = field(default_factory=dict)

    def step(self, name: str, w: Matrix, g: Matrix) -> Matrix:
        """The new values of the array `name`."""
        t, m, v = self.moments.get(name, (0, np.zeros_like(w), np.zeros_like(w)))
        t += 1
        m = self.beta1 * m + (1.0 - self.beta1) * g
        v = self.beta2 * v + (1.0 - self.beta2) * g**2
        self.moments[name] = (t, m, v)
        m_hat = m / (1.0 - self.beta1**t)
        v_hat = v / (1.0 - self.beta2**t)
        return w - self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)


def optimizer_of(settings: Mapping[str, Any]) -> Sgd | Adam:
    """The optimizer from a session's dictionary."""
    given = {key: value for key, value in settings.items() if key != "name"}
    return {"sgd": Sgd, "adam": Adam}[settings["name"]](**given)


def loss_of(settings: Any) -> tuple[str, float]:
    """Name and Huber delta of the loss from a session's dictionary."""
    return (settings, 1.0) if isinstance(settings, str) else (settings["name"], settings.get("delta", 1.0))


class Training:
    """A network in training: the session's dictionary, parameters named as in a trace, mini-batches from outside."""

    def __init__(self, session: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
        self.settings = session["training"]
        self.layers = layers_of(session, parameters)
        self.optimizer = optimizer_of(self.settings["optimizer"])

    def both_strokes(self, x: Any, target: Any) -> Pass:
        """Gradients of a mini-batch; nothing changes."""
        return both_strokes(self.layers, x, target, *loss_of(self.settings["loss"]))

    def update(self, x: Any, target: Any) -> Pass:
        """One update; penalties meet the weights only."""
        found = self.both_strokes(x, target)
        for number, (layer, got) in enumerate(zip(self.layers, found.layers, strict=True), start=1):
            total = penalised(layer.weight, got.dloss_dweight, self.settings["l1"], self.settings["l2"])
            layer.weight = self.optimizer.step(f"l{number}.weight", layer.weight, total)
            layer.bias = self.optimizer.step(f"l{number}.bias", layer.bias, got.dloss_dbias)
            for name, values in layer.learned.items():
                layer.learned[name] = self.optimizer.step(f"l{number}.param.{name}", values, got.dloss_dparam[name])
        return found

    def parameters(self) -> dict[str, Matrix]:
        """Named as in a trace."""
        out: dict[str, Matrix] = {}
        for number, layer in enumerate(self.layers, start=1):
            out[f"l{number}.weight"], out[f"l{number}.bias"] = layer.weight, layer.bias
            out.update({f"l{number}.param.{name}": values for name, values in layer.learned.items()})
        return out


# --- Initialisation -------------------------------------------------------------------------------------------------


def init_law(settings: Any, fan_in: int, fan_out: int) -> tuple[str, float, float]:
    """("uniform", low, high) or ("normal", mean, standard deviation), as `torch.nn.init` (LeCun: variance 1/fan_in)."""
    given = {"name": settings} if isinstance(settings, str) else dict(settings)
    name = given["name"]
    if name == "zeros":
        return "uniform", 0.0, 0.0
    if name == "normal":
        return "normal", given.get("mean", 0.0), given.get("std", 1.0)
    if name == "uniform":
        return "uniform", given.get("low", 0.0), given.get("high", 1.0)
    family, law = name.split("_")
    variance = {"xavier": 2.0 / (fan_in + fan_out), "he": 2.0 / fan_in, "lecun": 1.0 / fan_in}[family]
    if law == "normal":
        return "normal", 0.0, math.sqrt(variance)
    bound = math.sqrt(3.0 * variance)  # a uniform law on [-b, b] has the variance b²/3
    return "uniform", -bound, bound
