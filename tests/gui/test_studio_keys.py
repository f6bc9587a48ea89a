"""The studio by keys, beside a comparison, and over a storyboard's file that the window opens."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.test_studio_parts import SESSION, board_of
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.run.trainer import Trainer
from twostroke.gui.look import style
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import NeuronRef, Theme
from twostroke.gui.model.differences import Difference
from twostroke.gui.model.storyboard.board import Storyboard
from twostroke.gui.model.storyboard.board_text import written_storyboard
from twostroke.gui.shell.studio.begun import BESIDE, Basis, first_board
from twostroke.gui.shell.studio.studio import Studio

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


def test_tab_goes_from_left_to_right_and_each_stop_has_a_name(studio: Studio) -> None:
    stops = [each for each in _chain(studio) if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isVisible()]
    stops = [each for each in stops if each.focusProxy() is None]
    nameless = [each for each in stops if not (each.accessibleName() or getattr(each, "text", str)())]
    assert nameless == []
    order = [
        studio.shots.list,
        studio.preview.sheet,
        studio.shot_form.show_box,
        studio.start,
        studio.read,
        studio.leave,
    ]
    assert [stops.index(each) for each in order] == sorted(stops.index(each) for each in order)


def _chain(studio: Studio) -> Iterator[QWidget]:
    at = studio.nextInFocusChain()
    while at is not studio:
        yield at
        at = at.nextInFocusChain()


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


def test_all_fields_of_a_picture_are_seen_on_a_small_screen(qtbot: QtBot, dressed: None, basis: Basis) -> None:
    studio = Studio(None, board_of(basis), basis, "spiral")
    qtbot.addWidget(studio)
    studio.resize(1280, 720)
    studio.show()
    form = studio.picture_form
    area = form.window().findChild(QScrollArea)
    assert area is not None
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() == 0, timeout=5_000)
    for box in (form.size_box, form.theme, form.colours):
        words = max(box.fontMetrics().horizontalAdvance(box.itemText(at)) for at in range(box.count()))
        assert words + 8 + 20 <= box.width(), box.accessibleName()  # with its margin and its arrow
    studio.end()
