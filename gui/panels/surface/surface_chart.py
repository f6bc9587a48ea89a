"""The loss over a plane of parameters: a square a cell, never a shade between two, with the path of the run on it."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from twostroke.engine.border.loss_surface import LossSurface
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.even_colours import DARK, EVEN_COLOURS, LIGHT
from twostroke.gui.look.painting import painting, saved
from twostroke.gui.model.loss_scale import LossScale, scale_of
from twostroke.gui.model.numbers import number
from twostroke.gui.model.surface_words import NOT_FINITE
from twostroke.gui.panels.base.widgets import small_font

LEFT, TOP, AXIS = 30, 4, 32  # px of the numbers of b, at least; above the field; of the axis of a
BAR, MARKS, TICK = 12, 20, 3  # px of the colours of the scale, of the numbers below them, and of their ticks
NAME = 15  # px of what the scale is of
LARGEST = 420
NEAR = 8.0  # px from a point of the path within which it is meant
DOT, HERE = 1.7, 6.0  # radii of a state, and of where the network is
GAP = 8  # px between two numbers of the scale
Flag = Qt.AlignmentFlag


def picture_of(loss: NDArray[np.float64], scale: LossScale | None, wrong: str) -> QImage:
    """A pixel a cell, the last row of `loss` at the top; `wrong` is the colour of what is not finite."""
    share = np.full(loss.shape, np.nan) if scale is None else scale.shares(loss)
    known = np.isfinite(share)
    step = np.rint(np.where(known, share, 0.0) * (len(EVEN_COLOURS) - 1)).astype(np.intp)
    colour = QColor(wrong)
    other = np.array([colour.blue(), colour.green(), colour.red(), 255], dtype=np.uint8)
    pixels = np.ascontiguousarray(np.where(known[..., None], EVEN_COLOURS[step], other)[::-1])
    height, width = loss.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


class SurfaceChart(Dressed, QWidget):
    """`pointed` carries the cell (row, column) or the state of the path (its place) under the pointer, or None;
    `picked` the update of a state that was clicked.
    """

    pointed = Signal(object)
    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Loss surface with the path of the run")
        self.setMouseTracking(True)
        self.found: LossSurface | None = None
        self.scale: LossScale | None = None
        self.at: int | tuple[int, int] | None = None
        self._now: tuple[float, float] | None = None
        self._update = 0
        self._picture = QImage()
        self._name = ""
        self._left = LEFT
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_surface(self, found: LossSurface, now: tuple[float, float] | None, update: int) -> None:
        """Show this one, with the network at `now` after `update` updates."""
        if found is not self.found and found.loss is not None:
            self.found, self.scale = found, scale_of(found.loss)
            self._picture = QImage()
            widest = QFontMetrics(small_font(self)).horizontalAdvance(number(-found.half[1], 2))
            self._left = max(LEFT, widest + 7)
            self._point(None)
            self.updateGeometry()
            self.update()
        if (now, update) != (self._now, self._update):
            self._now, self._update = now, update
            self.update()

    def name_losses(self, scaled: bool) -> None:
        """Say beside the scale whether targets are scaled."""
        name = "train loss (scaled), log scale" if scaled else "train loss, log scale"
        if name != self._name:
            self._name = name
            self.update()

    def recolour(self) -> None:
        """What is not finite has another colour."""
        self._picture = QImage()
        super().recolour()

    # -- places ------------------------------------------------------------------------------------------------------

    def field(self) -> QRectF:
        """The square of the cells."""
        side = min(self.width() - self._left - 4, self.height() - TOP - AXIS - BAR - MARKS - NAME)
        return QRectF(self._left + (self.width() - self._left - 4 - side) / 2, TOP, side, side)

    def place(self, a: float, b: float) -> QPointF:
        """The pixel of a point of the plane."""
        assert self.found is not None
        field, (wide, high) = self.field(), self.found.half
        return QPointF(
            field.center().x() + a / wide * field.width() / 2, field.center().y() - b / high * field.height() / 2
        )

    def _under(self, at: QPointF) -> int | tuple[int, int] | None:
        """The state of the path that is meant, or the cell."""
        field = self.field()
        if self.found is None or self.found.loss is None or not field.contains(at):
            return None
        path, cells = self.found.path, len(self.found.loss)
        if path is not None and len(path.update):
            away = [_length(self.place(a, b) - at) for a, b in zip(path.a.tolist(), path.b.tolist(), strict=True)]
            if min(away) <= NEAR:
                return int(np.argmin(away))
        column = int((at.x() - field.left()) / field.width() * cells)
        row = int((field.bottom() - at.y()) / field.height() * cells)
        return min(max(row, 0), cells - 1), min(column, cells - 1)

    def hasHeightForWidth(self) -> bool:
        """A square, with its axis and the scale below."""
        return True

    def heightForWidth(self, width: int) -> int:
        """All of these."""
        return min(width - self._left - 4, LARGEST) + TOP + AXIS + BAR + MARKS + NAME

    def sizeHint(self) -> QSize:
        """Fits a column of the window."""
        return QSize(270, self.heightForWidth(270))

    def minimumSizeHint(self) -> QSize:
        """Still readable."""
        return QSize(180, 200)

    # -- the pointer -------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is there."""
        self._point(self._under(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        self._point(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the update of a state."""
        at = self._under(event.position())
        if event.button() == Qt.MouseButton.LeftButton and isinstance(at, int):
            assert self.found is not None
            assert self.found.path is not None
            self.picked.emit(int(self.found.path.update[at]))

    def _point(self, at: int | tuple[int, int] | None) -> None:
        if at != self.at:
            self.at = at
            shape = Qt.CursorShape.PointingHandCursor if isinstance(at, int) else Qt.CursorShape.CrossCursor
            self.setCursor(shape)
            self.pointed.emit(at)
            self.update()

    # -- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells, path, where the network is, axes, scale."""
        if self.found is None or self.found.loss is None:
            return
        if self._picture.isNull():
            self._picture = picture_of(self.found.loss, self.scale, self.palette_.warning)
        with painting(self) as painter:
            painter.setFont(small_font(self))
            field = self.field()
            painter.drawImage(field, self._picture)
            with saved(painter):
                painter.setClipRect(field)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint_path(painter)
                self._paint_now(painter)
            self._paint_pointed(painter, field)
            self._paint_axes(painter, field)
            self._paint_scale(painter, field)

    def _paint_path(self, painter: QPainter) -> None:
        """What the network has yet to do again is dotted."""
        assert self.found is not None
        path = self.found.path
        if path is None or not len(path.update):
            return
        dots = [self.place(a, b) for a, b in zip(path.a.tolist(), path.b.tolist(), strict=True)]
        done = int(np.searchsorted(path.update, self._update, side="right"))
        for part, style in ((dots[:done], Qt.PenStyle.SolidLine), (dots[max(done - 1, 0) :], Qt.PenStyle.DotLine)):
            for colour, width in ((DARK, 3.6), (LIGHT, 1.6)):
                if colour == LIGHT or style is Qt.PenStyle.SolidLine:
                    painter.setPen(QPen(QColor(colour), width, style, Qt.PenCapStyle.RoundCap))
                    painter.drawPolyline(QPolygonF(part))
        painter.setPen(QPen(QColor(DARK), 1))
        painter.setBrush(QColor(LIGHT))
        for place, dot in enumerate(dots):
            painter.drawEllipse(dot, *(2 * (2 * DOT if place == self.at else DOT,)))

    def _paint_now(self, painter: QPainter) -> None:
        if self._now is None:
            return
        here = self.place(*self._now)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((DARK, 5.0), (LIGHT, 2.2)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawEllipse(here, HERE, HERE)

    def _paint_pointed(self, painter: QPainter, field: QRectF) -> None:
        """A frame around the cell."""
        if not isinstance(self.at, tuple):
            return
        assert self.found is not None
        assert self.found.loss is not None
        side, (row, column) = field.width() / len(self.found.loss), self.at
        painter.setBrush(Qt.BrushStyle.NoBrush)
        cell = QRectF(field.left() + column * side, field.bottom() - (row + 1) * side, side, side)
        for colour, out in ((DARK, 1.0), (LIGHT, 0.0)):
            painter.setPen(QPen(QColor(colour), 1))
            painter.drawRect(cell.adjusted(-out, -out, out, out))

    def _paint_axes(self, painter: QPainter, field: QRectF) -> None:
        assert self.found is not None
        painter.setPen(QPen(QColor(self.palette_.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(field)
        painter.setPen(QColor(self.palette_.muted))
        wide, high = self.found.half
        for share, sign in ((0.0, -1), (0.5, 0), (1.0, 1)):
            across, up = number(sign * wide, 2), number(sign * high, 2)
            width = painter.fontMetrics().horizontalAdvance(across)
            x, y = field.left() + share * (field.width() - width), field.bottom() - share * (field.height() - 14) - 14
            painter.drawText(QRectF(x, field.bottom() + 1, width + 1, 15), Flag.AlignLeft, across)
            painter.drawText(QRectF(0, y, field.left() - 5, 14), Flag.AlignRight | Flag.AlignVCenter, up)
        name = QRectF(field.left(), field.bottom() + 15, field.width(), 15)
        painter.drawText(name, Flag.AlignHCenter, "a: distance moved")
        painter.drawText(QRectF(0, field.center().y() - 30, field.left() - 5, 15), Flag.AlignRight, "b")

    def _paint_scale(self, painter: QPainter, field: QRectF) -> None:
        """The colours with their numbers; what is not finite has a colour of its own at the right."""
        assert self.found is not None
        assert self.found.loss is not None
        wrong = not np.isfinite(self.found.loss).all()
        measure = painter.fontMetrics().horizontalAdvance
        bar = QRectF(4, field.bottom() + AXIS, field.right() - 4, BAR)
        if wrong:
            box = QRectF(bar.right() - measure(NOT_FINITE), bar.top(), measure(NOT_FINITE), BAR)
            painter.fillRect(box, QColor(self.palette_.warning))
            painter.drawText(QRectF(box.left(), box.bottom(), box.width() + 2, MARKS), Flag.AlignLeft, NOT_FINITE)
            bar.setRight(box.left() - 12)
        if self.scale is None:
            return
        name = QRectF(0, bar.bottom() + MARKS, self.width(), NAME)
        painter.drawText(name, Flag.AlignHCenter, self._name)
        ramp = QImage(EVEN_COLOURS.data, len(EVEN_COLOURS), 1, 4 * len(EVEN_COLOURS), QImage.Format.Format_RGB32)
        painter.drawImage(bar, ramp)
        taken: list[tuple[float, float]] = []
        for share, text in self.scale.texts():
            x = bar.left() + share * bar.width()
            left = min(max(x - measure(text) / 2, bar.left()), bar.right() - measure(text))
            if all(left > end + GAP or left + measure(text) < begin - GAP for begin, end in taken):
                taken.append((left, left + measure(text)))
                painter.drawLine(QPointF(x, bar.bottom()), QPointF(x, bar.bottom() + TICK))
                words = QRectF(left, bar.bottom() + TICK, measure(text) + 2, MARKS - TICK)
                painter.drawText(words, Flag.AlignLeft, text)


def _length(vector: QPointF) -> float:
    return float(np.hypot(vector.x(), vector.y()))
