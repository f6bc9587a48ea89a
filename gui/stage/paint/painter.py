"""A Scene in, QPainter calls out; the same for the screen, for pictures and for films."""

from itertools import chain

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

from twostroke.gui.look.painting import painting
from twostroke.gui.stage.paint.boxes import Box
from twostroke.gui.stage.paint.camera import STRAIGHT, Camera
from twostroke.gui.stage.paint.dots import lay
from twostroke.gui.stage.paint.ground import Ground
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
    picture = None
    if ground is not None and _fits_pixels(painter, rect):
        picture = ground.picture(scene, rect.size(), camera, painter.device().devicePixelRatioF())
    if picture is None:
        _paint_all(painter, scene, rect, camera, bare)
    else:
        painter.drawImage(rect.topLeft(), picture)


def paint_over(image: QImage, scene: Scene, camera: Camera, ground: Ground, there: int = 0) -> int:
    """Have an opaque `image` show `scene`; it shows already the ground's picture of the number `there`, 0 for none.
    Returns the number of that which it shows now.
    """
    rect = QRectF(image.rect())
    picture = ground.picture(scene, rect.size(), camera, 1.0)
    if picture is None:
        with painting(image) as painter:
            _paint_all(painter, scene, rect, camera)
        return 0
    boxes, width, height = ground.since(there), image.width(), image.height()
    if boxes is None or sum(map(_area, boxes)) > MOST_PATCHED * width * height:
        boxes = [(0, 0, width, height)]
    lay(image, picture, boxes)
    return ground.number


def _area(box: Box) -> int:
    left, top, right, bottom = box
    return (right - left) * (bottom - top)


def _paint_all(painter: QPainter, scene: Scene, rect: QRectF, camera: Camera, bare: bool = False) -> None:
    if not bare:
        painter.fillRect(rect, colour(scene.background))
    paint_scene(painter, scene, [*chain(*pieces(scene, camera))], rect, camera, bare)


def _fits_pixels(painter: QPainter, rect: QRectF) -> bool:
    """Whether a picture of `rect` lies pixel on pixel: elsewhere it would be blurred."""
    ratio, transform = painter.device().devicePixelRatioF(), painter.worldTransform()
    sides = (rect.x(), rect.y(), rect.width(), rect.height(), ratio, transform.dx(), transform.dy())
    straight = (QTransform.TransformationType.TxNone, QTransform.TransformationType.TxTranslate)
    return transform.type() in straight and all(side == int(side) for side in sides)
