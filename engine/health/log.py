"""The log of a line's examinations, from which the course of the figures is made."""

from bisect import bisect_right

import numpy as np

from twostroke.engine.border.health import COURSE, Health, HealthCourse, Real
from twostroke.engine.compute.record import frozen

MOST = 600
"""Examinations that are kept; beyond, every other one of the older half is dropped."""


class HealthLog:
    """The figures of the examinations on one line of the history, in the order of their updates.

    As with `run.curves.CurveLog` the state at an update of a line is always the same, so figures stay true wherever
    the run stands. Examinations of a network with other layers begin anew.
    """

    def __init__(self) -> None:
        self._updates: list[int] = []
        self._figures: list[Real] = []
        self._kept: tuple[int, HealthCourse] | None = None

    def copy(self, end: int) -> "HealthLog":
        """A log of its own with the same figures up to the update `end`."""
        twin = HealthLog()
        count = bisect_right(self._updates, end)
        twin._updates, twin._figures = self._updates[:count], self._figures[:count]
        return twin

    def add(self, health: Health) -> None:
        """Put one examination in its place; one of the same update gives way."""
        figures = np.array([layer.course for layer in health.layers], dtype=np.float64)
        if self._figures and len(self._figures[0]) != len(figures):
            self._updates, self._figures = [], []
        place, after = (bisect_right(self._updates, health.update + step) for step in (-1, 0))
        self._updates[place:after], self._figures[place:after] = [health.update], [frozen(figures)]
        if len(self._updates) > MOST:
            half = MOST // 2
            for kept in (self._updates, self._figures):
                del kept[1:half:2]
        self._kept = None

    def course(self, end: int) -> HealthCourse:
        """The course up to the update `end`; the same object while nothing changes."""
        count = bisect_right(self._updates, end)
        if self._kept is None or self._kept[0] != count:
            stacked = np.array(self._figures[:count]) if count else np.zeros((0, 0, len(COURSE)))
            self._kept = count, HealthCourse(frozen(np.array(self._updates[:count], dtype=np.int64)), frozen(stacked))
        return self._kept[1]
