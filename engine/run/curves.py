"""The log of a run's evaluations, from which its curves are made."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from twostroke.engine.border.snapshot import Curves, Evaluation
from twostroke.engine.compute.record import frozen

CURVE_POINTS = 2_000
"""Evaluations that the curves keep; beyond, every second one is dropped."""


class CurveLog:
    """The figures of the evaluations on one line of the history, in the order of their updates.

    The state at an update of a line is always the same, so figures stay true wherever the run stands: one that has
    gone back sees those up to the present update, and those of the future come back as it goes on.
    """

    def __init__(self) -> None:
        self._rows: list[tuple[float, ...]] = []
        self._curves: Curves | None = None
        self._shown = 0

    def copy(self, end: int) -> CurveLog:
        """A log of its own with the same figures up to the update `end`."""
        twin = CurveLog()
        twin._rows = self._rows[: self._count(end)]
        return twin

    def _count(self, end: int) -> int:
        return bisect_right(self._rows, float(end), key=lambda row: row[0])

    def add(self, evaluation: Evaluation) -> None:
        """Put one evaluation in its place; one of the same update gives way."""
        accuracy = [part.accuracy for part in (evaluation.train, evaluation.test) if part.accuracy is not None]
        row = (evaluation.update, evaluation.train.loss, evaluation.test.loss, *accuracy)
        self._rows[self._count(evaluation.update - 1) : self._count(evaluation.update)] = [row]
        if len(self._rows) > CURVE_POINTS:
            self._rows = self._rows[::2]
        self._curves = None

    def curves(self, end: int) -> Curves:
        """The curves up to the update `end` as arrays; the same object while nothing changes."""
        count = self._count(end)
        if self._curves is None or count != self._shown:
            self._shown = count
            shown = self._rows[:count]
            width = max((len(row) for row in shown), default=3)
            rows = [row for row in shown if len(row) == width]
            table = np.array(rows, dtype=np.float64).reshape(len(rows), width)
            columns = [frozen(table[:, k].copy()) for k in range(width)]
            none = frozen(np.zeros(0))
            accuracy = (columns[3], columns[4]) if width == 5 else (none, none)
            self._curves = Curves(frozen(columns[0].astype(np.int64)), columns[1], columns[2], *accuracy)
        return self._curves
