"""What the views of a layer's units share: a unit under the pointer or the keys, and one that is pinned."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.model.unit_health import Units
from twostroke.gui.panels.base.widgets import small_font


class UnitView(Dressed, QWidget):
    """`pinned` carries a unit that has been clicked or gone to by Left or Right, `hovered` one under the pointer."""

    pinned = Signal(int)
    hovered = Signal(object)  # a unit, or None

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.units: Units | None = None
        self._under: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_units(self, units: Units) -> None:
        """Show them."""
        before = self.sizeHint()
        self.units = units
        at = units.pinned if units.pinned is not None else self._under
        self.setAccessibleDescription(units.told(at) if at is not None and at < len(units.names) else "")
        if self.sizeHint() != before:
            self.updateGeometry()
        self.update()

    def unit_at(self, place: QPointF) -> int | None:
        """The unit at a place. For subclasses."""
        raise NotImplementedError

    def paint(self, painter: QPainter, units: Units) -> None:
        """For subclasses."""
        raise NotImplementedError

    def colour(self, unit: int) -> QColor:
        """Of the mark of a unit: pinned, dead, cut, or as all."""
        assert self.units is not None
        p, layer = self.palette_, self.units.layer
        if unit == self.units.pinned:
            return QColor(p.accent)
        return QColor(p.warning if layer.dead[unit] else p.faint if layer.cut[unit] else p.shut)

    def paintEvent(self, event: QPaintEvent) -> None:
        """What the subclass paints, and a ring where the focus is."""
        with painting(self, smooth=True) as painter:
            painter.setFont(small_font(self))
            if self.units is not None:
                self.paint(painter, self.units)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(self.palette_.accent), 1))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The unit under the pointer is marked in the picture."""
        self._hover(self.unit_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """None is."""
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, unit: int | None) -> None:
        if unit != self._under:
            self._under = unit
            self.hovered.emit(unit)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pin the unit."""
        unit = self.unit_at(event.position())
        if unit is not None and event.button() == Qt.MouseButton.LeftButton:
            self.pinned.emit(unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right pin the neighbours."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or self.units is None:
            super().keyPressEvent(event)
            return
        last, now = len(self.units.names) - 1, self.units.pinned
        first = 0 if step > 0 else last
        self.pinned.emit(first if now is None else min(max(now + step, 0), last))

    def event(self, event: QEvent) -> bool:
        """The tool tip is that of the unit under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.units is not None:
            unit = self.unit_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.toolTip() if unit is None else self.units.told(unit), self)
            return True
        return super().event(event)
