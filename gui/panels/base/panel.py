"""What all panels have in common: they show a ViewState, only while visible, and only what changed.

While training runs, a panel refreshes a few times a second: numbers that change faster cannot be read, and the time
belongs to the stage. What came last is always shown in the end.
"""

import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twostroke.engine.border.commands import Configure
from twostroke.engine.border.snapshot import Status
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.look.panel_sheet import sheet
from twostroke.gui.look.theme import PALETTES, Palette
from twostroke.gui.model import edits
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.forms import Editor
from twostroke.gui.panels.base.widgets import Heading, Notice

MARGIN = 12


class Panel(QWidget):
    """A section of the window: a heading and what a subclass lays below it.

    `command` carries engine commands, `choices_changed` a new `Choices`.
    """

    TITLE = ""  # heading, and name for screen readers; every subclass has its own

    command = Signal(object)
    choices_changed = Signal(object)
    live_seconds = 0.1  # shortest time between two refreshes while training runs

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.TITLE)
        self.palette_ = PALETTES[Theme.DARK]
        self._view: ViewState | None = None
        self._shown: ViewState | None = None
        self._shown_at = 0.0
        self._trailing = QTimer(self)
        self._trailing.setSingleShot(True)
        self._trailing.timeout.connect(self._refresh)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(MARGIN, 10, MARGIN, 6)
        self.body.setSpacing(5)
        self.heading = Heading(self.TITLE)
        self.body.addWidget(self.heading)
        self.setStyleSheet(sheet(self.palette_))

    def show_view(self, view: ViewState) -> None:
        """Show `view`: now, soon, or when the panel becomes visible."""
        self._view = view
        if not self.isVisible() or self._trailing.isActive():
            return
        left = self._shown_at + self.live_seconds - time.monotonic()
        if left > 0 and view.snapshot.status is Status.RUNNING:
            self._trailing.start(max(1, int(left * 1000)))
        else:
            self._refresh()

    def apply_theme(self, palette: Palette) -> None:
        """Use the colours of `palette` from now on."""
        self.palette_ = palette
        self.setStyleSheet(sheet(palette))
        self.recolour()
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what came while the panel was hidden."""
        super().showEvent(event)
        if self._view is not None and self._view is not self._shown:
            self._refresh()

    def refresh(self, view: ViewState) -> None:
        """Touch what differs from what is shown. For subclasses."""
        raise NotImplementedError

    def recolour(self) -> None:
        """Pass the palette on to widgets that paint themselves. For subclasses."""

    def _refresh(self) -> None:
        if self._view is not None and self.isVisible():
            self._shown, self._shown_at = self._view, time.monotonic()
            self.refresh(self._view)


class SettingsPanel(Panel):
    """A panel whose widgets edit the session.

    Edits are made on a draft: the session as it will be once the edits under way have reached the engine. So two
    quick edits add up, also where the second one comes before the first has come back.
    """

    DRAFT_SECONDS = 2.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = Notice()
        self._session: Session | None = None
        self._on_screen: Session | None = None
        self._draft: Session | None = None
        self._sent: Session | None = None
        self._drafted_at = 0.0

    @property
    def session(self) -> Session:
        """The session to build the next edit on. Only edits ask for it, and they come after the first view."""
        late = time.monotonic() - self._drafted_at > self.DRAFT_SECONDS
        if self._draft is not None and not late:
            return self._draft
        assert self._session is not None
        return self._session

    def show_view(self, view: ViewState) -> None:
        """Take note of the session even while hidden, so that an edit never starts from an old one."""
        self._session = view.snapshot.session
        if self._draft is not None and self._draft == self._session:
            self._draft = None
        super().show_view(view)

    def refresh(self, view: ViewState) -> None:
        """Touch the widgets only when there is another session."""
        if view.snapshot.session is not self._on_screen:
            self._on_screen = view.snapshot.session
            if self._sent is None or self.part_of(self._on_screen) != self.part_of(self._sent):  # undone, or opened
                self.notice.remark("")
            self.show_session(view.snapshot.session, view)

    def part_of(self, session: Session) -> object:
        """The part of `session` that this panel shows: while it stays, so does the remark. For subclasses.

        A remark that vanished with an edit elsewhere would move all panels below it under the pointer.
        """
        return session

    def show_session(self, session: Session, view: ViewState) -> None:
        """Show the settings of `session`. For subclasses."""
        raise NotImplementedError

    def edit(self, change: edits.Edit, *arguments: object, asked: str = "") -> None:
        """Make an edit and send it, or say why it is impossible and show the old setting again."""
        if self._session is None:
            return
        before = self.session
        try:
            configure: Configure = change(before, *arguments)
        except SessionError as error:
            self.notice.refuse(str(error))
            self.revert()
            return
        if configure.session == before:
            return
        self.notice.remark(edits.consequence(before, configure.session, asked) if asked else "")
        self._draft = self._sent = configure.session
        self._drafted_at = time.monotonic()
        self.command.emit(configure)

    def revert(self) -> None:
        """Show the settings of the running session again."""
        for editor in self.findChildren(Editor):
            editor.revert()
        if self._session is not None and self._view is not None:
            self.show_session(self._session, self._view)
