"""A menu that letters go through."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu

NO_LETTER = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


class LetterMenu(QMenu):
    """A letter or digit goes to the next entry that begins with it, and round; Return does what is there.

    Entries change their words, so that none has a letter of its own.
    """

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters here, all else as in any menu."""
        typed = event.text()
        found = self._next(typed) if typed.isalnum() and not event.modifiers() & NO_LETTER else None
        if found is None:
            super().keyPressEvent(event)
        else:
            self.setActiveAction(found)

    def _next(self, typed: str) -> QAction | None:
        every = self.actions()
        active = self.activeAction()
        begin = every.index(active) + 1 if active in every else 0
        wanted = (each for each in (*every[begin:], *every[:begin]) if _begins(each, typed))
        return next(wanted, None)


def _begins(action: QAction, typed: str) -> bool:
    seen = action.isVisible() and action.isEnabled() and not action.isSeparator()
    return seen and action.text().replace("&", "").casefold().startswith(typed.casefold())
