"""The window over the engine that users have: what a fault leaves is on the disk, and a dial is one step of undo."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QSettings, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from tests.gui.window_bench import settings
from twostroke.engine.border.commands import Advance, Open, PinSample, Play
from twostroke.engine.files.session_file import read_saved, write_session
from twostroke.engine.run.loop import Loop
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.bridge import Bridge
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model.choices import Choices, NeuronRef
from twostroke.gui.panels.data.rows_table import RowsTable
from twostroke.gui.panels.output.chart import PointChart
from twostroke.gui.panels.output.output_panel import OutputPanel
from twostroke.gui.shell.main_window import MainWindow
from twostroke.gui.shell.preferences import Preferences

__all__ = ["settings"]


class Real:
    """A window, joined to its engine as the program does it."""

    def __init__(self, settings: QSettings) -> None:
        self.bridge = Bridge(Session())
        self.controller = Controller(self.bridge)
        self.window = MainWindow(self.controller, Preferences(settings))
        self.failed: list[bool] = []
        self.bridge.engine_failed.connect(self.lose)
        self.window.resize(1280, 720)  # at the screen of tests, which is narrower, columns fold
        self.window.show()
        self.bridge.start()

    def lose(self, _: object, kept: bool, __: object) -> None:
        self.failed.append(kept)
        self.window.document.engine_failed(kept)

    def stands_at(self, update: int) -> bool:
        return self.controller.snapshot is not None and self.controller.snapshot.update == update

    def close(self) -> None:
        self.controller.stop()
        self.bridge.stop()
        self.window.document.may_go = lambda: True  # type: ignore[method-assign]
        self.window.close()
        self.window.deleteLater()


@pytest.fixture
def real(qtbot: QtBot, settings: QSettings) -> Iterator[Real]:
    made = Real(settings)
    yield made
    made.close()


def test_after_a_fault_trained_weights_are_saved(
    real: Real, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, expect_message: Callable[[str], None]
) -> None:
    """Over a file of before the fault; never the fresh ones that a new engine could begin with."""
    expect_message("the training thread ended")
    path = tmp_path / "mine.twostroke.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    real.controller.send(Advance(40))
    qtbot.waitUntil(lambda: real.stands_at(40), timeout=60_000)
    assert real.window.document.save_with_weights()
    real.controller.send(Advance(10))
    qtbot.waitUntil(lambda: real.stands_at(50), timeout=60_000)

    def broken(*_: object) -> int:
        raise RuntimeError("broken")

    with monkeypatch.context() as fault:
        fault.setattr(Trainer, "advance", broken)
        real.controller.send(Play())
        qtbot.waitUntil(lambda: real.failed == [True], timeout=60_000)
    for _ in range(2):
        assert real.window.document.save()
    trained = Trainer(Session())
    trained.advance(50)
    arrays = read_saved(path)[1]
    assert arrays is not None
    assert arrays["l1.weight"].tolist() == trained.network.weight(1).tolist()


def broken(*_: object, **__: object) -> None:
    raise RuntimeError("broken")


def test_rescued_weights_are_saved_though_no_engine_can_begin_any_more(
    real: Real, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, expect_message: Callable[[str], None]
) -> None:
    expect_message("the training thread ended")
    path = tmp_path / "mine.twostroke"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    real.controller.send(Advance(50))
    qtbot.waitUntil(lambda: real.stands_at(50), timeout=60_000)
    with monkeypatch.context() as fault:
        fault.setattr(Trainer, "advance", broken)
        fault.setattr(Trainer, "_open", broken)  # of each that is to come
        for failures in (1, 2, 3):
            real.controller.send(Play())
            qtbot.waitUntil(lambda failures=failures: real.failed == [True] * failures, timeout=60_000)
        assert real.window.document.save()
    session, arrays = read_saved(path)
    trained = Trainer(Session())
    trained.advance(50)
    assert arrays is not None
    assert session == Session()
    assert int(arrays["state.clock"][0]) == 50
    assert arrays["l1.weight"].tolist() == trained.network.weight(1).tolist()


def test_a_network_that_is_lost_is_not_saved_as_one_of_update_0(
    real: Real, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, expect_message: Callable[[str], None]
) -> None:
    """Its settings are, under another name; weights again once one has been trained."""
    expect_message("the training thread ended")
    paths = [tmp_path / f"{name}.twostroke" for name in ("mine", "settings", "anew")]
    document = real.window.document
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(paths.pop(0)), ""))
    mine, settings_alone, anew = paths
    real.controller.send(Advance(50))
    qtbot.waitUntil(lambda: real.stands_at(50), timeout=60_000)
    assert document.save()
    before = mine.read_bytes()
    with monkeypatch.context() as fault:
        fault.setattr(Trainer, "advance", broken)
        fault.setattr(Loop, "rescued", lambda _: None)
        real.controller.send(Play())
        qtbot.waitUntil(lambda: real.failed == [False], timeout=60_000)
    assert not document.save_with_weights()
    (box,) = [box for box in real.window.findChildren(QMessageBox) if box.isVisible()]
    assert "There are no trained weights to save" in box.text()
    box.close()
    assert document.save()
    assert read_saved(settings_alone) == (Session(), None)
    assert mine.read_bytes() == before
    real.controller.send(Advance(3))
    qtbot.waitUntil(lambda: real.stands_at(3), timeout=60_000)
    assert document.save()
    arrays = read_saved(settings_alone)[1]
    assert arrays is not None
    assert int(arrays["state.clock"][0]) == 3
    assert not anew.exists()


class Resized(QObject):
    """Notes which widgets have been given another size."""

    def __init__(self, found: set[object]) -> None:
        super().__init__()
        self.found = found

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """For Qt, which may hold on to a `resizeEvent` that it has called once."""
        if event.type() == QEvent.Type.Resize:
            self.found.add(watched)
        return False


def test_a_number_that_is_turned_is_one_step_and_leaves_the_points_alone(
    real: Real, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.waitUntil(lambda: real.stands_at(0), timeout=60_000)
    qtbot.waitUntil(lambda: "train" in real.window.panel(OutputPanel).scores.text(), timeout=60_000)
    real.window.grab()  # the points have been painted
    sized: set[object] = set()
    again: list[object] = []
    paint = PointChart._paint_points
    watch = Resized(sized)
    for chart in real.window.findChildren(PointChart):
        chart.installEventFilter(watch)

    def noted(chart: PointChart) -> QPixmap:
        """Painted anew: words beside it may still change its size, and nothing else may be a reason."""
        if chart not in sized:
            again.append(chart)
        sized.discard(chart)
        return paint(chart)

    monkeypatch.setattr(PointChart, "_paint_points", noted)
    before = real.controller.snapshot
    assert before is not None
    field = real.window.panels["training"].rest.editors["batch_size"].field  # type: ignore[attr-defined]

    def batch_size() -> int:
        assert real.controller.snapshot is not None
        return real.controller.snapshot.session.training.batch_size

    for value in (11, 12, 13, 14):
        field.setValue(value)
        qtbot.waitUntil(lambda value=value: batch_size() == value, timeout=60_000)
        assert real.controller.snapshot is not None
        assert real.controller.snapshot.data is before.data
        real.window.grab()
    assert not again, "painted again, though nothing of them has changed"
    real.controller.undo()
    qtbot.waitUntil(lambda: batch_size() == before.session.training.batch_size, timeout=60_000)


def test_a_change_in_the_rows_is_undone(real: Real, qtbot: QtBot) -> None:
    """The table shows the cell as it was, and the network stands where it stood."""
    rows = {"name": "rows", "x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [0, 1, 1, 0]}
    qtbot.waitUntil(lambda: real.controller.snapshot is not None, timeout=60_000)
    real.controller.send(Open(Session.model_validate({"data": rows})))
    (table,) = real.window.findChildren(RowsTable)
    cell = partial(table.table.item, 2, 0)
    qtbot.waitUntil(lambda: cell() is not None and cell().text() == "0" and real.stands_at(0), timeout=60_000)
    real.controller.send(Advance(3))
    qtbot.waitUntil(lambda: real.stands_at(3), timeout=60_000)
    cell().setText("0,5")

    def first_input() -> float:
        assert real.controller.snapshot is not None
        return real.controller.snapshot.session.data.x[1][0]

    qtbot.waitUntil(lambda: first_input() == 0.5, timeout=60_000)
    real.controller.undo()
    qtbot.waitUntil(lambda: first_input() == 0.0 and cell().text() == "0", timeout=60_000)
    assert real.controller.snapshot is not None
    assert real.controller.snapshot.update == 3


@pytest.mark.parametrize("which", [min, max])  # 0 is the one shown from the beginning
def test_a_point_that_is_clicked_is_what_the_stroke_plays(
    real: Real, qtbot: QtBot, which: Callable[[set[int]], int]
) -> None:
    """F goes on to the update that it comes in, and the window says so; the training is that of any run."""
    qtbot.waitUntil(lambda: real.stands_at(0), timeout=60_000)
    panel, controller = real.window.panel(OutputPanel), real.controller
    qtbot.waitUntil(lambda: "train" in panel.scores.text(), timeout=60_000)
    assert controller.snapshot is not None
    absent = set(range(40)) - {int(row) for row in Trainer(controller.snapshot.session).record().rows}
    x, y = panel.map.to_screen(controller.snapshot.data.train_raw[which(absent) :][:1])[0]
    said: list[str] = []
    controller.said.connect(lambda text, _: said.append(text))
    with qtbot.waitSignal(panel.map.picked) as picked:
        qtbot.mouseClick(panel.map, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    row = picked.args[0]
    qtbot.keyClick(real.window.stage, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: controller.tape is not None, timeout=60_000)
    view, tape = controller.view, controller.tape
    assert view is not None
    assert tape is not None
    assert int(tape.rows[view.row]) == row
    assert view.caption.startswith(f"Pinned sample {row}, one of {tape.samples} in the mini-batch, enters")
    assert said[-1] == f"Pinned sample {row} comes in update {tape.update:,}."
    qtbot.waitUntil(lambda: "Shown" in panel.answer.text(), timeout=60_000)
    assert f"Shown: training row {row}" in panel.answer.text()
    assert ", the pinned one." in panel.answer.text()
    plain = Trainer(Session())
    while row not in plain.record().rows:
        plain.advance(1)
    assert tape.update == plain.update
    assert tape.layers[0].weight.tolist() == plain.network.weight(1).tolist()


def test_a_new_session_forgets_the_pins_of_the_old_one(real: Real, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: real.stands_at(0), timeout=60_000)
    real.controller.send(PinSample(17))
    real.controller.select(NeuronRef(1, 2))
    qtbot.waitUntil(lambda: real.controller.snapshot.sample == 17, timeout=60_000)  # type: ignore[union-attr]
    real.controller.send(Open(Session()))
    qtbot.waitUntil(lambda: real.controller.snapshot.sample == 0, timeout=60_000)  # type: ignore[union-attr]
    assert real.controller.choices == Choices()
    qtbot.keyClick(real.window.stage, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: real.controller.tape is not None, timeout=60_000)
    assert real.controller.tape is not None
    assert real.controller.tape.update == 0


def test_a_sample_that_is_typed_is_what_the_stroke_plays(real: Real, qtbot: QtBot) -> None:
    """By keys alone: the number, Return, F; then another of the mini-batch, and back."""
    qtbot.waitUntil(lambda: real.stands_at(0), timeout=60_000)
    field, controller = real.window.panel(OutputPanel).sample.field, real.controller
    assert controller.snapshot is not None
    row = max(set(range(40)) - {int(row) for row in Trainer(controller.snapshot.session).record().rows})
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(field, str(row))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: controller.snapshot.sample == row, timeout=60_000)  # type: ignore[union-attr]
    qtbot.keyClick(real.window.stage, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: controller.tape is not None, timeout=60_000)
    assert controller.tape is not None

    def shown() -> int:
        assert controller.tape is not None
        assert controller.view is not None
        return int(controller.tape.rows[controller.view.row])

    assert shown() == row
    qtbot.keyClick(real.window.stage, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert shown() != row
    qtbot.keyClick(real.window.stage, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert shown() == row


def test_a_walk_goes_on_while_the_network_trains(real: Real, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: real.stands_at(0), timeout=60_000)
    stage = real.window.stage
    qtbot.keyClick(stage, Qt.Key.Key_Down)
    qtbot.keyClick(stage, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert stage.scene is not None
    before = stage.scene.texts("label")
    qtbot.keyClick(stage, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: real.controller.snapshot.update > 200, timeout=60_000)  # type: ignore[union-attr]
    now = stage.scene.texts("label")
    assert (now[0], now[-5:]) == (before[0], before[-5:])
    assert now[1:] != before[1:], "its numbers are those of now"
    qtbot.keyClick(stage, Qt.Key.Key_Down)
    assert stage.scene.texts("label")[0] != before[0]
    assert stage.scene.with_role("walked")
    qtbot.keyClick(stage, Qt.Key.Key_Space)


def test_a_pin_that_a_file_holds_is_followed(real: Real, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "pinned.twostroke.json"
    absent = next(row for row in range(1, 99) if row not in Trainer(Session()).record().rows)
    write_session(path, Session.model_validate({"view": {"sample": absent}}))
    qtbot.waitUntil(lambda: real.stands_at(0), timeout=60_000)
    assert real.window.document.open(path)
    qtbot.waitUntil(lambda: real.controller.snapshot.sample == absent, timeout=60_000)  # type: ignore[union-attr]
    qtbot.keyClick(real.window.stage, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: real.controller.tape is not None, timeout=60_000)
    tape, view = real.controller.tape, real.controller.view
    assert tape is not None
    assert view is not None
    assert tape.update > 0
    assert int(tape.rows[view.row]) == absent
    assert view.caption.startswith(f"Pinned sample {absent}, ")


def test_maps_are_there_while_training_runs_and_at_each_update_that_is_looked_at(real: Real, qtbot: QtBot) -> None:
    def maps() -> bool:
        view = real.controller.view
        return view is not None and all(layer.response is not None for layer in view.layers)

    real.controller.send(Play())
    qtbot.waitUntil(lambda: (view := real.controller.view) is not None and view.snapshot.update > 0, timeout=60_000)
    assert not maps()
    real.controller.see_through("response")
    qtbot.waitUntil(maps, timeout=60_000)
    assert real.window.stage.scene is not None
    assert real.window.stage.scene.with_role("inner 1")
    real.controller.step_forward()
    qtbot.waitUntil(lambda: real.controller.in_stroke and maps(), timeout=60_000)

    def maps_are_of_the_tape() -> bool:
        view = real.controller.view
        assert view is not None
        assert view.tape is not None
        evaluation = view.snapshot.evaluation
        return evaluation is not None and evaluation.maps is not None and evaluation.update == view.tape.update

    qtbot.waitUntil(maps_are_of_the_tape, timeout=60_000)
    real.controller.see_through("strokes")
    real.controller.send(Advance(1))
    qtbot.waitUntil(lambda: not maps(), timeout=60_000)
