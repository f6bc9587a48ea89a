"""Text as the outlines of its letters, for drawings that are looked at where the bundled font is not.

An SVG file can only name a font. To carry it, browsers would understand, but Inkscape, PowerPoint and LibreOffice would
put another in its place, in which words are wider than their room.
"""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QPainter, QPainterPath, QRawFont, QTextLayout, QTextOption

from twostroke.gui.look.painting import saved

LINE_BREAK = "\u2028"  # Unicode's line separator, which a QTextLayout breaks at


EM = 1_000
"""Size of an outline that stands for a letter of any size."""

Letter = tuple[QRawFont, int, QPointF]
"""The font of a letter, its number there, and where its origin lies."""


def letters(text: str, font: QFont, box: QRectF, side: Qt.AlignmentFlag, wraps: bool) -> Iterator[Letter]:
    """The letters where QPainter.drawText would put them: at that side of `box`, in the middle of its height."""
    layout = QTextLayout(text.replace("\n", LINE_BREAK), font)
    option = QTextOption(side)
    option.setWrapMode(QTextOption.WrapMode.WordWrap if wraps else QTextOption.WrapMode.ManualWrap)
    layout.setTextOption(option)
    height = _lay(layout, box.width())
    origin = QPointF(box.left(), box.center().y() - height / 2)
    for run in layout.glyphRuns():
        raw = run.rawFont()
        for glyph, place in zip(run.glyphIndexes(), run.positions(), strict=True):
            yield raw, glyph, origin + place


def outline(raw: QRawFont, glyph: int) -> QPainterPath:
    """That of a letter whose size is EM, whatever size it has in the text."""
    large = QRawFont(raw)
    large.setPixelSize(EM)
    path = large.pathForGlyph(glyph)
    path.setFillRule(Qt.FillRule.WindingFill)
    return path


def fill_letters(painter: QPainter, some: Iterable[Letter], brush: QBrush) -> None:
    """Each letter by itself, from the outline that all like it have: a file can have that once."""
    for raw, glyph, place in some:
        path = outline(raw, glyph)
        if not path.isEmpty():
            with saved(painter):
                painter.translate(place)
                painter.scale(raw.pixelSize() / EM, raw.pixelSize() / EM)
                painter.fillPath(path, brush)


def _lay(layout: QTextLayout, width: float) -> float:
    """Break the text into lines of that width, one below the other. Returns their height."""
    height = 0.0
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0.0, height))
        height += line.height()
    layout.endLayout()
    return height
