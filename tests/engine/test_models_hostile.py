"""Models that are cut, swollen, twisted or traps: each a sentence, soon, and nothing is run."""

import json
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from twostroke.engine.compute.network import Network
from twostroke.engine.files.disk import FileError
from twostroke.engine.files.foreign import wire
from twostroke.engine.files.foreign.opening import open_foreign
from twostroke.engine.files.foreign.wishes import Wishes
from twostroke.engine.session.spec import Session


def tensors(header: object, data: bytes = b"", length: int | None = None) -> bytes:
    """A safetensors file with that header."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def array(shape: list[int], begin: int, end: int, kind: str = "F32") -> dict[str, object]:
    return {"dtype": kind, "shape": shape, "data_offsets": [begin, end]}


F32 = np.array([[1, 2]], "<f4").tobytes()
SIGNAL = b"\1\0\x80\x7f" * 2
"""Two numbers that are none, of the kind that processors signal."""
W = {"0.weight": array([1, 2], 0, 8)}
WEIGHTS: dict[str, bytes] = {
    "an endless header": tensors(W, F32, 2**40),
    "no JSON": tensors(b"{" + b"x" * 40, F32),
    "deep": tensors(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", F32),
    "cut short": tensors(W, F32[:5]),
    "more than is said": tensors(W, F32 + b"1234"),
    "overlapping": tensors({**W, "1.weight": array([1, 1], 4, 8)}, F32),
    "a hole": tensors({**W, "1.weight": array([1, 1], 12, 16)}, F32 * 2),
    "twice": tensors(b'{"0.weight":' + json.dumps(W["0.weight"]).encode() + b',"0.weight":'
                     + json.dumps(W["0.weight"]).encode() + b"}", F32),
    "a number of many digits": tensors(json.dumps(W).encode()[:-1] + b', "n": ' + b"9" * 5_000 + b"}", F32),
    "a giant": tensors({"0.weight": array([2**40, 2**40], 0, 8)}, F32),
    "a giant without numbers": tensors({"0.weight": array([0, 2**62, 4], 0, 0)}),
    "seventy axes": tensors({"0.weight": array([0] * 70, 0, 0)}),
    "negative": tensors({"0.weight": array([-1, -2], 0, 8)}, F32),
    "whole numbers": tensors({"0.weight": array([1, 1], 0, 8, "I64")}, F32),
    "eight bits": tensors({"0.weight": array([2, 4], 0, 8, "F8_E4M3")}, F32),
    "not finite": tensors(W, np.array([[1, np.nan]], "<f4").tobytes()),
    "not finite, and a signal of it": tensors(W, SIGNAL),
    "convolution": tensors({"0.weight": array([1, 1, 2, 1], 0, 8)}, F32),
    "another name": tensors({"embedding": array([1, 2], 0, 8)}, F32),
    "a bias alone": tensors({"0.bias": array([2], 0, 8)}, F32),
    "a bias too long": tensors({**W, "0.bias": array([3], 8, 20)}, F32 + bytes(12)),
    "widths that do not fit": tensors({**W, "1.weight": array([1, 2], 8, 16)}, F32 * 2),
    "no array": tensors({"__metadata__": {"a": "b"}}),
    "a bomb": tensors({f"{i}.weight": array([0, 0], 0, 0) for i in range(3_000)}),
    "no units": tensors({"0.weight": array([0, 2], 0, 0)}),
    "of a session": tensors({**W, "state.clock": array([1], 8, 16, "I64")}, F32 * 2),
}  # fmt: skip


def model(*parts: bytes) -> bytes:
    """An ONNX model whose graph has these fields."""
    return wire.whole(1, 8) + wire.text(2, "test") + wire.run(7, b"".join(parts))


def info(number: int, name: str) -> bytes:
    return wire.run(number, wire.text(1, name))


def node(op: str, inputs: list[str], output: str = "y", *more: bytes) -> bytes:
    ins = b"".join(wire.text(1, name) for name in inputs)
    return wire.run(1, ins + wire.text(2, output) + wire.text(4, op) + b"".join(more))


def tensor(name: str, shape: list[int], data: bytes, kind: int = 1, *more: bytes) -> bytes:
    dims = b"".join(wire.whole(1, size) for size in shape)
    return wire.run(5, dims + wire.whole(2, kind) + wire.text(8, name) + wire.run(9, data) + b"".join(more))


def alpha(value: bytes) -> bytes:
    return wire.run(5, wire.text(1, "alpha") + value)


ENDS = info(11, "x") + info(12, "y")
GEMM, B = node("Gemm", ["x", "B"]), tensor("B", [2, 1], F32)
MODELS: dict[str, bytes] = {
    "no graph": wire.whole(1, 8) + wire.text(2, "test"),
    "two graphs": model(ENDS, GEMM, B) + wire.run(7, ENDS),
    "cut within": model(ENDS, GEMM, B)[:-5],
    "hundreds of thousands of parts": model(ENDS, node("Gemm", ["x"] * 400_000)),
    "hundreds of axes": model(ENDS, GEMM, wire.run(5, wire.run(1, bytes(300)) + wire.text(8, "w"))),
    "an endless number": wire.whole(1, 8) + wire.text(2, "t") + b"\x3a" + b"\xff" * 12,
    "a length beyond": wire.whole(1, 8) + wire.text(2, "t") + b"\x3a\xff\xff\xff\xff\x0f",
    "a number for a graph": wire.whole(1, 8) + wire.text(2, "t") + wire.whole(7, 5),
    "an empty graph": model(),
    "no nodes": model(ENDS),
    "a giant tensor": model(ENDS, GEMM, tensor("B", [2**39, 2**39], F32)),
    "a giant tensor without numbers": model(ENDS, GEMM, tensor("B", [0, 2**39, 2**39], b"")),
    "a giant tensor without whole numbers": model(ENDS, GEMM, tensor("B", [2**39] * 7 + [0], b"", 7)),
    "a negative tensor": model(ENDS, GEMM, tensor("B", [-2, -1], F32)),
    "many axes": model(ENDS, GEMM, tensor("B", [1] * 5_000, F32)),
    "a tensor twice": model(ENDS, GEMM, B, B),
    "in another file": model(ENDS, GEMM, tensor("B", [2, 1], b"", 1, wire.whole(14, 1))),
    "strings": model(ENDS, GEMM, tensor("B", [2, 1], F32, 8)),
    "not finite": model(ENDS, GEMM, tensor("B", [2, 1], np.array([np.inf, 1], "<f4").tobytes())),
    "not finite, and a signal of it": model(ENDS, GEMM, tensor("B", [2, 1], SIGNAL)),
    "a loop": model(ENDS, node("Relu", ["y"], "z"), node("Relu", ["z"], "y"), B),
    "a circle of itself": model(info(11, "x"), info(12, "x"), node("Gemm", ["x", "B"], "x"), B),
    "two inputs": model(ENDS, info(11, "other"), GEMM, B),
    "three axes": model(ENDS, GEMM, tensor("B", [1, 2, 1], F32)),
    "another domain": model(ENDS, node("Gemm", ["x", "B"], "y", wire.text(7, "com.example")), B),
    "code": model(ENDS, node("PyOp", ["x", "B"]), B),
    "an attribute of bytes": model(ENDS, node("Gemm", ["x", "B"], "y", alpha(wire.text(4, "two"))), B),
    "a float of three bytes": model(ENDS, node("Gemm", ["x", "B"], "y", alpha(wire.run(2, b"123"))), B),
    "many nodes": model(ENDS, *[node("Relu", ["x"])] * 3_000),
    "sparse": model(ENDS, wire.run(15, b"")),
    "whole numbers of six bytes": model(ENDS, GEMM, tensor("B", [1], b"123456", 7)),
    "a product that leads nowhere": model(
        ENDS, node("Gemm", ["x", "B"], "z"), B, node("Sigmoid", ["z"], "s"),
        wire.run(1, wire.text(1, "z") + wire.text(1, "s") + wire.text(4, "Mul"))),
    "a node without letters": model(ENDS, node("\u202e\0", ["x", "B"]), B),
    "a node of many letters": model(ENDS, node("G" * 5_000, ["x", "B"]), B),
}  # fmt: skip

OTHERS: dict[str, bytes] = {
    "m.pt": b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.",
    "m.joblib": pickle.dumps({"a": 1}),
    "m.pkl": b"x\x9c" + bytes(range(256)),
    "m.h5": b"\x89HDF\r\n\x1a\n" + bytes(100),
    "m.safetensors": b"",
    "m.onnx": b"hello",
}


OF_LIBRARIES = ("recursion", "unicode", "Exceeds", "Expecting", "buffer", "must be", "arr.size", "ndarray", "reshape")
"""What stands in their sentences."""


def refusal(path: Path) -> str:
    with pytest.raises(FileError) as caught:
        open_foreign(str(path), Wishes())
    said = str(caught.value)
    assert said.isprintable()
    assert str(path.name) in said
    assert said.endswith(".")
    assert len(said.replace(str(path), "")) < 650
    assert not any(word in said for word in OF_LIBRARIES), said
    return said


@pytest.mark.parametrize("name", WEIGHTS)
def test_weights(tmp_path: Path, name: str) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(WEIGHTS[name])
    refusal(path)


def test_giants_beside_a_session_that_it_names(tmp_path: Path) -> None:
    """Whether they have numbers or not."""
    path = tmp_path / "m.safetensors"
    for shape in ([0, 2**62, 4], [0] * 70):
        about = {"session": json.dumps(Session().model_dump(mode="json")), "update": "0"}
        path.write_bytes(tensors({"__metadata__": about, "l1.weight": array(shape, 0, 0)}))
        assert 'holds "l1.weight" in a shape that is none' in refusal(path)


@pytest.mark.parametrize("told", ["[" * 100_000, "{", "9" * 10_000, '{"a": 1, "a": 1}', "", "null", "\u0000"])
def test_a_session_that_it_names_is_read_without_trust(tmp_path: Path, told: str) -> None:
    path = tmp_path / "m.safetensors"
    own = {"l1.weight": array([1, 2], 0, 8), "l1.bias": array([1], 8, 12)}
    path.write_bytes(tensors({"__metadata__": {"session": told, "update": "0"}, **own}, F32 + bytes(4)))
    assert "limit" not in refusal(path)


@pytest.mark.parametrize("name", MODELS)
def test_onnx(tmp_path: Path, name: str) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(MODELS[name])
    refusal(path)


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_model_or_could_run_code(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(OTHERS[name])
    said = refusal(path)
    if name in ("m.pt", "m.joblib", "m.pkl", "m.h5"):
        assert "in Python: import " in said


MANY = np.full((200, 100), 1e-30, "<f4")


@pytest.mark.parametrize("factor", [1e30, 1e-30])
def test_many_weights_that_pass_their_precision_where_they_are_scaled(tmp_path: Path, factor: float) -> None:
    """More than stand in a session's text: they were written, and what was written could not be opened."""
    path = tmp_path / "m.onnx"
    weight = (MANY if factor < 1.0 else 1.0 / MANY).tobytes()
    scale = tensor("S", [200], np.full(200, factor, "<f4").tobytes())
    nodes = node("Mul", ["x", "S"], "a") + node("Gemm", ["a", "B"])
    path.write_bytes(model(ENDS, nodes, scale, tensor("B", [200, 100], weight)))
    assert "l1.weight has a number beyond float32" in refusal(path)


def test_many_weights_with_a_variance_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    arrays = {"0.weight": MANY.T, "1.weight": MANY[0], "1.bias": MANY[0], "1.running_mean": MANY[0]}
    arrays |= {"1.running_var": -MANY[0], "2.weight": MANY[:2, :100]}
    save_file({name: np.ascontiguousarray(values) for name, values in arrays.items()}, path)
    assert "a variance is 0 or more" in refusal(path)


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        (np.full((3, 2), 1e300), "not finite"),
        (np.frombuffer(b"\1\0\0\0\0\0\xf0\x7f" * 6).reshape(3, 2), "not finite"),
        (np.full((3, 2), "a"), "has l1.weight as <U1"),
        (np.ones((3, 2), int), "has l1.weight as int64"),
    ],
)
def test_a_trace_with_other_numbers_than_its_network(tmp_path: Path, weight: NDArray[Any], said: str) -> None:
    path = tmp_path / "trace.npz"
    session = Session.model_validate({"network": {"layers": [{"units": 3}]}})
    network = Network(session)
    meta = np.asarray(json.dumps({"session": session.model_dump(mode="json")}))
    np.savez(path, meta=meta, **network.parameters())
    assert open_foreign(str(path), Wishes()).session == session
    np.savez(path, meta=meta, **{**network.parameters(), "l1.weight": weight})
    assert said in refusal(path)


def test_the_same_files_unharmed_open(tmp_path: Path) -> None:
    """Else the tables above would prove little."""
    for name, content in (("m.safetensors", tensors(W, F32)), ("m.onnx", model(ENDS, GEMM, B))):
        (tmp_path / name).write_bytes(content)
        assert open_foreign(str(tmp_path / name), Wishes()).session.widths == (2, 1)


def test_a_model_cut_anywhere(tmp_path: Path) -> None:
    for name, content in (("m.safetensors", tensors(W, F32)), ("m.onnx", model(ENDS, GEMM, B))):
        for end in range(12, len(content)):
            (tmp_path / name).write_bytes(content[:end])
            refusal(tmp_path / name)
