"""The log of a run's evaluations, from which its curves are made."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from twostroke.engine.border.snapshot import Curves, Evaluation, Scores
from twostroke.engine.border.tape import Array
from twostroke.engine.compute.record import frozen
from twostroke.engine.session.spec import Session

CURVE_POINTS = 2_000
"""Evaluations that the curves keep; beyond, every second one is dropped."""


def measured_by(session: Session) -> tuple[object, ...]:
    """What a figure is of: the data, the function that the network is, and what is counted.

    Figures of which this differs are of other networks, or other figures, and never lie on one curve.
    """
    training = session.training
    return session.data, session.network, session.gates, training.loss, training.class_weights


class _Row(NamedTuple):
    figures: tuple[float, ...]  # update; loss and accuracy of the training part, and of the test part; NaN: has none
    measured: tuple[object, ...]


class CurveLog:
    """The figures of the evaluations on one line of the history, in the order of their updates.

    The state at an update of a line is always the same, so figures stay true wherever the run stands: one that has
    gone back sees those up to the present update, and those of the future come back as it goes on.
    """

    def __init__(self) -> None:
        self._rows: list[_Row] = []
        self._curves: Curves | None = None
        self._shown: tuple[int, tuple[object, ...]] = (0, ())

    def copy(self, end: int) -> CurveLog:
        """A log of its own with the same figures up to the update `end`."""
        twin = CurveLog()
        twin._rows = self._rows[: self._count(end)]
        return twin

    def _count(self, end: int) -> int:
        return bisect_right(self._rows, float(end), key=lambda row: row.figures[0])

    def add(self, evaluation: Evaluation, measured: tuple[object, ...]) -> None:
        """Put one evaluation in its place; one of the same update gives way. `measured`: see `measured_by`."""
        figures = (evaluation.update, *_figures(evaluation.train), *_figures(evaluation.test))
        if self._rows and self._rows[-1].measured == measured:
            measured = self._rows[-1].measured  # one object, which is quickly compared with itself
        self._rows[self._count(evaluation.update - 1) : self._count(evaluation.update)] = [_Row(figures, measured)]
        if len(self._rows) > CURVE_POINTS:
            self._rows = self._rows[::2]
        self._curves = None

    def curves(self, end: int, measured: tuple[object, ...]) -> Curves:
        """The curves of what is `measured` up to the update `end`; the same object while nothing changes."""
        wanted = self._count(end), measured
        if self._curves is None or wanted != self._shown:
            self._shown = wanted
            self._curves = _curves([row.figures for row in self._rows[: wanted[0]] if row.measured == measured])
        return self._curves


def _figures(part: Scores | None) -> tuple[float, float]:
    if part is None:
        return np.nan, np.nan
    return part.loss, np.nan if part.accuracy is None else part.accuracy


def _curves(rows: Sequence[tuple[float, ...]]) -> Curves:
    table = np.array(rows, dtype=np.float64).reshape(len(rows), 5)
    update, train_loss, train_accuracy, test_loss, test_accuracy = table.T
    known = (_known(column) for column in (train_loss, test_loss, train_accuracy, test_accuracy))
    return Curves(frozen(update.astype(np.int64)), *known)


def _known(column: Array) -> Array:
    """A figure's course; empty where there is no such figure."""
    return frozen(column[:0].copy() if np.isnan(column).all() else column.copy())
