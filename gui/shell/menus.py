"""The menu bar: the action table by menus, with recent files and lessons, which the table cannot know."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from twostroke.gui.fields.letter_menu import LetterMenu
from twostroke.gui.model.lessons import Lesson, lessons
from twostroke.gui.model.user_text import literal, one_line, tip
from twostroke.gui.shell.actions import ACTIONS, MENUS
from twostroke.gui.shell.document import Document
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.stage.scene.lenses import IN_COMPANY

LONGEST_PATH = 60


class Menus:
    """Fills a menu bar and keeps its changing entries right."""

    def __init__(
        self, bar: QMenuBar, actions: dict[str, QAction], document: Document, preferences: Preferences
    ) -> None:
        self._actions = actions
        self._document = document
        self._preferences = preferences
        self.recent = LetterMenu("Open recent", bar)
        self.lessons = LetterMenu("Lessons", bar)
        self.submenus: dict[str, QMenu] = {}
        for name in MENUS:
            menu = LetterMenu(f"&{name}", bar)  # their first letters differ
            bar.addMenu(menu)
            self._fill(menu, name)
        self.lessons.setToolTipsVisible(True)
        self.lessons.aboutToShow.connect(self.show_lessons)
        self._lenses = self.submenus["Lens"].actions()
        self.offer_in_company(False)

    def offer_in_company(self, on: bool) -> None:
        """Lenses that compare are listed where there is something to compare; their keys say so elsewhere."""
        menu, unlisted = self.submenus["Lens"], [self._actions[f"lens_{lens.id}"] for lens in IN_COMPANY]
        for action in menu.actions():
            menu.removeAction(action)
        menu.addActions([action for action in self._lenses if on or action not in unlisted])

    def _fill(self, menu: QMenu, name: str) -> None:
        for entry in ACTIONS:
            if entry.menu != name:
                continue
            into = self._submenu(menu, entry.submenu) if entry.submenu else menu
            if entry.break_before:
                into.addSeparator()
            into.addAction(self._actions[entry.id])
            if entry.id == "open":
                menu.addMenu(self.recent)
                menu.addMenu(self.lessons)

    def _submenu(self, menu: QMenu, name: str) -> QMenu:
        if name not in self.submenus:
            self.submenus[name] = LetterMenu(name, menu)
            menu.addMenu(self.submenus[name])
        return self.submenus[name]

    def show_lessons(self) -> None:
        """All lessons, and how far each has been played. They are read when somebody looks: the start needs one."""
        self.lessons.clear()
        for number, lesson in enumerate(lessons(), 1):
            progress = _progress(self._preferences, lesson)
            action = self.lessons.addAction(literal(f"{number}. {lesson.title}{progress}"))
            action.setToolTip(tip(lesson.claim))
            action.triggered.connect(lambda _=False, chosen=lesson: self._document.open_lesson(chosen))

    def show_lenses(self, point: QPoint) -> None:
        """The lenses to choose from, at that point of the screen."""
        self.submenus["Lens"].popup(point)

    def show_recent(self) -> None:
        """The files of the last times, the newest first."""
        self.recent.clear()
        files = self._preferences.recent
        self.recent.setEnabled(bool(files))
        for path in files:
            action = self.recent.addAction(shortened(path))
            action.setToolTip(tip(str(path)))
            action.triggered.connect(partial(self._open, path))
        if files:
            self.recent.addSeparator()
            self.recent.addAction("Clear list").triggered.connect(self._clear)

    def _open(self, path: Path, _: bool = False) -> None:
        self._document.open(path)

    def _clear(self) -> None:
        self._preferences.clear_recent()
        self.show_recent()

    def show_undo(self, undo: str | None, redo: str | None) -> None:
        """What undo and redo would do."""
        for name, label in (("undo", undo), ("redo", redo)):
            action = self._actions[name]
            text = (
                name.capitalize() if label is None else f"{name.capitalize()}: {label[0].lower()}{literal(label[1:])}"
            )
            if action.text() != text:
                action.setText(text)
            if action.isEnabled() != (label is not None):
                action.setEnabled(label is not None)


def _progress(preferences: Preferences, lesson: Lesson) -> str:
    seen, scenes = preferences.scenes_seen(lesson.name), len(lesson.scenes)
    if not seen or not scenes:
        return ""
    return " – done" if seen >= scenes else f" – scene {seen} of {scenes}"


def shortened(path: Path) -> str:
    """A path that fits a menu: its beginning gives way, and & stays what it is."""
    text = one_line(str(path))
    if len(text) > LONGEST_PATH:
        text = f"…{text[-LONGEST_PATH:]}"
    return literal(text)
