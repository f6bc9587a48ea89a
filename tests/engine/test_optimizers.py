"""The optimizers and penalties over many updates, beside the oracle and worked by hand."""

from typing import Any

import numpy as np
import pytest

from tests.engine import measures, naive
from twostroke.engine.kernels import train
from twostroke.engine.kernels.plan import Rule, State
from twostroke.engine.optimizers import rule
from twostroke.engine.spec import Session
from twostroke.engine.trainer import Trainer

OPTIMIZERS: list[dict[str, Any]] = [
    {"name": "sgd", "learning_rate": 0.1},
    {"name": "sgd", "learning_rate": 0.05, "momentum": 0.9},
    {"name": "adam", "learning_rate": 0.01},
    {"name": "adam", "learning_rate": 0.02, "beta1": 0.5, "beta2": 0.8, "epsilon": 1e-3},
    {"name": "adam", "learning_rate": 0.01, "beta1": 0.0, "beta2": 0.0},
]
PENALTIES = [(0.0, 0.0), (0.01, 0.0), (0.0, 0.02), (0.003, 0.3)]


def session_with(optimizer: dict[str, Any], l1: float = 0.0, l2: float = 0.0, dtype: str = "float64") -> Session:
    """A small network with learned activation parameters, on the spiral."""
    return Session.model_validate(
        {
            "data": {"name": "spiral", "samples": 30},
            "network": {
                "layers": [{"units": 4, "activation": "quadratic"}, {"units": 3, "activation": "prelu"}],
                "dtype": dtype,
            },
            "training": {"optimizer": optimizer, "batch_size": 5, "l1": l1, "l2": l2},
        }
    )


def dumped(session: Session) -> dict[str, Any]:
    """The session as its file would hold it."""
    return session.model_dump(mode="json")


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
@pytest.mark.parametrize(("l1", "l2"), PENALTIES)
def test_fifty_updates(optimizer: dict[str, Any], l1: float, l2: float) -> None:
    """Every parameter after each of 50 updates; the last mini-batch of an epoch is a smaller one."""
    session = session_with(optimizer, l1, l2)
    trainer = Trainer(session)
    oracle = naive.Training(dumped(session), trainer.network.parameters())
    sizes = set()
    for _ in range(50):
        tape = trainer.record()
        sizes.add(tape.samples)
        oracle.update(tape.x, tape.target)
        assert trainer.advance(1) == 1
        for name, values in trainer.network.parameters().items():
            assert measures.distance(values, oracle.parameters()[name], floor=1e-3) < 1e-11, name
    assert sizes == {5, 1}


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
def test_fifty_steps_on_given_gradients_in_float32(optimizer: dict[str, Any]) -> None:
    """The step alone, on gradients from 1e-6 to 1e2, with float32's round-off only."""
    session = session_with(optimizer, dtype="float32")
    rng = np.random.default_rng(5)
    start = rng.normal(0.0, 1.0, 40).astype(np.float32)
    zeros = np.zeros_like(start)
    state = State(start.copy(), zeros.copy(), zeros.copy(), np.zeros(4, dtype=np.int64))
    oracle, want = naive.optimizer_of(optimizer), start.astype(np.float64)
    the_rule: Rule = rule(session)
    for _ in range(50):
        gradient = (rng.normal(0.0, 1.0, 40) * 10.0 ** rng.uniform(-6, 2, 40)).astype(np.float32)
        assert train.step(the_rule, state, gradient)
        want = oracle.step("w", want, gradient.astype(np.float64))
    moved = np.abs(want - start).max()
    assert moved > 0.05
    assert np.max(np.abs(state.theta - want)) < 50 * 1.2e-7 * (np.abs(want).max() + moved)


def test_momentum_by_hand() -> None:
    """w = 1, rate 0.1, momentum 0.5, gradients 2, 2, -1: v = 2, 3, 0.5 and w = 0.8, 0.5, 0.45."""
    sgd = naive.Sgd(0.1, 0.5)
    engine = _stepper({"name": "sgd", "learning_rate": 0.1, "momentum": 0.5})
    w = np.array([1.0])
    for gradient, want in [(2.0, 0.8), (2.0, 0.5), (-1.0, 0.45)]:
        w = sgd.step("w", w, np.array([gradient]))
        assert w[0] == pytest.approx(want, rel=1e-15)
        assert engine(gradient) == pytest.approx(want, rel=1e-15)


def test_adam_by_hand() -> None:
    """w = 1, rate 0.1, betas 0.5 and 0.75, epsilon 1e-8 (too small to see here), gradients 4 and -2.

    Step 1: m = 2, v = 4; without bias 4 and 16: w = 1 - 0.1 * 4/4 = 0.9.
    Step 2: m = 0, v = 3 + 1 = 4; m = 0: w stays 0.9.
    """
    settings = {"name": "adam", "learning_rate": 0.1, "beta1": 0.5, "beta2": 0.75, "epsilon": 1e-8}
    adam, engine = naive.optimizer_of(settings), _stepper(settings)
    w = np.array([1.0])
    for gradient, want in [(4.0, 0.9), (-2.0, 0.9)]:
        w = adam.step("w", w, np.array([gradient]))
        assert w[0] == pytest.approx(want, abs=1e-9)
        assert engine(gradient) == pytest.approx(want, abs=1e-9)


def _stepper(optimizer: dict[str, Any]) -> Any:
    """One parameter, beginning at 1, that takes gradients one by one."""
    the_rule = rule(session_with(optimizer))
    state = State(np.ones(1), np.zeros(1), np.zeros(1), np.zeros(4, dtype=np.int64))

    def step(gradient: float) -> float:
        assert train.step(the_rule, state, np.array([gradient]))
        return float(state.theta[0])

    return step


def test_penalties_spare_biases_and_activation_parameters() -> None:
    """With no error and only penalties, weights shrink and the others stay; at w = 0 the L1 penalty is 0."""
    session = session_with({"name": "sgd", "learning_rate": 0.5}, l1=0.02, l2=0.1)
    trainer = Trainer(session)
    network = trainer.network
    for layer in range(1, network.depth + 1):
        network.bias(layer)[:] = 0.3
    network.weight(3)[:] = 0.0  # nothing reaches the hidden layers' gradients from here on
    before, tape = network.parameters(), trainer.record()
    trainer.advance(1)
    after = network.parameters()
    for key in ("l1.weight", "l2.weight"):
        w = before[key]
        assert np.allclose(after[key], w - 0.5 * (0.02 * np.sign(w) + 0.1 * w), rtol=1e-15)
    for key in ("l1.bias", "l2.bias", "l1.param.a", "l1.param.b", "l1.param.c", "l2.param.negative_slope"):
        assert np.array_equal(after[key], before[key]), key
    assert np.allclose(after["l3.weight"], -0.5 * tape.layers[2].dloss_dweight, rtol=1e-15)
    assert np.allclose(after["l3.bias"], 0.3 - 0.5 * tape.layers[2].dloss_dbias, rtol=1e-15)


def test_a_parameter_that_overflows_is_noticed() -> None:
    """The step says so when a parameter is no longer finite."""
    the_rule = rule(session_with({"name": "sgd", "learning_rate": 100.0}))
    state = State(np.ones(3), np.zeros(3), np.zeros(3), np.zeros(4, dtype=np.int64))
    assert not train.step(the_rule, state, np.array([0.0, 1e308, 0.0]))
    assert not train.step(the_rule, state, np.array([0.0, np.nan, 0.0]))
