"""How a figure of the layers went over the updates: a line a layer, or where there are many, a row of colours."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from twostroke.engine.border.health import Health, Real
from twostroke.gui.look.colour import mixed, packed
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting, saved
from twostroke.gui.model.health_figures import Figure
from twostroke.gui.model.numbers import digits_now
from twostroke.gui.model.update_axis import UpdateAxis
from twostroke.gui.panels.base.widgets import small_font

MOST_LINES = 8
"""Layers that have a line each; more can not be told apart."""

HEIGHT = 150  # px of the field of lines
LEFT, RIGHT, FOOT, TOP = 42, 26, 18, 8
LONE = 1.5  # px, the radius of what was found once
NAME, NUMBER = 62, 62  # px beside a row of colours
ROW, LOW_ROW, MOST_ROWS = 16, 10, 24
SHADES = 64
USUAL = "usual"
OPAQUE = np.uint32(0xFF000000)


@dataclass(frozen=True, eq=False)
class Course:
    """What is drawn: shares of the scale, (examinations, layers), over places, 0 to 1, of the axis of updates."""

    figure: Figure
    names: tuple[str, ...]
    update: NDArray[np.int64]
    values: Real
    shares: Real
    places: Real
    marks: tuple[tuple[float, str], ...]
    usual: float | None
    digits: int

    @property
    def many(self) -> bool:
        """Whether it is drawn as rows of colours."""
        return len(self.names) > MOST_LINES

    def text(self, at: int, layer: int) -> str:
        """A value in words."""
        return self.figure.text(float(self.values[at, layer]), self.digits)


def course_of(figure: Figure, health: Health, axis: UpdateAxis) -> Course:
    """The course of a figure up to now."""
    scale, values, update = figure.scale_of(health), figure.values(health), health.course.update
    last = float(update[-1]) if update.size else 1.0
    begin, end = axis.place(axis.first), axis.place(max(last, axis.first + 1))
    places = ((axis.places(update) - begin) / (end - begin)).astype(np.float64)
    marks = tuple((scale.share(value), text) for value, text in scale.marks)
    usual = None if figure.usual is None else scale.share(figure.usual)
    return Course(
        figure, figure.names(health), update, values, scale.shares(values), places, marks, usual, digits_now()
    )


def in_full(update: int) -> str:
    """A number of updates as all else in the window says it: "797.554 k" beside "update 797,554" is read as another."""
    return f"{update:,}"


class CourseChart(Dressed, QWidget):
    """`pointed` carries the number of an examination that is looked at, None for the newest; `sought` an update."""

    pointed = Signal(object)
    sought = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.course: Course | None = None
        self.at: int | None = None
        self.layer: int | None = None  # the one that stands out, from 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_course(self, course: Course, layer: int | None) -> None:
        """Show it; `layer` stands out, if any."""
        before = self.sizeHint()
        self.course, self.layer = course, layer
        self.setAccessibleName(f"{course.figure.title} of each layer over the updates")
        if self.at is not None and self.at >= len(course.update):
            self._point(None)
        if self.sizeHint() != before:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A field of lines, or as many rows as there are layers."""
        course = self.course
        if course is None or not course.many:
            return QSize(260, HEIGHT)
        return QSize(260, len(course.names) * _row(course) + FOOT + 4)

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for any column."""
        return QSize(160, self.sizeHint().height())

    # -- what is looked at -----------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The nearest examination."""
        self._point(self._nearest(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """The newest again."""
        super().leaveEvent(event)
        self._point(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The newest again."""
        super().focusOutEvent(event)
        self._point(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go to that update."""
        at = self._nearest(event.position())
        if self.course is not None and at is not None and event.button() == Qt.MouseButton.LeftButton:
            self.sought.emit(int(self.course.update[at]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right look at others, Return goes there."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        count = 0 if self.course is None else len(self.course.update)
        if steps is not None and count:
            at = (count - 1 if self.at is None else self.at) + steps
            self._point(min(max(at, 0), count - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.course is not None and self.at is not None:
            self.sought.emit(int(self.course.update[self.at]))
        else:
            super().keyPressEvent(event)

    def _nearest(self, place: QPointF) -> int | None:
        if self.course is None or not self.course.update.size:
            return None
        field = self._field(self.course)
        share = (place.x() - field.left()) / max(field.width(), 1.0)
        return int(np.abs(self.course.places - share).argmin())

    def _point(self, at: int | None) -> None:
        if at != self.at:
            self.at = at
            self.update()
            self.pointed.emit(at)

    # -- paint -----------------------------------------------------------------------------------------------------

    def _field(self, course: Course) -> QRectF:
        left, right = (NAME, NUMBER) if course.many else (LEFT, RIGHT)
        top = 2 if course.many else TOP
        return QRectF(left, top, self.width() - left - right, self.height() - FOOT - top)

    @property
    def _hue(self) -> str:
        assert self.course is not None
        p = self.palette_
        return p.gradient_positive if self.course.figure.gradient else p.signal_positive

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, the axis of updates, and where it is looked at."""
        course = self.course
        with painting(self, smooth=True) as painter:
            painter.setFont(small_font(self))
            if course is not None and course.update.size:
                field = self._field(course)
                (self._paint_rows if course.many else self._paint_lines)(painter, course, field)
                self._paint_axis(painter, course, field)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(self.palette_.accent), 1))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def _paint_axis(self, painter: QPainter, course: Course, field: QRectF) -> None:
        flag, p = Qt.AlignmentFlag, self.palette_
        painter.setPen(QColor(p.muted))
        foot = QRectF(field.left() - 20, field.bottom() + 2, field.width() + 40, FOOT - 2)
        painter.drawText(foot.adjusted(20, 0, 0, 0), flag.AlignLeft | flag.AlignVCenter, "updates")
        at = len(course.update) - 1 if self.at is None else self.at
        x = field.left() + float(course.places[at]) * field.width()
        text = in_full(int(course.update[at]))
        width = painter.fontMetrics().horizontalAdvance(text) + 2
        begin = field.left() + painter.fontMetrics().horizontalAdvance("updates") + 8
        left = min(max(x - width / 2, begin), field.right() + RIGHT - width)
        painter.drawText(QRectF(left, foot.top(), width, foot.height()), flag.AlignCenter, text)
        if self.at is not None:
            painter.setPen(QPen(QColor(p.accent), 1))
            painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))

    def _paint_lines(self, painter: QPainter, course: Course, field: QRectF) -> None:
        self._paint_scale(painter, course, field)
        count, p = len(course.names), self.palette_
        ends: list[tuple[float, str, QColor]] = []
        for layer in range(count):
            colour = QColor(mixed(p.surface, self._hue, 0.45 + 0.55 * (layer + 1) / count))
            if layer == self.layer:
                colour = QColor(p.text)
            shares = course.shares[:, layer]
            painter.setPen(QPen(colour, 2.6 if layer == self.layer else 1.6))
            for piece in _pieces(course.places, shares):
                points = [
                    QPointF(field.left() + x * field.width(), field.bottom() - y * field.height()) for x, y in piece
                ]
                if len(points) == 1:
                    painter.setBrush(colour)
                    painter.drawEllipse(points[0], LONE, LONE)
                else:
                    painter.drawPolyline(QPolygonF(points))
            if np.isfinite(shares[-1]):
                end = field.bottom() - float(shares[-1]) * field.height()
                name = course.names[layer]
                ends.append((end, name.removeprefix("hidden ") if name != "output" else "out", colour))
        self._paint_ends(painter, field, ends)

    def _paint_scale(self, painter: QPainter, course: Course, field: QRectF) -> None:
        flag, p = Qt.AlignmentFlag, self.palette_
        painter.fillRect(field, QColor(p.background))
        for share, text in course.marks:
            y = field.bottom() - share * field.height()
            painter.setPen(QPen(QColor(p.hairline), 1))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            painter.setPen(QColor(p.muted))
            painter.drawText(QRectF(0, y - 8, LEFT - 5, 16), flag.AlignRight | flag.AlignVCenter, text)
        if course.usual is not None:
            y = field.bottom() - course.usual * field.height()
            painter.setPen(QPen(QColor(p.accent), 1.2, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            place = QRectF(field.left() + 2, y + 2, painter.fontMetrics().horizontalAdvance(USUAL) + 4, 14)
            painter.fillRect(place, QColor(p.background))
            painter.drawText(place, flag.AlignCenter, USUAL)

    def _paint_ends(self, painter: QPainter, field: QRectF, ends: list[tuple[float, str, QColor]]) -> None:
        """The numbers of the layers beside the ends of their lines, none over another."""
        step, below = 12.0, field.top() - 6.0
        room = field.bottom()
        for place, (y, text, colour) in enumerate(sorted(ends, key=lambda end: end[0])):
            left_over = len(ends) - 1 - place
            at = min(max(y, below + step), room - left_over * step)
            below = at
            painter.setPen(colour)
            flag = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(field.right() + 4, at - 8, RIGHT - 3, 16), flag, text)

    def _paint_rows(self, painter: QPainter, course: Course, field: QRectF) -> None:
        row, flag, p = _row(course), Qt.AlignmentFlag, self.palette_
        with saved(painter):
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(QRectF(field.left(), field.top(), field.width(), row * len(course.names)), self._heat())
        at = len(course.update) - 1 if self.at is None else self.at
        every = 1 if row >= ROW else 2
        for layer in range(0, len(course.names), every):
            painter.setPen(QColor(p.text if layer == self.layer else p.muted))
            top = field.top() + layer * row
            painter.drawText(QRectF(0, top, NAME - 4, row), flag.AlignLeft | flag.AlignVCenter, course.names[layer])
            painter.setPen(QColor(p.text))
            place = QRectF(field.right() + 6, top, NUMBER - 6, row)
            painter.drawText(place, flag.AlignLeft | flag.AlignVCenter, course.text(at, layer))

    def _heat(self) -> QImage:
        """A row of pixels a layer, one a place of the axis: what was found last up to there."""
        assert self.course is not None
        course, p = self.course, self.palette_
        columns = max(16, min(self.width(), 512))
        which = np.searchsorted(course.places, np.linspace(0.0, 1.0, columns) + 1e-9, side="right") - 1
        shades = [packed(mixed(p.background, self._hue, step / (SHADES - 1))) for step in range(SHADES)]
        shades.append(packed(p.surface))  # where nothing is known
        shares = course.shares[np.maximum(which, 0)]
        steps = np.where(np.isnan(shares) | (which < 0)[:, None], SHADES, np.nan_to_num(shares) * (SHADES - 1))
        pixels = np.ascontiguousarray((OPAQUE | np.array(shades, dtype=np.uint32))[steps.astype(np.int64)].T)
        height, width = pixels.shape
        return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def _row(course: Course) -> int:
    return ROW if len(course.names) <= MOST_ROWS else LOW_ROW


def _pieces(places: Real, shares: Real) -> list[list[tuple[float, float]]]:
    """The line, cut where nothing is known."""
    pieces: list[list[tuple[float, float]]] = []
    known = np.isfinite(shares)
    for i in range(len(places)):
        if known[i]:
            if i == 0 or not known[i - 1]:
                pieces.append([])
            pieces[-1].append((float(places[i]), float(shares[i])))
    return pieces
