"""Models of other programs as sessions: the same outputs from the same inputs."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from twostroke.engine.compute.network import Network
from twostroke.engine.files.companion import state_from
from twostroke.engine.files.disk import FileError
from twostroke.engine.files.foreign.conversion import Conversion
from twostroke.engine.files.foreign.opening import open_foreign
from twostroke.engine.files.foreign.wishes import Wishes

RNG = np.random.default_rng(7)
X = RNG.normal(size=(9, 3))


def drawn(*shape: int, dtype: Any = np.float32) -> Any:
    return RNG.normal(size=shape).astype(dtype)


def outputs(found: Conversion, x: Any = X) -> Any:
    """What the session's network answers."""
    network = Network(found.session)
    if found.weights is not None:
        state_from(network, found.weights)
    return network.predict(np.asarray(x, found.session.network.dtype))


W1, B1, W2, B2 = drawn(5, 3), drawn(5), drawn(2, 5), drawn(2)
VECTORS = {"S": np.abs(drawn(5)), "B": drawn(5), "M": drawn(5), "V": np.abs(drawn(5)) + 0.5, "slopes": drawn(5)}
GATES: list[tuple[str, dict[str, Any]]] = [
    ("Relu", {}), ("Sigmoid", {}), ("Tanh", {}), ("LeakyRelu", {}), ("LeakyRelu", {"alpha": 0.3}), ("Elu", {}),
    ("Elu", {"alpha": 0.5}), ("Selu", {}), ("Softplus", {}), ("Gelu", {}), ("Gelu", {"approximate": "tanh"}),
    ("Identity", {}),
]  # fmt: skip


def onnx_file(path: Path, nodes: list[tuple[Any, ...]], tensors: dict[str, Any], dtype: Any = np.float32) -> Path:
    """A model of these nodes (op, inputs, output, attributes) from x to y."""
    onnx = pytest.importorskip("onnx")
    kind = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    made = [onnx.helper.make_node(op, ins, [out], name=f"/{out}", **more) for op, ins, out, more in nodes]
    info = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        made, "g", [info("x", kind, ["N", 3])], [info("y", kind, ["N", None])],
        [onnx.numpy_helper.from_array(np.asarray(values), name) for name, values in tensors.items()],
    )  # fmt: skip
    onnx.save(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 20)]), path)
    return path


def check_onnx(path: Path, found: Conversion, dtype: Any = np.float32) -> None:
    """Against ONNX' own slow evaluator."""
    reference = pytest.importorskip("onnx.reference").ReferenceEvaluator(str(path))
    expected = reference.run(None, {"x": X.astype(dtype)})[0]
    rtol = 2e-5 if dtype == np.float32 else 1e-7  # its attributes have 32 bit
    np.testing.assert_allclose(outputs(found), expected, rtol=rtol, atol=rtol / 10)


@pytest.mark.parametrize(("op", "attributes"), GATES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_onnx_gates(tmp_path: Path, op: str, attributes: dict[str, Any], dtype: Any) -> None:
    tensors = {"W1": W1.astype(dtype), "b1": B1.astype(dtype), "W2": W2.T.astype(dtype), "b2": B2.astype(dtype)}
    nodes = [
        ("Gemm", ["x", "W1", "b1"], "z", {"transB": 1, "alpha": 0.5, "beta": 2.0}),
        (op, ["z"], "a", attributes),
        ("MatMul", ["a", "W2"], "m", {}),
        ("Add", ["b2", "m"], "y", {}),
    ]
    path = onnx_file(tmp_path / "m.onnx", nodes, tensors, dtype)
    found = open_foreign(str(path), Wishes())
    assert found.session.network.dtype == np.dtype(dtype).name
    check_onnx(path, found, dtype)


SHAPES: list[tuple[list[tuple[Any, ...]], dict[str, Any]]] = [
    ([("Flatten", ["x"], "f", {}), ("Gemm", ["f", "W"], "z", {}), ("Softmax", ["z"], "y", {})], {"W": W1.T}),
    ([("Gemm", ["x", "W", "b"], "z", {}), ("Sigmoid", ["z"], "y", {})], {"W": W1[:1].T, "b": np.float32(0.5)}),
    (
        [
            ("Constant", [], "W", {"value": W1}), ("Gemm", ["x", "W"], "z", {"transB": 1}),
            ("BatchNormalization", ["z", "S", "B", "M", "V"], "n", {"epsilon": 0.01, "momentum": 0.8}),
            ("PRelu", ["n", "slopes"], "a", {}), ("Dropout", ["a"], "d", {}), ("Reshape", ["d", "shape"], "r", {}),
            ("MatMul", ["r", "W2"], "m", {}), ("Add", ["m", "b2"], "z2", {}), ("Sigmoid", ["z2"], "s", {}),
            ("Mul", ["s", "z2"], "a2", {}), ("Identity", ["a2"], "i", {}), ("MatMul", ["i", "W3"], "y", {}),
        ],
        {**VECTORS, "W2": W2.T, "b2": B2, "W3": np.ones((2, 2), np.float32), "shape": np.array([-1, 5])},
    ),
    (
        [
            ("BatchNormalization", ["x", "s", "s", "b", "s"], "n", {}), ("Gemm", ["n", "W1"], "z", {"transB": 1}),
            ("LayerNormalization", ["z", "S"], "q", {"epsilon": 0.01}), ("Tanh", ["q"], "a", {}),
            ("BatchNormalization", ["a", "S", "B", "M", "V"], "i", {"epsilon": 0.1}), ("Mul", ["i", "B"], "j", {}),
            ("MatMul", ["j", "W2"], "m", {}), ("LayerNormalization", ["m", "b2", "b2"], "q2", {"axis": 1}),
            ("Relu", ["q2"], "a2", {}), ("MatMul", ["a2", "W3"], "y", {}),
        ],
        {**VECTORS, "s": np.array([0.5, 2, 1], np.float32), "b": np.array([3, -1, 0], np.float32), "W1": W1,
         "W2": W2.T, "b2": B2, "W3": np.eye(2, dtype=np.float32)},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("nodes", "tensors"), SHAPES)
def test_onnx_shapes(tmp_path: Path, nodes: list[tuple[Any, ...]], tensors: dict[str, Any]) -> None:
    onnx = pytest.importorskip("onnx")
    whole = [
        (op, ins, out, {key: onnx.numpy_helper.from_array(v) if key == "value" else v for key, v in more.items()})
        for op, ins, out, more in nodes
    ]
    path = onnx_file(tmp_path / "m.onnx", whole, tensors)
    check_onnx(path, open_foreign(str(path), Wishes()))


REFUSED: list[tuple[list[tuple[Any, ...]], str]] = [
    ([("Gemm", ["x", "W"], "z", {}), ("HardSigmoid", ["z"], "y", {})], 'the node HardSigmoid ("/y")'),
    ([("Gemm", ["x", "W"], "z", {}), ("LogSoftmax", ["z"], "y", {})], "LogSoftmax"),
    ([("Gemm", ["x", "W"], "z", {"transA": 1}), ("Relu", ["z"], "y", {})], "turns its input"),
    ([("Relu", ["x"], "a", {}), ("Gemm", ["a", "W"], "y", {})], "before any dense layer"),
    ([("Gemm", ["x", "W"], "z", {}), ("Relu", ["z"], "a", {}), ("Tanh", ["a"], "y", {})], "behind an activation"),
    ([("Gemm", ["x", "W"], "z", {}), ("Relu", ["z"], "a", {}), ("Add", ["z", "a"], "y", {})], "branches into 2"),
    ([("Gemm", ["x", "W"], "z", {}), ("Softmax", ["z"], "y", {"axis": 0})], "over axis 0"),
    ([("Gemm", ["x", "W"], "z", {}), ("Softmax", ["z"], "p", {}), ("Gemm", ["p", "W2"], "y", {})], "output layer only"),
    ([("Gemm", ["x", "one"], "z", {}), ("Softmax", ["z"], "y", {})], "softmax of one unit"),
    ([("Gemm", ["x", "W"], "z", {}), ("LayerNormalization", ["z", "v"], "y", {"axis": 0})], "another axis"),
    ([("Gemm", ["x", "W"], "z", {}), ("Tanh", ["z"], "a", {}), ("LayerNormalization", ["a", "v"], "y", {})], "behind"),
    ([("Gemm", ["x", "W"], "z", {}), ("Tanh", ["z"], "a", {}), ("BatchNormalization", ["a", *"vvvv"], "y", {})], "its"),
    ([("MatMul", ["W2", "x"], "y", {})], "multiplies from the left"),
    ([("Gemm", ["x", "V"], "y", {})], "no tensor of numbers in the file"),
    ([("Gemm", ["x", "W"], "y", {}), ("Relu", ["W"], "other", {})], "not on the way"),
    ([("Gemm", ["x", "W"], "z", {}), ("Selu", ["z"], "y", {"alpha": 1.0})], "another alpha than usual"),
    ([("Gemm", ["x", "W"], "z", {}), ("Reshape", ["z", "s"], "y", {})], "Reshape"),
]  # fmt: skip


@pytest.mark.parametrize(("nodes", "said"), REFUSED)
def test_what_a_session_cannot_say_is_refused_by_name(tmp_path: Path, nodes: list[tuple[Any, ...]], said: str) -> None:
    tensors = {"W": W1.T, "W2": drawn(5, 5), "one": W1[:1].T, "v": np.ones(5, np.float32), "s": np.array([5, -1])}
    path = onnx_file(tmp_path / "m.onnx", nodes, tensors)
    with pytest.raises(FileError, match=r"m\.onnx") as caught:
        open_foreign(str(path), Wishes())
    assert said in str(caught.value)


def by_hand(x: Any, gate: Any = lambda z: np.maximum(z, 0.0)) -> Any:
    return gate(x @ W1.T + B1) @ W2.T + B2


NAMES = [("0", "2"), ("fc1", "fc2"), ("net.layers.9", "net.layers.10"), ("l1", "l2"), ("in", "a")]


@pytest.mark.parametrize(("one", "two"), NAMES)
def test_safetensors_by_names(tmp_path: Path, one: str, two: str) -> None:
    path = tmp_path / "m.safetensors"
    save_file({f"{two}.weight": W2, f"{two}.bias": B2, f"{one}.weight": W1, f"{one}.bias": B1}, path)
    found = open_foreign(str(path), Wishes())
    np.testing.assert_allclose(outputs(found), by_hand(X), rtol=1e-5, atol=1e-6)
    assert any("--activation" in remark for remark in found.remarks)
    chosen = open_foreign(str(path), Wishes("tanh", "softmax"))
    z = by_hand(X, np.tanh)
    np.testing.assert_allclose(outputs(chosen), np.exp(z) / np.exp(z).sum(1, keepdims=True), rtol=1e-5)
    assert not any("--activation" in remark or "--output" in remark for remark in chosen.remarks)


def test_safetensors_with_more(tmp_path: Path) -> None:
    """Columns as units, half precision, a normalizer, learned slopes; no biases."""
    path = tmp_path / "m.safetensors"
    norm = {"running_mean": VECTORS["M"], "running_var": VECTORS["V"], "weight": VECTORS["S"], "bias": VECTORS["B"]}
    half = W1.T.astype(np.float16)
    arrays = {"0.kernel": half, "0.bias": B1, **{f"1.{key}": values for key, values in norm.items()}}
    save_file(
        {k: np.ascontiguousarray(v) for k, v in (arrays | {"2.weight": drawn(1) * 0 + 0.2, "3.weight": W2}).items()},
        path,
    )
    found = open_foreign(str(path), Wishes())
    z = (X @ half.astype(float) + B1 - norm["running_mean"]) / np.sqrt(norm["running_var"] + 1e-5)
    z = z * norm["weight"] + norm["bias"]
    np.testing.assert_allclose(outputs(found), np.where(z > 0, z, 0.2 * z) @ W2.T, rtol=1e-4, atol=1e-5)
    assert found.session.network.frozen == ("l2.bias",)


def stack_of(widths: list[int], key: str, by_inputs: bool, biases: bool) -> tuple[dict[str, Any], Any]:
    """Arrays of dense layers, named as Flax names them, and what they answer to a row of ones."""
    arrays: dict[str, Any] = {}
    answer = np.ones(widths[0])
    for number, (inputs, units) in enumerate(pairwise(widths)):
        weight, bias = drawn(units, inputs), drawn(units) if biases else np.zeros(units)
        arrays[f"Dense_{number}.{key}"] = np.ascontiguousarray(weight.T if by_inputs else weight)
        if biases:
            arrays[f"Dense_{number}.bias"] = bias
        answer = (np.maximum(answer, 0.0) if number else answer) @ weight.T + bias
    return arrays, answer


LYING = [
    ([4, 4], "kernel", True, True),
    ([3, 4, 4, 2], "kernel", True, True),
    ([3, 5, 2], "kernel", True, False),
    ([3, 3, 3], "weight", False, True),
    ([3, 4, 4, 2], "weight", True, True),
    ([3, 4, 4, 2], "weight", True, False),
    ([3, 4, 4, 2], "kernel", False, True),
]


@pytest.mark.parametrize(("widths", "key", "by_inputs", "biases"), LYING)
def test_the_axis_of_inputs_is_found(
    tmp_path: Path, widths: list[int], key: str, by_inputs: bool, biases: bool
) -> None:
    """By the name; where biases or widths of the file say otherwise, by these, of square weights as of all others."""
    path = tmp_path / "m.safetensors"
    arrays, answer = stack_of(widths, key, by_inputs, biases)
    save_file(arrays, path)
    found = open_foreign(str(path), Wishes())
    np.testing.assert_allclose(outputs(found, np.ones((1, widths[0])))[0], answer, rtol=1e-4, atol=1e-5)
    told = [remark for remark in found.remarks if "rows are" in remark]
    assert len(told) == (0 if by_inputs == (key == "kernel") else len(widths) - 1)


@pytest.mark.parametrize("figure", ["running_mean", "running_var"])
def test_half_of_the_running_figures_is_refused(tmp_path: Path, figure: str) -> None:
    """A variance that was missing was 1."""
    path = tmp_path / "m.safetensors"
    norm = {"1.weight": VECTORS["S"], "1.bias": VECTORS["B"], f"1.{figure}": VECTORS["V"]}
    save_file({"0.weight": W1, "0.bias": B1, **norm, "2.weight": W2, "2.bias": B2}, path)
    with pytest.raises(FileError, match="one running figure alone; expected running_mean and running_var"):
        open_foreign(str(path), Wishes())


def test_names_are_told_as_they_can_be_seen(tmp_path: Path) -> None:
    """A name of control characters colours a terminal, one of thousands fills it; and what they leave open is told."""
    path = tmp_path / "m.safetensors"
    parts = {"weight": W1.T.copy(), "bias": B1, "scale": VECTORS["S"], "shift": VECTORS["B"]}
    arrays = {f"\x1b[31m\u202e.{key}": values for key, values in parts.items()}
    arrays |= {f"{'z' * 9_000}.weight": W2, f"{'z' * 9_000}.bias": B2}
    save_file({**arrays, "\x1b[31m\u202e.param.negative_slope": VECTORS["slopes"]}, path)
    remarks = open_foreign(str(path), Wishes()).remarks
    assert all(remark.isprintable() and len(remark) < 200 for remark in remarks)
    for said in ("rows are inputs", "taken for the normalizer layer", "taken for those of prelu"):
        assert any(said in remark for remark in remarks), remarks


NAMES = [("fc1", "bn1", "fc2", "bn2", "out"), ("fc1", "norm1", "fc2", "norm2", "out"), ("0", "1", "3", "4", "6"),
         ("b.0.lin", "b.0.bn", "b.1.lin", "b.1.bn", "head"), ("lin.0", "bn.0", "lin.1", "bn.1", "lin.2")]  # fmt: skip


@pytest.mark.parametrize("names", NAMES)
def test_normalizers_go_with_the_layer_of_their_number(tmp_path: Path, names: tuple[str, ...]) -> None:
    """Of fc1, fc2, norm1 and norm2, all of one width, both went with the second, or none with any."""
    path, figures = tmp_path / "m.safetensors", ("weight", "bias", "running_mean", "running_var")
    arrays = {
        f"{name}.{key}": drawn(3, 3) if key == "weight" else drawn(3) for name in names[::2] for key in figures[:2]
    }
    arrays |= {f"{name}.{key}": np.abs(drawn(3)) + 0.1 for name in names[1::2] for key in figures}
    save_file(arrays, path)
    a: Any = X
    for dense, norm in ((names[0], names[1]), (names[2], names[3])):
        scale, shift, mean, variance = (arrays[f"{norm}.{key}"] for key in figures)
        z = a @ arrays[f"{dense}.weight"].T + arrays[f"{dense}.bias"]
        a = np.maximum((z - mean) / np.sqrt(variance + 1e-5) * scale + shift, 0)
    found = open_foreign(str(path), Wishes())
    expected = a @ arrays[f"{names[4]}.weight"].T + arrays[f"{names[4]}.bias"]
    np.testing.assert_allclose(outputs(found), expected, rtol=1e-4, atol=1e-5)
    assert any(f"{names[3]}, of {names[2]}: taken for" in remark for remark in found.remarks)


def test_one_array_by_two_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_file({"a.weight": W1, "a.kernel": W1.T.copy(), "a.bias": B1}, path)
    with pytest.raises(FileError, match=r'"a\.weight", which it has by another name as well'):
        open_foreign(str(path), Wishes())


def test_digits_that_are_no_numbers_stand_in_names(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_file({"m1\u00b22.weight": W1, "m1\u00b22.bias": B1}, path)
    assert open_foreign(str(path), Wishes()).session.widths == (3, 5)


def test_data_that_are_named(tmp_path: Path) -> None:
    path, table = tmp_path / "m.safetensors", tmp_path / "t.csv"
    save_file({"0.weight": W1, "0.bias": B1, "1.weight": W2[:1], "1.bias": B2[:1]}, path)
    table.write_text("a,b,c,y\n" + "\n".join(f"{i % 7},{i % 5},{i % 3},{i * 0.5}" for i in range(40)))
    found = open_foreign(str(path), Wishes(data=str(table)))
    assert (found.session.data.name, found.session.data.scale, found.session.data.scale_target) == (
        "table",
        "none",
        "none",
    )
    assert found.session.network.output.activation.name == "identity"
    for wrong, said in (("iris", "3 inputs and gives 1 output"), ("nothing.csv", "expected a table")):
        with pytest.raises(FileError, match=said):
            open_foreign(str(path), Wishes(data=wrong))


def test_weights_of_this_program_bring_their_session(tmp_path: Path) -> None:
    """Unless something else is said of them. A session in the file that is none is a sentence."""
    told = {"format": "twostroke-session", "version": 1, "network": {"layers": [{"units": 5, "activation": "tanh"}]}}
    path = tmp_path / "m.safetensors"
    arrays = {"l1.weight": W1[:, :2].copy(), "l1.bias": B1, "l2.weight": W2[:1].copy(), "l2.bias": B2[:1].copy()}
    save_file(arrays, path, {"session": json.dumps(told)})
    found = open_foreign(str(path), Wishes())
    assert (found.session.network.layers[0].activation.name, found.session.data.name) == ("tanh", "spiral")
    z = by_hand_of(arrays, X[:, :2])
    np.testing.assert_allclose(outputs(found, X[:, :2]), 1 / (1 + np.exp(-z)), rtol=1e-5)
    assert open_foreign(str(path), Wishes("elu")).session.network.layers[0].activation.name == "elu"
    for wrong in ({**told, "version": 9}, {**told, "network": {"layers": []}}, [[]]):
        save_file(arrays, path, {"session": json.dumps(wrong)})
        with pytest.raises(FileError, match=r"m\.safetensors"):
            open_foreign(str(path), Wishes())


def by_hand_of(arrays: dict[str, Any], x: Any) -> Any:
    return np.tanh(x @ arrays["l1.weight"].T + arrays["l1.bias"]) @ arrays["l2.weight"].T + arrays["l2.bias"]
