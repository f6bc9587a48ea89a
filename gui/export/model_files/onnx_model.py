"""A trained network as an ONNX graph, from raw samples to answers in the units of the data, as the network is used.

Settings are constants of the network's precision: attributes of ONNX's nodes would have 32 bit.
"""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from twostroke.engine.catalogue.activations import SELU_ALPHA, SELU_SCALE
from twostroke.engine.compute.layout import Layer, Run
from twostroke.engine.compute.network import Network
from twostroke.engine.data import Dataset
from twostroke.engine.data.dataset import KEPT_AS_READ
from twostroke.gui.export.model_files.onnx_bytes import Graph, model_bytes
from twostroke.gui.export.model_files.program.numpy_gates import form

Numbers = Mapping[str, str]
"""The settings of an activation as names of tensors, by the catalogue's name."""


def onnx_bytes(network: Network, dataset: Dataset, told: Mapping[str, str]) -> bytes:
    """The model's file; `told` are its metadata."""
    graph = Graph(network.dtype.name)
    scaled = network.session.data.scale == "standard"
    wide = scaled and network.session.data.name in KEPT_AS_READ
    kind = "float64" if wide else graph.dtype
    for key, values in network.parameters().items():  # also those that a gate which is off keeps from the answers
        graph.real(key, values)
    x = _inputs(graph, dataset, kind, scaled=scaled)
    sent = [x]
    for layer in network.layers:
        sent.append(_layer(graph, network, layer, sent))
    answer = sent[-1]
    if dataset.target_scale is not None:
        centre, spread = dataset.target_scale
        centred = graph.add("Mul", answer, graph.real("deviation", spread))
        answer = graph.add("Add", centred, graph.real("mean", centre))
    graph.add("Identity", answer, name="output")
    given = "input", kind, dataset.info.inputs
    return model_bytes(graph, dataset.info.name, given, ("output", network.widths[-1]), told)


# -- inputs ------------------------------------------------------------------------------------------------------------


def _inputs(graph: Graph, dataset: Dataset, kind: str, *, scaled: bool) -> str:
    """What the network sees of raw samples, as `Dataset.prepare` makes it."""
    seen = "input"
    if dataset.features:
        columns = [_column(graph, name, kind) for name in dataset.features]
        seen = columns[0] if len(columns) == 1 else graph.add("Concat", *columns, axis=1)
    if scaled:
        centre = graph.real("input_mean", dataset.centre, kind)
        factor = graph.real("input_factor", dataset.factor, kind)
        seen = graph.add("Mul", graph.add("Sub", seen, centre), factor)
    if kind != graph.dtype:
        seen = graph.add("Cast", seen, to={"float32": 1, "float64": 11}[graph.dtype])
    return seen


def _column(graph: Graph, name: str, kind: str) -> str:
    def raw(column: int) -> str:
        place = graph.constant(f"column_{column}", np.array([column], dtype=np.int64))
        return graph.add("Gather", "input", place, axis=1)

    def wave(column: int) -> str:
        return graph.add("Sin", graph.add("Mul", raw(column), graph.number(math.pi, kind)))

    made: dict[str, Callable[[], str]] = {
        "x": lambda: raw(0),
        "y": lambda: raw(1),
        "x^2": lambda: graph.add("Mul", raw(0), raw(0)),
        "y^2": lambda: graph.add("Mul", raw(1), raw(1)),
        "x*y": lambda: graph.add("Mul", raw(0), raw(1)),
        "sin(x)": lambda: wave(0),
        "sin(y)": lambda: wave(1),
    }
    return made[name]()


# -- layers ------------------------------------------------------------------------------------------------------------


def _layer(graph: Graph, network: Network, layer: Layer, sent: list[str]) -> str:
    n = layer.number
    z = graph.add("Gemm", sent[n - 1], f"l{n}.weight", f"l{n}.bias", transB=1)
    if layer.norm == "batch":
        z = _batch(graph, layer, z)
    elif layer.norm == "layer":
        z = _normalised(graph, layer, z)
    if layer.skip is not None:
        added = sent[layer.skip]
        if layer.projected:
            added = graph.add("Gemm", added, f"l{n}.skip_weight", transB=1)
        z = graph.add("Add", z, added)
    a = _gated(graph, network, layer, z)
    if layer.cut:
        alive = (~np.isin(np.arange(layer.units), layer.cut)).astype(np.float64)
        a = graph.add("Mul", a, graph.real(f"l{n}.alive", alive))
    return a


def _batch(graph: Graph, layer: Layer, s: str) -> str:
    """By the running figures."""
    n = layer.number
    apart = graph.add("Sub", s, f"l{n}.running_mean")
    return _to_scale(graph, layer, apart, f"l{n}.running_variance")


def _normalised(graph: Graph, layer: Layer, s: str) -> str:
    apart = graph.add("Sub", s, graph.add("ReduceMean", s, axes=[1], keepdims=1))
    variance = graph.add("ReduceMean", graph.add("Mul", apart, apart), axes=[1], keepdims=1)
    return _to_scale(graph, layer, apart, variance)


def _to_scale(graph: Graph, layer: Layer, apart: str, variance: str) -> str:
    n = layer.number
    deviation = graph.add("Sqrt", graph.add("Add", variance, graph.number(layer.epsilon)))
    scaled = graph.add("Mul", graph.add("Div", apart, deviation), f"l{n}.scale")
    return graph.add("Add", scaled, f"l{n}.shift")


# -- gates -------------------------------------------------------------------------------------------------------------


def _gated(graph: Graph, network: Network, layer: Layer, z: str) -> str:
    n = layer.number
    if not network.is_forward(n):
        return z
    if len(layer.runs) == 1:
        a = _activated(graph, network, layer, layer.runs[0], z)
    else:
        a = graph.add("Concat", *(_part(graph, network, layer, run, z) for run in layer.runs), axis=1)
    if layer.off_forward:
        off = graph.constant(f"l{n}.off", np.isin(np.arange(layer.units), layer.off_forward))
        a = graph.add("Where", off, z, a)
    return a


def _part(graph: Graph, network: Network, layer: Layer, run: Run, z: str) -> str:
    return _activated(graph, network, layer, run, _of_run(graph, layer, run, z, axis=1))


def _of_run(graph: Graph, layer: Layer, run: Run, whole: str, axis: int = 0) -> str:
    """What belongs to the units of one run."""
    if len(layer.runs) == 1:
        return whole
    units = np.arange(run.first, run.first + run.units, dtype=np.int64)
    own = graph.constant(f"l{layer.number}.units_{run.first}", units)
    return graph.add("Gather", whole, own, axis=axis)


def _activated(graph: Graph, network: Network, layer: Layer, run: Run, z: str) -> str:
    return ACTIVATIONS[form(run)](graph, z, _settings(graph, network, layer, run))


def _settings(graph: Graph, network: Network, layer: Layer, run: Run) -> Numbers:
    learned = dict(zip((p.name for p in run.spec.entry.learned), layer.learned[run.row :], strict=False))
    found: dict[str, str] = {}
    for name, value in run.spec.params.items():
        if name in learned:
            found[name] = _of_run(graph, layer, run, f"l{layer.number}.param.{learned[name]}")
        elif not isinstance(value, str):
            found[name] = graph.number(float(value))
    return found


def _times(graph: Graph, *factors: str) -> str:
    product = factors[0]
    for factor in factors[1:]:
        product = graph.add("Mul", product, factor)
    return product


def _step(graph: Graph, z: str, p: Numbers) -> str:
    fired = graph.add("Greater", z, graph.number(0.0))
    return graph.add("Cast", fired, to={"float32": 1, "float64": 11}[graph.dtype])


def _bent(graph: Graph, z: str, alpha: str) -> str:
    """z above 0, alpha (exp z - 1) below."""
    straight = graph.add("Relu", z)
    return graph.add("Add", straight, graph.add("Mul", alpha, graph.add("Sub", graph.add("Elu", z), straight)))


def _softplus(graph: Graph, z: str, p: Numbers) -> str:
    """max(z, 0) + ln(1 + exp(-abs(z))), which does not overflow."""
    small = graph.add("Exp", graph.add("Neg", graph.add("Abs", z)))
    return graph.add("Add", graph.add("Relu", z), graph.add("Log", graph.add("Add", small, graph.number(1.0))))


def _gelu(graph: Graph, z: str, p: Numbers) -> str:
    error = graph.add("Erf", graph.add("Mul", z, graph.number(math.sqrt(0.5))))
    return _times(graph, z, graph.add("Add", error, graph.number(1.0)), graph.number(0.5))


def _gelu_tanh(graph: Graph, z: str, p: Numbers) -> str:
    cube = _times(graph, z, z, z, graph.number(0.044715))
    inner = graph.add("Mul", graph.add("Add", z, cube), graph.number(math.sqrt(2.0 / math.pi)))
    return _times(graph, z, graph.add("Add", graph.add("Tanh", inner), graph.number(1.0)), graph.number(0.5))


def _quadratic(graph: Graph, z: str, p: Numbers) -> str:
    slope = graph.add("Add", graph.add("Mul", p["a"], z), p["b"])
    return graph.add("Add", graph.add("Mul", slope, z), p["c"])


def _selu(graph: Graph, z: str, p: Numbers) -> str:
    return graph.add("Mul", _bent(graph, z, graph.number(SELU_ALPHA)), graph.number(SELU_SCALE))


def _swish(graph: Graph, z: str, p: Numbers) -> str:
    return graph.add("Mul", z, graph.add("Sigmoid", graph.add("Mul", p["beta"], z)))


ACTIVATIONS: dict[str, Callable[[Graph, str, Numbers], str]] = {
    "identity": lambda graph, z, p: z,
    "sigmoid": lambda graph, z, p: graph.add("Sigmoid", z),
    "tanh": lambda graph, z, p: graph.add("Tanh", z),
    "relu": lambda graph, z, p: graph.add("Relu", z),
    "leaky_relu": lambda graph, z, p: graph.add("PRelu", z, p["negative_slope"]),
    "prelu": lambda graph, z, p: graph.add("PRelu", z, p["negative_slope"]),
    "elu": lambda graph, z, p: _bent(graph, z, p["alpha"]),
    "selu": _selu,
    "softplus": _softplus,
    "silu": lambda graph, z, p: graph.add("Mul", z, graph.add("Sigmoid", z)),
    "swish_beta": _swish,
    "gelu": _gelu,
    "gelu_tanh": _gelu_tanh,
    "quadratic": _quadratic,
    "step": _step,
    "step_straight_through": _step,
    "step_sigmoid": _step,
    "softmax": lambda graph, z, p: graph.add("Softmax", z, axis=1),
}
"""By name, and by name and form where an activation has several."""


def metadata(dataset: Dataset, session: Mapping[str, Any], update: int) -> dict[str, str]:
    """What the model says of itself."""
    named = {"classes": list(dataset.class_names), "inputs": list(dataset.feature_names)}
    lists = {key: json.dumps(names, ensure_ascii=False) for key, names in named.items() if names}
    return {"session": json.dumps(session), "update": str(update), **lists}
