"""Text of a lesson to be read: Markdown in a label that is as high as it needs."""

from urllib.parse import unquote

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from twostroke.gui.look.pages import spaced
from twostroke.gui.model.glossary import with_links

WORD = "word:"


class Reading(QLabel):
    """`word_asked` carries a word of the glossary that was clicked, or chosen by Tab and Enter."""

    word_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        links = Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        self.setTextInteractionFlags(links)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.linkActivated.connect(self._follow)

    def say(self, markdown: str) -> None:
        """Show it, each [[word]] as a link; hidden where there is nothing to say."""
        self.setText(spaced(with_links(markdown.strip())))
        self.setVisible(bool(markdown.strip()))

    def _follow(self, link: str) -> None:
        if link.startswith(WORD):
            self.word_asked.emit(unquote(link.removeprefix(WORD)))
