"""The HTML player in a browser: the program's own pictures, keys, and not a word to anybody."""

import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from tests.export.player.chromium import Browser
from tests.export.player.pages import BAD_NAME, Page, export_page, hostile_board, small_board, small_page
from twostroke.gui.export.board_takes import takes_of
from twostroke.gui.export.player.one_file import page
from twostroke.gui.export.player.places import GRID
from twostroke.gui.export.player.plain import Composition, Shapes, told
from twostroke.gui.export.render import FrameRenderer
from twostroke.gui.look.painting import painting
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.model.storyboard.shot_frames import frames_of
from twostroke.gui.stage.paint.camera import Camera
from twostroke.gui.stage.paint.outlines import EM
from twostroke.gui.stage.paint.painter import paint

FAR = 64
"""Shades of 255: edges are smoothed in other ways, and Qt puts letters on whole rows."""


def shown(browser: Browser, page: Page) -> Browser:
    browser.open(page.path.as_uri())
    browser.evaluate("twostroke.ready")
    return browser


def own_frames() -> list[np.ndarray]:
    """Each step as the program paints it, (height, width, 3)."""
    board = small_board()
    steps = [frame for frame, _ in frames_of(board).stops]
    painted = FrameRenderer(takes_of(board), steps, board, (1280, 720))
    return [rgb(painted.image(index)) for index in range(len(steps))]


def rgb(image: QImage) -> np.ndarray:
    """Its pixels, (height, width, 3)."""
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return rows[:, :, 2::-1].copy()


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """The share of the pixels that differ by more than can be a matter of smoothing."""
    return float((np.abs(one.astype(int) - other).max(axis=2) > FAR).mean())


def test_every_step_is_the_frame_of_the_program(browser: Browser, small: Page) -> None:
    frames = own_frames()
    shown(browser, small)
    assert browser.evaluate("twostroke.count") == len(frames)
    for index in reversed(range(len(frames))):
        browser.evaluate(f"twostroke.go({index})")
        assert browser.evaluate("twostroke.at") == index
        seen = browser.canvas()
        assert seen.shape == (720, 1280, 3)
        away = apart(seen, frames[index])
        assert away < 0.003
        assert away < apart(seen, frames[index - 1])  # which is another picture
    assert browser.said == []
    assert browser.requests == [small.path.as_uri()]


def test_its_keys(browser: Browser, small: Page) -> None:
    shown(browser, small)
    count = browser.evaluate("twostroke.count")

    def after(key: str) -> int:
        browser.press(key)
        return int(browser.evaluate("twostroke.at"))

    assert [after(key) for key in ("ArrowRight", "ArrowRight", "ArrowLeft")] == [1, 2, 1]
    assert [after(key) for key in ("End", "ArrowRight", "ArrowLeft", "Home", "ArrowLeft")] == [
        count - 1, count - 1, count - 2, 0, 0,
    ]  # fmt: skip
    browser.evaluate("document.getElementById('place').focus()")
    assert [after(key) for key in ("ArrowRight", "End", "Home")] == [1, count - 1, 0]
    browser.press(" ")
    assert browser.evaluate("twostroke.playing")
    browser.until("twostroke.at === 1")
    browser.press(" ")
    assert not browser.evaluate("twostroke.playing")
    assert browser.said == []


def test_a_step_moves_to_its_stop_and_rests_there(browser: Browser, small: Page) -> None:
    shown(browser, small)
    browser.press("ArrowRight")
    place = "Number(document.getElementById('place').value)"
    between, end = browser.evaluate(place), small.steps["times"][small.steps["stops"][1]]
    assert between < end
    browser.until(f"{place} === {end}")
    time.sleep(0.1)
    assert browser.evaluate(place) == end
    caption = browser.evaluate("document.getElementById('caption').textContent")
    assert caption == f"Step 2 of 17. {small.steps['captions'][1]}"


def test_where_motion_is_not_wanted_a_step_is_there_at_once(browser: Browser, small: Page) -> None:
    browser.prefer(prefers_reduced_motion="reduce")
    shown(browser, small)
    browser.press("ArrowRight")
    place = browser.evaluate("Number(document.getElementById('place').value)")
    assert place == small.steps["times"][small.steps["stops"][1]]


def test_scrubbing_and_touching(browser: Browser, small: Page) -> None:
    shown(browser, small)
    half = small.steps["times"][small.steps["stops"][8]]
    slide = "(p => {{ p.value = {}; p.dispatchEvent(new Event('input')) }})(document.getElementById('place'))"
    browser.evaluate(slide.format(half + 1))
    assert browser.evaluate("twostroke.at") == 8
    for start, end, expected in ((600, 200, 9), (200, 600, 8)):
        browser.drag(start, end)
        assert browser.evaluate("twostroke.at") == expected


@pytest.mark.parametrize(("width", "height", "composed"), [(360, 640, 360), (800, 500, 640), (1920, 1080, 1280)])
def test_it_fits_every_window_and_is_sharp(
    browser: Browser, small: Page, width: int, height: int, composed: int
) -> None:
    browser.resize(width, height, 2.0)
    shown(browser, small)
    assert browser.evaluate("document.documentElement.scrollWidth") == width
    assert browser.evaluate("document.documentElement.scrollHeight") == height
    canvas = "document.querySelector('canvas')"
    dots = browser.evaluate(f"{canvas}.width / {canvas}.getBoundingClientRect().width")
    assert dots == pytest.approx(2.0, abs=0.02)
    heights = {360: 560, 640: 360, 1280: 720}
    ratio = browser.evaluate(f"{canvas}.width / {canvas}.height")
    assert ratio == pytest.approx(composed / heights[composed], abs=0.02)


@pytest.mark.parametrize(("width", "height"), [(360, 640), (1920, 1080)])
def test_tab_goes_through_its_controls_as_they_are_read(browser: Browser, small: Page, width: int, height: int) -> None:
    browser.resize(width, height)
    shown(browser, small)
    places = browser.evaluate(
        "Array.from(document.querySelectorAll('button, input'), e => e.getBoundingClientRect())"
        ".map(r => [r.y + r.height / 2, r.x])"
    )
    assert len(places) == 6
    lines = [(round(y / 20), x) for y, x in places]
    assert lines == sorted(lines)


def test_names_of_columns_do_nothing(browser: Browser, application: object, tmp_path: Path) -> None:
    shown(browser, export_page(hostile_board(), tmp_path / "hostile.html"))
    assert BAD_NAME in browser.evaluate("document.getElementById('caption').textContent")
    assert browser.said == []
    assert len(browser.requests) == 1


def test_it_plays_in_another_page(browser: Browser, application: object, tmp_path: Path) -> None:
    pasted = small_page(tmp_path / "small.html", shape="iframe").text
    around = tmp_path / "course.html"
    around.write_text(f"<!DOCTYPE html><title>Course</title><h1>Week 3</h1>{pasted}", encoding="utf-8")
    browser.open(around.as_uri())
    time.sleep(0.3)
    seen = browser.picture()
    assert len(np.unique(seen.reshape(-1, 3), axis=0)) > 200
    assert browser.said == []
    assert all(address.startswith(("file:", "about:srcdoc")) for address in browser.requests)


def test_it_is_printed_sharp_and_without_its_buttons(browser: Browser, small: Page) -> None:
    shown(browser, small)
    printed = browser.call("Page.printToPDF", landscape=True, printBackground=True)["data"]
    assert browser.evaluate("document.querySelector('canvas').width") == 1280
    assert len(printed) > 20_000


def test_a_camera_shows_what_it_shows_in_the_program(browser: Browser, application: object, tmp_path: Path) -> None:
    board, camera = small_board(), Camera(2.5, -1300.0, -200.0)
    steps = [frame for frame, _ in frames_of(board).stops]
    scene = FrameRenderer(takes_of(board), steps, board, (1280, 720)).scene(12)
    film = Composition(shapes := Shapes(), 1280.0, 720.0)
    film.add(scene, camera)
    path = tmp_path / "camera.html"
    told_steps = {"title": "", "captions": [""], "stops": [0], "times": [0], "length": 0}
    path.write_text(page("", Choices(theme=Theme.LIGHT), told_steps, told(shapes, [film], GRID, EM)), encoding="utf-8")
    shown(browser, Page(path))
    image = QImage(1280, 720, QImage.Format.Format_RGB32)
    with painting(image) as painter:
        paint(painter, scene, QRectF(0, 0, 1280, 720), camera)
    assert apart(browser.canvas(), rgb(image)) < 0.004
    assert browser.said == []
