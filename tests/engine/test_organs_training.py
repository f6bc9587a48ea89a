"""Every organ over many updates beside the oracle, outside training, and at the start."""

import math
from typing import Any

import numpy as np
import pytest

from tests.engine import measures, naive
from tests.engine.test_organs import oracle_of
from twostroke.engine.compute.network import Network
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

TANH = {"units": 5, "activation": "tanh"}
GELU = {"units": 4, "activation": "gelu"}
ADAM = {"name": "adam", "learning_rate": 0.01, "epsilon": 1e-3}

NETWORKS: dict[str, list[dict[str, Any]]] = {
    "plain": [TANH, GELU],
    "batch norm": [{**TANH, "norm": "batch"}, {**GELU, "norm": {"name": "batch", "momentum": 0.5, "epsilon": 0.01}}],
    "layer norm": [{**TANH, "norm": "layer"}, {**GELU, "norm": "layer"}],
    "dropout": [{**TANH, "dropout": 0.2}, {**GELU, "dropout": 0.5}],
    "skip paths": [TANH, {**GELU, "skip": 0}, {**TANH, "skip": 1}],
    "an activation for each unit": [{"activation": ["tanh", "prelu", "swish_beta", "quadratic", "step", "gelu"]}],
    "step with a surrogate": [
        {
            "activation": [
                "tanh",
                {"name": "step", "surrogate": "sigmoid"},
                {"name": "step", "surrogate": "straight_through"},
            ]
        }
    ],
    "cut links and neurons": [{**TANH, "norm": "batch"}, {**GELU, "dropout": 0.2}, {**TANH, "skip": 2}],
    "gates off on one stroke": [{**TANH, "norm": "batch"}, {**GELU, "skip": 0}, TANH],
    "all at once": [
        {**TANH, "norm": "layer", "dropout": 0.2},
        {"activation": ["swish_beta", "tanh", "quadratic"], "norm": "batch", "skip": 0, "l1": 0.01},
        {**TANH, "norm": "layer", "skip": 1, "dropout": 0.1, "l2": 0.0},
    ],
}
CUT = {
    "cut links and neurons": [
        "l1.unit[1]",
        "l2.unit[0]",
        "l2.unit[3]",
        "l2.weight[2,4]",
        "l3.skip_weight[1,2]",
        "l4.weight[0,3]",
    ]
}
OFF = {
    "gates off on one stroke": [
        "l1.unit[1].forward",
        "l1.unit[2].backward",
        "l2.unit[0].backward",
        "l3.unit[3].forward",
    ]
}
TRAININGS: dict[str, dict[str, Any]] = {
    "nesterov": {"optimizer": {"name": "nesterov", "learning_rate": 0.02}},
    "rmsprop": {"optimizer": {"name": "rmsprop", "learning_rate": 0.005, "momentum": 0.5, "epsilon": 1e-3}},
    "adagrad": {"optimizer": {"name": "adagrad", "learning_rate": 0.05, "decay": 0.01, "epsilon": 1e-3}},
    "adamw": {"optimizer": {"name": "adamw", "learning_rate": 0.01, "weight_decay": 0.2, "epsilon": 1e-3}},
    "cosine after a warm-up": {"schedule": {"name": "cosine", "updates": 30, "minimum": 1e-3, "warm_up": 8}},
    "steps of the rate": {"schedule": {"name": "step", "every": 7, "factor": 0.7}, "optimizer": ADAM},
    "clipped by norm": {"clip": {"name": "norm", "limit": 0.05}, "optimizer": ADAM, "l2": 0.01},
    "clipped by value": {"clip": {"name": "value", "limit": 0.01}, "l1": 0.001},
    "hinge": {"loss": "hinge"},
    "hinge with weights": {"loss": "hinge", "class_weights": [0.3, 1.0, 2.0]},
    "balanced": {"class_weights": "balanced"},
    "given weights": {"class_weights": [0.2, 1.0, 3.0], "optimizer": ADAM},
}
CASES = [(network, "adamw") for network in NETWORKS] + [("all at once", training) for training in TRAININGS]


def session_of(network: str, training: str, dtype: str = "float64", **rest: Any) -> Session:
    """The irises, in 44 rows for training: five mini-batches of 8 and one of 4."""
    loss = TRAININGS[training].get("loss", "cross_entropy")
    output = {
        "activation": "softmax" if loss == "cross_entropy" else "identity",
        "skip": 1 if "skip" in network else None,
    }
    described = {"layers": NETWORKS[network], "output": output, "dtype": dtype, "cut": CUT.get(network, [])}
    return Session.model_validate(
        {
            "data": {"name": "iris", "train_share": 0.3},
            "network": {**described, **rest},
            "gates": {"off": OFF.get(network, [])},
            "training": {"batch_size": 8, "loss": loss, "optimizer": {"learning_rate": 0.05}, **TRAININGS[training]},
        }
    )


def run(session: Session, updates: int) -> tuple[Trainer, naive.Training]:
    """Engine and oracle after so many updates on the same mini-batches with the same masks."""
    trainer = Trainer(session)
    oracle = oracle_of(trainer)
    for _ in range(updates):
        tape = trainer.record()
        oracle.update(tape.x, tape.target, measures.masks_of(tape))
        assert trainer.advance(1) == 1
    return trainer, oracle


@pytest.mark.parametrize(("network", "training"), CASES)
def test_fifty_updates(network: str, training: str) -> None:
    """Every parameter and running figure, without ever setting the oracle right again."""
    trainer, oracle = run(session_of(network, training), 50)
    assert measures.worst(measures.parameter_distances(trainer.network.parameters(), oracle)) < (1e-12, "")
    assert trainer.epoch > 6.0


@pytest.mark.parametrize("network", [name for name in NETWORKS if "unit" not in name and "step" not in name])
def test_fifty_updates_in_float32(network: str) -> None:
    """The errors of float32 add up over the updates; none of these networks has a kink that would magnify them."""
    trainer, oracle = run(session_of(network, "nesterov", "float32"), 50)
    assert measures.worst(measures.parameter_distances(trainer.network.parameters(), oracle)) < (1e-5, "")


@pytest.mark.parametrize("network", NETWORKS)
def test_outside_training(network: str) -> None:
    """No dropout, batch normalization by its running figures: outputs and loss of the test part."""
    trainer, oracle = run(session_of(network, "nesterov"), 10)
    x, target = trainer.dataset.x_test, trainer.dataset.target_test
    want = naive.layers.forward(oracle.layers, x, training=False)[-1]
    assert measures.distance(trainer.network.predict(x), want.output) < 1e-11
    each = [naive.sample_loss("cross_entropy", z, a, t) for z, a, t in zip(want.z, want.a, target, strict=True)]
    assert trainer.network.loss(x, target) == pytest.approx(sum(each) / len(each), rel=1e-11)


def test_organs_change_the_numbers() -> None:
    """Each network and training gives others than the plain one: none of the settings is passed over in silence."""
    found = {}
    for network, training in CASES:
        trainer, _ = run(session_of(network, training), 12)
        found[network, training] = trainer.network.predict(trainer.dataset.x_test)
    for one in found:
        for other in found:
            if one < other:
                assert np.abs(found[one] - found[other]).max() > 1e-4, (one, other)


# --- The start ------------------------------------------------------------------------------------------------------


def start_of(init: Any, activation: Any, units: tuple[int, int] = (200, 300)) -> Any:
    """The weights (units[1], units[0]) between two layers before the first update."""
    layers = [{"units": width, "activation": activation} for width in units]
    return Network(Session.model_validate({"network": {"layers": layers, "init": init, "dtype": "float64"}})).weight(2)


@pytest.mark.parametrize(
    "activation", ["identity", "tanh", "relu", "selu", {"name": "leaky_relu", "negative_slope": 0.5}]
)
@pytest.mark.parametrize("name", ["xavier_normal", "xavier_uniform", "he_normal", "he_uniform", "lecun_normal"])
def test_gain_of_the_activation(activation: Any, name: str) -> None:
    """The standard deviation is calculate_gain's over the root of the fan."""
    w = start_of({"name": name, "gain": "activation"}, activation)
    given = {"name": activation} if isinstance(activation, str) else activation
    gain = naive.activation_gain(given["name"], given)
    law, first, second = naive.init_law(name, 200, 300, gain)
    std = second if law == "normal" else (second - first) / math.sqrt(12.0)
    assert w.std() == pytest.approx(std, rel=0.02)
    assert w.mean() == pytest.approx(0.0, abs=5.0 * std / math.sqrt(w.size))
    if law == "uniform":
        assert np.abs(w).max() == pytest.approx(second, rel=1e-3)


@pytest.mark.parametrize("units", [(20, 30), (30, 20), (25, 25), (1, 3)])
@pytest.mark.parametrize(("gain", "activation", "size"), [("usual", "tanh", 1.0), ("activation", "tanh", 5.0 / 3.0)])
def test_orthogonal(units: tuple[int, int], gain: str, activation: str, size: float) -> None:
    """Rows or columns, whichever are fewer, are orthogonal, of the length of the gain."""
    w = start_of({"name": "orthogonal", "gain": gain}, activation, units)
    product = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    assert np.allclose(product, size**2 * np.eye(min(units)), rtol=0, atol=1e-12)


def test_orthogonal_matrices_are_drawn_evenly() -> None:
    """No direction is preferred: each element has mean 0 and variance 1/n over many seeds, the first ones too."""
    network = {"layers": [{"units": 2}, {"units": 2}], "init": "orthogonal", "dtype": "float64"}
    starts = (Session.model_validate({"network": {**network, "seed": seed}}) for seed in range(400))
    found = np.array([Network(session).weight(2) for session in starts])
    assert np.abs(found.mean(axis=0)).max() < 5.0 * math.sqrt(0.5 / 400)
    assert np.abs((found**2).mean(axis=0) - 0.5).max() < 0.12
    assert (np.linalg.det(found) < 0).mean() == pytest.approx(0.5, abs=0.125)


def test_learned_parameters_of_organs_begin_neutral() -> None:
    """Scale 1, shift 0, running mean 0 and variance 1; the projection as the weights are."""
    parameters = Network(session_of("all at once", "hinge")).parameters()
    ends = {name: (values.min(), values.max()) for name, values in parameters.items()}
    assert [ends[f"l2.{name}"] for name in ("bias", "scale", "shift")] == [(0, 0), (1, 1), (0, 0)]
    assert [ends[f"l2.running_{name}"] for name in ("mean", "variance")] == [(0, 0), (1, 1)]
    assert parameters["l2.skip_weight"].shape == (3, 4)
    assert 0.2 < parameters["l2.skip_weight"].std() < 2.0
    assert parameters["l2.param.beta"].tolist() == [1.0, 0.0, 0.0]
