"""Slides: read as the files they are, by who knows nothing of the program."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import av
import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from tests.gui.examples import example_session, example_snapshot
from tests.storyboard.boards import SMALL, written
from tests.storyboard.updates import PLAIN, of_snapshot
from twostroke.gui.export.board_request import BoardRequest, make_board_job
from twostroke.gui.export.board_takes import BoardTakes, takes_of
from twostroke.gui.export.kind import Needs
from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.export.render import FrameRenderer
from twostroke.gui.export.slides.deck import SHARP, headings, writable
from twostroke.gui.export.steps import StepPicture
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.score import score_of_session
from twostroke.gui.model.storyboard.board import Picture, Storyboard
from twostroke.gui.model.storyboard.of_session import Asked, shots_of

SNAPSHOT = example_snapshot(example_session((3, 2)), stroke=True)


def made(target: Path, picture: Picture = PLAIN, shape: str = "") -> list[StepPicture]:
    """Write the slides of an update; its steps, painted anew."""
    request = BoardRequest(str(target), of_snapshot(SNAPSHOT, picture, seconds=0.4), shape)
    takes = takes_of(request.board)
    job = make_board_job(request, takes)
    job.start()
    assert job.finish() == target
    step = FrameRenderer(takes, request.frames, request.board, request.size).picture(Needs.STEP)
    return [step(index) for index in range(len(request.frames))]


def texts(part: bytes) -> str:
    """All text of a part of the file."""
    return "\n".join(each.text or "" for each in ElementTree.fromstring(part).iter() if each.tag.endswith("}t"))


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3].astype(int)


def test_a_slide_a_step_with_its_picture_and_its_numbers_in_the_notes(application: object, tmp_path: Path) -> None:
    steps = made(tmp_path / "two.pptx", replace(PLAIN, theme=Theme.DARK))
    with ZipFile(tmp_path / "two.pptx") as deck:
        names = sorted((n for n in deck.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", n)), key=number)
        notes = sorted((n for n in deck.namelist() if re.search(r"notesSlides/notesSlide\d+\.xml$", n)), key=number)
        images = sorted((n for n in deck.namelist() if re.search(r"media/image\d+\.png$", n)), key=number)
        assert len(names) == len(notes) == len(steps) > 10
        for step, name, note in zip(steps, names, notes, strict=True):
            assert texts(deck.read(name)).strip() == step.caption
            assert f'descr="{step.caption[:20]}' in deck.read(name).decode()
            told = texts(deck.read(note))
            assert told.startswith(step.caption)
            assert all(line in told for line in step.numbers.lines)
        last = QImage.fromData(deck.read(images[-1]))
    assert (last.width(), last.height()) == (SHARP, SHARP * 9 // 16)
    again = QImage(last.size(), QImage.Format.Format_RGB32)
    painter = QPainter(again)
    steps[-1].draw(painter, QRectF(0, 0, last.width(), last.height()))
    painter.end()
    assert np.abs(pixels(last) - pixels(again)).max() == 0


def test_a_presentation_says_nothing_of_its_template(application: object, tmp_path: Path) -> None:
    """It named somebody who had last changed it, in 2013."""
    made(tmp_path / "two.pptx")
    with ZipFile(tmp_path / "two.pptx") as deck:
        about = {
            each.tag.partition("}")[2]: each.text for each in ElementTree.fromstring(deck.read("docProps/core.xml"))
        }
    assert not any((about.get(key) or "").strip() for key in ("creator", "lastModifiedBy", "description")), about
    for key in ("created", "modified"):
        assert abs(datetime.fromisoformat(str(about[key])) - datetime.now(UTC)) < timedelta(hours=1)


def test_the_title_of_a_shot_is_that_of_its_slides(application: object, tmp_path: Path) -> None:
    """And tells which of them each is, for no two may have the same."""
    shots = """
[[shots]]
at = 3
show = "forward"
grain = "layer"
title = "The signal goes forward"
[[shots]]
show = "sum:1"
title = "A <long> title & more, which stands whole in the outline of the slides whatever room the picture has for it"
[[shots]]
show = "sum:1"
"""
    board = written(SMALL, shots)
    for shape in ("", "film"):
        path = tmp_path / f"titled{shape}.pptx"
        job = make_board_job(BoardRequest(str(path), board, shape), takes_of(board))
        job.start()
        job.finish()
        with ZipFile(path) as deck:
            names = sorted((n for n in deck.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", n)), key=number)
            titles = [texts(deck.read(name)).strip() for name in names][bool(shape) :]
            notes = [n for n in deck.namelist() if re.search(r"notesSlides/notesSlide\d+\.xml$", n)]
            last = texts(deck.read(max(notes, key=number)))
        assert titles[:5] == [f"The signal goes forward ({step} of 5)" for step in range(1, 6)]
        assert titles[5] == board.shots[1].title
        assert titles[6].startswith("Each neuron of hidden 1")
        assert last.startswith(titles[6])


@pytest.mark.parametrize(
    ("titles", "told"),
    [
        (["", "", "A"], ["", "", "A"]),
        (["A", "A", "B", "A"], ["A (1 of 2)", "A (2 of 2)", "B", "A"]),
        ([], []),
    ],
)
def test_slides_of_one_title_are_counted(titles: list[str], told: list[str]) -> None:
    assert headings(titles) == told


def number(name: str) -> int:
    return int(re.findall(r"\d+", name)[-1])


def test_the_slide_has_the_shape_of_the_picture(application: object, tmp_path: Path) -> None:
    made(tmp_path / "upright.pptx", replace(PLAIN, width=720, height=1280))
    with ZipFile(tmp_path / "upright.pptx") as deck:
        found = re.search(r'<p:sldSz cx="(\d+)" cy="(\d+)"', deck.read("ppt/presentation.xml").decode())
    assert found is not None
    assert int(found[2]) / int(found[1]) == pytest.approx(1280 / 720, rel=1e-6)


def test_slides_begin_with_a_film_that_shows_its_most_telling_picture(application: object, tmp_path: Path) -> None:
    """A film of any size is one of 720p there; the slides behind it are those that there are without it."""
    target = tmp_path / "filmed.pptx"
    steps = made(target, replace(PLAIN, fps=10, width=1920, height=1080), "film")
    assert [path.name for path in tmp_path.iterdir()] == ["filmed.pptx"]
    with ZipFile(target) as deck:
        slides = [name for name in deck.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)]
        assert len(slides) == 1 + len(steps)
        first = deck.read("ppt/slides/slide1.xml").decode()
        assert "videoFile" in first
        assert "filmed" in texts(first.encode())
        assert texts(deck.read("ppt/slides/slide2.xml")).strip() == steps[0].caption
        (film,) = [name for name in deck.namelist() if name.endswith(".mp4")]
        with av.open(BytesIO(deck.read(film))) as container:
            stream = container.streams.video[0]
            assert (stream.codec_context.name, stream.width, stream.height) == ("h264", 1280, 720)
            frames = list(container.decode(video=0))
        assert len(frames) == 4
        poster = QImage.fromData(deck.read("ppt/media/image1.png"))
        (told,) = re.findall(r'<p:cNvPr[^>]*name="[^"]*mp4"[^>]*descr="([^"]*)"', first)
    assert (poster.width(), poster.height()) == (1920, 1080)
    assert told in {step.caption for step in steps}


@pytest.mark.parametrize("at", [2, 6])
def test_a_film_that_is_given_up_leaves_nothing(application: object, tmp_path: Path, at: int) -> None:
    """Neither in the film nor behind it, where the film lies beside the file."""
    board = of_snapshot(SNAPSHOT, replace(PLAIN, fps=10, width=320, height=180), seconds=0.4)
    job = make_board_job(BoardRequest(str(tmp_path / "x.pptx"), board, "film"), takes_of(board))
    paint = job._render

    def render(index: int) -> object:
        if index == at:
            job.cancel()
        return paint(index)

    job._render = render
    job.start()
    assert job.finish() is None
    assert list(tmp_path.iterdir()) == []


def test_slides_without_a_background_have_nothing_behind_the_picture(application: object, tmp_path: Path) -> None:
    session = example_session((3, 2))
    shots = shots_of(Asked(), score_of_session(session))
    board = Storyboard("", session, shots, Picture(width=320, height=180, transparent=True))
    request = BoardRequest(str(tmp_path / "clear.pptx"), board)
    job = make_board_job(request, BoardTakes(board))
    job.start()
    job.finish()
    with ZipFile(tmp_path / "clear.pptx") as deck:
        images = [QImage.fromData(deck.read(name)) for name in deck.namelist() if name.startswith("ppt/media/image")]
    assert len(images) == len(request.frames)
    assert all(image.pixelColor(2, 2).alpha() == 0 for image in images)
    with pytest.raises(ExportRequestError, match="transparent"):
        BoardRequest(str(tmp_path / "clear.pptx"), board, "film")


def test_a_long_caption_stands_whole_in_the_notes(application: object, tmp_path: Path) -> None:
    session = example_session((3, 2))
    (shot,) = shots_of(Asked(moment="sum:1"), score_of_session(session))
    caption = "A caption that is too long for the picture goes on in the notes. " * 4 + "Here it ends."
    board = Storyboard("", session, (replace(shot, caption=caption),), Picture(width=320, height=180))
    job = make_board_job(BoardRequest(str(tmp_path / "long.pptx"), board), BoardTakes(board))
    job.start()
    job.finish()
    with ZipFile(tmp_path / "long.pptx") as deck:
        assert texts(deck.read("ppt/notesSlides/notesSlide1.xml")).startswith(caption)


@pytest.mark.parametrize("title", ["x" * 5_000, "e\u0301" * 250])
def test_a_title_of_any_length_is_written(application: object, tmp_path: Path, title: str) -> None:
    """A property holds 255 characters; a file's name alone may have as many."""
    session = example_session()
    shots = shots_of(Asked(moment="sum:1"), score_of_session(session))
    board = Storyboard(title, session, shots, Picture(width=320, height=180))
    target = tmp_path / "talk.pptx"
    job = make_board_job(BoardRequest(str(target), board), BoardTakes(board))
    job.start()
    assert job.finish() == target
    with ZipFile(target) as deck:
        told = ElementTree.fromstring(deck.read("docProps/core.xml")).findtext(
            "{http://purl.org/dc/elements/1.1/}title"
        )
    assert told is not None
    assert 200 < len(told) <= 255


def test_what_no_file_can_hold_is_left_out() -> None:
    assert writable("a\x00b\x1f\ud800c\tü·∂\n") == "abc\tü·∂\n"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_makes_as_many_pages(application: object, tmp_path: Path) -> None:
    steps = made(tmp_path / "two.pptx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "two.pptx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=300)
    content = (tmp_path / "two.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == len(steps)
