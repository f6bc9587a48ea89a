"""The session as a file, unsaved work, and what the window remembers, over an engine on paper."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.paper_engine import PaperLink
from tests.gui.window_bench import CTRL, NONE, Bench, bench, file_dialogs, settings
from twostroke.engine.border.commands import MarkSaved, Open
from twostroke.engine.files import companion
from twostroke.engine.files.session_file import read_saved, read_session, write_session
from twostroke.engine.session.spec import ViewSpec
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model.choices import Colours, Theme
from twostroke.gui.model.lessons import FIRST, lesson, lessons
from twostroke.gui.model.player import AtEnd, Speed
from twostroke.gui.model.score import Grain
from twostroke.gui.panels.data.data_panel import DataPanel
from twostroke.gui.panels.table import Side
from twostroke.gui.shell.main_window import MainWindow
from twostroke.gui.shell.preferences import Preferences

__all__ = ["bench", "settings"]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[QMessageBox.StandardButton], list[str]]:
    """Answer the question about unsaved work; returns the list of questions that were asked."""

    def prepare(button: QMessageBox.StandardButton) -> list[str]:
        asked: list[str] = []
        monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.text()) or button)
        return asked

    return prepare


def boxes(window: QWidget) -> list[QMessageBox]:
    return [box for box in window.findChildren(QMessageBox) if box.isVisible()]


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
    assert (tmp_path / "mine.twostroke").exists()


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


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text("age,size,won\n" + "".join(f"{i},{i * i % 7},{i % 2}\n" for i in range(40)))
    return path


def test_a_table_that_is_dropped_becomes_the_data(bench: Bench, table: Path) -> None:
    """The data panel shows it; the network and the file stay, and the change can be undone."""
    before = bench.document.path
    assert drop(bench, table)
    data = bench.link.engine.now.session.data
    assert (data.name, data.path) == ("table", str(table))
    assert bench.link.sent == ["Edit"]
    assert bench.document.path == before
    panel = bench.window.panel(DataPanel)
    assert "people.csv" in panel.file.report.text()
    assert panel.chooser.currentData() == "table"


def test_a_window_can_begin_with_a_table(bench: Bench, table: Path) -> None:
    bench.document.start(table)
    assert bench.link.sent == ["Open", "Edit"]
    assert bench.link.engine.now.session.data.path == str(table)


def test_a_table_that_cannot_be_used_is_told(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_text("a,b\n1,2\n")
    session = bench.link.engine.now.session
    assert drop(bench, path)
    (box,) = boxes(bench.window)
    assert "short.csv" in box.text()
    box.close()
    assert bench.link.engine.now.session == session


def test_another_file_is_recognised(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"\0\0\0\x20ftypisom" + bytes(40))
    assert drop(bench, tmp_path / "film.mp4")
    (box,) = boxes(bench.window)
    assert "is a film or an animation, not a session" in box.text()
    box.close()
    assert bench.link.sent == []


def test_two_files_cannot_be_dropped(bench: Bench, tmp_path: Path) -> None:
    assert not drop(bench, tmp_path / "a", tmp_path / "b")


Answer = Callable[[QMessageBox.StandardButton], list[str]]


def test_without_changes_nothing_is_asked(bench: Bench, answers: Answer) -> None:
    asked = answers(QMessageBox.StandardButton.Cancel)
    bench.document.new()
    assert asked == []
    assert bench.link.sent == ["Open"]


def test_cancel_keeps_the_session_and_the_window(bench: Bench, answers: Answer) -> None:
    asked = answers(QMessageBox.StandardButton.Cancel)
    bench.change()
    bench.document.new()
    bench.document.open_lesson(lessons()[0])
    assert not bench.window.close()
    assert bench.window.isVisible()
    assert asked == ["Save the changes to “Untitled”?"] * 3
    assert bench.link.sent == ["Edit"]


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
    assert bench.link.sent == ["Edit", "Capture", "MarkSaved", "Open"]


def test_save_without_a_file_keeps_the_session(bench: Bench, answers: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(QMessageBox.StandardButton.Save)
    file_dialogs(monkeypatch, "")
    bench.change()
    bench.document.new()
    assert bench.link.sent == ["Edit"]


def test_without_a_file_the_first_lesson_begins(bench: Bench) -> None:
    bench.document.start(None)
    first = lesson(FIRST)
    opened = bench.link.engine.sent[-1]
    assert isinstance(opened, Open)
    assert (opened.session, opened.play, opened.pace) == (first.session, True, first.pace or None)
    assert (bench.document.title, bench.document.path) == (first.title, None)
    assert bench.window.lesson.isVisible()


def test_the_file_named_at_the_start_is_opened_as_it_is(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "mine.twostroke.json"
    write_session(path, example_session((3,)))
    bench.document.start(path)
    assert bench.controller.snapshot is not None
    assert bench.controller.snapshot.session == example_session((3,))
    assert bench.link.sent == ["Open"]
    assert bench.document.path == path


def test_a_bad_file_at_the_start_gives_the_lesson_and_a_sentence(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "bad.twostroke.json"
    path.write_bytes(b"\0" * 1000)
    bench.document.start(path)
    assert bench.document.title == lesson(FIRST).title
    (box,) = boxes(bench.window)
    assert "bad.twostroke.json" in box.text()
    box.close()


# -- memory ----------------------------------------------------------------------------------------------------------


def test_the_next_window_looks_like_the_last_one(qtbot: QtBot, settings: QSettings) -> None:
    first = Bench(settings)
    first.window.resize(780, 640)  # within the screen of these tests
    first.window.columns.toggle(Side.LEFT)
    first.window.columns.setSizes([270, 510, 0])
    first.controller.toggle_theme()
    first.controller.use_colours(Colours.BLUE_RED)
    first.controller.set_reduced_motion(True)
    first.controller.set_speed(Speed.FAST)
    sizes = first.window.columns.sizes()
    assert sizes[0] == pytest.approx(270, abs=2)
    first.close()
    link = PaperLink(example_session())
    second = MainWindow(Controller(link), Preferences(settings))
    second.show()
    link.start()
    try:
        assert (second.width(), second.height()) == (780, 640)
        assert second.columns.shown == {Side.LEFT}
        assert second.columns.sizes() == pytest.approx(sizes, abs=2)
        assert second.controller.choices.theme is Theme.LIGHT
        assert second.controller.choices.colours is Colours.BLUE_RED
        assert second.controller.choices.reduced_motion
        assert second.controller.player.speed is Speed.FAST
        assert second.actions_by_id["theme"].isChecked()
        assert second.actions_by_id["theme_light"].isChecked()
        assert second.actions_by_id["colours_blue-red"].isChecked()
        assert second.actions_by_id["motion"].isChecked()
    finally:
        second.close()
        second.deleteLater()


def test_damaged_settings_are_as_good_as_none(settings: QSettings) -> None:
    for key in ("theme", "colours", "speed", "recent", "window/geometry", "reduced_motion", "log_updates", "lesson"):
        settings.setValue(key, 12345)
    preferences = Preferences(settings)
    assert (preferences.theme, preferences.colours) == (Theme.DARK, Colours.ORANGE_BLUE)
    assert preferences.speed is Speed.NORMAL
    assert preferences.recent == ()
    assert preferences.layout("geometry").isEmpty()
    assert preferences.lesson
    assert not preferences.reduced_motion
    assert not preferences.log_updates


def test_recent_files_are_few_and_each_stands_once(settings: QSettings) -> None:
    preferences = Preferences(settings)
    for number in [*range(12), 11, 3]:
        preferences.add_recent(Path(f"/tmp/{number}.twostroke.json"))
    names = [path.name.split(".")[0] for path in preferences.recent]
    assert names == ["3", "11", "10", "9", "8", "7", "6", "5"]
    preferences.clear_recent()
    assert preferences.recent == ()


# -- weights -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine on paper has one array; what the files say of such a state is the engine's business."""
    monkeypatch.setattr(companion, "state_from", lambda network, arrays: None)


@pytest.mark.usefixtures("state")
def test_one_file_holds_the_network_as_well(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever was chosen before; and it is opened as any other session is."""
    path = tmp_path / "mine.twostroke"
    file_dialogs(monkeypatch, path)
    bench.change()
    bench.key(Qt.Key.Key_S, CTRL)
    session, arrays = read_saved(path)
    assert session == example_session((4,))
    assert arrays is not None
    assert [*arrays] == ["l1.weight"]
    assert bench.window.windowTitle().startswith("mine[*]")
    bench.document.new()
    assert drop(bench, path)
    opened = bench.link.engine.sent[-1]
    assert isinstance(opened, Open)
    assert opened.state is not None
    assert [*opened.state] == ["l1.weight"]


@pytest.mark.usefixtures("state")
def test_a_session_saved_with_weights_keeps_them(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """From then on Save writes both files, and so does a window that opens them; Save alone never begins with it."""
    path = tmp_path / "mine.twostroke.json"
    file_dialogs(monkeypatch, path)
    assert bench.document.save()
    assert read_saved(path)[1] is None
    bench.window.actions_by_id["save_with_weights"].trigger()
    session, arrays = read_saved(path)
    assert session == example_session()
    assert arrays is not None
    assert [*arrays] == ["l1.weight"]
    next(tmp_path.glob("mine.twostroke.*.safetensors")).unlink()
    assert bench.document.save()
    assert read_saved(path)[1] is not None
    bench.document.new()
    assert not bench.document.with_weights
    assert bench.document.open(path)
    assert bench.document.with_weights
    opened = bench.link.engine.sent[-1]
    assert isinstance(opened, Open)
    assert opened.state is not None
    assert [*opened.state] == ["l1.weight"]


def test_a_companion_that_is_gone_gets_a_sentence(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "mine.twostroke.json"
    file_dialogs(monkeypatch, path)
    assert bench.document.save_with_weights()
    companion_file = next(tmp_path.glob("mine.twostroke.*.safetensors"))
    companion_file.unlink()
    sent = list(bench.link.sent)
    assert not bench.document.open(path)
    assert bench.link.sent == sent
    (box,) = boxes(bench.window)
    assert f"{companion_file.name} cannot be read" in box.text()
    box.close()


# -- how it is seen --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mine.twostroke.json", "mine.twostroke"])
@pytest.mark.usefixtures("state")
def test_a_session_is_opened_as_it_was_seen_when_it_was_saved(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    file_dialogs(monkeypatch, path)
    bench.controller.see_through("gradient")
    bench.controller.set_grain(Grain.TERM)
    bench.controller.change_digits(2)
    assert bench.document.save()
    assert read_saved(path)[0].view == ViewSpec(lens="gradient", grain="term", digits=5)
    bench.controller.see_through("gain")
    bench.controller.set_grain(Grain.LAYER)
    bench.controller.change_digits(-1)
    assert bench.document.open(path)
    assert (bench.controller.choices.lens, bench.controller.choices.digits) == ("gradient", 5)
    assert bench.controller.player.grain is Grain.TERM
    assert bench.window.transport.grain.currentText() == "Term"
    assert bench.window.actions_by_id["lens_gradient"].isChecked()
    bench.controller.see_through("strokes")
    assert bench.document.save()
    assert read_saved(path)[0].view.lens == "strokes", "as it was said before, and an opened file may not keep another"


def test_what_a_session_leaves_open_stays_as_it_is(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "other.twostroke.json"
    write_session(path, example_session((3,)))
    assert '"lens"' not in path.read_text()
    bench.controller.see_through("gain")
    bench.controller.set_grain(Grain.NEURON)
    assert bench.document.open(path)
    assert bench.controller.choices.lens == "gain"
    assert bench.controller.player.grain is Grain.NEURON


def test_how_it_is_seen_is_no_change_of_the_session(bench: Bench) -> None:
    bench.controller.see_through("gain")
    bench.controller.set_grain(Grain.TERM)
    assert not bench.document.changed


def test_the_next_window_sees_and_steps_as_the_last_one(qtbot: QtBot, settings: QSettings) -> None:
    link = PaperLink(example_session())
    first = MainWindow(Controller(link), Preferences(settings))
    qtbot.addWidget(first)
    first.controller.see_through("masks")
    first.controller.set_grain(Grain.NEURON)
    first.controller.toggle_at_end(AtEnd.LOOP)
    first.close()
    second = MainWindow(Controller(link), Preferences(settings))
    qtbot.addWidget(second)
    assert second.controller.choices.lens == "masks"
    assert second.controller.player.grain is Grain.NEURON
    assert second.controller.player.at_end is AtEnd.LOOP
    assert second.transport.grain.currentText() == "Neuron"
    assert second.actions_by_id["loop"].isChecked()
    assert second.actions_by_id["next"].text() == "Next neuron"
    second.close()
