"""Looking closer: titles and masks of the layers in sight stay legible, and a key and a button show the whole again."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.edits import to
from tests.gui.examples import example_session
from tests.gui.scenes import view_at
from tests.gui.window_bench import CTRL, NONE, Bench, bench, settings
from twostroke.engine.border.cursor import Phase, Step
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.stage.paint.camera import STRAIGHT
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.items import Item, Rects, Scene, Text, rects
from twostroke.gui.stage.scene.layout import text_width
from twostroke.gui.stage.scene.zoomed import Zoom, label, over, sample_at, standing

__all__ = ["bench", "settings"]

SIZES = ((700.0, 545.0), (1340.0, 905.0))
PLUS, MINUS = Qt.Key.Key_Plus, Qt.Key.Key_Minus


def zooms(width: float, height: float) -> list[Zoom]:
    """Closer to places all over the picture."""
    return [
        Zoom(by, width * x * (1 - by), height * y * (1 - by))
        for by in (2.0, 4.0, 8.0, 12.0)
        for x in (0.0, 0.2, 0.4, 0.5, 0.7, 1.0)
        for y in (0.2, 0.6)
    ]


def pictures() -> list[Scene]:
    moments = (view_at(), view_at(step=Step(Phase.UPDATE)), view_at(example_session((300, 20))))
    return [scene_at(view, *size) for view in moments for size in SIZES]


def written(items: tuple[Item, ...], role: str) -> list[Text]:
    return [item for item in items if isinstance(item, Text) and item.role == role]


@pytest.mark.parametrize("scene", pictures(), ids=lambda scene: f"{scene.counts['links']} in {scene.width:.0f}")
def test_titles_and_masks_are_in_sight_in_their_own_size(scene: Scene) -> None:
    sizes = {item.size for item in scene.over if isinstance(item, Text) and item.role == "header"}
    cells = min(float(item.height.min()) for item in scene.over if isinstance(item, Rects) and "strip" in item.role)
    for zoom in zooms(scene.width, scene.height):
        items = over(scene, zoom)
        titles = written(items, "header")
        assert titles, zoom
        assert {t.size for t in titles} <= sizes
        for title in titles:
            assert title.x - text_width(title.text, title.size) / 2 >= 0
            assert title.x + text_width(title.text, title.size) / 2 <= scene.width
            assert title.y < scene.top
        strips = [item for item in items if isinstance(item, Rects) and item.role.startswith("strip")]
        assert strips or [place.marks for place in standing(scene, zoom)] == [scene.marks[0]], "the input has no mask"
        for strip in strips:
            assert strip.height.min() == cells
            assert strip.y.min() >= scene.bottom
            assert strip.x.min() >= -1
            assert (strip.x + strip.width).max() <= scene.width + 1


@pytest.mark.parametrize("scene", pictures(), ids=lambda scene: f"{scene.counts['links']} in {scene.width:.0f}")
def test_no_title_runs_into_another_nor_one_strip_into_the_next(scene: Scene) -> None:
    for zoom in zooms(scene.width, scene.height):
        places = sorted(standing(scene, zoom), key=lambda place: place.x)
        for left, right in pairwise(places):
            assert left.x + left.marks.strip_half * left.stretch < right.x - right.marks.strip_half * right.stretch
        titles = sorted(written(over(scene, zoom), "header"), key=lambda t: t.x)
        rows = {round(t.y): [u for u in titles if round(u.y) == round(t.y)] for t in titles}
        for row in rows.values():
            for one, other in pairwise(row):
                half = [text_width(t.text, t.size) / 2 for t in (one, other)]
                assert other.x - one.x >= sum(half)


def test_a_layer_in_sight_has_its_title_above_it_and_one_beyond_has_an_arrow() -> None:
    scene = scene_at(view_at(), *SIZES[0])
    middle = scene.marks[1].x
    zoom = Zoom(4.0, 350 - 4 * middle, -400.0)
    titles = {t.text: t.x for t in written(over(scene, zoom), "header")}
    assert titles["hidden 1 · ReLU"] == pytest.approx(350)
    assert {"← input", "hidden 2 · ReLU →"} <= set(titles)


@pytest.mark.parametrize("x", [10.0, 40.0])
def test_a_layer_at_the_edge_does_not_take_the_place_of_the_one_in_the_middle(x: float) -> None:
    """In a narrow picture the title of the layer at the left edge slid over the next one, which had none."""
    scene = scene_at(view_at(step=Step(Phase.UPDATE)), 380.0, 500.0)
    first, second = (marks.x for marks in scene.marks[1:3])
    zoom = Zoom(by := (190 - x) / (second - first), 190 - by * second, -300.0)
    place = next(place for place in standing(scene, zoom) if place.marks is scene.marks[2])
    assert place.x == pytest.approx(190)
    assert by * first + zoom.x == pytest.approx(x)


def test_the_title_of_the_input_does_not_go_out_of_the_way_of_words_beside_masks_that_it_lacks() -> None:
    """It stood above hidden 1 in upright pictures, as soon as a camera began to glide."""
    scene = scene_at(view_at(step=Step(Phase.UPDATE)), 380.0, 500.0)
    assert scene.words
    titles = written(over(scene, Zoom(1.1, 0.0, 0.0)), "header")
    (at,) = [title.x for title in titles if title.text == "input"]
    assert at == pytest.approx(1.1 * scene.marks[0].x)


@pytest.mark.parametrize("by", [1.02, 1.1, 1.3])
def test_a_layer_in_sight_whose_masks_have_no_room_keeps_its_title(by: float) -> None:
    """As soon as a camera began to glide, titles of narrow pictures were gone with their masks."""
    scene = scene_at(view_at(step=Step(Phase.UPDATE)), 380.0, 500.0)
    zoom = Zoom(by, 0.0, 0.0)
    titles = {title.text: title.x for title in written(over(scene, zoom), "header")}
    for marks, name in zip(scene.marks, ("input", "hidden 1", "hidden 2"), strict=False):
        found = [x for text, x in titles.items() if text.startswith(name)]
        assert found == [pytest.approx(by * marks.x, abs=1.0)], name


def test_narrow_cells_become_wider_where_one_looks_closer() -> None:
    scene = scene_at(view_at(example_session((300, 20))), *SIZES[0])
    zoom = Zoom(4.0, 350 - 4 * scene.marks[1].x, 0.0)
    wide, narrow = (
        next(item for item in items if isinstance(item, Rects) and item.role == "strip forward 1").width[0]
        for items in (over(scene, zoom), scene.over)
    )
    assert wide > 1.5 * narrow


def test_a_raster_is_hit_where_it_is_seen() -> None:
    scene = scene_at(view_at(step=Step(Phase.UPDATE)), *SIZES[0])
    zoom = Zoom(3.0, 350 - 3 * scene.marks[1].x, -200.0)
    seen = next(i for i in over(scene, zoom) if isinstance(i, Rects) and i.role == "raster forward 1")
    for cell in (0, len(seen.x) - 1):
        x, y = seen.x[cell] + seen.width[cell] / 2, seen.y[cell] + seen.height[cell] / 2
        row = int(np.unique(seen.y).searchsorted(seen.y[cell]))
        assert sample_at(scene, zoom, float(x), float(y)) == scene.marks[1].rasters[0].first + row
    assert sample_at(scene, zoom, 350.0, 200.0) is None


def test_the_label_keeps_its_size_and_stays_in_the_picture(bench: Bench) -> None:
    stage = bench.window.stage
    bench.key(Qt.Key.Key_Down)
    for _ in range(8):
        bench.key(PLUS, CTRL)
    assert stage.camera.zoom > 4
    for _ in range(8):
        bench.key(Qt.Key.Key_Down)
        scene = stage.scene
        assert scene is not None
        assert scene.card is not None
        x, y = stage.camera.to_screen(scene.card.x, scene.card.y)
        assert 0 < x < stage.width(), "the picture follows the keys"
        assert scene.top < y < scene.bottom
        box = next(i for i in label(scene, stage.camera.zoomed) if isinstance(i, Rects) and i.role == "label")
        assert (float(box.width[0]), float(box.height[0])) == (scene.card.width, scene.card.height)
        assert box.x[0] >= 0
        assert box.x[0] + box.width[0] <= stage.width()


def test_a_neuron_behind_the_masks_is_not_hit(bench: Bench) -> None:
    stage = bench.window.stage
    bench.controller.send(to(example_session((8, 8)), "Same"))
    QApplication.processEvents()
    scene = stage.scene
    assert scene is not None
    at = np.flatnonzero((scene.targets.layer == 1) & (scene.targets.unit == 7))[0]
    x, y = float(scene.targets.x[at]), float(scene.targets.y[at])
    assert stage.neuron_at(x, y) == NeuronRef(1, 7)
    stage.zoom_around(x, scene.top, 2.0)
    seen = stage.camera.to_screen(x, y)
    assert seen[1] > scene.bottom
    assert stage.neuron_at(*seen) is None


@pytest.mark.parametrize("way", ["0", "ctrl 0", "button", "button by keys"])
def test_the_whole_network_comes_back(bench: Bench, way: str) -> None:
    stage = bench.window.stage
    assert not stage.whole.isVisible()
    bench.key(PLUS, CTRL)
    bench.key(PLUS, CTRL)
    assert stage.camera != STRAIGHT
    assert stage.whole.isVisible()
    match way:
        case "0":
            bench.key(Qt.Key.Key_0)
        case "ctrl 0":
            bench.key(Qt.Key.Key_0, CTRL)
        case "button":
            QTest.mouseClick(stage.whole, Qt.MouseButton.LeftButton, NONE, QPoint(8, 8))
        case _:
            bench.key(Qt.Key.Key_Tab)
            assert stage.whole.hasFocus()
            bench.key(Qt.Key.Key_Space)
            assert "Play" not in bench.link.sent
    assert stage.camera == STRAIGHT
    assert not stage.whole.isVisible()
    assert stage.hasFocus()


def test_keys_look_closer_and_away(bench: Bench) -> None:
    stage = bench.window.stage
    bench.key(PLUS, CTRL)
    closer = stage.camera.zoom
    assert closer > 1
    bench.key(MINUS, CTRL)
    assert stage.camera == STRAIGHT


@pytest.mark.parametrize("closer", [0, 3])
def test_nothing_is_written_across_the_label(bench: Bench, closer: int) -> None:
    """The caption ran through the numbers of a link low in the picture."""
    bench.window.resize(960, 600)
    QApplication.processEvents()
    stage = bench.window.stage
    bench.key(Qt.Key.Key_Down)
    bench.key(Qt.Key.Key_End, CTRL)
    bench.key(Qt.Key.Key_Left, CTRL)
    for _ in range(closer):
        bench.key(PLUS, CTRL)
    scene = stage.scene
    assert scene is not None
    card = label(scene, stage.camera.zoomed) if closer else scene.label
    box = next(item for item in card if isinstance(item, Rects))
    place = QRect(*(int(v) for v in (box.x[0] + 3, box.y[0] + 3, box.width[0] - 6, box.height[0] - 6)))
    across = rects(box.x, box.y + box.height / 2, box.width, 9.0, 0xFF00FF)
    seen = stage.grab(place).toImage()
    stage._scene = replace(scene, frame=(*scene.frame, across))
    assert stage.grab(place).toImage() == seen
