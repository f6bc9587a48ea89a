"""The spread of a race as a picture: a box from quartile to quartile with the median for each combination, each run a
dot. On the screen and in files it is drawn by the same lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from twostroke.engine.race.summary import Spread
from twostroke.gui.look.colour import mixed
from twostroke.gui.look.theme import Palette
from twostroke.gui.model.race_figures import Figure, Strand, remark_on, spread_text
from twostroke.gui.model.race_scale import Scale, scale_of
from twostroke.gui.model.user_text import one_line
from twostroke.gui.shell.race.race_brush import CENTRE, DOT, LEFT, Dot, RaceBrush

ROW, AXIS, TOP, MARGIN = 31, 44, 28, 14
"""Pixels of a combination, of what is below and above all of them, and around."""

BOX, GAP = 20, 16
LANES = (0.0, -6.0, 6.0, -11.0, 11.0)
"""Where dots go that would cover one another."""


@dataclass(frozen=True)
class Plan:
    """Where everything stands for one size: names left, the axis in the middle, the spread in numbers right."""

    strands: Sequence[Strand]
    figure: Figure
    title: str
    scale: Scale
    font: QFont
    area: QRectF  # of the axis
    width: float
    dots: tuple[Dot, ...]

    @property
    def height(self) -> float:
        """Pixels that it needs."""
        return height_for(self.strands)

    def draw(self, painter: QPainter, palette: Palette, outlined: bool = False) -> None:
        """Draw it; `outlined`: letters as shapes, for files that are read where the typeface is not."""
        _Brush(painter, self, palette, outlined).draw()

    def middle(self, line: int) -> float:
        """The height of a combination's middle."""
        return self.area.top() + (line + 0.5) * ROW

    def x(self, value: float) -> float:
        """Where a figure stands."""
        return self.area.left() + self.scale.place(value) * self.area.width()


def height_for(strands: Sequence[Strand]) -> int:
    """Pixels that the picture needs."""
    return TOP + len(strands) * ROW + AXIS


def plan(strands: Sequence[Strand], figure: Figure, title: str, font: QFont, width: float) -> Plan:
    """The picture at that width."""
    metrics = QFontMetricsF(font)
    values = [value for strand in strands for value, _ in strand.runs]
    scale = scale_of(values, 1.0 if figure.name in ("accuracy", "r2") else None)
    names = max((metrics.horizontalAdvance(one_line(strand.label)) for strand in strands), default=0.0)
    told = max((metrics.horizontalAdvance(text) for strand in strands for text in _told(strand, figure)), default=0.0)
    left, right = MARGIN + min(names, width / 4) + GAP, MARGIN + max(told, 60.0) + GAP
    area = QRectF(left, TOP, max(width - left - right, 40.0), len(strands) * ROW)
    bare = Plan(strands, figure, title, scale, font, area, width, ())
    dots = tuple(dot for line in range(len(strands)) for dot in _dots(bare, line))
    return Plan(strands, figure, title, scale, font, area, width, dots)


def _told(strand: Strand, figure: Figure) -> tuple[str, ...]:
    return tuple(filter(None, (spread_text(strand.spread, figure), remark_on(strand))))


def _dots(plan: Plan, line: int) -> list[Dot]:
    """The runs of a combination from left to right, those that would cover one another side by side."""
    ends = [float("-inf")] * len(LANES)
    found = []
    for value, row in plan.strands[line].runs:
        x = plan.x(value)
        lane = next((lane for lane, end in enumerate(ends) if end <= x), ends.index(min(ends)))
        ends[lane] = x + 2 * DOT
        found.append(Dot(QPointF(x, plan.middle(line) + LANES[lane]), value, row, line))
    return found


class _Brush(RaceBrush):
    def __init__(self, painter: QPainter, plan: Plan, palette: Palette, outlined: bool) -> None:
        super().__init__(painter, plan.font, palette, outlined)
        self._plan = plan

    def draw(self) -> None:
        plan = self._plan
        self._begin(plan.width, plan.height)
        self._write(plan.title, QRectF(MARGIN, 0, plan.width - 2 * MARGIN, TOP), LEFT, self._palette.muted)
        self._axis()
        for line, strand in enumerate(plan.strands):
            self._strand(line, strand)
        self._dots(plan.dots)

    def _axis(self) -> None:
        area, palette = self._plan.area, self._palette
        free = area.left() - 40.0
        for value in self._plan.scale.ticks():
            x, text = self._plan.x(value), self._plan.figure.text(value)
            self._line(x, area.top(), x, area.bottom(), palette.hairline)
            half = self._metrics.horizontalAdvance(text) / 2
            if x - half >= free:
                self._write(text, QRectF(x - half - 2, area.bottom(), 2 * half + 4, 22), CENTRE, palette.muted)
                free = x + half + 10
        axis = self._plan.figure.title + (", logarithmic" if self._plan.scale.log else "")
        self._write(axis, QRectF(area.left(), area.bottom() + 20, area.width(), 22), CENTRE, palette.text)

    def _strand(self, line: int, strand: Strand) -> None:
        plan, palette = self._plan, self._palette
        middle, right = plan.middle(line), plan.area.right() + GAP
        if line:
            y = middle - ROW / 2
            self._line(MARGIN, y, plan.width - MARGIN, y, palette.hairline)
        room = plan.area.left() - GAP - MARGIN
        name = self._metrics.elidedText(one_line(strand.label), Qt.TextElideMode.ElideMiddle, room)
        self._write(name, QRectF(MARGIN, middle - ROW / 2, room + 2, ROW), LEFT, palette.text)
        if strand.spread is not None:
            self._box(middle, strand, strand.spread)
        told = _told(strand, plan.figure)
        high = ROW / max(len(told), 1)
        for place, text in enumerate(told):
            colour = palette.text if place == 0 and strand.spread is not None else palette.muted
            if text == remark_on(strand) and strand.failures:
                colour = palette.warning
            box = QRectF(right, middle - ROW / 2 + place * high, plan.width - MARGIN - right + 2, high)
            self._write(text, box, LEFT, colour)

    def _box(self, middle: float, strand: Strand, spread: Spread) -> None:
        plan, palette = self._plan, self._palette
        first, last = plan.x(strand.runs[0][0]), plan.x(strand.runs[-1][0])
        self._line(first, middle, last, middle, palette.muted, 1.2)
        low, high = plan.x(spread.lower_quartile), plan.x(spread.upper_quartile)
        self._painter.setPen(QPen(QColor(palette.accent), 1.2))
        self._painter.setBrush(QBrush(QColor(mixed(palette.background, palette.accent, 0.35))))
        self._painter.drawRect(QRectF(low, middle - BOX / 2, high - low, BOX))
        median = plan.x(spread.median)
        self._line(median, middle - BOX / 2 - 2, median, middle + BOX / 2 + 2, palette.accent, 4.0)
