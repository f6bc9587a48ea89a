"""scikit-learn's multilayer perceptron as an independent reference: same weights, same mini-batches, same updates.

It offers identity, tanh, logistic and ReLU, binary and multi-class cross-entropy and the squared error, SGD with
momentum, also Nesterov's, Adam and L2; beside the perceptron, the hinge loss and balanced class weights. Where its
conventions differ, the test says how and translates:

- its weights are (in, out);
- its squared error is half of `mse`, so its gradient too: the rate is doubled for SGD, epsilon halved for Adam;
- its alpha is divided by the number of samples;
- its Adam adds epsilon to the root of the uncorrected mean square, PyTorch's to that of the corrected one.
"""

import math
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import hinge_loss
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.utils.class_weight import compute_sample_weight

from tests.engine import measures
from twostroke.engine.border.tape import Tape
from twostroke.engine.compute.network import Network
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

NAMES = {"identity": "identity", "tanh": "tanh", "logistic": "sigmoid", "relu": "relu"}
OPTIMIZERS: list[dict[str, Any]] = [
    {"name": "sgd", "learning_rate": 0.05},
    {"name": "sgd", "learning_rate": 0.02, "momentum": 0.9},
    {"name": "sgd", "learning_rate": 0.02, "momentum": 0.8, "nesterov": True},
    {"name": "adam", "learning_rate": 0.01},
]
TASKS = ["moons", "iris", "reg-gauss"]
UPDATES = 40


def session_for(task: str, activation: str, optimizer: dict[str, Any], l2: float = 0.0) -> Session:
    """Two hidden layers on the data; output and loss are those that fit."""
    return Session.model_validate(
        {
            "data": {"name": task, "samples": 60},
            "network": {
                "layers": [
                    {"units": 7, "activation": NAMES[activation]},
                    {"units": 5, "activation": NAMES[activation]},
                ],
                "init": "xavier_uniform",
                "dtype": "float64",
            },
            "training": {"optimizer": optimizer, "batch_size": 8, "l2": l2},
        }
    )


class Reference:
    """scikit-learn's network with the weights of one of ours."""

    def __init__(self, session: Session, activation: str, network: Network, first: Tape) -> None:
        self.session = session
        self.half = session.task == "regression"
        settings = self._settings(session.training.optimizer.model_dump())
        kind = MLPRegressor if self.half else MLPClassifier
        self.model = kind(
            hidden_layer_sizes=tuple(session.widths[1:-1]), activation=activation, shuffle=False, alpha=0.0, **settings
        )
        self.optimizer = session.training.optimizer
        self._fit(first)  # makes its arrays; their content and the optimizer's memory are then put right
        del self.model._optimizer
        for layer in range(1, network.depth + 1):
            self.model.coefs_[layer - 1][:] = network.weight(layer).T
            self.model.intercepts_[layer - 1][:] = network.bias(layer)
        self.count = 0

    def _settings(self, optimizer: dict[str, Any]) -> dict[str, Any]:
        rate = optimizer["learning_rate"]
        if optimizer["name"] == "sgd":
            momentum = {"momentum": optimizer["momentum"], "nesterovs_momentum": optimizer.get("nesterov", False)}
            return {"solver": "sgd", "learning_rate_init": rate * (2.0 if self.half else 1.0), **momentum}
        return {"solver": "adam", "learning_rate_init": rate, "epsilon": self._epsilon(optimizer, 1)}

    def _epsilon(self, optimizer: dict[str, Any], step: int) -> float:
        scale = 0.5 if self.half else 1.0
        return float(scale * optimizer["epsilon"] * math.sqrt(1.0 - optimizer["beta2"] ** step))

    def _fit(self, tape: Tape) -> None:
        if self.half:
            self.model.partial_fit(tape.x, tape.target.ravel())
            return
        outputs = tape.target.shape[1]
        label = tape.target.argmax(axis=1) if outputs > 1 else tape.target.ravel().astype(int)
        self.model.partial_fit(tape.x, label, classes=np.arange(max(2, outputs)))

    def update(self, tape: Tape) -> float:
        """One update on the tape's mini-batch; the loss before it, without penalty, by our definition."""
        self.count += 1
        scale = 0.5 if self.half else 1.0
        alpha = scale * self.session.training.l2 * tape.samples
        self.model.set_params(alpha=alpha)
        if self.optimizer.name == "adam" and self.count > 1:
            self.model._optimizer.epsilon = self._epsilon(self.optimizer.model_dump(), self.count)
        penalty = 0.5 * alpha * sum(float((w**2).sum()) for w in self.model.coefs_) / tape.samples
        self._fit(tape)
        self.penalty = penalty / scale
        return float(self.model.loss_ / scale - self.penalty)

    def outputs(self, x: Any) -> Any:
        """What it answers, (N, outputs)."""
        if self.half:
            return self.model.predict(x)[:, None]
        shares = self.model.predict_proba(x)
        return shares if self.session.outputs > 1 else shares[:, 1:]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("activation", NAMES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda o: f"{o['name']}{o.get('momentum', '')}")
@pytest.mark.parametrize("l2", [0.0, 0.05])
def test_same_weights_same_batches(task: str, activation: str, optimizer: dict[str, Any], l2: float) -> None:
    """Loss of each mini-batch, and every weight after 40 updates over several epochs."""
    session = session_for(task, activation, optimizer, l2)
    trainer = Trainer(session)
    start = trainer.network.theta.copy()
    reference = Reference(session, activation, trainer.network, trainer.record())
    terms = {name: np.abs(values) for name, values in trainer.network.parameters().items()}  # the start and each step
    for _ in range(UPDATES):
        tape, before = trainer.record(), trainer.network.parameters()
        loss = reference.update(tape)
        assert measures.distance(tape.loss, loss, loss + reference.penalty) < 1e-11
        assert trainer.advance(1) == 1
        terms = {
            name: terms[name] + np.abs(after - before[name]) for name, after in trainer.network.parameters().items()
        }
    assert trainer.epoch > 3.0
    assert np.abs(trainer.network.theta - start).max() > 0.01
    for layer in range(1, trainer.network.depth + 1):
        weight, bias = reference.model.coefs_[layer - 1].T, reference.model.intercepts_[layer - 1]
        assert measures.distance(trainer.network.weight(layer), weight, terms[f"l{layer}.weight"]) < 1e-11
        assert measures.distance(trainer.network.bias(layer), bias, terms[f"l{layer}.bias"]) < 1e-11
    x = trainer.dataset.x_test
    assert measures.distance(trainer.network.predict(x), reference.outputs(x)) < 1e-11


def test_hinge_of_two_classes() -> None:
    """sklearn.metrics.hinge_loss, with and without weights, on the answers of a trained network."""
    for weights in (None, [0.3, 2.0]):
        training = {"loss": "hinge", "class_weights": weights or "none", "batch_size": 12}
        session = Session.model_validate({"data": "moons", "training": training, "network": {"dtype": "float64"}})
        trainer = Trainer(session)
        trainer.advance(20)
        tape = trainer.record()
        label = tape.target.ravel()
        each = None if weights is None else np.where(label > 0.5, weights[1], weights[0])
        mean = hinge_loss(label, tape.layers[-1].a.ravel(), sample_weight=each)
        want = mean if each is None else mean * each.mean()  # it divides by the weights' sum, PyTorch by the samples
        assert tape.loss == pytest.approx(want, rel=1e-12)


@pytest.mark.parametrize("data", ["wine", "breast_cancer"])
def test_balanced_class_weights(data: str) -> None:
    """sklearn's "balanced" over the training part; scaled to the mean over the mini-batch in cross-entropy."""
    training = {"loss": "cross_entropy", "class_weights": "balanced", "batch_size": 9}
    session = Session.model_validate({"data": data, "training": training, "network": {"dtype": "float64"}})
    trainer = Trainer(session)
    weights = compute_sample_weight("balanced", trainer.dataset.label_train.astype(int))
    tape = trainer.record()
    own = weights[tape.rows]
    true = (tape.layers[-1].a * tape.target).sum(axis=1)
    assert np.ptp(weights) > 0.01
    assert tape.loss == pytest.approx(float((own * -np.log(true)).sum() / own.sum()), rel=1e-12)
