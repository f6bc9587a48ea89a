"""One line above the picture for what the user should know now: a refused setting, a training that stopped."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from twostroke.gui.look.style import mark
from twostroke.gui.model.user_text import breakable


class Plate(QWidget):
    """A line of words above the picture or over it, of the colour of its tone. Takes no room while it is hidden."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        mark(self, "tone", "remark")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(16, 6, 8, 6)
        self.line.addWidget(self.text, 1)
        self.hide()


class Banner(Plate):
    """There while there is something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QToolButton()
        close.setText("×")
        close.setToolTip("Close this note")
        close.setAccessibleName("Close this note")
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        close.clicked.connect(self.hide)
        self.line.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)

    def say(self, sentence: str, warning: bool) -> None:
        """Show a sentence; an empty one clears the line."""
        mark(self, "tone", "warning" if warning else "remark")
        self.text.setText(breakable(sentence))
        self.setVisible(bool(sentence))
