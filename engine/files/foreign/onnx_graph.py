"""An ONNX graph that is a stack of dense layers, followed from its input to its output, node by node.

What each node is follows the ONNX operators' page; a node that a session cannot say is refused by its name.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from twostroke.engine.files.beside import MAX_COMPANION
from twostroke.engine.files.disk import FileError, read_bytes, said
from twostroke.engine.files.foreign.affine import FOLDED, Affine, affine_of, of_figures
from twostroke.engine.files.foreign.conversion import Conversion
from twostroke.engine.files.foreign.numbers import Array
from twostroke.engine.files.foreign.onnx_file import MARK, Graph, Node, Tensor, read_graph
from twostroke.engine.files.foreign.own_file import conversion_of
from twostroke.engine.files.foreign.stack import Dense, Model
from twostroke.engine.session.phrases import counted, shown

SELU = {"alpha": 1.6732632, "gamma": 1.0507010}
CLOSE = 1e-5
FLOATS = (1, 11)
"""Numbers of 32 and of 64 bit, by TensorProto.DataType."""

PLAIN = {"Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Softplus": "softplus"}


def read_model(path: Path) -> Model:
    """The layers of the model in the file. Raises FileError."""
    content = read_bytes(path, MAX_COMPANION)
    try:
        walk = _Walk(read_graph(content))
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # what is not finite is told of its layer
            layers = walk.to_the_end()
    except ValueError as error:
        raise FileError(f"{said(path)} {error}.") from error
    return Model(layers, "float64" if walk.wide else "float32", tuple(walk.remarks))


def session_within(path: Path) -> Conversion | None:
    """The session that a file of this program's own export names, with the file's weights; None of other files, and
    of one whose nodes are no longer those that were exported. Raises FileError.
    """
    try:
        graph = read_graph(read_bytes(path, MAX_COMPANION))
    except ValueError as error:
        raise FileError(f"{said(path)} {error}.") from error
    if "session" not in graph.about or graph.about.get(MARK) != graph.mark:
        return None
    arrays = {key: tensor.values for key, tensor in graph.tensors.items()}
    return conversion_of(graph.about["session"], arrays, path, exact=False)


class _Walk:
    """Where one stands in the graph, and the layers so far."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.constants = dict(graph.tensors)
        self.layers: list[Dense] = []
        self.remarks: list[str] = []
        self.gated = False  # whether the last layer has its activation
        self.scaling: Affine | None = None  # of what the next layer takes
        self.wide = any(tensor.wide for tensor in graph.tensors.values())
        self.done: set[int] = set()
        self._take_constants()

    def to_the_end(self) -> list[Dense]:
        """All layers. ValueError where the graph is no stack of these."""
        if len(self.graph.inputs) != 1 or len(self.graph.outputs) != 1:
            raise ValueError(
                f"has {counted(len(self.graph.inputs), 'input')} and {counted(len(self.graph.outputs), 'output')}; "
                "expected one of each"
            )
        at, last = self.graph.inputs[0], self.graph.outputs[0]
        while at != last or self._followers(at):
            at = self._step(at)
        if self.scaling is not None:
            raise ValueError("scales its answers behind an activation, and a session cannot say that")
        left = [node for place, node in enumerate(self.graph.nodes) if place not in self.done]
        if left:
            raise ValueError(f"has the node {left[0].said}, which is not on the way from its input to its output")
        return [layer if layer.gate is not None else replace(layer, gate="identity") for layer in self.layers]

    def _take_constants(self) -> None:
        for place, node in enumerate(self.graph.nodes):
            copied = node.op == "Identity" and node.inputs[:1] and node.inputs[0] in self.constants
            tensor = self.constants[node.inputs[0]] if copied else node.attributes.get("value")
            if (node.op == "Constant" or copied) and isinstance(tensor, Tensor) and len(node.outputs) == 1:
                self.constants[node.outputs[0]] = tensor
                self.done.add(place)

    def _followers(self, at: str) -> list[int]:
        return [place for place, node in enumerate(self.graph.nodes) if at in node.inputs and place not in self.done]

    def _step(self, at: str) -> str:
        """Go through the one node that takes what is there; where that leads."""
        places = self._followers(at)
        if len(places) == 2:
            return self._through_silu(at, places)
        if len(places) != 1:
            what = "leads nowhere" if not places else f"branches into {len(places)} nodes"
            raise ValueError(f"has a graph that {what} at {shown(at)}; expected layers one after the other")
        node = self.graph.nodes[places[0]]
        self.done.add(places[0])
        if node.domain not in ("", "ai.onnx") or node.op not in STEPS:
            raise ValueError(f"has the node {node.said}, which a session cannot say; expected {EXPECTED}")
        if not node.outputs or node.inputs.count(at) != 1:
            raise ValueError(f"has the node {node.said}, which takes its input in a way that a session cannot say")
        STEPS[node.op](self, node, at)
        return node.outputs[0]

    def _through_silu(self, at: str, places: list[int]) -> str:
        """z · σ(z), which has no node of its own in older graphs."""
        pair = {self.graph.nodes[place].op: self.graph.nodes[place] for place in places}
        gate, product = pair.get("Sigmoid"), pair.get("Mul")
        whole = gate is not None and product is not None and len(gate.outputs) == len(product.outputs) == 1
        if gate is None or product is None or not whole or set(product.inputs) != {at, gate.outputs[0]}:
            raise ValueError(
                f"has a graph that branches into 2 nodes at {shown(at)}; expected layers one after the other"
            )
        self.done |= set(places)
        self.gate("silu", product)
        return product.outputs[0]

    def constant(self, node: Node, place: int, floating: bool = True) -> Any:
        """The numbers that a node takes there; ValueError where they are not in the file."""
        name = node.inputs[place] if place < len(node.inputs) else ""
        tensor = self.constants.get(name)
        if tensor is None or (floating and (tensor.values.dtype.kind != "f" or not tensor.values.size)):
            raise ValueError(f"has the node {node.said}, whose {shown(name)} is no tensor of numbers in the file")
        return tensor.values

    def dense(self, weight: Array, bias: Array | None) -> None:
        """One more layer."""
        if self.scaling is not None:
            weight, bias = self.scaling.before(weight, bias)
            self.scaling = None
        self.layers.append(Dense(weight, bias))
        self.gated = False

    def scaled(self, more: Affine, node: Node) -> None:
        """Factors and shifts that the next layer takes over."""
        try:
            self.scaling = more if self.scaling is None else self.scaling.then(more)
        except ValueError as error:
            raise ValueError(f"has the node {node.said} of another width than the one before") from error

    def gate(self, gate: Any, node: Node, **learned: Array) -> None:
        """The activation of the last layer."""
        self.last(node)
        self.layers[-1] = replace(self.layers[-1], gate=gate, learned=learned)
        self.gated = True

    def last(self, node: Node, gated: bool = False) -> Dense:
        """The last layer, which the node belongs to; with `gated`, behind its activation."""
        if not self.layers or self.gated != gated:
            where = "before any dense layer" if not self.layers else "behind an activation" if self.gated else "there"
            raise ValueError(f"has the node {node.said} {where}, and a session cannot say that")
        return self.layers[-1]

    def not_normalized(self, node: Node) -> Dense:
        """The last layer, which the node is to normalize."""
        layer = self.last(node)
        if layer.norm is not None:
            raise ValueError(f"has the node {node.said} behind another normalizer, and a session cannot say that")
        return layer


def _matrix(values: Array, node: Node) -> Array:
    if values.ndim != 2:
        raise ValueError(f"has the node {node.said} with weights of {values.ndim} axes; expected 2")
    return values


def _per_unit(values: Array, units: int, node: Node) -> Array:
    """A number for each unit, of an array that is spread over them."""
    if values.size not in (1, units) or (values.size == units and values.shape[-1:] not in ((units,), ())):
        raise ValueError(f"has the node {node.said} with {counted(values.size, 'number')} for {counted(units, 'unit')}")
    return np.broadcast_to(values.reshape(-1), (units,)).copy()


def _gemm(walk: _Walk, node: Node, at: str) -> None:
    if node.inputs[0] != at or node.attributes.get("transA", 0):
        raise ValueError(f"has the node {node.said}, which turns its input; expected samples in rows")
    weight = _matrix(walk.constant(node, 1), node)
    weight = weight if node.attributes.get("transB", 0) else weight.T
    weight = weight * _number(node, "alpha", 1.0)
    bias = None
    if len(node.inputs) > 2 and node.inputs[2]:
        bias = _per_unit(walk.constant(node, 2), len(weight), node) * _number(node, "beta", 1.0)
    walk.dense(weight, bias)


def _matmul(walk: _Walk, node: Node, at: str) -> None:
    if node.inputs[0] != at:
        raise ValueError(f"has the node {node.said}, which multiplies from the left; expected samples in rows")
    walk.dense(_matrix(walk.constant(node, 1), node).T, None)


def _scale(walk: _Walk, node: Node, at: str) -> None:
    """Of inputs, or behind an activation, into the next layer; of sums into their own."""
    place = node.inputs.index(at)
    number = walk.constant(node, 1 - place)
    done = affine_of(node.op, number, first=place == 1)
    if done is None or number.size not in (1, *number.shape[-1:]):
        raise ValueError(f"has the node {node.said}, whose numbers are none for each unit, or divided by the sums")
    if not walk.layers or walk.gated:
        walk.scaled(done, node)
        return
    layer = walk.last(node)
    if layer.norm is not None:
        raise ValueError(f"has the node {node.said} behind a normalizer, and a session cannot say that")
    _per_unit(number, layer.units, node)
    weight, bias = done.behind(layer.weight, layer.bias)
    walk.layers[-1] = replace(layer, weight=weight, bias=bias)


def _cast(walk: _Walk, node: Node, at: str) -> None:
    if node.attributes.get("to") not in FLOATS:
        raise ValueError(f"has the node {node.said} into what are no numbers of 32 or 64 bit")


def _plain(walk: _Walk, node: Node, at: str) -> None:
    walk.gate(PLAIN[node.op], node)


def _leaky(walk: _Walk, node: Node, at: str) -> None:
    walk.gate({"name": "leaky_relu", "negative_slope": _setting(walk, node, "alpha", 0.01)}, node)


def _elu(walk: _Walk, node: Node, at: str) -> None:
    walk.gate({"name": "elu", "alpha": _setting(walk, node, "alpha", 1.0)}, node)


def _selu(walk: _Walk, node: Node, at: str) -> None:
    for name, usual in SELU.items():
        if abs(_number(node, name, usual) - usual) > CLOSE:
            raise ValueError(f"has the node {node.said} with another {name} than usual; expected {usual}")
    walk.gate("selu", node)


def _gelu(walk: _Walk, node: Node, at: str) -> None:
    walk.gate({"name": "gelu", "approximate": str(node.attributes.get("approximate", "none"))}, node)


def _swish(walk: _Walk, node: Node, at: str) -> None:
    if _number(node, "alpha", 1.0) != 1.0:
        raise ValueError(f"has the node {node.said} with an alpha that is not 1, and in a session that is learned")
    walk.gate("silu", node)


def _prelu(walk: _Walk, node: Node, at: str) -> None:
    if node.inputs[0] != at:
        raise ValueError(f"has the node {node.said}, which takes its input as slopes")
    slopes = _per_unit(walk.constant(node, 1), walk.last(node).units, node)
    walk.gate("prelu", node, negative_slope=slopes)


def _softmax(walk: _Walk, node: Node, at: str) -> None:
    axis = node.attributes.get("axis", -1 if walk.graph.opset >= 13 else 1)
    if axis not in (-1, 1):
        raise ValueError(f"has the node {node.said} over axis {shown(axis)}; expected the last")
    walk.gate("softmax", node)


def _figures(walk: _Walk, node: Node, units: int) -> dict[str, Array]:
    """What a normalizer over the mini-batch has learned and seen of each unit."""
    keys = ("scale", "shift", "running_mean", "running_variance")
    return {key: _per_unit(walk.constant(node, place), units, node) for place, key in enumerate(keys, 1)}


def _normalize(walk: _Walk, node: Node, at: str) -> None:
    if node.inputs[0] != at or node.attributes.get("training_mode", 0):
        raise ValueError(f"has the node {node.said}, and a session cannot say that")
    if not walk.layers or walk.gated:
        _fold(walk, node)
        return
    layer = walk.not_normalized(node)
    figures = _figures(walk, node, layer.units)
    kept = _number(node, "momentum", 0.9)  # the share that stays, of which a session says the rest
    norm = {"name": "batch", "epsilon": _setting(walk, node, "epsilon", 1e-5), "momentum": round(1.0 - kept, 6)}
    walk.layers[-1] = replace(layer, norm=norm, figures=figures)


def _fold(walk: _Walk, node: Node) -> None:
    """A normalizer before the first layer, or behind an activation."""
    units = walk.layers[-1].units if walk.layers else walk.constant(node, 1).size
    walk.scaled(of_figures(_figures(walk, node, units), _number(node, "epsilon", 1e-5)), node)
    walk.remarks.append(f"{node.said} {FOLDED}.")


def _normalize_sample(walk: _Walk, node: Node, at: str) -> None:
    layer = walk.not_normalized(node)
    if node.inputs[0] != at or node.attributes.get("axis", -1) not in (-1, 1):
        raise ValueError(f"has the node {node.said} over another axis than the last, and a session cannot say that")
    figures = {"scale": _per_unit(walk.constant(node, 1), layer.units, node), "shift": np.zeros(layer.units)}
    if len(node.inputs) > 2 and node.inputs[2]:
        figures["shift"] = _per_unit(walk.constant(node, 2), layer.units, node)
    norm = {"name": "layer", "epsilon": _setting(walk, node, "epsilon", 1e-5)}
    walk.layers[-1] = replace(layer, norm=norm, figures=figures)


def _dropout(walk: _Walk, node: Node, at: str) -> None:
    if node.inputs[0] != at:
        raise ValueError(f"has the node {node.said}, and a session cannot say that")
    share = _number(node, "ratio", 0.5)
    if len(node.inputs) > 1 and node.inputs[1]:
        share = float(walk.constant(node, 1).reshape(-1)[0])
    if not walk.layers or not walk.gated or not 0.0 <= share < 1.0:
        walk.remarks.append(f"{node.said} is left out: it silences nothing when a network is used.")
        return
    walk.layers[-1] = replace(walk.layers[-1], dropout=share)


def _flatten(walk: _Walk, node: Node, at: str) -> None:
    if node.attributes.get("axis", 1) not in (1, -1):
        raise ValueError(f"has the node {node.said} over another axis than 1; expected samples in rows")


def _reshape(walk: _Walk, node: Node, at: str) -> None:
    shape = walk.constant(node, 1, floating=False).reshape(-1).tolist()
    width = walk.layers[-1].units if walk.layers else -1
    rows = len(shape) == 2 and shape[0] in (-1, 0) and (shape[1] in (-1, width) or (width == -1 and shape[1] > 0))
    if not rows or node.inputs[0] != at or shape == [-1, -1]:
        raise ValueError(f"has the node {node.said} into {shown(shape)}; expected samples in rows")


def _nothing(walk: _Walk, node: Node, at: str) -> None:
    """It passes on what it takes."""


def _number(node: Node, name: str, default: float) -> float:
    value = node.attributes.get(name, default)
    if not isinstance(value, int | float):
        raise ValueError(f"has the node {node.said} with an attribute {name} that is no number")
    return float(value)


def _setting(walk: _Walk, node: Node, name: str, default: float) -> float:
    """An attribute of 32 bit as a session writes it, 0.01 and not 0.009999999776, where that is the same number."""
    value = _number(node, name, default)
    short = float(str(np.float32(value)))
    return value if walk.wide and name in node.attributes else short


STEPS: Mapping[str, Callable[[_Walk, Node, str], None]] = {
    "Gemm": _gemm,
    "MatMul": _matmul,
    **dict.fromkeys(("Add", "Sub", "Mul", "Div"), _scale),
    "Cast": _cast,
    **dict.fromkeys(PLAIN, _plain),
    "LeakyRelu": _leaky,
    "Elu": _elu,
    "Selu": _selu,
    "Gelu": _gelu,
    "Swish": _swish,
    "PRelu": _prelu,
    "Softmax": _softmax,
    "BatchNormalization": _normalize,
    "LayerNormalization": _normalize_sample,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Identity": _nothing,
}
"""What is done at each kind of node."""

SILENT = {"Gemm", "MatMul", "Add", "Sub", "Mul", "Div", "Cast", "Identity", "Flatten", "Reshape", "Dropout"} | {
    "BatchNormalization",
    "LayerNormalization",
}
EXPECTED = "dense layers (Gemm, or MatMul and Add) with " + ", ".join(sorted(set(STEPS) - SILENT))
