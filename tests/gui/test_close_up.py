"""Looking closer at a layer of many neurons turns its cells into neurons, with gates, numbers and pulses."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from tests.edits import to
from tests.gui.examples import example_session
from tests.gui.scenes import discs_of, lines_of, one_disc, reach, same_items, texts_of, view_at
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border.cursor import Phase, Step
from twostroke.gui.look.style import load_fonts
from twostroke.gui.model.choices import NeuronRef, Walked
from twostroke.gui.stage.paint.camera import Camera
from twostroke.gui.stage.paint.ground import Ground
from twostroke.gui.stage.paint.painter import paint
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.close_up import LEAST_CELL, STEPS, nearness
from twostroke.gui.stage.scene.items import Rects, Scene

__all__ = ["bench", "settings"]

WIDE = example_session((300, 300))
WIDTH, HEIGHT = 860.0, 640.0
MOMENTS = [
    (Step(Phase.SUM, 1), 0.4),
    (Step(Phase.GATE, 1), 0.5),
    (Step(Phase.SUM, 2), 0.5),
    (Step(Phase.GATE_BACK, 2), 0.6),
    (Step(Phase.SPREAD, 2), 0.5),
    (Step(Phase.UPDATE), 0.7),
]


def seen(step: Step | None, fraction: float = 1.0, near: float = 8.0, **choices: object) -> Scene:
    return scene_at(view_at(WIDE, step, fraction, **choices), WIDTH, HEIGHT, None, near)


def test_the_steps_in_which_one_looks_closer() -> None:
    assert [nearness(zoom) for zoom in (1.0, 1.9, 2.0, 5.3, 8.0, 40.0)] == [1.0, 1.0, 2.0, 4.0, 8.0, 12.0]
    assert nearness(0.5) == 1.0


def test_from_afar_a_large_layer_is_cells() -> None:
    scene = seen(Step(Phase.GATE, 1), near=1.0)
    assert not discs_of(scene, "neuron 1")
    (cells,) = [item for item in scene.with_role("neuron 1") if isinstance(item, Rects)]
    assert len(cells.x) == 300
    assert cells.width[0] * STEPS[1] < LEAST_CELL
    assert all(same_items(a, b) for a, b in zip(scene.items, seen(Step(Phase.GATE, 1), near=2.0).items, strict=True))


def test_from_near_each_is_a_neuron_with_a_gate_in_the_place_of_its_cell() -> None:
    afar, scene = seen(Step(Phase.UPDATE), near=1.0), seen(Step(Phase.UPDATE))
    (cells,) = [item for item in afar.with_role("neuron 1") if isinstance(item, Rects)]
    neurons = one_disc(scene, "neuron 1")
    assert len(neurons.x) == 300
    outer = neurons.radius + 0.2
    assert np.all(neurons.x - outer > cells.x)
    assert np.all(neurons.x + outer < cells.x + cells.width)
    assert np.all(np.abs(neurons.y - cells.y - cells.height / 2) < 1.0)
    gates = [i for role in ("gate shut 1", "door upper 1", "door lower 1") for i in scene.with_role(role)]
    doors = [item for item in gates if isinstance(item, Rects)]
    assert sum(len(item.x) for item in doors) >= 300
    for item in doors:
        for x, y, wide in zip(item.x, item.y + item.height / 2, item.width, strict=True):
            own = int(np.argmin(np.abs(neurons.y - y) + 10.0 * (neurons.x > x) + np.abs(x - neurons.x)))
            assert x > neurons.x[own] + neurons.radius[own]
            assert x + wide < cells.x[own] + cells.width[own] + 1.0
    assert "300 neurons" in scene.texts("count")


@pytest.mark.parametrize("near", STEPS)
def test_nothing_is_larger_or_thicker_than_elsewhere(near: float) -> None:
    """On the screen, where all of it is magnified."""
    scene = seen(Step(Phase.UPDATE), near=near)
    (links,) = lines_of(scene, "link 2")
    assert links.width.max() * near <= 9.0 or near == 2.0
    numbers = texts_of(scene, "number 1")
    if near >= 8.0:
        assert len(numbers) == 300
    for text in numbers:
        assert 10.99 <= text.size * near <= 30.0


@pytest.mark.parametrize(
    ("moment", "role"),
    [
        ((Step(Phase.SUM, 2), 0.5), "pulse signal"),
        ((Step(Phase.GATE, 1), 0.42), "stopped signal 1"),
        ((Step(Phase.GATE, 1), 0.6), "pulse signal 1"),
        ((Step(Phase.GATE_BACK, 1), 0.5), "stopped gradient 1"),
        ((Step(Phase.SPREAD, 2), 0.6), "pulse gradient"),
        ((Step(Phase.SPREAD, 2), 0.6), "upstream 1"),
    ],
)
def test_pulses_run_there_too(moment: tuple[Step, float], role: str) -> None:
    scene = seen(*moment)
    found = discs_of(scene, role)
    assert found
    assert max(float(reach(item).max()) for item in found) * 8.0 < 12.0
    if role.startswith("stopped"):  # at its own gate, never within the next neuron
        neurons, at = one_disc(scene, "neuron 1"), found[0]
        gap = np.abs(neurons.x[:, None] - at.x) + 1e3 * (np.abs(neurons.y[:, None] - at.y) > 0.01)
        cell = float(np.diff(np.unique(neurons.x)).min())
        assert np.all(np.sort(gap, axis=0)[0] < cell - neurons.radius.max())
        inside = np.hypot(neurons.x[:, None] - at.x, neurons.y[:, None] - at.y) < neurons.radius[:, None] * 0.8
        assert "signal" in role or not inside.any()


def test_links_begin_and_end_at_their_neurons_and_are_found_there() -> None:
    scene = seen(Step(Phase.UPDATE))
    targets = scene.link_targets[1]
    one, two = one_disc(scene, "neuron 1"), one_disc(scene, "neuron 2")
    assert np.all(targets.x1 > one.x[targets.source])
    assert np.all(targets.x2 < two.x[targets.target])
    assert np.allclose(targets.y1, one.y[targets.source])
    for at in (0, len(targets.source) - 1):
        x, y = (targets.x1[at] + targets.x2[at]) / 2, (targets.y1[at] + targets.y2[at]) / 2
        found = scene.link_at(float(x), float(y), 0.5)
        assert found is not None
    assert scene.counts == {"links": 2 * 300 + 300 * 300 + 300, "links_drawn": 1500}
    assert any("1,500 of 90,900 links drawn, the strongest" in text for text in scene.texts("legend"))


def test_the_mouse_finds_a_neuron_by_its_disc() -> None:
    scene, neurons = seen(Step(Phase.UPDATE)), one_disc(seen(Step(Phase.UPDATE)), "neuron 2")
    for unit in (0, 17, 299):
        assert scene.targets.at(float(neurons.x[unit]), float(neurons.y[unit])) == NeuronRef(2, unit)


def test_the_pixels_of_a_picture_stay_pixels() -> None:
    session = example_session((32,), data="digits")
    for near in (1.0, 12.0):
        scene = scene_at(view_at(session, Step(Phase.UPDATE)), WIDTH, HEIGHT, None, near)
        assert any(isinstance(item, Rects) for item in scene.with_role("neuron 0"))


@pytest.mark.parametrize("activation", ["relu", "gelu", "step", "prelu"])
def test_every_moment_is_drawn_with_every_mark(activation: str) -> None:
    session = example_session((60, 60), activation, gates={"backward": False})
    for step, fraction in MOMENTS:
        for place in (NeuronRef(1, 7), NeuronRef(2, 59)):
            view = view_at(session, step, fraction, selected=place, walked=Walked(place, place))
            assert scene_at(view, WIDTH, HEIGHT, None, 12.0).items


@pytest.mark.parametrize("near", [6.0])
def test_it_is_painted_alike_with_and_without_what_was_kept(qapp: QApplication, near: float) -> None:
    load_fonts()
    ground, camera = Ground(), Camera(near, -900.0, -1100.0)
    for step, fraction in (*MOMENTS, *reversed(MOMENTS)):
        scene = seen(step, fraction, near)
        assert painted(scene, camera, ground) == painted(scene, camera, None)


def painted(scene: Scene, camera: Camera, ground: Ground | None) -> QImage:
    image = QImage(int(WIDTH), int(HEIGHT), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint(painter, scene, QRectF(0, 0, WIDTH, HEIGHT), camera, ground)
    painter.end()
    return image


def test_the_window_turns_cells_into_neurons_and_back(bench: Bench) -> None:
    bench.controller.send(to(example_session((300,)), "Wide"))
    QApplication.processEvents()
    stage, kinds = bench.window.stage, []
    scene = stage.scene
    assert scene is not None
    at = np.flatnonzero(scene.targets.layer == 1)[150]
    x, y = float(scene.targets.x[at]), float(scene.targets.y[at])
    for factor in (1.0, 6.0, 1.0 / 6.0):
        stage.zoom_around(x, y, factor)
        scene = stage.scene
        assert scene is not None
        kinds.append(bool(discs_of(scene, "neuron 1")))
    assert kinds == [False, True, False]
    assert all(one < other for one, other in pairwise(STEPS))
