"""A window whose keys never go astray: each goes to what can use it, and to the picture where nothing else can."""

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from twostroke.gui.shell import keys, tab
from twostroke.gui.stage.stage import Stage


class Leader(Protocol):
    """Whom some keys belong to for a while, unless something reads them that has the focus."""

    def takes(self, event: QKeyEvent) -> bool:
        """Whether a key is one of them at present."""

    def press(self, event: QKeyEvent) -> None:
        """Do what it asks for."""


class KeyedWindow(QMainWindow):
    """Around a `stage`, which answers the keys that belong to nothing else."""

    pasted = Signal()  # where nothing that has the focus takes what was copied

    def __init__(self) -> None:
        super().__init__()
        self.stage: Stage = Stage()
        self.leader: Leader | None = None

    def mind_keys(self) -> None:
        """From now on, once the parts are there."""
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.stage.setFocus()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._keep_keys)
            app.focusChanged.connect(self._guard)

    def event(self, event: QEvent) -> bool:
        """Leave to the focus widget the keys that are its own."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.setAccepted(keys.belongs_to(QApplication.focusWidget(), event) or self._leads(event))
            return True
        if event.type() == QEvent.Type.WindowActivate:
            self._keep_keys()
        return super().event(event)

    def _leads(self, event: QKeyEvent) -> bool:
        return self.leader is not None and self.leader.takes(event)

    def _guard(self, _: QWidget | None, now: QWidget | None) -> None:
        """Lists, fields and what scrolls would use the keys of a leader that they come by."""
        if now is not None and now is not self.stage and self.isAncestorOf(now):
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Such a key goes to the leader, unless what has the focus reads it."""
        focused = QApplication.focusWidget()
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or watched is not focused:
            return False
        if self.leader is None or not self.leader.takes(event) or keys.belongs_to(focused, event):
            return False
        self.leader.press(event)
        return True

    def _keep_keys(self) -> None:
        """Where what had the keys is gone, they are the picture's; the window itself would answer none."""
        if self.focusWidget() in (None, self):
            self.stage.setFocus()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Tab goes through all parts as they stand, whenever they were made.

        Qt calls this also where what has the focus is hidden: on the next button Space would do what nobody wants.
        """
        if tab.is_gone(self.focusWidget()):
            self.stage.setFocus()
            return True
        return tab.go_on(self.centralWidget() or self, forwards)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return in a field has been read by the field; then the keys are the window's again."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and keys.is_text(QApplication.focusWidget()):
            self.stage.setFocus()
        if self.leader is not None and self.leader.takes(event):
            self.leader.press(event)
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit()
        else:
            super().keyPressEvent(event)
