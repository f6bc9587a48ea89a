"""Inputs, targets and parameters of activations turned and typed in the picture, over the engine that users have."""

import json
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.gui.examples import example_session, example_snapshot
from tests.gui.test_by_hand import XOR, Xor, settings, xor
from tests.gui.test_turning import ALT, CTRL, SHIFT, spot_of, wheel
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Status
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.model import edits, gate_numbers, given_sample
from twostroke.gui.model.choices import Choices, GateRef, LinkRef, NeuronRef, TargetRef
from twostroke.gui.model.given_sample import Given
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.walk import at

__all__ = ["settings", "xor"]

A, B = NeuronRef(0, 0), NeuronRef(0, 1)
LEFT = Qt.MouseButton.LeftButton


def with_data(**data: Any) -> tuple[Trainer, ViewState]:
    trainer = Trainer(Session.model_validate({"data": data}))
    return trainer, shown(trainer)


def shown(trainer: Trainer) -> ViewState:
    return resolve(snapshot_of(trainer), None, None, Choices())


def sample(view: ViewState) -> Given:
    found = given_sample.given(view)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["iris", "breast_cancer", "spiral"])
def test_a_class_that_is_given_has_the_loss_of_that_class(name: str) -> None:
    """The trial of a training sample with its own target is that sample, to the bit; another class is another loss."""
    trainer, view = with_data(name=name)
    view = shown(trainer)
    own = sample(view)
    assert own.target is not None
    trainer.apply(given_sample.with_number(view, own, TargetRef(0), own.target[0]))
    tried = shown(trainer)
    assert tried.target_known
    assert tried.loss == view.loss
    assert tried.trial is not None
    assert np.array_equal(tried.layers[1].delta, view.layers[1].delta)
    other = (own.target[0] + 1) % view.snapshot.data.info.classes
    trainer.apply(given_sample.with_number(tried, sample(tried), TargetRef(0), other))
    assert sample(shown(trainer)).target == (other,)
    assert shown(trainer).loss != view.loss
    assert given_sample.with_number(view, own, TargetRef(0), 1e6).target == (view.snapshot.data.info.classes - 1,)


def test_a_value_that_is_given_is_scaled_as_those_of_the_data() -> None:
    trainer, _ = with_data(name="reg-plane", scale_target="standard")
    view = shown(trainer)
    trainer.apply(given_sample.with_number(view, sample(view), TargetRef(0), 2.5))
    tried = shown(trainer)
    assert float(tried.truths[0]) == pytest.approx(2.5)
    assert np.isfinite(tried.loss)
    turned = given_sample.with_number(tried, sample(tried), A, 0.25)
    assert turned.target == (pytest.approx(2.5),), "a target that was given by hand stays with another input"
    assert given_sample.with_number(view, sample(view), A, 0.25).target is None, "that of a sample does not"
    trainer.apply(c.LeaveTrial())
    assert shown(trainer).loss == view.loss


@pytest.mark.parametrize(
    ("target", "told"), [((1.5,), "a class from 0 to 1"), ((7.0,), "got 7"), ((0.0, 1.0), "got 0, 1")]
)
def test_what_is_no_class_is_refused(target: tuple[float, ...], told: str) -> None:
    trainer, _ = with_data(name="spiral")
    with pytest.raises(ValueError, match=told):
        trainer.apply(c.TryInput((0.0, 0.0), target))


def test_targets_beyond_the_range_and_of_another_length_are_refused() -> None:
    trainer, _ = with_data(name="reg-plane")
    for target, told in (((1e39,), "not too large"), ((1.0, 2.0), "1 number; got 2")):
        with pytest.raises(ValueError, match=told):
            trainer.apply(c.TryInput((0.0, 0.0), target))


def test_a_feature_is_its_raw_input_or_says_of_what_it_is_made() -> None:
    _, view = with_data(name="circle", features=["y", "x^2"])
    own = sample(view)
    assert given_sample.numbered(view, own, A).value == own.values[1]
    assert given_sample.with_number(view, own, A, 0.5).values == (own.values[0], 0.5)
    with pytest.raises(ValueError, match="is made of x and y"):
        given_sample.numbered(view, own, B)


def test_steps_follow_the_spread_of_the_column() -> None:
    _, view = with_data(name="rows", x=[[0, 1000], [1, 90000]], y=[0, 1])
    steps = [given_sample.numbered(view, sample(view), NeuronRef(0, unit)).step for unit in (0, 1)]
    assert steps == [0.1, 1000.0]
    assert given_sample.finer(0.1) == pytest.approx(0.01)
    _, alone = with_data(name="rows", x=[[5]], y=[[1, 2]])
    assert given_sample.numbered(alone, sample(alone), A).step == 0.1
    assert given_sample.with_number(alone, sample(alone), TargetRef(1), 7.0).target == (1.0, 7.0)


def test_the_wheel_tries_another_input_and_escape_comes_back(xor: Xor) -> None:
    spot = spot_of(xor, B)
    for _ in range(3):
        wheel(xor, spot, -1, SHIFT)
    wheel(xor, spot, -1, SHIFT | CTRL)
    xor.until(lambda: xor.now.trial is not None and xor.now.trial.values[1] == pytest.approx(-0.31))
    assert xor.now.trial.values[0] == 0.0
    assert not xor.now.trial.target_known
    assert xor.now.undo_label is None
    xor.window.stage.setFocus()
    xor.key(Qt.Key.Key_Escape)
    xor.until(lambda: xor.now.trial is None)


def point_of(xor: Xor, target: bool = False) -> QPoint:
    """Of the line of the target on the card of the loss."""
    scene = xor.window.stage.scene
    assert scene is not None
    spots = [(t.x - 4.0, t.y) for t in scene.world if getattr(t, "role", "") == "loss"]
    x, y = spots[3]  # name and value of the prediction, then of the target
    return QPoint(round(x), round(y))


def test_a_target_is_turned_on_the_card_and_by_keys(xor: Xor) -> None:
    before = xor.now.loss
    wheel(xor, QPointF(point_of(xor)), 1, SHIFT)
    xor.until(lambda: xor.now.trial is not None and xor.now.trial.target_known)
    assert float(xor.now.target[0]) == 1.0
    assert xor.now.loss != before
    xor.window.stage.setFocus()
    xor.controller.walk(at(TargetRef(0), (2, 2, 1)))
    xor.key(Qt.Key.Key_Down, ALT)
    xor.until(lambda: float(xor.now.target[0]) == 0.0)
    assert xor.now.loss == before


def type_number(xor: Xor, text: str) -> None:
    field = xor.window.by_hand.field.line
    xor.until(lambda: QApplication.focusWidget() is field)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_a_double_click_types_at_the_thing(xor: Xor) -> None:
    stage, field = xor.window.stage, xor.window.by_hand.field
    QTest.mouseDClick(stage, LEFT, pos=spot_of(xor, B).toPoint())
    xor.until(lambda: QApplication.focusWidget() is field.line)
    assert field.name.text() == "Try another b"
    assert field.line.text() == "0"
    assert stage.rect().contains(field.geometry())
    type_number(xor, "0,75")
    xor.until(lambda: xor.now.trial is not None and xor.now.trial.values[1] == 0.75)
    assert field.isHidden()
    assert QApplication.focusWidget() is stage
    QTest.mouseDClick(stage, LEFT, pos=spot_of(xor, NeuronRef(2, 0)).toPoint())
    type_number(xor, "-1")
    xor.until(lambda: xor.now.undo_label == "Set bias of output · 1 to −1")
    assert stage.camera.zoom == 1.0


def test_what_is_no_number_and_what_is_given_up_change_nothing(xor: Xor) -> None:
    for text, key in (("abc", Qt.Key.Key_Return), ("3", Qt.Key.Key_Escape)):
        xor.window.by_hand.type_at(LinkRef(1, 0, 0), QPoint(5, 5))
        QTest.keyClicks(xor.window.by_hand.field.line, text)
        QTest.keyClick(xor.window.by_hand.field.line, key)
        assert xor.window.by_hand.field.isHidden()
    xor.qtbot.wait(50)
    assert xor.now.undo_label is None
    assert "is no number" in xor.window.banner.text.text()


def entry(xor: Xor, place: object, begins: str) -> Any:
    menu = xor.window.by_hand._menu(place, QPoint(50, 50))  # type: ignore[arg-type]
    assert isinstance(menu, QMenu)
    return next(action for action in menu.actions() if action.text().startswith(begins))


def test_a_row_typed_by_hand_changes_where_the_user_says_so(xor: Xor) -> None:
    entry(xor, B, "Change b in row 1").trigger()
    type_number(xor, "0.5")
    xor.until(lambda: xor.now.session.data.x[0] == (0.0, 0.5))
    assert xor.now.undo_label == "Set b of row 1 to 0.5"
    assert xor.now.trial is None
    entry(xor, TargetRef(0), "Change class").trigger()
    type_number(xor, "1")
    xor.until(lambda: xor.now.session.data.y[0] == 1)
    for _ in range(2):
        xor.window.stage.setFocus()
        xor.key(Qt.Key.Key_Z, CTRL)
    xor.until(lambda: json.loads(xor.now.session.data.model_dump_json())["x"] == XOR["data"]["x"])


def test_what_is_tried_in_a_menu_leads_back(xor: Xor) -> None:
    xor.controller.send(c.TryInput((0.5, 0.5)))
    xor.until(lambda: xor.now.trial is not None)
    with pytest.raises(StopIteration):
        entry(xor, A, "Change")
    entry(xor, A, "Back to training sample 0").trigger()
    xor.until(lambda: xor.now.trial is None)


def with_gates(xor: Xor, *layers: Any) -> None:
    xor.controller.send(c.Open(Session.model_validate(XOR | {"network": {"layers": list(layers)}})))
    xor.until(lambda: len(xor.now.session.network.layers) == len(layers) and xor.now.status is Status.PAUSED)


def test_the_slope_of_a_gate_is_turned_and_typed_at_its_door(xor: Xor) -> None:
    own = {"units": 2, "activation": "relu", "neurons": ["relu", "elu"]}
    with_gates(xor, {"units": 2, "activation": "leaky_relu"}, {"units": 2, "activation": "prelu"}, own)
    hand = xor.window.by_hand
    for _ in range(2):
        hand.turn_at(GateRef(1, 1, False), 1, False)
    xor.until(lambda: xor.now.session.network.layers[0].activation.params["negative_slope"] == 0.2)
    assert xor.now.undo_label == "Set slope of hidden 1 to 0.2"
    hand.turn_at(GateRef(2, 1, True), -1, False)
    xor.until(lambda: xor.now.layers[1].param["negative_slope"][1] == pytest.approx(0.2))
    assert xor.now.layers[1].param["negative_slope"][0] == 0.25
    hand.type_at(GateRef(3, 1, False), QPoint(9, 9))
    type_number(xor, "2")
    xor.until(lambda: xor.now.session.network.layers[2].neurons[1].params["alpha"] == 2.0)
    hand.turn_at(GateRef(3, 0, False), 1, False)
    assert "ReLU has no parameter" in xor.window.banner.text.text()
    entry(xor, NeuronRef(1, 0), "Type the slope of hidden 1").trigger()
    assert hand.field.line.text() == "0.2"


def test_a_gate_stays_within_what_its_activation_takes() -> None:
    session = example_session((3,)).model_copy()
    session = Session.model_validate({"network": {"layers": [{"units": 2, "activation": "elu"}]}})
    (alpha,) = gate_numbers.gate_numbers(session, 1, 0)
    assert (gate_numbers.within(session, alpha, -3.0), gate_numbers.within(session, alpha, 99.0)) == (0.0, 10.0)
    assert gate_numbers.gate_numbers(example_snapshot(session).session, 2, 0) == ()


def test_a_field_whose_number_becomes_another_closes(xor: Xor) -> None:
    """The bias of hidden 1 would be that of the new first layer; an input, that of other data."""
    field, banner, places = xor.window.by_hand.field, xor.window.banner, (NeuronRef(1, 0), B)
    changes = (c.Edit(edits.add_layer, (0,)), c.Open(Session.model_validate({"data": {"name": "spiral"}})))
    for place, change in zip(places, changes, strict=True):
        QTest.mouseDClick(xor.window.stage, LEFT, pos=spot_of(xor, place).toPoint())
        assert field.isVisible()
        QTest.keyClicks(field.line, "0.5")
        xor.controller.send(c.SetPace(100.0))
        xor.until(lambda: xor.now.pace == 100.0)
        assert field.isVisible(), "nothing that a number stands in has changed"
        xor.controller.send(change)
        xor.until(lambda: not field.isVisible())
        assert "nothing has been typed" in banner.text.text()
        xor.controller.send(c.SetPace(None))
        xor.until(lambda: xor.now.pace is None)
    assert not any(layer.bias.any() for layer in xor.now.layers)
    assert xor.now.trial is None


def test_a_class_in_a_row_is_typed_by_its_label() -> None:
    _, view = with_data(name="rows", x=[[0, 0], [0, 1], [1, 0]], y=[5, 3, 5], task="classes", train_share=1.0)
    row = given_sample.typed_row(view)
    assert row == 0
    number = given_sample.numbered(view, sample(view), TargetRef(0))
    assert (number.name, number.value) == ("class (0 to 1)", 1.0)
    written = given_sample.in_row(view, TargetRef(0), row, number)
    assert (written.name, written.value) == ("class", 5.0)
    edit = given_sample.set_cell(view.snapshot.session, row, given_sample.column_in_rows(view, TargetRef(0)), 3.0)
    assert edit.session.data.y == (3.0, 3.0, 5.0)
