"""Fields of the editor: a heading, what is typed, and below it what is wrong with it."""

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import QCompleter, QPlainTextEdit, QVBoxLayout, QWidget

from twostroke.gui.panels.base.widgets import Text

MARGIN = 24
"""Pixels above and below the lines of a field, together."""


class DraftField(QWidget):
    """`typed` says that there is another text; `undo_asked` and `redo_asked` that a key means the whole draft."""

    typed = Signal()
    undo_asked = Signal()
    redo_asked = Signal()

    def __init__(self, title: str, hint: str, lines: int, words: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.heading, self.problem = Text(title, "muted"), Text("", "warning", wrap=True)
        self.edit = CompletedEdit(words) if words else QPlainTextEdit()
        self.edit.setPlaceholderText(hint)
        self.edit.setAccessibleName(title)
        self.edit.setTabChangesFocus(True)
        self.edit.setUndoRedoEnabled(False)  # undo is that of the whole draft
        room = QWidget()  # the style sheet has its own least height of an edit
        room.setFixedHeight(int(QFontMetricsF(self.edit.font()).lineSpacing() * lines) + MARGIN)
        inner = QVBoxLayout(room)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.edit)
        if lines == 1:
            self.edit.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.edit.textChanged.connect(self.typed)
        self.edit.installEventFilter(self)
        self.problem.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for part in (self.heading, room, self.problem):
            layout.addWidget(part)

    @property
    def text(self) -> str:
        """What is typed."""
        return self.edit.toPlainText()

    def show_text(self, text: str) -> None:
        """Have that text, which nobody typed; where it is there already, the cursor stays."""
        if text.strip() != self.text.strip():
            before = self.edit.blockSignals(True)
            self.edit.setPlainText(text)
            self.edit.blockSignals(before)

    def show_problem(self, problem: str) -> None:
        """What is wrong with it; "" for nothing."""
        self.problem.say(problem)
        self.problem.setVisible(bool(problem))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Undo and redo are those of the draft."""
        if isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            for keys, signal in (
                (QKeySequence.StandardKey.Undo, self.undo_asked),
                (QKeySequence.StandardKey.Redo, self.redo_asked),
            ):
                if event.matches(keys):
                    event.accept()
                    if event.type() == QEvent.Type.KeyPress:
                        signal.emit()
                    return True
        return super().eventFilter(watched, event)


class CompletedEdit(QPlainTextEdit):
    """Offers words at the beginning of a line: Down and Enter, or Tab, take one."""

    def __init__(self, words: tuple[str, ...]) -> None:
        super().__init__()
        self.completer = QCompleter(QStringListModel(list(words), self), self)
        self.completer.setWidget(self)
        self.completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.completer.activated.connect(self._take)

    def _begun(self) -> str:
        """The word that the line begins with, where the cursor stands behind it."""
        cursor = self.textCursor()
        begun = cursor.block().text()[: cursor.positionInBlock()].strip()
        return begun if begun.replace("_", "").isalpha() else ""

    def _take(self, word: str) -> None:
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(f"{word} = ")
        self.setTextCursor(cursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the list are the list's while it is there."""
        popup = self.completer.popup()
        assert popup is not None  # as the words are shown below what was typed
        if popup.isVisible() and event.key() in (Qt.Key.Key_Enter, Qt.Key.Key_Return, Qt.Key.Key_Tab):
            word = popup.currentIndex().data() or self.completer.currentCompletion()
            popup.hide()
            self._take(str(word))
            return
        super().keyPressEvent(event)
        begun = self._begun()
        self.completer.setCompletionPrefix(begun)
        if begun and event.text() and self.completer.currentCompletion() not in ("", begun):
            place = self.cursorRect()
            place.setWidth(160)
            self.completer.complete(place)
        else:
            popup.hide()
