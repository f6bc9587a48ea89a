"""What hands can do while the lecturer presents: look, point and pin. A slip of the mouse changes nothing."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent

from twostroke.gui.drive.controller import Controller
from twostroke.gui.model.choices import LinkRef, NeuronRef
from twostroke.gui.shell.side_by_side import Seen, SideBySide
from twostroke.gui.stage.stage import Stage

BUTTONS = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick)
NEVER = (QEvent.Type.ContextMenu, QEvent.Type.DragEnter)


class Lock(QObject):
    """Stands between the mouse and the pictures. A click pins the neuron or link under it, or unpins it; the wheel
    looks closer where Ctrl is held. `clicked` carries what was clicked.
    """

    clicked = Signal(object)

    def __init__(self, controller: Controller, pictures: SideBySide) -> None:
        super().__init__(pictures)
        self._controller, self._pictures = controller, pictures
        self._pressed: NeuronRef | LinkRef | None = None
        self.closed = False
        pictures.added.connect(self._guard)

    def close(self, closed: bool) -> None:
        """Lock the pictures, or free them again."""
        self.closed, self._pressed = closed, None
        for seen in self._pictures.every:
            self._keep(seen, closed)

    def _keep(self, seen: Seen, closed: bool) -> None:
        seen.heading.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, closed)
        seen.stage.removeEventFilter(self)
        if closed:
            seen.stage.installEventFilter(self)

    def _guard(self, stage: Stage) -> None:
        """A network more is compared."""
        if self.closed:
            self._keep(next(seen for seen in self._pictures.every if seen.stage is stage), True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let through what only looks."""
        kind = event.type()
        if kind in NEVER:
            event.ignore()
            return True
        if isinstance(event, QWheelEvent):
            held = event.modifiers()
            return held & ~Qt.KeyboardModifier.KeypadModifier != Qt.KeyboardModifier.ControlModifier
        if isinstance(event, QMouseEvent) and isinstance(watched, Stage):
            if kind in BUTTONS:
                self._click(watched, event)
                return True
            return kind is QEvent.Type.MouseMove and event.buttons() != Qt.MouseButton.NoButton
        return False

    def _click(self, stage: Stage, event: QMouseEvent) -> None:
        place = stage.place_at(event.position().x(), event.position().y())
        if event.button() != Qt.MouseButton.LeftButton or event.modifiers():
            place = None
        pressed, self._pressed = self._pressed, place
        if event.type() is not QEvent.Type.MouseButtonRelease:
            return
        self._pressed = None
        if place is None or place != pressed:
            return
        self.clicked.emit(place)
        if isinstance(place, LinkRef):
            self._controller.pin(place)
        else:
            self._controller.select(None if place == self._controller.choices.selected else place)
