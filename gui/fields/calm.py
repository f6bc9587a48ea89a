"""What fields have in common: the least width, painted arrows, and a wheel that is the scroll column's."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from twostroke.gui.look.painting import painting

MINIMUM_FIELD = 60


def chevron(widget: QWidget, x: float, y: float, up: bool) -> None:
    """A small arrow centred at (x, y), in the colour of the widget's text: a style sheet takes the style's own away."""
    with painting(widget, smooth=True) as painter:
        role = widget.palette().ColorRole.Text if widget.isEnabled() else widget.palette().ColorRole.Mid
        painter.setPen(QPen(widget.palette().color(role), 1.2))
        tip = -1.5 if up else 1.5
        painter.drawPolyline(QPolygonF([QPointF(x - 3, y - tip), QPointF(x, y + tip), QPointF(x + 3, y - tip)]))


def takes_wheel(field: QWidget, event: QWheelEvent) -> bool:
    """Whether the wheel may turn `field`: only with the focus, else it belongs to the column that scrolls."""
    if not field.hasFocus():
        event.ignore()
    return field.hasFocus()
