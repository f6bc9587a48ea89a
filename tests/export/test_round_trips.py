"""What export writes of a session opens again as that session: the same outputs from the same samples."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.export import programs
from twostroke.engine.compute.network import Network
from twostroke.engine.files.disk import FileError
from twostroke.engine.files.foreign.conversion import Conversion
from twostroke.engine.files.foreign.opening import open_foreign
from twostroke.engine.files.foreign.wishes import Wishes
from twostroke.engine.run.loading import load_data
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

UPDATES = 7
ORGANS = programs.every_organ()
NAMES = [
    "everything", "moons", "line", "market", "digits", "layer norm", "gates off backwards", "gates off forwards",
    "skip paths", "swish_beta", "sigmoid at the output", "elu-1.5", "unscaled", "rows", "mse, softmax",
]  # fmt: skip
"""Organs, gates, features and scaling, softmax."""


def network_of(found: Conversion) -> Network:
    network = Network(found.session)
    network.set_parameters(found.weights or {})
    return network


@pytest.mark.parametrize(
    "name", [name if i < 5 else pytest.param(name, marks=pytest.mark.slow) for i, name in enumerate(NAMES)]
)
def test_it_is_the_same_session_and_network(tmp_path: Path, name: str) -> None:
    session = ORGANS[name]
    trainer = Trainer(session)
    assert trainer.advance(UPDATES) == UPDATES
    for ending in ("onnx", "safetensors", "npz"):
        [path] = programs.written(session, tmp_path / f"network.{ending}", updates=UPDATES)
        found = open_foreign(str(path), Wishes())
        assert found.session == session
        assert not found.remarks
        own = network_of(found)
        for key, values in trainer.network.parameters().items():
            np.testing.assert_array_equal(own.parameters()[key], values)
        seen = trainer.dataset.x_test
        np.testing.assert_array_equal(own.predict(seen), trainer.network.predict(seen))


DENSE = [("mse", "identity"), ("mse", "softmax"), ("binary_cross_entropy", "sigmoid"), ("mse", "tanh")]


@pytest.mark.parametrize(("loss", "output"), DENSE)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_scaled_inputs_are_folded_where_others_look_at_the_graph(
    tmp_path: Path, loss: str, output: str, dtype: str
) -> None:
    """With data of one's own the file's session does not count: its layers take raw samples then."""
    layers = [{"units": 5, "activation": "tanh"}, {"units": 4, "activation": {"name": "leaky_relu"}}]
    network = {"layers": layers, "output": {"activation": output}, "dtype": dtype}
    session = Session.model_validate(
        {"data": {"name": "iris", "scale": "standard"}, "network": network, "training": {"loss": loss}}
    )
    check_folded(session, tmp_path, Wishes(data="iris"))


def check_folded(session: Session, folder: Path, wishes: Wishes) -> None:
    reference = pytest.importorskip("onnx.reference")
    [path] = programs.written(session, folder / "network.onnx", updates=UPDATES)
    found = open_foreign(str(path), wishes)
    data = load_data(session)
    kind = "float64" if data.raw_test.dtype == np.float64 and session.network.dtype == "float64" else "float32"
    [want] = reference.ReferenceEvaluator(str(path)).run(None, {"input": data.raw_test.astype(kind)})
    given = found.weights
    network = Network(found.session) if given is None else network_of(found)
    got = network.predict(data.raw_test.astype(network.dtype))
    assert np.abs(got - want).max() <= 1e-6 * max(1.0, np.abs(want).max())


def test_scaled_targets_are_folded(tmp_path: Path) -> None:
    session = programs.iris({"data": {"name": "sine", "scale_target": True}, "network": {"layers": [programs.TANH]}})
    stripped = without_session(session, tmp_path)
    found = open_foreign(str(stripped), Wishes())
    raw = load_data(session).raw_test
    data = Trainer(session)
    data.advance(UPDATES)
    want = data.dataset.values(data.network.predict(data.dataset.prepare(raw)))
    np.testing.assert_allclose(Network(found.session).predict(raw), want, rtol=1e-6, atol=1e-6)


def without_session(session: Session, folder: Path) -> Path:
    """The model without its metadata, as another program may write it again."""
    onnx = pytest.importorskip("onnx")
    [path] = programs.written(session, folder / "network.onnx", updates=UPDATES)
    model = onnx.load(str(path))
    del model.metadata_props[:]
    onnx.save(model, str(path))
    return path


def test_a_graph_that_was_changed_is_read_as_it_is(tmp_path: Path) -> None:
    """The session in its metadata is that of another network."""
    onnx = pytest.importorskip("onnx")
    session = programs.iris({"network": {"layers": [programs.TANH]}})
    [path] = programs.written(session, tmp_path / "network.onnx", updates=UPDATES)
    model = onnx.load(str(path))
    next(node for node in model.graph.node if node.op_type == "Tanh").op_type = "Sigmoid"
    onnx.save(model, str(path))
    found = open_foreign(str(path), Wishes())
    assert found.session.network.layers[0].activation.name == "sigmoid"


def test_parameters_alone_ask_for_what_they_do_not_say(tmp_path: Path) -> None:
    session = programs.iris({"network": {"layers": [programs.TANH]}})
    [path] = programs.written(session, tmp_path / "network.npz", "weights", updates=UPDATES)
    found = open_foreign(str(path), Wishes("tanh", "softmax"))
    x = np.random.default_rng(3).normal(size=(5, 4))
    want = programs_network(session).predict(x)
    np.testing.assert_allclose(Network(found.session).predict(x), want, atol=1e-12)
    assert any("--activation" in remark for remark in open_foreign(str(path), Wishes()).remarks)


def programs_network(session: Session) -> Network:
    trainer = Trainer(session)
    trainer.advance(UPDATES)
    return trainer.network


def broken(path: Path, change: dict[str, Any]) -> str:
    """What is said of a trace with other arrays."""
    arrays = dict(np.load(path)) | change
    np.savez(path.with_name("b.npz"), **arrays)
    with pytest.raises(FileError, match=r"b\.npz") as caught:
        open_foreign(str(path.with_name("b.npz")), Wishes())
    return str(caught.value)


def test_traces_that_are_wrong_are_refused(tmp_path: Path) -> None:
    session = programs.iris({"network": {"layers": [programs.TANH]}})
    [path] = programs.written(session, tmp_path / "network.npz", updates=UPDATES)
    assert "names no session" in broken(path, {"meta": np.asarray("[]")})
    assert "names no session" in broken(path, {"meta": np.zeros(3)})
    assert "names no session" in broken(path, {"meta": np.asarray("9" * 5_000)})
    assert "l1.weight in the shape" in broken(path, {"l1.weight": np.zeros((2, 2))})
    assert "not finite" in broken(path, {"l1.bias": np.full(5, np.nan)})
    assert "begins with" in broken(path, {"meta": np.asarray(json.dumps({"session": {"network": 3}}))})
