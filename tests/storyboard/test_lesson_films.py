"""Films of lessons: what scenes do is seen, and what they say is read."""

from dataclasses import replace

import numpy as np
import pytest

from twostroke.engine.run.trainer import Trainer
from twostroke.gui.export.staging import Staging
from twostroke.gui.model.choices import LinkRef, NeuronRef
from twostroke.gui.model.lessons import Lesson, LessonError, lesson
from twostroke.gui.model.lessons.alone import played
from twostroke.gui.model.lessons.lesson_file import parse_lesson
from twostroke.gui.model.storyboard.board import Picture, Show, Storyboard, StoryboardError
from twostroke.gui.model.storyboard.checks import check_board
from twostroke.gui.model.storyboard.cues import plain_text
from twostroke.gui.model.storyboard.of_lesson import storyboard_of
from twostroke.gui.model.storyboard.shot_frames import PlayedFrames, frames_of

COMPARED = b"""format = "twostroke-lesson"
version = 1
name = "mine"
title = "Mine"
[session]
[[scenes]]
title = "Two"
say = "One beside the other."
do = [{compare = {activation = "tanh"}}, {train = 40}]
[[scenes]]
title = "A stroke"
say = "And forward."
do = [{end_compare = true}, {play = "forward"}]
"""


def frames(own: Lesson, fps: int = 5) -> PlayedFrames:
    found = frames_of(storyboard_of(own, Picture(fps=fps)))
    assert isinstance(found, PlayedFrames)
    return found


def test_each_scene_is_shown_and_says_all_that_it_says() -> None:
    own = lesson("two-strokes")
    film = frames(own)
    for scene in own.scenes:
        shots = [shot for shot in film.board.shots if shot.title == scene.title]
        said = " ".join(cue.text for shot in shots for cue in shot.cues)
        assert said == plain_text(scene.say or scene.attempt), scene.title
    assert film.board.shots[0].show is Show.TRAINING
    assert film.board.shots[1].show is Show.FORWARD
    updates = [film.update(film[index]) for index in range(film.begins(1))]
    assert updates == sorted(updates)
    assert len(set(updates)) > 20


def test_the_numbers_are_those_of_the_lesson() -> None:
    """That training is watched in pieces changes nothing."""
    own = lesson("two-strokes")
    film = frames(own)
    ends = {shot.title: place for place, shot in enumerate(film.board.shots)}
    for scene, player in zip(own.scenes, played(own), strict=True):
        take = film.takes[film[film.begins(ends[scene.title] + 1) - 1].take]
        network = player.trainer.network
        assert take.snapshot.update == player.trainer.update
        for layer, state in enumerate(take.snapshot.layers, start=1):
            assert np.array_equal(state.weight, network.weight(layer, network.theta))


def test_networks_beside_each_other_are_taken_along() -> None:
    film = frames(parse_lesson(COMPARED, "mine.toml"))
    two, stroke = (film.takes[film[film.begins(place + 1) - 1].take] for place in (0, 1))
    assert two.names == ("A   as it is", "B   all hidden layers: tanh")
    assert two.beside[0].update == two.snapshot.update == 40
    assert stroke.beside == ()
    assert stroke.tape is not None
    assert [frame.cursor is not None for frame, _ in film.stops] == [place == 1 for _, place in film.stops]


def test_slides_and_pages_go_through_a_training_in_eight_steps() -> None:
    film = frames(parse_lesson(COMPARED, "mine.toml"), fps=24)
    updates = [film.update(frame) for frame, place in film.stops if place == 0]
    assert (len(updates), updates[0], updates[-1]) == (8, 0, 40)
    assert max(np.diff(updates)) <= 1.5 * min(np.diff(updates))


def shown(board: Storyboard) -> list[tuple[int, int, int, bool]]:
    """Of each frame which take, which networks beside it, the caption's line, and whether something is read."""
    film = frames_of(board)
    assert isinstance(film, PlayedFrames)
    every = [film[index] for index in range(len(film))]
    return [
        (id(film.takes[each.take]), len(film.takes[each.take].beside), each.line, each.cursor is not None)
        for each in every
    ]


def test_shots_that_are_moved_doubled_or_taken_away_show_what_they_showed() -> None:
    board = storyboard_of(parse_lesson(COMPARED, "mine.toml"), Picture(fps=5))
    two, stroke = board.shots
    alone = {shot: shown(replace(board, shots=(shot,))) for shot in board.shots}
    assert shown(board) == alone[two] + alone[stroke]
    assert shown(replace(board, shots=(stroke, two, two))) == alone[stroke] + alone[two] * 2
    longer = replace(two, seconds=2 * two.seconds, caption="Mine.", title="Other")
    assert len(shown(replace(board, shots=(longer,)))) == 2 * len(alone[two])


def test_a_player_stops_where_a_stroke_of_the_lesson_stops_and_nowhere_in_what_has_none() -> None:
    film = frames(parse_lesson(COMPARED, "mine.toml"))
    arrivals = [frame for _, frame in film.arrivals]
    assert {frame.shot for frame in arrivals} == {1}
    assert [frame.cursor for frame in arrivals] == [frame.cursor for frame, place in film.stops if place == 1]


def test_a_scene_that_goes_on_after_its_training_is_shown_as_it_ends() -> None:
    board = storyboard_of(lesson("choosing"), Picture(fps=5))
    training, end = [shot for shot in board.shots if shot.title == "A fair start"]
    assert (training.show, training.at, training.until) == (Show.TRAINING, 0, 2000)
    assert (end.show, end.at) == (Show.MOMENT, 0)
    assert end.played is not None
    assert len(end.played.takes[-1].beside) == 1


LINES = (
    "One is said while it learns.",
    "Another one goes on and on, over more than one row of the picture, and has more letters than what stands before "
    "it leaves.",
    "And a third one, which is not much shorter than that one, is read where the training ends, with its stroke.",
)


@pytest.mark.parametrize("lines", [LINES, LINES[:2], LINES[1:], LINES[:1]], ids=len)
def test_what_a_scene_says_of_its_training_and_of_its_end_can_be_read(lines: tuple[str, ...]) -> None:
    text = COMPARED.replace(b'{compare = {activation = "tanh"}}, {train = 40}', b'{train = 40}, {play = "forward"}')
    own = parse_lesson(text.replace(b"One beside the other.", " ".join(lines).encode()), "mine.toml")
    training, end = (shot for shot in storyboard_of(own, Picture()).shots if shot.scene == 1)
    assert (training.show, end.show) == (Show.TRAINING, Show.FORWARD)
    said = [cue for shot in (training, end) for cue in shot.cues]
    assert [cue.text for cue in said] == list(lines if len(lines) > 1 else 2 * lines)  # one line stays
    assert all(len(cue.text) / (cue.end - cue.begin) <= 15.1 for cue in said), "letters a second"
    assert training.seconds >= 5.0
    assert end.seconds >= 4.0


@pytest.mark.parametrize("name", ["two-strokes", "vanishing", "dead-units"])
def test_nothing_is_said_of_the_end_of_a_training_before_it_is_there(name: str) -> None:
    """In films, and on slides and pages: the first line goes with the training, the others tell what came of it."""
    film = frames(lesson(name))
    trainings = [place for place, shot in enumerate(film.board.shots) if shot.show is Show.TRAINING]
    assert trainings
    for place in trainings:
        shot = film.board.shots[place]
        every = [film[index] for index in range(film.begins(place), film.begins(place + 1))]
        steps = [frame for frame, own in film.stops if own == place]
        assert len(steps) == film.steps_of(place)
        for shown in (every, steps):
            assert {frame.line for frame in shown} == set(range(len(shot.cues)))
            assert {film.update(frame) for frame in shown if frame.line > 0} <= {shot.until}
            assert film.update(shown[0]) == shot.at
            assert film.update(shown[-1]) == shot.until


def test_a_training_of_which_one_line_is_said_rests_at_its_end() -> None:
    film = frames(parse_lesson(COMPARED, "mine.toml"))
    updates = [film.update(film[index]) for index in range(film.begins(1))]
    assert updates.index(40) == round(2 / 3 * len(updates)) - 1
    assert updates == sorted(updates)


@pytest.mark.parametrize("name", ["two-strokes", "choosing"])
def test_it_is_known_from_where_training_would_go_on(name: str) -> None:
    board = storyboard_of(lesson(name), Picture(fps=5))
    for shot in board.shots:
        assert shot.played is not None
        last = shot.played.takes[-1].snapshot
        trainer = Trainer(shot.played.end.session, state=shot.played.end.state)
        assert trainer.update == last.update == shot.until
        assert np.array_equal(trainer.network.weight(1, trainer.network.theta), last.layers[0].weight)


def test_a_lesson_without_scenes_is_refused_and_playing_can_be_ended() -> None:
    with pytest.raises(LessonError, match="has no scenes"):
        storyboard_of(replace(lesson("two-strokes"), scenes=()), Picture())

    def end() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        storyboard_of(lesson("two-strokes"), Picture(), end)


def test_scenes_and_shots_of_ones_own_do_not_mix() -> None:
    board = storyboard_of(parse_lesson(COMPARED, "mine.toml"), Picture(fps=5))
    check_board(board)
    with pytest.raises(StoryboardError, match="Scenes of a lesson stand beside shots of a session"):
        check_board(replace(board, shots=(*board.shots, replace(board.shots[0], played=None))))


def test_a_link_that_a_scene_points_at_is_seen_with_its_card() -> None:
    scenes = '[[scenes]]\ntitle = "A link"\nsay = "This one."\ndo = [{step = "sum:2"}, {link = "l2.weight[1,0]"}]\n'
    own = parse_lesson(COMPARED + scenes.encode(), "mine.toml")
    film = frames(own)
    shot = film.board.shots[-1]
    assert (shot.neuron, shot.link) == (NeuronRef(2, 1), LinkRef(2, 0, 1))
    frame = film[len(film) - 1]
    shown = Staging(film.board).view(film.takes[frame.take], frame)
    assert (shown.choices.selected, shown.choices.pinned_link) == (shot.neuron, shot.link)
