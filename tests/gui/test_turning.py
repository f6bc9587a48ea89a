"""Weights and biases turned by wheel and keys, in the picture and in the table."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.gui.examples import example_session, example_snapshot
from tests.gui.test_by_hand import Xor, settings, xor
from twostroke.engine.border.commands import Play
from twostroke.gui.model.choices import Choices, LinkRef, NeuronRef
from twostroke.gui.model.even_values import number_at, turned
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.walk import at

__all__ = ["settings", "xor"]

SHIFT, CTRL, ALT = (getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("Shift", "Control", "Alt"))


@pytest.mark.parametrize(
    ("value", "steps", "step", "wanted"),
    [
        (0.42, 1, 0.1, 0.5),
        (0.42, 3, 0.1, 0.7),
        (0.42, -1, 0.1, 0.4),
        (-0.42, 1, 0.1, -0.4),
        (0.3, 1, 0.1, 0.4),
        (float(np.float32(0.3)), 1, 0.1, 0.4),
        (float(np.float32(0.7)), -1, 0.1, 0.6),
        (0.05, -2, 0.1, -0.1),
        (0.426, 1, 0.01, 0.43),
        (1234.5, -1, 0.01, 1234.49),
    ],
)
def test_a_number_goes_from_one_even_value_to_the_next(value: float, steps: int, step: float, wanted: float) -> None:
    assert turned(value, steps, step) == wanted


def test_numbers_are_those_of_the_picture() -> None:
    view = resolve(example_snapshot(example_session((3,))), None, None, Choices())
    assert number_at(view, "l1.weight[2,1]") == view.links[0].weight[2, 1]
    bias = view.layers[2].bias
    assert bias is not None
    assert number_at(view, "l2.bias[0]") == bias[0]
    for none in ("l9.bias[0]", "l1.bias[7]", "l1.weight[0]", "l1.param.slope[0]"):
        assert number_at(view, none) is None


def wheel(xor: Xor, spot: QPointF, notches: float, held: Qt.KeyboardModifier) -> None:
    by = QPoint(0, round(120 * notches))
    event = QWheelEvent(spot, spot, QPoint(), by, Qt.MouseButton.NoButton, held, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(xor.window.stage, event)


def spot_of(xor: Xor, ref: NeuronRef) -> QPointF:
    scene = xor.window.stage.scene
    assert scene is not None
    targets = scene.targets
    place = np.flatnonzero((targets.layer == ref.layer) & (targets.unit == ref.unit))[0]
    return QPointF(float(targets.x[place]), float(targets.y[place]))


def bias(xor: Xor, layer: int, unit: int) -> float:
    return float(xor.now.layers[layer - 1].bias[unit])


def test_the_wheel_with_shift_turns_the_bias_under_it_in_one_step_of_undo(xor: Xor) -> None:
    spot, before = spot_of(xor, NeuronRef(2, 0)), bias(xor, 2, 0)
    for _ in range(4):
        wheel(xor, spot, 1, SHIFT)
    wheel(xor, spot, 0.5, SHIFT)  # in two parts, as from a touch pad
    wheel(xor, spot, 0.5, SHIFT)
    wanted = turned(before, 5, 0.1)
    xor.until(lambda: bias(xor, 2, 0) == pytest.approx(wanted))
    wheel(xor, spot, -1, SHIFT | CTRL)
    xor.until(lambda: bias(xor, 2, 0) == pytest.approx(wanted - 0.01))
    assert xor.window.stage.camera.zoom == 1.0
    xor.key(Qt.Key.Key_Z, CTRL)
    xor.until(lambda: bias(xor, 2, 0) == before)
    assert xor.now.undo_label is None


def test_without_shift_it_zooms_and_nothing_turns_an_input(xor: Xor) -> None:
    wheel(xor, spot_of(xor, NeuronRef(0, 0)), 1, SHIFT)
    wheel(xor, spot_of(xor, NeuronRef(1, 0)), 1, Qt.KeyboardModifier.NoModifier)
    assert xor.window.stage.camera.zoom > 1.0
    xor.qtbot.wait(50)
    assert xor.now.undo_label is None


def test_keys_turn_where_they_stand_and_else_the_chosen_row(xor: Xor) -> None:
    before = xor.weight(1, 1)
    xor.window.stage.setFocus()
    xor.controller.walk(at(LinkRef(1, 1, 1), (2, 2, 1)))
    for _ in range(3):
        xor.key(Qt.Key.Key_Up, ALT)
    xor.until(lambda: xor.weight(1, 1) == pytest.approx(turned(before, 3, 0.1)))
    xor.controller.walk(None)
    xor.hand.table.choose("l1.weight[1,0]")
    other = xor.weight(1, 0)
    xor.hand.table.setFocus()
    xor.key(Qt.Key.Key_Down, ALT)
    xor.until(lambda: xor.weight(1, 0) == pytest.approx(turned(other, -1, 0.1)))


def test_a_key_that_is_held_goes_on_turning(xor: Xor) -> None:
    assert all(xor.window.actions_by_id[id].autoRepeat() for id in ("turn_up", "turn_down"))


def test_a_cut_link_says_why_it_stays(xor: Xor) -> None:
    xor.window.stage.setFocus()
    xor.controller.walk(at(LinkRef(1, 1, 1), (2, 2, 1)))
    xor.key(Qt.Key.Key_C)
    xor.until(lambda: xor.now.session.network.cut == ("l1.weight[1,1]",))
    xor.key(Qt.Key.Key_Up, ALT)
    xor.until(lambda: "is cut, and so 0" in xor.window.banner.text.text())
    assert xor.weight(1, 1) == 0.0


def test_a_weight_is_turned_while_training_runs(xor: Xor) -> None:
    xor.window.stage.setFocus()
    xor.controller.walk(at(NeuronRef(1, 0), (2, 2, 1)))
    xor.key(Qt.Key.Key_K)  # so that it stays where it is turned to
    xor.until(lambda: xor.now.session.network.frozen == ("l1.bias[0]",))
    before = bias(xor, 1, 0)
    xor.controller.send(Play())
    for _ in range(20):
        xor.key(Qt.Key.Key_Up, ALT)
    xor.until(lambda: bias(xor, 1, 0) == pytest.approx(turned(before, 20, 0.1)))
