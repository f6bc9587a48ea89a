"""Fields of text and of paths show what tells most, once one has left them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from twostroke.gui.fields.lines import PathLine, TextLine
from twostroke.gui.model.user_text import tip

LONG = "/films/of this year and the year before it/the very long name of a film.mp4"


def test_what_tells_most_is_seen_as_soon_as_one_leaves(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    text, path, other = TextLine(), PathLine(LONG), QLineEdit()
    layout = QVBoxLayout(page)
    for field in (text, path, other):
        layout.addWidget(field)
    page.resize(120, 120)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    assert path.cursorPosition() == len(LONG)
    assert path.toolTip() == tip(LONG)
    text.setFocus()
    qtbot.keyClicks(text, "a long sentence about a film")
    assert text.cursorPosition() > 0
    path.setFocus(Qt.FocusReason.TabFocusReason)
    assert text.cursorPosition() == 0
    path.setCursorPosition(3)
    other.setFocus(Qt.FocusReason.TabFocusReason)
    assert path.cursorPosition() == len(LONG)
    path.fill("/b/short.mp4")
    assert path.toolTip() == tip("/b/short.mp4")


def test_a_line_that_was_emptied_comes_back_to_nothing(qtbot: QtBot) -> None:
    """What stood in it was of another scene."""
    line = TextLine()
    qtbot.addWidget(line)
    qtbot.keyClicks(line, "Gates")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    line.clear()
    qtbot.keyClicks(line, "Do")
    line.give_up()
    assert line.text() == ""
