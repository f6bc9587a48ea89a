"""A square chart of the samples: training points filled, test points hollow, the shown one marked, a click picks one.

What lies behind the points (a decision map) or on them (a fitted curve) is the subclass's part. The points are painted
once and kept as a picture; while training runs only what lies behind or on them changes.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from twostroke.engine.border.snapshot import DataView
from twostroke.gui.look.class_marks import draw_mark
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting, saved
from twostroke.gui.model.numbers import plain
from twostroke.gui.model.output_charts import Frame
from twostroke.gui.panels.base.widgets import small_font

MAX_POINTS = 1_000  # of each part; more would hide the picture behind them
LEGEND = 22
LEFT, BOTTOM = 30, 18
LARGEST = 420
CROSS = 8.0  # half of the mark of what is tried
MARK = 14.0  # px for the mark of a class in the legend


def gradient_of(bar: QRectF, low: str, middle: str, high: str) -> QLinearGradient:
    """A gradient from left to right through three colours."""
    gradient = QLinearGradient(bar.topLeft(), bar.topRight())
    for at, colour in ((0.0, low), (0.5, middle), (1.0, high)):
        gradient.setColorAt(at, QColor(colour))
    return gradient


class PointChart(Dressed, QWidget):
    """Base of the charts that show samples as points. `picked` carries a row of the training part.

    While an input is tried, `dragged` carries the raw values where the hand wants it.
    """

    picked = Signal(int)
    dragged = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.data: DataView | None = None
        self.response: NDArray[np.floating] | None = None
        self.frame_ = Frame(-1, 1, -1, 1)
        self._row: int | None = None
        self._batch: tuple[int, ...] = ()
        self._trial: NDArray[np.floating] | None = None
        self._movable = self._dragging = False
        self._points: QPixmap | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    # What a subclass says

    def frame_of(self, data: DataView) -> Frame:
        """The ends of the axes for `data`."""
        raise NotImplementedError

    def places(self, raw: NDArray[np.floating], label: NDArray[np.floating]) -> NDArray[np.floating]:
        """Where samples lie, in raw units: (n, 2)."""
        raise NotImplementedError

    def point_colour(self, label: float) -> str:
        """The colour of a sample."""
        raise NotImplementedError

    def trial_place(self, values: NDArray[np.floating]) -> tuple[float, float]:
        """Where raw values that are tried lie, in raw units."""
        raise NotImplementedError

    def values_at(self, x: float, y: float) -> tuple[float, ...]:
        """The raw values of a place, in raw units."""
        raise NotImplementedError

    def point_class(self, label: float) -> int:
        """Whose shape a sample has; 0, a circle, where there are no classes."""
        return 0

    def paint_field(self, painter: QPainter, field: QRectF) -> None:
        """Paint what lies behind the points."""
        raise NotImplementedError

    def paint_over(self, painter: QPainter) -> None:
        """Paint what lies on the points and under the marks, within the field; nothing by default."""

    def axis_names(self) -> tuple[str, str]:
        """What stands at the axes."""
        return "x", "y"

    def legend(self) -> tuple[str, str, str, str] | None:
        """Low end, its colour, high end, its colour; None for no colour legend."""
        return None

    def class_ends(self) -> tuple[int, ...]:
        """The classes at the ends of the colour legend, whose marks stand there; none for values."""
        return ()

    # What a panel asks

    def show_data(
        self,
        data: DataView,
        response: NDArray[np.floating] | None,
        row: int | None,
        batch: tuple[int, ...] = (),
    ) -> None:
        """Show `data` with the network's `response`; `row` is the sample shown, `batch` the rows of a tape."""
        if data is not self.data:
            self.data, self.frame_, self._points = data, self.frame_of(data), None
            self.update()
        if response is not self.response:
            self.response = response
            self.update()
        if (row, batch) != (self._row, self._batch):
            self._row, self._batch = row, batch
            self.update()

    def show_trial(self, values: NDArray[np.floating] | None, movable: bool) -> None:
        """Mark what is tried, and let it be dragged; the hand is ahead of what the engine has answered."""
        self._movable = movable
        if not self._dragging and values is not self._trial:
            self._trial = values
            self.update()

    def recolour(self) -> None:
        """The points are kept as a picture."""
        self._points = None
        super().recolour()

    def field(self) -> QRectF:
        """The square of the data within the widget."""
        side = min(self.width() - LEFT - 4, self.height() - BOTTOM - LEGEND - 4)
        return QRectF(LEFT + (self.width() - LEFT - 4 - side) / 2, 4, side, side)

    def to_screen(self, places: NDArray[np.floating]) -> NDArray[np.float64]:
        """Raw places (n, 2) as pixels of the widget."""
        field, frame = self.field(), self.frame_
        x = field.left() + (places[:, 0] - frame.left) / (frame.right - frame.left) * field.width()
        y = field.bottom() - (places[:, 1] - frame.bottom) / (frame.top - frame.bottom) * field.height()
        return np.column_stack([x, y]).astype(np.float64)

    # Qt

    def hasHeightForWidth(self) -> bool:
        """The chart is a square with a legend below."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of the square, the axis and the legend."""
        return min(width - LEFT - 4, LARGEST) + BOTTOM + LEGEND + 4

    def sizeHint(self) -> QSize:
        """Fits a column of the window."""
        return QSize(270, self.heightForWidth(270))

    def minimumSizeHint(self) -> QSize:
        """Still readable."""
        return QSize(180, 160)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint the points anew at the new size."""
        self._points = None
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the nearest training sample; on a tape, the nearest of the mini-batch. What is tried goes there."""
        if event.button() != Qt.MouseButton.LeftButton or self.data is None:
            return
        if self._trial is not None and self._movable:
            self._dragging = True
            self._drag(event.position())
            return
        rows = self._inside(self._batch) if self._batch else np.arange(len(self.data.train_label))
        if not len(rows):
            return
        places = self.places(self.data.train_raw[rows], self.data.train_label[rows])
        where = self.to_screen(places) - (event.position().x(), event.position().y())
        self.picked.emit(int(rows[int((where**2).sum(axis=1).argmin())]))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """What is tried follows the hand."""
        if self._dragging:
            self._drag(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of dragging."""
        self._dragging = False

    def _drag(self, at: QPointF) -> None:
        field, frame = self.field(), self.frame_
        across = min(max((at.x() - field.left()) / field.width(), 0.0), 1.0)
        up = min(max((field.bottom() - at.y()) / field.height(), 0.0), 1.0)
        x = frame.left + across * (frame.right - frame.left)
        y = frame.bottom + up * (frame.top - frame.bottom)
        values = self.values_at(x, y)
        self._trial = np.array(values)
        self.update()
        self.dragged.emit(values)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Field, axes, points, what lies on them, marks, legend."""
        if self.data is None:
            return
        with painting(self, smooth=True) as painter:
            field = self.field()
            with saved(painter):
                painter.setClipRect(field)
                self.paint_field(painter, field)
            self._paint_axes(painter, field)
            if self._points is None:
                self._points = self._paint_points()
            painter.drawPixmap(0, 0, self._points)
            with saved(painter):
                painter.setClipRect(field)
                self.paint_over(painter)
            self._paint_marks(painter)
            self._paint_trial(painter)
            self._paint_legend(painter, field)

    def _paint_points(self) -> QPixmap:
        assert self.data is not None
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        with painting(pixmap, smooth=True) as painter:
            for raw, label, filled in (
                (self.data.test_raw, self.data.test_label, False),
                (self.data.train_raw, self.data.train_label, True),
            ):
                step = max(1, -(-len(label) // MAX_POINTS))
                self._paint_part(painter, raw[::step], label[::step], filled)
        return pixmap

    def _paint_part(
        self, painter: QPainter, raw: NDArray[np.floating], label: NDArray[np.floating], filled: bool
    ) -> None:
        radius = 2.6 if len(label) > 150 else 3.0
        edge = self.palette_.background
        for (x, y), value in zip(self.to_screen(self.places(raw, label)), label, strict=True):
            colour, kind = self.point_colour(float(value)), self.point_class(float(value))
            draw_mark(painter, kind, QPointF(x, y), radius, colour, edge, filled=filled)

    def _paint_marks(self, painter: QPainter) -> None:
        assert self.data is not None
        for rows, radius, width in ((self._batch, 4.6, 1.2), (() if self._row is None else (self._row,), 7.0, 2.0)):
            inside = self._inside(rows)
            places = self.places(self.data.train_raw[inside], self.data.train_label[inside])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for x, y in self.to_screen(places):
                for colour, more in ((self.palette_.background, 2.0), (self.palette_.text, 0.0)):
                    painter.setPen(QPen(QColor(colour), width + more))
                    painter.drawEllipse(QPointF(x, y), radius, radius)

    def _paint_trial(self, painter: QPainter) -> None:
        """A cross: it is no sample of the training part."""
        if self._trial is None:
            return
        ((x, y),) = self.to_screen(np.array([self.trial_place(self._trial)]))
        for colour, width in ((self.palette_.background, 4.5), (self.palette_.text, 2.2)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawLine(QPointF(x - CROSS, y), QPointF(x + CROSS, y))
            painter.drawLine(QPointF(x, y - CROSS), QPointF(x, y + CROSS))

    def _inside(self, rows: tuple[int, ...]) -> NDArray[np.intp]:
        """Those of `rows` that the data shown have."""
        assert self.data is not None
        return np.array([row for row in rows if 0 <= row < len(self.data.train_label)], dtype=np.intp)

    def _paint_axes(self, painter: QPainter, field: QRectF) -> None:
        painter.setPen(QPen(QColor(self.palette_.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(field)
        painter.setFont(small_font(self))
        painter.setPen(QColor(self.palette_.muted))
        frame = self.frame_
        below = QRectF(field.left(), field.bottom() + 2, field.width(), BOTTOM - 2)
        beside = QRectF(field.left() - LEFT, field.top(), LEFT - 4, field.height())
        flag = Qt.AlignmentFlag
        painter.drawText(below, flag.AlignLeft, plain(frame.left))
        names = zip(self.axis_names(), (below.width() / 2, beside.width()), strict=True)
        across, up = (
            painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room)) for name, room in names
        )
        painter.drawText(below, flag.AlignHCenter, across)
        painter.drawText(below, flag.AlignRight, plain(frame.right))
        painter.drawText(beside, flag.AlignRight | flag.AlignTop, plain(frame.top))
        painter.drawText(beside, flag.AlignRight | flag.AlignVCenter, up)
        painter.drawText(beside, flag.AlignRight | flag.AlignBottom, plain(frame.bottom))

    def _paint_legend(self, painter: QPainter, field: QRectF) -> None:
        y = field.bottom() + BOTTOM + LEGEND / 2
        x = field.left() + 4
        painter.setFont(small_font(self))
        assert self.data is not None
        marks = (("train", True, 3.0), ("test", False, 2.8), ("shown", False, 5.0))
        for text, filled, radius in (mark for mark in marks if mark[0] != "test" or len(self.data.test_label)):
            colour = QColor(self.palette_.text if text == "shown" else self.palette_.muted)
            painter.setPen(QPen(colour, 1.4))
            painter.setBrush(colour if filled else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(x, y), radius, radius)
            painter.setPen(QColor(self.palette_.muted))
            width = painter.fontMetrics().horizontalAdvance(text)
            painter.drawText(QPointF(x + 9, y + 4), text)
            x += width + 19
        self._paint_colour_legend(painter, x, field.right(), y)

    def _paint_colour_legend(self, painter: QPainter, left: float, right: float, y: float) -> None:
        legend = self.legend()
        if legend is None:
            return
        low, low_colour, high, high_colour = legend
        right = self._paint_class(painter, right, y, -1)
        painter.setPen(QColor(self.palette_.muted))
        width = painter.fontMetrics().horizontalAdvance(high)
        painter.drawText(QPointF(right - width, y + 4), high)
        bar = QRectF(right - width - 5 - 30, y - 4, 30, 8)
        gradient = gradient_of(bar, low_colour, self.palette_.background, high_colour)
        painter.setPen(QPen(QColor(self.palette_.line), 1))
        painter.setBrush(gradient)
        painter.drawRect(bar)
        painter.setPen(QColor(self.palette_.muted))
        at = bar.left() - 5 - painter.fontMetrics().horizontalAdvance(low)
        painter.drawText(QPointF(at, y + 4), low)
        if at - MARK > left:
            self._paint_class(painter, at - 2, y, 0)

    def _paint_class(self, painter: QPainter, right: float, y: float, end: int) -> float:
        """The mark of the class at an end of the scale; where what stands left of it may reach to."""
        kinds = self.class_ends()
        if not kinds:
            return right
        colour = self.palette_.class_hue(kinds[end])
        draw_mark(painter, kinds[end], QPointF(right - 6, y), 4.0, colour, self.palette_.background)
        return right - MARK
