"""Fields of the studio at their ends: whatever they say can be made, saved and opened again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionComboBox
from pytestqt.qtbot import QtBot

from tests.gui.test_studio_parts import SESSION, board_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.export.films_folder import films_folder
from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.storyboard.board import Show
from twostroke.gui.model.storyboard.board_text import written_storyboard
from twostroke.gui.model.storyboard.limits import MOST_SHOTS, MOST_UPDATES
from twostroke.gui.model.storyboard.storyboard_file import parse_storyboard
from twostroke.gui.shell.studio.begun import Basis
from twostroke.gui.shell.studio.orders import Making, job_for
from twostroke.gui.shell.studio.studio import Studio
from twostroke.gui.shell.studio.target_form import kinds
from twostroke.gui.shell.studio.work_queue import Export, State


@pytest.fixture
def studio(qtbot: QtBot, tmp_path: Path) -> Iterator[Studio]:
    basis = Basis(Trainer(SESSION).captured())
    made = Studio(None, board_of(basis), basis, "spiral")
    qtbot.addWidget(made)
    made.target.file.setText(str(tmp_path / "spiral.png"))
    yield made
    made.end()


def test_the_last_updates_and_samples_can_be_saved(studio: Studio, tmp_path: Path) -> None:
    studio.shot_form.row.setValue(1_000_000)
    studio.shot_form.at.setValue(MOST_UPDATES)
    studio.shots.wanted.emit(Show.TRAINING)
    first, second = studio.board.shots
    assert first.row == SESSION.training.batch_size - 1
    assert (second.at, second.until) == (MOST_UPDATES - 1, MOST_UPDATES)
    again = parse_storyboard(written_storyboard(studio.board, tmp_path).encode(), "a.storyboard.toml", tmp_path)
    assert again.shots == studio.board.shots


def test_more_shots_than_a_storyboard_holds_cannot_be_added(studio: Studio, qtbot: QtBot) -> None:
    shots = (replace(studio.board.shots[0], seconds=0.1),) * (MOST_SHOTS - 1)
    studio.show_board(replace(studio.board, shots=shots))
    for _ in range(3):
        qtbot.mouseClick(studio.shots.double, Qt.MouseButton.LeftButton)
    qtbot.keyClick(studio.shots.list, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert len(studio.board.shots) == MOST_SHOTS
    assert not studio.shots.add.isEnabled()


def test_a_film_that_would_be_too_long_is_shortened_again(studio: Studio, qtbot: QtBot) -> None:
    studio.show_board(replace(studio.board, shots=(replace(studio.board.shots[0], seconds=12.0),) * 100))
    for _ in range(2):
        qtbot.mouseClick(studio.shots.double, Qt.MouseButton.LeftButton)
    assert "frames" in studio.notice.text()
    for press in (studio.preview.play, studio.preview.copy, lambda: studio.preview.step(1)):
        press()
    assert not studio.start.isEnabled()
    for _ in range(2):
        qtbot.mouseClick(studio.shots.remove, Qt.MouseButton.LeftButton)
    assert studio.start.isEnabled()
    assert studio.preview.board is studio.board


@pytest.mark.parametrize(("kind", "typed", "target"), [
    ((".mp4", ""), "talk", "talk.mp4"),
    ((".mp4", ""), "talk.v2", "talk.v2.mp4"),
    ((".npz", "trace"), "talk.npz", "talk.npz"),
    ((".pdf", "solution"), "Talk.PDF", "Talk.PDF"),
    (("", ""), "frames", "frames"),
])  # fmt: skip
def test_what_is_written_has_the_ending_of_its_kind(
    studio: Studio, kind: tuple[str, str], typed: str, target: str, tmp_path: Path
) -> None:
    studio.target.choose(*kind)
    studio.target.file.setText(str(tmp_path / typed))
    assert studio.target.making.target == str(tmp_path / target)


def test_a_folder_is_no_place_for_a_film(studio: Studio, tmp_path: Path) -> None:
    studio.target.choose(".mp4")
    studio.target.file.setText(f"{tmp_path}/")
    with pytest.raises(ExportRequestError, match=r"is a folder; say the name of a file, such as film\.mp4"):
        job_for(studio.board, 0, studio.target.making)


def session_with(data: Path) -> Session:
    with data.open("wb") as file:
        np.savez(file, x=np.arange(80.0).reshape(40, 2), y=np.arange(40) % 2)
    return Session.model_validate({"data": {"name": "npz", "path": str(data)}})


@pytest.mark.parametrize(("data", "target"), [
    ("net.npz", "net.npz"),
    ("net-numbers.npz", "net.py"),
    ("net-notebook-numbers.npz", "net.ipynb"),
])  # fmt: skip
def test_nothing_is_written_over_the_data_nor_are_the_numbers_beside_a_program(
    studio: Studio, data: str, target: str, tmp_path: Path
) -> None:
    read = session_with(tmp_path / data)
    kind = next(each for each in kinds() if each.ending == Path(target).suffix)
    with pytest.raises(ExportRequestError, match=f"{data} holds the data of this session"):
        job_for(replace(studio.board, session=read), 0, Making(kind.made_by, str(tmp_path / target), kind.shape))


@pytest.mark.parametrize(
    ("ending", "shape"), [(".png", ""), (".csv", "numbers"), (".py", "numpy"), (".tex", "solution")]
)
def test_data_that_are_gone_meanwhile_are_told_and_the_preview_comes_back_with_them(
    qtbot: QtBot, tmp_path: Path, ending: str, shape: str
) -> None:
    data = tmp_path / "own.npz"
    basis = Basis(Trainer(session_with(data)).captured())
    data.rename(tmp_path / "elsewhere")
    studio = Studio(None, board_of(basis), basis, "own")
    qtbot.addWidget(studio)
    studio.show()
    gone = "own.npz cannot be read: there is no such file or folder."
    qtbot.waitUntil(lambda: gone in studio.preview.sheet.sentence, timeout=30_000)
    studio.target.choose(ending, shape)
    studio.target.file.setText(str(tmp_path / f"made{ending}"))
    qtbot.mouseClick(studio.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(studio.queue.exports) and not studio.queue.busy, timeout=60_000)
    assert gone in studio.queue.exports[0].told
    (tmp_path / "elsewhere").rename(data)
    studio.preview.step(1)
    qtbot.waitUntil(lambda: studio.preview.sheet.image is not None, timeout=30_000)
    studio.end()
    assert not list(tmp_path.glob("made*"))


@pytest.mark.parametrize("ending", [".tex", ".svg", ".csv"])
def test_a_folder_that_is_gone_meanwhile_is_told(qtbot: QtBot, studio: Studio, tmp_path: Path, ending: str) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    studio.target.choose(ending, {".tex": "solution", ".csv": "numbers"}.get(ending, ""))
    studio.target.file.setText(str(folder / f"made{ending}"))
    begin = job_for(studio.board, 0, studio.target.making)
    folder.rmdir()
    studio.queue.add(Export(folder / f"made{ending}", begin))
    qtbot.waitUntil(lambda: not studio.queue.busy, timeout=60_000)
    assert studio.queue.exports[0].state is State.FAILED
    assert "usb" in studio.queue.exports[0].told


def test_a_name_alone_lies_where_films_go(studio: Studio, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("twostroke.gui.export.films_folder.films_folder", lambda: tmp_path / "films")
    studio.target.choose(".mp4")
    studio.target.file.setText("training")
    assert studio.target.making.target == str(tmp_path / "films" / "training.mp4")
    studio.target.file.setText("talks/")
    assert studio.target.making.target == f"{tmp_path / 'films' / 'talks'}/"
    studio.target.file.setText(f"{tmp_path}/mine.mp4")
    assert studio.target.making.target == str(tmp_path / "mine.mp4")
    studio.target.file.clear()
    assert studio.target.making.target == ""


def test_the_list_of_kinds_stays_in_its_place(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    studio.resize(1272, 680)
    places, box = set(), studio.target.kind_box
    for ending, shape in ((".mp4", ""), (".pdf", "steps"), (".tex", "sheet"), (".csv", "numbers")):
        studio.target.choose(ending, shape)
        studio.target.file.setText(str(tmp_path / f"mine{ending}"))
        (tmp_path / f"mine{ending}").touch()
        for _ in "ab":
            QApplication.processEvents()
            places.add((box.mapTo(studio, QPoint()), box.width()))
            studio.start.click() if "exists" not in studio.notice.text() else None
        assert "exists already" in studio.notice.text()
    assert len(places) == 1


def test_what_was_refused_while_it_was_being_written_can_be_exported_then(studio: Studio, qtbot: QtBot) -> None:
    studio.start.click()
    studio.start.click()
    assert "is in the queue already" in studio.notice.text()
    qtbot.waitUntil(lambda: not studio.queue.busy, timeout=60_000)
    assert studio.notice.text() == ""
    studio.start.click()
    assert "exists already" in studio.notice.text()


def test_what_was_refused_while_it_waited_can_be_exported_once_that_was_cancelled(
    studio: Studio, tmp_path: Path
) -> None:
    studio.start.click()
    studio.target.file.setText(str(tmp_path / "second.mp4"))
    studio.start.click()
    studio.target.file.setText(str(tmp_path / "second.mp4"))
    studio.start.click()
    assert "second.mp4 is in the queue already" in studio.notice.text()
    studio.queue.cancel(studio.queue.exports[1])
    assert "queue already" not in studio.notice.text()
    studio.start.click()
    assert [export.target.name for export in studio.queue.left][1:] == ["second.mp4"]


def test_kinds_stand_in_groups_and_no_line_between_them_is_taken_for_one(studio: Studio, qtbot: QtBot) -> None:
    box = studio.target.kind_box
    lines = [index for index in range(box.count()) if box.itemData(index) is None]
    assert len(lines) == 8
    assert box.count() - len(lines) == len([*kinds()])
    box.setFocus()
    box.setCurrentIndex(lines[0] - 1)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.currentIndex() == lines[0] + 1
    studio.target.file.setText("mine.onnx")
    assert studio.target.kind.ending == ".onnx"


def test_that_pages_will_be_dark_is_told_before_they_are_printed(studio: Studio, qtbot: QtBot) -> None:
    studio.picture_form.changed.emit(replace(studio.board.picture, theme=Theme.DARK))
    for ending, shape, is_told in ((".pdf", "storyboard", True), (".mp4", "", False), (".pdf", "solution", False)):
        studio.target.choose(ending, shape)
        assert ("will be dark" in studio.notice.text()) is is_told
    studio.target.choose(".pdf", "steps")
    studio.picture_form.changed.emit(replace(studio.board.picture, theme=Theme.LIGHT))
    assert studio.notice.text() == ""


def test_every_kind_can_be_read_whole(studio: Studio, qtbot: QtBot) -> None:
    box, option = studio.target.kind_box, QStyleOptionComboBox()
    studio.resize(1272, 680)
    QApplication.processEvents()
    box.initStyleOption(option)
    room = box.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, box
    )
    assert [kind.label for kind in kinds() if box.fontMetrics().horizontalAdvance(kind.label) > room.width()] == []


def test_a_click_on_the_slider_goes_there_and_playing_leaves_its_length(studio: Studio, qtbot: QtBot) -> None:
    studio.resize(1272, 680)
    studio.shot_form.show_box.setCurrentIndex(studio.shot_form.show_box.findData(Show.TRAINING))
    studio.shot_form.show_box.activated.emit(studio.shot_form.show_box.currentIndex())
    studio.show()
    preview, slider = studio.preview, studio.preview.slider
    QApplication.processEvents()
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() * 3 // 4, slider.height() // 2))
    assert preview.index == pytest.approx(0.75 * slider.maximum(), rel=0.02)
    lengths = set()
    for index in (0, slider.maximum() // 2, slider.maximum()):
        preview.show_frame(index)
        QApplication.processEvents()
        lengths.add(slider.width())
    assert len(lengths) == 1


@pytest.mark.parametrize(("title", "name"), [
    ("Two strokes, one gate", "Two strokes, one gate"),
    ("Which organ matters?", "Which organ matters"),
    ("Loss/accuracy: a\\b \"c\" <d> | *", "Loss accuracy a b c d"),
    ("..", "film"),
    ("gé·\n\u202e9", "gé· 9"),
    ("long " * 100, ("long " * 20).strip()),
])  # fmt: skip
def test_films_have_names_that_every_system_takes(title: str, name: str, qtbot: QtBot) -> None:
    basis = Basis(Trainer(SESSION).captured())
    made = Studio(None, board_of(basis), basis, title)
    qtbot.addWidget(made)
    assert Path(made.target.target) == films_folder() / f"{name}.mp4"
    made.target.call("mine")
    made.target.call(title)
    assert Path(made.target.target) == films_folder() / f"{name}.mp4"
    made.end()


def test_a_title_that_is_typed_and_not_shown_is_no_riddle(studio: Studio) -> None:
    studio.shot_form.title.setText("Look at the gates")
    studio.shot_form.title.editingFinished.emit()
    assert "where Show title is ticked" in studio.notice.text()
    studio.picture_form.checks["title"].click()
    assert studio.notice.text() == ""
