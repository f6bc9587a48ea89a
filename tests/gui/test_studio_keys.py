"""The studio by keys, beside a comparison, and over a storyboard's file that the window opens."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QScrollArea, QStyle, QStyleOptionComboBox, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.tab_stops import is_stop
from tests.gui.test_studio_parts import SESSION, board_of
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.run.trainer import Trainer
from twostroke.gui.look import style
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import NeuronRef, Theme
from twostroke.gui.model.differences import Difference
from twostroke.gui.model.storyboard.board import Show, Storyboard
from twostroke.gui.model.storyboard.board_text import written_storyboard
from twostroke.gui.shell.studio.begun import BESIDE, Basis, first_board, new_shot
from twostroke.gui.shell.studio.studio import Studio
from twostroke.gui.shell.studio.target_form import kinds
from twostroke.gui.shell.studio.work_queue import Export

__all__ = ["bench", "settings"]

COMPARED = (Difference("activation", "tanh"), Difference("seed", 6))


@pytest.fixture
def basis() -> Basis:
    trainer = Trainer(SESSION)
    trainer.advance(40)
    return Basis(trainer.captured())


@pytest.fixture
def studio(qtbot: QtBot, basis: Basis) -> Iterator[Studio]:
    made = Studio(None, replace(board_of(basis), compare=COMPARED), basis, "spiral")
    qtbot.addWidget(made)
    made.show()
    yield made
    made.end()


def test_a_comparison_can_be_left_out_and_had_again(studio: Studio) -> None:
    check, camera = studio.picture_form.company, studio.shot_form.camera
    assert check.isVisible()
    assert check.isChecked()
    assert "tanh" in check.toolTip()
    assert not camera.isEnabled()
    assert studio.notice.text() == BESIDE
    check.setChecked(False)
    assert studio.board.compare == ()
    assert camera.isEnabled()
    studio._put_shot(replace(studio.board.shots[0], camera=NeuronRef(1, 0)))
    check.setChecked(True)
    assert studio.board.compare == COMPARED
    assert studio.board.shots[0].camera is None
    assert studio.start.isEnabled()


def test_keys_play_step_and_arrange(studio: Studio, qtbot: QtBot) -> None:
    preview, keys = studio.preview, Qt.Key
    before = preview.index
    qtbot.keyClick(preview.sheet, keys.Key_Right)
    assert preview.index > before
    qtbot.keyClick(preview.sheet, keys.Key_Left)
    assert preview.index == before
    qtbot.keyClick(preview.sheet, keys.Key_Space)
    assert preview.play_button.text() == "Pause"
    qtbot.keyClick(preview.sheet, keys.Key_Space)
    assert preview.play_button.text() == "Play"
    studio.activateWindow()
    studio.shots.list.setFocus()
    qtbot.waitUntil(studio.shots.list.hasFocus)
    qtbot.keyClick(studio.shots.list, keys.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert len(studio.board.shots) == 2
    qtbot.keyClick(studio.shots.list, keys.Key_Delete)
    assert len(studio.board.shots) == 1


def test_tab_goes_from_left_to_right_and_each_stop_has_a_name(studio: Studio, tmp_path: Path) -> None:
    for name in ("older.mp4", "newer.mp4"):
        studio.queue.exports.append(Export(tmp_path / name, Path))  # never begun
    studio.queue.changed.emit()
    stops = [each for each in _chain(studio) if is_stop(each)]
    nameless = [each for each in stops if not (each.accessibleName() or getattr(each, "text", str)())]
    assert nameless == []
    order = [
        studio.shots.list,
        studio.preview.sheet,
        studio.shot_form.show_box,
        studio.start,
        studio.rows.rows[1].button,
        studio.rows.rows[0].button,
        studio.read,
        studio.leave,
    ]
    assert [stops.index(each) for each in order] == sorted(stops.index(each) for each in order)


def _chain(studio: Studio) -> list[QWidget]:
    """Where Tab leads to, from the shots and round."""
    studio.activateWindow()
    studio.shots.list.setFocus()
    QApplication.processEvents()
    found: list[QWidget] = []
    while (at := studio.focusWidget()) not in found:
        assert at is not None
        found.append(at)
        QTest.keyClick(at, Qt.Key.Key_Tab)
    assert found[0] is at
    return found


def test_networks_that_differ_no_more_are_left_out(bench: Bench, basis: Basis) -> None:
    view = bench.controller.view
    assert view is not None
    same = Difference("seed", SESSION.network.seed)
    assert first_board(basis, view, "spiral", (same, *COMPARED)).compare == COMPARED


def test_a_storyboard_is_opened_in_the_studio(bench: Bench, qtbot: QtBot, basis: Basis, tmp_path: Path) -> None:
    path = tmp_path / "film.storyboard.toml"
    board: Storyboard = board_of(basis)
    path.write_text(written_storyboard(board, tmp_path), "utf-8")
    assert bench.document.open(path)
    studio = bench.window.findChild(Studio)
    assert studio is not None
    assert studio.isVisible()
    assert studio.board == board
    qtbot.keyClick(studio.preview.sheet, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert len(studio.board.shots) == 2  # though the main window has this key as well
    qtbot.keyClick(studio.shots.list, Qt.Key.Key_Delete)
    assert len(studio.board.shots) == 1
    studio.close()
    path.write_text("format = 3", "utf-8")
    assert bench.document.open(path)
    (box,) = [each for each in bench.window.findChildren(QMessageBox) if each.isVisible()]
    assert "film.storyboard.toml" in box.text()
    box.close()
    QApplication.processEvents()


def test_that_pages_will_be_dark_is_told_beside_a_comparison_too(studio: Studio) -> None:
    studio.picture_form.changed.emit(replace(studio.board.picture, theme=Theme.DARK))
    assert studio.notice.text() == BESIDE
    studio.target.choose(".pdf", "steps")
    assert "will be dark" in studio.notice.text()
    studio.target.choose(".mp4")
    assert studio.notice.text() == BESIDE


@pytest.fixture
def dressed() -> Iterator[None]:
    """As the program is, with its typeface."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = app.font()
    style.load_fonts()
    app.setFont(style.base_font())
    style.apply(app, PALETTES[Theme.LIGHT])
    yield
    app.setFont(before)


SMALL = QSize(1272, 676)  # what a title bar and the borders of a window leave of 1280 x 720


@pytest.fixture
def small(qtbot: QtBot, dressed: None, studio: Studio) -> Studio:
    """On a small screen, beside a comparison."""
    studio.resize(SMALL)
    return studio


def turned(studio: Studio, basis: Basis) -> Iterator[str]:
    """Each kind of shot, then of file, once it is chosen."""
    for show in Show:
        studio._put_shots((new_shot(basis, show, 40),), 0)
        yield show
    for kind in kinds():
        studio.target.choose(kind.ending, kind.shape)
        yield kind.label


def test_all_fields_of_a_picture_are_seen_on_a_small_screen(qtbot: QtBot, small: Studio, basis: Basis) -> None:
    area = small.findChild(QScrollArea)
    assert area is not None
    assert small.picture_form.company.isVisible()
    for name in turned(small, basis):
        settle()
        assert area.verticalScrollBar().maximum() == 0, name
        assert area.widget().sizeHint().height() <= area.viewport().height(), name
    shot, picture, target = small.shot_form, small.picture_form, small.target
    boxes = (shot.show_box, picture.size_box, picture.theme, picture.colours, target.subtitles)
    small.target.choose(".gif")
    settle()
    for box in boxes:
        words = max(box.fontMetrics().horizontalAdvance(box.itemText(at)) for at in range(box.count()))
        option = QStyleOptionComboBox()
        box.initStyleOption(option)
        control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        assert words <= box.style().subControlRect(control, option, part, box).width(), box.accessibleName()
    for field, longest in ((shot.row, "greatest loss"), (target.most, "2000 MB"), (shot.at, "10000000")):
        line = field.lineEdit()
        room = line.width() - line.textMargins().left() - 4
        assert line.fontMetrics().horizontalAdvance(longest) <= room, field.accessibleName()


def test_nothing_moves_where_another_kind_is_chosen(small: Studio, basis: Basis) -> None:
    shot, picture, target = small.shot_form, small.picture_form, small.target
    stay = (shot.show_box, shot.seconds, shot.at, shot.camera, shot.caption, picture.layout_box, picture.company)
    stay += (target.kind_box, target.file, small.notice, small.start)
    places = {name: [_place(each, small) for each in stay] for name in turned(small, basis) if settle() is None}
    assert len({tuple(each) for each in places.values()}) == 1, places


def test_tab_goes_through_the_fields_as_they_are_read(small: Studio, basis: Basis) -> None:
    column = small.shot_form.mapTo(small, QPoint()).x()
    for name in turned(small, basis):
        settle()
        fields = [each for each in _chain(small) if is_stop(each) and _place(each, small).x() >= column]
        assert len(fields) > 15
        read = sorted(fields, key=lambda each: (_place(each, small).y() + each.height() // 2, _place(each, small).x()))
        assert [each.accessibleName() for each in fields] == [each.accessibleName() for each in read], name


def test_edges_of_fields_meet(small: Studio) -> None:
    shot, picture, target = small.shot_form, small.picture_form, small.target
    small.target.choose(".gif")
    settle()
    lefts = (shot.show_box, shot.at, shot.camera, shot.title, picture.layout_box, picture.size_box, picture.theme)
    assert len({_place(each, small).x() for each in (*lefts, target.file, target.subtitles)}) == 1
    assert len({_place(each, small).x() for each in (shot.seconds, shot.row, picture.fps)}) == 1
    assert _place(target.browse, small).x() == _place(target.most, small).x()
    rights = (shot.seconds, shot.row, shot.camera, picture.fps, picture.colours, target.kind_box, target.browse)
    ends = {_place(each, small).x() + each.width() for each in (*rights, target.most, small.start)}
    assert len(ends) == 1
    assert _place(shot.at, small).x() + shot.at.width() == _place(picture.theme, small).x() + picture.theme.width()


def _place(widget: QWidget, studio: Studio) -> QPoint:
    return widget.mapTo(studio, QPoint())


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()
