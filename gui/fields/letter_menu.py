"""A menu that letters go through."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu

NO_LETTER = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


class LetterMenu(QMenu):
    """A letter or digit goes to the next entry that begins with it, and round; Return does what is there.

    Entries change their words, so that none has a letter of its own. A menu below such an entry opens with it, and has
    the keys from then on: until one of its own entries is chosen, letters go on where they came from, and Right goes to
    its first.
    """

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters here, all else as in any menu."""
        above = self._above() if self.activeAction() is None else None
        typed = event.text()
        if typed.isalnum() and not event.modifiers() & NO_LETTER and self._go_on(typed, above):
            return
        if above is not None and event.key() == Qt.Key.Key_Right:
            QMenu.keyPressEvent(self, QKeyEvent(event.type(), Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier))
        else:
            super().keyPressEvent(event)

    def _go_on(self, typed: str, above: "LetterMenu | None") -> bool:
        for menu in (above, self):
            found = menu.next_entry(typed) if menu is not None else None
            if menu is not None and found not in (None, self.menuAction()):
                menu.setActiveAction(found)
                return True
        return False

    def _above(self) -> "LetterMenu | None":
        """The menu from whose entry this one was opened."""
        own = self.menuAction()
        menus = (each for each in own.associatedObjects() if isinstance(each, LetterMenu))
        return next((each for each in menus if each.isVisible() and each.activeAction() is own), None)

    def next_entry(self, typed: str) -> QAction | None:
        """The next one that begins so, round and round."""
        every = self.actions()
        active = self.activeAction()
        begin = every.index(active) + 1 if active in every else 0
        wanted = (each for each in (*every[begin:], *every[:begin]) if _begins(each, typed))
        return next(wanted, None)


def _begins(action: QAction, typed: str) -> bool:
    seen = action.isVisible() and action.isEnabled() and not action.isSeparator()
    return seen and action.text().replace("&", "").casefold().startswith(typed.casefold())
