"""The menus by keys: Alt and a letter opens one, letters go through its entries."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.gui.window_bench import Bench
from tests.gui.window_bench import bench as bench
from tests.gui.window_bench import settings as settings
from twostroke.gui.fields.letter_menu import LetterMenu
from twostroke.gui.shell.actions import ACTIONS, MENUS

ROOT = Path(__file__).parents[2]
ALT = Qt.KeyboardModifier.AltModifier


def opened(bench: Bench, letter: str) -> QMenu:
    """The menu of that letter, open."""
    bench.key(Qt.Key(ord(letter)), ALT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_each_menu_has_a_letter_of_its_own_that_no_action_takes(bench: Bench) -> None:
    menus = bench.window.menuBar().actions()
    keys = [QKeySequence.mnemonic(menu.text()) for menu in menus]
    assert len(set(keys)) == len(MENUS)
    taken = {QKeySequence(key) for action in ACTIONS for key in action.keys}
    assert not taken & set(keys)


@pytest.mark.parametrize("name", MENUS)
def test_alt_and_its_letter_opens_a_menu(bench: Bench, name: str) -> None:
    menu = opened(bench, name[0])
    assert menu.title().replace("&", "") == name
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None


def test_a_screen_reader_says_the_names_of_menus_without_a_sign(bench: Bench) -> None:
    bar = QAccessible.queryAccessibleInterface(bench.window.menuBar())
    names = [bar.child(place).text(QAccessible.Text.Name) for place in range(bar.childCount())]
    assert names == list(MENUS)


def test_letters_go_through_the_entries_that_begin_with_them(bench: Bench) -> None:
    menu = opened(bench, "F")

    def typed(key: Qt.Key) -> str:
        QTest.keyClick(menu, key)
        return menu.activeAction().text()

    assert [typed(Qt.Key.Key_S) for _ in range(5)] == ["Save", "Save as…", "Save with weights", "Studio…", "Save"]
    assert typed(Qt.Key.Key_Q) == "Quit"
    assert typed(Qt.Key.Key_Z) == "Quit"
    menu.close()


def test_return_does_what_a_letter_has_gone_to(bench: Bench) -> None:
    menu = opened(bench, "V")
    before = bench.controller.choices.reduced_motion
    for key in (Qt.Key.Key_R, Qt.Key.Key_Return):
        QTest.keyClick(menu, key)
    assert bench.controller.choices.reduced_motion is not before


def test_what_cannot_be_done_is_passed_over(bench: Bench) -> None:
    menu = LetterMenu("m", bench.window)
    for text in ("Out", "&Off", "on"):
        menu.addAction(text)
    menu.actions()[0].setEnabled(False)
    menu.popup(bench.window.pos())
    found: list[str] = []
    for _ in range(3):
        QTest.keyClick(menu, Qt.Key.Key_O)
        found.append(menu.activeAction().text())
    assert found == ["&Off", "on", "&Off"]
    menu.close()
    menu.deleteLater()


def test_a_class_sees_no_menu(bench: Bench) -> None:
    bench.key(Qt.Key.Key_F11)
    bench.key(Qt.Key.Key_F, ALT)
    assert QApplication.activePopupWidget() is None


def submenu(bench: Bench, name: str) -> QMenu:
    """The one that has the keys once its name's first letter is typed in the menu above it."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key(ord(name[0])))
    below = QApplication.activePopupWidget()
    assert isinstance(below, LetterMenu)
    assert below.title() == name
    return below


def test_right_goes_into_a_menu_that_a_letter_has_opened(bench: Bench) -> None:
    opened(bench, "F")
    lessons = submenu(bench, "Lessons")
    assert lessons.activeAction() is None
    QTest.keyClick(lessons, Qt.Key.Key_Right)
    assert lessons.activeAction() is lessons.actions()[0]
    QTest.keyClick(lessons, Qt.Key.Key_2)
    assert lessons.activeAction().text().startswith("2.")
    QTest.keyClick(lessons, Qt.Key.Key_Left)
    assert QApplication.activePopupWidget() is not lessons
    for widget in (QApplication.activePopupWidget(), lessons):
        if widget is not None:
            widget.close()


def test_a_letter_that_has_opened_a_menu_goes_on_above_it(bench: Bench) -> None:
    menu = LetterMenu("m", bench.window)
    below = LetterMenu("Open recent", menu)
    below.addAction("other.json")
    menu.addAction("Open")
    menu.addMenu(below)
    menu.addAction("Open link")
    menu.popup(bench.window.pos())
    for wanted in ("Open", "Open recent", "Open link", "Open"):
        QTest.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_O)
        assert menu.activeAction().text() == wanted
    assert not below.isVisible()
    menu.close()


def test_letters_go_through_every_menu_of_the_program() -> None:
    made = re.compile(r"(?<![\w.])QMenu\(|addMenu\([f\"]")
    plain = [path.name for path in (ROOT / "gui").rglob("*.py") if made.search(path.read_text("utf-8"))]
    assert plain == []
