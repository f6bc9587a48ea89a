"""Text to be read, written as Markdown; its links are followed by whoever shows it."""

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QTextBlockFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

BETWEEN = 8.0
"""Pixels between two paragraphs: Qt sets those of Markdown close."""


class Page(QTextBrowser):
    """Markdown that scrolls where it is long. `followed` carries a link that was clicked or chosen by Tab and Enter."""

    followed = Signal(QUrl)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setOpenLinks(False)
        self.anchorClicked.connect(self.followed)

    def say(self, markdown: str) -> None:
        """Show that text, from its beginning."""
        _set(self.document(), markdown)
        self.moveCursor(QTextCursor.MoveOperation.Start)


def spaced(markdown: str) -> str:
    """The same as rich text for a label, which takes the font and the colours of the label."""
    document = QTextDocument()
    _set(document, markdown)
    return document.toHtml()


def _set(document: QTextDocument, markdown: str) -> None:
    document.setMarkdown(markdown)
    apart = QTextBlockFormat()
    apart.setBottomMargin(BETWEEN)
    every = QTextCursor(document)
    every.select(QTextCursor.SelectionType.Document)
    every.mergeBlockFormat(apart)
