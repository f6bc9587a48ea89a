"""A scene as the pieces that are painted, the lowest first."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from twostroke.gui.look.painting import saved
from twostroke.gui.stage.paint.camera import STRAIGHT, Camera, fit, look
from twostroke.gui.stage.paint.shapes import draw
from twostroke.gui.stage.scene.items import NONE, Item, Rects, Scene
from twostroke.gui.stage.scene.zoomed import label, over

COVER = "cover"
"""The role of what hides a magnified network where something else is written."""

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
    fill, border = np.full(2, background, dtype=np.int32), np.full(2, NONE, dtype=np.int32)
    return Rects(x, y, wide, tall, fill, border, role=COVER)


def paint_scene(
    painter: QPainter, scene: Scene, some: Sequence[Piece], rect: QRectF, camera: Camera, bare: bool = False
) -> None:
    """`some` pieces of `scene`, in their order, where they lie in `rect`. `bare`: without covers, which would hide what
    is below the picture; what they hide of the picture is cut away.

    Cut at its sides even where it is all there is to paint on: Qt smooths edges a shade differently without.
    """
    with saved(painter):
        painter.setClipRect(rect)
        fit(painter, scene, rect)
        beside = [item for item, in_network in some if not in_network]
        network, layers = _uncovered(scene, beside) if bare else (None, [_Layer(None, beside)])
        with saved(painter):
            _cut(painter, network)
            look(painter, camera)
            draw(painter, (item for item, in_network in some if in_network))
        for left, items in layers:
            with saved(painter):
                _cut(painter, left)
                draw(painter, items)


class _Layer(NamedTuple):
    """Items between two covers, and what those above leave of them; None for all."""

    left: QPainterPath | None
    items: list[Item]


def _cut(painter: QPainter, left: QPainterPath | None) -> None:
    if left is not None:
        painter.setClipPath(left, Qt.ClipOperation.IntersectClip)


def _covers(items: list[Item]) -> list[Rects]:
    return [item for item in items if isinstance(item, Rects) and item.role == COVER]


def _uncovered(scene: Scene, items: list[Item]) -> tuple[QPainterPath | None, list[_Layer]]:
    """What covers leave of the network, and items without covers, the lowest first."""
    layers, rest = list[_Layer](), items
    for cover in _covers(items):
        at = next(place for place, item in enumerate(rest) if item is cover)
        layers.append(_Layer(_left(scene, _covers(rest)), rest[:at]))
        rest = rest[at + 1 :]
    if not layers:
        return None, [_Layer(None, rest)]
    return layers[0].left, [*layers, _Layer(_left(scene, []), rest)]  # said, as Qt's SVG forgets what was cut before


def _left(scene: Scene, covers: list[Rects]) -> QPainterPath:
    """What covers leave of a scene, in its pixels."""
    left = QPainterPath()
    left.addRect(0.0, 0.0, scene.width, scene.height)
    for cover in covers:
        sides = (cover.x, cover.y, cover.width, cover.height)
        for x, y, width, height in zip(*(side.tolist() for side in sides), strict=True):
            hidden = QPainterPath()
            hidden.addRect(x, y, width, height)
            left = left.subtracted(hidden)
    return left
