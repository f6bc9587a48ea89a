"""The window is closed while a film is made."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from tests.gui.test_studio_parts import Slow
from tests.gui.window_bench import Bench, bench, settings
from twostroke.gui.shell.studio.work_queue import Export, WorkQueue

__all__ = ["bench", "settings"]


@pytest.mark.parametrize(("pressed", "stays"), [("Go on exporting", True), ("Leave", False)])
def test_an_export_under_way_is_asked_about(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, pressed: str, stays: bool
) -> None:
    asked: list[str] = []

    def answer(box: QMessageBox) -> int:
        asked.append(box.text())
        next(button for button in box.buttons() if button.text() == pressed).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    bench.window.exporting._has_studio = True
    queue, job = WorkQueue(bench.window), Slow(Path("film.mp4"))
    queue.add(Export(job.target, lambda: job))
    assert bench.window.close() is not stays
    assert asked == ["film.mp4 is not written yet."]
    job.let_go.set()
    qtbot.waitUntil(lambda: not queue.busy)
    assert bench.window.exporting.may_go()
    assert len(asked) == 1


def test_without_one_nobody_is_asked(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QMessageBox, "exec", lambda box: pytest.fail(box.text()))
    bench.window.exporting._has_studio = True
    assert bench.window.exporting.may_go()
