"""What both pictures of a race draw with: words, lines, and a dot a run."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from twostroke.engine.race.outcome import Row
from twostroke.gui.look.theme import Palette
from twostroke.gui.stage.paint.outlines import fill_letters, letters

DOT = 3.5
LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
CENTRE = Qt.AlignmentFlag.AlignHCenter


@dataclass(frozen=True)
class Dot:
    """A run in the picture."""

    at: QPointF
    value: float
    row: Row
    line: int


class RaceBrush:
    """`outlined`: letters as shapes, for files that are read where the typeface is not."""

    def __init__(self, painter: QPainter, font: QFont, palette: Palette, outlined: bool) -> None:
        self._painter, self._font, self._palette, self._outlined = painter, font, palette, outlined
        self._metrics = QFontMetricsF(font)

    def _begin(self, width: float, height: float) -> None:
        self._painter.setFont(self._font)
        self._painter.fillRect(QRectF(0, 0, width, height), QColor(self._palette.background))

    def _dots(self, dots: Iterable[Dot]) -> None:
        self._painter.setPen(QPen(QColor(self._palette.background), 0.8))
        self._painter.setBrush(QBrush(QColor(self._palette.text)))
        for dot in dots:
            self._painter.drawEllipse(dot.at, DOT, DOT)

    def _line(self, x0: float, y0: float, x1: float, y1: float, colour: str, width: float = 1.0) -> None:
        self._painter.setPen(QPen(QColor(colour), width))
        self._painter.drawLine(QPointF(x0, y0), QPointF(x1, y1))

    def _write(self, text: str, box: QRectF, side: Qt.AlignmentFlag, colour: str) -> None:
        if self._outlined:
            fill_letters(self._painter, letters(text, self._font, box, side, wraps=False), QBrush(QColor(colour)))
            return
        self._painter.setPen(QColor(colour))
        self._painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)
