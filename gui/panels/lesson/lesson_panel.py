"""A few sentences on what to look for; they stand beside the picture until they are dismissed."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.base.widgets import Text, small_button


class LessonPanel(Panel):
    """The lesson's title and text. `dismissed` says that the user has put it away."""

    TITLE = "What to look for"

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Text("", "strong", wrap=True)
        self.close_button = small_button("×", "Close what to look for")
        self.close_button.clicked.connect(self._dismiss)
        self.paragraphs: list[Text] = []
        self._texts = QVBoxLayout()
        self._texts.setSpacing(8)
        self.top.addWidget(self.close_button)
        self.body.addWidget(self.title)
        self.body.addLayout(self._texts)
        self.body.addStretch(1)

    def set_lesson(self, title: str, paragraphs: Sequence[str]) -> None:
        """Show this lesson; one without text hides the panel."""
        self.title.say(title)
        for old in self.paragraphs:
            self._texts.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.paragraphs = [Text(paragraph, "", wrap=True) for paragraph in paragraphs]
        for paragraph in self.paragraphs:
            self._texts.addWidget(paragraph)
        self.setVisible(bool(paragraphs))

    def refresh(self, view: ViewState) -> None:
        """A lesson's text does not depend on the numbers."""

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()
