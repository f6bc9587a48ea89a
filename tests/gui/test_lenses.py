"""The table of lenses: an entry alone decides what discs, rings and links show and what the legend says."""

import numpy as np
import pytest
from numpy.typing import ArrayLike

from tests.gui.scenes import lines_of, one_disc, same_scenes, scene_of, texts_of, view_at
from twostroke.engine.border.cursor import Phase, Step
from twostroke.gui.look.colour import packed
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.model.numbers import brief
from twostroke.gui.stage.scene import lenses
from twostroke.gui.stage.scene.items import Floats
from twostroke.gui.stage.scene.lenses import GRADIENT, LENSES, Lens, Reading, Scale, lens_of

BACK = Step(Phase.SPREAD, 3)  # the gates of the output have worked both ways, those of the hidden layers forward
INK = PALETTES[Theme.DARK]


def share(value: ArrayLike) -> Floats:
    return np.clip(np.asarray(value, dtype=np.float64), 0.0, 1.0)


GAIN_SCALE = Scale(share, lambda ink: (ink.warning, ink.good), "gain f′(z)", np.linspace(0.0, 1.0, 11), ("0", "1"))
GAIN = Lens(
    "gain",
    "Gain",
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
    assert words[0][:6] == ["−2", "2", "signal", "−1", "1", "gradient, log from 0.0001"]
    assert words[1][:3] == ["0", "1", "gain f′(z)"]
    assert "signal" not in words[1]
    assert words[0][6:] == words[1][6:], "marks that are no lens's stay"


@pytest.mark.parametrize("step", [None, Step(Phase.GATE, 1), BACK, Step(Phase.WEIGHTS, 2)])
def test_nothing_else_changes(gain: Lens, step: Step | None) -> None:
    usual, other = scene_of(step=step), scene_of(step=step, lens=gain.id)
    legends = ("legend", "legend bar", "")  # the marks of the legend have no role
    assert same_scenes(usual, other, but=(*TOUCHED, *legends))
    assert not same_scenes(usual, other)
