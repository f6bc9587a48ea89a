"""A Scene in, QPainter calls out; the same for the screen, for pictures and for clips."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from twostroke.gui.look.painting import saved
from twostroke.gui.stage.paint.camera import STRAIGHT, Camera, fit, look
from twostroke.gui.stage.paint.ground import Ground
from twostroke.gui.stage.paint.shapes import colour, draw
from twostroke.gui.stage.scene.items import Scene
from twostroke.gui.stage.scene.zoomed import label, over


def paint(
    painter: QPainter, scene: Scene, rect: QRectF, camera: Camera = STRAIGHT, ground: Ground | None = None
) -> None:
    """Fill `rect` with `scene`, scaled to fit; `camera` moves the network; all that is written about it keeps its size.

    A `ground` saves painting again what did not change since the frame before.
    """
    with saved(painter):
        if ground is None:
            painter.fillRect(rect, colour(scene.background))
        left = scene.ground if ground is None else ground.lay(painter, scene, rect, camera)
        painter.setClipRect(rect)
        fit(painter, scene, rect)
        with saved(painter):
            look(painter, camera)
            for group in left:
                draw(painter, group)
            draw(painter, scene.world)
        straight = camera == STRAIGHT
        if not straight:
            _clear_behind(painter, scene)
        draw(painter, scene.over if straight else over(scene, camera.zoomed))
        draw(painter, scene.frame)
        draw(painter, scene.label if straight else label(scene, camera.zoomed))


def _clear_behind(painter: QPainter, scene: Scene) -> None:
    """A magnified network must not run into what stands above and below it."""
    ground = colour(scene.background)
    painter.fillRect(QRectF(0, 0, scene.width, scene.top), ground)
    painter.fillRect(QRectF(0, scene.bottom, scene.width, scene.height - scene.bottom), ground)
