"""The editor of lessons: what is typed is played beside, what is wrong is told where it is, and nothing is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.lessons.test_playing import LESSON, write
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.lessons import Lesson
from twostroke.gui.model.lessons.draft import Draft
from twostroke.gui.model.lessons.lesson_file import open_lesson
from twostroke.gui.shell.lesson_editor.draft_fields import CompletedEdit
from twostroke.gui.shell.lesson_editor.editor_window import FIRST_SIZE, LessonEditor

LONG = 30_000


class Desk:
    """An editor of a lesson in a file, shown."""

    def __init__(self, qtbot: QtBot, path: Path) -> None:
        self._qtbot, self.path = qtbot, path
        self.window = QWidget()
        self.editor = LessonEditor(self.window, path.read_text(), path, str(path.parent), Choices())
        self.editor.show()

    def until_played(self) -> None:
        self._qtbot.waitUntil(lambda: "After update" in self.editor.preview.state.text(), timeout=LONG)

    def type(self, key: str, text: str) -> None:
        self.editor.scene_form.fields[key].edit.setPlainText(text)
        self.editor.read()

    def problem(self, key: str) -> str:
        return self.editor.scene_form.fields[key].problem.text()


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(qtbot, write(tmp_path, LESSON))
    yield made
    if isValid(made.editor):  # else it was closed
        made.editor.end()
    made.window.deleteLater()  # with the editor, which is its own


def test_a_scene_is_seen_as_it_will_be_with_what_its_claims_come_to(desk: Desk) -> None:
    desk.until_played()
    preview = desk.editor.preview
    assert "After update 20" in preview.state.text()
    assert "holds: update == 20" in preview.claims.text()
    assert "trains" in preview.page.say.text()
    desk.type("do", 'train = 7\nstep = "gate:1"')
    desk.until_played()
    assert "After update 7" in preview.state.text()
    assert "FAILS: update == 20" in preview.claims.text()


def test_all_fields_of_a_scene_are_seen_where_the_screen_has_room(desk: Desk) -> None:
    desk.editor.resize(FIRST_SIZE)
    for form in (desk.editor.scene_form, desk.editor.lesson_form):
        area = form.parentWidget().parentWidget()
        assert isinstance(area, QScrollArea)
        desk.editor.forms.setCurrentWidget(area)
        desk._qtbot.waitUntil(lambda area=area: area.verticalScrollBar().maximum() == 0)


def test_an_error_is_told_at_its_field_with_its_line_and_goes_when_it_is_mended(desk: Desk) -> None:
    desk.type("do", "train = 20\ntrian = 3")
    assert desk.problem("do").startswith("Line 2: ")
    assert "did you mean train?" in desk.problem("do")
    assert "mine.toml, line" in desk.editor.problem.text()
    desk.type("do", 'train = 20\nremember = "before"')
    assert desk.problem("do") == ""
    desk.type("do", "train = 20\npin = 900")
    desk._qtbot.waitUntil(lambda: "900" in desk.problem("do"), timeout=LONG)


def test_scenes_are_arranged_and_undo_is_that_of_the_whole_lesson(desk: Desk) -> None:
    editor = desk.editor
    desk.type("title", "The very first")
    editor.buttons["double"].click()
    assert [editor.scenes.item(row).text() for row in range(1, 4)] == [
        "1. The very first", "2. The very first", "3. Second"]  # fmt: skip
    editor.buttons["down"].click()
    assert editor.scenes.currentRow() == 3
    editor.buttons["delete"].click()
    field = editor.scene_form.fields["title"].edit
    field.setFocus()
    for _ in range(4):
        QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor.draft.text == LESSON
    assert editor.scenes.item(1).text() == "1. First"
    assert not editor.buttons["undo"].isEnabled()


def test_return_presses_the_button_that_has_the_keys_and_f6_goes_from_part_to_part(desk: Desk) -> None:
    editor = desk.editor
    editor.activateWindow()
    desk._qtbot.waitUntil(editor.isActiveWindow)
    editor.buttons["add"].setFocus()
    before = editor.scenes.count()
    QTest.keyClick(editor.buttons["add"], Qt.Key.Key_Return)
    assert editor.scenes.count() == before + 1
    editor.scenes.setFocus()
    for place in (editor.forms, editor.preview, editor.buttons["play"].parentWidget()):
        focus = editor.focusWidget()
        QTest.keyClick(focus, Qt.Key.Key_F6)
        assert place.isAncestorOf(editor.focusWidget()), place


def test_tab_goes_from_the_scenes_to_the_fields_and_to_the_buttons_below(desk: Desk) -> None:
    editor = desk.editor
    editor.activateWindow()
    desk._qtbot.waitUntil(editor.isActiveWindow)
    editor.scenes.setFocus()
    stops: list[QWidget] = []
    while (at := editor.focusWidget()) not in stops:
        stops.append(at)
        QTest.keyClick(at, Qt.Key.Key_Tab)
    order = [editor.scenes, editor.buttons["add"], editor.scene_form.fields["do"].edit, editor.buttons["save"]]
    assert [stops.index(each) for each in order] == sorted(stops.index(each) for each in order)


def test_acts_are_completed(desk: Desk) -> None:
    edit = desk.editor.scene_form.fields["do"].edit
    assert isinstance(edit, CompletedEdit)
    edit.clear()
    QTest.keyClicks(edit, "leave")
    popup = edit.completer.popup()
    assert popup is not None
    assert popup.isVisible()
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert edit.toPlainText() == "leave_stroke = "
    popup.hide()


def test_it_is_saved_a_broken_one_as_a_draft_and_played(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said: list[str] = []
    played: list[Lesson] = []
    desk.editor.said.connect(said.append)
    desk.editor.played.connect(lambda lesson, scene: played.append(lesson))
    desk.type("say", "Now it says more.")
    desk.editor.buttons["play"].click()
    assert played[0].scenes[0].say == "Now it says more."
    desk.editor.buttons["save"].click()
    assert open_lesson(desk.path).scenes[0].say == "Now it says more."
    desk.type("do", "trian = 3")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "other"), ""))
    desk.editor.buttons["save_as"].click()
    assert said[0] == "mine.toml is written."
    assert "as a draft" in said[1]
    assert "did you mean train?" in said[1]
    assert Draft((tmp_path / "other.toml").read_text()).field(0, "do") == "trian = 3"


def test_nothing_is_lost_by_closing_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.type("say", "Other words.")
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Cancel)
    assert not desk.editor.close()
    assert desk.editor.isVisible()
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Save)
    assert desk.editor.close()
    assert open_lesson(desk.path).scenes[0].say == "Other words."
