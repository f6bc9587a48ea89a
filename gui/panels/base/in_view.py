"""What has just come, or has the keys, is scrolled into view, as soon as its place in the column is known."""

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QScrollArea, QWidget

from twostroke.gui.fields.soon import soon

MARGIN = 8  # px above and below


def come_into_view(part: QWidget, of: QRect | None = None) -> None:
    """Scroll as little as shows `part`, or the rectangle `of` it; of what is higher than the view, its top."""
    soon(part, lambda: _scroll(part, of))


def _around(part: QWidget) -> QScrollArea | None:
    around = part.parentWidget()
    while around is not None and not isinstance(around, QScrollArea):
        around = around.parentWidget()
    return around


def _scroll(part: QWidget, of: QRect | None) -> None:
    around = _around(part)
    column = around.widget() if around is not None else None
    if around is None or column is None:
        return
    place = part.rect() if of is None else of
    half = min(place.height(), around.viewport().height() - 2 * MARGIN) // 2
    middle = part.mapTo(column, place.topLeft() + QPoint(0, half))
    around.ensureVisible(0, middle.y(), 0, half + MARGIN)
