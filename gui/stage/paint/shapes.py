"""Shapes to QPainter calls, for the screen, for pictures and for films alike.

Speed comes from five habits: opaque colours only (translucent pens are 15 to 20 times slower), flat ends of lines
(1,000 lines of width 2 measured: 15 ms flat, 170 ms round, 700 ms round in one call), one pen for all lines of a
width and colour, objects that are used again (`many.py`), and fonts, pens and brushes made once.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QPaintEngine, QPainter, QPen, QPolygonF

from twostroke.gui.look.theme import FONT_FAMILY
from twostroke.gui.stage.paint.many import Many
from twostroke.gui.stage.paint.outlines import Letter, fill_letters, letters
from twostroke.gui.stage.scene.items import NONE, Align, Discs, Floats, Item, Lines, Pictures, Polygon, Rects, Text

_LINES, _RECTS = Many(QLineF), Many(QRectF)


FEW = 64
"""Up to so many lines Python finds out sooner than NumPy whether they are of one pen."""


SOME = 12
"""Up to so many discs it would take longer to find their rectangles."""

CELL = 8
"""Pixels of an image to a cell of a picture."""

OPAQUE = np.int32(-0x1000000)

ROUNDED = 1e-6
"""Less of a pixel than can be seen."""


def draw(painter: QPainter, items: Iterable[Item]) -> None:
    """Paint `items`, the first one lowest. Of a deep network many of one kind follow each other, with few things each:
    those are drawn as one.
    """
    runs: Iterator[tuple[type[Item], Iterator[Any]]] = groupby(items, type)
    for kind, run in runs:
        if kind is Lines:
            _lines(painter, list(run))
        elif kind is Rects:
            _rects(painter, run)
        elif kind is Text:
            _texts(painter, run)
        else:
            paint = _OTHERS[kind]
            for item in run:
                paint(painter, item)


def _lines(painter: QPainter, some: list[Lines]) -> None:
    """Of each item those of one pen together; groups in the order of their middle, so that strong stays above weak."""
    counts = [len(item.x1) for item in some]
    if sum(counts) <= FEW:
        for item in some:
            _few_lines(painter, item)
        return
    x1, y1, x2, y2, width, colour = (_joined(some, name) for name in ("x1", "y1", "x2", "y2", "width", "colour"))
    pen = colour.astype(np.int64) * 4096 + np.rint(width * 16).astype(np.int64)
    _, group = np.unique(pen + (np.repeat(np.arange(len(some)), counts) << 40), return_inverse=True)
    place = np.bincount(group, weights=np.arange(len(group))) / np.bincount(group)
    order = np.argsort(place[group], kind="stable")
    segments = _LINES.of(x1[order], y1[order], x2[order], y2[order])
    ends = _run_ends(group[order])
    first = order[[0, *ends[:-1]]]
    start = 0
    for end, packed, wide in zip(ends, colour[first].tolist(), width[first].tolist(), strict=True):
        painter.setPen(_pen(packed, wide))
        painter.drawLines(segments[start:end])
        start = end


def _joined(some: Sequence[Lines | Rects], name: str) -> NDArray[Any]:
    """What all of them have under that name."""
    arrays = [getattr(item, name) for item in some]
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _few_lines(painter: QPainter, item: Lines) -> None:
    """As `_lines`: up to some number Python puts them in order sooner than NumPy."""
    if not len(item.x1):
        return
    segments, colours, widths = _LINES.of(item.x1, item.y1, item.x2, item.y2), item.colour.tolist(), item.width.tolist()
    keys = [(colour, round(width * 16)) for colour, width in zip(colours, widths, strict=True)]
    groups: dict[tuple[int, int], list[int]] = {}
    for at, key in enumerate(keys):
        groups.setdefault(key, []).append(at)
    if len(groups) == 1:
        painter.setPen(_pen(colours[0], widths[0]))
        painter.drawLines(segments)
        return
    if len(groups) == len(keys):
        for segment, colour, width in zip(segments, colours, widths, strict=True):
            painter.setPen(_pen(colour, width))
            painter.drawLine(segment)
        return
    middle = {key: sum(group) / len(group) for key, group in groups.items()}
    order = sorted(range(len(keys)), key=lambda at: middle[keys[at]])
    for _, run in groupby(order, key=keys.__getitem__):
        some = list(run)
        painter.setPen(_pen(colours[some[0]], widths[some[0]]))
        painter.drawLines([segments[at] for at in some])


def _discs(painter: QPainter, item: Discs) -> None:
    """One after the other. Of dots, a ring is a larger disc below its disc: that takes half as long as its outline."""
    if painter.paintEngine().type() == QPaintEngine.Type.Raster and _fill_their_rings(item):
        _stacked_discs(painter, item)
    else:
        _outlined_discs(painter, item)


def _fill_their_rings(item: Discs) -> bool:
    """Whether each disc has a colour, and a ring that leaves some of it to be seen."""
    if len(item.x) > SOME:
        seen = (item.fill != NONE) & (item.ring != NONE) & (item.ring_width > 0) & (item.ring_width < 2 * item.radius)
        return bool(seen.all())
    colours, sizes = (item.fill.tolist(), item.ring.tolist()), (item.ring_width.tolist(), item.radius.tolist())
    return NONE not in colours[0] and NONE not in colours[1] and all(0 < w < 2 * r for w, r in zip(*sizes, strict=True))


def _stacked_discs(painter: QPainter, item: Discs) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    half = item.ring_width / 2
    outer, inner = _round_places(item, item.radius + half, item.radius - half)
    for ring, outside, fill, inside in zip(item.ring.tolist(), outer, item.fill.tolist(), inner, strict=True):
        painter.setBrush(_brush(ring))
        painter.drawEllipse(*outside)
        painter.setBrush(_brush(fill))
        painter.drawEllipse(*inside)


def _outlined_discs(painter: QPainter, item: Discs) -> None:
    fills, pens = item.fill.tolist(), zip(item.ring.tolist(), item.ring_width.tolist(), strict=True)
    filled: int | None = None
    drawn: tuple[int, float] | None = None
    (places,) = _round_places(item, item.radius)
    for place, fill, pen in zip(places, fills, pens, strict=True):
        if fill != filled:
            filled = fill
            painter.setBrush(_brush(fill))
        if pen != drawn:
            drawn = pen
            painter.setPen(_pen(*pen))
        painter.drawEllipse(*place)


def _round_places(item: Discs, *radii: Floats) -> list[list[tuple[Any, ...]]]:
    """Where discs of these radii lie, as Qt takes it: a point and two radii, or, which is sooner painted, a
    rectangle."""
    if len(item.x) <= SOME:
        middles = [QPointF(x, y) for x, y in zip(item.x.tolist(), item.y.tolist(), strict=True)]
        return [[(at, r, r) for at, r in zip(middles, radius.tolist(), strict=True)] for radius in radii]
    radius, count = np.concatenate(radii), len(item.x)
    rects = _RECTS.of(
        np.tile(item.x, len(radii)) - radius, np.tile(item.y, len(radii)) - radius, 2 * radius, 2 * radius
    )
    return [[(rect,) for rect in rects[begin : begin + count]] for begin in range(0, len(rects), count)]


def _edges(item: Rects) -> tuple[float, float, bool]:
    """Corner, border and whether neither is seen: the same for those that may be drawn as one."""
    return item.corner, item.border_width, item.corner <= 0 and bool(np.all(item.border == NONE))


def _rects(painter: QPainter, some: Iterable[Rects]) -> None:
    for (corner, border_width, plain), alike in groupby(some, _edges):
        if plain:
            for item in alike:
                _plain_rects(painter, item)
        else:
            _edged_rects(painter, list(alike), corner, border_width)


def _edged_rects(painter: QPainter, some: list[Rects], corner: float, border_width: float) -> None:
    x, y, width, height, fill, border = (
        _joined(some, name) for name in ("x", "y", "width", "height", "fill", "border")
    )
    corners = np.minimum(np.minimum(width, height) / 2, corner).tolist()
    filled: int | None = None
    drawn: int | None = None
    for rect, round_, own, edge in zip(
        _RECTS.of(x, y, width, height), corners, fill.tolist(), border.tolist(), strict=True
    ):
        if own != filled:
            filled = own
            painter.setBrush(_brush(own))
        if edge != drawn:
            drawn = edge
            painter.setPen(_pen(edge, border_width))
        painter.drawRoundedRect(rect, round_, round_)


def _plain_rects(painter: QPainter, item: Rects) -> None:
    """Neighbours of one colour together; where none shares a pixel with another, all of one colour."""
    fill, sides = item.fill, (item.x, item.y, item.width, item.height)
    if len(fill) > FEW and _apart(item.x, item.width) and _apart(item.y, item.height):
        order = np.argsort(fill, kind="stable")
        fill, sides = fill[order], (item.x[order], item.y[order], item.width[order], item.height[order])
    found = _RECTS.of(*sides)
    painter.setPen(Qt.PenStyle.NoPen)
    start = 0
    for end in _run_ends(fill):
        painter.setBrush(_brush(int(fill[start])))
        painter.drawRects(found[start:end])
        start = end


def _pictures(painter: QPainter, item: Pictures) -> None:
    """Each as an image, which takes no longer than a disc. Cells with edges come magnified: viewers of other kinds of
    file would smooth them.
    """
    times = 1 if item.smooth else CELL
    dots = np.repeat(np.repeat(item.colours | OPAQUE, times, axis=1), times, axis=2)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, item.smooth)
    tall, wide = dots.shape[1:]
    data = np.ascontiguousarray(dots, dtype=np.int32)
    for at, box in enumerate(_RECTS.of(item.x, item.y, item.side, item.side)):
        painter.drawImage(box, QImage(data[at].data, wide, tall, 4 * wide, QImage.Format.Format_RGB32))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)


def _run_ends(values: NDArray[Any]) -> list[int]:
    """Where each run of equal values ends."""
    return [*(np.flatnonzero(np.diff(values)) + 1).tolist(), len(values)] if len(values) else []


def _apart(begin: Floats, length: Floats) -> bool:
    """Whether those that do not begin at one place are at least a pixel from each other."""
    places = np.unique(begin)
    return len(places) < 2 or float(np.diff(places).min()) >= float(length.max()) + 1.0 - ROUNDED


_CENTRE = Qt.AlignmentFlag.AlignVCenter
_SIDES = {
    Align.LEFT: Qt.AlignmentFlag.AlignLeft,
    Align.CENTRE: Qt.AlignmentFlag.AlignHCenter,
    Align.RIGHT: Qt.AlignmentFlag.AlignRight,
}
_IN_LINE = {align: int(side | _CENTRE) | int(Qt.TextFlag.TextDontClip) for align, side in _SIDES.items()}
_WRAPPED = {align: int(side | _CENTRE) | int(Qt.TextFlag.TextWordWrap) for align, side in _SIDES.items()}
_SHIFT = {Align.LEFT: 0.0, Align.CENTRE: 0.5, Align.RIGHT: 1.0}


def text_place(item: Text) -> tuple[QRectF, int]:
    """The box in which Qt places a text, and how."""
    wide = item.wrap or 2000.0
    tall = item.size * (4.0 if item.wrap else 2.0)
    flags = (_WRAPPED if item.wrap else _IN_LINE)[item.align]
    return QRectF(item.x - wide * _SHIFT[item.align], item.y - tall / 2, wide, tall), flags


def _texts(painter: QPainter, some: Iterable[Text]) -> None:
    as_outlines = painter.paintEngine().type() == QPaintEngine.Type.SVG
    for item in some:
        painter.setFont(font(item))
        box, flags = text_place(item)
        if as_outlines:
            fill_letters(painter, letters_of(item), _brush(item.colour))
        else:
            painter.setPen(_pen(item.colour, 1.0))
            painter.drawText(box, flags, item.written)


def letters_of(item: Text) -> Iterator[Letter]:
    """The letters of a text where they are painted, for what has no painter."""
    box, _ = text_place(item)
    return letters(item.written, font(item), box, _SIDES[item.align], item.wrap > 0)


def _polygon(painter: QPainter, item: Polygon) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_brush(item.fill))
    painter.drawPolygon(_corners(item.points))


@lru_cache(maxsize=256)
def _corners(points: tuple[tuple[float, float], ...]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])


_OTHERS: dict[type, Callable[[QPainter, Any], None]] = {
    Discs: _discs,
    Pictures: _pictures,
    Polygon: _polygon,
}


def font(item: Text) -> QFont:
    """That of a text."""
    return _font(round(item.size * 2), int(item.weight))


@lru_cache(maxsize=4_096)
def colour(packed: int) -> QColor:
    """The colour of a packed int."""
    return QColor.fromRgb(0xFF000000 | packed)


@lru_cache(maxsize=4_096)
def _brush(packed: int) -> QBrush:
    return QBrush(Qt.BrushStyle.NoBrush) if packed == NONE else QBrush(colour(packed))


@lru_cache(maxsize=16_384)
def _pen(packed: int, width: float) -> QPen:
    if packed == NONE:
        return QPen(Qt.PenStyle.NoPen)
    pen = QPen(colour(packed), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


@lru_cache(maxsize=128)
def _font(half_pixels: int, weight: int) -> QFont:
    """A font of that size in half pixels."""
    font = QFont(FONT_FAMILY)
    font.setPixelSize(max(round(half_pixels / 2), 1))
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
