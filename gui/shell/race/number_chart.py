"""The chart of a race against its number, in the window: a click on a dot, or Enter, asks for that run."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from twostroke.gui.model.over_numbers import told_of_hinges
from twostroke.gui.model.race_figures import Figure, Strand
from twostroke.gui.shell.race import number_picture
from twostroke.gui.shell.race.number_picture import LINE, NumberPlan
from twostroke.gui.shell.race.race_brush import Dot
from twostroke.gui.shell.race.spread_chart import RaceChart
from twostroke.gui.shell.race.spread_picture import Plan

KEYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
"""Numbers to and fro, runs of one up and down."""

HALF = 14
"""Pixels beside a number that the ring of the keys leaves free."""


class NumberChart(RaceChart):
    """As the picture of the spread, with `key` as the place that is varied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = ""
        self.setAccessibleName("Figure against the number that is varied")

    def _height(self, found: list[Strand]) -> int:
        return number_picture.height_of(found)

    def _planned(self, found: list[Strand], figure: Figure, title: str, font: QFont) -> NumberPlan:
        return number_picture.plan(found, figure, title, font, float(self.width()), self.key)

    def _step(self, key: int) -> tuple[int, int] | None:
        return KEYS.get(Qt.Key(key))

    def _stands_in(self, plan: Plan | NumberPlan) -> QRect:
        assert isinstance(plan, NumberPlan)
        if not plan.strands:
            return QRect()
        x = round(plan.x(plan.strands[min(self._at[0], len(plan.strands) - 1)]))
        top, bottom = round(plan.area.top()), round(plan.area.bottom()) + LINE
        return QRect(x - HALF, top - 4, 2 * HALF, bottom - top + 8)

    def told_of(self, dot: Dot) -> str:
        """A run in words, with its hinges."""
        return ", ".join(filter(None, (super().told_of(dot), told_of_hinges(dot.row))))
