"""A test input: dragged in the map, typed in the table, drawn as a picture; it fires on the stage; Escape ends it."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.output_bench import panel
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Answer
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.export.dialog import ExportDialog
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.output.output_panel import OutputPanel
from twostroke.gui.stage.scene.build import scene_at

__all__ = ["bench", "panel", "settings"]

LEFT = Qt.MouseButton.LeftButton


class Engine:
    """A real trainer behind a panel: what the panel asks is done and shown at once, unless it is `late`."""

    def __init__(self, panel: OutputPanel, data: str) -> None:
        self.panel, self.trainer = panel, Trainer(Session.model_validate({"data": {"name": data}}))
        self.trainer.evaluate()
        self.asked: list[c.Command] = []
        self.late: list[object] | None = None
        panel.command.connect(lambda command: self.ask(command, lambda answer: False))
        panel.asked.connect(self.ask)
        self.show()

    def ask(self, command: c.Command, told: object) -> None:
        self.asked.append(command)
        self.trainer.apply(command)
        self.show()
        if self.late is None:
            told(Answer())  # type: ignore[operator]
        else:
            self.late.append(told)

    def show(self) -> None:
        self.view = resolve(snapshot_of(self.trainer), None, None, Choices())
        self.panel.show_view(self.view)


def pixel(panel: OutputPanel, x: float, y: float) -> QPoint:
    ((across, up),) = panel.map.to_screen(np.array([[x, y]]))
    return QPoint(round(across), round(up))


def test_an_input_is_dragged_over_the_map(panel: OutputPanel) -> None:
    engine = Engine(panel, "spiral")
    assert panel.shown.inputs.isHidden()
    panel.shown.trying.click()
    raw = engine.trainer.dataset.raw_train[0]
    assert engine.asked == [c.TryInput((float(raw[0]), float(raw[1])))]
    QTest.mousePress(panel.map, LEFT, pos=pixel(panel, 0.5, -0.5))
    QTest.mouseMove(panel.map, pixel(panel, -0.25, 0.75))
    QTest.mouseRelease(panel.map, LEFT, pos=pixel(panel, -0.25, 0.75))
    assert isinstance(engine.asked[-1], c.TryInput)
    assert engine.asked[-1].values == pytest.approx((-0.25, 0.75), abs=0.02)
    assert panel.shown.answer.text().startswith("Test input, not in the data. Predicted ")
    assert panel.shown.trying.isChecked()
    cells = [panel.shown.inputs.inputs.index(row, 1).data(Qt.ItemDataRole.EditRole) for row in range(2)]
    assert [float(cell.replace("−", "-")) for cell in cells] == pytest.approx((-0.25, 0.75), abs=0.02)
    panel.shown.trying.click()
    assert engine.asked[-1] == c.LeaveTrial()
    assert not panel.shown.trying.isChecked()
    QTest.mouseClick(panel.map, LEFT, pos=pixel(panel, 0.5, 0.5))
    assert isinstance(engine.asked[-1], c.PinSample)


def test_along_the_line_the_mark_lies_on_the_curve(panel: OutputPanel) -> None:
    engine = Engine(panel, "sine")
    panel.shown.trying.click()
    field = panel.curve.field()
    QTest.mouseClick(panel.curve, LEFT, pos=QPoint(round(field.left() + 0.75 * field.width()), round(field.top() + 5)))
    assert isinstance(engine.asked[-1], c.TryInput)
    (x,) = engine.asked[-1].values
    low, high = engine.trainer.dataset.extent
    assert x == pytest.approx(low + 0.75 * (high - low), abs=0.02)
    place = panel.curve.trial_place(np.array([x]))
    assert place[1] == pytest.approx(float(engine.view.predictions[0]), abs=0.05)
    assert "Target unknown, output " in panel.shown.answer.text()


def test_the_fast_hand_has_one_trial_under_way(panel: OutputPanel) -> None:
    engine = Engine(panel, "spiral")
    panel.shown.trying.click()
    engine.late = []
    for x in (0.1, 0.2, 0.3, 0.4):
        panel.map.dragged.emit((x, 0.0))
    assert len(engine.asked) == 2
    engine.late[0](Answer())  # type: ignore[operator]
    assert engine.asked[1:] == [c.TryInput((0.1, 0.0)), c.TryInput((0.4, 0.0))]
    panel.map.dragged.emit((0.5, 0.0))
    panel.shown.trying.click()
    engine.late[1](Answer())  # type: ignore[operator]
    assert engine.asked[-1] == c.LeaveTrial(), "what was wanted before has gone with it"


@pytest.mark.parametrize(("typed", "value"), [("6,5", 6.5), ("6.5", 6.5), ("−1e3", -1000.0)])
def test_a_row_is_typed_in_the_units_of_the_data(panel: OutputPanel, typed: str, value: float) -> None:
    engine = Engine(panel, "iris")
    panel.shown.trying.click()
    model, data = panel.shown.inputs.inputs, engine.view.snapshot.data
    assert [model.index(row, 0).data() for row in range(4)] == list(data.feature_names)
    assert model.setData(model.index(2, 1), typed)
    raw = [float(x) for x in data.train_raw[0]]
    assert engine.asked[-1] == c.TryInput((*raw[:2], value, raw[3]))
    dataset = engine.trainer.dataset
    seen = (value - dataset.centre[2]) * dataset.factor[2]
    assert engine.view.layers[0].a[2] == pytest.approx(seen, rel=1e-5)
    before = list(engine.asked)
    assert not model.setData(model.index(2, 1), "much")
    assert engine.asked == before


def test_a_digit_is_drawn(panel: OutputPanel) -> None:
    engine = Engine(panel, "digits")
    small = panel.picture.width()
    panel.shown.trying.click()
    assert panel.picture.width() > small
    panel.shown.blank.click()
    assert engine.asked[-1] == c.TryInput((0.0,) * 64)
    cell = panel.picture.width() / 8
    QTest.mousePress(panel.picture, LEFT, pos=QPoint(round(2.5 * cell), round(1.5 * cell)))
    QTest.mouseMove(panel.picture, QPoint(round(2.5 * cell), round(2.5 * cell)))
    QTest.mouseRelease(panel.picture, LEFT, pos=QPoint(round(2.5 * cell), round(2.5 * cell)))
    assert isinstance(engine.asked[-1], c.TryInput)
    lit = np.flatnonzero(engine.asked[-1].values)
    assert lit[0] == 8 + 2
    assert all(engine.asked[-1].values[at] == 16.0 for at in lit)
    QTest.mousePress(panel.picture, Qt.MouseButton.RightButton, pos=QPoint(round(2.5 * cell), round(1.5 * cell)))
    QTest.mouseRelease(panel.picture, Qt.MouseButton.RightButton, pos=QPoint(round(2.5 * cell), round(1.5 * cell)))
    assert engine.asked[-1].values[10] == 0.0  # type: ignore[union-attr]
    panel.shown.trying.click()
    assert panel.picture.width() == small


def test_a_picture_that_is_only_looked_at_cannot_be_drawn_on(panel: OutputPanel) -> None:
    engine = Engine(panel, "digits")
    QTest.mouseClick(panel.picture, LEFT, pos=QPoint(20, 20))
    assert engine.asked == []


def tried(data: str, size: tuple[int, int] = (900, 560), **parts: object) -> tuple[ViewState, list[str]]:
    """The view of the mean sample of a dataset as a trial, and all that is written on the stage."""
    trainer = Trainer(Session.model_validate({"data": {"name": data, **parts}}))
    trainer.apply(c.TryInput(tuple(map(float, trainer.dataset.raw_train.mean(axis=0)))))
    view = resolve(snapshot_of(trainer), None, None, Choices())
    scene = scene_at(view, *size)
    roles = ("loss", "loss name", "caption")
    return view, [text for role in roles for text in scene.texts(role)]


@pytest.mark.parametrize("data", ["spiral", "iris", "sine", "digits"])
def test_the_stage_names_it_and_says_that_its_target_is_unknown(data: str) -> None:
    view, texts = tried(data)
    assert view.caption == "At rest after update 0. The picture shows a test input, not in the data."
    assert texts[:-1].count("unknown") == 1
    assert "?" in texts
    assert "test input," in texts
    assert not any(text == "…" or "nan" in text.lower() for text in texts)
    scene = scene_at(view, 900.0, 560.0)
    assert not scene.with_role("target mark")


def test_all_else_is_drawn_as_for_a_pinned_sample() -> None:
    """Discs, gates and masks are those of a pinned sample with the same values."""
    trainer = Trainer(Session.model_validate({"data": {"name": "spiral"}}))
    pinned = scene_at(resolve(snapshot_of(trainer), None, None, Choices()), 900.0, 560.0)
    raw = tuple(map(float, trainer.dataset.raw_train[0]))
    trainer.apply(c.TryInput(raw))
    trial = scene_at(resolve(snapshot_of(trainer), None, None, Choices()), 900.0, 560.0)
    assert trial.texts("value") == pinned.texts("value")
    for role in ("disc", "door", "mask"):
        assert len(trial.with_role(role)) == len(pinned.with_role(role))


def test_a_click_in_the_map_drags_nothing_while_a_test_sample_is_shown(panel: OutputPanel) -> None:
    engine = Engine(panel, "spiral")
    engine.ask(c.TryTestRow(2), lambda answer: False)
    assert panel.shown.answer.text().startswith("Sample 2 of the test part. True ")
    QTest.mouseClick(panel.map, LEFT, pos=pixel(panel, 0.5, 0.5))
    assert isinstance(engine.asked[-1], c.PinSample)
    assert engine.view.trial is None


def test_escape_in_the_window_ends_it(bench: Bench) -> None:
    panel = bench.window.panel(OutputPanel)
    panel.shown.trying.click()
    assert isinstance(bench.link.engine.sent[-1], c.TryInput)
    assert panel.shown.trying.isChecked()
    bench.window.stage.setFocus()
    bench.key(Qt.Key.Key_Escape)
    assert bench.link.engine.sent[-1] == c.LeaveTrial()
    assert not panel.shown.trying.isChecked()


@pytest.mark.parametrize("key", [Qt.Key.Key_B, Qt.Key.Key_F, Qt.Key.Key_Right, Qt.Key.Key_Left])
@pytest.mark.parametrize("row", [None, 3])
def test_who_goes_into_an_update_is_told_that_no_update_has_it(bench: Bench, key: Qt.Key, row: int | None) -> None:
    """It went without a word."""
    if row is None:
        bench.window.panel(OutputPanel).shown.trying.click()
    else:
        bench.controller.send(c.TryTestRow(row))
        bench.link.deliver()
    assert bench.link.engine.now.trial is not None
    bench.window.stage.setFocus()
    bench.key(key)
    assert bench.controller.in_stroke
    who = "The input that was tried" if row is None else "Sample 3 of the test part"
    told = bench.window.banner.text.text().replace("\u200b", "")
    assert told.startswith(
        f"{who} is shown no longer: the strokes of an update are those of samples of its mini-batch."
    )


def test_an_export_says_that_it_does_not_show_what_was_tried(bench: Bench, qtbot: QtBot) -> None:
    bench.window.panel(OutputPanel).shown.trying.click()
    assert bench.link.engine.now.trial is not None
    bench.window.exporting.update()
    qtbot.waitUntil(lambda: bool(bench.window.findChildren(ExportDialog)))
    dialog = bench.window.findChildren(ExportDialog)[0]
    assert dialog.message.text().startswith("The input that was tried is in no update, so no film or picture shows it.")
    dialog.close()


def test_without_a_trial_nothing_is_said_of_one(bench: Bench) -> None:
    bench.window.stage.setFocus()
    bench.key(Qt.Key.Key_B)
    assert bench.controller.in_stroke
    assert "tried" not in bench.window.banner.text.text().replace("\u200b", "")


@pytest.mark.parametrize("ends", [Qt.Key.Key_Escape, Qt.Key.Key_Right])
def test_a_trial_that_was_still_wanted_does_not_come_after_its_end(bench: Bench, ends: Qt.Key) -> None:
    """The hand was faster than the engine, and somebody has pressed Escape, or entered the strokes."""
    panel, engine = bench.window.panel(OutputPanel), bench.link.engine
    panel.shown.trying.click()
    engine.late = True
    for x in (0.1, 0.2):
        panel.map.dragged.emit((x, 0.0))
    bench.window.stage.setFocus()
    bench.key(ends)
    for _ in range(3):
        engine.catch_up()
        bench.link.deliver()
    assert engine.now.trial is None
    assert [command.values for command in engine.sent if isinstance(command, c.TryInput)][1:] == [(0.1, 0.0)]


def test_the_mark_of_a_trial_is_seen(panel: OutputPanel) -> None:
    engine = Engine(panel, "spiral")

    def at_corner() -> QImage:
        place = pixel(panel, 1.1, 1.1)
        return panel.map.grab().toImage().copy(place.x() - 6, place.y() - 6, 13, 13)

    before = at_corner()
    engine.ask(c.TryInput((1.1, 1.1)), lambda answer: False)
    assert at_corner() != before
    view = replace(engine.view, snapshot=replace(engine.view.snapshot, trial=None))
    panel.show_view(view)
    assert at_corner() == before
