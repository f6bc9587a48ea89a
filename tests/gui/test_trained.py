"""Updates are a change: the title shows it, leaving asks, Save keeps the network; a lesson plays by itself unasked."""

import signal
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from tests.gui.test_real_engine import Real, real
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border.commands import Advance, Play, Reset, Seek
from twostroke.engine.files.session_file import read_saved, write_session
from twostroke.engine.session.spec import Session
from twostroke.gui.model.lessons import lessons
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.program import Program

__all__ = ["bench", "real", "settings"]

Buttons = QMessageBox.StandardButton


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked about unsaved work; each question is cancelled."""
    texts: list[str] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: texts.append(box.informativeText()) or Buttons.Cancel)
    return texts


def train(real: Real, qtbot: QtBot, to: int) -> None:
    qtbot.waitUntil(lambda: real.controller.snapshot is not None, timeout=60_000)
    assert real.controller.snapshot is not None
    real.controller.send(Advance(to - real.controller.snapshot.update))
    qtbot.waitUntil(lambda: real.stands_at(to), timeout=60_000)


def test_updates_are_a_change_that_every_way_out_asks_about(bench: Bench, asked: list[str], tmp_path: Path) -> None:
    path = tmp_path / "other.twostroke.json"
    write_session(path, Session())
    assert not bench.window.isWindowModified()
    bench.controller.send(Advance(81_200))
    assert bench.window.isWindowModified()
    bench.link.engine.sent.clear()
    assert not bench.window.close()
    bench.document.new()
    bench.document.open_lesson(lessons()[0])
    assert not bench.document.open(path)
    assert asked == ["81,200 updates since the network was opened or saved."] * 4
    assert bench.link.sent == []


def test_a_fresh_network_is_no_change(bench: Bench, asked: list[str]) -> None:
    bench.controller.send(Advance(1))
    bench.controller.send(Reset())
    assert not bench.window.isWindowModified()
    bench.document.new()
    assert asked == []


def test_a_lesson_that_plays_by_itself_is_left_unasked(bench: Bench, qtbot: QtBot, asked: list[str]) -> None:
    """Until the user trains it on, or changes it."""
    bench.document.open_lesson(lessons()[0])
    bench.link.engine.change(update=5_000)
    bench.link.deliver()
    bench.controller.toggle_play()
    assert not bench.window.isWindowModified()
    bench.document.open_lesson(lessons()[0])
    assert asked == []
    bench.link.engine.change(update=5_000)
    bench.link.deliver()
    bench.controller.toggle_play()
    bench.controller.send(Play())
    qtbot.waitUntil(bench.window.isWindowModified)
    bench.document.new()
    assert asked == ["5,000 updates since the network was opened or saved."]


def test_saved_with_weights_is_saved_until_another_line_is_trained(
    real: Real, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, asked: list[str], tmp_path: Path
) -> None:
    """As far as in the file, but on another line of the history, it is another network."""
    path = tmp_path / "mine.twostroke"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    document = real.window.document
    train(real, qtbot, 40)
    assert document.changed
    assert document.save()
    assert not document.changed
    train(real, qtbot, 41)
    assert not document.may_go()
    assert asked.pop() == "1 update since the network was opened or saved."
    real.controller.send(Seek(40))
    qtbot.waitUntil(lambda: real.stands_at(40), timeout=60_000)
    assert not document.changed, "back at what the file holds"
    real.controller.send(Seek(20))
    qtbot.waitUntil(lambda: real.stands_at(20), timeout=60_000)
    assert not document.may_go()
    assert asked.pop() == "The network as it is now, at update 20, is in no file."


def test_what_is_opened_with_its_weights_is_in_its_file(
    real: Real, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "mine.twostroke"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    train(real, qtbot, 40)
    assert real.window.document.save()
    real.window.document.new()
    qtbot.waitUntil(lambda: real.stands_at(0), timeout=60_000)
    assert real.window.document.open(path)
    qtbot.waitUntil(lambda: real.stands_at(40), timeout=60_000)
    assert not real.window.document.changed
    train(real, qtbot, 50)
    assert real.window.document.changed


def test_save_in_the_question_keeps_the_network(
    real: Real, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also in a readable session that has been without weights."""
    path = tmp_path / "mine.twostroke.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    train(real, qtbot, 40)
    assert real.window.document.save()
    assert read_saved(path)[1] is None
    assert real.window.document.changed, "the weights are in no file yet"
    monkeypatch.setattr(QMessageBox, "exec", lambda _: Buttons.Save)
    assert real.window.document.may_go()
    _, arrays = read_saved(path)
    assert arrays is not None
    assert not real.window.document.changed


def test_ctrl_c_in_the_terminal_asks_nothing(qapp: QApplication, asked: list[str], tmp_path: Path) -> None:
    preferences = Preferences(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    path = tmp_path / "mine.twostroke.json"
    write_session(path, Session())
    with Program(path, preferences) as program:
        program.open()
        program.controller.send(Advance(3))

        def interrupt() -> None:
            if program.window.document.changed:
                watch.stop()
                signal.raise_signal(signal.SIGINT)

        watch = QTimer(program.window, interval=20)
        watch.timeout.connect(interrupt)
        watch.start()
        limit = QTimer(program.window, singleShot=True, interval=60_000)
        limit.timeout.connect(lambda: program.app.exit(7))
        limit.start()
        assert program.exec() == 0
        limit.stop()
        assert not program.window.isVisible()
    assert asked == []
    QTimer.singleShot(0, qapp.exit)
    qapp.exec()  # takes the wish to quit that closing the last window has left, so that later loops run
