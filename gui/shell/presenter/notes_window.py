"""The lecturer's own window: notes, what comes next, clock, what the class sees, and large buttons."""

import time
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QSize, Qt, QTime, QTimer
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from twostroke.gui.look.style import base_font, tabular
from twostroke.gui.model.glossary import without_links
from twostroke.gui.model.presenter_notes import PresenterNotes, spelled
from twostroke.gui.shell.presenter.small_picture import SmallPicture

TITLE, TEXT, CLOCK, SMALL = 26, 21, 34, 19
"""Pixels of the texts: a laptop on a lectern is read from a metre, standing."""

BUTTONS = (
    ("previous", "Back"),
    ("next", "Next"),
    ("play", "Train"),
    ("black_out", "Black"),
    ("pointer", "Pointer"),
    ("panels_beside", "Panels"),
    ("swap_screens", "Swap screens"),
    ("full_screen", "Present"),
)
"""Action -> what its button says."""

SCENES = {"previous": Qt.Key.Key_PageUp, "next": Qt.Key.Key_PageDown}
"""Button -> the key whose work it does where a lesson has these keys."""


class NotesWindow(QWidget):
    """Beside the window that is presented; keys do here what they do there."""

    def __init__(self, behind: QWidget, shown: QWidget, actions: Mapping[str, QAction]) -> None:
        super().__init__(behind, Qt.WindowType.Window)
        self._behind = behind
        self.setObjectName("chrome")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Presenter notes – Twostroke")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.addActions(list(actions.values()))
        self.began = time.monotonic()
        self._told: PresenterNotes | None = None
        self.picture = SmallPicture(shown)
        self.clock, self.elapsed, self.place = _text(CLOCK), _text(CLOCK), _text(SMALL)
        self.title, self.notes = _text(TITLE), _reading(TEXT)
        self.title.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.coming, self.after = _text(SMALL), _reading(SMALL)
        self.buttons = {id: _button(actions[id], words) for id, words in BUTTONS}
        for id, button in self.buttons.items():
            button.clicked.connect(lambda _=False, id=id: self._press(id, actions[id]))
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show_time)
        self._arrange()

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(12)
        top = QHBoxLayout()
        top.addWidget(self.clock)
        top.addStretch(1)
        top.addWidget(self.place)
        top.addStretch(1)
        top.addWidget(self.elapsed)
        grid.addLayout(top, 0, 0, 1, 2)
        for column, parts in enumerate(((self.picture, self.coming, self.after), (self.title, self.notes))):
            beside = QVBoxLayout()
            for part in parts:
                beside.addWidget(part, {self.picture: 3, self.after: 2, self.notes: 1}.get(part, 0))
            grid.addLayout(beside, 1, column)
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(1, 1)
        row = QHBoxLayout()
        row.setSpacing(10)
        for button in self.buttons.values():
            row.addWidget(button, button.sizeHint().width())  # the style sheet's least width is less than its words
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 16, 24, 20)
        whole.setSpacing(16)
        whole.addLayout(grid, 1)
        whole.addLayout(row)

    def tell(self, notes: PresenterNotes) -> None:
        """Show these from now on."""
        before, self._told = self._told, notes
        if notes == before:
            return
        if notes.elapsed is not None:
            self.began = time.monotonic() - notes.elapsed
        self.title.setText(notes.title)
        self.place.setText(notes.place)
        _read(self.notes, notes.notes)
        self.coming.setText(f"Next: {notes.next_title}" if notes.next_title else "Next" if notes.next_text else "")
        _read(self.after, notes.next_text)
        self._show_time()

    def begin_anew(self) -> None:
        """The time counts from now."""
        self.began = time.monotonic()
        self._show_time()

    def _press(self, id: str, action: QAction) -> None:
        if id not in SCENES or not self._led(SCENES[id]):
            action.trigger()

    def _led(self, key: Qt.Key) -> bool:
        """Whether the window behind has a lesson that takes this key; then it has it."""
        plain = Qt.KeyboardModifier.NoModifier
        wanted = QKeyEvent(QEvent.Type.ShortcutOverride, key, plain)
        QApplication.sendEvent(self._behind, wanted)
        if wanted.isAccepted():
            QApplication.sendEvent(self._behind, QKeyEvent(QEvent.Type.KeyPress, key, plain))
        return wanted.isAccepted()

    def _show_time(self) -> None:
        self.clock.setText(QTime.currentTime().toString("HH:mm"))
        self.elapsed.setText(spelled(time.monotonic() - self.began))

    # Qt's own names from here on

    def event(self, event: QEvent) -> bool:
        """A lesson takes its keys here, too."""
        if event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return QApplication.sendEvent(self._behind, event)
        return super().event(event)

    def sizeHint(self) -> QSize:
        """What a laptop has room for."""
        return QSize(1100, 680)

    def showEvent(self, event: QShowEvent) -> None:
        """The clock runs while it is seen."""
        super().showEvent(event)
        self._show_time()
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """And no longer."""
        super().hideEvent(event)
        self._tick.stop()


def _text(pixels: int) -> QLabel:
    label = QLabel()
    label.setFont(tabular(base_font(), pixels))
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _reading(pixels: int) -> QTextBrowser:
    """Markdown, which scrolls by the wheel; keys are the window's."""
    page = QTextBrowser()
    page.setFont(tabular(base_font(), pixels))
    page.setFrameShape(QTextBrowser.Shape.NoFrame)
    page.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    page.setOpenLinks(False)
    return page


def _read(page: QTextBrowser, text: str) -> None:
    page.setMarkdown(without_links(text))
    page.setVisible(bool(text))


def _button(action: QAction, words: str) -> QPushButton:
    button = QPushButton(words)
    button.setProperty("role", "large")
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setToolTip(action.toolTip())
    button.setCheckable(action.isCheckable())
    _follow(button, action)
    action.changed.connect(lambda: _follow(button, action))
    return button


def _follow(button: QPushButton, action: QAction) -> None:
    button.setEnabled(action.isEnabled())
    button.setChecked(action.isChecked())
