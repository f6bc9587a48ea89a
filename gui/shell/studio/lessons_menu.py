"""The lessons of the program, to choose one whose scenes become shots."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from twostroke.gui.fields.letter_menu import LetterMenu
from twostroke.gui.model.lessons import Lesson, lesson
from twostroke.gui.model.lessons.shelf import heads
from twostroke.gui.model.user_text import literal, tip


def lessons_menu(parent: QWidget, chosen: Callable[[Lesson], None]) -> QMenu:
    """`chosen` is told which one; a lesson is read then, and not before."""
    menu = LetterMenu(parent)
    menu.setToolTipsVisible(True)
    for number, head in enumerate(heads(), 1):
        action = menu.addAction(literal(f"{number}. {head.title}"))
        action.setToolTip(tip(head.claim))
        action.triggered.connect(partial(_choose, chosen, head.name))
    return menu


def _choose(chosen: Callable[[Lesson], None], name: str, _: bool = False) -> None:
    chosen(lesson(name))
