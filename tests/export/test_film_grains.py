"""Films that rest at the stops of a grain: every stop is seen, in its order, as the window shows it."""

import itertools
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.gui.examples import example_session, example_snapshot
from tests.gui.grains import plain_score, scores, stops
from tests.gui.paper_engine import Clock
from tests.storyboard.updates import of_score, of_session, of_snapshot, renderer
from twostroke.engine.border.cursor import Cursor, Extra, Phase, Step
from twostroke.engine.border.snapshot import Snapshot
from twostroke.engine.session.spec import Session
from twostroke.gui.cli import cli
from twostroke.gui.export.board_request import BoardRequest
from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.model.player import Player, Speed
from twostroke.gui.model.reel import HOLD_OF_PHASE, MOST_SECONDS, SECONDS, Reel
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.score import Grain, Score, Shape, score_of, score_of_session
from twostroke.gui.model.storyboard.board import Picture
from twostroke.gui.model.storyboard.limits import MAX_FRAMES
from twostroke.gui.model.storyboard.shot_frames import Frames, frames_of
from twostroke.gui.model.words import told_time

FINE = (Grain.TERM, Grain.NEURON)
CHOICES = Choices(theme=Theme.DARK, batch_row=1, lens="gradient", digits=4)
PICTURE = Picture(480, 270, theme=Theme.DARK, title=False)


@given(scores(), st.sampled_from(tuple(Grain)))
@cases(40)
def test_every_stop_is_seen_in_its_order(score: Score, grain: Grain) -> None:
    reel, expected = Reel(score, grain), rests(score, grain)
    frames = 8 * reel.stops + 40
    seen = [reel.at((frame + 1) / frames) for frame in range(frames)]
    places = [score.place(cursor) for cursor in seen]
    assert places == sorted(places)
    stood = [cursor for cursor, _ in itertools.groupby(seen) if cursor.fraction == 1.0 or cursor.within == 1.0]
    assert [cursor for cursor in stood if cursor in expected] == expected
    assert seen[-1] == expected[-1]


def rests(score: Score, grain: Grain) -> list[Cursor]:
    """The stops of the grain; phase by phase, those of the turning points."""
    every = stops(score, grain)
    return [stop for stop in every if grain is not Grain.PHASE or stop.moment.step.phase in HOLD_OF_PHASE]


def cursors(film: Frames) -> list[Cursor]:
    """Where each frame stands."""
    return [frame.cursor for frame in film if frame.cursor is not None]


def is_sum(cursor: Cursor) -> bool:
    return cursor.moment.step.phase is Phase.SUM


def test_a_film_by_term_rests_at_each_term_and_gives_each_the_same_time() -> None:
    score = Score(2, (Shape(2), Shape(1)))
    seen = [cursor for cursor in cursors(of_score(score, seconds=60.0, grain=Grain.TERM)) if is_sum(cursor)]
    beats = [len(list(group)) for _, group in itertools.groupby(seen, key=lambda cursor: (cursor.unit, cursor.term))]
    assert len(beats) == 2 * 3 + 3
    assert max(beats) - min(beats) <= 1
    rests = [sum(cursor == stop for cursor in seen) for stop in stops(score, Grain.TERM) if stop in seen]
    assert min(rests) > beats[0] / 5


@pytest.mark.parametrize("grain", [Grain.LAYER, Grain.UPDATE])
def test_at_a_coarse_grain_the_film_plays_on_to_the_stop(grain: Grain) -> None:
    score = plain_score(3)
    still = [one for one, other in itertools.pairwise(cursors(of_score(score, grain=grain))) if one == other]
    assert set(still) == set(stops(score, grain))


def test_its_length_is_that_of_the_window_at_normal_speed() -> None:
    score = Score(2, (Shape(8), Shape(8), Shape(1)), samples=4)
    by_phase, by_neuron, by_term = (Reel(score, grain).seconds for grain in (Grain.PHASE, *FINE[::-1]))
    assert by_phase == SECONDS < by_neuron < by_term
    assert by_term == pytest.approx(Reel(score, Grain.TERM).stops * 0.56, rel=0.1)
    assert Reel(Score(64, (Shape(64), Shape(10))), Grain.TERM).seconds == MOST_SECONDS


def test_too_long_a_film_is_refused_with_a_way_out() -> None:
    with pytest.raises(ExportRequestError, match=f"at most {MAX_FRAMES:,} .* or for a coarser grain"):
        BoardRequest("film.mp4", of_score(plain_score(3), 3, seconds=600.0, grain=Grain.TERM).board)


def test_what_a_film_says_of_its_length() -> None:
    assert [told_time(seconds) for seconds in (0.5, 12.0, 59.6, 60.0, 179.0)] == [
        "0.5 s", "12 s", "1 min", "1 min", "2 min 59 s",
    ]  # fmt: skip


def window_stops(snapshot: Snapshot, grain: Grain) -> list[Cursor]:
    """Where the window stands at first, and after each press of Right, its film run out."""
    assert snapshot.tape is not None
    clock = Clock()
    player = Player(clock)
    player.lay(score_of(snapshot.tape, snapshot.session.network))
    player.speed = Speed.NORMAL
    player.take(grain)
    found = [player.cursor or Cursor(3)]
    while player.forward():
        while player.moving:
            clock.now += 0.2
            player.tick()
        assert player.cursor is not None
        found.append(player.cursor)
    return found


@pytest.mark.parametrize("grain", Grain)
def test_the_frame_at_a_stop_is_the_picture_of_the_window_there(application: object, grain: Grain) -> None:
    snapshot = example_snapshot(example_session((3, 2)), stroke=True)
    assert snapshot.tape is not None
    score = score_of(snapshot.tape, snapshot.session.network)
    seen = {"row": CHOICES.batch_row, "lens": CHOICES.lens, "grain": grain, "seconds": Reel(score, grain).seconds}
    board = of_snapshot(snapshot, PICTURE, CHOICES.digits, **seen)
    filmed, places = renderer(board), {cursor: index for index, cursor in enumerate(cursors(frames_of(board)))}
    stood = [cursor for cursor in window_stops(snapshot, grain) if cursor in rests(score, grain)]
    assert stood == rests(score, grain)
    for cursor in stood:
        shown = resolve(snapshot, snapshot.tape, cursor, CHOICES)
        still = renderer(of_snapshot(snapshot, PICTURE, CHOICES.digits, **seen, moment=cursor))
        assert filmed.view(places[cursor]).moment == shown.moment
        assert filmed.image(places[cursor]) == still.image(0), cursor


def test_a_mini_batch_of_one_sample_is_filmed_without_a_mean(application: object) -> None:
    session = Session.model_validate(
        {
            "data": {"name": "rows", "x": [[0], [1], [2]], "y": [0, 1, 1], "train_share": 1.0},
            "network": {"layers": [{"units": 2}]},
            "training": {"batch_size": 2},
        }
    )
    mean = Cursor(2, 7, 1.0, None, Extra.MEAN)
    assert mean.moment.step == Step(Phase.WEIGHTS, 2)
    view = renderer(of_session(session, 1, moment=mean)).view(0)
    assert view.tape is not None
    assert view.tape.samples == 1
    assert view.moment is not None
    assert view.moment.term is Extra.BIAS


@pytest.mark.parametrize("grain", FINE)
def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], grain: Grain) -> None:
    session = tmp_path / "small.twostroke.json"
    session.write_text('{"format": "twostroke-session", "version": 1, "network": {"layers": [{"units": 2}]}}')
    target = tmp_path / "film.gif"
    options = ("--at", "0", "--size", "160x90", "--fps", "2", "--grain", grain.value)
    assert cli.main(["export", str(session), "-o", str(target), *options]) == 0
    score = score_of_session(Session.model_validate({"network": {"layers": [{"units": 2}]}}))
    seconds = Reel(score, grain).seconds
    with av.open(str(target)) as container:
        assert sum(1 for _ in container.decode(video=0)) > Reel(score, grain).stops / 2
    assert f"{round(seconds * 2):,} frames, {told_time(seconds)} long, 160 × 90" in capsys.readouterr().out
    assert cli.main(["export", str(session), "-o", str(target), *options, "--seconds-per-update", "1"]) == 0
    assert f"1 s long (too short to show every {grain})" in capsys.readouterr().out
    assert cli.main(["export", str(session), "-o", str(target), "--grain", "word"]) == 2
    assert '--grain is "word"; expected one of term, neuron, phase, layer, update.' in capsys.readouterr().err
