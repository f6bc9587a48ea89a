"""Recording a lesson in the window: what was done there, played without one, comes to the very same moments."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from tests.gui.taught import Taught, settings, taught
from twostroke.engine.border import commands as c
from twostroke.gui.model import edits
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.lessons.alone import played
from twostroke.gui.model.lessons.lesson_file import open_lesson, parse_lesson
from twostroke.gui.model.player import Speed, Stroke
from twostroke.gui.panels.output.output_panel import OutputPanel
from twostroke.gui.shell.lesson.recording import Recording

__all__ = ["settings", "taught"]

RATE = "training.optimizer.learning_rate"


@pytest.fixture
def recording(taught: Taught) -> Iterator[Recording]:
    """Under way."""
    taught.until(lambda: taught.controller.playing)
    taught.window.workshop.record()
    found = taught.window.workshop.recording
    taught.until(lambda: found.recorder.on)
    yield found
    found.recorder.stop()


def press(taught: Taught, recording: Recording, name: str, there: Callable[[], bool]) -> None:
    recording.bar.buttons[name].click()
    taught.until(there)


def _update(taught: Taught) -> int:
    snapshot = taught.controller.snapshot
    return -1 if snapshot is None else snapshot.update


def by_now(taught: Taught, recording: Recording, text: str) -> None:
    taught.until(lambda: text in recording.bar.done.text())


def test_what_is_done_in_the_window_is_played_to_the_same_moments(taught: Taught, recording: Recording) -> None:
    """While training runs at full speed, too: a change is noted at the update at which it was made."""
    texts: list[str] = []
    recording.recorded.disconnect()
    recording.recorded.connect(texts.append)
    controller, bar = taught.controller, recording.bar
    assert not taught.pane.isVisible()
    assert "scene 1" in bar.scene.text()
    bar.title.setText("It learns")
    bar.say.setText("Watch the **loss**.")
    controller.toggle_play()
    controller.send(c.Edit(edits.set_value, (RATE, 0.1)))
    taught.until(lambda: _update(taught) > 500)
    controller.select(NeuronRef(1, 2))
    controller.see_through("gain")
    press(taught, recording, "new", lambda: "scene 2" in bar.scene.text())

    controller.set_speed(Speed.FAST)
    controller.play_stroke(Stroke.FORWARD)
    by_now(taught, recording, "Play the forward stroke")
    taught.until(lambda: not controller.player.moving)
    taught.window.panel(OutputPanel).fold(True)
    controller.step_forward()
    press(taught, recording, "stop", lambda: bool(texts))
    assert not bar.isVisible()

    lesson = parse_lesson(texts[0].encode(), "my-lesson.toml")
    assert [scene.title for scene in lesson.scenes] == ["It learns", "Scene 2"]
    assert lesson.scenes[0].say == "Watch the **loss**."
    names = [[act.name for act in scene.do] for scene in lesson.scenes]
    assert {"train", "set", "neuron", "lens"} <= set(names[0])
    assert names[1][0] == "play"
    assert {"fold", "step"} <= set(names[1])
    one, two = played(lesson)
    assert two is one  # which goes on from scene to scene
    taught.stands_as(two)


def test_it_is_edited_and_written_into_a_file_that_opens(
    taught: Taught, recording: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    workshop = taught.window.workshop
    taught.controller.send(c.Advance(20))
    press(taught, recording, "stop", lambda: workshop.editor is not None)
    editor = workshop.editor
    assert editor is not None
    editor.scene_form.fields["say"].edit.setPlainText("It has learnt.")
    editor.buttons["save"].click()
    (scene,) = open_lesson(tmp_path / "mine.toml").scenes
    assert ([act.value for act in scene.do], scene.say) == ([{"updates": 20}], "It has learnt.")
    played: list[tuple[object, int]] = []
    begin_at = workshop.begin_at
    workshop.begin_at = lambda lesson, scene: played.append((lesson, scene)) or begin_at(lesson, scene)  # type: ignore[func-returns-value]
    monkeypatch.setattr(taught.window.document, "may_go", lambda: True)
    editor.buttons["play"].click()
    taught.until(lambda: taught.window.guide.player.at == 0)
    assert [scene for _, scene in played] == [0]
    assert editor.windowHandle().transientParent() is None  # so that the window can come to the front
    workshop.edit()  # leads back, and asks for no file
    assert editor.isVisible()
    assert editor.close()
    assert workshop.editor is None


def test_what_no_act_can_say_is_refused_with_what_to_do_instead(taught: Taught, recording: Recording) -> None:
    said: list[tuple[str, bool]] = []
    taught.controller.said.connect(lambda sentence, warns: said.append((sentence, warns)))
    taught.controller.send(c.TryTestRow(0))
    taught.until(lambda: any("test part" in sentence and warns for sentence, warns in said))
    taught.controller.undo()
    taught.until(lambda: any("the recording begins" in sentence for sentence, _ in said))
    assert recording.recorder.on


def test_a_recording_can_be_discarded_and_the_window_goes_on(
    taught: Taught, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    recording.bar.buttons["discard"].click()
    assert recording.recorder.on
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    press(taught, recording, "discard", lambda: not recording.recorder.on)
    assert not recording.bar.isVisible()
    taught.controller.send(c.Advance(1))
    taught.until(lambda: _update(taught) == 1)
