"""A quiet button that leads somewhere, and says in a second line what is there, as long as there is room."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.model.user_text import one_line, tip

SMALL = 12  # pixels of the second line
PAD = 8


class Way(Dressed, QAbstractButton):
    """One way. What has no room ends in "…", and the tool tip tells all of it."""

    def __init__(self, text: str = "", help: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self.say(text, help)

    def say(self, text: str, help: str) -> None:
        """Where it leads, and what is there."""
        self._text, self._help = one_line(text), one_line(help)
        self.setAccessibleName(self._text)
        self.setAccessibleDescription(self._help)
        self.setToolTip(tip(f"{text}\n{help}"))
        self.update()

    def _lines(self) -> tuple[QFontMetrics, QFontMetrics]:
        small = self.font()
        small.setPixelSize(SMALL)
        return self.fontMetrics(), QFontMetrics(small)

    def sizeHint(self) -> QSize:
        """Two lines."""
        first, second = self._lines()
        return QSize(200, first.height() + second.height() + PAD)

    def minimumSizeHint(self) -> QSize:
        """One line."""
        return QSize(0, self.fontMetrics().height() + PAD)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Both lines, or the first."""
        p, (first, second) = self.palette_, self._lines()
        with painting(self, smooth=True) as painter:
            painter.setPen(QPen(QColor(p.accent)) if self.hasFocus() else Qt.PenStyle.NoPen)
            ground = p.pressed if self.isDown() else p.raised if self.underMouse() else p.surface
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            both = self.height() >= self.sizeHint().height()
            room = self.width() - 2 * PAD
            high = first.height() + (second.height() if both else 0)
            top = (self.height() - high) // 2
            painter.setPen(QColor(p.text))
            whole = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
            text = first.elidedText(self._text, Qt.TextElideMode.ElideMiddle, room)
            painter.drawText(QRect(PAD, top, room, first.height()), whole, text)
            if both:
                font = painter.font()
                font.setPixelSize(SMALL)
                painter.setFont(font)
                painter.setPen(QColor(p.muted))
                text = second.elidedText(self._help, Qt.TextElideMode.ElideRight, room)
                painter.drawText(QRect(PAD, top + first.height(), room, second.height()), whole, text)
