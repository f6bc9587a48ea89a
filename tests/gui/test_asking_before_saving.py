"""Save asks before it writes over what others have made of a file; and it says what it has written."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.test_real_engine import Real, real
from tests.gui.window_bench import CTRL, Bench, bench, settings
from twostroke.engine.border.commands import Advance
from twostroke.engine.files.session_file import read_saved, read_session, write_session
from twostroke.gui.shell import receipt

__all__ = ["bench", "real", "settings"]

posix = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
TAB, ENTER, ESCAPE = Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Escape


class Answers:
    """Presses keys in each question that appears; `asked` are their texts and buttons."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []
        self.button = ""  # to go to by Tab and to press; "" for Escape
        self._ticker = QTimer(interval=10)
        self._ticker.timeout.connect(self._look)
        self._ticker.start()

    def _look(self) -> None:
        found = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()]
        if found and found[0].windowModality() is not Qt.WindowModality.NonModal:
            self._ticker.stop()
            box = found[0]
            self.asked.append((box.text(), [button.text().replace("&", "") for button in box.buttons()]))
            self._answer(box)
            self._ticker.start()

    def _answer(self, box: QMessageBox) -> None:
        if not self.button:
            QTest.keyClick(box, ESCAPE)
            return
        for _ in range(4):
            focus = box.focusWidget()
            assert focus is not None
            if focus.text().replace("&", "") == self.button:  # type: ignore[attr-defined]
                QTest.keyClick(focus, Qt.Key.Key_Space)
                return
            QTest.keyClick(focus, TAB)
        raise AssertionError(f"no key leads to {self.button}")

    def stop(self) -> None:
        self._ticker.stop()


@pytest.fixture
def answers(qapp: QApplication) -> Answers:
    made = Answers()
    yield made  # type: ignore[misc]
    made.stop()


@pytest.fixture
def mine(bench: Bench, tmp_path: Path) -> Path:
    """An open session, changed in the window."""
    path = tmp_path / "mine.twostroke.json"
    write_session(path, example_session((3,)))
    assert bench.document.open(path)
    bench.change()
    return path


def foreign(path: Path) -> None:
    write_session(path, example_session((7,)))


def deleted(path: Path) -> None:
    path.unlink()


def linked(path: Path) -> None:
    other = path.with_name("theirs.json")
    path.rename(other)
    path.symlink_to(other)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def moved(path: Path) -> None:
    path.rename(path.with_name("moved.json"))


def same_size_and_time(path: Path) -> None:
    facts = path.stat()
    path.write_bytes(path.read_bytes().replace(b'"units": 3', b'"units": 6'))
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


CHANGES = [
    (foreign, "has been changed"),
    (emptied, "has been changed"),
    (same_size_and_time, "has been changed"),
    (deleted, "has been deleted, moved or renamed"),
    (moved, "has been deleted, moved or renamed"),
    pytest.param(linked, "has become a link to another place", marks=posix),
]


@pytest.mark.parametrize(("change", "what"), CHANGES)
def test_escape_leaves_what_others_have_made_of_the_file(
    bench: Bench, mine: Path, answers: Answers, change: Callable[[Path], None], what: str
) -> None:
    change(mine)
    before = {p.name: p.read_bytes() for p in mine.parent.glob("*.json")}
    bench.key(Qt.Key.Key_S, CTRL)
    ((text, buttons),) = answers.asked
    assert text == f"mine.twostroke.json {what} since it was opened or saved here."
    assert len(buttons) == 3
    assert {"Save as…", "Cancel"} < set(buttons)
    assert {p.name: p.read_bytes() for p in mine.parent.glob("*.json")} == before
    assert bench.document.changed


@pytest.mark.parametrize(("change", "what"), CHANGES)
def test_overwrite_is_a_choice_of_keys_and_asked_once(
    bench: Bench, mine: Path, answers: Answers, change: Callable[[Path], None], what: str
) -> None:
    """A link is replaced, and what it leads to stays."""
    change(mine)
    there = mine.exists()
    answers.button = "Overwrite" if there else "Write it anew"
    assert bench.document.save()
    assert read_session(mine) == example_session((4,))
    assert not mine.is_symlink()
    assert not bench.document.changed
    assert bench.document.save()
    assert len(answers.asked) == 1
    if change is linked:
        assert read_session(mine.with_name("theirs.json")) == example_session((3,))


def test_a_place_that_nobody_can_look_at_is_told(bench: Bench, mine: Path, answers: Answers) -> None:
    """As where a network disk has gone: the system then has more to say than that there is no file."""
    bench.document.held.path = mine.with_name("x" * 300 + ".twostroke.json")
    answers.button = "Write it anew"
    assert not bench.document.save()
    assert "has been deleted, moved or renamed" in answers.asked[0][0]
    (box,) = [box for box in bench.window.findChildren(QMessageBox) if box.isVisible()]
    assert "the name is too long" in box.text()
    box.close()
    assert bench.document.changed


def test_save_as_keeps_both(bench: Bench, mine: Path, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign(mine)
    other = mine.with_name("other.twostroke.json")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(other), ""))
    answers.button = "Save as…"
    assert bench.document.save()
    assert read_session(mine) == example_session((7,))
    assert read_session(other) == example_session((4,))
    assert bench.document.path == other


def test_a_file_that_is_only_touched_or_copied_back_is_no_question(bench: Bench, mine: Path, answers: Answers) -> None:
    os.utime(mine, (1, 1))
    assert bench.document.save()
    content = mine.read_bytes()
    mine.unlink()
    mine.write_bytes(content)
    assert bench.document.save()
    assert answers.asked == []


def test_save_before_leaving_asks_as_well(bench: Bench, mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancel keeps the session."""
    foreign(mine)
    monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Save)  # no button was clicked
    assert not bench.document.may_go()
    assert read_session(mine) == example_session((7,))


@pytest.mark.parametrize("kind", ["Readable session (*.twostroke.json)", "One file (*.twostroke)"])
def test_a_name_that_gets_its_ending_here_never_replaces_a_file_unasked(
    bench: Bench, answers: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    """The file dialog has asked about the name that was typed."""
    taken = tmp_path / f"v1.2{kind[kind.index('.') : -1]}"
    taken.write_text("theirs")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "v1.2"), kind))
    assert not bench.document.save_as()
    assert [text for text, _ in answers.asked] == [f"{taken.name} exists already."]
    assert taken.read_text() == "theirs"
    answers.button = "Overwrite"
    assert bench.document.save_as()
    assert taken.read_bytes() != b"theirs"
    assert bench.document.path == taken


# -- what was written ------------------------------------------------------------------------------------------------


def test_a_save_is_confirmed_and_the_line_goes_by_itself(
    bench: Bench, mine: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt, "LEAST_SECONDS", 0.3)
    monkeypatch.setattr(receipt, "SECONDS_A_WORD", 0.0)
    shown = bench.window.receipt
    focus = QApplication.focusWidget()
    assert not shown.isVisible()
    bench.key(Qt.Key.Key_S, CTRL)
    assert shown.isVisible()
    assert shown.accessibleName() == "Saved mine.twostroke.json: the settings, without weights."
    assert QApplication.focusWidget() is focus
    qtbot.waitUntil(lambda: not shown.isVisible())


def test_what_is_said_is_what_is_written(
    real: Real, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A readable session stays one, and that its weights are in no file is said; one file carries them."""
    path, document = tmp_path / "mine.twostroke.json", real.window.document
    write_session(path, example_session((3,)))
    qtbot.waitUntil(lambda: real.controller.snapshot is not None, timeout=60_000)
    assert document.open(path)
    real.controller.send(Advance(1200))
    qtbot.waitUntil(lambda: real.stands_at(1200), timeout=60_000)
    said: list[str] = []
    document.saved.connect(said.append)
    assert document.save()
    assert said.pop() == (
        "Saved mine.twostroke.json without the weights. To keep what was trained: File, Save with weights."
    )
    assert read_saved(path)[1] is None
    assert document.changed
    assert document.save_with_weights()
    assert said.pop() == "Saved mine.twostroke.json with the weights of update 1,200."
    assert read_saved(path)[1] is not None
    assert not document.changed
    one = tmp_path / "one.twostroke"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(one), ""))
    assert document.save_as()
    assert said.pop() == "Saved one.twostroke with the weights of update 1,200."
    assert read_saved(one)[1] is not None


def test_a_new_session_is_offered_as_one_file(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[tuple[str, str]] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (offered.append((args[2], args[3])), ("", ""))[1])
    bench.document.new()
    assert not bench.document.save()
    ((name, kinds),) = offered
    assert os.path.basename(name) == "untitled.twostroke"
    assert kinds.startswith("Session, weights and data in one file (*.twostroke);;Readable session")
