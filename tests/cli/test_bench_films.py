"""Which kinds of film the bench makes, and which frames of each: two pieces of it, or all of them."""

from tests.gui.grains import plain_score
from tests.storyboard.updates import of_score
from twostroke.engine.session.spec import Session
from twostroke.gui.cli.bench.encoding import OTHERS, Excerpt
from twostroke.gui.cli.bench.pictures import film_of
from twostroke.gui.export.formats import FORMATS, format_for
from twostroke.gui.export.kind import Needs
from twostroke.gui.model.storyboard.shot_frames import frames_of


def test_an_excerpt_has_consecutive_frames_of_both_strokes() -> None:
    film = of_score(plain_score(3))
    assert [*Excerpt(film, 4)] == [film[place] for place in (45, 46, 225, 226)]
    assert len(Excerpt(film, 121)) == 121


def test_as_many_frames_as_the_film_has_are_the_film() -> None:
    for film in (of_score(plain_score(3)), of_score(plain_score(3), seconds=0.5, fps=10)):
        assert [*Excerpt(film, len(film))] == [*film]


def test_a_gif_is_measured_as_the_whole_film() -> None:
    gif = next(kind for kind in OTHERS if kind.title == "gif")
    assert gif.frames == len(frames_of(film_of(Session())))


def test_all_that_is_painted_is_measured() -> None:
    """All that moves by itself; a single picture by the encoder that it shares with what moves."""
    measured = [format_for(target) for target in ("film.mp4", *(kind.target for kind in OTHERS))]
    painted = [known for known in FORMATS if known.needs is Needs.IMAGE]
    assert [known.label for known in painted if known.moving and known not in measured] == []
    codecs = [known.codec for known in measured]
    assert [known.label for known in painted if known.codec not in codecs] == []
    assert len({known.label for known in measured}) == len(measured)
