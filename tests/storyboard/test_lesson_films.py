"""Films of lessons: what scenes do is seen, and what they say is read."""

import numpy as np

from twostroke.gui.model.lessons import lesson
from twostroke.gui.model.lessons.alone import played
from twostroke.gui.model.lessons.lesson_file import parse_lesson
from twostroke.gui.model.storyboard.board import Picture, Show
from twostroke.gui.model.storyboard.cues import plain_text
from twostroke.gui.model.storyboard.of_lesson import film_of

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


def test_each_scene_is_shown_and_says_all_that_it_says() -> None:
    own = lesson("two-strokes")
    film = film_of(own, Picture(fps=5))
    for scene in own.scenes:
        shots = [shot for shot in film.board.shots if shot.title == scene.title]
        said = " ".join(cue.text for shot in shots for cue in shot.cues)
        assert said == plain_text(scene.say or scene.attempt), scene.title
    assert film.board.shots[0].show is Show.TRAINING
    assert film.board.shots[1].show is Show.FORWARD
    updates = [film.takes[film[index].take].snapshot.update for index in range(film.begins(1))]
    assert updates == sorted(updates)
    assert len(set(updates)) > 20


def test_the_numbers_are_those_of_the_lesson() -> None:
    """That training is watched in pieces changes nothing."""
    own = lesson("two-strokes")
    film = film_of(own, Picture(fps=5))
    ends = {shot.title: place for place, shot in enumerate(film.board.shots)}
    for scene, player in zip(own.scenes, played(own), strict=True):
        take = film.takes[film[film.begins(ends[scene.title] + 1) - 1].take]
        network = player.trainer.network
        assert take.snapshot.update == player.trainer.update
        for layer, state in enumerate(take.snapshot.layers, start=1):
            assert np.array_equal(state.weight, network.weight(layer, network.theta))


def test_networks_beside_each_other_are_taken_along() -> None:
    film = film_of(parse_lesson(COMPARED, "mine.toml"), Picture(fps=5))
    two, stroke = (film.takes[film[film.begins(place + 1) - 1].take] for place in (0, 1))
    assert two.names == ("A   as it is", "B   all hidden layers: tanh")
    assert two.beside[0].update == two.snapshot.update == 40
    assert stroke.beside == ()
    assert stroke.tape is not None
    assert [frame.cursor is not None for frame, _ in film.stops] == [False, *[True] * (len(film.stops) - 1)]
