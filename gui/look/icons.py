"""The window's few icons, drawn as paths on a grid of 24 x 24 in the colours of the theme: sharp at any scale."""

from collections.abc import Callable
from importlib.resources import files

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from twostroke.gui.look.painting import painting
from twostroke.gui.look.theme import Palette

GRID = 24
SIDE = 20  # logical pixels
SCALES = (1, 2, 3)

Drawing = Callable[[QPainter], None]


def _triangle(painter: QPainter, left: float, right: float, top: float = 5, bottom: float = 19) -> None:
    middle = (top + bottom) / 2
    painter.drawPolygon(QPolygonF([QPointF(left, top), QPointF(right, middle), QPointF(left, bottom)]))


def _solid(painter: QPainter) -> None:
    painter.setBrush(painter.pen().color())
    pen = painter.pen()
    pen.setWidthF(1.2)
    painter.setPen(pen)


def _bar(painter: QPainter, x: float, width: float = 2.5, top: float = 5, bottom: float = 19) -> None:
    painter.drawRoundedRect(QRectF(x, top, width, bottom - top), 1, 1)


def _play(painter: QPainter) -> None:
    _solid(painter)
    _triangle(painter, 7.5, 19)


def _pause(painter: QPainter) -> None:
    _solid(painter)
    _bar(painter, 7, 3.5)
    _bar(painter, 13.5, 3.5)


def _update(painter: QPainter) -> None:
    _solid(painter)
    _triangle(painter, 6.5, 15.5)
    _bar(painter, 17)


def _epoch(painter: QPainter) -> None:
    _solid(painter)
    _triangle(painter, 3, 10)
    _triangle(painter, 11, 18)
    _bar(painter, 19.5)


def _reset(painter: QPainter) -> None:
    path = QPainterPath()
    circle = QRectF(5, 5.5, 14, 14)
    path.arcMoveTo(circle, 130)
    path.arcTo(circle, 130, 300)
    painter.drawPath(path)
    start = path.elementAt(0)
    head = QPainterPath(QPointF(start.x - 0.4, start.y - 4.4))
    head.lineTo(start.x - 0.4, start.y)
    head.lineTo(start.x + 4.4, start.y + 0.4)
    painter.drawPath(head)


def _arrow(painter: QPainter, tail: float, tip: float) -> None:
    back = 5 if tip > tail else -5
    painter.drawLine(QPointF(tail, 12), QPointF(tip, 12))
    painter.drawPolyline(QPolygonF([QPointF(tip - back, 7), QPointF(tip, 12), QPointF(tip - back, 17)]))


def _next(painter: QPainter) -> None:
    _arrow(painter, 5, 19)


def _previous(painter: QPainter) -> None:
    _arrow(painter, 19, 5)


def _forward(painter: QPainter) -> None:
    """A filled pulse on its way right, towards a pair of doors."""
    _doors(painter, 19)
    painter.drawLine(QPointF(3, 12), QPointF(8, 12))
    painter.setBrush(painter.pen().color())
    painter.drawEllipse(QPointF(11, 12), 2.6, 2.6)


def _backward(painter: QPainter) -> None:
    """A hollow pulse on its way left, towards a pair of doors."""
    _doors(painter, 5)
    painter.drawLine(QPointF(16, 12), QPointF(21, 12))
    painter.drawEllipse(QPointF(13, 12), 2.8, 2.8)


def _doors(painter: QPainter, x: float) -> None:
    painter.drawLine(QPointF(x, 4), QPointF(x, 8.5))
    painter.drawLine(QPointF(x, 15.5), QPointF(x, 20))


def _theme(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(12, 12), 7, 7)
    half = QPainterPath(QPointF(12, 5))
    half.arcTo(QRectF(5, 5, 14, 14), 90, -180)
    half.closeSubpath()
    painter.fillPath(half, painter.pen().color())


def _lock(painter: QPainter) -> None:
    """A padlock."""
    shackle = QPainterPath(QPointF(7.5, 11))
    shackle.lineTo(7.5, 8)
    shackle.arcTo(QRectF(7.5, 3.5, 9, 9), 180, -180)
    shackle.lineTo(16.5, 11)
    painter.drawPath(shackle)
    painter.setBrush(painter.pen().color())
    painter.drawRoundedRect(QRectF(5.5, 11, 13, 9.5), 1.5, 1.5)


def _scissors(painter: QPainter) -> None:
    """Open scissors."""
    for end, ring in ((QPointF(18, 3), QPointF(7.5, 18)), (QPointF(6, 3), QPointF(16.5, 18))):
        painter.drawLine(end, QPointF(12 + 0.45 * (ring.x() - 12), 12 + 0.6 * (ring.y() - 12)))
        painter.drawEllipse(ring, 3, 3)


DRAWINGS: dict[str, Drawing] = {
    "play": _play,
    "pause": _pause,
    "update": _update,
    "epoch": _epoch,
    "reset": _reset,
    "next": _next,
    "previous": _previous,
    "forward": _forward,
    "backward": _backward,
    "theme": _theme,
    "lock": _lock,
    "scissors": _scissors,
}


def icon(name: str, palette: Palette, colour: str = "") -> QIcon:
    """The icon `name` in `colour` (by default the text's), dim where its action is disabled. KeyError: no such icon."""
    made = QIcon()
    for scale in SCALES:
        made.addPixmap(_pixmap(DRAWINGS[name], colour or palette.text, SIDE, scale))
        made.addPixmap(_pixmap(DRAWINGS[name], palette.line, SIDE, scale), QIcon.Mode.Disabled)
    return made


def app_icon() -> QIcon:
    """The program's own icon."""
    return QIcon(str(files("twostroke.resources").joinpath("icons", "twostroke.svg")))


def _pixmap(drawing: Drawing, colour: str, side: int, scale: int) -> QPixmap:
    pixmap = QPixmap(side * scale, side * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    with painting(pixmap, smooth=True) as painter:
        painter.scale(side * scale / GRID, side * scale / GRID)
        ends = (Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(QPen(QColor(colour), 1.9, *ends))
        drawing(painter)
    pixmap.setDevicePixelRatio(scale)
    return pixmap
