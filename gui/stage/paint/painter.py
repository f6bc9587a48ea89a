"""A Scene in, QPainter calls out; the same for the screen, for pictures and for clips."""

from itertools import chain

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QTransform

from twostroke.gui.stage.paint.camera import STRAIGHT, Camera
from twostroke.gui.stage.paint.ground import Ground
from twostroke.gui.stage.paint.pieces import paint_scene, pieces
from twostroke.gui.stage.paint.shapes import colour
from twostroke.gui.stage.scene.items import Scene


def paint(
    painter: QPainter,
    scene: Scene,
    rect: QRectF,
    camera: Camera = STRAIGHT,
    ground: Ground | None = None,
    bare: bool = False,
) -> None:
    """Fill `rect` with `scene`, scaled to fit; `camera` moves the network; all that is written about it keeps its size.

    A `ground` saves painting again what did not change since the frame before. `bare`: on whatever is there already.
    """
    if ground is not None and _fits_pixels(painter, rect):
        picture = ground.picture(scene, rect.size(), camera, painter.device().devicePixelRatioF())
        if picture is not None:
            painter.drawImage(rect.topLeft(), picture)
            return
    if not bare:
        painter.fillRect(rect, colour(scene.background))
    paint_scene(painter, scene, [*chain(*pieces(scene, camera))], rect, camera)


def _fits_pixels(painter: QPainter, rect: QRectF) -> bool:
    """Whether a picture of `rect` lies pixel on pixel: elsewhere it would be blurred."""
    ratio, transform = painter.device().devicePixelRatioF(), painter.worldTransform()
    sides = (rect.x(), rect.y(), rect.width(), rect.height(), ratio, transform.dx(), transform.dy())
    straight = (QTransform.TransformationType.TxNone, QTransform.TransformationType.TxTranslate)
    return transform.type() in straight and all(side == int(side) for side in sides)
