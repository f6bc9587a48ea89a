"""Frames of a clip: how many, in which order, with a rest at each turning point, in any order asked for."""

import itertools
import math

import pytest

from twostroke.engine.border.cursor import Cursor, Phase, Step, steps
from twostroke.gui.export.clip import Clip, Frame, Still
from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.model.moments import MomentError, parse_moment, telling_cursor
from twostroke.gui.model.score import plain_score
from twostroke.gui.model.storyboard.limits import MAX_FRAMES


@pytest.mark.parametrize(
    ("updates", "seconds", "fps", "frames"),
    [(1, 12.0, 30, 360), (3, 2.0, 25, 150), (1, 0.5, 1, 1), (2, 0.1, 1, 2), (1, 1.0, 120, 120)],
)
def test_a_clip_has_as_many_frames_as_its_time_asks_for(updates: int, seconds: float, fps: int, frames: int) -> None:
    clip = Clip(plain_score(3), updates, seconds, fps)
    assert len(clip) == frames
    assert len(list(clip)) == frames


def test_time_never_runs_back_and_each_update_ends_complete() -> None:
    clip = Clip(plain_score(3), updates=2, seconds=4.0, fps=30)
    times = [frame.take + frame.cursor.time for frame in clip]
    assert all(later >= earlier for earlier, later in itertools.pairwise(times))
    assert clip[119] == Frame(0, Cursor(3).last())
    assert clip[239] == Frame(1, Cursor(3).last())
    assert clip[120].take == 1
    assert clip[120].cursor.index == 0


def test_every_step_is_seen() -> None:
    seen = {frame.cursor.moment.step for frame in Clip(plain_score(4))}
    assert seen == set(steps(4))


@pytest.mark.parametrize("phase", [Phase.GATE, Phase.GATE_BACK, Phase.LOSS])
def test_the_picture_rests_at_turning_points(phase: Phase) -> None:
    clip = Clip(plain_score(3))
    layer = 0 if phase is Phase.LOSS else 2
    at_rest = Cursor(3).seek(Step(phase, layer), 1.0)
    assert sum(frame.cursor == at_rest for frame in clip) >= 8  # a quarter of a second and more


def test_a_journey_does_not_rest() -> None:
    fractions = [f.cursor.fraction for f in Clip(plain_score(3)) if f.cursor.moment.step == Step(Phase.SUM, 2)]
    assert len(set(fractions)) == len(fractions)


def test_random_access_equals_reading_in_order() -> None:
    in_order = list(Clip(plain_score(3), updates=2, seconds=3.0))
    clip = Clip(plain_score(3), updates=2, seconds=3.0)
    assert [clip[index] for index in (100, 7, 179, 0)] == [in_order[index] for index in (100, 7, 179, 0)]
    with pytest.raises(IndexError):
        clip[180]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"fps": 0}, "fps is 0"),
        ({"fps": 121}, "fps is 121"),
        ({"updates": 0}, "updates is 0"),
        ({"updates": 1001}, "updates is 1,001"),
        ({"seconds": 0.0}, "seconds per update is 0"),
        ({"seconds": -3.0}, "seconds per update is −3"),
        ({"seconds": math.nan}, "seconds per update is nan"),
        ({"seconds": math.inf}, "seconds per update is inf"),
        ({"seconds": 600.0, "updates": 10}, f"at most {MAX_FRAMES:,}"),
    ],
)
def test_a_clip_out_of_range_is_refused_with_a_sentence(arguments: dict[str, float], word: str) -> None:
    with pytest.raises(ExportRequestError) as caught:
        Clip(plain_score(3), **arguments)  # type: ignore[arg-type]
    assert word in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_still_has_one_frame() -> None:
    still = Still(Frame(0, telling_cursor(3)))
    assert len(still) == 1
    assert still[0].cursor.moment.step == Step(Phase.GATE_BACK, 1)
    with pytest.raises(IndexError):
        still[1]


@pytest.mark.parametrize(
    ("text", "step", "fraction"),
    [
        ("gate_back:1", Step(Phase.GATE_BACK, 1), 1.0),
        ("sum:2:0.5", Step(Phase.SUM, 2), 0.5),
        ("loss", Step(Phase.LOSS), 1.0),
        ("gate", Step(Phase.GATE, 1), 1.0),
        ("spread", Step(Phase.SPREAD, 2), 1.0),
        ("update:0:0.5", Step(Phase.UPDATE), 0.5),
    ],
)
def test_a_moment_is_read(text: str, step: Step, fraction: float) -> None:
    moment = parse_moment(text, plain_score(3)).moment
    assert (moment.step, moment.fraction) == (step, fraction)


@pytest.mark.parametrize("text", ["", "gait:1", "gate:x", "gate:1:2", "gate:1:nan", "gate:1:0:0"])
def test_a_moment_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(MomentError, match="gate_back:1"):
        parse_moment(text, plain_score(3))


@pytest.mark.parametrize(
    ("text", "depth", "words"),
    [
        ("update:2", 3, "input, loss and update take no layer. Write update, or update:0:0.5"),
        ("loss:1", 3, "input, loss and update take no layer. Write loss, or loss:0:0.5"),
        ("gate:4", 3, "gate happens at layers 1 to 3 of this network"),
        ("spread:1", 3, "spread happens at layers 2 to 3 of this network"),
        ("spread:1", 2, "spread happens only at layer 2 of this network. Write spread:2"),
        ("spread", 1, "a network without hidden layers has no spread"),
    ],
)
def test_a_phase_at_a_layer_that_has_none_is_told_where_it_happens(text: str, depth: int, words: str) -> None:
    with pytest.raises(MomentError) as refused:
        parse_moment(text, plain_score(depth))
    assert repr(text) in str(refused.value)
    assert words in str(refused.value)
