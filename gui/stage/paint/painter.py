"""A Scene in, QPainter calls out; the same for the screen, for pictures and for films."""

from itertools import chain

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

from twostroke.gui.stage.paint.camera import STRAIGHT, Camera
from twostroke.gui.stage.paint.ground import Boxes, Ground
from twostroke.gui.stage.paint.pieces import paint_scene, pieces
from twostroke.gui.stage.paint.shapes import colour
from twostroke.gui.stage.scene.items import Scene

MOST_PATCHED = 0.6
"""Where more than this share of a picture changed, all of it is brought at once."""


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
    paint_over(painter, scene, rect, camera, ground, bare)


def paint_over(
    painter: QPainter,
    scene: Scene,
    rect: QRectF,
    camera: Camera = STRAIGHT,
    ground: Ground | None = None,
    bare: bool = False,
    there: int = 0,
) -> int:
    """As `paint`, where `rect` shows already the ground's picture of the number `there`; 0 for none. Returns the number
    of that which it shows now.
    """
    if ground is not None and _fits_pixels(painter, rect):
        picture = ground.picture(scene, rect.size(), camera, painter.device().devicePixelRatioF())
        if picture is not None:
            _bring(painter, picture, rect, ground.since(there))
            return ground.number
    if not bare:
        painter.fillRect(rect, colour(scene.background))
    paint_scene(painter, scene, [*chain(*pieces(scene, camera))], rect, camera, bare)
    return 0


def _bring(painter: QPainter, picture: QImage, rect: QRectF, boxes: Boxes | None) -> None:
    """These boxes of the picture to where it is shown; None for all of it."""
    if boxes is None or sum((right - left) * (bottom - top) for left, top, right, bottom in boxes) > (
        MOST_PATCHED * picture.width() * picture.height()
    ):
        painter.drawImage(rect.topLeft(), picture)
        return
    for left, top, right, bottom in boxes:
        box = QRect(left, top, right - left, bottom - top) & picture.rect()
        painter.drawImage(box.topLeft(), picture, box)


def _fits_pixels(painter: QPainter, rect: QRectF) -> bool:
    """Whether a picture of `rect` lies pixel on pixel: elsewhere it would be blurred."""
    ratio, transform = painter.device().devicePixelRatioF(), painter.worldTransform()
    sides = (rect.x(), rect.y(), rect.width(), rect.height(), ratio, transform.dx(), transform.dy())
    straight = (QTransform.TransformationType.TxNone, QTransform.TransformationType.TxTranslate)
    return transform.type() in straight and all(side == int(side) for side in sides)
