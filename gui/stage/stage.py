"""The widget that shows a scene: zoom, pan, hover and click become intents; it computes and decides nothing."""

import sys
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from twostroke.gui.look.carried import carried
from twostroke.gui.look.painting import painting, saved
from twostroke.gui.look.ring import COMES_BACK, Ringed
from twostroke.gui.model.choices import GateRef, LinkRef, NeuronRef, Touched, Walked
from twostroke.gui.model.explain.quantities import Quantity
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.finder import Finder
from twostroke.gui.stage.hint import paint_hint
from twostroke.gui.stage.landing import Landing, landing, paint_landing
from twostroke.gui.stage.paint.camera import STRAIGHT, Camera
from twostroke.gui.stage.paint.ground import Ground
from twostroke.gui.stage.paint.painter import paint
from twostroke.gui.stage.scene.build import ALL_WRITTEN, BARE, scene_at
from twostroke.gui.stage.scene.close_up import nearness
from twostroke.gui.stage.scene.items import Scene
from twostroke.gui.stage.scene.links import MOST_LINKS
from twostroke.gui.stage.scene.sight import Window, window_of
from twostroke.gui.stage.walker import HINT, OWN_KEYS, modifiers_of, other_sample, walk

MOST_ZOOM = 12.0
WHEEL_NOTCH = 120.0
"""Eighths of a degree in one notch of a wheel, as Qt counts."""

DRAG_FROM = 4.0
"""Pixels the mouse must move with its button down before the picture is dragged rather than clicked."""


LENS_TIP = "Through which lens the network is seen. Click to choose another one; V goes to the next."


class Stage(Ringed):
    """The network picture. `neuron_clicked` carries a NeuronRef, or None for empty ground; `place_hovered` a neuron, a
    link or None.

    `sample_clicked` carries the place in the mini-batch of the row of a raster; `number_clicked` the Quantity that is
    seen where there is no neuron and no link. `place_walked` carries where the keys lead, as Walked, or None;
    `place_pinned` the Place where they stand or a link that was clicked, to be pinned or unpinned. What is Touched
    carry `place_turned`, with notches of the wheel and whether these are fine; `place_typed`, by a double click, with a
    point of the picture; `menu_asked`, with a point of the screen; `gate_switched`, by a click with Ctrl on a door.
    `lens_asked` carries the point where the legend's name of the lens was clicked; `function_dropped` the name of an
    activation that was dragged here, and the layer it was dropped on.
    """

    own_keys = OWN_KEYS

    neuron_clicked = Signal(object)
    sample_clicked = Signal(int)
    number_clicked = Signal(object)
    place_hovered = Signal(object)
    place_walked = Signal(object)
    place_pinned = Signal(object)
    place_turned = Signal(object, int, bool)
    place_typed = Signal(object, QPoint)
    gate_switched = Signal(object)
    menu_asked = Signal(object, QPoint)
    lens_asked = Signal(QPoint)
    function_dropped = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stage")
        self.setAccessibleName("Stage")
        self.setAccessibleDescription("The picture of the network; nothing is shown yet.")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(360, 320)
        self._view: ViewState | None = None
        self._title: str | None = None
        self._scene: Scene | None = None  # the last one that could be composed
        self._stale = False  # whether another one is due
        self._told = False  # that the one that is due cannot be composed
        self._ground = Ground()
        self._written = ALL_WRITTEN
        self.scale = 1.0  # pixels of the widget for one of the scene
        self._camera = STRAIGHT
        self._hovered: NeuronRef | LinkRef | None = None
        self._on_number = False  # whether it is where a number is seen beside neurons and links
        self._on_lens = False  # whether the mouse is where the legend names the lens
        self._walk_ended: Walked | None = None  # where the last walk did, to go on from
        self._described: tuple[object, ...] = ()
        self.whole = QPushButton("Whole network (0)", self)
        self.whole.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.whole.setCursor(Qt.CursorShape.ArrowCursor)
        self.whole.clicked.connect(self.fit)
        self.whole.hide()
        self._turning: Touched | None = None  # what the wheel turns
        self._turned = 0  # parts of a notch
        self._pressed: QPointF | None = None
        self._dragged_from: Camera | None = None
        self._landing: Landing | None = None  # where a function that is dragged over the picture would land
        self.setAcceptDrops(True)

    def show_view(self, view: ViewState, title: str | None = None) -> None:
        """Show `view` from now on. The scene is computed when it is painted, so late views cost nothing."""
        self._view, self._title, self._stale = view, title, True
        self._walk_ended = view.choices.walked or self._walk_ended
        if self._described != (view.caption, view.choices.walked):
            self._described = (view.caption, view.choices.walked)
            self._describe(view)
        self.update()

    def forget_walk(self) -> None:
        """Another session has been opened: the next walk begins at its first hidden layer."""
        self._walk_ended = None

    def _describe(self, view: ViewState) -> None:
        """Tell screen readers where the keys stand, else what happens."""
        told = self.scene.texts("label") if view.choices.walked is not None and self.scene is not None else ()
        self.setAccessibleDescription(", ".join(told) or view.caption)

    @property
    def scene(self) -> Scene | None:
        """What is shown, in pixels of the unmagnified widget; None before the first view.

        Where the newest view cannot be drawn, the last one that could; why is told once, not in every frame.
        """
        if self._stale and self._view is not None and self.width() >= 1 and self.height() >= 1:
            self._stale = False
            try:
                self._scene = self._compose(self._view)
                self._told = False
            except Exception as error:
                self._tell(error)
        return self._scene

    @np.errstate(over="ignore", invalid="ignore")  # numbers near the end of their range still make a picture
    def _compose(self, view: ViewState) -> Scene:
        choices = replace(view.choices, hovered=self._hovered or view.choices.hovered)
        size, near = (self.width() / self.scale, self.height() / self.scale), nearness(self._camera.zoom)
        window = self._window(self._camera)
        return scene_at(replace(view, choices=choices), *size, self._title, near, window, self._written)

    def show_bare(self, bare: bool) -> None:
        """Without caption and legend, where those of another picture stand beside it."""
        if bare != (self._written == BARE):
            self._written, self._stale = BARE if bare else ALL_WRITTEN, True
            self.update()

    def draw_larger(self, scale: float) -> None:
        """So many pixels for one of the scene from now on, texts and all."""
        if scale != self.scale:
            was, self.scale = self.scale, scale
            self._refit(QSizeF(self.size()) / was)

    def _refit(self, before: QSizeF) -> None:
        """Compose anew what had that size."""
        self._stale = True
        self._look(self._camera.resized(before, QSizeF(self.size()) / self.scale))
        self.update()

    def _window(self, camera: Camera) -> Window | None:
        """What is seen of a network of more links than can be drawn; None where that makes no difference."""
        few = self._view is None or sum(link.alive for link in self._view.links) <= MOST_LINKS
        return None if few else window_of(camera.zoomed, self.width() / self.scale, self.height() / self.scale)

    def _tell(self, error: Exception) -> None:
        if not self._told:
            self._told = True
            sys.excepthook(type(error), error, error.__traceback__)

    @property
    def walked(self) -> Walked | None:
        """Where the keys stand."""
        return None if self._view is None else self._view.choices.walked

    @property
    def camera(self) -> Camera:
        """How the network is seen."""
        return self._camera

    def fit(self) -> None:
        """The whole network again."""
        if self.whole.hasFocus():  # it goes
            self.setFocus()
        self._look(STRAIGHT)

    def zoom(self, factor: float) -> None:
        """Magnify by `factor` around where the keys stand, else around the middle."""
        self.zoom_around(*self._spot(), factor)

    def spot(self) -> QPoint:
        """The same, as a point of the widget."""
        return QPointF(*self._spot()).toPoint()

    def _spot(self) -> tuple[float, float]:
        """Where the keys stand in the widget; else the middle of the network's part."""
        scene = self.scene
        if scene is None:
            return self.width() / 2, self.height() / 2
        if self.walked is None or scene.card is None:
            return self.width() / 2, self.scale * (scene.top + scene.bottom) / 2
        x, y = self._camera.to_screen(scene.card.x, scene.card.y)
        return self.scale * x, self.scale * y

    def _follow(self) -> None:
        """Move a magnified network so that the place where the keys stand is in sight."""
        scene = self.scene
        if self._camera == STRAIGHT or scene is None or self.walked is None:
            return
        x, y = (at / self.scale for at in self._spot())
        middle = (scene.width / 2, (scene.top + scene.bottom) / 2)
        if abs(x - middle[0]) > 0.42 * scene.width or abs(y - middle[1]) > 0.42 * (scene.bottom - scene.top):
            now = self._camera
            self._look(Camera(now.zoom, now.x + middle[0] - x, now.y + middle[1] - y))

    def zoom_around(self, x: float, y: float, factor: float) -> None:
        """Magnify by `factor`; what is seen at (x, y) stays there. Never smaller than the whole."""
        x, y, old = x / self.scale, y / self.scale, self._camera
        zoom = min(max(old.zoom * factor, 1.0), MOST_ZOOM)
        world_x, world_y = old.to_world(x, y)
        self._look(STRAIGHT if zoom <= 1.0 else Camera(zoom, x - world_x * zoom, y - world_y * zoom))

    @property
    def finder(self) -> Finder:
        """What tells where in the widget something is seen."""
        return Finder(self.scene, self._camera, self.scale)

    def neuron_at(self, x: float, y: float) -> NeuronRef | None:
        """The neuron that is seen at that point of the widget."""
        return self.finder.neuron_at(x, y)

    def place_at(self, x: float, y: float) -> NeuronRef | LinkRef | None:
        """The neuron, or else the link, that is seen at that point of the widget."""
        return self.finder.place_at(x, y)

    def number_at(self, x: float, y: float) -> Quantity | None:
        """The number that is seen at that point beside neurons and links: of a gate, of the loss, of a mask."""
        return self.finder.number_at(x, y)

    def touched_at(self, x: float, y: float) -> Touched | None:
        """What a hand finds at that point: a neuron, a link, the door of a gate or a target."""
        return self.finder.touched_at(x, y)

    def _look(self, camera: Camera) -> None:
        if camera != self._camera:
            nearer = nearness(camera.zoom) != nearness(self._camera.zoom)
            self._stale = self._stale or nearer or self._window(camera) != self._window(self._camera)
            self._camera = camera
            self.whole.setVisible(camera != STRAIGHT)
            self._place_whole()
            self.update()

    def _place_whole(self) -> None:
        """In the upper right of the magnified network."""
        scene = self.scene
        if scene is not None:
            size = self.whole.sizeHint()
            top = int(self.scale * scene.top) + 6
            self.whole.setGeometry(self.width() - size.width() - 10, top, size.width(), size.height())
            self.whole.raise_()

    def _hover(self, ref: NeuronRef | LinkRef | None) -> None:
        if ref == self._hovered:
            return
        self._hovered, self._stale = ref, True
        self._show_hand()
        self.update()
        self.place_hovered.emit(ref)

    def _hover_number(self, on: bool) -> None:
        if on != self._on_number:
            self._on_number = on
            self._show_hand()

    def _hover_lens(self, on: bool) -> None:
        if on != self._on_lens:
            self._on_lens = on
            self.setToolTip(LENS_TIP if on else "")
            self._show_hand()

    def _show_hand(self) -> None:
        """A hand over what can be clicked."""
        some = self._hovered is not None or self._on_lens or self._on_number
        self.setCursor(Qt.CursorShape.PointingHandCursor if some else Qt.CursorShape.ArrowCursor)

    # Qt's own names from here on

    def sizeHint(self) -> QSize:
        """A comfortable size."""
        return QSize(760, 500)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scene; the ground alone before the first view."""
        scene = self.scene
        with painting(self) as painter:
            if scene is None:
                painter.fillRect(self.rect(), self.palette().window())
            else:
                paint(painter, scene, QRectF(self.rect()), self._camera, self._ground)
            with saved(painter):
                painter.scale(self.scale, self.scale)
                self._paint_over(painter, scene)
            self.paint_ring(painter, self.rect())

    def _paint_over(self, painter: QPainter, scene: Scene | None) -> None:
        width, height = self.width() / self.scale, self.height() / self.scale
        if self._by_tab and self.hasFocus() and self.walked is None:
            paint_hint(painter, HINT, width, height, self.palette(), scene)
        if self._landing is not None:
            paint_landing(painter, self._landing, height, self.palette())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The layout follows the size."""
        self._refit(QSizeF(event.oldSize()) / self.scale)
        super().resizeEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the mouse; with Shift, turn the number under it, with Ctrl too by fine steps."""
        x, y, delta = event.position().x(), event.position().y(), event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._turn(self.touched_at(x, y), delta.y() or delta.x(), event.modifiers())  # some systems turn the wheel
        elif delta.y():
            self.zoom_around(x, y, 1.2 ** (delta.y() / WHEEL_NOTCH))
        event.accept()

    def _turn(self, place: Touched | None, by: int, held: Qt.KeyboardModifier) -> None:
        """Whole notches: a touch pad sends them in small parts."""
        if place is None or place != self._turning:
            self._turning, self._turned = place, 0
        self._turned += by
        notches = int(self._turned / WHEEL_NOTCH)
        self._turned -= round(notches * WHEEL_NOTCH)
        if place is not None and notches:
            self.place_turned.emit(place, notches, bool(held & Qt.KeyboardModifier.ControlModifier))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The beginning of a click or of a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged_from = event.position(), None
            self._end_walk()
        event.accept()

    def _end_walk(self) -> None:
        if self.walked is not None:
            self.place_walked.emit(None)
        self.forget_walk()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag with the button down, else look what is under the mouse."""
        at = event.position()
        if self._pressed is None:
            self._hover(self.place_at(at.x(), at.y()))
            self._hover_number(self.number_at(at.x(), at.y()) is not None)
            self._hover_lens(self.finder.on_lens(at.x(), at.y()))
            return
        moved = at - self._pressed
        if self._dragged_from is None and moved.manhattanLength() < DRAG_FROM:
            return
        moved /= self.scale
        start = self._dragged_from = self._dragged_from or self._camera
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._look(Camera(start.zoom, start.x + moved.x(), start.y + moved.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click pins a neuron or link, chooses a raster's row, or unpins on empty ground; a drag does nothing."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        was_drag, self._pressed = self._dragged_from is not None, None
        self._dragged_from = None
        self._show_hand()
        if not was_drag:
            self._click(event.position().x(), event.position().y(), event.modifiers())
        event.accept()

    def _click(self, x: float, y: float, held: Qt.KeyboardModifier) -> None:
        place = self.place_at(x, y)
        if held & Qt.KeyboardModifier.ControlModifier and isinstance(gate := self.touched_at(x, y), GateRef):
            self.gate_switched.emit(gate)
            return
        sample = None if place is not None else self.finder.sample_at(x, y)
        if self.finder.on_lens(x, y):
            self.lens_asked.emit(self.mapToGlobal(QPoint(int(x), int(y))))
        elif not isinstance(place, NeuronRef) and (number := self.number_at(x, y)) is not None:
            if sample is not None:
                self.sample_clicked.emit(sample)
            self.number_clicked.emit(number)
        elif sample is not None:
            self.sample_clicked.emit(sample)
        elif isinstance(place, LinkRef):
            self.place_pinned.emit(place)
        else:
            self.neuron_clicked.emit(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Type the number there; on empty ground, the whole network again."""
        place = self.touched_at(event.position().x(), event.position().y())
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if place is None:
            self.fit()
        else:
            self.place_typed.emit(place, event.position().toPoint())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the neuron or link under the mouse; by the menu key, with where the keys stand."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place: Touched | None = self.walked.place if self.walked is not None else None
            point = self.mapToGlobal(self.rect().center())
        else:
            place, point = self.touched_at(event.pos().x(), event.pos().y()), event.globalPos()
        if place is not None:
            self.menu_asked.emit(place, point)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Some keys walk, Return pins, 0 shows the whole network again; all others belong to the window."""
        if event.key() == Qt.Key.Key_0 and not modifiers_of(event):
            self.fit()
        elif not self._walks(event):
            super().keyPressEvent(event)
            return
        event.accept()

    def _walks(self, event: QKeyEvent) -> bool:
        if self._view is None:
            return False
        walked, sample = walk(event, self._view, self._walk_ended), other_sample(event, self._view)
        if walked is not None:
            self._hover(None)  # until the mouse moves, the keys have the label
            self.place_walked.emit(walked)
            self._follow()
        elif sample is not None:
            self.sample_clicked.emit(sample)
        elif self.walked is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.place_pinned.emit(self.walked.place)
        else:
            return False
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The walk ends with the focus, unless a menu or another window has it for a while."""
        super().focusOutEvent(event)
        if self.walked is not None and event.reason() not in COMES_BACK:
            self.place_walked.emit(None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A function of the catalogue; a file goes on to the window."""
        event.setAccepted(carried(event.mimeData()) is not None and self.scene is not None)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where it would land."""
        name, view, scene = carried(event.mimeData()), self._view, self.scene
        if name is not None and view is not None and scene is not None:
            self._land(landing(view, scene, self._camera, event.position().x() / self.scale, name))
        event.setAccepted(self._landing is not None and self._landing.taken)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It goes elsewhere."""
        self._land(None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Use it there."""
        name, at = carried(event.mimeData()), self._landing
        self._land(None)
        event.setAccepted(name is not None and at is not None and at.taken)
        if name is not None and at is not None and at.taken:
            self.function_dropped.emit(name, at.layer)

    def _land(self, at: Landing | None) -> None:
        if at != self._landing:
            self._landing = at
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        self._hover(None)
        self._hover_number(False)
        self._hover_lens(False)
        super().leaveEvent(event)
