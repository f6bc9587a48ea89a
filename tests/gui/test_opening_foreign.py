"""Links and models of other programs, opened in the window: by the menu, pasted, dropped."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QInputDialog, QMessageBox
from pytestqt.qtbot import QtBot
from safetensors.numpy import save_file

from tests.gui.window_bench import NONE, Bench, bench, settings
from twostroke.gui.shell.foreign import OWN_DATA, ModelDialog, dropped

__all__ = ["bench", "settings"]

LINK = "https://playground.tensorflow.org/#dataset=xor&networkShape=3&seed=0.5"


def close_boxes(bench: Bench) -> list[str]:
    found = [box for box in bench.window.findChildren(QMessageBox) if box.isVisible()]
    said = [box.text() for box in found]
    for box in found:
        box.close()
    return said


def drop(bench: Bench, data: QMimeData) -> bool:
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(600, 300), copy, data, left, NONE)
    enter.ignore()
    QApplication.sendEvent(bench.window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(bench.window, QDropEvent(QPointF(600, 300), copy, data, left, NONE))
    return enter.isAccepted()


def by_menu(bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QInputDialog, "exec", lambda _: QDialog.DialogCode.Accepted)
    monkeypatch.setattr(QInputDialog, "textValue", lambda _: f" {LINK}\n")
    bench.window.actions_by_id["open_link"].trigger()


def by_paste(bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    QGuiApplication.clipboard().setText(LINK)
    qtbot.keyClick(bench.window.stage, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def by_drop(bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    data = QMimeData()
    data.setUrls([QUrl(LINK)])
    assert drop(bench, data)


def at_the_start(bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.document.start(LINK)


@pytest.mark.parametrize("way", [by_menu, by_paste, by_drop, at_the_start])
def test_a_link_becomes_the_session(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, way: Callable[..., None]
) -> None:
    way(bench, qtbot, monkeypatch)
    session = bench.link.engine.now.session
    assert (session.widths, session.data.name) == ((2, 3, 1), "points")
    assert (bench.document.title, bench.document.path) == ("Playground: xor", None)
    (said,) = close_boxes(bench)
    assert "no accuracy is counted" in said


def test_what_is_no_link_is_not_pasted_nor_taken(bench: Bench, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("some words")
    qtbot.keyClick(bench.window.stage, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    data = QMimeData()
    data.setText("some words")
    assert not drop(bench, data)
    assert dropped(data) is None
    assert bench.link.sent == []
    assert close_boxes(bench) == []


def test_a_wrong_link_gets_a_sentence_and_the_session_goes_on(bench: Bench) -> None:
    assert not bench.document.open_link(LINK + "&learningRate=fast")
    (said,) = close_boxes(bench)
    assert 'learningRate in the link is "fast"; expected a number.' in said
    assert bench.link.sent == []


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "net.safetensors"
    save_file({"0.weight": np.eye(2, dtype="f4"), "1.weight": np.ones((1, 2), "f4")}, path)
    return path


def choose(monkeypatch: pytest.MonkeyPatch, code: QDialog.DialogCode, **choices: str) -> None:
    """Answer the question about a model's file."""

    def answer(dialog: ModelDialog) -> QDialog.DialogCode:
        for name, value in choices.items():
            box = getattr(dialog, name)
            box.setCurrentIndex(box.findData(value))
            box.activated.emit(box.currentIndex())
        return code

    monkeypatch.setattr(ModelDialog, "exec", answer)


def test_a_model_is_asked_about(bench: Bench, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choose(monkeypatch, QDialog.DialogCode.Rejected)
    assert not bench.document.open(model)
    assert bench.link.sent == []
    choose(monkeypatch, QDialog.DialogCode.Accepted, activation="tanh", output="sigmoid", data="moons")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(model))])
    assert drop(bench, data)
    session = bench.link.engine.now.session
    assert (session.data.name, session.network.layers[0].activation.name) == ("moons", "tanh")
    assert bench.document.title == "net"
    (said,) = close_boxes(bench)
    assert "taken as they are, not scaled" in said


def test_data_of_ones_own_for_a_model(
    bench: Bench, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a,b,y\n" + "".join(f"{i % 7},{i % 5},{i * 0.5}\n" for i in range(30)))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(table), ""))
    choose(monkeypatch, QDialog.DialogCode.Accepted, data=OWN_DATA)
    assert bench.document.open(model)
    assert bench.link.engine.now.session.data.path == str(table)
    close_boxes(bench)


def test_a_model_that_could_run_code_is_refused(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "net.pt").write_bytes(b"\x80\x02\x8a\x0al\xfc\x9cF\xf9")
    assert not bench.document.open(tmp_path / "net.pt")
    (said,) = close_boxes(bench)
    assert "import torch, safetensors.torch;" in said
