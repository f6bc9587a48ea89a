"""ONNX models, run by ONNX's own reference evaluator: from raw samples to what the program answers."""

from pathlib import Path

import numpy as np
import pytest

from tests.export import programs
from twostroke.engine.data import load
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

onnx = pytest.importorskip("onnx", reason="onnx is not installed; pip install onnx")
reference = pytest.importorskip("onnx.reference")


def allowed(session: Session) -> float:
    """The evaluator takes erf, of which exact GELU is made, in 32 bit whatever it is given."""
    gates = [gate for layer in session.network.layers for gate in layer.gates] + [session.network.output.activation]
    return 1e-5 if any(gate.params.get("approximate") == "none" for gate in gates) else 1e-9


def onnx_distance(session: Session, folder: Path) -> float:
    """How far its answers are from the program's, over the largest, for all samples after twenty updates."""
    [path] = programs.written(session, folder / "network.onnx", updates=20)
    model = onnx.load(str(path))
    onnx.checker.check_model(model, full_check=True)
    trainer = Trainer(session)
    assert trainer.advance(20) == 20
    data = trainer.dataset
    raw = np.concatenate([data.raw_train, data.raw_test])
    want = data.values(trainer.network.predict(data.prepare(raw)))
    kind = onnx.helper.tensor_dtype_to_np_dtype(model.graph.input[0].type.tensor_type.elem_type)
    [got] = reference.ReferenceEvaluator(model).run(None, {"input": raw.astype(kind)})
    assert got.shape == want.shape
    assert got.dtype == np.dtype(session.network.dtype)
    return float(np.abs(got - want).max() / max(1e-3, np.abs(want).max()))


@pytest.mark.parametrize("name", ["everything", "moons", "line", "layer norm", "digits"])
def test_answers_are_the_programs(tmp_path: Path, name: str) -> None:
    session = programs.every_organ()[name]
    assert onnx_distance(session, tmp_path) < allowed(session)


@pytest.mark.slow
@pytest.mark.parametrize("name", programs.every_organ())
def test_every_organ(tmp_path: Path, name: str) -> None:
    session = programs.every_organ()[name]
    assert onnx_distance(session, tmp_path) < allowed(session)


def test_single_precision(tmp_path: Path) -> None:
    assert onnx_distance(programs.iris(programs.EVERYTHING, "float32"), tmp_path) < 1e-4


def test_a_large_offset_survives(tmp_path: Path) -> None:
    """Seconds since 1970 are centred in 64 bit before the network sees them."""
    rows = [[1.7e9 + 60.0 * i] for i in range(12)]
    data = {"name": "rows", "x": rows, "y": [i % 2 for i in range(12)], "scale": "standard"}
    session = programs.iris({"data": data}, "float32")
    assert load(session.data, 1, "float32").x_train.std() == pytest.approx(1.0)
    assert onnx_distance(session, tmp_path) < 1e-4


def test_it_says_what_it_is(tmp_path: Path) -> None:
    [path] = programs.written(programs.every_organ()["digits"], tmp_path / "network.onnx", updates=3)
    model = onnx.load(str(path))
    told = {entry.key: entry.value for entry in model.metadata_props}
    assert told["update"] == "3"
    assert Session.model_validate_json(told["session"]).data.name == "digits"
    assert "twostroke" in model.producer_name
