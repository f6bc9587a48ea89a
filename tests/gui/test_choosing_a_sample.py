"""A sample is chosen where it is seen: in the map, the list, a cell of the confusion matrix, the raster."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session, example_snapshot
from tests.gui.output_bench import panel
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border import commands as c
from twostroke.engine.border.cursor import Cursor
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import PINNED, Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.output.output_panel import OutputPanel

__all__ = ["bench", "panel", "settings"]


@pytest.fixture(scope="module")
def digits() -> ViewState:
    """What a real engine shows of digits."""
    trainer = Trainer(Session.model_validate({"data": {"name": "digits"}}))
    trainer.evaluate()
    return resolve(snapshot_of(trainer), None, None, Choices())


def said_by(panel: OutputPanel) -> list[object]:
    said: list[object] = []
    panel.command.connect(said.append)
    return said


def click(qtbot: QtBot, panel: OutputPanel, place: int) -> None:
    """On an entry of the list that is shown."""
    view = panel.browser.gallery if panel.browser.gallery.isVisible() else panel.browser.table
    at = view.visualRect(panel.browser.model.index(place, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_a_digit_is_grey_with_raw_values_and_beside_it_what_the_network_sees(
    panel: OutputPanel, digits: ViewState
) -> None:
    panel.show_view(digits)
    data = digits.snapshot.data
    assert panel.picture.isVisible()
    assert panel.shown.seen.isVisible()
    assert panel.picture._pixels is not None
    assert np.array_equal(panel.picture._pixels.ravel(), data.train_raw[0])
    assert panel.picture.foot == "raw, 0 to 16"
    assert panel.shown.seen._pixels is not None
    assert np.array_equal(panel.shown.seen._pixels.ravel(), digits.snapshot.x)
    grey = panel.picture.grab().toImage().pixelColor(36, 20)
    assert grey.hslSaturation() < 60
    panel.show_view(resolve(example_snapshot(example_session(data="iris")), None, None, Choices()))
    assert panel.picture.isHidden()
    assert panel.shown.seen.isHidden()


def test_a_picture_of_the_gallery_pins_its_sample(qtbot: QtBot, panel: OutputPanel, digits: ViewState) -> None:
    said = said_by(panel)
    panel.show_view(digits)
    assert panel.browser.isHidden()
    panel.shown.browse.click()
    panel.part.button(1).click()
    assert panel.browser.gallery.isVisible()
    assert panel.browser.model.rowCount() == len(digits.snapshot.data.train_label)
    click(qtbot, panel, 9)
    assert said == [c.PinSample(9)]
    panel.part.button(0).click()
    click(qtbot, panel, 4)
    assert said[1:] == [c.TryTestRow(4)]


def test_the_table_has_raw_values_and_names(qtbot: QtBot, panel: OutputPanel) -> None:
    trainer = Trainer(Session.model_validate({"data": {"name": "iris"}}))
    trainer.evaluate()
    view = resolve(snapshot_of(trainer), None, None, Choices())
    said = said_by(panel)
    panel.show_view(view)
    panel.shown.browse.click()
    panel.part.button(1).click()
    model, data = panel.browser.model, view.snapshot.data
    across = Qt.Orientation.Horizontal
    names = [model.headerData(column, across) for column in range(model.columnCount())]
    assert names == ["row", *data.feature_names, "true", "predicted"]
    cells = [model.index(7, column).data() for column in range(model.columnCount())]
    assert cells[:5] == ["7", *(f"{value:.6g}" for value in data.train_raw[7])]
    assert cells[5] == data.class_names[int(data.train_label[7])]
    click(qtbot, panel, 3)
    assert said == [c.PinSample(3)]


def test_a_cell_of_the_matrix_lists_its_samples(qtbot: QtBot, panel: OutputPanel, digits: ViewState) -> None:
    evaluation = digits.snapshot.evaluation
    assert evaluation is not None
    assert evaluation.test is not None
    matrix, guess = evaluation.test.confusion, evaluation.test.predicted
    assert matrix is not None
    assert guess is not None
    said = said_by(panel)
    panel.show_view(digits)
    panel.matrix.repaint()
    for true, predicted in ((8, int(matrix[8].argmax())), (3, int(matrix[3].argmax()))):
        wide, high = panel.matrix._sizes()
        at = QPoint(round(panel.matrix._left() + (predicted + 0.5) * wide), round(34 + (true + 0.5) * high))
        qtbot.mouseClick(panel.matrix, Qt.MouseButton.LeftButton, pos=at)
        listed = panel.browser.model.listed
        assert listed is not None
        assert len(listed.rows) == matrix[true, predicted] > 0
        label = digits.snapshot.data.test_label
        assert all(label[row] == true and guess[row] == predicted for row in listed.rows)
        assert panel.listing.text().startswith(f"{len(listed.rows)} test sample")
        assert panel.listing.text().endswith(f"true {true}, predicted {predicted}; worst first.")
        click(qtbot, panel, 0)
        assert said[-1] == c.TryTestRow(int(listed.rows[0]))
    panel.all.click()
    assert panel.browser.model.rowCount() == len(digits.snapshot.data.test_label)


def test_an_empty_cell_lists_nothing_and_other_classes_forget_it(panel: OutputPanel, digits: ViewState) -> None:
    evaluation = digits.snapshot.evaluation
    assert evaluation is not None
    assert evaluation.test is not None
    assert evaluation.test.confusion is not None
    empty = np.argwhere(evaluation.test.confusion == 0)[-1]
    panel.show_view(digits)
    panel.matrix.clicked.emit(9, int(empty[1]) if empty[0] == 9 else 0)
    panel.matrix.clicked.emit(*map(int, empty))
    assert panel.browser.model.rowCount() == 0
    panel.matrix.clicked.emit(9, 9)
    panel.show_view(resolve(example_snapshot(example_session(data="iris")), None, None, Choices()))
    assert panel.all.isHidden()


def test_the_list_keeps_its_rows_while_figures_change(panel: OutputPanel, digits: ViewState) -> None:
    """While training runs there are ten figures a second: the list neither jumps nor is made anew."""
    panel.show_view(digits)
    panel.shown.browse.click()
    resets: list[object] = []
    panel.browser.model.modelReset.connect(lambda: resets.append(1))
    evaluation = digits.snapshot.evaluation
    assert evaluation is not None
    assert evaluation.test is not None
    assert evaluation.test.predicted is not None
    other = replace(evaluation.test, predicted=(evaluation.test.predicted + 1) % 10)
    panel.show_view(replace(digits, snapshot=replace(digits.snapshot, evaluation=replace(evaluation, test=other))))
    assert not resets
    last = panel.browser.model.columnCount() - 1
    assert panel.browser.model.index(0, last).data() == str(int(other.predicted[0]))  # type: ignore[index]


def test_a_sample_beside_the_mini_batch_is_pinned_from_the_list(panel: OutputPanel) -> None:
    snapshot = example_snapshot(example_session(data="iris"), stroke=True)
    assert snapshot.tape is not None
    said, followed = said_by(panel), []
    panel.followed.connect(followed.append)
    panel.show_view(resolve(snapshot, snapshot.tape, Cursor(3), Choices()))
    inside = int(snapshot.tape.rows[2])
    outside = next(row for row in range(40) if row not in snapshot.tape.rows)
    panel.browser.picked.emit(False, inside)
    panel.browser.picked.emit(False, outside)
    assert followed == [inside]
    assert said == [c.PinSample(outside)]


def test_a_row_of_the_raster_is_pinned_and_followed(bench: Bench, qtbot: QtBot) -> None:
    bench.key(Qt.Key.Key_Right)
    bench.controller.player.to_end()
    bench.controller.refresh()
    scene, tape = bench.window.stage.scene, bench.controller.tape
    assert scene is not None
    assert tape is not None
    raster = scene.rasters[0]
    place = QPointF(raster.left + 1, raster.top + 2.5 * raster.row).toPoint()
    qtbot.mouseClick(bench.window.stage, Qt.MouseButton.LeftButton, pos=place)
    row = int(tape.rows[raster.first + 2])
    assert bench.link.engine.sent[-1] == c.PinSample(row)
    bench.key(Qt.Key.Key_Escape)
    assert bench.controller.tape is None
    assert bench.controller.choices.batch_row == PINNED
    assert bench.controller.view is not None
    assert bench.controller.view.shown_row == row


def test_escape_leaves_a_trial_for_the_pinned_sample(bench: Bench) -> None:
    bench.controller.send(c.TryTestRow(3))
    view = bench.controller.view
    assert view is not None
    assert view.caption.endswith("The picture shows sample 3 of the test part.")
    bench.key(Qt.Key.Key_Escape)
    assert bench.link.engine.sent[-1] == c.LeaveTrial()
    assert bench.controller.view is not None
    assert bench.controller.view.trial is None
