"""Painting: control frames of the film's turning points, and scenes that must paint without a word from Qt.

After a wanted change of the picture, run with `TWOSTROKE_RECORD=1` to write the control frames anew, and look at them.
Tolerance: Qt versions differ by a few grey levels at the edges, so a frame passes while its mean difference per channel
stays below 1.5 of 255 and fewer than 1 pixel in 100 differs by more than 60.
"""

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from tests.gui.examples import example_session
from tests.gui.grains import HIDDEN, turn_view
from tests.gui.scenes import mapped, view_at
from twostroke.engine.border.cursor import Extra, Phase, Step, steps
from twostroke.engine.session.spec import Session
from twostroke.gui.look.style import load_fonts
from twostroke.gui.model.choices import Colours, NeuronRef, Theme
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.paint.camera import Camera
from twostroke.gui.stage.paint.painter import paint
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.items import Scene

CONTROL = Path(__file__).with_name("control")
RECORD = os.environ.get("TWOSTROKE_RECORD") == "1"
MEAN_LIMIT = 1.5
FAR, FAR_SHARE = 60, 0.01
TITLE = "update 1,204 · epoch 301 · loss 0.81"

DIGITS = example_session((32,), data="digits", training={"batch_size": 32})
LENSES: dict[str, ViewState] = {
    "activation-dark": view_at(step=Step(Phase.SPREAD, 3), lens="activation"),
    "gradient-light": view_at(step=Step(Phase.SPREAD, 3), fraction=0.6, lens="gradient", theme=Theme.LIGHT),
    "gain-dark": view_at(example_session((6, 6), "gelu"), Step(Phase.LOSS), lens="gain"),
    "change-light": view_at(step=Step(Phase.UPDATE), lens="change", theme=Theme.LIGHT),
    "change-live-dark": view_at(lens="change"),
    "carried-dark": view_at(step=Step(Phase.SUM, 2), fraction=0.6, lens="carried"),
    "firing-light": view_at(lens="firing", theme=Theme.LIGHT),
    "response-dark": mapped(step=Step(Phase.GATE, 2)),
    "response-lacks-light": view_at(example_session((5,), data="iris"), lens="response", theme=Theme.LIGHT),
    "weights-light": view_at(example_session((12,), data="digits"), lens="weights", theme=Theme.LIGHT),
    "weights-lacks-dark": view_at(lens="weights"),
    "masks-dark": view_at(example_session((6, 6), "gelu"), Step(Phase.LOSS), lens="masks"),
}
SMALL = example_session(HIDDEN)
GRAINS = {
    "term-dark": turn_view(Phase.SUM, 2, 1, 2, 0.6),
    "term-back-light": turn_view(Phase.SPREAD, 2, 1, 2, 0.5, theme=Theme.LIGHT),
    "term-weights-dark": turn_view(Phase.WEIGHTS, 2, 2, 1),
    "neuron-light": turn_view(Phase.GATE, 2, 1, Extra.GATE, 0.6, theme=Theme.LIGHT),
    "neuron-back-dark": turn_view(Phase.GATE_BACK, 1, 1, Extra.GATE),
    "phase-dark": view_at(SMALL, Step(Phase.SUM, 2)),
    "layer-light": view_at(SMALL, Step(Phase.GATE, 2), theme=Theme.LIGHT),
    "update-dark": view_at(SMALL, Step(Phase.UPDATE)),
}
"""A stop of each grain, and moments on the way to it."""

FRAMES: dict[str, tuple[ViewState, int, int]] = {
    **{f"grain-{name}": (view, 760, 500) for name, view in GRAINS.items()},
    **{f"lens-{name}": (view, 760, 500) for name, view in LENSES.items()},
    "live-dark": (view_at(), 760, 500),
    "live-digits-light": (view_at(DIGITS, theme=Theme.LIGHT), 760, 500),
    "gate-shut-dark": (view_at(step=Step(Phase.GATE, 1), fraction=0.55), 760, 500),
    "gate-back-shut-light": (view_at(step=Step(Phase.GATE_BACK, 1), fraction=0.6, theme=Theme.LIGHT), 760, 500),
    "weights-dark": (view_at(step=Step(Phase.WEIGHTS, 2)), 760, 500),
    "spread-selected-dark": (view_at(step=Step(Phase.SPREAD, 2), fraction=0.5, selected=NeuronRef(1, 4)), 760, 500),
    "step-light": (
        view_at(example_session((6, 6), "step"), Step(Phase.GATE_BACK, 2), 0.6, theme=Theme.LIGHT),
        760,
        500,
    ),
    "blue-red-light": (view_at(step=Step(Phase.SPREAD, 3), theme=Theme.LIGHT, colours=Colours.BLUE_RED), 760, 500),
    "blue-red-projector": (
        view_at(step=Step(Phase.GATE, 1), fraction=0.55, theme=Theme.PROJECTOR, colours=Colours.BLUE_RED),
        760,
        500,
    ),
    "grey-projector": (view_at(step=Step(Phase.SPREAD, 2), theme=Theme.PROJECTOR, colours=Colours.GREY), 760, 500),
    "grey-dark": (view_at(colours=Colours.GREY), 760, 500),
    "gate-off-dark": (
        view_at(example_session(gates={"forward": False}), Step(Phase.GATE, 2), 0.6, hovered=NeuronRef(1, 2)),
        760,
        500,
    ),
}


@pytest.fixture(autouse=True)
def _fonts(qapp: QApplication) -> None:
    load_fonts()


def painted(scene: Scene, width: int, height: int, camera: Camera | None = None) -> QImage:
    """The scene as a picture."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint(painter, scene, QRectF(0, 0, width, height), camera or Camera())
    painter.end()
    return image


def pixels(image: QImage) -> np.ndarray:
    """(height, width, 3), 0 to 255."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(rgb.constBits(), dtype=np.uint8).reshape(rgb.height(), rgb.bytesPerLine() // 4, 4)
    return data[:, : rgb.width(), :3].astype(int)


def differs(one: np.ndarray, other: np.ndarray) -> str | None:
    """Why two pictures are not the same within the tolerance; None where they are."""
    if one.shape != other.shape:
        return f"{one.shape} is not {other.shape}"
    off = np.abs(one - other)
    far = float((off.max(axis=2) > FAR).mean())
    if off.mean() > MEAN_LIMIT or far > FAR_SHARE:
        return f"mean difference {off.mean():.2f}, {far:.2%} of the pixels are far off"
    return None


@pytest.mark.parametrize("name", FRAMES)
def test_control_frames(name: str, tmp_path: Path) -> None:
    view, width, height = FRAMES[name]
    image = painted(scene_at(view, width, height, TITLE), width, height)
    file = CONTROL / f"{name}.png"
    if RECORD:
        assert image.save(str(file))
    assert file.exists(), "no control frame; record one with TWOSTROKE_RECORD=1"
    problem = differs(pixels(image), pixels(QImage(str(file))))
    if problem:
        image.save(str(tmp_path / file.name))
    assert problem is None, f"{problem}; see {tmp_path / file.name}"


def test_the_tolerance_notices_one_gate_more() -> None:
    """Control frames would be of no use if a moment later, or another sample, passed as the same."""
    view, width, height = FRAMES["gate-shut-dark"]
    other = view_at(step=Step(Phase.GATE, 1), fraction=0.55, batch_row=4)
    one, two = (pixels(painted(scene_at(v, width, height, TITLE), width, height)) for v in (view, other))
    assert differs(one, two) is not None


@pytest.mark.parametrize(
    "session",
    [
        example_session((), data="iris"),
        example_session((64, 3), "gelu", "breast_cancer"),
        example_session((3,) * 6, "quadratic"),
    ],
)
def test_every_moment_paints(session: Session) -> None:
    for step in steps(len(session.network.layers) + 1):
        scene = scene_at(view_at(session, step, 0.5), 640, 420)
        data = pixels(painted(scene, 640, 420))
        blank = QColor.fromRgb(0xFF000000 | scene.background)
        assert np.any(data != [blank.blue(), blank.green(), blank.red()])


def test_a_scene_keeps_its_proportions_in_any_rectangle() -> None:
    scene = scene_at(view_at(), 640, 400)
    whole = pixels(painted(scene, 640, 400))
    image = QImage(1000, 400, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint(painter, scene, QRectF(0, 0, 1000, 400))
    painter.end()
    assert differs(pixels(image)[:, 180:820], whole) is None


def test_the_camera_moves_the_network_and_not_the_legend() -> None:
    scene = scene_at(view_at(), 640, 400)
    plain, moved = (pixels(painted(scene, 640, 400, c)) for c in (Camera(), Camera(3.0, -300.0, -200.0)))
    legend = int(min(item.y for item in scene.frame if getattr(item, "role", "") == "legend")) - 4
    assert np.array_equal(plain[legend:], moved[legend:])
    assert differs(plain[:250], moved[:250]) is not None


def test_camera_and_world_are_inverse() -> None:
    camera = Camera(2.5, -31.0, 7.0)
    x, y = camera.to_world(200.0, 90.0)
    assert (x * 2.5 - 31.0, y * 2.5 + 7.0) == pytest.approx((200.0, 90.0))
