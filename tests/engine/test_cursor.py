"""The order in which an update is read, and the film's time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twostroke.engine.border.cursor import WEIGHT_OF_PHASE, Cursor, Phase, Step, steps

depths = st.integers(1, 12)
times = st.floats(0.0, 1.0)


def test_the_order_of_a_small_network() -> None:
    """Two layers of weights, written out."""
    assert [(step.phase.value, step.layer) for step in steps(2)] == [
        ("input", 0),
        ("sum", 1),
        ("gate", 1),
        ("sum", 2),
        ("gate", 2),
        ("loss", 0),
        ("gate_back", 2),
        ("weights", 2),
        ("spread", 2),
        ("gate_back", 1),
        ("weights", 1),
        ("update", 0),
    ]


@given(depths)
def test_every_depth(depth: int) -> None:
    """Forward layer by layer, back in the opposite order, nothing spreads behind the first layer."""
    order = steps(depth)
    assert len(order) == len(set(order)) == 5 * depth + 2
    assert [s.layer for s in order if s.phase is Phase.GATE] == list(range(1, depth + 1))
    assert [s.layer for s in order if s.phase is Phase.GATE_BACK] == list(range(depth, 0, -1))
    assert [s.layer for s in order if s.phase is Phase.SPREAD] == list(range(depth, 1, -1))
    turn = order.index(Step(Phase.LOSS))
    assert not any(step.phase.is_backward for step in order[:turn])
    assert all(step.phase.is_backward for step in order[turn + 1 : -1])
    assert order[-1] == Step(Phase.UPDATE)
    assert not order[-1].phase.is_backward


@given(depths)
def test_next_and_previous_walk_all_steps(depth: int) -> None:
    """There and back again, and the ends hold."""
    cursor, seen = Cursor(depth), []
    assert cursor.at_start
    while not cursor.at_end:
        seen.append(cursor.moment.step)
        cursor = cursor.next()
    assert (*seen, cursor.moment.step) == steps(depth)
    assert cursor.next() == cursor == cursor.last() == Cursor(depth).last()
    back = []
    while not cursor.at_start:
        back.append(cursor.moment.step)
        cursor = cursor.previous()
    assert (*back, cursor.moment.step) == steps(depth)[::-1]
    assert cursor.previous() == cursor == cursor.first()


def test_a_step_under_way_is_finished_by_next() -> None:
    """Next and previous land at the end of a step."""
    half = Cursor(3).seek(Step(Phase.GATE, 2), 0.5)
    assert half.moment.fraction == 0.5
    assert half.next().moment.step == Step(Phase.SUM, 3)
    assert half.next().moment.fraction == half.previous().moment.fraction == 1.0


def test_seek() -> None:
    """A known step, with the fraction held within 0 and 1; an unknown one is an error."""
    cursor = Cursor(2)
    assert cursor.seek(Step(Phase.LOSS), 7.0).moment.fraction == 1.0
    assert cursor.seek(Step(Phase.LOSS), -7.0).moment.fraction == 0.0
    for missing in (Step(Phase.SPREAD, 1), Step(Phase.SUM, 3), Step(Phase.SUM, 0)):
        with pytest.raises(ValueError, match="not in tuple"):
            cursor.seek(missing)


@given(depths, times)
def test_time_and_place_are_inverse(depth: int, time: float) -> None:
    """at_time(t).time is t, and moving on in time never moves back in the film."""
    cursor = Cursor(depth).at_time(time)
    assert cursor.time == pytest.approx(time, abs=1e-12)
    assert 0.0 <= cursor.fraction <= 1.0
    later = Cursor(depth).at_time(min(1.0, time + 0.01))
    assert (later.index, later.fraction) >= (cursor.index, cursor.fraction)


@given(depths)
def test_the_film_is_to_scale(depth: int) -> None:
    """It begins at 0, ends at 1, and each step takes the share of its phase."""
    order = steps(depth)
    whole = sum(WEIGHT_OF_PHASE[step.phase] for step in order)
    cursor = Cursor(depth)
    assert cursor.at_time(0.0).time == 0.0
    assert cursor.at_time(-3.0) == cursor.at_time(0.0)
    assert cursor.at_time(1.0).at_end
    assert cursor.at_time(9.0).time == pytest.approx(1.0, abs=1e-12)
    assert cursor.last().time == pytest.approx(1.0, abs=1e-12)
    before = 0.0
    for step in order:
        after = cursor.seek(step).time
        assert (after - before) * whole == pytest.approx(WEIGHT_OF_PHASE[step.phase])
        assert cursor.seek(step, 0.0).time == pytest.approx(before)
        before = after
