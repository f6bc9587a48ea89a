"""Whole exports of real updates: the same picture in whatever order, and files that hold what was asked for."""

import itertools
import os
import re
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from tests.storyboard.updates import of_session, renderer
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.engine.session.spec import Session
from twostroke.gui.cli import cli
from twostroke.gui.export import board_request, canvases, render, writers
from twostroke.gui.export.board_takes import BoardTakes
from twostroke.gui.export.canvases import MOST_IMAGES, Canvas
from twostroke.gui.export.job import QUEUE_FRAMES
from twostroke.gui.export.refusals import ExportError
from twostroke.gui.export.render import ensure_application, ensure_font
from twostroke.gui.look.painting import painting
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.lessons import lesson
from twostroke.gui.model.storyboard.board import Picture, Storyboard
from twostroke.gui.model.storyboard.shot_frames import frames_of
from twostroke.gui.stage.paint import painter
from twostroke.gui.stage.scene.lenses import LENSES, lens_of

SIZE = (480, 270)


@pytest.fixture(autouse=True)
def ready(application: object) -> None:
    """Painting needs an application and the bundled typeface."""
    ensure_application()
    ensure_font()


def board(count: int = 1, fps: int = 8, seconds: float = 1.0, theme: Theme = Theme.LIGHT, **more: Any) -> Storyboard:
    """`count` updates of a lesson, or of the session that is given, from update 20 on."""
    session = more.pop("session", lesson("two-strokes").session)
    picture = Picture(*SIZE, fps, theme, title=False)
    return of_session(session, 20, count, picture, seconds=seconds, row=1, **more)


def test_any_order_gives_the_same_pictures() -> None:
    one, other = renderer(board(2)), renderer(board(2))
    in_order = [one.image(index) for index in range(16)]
    for index in (9, 3, 15, 0, 8):
        assert other.image(index) == in_order[index], index


def test_the_picture_moves_with_the_film() -> None:
    painted = renderer(board(fps=10, seconds=2.0))
    pictures = [painted.image(index) for index in range(20)]
    moves = [earlier != later for earlier, later in itertools.pairwise(pictures)]
    assert sum(moves) > len(moves) / 2
    assert pictures[0].size().toTuple() == SIZE


def test_where_the_film_rests_nothing_is_painted_again() -> None:
    whole = board(fps=30, seconds=12.0)
    painted, film = renderer(whole), frames_of(whole)
    rest = next(index for index in range(len(film) - 1) if film[index] == film[index + 1])
    assert painted.image(rest) is painted.image(rest + 1)
    assert painted.image(rest - 1) is not painted.image(rest)


def test_a_sample_is_painted_once() -> None:
    """A palette is made before the film begins, of frames that come again in it."""
    painted = renderer(board())
    samples = {index: painted.sample(index) for index in range(0, 8, 3)}
    images = [painted.image(index) for index in range(8)]
    assert all(images[index] is sample for index, sample in samples.items())
    assert images == [renderer(board()).image(index) for index in range(8)]
    assert painted.image(0) is not images[0]  # handed out, it is not kept any longer


def test_a_canvas_on_which_painting_failed_is_painted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what it showed before, only what has changed would be brought to it."""
    whole = board(fps=30, seconds=12.0)
    painted, paint_over, failing = renderer(whole), painter.paint_over, []

    def spoilt(on: QImage, *more: Any) -> int:
        if failing:
            on.fill(0xFFFF0000)
            raise MemoryError(failing.pop())
        return paint_over(on, *more)

    monkeypatch.setattr(painter, "paint_over", spoilt)
    for index in range(60, 64):
        painted.image(index)
    failing.append("no room for a picture")
    with pytest.raises(MemoryError):
        painted.image(64)
    found = [painted.image(index) for index in range(64, 70)]
    assert found == [renderer(whole).image(index) for index in range(64, 70)]


def test_samples_that_are_kept_leave_the_canvases_to_the_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """These are painted over again and again; each new one costs the system a page at a time."""
    made: list[Canvas] = []

    def noted(size: tuple[int, int], transparent: bool) -> Canvas:
        made.append(Canvas(size, transparent))
        return made[-1]

    monkeypatch.setattr(canvases, "Canvas", noted)
    painted = renderer(board(seconds=6.0))
    kept = [painted.sample(index) for index in range(2 * MOST_IMAGES)]
    for index in range(2 * MOST_IMAGES, 48):
        painted.image(index)
    assert len(kept) == 2 * MOST_IMAGES < 46
    assert len(made) <= 2


def test_samples_that_are_kept_take_a_bounded_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "SAMPLE_BYTES", 2 * 4 * SIZE[0] * SIZE[1] + 1)
    painted = renderer(board())
    samples = [painted.sample(index) for index in (0, 3, 6)]
    images = [painted.image(index) for index in (0, 3, 6)]
    assert [image is sample for image, sample in zip(images, samples, strict=True)] == [True, True, False]
    assert images == samples


def test_samples_are_spread_over_the_whole_clip_and_few() -> None:
    for count, updates in itertools.product((1, 5, 12, 13, 24, 25, 47, 360, 36_000), (1, 2, 100)):
        places, most = board_request.sampled(count, updates), 12 if updates == 1 else 24
        assert places[0] == 0
        assert count - 1 - places[-1] < places.step
        assert min(count, most) / 2 < len(places) <= most


def test_fewer_images_wait_for_the_encoder_where_they_are_large() -> None:
    assert board_request.frames_ahead((1280, 720)) == board_request.frames_ahead((1920, 1080)) == QUEUE_FRAMES
    assert board_request.frames_ahead((3840, 2160)) == 3
    assert board_request.frames_ahead((7680, 7680)) == 1


def test_the_themes_differ() -> None:
    moment = Cursor(3).seek(Step(Phase.GATE, 1))
    light, dark = (renderer(board(theme=theme, moment=moment)) for theme in (Theme.LIGHT, Theme.DARK))
    assert brightness(light.image(0)) > 150
    assert brightness(dark.image(0)) < 100


def brightness(image: QImage) -> float:
    return float(writers.pixels(image)[..., :3].mean())


def test_takes_are_the_updates_in_order_and_can_be_gone_back_to() -> None:
    takes, again = (BoardTakes(of_session(lesson("two-strokes").session, 7, 3)) for _ in range(2))
    forth = [takes(index).tape for index in (0, 1, 2)]
    assert [tape.update for tape in forth if tape is not None] == [7, 8, 9]
    for before, after in itertools.pairwise(forth):
        assert np.array_equal(before.layers[0].weight_next, after.layers[0].weight)
    again(2)
    assert np.array_equal(again(0).tape.layers[1].z, forth[0].layers[1].z)
    assert takes(0).snapshot.tape is takes(0).tape


def test_an_update_that_cannot_be_reached_is_said() -> None:
    session = Session.model_validate(
        {
            "data": {"name": "parabola"},
            "network": {"layers": [{"units": 4, "activation": "quadratic"}] * 2},
            "training": {"optimizer": {"name": "sgd", "learning_rate": 100}},
        }
    )
    with pytest.raises(ExportError, match=r"Update 500 cannot be reached\. Training stopped"):
        BoardTakes(of_session(session, 500))(0)


def export(target: Path, *options: str) -> None:
    assert cli.main(["export", "two-strokes", "-o", str(target), "--at", "3", "--size", "320x180", *options]) == 0


@pytest.mark.parametrize("ending", [".mp4", ".webm", ".gif", ".apng"])
def test_a_film_of_real_updates(tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"film{ending}"
    export(target, "--fps", "10", "--seconds-per-update", "1", "--updates", "2")
    with av.open(str(target)) as container:
        frames = list(container.decode(video=0))
    assert len(frames) == 20
    assert {(frame.width, frame.height) for frame in frames} == {(320, 180)}
    assert os.listdir(tmp_path) == [target.name]


def test_pictures_of_a_real_update(tmp_path: Path) -> None:
    export(tmp_path / "one.png", "--moment", "gate:2")
    image = QImage(str(tmp_path / "one.png"))
    assert image.size().toTuple() == (320, 180)
    export(tmp_path / "other.png", "--moment", "gate_back:2")
    assert QImage(str(tmp_path / "other.png")) != image
    export(tmp_path / "one.svg")
    assert "<path" in (tmp_path / "one.svg").read_text(encoding="utf-8")
    export(tmp_path / "one.pdf", "--theme", "dark")
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF")
    export(tmp_path / "frames", "--fps", "4", "--seconds-per-update", "1")
    assert sorted(os.listdir(tmp_path / "frames")) == [f"frame-{n:04}.png" for n in range(4)]


@pytest.mark.parametrize("lens", [lens.id for lens in LENSES])
def test_a_picture_is_seen_through_the_lens_that_is_asked_for(tmp_path: Path, lens: str) -> None:
    export(tmp_path / "seen.png", "--moment", "update", "--lens", lens)
    seen = QImage(str(tmp_path / "seen.png"))
    own, moment = lesson("two-strokes"), Cursor(3).seek(Step(Phase.UPDATE))
    whole = of_session(own.session, 3, picture=Picture(320, 180, title=False), moment=moment, row=own.row, lens=lens)
    assert seen == renderer(whole).image(0).convertToFormat(seen.format())
    view = renderer(whole).view(0)
    assert lens_of(lens).lacks(view) == "" or lens == "weights", "a film knows all that a lens needs"


def test_a_session_is_exported_as_it_is_seen_unless_another_lens_is_asked_for(tmp_path: Path) -> None:
    parts = '"network": {"layers": [{"units": 3}]}, "view": {"lens": "gain", "digits": 5}'
    (tmp_path / "own.twostroke.json").write_text(f'{{"format": "twostroke-session", "version": 1, {parts}}}')
    session = Session.model_validate({"network": {"layers": [{"units": 3}]}})
    moment = Cursor(2).seek(Step(Phase.GATE_BACK, 1))
    for asked, lens in (((), "gain"), (("--lens", "strokes"), "strokes")):
        options = ("--size", "640x360", "--at", "2", *asked)
        assert cli.main(["export", str(tmp_path / "own.twostroke.json"), "-o", str(tmp_path / "a.png"), *options]) == 0
        whole = of_session(session, 2, picture=Picture(640, 360, title=False), digits=5, moment=moment, lens=lens)
        seen = QImage(str(tmp_path / "a.png"))
        assert seen == renderer(whole).image(0).convertToFormat(seen.format())


def test_an_odd_size_is_made_even_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "film.mp4"
    export(target, "--size", "321x181", "--fps", "2", "--seconds-per-update", "1")
    assert "320 × 180" in capsys.readouterr().out
    with av.open(str(target)) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (320, 180)


@pytest.mark.parametrize(
    "parts",
    [
        {"data": {"name": "digits"}, "network": {"layers": [{"units": 64}, {"units": 16, "activation": "gelu"}]}},
        {"data": {"name": "sine"}, "network": {"layers": []}},
        {"data": {"name": "iris"}, "network": {"layers": [{"units": 5, "activation": "prelu"}]}},
        {"network": {"layers": [{"units": 4, "activation": "step"}]}, "gates": {"forward": False}},
    ],
)
def test_other_networks_can_be_filmed(parts: dict[str, object]) -> None:
    session = Session.model_validate(parts)
    painted = renderer(board(fps=12, session=session))
    assert len({writers.pixels(painted.image(index)).tobytes() for index in range(12)}) > 6


def test_drawings_need_no_font(tmp_path: Path) -> None:
    """SVG: letters are outlines, and lie where the picture has them. PDF: each font that is named is in the file."""
    for ending in ("svg", "pdf", "png"):
        output = tmp_path / f"one.{ending}"
        assert cli.main(["export", "two-strokes", "-o", str(output), "--at", "0", "--size", "960x540"]) == 0
    svg = (tmp_path / "one.svg").read_text("utf-8")
    assert "<text" not in svg
    assert "font-family" not in svg
    drawn = QImage(960, 540, QImage.Format.Format_RGB32)
    with painting(drawn) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        QSvgRenderer(str(tmp_path / "one.svg")).render(painter)
    painted = QImage(str(tmp_path / "one.png")).convertToFormat(QImage.Format.Format_RGB32)
    apart = [np.frombuffer(image.constBits(), np.uint8).astype(int) for image in (drawn, painted)]
    assert np.mean(np.abs(apart[0] - apart[1]) > 96) < 0.002  # measured: 0.0004, without letters 0.009
    pdf = (tmp_path / "one.pdf").read_bytes()
    fonts = set(re.findall(rb"/Type\s*/FontDescriptor\s*/FontName\s*/(\S+)", pdf))
    assert len(fonts) == len(re.findall(rb"/FontFile2 \d+ 0 R", pdf)) >= 2
    assert all(b"Inter" in name for name in fonts)
