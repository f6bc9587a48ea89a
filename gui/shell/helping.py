"""What the Help menu opens."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from twostroke.gui.model.lessons import lesson
from twostroke.gui.shell.about import about
from twostroke.gui.shell.document import Document
from twostroke.gui.shell.leaves_out import LeavesOut
from twostroke.gui.shell.shortcuts import ShortcutSheet

if TYPE_CHECKING:
    from twostroke.gui.shell.glossary_window import GlossaryWindow


class Helping:
    """Pages over one window, made when they are first asked for."""

    def __init__(self, window: QWidget, document: Document) -> None:
        self._window = window
        self._document = document
        self.sheet: ShortcutSheet | None = None
        self.glossary: GlossaryWindow | None = None

    def show_shortcuts(self) -> None:
        """All keys on one sheet."""
        if self.sheet is None:
            self.sheet = ShortcutSheet(self._window)
        self.sheet.show()
        self.sheet.raise_()

    def show_glossary(self, word: str = "") -> None:
        """The words of the program, at that word where there is an entry of it."""
        if self.glossary is None:
            from twostroke.gui.shell.glossary_window import GlossaryWindow  # no part of the start

            self.glossary = GlossaryWindow(self._window)
            self.glossary.lesson_asked.connect(lambda name: self._document.open_lesson(lesson(name)))
        self.glossary.open_at(word)

    def show_leaves_out(self) -> None:
        """Where the picture says less than the numbers."""
        LeavesOut(self._window).open()

    def show_about(self) -> None:
        """What this program is, and its versions."""
        about(self._window).open()
