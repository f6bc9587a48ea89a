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
