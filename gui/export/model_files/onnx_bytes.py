"""An ONNX model as the bytes of its file: nodes, constant tensors, an input and an output. Numbers as in onnx.proto."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.tape import Array
from twostroke.engine.files.foreign import wire
from twostroke.engine.files.foreign.onnx_file import MARK, mark_of

IR_VERSION = 8
OPSET = 17
KINDS = {"float32": 1, "int64": 7, "bool": 9, "float64": 11}
"""TensorProto.DataType, by NumPy's name."""

INT, INTS = 2, 7
"""AttributeProto.AttributeType."""

Tensor = NDArray[np.generic]


@dataclass(frozen=True)
class Node:
    """One step of the graph."""

    op: str
    inputs: tuple[str, ...]
    output: str
    attributes: Mapping[str, int | Sequence[int]] = field(default_factory=dict)


@dataclass
class Graph:
    """A graph that grows: each operation returns the name of what it makes."""

    dtype: str
    nodes: list[Node] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)

    def add(self, op: str, *inputs: str, name: str = "", **attributes: int | Sequence[int]) -> str:
        """A node. Returns what its output is called."""
        output = name or f"{op.lower()}_{len(self.nodes)}"
        self.nodes.append(Node(op, inputs, output, attributes))
        return output

    def constant(self, name: str, values: Tensor) -> str:
        """A tensor of that name."""
        self.tensors[name] = values
        return name

    def number(self, value: float, dtype: str = "") -> str:
        """One number, in the network's precision unless told otherwise."""
        kind = dtype or self.dtype
        return self.constant(f"{value!r}:{kind}", np.asarray(value, dtype=kind))

    def real(self, name: str, values: Array, dtype: str = "") -> str:
        """Numbers in the network's precision."""
        return self.constant(name, np.asarray(values, dtype=dtype or self.dtype))


def model_bytes(
    graph: Graph, name: str, given: tuple[str, str, int], made: tuple[str, int], told: Mapping[str, str]
) -> bytes:
    """The file. `given`: name, kind of number and width of the input; `made`: name and width of the output."""
    nodes = [_node(node) for node in graph.nodes]
    told = {**told, MARK: mark_of(nodes)}
    body = b"".join(
        [
            *(wire.run(1, node) for node in nodes),
            wire.text(2, name),
            *(wire.run(5, _tensor(key, values)) for key, values in graph.tensors.items()),
            wire.run(11, _port(*given)),
            wire.run(12, _port(made[0], graph.dtype, made[1])),
        ]
    )
    return b"".join(
        [
            wire.whole(1, IR_VERSION),
            wire.text(2, "twostroke"),
            wire.run(7, body),
            wire.run(8, wire.text(1, "") + wire.whole(2, OPSET)),
            *(wire.run(14, wire.text(1, key) + wire.text(2, value)) for key, value in told.items()),
        ]
    )


def _node(node: Node) -> bytes:
    parts = [wire.text(1, name) for name in node.inputs]
    parts += [wire.text(2, node.output), wire.text(3, node.output), wire.text(4, node.op)]
    return b"".join([*parts, *(wire.run(5, part) for part in _attributes(node))])


def _attributes(node: Node) -> Iterator[bytes]:
    for name, value in node.attributes.items():
        if isinstance(value, int):
            yield wire.text(1, name) + wire.whole(3, value) + wire.whole(20, INT)
        else:
            yield wire.text(1, name) + b"".join(wire.whole(8, each) for each in value) + wire.whole(20, INTS)


def _tensor(name: str, values: Tensor) -> bytes:
    little = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<"), copy=False)
    dims = b"".join(wire.whole(1, size) for size in values.shape)
    return dims + wire.whole(2, KINDS[values.dtype.name]) + wire.text(8, name) + wire.run(9, little.tobytes())


def _port(name: str, dtype: str, width: int) -> bytes:
    """Any number of samples, each of so many numbers."""
    shape = wire.run(1, wire.text(2, "samples")) + wire.run(1, wire.whole(1, width))
    kind = wire.run(1, wire.whole(1, KINDS[dtype]) + wire.run(2, shape))
    return wire.text(1, name) + wire.run(2, kind)
