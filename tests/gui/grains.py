"""Moments at which one neuron is at its turn, for the tests of what is known then and what is drawn."""

from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.gui.examples import example_session, example_snapshot
from twostroke.engine.border.cursor import Cursor, Phase, Step, TermRef
from twostroke.engine.border.snapshot import Snapshot
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.score import Grain, Score, Shape, score_of
from twostroke.gui.model.view import ViewState

HIDDEN = (4, 3)


def cursor_at(snapshot: Snapshot, step: Step, unit: int | None, term: TermRef, within: float = 1.0) -> Cursor:
    """The cursor at the turn of a neuron."""
    assert snapshot.tape is not None
    score = score_of(snapshot.tape, snapshot.session.network)
    index = Cursor(score.depth).steps.index(step)
    beat = score.parts[index].beat(unit, term)
    assert beat is not None
    return score.cursor((index, beat + within), by_neuron=True)


def turn_view(
    phase: Phase,
    layer: int,
    unit: int | None,
    term: TermRef,
    within: float = 1.0,
    snapshot: Snapshot | None = None,
    **choices: Any,
) -> ViewState:
    """The view at the turn of a neuron, of a 2-4-3-1 network where no other is given."""
    snapshot = snapshot or example_snapshot(example_session(HIDDEN), stroke=True)
    cursor = cursor_at(snapshot, Step(phase, layer), unit, term, within)
    return resolve(snapshot, snapshot.tape, cursor, Choices(**choices))


def plain_score(depth: int) -> Score:
    """The score where all neurons act at the same time, and nothing counts but how many layers there are."""
    return Score(1, (Shape(1),) * depth)


@st.composite
def scores(draw: st.DrawFn) -> Score:
    """Of up to four layers, with normalizers, skip paths and links that are cut."""
    widths = draw(st.lists(st.integers(1, 5), min_size=2, max_size=5))
    shapes = []
    for below, units in pairwise(widths):
        cut = draw(st.none() | st.lists(st.booleans(), min_size=below * units, max_size=below * units))
        alive = None if cut is None else np.reshape(cut, (units, below))
        shapes.append(Shape(units, *(draw(st.booleans()) for _ in range(3)), alive))
    return Score(widths[0], tuple(shapes), draw(st.sampled_from((1, 4))))


def stops(score: Score, grain: Grain) -> list[Cursor]:
    """All of them, from the first to the last."""
    found, cursor = [], score.after(Cursor(score.depth, 0, 0.0), grain)
    while cursor is not None:
        found.append(cursor)
        cursor = score.after(cursor, grain)
    return found
