"""The studio as a lecturer uses it: shots, the preview, and exports while one goes on working."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.gui.test_studio_parts import SESSION, board_of
from twostroke.engine.run.trainer import Trainer
from twostroke.gui.export.board_takes import BoardTakes
from twostroke.gui.export.render import FrameRenderer
from twostroke.gui.model.choices import GREATEST_LOSS
from twostroke.gui.model.moments import parse_moment
from twostroke.gui.model.storyboard.board import Layout, Show
from twostroke.gui.model.storyboard.board_text import written_storyboard
from twostroke.gui.model.storyboard.shot_frames import frames_of
from twostroke.gui.shell.studio.begun import Basis
from twostroke.gui.shell.studio.shot_form import select
from twostroke.gui.shell.studio.studio import Studio
from twostroke.gui.shell.studio.target_form import kinds
from twostroke.gui.shell.studio.work_queue import State


@pytest.fixture
def studio(qtbot: QtBot, tmp_path: Path) -> Iterator[Studio]:
    trainer = Trainer(SESSION)
    trainer.advance(40)
    basis = Basis(trainer.captured())
    made = Studio(None, board_of(basis), basis, "spiral")
    qtbot.addWidget(made)
    made.target.file.setText(str(tmp_path / "spiral.png"))
    made.show()
    yield made
    made.end()


def choose(studio: Studio, show: Show) -> None:
    select(studio.shot_form.show_box, show)
    studio.shot_form.show_box.activated.emit(studio.shot_form.show_box.currentIndex())


def exported(studio: Studio, qtbot: QtBot) -> None:
    qtbot.mouseClick(studio.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(studio.queue.exports) and not studio.queue.busy, timeout=60_000)
    assert studio.queue.exports[-1].state is State.DONE, studio.queue.exports[-1].message


def test_the_picture_that_is_saved_is_the_frame_that_is_seen(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    choose(studio, Show.BACKWARD)
    studio.preview.step(1)
    index, board = studio.preview.index, studio.board
    qtbot.waitUntil(lambda: studio.preview.sheet.image is not None, timeout=30_000)
    exported(studio, qtbot)
    size = (board.picture.width, board.picture.height)
    again = FrameRenderer(BoardTakes(board), frames_of(board), board, size).image(index)
    saved = QImage(str(tmp_path / "spiral.png")).convertToFormat(QImage.Format.Format_RGB32)
    assert saved == again


@pytest.mark.parametrize("kind", [".png", ".py"])
def test_what_was_exported_can_be_seen_from_its_row(
    studio: Studio, qtbot: QtBot, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: bool(opened.append(url)))  # no program for it
    studio.target.choose(kind, "numpy" if kind == ".py" else "")
    exported(studio, qtbot)
    (row,) = studio.rows.rows
    assert row.open.isVisible() == (kind == ".png")  # some systems would run a program
    qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    row.open.click()
    lies = QUrl.fromLocalFile(str(tmp_path))
    assert opened == [lies, QUrl.fromLocalFile(str(tmp_path / f"spiral{kind}")), lies]


def test_a_name_that_was_used_is_not_that_of_the_next_storyboard(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.storyboard.toml").write_text(written_storyboard(studio.board, tmp_path))
    typed = tmp_path / "slide 3.png"
    studio.target.file.selectAll()
    qtbot.keyClicks(studio.target.file, str(typed))
    studio.open_file(tmp_path / "one.storyboard.toml")
    assert Path(studio.target.target) == typed  # it was given for what is exported next
    exported(studio, qtbot)
    assert Path(studio.target.target) == typed
    studio.open_file(tmp_path / "two.storyboard.toml")
    assert Path(studio.target.target) == tmp_path / "two.png"


def test_shots_are_added_moved_and_taken_away(studio: Studio, qtbot: QtBot) -> None:
    studio.shots.wanted.emit(Show.TRAINING)
    assert [shot.show for shot in studio.board.shots] == [Show.UPDATE, Show.TRAINING]
    assert studio.shot_form.until.isVisible()
    assert not studio.shot_form.grain.isVisible()
    qtbot.mouseClick(studio.shots.up, Qt.MouseButton.LeftButton)
    assert [shot.show for shot in studio.board.shots] == [Show.TRAINING, Show.UPDATE]
    qtbot.mouseClick(studio.shots.double, Qt.MouseButton.LeftButton)
    assert len(studio.board.shots) == 3
    for _ in range(4):
        qtbot.mouseClick(studio.shots.remove, Qt.MouseButton.LeftButton)
    assert len(studio.board.shots) == 1  # the last one stays


@pytest.mark.parametrize(("before", "made"), [("forward", 0), ("backward", 1), ("update", 1)])
def test_a_training_goes_on_where_the_shot_before_it_ends(studio: Studio, before: str, made: int) -> None:
    """Behind a whole update it began with the weights that this one had changed."""
    (shot,) = studio.board.shots
    studio._put_shots((replace(shot, show=Show(before)),), 0)
    studio.shots.wanted.emit(Show.TRAINING)
    first, second = studio.board.shots
    assert second.at == first.at + made
    studio.shots.wanted.emit(Show.TRAINING)
    assert studio.board.shots[2].at == second.until


def test_the_slider_leads_to_the_shot_that_is_seen(studio: Studio) -> None:
    studio.shots.wanted.emit(Show.TRAINING)
    assert studio.shots.place == 1
    studio.preview.slider.setValue(0)
    assert studio.shots.place == 0
    assert studio.shot_form.show_box.currentData() == Show.UPDATE


def test_fields_that_make_no_sense_are_told_and_nothing_is_lost(studio: Studio, qtbot: QtBot) -> None:
    choose(studio, Show.MOMENT)
    before = studio.board
    studio.shot_form.moment.setEditText("gate:99")
    studio.shot_form.moment.entered.emit()
    assert "99" in studio.shot_form.notice.text()
    assert studio.board == before
    studio.target.file.setText("/nowhere/at/all.png")
    qtbot.mouseClick(studio.start, Qt.MouseButton.LeftButton)
    assert "/nowhere/at" in studio.notice.text()
    assert not studio.queue.exports


def test_a_moment_is_chosen_by_its_name_or_typed(studio: Studio) -> None:
    choose(studio, Show.MOMENT)
    box, score = studio.shot_form.moment, studio.board.score
    assert box.currentText() == "∂ gate 1"
    assert [box.itemText(index) for index in range(3)] == ["input", "sum 1", "gate 1"]
    assert box.count() == len(score.parts)
    box.setCurrentIndex(box.findText("sum 2"))
    box.activated.emit(box.currentIndex())
    assert studio.board.shots[0].moment == parse_moment("sum:2", score)
    assert "One moment: sum 2" in studio.shots.list.item(0).text()
    for typed, told in (("sum:1:neuron=2", "sum 1 · neuron 2"), ("gate:1:0.5", "gate:1:0.5"), ("Loss", "loss")):
        box.setEditText(typed)
        box.entered.emit()
        assert studio.board.shots[0].moment == parse_moment(typed.lower(), score)
        assert f"One moment: {told}" in studio.shots.list.item(0).text()
        before = studio.board
        studio.shot_form.show_shot(before.shots[0])
        box.entered.emit()  # the field as it is shown says the same
        assert studio.board == before


def test_a_file_that_is_there_is_replaced_only_when_agreed(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "spiral.png").write_text("mine")
    qtbot.mouseClick(studio.start, Qt.MouseButton.LeftButton)
    assert studio.start.text() == "Replace"
    assert not studio.queue.exports
    exported(studio, qtbot)
    assert (tmp_path / "spiral.png").read_bytes().startswith(b"\x89PNG")


def test_the_sample_with_the_greatest_loss_can_be_asked_for(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    tape = Trainer(SESSION, state=studio.board.state).record()
    worst = int(np.argmax(tape.sample_loss))
    assert worst
    form = studio.shot_form
    assert form.row.text() == "greatest loss"
    form.row.setValue(1)
    assert studio.board.shots[0].row == 0
    form.row.setValue(0)
    assert studio.board.shots[0].row == GREATEST_LOSS
    studio.target.choose(".csv", "numbers")
    exported(studio, qtbot)
    asked = Path(studio.queue.exports[-1].target).read_text()
    form.row.setValue(worst + 1)
    studio.target.file.setText(str(tmp_path / "by row.csv"))
    exported(studio, qtbot)
    assert (tmp_path / "by row.csv").read_text() == asked


def test_a_solution_is_of_the_update_that_is_seen(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    studio.target.choose(".tex", "solution")
    studio.target.student.setText("Ada")
    exported(studio, qtbot)
    text = (tmp_path / "spiral solution.tex").read_text()
    assert "Update 40" in text
    assert "Name: Ada" in text


def test_a_storyboard_is_saved_and_opened_again(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.shots.wanted.emit(Show.TRAINING)
    select(studio.picture_form.layout_box, Layout.CURVES)
    studio.picture_form.layout_box.activated.emit(2)
    target = tmp_path / "mine.storyboard.toml"
    offered: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *said: (offered.append(said[2]) or str(target), ""))
    studio.save.click()
    assert offered == [str(tmp_path / "spiral.storyboard.toml")]  # beside what is exported, and called like that
    before = studio.board
    studio.open_file(target)
    assert studio.board.shots == before.shots
    assert studio.board.picture == before.picture
    target.write_text("shots = 3")
    studio.open_file(target)
    assert "line 1: shots is 3" in studio.notice.text()
    assert studio.board.shots == before.shots


def test_the_frame_goes_to_the_clipboard_in_its_full_size(studio: Studio, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().clear()
    studio.copy.click()
    qtbot.waitUntil(lambda: not QGuiApplication.clipboard().image().isNull(), timeout=30_000)
    assert QGuiApplication.clipboard().image().width() == studio.board.picture.width


def test_playing_comes_to_the_end_and_stops(studio: Studio, qtbot: QtBot) -> None:
    studio.preview.show_frame(len(frames_of(studio.board)) - 3)
    studio.preview.play()
    qtbot.waitUntil(lambda: studio.preview.play_button.text() == "Play", timeout=10_000)
    assert studio.preview.index == len(frames_of(studio.board)) - 1


def test_what_is_closed_goes_on_exporting_and_its_shots_can_be_had_again(studio: Studio, qtbot: QtBot) -> None:
    studio.shots.wanted.emit(Show.TRAINING)
    put_together = studio.board
    qtbot.mouseClick(studio.start, Qt.MouseButton.LeftButton)
    studio.close()
    trainer = Trainer(SESSION)
    trainer.advance(60)
    basis = Basis(trainer.captured())
    again = Studio(None, board_of(basis), basis, "spiral", studio)
    qtbot.addWidget(again)
    again.show()
    qtbot.waitUntil(lambda: again.preview.sheet.image is not None, timeout=30_000)
    other = again.preview.sheet.image
    assert len(again.rows.rows) == 1
    qtbot.waitUntil(lambda: not again.queue.busy, timeout=60_000)
    assert again.queue.exports[-1].state is State.DONE
    assert len(again.board.shots) == 1
    again.back.click()
    assert again.board == put_together
    assert again.board.state is put_together.state
    qtbot.waitUntil(lambda: again.preview.sheet.image != other, timeout=30_000)
    again.end()


def test_each_kind_has_a_name_of_its_own_and_says_no_more_of_what_was_replaced(
    studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    names = set()
    for kind in kinds():
        studio.target.choose(kind.ending, kind.shape)
        names.add(studio.target.target)
    assert len(names) == len([*kinds()])
    studio.target.choose(".png")
    assert studio.target.target == str(tmp_path / "spiral.png")
    (tmp_path / "spiral.png").write_text("mine")
    qtbot.mouseClick(studio.start, Qt.MouseButton.LeftButton)
    assert "exists already" in studio.notice.text()
    exported(studio, qtbot)
    assert not studio.notice.text()


def test_a_program_trains_to_where_the_network_stands(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    studio.target.choose(".py", "numpy")
    exported(studio, qtbot)
    assert "40" in (tmp_path / "spiral.py").read_text()
