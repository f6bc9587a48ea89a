"""Return, Escape and F6 in the studio, where one types: nothing is exported or closed by accident."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.test_studio_parts import SESSION, board_of
from twostroke.engine.run.trainer import Trainer
from twostroke.gui.model.moments import parse_moment
from twostroke.gui.model.storyboard.board import Show
from twostroke.gui.shell.studio.begun import Basis
from twostroke.gui.shell.studio.studio import Studio

Key = Qt.Key


@pytest.fixture
def studio(qtbot: QtBot, tmp_path: Path) -> Iterator[Studio]:
    trainer = Trainer(SESSION)
    trainer.advance(40)
    basis = Basis(trainer.captured())
    made = Studio(None, board_of(basis), basis, "spiral")
    qtbot.addWidget(made)
    made.target.file.setText(str(tmp_path / "spiral.svg"))
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.end()


@pytest.fixture
def asked(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was put into the queue; none of it is made."""
    found: list[object] = []
    monkeypatch.setattr(studio.queue, "add", found.append)
    return found


def fields(studio: Studio) -> dict[str, QWidget]:
    """All in which something can be typed, once they are there."""
    shot, score = studio.board.shots[0], studio.shot_form._score
    assert score is not None
    studio._put_shots((replace(shot, show=Show.MOMENT, moment=parse_moment("loss", score)),), 0)
    studio.target.choose(".pdf", "sheet")
    form = studio.shot_form
    found = {"title": form.title, "caption": form.caption, "moment": form.moment, "update": form.at, "row": form.row}
    found |= {"seconds": form.seconds, "fps": studio.picture_form.fps, "name": studio.picture_form.title}
    return found | {"file": studio.target.file, "student": studio.target.student}


def typed(field: QWidget) -> str:
    if isinstance(field, QComboBox):
        return field.currentText()
    assert isinstance(field, QLineEdit | QAbstractSpinBox)
    return field.text()


EVERY = ["title", "caption", "moment", "update", "row", "seconds", "fps", "name", "file", "student"]


@pytest.mark.parametrize("name", EVERY)
def test_escape_takes_back_what_is_typed_and_only_then_closes(studio: Studio, name: str) -> None:
    every = fields(studio)
    assert list(every) == EVERY
    field = every[name]
    field.setFocus(Qt.FocusReason.TabFocusReason)
    before, board = typed(field), studio.board
    QTest.keyClicks(field, "1")
    assert typed(field) != before
    QTest.keyClick(field, Key.Key_Escape)
    assert studio.isVisible()
    assert typed(field) == before
    assert studio.board == board
    QTest.keyClick(field, Key.Key_Escape)
    assert not studio.isVisible()


def test_escape_comes_back_to_what_was_entered_last(studio: Studio) -> None:
    every = fields(studio)
    for name, words in (("title", "Gates"), ("moment", "sum:1:0.5"), ("student", "Ada")):
        field = every[name]
        field.setFocus()
        line = field.lineEdit() if isinstance(field, QComboBox) else field
        assert isinstance(line, QLineEdit)
        line.selectAll()
        QTest.keyClicks(field, words)
        studio.preview.sheet.setFocus()
        field.setFocus()
        QTest.keyClicks(field, "x")
        QTest.keyClick(field, Key.Key_Escape)
        assert typed(field) == words, name


def test_a_name_that_is_taken_back_has_chosen_nothing(studio: Studio, tmp_path: Path) -> None:
    """Neither another kind, of those with its ending, nor a name of one's own."""
    target = studio.target
    target.choose(".pdf", "sheet")
    name = target.file.text()
    target.file.setFocus()
    target.file.selectAll()
    QTest.keyClicks(target.file, "mine.svg")
    assert target.kind.ending == ".svg"
    QTest.keyClick(target.file, Key.Key_Escape)
    assert (target.file.text(), target.kind.shape) == (name, "sheet")
    target.call("lesson")
    assert target.file.text() == str(tmp_path / "lesson exercise.pdf")


def test_a_name_that_was_typed_stays(studio: Studio, tmp_path: Path) -> None:
    target = studio.target
    target.file.setFocus()
    target.file.selectAll()
    QTest.keyClicks(target.file, str(tmp_path / "mine.png"))
    target.call("lesson")
    assert target.file.text() == str(tmp_path / "mine.png")
    studio.preview.sheet.setFocus()
    target.choose(".pdf", "sheet")
    target.call("lesson")
    assert target.file.text() == str(tmp_path / "mine exercise.pdf")


def test_a_name_that_was_exported_is_used(studio: Studio, asked: list[object], tmp_path: Path) -> None:
    target = studio.target
    target.file.setFocus()
    target.file.selectAll()
    QTest.keyClicks(target.file, str(tmp_path / "mine.png"))
    QTest.keyClick(target.file, Key.Key_Return)
    assert len(asked) == 1
    studio.preview.sheet.setFocus()
    target.call("lesson")
    assert target.file.text() == str(tmp_path / "lesson.png")


def test_a_moment_that_cannot_be_is_forgotten_with_what_was_said_of_it(studio: Studio) -> None:
    field = fields(studio)["moment"]
    field.setFocus()
    QTest.keyClicks(field, "99")
    QTest.keyClick(field, Key.Key_Return)
    assert studio.shot_form.notice.text()
    QTest.keyClick(field, Key.Key_Escape)
    assert not studio.shot_form.notice.text()
    assert studio.isVisible()


@pytest.mark.parametrize("name", EVERY)
def test_return_enters_what_is_typed_and_exports_only_where_a_file_is_asked_for(
    studio: Studio, asked: list[object], name: str
) -> None:
    field = fields(studio)[name]
    field.setFocus()
    QTest.keyClick(field, Key.Key_Return)
    assert len(asked) == (name in ("file", "student"))
    QTest.keyClick(field, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked


def test_return_enters_a_number_that_was_typed(studio: Studio, asked: list[object]) -> None:
    field = studio.shot_form.seconds
    field.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClicks(field, "3")
    QTest.keyClick(field, Key.Key_Return)
    assert studio.board.shots[0].seconds == 3
    assert asked == []


def test_return_presses_the_button_that_has_the_focus(
    studio: Studio, asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    double = studio.shots.double
    double.setFocus()
    QTest.keyClick(double, Key.Key_Return)
    assert len(studio.board.shots) == 2
    opened: list[bool] = []
    monkeypatch.setattr(studio.shots.add, "showMenu", lambda: opened.append(True))
    studio.shots.add.setFocus()
    QTest.keyClick(studio.shots.add, Key.Key_Return)
    assert opened
    assert asked == []
    studio.start.setFocus()
    QTest.keyClick(studio.start, Key.Key_Return)
    assert len(asked) == 1
    studio.leave.setFocus()
    QTest.keyClick(studio.leave, Key.Key_Return)
    assert not studio.isVisible()
    assert len(asked) == 1


def test_f6_goes_from_part_to_part_and_round(studio: Studio) -> None:
    studio.shots.list.setFocus()
    target = studio.target.kind_box
    for there in (studio.preview.sheet, studio.shot_form.show_box, target, studio.read, studio.shots.list):
        QTest.keyClick(QApplication.focusWidget(), Key.Key_F6)
        assert QApplication.focusWidget() is there
    QTest.keyClick(studio.shots.list, Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is studio.read
