"""The welcome: what it offers first, where keys and choices lead, that all of it has its place, and its pictures."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.taught import Taught, taught
from tests.gui.window_bench import Bench, bench, file_dialogs, settings
from tests.lessons import card_pictures
from twostroke.engine.files.session_file import write_session
from twostroke.engine.files.unsaved import Note
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.lessons import heads, lessons
from twostroke.gui.model.welcome import HERE, NEXT, WHERE_YOU_WERE, cards, first_of, small_session
from twostroke.gui.shell import program
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.program import Program, application
from twostroke.gui.shell.welcome.drawn_ahead import DRAWN, picture_of
from twostroke.gui.shell.welcome.lesson_card import SMALLEST_PICTURE
from twostroke.gui.shell.welcome.own_session import OwnSession
from twostroke.gui.shell.welcome.welcome_page import WelcomePage

__all__ = ["bench", "settings", "taught"]

SIZES = ((1280, 720), (1920, 1080), (960, 600))


# -- what it offers --------------------------------------------------------------------------------------------------


def test_the_list_says_of_each_lesson_what_its_file_does() -> None:
    for head, lesson in zip(heads(), lessons(), strict=True):
        told = (lesson.name, lesson.title, lesson.number, lesson.minutes, lesson.claim, len(lesson.scenes))
        assert tuple(vars(head).values()) == told


def test_one_goes_on_where_one_was_and_then_with_the_next_lesson() -> None:
    fresh = cards(heads(), lambda name: 0)
    assert first_of(fresh, "", 0).why == HERE
    assert first_of(fresh, "", 0).card is fresh[0]
    assert first_of(fresh, "of an older program", 3).card is fresh[0]
    seen = {fresh[0].name: 6, fresh[1].name: 4, fresh[2].name: fresh[2].scenes}
    some = cards(heads(), lambda name: seen.get(name, 0))
    assert [card.progress for card in some[:4]] == ["done", f"scene 4 of {some[1].scenes}", "done", ""]
    assert [card.scene for card in some[:4]] == [1, 4, 1, 1]
    back = first_of(some, some[1].name, 2)
    assert (back.why, back.card) == (WHERE_YOU_WERE, replace(some[1], scene=2))
    following = first_of(some, some[2].name, some[2].scenes)
    assert (following.why, following.card) == (NEXT, some[3])
    done = cards(heads(), lambda name: 99)
    assert first_of(done, done[0].name, 6).card is done[0], "all are done: the same again"


def test_a_new_session_has_the_small_choices() -> None:
    made = small_session("sine", 3, 5, "tanh")
    assert (made.data.name, made.widths[1:-1]) == ("sine", (5, 5, 5))
    assert {layer.activation.name for layer in made.network.layers} == {"tanh"}
    with pytest.raises(SessionError, match="no dataset"):
        small_session("nothing", 1, 1, "relu")


# -- in the window ---------------------------------------------------------------------------------------------------


@pytest.fixture
def in_own_type(qapp: QApplication) -> Iterator[None]:
    """Texts as wide as they are in the program."""
    before = qapp.font()
    application()
    yield
    qapp.setFont(before)


def page_of(bench: Bench) -> WelcomePage:
    bench.window.welcoming.prepare()
    page = bench.window.welcoming.page
    assert page is not None
    return page


def test_it_is_there_when_the_program_starts_without_a_file(
    qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[bool, str, bool]] = []

    def look(self: Program) -> int:
        shown.append((self.window.welcoming.on, self.window.windowTitle(), self.window.stage.isVisible()))
        return 0

    monkeypatch.setattr(Program, "exec", look)
    monkeypatch.setattr(program.platformdirs, "user_state_dir", lambda *_, **__: str(tmp_path))
    file = tmp_path / "x.twostroke.json"
    write_session(file, Session())
    for path in (None, file):
        program.run_program(path)
    assert shown[0] == (True, "Twostroke", False)
    assert (shown[1][0], shown[1][2]) == (False, True)


def test_escape_leads_to_the_window_as_it_begins_without(bench: Bench) -> None:
    page = page_of(bench)
    assert QApplication.focusWidget() is page.begin_button
    bench.key(Qt.Key.Key_Escape)
    assert not bench.window.welcoming.on
    assert bench.window.stage.isVisible()
    assert QApplication.focusWidget() is bench.window.stage
    assert bench.document.title == heads()[0].title
    bench.window.actions_by_id["welcome"].trigger()
    assert bench.window.welcoming.on
    bench.change()
    bench.key(Qt.Key.Key_Escape)
    assert bench.document.changed, "the session of before, and nothing begun anew"


def test_all_of_it_is_light_where_the_window_is(bench: Bench) -> None:
    bench.controller.toggle_theme()
    light = PALETTES[bench.controller.choices.theme]
    page = page_of(bench)
    dressed = [widget for widget in page.findChildren(QWidget) if isinstance(widget, Dressed)]
    assert len(dressed) > len(heads())
    assert all(widget.palette_ is light for widget in dressed)


def test_keys_of_what_cannot_be_seen_do_nothing(bench: Bench) -> None:
    page_of(bench)
    for key in (Qt.Key.Key_F, Qt.Key.Key_R, Qt.Key.Key_U, Qt.Key.Key_F11):
        bench.key(key)
    assert not bench.controller.in_stroke
    assert not bench.window.presenter.on
    assert bench.window.welcoming.on
    assert not bench.window.actions_by_id["forward"].isEnabled()
    bench.key(Qt.Key.Key_Escape)
    assert bench.window.actions_by_id["forward"].isEnabled()


def test_arrows_walk_the_cards_and_enter_begins(bench: Bench) -> None:
    page = page_of(bench)
    buttons = page.grid.buttons
    buttons[0].setFocus()
    for key, place in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Down, 6), (Qt.Key.Key_Left, 5), (Qt.Key.Key_Up, 0)):
        bench.key(key)
        assert QApplication.focusWidget() is buttons[place]
    bench.key(Qt.Key.Key_Left)
    assert QApplication.focusWidget() is page.begin_button
    buttons[5].setFocus()
    assert heads()[5].claim in page.readout.text()
    bench.key(Qt.Key.Key_Return)
    assert bench.document.title == heads()[5].title
    assert not bench.window.welcoming.on


def test_it_stays_until_what_was_chosen_is_there(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Meanwhile the window showed the session of before, with panels that were still being laid out."""
    asked = list[Callable[[bool], object]]()
    begin = bench.document.begin
    monkeypatch.setattr(bench.document, "begin", lambda start, then: asked.append(lambda _: begin(start, then)))
    page_of(bench)
    bench.key(Qt.Key.Key_Return)
    assert bench.window.welcoming.on
    assert not bench.window.stage.isVisible()
    asked[0](True)
    assert not bench.window.welcoming.on
    inside = bench.window.centralWidget()
    assert bench.window.columns.mapTo(inside, QPoint(0, 0)).y() < inside.height() / 4
    assert bench.window.columns.height() > inside.height() / 2, "the welcome has no room any longer"


def test_what_is_chosen_twice_is_opened_once_and_leaving_meanwhile_opens_nothing_else(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[object]()
    page_of(bench)
    monkeypatch.setattr(bench.controller, "ask", lambda command, then: asked.append(command))
    for _ in range(2):
        bench.key(Qt.Key.Key_Return)
    assert len(asked) == 1
    bench.key(Qt.Key.Key_Escape)
    assert not bench.window.welcoming.on
    assert len(asked) == 1


def test_it_stays_where_what_was_chosen_is_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.document, "begin", lambda _, then=bool: then(False))
    page_of(bench)
    bench.key(Qt.Key.Key_Return)
    assert bench.window.welcoming.on
    bench.key(Qt.Key.Key_Escape)
    assert not bench.window.welcoming.on


def test_tab_visits_every_choice_and_nothing_behind_it(bench: Bench) -> None:
    page = page_of(bench)
    seen = set()
    for _ in range(30):
        bench.key(Qt.Key.Key_Tab)
        seen.add(QApplication.focusWidget())
    wanted = {page.begin_button, page.session_button, page.data_button, page.open_button, page.at_start}
    assert seen == wanted | set(page.grid.buttons)


def test_one_can_do_without_it(bench: Bench) -> None:
    page = page_of(bench)
    page.at_start.setFocus()
    bench.key(Qt.Key.Key_Space)
    assert not Preferences(bench.settings).welcome
    bench.window.welcoming.leave()
    bench.window.welcoming.prepare()
    assert not bench.window.welcoming.on


def test_work_that_was_not_saved_is_offered_on_it(bench: Bench) -> None:
    page = page_of(bench)
    note = Note(title="Mine", path="", lesson="", update=7, at=0.0, settings=True, weights=False, seen=None)
    bench.window.offer.show_note(note, 0)
    assert page.isAncestorOf(bench.window.offer)
    assert bench.window.offer.isVisible()
    bench.window.welcoming.leave()
    assert not page.isAncestorOf(bench.window.offer)
    QApplication.processEvents()  # Qt shows it once its new place is there
    assert bench.window.offer.isVisible()


def test_ones_own_data_and_session_begin_from_it(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = page_of(bench)
    page.data_menu.actions()[1].trigger()
    assert bench.controller.snapshot is not None
    assert bench.controller.snapshot.session.data.name == "points"
    assert not bench.window.welcoming.on
    page_of(bench)
    page.session_button.click()
    (dialog,) = bench.window.findChildren(OwnSession)
    dialog.data.setCurrentIndex(dialog.data.findData("moons"))
    dialog.layers.setValue(1)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    session = bench.controller.snapshot.session
    assert (session.data.name, len(session.network.layers)) == ("moons", 1)
    page_of(bench)
    table = tmp_path / "heights.csv"
    table.write_text("a,b,y\n" + "".join(f"{n},{n * n % 7},{n % 2}\n" for n in range(40)))
    file_dialogs(monkeypatch, table)
    page.data_menu.actions()[0].trigger()
    assert bench.controller.snapshot.session.data.path == str(table)
    assert not bench.window.welcoming.on


def test_the_last_file_is_offered_and_opened(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    Preferences(bench.settings).add_recent(tmp_path / "monday.twostroke.json")
    page = page_of(bench)
    opened: list[Path] = []
    monkeypatch.setattr(bench.document, "open", opened.append)
    page.file_button.click()
    assert opened == [tmp_path / "monday.twostroke.json"]


def test_all_of_it_has_its_place_without_scrolling(in_own_type: None, bench: Bench) -> None:
    preferences = Preferences(bench.settings)
    preferences.keep_scene("vanishing", 3)  # a long title and claim
    preferences.add_recent(Path("/ada/class/monday-circles.twostroke"))
    page = page_of(bench)
    for size in SIZES:
        bench.window.resize(*size)
        for _ in range(3):  # rounds of layouts, until all lines are as high as they get
            QApplication.processEvents()
        assert not page.grid.verticalScrollBar().isVisible(), size
        assert page.left.minimumSizeHint().height() <= page.left.height(), size
        for button in page.grid.buttons:
            assert button.height() - button.texts >= SMALLEST_PICTURE, (size, button.text())
            at = QRect(button.mapTo(page, button.rect().topLeft()), button.size())
            assert page.rect().contains(at), (size, button.text())
        assert page.grid.says_claims == (size == (1920, 1080))


@pytest.mark.parametrize("taught", ["sparsity"], indirect=True)
def test_a_lesson_that_was_begun_goes_on_at_its_scene(taught: Taught, qtbot: QtBot) -> None:
    preferences = taught.window.preferences
    preferences.keep_scene("hinges", 2)
    preferences.lesson = False
    taught.window.welcoming.show()
    page = taught.window.welcoming.page
    assert page is not None
    assert page.why.text() == WHERE_YOU_WERE
    taught.key(Qt.Key.Key_Return)
    taught.until(lambda: taught.player.at == 1)
    taught.arrive()
    assert taught.player.lesson is not None
    assert taught.player.lesson.name == "hinges"
    assert taught.pane.isVisible()


# -- its pictures ----------------------------------------------------------------------------------------------------


def test_every_lesson_has_its_picture_in_every_theme(qapp: object) -> None:
    for head in heads():
        for palette in PALETTES.values():
            assert picture_of(head.name, palette).width() == card_pictures.WIDTH, head.name
    wanted = {f"{head.name}-{theme.value}{card_pictures.ENDING}" for head in heads() for theme in DRAWN}
    assert {file.name for file in card_pictures.WHERE.iterdir()} == wanted


def apart(one: QImage, other: QImage) -> float:
    """The mean difference of their pixels, of 255, seen from afar: what packing loses is fine."""

    def pixels(image: QImage) -> np.ndarray:
        small = image.scaled(140, 70, mode=Qt.TransformationMode.SmoothTransformation)
        return np.frombuffer(small.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint8).astype(np.int16)

    return float(np.abs(pixels(one) - pixels(other)).mean())


def is_todays(name: str) -> None:
    alone = card_pictures.moment(name)
    for theme in DRAWN:
        kept = picture_of(name, PALETTES[theme])
        assert apart(kept, card_pictures.picture(alone, theme)) < 1.5, f"{name}: python -m tests.lessons.card_pictures"


def test_a_picture_is_that_of_its_scene_today(qapp: object) -> None:
    """Less than 1.5 of 255 is what packing loses; of other scenes it is 3 and more."""
    is_todays("sparsity")
    other = card_pictures.moment("hinges")
    assert apart(picture_of("sparsity", PALETTES[Theme.DARK]), card_pictures.picture(other, Theme.DARK)) > 3.0


@pytest.mark.slow
@pytest.mark.parametrize("name", [head.name for head in heads()])
def test_so_are_all(name: str, qapp: object) -> None:
    is_todays(name)
