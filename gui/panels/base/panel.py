"""What all panels have in common: they show a ViewState, only while visible, and only what changed.

While training runs, a panel refreshes a few times a second: numbers that change faster cannot be read, and the time
belongs to the stage. One that is scrolled out of sight refreshes less often still, until it is scrolled back. What came
last is always shown in the end.
"""

import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twostroke.engine.border.commands import Change
from twostroke.engine.border.snapshot import Answer, Status
from twostroke.engine.session.spec import Session
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.style import COMPACT
from twostroke.gui.model.numbers import shown_with
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.asking import Asking
from twostroke.gui.panels.base.fold_heading import FoldHeading
from twostroke.gui.panels.base.forms import Editor
from twostroke.gui.panels.base.in_view import come_into_view
from twostroke.gui.panels.base.widgets import Notice

MARGIN = 12
SELDOM_SECONDS = 1.0
"""Shortest time between two refreshes, while training runs, of a panel that is out of sight."""


class Panel(Dressed, QWidget):
    """A section of the window: a heading that folds it, and what a subclass lays into `body`.

    `command` carries engine commands, `asked` one with whom to tell its answer, `chosen` a function from choices to
    others: what the panel itself knows of the choices may be a view old. `needed` says that there is something in it
    that the user has to see, `folding` that it has been folded or unfolded.
    """

    TITLE = ""  # heading, and name for screen readers; every subclass has its own

    command = Signal(object)
    asked = Signal(object, object)
    chosen = Signal(object)
    needed = Signal()
    folding = Signal()
    needs_health = False  # whether it shows examinations, which are made only while somebody looks
    needs_surface = False  # whether it shows the loss surface, which is computed only then
    live_seconds = 0.1  # shortest time between two refreshes while training runs

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(COMPACT)
        self.setAccessibleName(self.TITLE)
        self._view: ViewState | None = None
        self._shown: ViewState | None = None
        self._shown_at = 0.0
        self._trailing = QTimer(self)
        self._trailing.setSingleShot(True)
        self._trailing.timeout.connect(self._refresh)
        self._seldom = False  # whether that takes longer, as nobody sees it
        self.heading = FoldHeading(self.TITLE)
        self.heading.toggled.connect(lambda unfolded: self.fold(not unfolded))
        self.heading.clicked.connect(lambda unfolded: come_into_view(self) if unfolded else None)
        self.top = QHBoxLayout()
        self.top.setContentsMargins(MARGIN, 6, MARGIN, 0)
        self.top.addWidget(self.heading, 1)
        self.content = QWidget()
        self.body = QVBoxLayout(self.content)
        self.body.setContentsMargins(MARGIN, 1, MARGIN, 6)
        self.body.setSpacing(5)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self.top)
        whole.addWidget(self.content)

    @property
    def folded(self) -> bool:
        """Whether only the heading is there."""
        return self.content.isHidden()

    def fold(self, folded: bool) -> None:
        """Leave only the heading, or show everything again, as it is by now."""
        if folded == self.folded:
            return
        if folded and self.content.isAncestorOf(self.focusWidget() or self):
            self.heading.setFocus()
        self.content.setVisible(not folded)
        self.heading.setChecked(not folded)
        self._catch_up()
        self.folding.emit()

    def show_view(self, view: ViewState) -> None:
        """Show `view`: now, soon, or when the panel becomes visible."""
        self._view = view
        running = view.snapshot.status is Status.RUNNING
        if not self.content.isVisible() or (self._trailing.isActive() and (running or not self._seldom)):
            return
        self._seldom = self.content.visibleRegion().isEmpty()
        seconds = max(self.live_seconds, SELDOM_SECONDS) if self._seldom else self.live_seconds
        left = self._shown_at + seconds - time.monotonic()
        if left > 0 and running:
            self._trailing.start(max(1, int(left * 1000)))
        else:
            self._refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        """It has been scrolled into sight: catch up."""
        super().paintEvent(event)
        if self._seldom and self._trailing.isActive() and not self.content.visibleRegion().isEmpty():
            self._trailing.start(0)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what came while the panel was hidden."""
        super().showEvent(event)
        self._catch_up()

    def _catch_up(self) -> None:
        if self._view is not None and self._view is not self._shown:
            self._refresh()

    def refresh(self, view: ViewState) -> None:
        """Touch what differs from what is shown. For subclasses."""
        raise NotImplementedError

    def _refresh(self) -> None:
        self._trailing.stop()
        if self._view is not None and self.content.isVisible():
            self._shown, self._shown_at = self._view, time.monotonic()
            with shown_with(self._view.choices.digits):
                self.refresh(self._view)


class SettingsPanel(Panel):
    """A panel whose widgets edit the session.

    An edit goes to the engine, which makes it on the session in force there and answers. Until the answer has come the
    fields keep what the user has chosen: what the engine shows meanwhile is older.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = Notice()
        self.notice.refused.connect(self.needed)
        self._asking = Asking(self.asked.emit, self._answered)
        self._on_screen: Session | None = None
        self._noted: object = None  # the part of the session that the note is about
        self._comes = False  # whether that session is the next to be shown

    @property
    def session(self) -> Session:
        """The session that is shown. Only the user's own doings ask for it, and they come after the first view."""
        assert self._on_screen is not None
        return self._on_screen

    def refresh(self, view: ViewState) -> None:
        """Touch the widgets only when there is another session."""
        session = view.snapshot.session
        if self._asking.is_old(view.snapshot) or session is self._on_screen:
            return
        self._on_screen = session
        if self._comes:
            self._noted, self._comes = self.part_of(session), False
        elif self.part_of(session) != self._noted:  # undone, or opened
            self.notice.remark("")
        self.show_session(session)

    def part_of(self, session: Session) -> object:
        """The part of `session` that this panel shows: while it stays, so does the remark. For subclasses.

        A remark that vanished with an edit elsewhere would move all panels below it under the pointer.
        """
        return session

    def show_session(self, session: Session) -> None:
        """Show the settings of `session`. For subclasses."""
        raise NotImplementedError

    def edit(self, change: Change, *arguments: object) -> None:
        """Send an edit."""
        if self._on_screen is not None:
            self._asking.edit(self._on_screen, change, *arguments)

    def _answered(self, answer: Answer) -> None:
        """Say what came of an edit; a refused one leaves its field, which shows the setting in force again."""
        if answer.refused:
            self.notice.refuse(answer.refused)
            self._noted = self.part_of(self.session)
            self.revert()
        else:
            self.notice.remark(answer.remark)
            self._comes = True

    def decline(self, sentence: str) -> None:
        """Say why what was typed in a field does not stand."""
        self.notice.refuse(sentence)
        self._noted = self.part_of(self.session)

    def revert(self) -> None:
        """Show the settings of the running session again."""
        for editor in self.findChildren(Editor):
            editor.revert()
        if self._on_screen is not None:
            self.show_session(self._on_screen)
