"""Numbers on the discs of neurons can be read on every fill, in every theme with every choice of colours."""

from dataclasses import replace

import numpy as np
import pytest

from tests.gui.examples import example_session, example_snapshot
from tests.gui.scenes import HEIGHT, WIDTH, one_disc, texts_of, view_at
from tests.gui.test_palettes import OF_LOOKS
from twostroke.engine.border.cursor import Phase, Step
from twostroke.gui.look.colour import READABLE, contrast, packed, readable_on
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.model.resolve import resolve
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.figures import shorter
from twostroke.gui.stage.scene.items import Scene

FILLS = np.concatenate([[0.0], *(sign * np.geomspace(0.003, 4.0, 150) for sign in (1.0, -1.0))])
AT_A_TIME = 8


def readable(scene: Scene, layer: int) -> int:
    """How many numbers stand on discs of that layer; all of them can be read."""
    discs, found = one_disc(scene, f"neuron {layer}"), 0
    for text in texts_of(scene, f"number {layer}"):
        at = int(np.argmin(np.abs(discs.y - text.y)))
        if abs(discs.y[at] - text.y) < 0.5:
            found += 1
            assert contrast(text.colour, int(discs.fill[at])) >= READABLE, text
    return found


@OF_LOOKS
def test_the_number_of_every_activation_can_be_read(look: Choices) -> None:
    snapshot, found = example_snapshot(example_session((AT_A_TIME,), "tanh")), 0
    for values in np.array_split(FILLS, -(-len(FILLS) // AT_A_TIME)):
        a = np.resize(values, AT_A_TIME)
        layers = (replace(snapshot.layers[0], a=a), *snapshot.layers[1:])
        view = resolve(replace(snapshot, layers=layers), None, None, look)
        found += readable(scene_at(view, WIDTH, HEIGHT), 1)
    assert found >= len(FILLS)


@OF_LOOKS
@pytest.mark.parametrize("fraction", [0.2, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("step", [Step(Phase.GATE, 1), Step(Phase.GATE_BACK, 1), Step(Phase.UPDATE)])
def test_so_can_those_of_a_film(look: Choices, step: Step, fraction: float) -> None:
    view = view_at(example_session((6, 4), "tanh"), step, fraction, theme=look.theme, colours=look.colours)
    scene = scene_at(view, WIDTH, HEIGHT)
    assert sum(readable(scene, layer) for layer in range(4)) > 4


def test_something_can_be_written_on_every_colour() -> None:
    parts = np.linspace(0, 255, 18).astype(int).tolist()
    for colour in (red << 16 | green << 8 | blue for red in parts for green in parts for blue in parts):
        assert contrast(readable_on(colour), colour) >= READABLE, hex(colour)


@pytest.mark.parametrize("theme", Theme)
def test_so_it_can_in_panels(theme: Theme) -> None:
    for level in range(256):
        ground = f"#{level:02x}{level:02x}{level:02x}"
        assert contrast(packed(PALETTES[theme].readable_on(ground)), packed(ground)) >= READABLE, ground


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (-0.073, ("−0.07", "−.07", "−0.1")),
        (0.648, ("0.65", ".65", "0.6")),
        (-0.0512, ("−0.05", "−.05", "−0.1")),
        (-1.67, ("−1.67", "−1.7")),
        (0.996, ("1.00", "1.0")),
        (0.02, ("0.02", ".02")),
        (12.3, ("12.3", "12")),
        (0.0, ("0",)),
    ],
)
def test_a_number_loses_its_zero_before_a_digit(value: float, texts: tuple[str, ...]) -> None:
    assert shorter(value) == texts


def test_numbers_of_a_layer_lose_their_zeros_together() -> None:
    """Of −0.07 and −0.17 the first was written as −0.1, as a 1 is narrow: it seemed the same number."""
    values = np.array([-0.073, -0.166, -0.111, -1.67, 0.71, 0.0])
    seen = set()
    for height in range(240, 720, 20):
        snapshot = example_snapshot(example_session((len(values),), "tanh"))
        layers = (replace(snapshot.layers[0], a=values), *snapshot.layers[1:])
        view = resolve(replace(snapshot, layers=layers), None, None, Choices())
        shown = [text.text for text in texts_of(scene_at(view, 900, height), "number 1")]
        seen.add((*shown[:3], *shown[4:5]))
    assert ("−0.07", "−0.17", "−0.11", "0.71") in seen
    assert ("−.07", "−.17", "−.11", ".71") in seen
    assert not any("−0.1" in shown for shown in seen)
    zeros = [{("0." in text) for text in shown if "." in text and abs(_number(text)) < 1} for shown in seen]
    assert all(len(each) <= 1 for each in zeros)


def _number(text: str) -> float:
    return float(text.replace("−", "-"))
