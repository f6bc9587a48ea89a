"""The unsaved work that a program has left which was killed: a line above the picture offers it at the next start."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from twostroke.engine.files import unsaved
from twostroke.engine.files.disk import FileError
from twostroke.engine.files.unsaved import Found, Note, Unsaved
from twostroke.gui.model.lessons import Lesson, lessons
from twostroke.gui.model.user_text import breakable, short
from twostroke.gui.shell.banner import Plate
from twostroke.gui.shell.document import Document, Start
from twostroke.gui.shell.errors import message
from twostroke.gui.shell.unsaved import Keeper
from twostroke.gui.shell.waiting import Job, in_background

LOOK_MS = 50
BUTTONS = (
    ("Recover", "Open it as it was; Save then writes to its file"),
    ("Later", "Leave it for the next start"),
    ("Discard", "Delete it for good"),
)


class Offer(Plate):
    """Takes no room while there is nothing to offer. `chosen` carries the button's word."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Unsaved work")
        self.line.setSpacing(8)
        self.buttons = {word: self._button(word, tip) for word, tip in BUTTONS}
        for button in self.buttons.values():
            self.line.addWidget(button)

    def _button(self, word: str, tip: str) -> QPushButton:
        button = QPushButton(word)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.chosen.emit(word))
        return button

    def show_note(self, note: Note, others: int) -> None:
        """Offer a work, behind which so many others wait."""
        self.text.setText(breakable(described(note) + (f" {others} more to come." if others else "")))
        self.show()


class Recovery(QObject):
    """Looks for works whose owners are gone, and does with each what the user wants, the newest first."""

    told = Signal(str)  # a sentence for the user

    def __init__(self, window: QWidget, offer: Offer, document: Document, keeper: Keeper) -> None:
        super().__init__(window)
        self._window, self._offer, self._document, self._keeper = window, offer, document, keeper
        self._job: Job[Found] | None = None
        self._works: list[Unsaved] = []
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        offer.chosen.connect(self._choose)

    def start(self) -> None:
        """Look for them, beside the window."""
        self._job = Job(lambda: unsaved.left(self._keeper.root))
        self._job.start()
        self._timer.start()

    def stop(self) -> None:
        """Leave what is not answered to the next start."""
        self._timer.stop()
        if self._job is not None:
            self._job.wait(1.0)
            self._take()
        for work in self._works:
            work.let_go()
        self._works = []

    def _look(self) -> None:
        if self._job is not None and self._job.over():
            self._timer.stop()
            remarks = self._take()
            if remarks:
                self.told.emit(" ".join(remarks))
            self._show()

    def _take(self) -> tuple[str, ...]:
        if self._job is None or not self._job.over():
            return ()
        found, self._job = self._job.result(), None
        self._works = list(found.works)
        return found.remarks

    def _show(self) -> None:
        """Offer the first of them that can be read."""
        while self._works:
            try:
                self._offer.show_note(self._works[0].note(), len(self._works) - 1)
                return
            except FileError:
                self._works.pop(0).let_go()
        self._offer.hide()

    def _choose(self, word: str) -> None:
        act: dict[str, Callable[[], None]] = {"Recover": self._recover, "Later": self._leave, "Discard": self._discard}
        act[word]()

    def _leave(self) -> None:
        self._works.pop(0).let_go()
        self._show()

    def _discard(self) -> None:
        self._works.pop(0).remove()
        self._show()

    def _recover(self) -> None:
        work = self._works[0]
        try:
            read = in_background(self._window, "Reading the unsaved work…", lambda: (work.note(), work.read()))
        except FileError as error:
            message(self._window, f"This cannot be recovered as it is. {error}").open()
            return
        if read is None or not self._document.may_go():
            return
        note, (session, state) = read
        path = Path(note.path) if note.path else None
        start = Start(session, path, note.title, _lesson(note.lesson), state, note.seen, note)
        self._offer.setEnabled(False)
        self._document.begin(start, lambda done: self._opened(work, done))

    def _opened(self, work: Unsaved, done: bool) -> None:
        self._offer.setEnabled(True)
        if done:
            self._works.remove(work)
            self._keeper.adopt(work)
            self._show()


def described(note: Note) -> str:
    """A work as one sentence."""
    when = QLocale.c().toString(QDateTime.fromSecsSinceEpoch(int(note.at)), "d MMMM yyyy 'at' HH:mm")
    return f"“{short(note.title)}” was not saved when the program ended (update {note.update:,}, {when})."


def _lesson(name: str) -> Lesson | None:
    return next((lesson for lesson in lessons() if lesson.name == name), None)
