"""A Scene in, QPainter calls out; the same for the screen, for pictures and for clips."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from twostroke.gui.look.painting import saved
from twostroke.gui.stage.paint.camera import STRAIGHT, Camera, fit, look
from twostroke.gui.stage.paint.ground import Ground
from twostroke.gui.stage.paint.shapes import colour, draw
from twostroke.gui.stage.scene.items import Scene, Text


def paint(
    painter: QPainter, scene: Scene, rect: QRectF, camera: Camera = STRAIGHT, ground: Ground | None = None
) -> None:
    """Fill `rect` with `scene`, scaled to fit; `camera` moves the network, never title, caption and legend.

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
        if camera != STRAIGHT:
            _clear_behind(painter, scene)
        draw(painter, scene.frame)


def _clear_behind(painter: QPainter, scene: Scene) -> None:
    """A magnified network must not run into the title, the caption and the legend."""
    texts = [item for item in scene.frame if isinstance(item, Text)]
    captions = [t.y - t.size * 1.6 for t in texts if t.role == "caption"]
    titles = [t.y + t.size for t in texts if t.role in ("title", "stroke")]
    ground = colour(scene.background)
    if captions:
        painter.fillRect(QRectF(0, captions[0], scene.width, scene.height - captions[0]), ground)
    if titles:
        painter.fillRect(QRectF(0, 0, scene.width, titles[0]), ground)
