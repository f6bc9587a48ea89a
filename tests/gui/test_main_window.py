"""The window, driven by real key and mouse events over an engine on paper: keys, focus, what is shown, lessons."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QSpinBox
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.paper_engine import PaperLink
from tests.gui.window_bench import CTRL, NONE, SHIFT, Bench, bench, settings
from twostroke.engine.border.commands import SetPace
from twostroke.engine.border.snapshot import Failure, Status
from twostroke.gui.drive.controller import Controller
from twostroke.gui.export.dialog import ExportDialog
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.lessons import lessons
from twostroke.gui.model.numbers import number
from twostroke.gui.model.player import Speed, Stroke
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.neuron.inspector import InspectorPanel
from twostroke.gui.panels.time.run_strip import now_text
from twostroke.gui.shell.main_window import MainWindow
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.transport import reading, round_rate
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.items import Lines

__all__ = ["bench", "settings"]


# -- keys ------------------------------------------------------------------------------------------------------------


def test_keys_send_commands(bench: Bench) -> None:
    for key, modifiers, commands in (
        (Qt.Key.Key_Space, NONE, ["Play"]),
        (Qt.Key.Key_Right, NONE, ["Record"]),
        (Qt.Key.Key_Escape, NONE, ["LeaveStroke"]),
        (Qt.Key.Key_Left, NONE, ["Record"]),
        (Qt.Key.Key_R, NONE, ["Reset"]),
        (Qt.Key.Key_U, NONE, ["Advance"]),
        (Qt.Key.Key_E, NONE, ["AdvanceEpoch"]),
        (Qt.Key.Key_F, NONE, ["Record"]),
        (Qt.Key.Key_F, NONE, []),
        (Qt.Key.Key_R, NONE, ["Reset"]),
        (Qt.Key.Key_B, NONE, ["Record"]),
        (Qt.Key.Key_Minus, NONE, ["SetPace"]),
        (Qt.Key.Key_Plus, NONE, ["SetPace"]),
        (Qt.Key.Key_N, CTRL, ["Open"]),
    ):
        bench.link.engine.sent.clear()
        bench.key(key, modifiers)
        assert bench.link.sent == commands, key


def test_export_from_live_training_takes_the_coming_update(bench: Bench, qtbot: QtBot) -> None:
    bench.key(Qt.Key.Key_E, CTRL | SHIFT)
    assert bench.link.sent[-1] == "Record"
    qtbot.waitUntil(lambda: bool(bench.window.findChildren(ExportDialog)))
    dialog = bench.window.findChildren(ExportDialog)[0]
    tape = bench.controller.tape
    assert tape is not None
    assert f"{tape.update:,}" in dialog.windowTitle()
    dialog.close()


def test_shift_does_not_matter_to_the_strokes(bench: Bench) -> None:
    bench.key(Qt.Key.Key_F, SHIFT)
    assert bench.controller.player.playing is Stroke.FORWARD
    bench.key(Qt.Key.Key_B, SHIFT)
    assert bench.controller.player.playing is Stroke.BACKWARD


def test_undo_and_redo_work_only_when_there_is_something(bench: Bench) -> None:
    bench.key(Qt.Key.Key_Z, CTRL)
    assert bench.link.sent == []
    bench.change()
    assert bench.window.actions_by_id["undo"].text() == "Undo: set units to 4"
    bench.key(Qt.Key.Key_Z, CTRL)
    assert bench.link.sent[-1] == "Undo"
    bench.link.engine.change(redo_label="Set units to 4", undo_label=None)
    bench.link.deliver()
    bench.key(Qt.Key.Key_Z, CTRL | SHIFT)
    assert bench.link.sent[-1] == "Redo"


def test_the_play_button_is_made_anew_only_where_it_changes(bench: Bench) -> None:
    """Ten times a second it would take two kilobytes each time that Qt never gives back."""
    changes: list[bool] = []
    bench.window.actions_by_id["play"].changed.connect(lambda: changes.append(bench.controller.playing))
    for _ in range(3):
        bench.link.engine.change()
        bench.link.deliver()
    assert not changes
    bench.key(Qt.Key.Key_T, CTRL)
    assert len(changes) == 1


def test_f_and_b_light_their_buttons(bench: Bench) -> None:
    bench.key(Qt.Key.Key_B)
    assert bench.controller.player.playing is Stroke.BACKWARD
    assert bench.window.actions_by_id["backward"].isChecked()
    bench.key(Qt.Key.Key_B)
    assert not bench.window.actions_by_id["backward"].isChecked()
    assert bench.controller.in_stroke


def test_a_stroke_that_frame_by_frame_has_stopped_is_not_marked_as_playing(bench: Bench, qtbot: QtBot) -> None:
    bench.window.actions_by_id["backward"].trigger()
    assert bench.window.actions_by_id["backward"].isChecked()
    bench.window.actions_by_id["speed_frame"].trigger()
    qtbot.waitUntil(lambda: not bench.controller.player.moving)
    assert not bench.window.actions_by_id["backward"].isChecked()


def test_numbers_choose_the_speed(bench: Bench) -> None:
    for key, speed in ((Qt.Key.Key_1, Speed.FRAME), (Qt.Key.Key_4, Speed.FAST), (Qt.Key.Key_2, Speed.SLOW)):
        bench.key(key)
        assert bench.controller.player.speed is speed
        assert bench.window.transport.speed.currentText() == speed.value.capitalize()
    assert bench.window.preferences.speed is Speed.SLOW


def test_escape_leaves_the_stroke_then_the_selection(bench: Bench) -> None:
    bench.controller.select(NeuronRef(1, 2))
    bench.key(Qt.Key.Key_Right)
    bench.key(Qt.Key.Key_Escape)
    assert not bench.controller.in_stroke
    assert bench.controller.choices.selected == NeuronRef(1, 2)
    bench.key(Qt.Key.Key_Escape)
    assert bench.controller.choices.selected is None


def test_a_key_opens_the_shortcut_sheet(bench: Bench) -> None:
    QTest.keyClick(bench.window.stage, "?")
    assert bench.window.helping.sheet is not None
    assert bench.window.helping.sheet.isVisible()
    bench.window.helping.sheet.close()


def spin_box(bench: Bench) -> QSpinBox:
    return next(
        box for box in bench.window.panels["data"].findChildren(QSpinBox) if box.isVisible() and box.isEnabled()
    )


def test_letters_and_arrows_in_a_field_belong_to_the_field(bench: Bench) -> None:
    field = spin_box(bench)
    field.setFocus()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_R, Qt.Key.Key_1, Qt.Key.Key_E):
        QTest.keyClick(field, key)
    assert bench.link.sent == []


def test_return_and_escape_give_the_keys_back_to_the_window(bench: Bench) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        field = spin_box(bench)
        field.setFocus()
        QTest.keyClick(field, key)
        assert QApplication.focusWidget() is bench.window.stage
    bench.key(Qt.Key.Key_Space)
    assert bench.link.sent[-1] == "Play"


def test_return_in_the_learning_rate_gives_the_keys_back_too(bench: Bench) -> None:
    rate = next(box for box in bench.window.findChildren(QComboBox) if box.isEditable())
    rate.setFocus()
    rate.lineEdit().selectAll()
    QTest.keyClicks(QApplication.focusWidget(), "0.07")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert bench.link.sent[-1] == "Edit"
    assert QApplication.focusWidget() is bench.window.stage
    bench.key(Qt.Key.Key_Space)
    assert bench.link.sent[-1] == "Play"


def test_space_on_a_check_box_with_the_focus_toggles_it(bench: Bench) -> None:
    box = next(b for b in bench.window.findChildren(QCheckBox) if b.isVisible())
    box.setFocus(Qt.FocusReason.TabFocusReason)
    before = box.isChecked()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert box.isChecked() is not before
    assert "Play" not in bench.link.sent


def test_a_click_on_a_check_box_leaves_space_to_training(bench: Bench) -> None:
    box = next(b for b in bench.window.panels["training"].findChildren(QCheckBox) if b.isVisible())
    before = box.isChecked()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, NONE, QPoint(8, box.height() // 2))
    assert box.isChecked() is not before
    bench.key(Qt.Key.Key_Space)
    assert bench.link.sent[-1] == "Play"


def test_after_a_choice_space_trains(bench: Bench) -> None:
    bench.window.transport.speed.setFocus()
    bench.key(Qt.Key.Key_Space)
    assert bench.link.sent == ["Play"]


# -- mouse -----------------------------------------------------------------------------------------------------------


def test_every_button_of_the_bar_does_what_its_key_does(bench: Bench) -> None:
    for name, command in (
        ("play", "Play"),
        ("update", "Advance"),
        ("epoch", "AdvanceEpoch"),
        ("reset", "Reset"),
        ("forward", "Record"),
    ):
        QTest.mouseClick(bench.window.transport.buttons[name], Qt.MouseButton.LeftButton)
        assert bench.link.sent[-1] == command


def test_the_list_chooses_the_speed(bench: Bench) -> None:
    bench.window.transport.speed.setCurrentIndex(0)
    assert bench.controller.player.speed is Speed.FRAME
    assert bench.window.actions_by_id["speed_frame"].isChecked()


def test_the_list_of_paces_sends_the_one_that_is_chosen(bench: Bench) -> None:
    assert bench.window.transport.pace.currentText() == "full speed"
    bench.window.transport.pace.setCurrentIndex(1)
    assert bench.link.engine.sent == [SetPace(30.0)]
    bench.window.transport.pace.setCurrentIndex(bench.window.transport.pace.findText("full speed"))
    assert bench.link.engine.sent[-1] == SetPace(None)


def test_a_pace_of_its_own_joins_the_list(bench: Bench) -> None:
    bench.controller.set_pace(120.0)
    assert bench.window.transport.pace.currentText() == "120/s"
    assert bench.link.sent == ["SetPace"]


def test_the_timeline_scrubs_into_the_stroke_mode(bench: Bench) -> None:
    QTest.mouseClick(bench.window.timeline, Qt.MouseButton.LeftButton, NONE, QPoint(640, 20))
    assert bench.link.sent == ["Record"]
    assert bench.controller.player.cursor is not None
    assert bench.controller.player.cursor.time == pytest.approx(0.5, abs=0.01)


def test_a_setting_reaches_the_engine_and_marks_the_session_as_changed(bench: Bench) -> None:
    field = spin_box(bench)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Up)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert bench.link.sent[-1] == "Edit"
    assert bench.window.isWindowModified()


# -- what is shown ---------------------------------------------------------------------------------------------------


def test_the_bar_says_where_training_stands(bench: Bench) -> None:
    bench.link.engine.change(status=Status.RUNNING, update=12_345, updates_per_second=45_678.0)
    bench.link.deliver()
    assert bench.controller.view is not None
    said = reading(bench.controller.view)
    assert (said.state, said.update, said.speed) == ("training", "12,345", "45,700 updates/s")


def test_the_bar_speaks_of_the_tape_while_one_is_laid(bench: Bench) -> None:
    bench.key(Qt.Key.Key_Right)
    assert bench.controller.view is not None
    assert bench.controller.tape is not None
    said = reading(bench.controller.view)
    assert (said.state, said.update, said.speed) == ("one update", "0", "")


def test_each_loss_says_of_what_it_is(bench: Bench) -> None:
    """In the bar of the training part or the mini-batch, beside the updates of the training part, in the picture of one
    sample.
    """
    readout = bench.window.transport.readout
    view = bench.controller.view
    assert view is not None
    assert view.snapshot.evaluation is not None
    train = number(view.snapshot.evaluation.train.loss)
    assert f"train loss {train}" in readout.accessibleName()
    assert now_text(view.snapshot, 0, 3).endswith(f"train loss {train}")
    bench.key(Qt.Key.Key_Right)
    tape, view = bench.controller.tape, bench.controller.view
    assert tape is not None
    assert view is not None
    assert f"batch loss {number(tape.loss)}" in readout.accessibleName()
    assert now_text(view.snapshot, 0, 3).endswith(f"train loss {train}")
    assert "of this sample" in scene_at(view, 1280, 720).texts("loss name")
    drawn = readout.grab().toImage()
    readout.show_reading(replace(readout.reading, loss_of="train loss"))
    assert readout.grab().toImage() != drawn, "the words are not to be seen"


@pytest.mark.parametrize(("rate", "shown"), [(0.4, 0), (999.6, 1000), (12_345, 12_300), (1_234_567, 1_230_000)])
def test_speeds_have_three_digits(rate: float, shown: int) -> None:
    assert round_rate(rate) == shown


@pytest.mark.parametrize("width", [1280, 1100, 1024, 960])
def test_a_narrow_bar_still_counts_millions_of_updates(bench: Bench, width: int) -> None:
    """Where there is no room for all, the count of updates is what stays, whatever came before in the columns."""
    bench.controller.change_digits(9 - bench.controller.choices.digits)
    bench.window.resize(width, 720)
    QTest.qWait(50)  # until the bar has made room
    bench.link.engine.tape(1_234_567)  # whose loss is written with nine digits
    bench.link.deliver()
    readout = bench.window.transport.readout
    shown = replace(readout.reading, update="1,234,567", epoch="49,382,715")
    pictures = []
    for update in ("1,234,567", "1,234,568"):
        readout.show_reading(replace(shown, update=update))
        pictures.append(readout.grab().toImage())
    assert pictures[0] != pictures[1]


def test_why_training_stopped_stands_above_the_picture(bench: Bench) -> None:
    failure = Failure(9, "z of hidden 1", "Training stopped: z of hidden 1 is not a number. Lower the learning rate.")
    bench.link.engine.change(status=Status.FAILED, failure=failure)
    bench.link.deliver()
    assert bench.window.banner.isVisible()
    assert bench.window.banner.text.text() == failure.message
    bench.key(Qt.Key.Key_Space)
    assert not bench.window.banner.isVisible()


def test_the_theme_reaches_every_part(bench: Bench) -> None:
    before = bench.window.grab().toImage()
    bench.key(Qt.Key.Key_T, CTRL)
    after = bench.window.grab().toImage()
    for part in (
        bench.window.transport,
        bench.window.panels["data"],
        bench.window.stage,
        bench.window.panels["output"],
        bench.window.timeline,
    ):
        at = part.mapTo(bench.window, QPoint(3, part.height() - 3))
        assert before.pixelColor(at).lightness() < 80 < 180 < after.pixelColor(at).lightness(), type(part).__name__
    assert bench.window.actions_by_id["theme"].isChecked()


def test_nothing_overlaps_at_the_smallest_projector(bench: Bench) -> None:
    assert bench.window.width() == 1280
    assert bench.window.height() == 720
    assert bench.window.stage.width() >= 600
    assert bench.window.stage.height() >= 400
    for button in bench.window.transport.buttons.values():
        assert button.width() >= button.sizeHint().width()
    assert bench.window.transport.readout.width() >= bench.window.transport.readout.sizeHint().width()


# -- lessons ---------------------------------------------------------------------------------------------------------


def test_a_lesson_is_opened_running_with_its_text(bench: Bench, qtbot: QtBot) -> None:
    first = lessons()[0]
    bench.document.open_lesson(first)
    assert bench.link.sent == ["Open"]
    assert bench.link.engine.now.pace == (first.pace or None)
    qtbot.waitUntil(lambda: bench.window.transport.pace.currentData() == first.pace)  # what moves is shown now and then
    assert bench.window.lesson.isVisible()
    assert bench.window.lesson.title.text() == first.title
    assert bench.window.windowTitle().startswith(first.title)


def test_the_text_can_be_dismissed_and_brought_back(bench: Bench) -> None:
    bench.document.open_lesson(lessons()[0])
    bench.window.lesson.close_button.click()
    assert not bench.window.lesson.isVisible()
    assert not bench.window.preferences.lesson
    bench.key(Qt.Key.Key_L)
    assert bench.window.lesson.isVisible()
    assert bench.window.preferences.lesson


def test_another_session_has_no_text(bench: Bench) -> None:
    bench.document.open_lesson(lessons()[0])
    bench.document.new()
    assert not bench.window.lesson.isVisible()
    assert not bench.window.actions_by_id["lesson"].isEnabled()


def test_a_choice_in_one_panel_takes_back_no_other(bench: Bench) -> None:
    """While training runs a panel is a view behind: what was chosen meanwhile stays."""
    bench.key(Qt.Key.Key_Space)
    bench.controller.refresh()
    panel = bench.window.panel(InspectorPanel)
    bench.controller.show_row(3)
    bench.controller.hover(NeuronRef(1, 1))
    bench.controller.set_reduced_motion(True)
    assert panel._view is not None
    assert not panel._view.choices.reduced_motion, "a view behind"
    panel.propose.click()
    chosen = bench.controller.choices
    assert chosen.selected is not None
    assert (chosen.batch_row, chosen.hovered, chosen.reduced_motion) == (3, NeuronRef(1, 1), True)


def test_a_row_of_a_raster_is_chosen_by_a_click(bench: Bench, qtbot: QtBot) -> None:
    """Every neuron then shows that sample, and the marks beside the rasters stand at it."""
    bench.key(Qt.Key.Key_Right)
    bench.controller.player.to_end()
    bench.controller.refresh()
    scene = bench.window.stage.scene
    assert scene is not None
    raster = scene.rasters[0]
    place = QPointF(raster.left + 1, raster.top + 2.5 * raster.row).toPoint()
    for at in (1, 2):
        bench.controller.show_row(at - 1)
        qtbot.mouseClick(bench.window.stage, Qt.MouseButton.LeftButton, pos=place)
        assert bench.controller.view is not None
        assert bench.controller.view.row == bench.controller.choices.batch_row == raster.first + 2
    scene = bench.window.stage.scene
    assert scene is not None
    marks = [item for item in scene.with_role("row mark") if isinstance(item, Lines)]
    assert marks[0].y1.tolist() == [pytest.approx(raster.top + 2.5 * raster.row)] * 2


def test_the_first_window_leaves_room_for_its_frame(bench: Bench) -> None:
    first = type(bench.window)(bench.controller, bench.window.preferences)
    assert first.height() < first.screen().availableSize().height()
    first.deleteLater()


def test_no_panel_shows_anything_before_there_is_a_network(qtbot: QtBot, settings: QSettings) -> None:
    """While an engine began slowly, fields told of a data set and layers that nobody had, one label over another."""
    link = PaperLink(example_session())
    window = MainWindow(Controller(link), Preferences(settings))
    window.resize(1280, 720)
    window.show()
    panels = [panel for panel in window.panels.values() if isinstance(panel, Panel) and panel is not window.lesson]
    assert len(panels) > 4
    assert not any(panel.isVisible() for panel in panels)
    link.start()
    inspector = window.panel(InspectorPanel)
    qtbot.waitUntil(inspector.isVisible)
    window.controller.stop()
    window.close()
    window.deleteLater()


def test_a_minimised_window_works_nothing_out_and_comes_back_with_what_is_true(bench: Bench, qtbot: QtBot) -> None:
    controller, window = bench.controller, bench.window
    seen: list[int] = []
    controller.stage_view.connect(lambda view: seen.append(view.snapshot.update))
    window.showMinimized()
    bench.link.engine.change(update=41)
    bench.link.deliver()
    bench.link.engine.change(update=42)
    bench.link.deliver()
    assert seen == []
    assert controller.snapshot is not None
    assert controller.snapshot.update == 42
    window.showNormal()
    qtbot.waitUntil(lambda: seen == [42], timeout=60_000)


def test_the_blocks_of_the_timeline_are_painted_only_when_they_change(bench: Bench, qtbot: QtBot) -> None:
    timeline, painted = bench.window.timeline, []
    qtbot.waitExposed(bench.window)
    paint = timeline._paint_blocks
    timeline._paint_blocks = lambda *given: painted.append(given) or paint(*given)
    QApplication.processEvents()
    painted.clear()
    bench.link.engine.change(update=7)
    bench.link.deliver()
    QApplication.processEvents()
    assert painted == []
    bench.key(Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: bool(painted), timeout=60_000)


def test_an_answer_shows_in_the_picture_before_the_panels_are_told(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They take their time: to set a formula may take as long as to paint the picture."""
    bench.window.show()
    qtbot.waitExposed(bench.window)
    bench.link.engine.change(status=Status.RUNNING)
    bench.link.deliver()
    qtbot.wait(50)
    told: list[str] = []
    stage = bench.window.stage
    paint = stage.paintEvent
    monkeypatch.setattr(stage, "paintEvent", lambda event: (told.append("picture"), paint(event))[1])
    bench.controller.panel_view.connect(lambda view: told.append("panels"))
    bench.link.engine.change(status=Status.PAUSED, update=9)
    bench.link.deliver()
    assert told == ["picture", "panels"]
    bench.link.engine.change(status=Status.PAUSED, update=10)  # at once again: with all else
    bench.link.deliver()
    assert told == ["picture", "panels", "panels"]
    qtbot.waitUntil(lambda: told[-1] == "picture", timeout=60_000)
