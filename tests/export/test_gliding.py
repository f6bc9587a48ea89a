"""A camera that glides onto a neuron and back: no edge of the picture cuts through words."""

import numpy as np
import pytest

from tests.storyboard.boards import written
from twostroke.gui.export.board_takes import BoardTakes
from twostroke.gui.export.render import FrameRenderer, ensure_application, ensure_font
from twostroke.gui.look.colour import contrast
from twostroke.gui.model.storyboard.shot_frames import frames_of
from twostroke.gui.stage.paint.camera import STRAIGHT, Camera
from twostroke.gui.stage.scene.items import Align, Item, Lines, Rects, Scene, Text
from twostroke.gui.stage.scene.layout import text_width
from twostroke.gui.stage.scene.leaving import CARD, NAMES
from twostroke.gui.stage.scene.zoomed import label, over

STILL = '[[shots]]\nat = 20\nshow = "loss"\nseconds = 1\n'
FPS = 24


def film_of(neuron: str, layout: str = "stage", theme: str = "light", link: str = "") -> list[tuple[Scene, Camera]]:
    """Its frames: the whole network, that neuron, with the card of a link, and all of it again."""
    picture = f'[picture]\nsize = "1280x720"\nfps = {FPS}\nlayout = "{layout}"\ntheme = "{theme}"\n'
    near = f'{STILL}camera = "{neuron}"\n' + (f'link = "{link}"\n' if link else "")
    board = written(picture, STILL, near, STILL)
    ensure_application()
    ensure_font()
    film = FrameRenderer(BoardTakes(board), frames_of(board), board, (1280, 720))
    return [film._seen(index) for index in range(len(frames_of(board)))]


def cut(scene: Scene, camera: Camera, right: float) -> list[Text]:
    """Words of the card, and names, through which the left or right edge goes."""
    found: list[Text] = []
    for item in scene.world:
        if isinstance(item, Text) and item.role in CARD | NAMES:
            width = text_width(item.text, item.size)
            begin = item.x - {Align.LEFT: 0.0, Align.CENTRE: 0.5, Align.RIGHT: 1.0}[item.align] * width
            low, high = camera.to_screen(begin, 0)[0], camera.to_screen(begin + width, 0)[0]
            if low < 0 < high or low < right < high:
                found.append(item)
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("neuron", ["l2[3]", "l1[1]", "x[1]"])
def test_no_edge_cuts_through_words_that_are_read(neuron: str, theme: str, application: object) -> None:
    film = film_of(neuron, theme=theme)
    whole = film[0][0]
    ink = max(contrast(text.colour, whole.background) for text in texts(whole))
    for scene, camera in film:
        for text in cut(scene, camera, scene.width):
            assert contrast(text.colour, scene.background) < 0.8 * ink, text.text
    assert sum(bool(cut(*each, 1280.0)) for each in film) <= FPS / 4


def texts(scene: Scene) -> list[Text]:
    return [item for item in scene.world if isinstance(item, Text) and item.role in CARD]


def test_the_card_goes_and_comes_back_whole(application: object) -> None:
    film = film_of("l2[3]")
    seen = [len(texts(scene)) for scene, _ in film]
    assert seen[0] == seen[FPS - 1] == seen[-1] > 4
    assert set(seen) == {0, seen[0]}
    assert seen[2 * FPS - 1] == 0
    assert not {item.role for item in film[2 * FPS - 1][0].world} & CARD


def test_a_card_that_stays_in_sight_keeps_its_colours(application: object) -> None:
    film = film_of("out[1]")
    wanted = {(text.text, text.colour) for text in texts(film[0][0])}
    for scene, _ in film:
        assert {(text.text, text.colour) for text in texts(scene)} == wanted


@pytest.mark.parametrize("layout", ["output", "curves"])
@pytest.mark.parametrize("neuron", ["l1[1]", "l2[3]", "x[1]"])
def test_titles_masks_and_card_stay_out_of_the_charts(neuron: str, layout: str, application: object) -> None:
    """They went on below the charts, and the next layer to the right had no title there."""
    for scene, camera in film_of(neuron, layout, link="l2.weight[2,7]")[FPS:]:
        if camera == STRAIGHT:
            continue
        charts = next(item.x[0] for item in scene.frame if isinstance(item, Rects) and item.role == "cover")
        for item in (*over(scene, camera.zoomed), *label(scene, camera.zoomed)):
            assert right_of(item) <= charts, item.role


def test_the_next_layer_waits_at_the_charts(application: object) -> None:
    scene, camera = film_of("l1[1]", "output")[2 * FPS - 1]
    titles = [item.text for item in over(scene, camera.zoomed) if isinstance(item, Text) and item.role == "header"]
    assert "hidden 2 · ReLU →" in titles


@pytest.mark.parametrize("size", [(1280, 720), (1080, 1080), (1080, 1920), (440, 248)])
@pytest.mark.parametrize("layout", ["stage", "curves"])
def test_a_neuron_that_is_looked_at_closely_shows_its_number(
    size: tuple[int, int], layout: str, application: object
) -> None:
    """In square pictures and in panels on paper there was a sign, or nothing, in a disc that was large enough."""
    picture = f'[picture]\nsize = "{size[0]}x{size[1]}"\nfps = 1\nlayout = "{layout}"\n'
    board = written(picture, f'{STILL}camera = "l1[2]"\n')
    ensure_application()
    ensure_font()
    scene, camera = FrameRenderer(BoardTakes(board), frames_of(board), board, size)._seen(0)
    at = np.flatnonzero((scene.targets.layer == 1) & (scene.targets.unit == 1))[0]
    x, y = scene.targets.x[at], scene.targets.y[at]
    (found,) = [
        item
        for item in scene.world
        if isinstance(item, Text) and item.role == "number 1" and (item.x, item.y) == (x, y)
    ]
    assert "." in found.text
    assert found.size * camera.zoom >= 11.0


def right_of(item: Item) -> float:
    """Where it ends."""
    if isinstance(item, Text):
        return item.x + text_width(item.text, item.size) * {Align.LEFT: 1.0, Align.CENTRE: 0.5}.get(item.align, 0.0)
    if isinstance(item, Rects):
        return float((item.x + item.width).max(initial=0.0))
    assert isinstance(item, Lines)
    return float(np.maximum(item.x1, item.x2).max(initial=0.0))
