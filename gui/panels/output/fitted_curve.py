"""What the network answers along the line, among the samples."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from twostroke.engine.border.snapshot import DataView
from twostroke.gui.model.output_charts import Frame, elsewhere, line_frame
from twostroke.gui.panels.base.widgets import small_font
from twostroke.gui.panels.output.chart import PointChart

HINGE = 4.0  # px, the radius of its mark


class FittedCurve(PointChart):
    """The samples of a function of one number, and the network's curve through them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Fitted curve: the output along the line", parent)
        self._hinges: NDArray[np.float64] | None = None

    def show_hinges(self, hinges: NDArray[np.float64] | None) -> None:
        """Mark the curve at these inputs (n,); None for none."""
        if hinges is not self._hinges:
            self._hinges = hinges
            self.update()

    def frame_of(self, data: DataView) -> Frame:
        """The line's ends; upwards the targets and a margin."""
        return line_frame(data)

    def places(self, raw: NDArray[np.floating], label: NDArray[np.floating]) -> NDArray[np.floating]:
        """Input across, target upwards."""
        return np.column_stack([raw[:, 0], label])

    def trial_place(self, values: NDArray[np.floating]) -> tuple[float, float]:
        """On the curve, as far as that is known."""
        x, frame = float(values[0]), self.frame_
        if self.response is None or self.response.ndim != 1:
            return x, (frame.bottom + frame.top) / 2
        return x, float(np.interp(x, np.linspace(frame.left, frame.right, len(self.response)), self.response))

    def values_at(self, x: float, y: float) -> tuple[float, ...]:
        """The input; the answer is the network's."""
        return (x,)

    def point_colour(self, label: float) -> str:
        """One quiet colour: where a point lies says all."""
        return self.palette_.muted

    def paint_field(self, painter: QPainter, field: QRectF) -> None:
        """The lines of zero."""
        painter.fillRect(field, QColor(self.palette_.background))
        painter.setPen(QPen(QColor(self.palette_.line), 1))
        zero = self.to_screen(np.zeros((1, 2)))[0]
        painter.drawLine(QPointF(field.left(), zero[1]), QPointF(field.right(), zero[1]))
        painter.drawLine(QPointF(zero[0], field.top()), QPointF(zero[0], field.bottom()))

    def paint_over(self, painter: QPainter) -> None:
        """The curve: many points would hide it."""
        if self.response is None or self.response.ndim != 1:
            return
        x = np.linspace(self.frame_.left, self.frame_.right, len(self.response))
        span = self.frame_.top - self.frame_.bottom
        y = np.clip(np.nan_to_num(self.response), self.frame_.bottom - span, self.frame_.top + span)
        curve = QPolygonF([QPointF(*point) for point in self.to_screen(np.column_stack([x, y]))])
        for colour, width in ((self.palette_.background, 4.2), (self.palette_.text, 2.2)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawPolyline(curve)
        if self._hinges is not None:
            self._paint_hinges(painter, self._hinges, x, y)
        self._paint_elsewhere(painter)

    def _paint_hinges(
        self, painter: QPainter, hinges: NDArray[np.float64], x: NDArray[np.floating], y: NDArray[np.floating]
    ) -> None:
        painter.setPen(QPen(QColor(self.palette_.background), 1))
        painter.setBrush(QColor(self.palette_.warning))
        for place in self.to_screen(np.column_stack([hinges, np.interp(hinges, x, y)])):
            painter.drawEllipse(QPointF(*place), HINGE, HINGE)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_elsewhere(self, painter: QPainter) -> None:
        """Where the curve is, if none of it is to be seen."""
        assert self.response is not None
        told = elsewhere(self.response, self.frame_)
        if told is None:
            return
        words, above = told
        flag = Qt.AlignmentFlag
        painter.setFont(small_font(self))
        painter.setPen(QColor(self.palette_.text))
        field = self.field().adjusted(6, 4, -6, -4)
        painter.drawText(field, flag.AlignHCenter | (flag.AlignTop if above else flag.AlignBottom), words)
