"""For how many of the training samples each unit of a layer fires: a bar a unit, with a cross where none does."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from twostroke.gui.model.unit_health import Units
from twostroke.gui.panels.health.unit_view import UnitView

HEIGHT, LEFT, FOOT, TOP = 84, 42, 16, 6
WIDEST = 40.0
CROSS = 3.0  # px from the middle of a cross to its ends


class FiringBars(UnitView):
    """Bars from 0 to 100 %, on one scale for all layers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Firing rate of each unit", parent)
        self.setToolTip("Share of the training samples for which each unit fires, in %")

    def sizeHint(self) -> QSize:
        """Bars, and the numbers of the units."""
        return QSize(260, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for any column."""
        return QSize(160, HEIGHT)

    def _field(self) -> QRectF:
        return QRectF(LEFT, TOP, self.width() - LEFT - 4, HEIGHT - TOP - FOOT)

    def _step(self, units: Units) -> float:
        return min(self._field().width() / max(len(units.names), 1), WIDEST)

    def unit_at(self, place: QPointF) -> int | None:
        """The bar at a place."""
        if self.units is None:
            return None
        unit = int((place.x() - LEFT) // self._step(self.units))
        return unit if 0 <= unit < len(self.units.names) else None

    def paint(self, painter: QPainter, units: Units) -> None:
        """Scale, bars, crosses, numbers."""
        field, step, p, flag = self._field(), self._step(units), self.palette_, Qt.AlignmentFlag
        count = len(units.names)
        painter.fillRect(QRectF(field.left(), field.top(), step * count, field.height()), QColor(p.background))
        painter.setPen(QColor(p.muted))
        for share, text in ((0.0, "0 %"), (1.0, "100 %")):
            y = field.bottom() - share * field.height()
            painter.drawText(QRectF(0, y - 8, LEFT - 5, 16), flag.AlignRight | flag.AlignVCenter, text)
        for unit in range(count):
            self._paint_bar(painter, units, unit, field, step)
        painter.setPen(QColor(p.muted))
        foot = QRectF(field.left(), field.bottom() + 2, max(step * count, 30.0), FOOT - 2)
        painter.drawText(foot, flag.AlignLeft | flag.AlignVCenter, "1")
        if count > 3:
            painter.drawText(foot, flag.AlignRight | flag.AlignVCenter, f"{count:,}")

    def _paint_bar(self, painter: QPainter, units: Units, unit: int, field: QRectF, step: float) -> None:
        p, left, gap = self.palette_, field.left() + unit * step, min(1.0, 0.25 * step)
        height = float(units.layer.firing[unit]) * field.height()
        own = unit == units.pinned
        bar = QRectF(left + gap, field.bottom() - height, max(step - 2 * gap, 0.7), height)
        painter.fillRect(bar, QColor(p.accent if own else p.signal_positive))
        if own:
            painter.setPen(QPen(QColor(p.text), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(left, field.top(), step, field.height()))
        if not (units.layer.dead[unit] or units.layer.cut[unit]):
            return
        middle, reach = QPointF(left + step / 2, field.bottom() - 8), min(CROSS, step / 2)
        painter.setPen(QPen(self.colour(unit) if not own else QColor(p.warning), 1.6))
        for slant in (1.0, -1.0):
            painter.drawLine(middle + QPointF(-reach, -slant * reach), middle + QPointF(reach, slant * reach))
