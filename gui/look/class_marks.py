"""How classes are told apart: a hue and a shape each, which no sign of a number has; and train from test: filled and
hollow, solid and dashed.
"""

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from twostroke.gui.look.painting import painting
from twostroke.gui.look.theme import Palette

SHAPES = 5
"""Circle, square, triangle, diamond, triangle upside down; a class after the fifth begins with them anew."""

OUTLINE = 1.2
"""Pixels of the line around a hollow mark."""


def _polygon(corners: int, turn: float, size: float) -> Callable[[QPointF, float], QPolygonF]:
    """Corners on a circle that is `size` times the mark's, so that all shapes look equally large."""
    angles = [turn + 2 * math.pi * k / corners for k in range(corners)]

    def at(point: QPointF, radius: float) -> QPolygonF:
        reach = size * radius
        return QPolygonF([QPointF(point.x() + reach * math.cos(a), point.y() + reach * math.sin(a)) for a in angles])

    return at


UP = -math.pi / 2
POLYGONS = {
    1: _polygon(4, math.pi / 4, 1.25),
    2: _polygon(3, UP, 1.45),
    3: _polygon(4, UP, 1.35),
    4: _polygon(3, -UP, 1.45),
}


def draw_shape(painter: QPainter, index: int, at: QPointF, radius: float) -> None:
    """The shape of class `index`, with the pen and brush that are set."""
    polygon = POLYGONS.get(index % SHAPES)
    if polygon is None:
        painter.drawEllipse(at, radius, radius)
    else:
        painter.drawPolygon(polygon(at, radius))


def draw_mark(
    painter: QPainter, index: int, at: QPointF, radius: float, colour: str, edge: str, *, filled: bool = True
) -> None:
    """The mark of class `index` in `colour`: filled for a training sample, hollow for one of the test part.

    `edge` is the ground's colour, which sets it off from what lies below.
    """
    if filled:
        painter.setPen(QPen(QColor(edge), 0.8))
        painter.setBrush(QColor(colour))
        draw_shape(painter, index, at, radius)
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(QColor(edge), OUTLINE + 1.4), QPen(QColor(colour), OUTLINE)):
        painter.setPen(pen)
        draw_shape(painter, index, at, radius - 0.4)


def class_icon(index: int, palette: Palette) -> QIcon:
    """The mark of class `index` for a button or a cell. Needs a QGuiApplication."""
    side, scale = 14.0, 2.0  # for screens of high density
    pixmap = QPixmap(round(side * scale), round(side * scale))
    pixmap.fill(Qt.GlobalColor.transparent)
    with painting(pixmap, smooth=True) as painter:
        painter.scale(scale, scale)
        middle = QRectF(0, 0, side, side).center()
        draw_mark(painter, index, middle, 4.6, palette.class_hue(index), palette.background)
    return even_icon(pixmap)


def even_icon(pixmap: QPixmap) -> QIcon:
    """An icon that Qt does not tint where its row is selected: hues tell classes apart."""
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon
