"""A lesson in the window: its scenes, its keys, where it has one look, and what the class and the lecturer see."""

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, QSettings, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.taught import FIRST, Taught, at_two, moment, settings, taught
from twostroke.engine.border.commands import Advance, Edit
from twostroke.engine.border.snapshot import Status
from twostroke.gui.drive import lesson_player
from twostroke.gui.drive.lesson_player import RETURNED
from twostroke.gui.model import edits
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.lessons import Lesson, lessons
from twostroke.gui.model.lessons.alone import played
from twostroke.gui.model.lessons.controls import BAR, NAMED
from twostroke.gui.model.lessons.doings import Send
from twostroke.gui.model.score import Grain
from twostroke.gui.panels.lesson.lesson_panel import LessonPanel
from twostroke.gui.panels.output.output_panel import OutputPanel
from twostroke.gui.panels.table import Side
from twostroke.gui.panels.training.training_panel import TrainingPanel
from twostroke.gui.shell.document import lesson_start
from twostroke.gui.shell.lesson.frame import Frame
from twostroke.gui.shell.lesson.looking import card_on, name_of
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.presenter.panels_beside import PanelsBeside

__all__ = ["at_two", "settings", "taught"]


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


def test_a_scene_ends_where_somebody_changes_something_before_it_stands(at_two: Taught) -> None:
    at_two.player.play(0)
    at_two.window.actions_by_id["play"].trigger()
    at_two.until(lambda: at_two.controller.playing)
    assert not at_two.player.under_way
    assert at_two.player.strayed
    at_two.pane.again_button.click()
    at_two.arrive()
    at_two.stands_as(moment(FIRST, 0))
    at_two.player.play(5)
    at_two.key(Qt.Key.Key_Space)  # not the picture's, before the last scene stands
    at_two.arrive()
    assert not at_two.player.strayed


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
    assert "could not be played" in at_two.pane.remark.text()


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


def test_its_keys_lead_wherever_the_focus_is_and_change_nothing_there(at_two: Taught) -> None:
    choice = at_two.window.panel(TrainingPanel).optimizer
    for part in (at_two.pane.back_button, choice, at_two.window.stage):
        part.setFocus()
        before = at_two.player.at, choice.currentIndex()
        at_two.key(Qt.Key.Key_PageUp)
        assert (at_two.player.at, choice.currentIndex()) == (before[0] - 1 if before[0] else 0, before[1])
        at_two.arrive()
        at_two.key(Qt.Key.Key_PageDown)
        at_two.arrive()
        assert (at_two.player.at, choice.currentIndex()) == before
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, "", True)
    QApplication.sendEvent(at_two.window.stage, held)
    assert at_two.player.at == 1


def test_what_was_looked_at_is_not_left_in_the_next_scene(at_two: Taught) -> None:
    def seen() -> tuple[object, ...]:
        choices = at_two.controller.choices
        kept = choices.lens, choices.selected, choices.walked, choices.trail, choices.digits
        return *kept, at_two.controller.player.grain

    at_two.player.next()
    at_two.arrive()
    wanted = seen()
    at_two.player.back()
    at_two.arrive()
    at_two.controller.see_through("weights")
    at_two.controller.select(NeuronRef(2, 1))
    at_two.controller.set_grain(Grain.TERM)
    QTest.keyClick(at_two.window.stage, Qt.Key.Key_Down)
    assert at_two.controller.choices.walked is not None
    at_two.player.next()
    at_two.arrive()
    assert seen() == wanted


def test_a_frame_shows_where_to_look_and_goes_with_the_scene(at_two: Taught) -> None:
    frame = at_two.window.guide.frame
    stage = at_two.window.stage
    box = stage.finder.box_of(frozenset(NeuronRef(1, unit) for unit in range(8)))
    assert frame.isVisible()
    assert box is not None
    assert frame.geometry().contains(box.toAlignedRect().translated(stage.mapTo(at_two.window, QPoint(0, 0))))
    QTest.keyClick(stage, Qt.Key.Key_Down)
    card = stage.finder.box_of_card()
    assert card is not None
    assert not card.intersects(stage.finder.box_of(frozenset({NeuronRef(1, 0)})) or card)
    assert card_on(stage, at_two.window) == card.toAlignedRect().translated(stage.mapTo(at_two.window, QPoint(0, 0)))
    at_two.player.next()
    at_two.arrive()
    assert frame.isHidden()
    at_two.player.play(0)
    at_two.arrive()
    at_two.until(frame.isVisible)


def test_a_frame_is_not_drawn_over_the_card_of_a_neuron(qtbot: QtBot) -> None:
    window, card = QWidget(), QRect(60, 0, 100, 60)
    qtbot.addWidget(window)
    window.resize(300, 200)
    window.show()
    frame = Frame(window, lambda: card)
    frame.around(lambda: QRect(20, 20, 80, 100))
    assert not frame.mask().intersects(card.translated(-frame.pos()))
    assert frame.mask().contains(QPoint(1, 50))
    frame.around(None)


def test_the_frame_of_the_loss_is_around_its_card(at_two: Taught) -> None:
    at_two.player.pointed.emit("loss")
    stage = at_two.window.stage
    box = stage.finder.box_of(frozenset())
    assert box is not None
    middle = box.center().toPoint()
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


def test_chapters_lead_to_every_scene_exactly(at_two: Taught) -> None:
    dots = at_two.pane.chapters.dots
    assert [dot.toolTip().split(": ", 1)[1].split(" (")[0] for dot in dots] == [s.title for s in at_two.lesson.scenes]
    assert [dot.current for dot in dots] == [place == 1 for place in range(6)]
    dots[3].click()
    at_two.arrive()
    at_two.stands_as(moment(FIRST, 3))
    assert [dot.done for dot in dots] == [False, True, False, True, False, False]
    dots[0].setFocus()
    at_two.key(Qt.Key.Key_Space)
    at_two.arrive()
    at_two.stands_as(moment(FIRST, 0))
    assert dots[0].accessibleName().endswith("(this one)")
    at_two.window.document.begin(lesson_start(at_two.lesson))
    at_two.until(lambda: not at_two.player.begun)
    assert [dot.done for dot in at_two.pane.chapters.dots] == [True, True, True, True, False, False], "as remembered"


def test_every_control_of_the_window_can_be_looked_at(taught: Taught) -> None:
    window = taught.window
    assert set(window.transport.controls) == set(BAR)
    for panel, names in NAMED.items():
        known = {name_of(widget) for widget in window.panels[panel].findChildren(QWidget)}
        assert set(names) <= known, (panel, set(names) - known)


def test_the_frame_of_a_control_brings_its_panel(taught: Taught) -> None:
    window, frame = taught.window, taught.window.guide.frame
    training = window.panels["training"]
    assert isinstance(training, TrainingPanel)
    training.fold(True)
    taught.player.pointed.emit("control:training.batch_size")
    taught.until(lambda: frame.isVisible() and not training.folded)
    field = next(own for own in training.findChildren(QWidget) if own.accessibleName() == "Batch size")
    middle = field.mapTo(window, field.rect().center())
    taught.until(lambda: frame.geometry().contains(middle))
    taught.player.pointed.emit("control:network.units_of_hidden_2")
    hidden = next(own for own in window.findChildren(QWidget) if own.accessibleName() == "Units of hidden 2")
    taught.until(lambda: frame.geometry().contains(hidden.mapTo(window, hidden.rect().center())))
