"""What accounts say of special cases."""

from typing import Any

import numpy as np
import pytest

from tests.gui.explained import laid, live
from twostroke.engine.border.cursor import Cursor
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.explain import quantities
from twostroke.gui.model.explain.account import explain
from twostroke.gui.model.explain.functions import FORMULAS
from twostroke.gui.model.explain.quantities import Account, Kind, Quantity
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState


def view_of(layer: dict[str, Any] | None = None, **parts: Any) -> ViewState:
    """A moment of a network of one hidden layer."""
    network = {"layers": [{"units": 4, **(layer or {})}], "dtype": "float64"} | parts.pop("network", {})
    return laid(Session.model_validate({"network": network, **parts}))


PLAIN = view_of()


def told(view: ViewState, kind: Kind, layer: int = 1, unit: int = 0, **rest: Any) -> Account:
    return explain(view, Quantity(kind, layer, unit, **rest), 3)


def test_a_gate_that_is_off_on_one_stroke() -> None:
    forward = view_of({"activation": "sigmoid"}, gates={"forward": False})
    account = told(forward, Kind.A)
    assert account.rule == "a^{(1)}_{1} = z^{(1)}_{1}"
    assert account.note.startswith("The gate is off on the forward stroke")
    assert r"\sigma" in told(forward, Kind.GAIN).rule  # a is not σ(z), so the gain is written by z
    backward = view_of({"activation": "sigmoid"}, gates={"backward": False})
    assert [each.name for each in told(backward, Kind.DELTA).operands] == ["∂L/∂a of hidden 1 · 1"]
    assert "off on the backward stroke" in told(backward, Kind.BACKWARD_MASK).note
    assert "off on the backward stroke" in told(backward, Kind.DELTA).note


def test_closed_and_saturated_gates() -> None:
    view = view_of({"activation": "relu"})
    unit = int(np.flatnonzero(np.asarray(view.layers[1].z) < 0)[0])
    account = told(view, Kind.GAIN, unit=unit)
    assert "Closed for this sample." in account.note
    assert account.text.startswith("0 (as −")
    steep = {"parameters": {"l1.bias": [20.0, 0.0, 0.0, 0.0]}}
    assert "Saturated" in told(view_of({"activation": "tanh"}, network=steep), Kind.GAIN).note


def test_a_dead_neuron_is_named_so() -> None:
    session = Session.model_validate({"network": {"layers": [{"units": 2}], "parameters": {"l1.bias": [-100.0, 0.0]}}})
    trainer = Trainer(session)
    trainer.evaluate()
    tape = trainer.record()
    view = resolve(snapshot_of(trainer), tape, Cursor(tape.depth).last(), Choices())
    assert "Dead: fires for no sample of the whole training set, none of 250." in told(view, Kind.A).note


def test_the_step_and_its_surrogate() -> None:
    assert "0 everywhere" in told(view_of({"activation": "step"}), Kind.GAIN).note
    surrogate = {"name": "step", "surrogate": "sigmoid"}
    assert "A surrogate to learn by" in told(view_of({"activation": surrogate}), Kind.GAIN).note


def test_a_kink() -> None:
    zero = {"parameters": {"l1.weight": np.zeros((4, 2)).tolist()}}
    assert "z stands on the kink" in told(view_of({"activation": "relu"}, network=zero), Kind.GAIN).note


def test_a_quadratic_grows_without_bound() -> None:
    assert "without bound" in told(view_of({"activation": "quadratic"}), Kind.A).note


def test_neurons_with_gates_of_their_own() -> None:
    view = view_of({"activation": ["relu", "tanh", "sigmoid", "relu"]})
    assert "a gate of its own: tanh" in told(view, Kind.A, unit=1).note


def test_a_slope_that_is_learned() -> None:
    view = view_of({"activation": "prelu"})
    account = told(view, Kind.SAMPLE_GRADIENT, name="param.negative_slope")
    assert r"\min\left(0, z^{(1)}_{1}\right)" in account.rule
    assert account.title == "this sample's gradient of the slope of hidden 1 · 1"


def test_loss_and_output_as_one_and_the_long_way() -> None:
    view = view_of()
    account = told(view, Kind.DELTA, 2)
    assert account.rule == r"\delta^{(2)}_{1} = a^{(2)}_{1} - y_{1}"
    assert "taken as one" in account.note
    upstream, gain = told(view, Kind.UPSTREAM, 2), told(view, Kind.GAIN, 2)
    assert "the long way" in upstream.note
    assert upstream.value is not None
    assert gain.value is not None
    assert upstream.value * gain.value == pytest.approx(account.value, rel=1e-12)


def test_class_weights() -> None:
    view = view_of(training={"class_weights": [0.5, 3.0]})
    account = told(view, Kind.LOSS, 0, row=0)
    assert account.operands[0].name.startswith("sample weight")
    weight = told(view, Kind.SAMPLE_WEIGHT, 0, row=0)
    assert weight.value in (0.5, 3.0)


def test_normalizers_in_training_and_in_use() -> None:
    session = {"network": {"layers": [{"units": 3, "norm": "batch"}], "dtype": "float64"}}
    training = laid(Session.model_validate(session), 2)
    assert "over the mini-batch" in told(training, Kind.NORMALIZED).note
    in_use = told(live(Session.model_validate(session), 2), Kind.NORMALIZED)
    assert "running figures" in in_use.note
    assert {each.quantity.kind for each in in_use.operands if each.quantity} == {
        Kind.SUM,
        Kind.RUNNING_MEAN,
        Kind.RUNNING_VARIANCE,
    }


def test_dropout() -> None:
    view = view_of({"dropout": 0.5})
    masks = [told(view, Kind.DROPOUT_MASK, unit=unit).value for unit in range(4)]
    assert set(masks) <= {0.0, 2.0}
    outputs = [told(view, Kind.OUTPUT, unit=unit) for unit in range(4)]
    for mask, output in zip(masks, outputs, strict=True):
        assert ("silences" in output.note) == (mask == 0.0)


def test_frozen_and_cut() -> None:
    view = view_of(network={"frozen": ["l1.bias"], "cut": ["l1.weight[0,1]", "l1.unit[2]"]})
    frozen = told(view, Kind.NEXT)
    assert frozen.note == "Frozen: no update changes it."
    assert frozen.value == told(view, Kind.BIAS).value
    assert told(view, Kind.GRADIENT).value != 0.0
    assert "Cut" in told(view, Kind.NEXT, source=1).note
    assert told(view, Kind.A, unit=2).value == 0.0
    assert "Cut" in told(view, Kind.A, unit=2).note


OF_A_PARAMETER = [kind for kind in Kind if kind in quantities.OF_A_PARAMETER]


@pytest.mark.parametrize("kind", OF_A_PARAMETER)
@pytest.mark.parametrize("gone", ["param.a", "param.negative_slope", "scale", "shift", "skip_weight"])
def test_parameters_that_a_network_no_longer_has_are_refused(kind: Kind, gone: str) -> None:
    """As where the activation is changed while the account of its slope is open."""
    with pytest.raises(LookupError):
        told(PLAIN, kind, source=0 if gone == "skip_weight" else None, name=gone)


def test_both_gradients_are_always_named() -> None:
    view = view_of()
    titles = [told(view, kind, source=0).title for kind in (Kind.SAMPLE_GRADIENT, Kind.GRADIENT)]
    assert titles[0].startswith("this sample's gradient of the weight")
    assert titles[1].startswith("mean gradient of the weight")


@pytest.mark.parametrize(
    ("optimizer", "parts"),
    [
        ("sgd", []),
        ("momentum", ["NEXT_VELOCITY"]),
        ("nesterov", ["NEXT_VELOCITY"]),
        ("rmsprop", ["NEXT_SECOND"]),
        ("adagrad", ["NEXT_SECOND"]),
        ("adam", ["CORRECTED_FIRST", "CORRECTED_SECOND"]),
        ("adamw", ["CORRECTED_FIRST", "CORRECTED_SECOND"]),
    ],
)
def test_the_optimizer_s_own_numbers(optimizer: str, parts: list[str]) -> None:
    view = view_of(training={"optimizer": optimizer})
    account = told(view, Kind.NEXT, source=0)
    kinds = {each.quantity.kind.name for each in account.operands if each.quantity}
    assert set(parts) <= kinds
    assert "RATE" in kinds


def test_softmax_that_is_not_taken_as_one_with_its_loss() -> None:
    """Each output's delta depends on all of them: a (dL/da − Σ a dL/da)."""
    data, training = {"name": "iris"}, {"loss": "mse"}
    view = view_of(network={"output": {"activation": "softmax"}}, data=data, training=training)
    account = told(view, Kind.DELTA, 2, 1)
    assert len(account.terms) == 3
    upstream = r"\frac{\partial L}{\partial a^{(2)}_{j}}"
    assert account.rule.endswith(rf"\sum_{{j=1}}^{{3}} a^{{(2)}}_{{j}} \, {upstream}\right)")


def test_each_term_of_softmax_names_its_own_output() -> None:
    view = view_of(network={"output": {"activation": "softmax"}}, data={"name": "iris"}, training={"loss": "mse"})
    names = [term.name for term in told(view, Kind.A, 2, 1).terms]
    assert names == [f"e^z of output · {name}" for name in ("setosa", "versicolor", "virginica")]


def test_an_activation_that_nobody_has_written_down_is_f_of_z(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is added to the catalogue needs no entry here; its value is still worked out from z."""
    monkeypatch.delitem(FORMULAS, "quadratic")
    view = view_of({"activation": "quadratic"})
    account = told(view, Kind.A)
    assert account.rule.startswith(r"a^{(1)}_{1} = f\left(z^{(1)}_{1}, A^{(1)}_{1}, B^{(1)}_{1}, C^{(1)}_{1}\right)")
    assert " = " in account.text
    assert told(view, Kind.GAIN).text.startswith("f′(")
