"""Steps: one picture at each stop of a grain, with its caption and its numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.gui.examples import example_session, example_snapshot
from tests.gui.grains import plain_score, scores, stops
from tests.storyboard.updates import of_score, of_snapshot
from twostroke.engine.border.cursor import Cursor, Phase
from twostroke.gui.export.board_request import BoardRequest, steps_in
from twostroke.gui.export.board_takes import takes_of
from twostroke.gui.export.kind import Needs
from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.export.render import FrameRenderer
from twostroke.gui.export.steps import StepPicture
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.numbers import UNKNOWN, number
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.score import Grain, Score
from twostroke.gui.model.step_numbers import MOST_ROWS, step_numbers
from twostroke.gui.model.storyboard.shot_frames import frames_of

SNAPSHOT = example_snapshot(example_session((3, 2)), stroke=True)


@given(scores(), st.sampled_from(tuple(Grain)), st.integers(1, 3))
@cases(40)
def test_each_stop_is_a_step_in_its_order(score: Score, grain: Grain, updates: int) -> None:
    film = of_score(score, updates, grain=grain)
    expected = [(take, cursor) for take in range(updates) for cursor in stops(score, grain)]
    assert [(frame.take, frame.cursor) for frame, _ in film.stops] == expected
    assert steps_in(film) == len(expected)


def test_too_many_are_refused_with_a_way_out() -> None:
    board = of_score(plain_score(2), 100, seconds=1.0).board
    said = r"There would be 1,200 steps; .* fewer updates or shots, or for a coarser grain"
    for target in ("deck.pptx", "page.html"):
        with pytest.raises(ExportRequestError, match=said):
            BoardRequest(target, board)
    assert BoardRequest("deck.pptx", of_score(plain_score(2), 83).board).told_length == ""


def pictures(grain: Grain = Grain.PHASE) -> list[StepPicture]:
    """All steps of an update of a small network."""
    board = of_snapshot(SNAPSHOT, digits=4, row=1, grain=grain)
    steps = [frame for frame, _ in frames_of(board).stops]
    picture = FrameRenderer(takes_of(board), steps, board, (480, 270)).picture(Needs.STEP)
    return [picture(index) for index in range(len(steps))]


def test_a_step_has_the_picture_its_caption_and_the_numbers_of_the_tape(application: object) -> None:
    tape = SNAPSHOT.tape
    assert tape is not None
    every = pictures()
    assert all(each.caption in each.scene.texts("caption") for each in every)
    gate = next(each for each in every if each.view.moment and each.view.moment.step.phase is Phase.GATE)
    layer = tape.layers[0]
    assert layer.gain is not None
    assert gate.numbers.heading == ("neuron", "z", "a", "f′(z)")
    assert gate.numbers.rows == tuple(
        (f"hidden 1 · {unit + 1}", *(number(float(a[1, unit]), 4) for a in (layer.z, layer.a, layer.gain)))
        for unit in range(3)
    )
    last = every[-1].numbers
    assert last.rows[0][-1] == number(float(layer.weight_next[0, 0]), 4)
    assert len(last.rows) + last.left_out == 3 * 3 + 2 * 4 + 3
    loss = next(each for each in every if each.view.moment and each.view.moment.step.phase is Phase.LOSS)
    assert loss.numbers.lines[0] == f"loss of the sample: {number(float(tape.sample_loss[1]), 4)}"


def test_what_is_not_computed_yet_is_not_told(application: object) -> None:
    first_sum = pictures(Grain.NEURON)[1].numbers
    assert [row[-1] != UNKNOWN for row in first_sum.rows] == [True, False, False]


def test_of_many_rows_the_others_are_counted() -> None:
    snapshot = example_snapshot(example_session((40,)), stroke=True)
    table = step_numbers(resolve(snapshot, snapshot.tape, Cursor(2).last(), Choices()))
    assert len(table.rows) == MOST_ROWS
    assert table.lines[-1] == f"and {40 * 3 + 41 - MOST_ROWS} more"
