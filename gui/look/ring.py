"""The ring around a widget that paints itself, where Tab brought the focus: after a click it would only distract."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QWidget

BY_TAB = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
COMES_BACK = (
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
WIDTH = 2


class Ringed(QWidget):
    """Remembers how the focus came; a subclass calls `paint_ring` at the end of its painting."""

    _by_tab = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """By Tab or otherwise; from another window or a menu it comes back as it was."""
        if event.reason() not in COMES_BACK:
            self._by_tab = event.reason() in BY_TAB
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Without the focus there is no ring."""
        super().focusOutEvent(event)
        self.update()

    def paint_ring(self, painter: QPainter, around: QRect) -> None:
        """A ring just inside `around`, in the colour of what is chosen."""
        if self.hasFocus() and self._by_tab:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), WIDTH))
            painter.drawRect(around.adjusted(1, 1, -1, -1))
