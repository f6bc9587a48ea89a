"""What a lecturer sees in the studio at once: the moment of the window, the neuron that was chosen, rows alike."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.test_studio_keys import basis, dressed
from tests.gui.test_studio_parts import board_of
from tests.gui.window_bench import Bench, bench, finish, settings
from twostroke.engine.border.cursor import Phase, Step
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.storyboard.board import Show
from twostroke.gui.model.storyboard.shot_frames import frames_of
from twostroke.gui.shell.studio.begun import Basis
from twostroke.gui.shell.studio.choosing import select
from twostroke.gui.shell.studio.studio import Studio

__all__ = ["basis", "bench", "dressed", "settings"]


@pytest.fixture
def studio(qtbot: QtBot, dressed: None, basis: Basis) -> Iterator[Studio]:
    made = Studio(None, board_of(basis), basis, "spiral")
    qtbot.addWidget(made)
    made.show()
    yield made
    made.end()


@pytest.mark.parametrize("show", [Show.MOMENT, Show.FORWARD, Show.TRAINING])
def test_the_neuron_that_a_camera_is_to_look_at_is_seen_at_once(studio: Studio, show: Show) -> None:
    studio.shots.wanted.emit(show)
    begins = frames_of(studio.board).begins(1)
    studio.preview.show_frame(begins)
    select(studio.shot_form.camera, NeuronRef(1, 2))
    studio.shot_form.camera.activated.emit(studio.shot_form.camera.currentIndex())
    seen = frames_of(studio.board)[studio.preview.index]
    assert (seen.shot, seen.glide) == (1, 1.0)  # the camera has come there
    there = studio.preview.index
    studio.shot_form.title.setText("Near by")
    studio.shot_form.title.editingFinished.emit()
    assert studio.preview.index == there


def test_a_camera_that_has_no_time_to_come_is_shown_at_its_last(studio: Studio) -> None:
    studio.shots.wanted.emit(Show.MOMENT)
    studio.shot_form.seconds.setValue(0.3)
    select(studio.shot_form.camera, NeuronRef(1, 2))
    studio.shot_form.camera.activated.emit(studio.shot_form.camera.currentIndex())
    assert studio.preview.index == len(frames_of(studio.board)) - 1


@pytest.mark.parametrize("key", [Qt.Key.Key_F, Qt.Key.Key_B])
def test_it_begins_at_the_moment_that_the_window_shows(bench: Bench, key: Qt.Key) -> None:
    bench.key(key)
    finish(bench)
    view = bench.controller.view
    assert view is not None
    assert view.cursor is not None
    bench.window.actions_by_id["studio"].trigger()
    studio = bench.window.findChild(Studio)
    assert studio is not None
    cursor = frames_of(studio.board)[studio.preview.index].cursor
    assert cursor is not None
    assert (cursor.moment.step, cursor.fraction) == (view.cursor.moment.step, 1.0)
    assert cursor.moment.step == {Qt.Key.Key_F: Step(Phase.LOSS), Qt.Key.Key_B: Step(Phase.UPDATE)}[key]
    studio.close()


def test_rows_of_exports_look_alike_where_the_studio_is_opened_again(
    studio: Studio, qtbot: QtBot, basis: Basis, tmp_path: object
) -> None:
    studio.target.choose(".png")
    studio.target.file.setText(f"{tmp_path}/one.png")
    studio.start.click()
    qtbot.waitUntil(lambda: not studio.queue.busy, timeout=60_000)
    again = Studio(None, board_of(basis), basis, "spiral", studio)
    qtbot.addWidget(again)
    again.show()
    (old,), (new,) = studio.rows.rows, again.rows.rows
    assert new.open.sizeHint() == old.open.sizeHint()
    assert new.open.grab().toImage() == old.open.grab().toImage()
    again.end()
