"""Exported pictures can be read in every size and layout: no text meets another, and none is cut at an edge."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PySide6.QtGui import QFontMetricsF

from tests.gui.boxes import box, cut_off, run_together, texts
from tests.gui.examples import example_session, example_snapshot
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.engine.border.snapshot import Curves, Snapshot
from twostroke.engine.session.spec import Session
from twostroke.gui.export.laying_out import laid_out
from twostroke.gui.export.proportions import Contents, composed_for
from twostroke.gui.export.render import ensure_application, ensure_font
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.storyboard.board import Layout, Picture, Shot, Show, Storyboard
from twostroke.gui.model.storyboard.shot_frames import BoardFrame
from twostroke.gui.model.storyboard.taken import Taken
from twostroke.gui.stage.paint.shapes import font, text_place
from twostroke.gui.stage.scene.beside.chart_place import ends
from twostroke.gui.stage.scene.items import Discs, Scene, Text

SIZES = (
    (320, 180),
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


def board(session: Session, size: tuple[int, int], layout: Layout, title: str = "") -> Storyboard:
    shots = (Shot(Show.TRAINING, 0, 1.0, until=1204),)
    return Storyboard(title, session, shots, Picture(*size, layout=layout))


def picture(
    main: Snapshot,
    size: tuple[int, int],
    layout: Layout,
    step: Step | None = None,
    others: tuple[Snapshot, ...] = (),
    title: str = "One mask, two strokes",
) -> Scene:
    cursor = None if step is None else Cursor(len(main.layers)).seek(step, 0.9)
    view = resolve(main, main.tape, cursor, Choices())
    names = tuple(f"{letter}   weight seed: {seed}" for seed, letter in enumerate("ABCD"[: 1 + len(others)]))
    take = Taken(main, main.tape, others, names if others else ())
    return laid_out(board(main.session, size, layout, title), view, take, BoardFrame(0, cursor, 0), *map(float, size))[
        0
    ]


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


@pytest.mark.parametrize(("networks", "times"), [(1, 1.0), (2, 1.0), (3, 1.7), (4, 1.7)])
@pytest.mark.parametrize(("size", "width"), [((2160, 3840), 500.0), ((2160, 2160), 760.0)])
def test_where_networks_stand_beside_each_other_there_is_more_room(
    size: tuple[int, int], width: float, networks: int, times: float
) -> None:
    found, _ = composed_for(*map(float, size), Contents(networks, charts=True))
    assert found == pytest.approx(times * width)


def test_upright_pictures_have_letters_for_a_telephone() -> None:
    """As high as 11 pixels of a telephone that is 500 wide."""
    for layout in Layout:
        scene = picture(snapshot("spiral", False), (1080, 1920), layout)
        least = min(text.size for text in texts((*scene.over, *scene.frame)))
        assert least / scene.width >= 11 / 500


EXTREMES = (0.0, 1e-30, 1e-5, 0.00012345, 1.0, 12_345.678, 987_654.3, 1e6, 12_345_678.9, 1e30)


def learned(main: Snapshot, loss: float, update: int, points: int) -> Snapshot:
    """With a course that ends at that update, and has so many points."""
    at = np.linspace(0, update, points, dtype=np.int64)
    values = np.linspace(loss, 0.4 * loss, points)
    course = Curves(at, values, 1.1 * values, -3.0 * values / max(loss, 1e-30), np.full(points, np.nan))
    if main.session.task == "regression":
        course = replace(course, train_r2=course.train_accuracy, test_r2=course.test_accuracy)
    return replace(main, curves=course, update=update)


def over(main: Snapshot, low: float, high: float) -> Snapshot:
    """With data from `low` to `high`, and outputs far from them."""
    data, found = main.data, main.evaluation
    assert found is not None
    middle, half = low / 2 + high / 2, high / 2 - low / 2
    labels = [middle + half * np.tanh(each) for each in (data.train_label, data.test_label)]
    if main.session.task != "regression":
        labels = [data.train_label, data.test_label]
    data = replace(data, extent=(low, high), train_label=labels[0], test_label=labels[1])
    response = None if found.response is None else found.response + 3.0 * max(abs(low), abs(high), 1.0)
    return replace(main, data=data, evaluation=replace(found, response=response))


@pytest.mark.parametrize("size", [(1280, 720), (1080, 1920)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", ["spiral", "sine"])
def test_numbers_at_the_axes_have_room_whatever_they_are(name: str, size: tuple[int, int]) -> None:
    main = snapshot(name, False)
    shown = [learned(main, loss, 10_000_000, points) for loss in EXTREMES for points in (1, 7)]
    shown += [learned(main, 0.7, update, points) for update in (0, 1, 999_999, 1_234_567) for points in (1, 2)]
    shown += [over(main, -scale, scale) for scale in EXTREMES if scale] + [over(main, 1e6, 1e6 + 1), over(main, 5, 5)]
    shown += [over(main, -12_345.678, 0.000123), over(main, 1e17, 1e17)]
    beside = tuple(learned(main, loss, 10_000_000, 3) for loss in (0.1, 1e-9, 1e12))
    for place, each in enumerate(shown):
        scene = picture(each, size, Layout.CURVES, None, () if place % 4 else beside)
        assert not written(scene)
        assert not cut_off(scene)
        assert all(np.isfinite(item.x).all() for item in scene.frame if isinstance(item, Discs))


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0.0, 1e-5, ("0", "10⁻⁵")),
        (-12_345.678, 12_345.678, ("−12346", "12346")),
        (0.0, 1e6, ("0", "10⁶")),
        (1e6, 1e6 + 1, ("1,000,000.00", "1,000,001.00")),
        (-1.2, 1.2, ("−1.2", "1.2")),
        (5.0, 5.0, ("5", "5")),
    ],
)
def test_ends_of_axes_are_short_and_differ(low: float, high: float, told: tuple[str, str]) -> None:
    assert ends(low, high) == told


LONG = {
    "words": "What the gates of the first hidden layer let through on the way, and what they do not " * 2,
    "one word": "Donaudampfschifffahrtsgesellschaft" * 6,
    "ideographs": "神經網路如何向前觸發並向後學習關於閘門與梯度的一堂課" * 4,
    "from the right": "רשת עצבית יורה קדימה ולומדת אחורה " * 5,
    "emoji": "👩‍🔬🏳️‍🌈🇦🇹" * 25,
}


@pytest.mark.parametrize("size", [(854, 480), (1280, 720), (1080, 1080), (1080, 1920)], ids=str)
@pytest.mark.parametrize("kind", LONG)
def test_long_titles_and_names_end_before_what_stands_beside_them(kind: str, size: tuple[int, int]) -> None:
    for name in ("spiral", "iris"):
        main = snapshot(name, True)
        names = tuple(f"{LONG[kind]}{at}" for at in range(len(main.data.class_names)))
        main = replace(main, data=replace(main.data, class_names=names))
        for layout in Layout:
            for others in ((), (main,)):
                scene = picture(main, size, layout, Step(Phase.GATE_BACK, 1), others, title=LONG[kind])
                assert not written(scene), (name, layout)
                assert not cut_off(scene), (name, layout)
                (title,) = scene.texts("title")[:1] if not others else scene.texts("title")[-1:]
                assert title.endswith("…")
                assert len(title) > 5


@pytest.mark.parametrize("size", [(320, 180), (1280, 720), (1080, 1920)], ids=str)
@pytest.mark.parametrize("layout", list(Layout))
def test_a_title_in_capitals_ends_in_time(layout: Layout, size: tuple[int, int]) -> None:
    scene = picture(snapshot("spiral", True), size, layout, Step(Phase.GATE_BACK, 1), title="WHAT A GATE PASSES, " * 9)
    assert not written(scene)
    assert scene.texts("title")[0].endswith("…")


def test_a_word_of_a_caption_that_is_longer_than_a_line_goes_on_in_the_next_one() -> None:
    long = "Donaudampfschifffahrts" * 9
    view = replace(resolve(snapshot("spiral", False), None, None, Choices()), caption=f"The {long} is long.")
    board_of = board(view.snapshot.session, (1280, 720), Layout.STAGE)
    scene = laid_out(board_of, view, Taken(view.snapshot, None), BoardFrame(0, None, 0), 1280.0, 720.0)[0]
    (caption,) = [text for text in texts(scene.frame) if text.role == "caption"]
    reach = QFontMetricsF(font(caption)).boundingRect(*text_place(caption), caption.written)
    assert reach.width() <= scene.width


@pytest.mark.parametrize("others", [0, 1])
@pytest.mark.parametrize("name", ["spiral", "sine", "iris", "digits"])
def test_charts_rest_while_a_stroke_moves(name: str, others: int) -> None:
    """Of what is the same object nothing is painted again; a chart of which one thing is new is painted whole."""
    main, beside = snapshot(name, True), tuple(snapshot(name, True, seed) for seed in range(others))
    cursors = [Cursor(len(main.layers)).seek(Step(Phase.SUM, 1), share) for share in (0.3, 0.6)]
    names = tuple(f"{letter}   weight seed" for letter in "AB"[: 1 + others]) if others else ()
    whole = board(main.session, (1280, 720), Layout.CURVES)
    frames = []
    for cursor in cursors:
        view, take = resolve(main, main.tape, cursor, Choices()), Taken(main, main.tape, beside, names)
        frames.append(laid_out(whole, view, take, BoardFrame(0, cursor, 0), 1280.0, 720.0)[0].frame)
    before, after = ({id(item): item for item in frame if not isinstance(item, Text)} for frame in frames)
    assert len(before) > 5
    assert [item.role for key, item in after.items() if key not in before] == []


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (854, 480), (1080, 1920)])
@pytest.mark.parametrize("name", ["spiral", "deep"])
def test_the_title_has_air_below_it_beside_charts_as_without_them(name: str, size: tuple[int, int]) -> None:
    airs = []
    for layout in (Layout.STAGE, Layout.CURVES):
        scene = picture(snapshot(name, False), size, layout)
        of = {role: [box(text) for text in texts(scene.items) if text.role == role] for role in ("title", "header")}
        airs.append(min(top for _, top, _, _ in of["header"]) - of["title"][0][3])
    assert airs[1] >= 0.8 * airs[0] > 0


def test_accuracy_is_told_in_per_cent_as_in_the_window() -> None:
    main = snapshot("spiral", False)
    course = replace(main.curves, train_accuracy=0 * main.curves.train_loss + 0.6204)
    told = picture(replace(main, curves=course), (1280, 720), Layout.CURVES).texts()
    assert {"train 62.0 %", "100"} <= {*told}
    regression = picture(snapshot("sine", False), (1280, 720), Layout.CURVES).texts()
    assert not any("%" in text for text in regression)


@pytest.mark.parametrize("size", [(854, 480), (1280, 720), (1080, 1080), (1080, 1920)])
@pytest.mark.parametrize(("name", "second"), [("spiral", "Accuracy"), ("sine", "R²")])
def test_curves_are_of_loss_and_accuracy_in_each_usual_size(name: str, second: str, size: tuple[int, int]) -> None:
    """In 480 rows, and so in panels on paper, the second one was left out."""
    scene = picture(learned(snapshot(name, False), 2.0, 100, 20), size, Layout.CURVES)
    assert {"Loss", second} <= {*scene.texts()}
