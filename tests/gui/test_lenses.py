"""The table of lenses: an entry alone decides what discs, rings and links show and what the legend says."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from numpy.typing import ArrayLike
from pydantic import ValidationError

from tests.gui.examples import example_maps, example_session, example_snapshot
from tests.gui.scenes import (
    HEIGHT,
    WIDTH,
    discs_of,
    lines_of,
    mapped,
    one_disc,
    same_scenes,
    scene_of,
    texts_of,
    view_at,
)
from twostroke.engine.border.cursor import Phase, Step, steps
from twostroke.engine.session.settings.view_spec import GrainName, LensName, ViewSpec
from twostroke.engine.session.spec import Session
from twostroke.gui.look.colour import packed, signed_shades
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Choices, NeuronRef, Theme
from twostroke.gui.model.numbers import FEWEST_DIGITS, MOST_DIGITS, brief
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.score import Grain
from twostroke.gui.stage.scene import alike, lenses, pairs
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.ink import ink_of
from twostroke.gui.stage.scene.items import Floats, Pictures
from twostroke.gui.stage.scene.lenses import (
    GRADIENT,
    LENSES,
    SIGNAL,
    WEIGHT,
    Lens,
    Reading,
    Scale,
    lens_beside,
    lens_of,
)

BACK = Step(Phase.SPREAD, 3)  # the gates of the output have worked both ways, those of the hidden layers forward
INK = PALETTES[Theme.DARK]
SCENE_INK = ink_of(INK)
REF = NeuronRef(1, 3)


def share(value: ArrayLike) -> Floats:
    return np.clip(np.asarray(value, dtype=np.float64), 0.0, 1.0)


GAIN_SCALE = Scale(share, lambda ink: (ink.warning, ink.good), "gain f′(z)", np.linspace(0.0, 1.0, 11), ("0", "1"))
GAIN = Lens(
    "another",
    "Another one",
    disc=Reading(lambda layer: layer.gain, GAIN_SCALE),
    ring=Reading(lambda layer: layer.forward_mask, GAIN_SCALE),
    forward=Reading(
        lambda link: np.abs(link.weight) * (link.below.gain if link.below.gain is not None else 1), GAIN_SCALE
    ),
    backward=Reading(lambda link: None, GRADIENT),
)
TOUCHED = tuple(
    f"{role} {layer}" for role in ("neuron", "number", "sign", "gradient", "link") for layer in range(4)
)  # what a lens colours


@pytest.fixture
def gain(monkeypatch: pytest.MonkeyPatch) -> Lens:
    monkeypatch.setattr(lenses, "LENSES", (*LENSES, GAIN))
    return GAIN


def test_ids_are_used_once_and_the_first_is_what_is_chosen_at_the_start() -> None:
    assert len({lens.id for lens in LENSES}) == len(LENSES)
    assert lens_of(Choices().lens) is LENSES[0]
    with pytest.raises(KeyError, match="x-ray"):
        lens_of("x-ray")


def test_another_lens_draws_its_own_numbers(gain: Lens) -> None:
    view = view_at(step=Step(Phase.UPDATE), lens=gain.id)
    usual, other = scene_of(step=Step(Phase.UPDATE)), scene_of(step=Step(Phase.UPDATE), lens=gain.id)
    for layer in (1, 2, 3):
        values = view.layers[layer].gain
        assert values is not None
        told = [text.text for text in texts_of(other, f"number {layer}")]
        assert told == [brief(float(value)) for value in values]
        disc, was = one_disc(other, f"neuron {layer}"), one_disc(usual, f"neuron {layer}")
        assert not np.array_equal(disc.fill, was.fill)
        assert set(disc.fill[values == 1.0]) <= {packed(INK.good)}
    ring = one_disc(other, "gradient 1")
    assert set(ring.ring) == {packed(INK.good)}, "only open gates have a ring, all of full strength"


def test_what_the_lens_lacks_is_an_empty_outline(gain: Lens) -> None:
    scene = scene_of(step=Step(Phase.UPDATE), lens=gain.id)
    assert len(set(one_disc(scene, "neuron 0").fill)) == 1, "an input has no gain"
    assert texts_of(scene, "number 0") == []
    before = scene_of(step=Step(Phase.SUM, 1), lens=gain.id)
    assert len(set(one_disc(before, "neuron 1").fill)) == 1, "no gain is known before the gate"
    assert texts_of(before, "number 1") == []
    assert len(set(one_disc(scene_of(step=Step(Phase.SUM, 1)), "neuron 1").fill)) > 1


@pytest.mark.parametrize(("step", "changes"), [(Step(Phase.SUM, 2), True), (BACK, True), (Step(Phase.UPDATE), False)])
def test_links_shine_by_what_the_lens_reads(gain: Lens, step: Step, changes: bool) -> None:
    usual, other = (lines_of(scene_of(step=step, lens=id), f"link {step.layer or 1}")[0] for id in ("strokes", gain.id))
    assert np.array_equal(usual.x1, other.x1)
    assert (sorted(usual.colour.tolist()) != sorted(other.colour.tolist())) is changes


def test_the_legend_follows(gain: Lens) -> None:
    usual, other = (texts_of(scene_of(lens=id), "legend") for id in ("strokes", gain.id))
    words = [[text.text for text in texts] for texts in (usual, other)]
    assert words[0][:7] == ["Signal and gradient", "−2", "2", "signal", "−1", "1", "gradient, log from 0.0001"]
    assert words[1][:4] == ["Another one", "0", "1", "gain f′(z)"]
    assert "signal" not in words[1]
    assert words[0][7:] == words[1][7:], "marks that are no lens's stay"


@pytest.mark.parametrize("step", [None, Step(Phase.GATE, 1), BACK, Step(Phase.WEIGHTS, 2)])
def test_nothing_else_changes(gain: Lens, step: Step | None) -> None:
    usual, other = scene_of(step=step), scene_of(step=step, lens=gain.id)
    legends = ("legend", "legend bar", "lens chip", "")  # the marks of the legend have no role
    assert same_scenes(usual, other, but=(*TOUCHED, *legends))
    assert not same_scenes(usual, other)


FILM = [*steps(3)]


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: lens.id)
def test_each_lens_names_itself_its_key_and_its_scales(lens: Lens) -> None:
    told = [text.text for text in texts_of(scene_of(lens=lens.id), "legend")]
    assert told[0] == lens.title
    assert lens.key
    assert lens.help
    for scale in lens.scales:
        assert scale.words in told
        assert set(scale.ends) <= {*told}
    film = [text.text for text in texts_of(scene_of(step=FILM[0], lens=lens.id), "legend")]
    assert {"signal", "gradient, log from 0.0001"} <= {*film}, "pulses travel, on these scales"


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: lens.id)
def test_the_legend_stands_still_in_a_film(lens: Lens) -> None:
    first, *others = (texts_of(scene_of(step=step, lens=lens.id), "legend") for step in FILM)
    assert all(other == first for other in others)


VALUES: dict[str, tuple[Step, str]] = {
    "activation": (Step(Phase.GATE, 2), "a"),
    "gradient": (Step(Phase.GATE_BACK, 2), "dloss_dz"),
    "gain": (Step(Phase.GATE, 2), "gain"),
    "carried": (Step(Phase.GATE, 2), "z"),
    "firing": (Step(Phase.INPUT), "firing"),
}


@pytest.mark.parametrize("lens", VALUES)
def test_circles_show_the_numbers_of_the_lens_as_soon_as_they_are_known(lens: str) -> None:
    step, name = VALUES[lens]
    layer = view_at(step=step).layers[2]
    values = getattr(layer, name)
    disc = one_disc(scene_of(step=step, lens=lens), "neuron 2")
    reading = lens_of(lens).disc
    alive = ~np.asarray(layer.dead)
    wanted = reading.scale.shades(SCENE_INK, SCENE_INK.rest, values, reading.strength_of(values))
    assert np.array_equal(disc.fill[alive], wanted[alive])
    at = FILM.index(step)
    if at > 0:
        unknown = one_disc(scene_of(step=FILM[0], lens=lens), "neuron 2")
        assert set(unknown.fill) == {SCENE_INK.background}, "not known is no 0"
        assert set(unknown.fill) != {SCENE_INK.rest}


BACKWARDS = [(0.5, False), (0.75, True), (1.0, True)]


@pytest.mark.parametrize(("fraction", "arrived"), BACKWARDS)
def test_circles_show_the_gradient_as_it_arrives(fraction: float, arrived: bool) -> None:
    step = Step(Phase.GATE_BACK, 2)
    layers = view_at(step=step).layers
    scene, kept = (scene_of(step=step, fraction=fraction, lens=id) for id in ("strokes", "activation"))
    values = layers[2].dloss_dz if arrived else layers[2].a
    assert values is not None
    assert layers[1].a is not None
    told = [text.text for text in texts_of(scene, "number 2")]
    assert [text.startswith("−") for text in told] == (values < 0).tolist()
    assert [text == "0" for text in told] == (values == 0).tolist()
    assert [text.text for text in texts_of(kept, "number 2")] == [brief(float(a)) for a in layers[2].a]
    assert [text.text for text in texts_of(scene, "number 1")] == [brief(float(a)) for a in layers[1].a]
    purple = {*GRADIENT.shades(SCENE_INK, SCENE_INK.rest, values, GRADIENT.strength(values))}
    assert ({*one_disc(scene, "neuron 2").fill} == purple) is (fraction == 1.0)


def test_live_circles_show_the_signal() -> None:
    a = view_at().layers[2].a
    assert [text.text for text in texts_of(scene_of(), "number 2")] == [brief(float(value)) for value in a]


def test_the_change_is_known_when_the_weights_change_and_has_the_colour_of_its_own_sign() -> None:
    before, after = (scene_of(step=step, lens="change") for step in (Step(Phase.WEIGHTS, 1), Step(Phase.UPDATE)))
    assert set(one_disc(before, "neuron 1").fill) == {SCENE_INK.background}
    view = view_at(step=Step(Phase.UPDATE))
    link, layer = view.links[1], view.layers[2]
    assert link.weight_next is not None
    assert layer.bias is not None
    assert layer.bias_next is not None
    told = [text.text for text in texts_of(after, "number 2")]
    for text, by in zip(told, layer.bias_next - layer.bias, strict=True):
        assert text.startswith("−") is bool(by < 0)
    (lines,) = lines_of(after, "link 2")
    negative = signed_shades(SCENE_INK.background, SCENE_INK.signal_negative, SCENE_INK.signal_negative, 1, SHADES)
    drawn = np.isin(lines.colour, negative)
    changes = np.sort(np.abs((link.weight_next - link.weight)[link.weight_next < link.weight]))
    assert np.count_nonzero(drawn) >= np.count_nonzero(changes > 1e-4)
    assert np.count_nonzero(drawn) <= np.count_nonzero(link.weight_next - link.weight <= 0)


SHADES = np.linspace(0.1, 1.0, 100)
LACKS = {
    "change": "known of a single update alone",
    "response": "the maps are being computed",
    "weights": "needs data that are pictures, such as digits",
}


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: lens.id)
def test_what_a_lens_needs_and_a_view_lacks_is_said(lens: Lens) -> None:
    told = [text.text for text in texts_of(scene_of(lens=lens.id), "legend")]
    assert lens.lacks(view_at(lens=lens.id)) == LACKS.get(lens.id, "")
    if lens.id in LACKS:
        assert told[1] == ": ".join(filter(None, [LACKS[lens.id], lens.way]))
        assert set(one_disc(scene_of(lens=lens.id), "neuron 1").fill) == {SCENE_INK.background}


def test_softmax_has_no_gain_and_a_network_that_was_not_evaluated_no_firing_rate() -> None:
    iris = example_session((5,), data="iris")
    assert lens_of("gain").lacks(view_at(iris)) == "softmax has no gain of its own"
    assert set(one_disc(scene_of(iris, lens="gain"), "neuron 2").fill) == {SCENE_INK.background}
    fresh = replace(example_snapshot(), evaluation=None)
    view = resolve(fresh, None, None, Choices(lens="firing"))
    assert lens_of("firing").lacks(view) == "not known before the first evaluation"
    assert set(one_disc(scene_at(view, WIDTH, HEIGHT), "neuron 1").fill) == {SCENE_INK.background}


def test_masks_that_are_one_agree_and_a_wall_for_the_gradient_does_not() -> None:
    step = Step(Phase.GATE, 1)
    values = lens_of("masks").disc.values(view_at(step=step).layers[1])
    assert values is not None
    assert np.all(values == 1.0)
    wall = view_at(example_session((6,), "step"), step).layers[1]
    values = lens_of("masks").disc.values(wall)
    assert values is not None
    assert wall.forward_mask is not None
    assert np.array_equal(values, 1.0 - np.minimum(wall.forward_mask, 1.0))
    assert np.array_equal(values < 1.0, wall.a > 0)


DIGITS = example_session((6, 5), data="digits", training={"batch_size": 4})
MANY_DIGITS = example_session((64,), data="digits")


@pytest.mark.parametrize("step", [None, Step(Phase.INPUT), Step(Phase.UPDATE)])
@pytest.mark.parametrize("session", [DIGITS, MANY_DIGITS])
def test_the_weights_of_a_first_neuron_are_a_picture_as_its_input_is_one(session: Session, step: Step | None) -> None:
    view, scene = view_at(session, step), scene_of(session, step, lens="weights")
    (item,) = scene.with_role("inner 1")
    assert isinstance(item, Pictures)
    weight = view.links[0].weight
    assert item.colours.shape == (len(weight), 8, 8)
    pixel = WEIGHT.shades(SCENE_INK, SCENE_INK.rest, weight, WEIGHT.strength(weight))
    assert np.array_equal(item.colours.reshape(weight.shape), pixel), "pixel by pixel, as the rows of the input"
    assert not scene.with_role("inner 0")
    assert not scene.with_role("inner 2"), "what a second layer reads is no picture"
    if session is DIGITS:
        assert set(one_disc(scene, "neuron 2").fill) == {SCENE_INK.background}
    assert lens_of("weights").lacks(view) == ""


@pytest.mark.parametrize("step", [None, Step(Phase.INPUT), Step(Phase.SPREAD, 2)])
def test_each_neuron_shows_its_activation_over_the_plane(step: Step | None) -> None:
    view = mapped(step=step)
    scene, maps = scene_at(view, WIDTH, HEIGHT), example_maps(view.snapshot.session)
    assert lens_of("response").lacks(view) == ""
    assert maps is not None
    for layer, values in enumerate(maps):
        (item,) = scene.with_role(f"inner {layer}")
        assert isinstance(item, Pictures)
        upright = values[:, ::-1]  # y grows upwards, rows of a picture go down
        assert np.array_equal(item.colours, SIGNAL.shades(SCENE_INK, SCENE_INK.rest, upright, SIGNAL.strength(upright)))
        disc = one_disc(scene, f"neuron {layer}")
        corner = np.hypot(item.x - disc.x, item.y - disc.y)
        assert np.all(corner <= disc.radius), "inside the disc"


def test_maps_need_a_plane_and_a_while() -> None:
    lacks = lens_of("response").lacks
    assert lacks(view_at(example_session((5,), data="iris"))) == "needs data in a plane, such as spiral"
    assert lacks(view_at()) == "the maps are being computed"
    view = mapped()
    evaluation = view.snapshot.evaluation
    assert evaluation is not None
    assert evaluation.maps is not None
    narrow = replace(evaluation, maps=(evaluation.maps[0], None, *evaluation.maps[2:]))
    wide = resolve(replace(view.snapshot, evaluation=narrow), None, None, view.choices)
    assert lacks(wide) == "layers of many neurons have no maps"
    assert set(one_disc(scene_at(wide, WIDTH, HEIGHT), "neuron 1").fill) == {SCENE_INK.background}
    assert not scene_at(wide, WIDTH, HEIGHT).with_role("inner 1")


def test_cut_neurons_have_no_picture_and_the_focus_dims_the_others() -> None:
    cut = DIGITS.model_copy(update={"network": DIGITS.network.model_copy(update={"cut": ("l1.unit[2]",)})})
    (item,) = scene_of(cut, lens="weights").with_role("inner 1")
    assert isinstance(item, Pictures)
    assert len(item.x) == 5
    plain, dimmed = (scene_of(DIGITS, lens="weights", selected=s).with_role("inner 1")[0] for s in (None, REF))
    assert isinstance(plain, Pictures)
    assert isinstance(dimmed, Pictures)
    assert np.array_equal(plain.colours[REF.unit], dimmed.colours[REF.unit])
    assert not np.array_equal(plain.colours[REF.unit + 1], dimmed.colours[REF.unit + 1])


def test_small_numbers_are_written_as_powers_of_ten() -> None:
    view = view_at(step=Step(Phase.UPDATE), lens="change")
    told = [text.text for text in texts_of(scene_at(view, WIDTH, HEIGHT), "number 1")]
    assert "≈0" not in told
    assert any("·10" in text for text in told)


@pytest.mark.parametrize("lens", [lens.id for lens in LENSES])
def test_layers_drawn_as_one_look_the_same_through_each_lens(lens: str, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = example_session((4,) * 12)
    together = scene_of(deep, lens=lens)
    monkeypatch.setattr(alike, "SEVERAL", 99)
    monkeypatch.setattr(pairs, "SEVERAL", 99)
    one_by_one = scene_of(deep, lens=lens)
    for layer in (3, 7):
        assert np.array_equal(
            lines_of(together, f"link {layer}")[0].colour, lines_of(one_by_one, f"link {layer}")[0].colour
        )
    fills = [
        np.sort(np.concatenate([d.fill for d in discs_of(s, "neuron 1") + discs_of(s, "neuron 2")]))
        for s in (together, one_by_one)
    ]
    assert len(fills[0]) >= len(fills[1])


def test_the_next_lens_goes_round() -> None:
    ids, at, seen = [lens.id for lens in LENSES], LENSES[0].id, []
    for _ in ids:
        seen.append(at)
        at = lens_beside(at, 1)
    assert seen == ids
    assert at == ids[0]
    assert lens_beside(ids[0], -1) == ids[-1]


def test_a_session_can_name_every_lens_every_grain_and_all_digits() -> None:
    """What the engine reads of a view, without knowing the picture."""
    assert get_args(LensName) == tuple(lens.id for lens in LENSES)
    assert set(get_args(GrainName)) == {grain.value for grain in Grain}
    for digits in (FEWEST_DIGITS, MOST_DIGITS):
        assert ViewSpec(digits=digits).digits == digits
    for digits in (FEWEST_DIGITS - 1, MOST_DIGITS + 1):
        with pytest.raises(ValidationError):
            ViewSpec(digits=digits)
