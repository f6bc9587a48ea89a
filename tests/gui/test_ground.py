"""What a painter keeps from frame to frame: the picture is the same with and without, and what rests is drawn once."""

import random
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from tests.gui.examples import example_session, example_snapshot
from tests.gui.organs import organ_session, organ_snapshot
from tests.gui.scenes import mapped
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.engine.border.snapshot import Snapshot
from twostroke.gui.look.painting import painting
from twostroke.gui.look.style import load_fonts
from twostroke.gui.model.choices import Choices, LinkRef, NeuronRef, Theme, Walked
from twostroke.gui.model.resolve import resolve
from twostroke.gui.stage.paint import extents, pieces
from twostroke.gui.stage.paint.camera import STRAIGHT, Camera
from twostroke.gui.stage.paint.ground import REMEMBERED, Framing, Ground
from twostroke.gui.stage.paint.painter import paint, paint_over
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.items import Item, Polygon, Scene, Text, discs, lines, rects
from twostroke.gui.stage.scene.lenses import LENSES

SIZE = (560, 400)
NEAR = Camera(1.7, -120.0, -60.0)
HIDDEN = (9, 7)


@pytest.fixture(scope="module", autouse=True)
def fonts(qapp: object) -> None:
    """As in the program, before anything is measured: in another typeface texts reach less far."""
    load_fonts()
    extents._of_text.cache_clear()


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return example_snapshot(example_session(HIDDEN), stroke=True)


def scene(snapshot: Snapshot, step: Step, fraction: float, choices: Choices | None = None) -> Scene:
    cursor = Cursor(len(HIDDEN) + 1).seek(step, fraction)
    return scene_at(resolve(snapshot, snapshot.tape, cursor, choices or Choices()), *map(float, SIZE))


def picture(
    of: Scene,
    ground: Ground | None,
    camera: Camera = STRAIGHT,
    ratio: float = 1.0,
    size: tuple[float, float] = SIZE,
) -> QImage:
    image = QImage(round(size[0] * ratio), round(size[1] * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    with painting(image) as painter:
        paint(painter, of, QRectF(0, 0, *size), camera, ground)
    return image


def moments() -> Iterator[tuple[Step, float]]:
    return product(Cursor(len(HIDDEN) + 1).steps, (0.0, 0.3, 0.31, 0.32, 0.9, 1.0))


@pytest.mark.parametrize(("camera", "ratio"), [(STRAIGHT, 1.0), (NEAR, 1.0), (NEAR, 2.0), (STRAIGHT, 1.25)])
def test_a_film_is_painted_alike_with_and_without(
    qapp: object, snapshot: Snapshot, camera: Camera, ratio: float
) -> None:
    ground = Ground()
    for step, fraction in moments():
        now = scene(snapshot, step, fraction)
        assert picture(now, ground, camera, ratio) == picture(now, None, camera, ratio), (step, fraction)


@pytest.mark.parametrize("camera", [STRAIGHT, pytest.param(NEAR, marks=pytest.mark.slow)])
def test_through_any_lens_a_film_is_painted_alike(qapp: object, snapshot: Snapshot, camera: Camera) -> None:
    ground = Ground()
    for step, fraction in [*moments()][::5]:
        for lens in (*LENSES, LENSES[0]):
            now = scene(snapshot, step, fraction, Choices(lens=lens.id))
            assert picture(now, ground, camera) == picture(now, None, camera), (step, fraction, lens.id)
    for lens in LENSES:
        for step, fraction in [*moments()][::9]:
            now = scene(snapshot, step, fraction, Choices(lens=lens.id))
            assert picture(now, ground, camera) == picture(now, None, camera), (step, fraction, lens.id)


@pytest.mark.parametrize(("camera", "ratio"), [(STRAIGHT, 1.0), (NEAR, 1.0), (NEAR, 1.25)])
@pytest.mark.parametrize("lens", ["weights", "response"])
def test_pictures_inside_neurons_are_painted_alike(qapp: object, camera: Camera, ratio: float, lens: str) -> None:
    session = example_session((7, 5), data="digits" if lens == "weights" else "spiral")
    shown = (
        mapped(session, Step(Phase.INPUT)).snapshot if lens == "response" else example_snapshot(session, stroke=True)
    )
    ground = Ground()
    for step, fraction in [*moments()][::4]:
        now = scene(shown, step, fraction, Choices(lens=lens))
        assert now.with_role("inner 1")
        assert picture(now, ground, camera, ratio) == picture(now, None, camera, ratio), (step, fraction)


def test_in_any_order_and_whatever_changes_between(qapp: object, snapshot: Snapshot) -> None:
    ground, gate = Ground(), Step(Phase.GATE, 1)
    looks = [
        (Choices(), STRAIGHT),
        (Choices(theme=Theme.LIGHT), STRAIGHT),
        (Choices(selected=NeuronRef(1, 2)), NEAR),
        (Choices(batch_row=3), NEAR),
    ]
    for step, fraction in [*moments()][::-7]:
        for choices, camera in (*looks, looks[0], looks[0], looks[0]):
            for now in (scene(snapshot, step, fraction, choices), scene(snapshot, gate, fraction, choices)):
                assert picture(now, ground, camera) == picture(now, None, camera)


def test_a_deep_crowd_is_painted_alike(qapp: object) -> None:
    """Links that are nearly upright, in layers that nearly touch each other."""
    deep = example_snapshot(example_session((14,) * 24), stroke=True)
    ground, cursor = Ground(), Cursor(25)
    for index in range(0, len(cursor.steps), 5):
        for fraction in (0.3, 0.5, 0.55, 0.6):
            view = resolve(deep, deep.tape, replace(cursor, index=index, fraction=fraction), Choices())
            now = scene_at(view, *map(float, SIZE))
            assert picture(now, ground) == picture(now, None), cursor.steps[index]


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The roles of all items that are painted, as they are painted."""
    roles: list[str] = []
    draw = pieces.draw

    def noted(painter: QPainter, items: Iterable[Item]) -> None:
        items = tuple(items)
        roles.extend(item.role for item in items)
        draw(painter, items)

    monkeypatch.setattr(pieces, "draw", noted)
    return roles


def links_of(roles: list[str]) -> list[str]:
    return [role for role in roles if role.split(" ")[0] in ("link", "halo", "band")]


@pytest.mark.parametrize("phase", [Phase.INPUT, Phase.GATE, Phase.LOSS, Phase.GATE_BACK])
def test_links_that_rest_are_painted_once(qapp: object, snapshot: Snapshot, painted: list[str], phase: Phase) -> None:
    step = next(step for step in Cursor(len(HIDDEN) + 1).steps if step.phase is phase)
    ground = Ground()
    for fraction in (0.1, 0.2):
        picture(scene(snapshot, step, fraction), ground)
    assert "link 2" in painted
    painted.clear()
    for fraction in (0.3, 0.6, 0.9):
        picture(scene(snapshot, step, fraction), ground)
    assert links_of(painted) == []


def test_only_the_links_under_way_are_painted_again(qapp: object, snapshot: Snapshot, painted: list[str]) -> None:
    ground = Ground()
    for fraction in (0.3, 0.4):
        picture(scene(snapshot, Step(Phase.SUM, 2), fraction), ground)
    painted.clear()
    for fraction in (0.5, 0.6):
        picture(scene(snapshot, Step(Phase.SUM, 2), fraction), ground)
    assert links_of(painted) == ["link 2", "link 2"]


def test_halos_rest_while_the_links_above_them_brighten(qapp: object, snapshot: Snapshot, painted: list[str]) -> None:
    ground = Ground()
    for fraction in (0.3, 0.4):
        picture(scene(snapshot, Step(Phase.SPREAD, 2), fraction), ground)
    assert "halo 2" in painted
    painted.clear()
    for fraction in (0.5, 0.6):
        picture(scene(snapshot, Step(Phase.SPREAD, 2), fraction), ground)
    assert links_of(painted) == ["link 2", "link 2"]


def test_of_two_halos_only_the_one_that_changes_is_painted_again(
    qapp: object, snapshot: Snapshot, painted: list[str]
) -> None:
    ground = Ground()
    for fraction in (0.6, 0.65):
        picture(scene(snapshot, Step(Phase.WEIGHTS, 2), fraction), ground)
    assert {"halo 3", "halo 2"} <= set(painted)
    painted.clear()
    picture(scene(snapshot, Step(Phase.WEIGHTS, 2), 0.7), ground)
    assert links_of(painted) == ["halo 2", "link 2"]


def test_while_training_runs_nothing_is_kept(qapp: object, painted: list[str]) -> None:
    ground = Ground()
    for seed in range(3):
        live = example_snapshot(example_session(HIDDEN), seed=seed)
        now = scene_at(resolve(live, None, None, Choices()), *map(float, SIZE))
        painted.clear()
        assert picture(now, ground) == picture(now, None)
        assert links_of(painted) == 2 * ["link 1", "link 2", "link 3"]


RESTS = ("legend", "legend bar", "strip forward 1", "raster forward 1", "door upper 1", "gate shut 1", "neuron 0")


def test_of_a_sum_only_what_takes_part_is_painted_again(qapp: object, snapshot: Snapshot, painted: list[str]) -> None:
    ground, step = Ground(), Step(Phase.SUM, 3)
    for fraction in (0.25, 0.3):
        picture(scene(snapshot, step, fraction), ground)
    assert set(RESTS) <= set(painted)
    painted.clear()
    for fraction in (0.33, 0.36, 0.39):
        picture(scene(snapshot, step, fraction), ground)
    assert {"link 3", "pulse signal"} <= set(painted)
    assert not set(RESTS) & set(painted)


def test_what_ends_where_links_brighten_brings_nothing_else_with_it(
    qapp: object, snapshot: Snapshot, painted: list[str]
) -> None:
    ground = Ground()
    for fraction in (0.25, 0.3):
        picture(scene(snapshot, Step(Phase.SUM, 2), fraction), ground)
    behind = {"gate unknown 2", "neuron 1", "sign 1"}
    assert {"neuron 2", *behind} <= set(painted)
    painted.clear()
    for fraction in (0.33, 0.36, 0.39):
        picture(scene(snapshot, Step(Phase.SUM, 2), fraction), ground)
    assert painted.count("neuron 2") == 3  # its edge lies on the links
    assert not behind & set(painted)


def test_a_frame_like_the_one_before_is_not_painted(qapp: object, snapshot: Snapshot, painted: list[str]) -> None:
    ground = Ground()
    one, _ = (picture(scene(snapshot, Step(Phase.LOSS), 1.0), ground) for _ in range(2))
    painted.clear()
    assert picture(scene(snapshot, Step(Phase.LOSS), 1.0), ground) == one
    assert painted == []


def brought(of: Scene, ground: Ground, image: QImage, there: int) -> int:
    """The scene on an image that shows the ground's picture of that number. The number of what it shows then."""
    return paint_over(image, of, STRAIGHT, ground, there)


def blank() -> QImage:
    return QImage(*SIZE, QImage.Format.Format_RGB32)


def test_images_that_come_back_are_brought_up_to_date(qapp: object, snapshot: Snapshot) -> None:
    """Each after another number of frames, as a film's do."""
    ground, images, there = Ground(), [blank() for _ in range(4)], [0] * 4
    turns = random.Random(3)
    for step, fraction in moments():
        now, turn = scene(snapshot, step, fraction), turns.choice((0, 0, 0, 1, 1, 2, 3))
        there[turn] = brought(now, ground, images[turn], there[turn])
        assert images[turn] == picture(now, None), (step, fraction)
    assert sum(number > 0 for number in there) > 2


def test_what_rests_is_not_brought_again(qapp: object, snapshot: Snapshot) -> None:
    ground, image, step, spoilt = Ground(), blank(), Step(Phase.SUM, 3), 0xFF00FF00
    there = 0
    for fraction in (0.25, 0.3, 0.33):
        there = brought(scene(snapshot, step, fraction), ground, image, there)
    image.setPixel(1, 1, spoilt)
    there = brought(scene(snapshot, step, 0.36), ground, image, there)
    assert image.pixel(1, 1) == spoilt
    image.setPixel(1, 1, picture(scene(snapshot, step, 0.36), None).pixel(1, 1))
    assert image == picture(scene(snapshot, step, 0.36), None)


def test_of_what_is_too_old_or_another_picture_nothing_is_kept(qapp: object, snapshot: Snapshot) -> None:
    ground, step = Ground(), Step(Phase.SUM, 3)
    shown = [brought(scene(snapshot, step, 0.2 + 0.02 * turn), ground, blank(), 0) for turn in range(REMEMBERED + 3)]
    assert shown[0] == 0
    assert shown[1:] == [*range(1, REMEMBERED + 3)]
    assert ground.since(shown[1]) is None
    assert ground.since(shown[-1]) == ()
    assert ground.since(0) is None
    live = example_snapshot(example_session(HIDDEN), seed=1)
    assert brought(scene_at(resolve(live, None, None, Choices()), *map(float, SIZE)), ground, blank(), 0) == 0


CUT: dict[str, Any] = {"cut": ["l1.weight[0,1]", "l2.unit[2]"], "frozen": ["l1.bias", "l2.weight[1,0]"]}
ALL_CUT: dict[str, Any] = {"cut": [*(f"l2.weight[0,{k}]" for k in range(3)), "l3.weight[0,0]"]}
NETWORKS: dict[str, Snapshot] = {
    "organs": organ_snapshot(organ_session(), stroke=True),
    "cut": example_snapshot(example_session((6, 5), "gelu", network=CUT), stroke=True),
    "all cut": example_snapshot(example_session((3, 1), network=ALL_CUT), stroke=True),
    "crowd": example_snapshot(example_session((48, 4), data="digits", training={"batch_size": 32}), stroke=True),
    "gates off": example_snapshot(example_session((4,), "tanh", gates={"forward": False}), stroke=True),
}
CHOICES = (
    Choices(),
    Choices(theme=Theme.LIGHT),
    Choices(hovered=NeuronRef(1, 1)),
    Choices(hovered=LinkRef(1, 0, 1)),
    Choices(walked=Walked(NeuronRef(1, 2), NeuronRef(1, 2)), batch_row=1),
)
LARGER = 900.0, 560.0


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("name", NETWORKS)
def test_any_moments_in_any_order_are_painted_alike(qapp: object, name: str, ratio: float) -> None:
    """Some one after the other, as in a film, and others after a leap."""
    snapshot, ground, chance = NETWORKS[name], Ground(), random.Random(name)
    assert snapshot.tape is not None
    cursor, choices, camera = Cursor(snapshot.tape.depth), CHOICES[0], STRAIGHT
    for _ in range(40):
        if chance.random() < 0.3:
            cursor = cursor.at_time(chance.random())
        if chance.random() < 0.2:
            choices, camera = chance.choice(CHOICES), chance.choice((STRAIGHT, STRAIGHT, NEAR))
        cursor = cursor.at_time(min(cursor.time + 0.004, 1.0))
        now = scene_at(resolve(snapshot, snapshot.tape, cursor, choices), *LARGER, title="update 7")
        both = (picture(now, kept, camera, ratio, LARGER) for kept in (ground, None))
        assert next(both) == next(both), (cursor, choices, camera)


def test_groups_of_the_ground_lie_beside_each_other(snapshot: Snapshot) -> None:
    """Otherwise one could not be kept while another one moves."""
    for step, fraction in moments():
        ends = []
        for group in scene(snapshot, step, fraction).ground:
            xs = [x for item in group for x in (float(item.x1.min()), float(item.x2.max()))]  # type: ignore[union-attr]
            ends.append((min(xs), max(xs)))
        assert len(ends) == len(HIDDEN) + 1
        assert all(left[1] + 10 < right[0] for left, right in pairwise(ends))


def test_a_scene_of_equal_but_other_items_is_no_reason_to_keep(qapp: object, snapshot: Snapshot) -> None:
    ground, now = Ground(), scene(snapshot, Step(Phase.GATE, 1), 0.5)
    for _ in range(3):
        picture(now, ground)
    moved = tuple(tuple(replace(item) for item in group) for group in now.ground)
    other = replace(now, ground=moved[::-1])
    assert picture(other, ground) == picture(other, None)


CLOSE = (160, 120)


def any_item(chance: random.Random, wide: int, tall: int) -> Item:
    """Something somewhere, which may reach over the edge."""
    x, y, far = chance.uniform(-20, wide), chance.uniform(-20, tall), chance.uniform(2, 90)
    colour, other = chance.randrange(1 << 24), chance.randrange(1 << 24)
    match chance.randrange(5):
        case 0:
            ends = [x, x + far], [y, y], [x + far, x], [y + chance.uniform(-60, 60), y + far]
            return lines(*ends, chance.uniform(0.5, 6), [colour, other], "any")
        case 1:
            return discs([x, x + far], [y, y + 9], chance.uniform(1, 20), colour, other, chance.uniform(0.5, 3), "any")
        case 2:
            return rects(x, y, far, chance.uniform(1, 40), colour, other, chance.choice((0.0, 4.0)), role="any")
        case 3:
            return Text(x, y, chance.choice(("a sum", "0.25", "gate")), chance.uniform(8, 20), colour, role="any")
    return Polygon(((x, y), (x + far, y + 3), (x + 5, y + far)), colour, "any")


def other_items(chance: random.Random, some: tuple[Item, ...]) -> tuple[Item, ...]:
    """Some gone, some new, now and then one twice, one made anew that says the same, or two that change places."""
    items = [item for item in some if chance.random() > 0.1] + [
        any_item(chance, *CLOSE) for _ in range(chance.choice((0, 0, 1, 2)))
    ]
    if items and chance.random() < 0.3:
        at = chance.randrange(len(items))
        items[at] = replace(items[at])
    if items and chance.random() < 0.1:
        items.append(chance.choice(items))
    if len(items) > 1 and chance.random() < 0.3:
        one, another = chance.sample(range(len(items)), 2)
        items[one], items[another] = items[another], items[one]
    return tuple(items)


@pytest.mark.parametrize("seed", range(4))
def test_anything_on_anything_is_painted_alike(qapp: object, snapshot: Snapshot, seed: int) -> None:
    chance, ground, now = random.Random(seed), Ground(), scene(snapshot, Step(Phase.GATE, 1), 0.5)
    image, there = blank(), 0
    many: tuple[Item, ...] = tuple(any_item(chance, *CLOSE) for _ in range(12))
    now = replace(now, world=many, ground=(many[:3],), glow=many[3:5])
    for _ in range(50):
        part = chance.choice(("world", "world", "ground", "glow", "frame"))
        if part == "ground":
            now = replace(now, ground=tuple(other_items(chance, group) for group in now.ground))
        else:
            now = replace(now, **{part: other_items(chance, getattr(now, part))})
        assert picture(now, ground) == picture(now, None)
        there = brought(now, ground, image, there)
        assert image == picture(now, None)


@pytest.mark.parametrize("place", [(pieces, "draw"), (Framing, "box")])
def test_a_fault_in_one_frame_leaves_no_trace_in_the_next(
    qapp: object, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, place: tuple[Any, str]
) -> None:
    """Wherever it comes: half of the links painted, all of them and nothing else, a place found and not another."""
    work, chance, left = getattr(*place), random.Random(2), [0]

    def failing(*arguments: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise MemoryError
        return work(*arguments)

    monkeypatch.setattr(*place, failing)
    ground, failed, all_moments, index = Ground(), 0, [*moments()], 0
    for _ in range(400):
        index = (index + chance.choice([1, 1, 1, -1])) % len(all_moments)
        now = scene(snapshot, *all_moments[index])
        left[0] = chance.choice([0, chance.randint(1, 3), chance.randint(4, 40)])
        with suppress(MemoryError):
            shown = picture(now, ground)
            left[0] = 0
            assert shown == picture(now, None), all_moments[index]
            continue
        failed += 1
    assert failed > 20
