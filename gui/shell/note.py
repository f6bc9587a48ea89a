"""A short line over the picture that something has been done, such as a save. It goes by itself."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from twostroke.gui.model.user_text import breakable

SECONDS_A_WORD = 0.35
"""A slow reader's pace."""

LEAST_SECONDS = 4.0


class Note(QWidget):
    """Not there while there is nothing to tell. Says it to screen readers, too, and takes no focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setProperty("tone", "remark")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.addWidget(self.text, 1)
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.timeout.connect(self.hide)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show a sentence for as long as it takes to read it."""
        self.text.setText(breakable(sentence))
        self.setAccessibleName(sentence)
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))
        self._end.start(int(1000 * max(LEAST_SECONDS, SECONDS_A_WORD * len(sentence.split()))))
