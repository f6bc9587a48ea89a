"""No text of the picture runs into another, whatever the network and the size; and small networks fill their room."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from tests.gui.boxes import box, run_together, texts
from tests.gui.examples import example_session, example_snapshot
from tests.gui.scenes import texts_of, view_at
from twostroke.engine.border.cursor import Phase, Step
from twostroke.gui.look.style import load_fonts
from twostroke.gui.model.choices import Choices, NeuronRef
from twostroke.gui.model.resolve import resolve
from twostroke.gui.stage.scene.build import scene_at, stagehand
from twostroke.gui.stage.scene.figures import figure_width
from twostroke.gui.stage.scene.items import Discs, Rects, Scene
from twostroke.gui.stage.scene.zoomed import Zoom, over

STAGES = {"720p": (700.0, 545.0), "900p": (860.0, 725.0), "1080p": (1340.0, 903.0)}
"""The stage's part of windows of those sizes."""

SESSIONS = {
    "2-2-1": example_session((2,)),
    "20 layers": example_session((8,) * 20),
    "50 layers": example_session((8,) * 50),
    "six layers": example_session((6,) * 6),
    "six layers of twelve": example_session((12,) * 6),
    "kinds": example_session((6,) * 6, {"name": "leaky_relu", "slope": 0.2}),
    "300 units": example_session((300,)),
    "three times 300": example_session((300, 300, 300)),
    "iris": example_session((6, 6), data="iris"),
    "digits": example_session((32,), data="digits", training={"batch_size": 32}),
    "cancer": example_session((12,), data="breast_cancer"),
}


@pytest.fixture(autouse=True)
def _fonts(qapp: QApplication) -> None:
    load_fonts()


@pytest.mark.parametrize("size", STAGES)
@pytest.mark.parametrize("name", SESSIONS)
def test_no_text_runs_into_another(name: str, size: str) -> None:
    session = SESSIONS[name]
    middle = (len(session.network.layers) + 1) // 2
    for view in (
        view_at(session),
        view_at(session, Step(Phase.GATE_BACK, middle), 0.9),
        view_at(session, Step(Phase.UPDATE)),
    ):
        scene = scene_at(view, *STAGES[size])
        assert not run_together(texts((*scene.world, *scene.over, *scene.frame)))


@pytest.mark.parametrize("name", ["20 layers", "50 layers", "six layers", "iris"])
@pytest.mark.parametrize("by", [1.3, 3.0, 8.0])
def test_nor_where_one_looks_closer(name: str, by: float) -> None:
    scene = scene_at(view_at(SESSIONS[name], Step(Phase.GATE_BACK, 2), 0.9), *STAGES["720p"])
    for at in (0.1, 0.5, 0.9):
        seen = over(scene, Zoom(by, (1 - by) * at * scene.width, 0.0))
        assert not run_together(texts(seen))


def test_what_all_layers_do_is_said_once() -> None:
    scene = scene_at(view_at(SESSIONS["20 layers"], Step(Phase.GATE, 3)), *STAGES["720p"])
    assert scene.texts("header").count("ReLU") == 1
    mixed = example_session((6, 6, 6, 6), "relu", network={"output": {"activation": "sigmoid"}})
    assert scene_at(view_at(mixed), *STAGES["720p"]).texts("header").count("ReLU") == 1


@pytest.mark.parametrize("width", [280.0, 320.0, 400.0, 480.0, 520.0, 800.0])
def test_what_the_output_does_has_the_room_at_its_right(width: float) -> None:
    """Beside networks that are compared it was cut to four letters, or left out."""
    mixed = example_session((8,) * 6, "tanh", network={"output": {"activation": "sigmoid"}})
    scene = scene_at(view_at(mixed), width, 500.0)
    (told,) = [text for text in texts_of(scene, "header") if text.text == "sigmoid"]
    (name,) = [text for text in texts_of(scene, "header") if text.text == "output"]
    assert told.x >= name.x
    assert told.x > name.x or width > 500.0
    assert not run_together(texts((*scene.world, *scene.over, *scene.frame)))


def test_each_layer_says_what_it_does_where_one_looks_closer() -> None:
    scene = scene_at(view_at(SESSIONS["20 layers"], Step(Phase.GATE, 3)), *STAGES["720p"])
    by = 8.0
    seen = [text.text for text in texts(over(scene, Zoom(by, (1 - by) * 0.5 * scene.width, 0.0)))]
    assert seen.count("ReLU") >= 2
    assert any(text.startswith("hidden 1") for text in seen)


@pytest.mark.parametrize("size", STAGES)
def test_a_small_network_fills_its_field(size: str) -> None:
    width, height = STAGES[size]
    found = stagehand(view_at(SESSIONS["2-2-1"], Step(Phase.UPDATE)), width, height, False).layout
    left = min(float(c.x) - c.radius for c in found.columns)
    assert (found.card[0] + found.card[2] - left) / width > 0.82
    tall = max(float(np.ptp(c.ys)) + 2 * c.radius for c in found.columns)
    assert tall / found.bands.area_height > 0.6
    assert min(c.radius for c in found.columns) > 0.042 * width
    scene = scene_at(view_at(SESSIONS["2-2-1"], Step(Phase.UPDATE)), width, height)
    assert min(text.size for role in range(3) for text in texts_of(scene, f"number {role}")) >= 15


@pytest.mark.parametrize("name", ["300 units", "three times 300"])
def test_a_wide_layer_uses_the_height(name: str) -> None:
    found = stagehand(view_at(SESSIONS[name], Step(Phase.UPDATE)), *STAGES["720p"], False).layout
    block = found.columns[1].block
    assert block is not None
    assert block.height > 0.75 * found.bands.area_height
    assert block.cell > 7


@pytest.mark.parametrize("size", STAGES)
def test_six_layers_keep_their_numbers(size: str) -> None:
    scene = scene_at(view_at(SESSIONS["six layers"], Step(Phase.UPDATE)), *STAGES[size])
    assert sum(len(texts_of(scene, f"number {layer}")) for layer in range(8)) == 2 + 6 * 6 + 1


@pytest.mark.parametrize("choice", ["selected", "hovered"])
def test_where_numbers_have_no_room_the_neuron_that_stands_out_has_one(choice: str) -> None:
    ref = NeuronRef(2, 4)
    view = view_at(SESSIONS["20 layers"], Step(Phase.UPDATE), **{choice: ref})
    scene = scene_at(view, *STAGES["720p"])
    (shown,) = texts_of(scene, "number 2")
    (plate,) = [item for item in scene.with_role("plate 2") if isinstance(item, Rects)]
    assert shown.size >= 11
    assert figure_width(shown.text, shown.size) < plate.width[0]
    assert not texts_of(scene, "number 3")


def with_activations(values: list[float], size: str) -> Scene:
    snapshot = example_snapshot(example_session((len(values),)))
    layer = snapshot.layers[0]
    layers = (replace(layer, a=np.array(values)), *snapshot.layers[1:])
    return scene_at(resolve(replace(snapshot, layers=layers), None, None, Choices()), *STAGES[size])


@pytest.mark.parametrize("size", STAGES)
def test_numbers_shrink_before_they_touch_the_edge(size: str) -> None:
    for count in (2, 4, 6, 8):
        scene = with_activations([-15.5, -0.56, 1234.5, -99.9, 0.29, 8.88, -1e-9, -128.4][:count], size)
        numbers = texts_of(scene, "number 1")
        assert len(numbers) == count
        (discs,) = [item for item in scene.with_role("neuron 1") if isinstance(item, Discs)]
        for text in numbers:
            at = int(np.argmin(np.abs(discs.y - text.y)))
            if abs(discs.y[at] - text.y) > 0.5:
                continue  # it stands below the disc
            left, top, right, bottom = box(text)
            corner = np.hypot((right - left) / 2, (bottom - top) / 2)
            assert corner <= discs.radius[at], text


@pytest.mark.parametrize("size", STAGES)
def test_long_names_of_classes_and_columns_run_into_nothing(size: str) -> None:
    snapshot = example_snapshot(SESSIONS["iris"])
    long = tuple(f"{name} of the garden, with a name that has no end" for name in ("rose", "tulip", "iris"))
    columns = tuple(f"the length of part {i} in millimetres" for i in range(len(snapshot.data.feature_names)))
    data = replace(snapshot.data, class_names=long, feature_names=columns)
    scene = scene_at(resolve(replace(snapshot, data=data), None, None, Choices()), *STAGES[size])
    assert any("rose" in text for text in scene.texts("class name"))
    assert not run_together(texts((*scene.world, *scene.over, *scene.frame)))


def test_a_pulse_bites_no_hole() -> None:
    """What is hollow is seen through, and nothing has a rim in the colour of the ground."""
    for step in (Step(Phase.SUM, 1), Step(Phase.GATE, 1), Step(Phase.GATE_BACK, 1), Step(Phase.SPREAD, 2)):
        for fraction in (0.2, 0.42, 0.6, 0.95):
            scene = scene_at(view_at(SESSIONS["iris"], step, fraction), *STAGES["720p"])
            moving = [
                i for i in scene.world if isinstance(i, Discs) and i.role.split()[0] in ("pulse", "stopped", "upstream")
            ]
            for item in moving:
                assert not np.any(item.fill == scene.background)
                assert not np.any(item.ring == scene.background)
