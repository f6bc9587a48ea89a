"""The export dialog: fields that fit the kind of file, progress, cancel, and nothing left when it is closed."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from tests.export.pictures import picture
from tests.gui.examples import example_session, example_snapshot
from twostroke.engine.border.cursor import Cursor
from twostroke.gui.export import dialog as dialogs
from twostroke.gui.export.board_takes import takes_of
from twostroke.gui.export.dialog import ExportDialog, export_update
from twostroke.gui.export.formats import FORMATS
from twostroke.gui.export.render import FrameRenderer
from twostroke.gui.model.choices import Choices, LinkRef, NeuronRef, Theme
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.score import Grain, score_of
from twostroke.gui.model.view import ViewState


@pytest.fixture
def view() -> ViewState:
    """One update on the stage, at the gates of hidden 1."""
    snapshot = example_snapshot(example_session(), stroke=True)
    return resolve(snapshot, snapshot.tape, Cursor(3, 2, 0.5), Choices(theme=Theme.DARK, batch_row=1))


@pytest.fixture
def dialog(view: ViewState, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ExportDialog:
    """The dialog, with quick small pictures in place of the stage."""
    monkeypatch.setattr(FrameRenderer, "image", lambda self, index: scaled(self, index))
    made = ExportDialog(view)
    qtbot.addWidget(made)
    made.file.setText(str(tmp_path / "film.gif"))
    made.kind.setCurrentIndex(ending(".gif"))
    made.seconds.setValue(0.5)
    made.show()
    return made


def scaled(renderer: FrameRenderer, index: int) -> QImage:
    return picture(index % 64, renderer._width, renderer._height)


def ending(wanted: str) -> int:
    return [known.ending for known in FORMATS].index(wanted)


def click(qtbot: QtBot, button: QWidget) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_film_is_exported_and_its_place_is_shown(
    dialog: ExportDialog, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or True)
    click(qtbot, dialog.start)
    assert not dialog.open_it.isVisible()
    assert dialog.bar.isVisible()
    assert not dialog.file.isEnabled()
    qtbot.waitUntil(lambda: dialog.open_folder.isVisible(), timeout=60_000)
    assert str(tmp_path / "film.gif") in dialog.message.text()
    assert os.listdir(tmp_path) == ["film.gif"]
    assert dialog.file.isEnabled()
    assert not dialog.bar.isVisible()
    click(qtbot, dialog.open_it)
    click(qtbot, dialog.open_folder)
    assert opened == [QUrl.fromLocalFile(str(tmp_path / "film.gif")), QUrl.fromLocalFile(str(tmp_path))]


def test_an_existing_file_is_replaced_only_when_agreed(dialog: ExportDialog, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "film.gif").write_text("old")
    click(qtbot, dialog.start)
    assert dialog.start.text() == "Replace"
    assert "exists" in dialog.message.text()
    assert (tmp_path / "film.gif").read_text() == "old"
    click(qtbot, dialog.start)
    qtbot.waitUntil(lambda: dialog.open_folder.isVisible(), timeout=60_000)
    assert (tmp_path / "film.gif").read_bytes().startswith(b"GIF")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_that_leads_nowhere_is_asked_about_as_well(dialog: ExportDialog, tmp_path: Path) -> None:
    (tmp_path / "out.png").symlink_to(tmp_path / "gone")
    dialog.kind.setCurrentText("PNG picture")
    dialog.file.setText(str(tmp_path / "out.png"))
    dialog.start.click()
    assert dialog.start.text() == "Replace"
    assert (tmp_path / "out.png").is_symlink()


def test_another_name_takes_the_agreement_back(dialog: ExportDialog, qtbot: QtBot, tmp_path: Path) -> None:
    for name in ("film.gif", "other.gif"):
        (tmp_path / name).write_text("old")
    click(qtbot, dialog.start)
    dialog.file.setText(str(tmp_path / "other.gif"))
    assert dialog.start.text() == "Export"
    click(qtbot, dialog.start)
    assert (tmp_path / "other.gif").read_text() == "old"


def test_cancel_stops_and_leaves_nothing(dialog: ExportDialog, qtbot: QtBot, tmp_path: Path) -> None:
    dialog.seconds.setValue(600)
    click(qtbot, dialog.start)
    qtbot.waitUntil(lambda: dialog.bar.value() > 0, timeout=60_000)
    click(qtbot, dialog.leave)
    qtbot.waitUntil(lambda: dialog.start.isVisible(), timeout=60_000)
    assert "Cancelled" in dialog.message.text()
    assert dialog.isVisible()
    assert os.listdir(tmp_path) == []
    click(qtbot, dialog.leave)
    assert not dialog.isVisible()


def test_return_presses_the_button_that_has_the_focus_and_exports_elsewhere(dialog: ExportDialog, qtbot: QtBot) -> None:
    begun: list[bool] = []
    dialog.start.clicked.disconnect()
    dialog.start.clicked.connect(lambda: begun.append(True))
    dialog.activateWindow()
    for field, wanted in ((dialog.seconds, 1), (dialog.kind, 2), (dialog.leave, 2)):
        field.setFocus()
        qtbot.waitUntil(field.hasFocus)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert len(begun) == wanted
    assert not dialog.isVisible()


@pytest.mark.parametrize("how", ["close", "escape", "quit"])
def test_nothing_goes_on_behind_a_closed_dialog(dialog: ExportDialog, qtbot: QtBot, tmp_path: Path, how: str) -> None:
    dialog.seconds.setValue(600)
    click(qtbot, dialog.start)
    qtbot.waitUntil(lambda: dialog.bar.value() > 0, timeout=60_000)
    job = dialog._job
    assert job is not None
    if how == "close":
        dialog.close()
    elif how == "escape":
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        QApplication.instance().aboutToQuit.emit()
    assert not job.running
    assert os.listdir(tmp_path) == []


def test_a_failure_is_a_sentence_and_the_fields_come_back(
    dialog: ExportDialog, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: FrameRenderer, index: int) -> QImage:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FrameRenderer, "image", full)
    click(qtbot, dialog.start)
    qtbot.waitUntil(lambda: dialog.start.isVisible(), timeout=60_000)
    assert "disk is full" in dialog.message.text()
    assert os.listdir(tmp_path) == []
    assert dialog.file.isEnabled()


@pytest.mark.parametrize("name", ["", "missing/film.gif", "film.avi"])
def test_a_target_that_cannot_be_is_told_at_once(dialog: ExportDialog, qtbot: QtBot, tmp_path: Path, name: str) -> None:
    dialog.file.setText(str(tmp_path / name) if name else "")
    click(qtbot, dialog.start)
    assert dialog.message.text().endswith(".")
    assert dialog.start.isVisible()
    assert os.listdir(tmp_path) == []


def test_the_home_of_nobody_is_told_as_a_place_that_is_not_there(dialog: ExportDialog, qtbot: QtBot) -> None:
    dialog.file.setText("~nobody-is-called-so/clip.gif")
    click(qtbot, dialog.start)
    assert "There is no folder ~nobody-is-called-so" in dialog.message.text()


def test_the_fields_follow_the_kind(dialog: ExportDialog) -> None:
    dialog.kind.setCurrentIndex(ending(".svg"))
    assert dialog.file.text().endswith("film.svg")
    assert not dialog.fps.isEnabled()
    assert not dialog.seconds.isEnabled()
    dialog.kind.setCurrentIndex(ending(""))
    assert dialog.file.text().endswith("film")
    dialog.kind.setCurrentIndex(ending(".gif"))
    assert dialog.file.text().endswith("film.gif")
    assert dialog.fps.maximum() == 50
    assert dialog.seconds.isEnabled()


def test_the_request_is_what_the_fields_say(dialog: ExportDialog, view: ViewState) -> None:
    dialog.kind.setCurrentIndex(ending(".png"))
    dialog.size_box.setCurrentIndex(1)
    request = dialog.request()
    assert request.size == (1920, 1080)
    assert request.board.picture.theme is Theme.DARK
    assert request.board.shots[0].row == 1
    assert request.frames[0].cursor == view.cursor  # a picture shows what is on the stage


def test_the_export_shows_what_the_window_shows(view: ViewState, qtbot: QtBot) -> None:
    neuron, link = NeuronRef(1, 2), LinkRef(2, 2, 1)
    pinned = replace(view.choices, lens="gain", selected=neuron, pinned_link=link, reduced_motion=True, digits=7)
    made = ExportDialog(replace(view, choices=pinned))
    qtbot.addWidget(made)
    request = made.request()
    shown = FrameRenderer(takes_of(request.board), request.frames, request.board, request.size).view(0)
    assert shown.choices == pinned
    assert (shown.tape, shown.snapshot) == (view.tape, view.snapshot)


def test_without_an_update_the_way_to_one_is_told(
    qtbot: QtBot, view: ViewState, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QMessageBox, "open", lambda self: shown.append(self.text()))
    live = resolve(view.snapshot, None, None, view.choices)
    assert export_update(None, live) is None
    assert shown == [dialogs.NOTHING_TO_EXPORT]


def test_with_an_update_the_dialog_opens_beside_the_window(qtbot: QtBot, view: ViewState) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = export_update(window, view)
    assert dialog is not None
    assert dialog.isVisible()
    assert not dialog.isModal()
    dialog.close()


def test_the_kind_follows_the_ending_that_is_typed(dialog: ExportDialog, qtbot: QtBot, tmp_path: Path) -> None:
    """The ending chooses what is written; the dialog said SVG drawing and wrote a PNG picture."""
    dialog.kind.setCurrentIndex(ending(".svg"))
    for name, moving in (("still.PNG", False), ("film.mp4", True), ("drawing.pdf", False), ("film.gif", True)):
        dialog.file.selectAll()
        qtbot.keyClicks(dialog.file, str(tmp_path / name))
        assert dialog.kind.currentIndex() == ending(Path(name).suffix.lower())
        assert dialog.seconds.isEnabled() == moving
        assert dialog.file.text() == str(tmp_path / name)
    dialog.file.selectAll()
    qtbot.keyClicks(dialog.file, str(tmp_path / "a.folder"))
    assert dialog.kind.currentIndex() == ending(".gif"), "no other kind has that ending"


def test_the_moment_of_a_term_is_offered_and_another_can_be_typed(view: ViewState, qtbot: QtBot) -> None:
    assert view.tape is not None
    score = score_of(view.tape, view.snapshot.session.network)
    here = score.cursor((1, 4.5), by_neuron=True)
    made = ExportDialog(resolve(view.snapshot, view.tape, here, view.choices))
    qtbot.addWidget(made)
    assert made.moment.text() == "sum:1:neuron=2:term=2:0.5"
    assert not made.moment.isEnabled(), "a film has all moments"
    made.kind.setCurrentIndex(ending(".png"))
    assert made.moment.isEnabled()
    assert made.request().frames[0].cursor == here
    made.moment.setText("gate:2:neuron=9")
    click(qtbot, made.start)
    assert "at gate:2 neurons 1 to 8 have their turn" in made.message.text()


def test_a_moment_is_offered_to_a_thousandth_of_its_step(view: ViewState, qtbot: QtBot) -> None:
    assert view.tape is not None
    here = Cursor(3, 1, 0.123456789)
    made = ExportDialog(resolve(view.snapshot, view.tape, here, view.choices))
    qtbot.addWidget(made)
    assert made.moment.text() == "sum:1:0.123"


def test_a_film_by_term_takes_as_long_as_its_terms_and_says_so(dialog: ExportDialog, view: ViewState) -> None:
    assert dialog.grain.currentText() == "Phase"
    dialog.grain.setCurrentText("Term")
    film = dialog.request().film
    assert film.board.shots[0].grain is Grain.TERM
    assert film.length == dialog.seconds.value() > 100
    assert dialog.told.text() == f"322 steps, {len(film):,} frames, 3 min 6 s"
    dialog.seconds.setValue(2)
    assert "some steps pass between two frames" in dialog.told.text()
    dialog.fps.setValue(50)
    dialog.seconds.setValue(600)
    assert dialog.request().film.length == 600
    dialog.kind.setCurrentIndex(ending(".mp4"))
    dialog.fps.setValue(120)
    assert "at most 36,000" in dialog.told.text()
    dialog.kind.setCurrentIndex(ending(".png"))
    assert not dialog.grain.isEnabled()


def test_a_long_refusal_takes_nothing_from_the_fields(dialog: ExportDialog) -> None:
    dialog.kind.setCurrentIndex(dialog.kind.findText("PNG picture (.png)"))
    dialog.show()
    QApplication.processEvents()
    before = dialog.file.height(), dialog.moment.y() - dialog.file.y()
    dialog.moment.setText("x" * 2000)
    dialog.start.click()
    QApplication.processEvents()
    assert "There is no moment" in dialog.message.text()
    assert len(dialog.message.text()) < 500
    assert (dialog.file.height(), dialog.moment.y() - dialog.file.y()) == before
    assert dialog.message.height() >= dialog.message.heightForWidth(dialog.message.width())


def test_of_a_kind_in_steps_the_grain_can_be_chosen_but_no_moment(dialog: ExportDialog) -> None:
    enabled = {}
    for kind in (".mp4", ".png", ".pptx", ".html"):
        dialog.kind.setCurrentIndex(ending(kind))
        enabled[kind] = [field.isEnabled() for field in (dialog.fps, dialog.seconds, dialog.grain, dialog.moment)]
    assert enabled == {
        ".mp4": [True, True, True, False],
        ".png": [False, False, False, True],
        ".pptx": [False, False, True, False],
        ".html": [True, True, True, False],
    }
    dialog.kind.setCurrentIndex(ending(".pptx"))
    assert dialog.told.text() == "17 steps"
    dialog.moment.setText("gait")
    assert len(dialog.request().frames) == 17, "of which nobody asks here"
