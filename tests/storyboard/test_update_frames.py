"""Frames of updates: how many, in which order, with a rest at each turning point, in any order asked for."""

import itertools

import pytest

from tests.gui.grains import plain_score
from tests.storyboard.updates import of_score
from twostroke.engine.border.cursor import Cursor, Phase, Step, steps
from twostroke.gui.export.board_request import BoardRequest
from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.model.storyboard.limits import MAX_FRAMES
from twostroke.gui.model.storyboard.shot_frames import Frames

WHOLE = of_score(plain_score(3))


def cursors(film: Frames) -> list[Cursor]:
    return [frame.cursor for frame in film if frame.cursor is not None]


@pytest.mark.parametrize(
    ("updates", "seconds", "fps", "frames"),
    [(1, 12.0, 30, 360), (3, 2.0, 25, 150), (1, 0.5, 1, 1), (2, 0.1, 1, 2), (1, 1.0, 120, 120)],
)
def test_a_film_has_as_many_frames_as_its_time_asks_for(updates: int, seconds: float, fps: int, frames: int) -> None:
    film = of_score(plain_score(3), updates, seconds, fps)
    assert len(film) == frames
    assert len(list(film)) == frames


def test_time_never_runs_back_and_each_update_ends_complete() -> None:
    film = of_score(plain_score(3), 2, seconds=4.0)
    times = [frame.take + frame.cursor.time for frame in film if frame.cursor is not None]
    assert len(times) == len(film)
    assert all(later >= earlier for earlier, later in itertools.pairwise(times))
    assert [(film[end].take, film[end].cursor) for end in (119, 239)] == [(0, Cursor(3).last()), (1, Cursor(3).last())]
    begin = film[120]
    assert begin.take == 1
    assert begin.cursor is not None
    assert begin.cursor.index == 0


def test_every_step_is_seen() -> None:
    assert {cursor.moment.step for cursor in cursors(of_score(plain_score(4)))} == set(steps(4))


@pytest.mark.parametrize("phase", [Phase.GATE, Phase.GATE_BACK, Phase.LOSS])
def test_the_picture_rests_at_turning_points(phase: Phase) -> None:
    at_rest = Cursor(3).seek(Step(phase, 0 if phase is Phase.LOSS else 2), 1.0)
    assert cursors(WHOLE).count(at_rest) >= 8  # a quarter of a second and more


def test_a_journey_does_not_rest() -> None:
    fractions = [cursor.fraction for cursor in cursors(WHOLE) if cursor.moment.step == Step(Phase.SUM, 2)]
    assert len(set(fractions)) == len(fractions)


def test_random_access_equals_reading_in_order() -> None:
    film, again = (of_score(plain_score(3), 2, seconds=3.0) for _ in range(2))
    in_order = list(film)
    assert [again[index] for index in (100, 7, 179, 0)] == [in_order[index] for index in (100, 7, 179, 0)]
    with pytest.raises(IndexError):
        again[180]


@pytest.mark.parametrize(
    ("updates", "seconds", "fps", "words"),
    [(1, 1.0, 0, "fps is 0"), (1, 1.0, 121, "fps is 121"), (10, 600.0, 30, f"at most {MAX_FRAMES:,}")],
)
def test_a_film_out_of_range_is_refused_with_a_sentence(updates: int, seconds: float, fps: int, words: str) -> None:
    with pytest.raises(ExportRequestError) as caught:
        BoardRequest("film.mp4", of_score(plain_score(3), updates, seconds, fps).board)
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")
