"""An activation that is added as one entry of the catalogue is in the window: lists, picture, caption, inspector."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings, Qt
from pytestqt.qtbot import QtBot

from tests.engine.test_one_entry import IDS, NEW, add
from tests.gui.window_bench import settings
from twostroke.engine.border.commands import Pause
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.engine.border.snapshot import Status
from twostroke.engine.catalogue.activations import Activation, is_shut
from twostroke.engine.compute import warmup
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.bridge import Bridge
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.panels.network.network_panel import NetworkPanel
from twostroke.gui.panels.neuron.inspector import InspectorPanel
from twostroke.gui.shell.main_window import MainWindow
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.gates import shut_backward, shut_forward
from twostroke.gui.stage.scene.items import Text

__all__ = ["settings"]

pytestmark = pytest.mark.parametrize("entry", NEW, ids=IDS)


@pytest.fixture
def window(
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, settings: QSettings, entry: Activation
) -> Iterator[MainWindow]:
    """The window, with the real engine, on a session of which each layer has the new activation."""
    add(monkeypatch, entry)
    warmup.compile_kernels("float32")  # before any thread starts, so that none is left compiling
    layers = [{"units": 6, "activation": "newcomer"}, {"units": 2, "activation": ["newcomer", "relu"]}]
    network = {"layers": layers, "output": "newcomer"}
    bridge = Bridge(Session.model_validate({"data": {"name": "sine"}, "network": network}))
    controller = Controller(bridge)
    made = MainWindow(controller, Preferences(settings))
    made.resize(1280, 720)
    made.show()
    bridge.start()
    controller.send(Pause())
    qtbot.waitUntil(
        lambda: controller.snapshot is not None and controller.snapshot.status is Status.PAUSED, timeout=60_000
    )
    yield made
    controller.stop()
    bridge.stop()
    made.close()
    made.deleteLater()
    assert not any(thread.name == "twostroke-training" for thread in threading.enumerate())


def test_the_window_shows_the_new_activation(window: MainWindow, qtbot: QtBot, entry: Activation) -> None:
    controller = window.controller
    controller.select(NeuronRef(1, 2))
    controller.scrub(Cursor(3).seek(Step(Phase.GATE_BACK, 1), 0.9).time)
    qtbot.waitUntil(
        lambda: controller.in_stroke and controller.view is not None and controller.view.tape is not None,
        timeout=60_000,
    )
    view = controller.view
    layer = view.layers[1]

    # Picture: headings, gates, legend.
    drawn = scene_at(view, 1280.0, 720.0)
    texts = [item.text for item in drawn.items if isinstance(item, Text)]
    assert any("Newcomer" in text for text in texts)
    assert any("Newcomer + ReLU" in text for text in texts)
    assert "shut gate" in texts
    assert shut_forward(layer).tolist() == is_shut(layer.forward_mask, entry.shut_below).tolist()
    assert shut_backward(layer).tolist() == is_shut(layer.gain, entry.shut_below).tolist()
    assert layer.masks_equal is entry.one_mask
    assert ("= same mask" in texts) is entry.one_mask

    # Captions, on both strokes.
    assert "the gates of hidden 1" in view.caption
    controller.scrub(Cursor(3).seek(Step(Phase.GATE, 1), 0.9).time)
    assert "The Newcomer dims it" in controller.view.caption

    # Network panel: in each list, chosen where the session has it, its parameters beside it.
    network, inspector = window.panel(NetworkPanel), window.panel(InspectorPanel)
    rows = network.layer_rows
    lists = [*(row.activation for row in rows), network.output, inspector.gate.activation]
    qtbot.waitUntil(lambda: all(box.currentData() == "newcomer" for box in lists))
    for box in lists:
        tip = box.itemData(box.findData("newcomer"), Qt.ItemDataRole.ToolTipRole)
        assert tip == "f(z) = new(z)\nf′(z) = new′(z)\n“I am new.”"
    assert [*rows[0].parameters.editors] == [p.name for p in entry.parameters]

    # Inspector.
    qtbot.waitUntil(lambda: inspector.about.text() == "Newcomer: f(z) = new(z)")
    lines = {name.text(): text.text() for name, text in inspector.lines.rows}
    assert lines["a"].startswith("Newcomer(")
    assert inspector.doors.isVisible()
    assert inspector.curve.isVisible()
    assert window.grab().toImage().width() == 1280
