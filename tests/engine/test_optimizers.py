"""The optimizers and penalties over many updates, beside the oracle and worked by hand."""

from typing import Any

import numpy as np
import pytest

from tests.engine import measures, naive
from twostroke.engine.compute import optimizing
from twostroke.engine.compute.kernels import train
from twostroke.engine.compute.network import Network
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

OPTIMIZERS: list[dict[str, Any]] = [
    {"name": "sgd", "learning_rate": 0.1},
    {"name": "sgd", "learning_rate": 0.05, "momentum": 0.9},
    {"name": "adam", "learning_rate": 0.01},
    {"name": "adam", "learning_rate": 0.02, "beta1": 0.5, "beta2": 0.8, "epsilon": 1e-3},
    {"name": "adam", "learning_rate": 0.01, "beta1": 0.0, "beta2": 0.0},
    {"name": "nesterov", "learning_rate": 0.05},
    {"name": "rmsprop", "learning_rate": 0.01},
    {"name": "rmsprop", "learning_rate": 0.002, "alpha": 0.5, "momentum": 0.8, "epsilon": 1e-4},
    {"name": "adagrad", "learning_rate": 0.05},
    {"name": "adagrad", "learning_rate": 0.1, "decay": 0.2, "initial": 0.3, "epsilon": 1e-4},
    {"name": "adamw", "learning_rate": 0.01},
    {"name": "adamw", "learning_rate": 0.02, "weight_decay": 2.0, "beta1": 0.5, "beta2": 0.8},
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
        assert measures.worst(measures.parameter_distances(trainer.network.parameters(), oracle)) < (1e-13, "")
    assert sizes == {5, 1}


class Steps:
    """One optimizer step at a time on given gradients, by the kernels that train.

    One output far below its target under the absolute error: its gradient is -x, whatever the weights are.
    """

    def __init__(self, optimizer: dict[str, Any], start: Any, dtype: str = "float64", **training: Any) -> None:
        settings = {"loss": "mae", "optimizer": optimizer, "batch_size": 1, "shuffle": False, **training}
        session = Session.model_validate(
            {"data": "sine", "network": {"layers": [], "dtype": dtype}, "training": settings}
        )
        self.optimizer = dumped(session)["training"]["optimizer"]
        self.network = Network(session, widths=(len(start), 1))
        self.network.weight(1)[:] = start
        self.rule = optimizing.rule(session)
        self.state = optimizing.fresh_state(session, self.network.theta, self.network.running)

    def __call__(self, gradient: Any) -> Any:
        """The weights after the next step; None where a number would not stay finite."""
        feed = self.network.feed(-np.atleast_2d(gradient), [[1e9]])
        value = np.zeros(1)
        done = train.run(self.network.plan, self.rule, feed, self.state, self.network.buffers(1), 1, value)
        return self.network.weight(1)[0].copy() if done else None


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
def test_fifty_steps_on_given_gradients_in_float32(optimizer: dict[str, Any]) -> None:
    """The step alone, on gradients from 1e-6 to 1e2, with float32's round-off only."""
    rng = np.random.default_rng(5)
    want = rng.normal(0.0, 1.0, 40).astype(np.float32).astype(np.float64)
    start, steps = want.copy(), Steps(optimizer, want, "float32")
    oracle = naive.optimizer_of(steps.optimizer)
    for _ in range(50):
        gradient = (rng.normal(0.0, 1.0, 40) * 10.0 ** rng.uniform(-6, 2, 40)).astype(np.float32)
        got = steps(gradient)
        want = oracle.step("w", want, gradient.astype(np.float64))
    moved = np.abs(want - start).max()
    assert moved > 0.05
    assert np.max(np.abs(got - want)) < 50 * 1.2e-7 * (np.abs(want).max() + moved)


def test_momentum_by_hand() -> None:
    """w = 1, rate 0.1, momentum 0.5, gradients 2, 2, -1: v = 2, 3, 0.5 and w = 0.8, 0.5, 0.45."""
    sgd = naive.Sgd(0.1, 0.5)
    engine = Steps({"name": "sgd", "learning_rate": 0.1, "momentum": 0.5}, [1.0])
    w = np.array([1.0])
    for gradient, want in [(2.0, 0.8), (2.0, 0.5), (-1.0, 0.45)]:
        w = sgd.step("w", w, np.array([gradient]))
        assert w[0] == pytest.approx(want, rel=1e-15)
        assert engine([gradient]) == pytest.approx([want], rel=1e-15)


def test_adam_by_hand() -> None:
    """w = 1, rate 0.1, betas 0.5 and 0.75, epsilon 1e-8 (too small to see here), gradients 4 and -2.

    Step 1: m = 2, v = 4; without bias 4 and 16: w = 1 - 0.1 * 4/4 = 0.9.
    Step 2: m = 0, v = 3 + 1 = 4; m = 0: w stays 0.9.
    """
    settings = {"name": "adam", "learning_rate": 0.1, "beta1": 0.5, "beta2": 0.75, "epsilon": 1e-8}
    adam, engine = naive.optimizer_of(settings), Steps(settings, [1.0])
    w = np.array([1.0])
    for gradient, want in [(4.0, 0.9), (-2.0, 0.9)]:
        w = adam.step("w", w, np.array([gradient]))
        assert w[0] == pytest.approx(want, abs=1e-9)
        assert engine([gradient]) == pytest.approx([want], abs=1e-9)


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


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
def test_a_parameter_that_overflows_is_noticed(optimizer: dict[str, Any]) -> None:
    """The kernels say so when a parameter, or what the optimizer remembers, is no longer finite."""
    steps = Steps({**optimizer, "learning_rate": 100.0}, [0.0, 0.0, 0.0])
    assert steps([0.0, 1.0, 0.0]) is not None
    steps.network.weight(1)[:] = 0.0
    assert steps([0.0, 1e308, 0.0]) is None


@pytest.mark.parametrize(
    "schedule",
    [
        {"name": "step", "every": 3, "factor": 0.5},
        {"name": "cosine", "updates": 10, "minimum": 0.02},
        {"name": "cosine", "updates": 10, "minimum": 0.2},
        {"name": "constant", "warm_up": 5, "warm_up_start": 0.2},
        {"name": "step", "every": 2, "factor": 0.1, "warm_up": 4},
        {"name": "cosine", "updates": 6, "warm_up": 7},
    ],
    ids=str,
)
def test_schedules_over_twenty_steps(schedule: Any) -> None:
    """With gradient 1 and plain SGD each step is as long as the rate; it goes on at the end of a cosine."""
    steps, before = Steps({"name": "sgd", "learning_rate": 0.1}, [0.0], schedule=schedule), 0.0
    for step in range(20):
        (after,) = steps([1.0])
        assert before - after == pytest.approx(naive.learning_rate(0.1, schedule, step), rel=1e-12)
        before = after


@pytest.mark.parametrize(
    ("clip", "want"),
    [
        ("none", [-3.0, 4.0]),
        ({"name": "value", "limit": 3.5}, [-3.0, 3.5]),
        ({"name": "norm", "limit": 50.0}, [-3.0, 4.0]),
        ({"name": "norm", "limit": 2.0}, [-3.0 * 2 / (26**0.5 + 1e-6), 4.0 * 2 / (26**0.5 + 1e-6)]),
    ],
    ids=str,
)
def test_clipping_by_hand(clip: Any, want: list[float]) -> None:
    """Gradients 3, -4, and -1 of the bias, whose norm is the root of 26; rate 1."""
    steps = Steps({"name": "sgd", "learning_rate": 1.0}, [0.0, 0.0], clip=clip)
    assert steps([3.0, -4.0]) == pytest.approx(want, rel=1e-14)


def test_a_layers_own_penalties_come_after_clipping() -> None:
    """Gradients 0 clipped to 0; then l2 of the layer in place of the training's, and L1 of the training."""
    steps = Steps(
        {"name": "sgd", "learning_rate": 1.0}, [0.5, -2.0], clip={"name": "value", "limit": 1e-3}, l1=0.25, l2=9.0
    )
    session = steps.network.session.model_dump()
    session["network"]["output"] |= {"l2": 0.1}
    steps.network = Network(Session.model_validate(session), widths=(2, 1))
    steps.network.weight(1)[:] = [[0.5, -2.0]]
    steps.state = optimizing.fresh_state(steps.network.session, steps.network.theta, steps.network.running)
    assert steps([0.0, 0.0]) == pytest.approx([0.5 - 0.25 - 0.05, -2.0 + 0.25 + 0.2], rel=1e-15)
