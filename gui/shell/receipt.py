"""A short line over the picture that something has been done, such as a save. It goes by itself."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from twostroke.gui.model.user_text import breakable
from twostroke.gui.shell.banner import Plate

SECONDS_A_WORD = 0.35
"""A slow reader's pace."""

LEAST_SECONDS = 4.0


class Receipt(Plate):
    """Not there while there is nothing to tell. Says it to screen readers, too, and takes no focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line.setContentsMargins(16, 8, 16, 8)
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.timeout.connect(self.hide)

    def say(self, sentence: str) -> None:
        """Show a sentence for as long as it takes to read it."""
        self.text.setText(breakable(sentence))
        self.setAccessibleName(sentence)
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))
        self._end.start(int(1000 * max(LEAST_SECONDS, SECONDS_A_WORD * len(sentence.split()))))
