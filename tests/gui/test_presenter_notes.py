"""The lecturer's window: what it tells, its keys and buttons, the small picture, and whose screen is whose."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.window_bench import Bench, finish
from tests.gui.window_bench import bench as bench
from tests.gui.window_bench import settings as settings
from twostroke.gui.drive.showing import NEXT_LIVE, NEXT_UPDATE
from twostroke.gui.model.presenter_notes import PresenterNotes, plain, spelled
from twostroke.gui.shell.presenter.notes_window import NotesWindow

SCENE = PresenterNotes(
    "The mask forward", "Ask **who** thinks so.", "The mask backwards", "The *same* gates.", 2, 7, 754.0
)

TWO_SCREENS = """
import json, sys, tempfile
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from tests.gui.scenes import Text
from tests.gui.window_bench import Bench
from twostroke.gui.shell.program import application

app = application()
bench = Bench(QSettings(sys.argv[1], QSettings.Format.IniFormat))
window, seen = bench.window, []
window.move(100, 50)

def look():
    app.processEvents()
    notes = window.presenter.lecturer.window
    seen.append({
        "picture": window.screen().name(),
        "size": [window.width(), window.height()],
        "smallest": min(t.size for t in window.stage.scene.items if isinstance(t, Text)) * window.stage.scale,
        "notes": notes.screen().name() if notes is not None and notes.isVisible() else "",
        "at": list(window.geometry().getRect()),
    })

look()
bench.key(Qt.Key.Key_F5)
look()
window.presenter.swap_screens()
look()
QTest.keyClick(window.presenter.lecturer.window, Qt.Key.Key_Escape)
look()
print(json.dumps(seen))
bench.close()
"""


@pytest.fixture
def notes(bench: Bench) -> NotesWindow:
    """The window of a lecturer who presents."""
    bench.key(Qt.Key.Key_F5)
    bench.window.presenter.show_notes()
    window = bench.window.presenter.lecturer.window
    assert window is not None
    return window


def tell(notes: NotesWindow, bench: Bench) -> None:
    """Have it told now what it will be told soon."""
    bench.window.presenter.lecturer._tell()


def test_on_one_screen_the_notes_open_when_they_are_asked_for(bench: Bench) -> None:
    bench.key(Qt.Key.Key_F5)
    assert bench.window.presenter.lecturer.window is None
    bench.key(Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)
    window = bench.window.presenter.lecturer.window
    assert window is not None
    assert window.isVisible()
    bench.key(Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_without_a_lesson_they_tell_the_moment_and_the_next_step(bench: Bench, notes: NotesWindow) -> None:
    assert (notes.title.text(), notes.after.toPlainText()) == ("At rest", NEXT_LIVE)
    bench.key(Qt.Key.Key_PageDown)
    finish(bench)
    while (coming := bench.controller.coming()) != NEXT_UPDATE:
        tell(notes, bench)
        view = bench.controller.view
        assert view is not None
        assert notes.title.text() == "Update 0"
        assert notes.notes.toPlainText() == view.caption
        assert notes.after.toPlainText() == coming
        bench.key(Qt.Key.Key_PageDown)
        finish(bench)
        assert bench.controller.view is not None
        assert bench.controller.view.caption == coming


def test_the_notes_of_a_scene_come_before_those_of_the_moment(bench: Bench, notes: NotesWindow) -> None:
    bench.window.presenter.show_scene(SCENE)
    assert notes.title.text() == SCENE.title
    assert notes.place.text() == "Scene 2 of 7"
    assert notes.notes.toPlainText() == "Ask who thinks so."
    assert notes.coming.text() == "Next: The mask backwards"
    assert notes.after.toPlainText() == "The same gates."
    assert notes.elapsed.text() in ("12:34", "12:35")
    bench.window.presenter.show_scene(None)
    assert notes.title.text() == "At rest"


def test_the_last_scene_leaves_the_place_of_the_next_one_empty(bench: Bench, notes: NotesWindow) -> None:
    bench.window.presenter.show_scene(PresenterNotes("The end", "Ask for questions."))
    assert notes.coming.text() == ""
    assert not notes.after.isVisible()


@pytest.mark.parametrize("text", ["a*b* _c_ <i>d</i> `e` [f](g) # h", "1. 2 + 3 - 4 ~ | ! \\ { }", "z = sum of w · a"])
def test_nothing_in_a_caption_is_a_mark(notes: NotesWindow, text: str) -> None:
    notes.tell(PresenterNotes("x", plain(text)))
    assert notes.notes.toPlainText() == text


def test_words_of_the_glossary_stand_there_as_words(notes: NotesWindow) -> None:
    notes.tell(PresenterNotes("Gates", "The [[gate]] decides.", "Next", "Its *[[forward mask]]* says it."))
    assert notes.notes.toPlainText() == "The gate decides."
    assert notes.after.toPlainText() == "Its forward mask says it."


@pytest.mark.parametrize(("seconds", "told"), [(0, "0:00"), (59.9, "0:59"), (754, "12:34"), (3725, "1:02:05")])
def test_times_are_told_as_a_watch_does(seconds: float, told: str) -> None:
    assert spelled(seconds) == told


def test_the_small_picture_is_of_what_the_class_sees_at_most_twice_a_second(
    bench: Bench, notes: NotesWindow, qtbot: QtBot
) -> None:
    picture = notes.picture
    qtbot.waitUntil(lambda: picture.taken == 1)
    began = time.monotonic()
    for _ in range(8):
        bench.controller.one_update()
        QTest.qWait(25)
    most = 2 + int((time.monotonic() - began) / 0.5)  # two, but on a busy machine, where it has taken longer
    assert picture.taken <= most
    qtbot.waitUntil(lambda: picture.taken >= 2)
    QTest.qWait(600)
    taken = picture.taken
    assert taken <= most
    shown = bench.window.stage.grab().toImage().pixelColor(5, 5)
    assert picture._picture.toImage().pixelColor(2, 2) == shown
    QTest.qWait(600)
    assert picture.taken == taken  # nothing has changed


def test_it_shows_what_is_beside_the_picture_and_where_the_lecturer_points(
    bench: Bench, notes: NotesWindow, qtbot: QtBot
) -> None:
    QTest.qWait(700)
    for key in (Qt.Key.Key_I, Qt.Key.Key_Q):
        bench.key(key)
        if key == Qt.Key.Key_I:
            QTest.mouseMove(bench.window.stage, QPoint(bench.window.width() // 2, 3))
        qtbot.waitUntil(lambda: notes.picture._picture.toImage() == seen(bench, notes))


def seen(bench: Bench, notes: NotesWindow) -> QImage:
    """What the class sees now, as small."""
    fit = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return bench.window.centralWidget().grab().scaled(notes.picture.size(), *fit).toImage()


def test_no_picture_is_taken_while_nobody_sees_it(bench: Bench, notes: NotesWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: notes.picture.taken == 1)
    notes.hide()
    bench.controller.one_update()
    QTest.qWait(600)
    assert notes.picture.taken == 1


def test_keys_do_in_the_notes_what_they_do_in_the_window(bench: Bench, notes: NotesWindow) -> None:
    notes.activateWindow()
    QTest.keyClick(notes, Qt.Key.Key_PageDown)
    assert bench.controller.in_stroke
    QTest.keyClick(notes, Qt.Key.Key_Period)
    assert bench.window.presenter.black.on
    assert notes.picture.black
    at = bench.controller.player.cursor
    QTest.keyClick(notes, Qt.Key.Key_PageDown)
    assert not bench.window.presenter.black.on
    assert not notes.picture.black
    assert bench.controller.player.cursor == at
    QTest.keyClick(notes, Qt.Key.Key_Escape)
    assert not bench.window.presenter.on


def test_buttons_do_what_the_actions_do(bench: Bench, notes: NotesWindow) -> None:
    notes.buttons["next"].click()
    assert bench.controller.in_stroke
    notes.buttons["pointer"].click()
    assert bench.window.presenter.pointer.on
    assert notes.buttons["pointer"].isChecked()
    notes.buttons["black_out"].click()
    assert bench.window.presenter.black.on
    assert notes.buttons["full_screen"].isChecked()
    notes.buttons["full_screen"].click()
    assert not bench.window.presenter.on
    bench.window.presenter.show_notes()
    assert not notes.buttons["black_out"].isEnabled()
    assert not notes.buttons["full_screen"].isChecked()
    assert min(button.height() for button in notes.buttons.values()) >= 44


def test_with_two_screens_the_class_has_the_second_one_and_the_lecturer_the_first(tmp_path: Path) -> None:
    screens = [
        {"name": name, "x": x, "y": 0, "width": wide, "height": tall, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        for name, x, wide, tall in (("laptop", 0, 1440, 900), ("projector", 1440, 1280, 720))
    ]
    config = tmp_path / "screens.json"
    config.write_text(
        json.dumps({"synchronousWindowSystemEvents": True, "windowFrameMargins": False, "screens": screens}), "utf-8"
    )
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "QT_QPA_PLATFORM": f"offscreen:configfile={config.name}"}
    done = subprocess.run(
        [sys.executable, "-c", TWO_SCREENS, str(tmp_path / "settings.ini")],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,  # a colon in the name of the file would end it
    )
    assert done.returncode == 0, done.stderr
    before, presenting, swapped, after = json.loads(done.stdout)
    assert (before["picture"], before["notes"]) == ("laptop", "")
    assert (presenting["picture"], presenting["notes"], presenting["size"]) == ("projector", "laptop", [1280, 720])
    assert presenting["smallest"] >= 16
    assert (swapped["picture"], swapped["notes"], swapped["size"]) == ("laptop", "projector", [1440, 900])
    assert swapped["smallest"] >= 16 * 1440 / 1280
    assert after == before


def test_the_words_of_each_button_have_room(notes: NotesWindow) -> None:
    notes.resize(notes.sizeHint())
    QTest.qWait(50)
    for button in notes.buttons.values():
        words = button.fontMetrics().horizontalAdvance(button.text())
        assert words + 18 <= button.width(), button.text()  # with its padding and border
