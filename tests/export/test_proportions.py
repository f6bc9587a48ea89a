"""Exported pictures can be read in every size and layout: no text meets another, and none is cut at an edge."""

from functools import cache

import pytest

from tests.gui.boxes import cut_off, run_together, texts
from tests.gui.examples import example_session, example_snapshot
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.engine.border.snapshot import Snapshot
from twostroke.engine.session.spec import Session
from twostroke.gui.export.laying_out import laid_out
from twostroke.gui.export.proportions import Contents, composed_for
from twostroke.gui.export.render import ensure_application, ensure_font
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.storyboard.board import Layout, Picture, Shot, Show, Storyboard
from twostroke.gui.model.storyboard.shot_frames import BoardFrame
from twostroke.gui.model.storyboard.taken import Taken
from twostroke.gui.stage.scene.items import Scene

SIZES = (
    (320, 180),
    (426, 240),
    (640, 360),
    (854, 480),
    (1280, 720),
    (1920, 1080),
    (3840, 2160),
    (800, 600),
    (400, 400),
    (1080, 1080),
    (360, 640),
    (1080, 1920),
)

SESSIONS = {
    "spiral": example_session((8, 8)),
    "sine": example_session((6,), "tanh", data="sine", training={"loss": "mse"}),
    "iris": example_session((6, 6), data="iris"),
    "digits": example_session((32, 32), data="digits"),
    "wide": example_session((300, 300), data="digits"),
    "deep": example_session((8,) * 20),
    "very deep": example_session((8,) * 50),
}


@pytest.fixture(autouse=True)
def ready(application: object) -> None:
    ensure_application()
    ensure_font()


@cache
def snapshot(name: str, stroke: bool, seed: int = 3) -> Snapshot:
    return example_snapshot(SESSIONS[name], stroke=stroke, seed=seed)


def board(session: Session, size: tuple[int, int], layout: Layout, title: str = "One mask, two strokes") -> Storyboard:
    shots = (Shot(Show.TRAINING, 0, 1.0, until=1204),)
    return Storyboard(title, session, shots, Picture(*size, layout=layout))


def picture(
    main: Snapshot, size: tuple[int, int], layout: Layout, step: Step | None = None, others: tuple[Snapshot, ...] = ()
) -> Scene:
    cursor = None if step is None else Cursor(len(main.layers)).seek(step, 0.9)
    view = resolve(main, main.tape, cursor, Choices())
    names = tuple(f"{letter}   weight seed: {seed}" for seed, letter in enumerate("ABCD"[: 1 + len(others)]))
    take = Taken(main, main.tape, others, names if others else ())
    return laid_out(board(main.session, size, layout), view, take, BoardFrame(0, cursor, 0), *map(float, size))[0]


def written(scene: Scene) -> list[tuple[str, str]]:
    return run_together(texts((*scene.world, *scene.over, *scene.frame)))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SESSIONS)
def test_no_text_meets_another_or_an_edge(name: str, size: tuple[int, int]) -> None:
    for layout in Layout:
        for step in (None, Step(Phase.GATE_BACK, 1), Step(Phase.UPDATE)):
            scene = picture(snapshot(name, step is not None), size, layout, step)
            assert not written(scene), (layout, step)
            assert not cut_off(scene), (layout, step)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("others", [1, 2, 3])
def test_nor_where_networks_are_compared(others: int, size: tuple[int, int]) -> None:
    for name in ("spiral", "sine", "iris"):
        beside = tuple(snapshot(name, False, seed) for seed in range(others))
        for layout in Layout:
            scene = picture(snapshot(name, False), size, layout, None, beside)
            assert not written(scene), (name, layout)
            assert not cut_off(scene), (name, layout)


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (3840, 2160), (2560, 1440)])
@pytest.mark.parametrize("networks", [1, 2, 3, 4])
def test_wide_pictures_of_usual_sizes_are_composed_for_their_pixels(size: tuple[int, int], networks: int) -> None:
    for charts in (False, True):
        assert composed_for(*map(float, size), Contents(networks, charts)) == size


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_picture_keeps_its_shape(size: tuple[int, int]) -> None:
    for charts in (False, True):
        width, height = composed_for(*map(float, size), Contents(1, charts))
        assert width / height == pytest.approx(size[0] / size[1])


@pytest.mark.parametrize("small", [(320, 180), (480, 270), (640, 360)])
def test_small_pictures_are_composed_alike(small: tuple[int, int]) -> None:
    """What is written has the same share of them."""
    for layout in (Layout.OUTPUT, Layout.CURVES):
        one, usual = (picture(snapshot("spiral", False), size, layout) for size in (small, (854, 480)))
        assert one.width == pytest.approx(usual.width, rel=0.01)
        assert one.texts() == usual.texts()


def test_upright_pictures_have_letters_for_a_telephone() -> None:
    """As high as 11 pixels of a telephone that is 500 wide."""
    for layout in Layout:
        scene = picture(snapshot("spiral", False), (1080, 1920), layout)
        least = min(text.size for text in texts((*scene.over, *scene.frame)))
        assert least / scene.width >= 11 / 500
