"""A figure of a race against the number that is varied: each run a dot, the medians joined, and below how many hinges
the runs have. On the screen and in files it is drawn by the same lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from twostroke.gui.look.theme import Palette
from twostroke.gui.model.over_numbers import axis_of_figures, axis_of_numbers, has_hinges, hinges_of, number_of, ticks
from twostroke.gui.model.race_figures import Figure, Strand
from twostroke.gui.model.race_scale import Scale
from twostroke.gui.shell.race.race_brush import CENTRE, LEFT, RIGHT, Dot, RaceBrush
from twostroke.gui.shell.race.spread_picture import MARGIN, TOP

AREA, LINE = 300, 22
"""Pixels of the height of the axes, and of a line of words."""

HINGES = "hinges"
MEDIAN = 4.5
"""Half the side of the square at a median."""


@dataclass(frozen=True)
class NumberPlan:
    """Where everything stands for one size."""

    strands: Sequence[Strand]  # from the least number
    figure: Figure
    title: str
    key: str  # the place that is varied
    across: Scale
    up: Scale
    font: QFont
    area: QRectF
    width: float
    dots: tuple[Dot, ...]

    @property
    def height(self) -> float:
        """Pixels that it needs."""
        return height_of(self.strands)

    def x(self, strand: Strand) -> float:
        """Where the number of a combination stands."""
        return self.area.left() + self.across.place(number_of(strand)) * self.area.width()

    def y(self, value: float) -> float:
        """Where a figure stands."""
        return self.area.bottom() - self.up.place(value) * self.area.height()

    def draw(self, painter: QPainter, palette: Palette, outlined: bool = False) -> None:
        """Draw it; `outlined`: letters as shapes, for files that are read where the typeface is not."""
        _Brush(painter, self, palette, outlined).draw()


def height_of(strands: Sequence[Strand]) -> int:
    """Pixels that the picture needs."""
    return TOP + LINE + AREA + LINE * (2 + has_hinges(strands)) + MARGIN


def plan(strands: Sequence[Strand], figure: Figure, title: str, font: QFont, width: float, key: str) -> NumberPlan:
    """The picture at that width."""
    metrics, across, up = QFontMetricsF(font), axis_of_numbers(strands), axis_of_figures(strands, figure)
    words = (_last(key), HINGES, *map(figure.text, ticks(up)))
    left = MARGIN + max(map(metrics.horizontalAdvance, words)) + 10.0
    area = QRectF(left, TOP + LINE, max(width - left - 2 * MARGIN, 40.0), AREA)
    bare = NumberPlan(strands, figure, title, key, across, up, font, area, width, ())
    dots = (
        Dot(QPointF(bare.x(strand), bare.y(value)), value, row, line)
        for line, strand in enumerate(strands)
        for value, row in strand.runs
    )
    return replace(bare, dots=tuple(dots))


def _last(key: str) -> str:
    """What is counted, in a word or two: the last step of the path."""
    return key.rpartition(".")[2].replace("_", " ")


class _Brush(RaceBrush):
    def __init__(self, painter: QPainter, plan: NumberPlan, palette: Palette, outlined: bool) -> None:
        super().__init__(painter, plan.font, palette, outlined)
        self._plan = plan

    def draw(self) -> None:
        plan, palette = self._plan, self._palette
        self._begin(plan.width, plan.height)
        title = self._metrics.elidedText(plan.title, Qt.TextElideMode.ElideRight, plan.width - 2 * MARGIN)
        self._write(title, QRectF(MARGIN, 0, plan.width - 2 * MARGIN, TOP), LEFT, palette.muted)
        named = plan.figure.title + (", logarithmic" if plan.up.log else "")
        self._write(named, QRectF(MARGIN, TOP, plan.width - 2 * MARGIN, LINE), LEFT, palette.text)
        self._grid()
        self._numbers()
        self._medians()
        self._dots(plan.dots)

    def _grid(self) -> None:
        plan, palette, area = self._plan, self._palette, self._plan.area
        for value in ticks(plan.up):
            y = plan.y(value)
            self._line(area.left(), y, area.right(), y, palette.hairline)
            box = QRectF(MARGIN, y - LINE / 2, area.left() - MARGIN - 6, LINE)
            self._write(plan.figure.text(value), box, RIGHT, palette.muted)
        self._line(area.left(), area.bottom(), area.right(), area.bottom(), palette.muted)

    def _numbers(self) -> None:
        """Below the axis each number, where it has room, and with it the median of the hinges."""
        plan, palette, area = self._plan, self._palette, self._plan.area
        rows = [(_last(plan.key), [strand.label for strand in plan.strands], palette.text)]
        if has_hinges(plan.strands):
            rows.append((HINGES, [hinges_of(strand) for strand in plan.strands], palette.muted))
        for line, (name, texts, colour) in enumerate(rows):
            top, free = area.bottom() + 2 + line * LINE, area.left() - 20.0
            self._write(name, QRectF(MARGIN, top, area.left() - MARGIN - 6, LINE), LEFT, palette.muted)
            for strand, text in zip(plan.strands, texts, strict=True):
                x, half = plan.x(strand), self._metrics.horizontalAdvance(text) / 2
                if x - half >= free:
                    self._write(text, QRectF(x - half - 2, top, 2 * half + 4, LINE), CENTRE, colour)
                    free = x + half + 4
        named = plan.key + (", logarithmic" if plan.across.log else "")
        bottom = area.bottom() + 2 + len(rows) * LINE
        self._write(named, QRectF(area.left(), bottom, area.width(), LINE), CENTRE, palette.text)

    def _medians(self) -> None:
        plan, painter = self._plan, self._painter
        known = [(strand, strand.spread.median) for strand in plan.strands if strand.spread is not None]
        points = [QPointF(plan.x(strand), plan.y(median)) for strand, median in known]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._palette.accent), 2.0))
        painter.drawPolyline(QPolygonF(points))
        painter.setBrush(QBrush(QColor(self._palette.accent)))
        for at in points:
            painter.drawRect(QRectF(at.x() - MEDIAN, at.y() - MEDIAN, 2 * MEDIAN, 2 * MEDIAN))
