"""Sessions that are healthy, and sessions that are ill in a known way: what a diagnosis is measured by."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from twostroke.engine.border.health import Health, Measure
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

EXAMINATIONS = 20

MORE = 240
"""Where the figure is of a course of the loss, of which there has to be enough at the update gone back to."""

LOOKS = 14
"""Examinations after a remedy: enough for a median of the latest steps, and for a course of the loss."""

Settings = dict[str, Any]


@dataclass(frozen=True)
class Patient:
    """A session, and how long it is trained before it is looked at."""

    name: str
    session: Settings
    updates: int
    illness: str = ""  # that it is known to have
    after: int = 500  # the first remedy has to have helped so many updates later
    examinations: int = EXAMINATIONS  # on the way


def examined(patient: Patient) -> tuple[Trainer, list[Health]]:
    """The session trained, and all its examinations on the way."""
    trainer = Trainer(Session.model_validate(patient.session))
    trainer.evaluate()
    found = [trainer.examine()]
    for _ in range(patient.examinations):
        trainer.advance(max(1, patient.updates // patient.examinations))
        trainer.evaluate()
        found.append(trainer.examine())
        if trainer.failure is not None:
            break
    return trainer, found


def followed(trainer: Trainer, patient: Patient, key: tuple[str, int | None]) -> list[tuple[int, Measure | None]]:
    """What has become of a figure since a remedy was taken: updates since, and the measure, where there was one."""
    found = []
    for look in range(LOOKS + 1):
        done = look * patient.after // LOOKS
        trainer.advance(done - (found[-1][0] if found else 0))
        trainer.evaluate()
        measures = trainer.examine().measures
        found.append((done, next((one for one in measures if (one.illness, one.layer) == key), None)))
    return found


def _session(
    data: str | Settings,
    units: list[int],
    activation: str | list[str],
    loss: str = "binary_cross_entropy",
    optimizer: Settings | None = None,
    init: str | Settings = "he_normal",
    batch: int = 20,
    **parts: Settings,
) -> Settings:
    each = activation if isinstance(activation, list) else [activation] * len(units)
    output = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}.get(loss, "identity")
    return {
        "data": data if isinstance(data, dict) else {"name": data},
        "network": {
            "layers": [{"units": n, "activation": name} for n, name in zip(units, each, strict=True)],
            "output": {"activation": output},
            "init": init,
            **parts.pop("network", {}),
        },
        "training": {
            "loss": loss,
            "batch_size": batch,
            "optimizer": optimizer or _adam(0.003),
            **parts.pop("training", {}),
        },
        **parts,
    }


def _adam(rate: float) -> Settings:
    return {"name": "adam", "learning_rate": rate}


def _sgd(rate: float, **more: float) -> Settings:
    return {"name": "sgd", "learning_rate": rate, **more}


def _wide(std: float) -> Settings:
    return {"name": "normal", "std": std}


def _rows(scale: tuple[float, float], of_values: float = 0.0) -> Settings:
    """Sixty rows whose answer is the sign of x y, or its value times `of_values`."""
    x = np.random.default_rng(0).uniform(-1.0, 1.0, (60, 2))
    product = x[:, 0] * x[:, 1]
    y = (of_values * product).round(6).tolist() if of_values else (product > 0.0).astype(int).tolist()
    task = "regression" if of_values else "binary"
    return {"name": "rows", "x": (x * scale).round(6).tolist(), "y": y, "task": task, "train_share": 0.7}


def _suiting(activation: str) -> str:
    return {"selu": "lecun_normal", "sigmoid": "xavier_normal", "tanh": "xavier_normal"}.get(activation, "he_normal")


ALL = (
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "prelu",
    "elu",
    "selu",
    "softplus",
    "silu",
    "gelu",
    "swish_beta",
)
SOME = ("tanh", "relu", "gelu", "silu", "elu")
FEW = ("tanh", "relu", "gelu")

HEALTHY: tuple[Patient, ...] = (
    Patient("the default session", {}, 3_000),
    *(Patient(f"moons, {name}", _session("moons", [8, 8], name, init=_suiting(name)), 2_000) for name in ALL),
    *(
        Patient(f"circle, {name}", _session("circle", [8], name, optimizer=_adam(0.01), init=_suiting(name)), 2_000)
        for name in ALL
    ),
    *(
        Patient(f"iris, {name}", _session("iris", [8], name, "cross_entropy", init=_suiting(name)), 1_000)
        for name in SOME
    ),
    *(
        Patient(
            f"digits, {name}", _session("digits", [32, 16], name, "cross_entropy", init=_suiting(name), batch=50), 1_500
        )
        for name in SOME
    ),
    *(
        Patient(f"wine, {name}", _session("wine", [12], name, "cross_entropy", init=_suiting(name)), 600)
        for name in SOME
    ),
    *(Patient(f"sine, {name}", _session("sine", [16, 16], name, "mse", init=_suiting(name)), 3_000) for name in SOME),
    *(
        Patient(f"a plane, {name}", _session("reg-plane", [8, 8], name, "mse", init=_suiting(name)), 2_000)
        for name in SOME
    ),
    *(
        Patient(f"breast cancer, {name}", _session("breast_cancer", [16], name, optimizer=_adam(0.001)), 400)
        for name in ("relu", "tanh", "identity")
    ),
    *(
        Patient(f"two clouds, {name}", _session("gauss", [4], name, optimizer=_sgd(0.1), init="xavier_normal"), 1_000)
        for name in ("relu", "tanh", "identity")
    ),
    *(
        Patient(f"xor with momentum, {name}", _session("xor", [8, 8], name, optimizer=_sgd(0.03, momentum=0.9)), 2_000)
        for name in FEW
    ),
    *(Patient(f"checkerboard, {name}", _session("checkerboard", [24, 24], name), 4_000) for name in FEW),
    Patient("a parabola of quadratic units", _session("parabola", [3], "quadratic", "mse"), 1_000),
    Patient(
        "fraud with balanced classes", _session("fraud", [8, 8], "relu", training={"class_weights": "balanced"}), 3_000
    ),
    Patient("the absolute value", _session("absolute", [4], "relu", "mse"), 2_000),
    Patient("three layers of ReLU on spiral", _session("spiral", [16, 16, 16], "relu"), 4_000),
    Patient("six layers of ReLU", _session("moons", [12] * 6, "relu"), 2_000),
    Patient("six layers of tanh", _session("moons", [12] * 6, "tanh", init="xavier_normal"), 2_000),
    Patient("the market", _session("market", [16], "tanh", "huber", _adam(0.0003), "xavier_normal"), 200),
)

_BIASED: Settings = {"parameters": {"l1.bias": [-10.0] * 8}}
_OUT: Settings = {"forward": False, "backward": True}

ILL: tuple[Patient, ...] = (
    Patient(
        "six layers of sigmoid",
        _session("moons", [8] * 6, "sigmoid", optimizer=_sgd(0.03), init="xavier_normal"),
        2_000,
        "vanishing",
    ),
    Patient(
        "eight layers of sigmoid, Adam",
        _session("circle", [8] * 8, "sigmoid", init="xavier_normal"),
        600,
        "vanishing",
        100,
    ),
    Patient(
        "five layers of sigmoid on digits",
        _session("digits", [16] * 5, "sigmoid", "cross_entropy", _sgd(0.03), "xavier_normal"),
        1_000,
        "vanishing",
    ),
    Patient("layers of step", _session("xor", [8, 8], "step", optimizer=_sgd(0.03)), 500, "vanishing"),
    Patient("a wall behind ReLU", _session("xor", [8, 8], ["relu", "step"], optimizer=_sgd(0.03)), 500, "vanishing"),
    Patient(
        "ten layers of tanh, narrow weights",
        _session("moons", [8] * 10, "tanh", optimizer=_sgd(0.03), init=_wide(0.1)),
        500,
        "vanishing",
    ),
    Patient(
        "eight leaky layers, narrow weights",
        _session("moons", [8] * 8, "leaky_relu", optimizer=_sgd(0.03), init=_wide(0.1)),
        500,
        "vanishing",
    ),
    Patient(
        "six layers of tanh, wide weights",
        _session("moons", [16] * 6, "tanh", optimizer=_sgd(0.001), init=_wide(5.0)),
        200,
        "saturated",
    ),
    Patient(
        "eight layers of ReLU, wide weights",
        _session("moons", [24] * 8, "relu", optimizer=_adam(1e-5), init=_wide(1.0)),
        200,
        "exploding",
    ),
    Patient(
        "eight linear layers, wide weights",
        _session("gauss", [16] * 8, "identity", optimizer=_adam(1e-5), init=_wide(1.0)),
        200,
        "exploding",
    ),
    Patient(
        "ten leaky layers, wide weights",
        _session("moons", [16] * 10, "leaky_relu", optimizer=_adam(1e-5), init=_wide(1.0)),
        200,
        "exploding",
    ),
    Patient(
        "eight layers of ELU, wide weights",
        _session("moons", [24] * 8, "elu", optimizer=_adam(1e-5), init=_wide(1.0)),
        200,
        "exploding",
    ),
    Patient("ReLU at rate 10", _session("moons", [8, 8], "relu", optimizer=_sgd(10.0)), 500, "dead"),
    Patient("ReLU, Adam at rate 1", _session("spiral", [16, 16], "relu", optimizer=_adam(1.0)), 500, "dead"),
    Patient(
        "ReLU, momentum at rate 3", _session("circle", [8], "relu", optimizer=_sgd(3.0, momentum=0.9)), 500, "dead"
    ),
    Patient(
        "ReLU with biases of -10", _session("moons", [8], "relu", optimizer=_sgd(0.01), network=_BIASED), 300, "dead"
    ),
    Patient(
        "inputs of 1,000, ReLU",
        _session(_rows((1000.0, 1000.0)), [8, 8], "relu", optimizer=_sgd(0.03)),
        500,
        "unscaled_inputs",
    ),
    Patient(
        "inputs of 500, tanh",
        _session(_rows((500.0, 500.0)), [8, 8], "tanh", optimizer=_sgd(0.03)),
        500,
        "unscaled_inputs",
    ),
    Patient(
        "one input of 0.001",
        _session(_rows((1.0, 0.001)), [8, 8], "tanh", optimizer=_sgd(0.03)),
        500,
        "unscaled_inputs",
    ),
    Patient(
        "inputs of 200, sigmoid",
        _session(_rows((200.0, 200.0)), [8], "sigmoid", optimizer=_sgd(0.03)),
        500,
        "saturated",
    ),
    Patient(
        "sigmoid, wide weights",
        _session("moons", [8, 8], "sigmoid", optimizer=_sgd(0.01), init=_wide(10.0)),
        300,
        "saturated",
    ),
    Patient("tanh at rate 10", _session("moons", [8, 8], "tanh", optimizer=_sgd(10.0)), 500, "saturated"),
    Patient("tanh, Adam at rate 1", _session("spiral", [8, 8], "tanh", optimizer=_adam(1.0)), 500, "saturated"),
    Patient("SGD at rate 1e-6", _session("moons", [8, 8], "relu", optimizer=_sgd(1e-6)), 500, "small_steps", 300),
    Patient("Adam at rate 1e-7", _session("circle", [8], "tanh", optimizer=_adam(1e-7)), 500, "small_steps", 300),
    Patient(
        "RMSProp at rate 1e-7",
        _session("digits", [16], "relu", "cross_entropy", {"name": "rmsprop", "learning_rate": 1e-7}),
        300,
        "small_steps",
        300,
    ),
    Patient(
        "Adagrad at rate 1e-6",
        _session("iris", [8], "gelu", "cross_entropy", {"name": "adagrad", "learning_rate": 1e-6}),
        300,
        "small_steps",
        300,
    ),
    Patient("Adam at rate 0.5", _session("spiral", [8, 8], "gelu", optimizer=_adam(0.5)), 60, "large_steps", 400),
    Patient(
        "RMSProp at rate 0.5",
        _session("spiral", [8, 8], "leaky_relu", optimizer={"name": "rmsprop", "learning_rate": 0.5}),
        100,
        "large_steps",
        400,
    ),
    Patient(
        "SGD at rate 5 on digits", _session("digits", [16], "tanh", "cross_entropy", _sgd(5.0)), 300, "large_steps", 400
    ),
    Patient(
        "AdamW that shrinks its weights",
        _session("spiral", [8, 8], "tanh", optimizer={"name": "adamw", "learning_rate": 0.01, "weight_decay": 10.0}),
        100,
        "large_steps",
    ),
    Patient("targets of 5,000", _session(_rows((1.0, 1.0), 5000.0), [8, 8], "tanh", "mse"), 500, "unscaled_targets"),
    Patient(
        "targets of 200, ReLU",
        _session(_rows((1.0, 1.0), 200.0), [8], "relu", "mse", _sgd(1e-4)),
        500,
        "unscaled_targets",
    ),
    Patient(
        "targets of 1,000, Huber",
        _session(_rows((1.0, 1.0), 1000.0), [8], "gelu", "huber", _sgd(0.01)),
        500,
        "unscaled_targets",
    ),
    Patient("fraud, tanh", _session("fraud", [8], "tanh", optimizer=_sgd(0.03)), 400, "imbalance", 1_000),
    Patient("fraud, one layer of GELU", _session("fraud", [4], "gelu", optimizer=_sgd(0.03)), 600, "imbalance", 1_000),
    Patient("fraud, ReLU", _session("fraud", [8, 8], "relu", optimizer=_sgd(0.01)), 800, "imbalance", 1_000),
    Patient(
        "all weights 0",
        _session("moons", [8, 8], "relu", optimizer=_sgd(0.03), init="zeros"),
        2_000,
        "not_learning",
        1_200,
    ),
    Patient("all weights 0, tanh", _session("xor", [8, 8], "tanh", init="zeros"), 2_000, "not_learning", 1_200),
    Patient("linear layers on a circle", _session("circle", [8, 8], "identity"), 2_000, "not_learning", 500),
    Patient("linear layers on xor", _session("xor", [8], "identity", optimizer=_sgd(0.03)), 2_000, "not_learning", 500),
    Patient(
        "gates off the forward stroke",
        _session("circle", [8, 8], "tanh", optimizer=_sgd(0.03), gates=_OUT),
        2_000,
        "not_learning",
        500,
    ),
    Patient(
        "a checkerboard by heart",
        _session({"name": "checkerboard", "samples": 120, "noise": 0.1}, [32, 32], "gelu", optimizer=_adam(0.005)),
        6_000,
        "overfit",
        50,
        MORE,
    ),
    Patient(
        "a noisy spiral by heart",
        _session({"name": "spiral", "samples": 100, "noise": 0.4}, [32, 32], "relu", optimizer=_adam(0.005)),
        6_000,
        "overfit",
        50,
        MORE,
    ),
    Patient(
        "iris by heart",
        _session({"name": "iris", "train_share": 0.2}, [32], "gelu", "cross_entropy", _adam(0.01)),
        3_000,
        "overfit",
        50,
        MORE,
    ),
    Patient(
        "breast cancer by heart",
        _session({"name": "breast_cancer", "train_share": 0.1}, [64], "relu", optimizer=_adam(0.01)),
        3_000,
        "overfit",
        50,
        MORE,
    ),
    Patient("SGD at rate 50 on values", _session("sine", [16, 16], "relu", "mse", _sgd(50.0)), 2_000, "not_finite"),
    Patient(
        "SGD that turns its weights round",
        _session("sine", [8], "tanh", "mse", _sgd(0.3), training={"l2": 10.0}),
        2_000,
        "not_finite",
    ),
    Patient(
        "targets of 5,000, SGD",
        _session(_rows((1.0, 1.0), 5000.0), [8], "relu", "mse", _sgd(0.1)),
        2_000,
        "not_finite",
    ),
    Patient(
        "SGD that shrinks its weights",
        _session("spiral", [8, 8], "tanh", optimizer=_sgd(0.1), training={"l2": 1.0}),
        100,
        "large_steps",
    ),
    Patient(
        "three quadratic layers", _session("parabola", [8, 8, 8], "quadratic", "mse", _sgd(5.0)), 2_000, "not_finite"
    ),
    Patient(
        "momentum at rate 10",
        _session("reg-plane", [16], "identity", "mse", _sgd(10.0, momentum=0.9)),
        3_000,
        "not_finite",
    ),
)
"""`after`: updates within which the first remedy of each has to have helped."""
