"""Code, models and numbers from the window, and the clipboard."""

import csv
import runpy
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from tests.gui.window_bench import Bench, bench, file_dialogs, settings
from twostroke.engine.border.cursor import Cursor
from twostroke.engine.border.snapshot import Captured
from twostroke.engine.files.companion import from_bytes, state_arrays
from twostroke.engine.files.disk import FileError
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.export.model_files.model_formats import MODEL_FORMATS, model_format
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.number_table import HEADING, as_csv
from twostroke.gui.model.resolve import resolve
from twostroke.gui.shell import take_away

__all__ = ["bench", "settings"]


def test_a_file_that_is_chosen_is_written_beside_the_window(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And the receipt says so."""
    file_dialogs(monkeypatch, tmp_path / "net.py")
    with qtbot.waitSignal(bench.window.take_away.written, timeout=60_000) as said:
        bench.window.actions_by_id["export_model"].trigger()
    assert said.args == ["Written: net.py."]
    assert "def strokes(" in (tmp_path / "net.py").read_text("utf-8")


@pytest.mark.parametrize(("name", "word"), [("net.exe", ".safetensors"), ("no folder/net.py", "no folder")])
def test_what_cannot_be_written_is_one_sentence(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, word: str
) -> None:
    file_dialogs(monkeypatch, tmp_path / name)
    bench.window.actions_by_id["export_model"].trigger()
    qtbot.waitUntil(lambda: bool(bench.window.findChildren(QMessageBox)), timeout=60_000)
    [box] = bench.window.findChildren(QMessageBox)
    assert word in box.text()
    box.close()


def test_numbers_and_picture_go_to_the_clipboard(bench: Bench) -> None:
    bench.window.actions_by_id["copy_numbers"].trigger()
    rows = list(csv.reader(QGuiApplication.clipboard().text().splitlines(), delimiter="\t"))
    view = bench.controller.view
    assert view is not None
    assert tuple(rows[0]) == HEADING
    assert len(rows) == 1 + sum(view.widths) + sum(link.weight.size for link in view.links)
    z = next(row for row in rows if row[:3] == ["neuron", "1", "0"])[HEADING.index("z")]
    assert view.layers[1].z is not None
    assert float(z) == pytest.approx(float(view.layers[1].z[0]))
    bench.window.actions_by_id["copy_picture"].trigger()
    picture = QGuiApplication.clipboard().image()
    assert (picture.width(), picture.height()) == (bench.window.stage.width(), bench.window.stage.height())


def test_what_is_written_is_the_network_as_it_is(tmp_path: Path) -> None:
    """Weights are those of now, and code trains from update 0 as far as the window has."""
    session = Session.model_validate({"data": {"name": "moons", "samples": 40}, "network": {"dtype": "float64"}})
    trainer = Trainer(session)
    trainer.advance(12)
    captured = Captured(trainer.session, state_arrays(trainer.network, trainer.state))
    want = trainer.network.parameters()
    for known in MODEL_FORMATS:
        path = tmp_path / f"net{known.ending}"
        assert model_format(path.name) is known
        assert take_away._write(known, "", path, captured, 0) == [path]
    got = from_bytes((tmp_path / "net.safetensors").read_bytes())
    assert all(np.array_equal(got[key], values) for key, values in want.items())
    assert np.array_equal(np.load(tmp_path / "net.npz")["l1.weight"], want["l1.weight"])
    assert np.allclose(runpy.run_path(str(tmp_path / "net.py"))["w1"], want["l1.weight"], rtol=1e-9)


@pytest.mark.parametrize(("data", "name"), [("net.npz", "net.npz"), ("net-numbers.npz", "net.py")])
def test_data_stay_where_they_are(tmp_path: Path, data: str, name: str) -> None:
    np.savez(tmp_path / data, x=np.arange(80.0).reshape(40, 2), y=np.arange(40) % 2)
    read = Session.model_validate({"data": {"name": "npz", "path": str(tmp_path / data)}})
    known = model_format(name)
    assert known is not None
    with pytest.raises(FileError, match=f"{data} holds the data of this session"):
        take_away._write(known, "", tmp_path / name, Captured(read, None), 0)


def test_no_name_is_a_formula_for_a_spreadsheet() -> None:
    data = {"name": "rows", "x": [[0, 1], [1, 0]], "y": [[1, 2], [2, 5]], "train_share": 1.0}
    named = {**data, "x_names": ["=1+1", "age"], "y_names": ["@SUM(A1)", "-b"]}
    session = Session.model_validate({"data": named, "network": {"layers": [{"units": 1}]}})
    table = as_csv(resolve(snapshot_of(Trainer(session)), None, None, Choices()))
    names = [row["name"] for row in csv.DictReader(table.splitlines()) if row["row"] == "neuron"]
    assert names == ["'=1+1", "age", "1", "'@SUM(A1)", "'-b"]


def test_no_zero_of_a_table_is_negative() -> None:
    """The mask of a shut ReLU is a / z, 0 over a negative number."""
    trainer = Trainer(Session.model_validate({"network": {"layers": [{"units": 8}]}}))
    tape = trainer.record()
    view = resolve(snapshot_of(trainer), tape, Cursor(tape.depth).last(), Choices())
    assert any(np.signbit(layer.forward_mask[layer.forward_mask == 0]).any() for layer in view.layers[1:])
    cells = {cell for row in csv.reader(as_csv(view).splitlines()) for cell in row}
    assert "0.0" in cells
    assert "-0.0" not in cells
