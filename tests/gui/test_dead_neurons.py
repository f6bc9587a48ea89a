"""Dead neurons: over how many samples that is said, that a single sample hides no number, and how one is revived."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from tests.gui.scenes import HEIGHT, WIDTH
from tests.gui.test_by_hand import Xor, settings, xor
from tests.gui.test_sample_by_hand import entry
from tests.gui.test_turning import CTRL
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Status
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import Choices, NeuronRef
from twostroke.gui.model.inspection import inspect
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.reviving import FIRES_AT, revival, revive
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.items import Lines, Scene, Text

__all__ = ["settings", "xor"]

DEAD = NeuronRef(1, 1)


def session_of(rows: int, **layer: Any) -> Session:
    """Rows by hand, for none of which hidden 1 · 2 fires."""
    network = {
        "layers": [{"units": 2, "activation": "relu"} | layer],
        "parameters": {"l1.weight": [[1.0, 1.0], [0.5, 0.25]], "l1.bias": [0.0, -3.0], "l2.bias": [0.5]},
    }
    x = [[place / 8, 0.25] for place in range(rows)]
    return Session.model_validate({"data": {"name": "rows", "x": x, "y": [0, 1, 0, 1][:rows]}, "network": network})


def evaluated(session: Session) -> Trainer:
    trainer = Trainer(session)
    trainer.evaluate()
    return trainer


def seen(trainer: Trainer, lens: str = "strokes") -> ViewState:
    return resolve(snapshot_of(trainer), None, None, Choices(selected=DEAD, hovered=DEAD, lens=lens))


def numbers_inside(scene: Scene) -> list[str]:
    return [item.text for item in scene.items if isinstance(item, Text) and item.role.startswith("number")]


def cross(scene: Scene) -> Lines:
    (found,) = scene.with_role("dead 1")
    assert isinstance(found, Lines)
    return found


def test_of_a_single_sample_the_number_stands_beside_the_cross() -> None:
    one, four = (scene_at(seen(evaluated(session_of(rows))), WIDTH, HEIGHT) for rows in (1, 4))
    assert len(numbers_inside(one)) == len(numbers_inside(four)) + 1
    spans = [np.ptp(np.concatenate([cross(scene).x1, cross(scene).x2])) for scene in (one, four)]
    assert spans[0] < 0.5 * spans[1]


@pytest.mark.parametrize(("rows", "card"), [(1, "not for the one training sample"), (4, "fires for none of 4 samples")])
def test_over_how_many_samples_it_is_said(rows: int, card: str) -> None:
    view = seen(evaluated(session_of(rows)))
    told = "does not fire for the one sample" if rows == 1 else "none of 4"
    assert told in inspect(view, DEAD).note
    assert any(card in text for text in scene_at(view, WIDTH, HEIGHT).texts())


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_a_revived_neuron_fires_for_the_sample_shown(norm: str) -> None:
    session = session_of(4, norm=norm)
    if norm == "batch":
        parameters = dict(session.network.parameters) | {"l1.shift": (0.0, -9.0)}
        network = session.network.model_copy(update={"parameters": parameters})
        session = session.model_copy(update={"network": network})
    trainer = evaluated(session)
    found = revival(seen(trainer), DEAD)
    assert found is not None
    assert found[0] == ("l1.bias[1]" if norm == "none" else "l1.shift[1]")
    trainer.apply(c.Edit(revive, found, 1))
    trainer.evaluate()
    view = seen(trainer)
    z = view.layers[1].z
    assert z is not None
    assert z[1] == pytest.approx(FIRES_AT, abs=1e-5)
    assert revival(view, DEAD) is None
    assert revival(view, NeuronRef(1, 0)) is None


def test_the_menu_of_a_dead_neuron_revives_it_and_undo_takes_it_back(xor: Xor) -> None:
    xor.controller.send(c.Open(session_of(4)))
    xor.until(lambda: len(xor.now.session.data.x) == 4 and xor.now.status is Status.PAUSED)
    xor.until(lambda: xor.now.evaluation is not None and bool(xor.now.layers[0].dead[1]))
    with pytest.raises(StopIteration):
        entry(xor, NeuronRef(1, 0), "Revive it")
    entry(xor, DEAD, "Revive it: set the bias of hidden 1 · 2 to 0.4").trigger()
    xor.until(lambda: xor.now.undo_label == "Revive hidden 1 · 2")
    xor.until(lambda: not xor.now.layers[0].dead[1])
    xor.window.stage.setFocus()
    xor.key(Qt.Key.Key_Z, CTRL)
    xor.until(lambda: float(xor.now.layers[0].bias[1]) == -3.0)


@pytest.mark.parametrize("size", [(1280.0, 720.0), (690.0, 505.0)])
@pytest.mark.parametrize("units", [2, 8])
def test_the_number_of_a_neuron_dead_over_one_sample_is_the_first_thing_that_is_read(
    units: int, size: tuple[float, float]
) -> None:
    """It was a grey 0 of the least size, with a cross as large as that beside it."""
    session = session_of(1)
    rows = {"units": units, "activation": "relu"}
    weight = [[1.0, 1.0], *[[0.5, 0.25]] * (units - 1)]
    parameters = {"l1.weight": weight, "l1.bias": [0.0, *[-3.0] * (units - 1)], "l2.bias": [0.5]}
    told = session.model_dump() | {"network": {"layers": [rows], "parameters": parameters}}
    view = resolve(snapshot_of(evaluated(Session.model_validate(told))), None, None, Choices())
    scene = scene_at(view, *size)
    zeros = [item for item in scene.items if isinstance(item, Text) and item.role == "number 1" and item.text == "0"]
    others = [item for item in scene.items if isinstance(item, Text) and item.role == "number 1" and item.text != "0"]
    assert len(zeros) == units - 1
    assert {item.size for item in zeros} == {max(item.size for item in zeros)}
    assert zeros[0].size > others[0].size or units == 2, "in large discs all have the largest size"
    assert zeros[0].size >= 14.0
    contrast = abs((zeros[0].colour & 0xFF) - (scene.background & 0xFF))
    assert contrast > 150, "no grey"
    marks = cross(scene)
    assert float(np.abs(marks.x2 - marks.x1).max()) < zeros[0].size
