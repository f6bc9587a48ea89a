"""The HTML player as a file: its moments, its shapes, its size, and that nothing in it can be anything but text."""

import base64
import hashlib
import html
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.export.player.pages import BAD_NAME, Page, export_page, hostile_board, small_page
from tests.gui.grains import plain_score, scores, stops
from tests.storyboard.boards import SMALL, written
from tests.storyboard.updates import of_score
from twostroke.gui.cli import cli
from twostroke.gui.export import board_request
from twostroke.gui.export.board_request import BoardRequest, Picked
from twostroke.gui.export.formats import format_for
from twostroke.gui.export.player import plain
from twostroke.gui.export.player.making import sizes
from twostroke.gui.export.player.plain import Composition, Shapes
from twostroke.gui.export.refusals import ExportRequestError, as_typed
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.reel import Reel
from twostroke.gui.model.score import Grain, Score
from twostroke.gui.model.storyboard.shot_frames import Frames
from twostroke.gui.stage.scene.items import NONE, Item, Lines, Scene, lines

LIMIT = 2_000_000


def moments(film: Frames) -> Picked:
    """Those of a film that the player has."""
    found = BoardRequest("page.html", film.board).frames
    assert isinstance(found, Picked)
    return found


@given(scores(), st.sampled_from(tuple(Grain)), st.integers(1, 3))
@cases(40)
def test_all_stops_are_among_the_moments_in_their_order_and_time(score: Score, grain: Grain, updates: int) -> None:
    seconds = 12.0
    found = moments(of_score(score, updates, seconds, grain=grain))
    expected = [(take, cursor) for take in range(updates) for cursor in stops(score, grain)]
    assert [(found[place].take, found[place].cursor) for place in found.stops] == expected
    places = [(frame.take, *score.place(frame.cursor)) for frame in found.frames if frame.cursor is not None]
    assert places == sorted(places)
    assert len(places) == len(found)
    assert list(found.times) == sorted(found.times)
    assert len({found.times[place] for place in found.stops}) == len(found.stops)
    assert found.times[-1] <= found.length == updates * seconds


def test_at_each_moment_the_player_shows_what_the_film_shows_then() -> None:
    film = of_score(plain_score(3))
    found, reel = moments(film), Reel(plain_score(3), Grain.PHASE)
    shown = [frame.cursor.time for frame in found.frames if frame.cursor is not None]
    assert shown == pytest.approx([reel.at(time / 12.0).time for time in found.times], abs=1e-6)
    frames = {film[index].cursor for index in range(len(film))}
    assert len(frames - {frame.cursor for frame in found.frames}) <= 1  # less than a millisecond from a stop


def test_a_long_film_has_fewer_moments_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_request, "MOST_MOMENTS", 100)
    found = moments(of_score(plain_score(3), 4))
    assert len(found.stops) == 4 * 17 < len(found) <= 100 + 4 * 18


def test_every_kind_of_shape_can_be_written() -> None:
    """A kind that is added to the scene is drawn in the player as well."""
    script = Path(plain.__file__).parents[3] / "resources" / "player" / "player.js"
    assert set(plain._WRITERS) == set(get_args(Item))
    drawn = set(re.findall(r"^    ([A-Z])\(painter, item\)", script.read_text("utf-8"), re.MULTILINE))
    assert drawn == {"V", "L", "D", "R", "P", "G", "T"}


def scene_of(*items: Item) -> Scene:
    empty: Any = None
    return Scene(10.0, 10.0, 0, (), items, (), (), None, (), empty, 0.0, 0.0)


def test_what_is_alike_is_written_once() -> None:
    def line(colour: int) -> Lines:
        return lines([0.0, 1.25], 0.0, 5.0, [1.0, 2.0], 1.0, colour)

    page = Shapes()
    film = Composition(page, 10.0, 10.0)
    film.add(scene_of(line(0x102030), line(NONE)))
    film.add(scene_of(line(NONE), line(0x102030)))
    assert film.pictures == [[0, 1], [1, 0]]
    assert [page.arrays[number] for number in film.items[0][1:]] == [
        [0, 25], [0, 0], [100, 100], [20, 40], [20, 20], [0x102030, 0x102030],
    ]  # fmt: skip
    assert film.items[1][1:6] == film.items[0][1:6]


def test_the_title_of_a_shot_is_told_where_it_begins(application: object, tmp_path: Path) -> None:
    shots = '[[shots]]\nat = 3\nshow = "forward"\ngrain = "layer"\ntitle = "Forward"\n'
    board = written(SMALL, shots, shots.replace("Forward", "Once more").replace("at = 3\n", ""), "[[shots]]\nat = 4\n")
    captions = export_page(board, tmp_path / "p.html").steps["captions"]
    titled = [
        (at, caption.split(": ")[0]) for at, caption in enumerate(captions) if caption.startswith(("Forw", "Once"))
    ]
    assert titled == [(0, "Forward"), (5, "Once more")]


def test_the_page_has_all_steps_with_their_captions(small: Page) -> None:
    assert len(small.steps["captions"]) == len(small.steps["stops"]) == 17
    assert all(small.steps["captions"])
    first, half, narrow = small.pictures["compositions"]
    assert [first["width"], half["width"], narrow["width"]] == [1280, 640, 360]
    for composition in (first, half, narrow):
        assert len(composition["pictures"]) == len(small.steps["times"])
        assert max(map(max, composition["pictures"])) == len(composition["items"]) - 1
    assert "SIL OPEN FONT LICENSE" in small.text


def test_nothing_in_it_asks_for_anything_else(small: Page) -> None:
    text = small.text
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    script, style = (
        re.findall(r"<script>(.*?)</script>", text, re.DOTALL),
        re.findall(r"<style>(.*?)</style>", text, re.DOTALL),
    )
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; ")
    for kind, (own,) in (("script", script), ("style", style)):
        seal = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{seal}';" in policy[1]
    markup = text.split("<script type=", 1)[0]
    assert set(re.findall(r'(?:src|href|action|url)\s*[=(]\s*"?([^" >)]*)', markup)) == {"data:,"}


def test_names_of_columns_stay_text(application: object, tmp_path: Path) -> None:
    page = export_page(hostile_board(), tmp_path / "<b>&.html")
    assert any(BAD_NAME in caption for caption in page.steps["captions"])
    assert BAD_NAME not in page.text
    assert "<title>Twostroke: &lt;b&gt;&amp;</title>" in page.text


def test_its_colours_are_those_of_the_theme(application: object, tmp_path: Path) -> None:
    page = small_page(tmp_path / "small.html", theme=Theme.DARK)
    background = page.pictures["compositions"][0]["background"]
    assert f"--background: #{background:06x};" in page.text
    assert '<meta name="color-scheme" content="dark">' in page.text


def test_it_comes_as_an_element_to_paste(small: Page, tmp_path: Path) -> None:
    pasted = small_page(tmp_path / "small.html", shape="iframe").text
    element = r'<iframe title="Twostroke: small" sandbox="allow-scripts" [^<>]* srcdoc="([^"]*)"></iframe>\n'
    found = re.fullmatch(element, pasted)
    assert found is not None
    assert html.unescape(found[1]) == small.text


def test_the_same_film_gives_the_same_page(small: Page, tmp_path: Path) -> None:
    assert small_page(tmp_path / "small.html").text == small.text


@pytest.mark.slow
def test_two_strokes_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "two.html"
    cli.main(["export", "two-strokes", "-o", str(path)])
    assert ", 17 steps, 12 s long, 1280 × 720, in " in capsys.readouterr().out
    assert path.stat().st_size < LIMIT


@pytest.mark.parametrize(
    ("name", "shape", "said"),
    [
        (
            "x.html",
            "slides",
            "--as slides is not known here. With this ending, expected iframe, solution, sheet or none ",
        ),
        ("x.html", "soluton", "--as soluton is not known here. Did you mean solution?"),
        ("x.docx", "steps", "or of a solution or a sheet .pdf, .html, .tex."),
        ("x.tex", "", "x.tex: --as is missing. With this ending, expected solution or sheet."),
        ("x.tex", "steps", "--as steps goes with .pdf, .pptx or .html. With this ending, expected solution or sheet."),
        ("x.mp4", "iframe", "--as iframe goes with .html. With this ending, expected none (MP4 video)."),
        ("x.pdf", "iframe", "expected steps, storyboard, solution, sheet or none (PDF page)."),
        ("x.png", "film", "--as film goes with .mp4, .webm, .gif, .webp, .apng, .pptx, .html or a folder. With"),
    ],
)
def test_what_no_ending_can_be_made_as_is_refused(name: str, shape: str, said: str) -> None:
    with pytest.raises(ExportRequestError) as refused:
        format_for(name, shape)
    assert said in as_typed(refused.value)
    assert "--" not in str(refused.value)


def test_pictures_are_composed_for_less_room_as_well() -> None:
    assert sizes(1280, 720) == ((1280, 720), (640, 360), (360, 560))
    assert sizes(3840, 2160) == ((3840, 2160), (640, 360), (360, 560))
    assert sizes(720, 1280) == ((720, 1280), (360, 560))
    assert sizes(16, 16) == ((16, 16),)
