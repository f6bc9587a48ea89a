"""The screen black, so that the class looks at the lecturer, until any key is pressed."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from twostroke.gui.look.painting import painting

MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta)
KEYS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)


class BlackOut(QWidget):
    """Covers `over`; being opaque, it keeps Qt from painting what lies below. The key that ends it does nothing else,
    whichever window has it. `changed` says whether the screen is black.
    """

    changed = Signal(bool)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setObjectName("black-out")
        self.setAccessibleName("Black screen: any key brings the picture back")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.hide()

    @property
    def on(self) -> bool:
        """Whether the screen is black."""
        return not self.isHidden()

    def begin(self) -> None:
        """Black from now on."""
        if not self.on:
            self.setGeometry(self._over.rect())
            self.show()
            self.raise_()
            _application().installEventFilter(self)
            self.changed.emit(True)

    def end(self) -> None:
        """The picture again."""
        if self.on:
            _application().removeEventFilter(self)
            self.hide()
            self.changed.emit(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Every key of the program comes by here, and whatever is raised above the black."""
        if event.type() is QEvent.Type.ZOrderChange and watched is not self and watched.parent() is self._over:
            self.raise_()
        if watched is self._over and event.type() is QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        if not isinstance(event, QKeyEvent) or event.type() not in KEYS:
            return False
        event.accept()
        if event.type() is QEvent.Type.KeyPress and not event.isAutoRepeat() and event.key() not in MODIFIERS:
            self.end()
        return True

    def mousePressEvent(self, event: object) -> None:
        """A click ends it, too."""
        self.end()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Nothing but black."""
        with painting(self) as painter:
            painter.fillRect(event.rect(), Qt.GlobalColor.black)


def _application() -> QApplication:
    found = QApplication.instance()
    assert isinstance(found, QApplication)
    return found
