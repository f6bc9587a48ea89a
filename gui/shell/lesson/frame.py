"""A soft frame around what a lesson speaks of. It covers nothing: only its edge is a widget."""

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QRegion
from PySide6.QtWidgets import QWidget

from twostroke.gui.look.painting import painting

EDGE = 4
"""Pixels of the frame, and half as many between it and what it is around."""

LOOK_MS = 100
"""Between two looks where that is: it scrolls, folds, and moves with the window."""


class Frame(QWidget):
    """Over a window, but not over what lies at `spared` of it. `around(None)` hides it, and then it costs nothing."""

    def __init__(self, window: QWidget, spared: Callable[[], QRect | None]) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self._place: Callable[[], QRect | None] | None = None
        self._spared = spared
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._follow)

    def around(self, place: Callable[[], QRect | None] | None) -> None:
        """Around what lies at `place` of the window, as long as there is such a place."""
        self._place = place
        if place is None:
            self._timer.stop()
            self.hide()
        else:
            self._timer.start()
            self._follow()

    def _follow(self) -> None:
        inner = None if self._place is None else self._place()
        if inner is None or inner.isEmpty():
            self.hide()
            return
        outer = inner.adjusted(-EDGE, -EDGE, EDGE, EDGE)
        self.setGeometry(outer)
        edge = QRegion(self.rect()) - QRegion(self.rect().adjusted(EDGE, EDGE, -EDGE, -EDGE))
        spared = self._spared()
        seen = edge if spared is None else edge - QRegion(spared.translated(-outer.topLeft()))
        if seen != self.mask():
            self.setMask(seen)
        self.raise_()
        self.show()

    # Qt's own name

    def paintEvent(self, event: QPaintEvent) -> None:
        """A rounded line in the colour of what is chosen."""
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), EDGE - 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            edge = EDGE / 2.0
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), EDGE, EDGE)
