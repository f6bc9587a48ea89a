"""A number beside the slope that was measured: whatever the network, they agree or it is said why not."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.engine.strategies import PAIRS, sessions_with
from tests.gui.test_explain_walk import owned
from twostroke.engine.border.commands import Check
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.engine.border.slopes import Measured
from twostroke.engine.border.tape import Tape
from twostroke.engine.probes.one_slope import measure
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.explain.account import explain
from twostroke.gui.model.explain.checked_slope import KINK, MEANT, UNEXPLAINED, Comparison, by_of, compare
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState

BY_HAND = {
    "data": {"name": "rows", "x": [[0.5]], "y": [3.0], "train_share": 1.0},
    "network": {
        "layers": [{"units": 1, "activation": "tanh"}],
        "output": {"activation": "identity"},
        "parameters": {"l1.weight": [[1.0]], "l1.bias": [0.0], "l2.weight": [[2.0]], "l2.bias": [0.0]},
        "dtype": "float64",
    },
    "training": {"loss": "half_squared_error", "batch_size": 1},
}


class Shown:
    """A trainer at a tape, and what the window sees of it."""

    def __init__(self, session: Session, updates: int = 0) -> None:
        self.trainer = Trainer(session)
        self.trainer.advance(updates)
        self.tape: Tape = self.trainer.record()
        self.view: ViewState = resolve(snapshot_of(self.trainer), self.tape, Cursor(self.tape.depth).last(), Choices())

    def measured(self, quantity: Quantity) -> Measured:
        by = by_of(explain(self.view, quantity, 4).quantity)
        assert by is not None
        return measure(self.trainer.network, self.tape, by)

    def compared(self, quantity: Quantity) -> Comparison | None:
        return compare(self.view, explain(self.view, quantity, 4), self.measured(quantity))


def shown(change: dict[str, Any] | None = None, **parts: Any) -> Shown:
    """The network by hand, with other parts."""
    network = BY_HAND["network"] | (change or {})
    return Shown(Session.model_validate(BY_HAND | {"network": network} | parts))


def slopes(view: ViewState) -> list[Quantity]:
    """All kinds of numbers that are slopes, of one neuron of each layer."""
    assert view.tape is not None
    found = []
    for number, layer in enumerate(view.tape.layers, start=1):
        unit = number % layer.units
        names = [f"param.{name}" for name in owned(view, number, unit)]
        names += [name for name in ("scale", "shift") if name in layer.organs]
        for kind in (Kind.GRADIENT, Kind.SAMPLE_GRADIENT):
            found += [Quantity(kind, number, unit, 0), Quantity(kind, number, unit)]
            found += [Quantity(kind, number, unit, name=name) for name in names]
            if "skip_weight" in layer.organs:
                found.append(Quantity(kind, number, unit, 0, None, "skip_weight"))
        kinds = [Kind.UPSTREAM, Kind.OUTPUT_UPSTREAM, Kind.DELTA, Kind.SUM_DELTA]
        found += [Quantity(kind, number, unit) for kind in (*kinds, *([] if layer.gain is None else [Kind.GAIN]))]
    return found


def unexplained(session: Session, updates: int) -> list[tuple[Quantity, Comparison]]:
    """What differs after so many updates without a reason."""
    at = Shown(session, updates)
    compared = [(quantity, at.compared(quantity)) for quantity in slopes(at.view)]
    return [(quantity, found) for quantity, found in compared if found is not None and found.verdict == UNEXPLAINED]


@given(st.sampled_from(PAIRS).flatmap(lambda pair: sessions_with(pair, "float32")), st.integers(0, 3))
@cases(12, deadline=None)
def test_no_gradient_of_any_network_differs_for_no_reason(session: Session, updates: int) -> None:
    assert not unexplained(session, updates)


@given(st.sampled_from(PAIRS).flatmap(sessions_with), st.integers(0, 3))
@cases(8, deadline=None)
def test_nor_in_double_precision(session: Session, updates: int) -> None:
    assert not unexplained(session, updates)


def of_two(layer: dict[str, Any], output: str, loss: str, seed: int) -> Session:
    """Batch normalization over two samples, in single precision."""
    data = {"name": "moons", "samples": 10, "noise": 0.0, "train_share": 0.5, "seed": seed}
    network = {"seed": 0, "init": {"name": "xavier_uniform"}, "output": {"activation": output}, "dtype": "float32"}
    training = {"loss": loss, "batch_size": 2, "shuffle": False}
    layers = [layer | {"norm": {"name": "batch"}, "dropout": 0.1}]
    return Session.model_validate({"data": data, "network": network | {"layers": layers}, "training": training})


def test_a_sample_that_is_dropped_still_gets_the_round_off_of_those_it_shares_a_mean_with() -> None:
    """Dropout leaves this neuron of the sample nothing of its own, and batch normalization what comes of the other."""
    assert not unexplained(of_two({"units": 4, "activation": "tanh"}, "identity", "mse", seed=10), 0)


def test_what_single_precision_cannot_hold_is_nought_there() -> None:
    """A slope of 5e-56 is 0 in float32, and not in the float64 that measures."""
    tiny = {"name": "leaky_relu", "negative_slope": 5.3e-56}
    assert not unexplained(of_two({"units": 1, "activation": tiny}, "sigmoid", "binary_cross_entropy", seed=0), 0)


def test_both_numbers_and_their_difference_are_shown() -> None:
    """dL/dw2 = (2 tanh 0.5 - 3) tanh 0.5 = -0.959246946: by hand."""
    at = shown()
    found = at.compared(Quantity(Kind.GRADIENT, 2, 0, 0))
    assert found is not None
    assert [name for name, _ in found.numbers] == ["by the rule", "measured", "difference"]
    assert found.numbers[0][1].startswith("−0.9592469")
    assert found.numbers[1][1].startswith("−0.9592469")
    assert found.agrees
    assert found.verdict.startswith("They agree to ")
    assert r"\frac{\bar{L}\left(w^{(2)}_{11} + \epsilon\right) - \bar{L}" in found.rule
    assert found.reasons == ("ε = 10⁻⁴.",)


def test_a_wrong_number_would_be_told() -> None:
    at = shown()
    quantity = Quantity(Kind.DELTA, 1, 0)
    measured = at.measured(quantity)
    account = explain(at.view, quantity, 4)
    assert account.value is not None
    wrong = compare(at.view, replace(account, value=account.value * 1.0001), measured)
    assert wrong is not None
    assert (wrong.agrees, wrong.verdict) == (False, UNEXPLAINED)


def test_what_is_not_known_yet_is_not_compared() -> None:
    at = shown()
    measured = at.measured(Quantity(Kind.DELTA, 1, 0))
    early = replace(at.view, cursor=Cursor(2).seek(Step(Phase.SUM, 1), 0.5))
    assert compare(early, explain(early, Quantity(Kind.DELTA, 1, 0), 4), measured) is None


@pytest.mark.parametrize(
    ("gates", "says"),
    [({"forward": False}, "left out on the forward stroke"), ({"backward": False}, "left out on the backward stroke")],
)
def test_a_gate_that_is_left_out_on_one_stroke_is_the_reason(gates: dict[str, bool], says: str) -> None:
    at = shown(gates=gates)
    found = at.compared(Quantity(Kind.SAMPLE_GRADIENT, 1, 0, 0))
    assert found is not None
    assert (found.agrees, found.verdict) == (False, MEANT)
    assert says in found.reasons[0]
    above = at.compared(Quantity(Kind.GRADIENT, 2, 0, 0))
    assert above is not None
    assert above.agrees
    assert not any("left out" in reason for reason in above.reasons)


def test_a_surrogate_is_the_reason() -> None:
    layer = {"units": 1, "activation": {"name": "step", "surrogate": "sigmoid"}}
    found = shown({"layers": [layer]}).compared(Quantity(Kind.DELTA, 1, 0))
    assert found is not None
    assert (found.agrees, found.verdict) == (False, MEANT)
    assert "a surrogate for the derivative of step" in found.reasons[0]


def test_a_kink_is_the_reason() -> None:
    given = BY_HAND["network"]["parameters"] | {"l1.weight": [[0.0]]}
    found = shown({"layers": [{"units": 1, "activation": "relu"}], "parameters": given}).compared(
        Quantity(Kind.DELTA, 1, 0)
    )
    assert found is not None
    assert (found.agrees, found.verdict) == (False, KINK)
    assert "A kink lies within the step: z of hidden 1 · 1. To its left the slope is " in found.reasons[0]
    assert "to its right −6" in found.reasons[0]


@pytest.mark.parametrize(
    ("loss", "target", "where"),
    [("mae", 0.5, "an error of 0"), ({"name": "huber", "delta": 0.25}, 0.25, "an error as large as its delta")],
)
def test_a_kink_of_the_loss_is_a_reason_and_says_where(loss: Any, target: float, where: str) -> None:
    session = {
        "data": {"name": "rows", "x": [[1.0]], "y": [target], "train_share": 1.0},
        "network": {"layers": [], "output": {"activation": "identity"},
                    "parameters": {"l1.weight": [[0.5]], "l1.bias": [0.0]}},
        "training": {"loss": loss, "batch_size": 1},
    }  # fmt: skip
    found = Shown(Session.model_validate(session), 0).compared(Quantity(Kind.DELTA, 1, 0))
    assert found is not None
    assert f"the loss at {where}" in found.reasons[0]


def test_how_it_was_measured_is_told() -> None:
    """Dropout's mask, batch normalization, and the precision of the network."""
    layers = [{"units": 3, "activation": "tanh", "dropout": 0.4}, {"units": 2, "activation": "tanh", "norm": "batch"}]
    at = Shown(Session.model_validate({"network": {"layers": layers, "dtype": "float32"}}), 2)
    mean, own = at.compared(Quantity(Kind.GRADIENT, 1, 0, 0)), at.compared(Quantity(Kind.DELTA, 1, 0))
    assert mean is not None
    assert own is not None
    told = " ".join(mean.reasons)
    assert "Dropout's mask is held fixed." in told
    assert "Batch normalization takes mean and variance of the mini-batch anew." in told
    assert "The network computes in float32, with about 7 digits" in told
    assert "L is the sum over the mini-batch, as every sample feels them" in " ".join(own.reasons)


def test_a_gradient_that_has_vanished_is_below_what_a_difference_tells() -> None:
    layers = [{"units": 4, "activation": "sigmoid"}] * 30
    found = Shown(Session.model_validate({"network": {"layers": layers}})).compared(Quantity(Kind.GRADIENT, 1, 0, 0))
    assert found is not None
    assert found.agrees
    assert "tells no slope below" in " ".join(found.reasons)


def test_only_slopes_can_be_checked() -> None:
    assert {kind for kind in Kind if by_of(Quantity(kind, 1, 0)) is not None} == {
        *(Kind.GRADIENT, Kind.SAMPLE_GRADIENT, Kind.DELTA, Kind.SUM_DELTA),
        *(Kind.UPSTREAM, Kind.OUTPUT_UPSTREAM, Kind.GAIN),
    }
    assert by_of(Quantity(Kind.GRADIENT, 1, 0, 2)) == Check(by_of(Quantity(Kind.GRADIENT, 1, 0, 2)), 0).by
