"""The window, driven by real key and mouse events over an engine on paper: keys, files, focus, layout, memory."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QFileDialog, QMessageBox, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.paper_engine import PaperLink
from twostroke.engine.commands import Configure, MarkSaved, Open, SetPace
from twostroke.engine.files import read_session, write_session
from twostroke.engine.snapshot import Failure, Status
from twostroke.gui.controller import Controller
from twostroke.gui.document import Document
from twostroke.gui.lessons import lessons
from twostroke.gui.main_window import MainWindow
from twostroke.gui.player import Speed, Stroke
from twostroke.gui.preferences import Preferences
from twostroke.gui.transport import reading, round_rate
from twostroke.gui.view_model import NeuronRef, Theme

NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Bench:
    """A shown window over an engine on paper."""

    def __init__(self, settings: QSettings) -> None:
        self.settings = settings
        self.link = PaperLink(example_session())
        self.controller = Controller(self.link)
        self.window = MainWindow(self.controller, Preferences(settings))
        self.window.resize(1280, 720)
        self.window.show()
        self.link.start()
        QTest.qWaitForWindowExposed(self.window)
        self.window.activateWindow()
        self.window.stage.setFocus()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, on: QWidget | None = None) -> None:
        """Press and release on the widget with the focus."""
        QTest.keyClick(on or QApplication.focusWidget() or self.window, key, modifiers)

    @property
    def document(self) -> Document:
        return self.window.document

    def change(self) -> None:
        """Make an edit that has not been saved."""
        self.controller.send(Configure(example_session((4,)), "Set units to 4"))

    def close(self) -> None:
        self.controller.stop()
        self.link.engine.change(changed=False)
        self.link.deliver()
        self.window.close()
        self.window.deleteLater()


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def bench(qtbot: QtBot, settings: QSettings) -> Iterator[Bench]:
    made = Bench(settings)
    yield made
    made.close()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[QMessageBox.StandardButton], list[str]]:
    """Answer the question about unsaved work; returns the list of questions that were asked."""

    def prepare(button: QMessageBox.StandardButton) -> list[str]:
        asked: list[str] = []
        monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.text()) or button)
        return asked

    return prepare


def file_dialogs(monkeypatch: pytest.MonkeyPatch, path: Path | str) -> None:
    """The user picks `path` in every file dialog; "" means cancel."""
    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: (str(path), ""))


def boxes(window: QWidget) -> list[QMessageBox]:
    return [box for box in window.findChildren(QMessageBox) if box.isVisible()]


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
        (Qt.Key.Key_N, CTRL, ["Open", "SetPace"]),
    ):
        bench.link.engine.sent.clear()
        bench.key(key, modifiers)
        assert bench.link.sent == commands, key


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


def test_f_and_b_light_their_buttons(bench: Bench) -> None:
    bench.key(Qt.Key.Key_B)
    assert bench.controller.player.playing is Stroke.BACKWARD
    assert bench.window.actions_by_id["backward"].isChecked()
    bench.key(Qt.Key.Key_B)
    assert not bench.window.actions_by_id["backward"].isChecked()
    assert bench.controller.in_stroke


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


def test_the_question_mark_opens_the_shortcut_sheet(bench: Bench) -> None:
    QTest.keyClick(bench.window.stage, "?")
    assert bench.window._sheet is not None
    assert bench.window._sheet.isVisible()
    bench.window._sheet.close()


def test_f11_fills_the_screen_and_goes_back(bench: Bench) -> None:
    bench.key(Qt.Key.Key_F11)
    assert bench.window.isFullScreen()
    assert bench.window.actions_by_id["full_screen"].isChecked()
    bench.key(Qt.Key.Key_Escape)
    assert not bench.window.isFullScreen()
    assert not bench.window.actions_by_id["full_screen"].isChecked()


def spin_box(bench: Bench) -> QSpinBox:
    return next(box for box in bench.window.data.findChildren(QSpinBox) if box.isVisible() and box.isEnabled())


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


def test_space_on_a_check_box_with_the_focus_toggles_it(bench: Bench) -> None:
    box = next(b for b in bench.window.findChildren(QCheckBox) if b.isVisible())
    box.setFocus(Qt.FocusReason.TabFocusReason)
    before = box.isChecked()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert box.isChecked() is not before
    assert "Play" not in bench.link.sent


def test_a_click_on_a_check_box_leaves_space_to_training(bench: Bench) -> None:
    box = next(b for b in bench.window.training.findChildren(QCheckBox) if b.isVisible())
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
    for name, command in (("play", "Play"), ("update", "Advance"), ("epoch", "AdvanceEpoch"), ("reset", "Reset"),
                          ("forward", "Record")):  # fmt: skip
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
    assert bench.link.sent[-1] == "Configure"
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


@pytest.mark.parametrize(("rate", "shown"), [(0.4, 0), (999.6, 1000), (12_345, 12_300), (1_234_567, 1_230_000)])
def test_speeds_have_three_digits(rate: float, shown: int) -> None:
    assert round_rate(rate) == shown


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
        bench.window.data,
        bench.window.stage,
        bench.window.output,
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


def test_a_lesson_is_opened_running_with_its_text(bench: Bench) -> None:
    first = lessons()[0]
    bench.document.open_lesson(first)
    assert bench.link.sent == ["Open", "SetPace", "Play"]
    assert bench.link.engine.now.pace == (first.pace or None)
    assert bench.window.transport.pace.currentData() == first.pace
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


# -- files -----------------------------------------------------------------------------------------------------------


def test_save_asks_for_a_file_once(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "mine.twostroke.json"
    file_dialogs(monkeypatch, path)
    bench.change()
    bench.key(Qt.Key.Key_S, CTRL)
    assert read_session(path) == example_session((4,))
    assert isinstance(bench.link.engine.sent[-1], MarkSaved)
    assert not bench.window.isWindowModified()
    assert bench.window.windowTitle().startswith("mine[*]")
    file_dialogs(monkeypatch, "")
    assert bench.document.save()


def test_a_name_without_an_ending_gets_one(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file_dialogs(monkeypatch, tmp_path / "mine")
    assert bench.document.save_as()
    assert (tmp_path / "mine.twostroke.json").exists()


def test_cancelling_the_dialog_saves_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    file_dialogs(monkeypatch, "")
    assert not bench.document.save()
    assert bench.link.sent == []


def test_a_folder_that_is_gone_gives_a_sentence(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file_dialogs(monkeypatch, tmp_path / "gone" / "mine.twostroke.json")
    bench.change()
    assert not bench.document.save()
    assert bench.window.isWindowModified()
    (box,) = boxes(bench.window)
    assert "mine.twostroke.json" in box.text() or "gone" in box.text()
    box.close()


def test_open_reads_the_file_and_remembers_it(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "other.twostroke.json"
    write_session(path, example_session((3,)))
    file_dialogs(monkeypatch, path)
    bench.key(Qt.Key.Key_O, CTRL)
    assert bench.controller.snapshot is not None
    assert bench.controller.snapshot.session == example_session((3,))
    assert bench.window.preferences.recent == (path,)
    assert bench.window.menus.recent.actions()[0].toolTip() == str(path)


def test_a_bad_file_gets_a_sentence_and_the_session_goes_on(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "bad.twostroke.json"
    path.write_text('{"format": "twostroke-session", "version": 1, "netwrok": {}}')
    bench.window.preferences.add_recent(path)
    bench.controller.toggle_play()
    assert not bench.document.open(path)
    assert bench.link.sent == ["Play"]
    (box,) = boxes(bench.window)
    assert "netwrok" in box.text()
    box.close()
    assert bench.window.preferences.recent == ()


def drop(bench: Bench, *paths: Path) -> bool:
    """Drag files onto the window; whether they were taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(600, 300), copy, data, left, NONE)
    enter.ignore()
    QApplication.sendEvent(bench.window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(bench.window, QDropEvent(QPointF(600, 300), copy, data, left, NONE))
    return enter.isAccepted()


def test_a_file_can_be_dropped_on_the_window(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "dropped.twostroke.json"
    write_session(path, example_session((5,)))
    assert drop(bench, path)
    assert isinstance(bench.link.engine.sent[0], Open)
    assert bench.link.engine.now.session == example_session((5,))
    assert bench.document.path == path


def test_two_files_cannot_be_dropped(bench: Bench, tmp_path: Path) -> None:
    assert not drop(bench, tmp_path / "a", tmp_path / "b")


Answer = Callable[[QMessageBox.StandardButton], list[str]]


def test_without_changes_nothing_is_asked(bench: Bench, answers: Answer) -> None:
    asked = answers(QMessageBox.StandardButton.Cancel)
    bench.document.new()
    assert asked == []
    assert bench.link.sent == ["Open", "SetPace"]


def test_cancel_keeps_the_session_and_the_window(bench: Bench, answers: Answer) -> None:
    asked = answers(QMessageBox.StandardButton.Cancel)
    bench.change()
    bench.document.new()
    bench.document.open_lesson(lessons()[0])
    assert not bench.window.close()
    assert bench.window.isVisible()
    assert asked == ["Save the changes to “Untitled”?"] * 3
    assert bench.link.sent == ["Configure"]


def test_discard_lets_go(bench: Bench, answers: Answer) -> None:
    answers(QMessageBox.StandardButton.Discard)
    bench.change()
    assert bench.window.close()


def test_save_writes_first_and_then_lets_go(
    bench: Bench, answers: Answer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers(QMessageBox.StandardButton.Save)
    file_dialogs(monkeypatch, tmp_path / "kept.twostroke.json")
    bench.change()
    bench.document.new()
    assert read_session(tmp_path / "kept.twostroke.json") == example_session((4,))
    assert bench.link.sent == ["Configure", "MarkSaved", "Open", "SetPace"]


def test_save_without_a_file_keeps_the_session(bench: Bench, answers: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(QMessageBox.StandardButton.Save)
    file_dialogs(monkeypatch, "")
    bench.change()
    bench.document.new()
    assert bench.link.sent == ["Configure"]


# -- memory ----------------------------------------------------------------------------------------------------------


def test_the_next_window_looks_like_the_last_one(qtbot: QtBot, settings: QSettings) -> None:
    first = Bench(settings)
    first.window.resize(960, 640)
    first.window.columns.setSizes([270, 390, 300])
    first.controller.toggle_theme()
    first.controller.set_reduced_motion(True)
    first.controller.set_speed(Speed.FAST)
    sizes = first.window.columns.sizes()
    first.close()
    link = PaperLink(example_session())
    second = MainWindow(Controller(link), Preferences(settings))
    second.show()
    link.start()
    try:
        assert (second.width(), second.height()) == (960, 640)
        assert second.columns.sizes() == pytest.approx(sizes, abs=2)
        assert second.controller.choices.theme is Theme.LIGHT
        assert second.controller.choices.reduced_motion
        assert second.controller.player.speed is Speed.FAST
        assert second.actions_by_id["theme"].isChecked()
        assert second.actions_by_id["motion"].isChecked()
    finally:
        second.close()
        second.deleteLater()


def test_damaged_settings_are_as_good_as_none(settings: QSettings) -> None:
    for key in ("theme", "speed", "recent", "window/geometry", "reduced_motion", "lesson"):
        settings.setValue(key, 12345)
    preferences = Preferences(settings)
    assert preferences.theme is Theme.DARK
    assert preferences.speed is Speed.NORMAL
    assert preferences.recent == ()
    assert preferences.layout("geometry").isEmpty()
    assert preferences.lesson
    assert not preferences.reduced_motion


def test_recent_files_are_few_and_each_stands_once(settings: QSettings) -> None:
    preferences = Preferences(settings)
    for number in [*range(12), 11, 3]:
        preferences.add_recent(Path(f"/tmp/{number}.twostroke.json"))
    names = [path.name.split(".")[0] for path in preferences.recent]
    assert names == ["3", "11", "10", "9", "8", "7", "6", "5"]
    preferences.clear_recent()
    assert preferences.recent == ()
