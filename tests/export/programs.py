"""Sessions for each organ, and the programs that are written of them, run and compared with the engine."""

import contextlib
import io
import runpy
from pathlib import Path
from typing import Any

import numpy as np

from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.export.model_files.model_formats import model_format
from twostroke.gui.export.model_files.program.case import variable
from twostroke.gui.export.model_files.subject import Subject

UPDATES = 100
ALLOWED = 1e-6
TANH, GELU = {"units": 5, "activation": "tanh"}, {"units": 4, "activation": "gelu"}
PLAIN = [TANH, GELU]
ADAMW = {"name": "adamw", "learning_rate": 0.01, "epsilon": 1e-2, "weight_decay": 0.1}

ACTIVATIONS: list[Any] = [
    "identity",
    "sigmoid",
    "tanh",
    "relu",
    {"name": "leaky_relu", "negative_slope": 0.1},
    "prelu",
    {"name": "elu", "alpha": 1.5},
    "selu",
    "softplus",
    "silu",
    "gelu",
    {"name": "gelu", "approximate": "tanh"},
    "swish_beta",
    "quadratic",
    "step",
    {"name": "step", "surrogate": "straight_through"},
    {"name": "step", "surrogate": "sigmoid"},
]
MIXED: list[Any] = [
    {"activation": ["tanh", "prelu", "prelu", "swish_beta", "quadratic", "identity"], "norm": "batch", "dropout": 0.2},
    {"units": 3, "activation": "prelu", "norm": "layer", "skip": 0, "l1": 0.01},
    {"units": 3, "activation": ["elu", "swish_beta", "step"], "skip": 2, "norm": "batch"},
]
EVERYTHING: dict[str, Any] = {
    "network": {
        "layers": MIXED,
        "cut": ["l1.unit[1]", "l1.weight[0,2]", "l2.skip_weight[1,0]"],
        "frozen": ["l2.bias", "l3.weight[0,1]", "l1.param.beta", "l1.scale[2]"],
        "parameters": {"l2.weight": [[0.1 * (i - j) for i in range(6)] for j in range(3)]},
    },
    "training": {
        "optimizer": ADAMW,
        "schedule": {"name": "cosine", "updates": 60, "minimum": 0.001, "warm_up": 10},
        "clip": {"name": "norm", "limit": 0.5},
        "l2": 0.02,
        "class_weights": [0.2, 1.0, 3.0],
    },
    "gates": {"off": ["l1.unit[0].forward", "l1.unit[2].backward", "l3.unit[0].forward", "l3.unit[0].backward"]},
}


def iris(change: dict[str, Any] | None = None, dtype: str = "float64") -> Session:
    """The irises in mini-batches of 11, of which 100 make some epochs and a part; with the parts that are given."""
    change = change or {}
    network = {"layers": PLAIN, "init": "xavier_normal", "dtype": dtype, **change.get("network", {})}
    training = {"batch_size": 11, "optimizer": {"learning_rate": 0.05}, **change.get("training", {})}
    parts = {"data": {"name": "iris", "train_share": 0.8}, **change, "network": network, "training": training}
    return Session.model_validate(parts)


def each_activation() -> dict[str, Session]:
    """Every activation in two hidden layers, and at the output."""
    found = {}
    for given in ACTIVATIONS:
        name = "-".join(str(each) for each in (given.values() if isinstance(given, dict) else [given]))
        layers = [{"units": 5, "activation": given}, {"units": 4, "activation": given}]
        found[name] = iris({"network": {"layers": layers}})
        output = {"layers": [TANH], "output": {"activation": given}}
        found[f"{name} at the output"] = iris({"network": output, "training": {"loss": "mse"}})
    return found


TRAININGS: dict[str, dict[str, Any]] = {
    "momentum": {"optimizer": {"name": "momentum", "learning_rate": 0.02}},
    "nesterov": {"optimizer": {"name": "nesterov", "learning_rate": 0.02}},
    "rmsprop": {"optimizer": {"name": "rmsprop", "learning_rate": 0.003}},
    "rmsprop momentum": {"optimizer": {"name": "rmsprop", "learning_rate": 0.001, "momentum": 0.9}},
    "adagrad": {"optimizer": {"name": "adagrad", "learning_rate": 0.1, "decay": 0.05, "initial": 0.1}},
    "adam": {"optimizer": {"name": "adam", "learning_rate": 0.01}},
    "adam without a mean": {"optimizer": {"name": "adam", "learning_rate": 0.01, "beta1": 0.0, "epsilon": 1e-3}},
    "adamw": {"optimizer": ADAMW},
    "schedule step": {"schedule": {"name": "step", "every": 15, "factor": 0.6, "warm_up": 25}},
    "schedule cosine": {"schedule": {"name": "cosine", "updates": 50, "minimum": 0.002}},
    "warm-up": {"schedule": {"name": "constant", "warm_up": 40, "warm_up_start": 0.1}},
    "clipping by norm": {"clip": {"name": "norm", "limit": 0.1}},
    "clipping by value": {"clip": {"name": "value", "limit": 0.02}},
    "penalties": {"l1": 0.001, "l2": 0.02},
    "not shuffled": {"shuffle": False},
    "class weights": {"class_weights": [0.2, 1.0, 3.0]},
    "class weights, balanced hinge": {"loss": "hinge", "class_weights": "balanced"},
}
PAIRS: list[tuple[Any, Any]] = [
    ("mse", "softmax"),
    ("half_squared_error", "sigmoid"),
    ("mae", "identity"),
    ({"name": "huber", "delta": 0.4}, "tanh"),
    ("binary_cross_entropy", "sigmoid"),
    ("hinge", "identity"),
]
FIXED, SCALES = ["l2.weight", "l2.bias"], ["l1.scale", "l1.shift"]
NETWORKS: dict[str, dict[str, Any]] = {
    "batch norm": {
        "network": {"layers": [{**TANH, "norm": "batch"}, {**GELU, "norm": {"name": "batch", "momentum": 0.3}}]}
    },
    "layer norm": {"network": {"layers": [{**TANH, "norm": "layer"}, {**GELU, "norm": "layer"}]}},
    "dropout": {"network": {"layers": [{**TANH, "dropout": 0.3}, {**GELU, "dropout": 0.5}]}},
    "skip paths": {"network": {"layers": [TANH, {**TANH, "skip": 0}, {**TANH, "skip": 1}]}},
    "gates off forwards": {"gates": {"forward": False}},
    "gates off backwards": {"gates": {"backward": False}, "network": {"layers": [{"units": 4, "activation": "prelu"}]}},
    "frozen": {"network": {"layers": PLAIN, "frozen": ["l1.weight", "l1.bias", "l2.bias[1]", "l3.weight[0,1]"]}},
    "all frozen": {
        "network": {"layers": [{**TANH, "norm": "batch"}], "frozen": [*FIXED, "l1.weight", "l1.bias", *SCALES]},
        "training": {"optimizer": ADAMW, "l2": 0.1, "schedule": {"name": "cosine", "updates": 50}},
    },
    "steps before what is frozen": {
        "network": {"layers": [{"units": 4, "activation": "step"}], "frozen": FIXED},
        "training": {"optimizer": ADAMW, "l2": 0.1},
    },
    "one sample left": {
        "data": {"name": "iris", "train_share": 0.7},
        "network": {"layers": [{**TANH, "norm": "batch"}]},
        "training": {"batch_size": 8},
    },
    "everything": EVERYTHING,
}  # fmt: skip
DATA: dict[str, dict[str, Any]] = {
    "moons": {"data": {"name": "moons", "features": ["x", "y", "x^2", "x*y", "sin(y)"], "samples": 60}},
    "unscaled": {"data": {"name": "gauss", "scale": "none", "samples": 60}},
    "line": {"data": {"name": "sine", "features": ["x", "sin(x)"], "scale_target": True, "samples": 40}},
    "hills": {"data": {"name": "reg-gauss", "samples": 60}},
    "market": {"data": {"name": "market", "samples": 60}},
    "digits": {"data": {"name": "digits"}},
    "formula": {"data": {"name": "expression", "expression": "y > x**2", "samples": 60}},
    "rows": {"data": {"name": "rows", "x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [[0, 1], [1, 0], [1, 2], [0, 5]]}},
    "points": {"data": {"name": "points", "points": [[0.1, 0.2, 0], [0.3, 0.1, 1], [-0.5, 0.4, 1], [0.2, -0.7, 0]]}},
}
INITS: list[Any] = [
    "zeros",
    {"name": "normal", "std": 0.4},
    {"name": "uniform", "low": -0.4, "high": 0.5},
    "xavier_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "orthogonal",
    {"name": "xavier_normal", "gain": "activation"},
]


def every_organ() -> dict[str, Session]:
    """A session for each organ."""
    found = each_activation()
    found |= {name: iris({"training": training}) for name, training in TRAININGS.items()}
    for loss, output in PAIRS:
        change = {"network": {"layers": [TANH], "output": {"activation": output}}, "training": {"loss": loss}}
        found[f"{loss}, {output}"] = iris(change)
    found["hinge of one"] = iris({"data": {"name": "moons", "samples": 60}, "training": {"loss": "hinge"}})
    found |= {name: iris(change) for name, change in (NETWORKS | DATA).items()}
    return found | {f"init {init}": iris({"network": {"init": init}}) for init in INITS}


def written(session: Session, path: Path, shape: str = "", updates: int = UPDATES, state: Any = None) -> list[Path]:
    """The files that export writes of the session, up to that update."""
    chosen = model_format(path.name)
    assert chosen is not None
    begin = 0 if state is None else int(state["state.clock"][0])
    return chosen.write(shape)(Subject(session, state, begin + updates), path)()


def run(path: Path) -> tuple[dict[str, Any], str]:
    """A program's names after it has run, and what it has printed."""
    with contextlib.redirect_stdout(io.StringIO()) as said:
        return runpy.run_path(str(path)), said.getvalue()


def trained(session: Session, updates: int = UPDATES, state: Any = None) -> dict[str, Any]:
    """The engine's parameters after so many updates."""
    trainer = Trainer(session, state=state)
    assert trainer.advance(updates) == updates
    return trainer.network.parameters()


def distance(got: Any, want: dict[str, Any]) -> float:
    """The largest difference of a number of `got`, by key, to that of `want`, over the largest of its array.

    What is left of a bias before batch normalization is round-off: below 1e-3, differences are taken as they are.
    """
    return max(float(np.abs(got(key) - values).max() / max(1e-3, np.abs(values).max())) for key, values in want.items())


def numpy_distance(session: Session, folder: Path, state: Any = None, updates: int = UPDATES) -> float:
    """How far the NumPy program's parameters are from the engine's after so many updates."""
    written(session, folder / "network.py", updates=updates, state=state)
    names, _ = run(folder / "network.py")
    return distance(lambda key: names[variable(key)], trained(session, updates, state))
