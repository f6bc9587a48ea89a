"""Ctrl+Z after New, Open, a drop or a lesson: the network that was left is there again, with its name and its file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from tests.gui.test_real_engine import Real, real
from tests.gui.window_bench import CTRL, SHIFT, settings
from twostroke.engine.border.commands import Advance, Seek
from twostroke.engine.border.snapshot import Snapshot
from twostroke.engine.files.session_file import read_saved, write_session
from twostroke.engine.session.spec import Session
from twostroke.gui.model.lessons import lessons
from twostroke.gui.shell.document import Document

__all__ = ["real", "settings"]


def snapshot(real: Real) -> Snapshot:
    assert real.controller.snapshot is not None
    return real.controller.snapshot


def weights(real: Real) -> list[Any]:
    return [layer.weight.tolist() for layer in snapshot(real).layers]


def train(real: Real, qtbot: QtBot, updates: int) -> None:
    qtbot.waitUntil(lambda: real.controller.snapshot is not None, timeout=60_000)
    to = snapshot(real).update + updates
    real.controller.send(Advance(updates))
    qtbot.waitUntil(lambda: real.stands_at(to), timeout=60_000)


def press(real: Real, modifiers: Qt.KeyboardModifier = CTRL, key: Qt.Key = Qt.Key.Key_Z) -> None:
    real.window.activateWindow()  # which no system does here once a dialog has gone
    QTest.qWaitForWindowActive(real.window)
    QTest.keyClick(real.window.stage, key, modifiers)


def new(document: Document, _: Path) -> None:
    document.new()


def opened(document: Document, path: Path) -> None:
    document.open(path)


def begun(document: Document, _: Path) -> None:
    document.open_lesson(lessons()[0])


@pytest.fixture
def mine(real: Real, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A network that was saved with its weights at update 40, and trained on to 50."""
    path = tmp_path / "mine.twostroke"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Discard)
    train(real, qtbot, 40)
    assert real.window.document.save()
    train(real, qtbot, 10)
    return path


@pytest.mark.parametrize("leave", [new, opened, begun])
def test_undo_brings_the_network_back_and_redo_goes_forward_again(
    real: Real, qtbot: QtBot, mine: Path, tmp_path: Path, leave: Callable[[Document, Path], None]
) -> None:
    other = tmp_path / "other.twostroke.json"
    write_session(other, Session.model_validate({"network": {"layers": [{"units": 3}], "seed": 5}}))
    before, document = weights(real), real.window.document
    leave(document, other)
    qtbot.waitUntil(lambda: not document.title.startswith("mine") and weights(real) != before, timeout=60_000)
    title, path = document.title, document.path
    qtbot.waitUntil(real.window.actions_by_id["undo"].isEnabled)  # while a lesson runs, at a rate that can be read
    press(real)
    qtbot.waitUntil(lambda: real.stands_at(50) and document.title == "mine", timeout=60_000)
    assert weights(real) == before
    assert document.path == mine
    assert document.changed, "ten updates are in no file"
    assert real.window.windowTitle().startswith("mine")
    assert not real.controller.playing
    assert not real.window.lesson.isVisible()
    real.controller.send(Seek(40))
    qtbot.waitUntil(lambda: real.stands_at(40), timeout=60_000)
    assert not document.changed, "back at what its file holds, on the line of its own history"
    real.controller.send(Seek(50))
    qtbot.waitUntil(lambda: real.stands_at(50), timeout=60_000)
    press(real, CTRL | SHIFT)
    qtbot.waitUntil(lambda: document.title == title, timeout=60_000)
    assert document.path == path
    assert snapshot(real).update < 50 or leave is begun
    press(real)
    qtbot.waitUntil(lambda: document.path == mine and real.stands_at(50), timeout=60_000)
    assert weights(real) == before


def test_what_is_brought_back_is_saved_to_its_own_file(real: Real, qtbot: QtBot, mine: Path) -> None:
    document = real.window.document
    press(real, CTRL, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: real.stands_at(0) and document.path is None, timeout=60_000)
    press(real)
    qtbot.waitUntil(lambda: document.path == mine, timeout=60_000)
    assert document.save()
    _, state = read_saved(mine)
    assert state is not None
    assert int(state["state.clock"][0]) == 50
    assert not document.changed


def test_several_steps_lead_back_through_several_sessions(real: Real, qtbot: QtBot, mine: Path) -> None:
    """Also the edits of the one that was left, in their order."""
    document = real.window.document
    real.controller.reset()
    qtbot.waitUntil(lambda: real.stands_at(0), timeout=60_000)
    document.new()
    qtbot.waitUntil(lambda: document.path is None, timeout=60_000)
    train(real, qtbot, 7)
    document.new()
    qtbot.waitUntil(lambda: real.stands_at(0), timeout=60_000)
    assert snapshot(real).undo_label == "New session"
    assert real.window.actions_by_id["undo"].text() == "Undo: new session"
    press(real)
    qtbot.waitUntil(lambda: real.stands_at(7), timeout=60_000)
    assert document.path is None
    press(real)
    qtbot.waitUntil(lambda: document.path == mine and real.stands_at(0), timeout=60_000)
    assert snapshot(real).undo_label == "Reset"
    press(real)
    qtbot.waitUntil(lambda: real.stands_at(50), timeout=60_000)
    train(real, qtbot, 1)
    assert np.isfinite(weights(real)[0]).all()


def test_the_data_come_back_though_their_file_is_gone(real: Real, qtbot: QtBot, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text("age,size,won\n" + "".join(f"{i},{i * i % 7},{i % 2}\n" for i in range(40)))
    document = real.window.document
    qtbot.waitUntil(lambda: real.controller.snapshot is not None, timeout=60_000)
    document.open(table)
    qtbot.waitUntil(lambda: snapshot(real).session.data.name == "table", timeout=60_000)
    train(real, qtbot, 5)
    before = weights(real)
    document.may_go = lambda: True  # type: ignore[method-assign]
    document.new()
    qtbot.waitUntil(lambda: real.stands_at(0), timeout=60_000)
    table.unlink()
    press(real)
    qtbot.waitUntil(lambda: real.stands_at(5), timeout=60_000)
    assert weights(real) == before
    train(real, qtbot, 5)


def test_what_the_window_begins_with_has_nothing_before_it(real: Real, qtbot: QtBot) -> None:
    real.window.document.start(None)
    qtbot.waitUntil(lambda: real.window.document.title != "Untitled", timeout=60_000)
    assert snapshot(real).undo_label is None
