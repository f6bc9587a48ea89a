"""f and f' over z, and below them both masks as rows of doors: what is let through of the signal and the gradient."""

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from twostroke.engine.catalogue.activations import Activation
from twostroke.gui.look.colour import mixed
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting, saved
from twostroke.gui.model.functions_page import HALF, Array, Curve, curve_of
from twostroke.gui.model.numbers import plain
from twostroke.gui.panels.base.widgets import small_font

WIDTH, HEIGHT = 190, 168
LOW, HIGH = -1.9, 4.2
"""What all cards show upwards, so that their curves can be compared."""

DOOR, BETWEEN = 9, 3
"""Height of a row of doors, and from one to the other, in pixels."""

NAMES = 48
"""Pixels for what the rows are called."""

CELLS = 40
"""Doors in a row."""


class FunctionPlot(Dressed, QWidget):
    """One function of the catalogue."""

    def __init__(self, entry: Activation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve = curve_of(entry)
        self.setAccessibleName(f"Curve of {entry.title} and of its derivative")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Always the same."""
        return QSize(WIDTH, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Axes, f', f, the doors."""
        bottom = HEIGHT - 2 * DOOR - BETWEEN - 6 if self._curve.forward is not None else HEIGHT - 6
        area = QRectF(NAMES, 4, WIDTH - NAMES - 2, bottom - 8)
        with painting(self, smooth=True) as painter:
            painter.setFont(small_font(self))
            self._axes(painter, area)
            with saved(painter):
                painter.setClipRect(area)
                self._curves(painter, area, self._curve)
            self._legend(painter, area)
            for row, mask in enumerate((self._curve.forward, self._curve.backward)):
                if mask is not None:
                    self._doors(painter, QRectF(NAMES, bottom + row * (DOOR + BETWEEN), area.width(), DOOR), mask, row)

    def _axes(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(QPen(QColor(self.palette_.line), 1))
        zero = _place(area, 0.0, 0.0)
        painter.drawLine(QPointF(area.left(), zero.y()), QPointF(area.right(), zero.y()))
        painter.drawLine(QPointF(zero.x(), area.top()), QPointF(zero.x(), area.bottom()))
        painter.setPen(QColor(self.palette_.muted))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value in (-1.0, 0.0, 1.0, 4.0):
            y = _place(area, 0.0, value).y()
            painter.drawLine(QPointF(zero.x() - 2, y), QPointF(zero.x() + 2, y))
            painter.drawText(QRectF(NAMES - 30, y - 8, 25, 16), right, plain(value))
        ends = QRectF(area.left(), zero.y() + 1, area.width(), 14)
        painter.drawText(ends, Qt.AlignmentFlag.AlignLeft, plain(-HALF))
        painter.drawText(ends, Qt.AlignmentFlag.AlignRight, plain(HALF))

    def _curves(self, painter: QPainter, area: QRectF, curve: Curve) -> None:
        dashed = QPen(QColor(self.palette_.gradient_negative), 1.8, Qt.PenStyle.DashLine)
        for values, pen in ((curve.slope, dashed), (curve.f, QPen(QColor(self.palette_.signal_positive), 2.4))):
            painter.setPen(pen)
            for piece in _pieces(area, curve.z, values):
                painter.drawPolyline(piece)

    def _legend(self, painter: QPainter, area: QRectF) -> None:
        for row, (name, colour) in enumerate(
            (("f", self.palette_.forward_words), ("f′", self.palette_.backward_words))
        ):
            painter.setPen(QColor(colour))
            painter.drawText(QPointF(area.left() + 6 + 18 * row, area.top() + 11), name)

    def _doors(self, painter: QPainter, place: QRectF, mask: Array, row: int) -> None:
        """Grey where shut, the full colour where all passes; in the warning's colour where the sign turns."""
        p = self.palette_
        tint = p.gradient_negative if row else p.signal_positive
        wide = place.width() / CELLS
        shown = mask[np.linspace(0, len(mask) - 1, CELLS).round().astype(int)]
        for cell, value in enumerate(shown.tolist()):
            share = 0.1 + 0.9 * min(abs(value), 1.0) if value else 0.0
            colour = mixed(p.raised, p.warning if value < 0 else tint, share) if value else p.shut
            painter.fillRect(QRectF(place.left() + cell * wide, place.top(), wide - 0.6, DOOR), QColor(colour))
        painter.setPen(QColor(p.muted))
        name = "gradient" if row else "signal"
        painter.drawText(
            QRectF(0, place.top() - 4, NAMES - 5, DOOR + 8),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            name,
        )


def _place(area: QRectF, z: float, value: float) -> QPointF:
    x = area.left() + (z + HALF) / (2 * HALF) * area.width()
    return QPointF(x, area.bottom() - (value - LOW) / (HIGH - LOW) * area.height())


def _pieces(area: QRectF, z: Array, values: Array) -> list[QPolygonF]:
    """The curve, cut where it jumps."""
    jumps = np.flatnonzero(np.abs(np.diff(values)) > 0.5) + 1
    ends = [0, *jumps.tolist(), len(values)]
    points = [_place(area, *each) for each in zip(z.tolist(), values.tolist(), strict=True)]
    return [QPolygonF(points[i:j]) for i, j in pairwise(ends)]
