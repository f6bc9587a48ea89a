"""How a scene lies in a rectangle, and how its network is seen: magnified and moved."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QPainter, QTransform

from twostroke.gui.stage.scene.items import Scene
from twostroke.gui.stage.scene.zoomed import Zoom


@dataclass(frozen=True)
class Camera:
    """How the network is seen: magnified `zoom` times, then moved by (`x`, `y`) pixels of the scene."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def to_world(self, x: float, y: float) -> tuple[float, float]:
        """The point of the unmagnified scene that is seen at (x, y)."""
        return (x - self.x) / self.zoom, (y - self.y) / self.zoom

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the unmagnified scene is seen."""
        return x * self.zoom + self.x, y * self.zoom + self.y

    @property
    def zoomed(self) -> Zoom:
        """The same, for the scene."""
        return Zoom(self.zoom, self.x, self.y)

    def resized(self, before: QSizeF, after: QSizeF) -> "Camera":
        """The same for a picture of another size: what was in the middle stays there."""
        if before.isEmpty() or self.zoom == 1.0:
            return STRAIGHT
        x, y = self.to_world(before.width() / 2, before.height() / 2)
        across, down = after.width() / before.width(), after.height() / before.height()
        return Camera(self.zoom, after.width() / 2 - x * across * self.zoom, after.height() / 2 - y * down * self.zoom)


STRAIGHT = Camera()


def placement(width: float, height: float, rect: QRectF) -> tuple[float, float, float]:
    """How a scene of that size lies in `rect`: scaled to fit, in its middle. Its scale, and where its corner is."""
    scale = min(rect.width() / width, rect.height() / height)
    return scale, rect.x() + (rect.width() - width * scale) / 2, rect.y() + (rect.height() - height * scale) / 2


def fit(painter: QPainter, scene: Scene, rect: QRectF) -> None:
    """From here on the painter takes pixels of the scene, which lies in `rect`."""
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    scale, dx, dy = placement(scene.width, scene.height, rect)
    painter.translate(dx, dy)
    painter.scale(scale, scale)


def look(painter: QPainter, camera: Camera) -> None:
    """From here on the painter takes pixels of the unmagnified network."""
    if camera != STRAIGHT:
        painter.setTransform(QTransform().translate(camera.x, camera.y).scale(camera.zoom, camera.zoom), True)
