"""What the keys do, written in the picture while Tab has just brought the focus there."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen

from twostroke.gui.stage.scene.free_place import Bounds, free_row
from twostroke.gui.stage.scene.items import Scene

MARGIN = 12.0


def paint_hint(
    painter: QPainter, text: str, width: float, height: float, palette: QPalette, scene: Scene | None
) -> None:
    """In a box of its own, where it covers nothing of `scene` that is read, if there is such a place."""
    words = painter.fontMetrics().size(Qt.TextFlag.TextSingleLine, text)
    wide, tall = words.width() + 2 * MARGIN, words.height() + MARGIN
    top = height - tall - MARGIN
    if scene is not None:
        top = free_row(scene.items, wide, tall + 4.0, Bounds(0.0, scene.top, width, height - 2.0)) + 2.0
    box = QRectF((width - wide) / 2, top, wide, tall)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 1.2))
    painter.setBrush(palette.color(QPalette.ColorRole.Base))
    painter.drawRoundedRect(box, 5.0, 5.0)
    painter.setPen(palette.color(QPalette.ColorRole.WindowText))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
