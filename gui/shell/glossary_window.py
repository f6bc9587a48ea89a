"""The words of the program in a window beside the picture: one looks a word up, and follows its links."""

from collections.abc import Sequence

from PySide6.QtCore import QUrl, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QListWidget, QVBoxLayout, QWidget

from twostroke.gui.look.pages import Page
from twostroke.gui.model.glossary import Entry, entries, entry_of, with_links
from twostroke.gui.model.lessons import Lesson, lessons

TITLE = "Glossary"
NOTHING = "No entry has that word. Delete some letters to see others."
WORD, LESSON = "word", "lesson"


def page_of(entry: Entry, taught: Sequence[Lesson]) -> str:
    """An entry as Markdown, with the lessons that are about it."""
    parts = [f"## {entry.word}", with_links(entry.says)]
    others = [form for form in entry.forms if form.casefold().rstrip("s") != entry.word.casefold()]
    if others:
        parts.append(f"*Also:* {', '.join(others)}")
    if taught:
        told = ", ".join(f"[{lesson.title}]({LESSON}:{lesson.name})" for lesson in taught)
        parts.append(f"*Lessons:* {told}")
    return "\n\n".join(parts)


def teaching(entry: Entry) -> tuple[Lesson, ...]:
    """The lessons that name the word as theirs."""
    return tuple(lesson for lesson in lessons() if any(entry_of(word) is entry for word in lesson.words))


class GlossaryWindow(QDialog):
    """A list of words, and what the chosen one means. `lesson_asked` carries the name of a lesson."""

    lesson_asked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self.setModal(False)
        self.setSizeGripEnabled(True)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a word")
        self.search.setAccessibleName("Find a word")
        self.search.setClearButtonEnabled(True)
        self.words = QListWidget()
        self.words.setAccessibleName("Words")
        self.page = Page()
        self.page.setAccessibleName("What the word means")
        left = QVBoxLayout()
        left.addWidget(self.search)
        left.addWidget(self.words, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(left, 2)
        layout.addWidget(self.page, 3)
        self.resize(620, 400)
        self.search.textChanged.connect(self._find)
        self.words.currentTextChanged.connect(self._show)
        self.page.followed.connect(self._follow)
        self._find("")

    def open_at(self, word: str = "") -> None:
        """Show it, at that word where there is an entry of it."""
        entry = entry_of(word)
        if entry is not None:
            self._choose(entry.word)
        self.show()
        self.raise_()
        self.activateWindow()
        (self.page if entry is not None else self.search).setFocus()

    def _find(self, text: str) -> None:
        """List what `text` finds, words that begin with it first."""
        found = [entry.word for entry in entries() if entry.found_by(text)]
        found.sort(key=lambda word: not word.casefold().startswith(text.strip().casefold()))
        self.words.clear()
        self.words.addItems(found)
        if found:
            self.words.setCurrentRow(0)
        else:
            self.page.say(NOTHING)

    def _show(self, word: str) -> None:
        entry = entry_of(word)
        if entry is not None:
            self.page.say(page_of(entry, teaching(entry)))

    def _choose(self, word: str) -> None:
        self.search.clear()
        self.words.setCurrentRow([entry.word for entry in entries()].index(word))

    def _follow(self, link: QUrl) -> None:
        if link.scheme() == WORD:
            self._choose(link.path())
        elif link.scheme() == LESSON:
            self.lesson_asked.emit(link.path())
