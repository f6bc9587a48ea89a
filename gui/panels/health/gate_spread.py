"""Where the pre-activations of a layer lie, under the curves of its gate: who sits where the gate is shut."""

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from twostroke.engine.border.health import Z_BINS, Z_END, Real
from twostroke.gui.look.colour import mixed
from twostroke.gui.look.painting import saved
from twostroke.gui.model.unit_health import GateCurve, Units
from twostroke.gui.panels.health.unit_view import UnitView

FIELD, FOOT, LEGEND, LEFT = 112, 16, 18, 22
ROW, MOST_ROWS = 6, 24
HIGHEST = 1.3  # of the curves that is shown: f of ReLU goes on upwards, f' has its say below
DOT = 2.4


class GateSpread(UnitView):
    """The histogram of z, f and f', and below them for each unit its mean and spread of z."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Pre-activations under the curve of the gate", parent)
        self.setToolTip(
            "How often each pre-activation z occurs over the training part, under f and its derivative f′; below, for "
            "each unit the mean of z, and a line of one standard deviation to both sides"
        )

    def sizeHint(self) -> QSize:
        """The field, and a row a unit as far as there are not too many."""
        rows = 0 if self.units is None else min(len(self.units.names), MOST_ROWS)
        return QSize(260, FIELD + FOOT + LEGEND + rows * ROW)

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for any column."""
        return QSize(160, self.sizeHint().height())

    def _x(self, z: float) -> float:
        share = (min(max(z, -Z_END), Z_END) + Z_END) / (2.0 * Z_END)
        return LEFT + share * (self.width() - LEFT - 4)

    def _y_of_row(self, unit: int) -> float:
        return FIELD + FOOT + (unit % MOST_ROWS + 0.5) * ROW

    def unit_at(self, place: QPointF) -> int | None:
        """The mark that is nearest, in the row of the place."""
        row = int((place.y() - FIELD - FOOT) // ROW)
        if self.units is None or not 0 <= row < MOST_ROWS:
            return None
        means = np.nan_to_num(self.units.layer.z_mean[row::MOST_ROWS])
        if not means.size:
            return None
        return row + MOST_ROWS * int(np.abs([self._x(float(z)) - place.x() for z in means]).argmin())

    def paint(self, painter: QPainter, units: Units) -> None:
        """From behind to the front: where the gate is shut, histogram, curves, marks."""
        p = self.palette_
        field = QRectF(LEFT, 2, self.width() - LEFT - 4, FIELD - 2)
        painter.fillRect(field, QColor(p.background))
        low = -0.1 if units.curve is None or float(units.curve.value.min()) > -0.05 else -1.2
        if units.curve is not None:
            self._paint_shut(painter, units.curve, field)
        self._paint_histogram(painter, units, field)
        self._paint_axes(painter, field, low)
        if units.curve is not None:
            with saved(painter):
                painter.setClipRect(field)
                self._paint_curves(painter, units.curve, field, low)
        for unit in range(len(units.names)):
            if unit != units.pinned:
                self._paint_mark(painter, units, unit)
        if units.pinned is not None:
            self._paint_mark(painter, units, units.pinned)
        self._paint_legend(painter, units)

    def _paint_shut(self, painter: QPainter, curve: GateCurve, field: QRectF) -> None:
        ground = QColor(mixed(self.palette_.background, self.palette_.warning, 0.22))
        edges = np.flatnonzero(np.diff(np.concatenate([[0], curve.shut.astype(np.int8), [0]])))
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            left, right = self._x(float(curve.z[begin])), self._x(float(curve.z[end - 1]))
            painter.fillRect(QRectF(left, field.top(), right - left, field.height()), ground)

    def _paint_histogram(self, painter: QPainter, units: Units, field: QRectF) -> None:
        """Of all units; that of the pinned one before it."""
        p, counts = self.palette_, units.layer.z_counts
        everyone = counts.sum(axis=0).astype(np.float64)
        self._paint_counts(painter, everyone, field, mixed(p.background, p.muted, 0.45))
        if units.pinned is not None:
            own = counts[units.pinned].astype(np.float64)
            self._paint_counts(painter, own, field, mixed(p.background, p.accent, 0.7), 0.5)

    def _paint_counts(self, painter: QPainter, counts: Real, field: QRectF, colour: str, share: float = 0.8) -> None:
        highest, step = max(float(counts.max(initial=0.0)), 1.0), field.width() / Z_BINS
        for place, count in enumerate(counts):
            height = float(count) / highest * share * field.height()
            bar = QRectF(field.left() + place * step, field.bottom() - height, step - 0.5, height)
            painter.fillRect(bar, QColor(colour))

    def _paint_curves(self, painter: QPainter, curve: GateCurve, field: QRectF, low: float) -> None:
        p = self.palette_
        dashed = QPen(QColor(p.gradient_negative), 1.8, Qt.PenStyle.DashLine)
        for values, pen in ((curve.slope, dashed), (curve.value, QPen(QColor(p.signal_positive), 2.2))):
            painter.setPen(pen)
            for begin, end in _smooth(values):
                points = [
                    QPointF(self._x(float(z)), _y(float(v), field, low))
                    for z, v in zip(curve.z[begin:end], np.clip(values[begin:end], -9.0, 9.0), strict=True)
                ]
                painter.drawPolyline(QPolygonF(points))

    def _paint_axes(self, painter: QPainter, field: QRectF, low: float) -> None:
        flag, p = Qt.AlignmentFlag, self.palette_
        for value in (0.0, 1.0):
            y = _y(value, field, low)
            painter.setPen(QPen(QColor(p.line), 1))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            painter.setPen(QColor(p.muted))
            painter.drawText(QRectF(0, y - 8, LEFT - 4, 16), flag.AlignRight | flag.AlignVCenter, f"{value:.0f}")
        for z, text in ((-Z_END, f"z = −{Z_END:.0f}"), (0.0, "0"), (Z_END, f"{Z_END:.0f}")):
            middle = min(max(self._x(z), LEFT + 18), self.width() - 8.0)
            painter.drawText(QRectF(middle - 25, FIELD, 50, FOOT), flag.AlignCenter, text)

    def _paint_mark(self, painter: QPainter, units: Units, unit: int) -> None:
        mean, spread = float(units.layer.z_mean[unit]), float(units.layer.z_spread[unit])
        if not np.isfinite(mean):
            return
        y, colour, own = self._y_of_row(unit), self.colour(unit), unit == units.pinned
        if np.isfinite(spread):
            painter.setPen(QPen(colour, 2.4 if own else 1.2))
            painter.drawLine(QPointF(self._x(mean - spread), y), QPointF(self._x(mean + spread), y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        size = DOT + 1.0 if own else DOT
        painter.drawEllipse(QPointF(self._x(mean), y), size, size)

    def _paint_legend(self, painter: QPainter, units: Units) -> None:
        p, x, y = self.palette_, 2.0, self.height() - 5.0
        title = "" if units.curve is None else units.curve.title
        curves = ((f"f  {title}", p.signal_positive), ("f′", p.gradient_negative)) if units.curve is not None else ()
        shut = (("shut", p.warning),) if units.curve is not None and units.curve.shut.any() else ()
        for text, colour in (*curves, ("z of all units", p.muted), *shut):
            painter.setPen(QColor(p.words(colour)))
            painter.drawText(QPointF(x, y), text)
            x += painter.fontMetrics().horizontalAdvance(text) + 12


def _y(value: float, field: QRectF, low: float) -> float:
    return field.bottom() - (value - low) / (HIGHEST - low) * field.height()


def _smooth(values: Real) -> list[tuple[int, int]]:
    """The pieces of a curve between its jumps, as slices."""
    jumps = np.flatnonzero(np.abs(np.diff(values)) > 0.3) + 1
    ends = [0, *(int(jump) for jump in jumps), len(values)]
    return [(begin, end) for begin, end in pairwise(ends) if end - begin > 1]
