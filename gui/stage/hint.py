"""What the keys do, written at the lower edge of the picture while Tab has just brought the focus there."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen

MARGIN = 12.0


def paint_hint(painter: QPainter, text: str, width: float, height: float, palette: QPalette) -> None:
    """In a box of its own: what lies below is covered until a key is pressed."""
    words = painter.fontMetrics().size(Qt.TextFlag.TextSingleLine, text)
    wide, tall = words.width() + 2 * MARGIN, words.height() + MARGIN
    box = QRectF((width - wide) / 2, height - tall - MARGIN, wide, tall)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 1.2))
    painter.setBrush(palette.color(QPalette.ColorRole.Base))
    painter.drawRoundedRect(box, 5.0, 5.0)
    painter.setPen(palette.color(QPalette.ColorRole.WindowText))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
