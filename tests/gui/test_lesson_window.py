"""A lesson in the window over the engine that users have: its scenes, keys, questions, and where it has one look."""

import json
import threading
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog
from pytestqt.qtbot import QtBot

from tests.gui.window_bench import settings
from twostroke.engine.border.commands import Advance, Capture, Edit
from twostroke.engine.border.snapshot import Answer, Captured, Status
from twostroke.gui.drive import lesson_player
from twostroke.gui.drive.bridge import Bridge
from twostroke.gui.drive.controller import Controller
from twostroke.gui.drive.lesson_player import RETURNED
from twostroke.gui.model import edits
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.grading.marking import mark_file
from twostroke.gui.model.lessons import Lesson, lesson, lessons
from twostroke.gui.model.lessons.alone import Alone, played
from twostroke.gui.model.lessons.doings import Send
from twostroke.gui.model.player import Speed
from twostroke.gui.model.score import Grain
from twostroke.gui.panels.lesson.lesson_panel import LessonPanel
from twostroke.gui.panels.lesson.prediction import CHOOSE, CLICK, NO_NUMBER
from twostroke.gui.panels.output.output_panel import OutputPanel
from twostroke.gui.panels.table import Side
from twostroke.gui.shell import document
from twostroke.gui.shell.document import lesson_start
from twostroke.gui.shell.lesson import guide
from twostroke.gui.shell.main_window import MainWindow
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.presenter.panels_beside import PanelsBeside

__all__ = ["settings"]

LONG = 60_000
FIRST = "two-strokes"


class Taught:
    """A window with a lesson, whose films are stood at the end of."""

    def __init__(self, settings: QSettings, qtbot: QtBot, name: str) -> None:
        self.lesson, self._qtbot = lesson(name), qtbot
        self.bridge = Bridge(self.lesson.session)
        self.controller = Controller(self.bridge)
        self.window = MainWindow(self.controller, Preferences(settings))
        self.window.resize(1280, 720)
        self.window.show()
        self.bridge.start()
        self.player, self.pane = self.window.guide.player, self.window.lesson
        self.controller.set_speed(Speed.FRAME)
        self.until(lambda: self.controller.snapshot is not None)
        self.window.document.begin(lesson_start(self.lesson))
        self.until(lambda: self.player.lesson is self.lesson)

    def until(self, there: Any) -> None:
        self._qtbot.waitUntil(there, timeout=LONG)

    def arrive(self) -> None:
        self.until(lambda: not self.player.under_way)

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window.stage, key)

    def captured(self) -> Captured:
        found: list[Captured] = []

        def told(answer: Answer) -> bool:
            assert answer.captured is not None
            found.append(answer.captured)
            return True

        self.controller.ask_aside(Capture(), told)
        self.until(lambda: bool(found))
        return found[0]

    def stands_as(self, alone: Alone) -> None:
        """The very moment: settings, every number that training changes, the sample and the place in the film."""
        mine, other = self.captured(), alone.trainer.apply(Capture()).captured
        assert other is not None
        assert mine.session.model_dump(exclude={"view"}) == other.session.model_dump(exclude={"view"})
        assert mine.state is not None
        assert other.state is not None
        assert mine.state.keys() == other.state.keys()
        for key, value in mine.state.items():
            assert np.array_equal(value, other.state[key], equal_nan=np.asarray(value).dtype.kind == "f"), key
        assert self.controller.choices.batch_row == alone.choices.batch_row
        assert self.controller.choices.lens == alone.choices.lens
        tape, its = self.controller.tape, alone.trainer.tape
        assert (tape is None) == (its is None)
        if alone.cursor is not None and self.controller.player.cursor is not None:
            assert self.controller.player.cursor.moment.step == alone.cursor.moment.step

    def close(self) -> None:
        self.controller.stop()
        self.window.document.may_go = lambda: True  # type: ignore[method-assign]
        self.window.close()
        self.bridge.stop()
        self.window.deleteLater()


@pytest.fixture
def taught(qtbot: QtBot, settings: QSettings, request: pytest.FixtureRequest) -> Iterator[Taught]:
    made = Taught(settings, qtbot, getattr(request, "param", FIRST))
    yield made
    made.close()


def walked(taught: Taught, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(taught.player), "_pace", lambda self, rate: None)
    for alone in played(taught.lesson):
        taught.player.next()
        taught.arrive()
        taught.stands_as(alone)
    assert taught.player.is_last


def test_each_scene_is_the_moment_that_it_is_without_a_window(taught: Taught, monkeypatch: pytest.MonkeyPatch) -> None:
    walked(taught, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("taught", [own.name for own in lessons() if own.name != FIRST], indirect=True)
def test_so_is_each_scene_of_every_lesson(taught: Taught, monkeypatch: pytest.MonkeyPatch) -> None:
    walked(taught, monkeypatch)


@pytest.fixture
def at_two(taught: Taught, monkeypatch: pytest.MonkeyPatch) -> Taught:
    """At its second scene, which asks for a number."""
    monkeypatch.setattr(type(taught.player), "_pace", lambda self, rate: None)
    taught.player.play(1)
    taught.arrive()
    return taught


def moment(name: str, scene: int) -> Alone:
    return next(alone for at, alone in enumerate(played(lesson(name))) if at == scene)


def test_back_and_return_come_to_the_same_moment(at_two: Taught) -> None:
    at_two.controller.send(Edit(edits.set_units, (1, 3)))
    at_two.until(lambda: at_two.player.strayed)
    assert "changed something" in at_two.pane.remark.text()
    at_two.pane.again_button.click()
    at_two.arrive()
    at_two.stands_as(moment(FIRST, 1))
    at_two.pane.back_button.click()
    at_two.arrive()
    at_two.stands_as(moment(FIRST, 0))
    assert not at_two.pane.back_button.isEnabled()


def test_next_first_comes_back_where_something_was_changed(at_two: Taught) -> None:
    said: list[str] = []
    at_two.controller.said.connect(lambda sentence, _: said.append(sentence))
    at_two.controller.send(Edit(edits.set_units, (1, 3)))
    at_two.pane.next_button.click()
    at_two.arrive()
    assert RETURNED in said
    at_two.stands_as(moment(FIRST, 2))


def test_what_a_lesson_has_done_asks_nobody_to_save_it(at_two: Taught) -> None:
    document_ = at_two.window.document
    at_two.until(lambda: not document_.changed)
    at_two.player.play(4)  # which changes a setting
    at_two.arrive()
    at_two.until(lambda: not document_.changed)
    assert not at_two.window.isWindowModified()
    at_two.controller.send(Advance(10))
    at_two.until(lambda: document_.changed)
    at_two.player.again()
    at_two.arrive()
    at_two.until(lambda: not document_.changed)
    at_two.controller.send(Edit(edits.set_units, (1, 3)))
    at_two.until(lambda: document_.settings_changed)


def test_keys_of_a_lesson_that_cannot_be_seen_are_the_windows(at_two: Taught) -> None:
    at_two.window.columns.toggle(Side.LEFT)
    assert not at_two.window.guide.leads
    at_two.window.columns.toggle(Side.LEFT)
    assert at_two.window.guide.leads


def test_a_command_that_is_refused_ends_the_scene_with_a_sentence(
    at_two: Taught, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[str, bool]] = []
    at_two.controller.said.connect(lambda sentence, warns: said.append((sentence, warns)))
    monkeypatch.setattr(lesson_player, "doings_of", lambda act, session: (Send(Edit(edits.set_units, (9, 3))),))
    at_two.player.next()
    at_two.arrive()
    assert any("cannot be played to its end" in sentence and warns for sentence, warns in said)
    assert at_two.player.strayed
    assert "changed something" in at_two.pane.remark.text()


def test_the_lesson_begins_when_one_wants_it_to(taught: Taught) -> None:
    assert taught.pane.scene.isHidden()
    assert taught.pane.next_button.text() == "Begin"
    assert "6 scenes" in taught.pane.remark.text()
    assert not taught.window.guide.leads
    taught.until(lambda: taught.controller.playing)
    taught.window.stage.setFocus()
    taught.key(Qt.Key.Key_Space)
    taught.until(lambda: not taught.controller.playing)


def test_space_and_the_keys_of_a_clicker_lead_through_it(at_two: Taught) -> None:
    at_two.window.stage.setFocus()
    for key, scene in ((Qt.Key.Key_Space, 2), (Qt.Key.Key_PageDown, 3), (Qt.Key.Key_PageUp, 2)):
        at_two.key(key)
        at_two.arrive()
        assert at_two.player.at == scene
    at_two.player.play(5)
    at_two.arrive()
    at_two.key(Qt.Key.Key_Space)
    assert at_two.player.at == 5
    at_two.until(lambda: at_two.controller.snapshot.status is Status.RUNNING)  # type: ignore[union-attr]


def test_a_number_is_predicted_and_then_told(at_two: Taught) -> None:
    question = at_two.pane.question
    assert "How many of the eight" in question.text.text()
    QTest.keyClicks(question.field, "many")
    QTest.keyClick(question.field, Qt.Key.Key_Return)
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


def test_what_was_looked_at_is_not_left_in_the_next_scene(at_two: Taught) -> None:
    def seen() -> tuple[object, ...]:
        choices = at_two.controller.choices
        return choices.lens, choices.selected, choices.trail, choices.digits, at_two.controller.player.grain

    at_two.player.next()
    at_two.arrive()
    wanted = seen()
    at_two.player.back()
    at_two.arrive()
    at_two.controller.see_through("weights")
    at_two.controller.select(NeuronRef(2, 1))
    at_two.controller.set_grain(Grain.TERM)
    at_two.player.next()
    at_two.arrive()
    assert seen() == wanted


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


def test_a_frame_shows_where_to_look_and_goes_with_the_scene(at_two: Taught) -> None:
    frame = at_two.window.guide.frame
    box = at_two.window.stage.box_of([NeuronRef(1, unit) for unit in range(8)])
    assert frame.isVisible()
    assert box is not None
    assert frame.geometry().contains(
        box.translated(at_two.window.stage.mapTo(at_two.window, box.topLeft()) - box.topLeft())
    )
    at_two.player.next()
    at_two.arrive()
    assert frame.isHidden()
    at_two.player.play(0)
    at_two.arrive()
    at_two.until(frame.isVisible)


def test_the_frame_of_the_loss_is_around_its_card(at_two: Taught) -> None:
    at_two.player.pointed.emit("loss")
    box, stage = at_two.window.stage.box_of(()), at_two.window.stage
    assert box is not None
    middle = box.center()
    found = stage.number_at(middle.x(), middle.y())
    assert found is not None
    assert found.kind.value in ("loss", "activation", "target", "a")
    assert at_two.window.guide.frame.geometry().contains(stage.mapTo(at_two.window, middle))


def test_how_far_one_has_come_is_remembered(at_two: Taught) -> None:
    menus = at_two.window.menus
    at_two.player.back()
    at_two.arrive()
    menus.lessons.aboutToShow.emit()
    assert menus.lessons.actions()[0].text() == f"1. {at_two.lesson.title} – scene 2 of 6"
    at_two.player.play(5)
    at_two.arrive()
    menus.lessons.aboutToShow.emit()
    assert menus.lessons.actions()[0].text() == f"1. {at_two.lesson.title} – done"
    assert "–" not in menus.lessons.actions()[1].text()


@pytest.mark.parametrize("damage", ["x", "-1", "12345", "", "²"])
def test_damaged_progress_is_none(settings: QSettings, damage: str) -> None:
    settings.setValue("lessons/two-strokes", damage)
    assert Preferences(settings).scenes_seen(FIRST) == 0


def test_the_lecturer_sees_the_notes_of_the_scene(at_two: Taught) -> None:
    told: list[Any] = []
    at_two.window.guide.scene_changed.connect(told.append)
    at_two.player.next()
    at_two.arrive()
    assert (told[-1].number, told[-1].scenes) == (3, 6)
    assert told[-1].title == at_two.lesson.scenes[2].title
    assert told[-1].next_title == at_two.lesson.scenes[3].title
    at_two.window.document.begin(lesson_start(Lesson("other", "Other", ("Text.",), at_two.lesson.session)))
    at_two.until(lambda: told[-1] is None)
    assert at_two.pane.next_button.isHidden()


def test_an_assignment_is_opened_from_its_file_and_handed_in(
    taught: Taught, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    task = Path(str(files("twostroke.resources").joinpath("assignments", "ring.toml")))
    assert taught.window.document.open(task)
    taught.until(lambda: taught.player.lesson is not None and taught.player.lesson.name == "ring")
    taught.player.next()
    taught.arrive()
    assert "train.accuracy &gt;= 0.95" in taught.pane.attempt.text()
    taught.player.play(2)
    taught.arrive()
    question = taught.pane.question
    QTest.keyClicks(question.field, "0,125")
    QTest.keyClick(question.field, Qt.Key.Key_Return)
    assert "Noted: 0.125" in question.hint.text()
    out = tmp_path / "ada"
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("Ada", True))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    said: list[str] = []
    taught.controller.said.connect(lambda sentence, _: said.append(sentence))
    taught.pane.hand_in_button.click()
    taught.until(lambda: bool(said) and "points" in said[-1])
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


def test_the_class_reads_the_scene_beside_the_presented_picture(at_two: Taught) -> None:
    at_two.window.presenter.toggle()
    (beside,) = at_two.window.findChildren(PanelsBeside)
    assert isinstance(beside.shown, LessonPanel)
    assert "Each neuron adds up what arrives" in beside.shown.say.text()
    assert "How many of the eight" in beside.shown.attempt.text()
    assert not any(button.isVisible() for button in (beside.shown.next_button, beside.shown.again_button))
    at_two.window.stage.setFocus()
    at_two.key(Qt.Key.Key_PageDown)
    at_two.arrive()
    assert at_two.player.at == 2
    assert "The gradient comes back" in beside.shown.say.text()
    assert "Nothing at all" in beside.shown.attempt.text()
    at_two.window.presenter.leave()
    assert at_two.player.at == 2


def test_beside_the_picture_is_one_panel_whatever_the_scene_does(at_two: Taught) -> None:
    at_two.window.presenter.toggle()
    (beside,) = at_two.window.findChildren(PanelsBeside)
    at_two.window.columns.bring(at_two.window.panel(OutputPanel))
    at_two.controller.one_update()  # after which the scene says that something has been changed
    at_two.until(lambda: at_two.player.strayed)
    assert isinstance(beside.shown, OutputPanel)
    assert [type(panel) for panel in beside._panels if not panel.isHidden()] == [OutputPanel]


def test_the_lecturers_own_window_leads_through_scenes_too(at_two: Taught) -> None:
    at_two.window.presenter.show_notes()
    notes = at_two.window.presenter.lecturer.window
    assert notes is not None
    presses = (
        (lambda: QTest.keyClick(notes, Qt.Key.Key_PageDown), 2),
        (notes.buttons["next"].click, 3),
        (notes.buttons["previous"].click, 2),
    )
    for press, scene in presses:
        press()
        at_two.arrive()
        assert at_two.player.at == scene
    at_two.pane.close_button.click()
    at_two.controller.leave_stroke()
    notes.buttons["next"].click()
    at_two.until(lambda: at_two.controller.in_stroke)
    assert at_two.player.at == 2


def test_a_lesson_that_was_put_away_stays_away_and_leaves_its_keys(at_two: Taught) -> None:
    at_two.pane.close_button.click()
    at_two.player.next()
    at_two.arrive()
    assert at_two.pane.isHidden()
    assert not at_two.window.guide.leads


def test_words_lead_to_the_glossary(at_two: Taught) -> None:
    assert "word:gate" in at_two.pane.say.text()
    at_two.pane.say.linkActivated.emit("word:forward%20mask")
    glossary = at_two.window.helping.glossary
    assert glossary is not None
    assert glossary.words.currentItem().text() == "forward mask"


def test_the_pane_needs_no_more_width_than_the_others(at_two: Taught) -> None:
    widest = max(at_two.window.panels[id].minimumSizeHint().width() for id in ("data", "network", "training"))
    assert at_two.pane.minimumSizeHint().width() <= widest
