"""What is put aside, when, and what becomes of it in the window: over an engine on paper, and a real one for dials."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from tests.edits import to
from tests.gui.examples import example_session
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border.commands import Capture, Open
from twostroke.engine.files import unsaved as disk
from twostroke.engine.files.disk import FileError
from twostroke.engine.files.unsaved import Note, Unsaved, begin
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.shell import unsaved
from twostroke.gui.shell.offer import Recovery
from twostroke.gui.shell.unsaved import Keeper

__all__ = ["bench", "settings"]


@pytest.fixture
def keeper(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keeper]:
    """One that looks when the test says so."""
    monkeypatch.setattr(unsaved, "PERIOD", 1000.0)
    made = Keeper(bench.controller, bench.document, tmp_path / "unsaved")
    yield made
    made.stop(keep=False)


def captures(bench: Bench) -> int:
    return sum(isinstance(command, Capture) for command in bench.link.engine.sent)


def settle(keeper: Keeper, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: keeper._job is None or keeper._job.over(), timeout=60_000)
    keeper._collect()


def works(keeper: Keeper) -> list[Path]:
    return sorted(keeper.root.glob("*/note.json"))


def test_an_edit_is_put_aside_when_it_has_come_to_rest(bench: Bench, keeper: Keeper, qtbot: QtBot) -> None:
    """Not while others follow it; once; and nothing while nothing has changed."""
    keeper.look()
    for units in (2, 3, 4):
        bench.controller.send(to(example_session((units,)), "Set units"))
        keeper.look()
    assert captures(bench) == 0
    keeper.look()
    settle(keeper, qtbot)
    assert captures(bench) == 1
    for _ in range(3):
        keeper.look()
    assert captures(bench) == 1
    assert len(works(keeper)) == 1


def test_training_is_put_aside_once_in_a_while(
    bench: Bench, keeper: Keeper, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.change()
    keeper.look()
    keeper.look()
    settle(keeper, qtbot)
    for update in (5, 6):
        bench.link.engine.change(update=update)
        bench.link.deliver()
        keeper.look()
        keeper.look()
    assert captures(bench) == 1
    monkeypatch.setattr(unsaved, "PERIOD", 0.0)
    keeper.look()
    settle(keeper, qtbot)
    keeper.look()
    assert captures(bench) == 2, "where it stands, it stands"


def test_what_is_saved_is_put_aside_no_more(
    bench: Bench, keeper: Keeper, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bench.change()
    keeper.put_now(60.0)
    assert len(works(keeper)) == 1
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine.twostroke.json"), ""))
    assert bench.document.save()
    keeper.look()
    settle(keeper, qtbot)
    assert list(keeper.root.iterdir()) == []


def test_new_answered_with_discard_is_left_on_purpose(
    bench: Bench, keeper: Keeper, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.change()
    keeper.put_now(60.0)
    monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Discard)
    bench.document.new()
    keeper.look()
    settle(keeper, qtbot)
    assert list(keeper.root.iterdir()) == []


def test_a_full_disk_is_told_once_over_the_picture(
    bench: Bench, keeper: Keeper, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a dialog, and tried again later."""

    def full(*_: object) -> None:
        raise FileError("x cannot be written: the disk is full.")

    said: list[str] = []
    bench.controller.said.connect(lambda sentence, _: said.append(sentence))
    monkeypatch.setattr(disk, "write_saved", full)
    bench.change()
    said.clear()
    for _ in range(2):
        keeper.put_now(60.0)
    assert [sentence for sentence in said if sentence] == [
        "What is not saved cannot be put aside, and would be lost with the program; save it yourself. "
        "x cannot be written: the disk is full."
    ]
    assert bench.window.banner.isVisible()
    assert bench.window.findChildren(QMessageBox) == []
    monkeypatch.undo()
    monkeypatch.setattr(unsaved, "PERIOD", 0.0)
    keeper.look()
    settle(keeper, qtbot)
    assert len(works(keeper)) == 1


def test_what_was_told_and_refused_stays_over_the_picture(bench: Bench, keeper: Keeper) -> None:
    """The user has asked for nothing meanwhile."""
    bench.change()
    bench.controller.said.emit("Loss is now cross-entropy.", False)
    keeper.put_now(60.0)
    assert bench.window.banner.text.text() == "Loss is now cross-entropy."


def test_a_dial_stays_one_step_and_a_notice_stays_while_work_is_put_aside() -> None:
    trainer = Trainer(Session())
    turn = to(Session.model_validate({"data": {"noise": 0.2}}), "Noise", dial="noise")
    on = to(Session.model_validate({"data": {"noise": 0.3}}), "Noise", dial="noise")
    trainer.apply(turn)
    trainer.apply(Capture())
    trainer.apply(on)
    assert len(trainer.undo_stack) == 1
    trainer.notice = "Its data are gone."
    trainer.apply(Capture())
    assert trainer.notice == "Its data are gone."


# -- the offer -------------------------------------------------------------------------------------------------------


@pytest.fixture
def recovery(bench: Bench, keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recovery]:
    monkeypatch.setattr(disk, "OLDEST", 1e12)
    made = Recovery(bench.window, bench.window.offer, bench.document, keeper)
    made.told.connect(lambda remark: bench.controller.said.emit(remark, True))
    yield made
    made.stop()


def leave(root: Path, title: str, at: float) -> Path:
    """The work of a program that is gone; returns its folder."""
    work = begin(root)
    trainer = Trainer(example_session((3,)))
    trainer.advance(2)
    note = Note(title, f"/data/{title}.twostroke.json", "", 2, at, settings=True, weights=False)
    work.put(trainer.session, trainer.captured().state or {}, note)
    work.let_go()
    return work.folder


Shown = Callable[[str], None]


@pytest.fixture
def shown(bench: Bench, recovery: Recovery, qtbot: QtBot) -> Shown:
    """Waits until the offer tells of something."""
    return lambda text: qtbot.waitUntil(lambda: text in bench.window.offer.text.text(), timeout=60_000)


def test_each_is_offered_in_its_turn_and_answered_by_keys(
    bench: Bench, keeper: Keeper, recovery: Recovery, shown: Shown
) -> None:
    first, second = leave(keeper.root, "one", 2e9), leave(keeper.root, "two", 1e9)
    recovery.start()
    shown("“one” was not saved when the program ended (update 2, 18 May 2033")
    offer = bench.window.offer
    assert "1 more" in offer.text.text()
    assert offer.minimumSizeHint().width() <= 360
    visited = []
    for _ in range(200):
        bench.key(Qt.Key.Key_Tab)
        visited.append(QApplication.focusWidget())
    assert set(offer.buttons.values()) <= set(visited)
    offer.buttons["Later"].setFocus()
    bench.key(Qt.Key.Key_Space)
    shown("“two”")
    offer.buttons["Discard"].setFocus()
    bench.key(Qt.Key.Key_Space)
    assert not offer.isVisible()
    assert first.exists()
    assert not second.exists()


def test_a_recovered_session_is_changed_and_belongs_to_its_file(
    bench: Bench, keeper: Keeper, recovery: Recovery, shown: Shown, qtbot: QtBot
) -> None:
    folder = leave(keeper.root, "one", 1e9)
    recovery.start()
    shown("one")
    bench.window.offer.buttons["Recover"].click()
    qtbot.waitUntil(lambda: bench.document.title == "one", timeout=60_000)
    command = bench.link.engine.sent[-1]
    assert isinstance(command, Open)
    assert (command.play, command.session) == (False, example_session((3,)))
    assert int((command.state or {})["state.clock"][0]) == 2
    assert bench.document.changed
    assert bench.document.path == Path("/data/one.twostroke.json")
    assert not bench.document.with_weights
    keeper.look()
    assert works(keeper) == [folder / "note.json"], "until it is saved"
    assert captures(bench) == 0, "as it lies there it stands in the window"


def test_cancel_in_the_question_leaves_the_offer(
    bench: Bench, keeper: Keeper, recovery: Recovery, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(keeper.root, "one", 1e9)
    recovery.start()
    shown("one")
    bench.change()
    monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Cancel)
    bench.window.offer.buttons["Recover"].click()
    assert bench.window.offer.isVisible()
    assert bench.document.title != "one"


@pytest.mark.parametrize("refused", [False, True])
def test_what_cannot_be_opened_is_told_and_stays(
    bench: Bench, keeper: Keeper, recovery: Recovery, shown: Shown, refused: bool
) -> None:
    """Its weights are cut short, or the engine refuses: its table may come back."""
    folder = leave(keeper.root, "one", 1e9)
    recovery.start()
    shown("one")
    if refused:
        bench.link.engine.refusals[Open] = "its table is gone."
    else:
        (weights,) = folder.glob("*.safetensors")
        weights.write_bytes(weights.read_bytes()[:-5])
    bench.window.offer.buttons["Recover"].click()
    (box,) = [box for box in bench.window.findChildren(QMessageBox) if box.isVisible()]
    assert ("its table is gone" if refused else "cannot be recovered as it is") in box.text()
    box.close()
    assert bench.window.offer.isVisible()
    assert bench.window.offer.isEnabled()
    assert folder.exists()


def test_damaged_ones_are_told_and_do_not_stop_the_others(
    bench: Bench, keeper: Keeper, recovery: Recovery, shown: Shown
) -> None:
    (leave(keeper.root, "bad", 2e9) / "note.json").write_text("{")
    leave(keeper.root, "good", 1e9)
    recovery.start()
    shown("good")
    assert "Unsaved work was found, but cannot be read" in bench.window.banner.text.text()


def test_where_nobody_can_look_nothing_is_offered_and_nothing_fails(
    bench: Bench, keeper: Keeper, recovery: Recovery, tmp_path: Path, qtbot: QtBot
) -> None:
    """As where the folder that it lies in has been shut."""
    keeper.root = tmp_path / ("x" * 300) / "unsaved"
    recovery.start()
    qtbot.waitUntil(lambda: not recovery._timer.isActive(), timeout=60_000)
    assert not bench.window.offer.isVisible()
    assert not bench.window.banner.isVisible()


def test_what_is_not_answered_is_offered_again(bench: Bench, keeper: Keeper, recovery: Recovery, shown: Shown) -> None:
    leave(keeper.root, "one", 1e9)
    recovery.start()
    shown("one")
    assert disk.left(keeper.root).works == (), "another window does not offer it meanwhile"
    recovery.stop()
    (work,) = disk.left(keeper.root).works
    assert isinstance(work, Unsaved)
    work.let_go()
