"""A button whose words go on in the next line where the column is too narrow for them."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting

SIDE, TOP = 9, 5  # px around the words
WORDS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap


class WrappedButton(Dressed, QAbstractButton):
    """It takes the focus by Tab alone; Return does what Space does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def say(self, words: str) -> None:
        """Show `words`."""
        if words != self.text():
            self.setText(words)
            self.setAccessibleName(words)
            self.updateGeometry()

    def heightForWidth(self, width: int) -> int:
        """As many lines as the words need."""
        room = QRect(0, 0, max(width - 2 * SIDE, 40), 10_000)
        return self.fontMetrics().boundingRect(room, WORDS.value, self.text()).height() + 2 * TOP

    def hasHeightForWidth(self) -> bool:
        """It depends on the column."""
        return True

    def sizeHint(self) -> QSize:
        """In one line, where there is room."""
        return QSize(120, self.heightForWidth(max(self.width(), 120)))

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for any column."""
        return QSize(120, self.fontMetrics().height() + 2 * TOP)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return does what Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As the other buttons of a panel."""
        p = self.palette_
        edge = p.accent if self.hasFocus() else p.muted if self.underMouse() else p.line
        with painting(self, smooth=True) as painter:
            painter.setPen(QPen(QColor(edge), 1))
            painter.setBrush(QColor(p.pressed if self.isDown() else p.raised))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.setPen(QColor(p.text))
            painter.drawText(self.rect().adjusted(SIDE, TOP, -SIDE, -TOP), WORDS.value, self.text())
