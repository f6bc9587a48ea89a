"""Which frames of a film the bench makes: two pieces of it, or all of them."""

from twostroke.gui.cli.bench.encoding import OTHERS, Excerpt
from twostroke.gui.export.clip import Clip
from twostroke.gui.model.score import plain_score


def test_an_excerpt_has_consecutive_frames_of_both_strokes() -> None:
    clip = Clip(plain_score(3))
    assert [*Excerpt(clip, 4)] == [clip[place] for place in (45, 46, 225, 226)]
    assert len(Excerpt(clip, 121)) == 121


def test_as_many_frames_as_the_film_has_are_the_film() -> None:
    for clip in (Clip(plain_score(3)), Clip(plain_score(3), seconds=0.5, fps=10)):
        assert [*Excerpt(clip, len(clip))] == [*clip]


def test_a_gif_is_measured_as_the_whole_film() -> None:
    gif = next(kind for kind in OTHERS if kind.title == "gif")
    assert gif.frames == len(Clip(plain_score(3)))
