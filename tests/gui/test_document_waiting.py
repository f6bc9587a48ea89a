"""Opening a session that takes long to read: the window goes on, says what it does, and opens one file at a time."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.gui.examples import example_session
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.files.patience import go_on
from twostroke.engine.files.session_file import read_saved, write_session
from twostroke.engine.session.spec import Session
from twostroke.gui.shell import document, waiting
from twostroke.gui.shell.waiting import WaitDialog

__all__ = ["bench", "settings"]


class SlowDisk:
    """Reads a session when it is let, or not at all where that is cancelled. `asked` are the files it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.ready = threading.Event()

    def read(self, path: Path) -> Any:
        self.asked.append(path.name)
        while not self.ready.wait(0.005):
            go_on(path.name)
        return read_saved(path)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowDisk]:
    made = SlowDisk()
    monkeypatch.setattr(document, "read_saved", made.read)
    monkeypatch.setattr(waiting, "QUIET", 0.05)
    yield made
    assert waiting.settle()


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    made = tmp_path / "one.twostroke.json", tmp_path / "two.twostroke.json"
    for path, units in zip(made, (2, 3), strict=True):
        write_session(path, example_session((units,)))
    return made


def once_shown(then: Callable[[WaitDialog], object]) -> None:
    """Do `then` with the dialog as soon as it is there."""

    def look() -> None:
        found = [w for w in QApplication.topLevelWidgets() if isinstance(w, WaitDialog) and w.isVisible()]
        if found:
            then(found[0])
        else:
            QTimer.singleShot(5, look)

    QTimer.singleShot(5, look)


def test_a_slow_file_is_told_and_then_opened(bench: Bench, disk: SlowDisk, files: tuple[Path, Path]) -> None:
    told: list[str] = []
    once_shown(lambda dialog: (told.append(dialog.text.text()), disk.ready.set()))
    assert bench.document.open(files[0])
    assert told == ["Reading one.twostroke.json…"]
    assert bench.controller.snapshot is not None
    assert bench.controller.snapshot.session == example_session((2,))


def test_cancel_leaves_everything_as_it_is(bench: Bench, disk: SlowDisk, files: tuple[Path, Path]) -> None:
    before = bench.document.path, bench.document.title, bench.window.preferences.recent, list(bench.link.sent)
    once_shown(lambda dialog: dialog.reject())
    assert not bench.document.open(files[0])
    after = bench.document.path, bench.document.title, bench.window.preferences.recent, list(bench.link.sent)
    assert after == before


@pytest.mark.parametrize("moment", [0, 150])
def test_a_second_file_is_not_opened_while_the_first_is_read(
    bench: Bench, disk: SlowDisk, files: tuple[Path, Path], moment: int
) -> None:
    """Dropped on the window before the sign appears, or however it came behind it."""
    first, second = files
    opened: list[bool] = []
    QTimer.singleShot(moment, lambda: opened.append(bench.document.open(second)))
    QTimer.singleShot(300, disk.ready.set)
    assert bench.document.open(first)
    assert opened == [False]
    assert disk.asked == [first.name]
    assert bench.document.title == "one"


def test_a_slow_disk_is_written_to_with_a_sign(
    bench: Bench, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without Cancel: a file is written whole or not at all."""
    monkeypatch.setattr(waiting, "QUIET", 0.05)
    slow, told = threading.Event(), list[tuple[str, bool]]()

    def write(path: Path, session: Session) -> None:
        assert slow.wait(5.0)
        write_session(path, session)

    monkeypatch.setattr(document, "write_session", write)
    assert bench.document.open(files[0])
    bench.change()
    once_shown(lambda dialog: (told.append((dialog.text.text(), dialog.cancel.isVisible())), slow.set()))
    assert bench.document.save()
    assert told == [("Saving one.twostroke.json…", False)]
    assert read_saved(files[0])[0] == example_session((4,))
    assert not bench.document.changed
