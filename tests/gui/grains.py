"""Moments at which one neuron is at its turn, for the tests of what is known then and what is drawn."""

from typing import Any

from tests.gui.examples import example_session, example_snapshot
from twostroke.engine.border.cursor import Cursor, Phase, Step, TermRef
from twostroke.engine.border.snapshot import Snapshot
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.score import score_of
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
