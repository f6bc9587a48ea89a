"""Unsaved work outlives the program: real processes, real signals, and the window that offers it afterwards."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import SIGNAL, QSettings
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from tests.gui import trained_window
from twostroke.engine.border.commands import Advance, Capture
from twostroke.engine.border.snapshot import Answer, Captured
from twostroke.engine.files.companion import Arrays
from twostroke.engine.files.session_file import write_session
from twostroke.engine.files.unsaved import Note, left
from twostroke.engine.session.spec import Session
from twostroke.gui.shell import unsaved
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.program import Program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends signals")

SOON = 1.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "mine.twostroke.json"
    write_session(made, Session())
    return made


@contextmanager
def trained(file: Path, period: float = SOON, deaf: bool = False, then: str = "-") -> Iterator[subprocess.Popen[str]]:
    """The program on that file, training; with `deaf` it is started as `nohup` does."""
    folder = file.parent
    homes = {f"XDG_{kind}_HOME": str(folder / kind) for kind in ("STATE", "DATA", "CONFIG")}
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN if deaf else signal.SIG_DFL)
    try:
        child = subprocess.Popen(
            [sys.executable, trained_window.__file__, str(period), then, str(ready(file)), str(file)],
            env={**os.environ, **homes, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGHUP, before)
    with child:
        try:
            yield child
        finally:
            if child.poll() is None:
                child.kill()


def root(file: Path) -> Path:
    return file.parent / "STATE" / "twostroke" / "unsaved"


def notes(file: Path) -> list[Path]:
    return sorted(root(file).glob("*/note.json"))


def ready(file: Path) -> Path:
    """Is there when training has gone on since work was put aside, and the question, if any, is on the screen."""
    return file.parent / "ready"


def until(done: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it has not come to that"
        time.sleep(0.02)


def left_behind(file: Path) -> tuple[Note, Arrays]:
    """The one work that the next program will offer."""
    (work,) = left(root(file)).works
    try:
        return work.note(), work.read()[1]
    finally:
        work.let_go()


def test_after_a_kill_it_is_offered_and_goes_on_from_the_very_update(
    file: Path, tmp_path: Path, qapp: object, qtbot: QtBot
) -> None:
    with trained(file) as child:
        until(lambda: bool(notes(file)))
        first = notes(file)[0].read_bytes()
        until(lambda: notes(file)[0].read_bytes() != first)  # training goes on, and is put aside anew
        assert left(root(file)).works == (), "its owner lives"
        child.kill()
        child.communicate(timeout=60)
    note, arrays = left_behind(file)
    assert (note.title, note.path, note.update) == ("mine", str(file), int(arrays["state.clock"][0]))
    assert note.update > 0
    preferences = Preferences(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    with Program(None, preferences) as program:
        program.keep_unsaved(root(file))
        program.open()
        window, document = program.window, program.window.document
        qtbot.waitUntil(window.offer.isVisible, timeout=60_000)
        assert f"“mine” was not saved when the program ended (update {note.update:,}, " in window.offer.text.text()
        window.offer.buttons["Recover"].click()
        qtbot.waitUntil(lambda: document.path == file, timeout=60_000)
        assert document.changed
        assert not window.offer.isVisible()
        captured: list[Captured | None] = []

        def told(answer: Answer) -> bool:
            captured.append(answer.captured)
            return True

        program.controller.ask(Capture(), told)
        qtbot.waitUntil(lambda: bool(captured), timeout=60_000)
        assert captured[0] is not None
        state = captured[0].state or {}
        assert sorted(state) == sorted(arrays)
        for key, values in arrays.items():
            assert np.array_equal(state[key].view(np.uint8), values.view(np.uint8)), key
        assert document.save_with_weights()
        qtbot.waitUntil(lambda: list(root(file).iterdir()) == [], timeout=60_000)
        window.close()


@pytest.mark.parametrize(
    ("number", "saying"),
    [
        (signal.SIGTERM, "Terminated."),
        pytest.param(signal.SIGHUP, "The terminal was closed.", marks=pytest.mark.slow),
    ],
)
def test_a_signal_puts_aside_what_there_is_before_it_ends_the_window(
    file: Path, number: signal.Signals, saying: str
) -> None:
    """At the update that training has come to, long before it would have been put aside anyway."""
    with trained(file, period=1000.0) as child:
        until(lambda: bool(notes(file)))
        before = json.loads(notes(file)[0].read_text())["update"]
        until(ready(file).exists)
        child.send_signal(number)
        out, err = child.communicate(timeout=60)
    assert (child.returncode, out, err) == (128 + number, "", f"twostroke: {saying}\n")
    note, arrays = left_behind(file)
    assert note.update == int(arrays["state.clock"][0]) > before + 100


@pytest.mark.slow
@pytest.mark.parametrize("then", ["close", "open_dialog", "export"])
def test_a_question_that_nobody_answers_keeps_no_signal_waiting(file: Path, then: str) -> None:
    with trained(file, period=1000.0, then=then) as child:
        until(lambda: bool(notes(file)))
        before = json.loads(notes(file)[0].read_text())["update"]
        until(ready(file).exists)
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=60)
    assert child.returncode == 128 + signal.SIGTERM
    assert left_behind(file)[0].update > before


@pytest.mark.slow
def test_ctrl_c_closes_the_window_and_leaves_the_work(file: Path) -> None:
    with trained(file, period=1000.0) as child:
        until(lambda: bool(notes(file)))
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
    assert (child.returncode, out, err) == (0, "", "")
    assert left_behind(file)[0].title == "mine"


@pytest.mark.slow
def test_who_was_started_to_outlive_the_terminal_does(file: Path) -> None:
    with trained(file, deaf=True) as child:
        until(lambda: bool(notes(file)))
        child.send_signal(signal.SIGHUP)
        first = notes(file)[0].read_bytes()
        until(lambda: notes(file)[0].read_bytes() != first)
        assert child.poll() is None


@pytest.mark.slow
def test_two_windows_keep_apart(file: Path) -> None:
    """Each has its own place; the next program offers that of the one that is gone."""
    with trained(file) as first, trained(file) as second:
        until(lambda: len(notes(file)) == 2)
        first.kill()
        first.communicate(timeout=60)
        found = left(root(file)).works
        assert len(found) == 1
        found[0].let_go()
        second.send_signal(signal.SIGTERM)
        second.communicate(timeout=60)
    found = left(root(file)).works
    assert len(found) == 2
    for work in found:
        work.let_go()


def test_a_window_that_is_closed_on_purpose_leaves_nothing(
    file: Path, tmp_path: Path, qapp: object, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Discard)
    preferences = Preferences(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    with Program(file, preferences) as program:
        program.keep_unsaved(root(file))
        program.open()
        program.controller.send(Advance(40))
        qtbot.waitUntil(lambda: bool(notes(file)), timeout=60_000)
        program.window.close()
    assert list(root(file).iterdir()) == []


def test_the_end_of_the_users_session_puts_it_aside(
    file: Path, tmp_path: Path, qapp: object, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, and without a question; that the program goes on is no reason to forget it.

    Nobody but a session manager can make Qt tell of it.
    """
    monkeypatch.setattr(unsaved, "PERIOD", 1000.0)
    preferences = Preferences(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    with Program(file, preferences) as program:
        program.keep_unsaved(root(file))
        program.open()
        assert program.app.receivers(SIGNAL("commitDataRequest(QSessionManager&)")) == 1
        for done in (40, 42):
            program.controller.send(Advance(done - stands(program)))
            qtbot.waitUntil(lambda end=done: stands(program) == end, timeout=60_000)
            program.put_aside()
            assert json.loads(notes(file)[0].read_text())["update"] == done


def stands(program: Program) -> int:
    snapshot = program.controller.snapshot
    return 0 if snapshot is None else snapshot.update
