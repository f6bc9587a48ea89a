"""Layers that look alike are drawn as one while training runs: fewer items, and the very same picture."""

import gc
import weakref
from typing import Any

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from twostroke.engine.border.cursor import Cursor
from twostroke.engine.border.snapshot import Snapshot
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.look.painting import painting
from twostroke.gui.look.style import load_fonts
from twostroke.gui.model.choices import Choices, NeuronRef, Theme
from twostroke.gui.model.resolve import resolve
from twostroke.gui.stage.paint.painter import paint
from twostroke.gui.stage.scene import alike, pairs
from twostroke.gui.stage.scene.build import scene_at, stagehand
from twostroke.gui.stage.scene.items import Lines, Rects, Scene, same_lines

SIZE = (830, 720)
DEEP = 30
RELU, TANH = {"units": 8, "activation": "relu"}, {"units": 3, "activation": "tanh"}
SESSIONS: dict[str, dict[str, Any]] = {
    name: {"network": {"layers": layers}, **more}
    for name, layers, more in (
        ("deep", [RELU] * DEEP, {}),
        ("gates off", [RELU] * 10, {"gates": {"backward": False}}),
        ("in turn", [RELU, TANH] * 10, {}),
        ("blocks between", [*[RELU] * 10, {"units": 60}, *[RELU] * 10], {}),
        ("organs between", [*[RELU] * 9, RELU | {"dropout": 0.3}, RELU | {"skip": 9}, *[RELU] * 9], {}),
        ("few", [RELU] * 4, {}),
    )
}
CHOICES = {
    "dark": Choices(),
    "light": Choices(theme=Theme.LIGHT),
    "pointed at": Choices(hovered=NeuronRef(4, 2)),
    "pinned": Choices(selected=NeuronRef(2, 1), hovered=NeuronRef(1, 0)),
}


def snapshot(session: dict[str, Any]) -> Snapshot:
    trainer = Trainer(Session.model_validate(session))
    trainer.advance(2)
    trainer.evaluate()
    return snapshot_of(trainer)


@pytest.fixture(scope="module")
def snapshots() -> dict[str, Snapshot]:
    return {name: snapshot(session) for name, session in SESSIONS.items()}


def scene(of: Snapshot, choices: Choices) -> Scene:
    return scene_at(resolve(of, None, None, choices), *map(float, SIZE))


def picture(of: Scene) -> bytes:
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    with painting(image) as painter:
        paint(painter, of, QRectF(0, 0, *SIZE))
    return bytes(image.constBits())


@pytest.mark.parametrize("chosen", CHOICES)
@pytest.mark.parametrize("name", SESSIONS)
def test_the_picture_is_that_of_layers_one_by_one(
    qapp: object, snapshots: dict[str, Snapshot], name: str, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_fonts()
    together = picture(scene(snapshots[name], CHOICES[chosen]))
    monkeypatch.setattr(alike, "SEVERAL", 1_000)
    monkeypatch.setattr(pairs, "SEVERAL", 1_000)
    assert picture(scene(snapshots[name], CHOICES[chosen])) == together


def test_layers_that_look_alike_are_one_item(snapshots: dict[str, Snapshot]) -> None:
    items = scene(snapshots["deep"], Choices()).world
    assert sum(isinstance(item, Rects) and item.role.startswith("door upper") for item in items) == 2  # and the output
    assert len(items) < DEEP


def test_a_film_goes_layer_by_layer() -> None:
    trainer = Trainer(Session.model_validate(SESSIONS["deep"]))
    view = resolve(snapshot_of(trainer), trainer.record(), Cursor(DEEP + 1), Choices())
    roles = [item.role for item in scene_at(view, *map(float, SIZE)).world]
    assert all(f"neuron {layer}" in roles for layer in range(DEEP + 2))


def test_what_is_kept_of_them_goes_with_view_and_layout(snapshots: dict[str, Snapshot]) -> None:
    view = resolve(snapshots["deep"], None, None, Choices())
    scene_at(view, *map(float, SIZE))
    gone = weakref.ref(view.layers[0]), weakref.ref(stagehand(view, *map(float, SIZE), has_title=False).layout)
    del view
    for more in range(1, 30):  # what else is kept is bounded
        scene_at(resolve(snapshots["deep"], None, None, Choices()), SIZE[0] + float(more), float(SIZE[1]))
    gc.collect()
    assert [each() for each in gone] == [None, None]


def test_the_links_of_each_pair_are_those_found_alone(
    snapshots: dict[str, Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    together = scene(snapshots["deep"], Choices())
    monkeypatch.setattr(pairs, "SEVERAL", 1_000)
    alone = scene(snapshots["deep"], Choices())
    assert together.counts == alone.counts
    for some, others in zip(together.ground, alone.ground, strict=True):
        lines = [item for group in (some, others) for item in group if isinstance(item, Lines)]
        assert len(lines) == 2
        assert same_lines(*lines)


def test_headings_stay_the_same_objects_while_training_runs(snapshots: dict[str, Snapshot]) -> None:
    """What they say depends on the network and the moment, not on its numbers."""
    first, second = (scene(snapshots["deep"], Choices()).with_role("header") for _ in range(2))
    assert first
    assert all(one is other for one, other in zip(first, second, strict=True))
    lit = scene(snapshots["deep"], Choices(theme=Theme.LIGHT)).with_role("header")
    assert [text.text for text in lit] == [text.text for text in first]
    assert lit != first
