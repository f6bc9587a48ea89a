"""How far an item reaches: never less than what painting it may touch, and not much more."""

from functools import lru_cache

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from twostroke.gui.stage.paint.shapes import font, text_place
from twostroke.gui.stage.scene.items import NONE, Discs, Floats, Item, Lines, Pictures, Polygon, Rects, Text

Extent = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels of the scene."""

NOTHING: Extent = (0.0, 0.0, 0.0, 0.0)

SLACK = 0.25
"""What a letter may reach beyond its text's own measure, in sizes of the text."""

FEW = 64
"""Up to so many numbers Python's own min and max are faster than NumPy's."""


def extent(item: Item) -> Extent:
    """Of everything that painting `item` may touch, but for the smoothing of edges."""
    if isinstance(item, Text):
        return _of_text(item)
    if isinstance(item, Polygon):
        xs, ys = zip(*item.points, strict=True)
        return min(xs), min(ys), max(xs), max(ys)
    if isinstance(item, Lines):
        return _of_lines(item)
    if not len(item.x):
        return NOTHING
    if isinstance(item, Discs):
        return _of_discs(item)
    if isinstance(item, Pictures):
        return _of_pictures(item)
    return _of_rects(item)


def _ends(values: Floats) -> tuple[float, float]:
    """The least and the greatest."""
    if len(values) <= FEW:
        some = values.tolist()
        return min(some), max(some)
    return float(values.min()), float(values.max())


def _of_lines(item: Lines) -> Extent:
    if not len(item.x1):
        return NOTHING
    (a, b), (c, d), (e, f), (g, h) = (_ends(v) for v in (item.x1, item.x2, item.y1, item.y2))
    half = max(_ends(item.width)[1], 1.0) / 2
    return min(a, c) - half, min(e, g) - half, max(b, d) + half, max(f, h) + half


def _of_discs(item: Discs) -> Extent:
    reach = _ends(item.radius)[1] + max(_ends(item.ring_width)[1], 1.0) / 2
    (left, right), (top, bottom) = _ends(item.x), _ends(item.y)
    return left - reach, top - reach, right + reach, bottom + reach


def _of_pictures(item: Pictures) -> Extent:
    right, bottom = _ends(item.x + item.side)[1], _ends(item.y + item.side)[1]
    return _ends(item.x)[0], _ends(item.y)[0], right, bottom


def _of_rects(item: Rects) -> Extent:
    half = max(item.border_width, 1.0) / 2 if item.corner > 0 or (item.border != NONE).any() else 0.0
    left, right = _ends(item.x)[0], _ends(item.x + item.width)[1]
    top, bottom = _ends(item.y)[0], _ends(item.y + item.height)[1]
    return left - half, top - half, right + half, bottom + half


@lru_cache(maxsize=4_096)
def _of_text(item: Text) -> Extent:
    box, flags = text_place(item)
    seen = QFontMetricsF(font(item)).boundingRect(box, flags, item.written)
    if item.wrap:  # what has no room in its box is cut off
        seen = seen & box
    slack = SLACK * item.size + 1.0
    whole: QRectF = seen.adjusted(-slack, -slack, slack, slack)
    return whole.left(), whole.top(), whole.right(), whole.bottom()
