"""A square of the plane to paint samples on, by pointer or by keyboard."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from twostroke.engine.data.painted import MAX_POINTS
from twostroke.gui.look.class_marks import draw_mark
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting

Point = tuple[float, float, float]

REACH = 1.2  # half a side of the square in units of the plane, as in the decision map
SIDE = 220
RADIUS = 4.0  # px
NEAR = 7.0  # px: a click that near to a point takes it away
APART = 14.0  # px between points of one stroke
KEY_STEP = 0.1
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}


class PointCanvas(Dressed, QWidget):
    """Points [x, y, label] to paint. `painted` carries all of them at the end of each stroke.

    The left button paints the class in hand, the right one the other class, a click on a point takes it away. With the
    keyboard the arrows move a cross, Space paints there, 0 and 1 choose the class.
    """

    painted = Signal(object)
    label_chosen = Signal(int)
    own_keys = frozenset({*ARROWS, Qt.Key.Key_Space, Qt.Key.Key_0, Qt.Key.Key_1})

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Canvas for points")
        by_keys = "Arrows move the cross, Space paints or takes away, 0 and 1 choose the class"
        self.setAccessibleDescription(by_keys)
        self.setToolTip(
            "Click or drag to paint; click a point to take it away; the right button paints the other class\n"
            f"By keys: {by_keys[0].lower()}{by_keys[1:]}"
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.points: tuple[Point, ...] = ()
        self.label = 1
        self._stroke: float | None = None  # the label that is being painted
        self._cross = (0.0, 0.0)

    def show_points(self, points: Sequence[Point]) -> None:
        """Show `points`, unless the user is in the middle of a stroke."""
        if self._stroke is None and tuple(points) != self.points:
            self.points = tuple(points)
            self.update()

    def choose(self, label: int) -> None:
        """Paint class 0 or 1 from now on."""
        if label != self.label:
            self.label = label
            self.label_chosen.emit(label)

    def clear(self) -> None:
        """Take all points away."""
        self.points = ()
        self._done()

    # Places

    @property
    def reach(self) -> float:
        """Half a side of the square: more than usual where points from a file need it."""
        return max([REACH, *(1.05 * max(abs(x), abs(y)) for x, y, _ in self.points)])

    def _field(self) -> QRectF:
        side = min(self.width(), self.height()) - 1.0
        return QRectF((self.width() - side) / 2, 0.5, side, side)

    def to_screen(self, x: float, y: float) -> QPointF:
        """Where a point of the plane lies."""
        field = self._field()
        share = field.width() / (2 * self.reach)
        return QPointF(field.center().x() + x * share, field.center().y() - y * share)

    def to_plane(self, place: QPointF) -> tuple[float, float]:
        """The point of the plane under the pointer, kept inside and rounded to what a hand can aim at."""
        field, reach = self._field(), self.reach
        share = 2 * reach / field.width()
        x, y = (place.x() - field.center().x()) * share, (field.center().y() - place.y()) * share
        return _within(x, reach), _within(y, reach)

    def _nearest(self, place: QPointF) -> tuple[int, float]:
        """The point nearest to the pointer, and how far it is in px."""
        gaps = [_distance(self.to_screen(x, y), place) for x, y, _ in self.points]
        return (min(range(len(gaps)), key=gaps.__getitem__), min(gaps)) if gaps else (-1, float("inf"))

    # Strokes

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the point under the pointer away, or begin a stroke."""
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        label = self.label if event.button() is Qt.MouseButton.LeftButton else 1 - self.label
        if not self._take_away(event.position()):
            self._stroke = float(label)
            self._add(event.position(), self._stroke)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a stroke, a little apart from the points there are."""
        if self._stroke is not None and self._nearest(event.position())[1] >= APART:
            self._add(event.position(), self._stroke)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        if self._stroke is not None:
            self._stroke = None
            self._done()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cross, paint at it, choose the class."""
        key = Qt.Key(event.key())
        if key in ARROWS:
            (x, y), (right, up) = self._cross, ARROWS[key]
            self._cross = _within(x + KEY_STEP * right, REACH), _within(y + KEY_STEP * up, REACH)
            self.update()
        elif key is Qt.Key.Key_Space:
            place = self.to_screen(*self._cross)
            if not self._take_away(place):
                self._add(place, float(self.label))
                self._done()
        elif key in (Qt.Key.Key_0, Qt.Key.Key_1):
            self.choose(1 if key is Qt.Key.Key_1 else 0)
        else:
            super().keyPressEvent(event)

    def _take_away(self, place: QPointF) -> bool:
        index, gap = self._nearest(place)
        if gap > NEAR:
            return False
        self.points = (*self.points[:index], *self.points[index + 1 :])
        self._done()
        return True

    def _add(self, place: QPointF, label: float) -> None:
        if len(self.points) < MAX_POINTS:
            self.points = (*self.points, (*self.to_plane(place), label))
            self.update()

    def _done(self) -> None:
        self.update()
        self.painted.emit(self.points)

    # Shape and picture

    def hasHeightForWidth(self) -> bool:
        """It is a square."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as wide, up to a size that leaves room for the rest."""
        return min(width, SIDE)

    def sizeHint(self) -> QSize:
        """Fits the column."""
        return QSize(SIDE, SIDE)

    def minimumSizeHint(self) -> QSize:
        """Still easy to hit."""
        return QSize(140, 140)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The square, its axes, the points, and the cross while the keyboard is at work."""
        with painting(self, smooth=True) as painter:
            field, middle = self._field(), self.to_screen(0, 0)
            painter.setPen(QPen(QColor(self.palette_.accent if self.hasFocus() else self.palette_.line), 1))
            painter.setBrush(QColor(self.palette_.background))
            painter.drawRect(field)
            painter.setPen(QPen(QColor(self.palette_.line), 1))
            painter.drawLine(QPointF(field.left(), middle.y()), QPointF(field.right(), middle.y()))
            painter.drawLine(QPointF(middle.x(), field.top()), QPointF(middle.x(), field.bottom()))
            self._paint_points(painter)
            if self.hasFocus():
                self._paint_cross(painter)

    def _paint_points(self, painter: QPainter) -> None:
        for x, y, label in self.points:
            kind = int(label > 0.5)
            hue = self.palette_.class_hue(kind)
            draw_mark(painter, kind, self.to_screen(x, y), RADIUS, hue, self.palette_.background)

    def _paint_cross(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(self.palette_.text), 1))
        at = self.to_screen(*self._cross)
        for across, up in ((5.0, 0.0), (0.0, 5.0)):
            painter.drawLine(QPointF(at.x() - across, at.y() - up), QPointF(at.x() + across, at.y() + up))


def _within(value: float, reach: float) -> float:
    return round(min(max(value, -reach), reach), 3)


def _distance(one: QPointF, other: QPointF) -> float:
    gap = one - other
    return float((gap.x() ** 2 + gap.y() ** 2) ** 0.5)
