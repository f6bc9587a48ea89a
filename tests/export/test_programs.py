"""Programs in plain NumPy: they train to the engine's numbers, have only what the session uses, and are Python."""

import ast
import json
from pathlib import Path

import numpy as np
import pytest

from tests.export import programs
from twostroke.engine.files.companion import state_arrays
from twostroke.engine.run.trainer import Trainer
from twostroke.gui.export.model_files.model_formats import usual_shape


@pytest.mark.parametrize("name", ["everything", "digits", "line", "one sample left", "gates off backwards"])
def test_programs_train_to_the_same_numbers(tmp_path: Path, name: str) -> None:
    """Few that have nearly everything; the next has each organ by itself."""
    assert programs.numpy_distance(programs.every_organ()[name], tmp_path) <= programs.ALLOWED


@pytest.mark.slow
@pytest.mark.parametrize("name", programs.every_organ())
def test_every_organ(tmp_path: Path, name: str) -> None:
    assert programs.numpy_distance(programs.every_organ()[name], tmp_path) <= programs.ALLOWED


def test_a_saved_session_goes_on(tmp_path: Path) -> None:
    """From the weights, the optimizer's memory, and the place in the epoch at which it was saved."""
    session = programs.iris({"training": {"optimizer": programs.ADAMW, "batch_size": 7}})
    trainer = Trainer(session)
    trainer.advance(25)
    state = state_arrays(trainer.network, trainer.state)
    assert programs.numpy_distance(session, tmp_path, state) <= programs.ALLOWED


def test_single_precision_stays_single(tmp_path: Path) -> None:
    session = programs.iris(programs.EVERYTHING, "float32")
    programs.written(session, tmp_path / "network.py", updates=5)
    names, _ = programs.run(tmp_path / "network.py")
    assert {p.dtype for p in names["parameters"].values()} == {np.dtype("float32")}
    far = programs.distance(lambda key: names[programs.variable(key)], programs.trained(session, 5))
    assert far < 1e-4


def test_only_what_the_session_uses(tmp_path: Path) -> None:
    """No branch, constant or import for what is off; every function is called."""
    session = programs.iris({"data": {"name": "rows", "x": [[0, 1], [1, 0]], "y": [0, 1]}})
    [path] = programs.written(session, tmp_path / "network.py")
    text = path.read_text("utf-8")
    for word in (
        "dropout",
        "running",
        "velocity",
        "clip",
        "held",
        "stored",
        "penalt",
        "softmax",
        "learning_rate",
        "relu",
    ):
        assert word not in text, word
    tree = ast.parse(text)
    called = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    assert {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)} <= called
    assert len(text.splitlines()) < 180
    assert max(map(len, text.splitlines())) <= 120


def test_many_numbers_lie_beside(tmp_path: Path) -> None:
    """As plain arrays; few stand in the program itself."""
    found = programs.written(programs.every_organ()["digits"], tmp_path / "my net.py")
    assert [path.name for path in found] == ["my net.py", "my net-numbers.npz"]
    with np.load(found[1], allow_pickle=False) as arrays:
        assert set(arrays) == {"raw_train", "label_train", "raw_test", "label_test"}
    assert "allow_pickle=False" in found[0].read_text("utf-8")


@pytest.mark.parametrize("name", ['a"b.py', "a'b.py", "'''.py", "größe.py", "%s{0}.py"])
def test_a_program_finds_its_numbers_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    code, numbers = programs.written(programs.every_organ()["digits"], tmp_path / name)
    tree = ast.parse(code.read_text("utf-8"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert numbers.name in texts


def test_two_programs_have_numbers_of_two_names(tmp_path: Path) -> None:
    names = ("net.v1.py", "net.v2.py", "net.ipynb", "net.py")
    found = [programs.written(programs.every_organ()["digits"], tmp_path / name)[1] for name in names]
    assert len(set(found)) == len(names)


def test_a_notebook_holds_the_same_code(tmp_path: Path) -> None:
    session = programs.every_organ()["moons"]
    [path] = programs.written(session, tmp_path / "network.ipynb")
    book = json.loads(path.read_text("utf-8"))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in book["cells"]}) == len(book["cells"])
    assert {cell["cell_type"] for cell in book["cells"]} == {"markdown", "code"}
    code = "\n".join("".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code")
    (tmp_path / "cells.py").write_text(code, "utf-8")
    names, _ = programs.run(tmp_path / "cells.py")
    far = programs.distance(lambda key: names[programs.variable(key)], programs.trained(session))
    assert far <= programs.ALLOWED


def test_a_notebook_folds_what_nobody_reads(tmp_path: Path) -> None:
    """Hundreds of rows of data stood before the network."""
    [path] = programs.written(programs.every_organ()["moons"], tmp_path / "network.ipynb")
    cells = json.loads(path.read_text("utf-8"))["cells"]
    folded = [number for number, cell in enumerate(cells) if cell["metadata"].get("jupyter", {}).get("source_hidden")]
    long = [number for number, cell in enumerate(cells) if len(cell["source"]) > 80]
    assert folded == long
    assert len(folded) == 1
    told = "".join(cells[folded[0] - 1]["source"])
    assert told.startswith("## Data\n")
    assert "folded" in told


def test_what_it_prints_is_what_train_says(tmp_path: Path) -> None:
    session = programs.every_organ()["moons"]
    [path] = programs.written(session, tmp_path / "network.py")
    _, said = programs.run(path)
    trainer = Trainer(session)
    trainer.advance(programs.UPDATES)
    accuracy = trainer.evaluate().train.accuracy
    assert f"training accuracy {accuracy}" in said


@pytest.mark.parametrize("name", ["network.torch.py", "network.Torch.ipynb"])
def test_a_name_asks_for_pytorch(name: str) -> None:
    """Whatever else it has in it."""
    assert usual_shape(Path(name)) == "pytorch"
    assert usual_shape(Path(name.replace(".", "-", 1))) == ""


def test_programs_in_pytorch_are_python(tmp_path: Path) -> None:
    """`make parity` runs them."""
    for name in ("everything", "dropout", "digits"):
        path = programs.written(programs.every_organ()[name], tmp_path / "network.torch.py", "pytorch")[0]
        text = path.read_text("utf-8")
        ast.parse(text)
        assert "import torch" in text
        assert "nn.Linear" in text
