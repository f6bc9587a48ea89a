"""The lowest part of a picture, kept from frame to frame: links are half of the work, and most of them rest."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

from twostroke.gui.look.painting import painting
from twostroke.gui.stage.paint.camera import Camera, fit, look
from twostroke.gui.stage.paint.shapes import colour, draw
from twostroke.gui.stage.scene.items import Item, Scene

Groups = tuple[tuple[Item, ...], ...]


class Ground:
    """Keeps the picture of what lies lowest and did not change since the frame before; for one place on the screen.

    It is never needed to be right: a frame is painted alike with and without, whatever was painted before.
    """

    def __init__(self) -> None:
        self._place: tuple[object, ...] = ()
        self._before: Groups = ()
        self._kept: Groups = ()
        self._picture: QImage | None = None

    def lay(self, painter: QPainter, scene: Scene, rect: QRectF, camera: Camera) -> Groups:
        """Fill `rect` with the background and what is kept. Returns the groups that are still to be painted."""
        place = (rect, camera, scene.background, scene.width, scene.height, painter.device().devicePixelRatioF())
        groups = tuple(group for group in scene.ground if group)
        still = tuple(g for g in groups if _among(g, self._before)) if place == self._place else ()
        self._before, self._place = groups, place
        if not still or not _fits_pixels(painter, rect):
            self._kept, self._picture = (), None
            painter.fillRect(rect, colour(scene.background))
            return groups
        if self._picture is None or not _same(still, self._kept):
            self._kept, self._picture = still, _picture_of(scene, still, rect, camera, place[-1])
        painter.drawImage(rect.topLeft(), self._picture)
        return tuple(group for group in groups if not _among(group, still))


def _among(group: tuple[Item, ...], groups: Groups) -> bool:
    """Whether one of `groups` has the very items of `group`."""
    return any(len(group) == len(other) and all(a is b for a, b in zip(group, other, strict=True)) for other in groups)


def _same(some: Groups, others: Groups) -> bool:
    return len(some) == len(others) and all(_among(group, others) for group in some)


def _fits_pixels(painter: QPainter, rect: QRectF) -> bool:
    """Whether a picture of `rect` lies pixel on pixel: elsewhere it would be blurred."""
    ratio, transform = painter.device().devicePixelRatioF(), painter.worldTransform()
    sides = (rect.x(), rect.y(), rect.width(), rect.height(), ratio, transform.dx(), transform.dy())
    straight = (QTransform.TransformationType.TxNone, QTransform.TransformationType.TxTranslate)
    return transform.type() in straight and all(side == int(side) for side in sides)


def _picture_of(scene: Scene, groups: Groups, rect: QRectF, camera: Camera, ratio: float) -> QImage:
    picture = QImage(rect.size().toSize() * ratio, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    with painting(picture) as painter:
        within = QRectF(QPointF(0, 0), rect.size())
        painter.fillRect(within, colour(scene.background))
        fit(painter, scene, within)
        look(painter, camera)
        for group in groups:
            draw(painter, group)
    return picture
