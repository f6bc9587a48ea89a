"""The gate of one neuron off on one stroke: edits, accounts, words and picture; by menu, key and click."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.gui.explained import laid
from tests.gui.scenes import HEIGHT, WIDTH
from tests.gui.test_by_hand import Xor, settings, xor
from tests.gui.test_sample_by_hand import entry, with_gates
from tests.gui.test_turning import CTRL
from twostroke.engine.border.cursor import Cursor, Moment, Phase, Step
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.model import edits
from twostroke.gui.model.choices import GateRef, NeuronRef
from twostroke.gui.model.explain.account import explain
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.gate_switches import is_switched_off, meant, switch_gate
from twostroke.gui.model.inspection import inspect
from twostroke.gui.model.player import Stroke
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.gates import shut_backward, shut_forward
from twostroke.gui.stage.scene.items import Lines, Rects, Scene

__all__ = ["settings", "xor"]

OFF = ["l1.unit[0].backward", "l1.unit[2].forward"]


def session_with(off: Any = OFF, units: int = 3, layers: int = 1, **rest: Any) -> Session:
    hidden = [{"units": units, "activation": "relu"}] * layers
    return Session.model_validate({"network": {"layers": hidden, "seed": 3}, "gates": {"off": off}, **rest})


def at_step(phase: Phase, view: ViewState) -> ViewState:
    assert view.tape is not None
    return resolve(view.snapshot, view.tape, Cursor(view.tape.depth).seek(Step(phase, 1), 1.0), view.choices)


def picture(view: ViewState) -> Scene:
    return scene_at(view, WIDTH, HEIGHT)


def count(scene: Scene, role: str) -> int:
    return sum(len(item.x) for item in scene.with_role(role) if isinstance(item, Rects))


def test_an_edit_names_one_gate_and_takes_it_back() -> None:
    session = session_with([])
    off = switch_gate(session, 1, 2, True, False)
    assert off.session.gates.off == ("l1.unit[2].backward",)
    assert off.label == "Switch off the backward gate of hidden 1 · 3"
    assert is_switched_off(off.session, 1, 2, True)
    assert not is_switched_off(off.session, 1, 2, False)
    on = switch_gate(off.session, 1, 2, True, True)
    assert (on.session, on.label) == (session, "Switch on the backward gate of hidden 1 · 3")
    with pytest.raises(SessionError, match="belongs to the loss"):
        switch_gate(session, 2, 0, True, False)


def test_layers_that_move_take_their_switches_along_and_what_goes_is_told() -> None:
    session = session_with(["l1.unit[2].backward", "l2.unit[0].forward"], layers=2)
    more = edits.add_layer(session, 0).session
    assert more.gates.off == ("l2.unit[2].backward", "l3.unit[0].forward")
    assert edits.remove_layer(session, 1).session.gates.off == ("l1.unit[0].forward",)
    fewer = edits.set_units(session, 1, 2)
    assert fewer.session.gates.off == ("l2.unit[0].forward",)
    assert "Gates that were switched off" in fewer.remark
    assert edits.set_value(session, "gates.forward", False).session.gates.off == session.gates.off


def test_what_is_off_is_told_at_each_number() -> None:
    view = laid(session_with())
    for unit, forward, backward in ((0, True, False), (1, True, True), (2, False, True)):
        a, delta = (explain(view, Quantity(kind, 1, unit, None, view.row), 4) for kind in (Kind.A, Kind.DELTA))
        assert ("gate is off" in str(a)) is not forward, unit
        mask = explain(view, Quantity(Kind.BACKWARD_MASK, 1, unit, None, view.row), 4)
        assert ("passes by" in str(mask)) is not backward, unit
        assert (Kind.GAIN in {o.quantity.kind for o in delta.operands if o.quantity is not None}) is backward
        lines = {line.name: line.text for line in inspect(view, NeuronRef(1, unit)).lines}
        assert ("gate off" in lines["a"]) is not forward
        assert ("gate off" in lines["δ"]) is not backward


def test_captions_say_whose_gates_are_off() -> None:
    view = laid(session_with())
    assert "That of hidden 1 · 3 is switched off: there a = z." in at_step(Phase.GATE, view).caption
    assert "That of hidden 1 · 1 is switched off: there ∂L/∂z = ∂L/∂a." in at_step(Phase.GATE_BACK, view).caption
    two = laid(session_with([*OFF, "l1.unit[1].forward"]))
    assert "Two gates are switched off: there a = z." in at_step(Phase.GATE, two).caption


def test_doors_are_lifted_and_cells_struck_where_a_gate_is_off() -> None:
    view = at_step(Phase.GATE_BACK, laid(session_with()))
    scene, all_on = picture(view), picture(at_step(Phase.GATE_BACK, laid(session_with([]))))
    assert (count(scene, "gate off 1"), count(all_on, "gate off 1")) == (2, 0)
    struck = [item for item in scene.with_role("off 1") if isinstance(item, Lines)]
    assert len(struck) == 4  # one in each mask, on a halo
    assert not all_on.with_role("off 1")
    assert "2 gates off" in " ".join(scene.texts("header"))
    assert "not all gates on" in scene.texts("two masks")
    layer = view.layers[1]
    assert not shut_forward(layer)[2]
    assert not shut_backward(layer)[0]
    assert not layer.masks_equal
    assert np.array_equal(layer.a[2:], layer.z[2:])


def test_menu_key_and_click_switch_it_in_steps_of_undo(xor: Xor) -> None:
    with_gates(xor, {"units": 2, "activation": "relu"})
    entry(xor, NeuronRef(1, 1), "Switch off the backward gate of hidden 1 · 2").trigger()
    xor.until(lambda: xor.now.session.gates.off == ("l1.unit[1].backward",))
    xor.controller.select(NeuronRef(1, 0))
    xor.window.stage.setFocus()
    xor.key(Qt.Key.Key_G)
    xor.until(lambda: "l1.unit[0].forward" in xor.now.session.gates.off)
    scene = xor.window.stage.scene
    assert scene is not None
    (door,) = [item for item in scene.with_role("gate off 1") if isinstance(item, Rects)][:1]
    spot = QPoint(round(float(door.x[0]) + 1), round(float(door.y[0] + door.height[0] / 2)))
    assert isinstance(xor.window.stage.touched_at(spot.x(), spot.y()), GateRef)
    before = xor.now.session.gates.off
    QTest.mouseClick(xor.window.stage, Qt.MouseButton.LeftButton, CTRL, spot)
    xor.until(lambda: len(xor.now.session.gates.off) == len(before) - 1)
    for left in (2, 1, 0):
        xor.key(Qt.Key.Key_Z, CTRL)
        xor.until(lambda left=left: len(xor.now.session.gates.off) == left)


def test_the_key_brings_back_at_rest_what_it_switched_off_while_a_stroke_ran(xor: Xor) -> None:
    xor.window.stage.setFocus()
    xor.controller.play_stroke(Stroke.BACKWARD)
    xor.until(lambda: (moment := moment_of(xor)) is not None and moment.step.phase.is_backward)
    xor.key(Qt.Key.Key_G)
    xor.until(lambda: xor.now.session.gates.off == ("l1.unit[1].backward",))
    assert moment_of(xor) is None  # the update was another network's
    xor.key(Qt.Key.Key_G)
    xor.until(lambda: xor.now.session.gates.off == ())


def moment_of(xor: Xor) -> Moment | None:
    return xor.controller.view.moment if xor.controller.view is not None else None


@pytest.mark.parametrize(("off", "running", "backward"), [
    ([], None, False), (["l1.unit[0].backward"], None, True), (["l1.unit[0].forward"], None, False),
    (["l1.unit[0].backward", "l1.unit[0].forward"], None, False), ([], True, True),
    (["l1.unit[0].backward"], False, False), (["l1.unit[1].backward"], None, False),
])  # fmt: skip
def test_which_stroke_a_key_means(off: list[str], running: bool | None, backward: bool) -> None:
    assert meant(session_with(off), 1, 0, running) is backward


def test_of_a_gate_that_is_off_on_both_strokes_nothing_else_is_said() -> None:
    view = laid(session_with(["l1.unit[0].forward", "l1.unit[0].backward", "l1.unit[1].forward"]))
    both, one = (explain(view, Quantity(Kind.A, 1, unit, None, view.row), 3).note for unit in (0, 1))
    assert both == "The gate is off on the forward stroke: a = z, and on the backward one too."
    assert "still multiplies" in one


def test_a_span_of_gains_is_that_of_the_gates_that_are_met() -> None:
    gates = {"off": ["l1.unit[0].backward", "l1.unit[1].backward"]}
    layers = [{"units": 2, "activation": {"name": "leaky_relu"}}]
    view = laid(Session.model_validate({"network": {"layers": layers}, "gates": gates}))
    assert "gain" not in at_step(Phase.GATE_BACK, view).caption
    one = {"network": {"layers": layers}, "gates": {"off": gates["off"][:1]}}
    assert " to " not in at_step(Phase.GATE_BACK, laid(Session.model_validate(one))).caption


def test_the_output_and_inputs_have_no_gate_to_switch(xor: Xor) -> None:
    for ref, told in ((NeuronRef(2, 0), "belongs to the loss"), (NeuronRef(0, 0), "Pin a hidden neuron first")):
        xor.controller.select(ref)
        xor.window.stage.setFocus()
        xor.key(Qt.Key.Key_G)
        assert told in xor.window.banner.text.text()
    assert xor.now.session.gates.off == ()
