"""The sign of a warning, painted: the typeface has none."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from twostroke.gui.look.theme import Palette


def warning_sign(painter: QPainter, at: QRectF, palette: Palette) -> None:
    """A triangle with an exclamation mark, as large as `at`."""
    painter.setPen(QPen(QColor(palette.warning), 1.5, j=Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(QColor(palette.warning))
    top = QPointF(at.center().x(), at.top() + 1)
    painter.drawPolygon(QPolygonF([top, at.bottomRight() - QPointF(1, 2), at.bottomLeft() + QPointF(1, -2)]))
    painter.setPen(QPen(QColor(palette.background), at.width() / 9, c=Qt.PenCapStyle.RoundCap))
    middle, height = at.center().x(), at.height()
    painter.drawLine(QPointF(middle, at.top() + 0.38 * height), QPointF(middle, at.top() + 0.6 * height))
    painter.drawPoint(QPointF(middle, at.top() + 0.77 * height))
