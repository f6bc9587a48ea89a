"""What is wrong, in a few large words with a sign before them: it is to be read from the back of a hall."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.look.warning_sign import warning_sign

PIXELS, HEIGHT = 16, 30
SIGN = 16  # px of the triangle or the tick
LEFT, GAP = 10, 8
CHEVRON = 8


def _paint_tick(painter: QPainter, at: QRectF, colour: str) -> None:
    painter.setPen(QPen(QColor(colour), 2.4, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    left, top, side = at.left(), at.top(), at.width()
    corners = ((0.1, 0.55), (0.4, 0.85), (0.9, 0.2))
    painter.drawPolyline(QPolygonF([QPointF(left + x * side, top + y * side) for x, y in corners]))


class CardTitle(Dressed, QAbstractButton):
    """Checked means that the rest of the card is shown. `ill`: a warning; else it is over, or not known again yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ill, self.healthy = True, False
        self.setCheckable(True)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_title(self, title: str, ill: bool, healthy: bool) -> None:
        """Show `title` with the sign of a warning, a tick where all is well, or neither."""
        if (title, ill, healthy) != (self.text(), self.ill, self.healthy):
            self.ill, self.healthy = ill, healthy
            self.setText(title)
            self.setAccessibleName(f"Warning: {title}" if ill else title)
            self.setToolTip(f"{title}: what was measured, and what helps")
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return does what Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(200, HEIGHT)

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(PIXELS)
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def paintEvent(self, event: QPaintEvent) -> None:
        """Sign, words, chevron, and a ring where the focus is."""
        p = self.palette_
        with painting(self, smooth=True) as painter:
            sign = QRectF(LEFT, (HEIGHT - SIGN) / 2, SIGN, SIGN)
            if self.ill:
                warning_sign(painter, sign, p)
            elif self.healthy:
                _paint_tick(painter, sign, p.good)
            font = self._font()
            painter.setFont(font)
            painter.setPen(QColor(p.text))
            left, right = sign.right() + GAP, self.width() - 3 * CHEVRON
            words = QFontMetricsF(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, right - left)
            flag = Qt.AlignmentFlag
            painter.drawText(QRectF(left, 0, right - left, HEIGHT), flag.AlignLeft | flag.AlignVCenter, words)
            painter.setPen(QPen(QColor(p.text if self.underMouse() else p.muted), 1.3))
            middle, up = QPointF(self.width() - 2 * CHEVRON, HEIGHT / 2), -2.0 if self.isChecked() else 2.0
            ends = [middle + QPointF(x, y) for x, y in ((-CHEVRON / 2, -up), (0, up), (CHEVRON / 2, -up))]
            painter.drawPolyline(QPolygonF(ends))
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(p.accent), 1))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 3, 3)
