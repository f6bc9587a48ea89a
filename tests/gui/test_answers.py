"""Commands that are late, refused or lost: no edit undoes another, nothing old is saved, no file is mistaken."""

import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.window_bench import Bench, bench, file_dialogs, settings
from twostroke.engine.border.commands import Capture, Edit, MarkSaved, Open
from twostroke.engine.border.snapshot import Captured, Progress, Rescued, Status
from twostroke.engine.files import companion
from twostroke.engine.files.session_file import read_saved, read_session, write_session
from twostroke.gui.model import edits
from twostroke.gui.panels.base.panel import Panel

__all__ = ["bench", "settings"]


def panel_of(bench: Bench, title: str) -> Any:
    """The panel of the window with that heading."""
    (found,) = [panel for panel in bench.window.findChildren(Panel) if panel.accessibleName() == title]
    return found


def catch_up(bench: Bench, commands: int | None = None) -> None:
    bench.link.engine.catch_up(commands)
    bench.link.deliver()


def soon(bench: Bench, commands: int | None = None) -> None:
    """Catch up while the window waits."""
    QTimer.singleShot(30, lambda: catch_up(bench, commands))


def boxes(bench: Bench) -> list[QMessageBox]:
    return [box for box in bench.window.findChildren(QMessageBox) if box.isVisible()]


# -- edits ------------------------------------------------------------------------------------------------------------


def test_two_panels_do_not_undo_one_another(bench: Bench) -> None:
    """GELU is chosen; while its kernels compile, for longer than any clock would wait, a batch size."""
    bench.link.engine.late = True
    network, training = panel_of(bench, "Network"), panel_of(bench, "Training")
    network.layer_rows[0].activation.setCurrentIndex(network.layer_rows[0].activation.findData("gelu"))
    bench.link.engine.change()  # snapshots of before go on coming
    bench.link.deliver()
    assert network.layer_rows[0].activation.currentData() == "gelu", "what the engine shows meanwhile is older"
    training.rest.editors["batch_size"].field.setValue(7)
    network.layer_rows[1].units.field.setValue(3)
    assert bench.document.changed, "an edit under way is a change that has not been saved"
    catch_up(bench)
    session = bench.link.engine.now.session
    assert session.network.layers[0].activation.name == "gelu"
    assert session.training.batch_size == 7
    assert session.network.layers[1].units == 3
    assert training.rest.editors["batch_size"].value() == 7


def test_an_edit_says_what_to_change_and_to_what(bench: Bench) -> None:
    panel_of(bench, "Training").rest.editors["batch_size"].field.setValue(7)
    assert bench.link.engine.sent == [Edit(edits.set_value, ("training.batch_size", 7))]


def test_a_refused_edit_is_told_where_it_was_made_and_the_field_goes_back(bench: Bench) -> None:
    training = panel_of(bench, "Training")
    bench.link.engine.refusals[Edit] = "There is not enough memory for this network; make it smaller."
    for _ in range(2):
        training.rest.editors["batch_size"].field.setValue(7)
        assert training.notice.text() == "There is not enough memory for this network; make it smaller."
        assert training.rest.editors["batch_size"].value() == 10
    assert not bench.window.banner.isVisible()
    bench.link.engine.refusals.clear()
    training.rest.editors["batch_size"].field.setValue(8)
    assert not training.notice.isVisible()
    assert bench.link.engine.now.session.training.batch_size == 8


def test_a_refusal_is_told_where_it_can_be_seen(bench: Bench, qtbot: QtBot) -> None:
    training = panel_of(bench, "Training")
    bench.link.engine.refusals[Edit] = "There is not enough memory for this network; make it smaller."
    training.rest.editors["batch_size"].field.setValue(7)
    qtbot.waitUntil(lambda: training.notice.visibleRegion().boundingRect().height() == training.notice.height())


def test_a_layer_that_has_another_number_by_now_is_not_changed(bench: Bench) -> None:
    """The first layer is being removed while its successor's row still says 2."""
    bench.link.engine.late = True
    network = panel_of(bench, "Network")
    network.edit(edits.remove_layer, 1)
    network.layer_rows[1].units.field.setValue(3)
    catch_up(bench)
    assert [layer.units for layer in bench.link.engine.now.session.network.layers] == [8]
    assert "other layers by now" in network.notice.text()


def test_work_that_takes_long_has_a_sign_and_can_be_cancelled(bench: Bench, qtbot: QtBot) -> None:
    """The window goes on meanwhile; the panel says what came of it."""
    bench.link.engine.late = True
    data, sign = panel_of(bench, "Data"), bench.window.work_sign
    data.edit(edits.set_dataset, "moons")
    assert not sign.isVisible()
    stage = bench.window.stage.geometry()
    qtbot.waitUntil(sign.isVisible, timeout=2000)
    QTest.qWait(50)
    assert bench.window.stage.geometry() == stage, "the picture jumps"
    assert sign.width() == stage.width()
    assert not sign.cancel.isVisible()
    bench.link.engine.reading = Progress("prices.csv", 0.25)
    qtbot.waitUntil(sign.cancel.isVisible, timeout=2000)
    assert sign.text.text() == "Reading prices.csv…"
    assert sign.bar.value() == sign.bar.maximum() // 4
    qtbot.mouseClick(sign.cancel, Qt.MouseButton.LeftButton)
    assert not sign.isVisible()
    assert data.notice.text() == "Reading prices.csv was cancelled."
    assert data.chooser.currentData() == "spiral"


# -- saving -----------------------------------------------------------------------------------------------------------


def test_what_is_saved_is_as_it_is_then(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A save fails, training goes on, a second one succeeds: not with what the first one would have written."""
    monkeypatch.setattr(companion, "state_from", lambda network, arrays: None)
    file_dialogs(monkeypatch, tmp_path / "gone" / "mine.twostroke.json")
    assert not bench.document.save_with_weights()
    boxes(bench)[0].close()
    layers = bench.link.engine.now.layers
    trained = layers[0].weight + 1.0
    bench.link.engine.now.layers[0].weight.setflags(write=True)
    layers[0].weight[:] = trained
    bench.link.engine.change(update=500)
    bench.link.deliver()
    file_dialogs(monkeypatch, tmp_path / "mine.twostroke.json")
    bench.link.engine.late = True  # training goes on showing itself before it answers
    QTimer.singleShot(0, lambda: (bench.link.engine.change(update=501), bench.link.deliver()))
    ticker = QTimer(bench.window)
    ticker.timeout.connect(lambda: catch_up(bench))
    ticker.start(60)
    assert bench.document.save_with_weights()
    ticker.stop()
    arrays = read_saved(tmp_path / "mine.twostroke.json")[1]
    assert arrays is not None
    assert arrays["l1.weight"].tolist() == trained.tolist()


def test_save_waits_for_the_edits_before_it(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file_dialogs(monkeypatch, tmp_path / "mine.twostroke.json")
    bench.link.engine.late = True
    panel_of(bench, "Training").rest.editors["batch_size"].field.setValue(7)
    soon(bench)
    assert bench.document.save()
    assert read_session(tmp_path / "mine.twostroke.json").training.batch_size == 7
    catch_up(bench)
    assert not bench.document.changed


def test_a_refused_capture_saves_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file_dialogs(monkeypatch, tmp_path / "mine.twostroke.json")
    bench.link.engine.refusals[Capture] = "The engine had stopped."
    assert not bench.document.save()
    assert list(tmp_path.glob("mine*")) == []
    (box,) = boxes(bench)
    assert box.text() == "mine.twostroke.json has not been saved: The engine had stopped."
    box.close()
    assert bench.document.path is None


def test_a_network_that_is_lost_never_overwrites_its_file(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not with the first save, and not with the second one: they ask for another name."""
    monkeypatch.setattr(companion, "state_from", lambda network, arrays: None)
    path = tmp_path / "trained.twostroke.json"
    file_dialogs(monkeypatch, path)
    assert bench.document.save_with_weights()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    bench.document.engine_failed(kept=False)
    assert bench.document.changed
    assert "begun anew" in bench.window.windowTitle()
    asked: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (asked.append(args[2]) or "", ""))
    assert not bench.document.save()
    assert not bench.document.save()
    assert len(asked) == 2
    assert "trained.twostroke.json" not in [os.path.basename(name) for name in asked]
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_after_a_fault_what_was_not_saved_is_still_not_saved(bench: Bench, tmp_path: Path) -> None:
    """Though the new engine takes the session that was rescued for the one that was opened."""
    path = tmp_path / "mine.twostroke.json"
    write_session(path, example_session((3,)))
    bench.document.open(path)
    bench.document.engine_failed(kept=True)
    assert not bench.document.changed
    bench.change()
    bench.document.engine_failed(kept=True)
    bench.link.engine.change(changed=False)
    bench.link.deliver()
    assert bench.document.changed
    assert bench.window.isWindowModified()
    assert bench.document.path == path
    assert bench.document.save()
    assert not bench.document.changed


def test_what_the_engine_had_opened_before_it_failed_is_saved_to_its_own_file(bench: Bench, tmp_path: Path) -> None:
    """The next engine goes on with it, though no snapshot has told of it."""
    mine, other = tmp_path / "mine.twostroke.json", tmp_path / "other.twostroke.json"
    for path, units in ((mine, 3), (other, 5)):
        write_session(path, example_session((units,)))
    bench.document.open(mine)
    bench.link.engine.late = True
    bench.document.open(other)
    bench.change()
    last = bench.link.engine.waiting[-1][1]
    rescued = Rescued(Captured(example_session((4,)), None), True, last, ())
    bench.link.engine_failed.emit(RuntimeError("broken"), True, rescued)
    bench.document.engine_failed(kept=True)
    assert bench.document.path == other
    assert bench.document.changed, "an edit that was done, and not saved"


# -- opening ----------------------------------------------------------------------------------------------------------


def test_a_refused_open_is_told_and_its_file_is_not_taken_over(bench: Bench, tmp_path: Path) -> None:
    mine, other = tmp_path / "mine.twostroke.json", tmp_path / "other.twostroke.json"
    for path, units in ((mine, 3), (other, 5)):
        write_session(path, example_session((units,)))
    assert bench.document.open(mine)
    content = other.read_bytes()
    for sentence in ("There is not enough memory for this network; make it smaller.", "the data have changed"):
        bench.link.engine.refusals[Open] = sentence
        bench.document.open(other)
        (box,) = boxes(bench)
        assert box.text() == f"other could not be opened: {sentence}"
        box.close()
        assert bench.document.path == mine
        assert bench.window.windowTitle().startswith("mine[*]")
        assert other not in bench.window.preferences.recent
        assert bench.document.save()
        assert other.read_bytes() == content
    assert read_session(mine) == example_session((3,))


def test_a_file_is_the_open_one_when_its_session_runs(bench: Bench, tmp_path: Path) -> None:
    """What is saved meanwhile waits, and then goes to the file of the session that runs."""
    mine, other = tmp_path / "mine.twostroke.json", tmp_path / "other.twostroke.json"
    for path, units in ((mine, 3), (other, 5)):
        write_session(path, example_session((units,)))
    bench.document.open(mine)
    bench.link.engine.late = True
    assert bench.document.open(other)
    assert bench.document.path == mine
    ticker = QTimer(bench.window)
    ticker.timeout.connect(lambda: catch_up(bench))
    ticker.start(20)
    assert bench.document.save()
    ticker.stop()
    assert bench.document.path == other
    assert read_session(mine) == example_session((3,))
    assert read_session(other) == example_session((5,))


def test_of_two_files_that_are_being_opened_the_last_one_is_the_open_one(bench: Bench, tmp_path: Path) -> None:
    """Each takes its name when it runs, and what is saved goes to the one that runs then."""
    paths = [tmp_path / f"{name}.twostroke.json" for name in ("first", "second")]
    bench.link.engine.late = True
    for path, units in zip(paths, (3, 5), strict=True):
        write_session(path, example_session((units,)))
        assert bench.document.open(path)
    catch_up(bench, 1)
    assert bench.document.path == paths[0]
    catch_up(bench)
    assert bench.document.path == paths[1]
    soon(bench)
    assert bench.document.save()
    assert [read_session(path).widths[1] for path in paths] == [3, 5]


def test_marks_as_saved_what_was_written(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An edit that comes while the file is written is still a change."""
    file_dialogs(monkeypatch, tmp_path / "mine.twostroke.json")
    bench.link.engine.late = True
    soon(bench)
    assert bench.document.save()
    bench.change()
    catch_up(bench)
    assert any(isinstance(command, MarkSaved) for command in bench.link.engine.sent)
    assert bench.document.changed


# -- what is shown -------------------------------------------------------------------------------------------------


def test_nothing_of_the_network_before_is_shown_as_if_it_were_this_one_s(bench: Bench) -> None:
    output, health = panel_of(bench, "Output"), panel_of(bench, "Health")
    loss = panel_of(bench, "Curves").loss
    assert "train 80" in output.scores.text()
    none = bench.link.engine.now.curves
    empty = type(none)(*(values[:0] for values in vars(none).values()))
    bench.link.engine.change(evaluation=None, curves=empty, generation=9)
    bench.link.deliver()
    assert output.scores.text() == "not evaluated yet"
    assert output.map.response is None
    assert bench.window.transport.readout.reading.loss == "…"
    assert not health.inside.isVisible()
    assert [len(curve.getData()[0] or ()) for curve in (loss.train, loss.test)] == [0, 0]


def test_after_a_fault_the_window_does_not_say_it_trains(bench: Bench) -> None:
    bench.controller.toggle_play()
    assert bench.controller.snapshot is not None
    assert bench.controller.snapshot.status is Status.RUNNING
    bench.link.engine_failed.emit(RuntimeError("broken"), True, None)
    assert bench.controller.snapshot.status is Status.PAUSED
    assert not bench.controller.playing
