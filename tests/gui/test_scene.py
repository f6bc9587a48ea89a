"""Where things stand: any network, any size, nothing overlaps, nothing is too small to read."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from tests.gui.examples import example_session, example_snapshot
from tests.gui.scenes import HEIGHT, WIDTH, lines_of, scene_of, texts_of, view_at
from twostroke.engine.border.cursor import Phase, Step
from twostroke.engine.session.spec import Session
from twostroke.gui.look.colour import luminance, mix, mixes, packed, readable_on, shades
from twostroke.gui.model.choices import Choices, NeuronRef
from twostroke.gui.model.resolve import resolve
from twostroke.gui.stage.scene.build import scene_at, stagehand
from twostroke.gui.stage.scene.items import Lines, Polygon, Rects, Text
from twostroke.gui.stage.scene.layout import Layout, text_width
from twostroke.gui.stage.scene.links import MOST_LINKS, quotas
from twostroke.gui.stage.scene.pairs import choose
from twostroke.gui.stage.scene.scales import (
    SIGNAL_FULL,
    gradient_strength,
    pulse_radius,
    signal_strength,
    weight_width,
)
from twostroke.gui.stage.scene.strips import strip_of

SESSIONS = {
    "none": example_session((), data="iris"),
    "one": example_session((1,), data="sine"),
    "spiral": example_session((8, 8)),
    "uneven": example_session((1, 40, 3), "tanh"),
    "deep": example_session((8, 5, 8, 5, 8, 5)),
    "block": example_session((64, 12), data="breast_cancer"),
    "iris": example_session((8,), data="iris"),
    "digits": example_session((32,), data="digits", training={"batch_size": 32}),
}
SIZES = [(760.0, 500.0), (1280.0, 720.0), (1300.0, 850.0), (1920.0, 1080.0), (480.0, 360.0)]


def layout(session: Session, width: float, height: float) -> Layout:
    return stagehand(view_at(session, Step(Phase.UPDATE)), width, height, False).layout


@pytest.mark.parametrize("name", SESSIONS)
@pytest.mark.parametrize("size", SIZES)
def test_everything_has_its_place(name: str, size: tuple[float, float]) -> None:
    found = layout(SESSIONS[name], *size)
    assert [c.x for c in found.columns] == sorted(c.x for c in found.columns)
    for left, right in itertools.pairwise(found.columns):
        assert left.out_x < right.in_x, "no room for the links"
    for column in found.columns:
        assert column.radius > 0
        assert column.ys.min() - column.radius >= found.bands.header
        assert column.ys.max() + column.radius <= found.bands.strips_top + 1
        assert column.xs.min() - column.radius >= 0
        if column.block is None and len(column.ys) > 1:
            assert np.diff(column.ys).min() >= 2 * column.radius
            assert np.diff(column.ys).min() >= 2 * column.gate_half, "gates touch"
    x, y, width, height = found.card
    assert found.columns[-1].out_x < x
    assert x + width <= size[0]
    assert y >= 0
    assert y + height <= size[1]


@pytest.mark.parametrize("name", SESSIONS)
@pytest.mark.parametrize("size", SIZES)
def test_text_is_readable_and_on_the_picture(name: str, size: tuple[float, float]) -> None:
    scene = scene_at(view_at(SESSIONS[name], Step(Phase.UPDATE)), *size, title="update 3")
    texts = [item for item in scene.items if isinstance(item, Text)]
    assert min(t.size for t in texts) >= 11
    for text in texts:
        assert 0 <= text.y <= size[1], text
        wide = text_width(text.text, text.size) if not text.wrap else text.wrap
        left = text.x - wide * (1 + text.align) / 2
        if size[0] > 700:
            assert left >= -6, text
            assert left + wide <= size[0] + 6, text


@pytest.mark.parametrize("name", SESSIONS)
def test_headers_name_every_layer_and_do_not_run_into_each_other(name: str) -> None:
    scene = scene_at(view_at(SESSIONS[name], Step(Phase.UPDATE)), 760.0, 500.0)
    headers = texts_of(scene, "header")
    rows: dict[float, list[Text]] = {}
    for header in headers:
        rows.setdefault(header.y, []).append(header)
    for row in rows.values():
        for left, right in itertools.pairwise(sorted(row, key=lambda t: t.x)):
            ends = left.x + text_width(left.text, left.size) / 2, right.x - text_width(right.text, right.size) / 2
            assert ends[0] <= ends[1] + 2, (left.text, right.text)
    assert sum(h.text.startswith("hidden") for h in headers) == len(SESSIONS[name].network.layers)


def overlaps(texts: list[Text]) -> list[tuple[str, str]]:
    """Pairs of neighbours in one line that are written over each other."""
    found = []
    for y in {text.y for text in texts}:
        row = sorted((text for text in texts if text.y == y), key=lambda t: t.x)
        for one, other in itertools.pairwise(row):
            reach = text_width(one.text, one.size) / 2 + text_width(other.text, other.size) / 2
            if other.x - one.x < reach:
                found.append((one.text, other.text))
    return found


@pytest.mark.parametrize("depth", [12, 24, 64])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("off", [False, True])
def test_many_narrow_layers_are_not_written_over_each_other(depth: int, activation: str, off: bool) -> None:
    session = example_session((4,) * depth, activation, gates={"backward": not off})
    for step in (Step(Phase.GATE_BACK, 3), Step(Phase.SUM, depth), Step(Phase.UPDATE)):
        scene = scene_of(session, step)
        for role in ("header", "same mask", "two masks"):
            texts = texts_of(scene, role)
            assert not overlaps(texts), role
            assert not any(text.text.startswith("h…") for text in texts)
        if step.layer:
            assert f"hidden {step.layer}" in scene.texts("header"), "the active one has its whole name"


def test_hidden_layers_are_counted_where_their_names_have_no_room() -> None:
    at_rest = scene_of(example_session((4,) * 64), Step(Phase.UPDATE)).texts("header")
    assert at_rest[:3] == ("input", "2", "4")
    assert at_rest[-4:] == ("62", "output", "ReLU", "sigmoid"), "what they do is said once, below"
    assert scene_of(example_session((4,) * 24), Step(Phase.UPDATE)).texts("header")[1:4] == ("1", "2", "3")


def test_a_wide_layer_is_a_block_and_the_digits_are_a_picture() -> None:
    digits = layout(SESSIONS["digits"], WIDTH, HEIGHT).columns
    assert digits[0].block is not None
    assert (digits[0].block.rows, digits[0].block.columns) == (8, 8)
    assert digits[0].xs[0] == digits[0].xs[8] < digits[0].xs[1]  # row by row
    assert digits[1].block is None
    wide = layout(SESSIONS["block"], WIDTH, HEIGHT).columns
    assert wide[1].block is not None
    assert "64 neurons" in scene_of(SESSIONS["block"], Step(Phase.UPDATE)).texts("count")
    assert layout(example_session((40,)), WIDTH, HEIGHT).columns[1].block is None
    assert layout(example_session((41,)), WIDTH, HEIGHT).columns[1].block is not None


def test_radii_shrink_with_crowding() -> None:
    radii = [layout(example_session((n, n)), WIDTH, HEIGHT).columns[1].radius for n in (4, 8, 16, 32)]
    assert radii == sorted(radii, reverse=True)
    assert radii[0] > 1.5 * radii[2]


def test_strips_stand_under_their_layer() -> None:
    view = view_at(SESSIONS["spiral"], Step(Phase.UPDATE))
    hand = stagehand(view, WIDTH, HEIGHT, False)
    for layer, column in zip(view.layers[1:], hand.layout.columns[1:], strict=True):
        strip = strip_of(hand.scenery, layer.index)
        assert strip.left + layer.units * strip.cell / 2 == pytest.approx(column.x)
        assert strip.backward > strip.forward + strip.tall
        assert column.ys.max() + column.radius < strip.forward


def test_quotas_give_small_pairs_all_and_never_exceed_the_whole() -> None:
    assert quotas([16, 64, 8]) == [16, 64, 8]
    assert quotas([2048, 320]) == [1180, 320]
    assert sum(quotas([100_000, 100_000, 10])) == MOST_LINKS
    assert quotas([]) == []


def test_hidden_links_are_counted_and_the_strongest_are_drawn() -> None:
    view = view_at(SESSIONS["digits"], Step(Phase.LOSS))
    scene = scene_at(view, WIDTH, HEIGHT)
    assert scene.counts == {"links": 2368, "links_drawn": 1500}
    assert "1,500 of 2,368 links drawn, the strongest" in scene.texts("legend")
    assert len(lines_of(scene, "link 1")[0].x1) == 1180
    drawn = choose(stagehand(view, WIDTH, HEIGHT, False))[0]
    carried = np.minimum(np.abs(view.links[0].weight * view.layers[0].a), SIGNAL_FULL)
    kept = np.zeros(carried.shape, dtype=bool)
    kept[drawn.target, drawn.source] = True
    assert kept.sum() == 1180
    assert carried[kept].min() > carried[~kept].max() - 1e-3
    bands = [item for item in scene.with_role("band 1") if isinstance(item, Polygon)]
    assert len(bands) == 1
    assert not scene.with_role("band 2")


def test_all_links_are_drawn_where_they_are_few_and_nothing_is_said() -> None:
    scene = scene_of(SESSIONS["spiral"], Step(Phase.LOSS))
    assert scene.counts == {"links": 88, "links_drawn": 88}
    assert not any("links drawn" in text for text in scene.texts())


def test_links_are_drawn_weak_to_strong() -> None:
    view = view_at(SESSIONS["spiral"], Step(Phase.LOSS))
    (drawn,) = (item for item in scene_at(view, WIDTH, HEIGHT).items if item.role == "link 1")
    assert isinstance(drawn, Lines)
    light = [luminance(int(c)) for c in drawn.colour]
    assert np.mean(light[:4]) < np.mean(light[-4:])


def test_width_follows_the_weight_and_colour_its_sign() -> None:
    view = view_at(SESSIONS["spiral"], Step(Phase.UPDATE), 0.0)
    link = view.links[0]
    weights = np.zeros(link.weight.shape)
    weights[0], weights[1] = (1.0, -1.0), (2.0, 9.0)
    changed = replace(view, links=(replace(link, weight=weights, weight_next=weights), *view.links[1:]))
    (drawn,) = lines_of(scene_at(changed, WIDTH, HEIGHT), "link 1")
    by_width = dict(zip(zip(drawn.y1, drawn.y2, strict=True), zip(drawn.width, drawn.colour, strict=True), strict=True))
    columns = stagehand(changed, WIDTH, HEIGHT, False).layout.columns

    def at(unit: int, source: int) -> tuple[float, int]:
        return by_width[(columns[0].ys[source], columns[1].ys[unit])]

    assert at(0, 0)[0] == at(0, 1)[0] < at(1, 0)[0] < at(1, 1)[0]
    assert at(0, 0)[1] != at(0, 1)[1]
    assert at(0, 0)[1] == at(1, 0)[1]
    assert at(1, 1)[0] == max(drawn.width)


@pytest.mark.parametrize("ref", [NeuronRef(1, 3), NeuronRef(0, 1), NeuronRef(3, 0)])
def test_mouse_finds_the_neuron_it_is_over(ref: NeuronRef) -> None:
    view = view_at()
    scene = scene_at(view, WIDTH, HEIGHT)
    column = stagehand(view, WIDTH, HEIGHT, False).layout.columns[ref.layer]
    assert scene.targets.at(float(column.xs[ref.unit]) + 2, float(column.ys[ref.unit]) - 2) == ref
    assert scene.targets.at(2.0, 2.0) is None


def test_selection_keeps_its_links_and_dims_the_others() -> None:
    plain, chosen = scene_of(), scene_of(selected=NeuronRef(2, 4))
    columns = stagehand(view_at(), WIDTH, HEIGHT, False).layout.columns
    background = plain.background
    for role, end in (("link 2", "y2"), ("link 3", "y1")):
        (before,), (after,) = lines_of(plain, role), lines_of(chosen, role)

        def strength(item: Lines, touched: bool, end: str = end) -> float:
            mine = np.isclose(getattr(item, end), columns[2].ys[4])
            colours = item.colour[mine if touched else ~mine]
            return float(np.mean([abs(luminance(int(c)) - luminance(background)) for c in colours]))

        assert strength(after, True) > strength(before, True)
        assert strength(after, False) < 0.6 * strength(before, False)
    assert chosen.with_role("focus")
    assert not plain.with_role("focus")


def test_a_reference_to_a_neuron_that_is_gone_does_no_harm() -> None:
    assert not scene_of(selected=NeuronRef(7, 0), hovered=NeuronRef(1, 99)).with_role("focus")


def test_dead_is_hollow_with_a_cross_and_closed_is_not() -> None:
    snapshot = example_snapshot(dead=((1, 2),))
    scene = scene_at(resolve(snapshot, None, None, Choices()), WIDTH, HEIGHT)
    (cross,) = lines_of(scene, "dead 1")
    assert len(cross.x1) == 2
    assert not scene.with_role("dead 2"), "hidden 2 has closed gates, but no dead unit"
    assert scene.with_role("gate shut 2")


def test_scales_are_fixed_and_saturate() -> None:
    assert signal_strength([0.0, 2.0, 50.0]).tolist() == [0.0, 1.0, 1.0]
    assert signal_strength(-0.5) == signal_strength(0.5)
    assert gradient_strength([0.0, 1e-5, 1e-4, 1e-2, 1.0, 9.0]) == pytest.approx([0, 0, 0, 0.5, 1, 1])
    assert weight_width([0.0, -99.0], 1.0).tolist() == pytest.approx([0.8, 5.5])
    assert pulse_radius([0.0, 1.0], 8.0).tolist() == [0.0, 8.0]
    assert pulse_radius(1e-6, 8.0) > 1


def test_many_colours_mix_as_each_does() -> None:
    rng = np.random.default_rng(1)
    colours, shares = (
        rng.integers(0, 1 << 24, 500).astype(np.int32),
        np.append(rng.uniform(-0.5, 1.5, 498), [0.5, 0.25]),
    )
    pairs = zip(colours.tolist(), shares.tolist(), strict=True)
    assert mixes(0x123456, colours, shares).tolist() == [mix(0x123456, colour, share) for colour, share in pairs]
    assert mixes(0x123456, colours, np.ones(500)).tolist() == colours.tolist()


def test_colours_mix_and_stay_readable() -> None:
    assert mix(0x000000, 0xFFFFFF, 0.5) == 0x808080
    assert mix(0x123456, 0xABCDEF, -3) == 0x123456
    assert shades(packed("#000000"), packed("#ffffff"), [0.0, 1.0]).tolist() == [0, 0xFFFFFF]
    for colour in (0x15181D, 0xF0932B, 0x4AA3DF, 0xFFFFFF, 0x808080, 0x1769AA):
        light, on = luminance(colour), luminance(readable_on(colour))
        assert (max(light, on) + 0.05) / (min(light, on) + 0.05) >= 4.5


def test_legend_is_always_there() -> None:
    for width, height in SIZES:
        for step in (None, Step(Phase.INPUT), Step(Phase.GATE_BACK, 1)):
            words = " ".join(scene_at(view_at(step=step), width, height).texts("legend"))
            for word in ("signal", "gradient", "log", "shut gate", "open", "width |w|"):
                assert word in words


@pytest.mark.parametrize(
    ("activation", "said"),
    [
        ("silu", True),
        ("gelu", True),
        ("swish_beta", True),
        ("quadratic", True),
        ({"name": "leaky_relu", "slope": -0.1}, True),
        ({"name": "prelu", "negative_slope": -0.1}, True),
        ("prelu", False),
        ("relu", False),
        ("tanh", False),
        ("sigmoid", False),
        ("elu", False),
        ("step", False),
    ],
)
def test_the_legend_tells_of_orange_doors_where_a_mask_can_be_negative(
    activation: str | dict[str, object], said: bool
) -> None:
    """At every moment alike, or the picture would move when the first such mask comes."""
    session = example_session((6,), activation)
    for step in (None, Step(Phase.INPUT), Step(Phase.GATE, 1), Step(Phase.GATE_BACK, 1)):
        assert ("mask < 0: the sign flips" in scene_of(session, step).texts("legend")) is said


def test_the_label_of_a_neuron_covers_no_heading() -> None:
    """Those of two lines are the lowest."""
    session = example_session((8, 5, 8, 5, 8, 5))
    for width, height in SIZES[:4]:
        view = view_at(session, Step(Phase.UPDATE), hovered=NeuronRef(1, 0))
        scene, found = scene_at(view, width, height), stagehand(view, width, height, False).layout
        lowest = max(text.y + text.size / 2 for text in texts_of(scene, "header"))
        card = next(item for item in scene.with_role("label") if isinstance(item, Rects))
        assert card.y.min() >= lowest
        assert card.y.max() + card.height.max() <= height
        assert found.columns[1].ys[0] - card.height.max() / 2 < lowest, "nothing was in the way"
