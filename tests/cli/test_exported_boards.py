"""Storyboards as files of each kind: from a file of their own, and by options."""

import struct
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tests.cli.terminal import Run
from tests.storyboard.boards import CURVES, HEAD, NAME, SESSION, SHOT, SMALL, TRAINING
from twostroke.gui.export import gif_limit


def pixels_of(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGBA"))


def store(folder: Path, *parts: str) -> None:
    (folder / NAME).write_text("\n".join([HEAD + SESSION, *parts]))


def test_a_transparent_picture_has_no_background(run: Run, tmp_path: Path) -> None:
    store(tmp_path, CURVES, SHOT + "seconds = 0.6\n")
    for name in ("clear.png", "clear.apng", "clear.webp", "clear.webm", "clear.svg"):
        assert run("export", NAME, "-o", name, "--transparent").code == 0
    for name in ("clear.png", "clear.apng", "clear.webp"):
        alpha = pixels_of(tmp_path / name)[..., 3]
        assert (alpha[0, 0], alpha.max()) == (0, 255), name
        assert len(np.unique(alpha)) > 10, name  # edges are smooth
        assert (alpha == 0).mean() > 0.5, name  # nor have the charts one
    with av.open(str(tmp_path / "clear.webm")) as film:
        assert film.streams.video[0].metadata.get("alpha_mode", "") == "1"
    run("export", NAME, "-o", "film.mp4", "--transparent").is_one_line_of_trouble(2, ".mp4", ".png", ".webm")


def test_a_gif_keeps_its_limit(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(tmp_path, SMALL.replace("fps = 5", "fps = 20"), TRAINING.replace("seconds = 1", "seconds = 2"))
    assert run("export", NAME, "-o", "free.gif").code == 0
    free = (tmp_path / "free.gif").stat().st_size
    made = run("export", NAME, "-o", "small.gif", "--max-mb", f"{0.5 * free / 1e6}")
    assert made.code == 0
    assert 0.2 * free < (tmp_path / "small.gif").stat().st_size <= 0.5 * free
    with Image.open(tmp_path / "small.gif") as film:
        frames: int = film.n_frames  # type: ignore[attr-defined]
        seconds = sum(_duration(film, index) for index in range(frames))
        width, height = film.size
    assert frames < 40
    assert f"small.gif: {frames} frames, 2 s long, {width} × {height}, in " in made.out
    assert seconds == pytest.approx(2.0, abs=0.25)
    names = {"free.gif", "small.gif", NAME}
    monkeypatch.setattr(gif_limit, "LEAST_WIDTH", 470)
    run("export", NAME, "-o", "no.gif", "--max-mb", "0.05").is_one_line_of_trouble(1, "0.05 MB", "470 pixels")
    assert {path.name for path in tmp_path.iterdir()} == names


def _duration(film: Image.Image, index: int) -> float:
    film.seek(index)
    return float(film.info["duration"]) / 1000


def test_captions_go_beside_the_film(run: Run, tmp_path: Path) -> None:
    store(tmp_path, SMALL, SHOT + 'seconds = 1\ncaption = "Look at it."\n', TRAINING.replace("at = 0", "at = 20"))
    assert run("export", NAME, "-o", "film.mp4", "--subtitles", "srt").code == 0
    assert (tmp_path / "film.srt").read_text().splitlines() == [
        "1",
        "00:00:00,000 --> 00:00:01,000",
        "Look at it.",
        "",
        "2",
        "00:00:01,000 --> 00:00:02,000",
        "Training from update 20 to update 40.",
    ]


@pytest.mark.parametrize("name", ["film.mp4", "film.gif", "page.html", "sheet.pdf", "deck.pptx", "one.png", "pictures"])
def test_each_kind_of_file_takes_a_storyboard(run: Run, tmp_path: Path, name: str) -> None:
    store(tmp_path, CURVES, SHOT + 'grain = "layer"\nseconds = 0.6\n', TRAINING.replace("at = 0", "at = 20"))
    assert run("export", NAME, "-o", name).code == 0
    found = tmp_path / name
    assert len(list(found.iterdir())) == 8 if found.is_dir() else found.stat().st_size > 1_000


@pytest.mark.parametrize(
    ("arguments", "frames", "words"),
    [
        (("--show", "forward", "--seconds", "1"), 5, "1 s"),
        (("--show", "training", "--until", "100", "--seconds", "2", "--layout", "curves"), 10, "2 s"),
        (("--updates", "2", "--seconds", "1", "--layout", "output", "--title", "Two"), 10, "2 s"),
    ],
)
def test_options_say_the_same_without_a_file(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], frames: int, words: str
) -> None:
    done = run("export", "two-strokes", "-o", "a.mp4", "--size", "480x270", "--fps", "5", *arguments)
    assert done.code == 0, done.err
    assert f"{frames} frames, {words} long" in done.out + done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--show", "forwards"), ("--show", "did you mean forward?")),
        (("--show", "training"), ("--until",)),
        (("--until", "30"), ("--until", "training")),
        (("--show", "training", "--until", "3"), ("--until is 3", "more than 20")),
        (("--show", "training", "--until", "30", "--updates", "2"), ("--updates",)),
        (("--show", "forward", "--seconds", "0"), ("0.1 to 600",)),
        (("--seconds", "3", "--seconds-per-update", "2"), ("--seconds does not go with --seconds-per-update",)),
        (("--as", "\u202e" * 900), ('--as "\\u202e',)),
        (("--layout", "plain"), ("--layout", "stage", "curves")),
        (("--subtitles", "txt"), ("--subtitles", "srt")),
        (("--max-mb", "3"), ("--max-mb", ".gif")),
        (("--show", "forward", "--moment", "gate:1"), ("--moment", "--show forward")),
        (("--show", "training", "--until", "30", "--moment", "gate:1"), ("--moment", "--show training")),
        (("--compare", "activation"), ("--compare", "activation=tanh")),
        (("--compare", "activation=tahn"), ("--compare activation=tahn", "tanh")),
        (("--compare", "activation=relu"), ("--compare activation=relu", "like this already")),
        (("--compare", "units=3"), ('"units" is nothing to differ in', "depth")),
        (("--compare", "shape=round"), ("--compare shape=round", "activation")),
        (("--compare", "seed=" + "9" * 4_000), ('--compare "seed=999', "of more than 15 digits")),
        (("--compare", "seed=\x01"), ('--compare "seed=\\u0001"', "whole number")),
        (("--compare", "seed=1e3"), ("--compare seed=1e3", "whole number")),
        (("--compare", "seed=2,matched,3"), ("--compare", ",matched")),
        (("--compare", "seed=2") * 4, ("--compare", "4 times", "at most 3")),
    ],
)
def test_what_does_not_go_together_is_refused(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    run("export", "two-strokes", "-o", "film.mp4", "--at", "20", *arguments).is_one_line_of_trouble(2, *words)
    assert not list(tmp_path.iterdir())


def test_captions_that_have_no_place_are_told_before_anything_is_painted(run: Run, tmp_path: Path) -> None:
    (tmp_path / "film.srt").mkdir()
    asked = ("export", "two-strokes", "-o", "film.mp4", "--subtitles", "srt")
    run(*asked).is_one_line_of_trouble(2, "film.srt")


def test_code_shows_nothing(run: Run, tmp_path: Path) -> None:
    run("export", "two-strokes", "-o", "a.py", "--show", "forward").is_one_line_of_trouble(2, "--show", "a.py")


def test_a_lesson_is_shown_scene_by_scene(run: Run, tmp_path: Path) -> None:
    done = run("export", "two-strokes", "-o", "a.mp4", "--show", "lesson", "--size", "320x180", "--fps", "1")
    assert done.code == 0, done.err
    refused = run("export", "two-strokes", "-o", "b.mp4", "--show", "lesson", "--at", "3")
    refused.is_one_line_of_trouble(2, "--at", "--show lesson")
    refused = run("export", "two-strokes", "-o", "b.mp4", "--show", "lesson", "--compare", "seed=2")
    refused.is_one_line_of_trouble(2, "--compare", "--show lesson")
    run("export", "two-stroke", "-o", "b.mp4", "--show", "lesson").is_one_line_of_trouble(2, "two-strokes")


def test_a_lesson_of_one_scene_shows_where_that_ends(run: Run, tmp_path: Path) -> None:
    head = 'format = "twostroke-lesson"\nversion = 1\nname = "own"\ntitle = "Own"\n[session]\n'
    for moment in ("sum:1", "gate:1", "gate_back:1"):
        scene = f'[[scenes]]\ntitle = "Own"\nsay = "Here."\ndo = [{{step = "{moment}"}}]\n'
        (tmp_path / "own.toml").write_text(head + scene)
        name = f"{moment.replace(':', '-')}.png"
        assert run("export", "own.toml", "-o", name, "--show", "lesson", "--size", "320x180").code == 0
    assert len({path.read_bytes() for path in tmp_path.glob("*.png")}) == 3


def test_options_compare_as_a_file_does(run: Run, tmp_path: Path) -> None:
    asked = ("export", "two-strokes", "-o", "typed.png", "--show", "update", "--size", "640x360")
    done = run(*asked, "--compare", "activation=tanh", "--compare", "depth=3,matched")
    assert done.code == 0, done.err
    company = 'session = "two-strokes"\ncompare = [{activation = "tanh"}, {depth = 3, matched = true}]\n'
    look = '[picture]\nsize = "640x360"\ntitle = false\n'
    (tmp_path / NAME).write_text(f'format = "twostroke-storyboard"\nversion = 1\n{company}{look}[[shots]]\n')
    assert run("export", NAME, "-o", "written.png").code == 0
    assert (tmp_path / "typed.png").read_bytes() == (tmp_path / "written.png").read_bytes()
    run("export", "two-strokes", "-o", "a.npz", "--compare", "seed=2").is_one_line_of_trouble(2, "--compare", "a.npz")


def test_a_film_of_a_moment_stands_still_there(run: Run, tmp_path: Path) -> None:
    asked = ("export", "two-strokes", "--size", "320x180", "--fps", "4", "--moment", "gate:1")
    assert run(*asked, "-o", "still.png").code == 0
    assert run(*asked, "-o", "film/").code == 0
    frames = [path.read_bytes() for path in sorted((tmp_path / "film").iterdir())]
    assert len(frames) == 12
    assert set(frames) == {(tmp_path / "still.png").read_bytes()}
    run("export", "two-strokes", "-o", "a.doc", "--moment", "gate:1").is_one_line_of_trouble(2, "a.doc", ".mp4")


def test_a_picture_of_an_update_is_one_picture_however_it_is_asked_for(run: Run, tmp_path: Path) -> None:
    store(tmp_path, SMALL.replace("480x270", "320x180") + "title = false\n", SHOT)
    asked = ("export", "two-strokes", "--size", "320x180", "--at", "20")
    ways = ((), ("--show", "update"), ("--seconds", "3"), ("--moment", "gate_back:1"), ("--layout", "stage"))
    for number, way in enumerate(ways):
        assert run(*asked, *way, "-o", f"{number}.png").code == 0
    assert run("export", NAME, "-o", "file.png").code == 0
    assert len({path.read_bytes() for path in tmp_path.glob("*.png")}) == 1


def test_what_a_storyboard_says_itself_is_changed_there(run: Run, tmp_path: Path) -> None:
    store(tmp_path, SMALL, SHOT)
    run("export", NAME, "-o", "film.mp4", "--at", "3").is_one_line_of_trouble(2, "--at", NAME)
    run("export", NAME, "-o", "film.mp4", "--compare", "seed=2").is_one_line_of_trouble(2, "--compare", NAME)
    run("export", "gone.storyboard.toml", "-o", "film.mp4").is_one_line_of_trouble(2, "gone.storyboard.toml")


def test_a_frame_of_a_png_is_the_same_byte_for_byte(run: Run, tmp_path: Path) -> None:
    store(tmp_path, CURVES, TRAINING)
    for name in ("one.png", "two.png"):
        assert run("export", NAME, "-o", name, "--size", "720p").code == 0
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    assert struct.unpack(">II", (tmp_path / "one.png").read_bytes()[16:24]) == (1280, 720)
