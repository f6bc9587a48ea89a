"""The curve of an activation and of its derivative, with the neuron's operating point, its tangent and the layer."""

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from twostroke.engine.catalogue.activations import CATALOGUE, evaluate
from twostroke.gui.look.colour import mixed
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting, saved
from twostroke.gui.model.inspection import CurvePoint
from twostroke.gui.model.numbers import plain
from twostroke.gui.panels.base.widgets import small_font

POINTS = 161
HALF_WIDTHS = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 1e3, 1e4)  # so that the axis stands still while z moves
HEIGHT = 168
STRIP, LEGEND = 16, 18  # px for the dots of the layer, and for the legend

Params = tuple[tuple[str, float | str], ...]


@lru_cache(maxsize=64)
def curve_of(activation: str, params: Params, half: float) -> tuple[NDArray[np.float64], ...]:
    """z, f(z), f'(z) from −half to half."""
    z = np.linspace(-half, half, POINTS)
    return (z, *evaluate(activation, z, dict(params)))


def half_width(z: float | None) -> float:
    """The narrowest of the fixed ranges that holds `z`."""
    return next((half for half in HALF_WIDTHS if abs(z or 0.0) <= half), HALF_WIDTHS[-1])


def _same(a: CurvePoint, b: CurvePoint) -> bool:
    if (a.activation, a.params, a.z, a.layer) != (b.activation, b.params, b.z, b.layer):
        return False
    if a.units_z is None or b.units_z is None:
        return a.units_z is b.units_z
    return np.array_equal(a.units_z, b.units_z)


class ActivationCurve(Dressed, QWidget):
    """f, f' and where this neuron and its layer stand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Curve of the activation function")
        self._point: CurvePoint | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_point(self, point: CurvePoint) -> None:
        """Show the activation with the neuron's operating point."""
        if self._point is None or not _same(self._point, point):
            self._point = point
            self.update()

    def sizeHint(self) -> QSize:
        """Fits a column of the window."""
        return QSize(260, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Still readable."""
        return QSize(160, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Axes, f, f', tangent, operating point, dots, legend."""
        if self._point is None:
            return
        with painting(self, smooth=True) as painter:
            painter.setFont(small_font(self))
            plot = _Plot(self._point, QRectF(4, 4, self.width() - 8, HEIGHT - STRIP - LEGEND - 8))
            self._paint_axes(painter, plot)
            with saved(painter):
                painter.setClipRect(plot.area)
                self._paint_curves(painter, plot)
            self._paint_units(painter, plot)
            self._paint_legend(painter)

    def _paint_axes(self, painter: QPainter, plot: "_Plot") -> None:
        painter.setPen(QPen(QColor(self.palette_.line), 1))
        area = plot.area
        painter.drawLine(QPointF(area.left(), plot.y(0)), QPointF(area.right(), plot.y(0)))
        painter.drawLine(QPointF(plot.x(0), area.top()), QPointF(plot.x(0), area.bottom()))
        painter.setPen(QColor(self.palette_.muted))
        width = painter.fontMetrics().horizontalAdvance(plain(plot.half)) + 2
        below = plot.y(0) + 14
        base = below if below < area.bottom() else plot.y(0) - 5
        painter.drawText(QPointF(area.left(), base), plain(-plot.half))
        painter.drawText(QPointF(area.right() - width, base), plain(plot.half))
        if plot.y(1) > area.top() + 12 and plot.y(0) - plot.y(1) > 14:
            painter.drawLine(QPointF(plot.x(0) - 3, plot.y(1)), QPointF(plot.x(0) + 3, plot.y(1)))
            painter.drawText(QPointF(plot.x(0) - 12, plot.y(1) + 4), "1")

    def _paint_curves(self, painter: QPainter, plot: "_Plot") -> None:
        dashed = QPen(QColor(self.palette_.gradient_negative), 1.6, Qt.PenStyle.DashLine)
        for values, pen in ((plot.slope, dashed), (plot.value, QPen(QColor(self.palette_.signal_positive), 2.2))):
            painter.setPen(pen)
            for piece in plot.pieces(values):
                painter.drawPolyline(piece)
        if plot.point.z is None:
            return
        f, slope = (float(v) for v in evaluate(plot.point.activation, plot.point.z, dict(plot.point.params)))
        reach = 0.28 * plot.half
        ends = [QPointF(plot.x(plot.point.z + d), plot.y(f + slope * d)) for d in (-reach, reach)]
        painter.setPen(QPen(QColor(self.palette_.gradient_positive), 1.8))
        painter.drawLine(*ends)
        at = QPointF(plot.x(plot.point.z), plot.y(f))
        painter.setPen(QPen(QColor(self.palette_.surface), 1.5))
        painter.setBrush(QColor(self.palette_.text))
        painter.drawEllipse(at, 4.5, 4.5)

    def _paint_units(self, painter: QPainter, plot: "_Plot") -> None:
        y = plot.area.bottom() + STRIP / 2
        painter.setPen(Qt.PenStyle.NoPen)
        if plot.point.units_z is not None:
            painter.setBrush(QColor(mixed(self.palette_.surface, self.palette_.muted, 0.8)))
            for z in np.clip(np.nan_to_num(plot.point.units_z), -plot.half, plot.half):
                painter.drawEllipse(QPointF(plot.x(float(z)), y), 2.4, 2.4)
        if plot.point.z is not None:
            painter.setBrush(QColor(self.palette_.text))
            painter.drawEllipse(QPointF(plot.x(plot.point.z), y), 3.2, 3.2)

    def _paint_legend(self, painter: QPainter) -> None:
        assert self._point is not None
        title = CATALOGUE[self._point.activation].title
        x, y = 4.0, HEIGHT - 5.0
        palette = self.palette_
        entries = (
            (f"f  {title}", palette.signal_positive),
            ("f′", palette.gradient_negative),
            ("tangent", palette.gradient_positive),
            (f"• units of {self._point.layer}", palette.muted),
        )
        for text, colour in entries:
            painter.setPen(QColor(palette.words(colour)))
            painter.drawText(QPointF(x, y), text)
            x += painter.fontMetrics().horizontalAdvance(text) + 12


class _Plot:
    """The mapping from z and f to pixels for one activation."""

    def __init__(self, point: CurvePoint, area: QRectF) -> None:
        self.point, self.area = point, area
        self.half = half_width(point.z)
        self.at, self.value, self.slope = curve_of(point.activation, point.params, self.half)
        both = np.concatenate([self.value, self.slope])
        low, high = min(float(both.min()), 0.0), max(float(both.max()), 1.0)
        margin = 0.08 * (high - low)
        self.low, self.high = low - margin, high + margin

    def x(self, z: float) -> float:
        """Pixels from the left."""
        return self.area.left() + (z + self.half) / (2 * self.half) * self.area.width()

    def y(self, value: float) -> float:
        """Pixels from the top."""
        return self.area.bottom() - (value - self.low) / (self.high - self.low) * self.area.height()

    def pieces(self, values: NDArray[np.float64]) -> list[QPolygonF]:
        """The curve, cut where it jumps: a step has no slope that could be drawn."""
        jumps = np.flatnonzero(np.abs(np.diff(values)) > 0.2 * (self.high - self.low)) + 1
        ends = [0, *(int(j) for j in jumps), len(values)]
        points = [QPointF(self.x(float(z)), self.y(float(v))) for z, v in zip(self.at, values, strict=True)]
        return [QPolygonF(points[i:j]) for i, j in pairwise(ends)]
