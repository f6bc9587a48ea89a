"""An ONNX model as it lies in a file: nodes, constant tensors, inputs and outputs of its graph, and nothing run.

Field numbers are those of onnx.proto; see `wire` for how they are written.
"""

import hashlib
import struct
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.files.array_shapes import MOST_AXES, check_shape
from twostroke.engine.files.disk import MEGABYTE
from twostroke.engine.files.foreign.numbers import array_of
from twostroke.engine.files.foreign.wire import EIGHT, FOUR, LONGEST, Value, at_most, fields, packed, signed
from twostroke.engine.session.phrases import named, shown

MOST_NODES = 2_000
MOST_TENSORS = 4_000
MOST_FIELDS = 300_000
"""Of all messages in a file; numbers of a tensor are one."""

MOST_PACKED = 16 * MEGABYTE
"""Of whole numbers that lie one behind the other, each of which takes more room in memory."""

TYPES = {1: "F32", 10: "F16", 11: "F64", 16: "BF16"}
"""Kinds of number by TensorProto.DataType, as safetensors calls them."""

INTEGERS = {6: "<i4", 7: "<i8"}
IN_ANOTHER_FILE = 1
NOTHING = memoryview(b"")

MARK = "nodes"
"""In the metadata, the mark of the nodes that the file was written with."""


@dataclass(frozen=True, eq=False)
class Tensor:
    """Numbers (float64, or int64 of whole ones), and whether they had 64 bit."""

    values: NDArray[Any]
    wide: bool = False


@dataclass(frozen=True, eq=False)
class Node:
    """One step of the graph."""

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    domain: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """What it is called in a sentence."""
        return f"{named(self.op)} ({shown(self.name)})" if self.name else named(self.op)


@dataclass(frozen=True, eq=False)
class Graph:
    """What is computed, from inputs that are no constants."""

    nodes: tuple[Node, ...]
    tensors: dict[str, Tensor]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    opset: int
    about: Mapping[str, str] = field(default_factory=dict)  # its metadata
    mark: str = ""  # of the nodes, see `mark_of`


def read_graph(content: bytes) -> Graph:
    """The graph of the model. ValueError, as the end of a sentence, where there is none that is sound."""
    with at_most(MOST_FIELDS):
        return _model(content)


def _model(content: bytes) -> Graph:
    graph: Value | None = None
    opset = 1
    about: dict[str, str] = {}
    for number, value in fields(content):
        if number == 7:
            if graph is not None:
                raise ValueError("holds two graphs")
            graph = value
        if number == 8:
            domain, version = _opset(_bytes(value))
            opset = version if domain in ("", "ai.onnx") else opset
        if number == 14:
            entry = dict(fields(_bytes(value)))
            about[_text(entry.get(1, NOTHING))] = _text(entry.get(2, NOTHING))
    if graph is None:
        raise ValueError("holds no graph")
    return replace(_graph(_bytes(graph), opset), about=about)


def mark_of(nodes: Iterable[bytes | memoryview]) -> str:
    """Of nodes as they lie in a file: other nodes, or another order, have another mark."""
    mark = hashlib.sha256()
    for node in nodes:
        mark.update(len(node).to_bytes(8, "little") + node)
    return mark.hexdigest()


def _opset(content: memoryview) -> tuple[str, int]:
    found = dict(fields(content))
    return _text(found.get(1, NOTHING)), _whole(found.get(2, 0))


def _graph(content: memoryview, opset: int) -> Graph:
    nodes: list[Node] = []
    written: list[memoryview] = []
    tensors: dict[str, Tensor] = {}
    inputs: list[str] = []
    outputs: list[str] = []
    for number, value in fields(content):
        if number == 1:
            written.append(_bytes(value))
            nodes.append(_node(written[-1]))
        elif number == 5:
            name, tensor = _tensor(_bytes(value))
            if name in tensors:
                raise ValueError(f"holds the tensor {shown(name)} twice")
            tensors[name] = tensor
        elif number in (11, 12):
            (inputs if number == 11 else outputs).append(_value_name(_bytes(value)))
        elif number == 15:
            raise ValueError("holds sparse tensors, which are not read")
        if len(nodes) > MOST_NODES or len(tensors) > MOST_TENSORS:
            raise ValueError(f"holds more than {MOST_NODES:,} nodes or {MOST_TENSORS:,} tensors")
    free = tuple(name for name in inputs if name not in tensors)
    made = Counter(name for node in nodes for name in node.outputs if name)
    made.update({*free, *tensors})
    twice = next((name for name, times in made.items() if times > 1), None)
    if twice is not None:
        raise ValueError(f"computes {shown(twice)} twice")
    return Graph(tuple(nodes), tensors, free, tuple(outputs), opset, mark=mark_of(written))


def _value_name(content: memoryview) -> str:
    return next((_text(value) for number, value in fields(content) if number == 1), "")


def _node(content: memoryview) -> Node:
    inputs: list[str] = []
    outputs: list[str] = []
    words = {3: "", 4: "", 7: ""}
    attributes: dict[str, Any] = {}
    for number, value in fields(content):
        if number in (1, 2):
            (inputs if number == 1 else outputs).append(_text(value))
        elif number in words:
            words[number] = _text(value)
        elif number == 5:
            name, found = _attribute(_bytes(value))
            if name in attributes:
                raise ValueError(f"holds a node with the attribute {shown(name)} twice")
            attributes[name] = found
    return Node(words[4], words[3], tuple(inputs), tuple(outputs), words[7], attributes)


def _attribute(content: memoryview) -> tuple[str, Any]:
    """Name and value; the value is None of a kind that no node here takes."""
    name, found = "", None
    for number, value in fields(content):
        if number == 1:
            name = _text(value)
        elif number == 2:
            found = struct.unpack("<f", _exactly(value, 4))[0]
        elif number == 3:
            found = signed(_whole(value))
        elif number == 4:
            found = _text(value)
        elif number == 5:
            found = _tensor(_bytes(value))[1]
    return name, found


def _tensor(content: memoryview) -> tuple[str, Tensor]:
    """Name and numbers of a TensorProto, raw or field by field."""
    shape: list[int] = []
    kind, name, raw = 0, "", None
    listed: dict[int, bytearray] = {4: bytearray(), 10: bytearray()}
    whole: list[NDArray[np.int64]] = []
    for number, value in fields(content):
        if number == 1:
            shape += _wholes(value, MOST_AXES * LONGEST).tolist()
        elif number == 2:
            kind = _whole(value)
        elif number in listed:
            listed[number] += _flat(value, EIGHT if number == 10 else FOUR)
        elif number in (5, 7):
            whole.append(_wholes(value, MOST_PACKED))
        elif number == 8:
            name = _text(value)
        elif number == 9:
            raw = _bytes(value)
        elif number == 13 or (number == 14 and value == IN_ANOTHER_FILE):
            raise ValueError(f"keeps {shown(name)} in another file, which is not read; save it with all in one file")
    check_shape(name, shape)
    return name, _of_kind(name, kind, shape, raw, listed, np.concatenate([np.empty(0, np.int64), *whole]))


def _of_kind(
    name: str,
    kind: int,
    shape: list[int],
    raw: memoryview | None,
    listed: dict[int, bytearray],
    whole: NDArray[np.int64],
) -> Tensor:
    if kind in INTEGERS:
        width = np.dtype(INTEGERS[kind]).itemsize
        count = int(np.prod(shape, dtype=object)) if shape else 1
        if count * width != (len(whole) * width if raw is None else len(raw)):
            raise ValueError(f"holds {shown(name)} with another number of values than its shape asks for")
        found = whole if raw is None else np.frombuffer(raw, INTEGERS[kind])
        return Tensor(found.astype(np.int64).reshape(shape))
    if kind not in TYPES:
        return Tensor(np.empty(0))  # text and the like; whoever needs it will say so
    if raw is None and TYPES[kind] in ("F16", "BF16"):
        raw = memoryview(whole.astype("<u2").tobytes())
    content = raw if raw is not None else memoryview(bytes(listed[10 if kind == 11 else 4]))
    return Tensor(array_of(name, TYPES[kind], shape, content), TYPES[kind] == "F64")


def _flat(value: Value, kind: int) -> bytes:
    """The bytes of one number, or of packed ones."""
    found = _bytes(value)
    if len(found) % {EIGHT: 8, FOUR: 4}[kind]:
        raise ValueError("is cut short within a number")
    return bytes(found)


def _wholes(value: Value, most: int) -> NDArray[np.int64]:
    """One whole number, or packed ones in at most so many bytes."""
    if isinstance(value, int):
        return np.array([signed(value)], np.int64)
    if len(value) > most:
        raise ValueError(f"holds {len(value):,} bytes of whole numbers in one list; expected at most {most:,}")
    return packed(value)


def _bytes(value: Value) -> memoryview:
    if isinstance(value, int):
        raise ValueError("holds a number where a part of a model should be")
    return value


def _exactly(value: Value, length: int) -> memoryview:
    found = _bytes(value)
    if len(found) != length:
        raise ValueError("holds a number of another size than it should have")
    return found


def _whole(value: Value) -> int:
    if not isinstance(value, int):
        raise ValueError("holds bytes where a whole number should be")
    return value


def _text(value: Value) -> str:
    return bytes(_bytes(value)).decode("utf-8", "replace")
