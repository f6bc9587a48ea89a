"""A scene as the pieces that are painted, the lowest first."""

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from twostroke.gui.look.painting import saved
from twostroke.gui.stage.paint.camera import STRAIGHT, Camera, fit, look
from twostroke.gui.stage.paint.shapes import draw
from twostroke.gui.stage.scene.items import NONE, Item, Rects, Scene
from twostroke.gui.stage.scene.zoomed import label, over

Piece = tuple[Item, bool]
"""An item, and whether it belongs to the network, which the camera moves."""


def pieces(scene: Scene, camera: Camera) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """What glows below the links, the links, and all else: first of the network, then what is written about it."""
    glow, links = [(item, True) for item in scene.glow], [(item, True) for group in scene.ground for item in group]
    if camera == STRAIGHT:
        beside = (*scene.over, *scene.frame, *scene.label)
    else:
        around = (*over(scene, camera.zoomed), *scene.frame, *label(scene, camera.zoomed))
        beside = (_cover(scene.background, scene.width, scene.top, scene.bottom, scene.height), *around)
    return glow, links, [*((item, True) for item in scene.world), *((item, False) for item in beside)]


@lru_cache(maxsize=8)  # so that it rests from frame to frame
def _cover(background: int, width: float, top: float, bottom: float, height: float) -> Rects:
    """A magnified network must not run into what stands above and below it."""
    x, wide, y, tall = np.zeros(2), np.full(2, width), np.array([0.0, bottom]), np.array([top, height - bottom])
    return Rects(x, y, wide, tall, np.full(2, background, dtype=np.int32), np.full(2, NONE, dtype=np.int32))


def paint_scene(painter: QPainter, scene: Scene, some: list[Piece], rect: QRectF, camera: Camera) -> None:
    """`some` pieces of `scene`, in their order, where they lie in `rect`.

    Cut at its sides even where it is all there is to paint on: Qt smooths edges a shade differently without.
    """
    with saved(painter):
        painter.setClipRect(rect)
        fit(painter, scene, rect)
        with saved(painter):
            look(painter, camera)
            draw(painter, (item for item, in_network in some if in_network))
        draw(painter, (item for item, in_network in some if not in_network))
