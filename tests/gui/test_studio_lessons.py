"""Lessons in the studio: played beside the window, scenes become shots, and films are those of the command line."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.cli.conftest import run
from tests.cli.terminal import Run
from tests.gui.test_studio_parts import SESSION, board_of
from tests.gui.window_bench import Bench, bench, settings
from tests.storyboard.test_lesson_films import COMPARED
from twostroke.engine.border import commands
from twostroke.engine.run.trainer import Trainer
from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.model.lessons import lesson
from twostroke.gui.model.lessons.lesson_file import open_lesson
from twostroke.gui.model.storyboard.board import Layout, Picture, Show, Storyboard
from twostroke.gui.model.storyboard.board_text import written_storyboard
from twostroke.gui.model.storyboard.of_lesson import storyboard_of
from twostroke.gui.model.storyboard.shot_frames import frames_of
from twostroke.gui.model.storyboard.storyboard_file import open_storyboard
from twostroke.gui.shell.studio.begun import Basis
from twostroke.gui.shell.studio.orders import Making, job_for
from twostroke.gui.shell.studio.studio import Studio
from twostroke.gui.shell.studio.target_form import kinds
from twostroke.gui.shell.studio.work_queue import State

__all__ = ["bench", "run", "settings"]

NAME = "mine.toml"
BROKEN = COMPARED.replace(b'{play = "forward"}', b'{step = "gate:99"}')


@pytest.fixture
def studio(qtbot: QtBot) -> Iterator[Studio]:
    basis = Basis(Trainer(SESSION).captured())
    made = Studio(None, board_of(basis), basis, "spiral")
    qtbot.addWidget(made)
    made.show()
    yield made
    made.end()


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    path.write_bytes(COMPARED)
    return path


def play(studio: Studio, what: Path | str, qtbot: QtBot) -> None:
    studio.open_file(what) if isinstance(what, Path) else studio.open_lesson(lesson(what))
    assert studio.playing.on
    assert "is being played" in studio.notice.text()
    assert not studio.start.isEnabled()
    qtbot.waitUntil(lambda: not studio.playing.on, timeout=60_000)
    assert studio.board.is_played


# -- films -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["two-strokes", pytest.param("mixed-activations", marks=pytest.mark.slow), NAME])
def test_its_film_is_that_of_the_command_line_byte_for_byte(
    studio: Studio, mine: Path, source: str, run: Run, qtbot: QtBot, tmp_path: Path
) -> None:
    asked = ("--show", "lesson", "--size", "480x270", "--fps", "1", "--layout", "curves")
    done = run("export", source, "-o", "typed/", *asked)
    assert done.code == 0, done.err
    play(studio, mine if source == NAME else source, qtbot)
    studio._put_picture(Picture(480, 270, 1, layout=Layout.CURVES))
    studio.target.choose("")
    studio.target.file.setText(str(tmp_path / "seen"))
    qtbot.mouseClick(studio.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(studio.queue.exports) and not studio.queue.busy, timeout=120_000)
    assert studio.queue.exports[-1].state is State.DONE, studio.queue.exports[-1].message
    typed, seen = (sorted((tmp_path / name).iterdir()) for name in ("typed", "seen"))
    assert [path.name for path in typed] == [path.name for path in seen]
    assert len(seen) == len(frames_of(studio.board))
    assert [path.name for path, own in zip(typed, seen, strict=True) if path.read_bytes() != own.read_bytes()] == []


@pytest.mark.parametrize("show", [Show.TRAINING, Show.FORWARD])
def test_a_picture_is_the_frame_that_is_seen(
    studio: Studio, mine: Path, show: Show, qtbot: QtBot, tmp_path: Path
) -> None:
    """In the middle of a shot, whose caption has several lines."""
    play(studio, mine, qtbot)
    long = "This is one sentence, which fills a line of the picture nearly to its end, as sentences of lessons do. " * 3
    place = [shot.show for shot in studio.board.shots].index(show)
    studio.shots.list.setCurrentRow(place)
    studio.shot_form.caption.setText(long)
    studio.shot_form.caption.editingFinished.emit()
    studio._put_picture(replace(studio.board.picture, width=480, height=270, fps=4, layout=Layout.CURVES))
    frames = frames_of(studio.board)
    studio.preview.show_frame(frames.begins(place) + 2)
    for name, ending in (("whole", ""), ("one.png", ".png")):
        studio.target.choose(ending)
        studio.target.file.setText(str(tmp_path / name))
        qtbot.mouseClick(studio.start, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not studio.queue.busy, timeout=60_000)
    whole = sorted((tmp_path / "whole").iterdir())
    assert whole[studio.preview.index].read_bytes() == (tmp_path / "one.png").read_bytes()


# -- shots -------------------------------------------------------------------------------------------------------------


def test_scenes_are_arranged_and_told_anew_but_show_what_was_played(studio: Studio, mine: Path, qtbot: QtBot) -> None:
    play(studio, mine, qtbot)
    two, stroke = studio.board.shots
    assert "Two" in studio.shots.list.item(0).text()
    assert "A stroke" in studio.shots.list.item(1).text()
    form = studio.shot_form
    assert not form.show_box.isEnabled()
    assert not any(field.isVisible() for field in (form.at, form.until, form.moment, form.grain, form.row, form.lens))
    form.title.setText("Side by side")
    form.title.editingFinished.emit()
    form.seconds.setValue(2.5)
    assert studio.board.shots[0] == replace(two, title="Side by side", seconds=2.5)
    qtbot.mouseClick(studio.shots.double, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(studio.shots.down, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(studio.shots.down, Qt.MouseButton.LeftButton)
    assert [shot.played for shot in studio.board.shots] == [two.played, stroke.played, two.played]
    for _ in range(4):
        qtbot.mouseClick(studio.shots.remove, Qt.MouseButton.LeftButton)
    assert len(studio.board.shots) == 1
    assert studio.board.is_played


def test_its_exports_are_called_as_it_is_unless_they_have_a_name(studio: Studio, mine: Path, qtbot: QtBot) -> None:
    studio.target.choose(".tex", "solution")
    play(studio, mine, qtbot)
    assert Path(studio.target.target).name == "mine solution.tex"
    studio.target.file.clear()
    qtbot.keyClicks(studio.target.file, "/tmp/talk.mp4")
    play(studio, "two-strokes", qtbot)
    assert studio.target.target == "/tmp/talk.mp4"


def test_what_a_lesson_cannot_have_is_greyed_and_says_why(studio: Studio, mine: Path, qtbot: QtBot) -> None:
    play(studio, mine, qtbot)
    assert not studio.shots.add.isEnabled()
    assert "lesson" in studio.shots.add.toolTip()
    before = studio.board
    studio.shots.wanted.emit(Show.UPDATE)
    assert studio.board == before


def test_what_was_made_of_its_scenes_is_saved_and_opens_again(
    studio: Studio, mine: Path, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(studio, mine, qtbot)
    studio.shots.down.click()
    studio.shot_form.title.setText("Side by side")
    studio.shot_form.title.editingFinished.emit()
    studio.shot_form.seconds.setValue(2.5)
    made, target = studio.board, tmp_path / "talk.storyboard.toml"
    assert "twostroke export" in studio.save.toolTip()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    studio.save.click()
    assert "Saved as" in studio.notice.text()
    assert not studio.put_together
    play(studio, "two-strokes", qtbot)
    play(studio, target, qtbot)
    assert seen_of(studio.board) == seen_of(made)
    assert studio.board.shots[1].title == "Side by side"
    assert Path(studio.target.target).stem == "talk"
    assert seen_of(open_storyboard(target)) == seen_of(made)


def seen_of(board: Storyboard) -> Storyboard:
    """All but what was taken while it was played."""
    return replace(board, shots=tuple(replace(shot, played=None) for shot in board.shots))


def test_a_storyboard_is_saved_where_it_finds_its_lesson(
    studio: Studio, mine: Path, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(studio, mine, qtbot)
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "talk.storyboard.toml"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    for changed in (False, True):
        if changed:  # another lesson of that name lies there
            (target.parent / mine.name).write_bytes(COMPARED.replace(b"train = 40", b"train = 50"))
        studio.save.click()
        assert "finds the lesson mine.toml in its own folder" in studio.notice.text()
        assert not target.exists()
    (target.parent / mine.name).write_bytes(COMPARED)
    studio.save.click()
    assert target.exists()


def test_the_preview_shows_each_scene(studio: Studio, mine: Path, qtbot: QtBot) -> None:
    play(studio, mine, qtbot)
    qtbot.waitUntil(lambda: studio.preview.sheet.image is not None, timeout=30_000)
    training = studio.preview.sheet.image
    studio.shots.list.setCurrentRow(1)
    qtbot.waitUntil(lambda: studio.preview.sheet.image not in (None, training), timeout=30_000)
    assert studio.preview.told.text().endswith("update 40")
    studio.preview.show_frame(0)
    assert studio.preview.told.text().endswith("update 0")
    assert studio.shots.place == 0


# -- what is worked out ------------------------------------------------------------------------------------------------


def making(ending: str, shape: str, tmp_path: Path) -> Making:
    kind = next(each for each in kinds() if (each.ending, each.shape) == (ending, shape))
    return Making(kind.made_by, str(tmp_path / f"a{ending}"), shape)


@pytest.mark.parametrize("name", ["two-strokes", "organs", "by-hand", "gate-out"])
def test_numbers_are_those_of_the_scene(name: str) -> None:
    """The tape of the network that goes on from the end of a shot is the one that was shown."""
    taped = 0
    for shot in storyboard_of(lesson(name), Picture()).shots:
        assert shot.played is not None
        take, end = shot.played.takes[-1], shot.played.end
        trainer = Trainer(end.session, state=end.state)
        trainer.apply(commands.Record())
        assert trainer.update == take.snapshot.update
        if take.tape is not None and trainer.tape is not None:
            taped += 1
            assert np.array_equal(take.tape.rows, trainer.tape.rows)
            assert np.array_equal(take.tape.sample_loss, trainer.tape.sample_loss)
    assert taped or name != "two-strokes"


def test_a_solution_and_a_model_are_of_the_frame_or_say_what_to_do(mine: Path, tmp_path: Path) -> None:
    board = storyboard_of(open_lesson(mine), Picture(fps=5))
    frames = frames_of(board)
    last = len(frames) - 1
    for ending, shape in ((".tex", "solution"), (".csv", "numbers"), (".safetensors", "safetensors")):
        found = [each for each in kinds() if each.ending == ending]
        shape = shape if any(each.shape == shape for each in found) else found[0].shape
        job = job_for(board, last, making(ending, shape, tmp_path))()
        job.start()
        assert job.wait(60.0)
        assert job.finish() is not None
    assert "Update 40" in (tmp_path / "a.tex").read_text()
    with pytest.raises(ExportRequestError, match="go to the last frame of this shot"):
        job_for(board, 0, making(".tex", "solution", tmp_path))
    with pytest.raises(ExportRequestError, match="A program trains from the first update"):
        job_for(board, last, making(".py", "numpy", tmp_path))


# -- where lessons come from -------------------------------------------------------------------------------------------


def test_a_lesson_that_cannot_be_played_leaves_what_was_there(studio: Studio, mine: Path, qtbot: QtBot) -> None:
    mine.write_bytes(BROKEN)
    before = studio.board
    studio.open_file(mine)
    qtbot.waitUntil(lambda: not studio.playing.on, timeout=60_000)
    assert "mine.toml, line" in studio.notice.text()
    assert studio.board == before
    assert studio.start.isEnabled()
    assert studio.preview.board is studio.board
    mine.write_text("format = 3")
    studio.open_file(mine)
    qtbot.waitUntil(lambda: not studio.playing.on, timeout=60_000)
    assert "mine.toml, line 1" in studio.notice.text()


def test_playing_can_be_stopped_and_ends_with_the_studio(studio: Studio, qtbot: QtBot) -> None:
    before = studio.board
    studio.open_lesson(lesson("two-strokes"))
    qtbot.mouseClick(studio.stop, Qt.MouseButton.LeftButton)
    assert studio.board == before
    assert not studio.stop.isVisible()
    assert studio.preview.board is studio.board
    studio.open_lesson(lesson("two-strokes"))
    studio.close()
    assert not studio.playing.on
    qtbot.waitUntil(lambda: not [each for each in threading.enumerate() if each.name == "twostroke-reading"])
    assert studio.board == before


def test_nothing_that_was_put_together_is_lost(studio: Studio, mine: Path, qtbot: QtBot, tmp_path: Path) -> None:
    other = tmp_path / "other.storyboard.toml"
    other.write_text(written_storyboard(studio.board, tmp_path))
    assert not studio.back.isVisible()
    studio.shots.wanted.emit(Show.TRAINING)
    first = studio.board
    studio.open_file(other)
    studio.shots.wanted.emit(Show.FORWARD)
    second = studio.board
    play(studio, mine, qtbot)
    assert "(2)" in studio.back.text()
    studio.shot_form.seconds.setValue(2.5)
    third = studio.board
    found, names = [], []
    for _ in range(4):
        studio.back.click()
        found.append(studio.board)
        names.append(Path(studio.target.target).stem)
    assert found == [second, first, third, second]
    assert names == ["other", "spiral", "mine", "other"]
    after = Studio(None, first, Basis(Trainer(SESSION).captured()), "spiral", studio)
    qtbot.addWidget(after)
    assert len(after.earlier) == 3
    after.end()


@pytest.mark.parametrize("name", ["mine.toml", "mine.storyboard.toml"])
def test_a_file_that_is_dropped_opens(studio: Studio, mine: Path, name: str, qtbot: QtBot, tmp_path: Path) -> None:
    shot = replace(studio.board.shots[0], caption="Dropped.")
    (tmp_path / "mine.storyboard.toml").write_text(written_storyboard(replace(studio.board, shots=(shot,)), tmp_path))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
    keys, buttons, copy = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    entering = QDragEnterEvent(QPoint(5, 5), copy, data, buttons, keys)
    studio.dragEnterEvent(entering)
    assert entering.isAccepted()
    studio.dropEvent(QDropEvent(QPointF(5, 5), copy, data, buttons, keys))
    qtbot.waitUntil(lambda: not studio.playing.on, timeout=60_000)
    assert studio.board.is_played == (name == NAME)
    assert (studio.board.shots[0].caption == "Dropped.") == (name != NAME)


def test_the_lesson_that_is_open_in_the_window_is_shown(bench: Bench, qtbot: QtBot) -> None:
    action = bench.window.actions_by_id["lesson_film"]
    bench.document.lesson_opened.emit(None)
    assert not action.isEnabled()
    own = lesson("two-strokes")
    bench.document.held.lesson = own
    bench.document.lesson_opened.emit(own)
    action.trigger()
    studio = bench.window.findChild(Studio)
    assert studio is not None
    assert "is being played" in studio.notice.text()
    qtbot.waitUntil(lambda: studio.board.is_played, timeout=60_000)
    assert own.title in studio.windowTitle()
    assert [shot.played is not None for shot in studio.board.shots] == [True] * len(studio.board.shots)
    studio.close()
