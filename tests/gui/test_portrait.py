"""What the pinned neuron computes, in the panel Neuron: a map, a curve with its hinges, the digits it likes."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.gui.test_by_hand import Xor, settings, xor
from twostroke.engine.border import commands as c
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Choices, NeuronRef, Theme
from twostroke.gui.model.portrait import (
    BEING_COMPUTED,
    TOO_MANY,
    LinePortrait,
    PicturePortrait,
    PlanePortrait,
    portrait,
)
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.neuron.inspector import InspectorPanel
from twostroke.gui.panels.neuron.portrait_view import PortraitView

__all__ = ["settings", "xor"]

FIRST = NeuronRef(1, 0)


def view_of(data: Any, layers: Any, watched: bool = True, **network: Any) -> ViewState:
    trainer = Trainer(Session.model_validate({"data": data, "network": {"layers": layers, **network}}))
    trainer.evaluate()
    if watched:
        trainer.apply(c.Watch(True))
    return resolve(snapshot_of(trainer), None, None, Choices(selected=FIRST))


def test_in_the_plane_it_is_the_map_of_that_neuron() -> None:
    view = view_of({"name": "spiral"}, [{"units": 3}])
    assert view.snapshot.evaluation is not None
    assert view.snapshot.evaluation.maps is not None
    for unit in range(3):
        told = portrait(view, NeuronRef(1, unit))
        assert isinstance(told, PlanePortrait)
        maps = view.snapshot.evaluation.maps[1]
        assert maps is not None
        assert np.array_equal(told.response, maps[unit])
        assert told.sample == tuple(view.snapshot.data.train_raw[0])


def test_on_a_curve_it_bends_at_its_hinge() -> None:
    given = {"l1.weight": [[2.0], [0.0]], "l1.bias": [-0.5, 1.0]}
    view = view_of({"name": "sine", "scale": "none"}, [{"units": 2, "activation": "relu"}], parameters=given)
    told, flat = portrait(view, FIRST), portrait(view, NeuronRef(1, 1))
    assert isinstance(told, LinePortrait)
    assert isinstance(flat, LinePortrait)
    (hinge,) = told.hinges
    x = np.linspace(*told.extent, len(told.a))
    assert np.all(told.a[x <= hinge] == 0.0)
    assert np.all(told.a[x > hinge + 1e-6] > 0.0)
    assert "its hinge at x = 0.25" in told.words
    assert flat.hinges == ()
    assert "it has no hinge here" in flat.words
    smooth = portrait(view_of({"name": "sine"}, [{"units": 2, "activation": "tanh"}]), FIRST)
    assert isinstance(smooth, LinePortrait)
    assert smooth.hinges == ()


def test_of_digits_it_is_those_that_excite_it_most() -> None:
    view = view_of({"name": "digits"}, [{"units": 3}])
    told = portrait(view, FIRST)
    assert isinstance(told, PicturePortrait)
    assert view.snapshot.evaluation is not None
    assert view.snapshot.evaluation.liked is not None
    rows = view.snapshot.evaluation.liked[0]
    assert rows is not None
    assert [picture.tolist() for picture in told.pictures] == [
        view.snapshot.data.train_raw[row].reshape(8, 8).tolist() for row in rows[0]
    ]
    assert told.names == tuple(str(view.snapshot.data.train_label[row]) for row in rows[0])


def test_where_there_is_nothing_to_show_it_is_said_or_left_out() -> None:
    assert portrait(view_of({"name": "spiral"}, [{"units": 3}], watched=False), FIRST) == BEING_COMPUTED
    assert portrait(view_of({"name": "spiral"}, [{"units": 101}]), FIRST) == TOO_MANY
    assert portrait(view_of({"name": "iris"}, [{"units": 3}]), FIRST) is None
    view = view_of({"name": "spiral"}, [{"units": 3}], cut=["l1.unit[0]"])
    assert portrait(view, FIRST) is None
    assert portrait(view, NeuronRef(0, 0)) is None


@pytest.mark.parametrize("theme", list(Theme))
@pytest.mark.parametrize("data", ["spiral", "sine", "digits"])
def test_each_kind_is_painted(qtbot: QtBot, theme: Theme, data: str) -> None:
    told = portrait(view_of({"name": data}, [{"units": 3}]), FIRST)
    assert told is not None
    made = PortraitView()
    qtbot.addWidget(made)
    dress(made, PALETTES[theme])
    made.resize(280, 200)
    made.show_portrait(told)
    made.show()
    image = made.canvas.grab().toImage()
    colours = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert len(colours) > 4


def test_the_panel_shows_it_with_the_pinned_neuron(qtbot: QtBot) -> None:
    panel = InspectorPanel()
    qtbot.addWidget(panel)
    panel.show()
    view = view_of({"name": "spiral"}, [{"units": 3}])
    panel.show_view(view)
    assert panel.portrait.isVisible()
    panel.show_view(replace(view, choices=Choices()))
    assert not panel.portrait.isVisible()
    panel.show_view(view_of({"name": "iris"}, [{"units": 3}]))
    assert not panel.portrait.isVisible()


def test_it_is_computed_only_while_it_is_seen(xor: Xor) -> None:
    """The data of XOR lie in a plane, and a neuron is pinned."""
    xor.until(lambda: xor.now.evaluation is not None and xor.now.evaluation.maps is not None)
    panel = xor.window.panel(InspectorPanel)
    xor.until(lambda: panel.portrait.canvas.isVisible())
    panel.fold(True)
    xor.controller.send(c.Advance(1))
    xor.until(lambda: xor.now.update == 1 and xor.now.evaluation is not None and xor.now.evaluation.maps is None)
    panel.fold(False)
    xor.until(lambda: xor.now.evaluation is not None and xor.now.evaluation.maps is not None)
    xor.controller.select(None)
    xor.controller.send(c.Advance(1))
    xor.until(lambda: xor.now.update == 2 and xor.now.evaluation is not None and xor.now.evaluation.maps is None)
