"""What a lesson asks: predicted first, then told as the engine computes it; and what is handed in."""

import json
import threading
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QScrollArea

from tests.gui.taught import FIRST, Taught, at_two, moment, settings, taught
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.grading.marking import mark_file
from twostroke.gui.model.lessons import lesson
from twostroke.gui.panels.lesson.lesson_panel import LessonPanel
from twostroke.gui.panels.lesson.prediction import CHOOSE, CLICK, NO_NUMBER
from twostroke.gui.shell import document
from twostroke.gui.shell.document import lesson_start
from twostroke.gui.shell.lesson import guide
from twostroke.gui.shell.presenter.panels_beside import PanelsBeside

__all__ = ["at_two", "settings", "taught"]


def test_a_number_is_predicted_and_then_told(at_two: Taught) -> None:
    question = at_two.pane.question
    assert "How many of the eight" in question.text.text()
    QTest.keyClicks(question.field, "many")
    QTest.keyClick(question.field, Qt.Key.Key_Return)
    assert question.hint.text() == NO_NUMBER
    for text in ("1e400", "nan", "inf", "1_0", ""):
        question.field.setText(text)
        question.button.click()
        assert question.hint.text() == NO_NUMBER
    question.field.clear()
    QTest.keyClicks(question.field, "4")
    question.button.click()
    at_two.until(lambda: bool(question.verdict.text()))
    alone = moment(FIRST, 1)
    tape = alone.trainer.tape
    assert tape is not None
    fires = int((tape.layers[0].a[alone.choices.batch_row] > 0).sum())
    right = fires == 4
    assert question.verdict.text() == (f"Right: {fires}." if right else f"Not quite: it is {fires}.")
    assert "above 0" in question.reveal.text()
    assert question.field.isReadOnly()


def test_answers_given_while_another_is_computed_are_told_too(at_two: Taught, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    compute = guide.true_answer

    def slow(*arguments: Any) -> Any:
        go.wait(30)
        return compute(*arguments)

    monkeypatch.setattr(guide, "true_answer", slow)
    question = at_two.pane.question
    question.answered.emit(4.0)
    at_two.player.next()
    at_two.arrive()
    question.answered.emit(3)
    go.set()
    at_two.until(lambda: question.verdict.text() == "Right: Nothing at all.")
    assert question.choices[2].isChecked()
    at_two.player.back()
    at_two.arrive()
    assert question.verdict.text().startswith(("Right", "Not quite"))
    assert question.field.text() == "4"


def test_an_answer_of_a_lesson_that_was_left_is_not_one_of_the_next(
    at_two: Taught, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    compute = guide.true_answer

    def slow(*arguments: Any) -> Any:
        go.wait(30)
        return compute(*arguments)

    monkeypatch.setattr(guide, "true_answer", slow)
    at_two.pane.question.answered.emit(4.0)
    other = lesson("dead-units")
    at_two.window.document.begin(lesson_start(other))
    at_two.until(lambda: at_two.player.lesson is other)
    go.set()
    at_two.until(lambda: at_two.window.guide._job is None)
    assert at_two.window.guide._truths == {}


def test_choices_and_neurons_are_predicted_too(at_two: Taught) -> None:
    at_two.player.next()
    at_two.arrive()
    question = at_two.pane.question
    question.button.click()
    assert question.hint.text() == CHOOSE
    question.choices[2].setChecked(True)
    question.button.click()
    at_two.until(lambda: bool(question.verdict.text()))
    assert question.verdict.text() == "Right: Nothing at all."
    at_two.player.next()
    at_two.arrive()
    assert question.hint.text() == CLICK
    at_two.window.stage.neuron_clicked.emit(NeuronRef(2, 0))
    assert not question.verdict.text(), "of another layer"
    at_two.window.stage.neuron_clicked.emit(NeuronRef(1, 7))
    at_two.until(lambda: bool(question.verdict.text()))
    assert question.verdict.text().startswith(("Right: neuron", "Not quite: it is neuron"))


def test_an_assignment_is_opened_from_its_file_and_handed_in(
    taught: Taught, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    task = Path(str(files("twostroke.resources").joinpath("assignments", "ring.toml")))
    assert taught.window.document.open(task)
    taught.until(lambda: taught.player.lesson is not None and taught.player.lesson.name == "ring")
    taught.player.next()
    taught.arrive()
    assert "train.accuracy &gt;= 0.95" in taught.pane.attempt.text()
    assert "in at most" in taught.pane.attempt.text()
    taught.player.play(2)
    taught.arrive()
    question = taught.pane.question
    QTest.keyClicks(question.field, "0,125")
    QTest.keyClick(question.field, Qt.Key.Key_Return)
    assert "Noted: 0.125" in question.hint.text()
    taught.player.back()
    taught.arrive()
    taught.player.next()
    taught.arrive()
    assert (question.field.text(), "Noted: 0.125" in question.hint.text()) == ("0.125", True)
    out = tmp_path / "ada"
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("Ada", True))
    asked: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (asked.append(given[2]), (str(out), ""))[1])
    said: list[str] = []
    taught.controller.said.connect(lambda sentence, _: said.append(sentence))
    taught.pane.hand_in_button.click()
    taught.until(lambda: bool(said) and "points" in said[-1])
    assert Path(asked[0]).parent == Path(taught.window.preferences.folder)
    assert said[-1] == "ada.handin.json: trained anew it gets 0 of 6 points."
    written = json.loads((tmp_path / "ada.handin.json").read_text(encoding="utf-8"))
    assert (written["learner"], written["answers"], written["updates"]) == ("Ada", {"3": 0.125}, 0)
    marks = mark_file(task, tmp_path / "ada.handin.json")
    assert (marks.points, marks.reason) == ((0, 0, 0), "")


def test_a_broken_lesson_file_is_told_and_the_session_stays(
    taught: Taught, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\ntitle = 3\n')
    told: list[str] = []
    monkeypatch.setattr(document, "message", lambda parent, text: Told(told, text))
    assert not taught.window.document.open(path)
    assert "mine.toml, line 2" in told[0]
    assert taught.player.lesson is taught.lesson


class Told:
    """In place of a message box."""

    def __init__(self, told: list[str], text: str) -> None:
        told.append(text)

    def open(self) -> None:
        """Nobody has to close it."""


def test_f6_leads_to_the_answer_and_then_to_the_next_scene(at_two: Taught) -> None:
    question, window = at_two.pane.question, at_two.window
    window.stage.setFocus()
    while not at_two.pane.isAncestorOf(QApplication.focusWidget() or window):
        window.next_part(False)
    assert question.field.hasFocus()
    question.answered.emit(4.0)
    at_two.until(lambda: bool(question.verdict.text()))
    window.next_part(True)
    while not at_two.pane.isAncestorOf(QApplication.focusWidget() or window):
        window.next_part(False)
    assert at_two.pane.next_button.hasFocus()


def test_another_scene_is_read_from_its_beginning_and_an_answer_where_it_is_told(at_two: Taught) -> None:
    area = at_two.pane.parentWidget()
    while not isinstance(area, QScrollArea):
        assert area is not None
        area = area.parentWidget()
    bar = area.verticalScrollBar()
    bar.setValue(bar.maximum())
    at_two.player.next()
    at_two.arrive()
    at_two.until(lambda: bar.value() == 0)
    bar.setValue(bar.maximum())
    question = at_two.pane.question
    question.answered.emit(1)
    at_two.until(lambda: bool(question.verdict.text()))
    assert question.verdict.text() == "Not quite. Right is “Nothing at all”."
    at_two.until(lambda: question.reveal.visibleRegion().boundingRect().height() == question.reveal.height())


def test_the_class_sees_what_was_answered_and_what_is_right(at_two: Taught) -> None:
    at_two.player.next()
    at_two.arrive()
    at_two.window.presenter.toggle()
    (beside,) = at_two.window.findChildren(PanelsBeside)
    assert isinstance(beside.shown, LessonPanel)
    at_two.window.stage.setFocus()
    at_two.key(Qt.Key.Key_1)  # the answers are numbered there
    at_two.until(lambda: "Right is Nothing at all." in beside.shown.attempt.text())  # type: ignore[union-attr]
    wrong = at_two.lesson.scenes[2].ask
    assert wrong is not None
    assert f"Answered: {wrong.choices[0]}" in beside.shown.attempt.text()
    speed = at_two.controller.player.speed
    at_two.player.back()
    at_two.arrive()
    at_two.key(Qt.Key.Key_3)  # no choices here: the key is the window's again
    assert at_two.controller.player.speed is not speed


def test_presenting_begins_a_lesson_and_a_click_answers(taught: Taught, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(taught.player), "_pace", lambda self, rate: None)
    taught.window.actions_by_id["full_screen"].trigger()
    taught.arrive()
    assert taught.player.at == 0
    taught.player.play(3)
    taught.arrive()
    taught.window.presenter.lock.clicked.emit(NeuronRef(1, 7))
    taught.until(lambda: bool(taught.pane.question.verdict.text()))


def test_a_neuron_is_answered_by_keys(at_two: Taught) -> None:
    at_two.player.play(3)
    at_two.arrive()
    question = at_two.pane.question
    assert question.hint.text() == CLICK
    at_two.window.stage.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):  # the walk begins at the first of hidden 1
        at_two.key(key)
    at_two.until(lambda: bool(question.verdict.text()))
    assert at_two.window.guide._answers == {3: 2}
