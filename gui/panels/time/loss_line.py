"""The course of the loss over the updates of a run, kept as a picture: it changes with the figures, ten times a second,
while the strip around it is painted with each frame."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from twostroke.engine.border.snapshot import Curves
from twostroke.gui.look.painting import painting, saved
from twostroke.gui.model.update_axis import UpdateAxis, Values, with_gaps

WIDTH = 1.4
DOT = 1.6  # radius of a loss between two gaps
ROUND = 2.0  # px around the area, for what a pen of that width paints beyond it
SHIFT = 0.5
"""Pixels by which the end may lie beside its place, as the axis grows with each update, until the line is new."""


class LossLine:
    """Paints the line, and keeps what it painted last."""

    def __init__(self) -> None:
        self._picture = QPixmap()
        self._key: tuple[object, ...] = ()
        self._curves: Curves | None = None
        self._last = 0

    def paint(
        self,
        painter: QPainter,
        curves: Curves,
        area: QRectF,
        axis: UpdateAxis,
        last: int,
        colour: QColor,
        top: float | None = None,
    ) -> None:
        """The line over `axis`, which ends at the update `last` and at the right edge of `area`."""
        ratio = painter.device().devicePixelRatioF()
        key = (area.getRect(), axis, colour.rgba(), ratio, top)
        shift = area.width() * abs(1.0 - axis.share(last, self._last)) if self._curves is curves else SHIFT
        if key != self._key or shift >= SHIFT:
            self._key, self._curves, self._last = key, curves, last
            self._picture = _picture(curves, area, axis, last, colour, ratio, top)
        painter.drawPixmap(area.topLeft() - QPointF(ROUND, ROUND), self._picture)


def _picture(
    curves: Curves, area: QRectF, axis: UpdateAxis, last: int, colour: QColor, ratio: float, top: float | None
) -> QPixmap:
    within = QRectF(ROUND, ROUND, area.width(), area.height())
    size = within.adjusted(-ROUND, -ROUND, ROUND, ROUND).size() * ratio
    pixmap = QPixmap(size.toSize())
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    with painting(pixmap, smooth=True) as painter:
        painter.setPen(QPen(colour, WIDTH))
        for line in loss_lines(curves, within, axis, last, top):
            _paint_line(painter, line)
    return pixmap


def loss_lines(curves: Curves, area: QRectF, axis: UpdateAxis, last: int, top: float | None = None) -> list[QPolygonF]:
    """The training loss over the updates, from 0 at the bottom of `area` to `top`, else its largest value, at the top.

    A line for each stretch without a gap, of about one point a pixel, because thousands could not be seen.
    """
    at, loss = with_gaps(axis.places(curves.update), curves.train_loss, curves.breaks)
    known = np.isfinite(loss)
    if not known.any():
        return []
    begin, end = axis.place(axis.first), axis.place(max(last, axis.first + 1))
    x = area.left() + area.width() * (at - begin) / (end - begin)
    y = area.bottom() - area.height() * loss / (top or max(float(loss[known].max()), 1e-12))
    ends = np.flatnonzero(np.diff(known, prepend=False, append=False)).reshape(-1, 2)
    return [_polygon(x[first:after], y[first:after]) for first, after in ends]


def _polygon(x: Values, y: Values) -> QPolygonF:
    pixel = np.floor(x)
    keep = np.flatnonzero(np.append(True, pixel[1:] != pixel[:-1]))
    keep = np.unique(np.append(keep, len(x) - 1))
    return QPolygonF([QPointF(float(a), float(b)) for a, b in zip(x[keep], y[keep], strict=True)])


def _paint_line(painter: QPainter, line: QPolygonF) -> None:
    """With the pen that is set; a single point as a dot, which a line of no length would not show."""
    if line.size() > 1:
        painter.drawPolyline(line)
        return
    with saved(painter):
        painter.setBrush(painter.pen().color())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(line.first(), DOT, DOT)
