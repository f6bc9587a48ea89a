"""The score of an update: its stops at every grain, forth and back, for networks with every organ."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.gui.grains import scores, stops
from twostroke.engine.border.cursor import Cursor, Extra, Phase, Step
from twostroke.gui.model.score import Grain, Score, Shape

GRAINS = st.sampled_from(tuple(Grain))


PLAIN = Score(2, (Shape(2), Shape(1)))


def test_the_terms_of_a_small_network() -> None:
    """2-2-1 with one sample, written out."""
    told = [(c.moment.step.phase.value, c.moment.step.layer, c.unit, c.term) for c in stops(PLAIN, Grain.TERM)]
    products = [(0, 0), (0, 1), (0, Extra.BIAS), (1, 0), (1, 1), (1, Extra.BIAS)]
    assert told == [
        ("input", 0, None, None),
        *(("sum", 1, *each) for each in products),
        ("gate", 1, 0, Extra.GATE),
        ("gate", 1, 1, Extra.GATE),
        *(("sum", 2, *each) for each in products[:3]),
        ("gate", 2, 0, Extra.GATE),
        ("loss", 0, None, None),
        ("gate_back", 2, 0, Extra.GATE),
        *(("weights", 2, *each) for each in products[:3]),
        ("spread", 2, 0, 0),
        ("spread", 2, 1, 0),
        ("gate_back", 1, 0, Extra.GATE),
        ("gate_back", 1, 1, Extra.GATE),
        *(("weights", 1, *each) for each in products),
        ("update", 0, None, None),
    ]


def test_the_coarser_grains_of_a_small_network() -> None:
    steps = {grain: [(c.moment.step.phase.value, c.moment.step.layer) for c in stops(PLAIN, grain)] for grain in Grain}
    assert steps[Grain.PHASE] == [(step.phase.value, step.layer) for step in Cursor(2).steps]
    assert steps[Grain.LAYER] == [
        ("input", 0),
        ("gate", 1),
        ("gate", 2),
        ("loss", 0),
        ("spread", 2),
        ("weights", 1),
        ("update", 0),
    ]
    assert steps[Grain.UPDATE] == [("input", 0), ("update", 0)]
    assert len(steps[Grain.NEURON]) == 1 + 2 + 2 + 1 + 1 + 1 + 1 + 1 + 2 + 2 + 2 + 1


def test_a_normalizer_waits_for_the_sums_of_its_layer_and_a_skip_path_for_it() -> None:
    score = Score(1, (Shape(2, normalizer=True, skip=True),))
    told = [(c.unit, c.term) for c in stops(score, Grain.TERM) if c.moment.step.phase is Phase.SUM]
    sums = [(0, 0), (0, Extra.BIAS), (1, 0), (1, Extra.BIAS)]
    assert told == [*sums, *((unit, extra) for unit in (0, 1) for extra in (Extra.NORM, Extra.SKIP))]


def test_several_samples_have_a_mean_and_cut_links_no_term() -> None:
    score = Score(2, (Shape(2, alive=np.array([[True, False], [False, False]])),), samples=4)
    told = [(c.unit, c.term) for c in stops(score, Grain.TERM) if c.moment.step.phase is Phase.WEIGHTS]
    assert told == [(0, 0), (0, Extra.BIAS), (1, Extra.BIAS), (None, Extra.MEAN)]


@cases(150)
@given(scores(), GRAINS)
def test_back_undoes_what_forward_did(score: Score, grain: Grain) -> None:
    """The very same cursor, from every stop."""
    forth = stops(score, grain)
    assert forth[0] == Cursor(score.depth)
    assert forth[-1].at_end
    assert forth[-1].fraction == 1.0
    back = [forth[-1]]
    while (before := score.before(back[-1], grain)) is not None:
        back.append(before)
    assert back[::-1] == forth


@cases(150)
@given(scores())
def test_every_stop_of_a_grain_is_one_of_the_finer_grain(score: Score) -> None:
    places = [{score.place(cursor) for cursor in stops(score, grain)} for grain in Grain]
    for finer, coarser in pairwise(places):
        assert coarser <= finer


@cases(150)
@given(scores(), st.floats(0, 1), GRAINS)
def test_between_two_stops_one_goes_to_the_nearest(score: Score, time: float, grain: Grain) -> None:
    """And what is read from any time of the film stands where it was read."""
    for by_neuron in (False, True):
        cursor = score.at_time(time, by_neuron)
        assert cursor.time == pytest.approx(time, abs=1e-9)
        before, after = score.before(cursor, grain), score.after(cursor, grain)
        assert before is None or score.place(before) < score.place(cursor)
        assert after is None or score.place(after) > score.place(cursor)


@cases(100)
@given(scores(), GRAINS, st.integers(2, 8))
def test_frames_lead_from_stop_to_stop_and_back(score: Score, grain: Grain, frames: int) -> None:
    grain = min(grain, Grain.PHASE, key=tuple(Grain).index)
    found, cursor = [], score.cursor((0, 1.0), grain.by_neuron)
    while cursor is not None:
        found.append(score.place(cursor))
        cursor = score.frame_on(cursor, grain, frames)
    assert found == sorted(set(found))
    assert {score.place(stop) for stop in stops(score, grain)} <= set(found)
    assert len(found) == (len(stops(score, grain)) - 1) * frames + 1
    back, cursor = [], score.cursor(found[-1], grain.by_neuron)
    while cursor is not None and score.place(cursor) != found[0]:
        back.append(score.place(cursor))
        cursor = score.frame_back(cursor, grain, frames)
    assert np.allclose([p[1] for p in (found[0], *back[::-1])], [p[1] for p in found])


def test_a_layer_of_a_quarter_of_a_million_products_is_counted_not_listed() -> None:
    score = Score(500, (Shape(500), Shape(500), Shape(10)))
    middle = score.cursor((3, 125_000.0), by_neuron=True)
    assert (middle.moment.step, middle.unit, middle.term) == (Step(Phase.SUM, 2), 249, 250)
    after = score.after(middle, Grain.TERM)
    assert after is not None
    assert score.before(after, Grain.TERM) == middle
    assert sum(part.ends.size for part in score.parts) < 10_000


def test_a_finer_grain_shows_the_end_of_a_phase_as_its_last_term() -> None:
    end = Cursor(2).seek(Step(Phase.SUM, 1))
    read = PLAIN.read(end, by_neuron=True)
    assert (read.unit, read.term, read.fraction) == (1, Extra.BIAS, 1.0)
    assert PLAIN.read(read, by_neuron=False) == end
