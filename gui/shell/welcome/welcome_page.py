"""The page of the welcome: at the left what to do first and the ways to one's own, at the right all lessons."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from twostroke.engine.session.phrases import counted
from twostroke.gui.fields.letter_menu import LetterMenu
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.icons import app_icon
from twostroke.gui.look.painting import painting
from twostroke.gui.model.welcome import Card, First
from twostroke.gui.panels.base.widgets import OneLine, Text
from twostroke.gui.shell.welcome.card_grid import CardGrid
from twostroke.gui.shell.welcome.drawn_ahead import draw
from twostroke.gui.shell.welcome.way import Way

NARROW, WIDE = 252, 380
"""Pixels of the left part: a quarter of the page between these."""

MARGIN = 22
LEAST_PICTURE = 56
STRAPLINE = "How neural networks fire, and how they learn"
HINT = "Arrows and Enter choose. Esc leads to the window."
OWN_DATA = (
    ("table", "A table…", "Learn from a file of rows: CSV, TSV, or arrays in NPZ"),
    ("points", "Painted points", "Paint points of two classes"),
    ("rows", "Typed rows", "Type a truth table, or the sample of a textbook"),
)


class Picture(Dressed, QWidget):
    """That of a lesson, as large as there is room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lesson = ""
        self.setMinimumHeight(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_lesson(self, name: str) -> None:
        """The picture of that one."""
        self.lesson = name
        self.update()

    def sizeHint(self) -> QSize:
        """Whole at the usual width."""
        return QSize(NARROW, NARROW // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Twice as wide as high at most."""
        self.setMaximumHeight(max(self.width() // 2, LEAST_PICTURE))
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Nothing where it would be a stripe."""
        if self.height() >= LEAST_PICTURE:
            with painting(self, smooth=True) as painter:
                draw(painter, QRectF(self.rect()), self.lesson, self.palette_)


class WelcomePage(QWidget):
    """`lesson_chosen` carries a Card, `file_chosen` a Path or None for one to be asked for, `data_chosen` "table",
    "points" or "rows", `shown_at_start` whether it is to be shown.
    """

    lesson_chosen = Signal(object)
    file_chosen = Signal(object)
    data_chosen = Signal(str)
    session_asked = Signal()
    shown_at_start = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Welcome")
        self.first: First | None = None
        self.left = QWidget()
        self.left.setObjectName("welcome_left")
        self.left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.why, self.title = Text("", "eyebrow"), Text("", "title", wrap=True)
        self.picture, self.claim, self.length = Picture(), Text("", "muted", wrap=True), Text("", "muted")
        self.begin_button = QPushButton()
        self.begin_button.setProperty("role", "first")
        self.begin_button.clicked.connect(self._begin)
        self.file_button = Way()
        self.session_button = Way("New session…", "A network of your own")
        self.data_button = Way("Own data…", "A table, points, typed rows")
        self.open_button = Way("Open a file…", "A session, a lesson or a table")
        self.data_menu = LetterMenu(self.data_button)
        self.at_start = QCheckBox("Show this page at the start")
        self.at_start.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.heading, self.about = Text("Lessons", "title"), OneLine()
        self.grid, self.readout = CardGrid(), Text(HINT, "muted", wrap=True)
        self._file: Path | None = None
        self._lay_left()
        self._lay()
        self._connect()

    # -- parts ---------------------------------------------------------------------------------------------------

    def _lay(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(MARGIN, MARGIN - 6, MARGIN, 10)
        right.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.heading)
        head.addWidget(self.about, 1, Qt.AlignmentFlag.AlignBottom)
        right.addLayout(head)
        right.addWidget(self.grid, 1)
        right.addWidget(self.readout)
        self.about.setProperty("role", "muted")
        self.readout.setMinimumHeight(2 * self.readout.fontMetrics().height())
        self.readout.setAlignment(Qt.AlignmentFlag.AlignTop)
        beside = QHBoxLayout()
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(self.left)
        beside.addLayout(right, 1)
        self.whole = QVBoxLayout(self)
        self.whole.setContentsMargins(0, 0, 0, 0)
        self.whole.setSpacing(0)
        self.whole.addLayout(beside, 1)

    def _lay_left(self) -> None:
        layout = QVBoxLayout(self.left)
        layout.setContentsMargins(MARGIN, MARGIN - 6, MARGIN, 10)
        layout.setSpacing(5)
        layout.addLayout(_name_of_the_program())
        layout.addSpacing(8)
        for widget in (self.why, self.picture, self.title, self.claim, self.length):
            layout.addWidget(widget, 100 if widget is self.picture else 0)
        layout.addSpacing(3)
        layout.addWidget(self.begin_button)
        layout.addSpacing(8)
        ways = (self.file_button, self.session_button, self.data_button, self.open_button)
        for way in ways:
            layout.addWidget(way)
        layout.addStretch(1)
        layout.addWidget(self.at_start)

    def _connect(self) -> None:
        for name, text, help in OWN_DATA:
            action = self.data_menu.addAction(text)
            action.setToolTip(help)
            action.triggered.connect(lambda _=False, name=name: self.data_chosen.emit(name))
        self.data_menu.setToolTipsVisible(True)
        self.data_button.clicked.connect(self._open_data_menu)
        self.session_button.clicked.connect(self.session_asked)
        self.open_button.clicked.connect(lambda: self.file_chosen.emit(None))
        self.file_button.clicked.connect(lambda: self.file_chosen.emit(self._file))
        self.at_start.toggled.connect(self.shown_at_start)
        self.grid.chosen.connect(self.lesson_chosen)
        self.grid.looked_at.connect(self._look_at)
        self.grid.left.connect(lambda: self.begin_button.setFocus(Qt.FocusReason.OtherFocusReason))

    def _open_data_menu(self) -> None:
        self.data_menu.popup(self.data_button.mapToGlobal(self.data_button.rect().topRight()))

    # -- what is shown -------------------------------------------------------------------------------------------

    def show_lessons(self, cards: Sequence[Card], first: First, file: Path | None, at_start: bool) -> None:
        """All lessons, the one to begin with, and the file that was open last."""
        self.first, self._file = first, file
        card = first.card
        self.why.say(first.why)
        self.picture.show_lesson(card.name)
        self.title.say(card.title)
        self.claim.say(card.claim)
        self.length.say(f"Scene {card.scene} of {card.scenes}" if card.scene > 1 else card.length)
        self.begin_button.setText(card.verb)
        self.begin_button.setAccessibleName(f"{card.verb}: {card.title}")
        minutes = sum(each.minutes for each in cards)
        done = sum(each.is_done for each in cards)
        far = f"{done} done" if done else f"about {round(minutes / 60)} hours"
        self.about.say(f"{counted(len(cards), 'lesson')} in an order that builds up · {far}")
        self.grid.show_cards(cards)
        self.file_button.setVisible(file is not None)
        if file is not None:
            self.file_button.say(f"Continue {file.name}", f"The last file, in {file.parent}")
        self.at_start.setChecked(at_start)

    def _look_at(self, on: bool, card: Card) -> None:
        """What a lesson proves, where its card has no room for it."""
        self.readout.say(HINT if self.grid.says_claims or not on else f"{card.title}: {card.claim}")

    def _begin(self) -> None:
        if self.first is not None:
            self.lesson_chosen.emit(self.first.card)

    # Qt's own names from here on

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The left part takes a quarter."""
        self.left.setFixedWidth(min(max(self.width() // 4, NARROW), WIDE))
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses what has the focus, as Space does."""
        at = QApplication.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(at, QAbstractButton):
            at.click()
            return
        super().keyPressEvent(event)


def _name_of_the_program() -> QHBoxLayout:
    sign = QLabel()
    sign.setPixmap(app_icon().pixmap(40, 40))
    name, line = Text("Twostroke", "brand"), Text(STRAPLINE, "muted", wrap=True)
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(name)
    words.addWidget(line)
    row = QHBoxLayout()
    row.setSpacing(12)
    row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(words, 1)
    return row
