"""When the welcome is shown in place of the window's parts, and what becomes of a choice in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMainWindow, QVBoxLayout, QWidget

from twostroke.engine.session.spec import Session
from twostroke.gui.drive.controller import Controller
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import palette_of
from twostroke.gui.model import edits
from twostroke.gui.model.choices import Colours, Theme
from twostroke.gui.model.lessons import Lesson, heads, lesson
from twostroke.gui.model.welcome import Card, cards, first_of
from twostroke.gui.panels.data.data_panel import FILES
from twostroke.gui.shell.document import Document, Start, lesson_start
from twostroke.gui.shell.lesson.guide import Guide
from twostroke.gui.shell.offer import Offer
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.welcome.welcome_page import WelcomePage

HERE = (
    *("new", "open", "open_link", "quit", "theme", "motion", "full_screen_with_panels", "escape"),
    *(f"theme_{theme}" for theme in Theme),
    *(f"colours_{colours}" for colours in Colours),
    *("glossary", "shortcuts", "leaves_out", "about", "welcome"),
)
"""Actions that need nothing of what the welcome hides."""


@dataclass(frozen=True)
class Around:
    """Of one window. `centre`, in `whole`, is what the welcome takes the place of; `offer` stands first in `above`."""

    window: QMainWindow
    controller: Controller
    whole: QVBoxLayout
    centre: QWidget
    offer: Offer
    above: QVBoxLayout
    actions: Mapping[str, QAction]
    show_pane: Callable[[], object]  # of the lesson
    show_data: Callable[[], object]
    look_again: Callable[[], object]  # the title of the window


class Welcoming(QObject):
    """The welcome of one window. The page is made when it is first shown."""

    def __init__(self, around: Around, document: Document, preferences: Preferences, guide: Guide) -> None:
        super().__init__(around.window)
        self._around, self._document, self._preferences, self._guide = around, document, preferences, guide
        self.page: WelcomePage | None = None
        self._instead: Callable[[], object] = bool  # what leaving it does, before anything was opened
        self._locked: list[QAction] = []
        for opened in (document.lesson_opened, document.data_asked):
            opened.connect(self._opened)

    @property
    def on(self) -> bool:
        """Whether the welcome is there."""
        return self.page is not None and not self.page.isHidden()

    def prepare(self) -> None:
        """The program starts without a file: show it first, unless the user does without."""
        if self._preferences.welcome:
            self._instead = lambda: self._document.start(None)
            self.show()
            self._around.window.setWindowTitle("Twostroke")

    def show(self) -> None:
        """In place of the window's parts, which stay as they are."""
        page = self.page or self._made()
        every = cards(heads(), self._preferences.scenes_seen)
        recent = self._preferences.recent
        first = first_of(every, *self._preferences.last_scene)
        page.show_lessons(every, first, recent[0] if recent else None, self._preferences.welcome)
        dress(page, palette_of(self._around.controller.choices))
        if self.on and self._locked:
            return
        self._locked = [action for id, action in self._around.actions.items() if id not in HERE and action.isEnabled()]
        self._allow(False)
        page.whole.insertWidget(0, self._around.offer)
        self._around.centre.hide()
        page.show()
        page.begin_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """To the window as it is; at the start, as it begins without the welcome."""
        if self.on:
            instead, self._instead = self._instead, bool
            self._hide()
            if not self._document.opening:
                instead()

    def _made(self) -> WelcomePage:
        self.page = page = WelcomePage()
        page.hide()
        self._around.whole.addWidget(page)
        page.lesson_chosen.connect(self._begin_lesson)
        page.file_chosen.connect(self._open)
        page.data_chosen.connect(self._begin_data)
        page.session_asked.connect(self._ask_session)
        page.shown_at_start.connect(self._keep)
        return page

    def _keep(self, at_start: bool) -> None:
        self._preferences.welcome = at_start

    def _opened(self) -> None:
        """Something else is there to be seen, whoever opened it."""
        self._instead = bool
        self._hide()

    def _hide(self) -> None:
        if self.page is None or not self.on:
            return
        self._around.centre.show()
        self.page.hide()
        self._around.whole.activate()  # else the window is painted once with both of them, each in half of it
        self._around.above.insertWidget(0, self._around.offer)
        self._allow(True)
        self._locked = []
        self._around.look_again()

    def _allow(self, all_: bool) -> None:
        for action in self._locked:
            action.setEnabled(all_)

    # -- what is chosen --------------------------------------------------------------------------------------------

    def _begin(self, start: Start, then: Callable[[], object]) -> bool:
        """It stays until that is there: the window would show another session, and its panels half laid out."""
        if self.on and self._document.opening:
            return False  # the second click of two, or one who cannot wait
        wanted = self._document.may_go()
        if wanted:
            self._document.begin(start, lambda done: then() if done else None)
        return wanted

    def begin_at(self, chosen: Lesson, scene: int) -> bool:
        """Open that lesson and play it to a scene, the first one is 0. Whether it is wanted."""

        def play() -> None:
            self._around.show_pane()
            self._guide.player.play(scene)

        return self._begin(lesson_start(chosen), play)

    def _begin_lesson(self, card: Card) -> None:
        self.begin_at(lesson(card.name), card.scene - 1)

    def _open(self, path: Path | None) -> None:
        if path is None:
            self._document.open_dialog()
        else:
            self._document.open(path)

    def _begin_data(self, name: str) -> None:
        if name not in FILES:
            self._begin(Start(edits.set_dataset(Session(), name).session), self._around.show_data)
            return
        title, patterns = FILES[name]
        chosen, _ = QFileDialog.getOpenFileName(self._around.window, title, self._preferences.folder, patterns)
        if chosen:
            self._begin(Start(Session()), lambda: self._document.open(Path(chosen)))

    def _ask_session(self) -> None:
        from twostroke.gui.shell.welcome.own_session import OwnSession  # no part of the start

        dialog = OwnSession(self._around.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.made.connect(lambda session: self._begin(Start(session), bool))
        dialog.open()
