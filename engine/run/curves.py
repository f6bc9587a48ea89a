"""The log of a run's evaluations, from which its curves are made."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from twostroke.engine.border.snapshot import Curves, Evaluation, Scores
from twostroke.engine.border.tape import Array
from twostroke.engine.compute.record import frozen
from twostroke.engine.session.spec import Session

CURVE_POINTS = 2_000
"""Evaluations that the curves keep; beyond, about half of them are dropped."""

GAP = 5
"""A line joins two evaluations that lie at most this many times as far apart as those before or after them."""

KEPT = 2
"""Curves that a log keeps: those up to the present, and up to the end of the line."""

FIGURES = 4
"""Of each part of the data."""

TRAIL = 4
"""Evaluations of a run without a break that tell what is far apart."""


class Subject(NamedTuple):
    """What a figure is of: the data, the function that the network is, and what is counted.

    Figures of which this differs are of other networks, or other figures, and never lie on one curve.
    """

    data: object
    function: tuple[object, ...]
    gates: object
    loss: object
    class_weights: object

    def is_comparable(self, other: Subject) -> bool:
        """Whether losses of the two can be compared, be they of other networks."""
        return (self.data, self.loss, self.class_weights) == (other.data, other.loss, other.class_weights)


def measured_by(session: Session) -> Subject:
    """What the figures of this session are of."""
    network, training = session.network, session.training
    function = (network.layers, network.output, network.dtype, network.cut)  # whatever it begins with or learns
    return Subject(session.data, function, session.gates, training.loss, training.class_weights)


class _Row(NamedTuple):
    figures: tuple[float, ...]  # update; loss, accuracy, R² and recall of the rarest class of each part; NaN: none
    measured: Subject
    joined: bool  # whether the training was watched from the row before to this one


class CurveLog:
    """The figures of the evaluations on one line of the history, in the order of their updates.

    The state at an update of a line is always the same, so figures stay true wherever the run stands: one that has
    gone back sees those up to the present update, and those of the future come back as it goes on. Where evaluations
    that follow each other lie much further apart than their neighbours, or others were made in between, nobody knows
    how the figures went: the curves have a gap there.
    """

    def __init__(self) -> None:
        self._rows: list[_Row] = []
        self._trail: list[int] = []  # the updates evaluated last, while the run went on without a leap
        self._kept: list[tuple[int, Subject, Curves]] = []

    def copy(self, end: int) -> CurveLog:
        """A log of its own with the same figures up to the update `end`, from which its run goes on."""
        twin = CurveLog()
        twin._rows = self._rows[: self._count(end)]
        twin._trail = [update for update in self._trail if update <= end]
        return twin

    def leap(self) -> None:
        """The run goes to another update without training: what is evaluated next follows on nothing."""
        self._trail = []

    def _count(self, end: int) -> int:
        return bisect_right(self._rows, float(end), key=lambda row: row.figures[0])

    def add(self, evaluation: Evaluation, measured: Subject) -> None:
        """Put one evaluation in its place; one of the same update gives way. `measured`: see `measured_by`."""
        update = evaluation.update
        figures = (update, *_figures(evaluation.train), *_figures(evaluation.test))
        if self._rows and self._rows[-1].measured == measured:
            measured = self._rows[-1].measured  # one object, which is quickly compared with itself
        place, after = self._count(update - 1), self._count(update)
        joined = place < len(self._rows) and self._rows[place].joined  # between rows that are: as they are
        self._rows[place:after] = [_Row(figures, measured, joined)]
        self._follow(update)
        if len(self._rows) > CURVE_POINTS:
            self._rows = _thinned(self._rows)
        self._kept = []

    def _follow(self, update: int) -> None:
        """Join what lies between the latest evaluations where they are about as far apart as others."""
        if self._trail[-1:] == [update]:
            return
        self._trail = [*self._trail, update][-TRAIL:]
        steps = list(pairwise(self._trail))
        lengths = [end - begin for begin, end in steps]
        for place, (begin, end) in enumerate(steps):
            usual = max([1, *lengths[max(0, place - 1) : place], *lengths[place + 1 : place + 2]])
            if lengths[place] <= GAP * usual:
                self._join(begin, end)

    def _join(self, begin: int, end: int) -> None:
        for place in range(self._count(begin), self._count(end)):
            if not self._rows[place].joined:
                self._rows[place] = self._rows[place]._replace(joined=True)

    def curves(self, end: int, measured: Subject) -> Curves:
        """The curves of what is `measured` up to the update `end`; the same object while nothing changes."""
        count = self._count(end)
        for known, what, curves in self._kept:
            if known == count and what == measured:
                return curves
        made = _curves(self._rows[:count], measured)
        self._kept = [(count, measured, made), *self._kept[: KEPT - 1]]
        return made

    def comparable(self, end: int, measured: Subject) -> Curves | None:
        """The curves up to `end` of what was measured last, to be shown beside those of what is `measured`.

        None where there are none, or of other data or another loss, which no axis could tell together.
        """
        count = self._count(end)
        if not count:
            return None
        latest = self._rows[count - 1].measured
        return self.curves(end, latest) if latest.is_comparable(measured) else None


def _thinned(rows: list[_Row]) -> list[_Row]:
    """At most about half of CURVE_POINTS of these: as many for each stretch of a plain axis and of a logarithmic one.

    So the beginning of a long run can still be read. The newest ones stay, as the next may follow on them.
    """
    span = np.array([row.figures[0] for row in rows])
    span -= span[0]
    place = span / span[-1] + np.log1p(span) / np.log1p(span[-1])
    kept: list[_Row] = []
    joined, room = True, 0.0
    for row, at, newest in zip(rows, place, range(len(rows) - 1, -1, -1), strict=True):
        joined = joined and row.joined
        if at >= room or newest < TRAIL:
            kept.append(row._replace(joined=joined))
            joined, room = True, at + 4 / CURVE_POINTS
    return kept


def _figures(part: Scores | None) -> tuple[float, ...]:
    found = (None,) * FIGURES if part is None else (part.loss, part.accuracy, part.r2, part.rare_recall)
    return tuple(np.nan if figure is None else figure for figure in found)


def _curves(rows: list[_Row], measured: Subject) -> Curves:
    each = {id(row.measured): row.measured for row in rows}  # few, and slow to compare where they are not the same
    alike = {key for key, known in each.items() if known == measured}
    own = [id(row.measured) in alike for row in rows]
    shown = [place for place, ours in enumerate(own) if ours]
    table = np.array([rows[place].figures for place in shown], dtype=np.float64).reshape(len(shown), 1 + 2 * FIGURES)
    update, train_loss, train_accuracy, train_r2, rare_recall, test_loss, test_accuracy, test_r2, _ = table.T
    breaks = (n for n, place in enumerate(shown) if n and not (rows[place].joined and own[place - 1]))
    return Curves(
        update=frozen(update.astype(np.int64)),
        train_loss=_known(train_loss),
        test_loss=_known(test_loss),
        train_accuracy=_known(train_accuracy),
        test_accuracy=_known(test_accuracy),
        train_r2=_known(train_r2),
        test_r2=_known(test_r2),
        rare_recall=_known(rare_recall),
        breaks=tuple(breaks),
    )


def _known(column: Array) -> Array:
    """A figure's course; empty where there is no such figure."""
    return frozen(column[:0].copy() if np.isnan(column).all() else column.copy())
