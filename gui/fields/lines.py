"""Lines of text longer than their field: what tells most of them is seen as soon as nobody types there."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from twostroke.gui.model.user_text import tip

PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
"""Reasons for which a field loses its focus and gets it back: its cursor stays."""


class TextLine(QLineEdit):
    """A sentence: left, it shows its beginning. `give_up` (Escape) takes back what is being typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._given = ""
        self.editingFinished.connect(self._keep)

    def setText(self, text: str | None) -> None:
        """Show `text`, to which `give_up` comes back."""
        self._given = text or ""
        super().setText(text)

    def clear(self) -> None:
        """Be empty, and come back to that."""
        self.setText("")

    def give_up(self) -> None:
        """Forget what is being typed."""
        self.setText(self._given)

    def _keep(self) -> None:
        self._given = self.text()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show what tells most."""
        super().focusOutEvent(event)
        if event.reason() not in PASSING:
            self.rest()

    def rest(self) -> None:
        """Show what tells most of it."""
        self.setCursorPosition(0)


class PathLine(TextLine):
    """A path: left, or filled, it shows its end, which is the name of the file; the tool tip tells all of it."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.fill(path)

    def fill(self, path: str) -> None:
        """Have that path in it."""
        self.setText(path)
        self.rest()

    def rest(self) -> None:
        """Show the name."""
        self.setCursorPosition(len(self.text()))
        self.setToolTip(tip(self.text()))
