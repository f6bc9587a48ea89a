"""A hundred updates of the same network in both, for each optimizer, schedule, normalizer and other organ."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed; `make parity` installs it")

from tests.engine import measures, naive  # noqa: E402
from tests.engine.test_organs import oracle_of  # noqa: E402
from tests.parity import peer  # noqa: E402
from twostroke.engine.run.trainer import Trainer  # noqa: E402
from twostroke.engine.session.spec import Session  # noqa: E402

UPDATES = 100
TANH, GELU = {"units": 8, "activation": "tanh"}, {"units": 6, "activation": "gelu"}
PLAIN = [TANH, GELU]

TRAININGS: dict[str, dict[str, Any]] = {
    "optimizer sgd": {"optimizer": {"name": "sgd", "learning_rate": 0.1}},
    "optimizer sgd, momentum": {"optimizer": {"name": "momentum", "learning_rate": 0.02}},
    "optimizer sgd, nesterov": {"optimizer": {"name": "nesterov", "learning_rate": 0.02}},
    "optimizer rmsprop": {"optimizer": {"name": "rmsprop", "learning_rate": 0.003}},
    "optimizer rmsprop, momentum": {"optimizer": {"name": "rmsprop", "learning_rate": 0.001, "momentum": 0.9}},
    "optimizer adagrad": {"optimizer": {"name": "adagrad", "learning_rate": 0.05}},
    "optimizer adagrad, decay": {"optimizer": {"name": "adagrad", "learning_rate": 0.1, "decay": 0.05, "initial": 0.1}},
    "optimizer adam": {"optimizer": {"name": "adam", "learning_rate": 0.01}},
    "optimizer adamw": {"optimizer": {"name": "adamw", "learning_rate": 0.01, "weight_decay": 0.3}},
    "schedule step": {"schedule": {"name": "step", "every": 15, "factor": 0.6}},
    "schedule cosine": {"schedule": {"name": "cosine", "updates": 100, "minimum": 0.002}},
    "schedule cosine after a warm-up": {"schedule": {"name": "cosine", "updates": 70, "warm_up": 30}},
    "schedule step after a warm-up": {"schedule": {"name": "step", "every": 20, "factor": 0.5, "warm_up": 25}},
    "schedule warm-up": {"schedule": {"name": "constant", "warm_up": 40, "warm_up_start": 0.1}},
    "clipping by norm": {"clip": {"name": "norm", "limit": 0.1}},
    "clipping by value": {"clip": {"name": "value", "limit": 0.02}},
    "penalties L1 and L2": {"l1": 0.001, "l2": 0.02},
    "class weights, cross-entropy": {"class_weights": [0.2, 1.0, 3.0]},
    "class weights, hinge": {"loss": "hinge", "class_weights": [0.2, 1.0, 3.0]},
    "class weights, balanced": {"class_weights": "balanced"},
}
NETWORKS: dict[str, list[dict[str, Any]]] = {
    "batch normalization": [
        {**TANH, "norm": "batch"},
        {**GELU, "norm": {"name": "batch", "momentum": 0.3, "epsilon": 1e-3}},
    ],
    "layer normalization": [{**TANH, "norm": "layer"}, {**GELU, "norm": {"name": "layer", "epsilon": 1e-3}}],
    "dropout, masks given": [{**TANH, "dropout": 0.3}, {**GELU, "dropout": 0.5}],
    "skip paths": [TANH, {**TANH, "skip": 0}, {**TANH, "skip": 1}],
    "an activation for each unit": [
        {"activation": ["tanh", "prelu", "swish_beta", "quadratic", "elu", "gelu", "silu", "selu"]},
        GELU,
    ],
    "cut links and neurons": [{**TANH, "norm": "batch"}, {**GELU, "dropout": 0.2}, {**TANH, "skip": 2}],
    "all together": [
        {**TANH, "norm": "batch", "dropout": 0.2},
        {"activation": ["swish_beta", "tanh", "quadratic", "softplus"], "norm": "layer", "skip": 0},
        {**TANH, "norm": "batch", "skip": 1},
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


def session_of(layers: list[Any], training: dict[str, Any], dtype: str, cut: Sequence[str] = ()) -> Session:
    """The irises in mini-batches of 11, of which 100 make 4 epochs and a part."""
    loss = training.get("loss", "cross_entropy")
    return Session.model_validate(
        {
            "data": {"name": "iris", "train_share": 0.8},
            "network": {
                "layers": layers,
                "output": {"activation": "softmax" if loss == "cross_entropy" else "identity"},
                "dtype": dtype,
                "init": "xavier_normal",
                "cut": cut,
            },
            "training": {"batch_size": 11, "loss": loss, "optimizer": {"learning_rate": 0.05}, **training},
        }
    )


def train_both(session: Session) -> tuple[Trainer, peer.Peer, naive.Training, list[tuple[float, float, float]]]:
    """Both after a hundred updates, and their losses; and the oracle, for the size of each loss and parameter."""
    trainer = Trainer(session)
    oracle = oracle_of(trainer)
    weights = _class_weights(session, trainer.dataset.label_train)
    other = peer.Peer(session.model_dump(mode="json"), trainer.network.parameters(), weights, session.network.dtype)
    losses = []
    for _ in range(UPDATES):
        tape = trainer.record()
        masks = {
            number: layer.organs["dropout_mask"]
            for number, layer in enumerate(tape.layers, start=1)
            if "dropout_mask" in layer.organs
        }
        size = oracle.update(tape.x, tape.target, measures.masks_of(tape)).sizes.loss
        losses.append((tape.loss, other.update(tape.x, tape.target, masks), size))
        assert trainer.advance(1) == 1
    return trainer, other, oracle, losses


def _class_weights(session: Session, label: Any) -> Any:
    settings = session.training.class_weights
    if settings.name == "balanced":  # as scikit-learn's "balanced"
        counts = np.bincount(label.astype(int), minlength=3)
        return len(label) / (3.0 * counts)
    return settings.values if settings.name == "given" else None


def run(organ: str, layers: list[Any], training: dict[str, Any], dtype: str, compare: Any) -> None:
    """A hundred updates, then losses, parameters, running figures and predictions."""
    trainer, other, oracle, losses = train_both(session_of(layers, training, dtype, CUT.get(organ, ())))
    what = "100 updates: losses, parameters, answers"
    compare(organ, what, dtype, *np.array(losses).T)
    for name, values in other.parameters().items():
        compare(organ, what, dtype, trainer.network.parameters()[name], values, oracle.sizes[name])
    x = trainer.dataset.x_test
    with torch.no_grad():
        answers = other.forward(x, training=False)[1].numpy()
    size = naive.in_use(oracle.layers, naive.layers.forward(oracle.layers, x, training=False), x)[-1]["a"]
    compare(organ, what, dtype, trainer.network.predict(x), answers, size)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("organ", TRAININGS)
def test_trainings(organ: str, dtype: str, compare: Any) -> None:
    """Optimizers, schedules, clipping, penalties and class weights on a plain network."""
    run(organ, PLAIN, TRAININGS[organ], dtype, compare)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("organ", NETWORKS)
def test_networks(organ: str, dtype: str, compare: Any) -> None:
    """Organs of layers, trained with AdamW, whose decay meets every one of their parameters.

    The gradient of a bias before batch normalization is 0 but for round-off; the large epsilon keeps AdamW from making
    whole steps of that, in both programs and in different directions.
    """
    training = {"optimizer": {"name": "adamw", "learning_rate": 0.02, "epsilon": 1e-2}}
    run(organ, NETWORKS[organ], training, dtype, compare)
