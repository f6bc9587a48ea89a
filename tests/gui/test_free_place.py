"""The card of what is pointed at stands beside it: it never covers the neuron, the gate, the cell or the link."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.gui.examples import example_session
from tests.gui.scenes import view_at
from twostroke.engine.border.cursor import Phase, Step
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import LinkRef, NeuronRef, TargetRef, Walked
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.free_place import Bounds, free_place
from twostroke.gui.stage.scene.items import Card, Discs, Rects
from twostroke.gui.stage.scene.label import LOSS, WEIGHT
from twostroke.gui.stage.scene.zoomed import Zoom, label

SESSIONS = {
    "small": example_session((2,)),
    "spiral": example_session((8, 8)),
    "six": example_session((6,) * 6),
    "twenty": example_session((8,) * 20),
    "block": example_session((300, 4)),
    "digits": example_session((32,), data="digits"),
}
SIZES = [(480.0, 360.0), (700.0, 545.0), (1340.0, 903.0)]


def places(session: Session, every_layer: bool = True) -> list[NeuronRef | LinkRef]:
    """Corners and middles: the first and the last of each layer, and slanting links.

    Else of a deep network those of the first, the middle and the last layers.
    """
    widths = session.widths
    found: list[NeuronRef | LinkRef] = []
    depth = len(widths)
    deep = not every_layer and depth >= 10
    looked_at = [n for n in range(depth) if not deep or min(n, abs(n - depth // 2), depth - 1 - n) < 2]
    for layer in looked_at:
        units = widths[layer]
        found += [NeuronRef(layer, unit) for unit in {0, units // 2, units - 1}]
    for layer in looked_at[1:]:
        found += [LinkRef(layer, 0, widths[layer] - 1), LinkRef(layer, widths[layer - 1] - 1, 0), LinkRef(layer, 0, 0)]
    return found


def covers(card: Card, left: float, top: float, things: np.ndarray) -> bool:
    inner = 0.5
    over = (things[:, 0] < left + card.width - inner) & (things[:, 2] > left + inner)
    return bool((over & (things[:, 1] < top + card.height - inner) & (things[:, 3] > top + inner)).any())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SESSIONS)
def test_no_card_covers_what_it_speaks_of(name: str, size: tuple[float, float]) -> None:
    check_cards(name, size, places(SESSIONS[name], every_layer=False))


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_nor_in_any_layer_of_a_deep_network(size: tuple[float, float]) -> None:
    check_cards("twenty", size, places(SESSIONS["twenty"]))


def check_cards(name: str, size: tuple[float, float], every: list[NeuronRef | LinkRef]) -> None:
    session = SESSIONS[name]
    for place in every:
        scene = scene_at(view_at(session, Step(Phase.UPDATE), hovered=place), *size)
        assert scene.card is not None
        card = scene.card
        assert not covers(card, card.left, card.top, card.things), place
        assert card.left >= 0
        assert card.left + card.width <= size[0]
        assert card.top + card.height <= size[1]
        if isinstance(place, NeuronRef) and name not in ("block", "digits"):
            gate = [i for i in scene.world if isinstance(i, Rects) and i.role.split()[0] in ("gate", "door")]
            mine = [g for g in gate if g.role.split()[-1] == str(place.layer)]
            at = float(scene.card.y)
            for doors in mine:
                near = (doors.y <= at) & (doors.y + doors.height >= at) & (np.abs(doors.x - card.x) < 80)
                boxes = np.stack([doors.x, doors.y, doors.x + doors.width, doors.y + doors.height], axis=1)[near]
                assert not len(boxes) or not covers(card, card.left, card.top, boxes)


@pytest.mark.parametrize("name", ["spiral", "six"])
@pytest.mark.parametrize("by", [1.5, 4.0])
def test_nor_where_one_looks_closer(name: str, by: float) -> None:
    session, size = SESSIONS[name], (700.0, 545.0)
    for place in places(session):
        scene = scene_at(view_at(session, Step(Phase.UPDATE), hovered=place), *size)
        assert scene.card is not None
        middle = (scene.top + scene.bottom) / 2
        zoom = Zoom(by, size[0] / 2 - scene.card.x * by, middle - scene.card.y * by)
        box = next(item for item in label(scene, zoom) if isinstance(item, Rects))
        things = scene.card.things * by + np.array([zoom.x, zoom.y, zoom.x, zoom.y])
        if isinstance(place, NeuronRef) and name not in ("block", "digits"):
            assert not covers(scene.card, float(box.x[0]), float(box.y[0]), things), place
        assert box.x[0] >= 0
        assert box.x[0] + box.width[0] <= size[0]


def test_the_card_of_a_target_stands_below_the_loss() -> None:
    session = SESSIONS["spiral"]
    walked = Walked(TargetRef(0), NeuronRef(3, 0))
    scene = scene_at(view_at(session, Step(Phase.UPDATE), walked=walked), 1340.0, 903.0)
    assert scene.card is not None
    loss = next(item for item in scene.with_role("loss card") if isinstance(item, Rects))
    assert scene.card.top >= loss.y[0] + loss.height[0]


number = st.floats(10, 500)


@given(st.lists(st.tuples(number, number, st.floats(1, 60), st.floats(1, 60)), min_size=1, max_size=6), st.booleans())
@cases(60)
def test_a_free_place_is_found_where_one_of_the_tried_is_free(
    boxes: list[tuple[float, float, float, float]], level: bool
) -> None:
    things = np.array([[x, y, x + w, y + h] for x, y, w, h in boxes])
    bounds = Bounds(4.0, 30.0, 796.0, 596.0)
    x, y = free_place(things, 120.0, 80.0, bounds, level=level)
    assert bounds.left <= x <= bounds.right - 120.0
    assert bounds.top <= y <= bounds.bottom - 80.0
    card = Card(0, 0, things, things[:0], things[:0, 0], level, x, y, 120.0, 80.0, ())
    assert not covers(card, x, y, things), "six small things leave room in 800 by 600"


def test_of_free_places_the_one_that_covers_least_of_other_things_is_taken() -> None:
    bounds, here = Bounds(4.0, 30.0, 796.0, 596.0), np.array([[380.0, 280.0, 420.0, 320.0]])
    right, left = (
        free_place(here, 120.0, 80.0, bounds, level=True, others=o) for o in (here[:0], here + np.array([60, 0, 60, 0]))
    )
    assert right[0] > 420.0
    assert left[0] + 120.0 < 380.0


def test_the_card_of_an_output_leaves_the_loss_to_be_read() -> None:
    """It stood to the right of the neuron, on what the network had said and should have said."""
    scene = scene_at(view_at(example_session((2,)), Step(Phase.UPDATE), hovered=NeuronRef(2, 0)), 690.0, 505.0)
    assert scene.card is not None
    loss = next(item for item in scene.with_role("loss card") if isinstance(item, Rects))
    box = np.array([[loss.x[0], loss.y[0], loss.x[0] + loss.width[0], loss.y[0] + loss.height[0]]])
    assert not covers(scene.card, scene.card.left, scene.card.top, box)


def test_no_card_covers_the_number_of_another_neuron() -> None:
    """That of a link between the last two layers stood on an input's number, though a gap beside it was free."""
    session = SESSIONS["small"]
    for place in places(session):
        scene = scene_at(view_at(session, Step(Phase.UPDATE), hovered=place), 690.0, 505.0)
        card = scene.card
        assert card is not None
        discs = [d for n in range(len(session.widths)) for d in scene.with_role(f"neuron {n}") if isinstance(d, Discs)]
        middles = [np.stack([d.x, d.y, d.x, d.y], axis=1) for d in discs]
        assert middles
        assert not covers(card, card.left, card.top, np.vstack(middles)), place


@pytest.mark.parametrize("name", ["small", "spiral", "six"])
def test_no_card_covers_the_loss(name: str) -> None:
    """Of the keys, which has most lines, at the stage of a window of 1280 x 720."""
    session = SESSIONS[name]
    for place in places(session):
        walked = Walked(place, NeuronRef(1, 0))
        scene = scene_at(view_at(session, Step(Phase.UPDATE), walked=walked), 690.0, 505.0)
        assert scene.card is not None
        loss = next(item for item in scene.with_role("loss card") if isinstance(item, Rects))
        box = np.column_stack([loss.x, loss.y, loss.x + loss.width, loss.y + loss.height])
        assert not covers(scene.card, scene.card.left, scene.card.top, box), place


def test_what_is_worth_more_is_no_more_things() -> None:
    """Sixty copies of a box were sixty times the work, in every frame with a card."""
    session = SESSIONS["six"]
    card = scene_at(view_at(session, Step(Phase.UPDATE), hovered=NeuronRef(1, 0)), 690.0, 505.0).card
    assert card is not None
    assert len(card.others) == len(card.worth) == len(np.unique(card.others, axis=0))
    assert set(card.worth) == {1.0, WEIGHT, LOSS}
