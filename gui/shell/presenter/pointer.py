"""The pointer: a soft red dot that follows the mouse over the picture, and goes when the mouse rests."""

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPaintEvent, QRadialGradient
from PySide6.QtWidgets import QWidget

from twostroke.gui.look.painting import painting
from twostroke.gui.stage.stage import Stage

REST_MS = 4000
CORE, HALO = 6, 22
"""Radii in pixels of the picture."""

RED = "#ff3b30"
"""No sign and no class has it."""


class Pointer(QWidget):
    """Lies over the pictures in `over`; the mouse goes through it. `moved` says that the dot is elsewhere, or gone."""

    moved = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._at: QPoint | None = None
        self.scale = 1.0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._vanish)
        self.hide()

    @property
    def on(self) -> bool:
        """Whether the mouse is followed."""
        return not self.isHidden()

    def switch(self, on: bool) -> None:
        """Follow the mouse from now on, or no more."""
        if on == self.on:
            return
        self._vanish()
        self._rest.stop()
        if on:
            self.setGeometry(self._over.rect())
            self.show()
            self.raise_()
            self._over.installEventFilter(self)
            for stage in self._over.findChildren(Stage):
                stage.installEventFilter(self)
            self._follow(self.mapFromGlobal(self.cursor().pos()))
        else:
            self._over.removeEventFilter(self)
            for stage in self._over.findChildren(Stage):
                stage.removeEventFilter(self)
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See where the mouse goes, and how large the picture is."""
        if watched is self._over and event.type() is QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        elif isinstance(event, QMouseEvent) and isinstance(watched, QWidget):
            self._follow(watched.mapTo(self._over, event.position().toPoint()))
        elif event.type() is QEvent.Type.Leave and isinstance(watched, Stage):
            self._vanish()
        return False

    def _follow(self, at: QPoint) -> None:
        if self.rect().contains(at):
            self._move(at)
            self._rest.start()

    def _vanish(self) -> None:
        self._move(None)

    def _move(self, at: QPoint | None) -> None:
        for place in {self._at, at} - {None}:
            assert place is not None
            self.update(self._around(place))
        if at != self._at:
            self._at = at
            self.moved.emit()

    def _around(self, at: QPoint) -> QRect:
        reach = round(HALO * self.scale) + 2
        return QRect(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The dot, bright in its middle."""
        if self._at is None:
            return
        with painting(self, smooth=True) as painter:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._light(QPointF(self._at)))
            painter.drawEllipse(QPointF(self._at), HALO * self.scale, HALO * self.scale)

    def _light(self, at: QPointF) -> QRadialGradient:
        light = QRadialGradient(at, HALO * self.scale)
        for place, share in ((0.0, 255), (0.9 * CORE / HALO, 255), (1.1 * CORE / HALO, 110), (1.0, 0)):
            colour = QColor(RED)
            colour.setAlpha(share)
            light.setColorAt(place, colour)
        return light
