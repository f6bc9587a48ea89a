"""Which frames a storyboard has, and lines of captions."""

import numpy as np
import pytest

from tests.storyboard.boards import SHOT, written
from twostroke.engine.border.cursor import Phase
from twostroke.gui.model.score import Grain
from twostroke.gui.model.storyboard.board import Shot, Show
from twostroke.gui.model.storyboard.cues import MOST_CHARACTERS, Cue, as_srt, as_vtt, cues, plain_text
from twostroke.gui.model.storyboard.shot_frames import (
    TRAINING_STEPS,
    BoardFrame,
    every,
    frames_of,
    training_update,
)

TEN = "[picture]\nfps = 10\n"


def phases(frames: list[BoardFrame]) -> set[Phase]:
    return {frame.cursor.moment.step.phase for frame in frames if frame.cursor is not None}


def test_the_strokes_share_the_clock_of_their_update() -> None:
    """One after the other they are the update, frame by frame at the turning points."""
    film = frames_of(written(TEN, SHOT + 'show = "forward"\n', SHOT + 'show = "backward"\n', SHOT))
    turn, end = film.begins(1), film.begins(2)
    forward, backward = [film[i] for i in range(turn)], [film[i] for i in range(turn, end)]
    assert phases(forward) == {Phase.INPUT, Phase.SUM, Phase.GATE, Phase.LOSS}
    assert phases(backward) == {Phase.GATE_BACK, Phase.WEIGHTS, Phase.SPREAD, Phase.UPDATE}
    whole = len(film) - end
    assert abs(end - whole) <= 1
    assert forward[-1].cursor is not None
    assert forward[-1].cursor.moment.step.phase is Phase.LOSS
    assert film[end - 1].cursor == film[len(film) - 1].cursor


@pytest.mark.parametrize(("at", "until", "count"), [(0, 2000, 300), (0, 299, 300), (5, 9, 300), (0, 10, 1), (3, 4, 2)])
def test_a_training_goes_by_one_stride_from_its_first_update_to_its_last(at: int, until: int, count: int) -> None:
    shot = Shot(Show.TRAINING, at, 1.0, until=until)
    seen = [training_update(shot, frame, count) for frame in range(count)]
    assert seen == sorted(seen)
    assert seen[-1] == until
    if count > 1:
        assert seen[0] == at
        assert {(update - at) % every(shot, count) for update in seen if update < until} == {0}


def test_what_is_asked_of_the_engine_comes_in_the_order_of_training() -> None:
    film = frames_of(written(TEN, '[[shots]]\nshow = "training"\nuntil = 100\nseconds = 1\n', SHOT, SHOT))
    assert list(film.instants) == sorted(set(film.instants))
    assert film.instants[film[0].take].update == 0
    assert film.instants[film[len(film) - 1].take] == film.instants[film[film.begins(1)].take]
    assert film[3] == frames_of(film.board)[3]


def test_a_camera_glides_and_arrives() -> None:
    film = frames_of(written(TEN, SHOT + "seconds = 2\n", SHOT + 'seconds = 2\ncamera = "l1[1]"\n'))
    shares = [film[index].glide for index in range(20, 40)]
    assert shares[0] == 0.0
    assert shares == sorted(shares)
    assert (shares[4], shares.index(1.0)) == (0.5, 8), "in 0.8 seconds, at 10 frames each"
    assert all(film[index].glide == 1.0 for index in range(20))


@pytest.mark.parametrize(("seconds", "shares"), [(0.5, [0.0, 0.5, 1.0]), (0.1, [1.0])])
def test_a_camera_arrives_also_in_a_shot_that_is_shorter_than_its_way(seconds: float, shares: list[float]) -> None:
    """The next shot would begin with a jump."""
    film = frames_of(written(TEN, SHOT, *2 * [f'{SHOT}seconds = {seconds}\ncamera = "l1[1]"\n']))
    found = [film[index].glide for index in range(film.begins(1), film.begins(2))]
    assert (found[0], found[len(found) // 2], found[-1]) == (shares[0], shares[len(shares) // 2], 1.0)
    assert film[film.begins(2)].glide == 1.0


def test_steps_are_the_stops_of_each_shot() -> None:
    film = frames_of(written(SHOT + 'grain = "layer"\n', '[[shots]]\nshow = "training"\nuntil = 50\n'))
    layers = sum(film.board.score.stops_in(part, Grain.LAYER) for part in range(len(film.board.score.parts)))
    stroke, training = film.stops[:layers], film.stops[layers:]
    assert all(frame.cursor is not None for frame, _ in stroke)
    assert all(frame.cursor is None for frame, _ in training)
    updates = [film.instants[frame.take].update for frame, _ in training]
    assert len(updates) == TRAINING_STEPS
    assert (updates[0], updates[-1]) == (21, 50)
    assert max(np.diff(updates)) - min(np.diff(updates)) <= 2


def test_a_short_training_has_no_step_twice() -> None:
    film = frames_of(written(TEN, '[[shots]]\nshow = "training"\nat = 3\nuntil = 6\n'))
    assert [film.instants[frame.take].update for frame, _ in film.stops] == [3, 4, 5, 6]
    assert [film[at].take for at in film.milestones(0)] == [0, 1, 2, 3]


def test_a_caption_is_read_line_by_line() -> None:
    text = "One **short** one. " + "Another that goes on for quite a while, as sentences of lessons do. " * 3
    lines = cues(text, 12.0)
    assert lines[0].begin == 0.0
    assert lines[-1].end == pytest.approx(12.0)
    assert all(len(line.text) <= 158 for line in lines)
    assert len(lines) >= 2
    assert " ".join(line.text for line in lines) == plain_text(text)
    assert cues("", 3.0) == ()


@pytest.mark.parametrize("letter", ["a", "é", "n\u0303", "ж", "\U0001f469\u200d\U0001f52c"])
@pytest.mark.parametrize("count", [149, 151, 200, 301, 1_000])
def test_a_word_longer_than_a_line_goes_on_in_the_next_one(letter: str, count: int) -> None:
    word = letter * count
    lines = [cue.text for cue in cues(f"See {word} here.", 6.0)]
    assert "".join(lines).replace(" ", "") == f"See{word}here."
    assert max(line.count(letter) for line in lines) <= MOST_CHARACTERS
    assert all(line.count(letter) * len(letter) == len(line.replace("See", "").replace("here.", "").strip())
               for line in lines), "no letter is cut"  # fmt: skip
    assert sum(letter in line for line in lines) == -(-count // MOST_CHARACTERS)


def test_marks_of_markdown_are_not_read_out() -> None:
    assert plain_text("The [[backward mask]] of [[gate|gates]].") == "The backward mask of gates."
    assert plain_text("# A\n\n- *b* and **c** of `d` ([e](f.html)), 2 * 3 * 4") == "A b and c of d (e), 2 * 3 * 4"


def test_captions_as_files() -> None:
    lines = [Cue(0.0, 1.5, "a < b --> c"), Cue(3661.0, 3662.25, "c & d")]
    assert as_srt(lines).splitlines()[:3] == ["1", "00:00:00,000 --> 00:00:01,500", "a < b --> c"]
    assert "01:01:01,000 --> 01:01:02,250\nc & d" in as_srt(lines)
    assert "00:00:01,001 --> 00:00:01,067\n" in as_srt([Cue(1.001, 32 / 30, "to the nearest")])
    assert as_vtt(lines).startswith("WEBVTT\n\n00:00:00.000 --> 00:00:01.500\na &lt; b --&gt; c\n")
    assert as_vtt(lines).count("-->") == len(lines)  # a line with another arrow would begin a cue


def test_the_lines_of_a_caption_are_shared_among_the_stops_of_its_shot() -> None:
    """Slides and pages say all of it; where lines are left, the last stop is shown once more."""
    sentence = "A sentence that takes about one half of a line of the picture, and so two of them go on it. "
    board = written(TEN, *(f'{SHOT}show = "{show}"\ncaption = "{5 * sentence}"\n' for show in ("forward", "sum:1")))
    assert [len(shot.cues) for shot in board.shots] == [5, 5]
    film = frames_of(board)
    stops = [frame for frame, _ in film.stops]
    assert film.steps_of(0) + film.steps_of(1) == len(stops)
    forward, still = ([frame for frame in stops if frame.shot == shot] for shot in (0, 1))
    lines = [frame.line for frame in forward]
    assert lines == sorted(lines)
    assert {lines.count(line) for line in range(5)} <= {len(forward) // 5, len(forward) // 5 + 1}
    assert len({frame.cursor for frame in forward}) == len(forward)
    assert [frame.line for frame in still] == [0, 1, 2, 3, 4]
    assert len({frame.cursor for frame in still}) == 1


def test_a_long_sentence_breaks_where_a_clause_ends() -> None:
    long = (
        "Under each layer stand two rows of cells: above the forward mask, what the gate did to the signal; "
        "below the backward mask, what it did to the gradient."
    )
    assert [line[-1] for line in (cue.text for cue in cues(long, 1.0))] == [":", ";", "."]
    short = "ReLU passes z where it is above 0, and shuts where it is not: then the activation is 0."
    assert [cue.text for cue in cues(short, 1.0)] == [short]
