"""Meeting all that painting needs of Qt once, in one thread.

PySide makes Python's type of one of Qt's when it is first met, as the type of what a call returns or an enumeration.
Two threads that do that together end the program: two exports that began at the same time did.
"""

from functools import cache

import numpy as np
from PySide6.QtCore import QBuffer, QRectF, Qt
from PySide6.QtGui import QImage

from twostroke.gui.look.painting import painting
from twostroke.gui.stage.paint.ground import Ground
from twostroke.gui.stage.paint.outlines import letters, outline
from twostroke.gui.stage.paint.painter import paint
from twostroke.gui.stage.paint.shapes import font
from twostroke.gui.stage.scene.items import Pictures, Polygon, Scene, Targets, Text, discs, lines, rects

SIDE = 8.0


@cache
def paint_first() -> None:
    """Paint something of each kind, in the main thread and before others paint."""
    sharp, round_ = rects(1, 1, 4, 4, 0), rects(1, 1, 4, 4, 0, 0, corner=1.0)
    at, side, dots = np.zeros(1), np.full(1, 4.0), np.zeros((1, 2, 2), dtype=np.int32)
    pictures = [Pictures(at, at, side, dots, smooth) for smooth in (False, True)]
    shapes = (lines(0, 0, 4, 4, 1, 0), discs(4, 4, 2, 0, 0), sharp, round_, Polygon(((0, 0), (4, 0), (0, 4)), 0))
    texts = Text(4.0, 4.0, "a", 8.0, 0), Text(4.0, 4.0, "a", 8.0, 0, wrap=SIDE)
    none, floats = np.zeros(0, dtype=np.intp), np.zeros(0)
    nowhere = Targets(none, none, floats, floats, floats)
    scene = Scene(SIDE, SIDE, 0, (), (*shapes, *pictures, *texts), (), (), None, (), nowhere, 0.0, SIDE)
    image = QImage(int(SIDE), int(SIDE), QImage.Format.Format_RGB32)
    rect, ground = QRectF(0, 0, SIDE, SIDE), Ground()
    for _ in range(2):  # the first one is another picture than before, and the ground leaves it alone
        with painting(image) as painter:
            paint(painter, scene, rect, ground=ground)
    image.constBits()
    for raw, glyph, _ in letters("a", font(texts[0]), rect, Qt.AlignmentFlag.AlignLeft, False):
        outline(raw, glyph)
    QBuffer().data()
