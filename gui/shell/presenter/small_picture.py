"""What the class sees, small: looked at twice a second at most, and only where it has changed."""

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QPaintEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from twostroke.gui.look.painting import painting

EVERY_MS = 500
BLACK = "The screen is black: any key brings the picture back"


class SmallPicture(QWidget):
    """Of `shown`, a widget of another window."""

    def __init__(self, shown: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = shown
        self._picture = QPixmap()
        self._due = False  # whether there is something new to be seen
        self.taken = 0  # pictures so far
        self.black = False
        self.setAccessibleName("What the class sees")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 150)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._again)
        shown.installEventFilter(self)

    def look(self) -> None:
        """The class will see something else: show it then, or half a second after the picture before."""
        self._due = True
        if not self._pause.isActive():
            self._pause.start(0)

    def show_black(self, black: bool) -> None:
        """The class sees nothing, or the picture again."""
        self.black = black
        self.update()
        self.look()

    def _again(self) -> None:
        if self._due and self.isVisible() and not self.black:
            self._due = False
            self.taken += 1
            whole = self._shown.grab()
            room = self.size() * self.devicePixelRatioF()
            self._picture = whole.scaled(
                room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            self._picture.setDevicePixelRatio(self.devicePixelRatioF())
            self.update()
            self._pause.start(EVERY_MS)

    @property
    def _place(self) -> QRect:
        size = self._picture.deviceIndependentSize().toSize() if not self._picture.isNull() else self.size()
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(self.rect().center())
        return place

    # Qt's own names from here on

    def sizeHint(self) -> QSize:
        """Half a laptop's screen across."""
        return QSize(640, 360)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The screen of the class may be another one."""
        if event.type() is QEvent.Type.Resize:
            self.look()
        return False

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up."""
        super().showEvent(event)
        self.look()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Larger, or smaller."""
        super().resizeEvent(event)
        self.look()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture in a frame, or black with a word."""
        with painting(self) as painter:
            if self.black:
                painter.fillRect(self._place, Qt.GlobalColor.black)
                painter.setPen(Qt.GlobalColor.white)
                painter.drawText(self._place, int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap), BLACK)
            else:
                painter.drawPixmap(self._place.topLeft(), self._picture)
            painter.setPen(self.palette().mid().color())
            painter.drawRect(self._place.adjusted(0, 0, -1, -1))
