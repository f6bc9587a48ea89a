"""Session files of any kind, and the files they name: read or refused, never anything else."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.engine.strategies import sessions
from tests.fuzz.mutants import changed, written
from tests.fuzz.trial import Trial
from twostroke.engine.data import load
from twostroke.engine.files.session_file import read_saved, write_arrays
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

FORMAT = {"format": "twostroke-session", "version": 1}
TABLE = "a,b,kind\n" + "".join(f"{i * 7 % 11},{i * 3 % 5}.5,{'xy'[i % 2]}\n" for i in range(30))
SMALL = 200_000  # numbers of the data, and of the network, up to which a session is tried further

XOR = {"x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [0, 1, 1, 0]}
RICH = {
    "layers": [
        {"units": 4, "activation": "prelu", "norm": "batch", "dropout": 0.2, "l2": 0.1},
        {"activation": ["relu", "tanh", {"name": "step", "surrogate": "sigmoid"}], "skip": 0, "norm": "layer"},
    ],
    "output": {"activation": "sigmoid"},
    "init": {"name": "orthogonal", "gain": "activation"},
    "dtype": "float64",
    "frozen": ["l1.bias", "l2.weight[0,1]"],
}
LEARNT = {
    "optimizer": {"name": "adamw", "learning_rate": 0.01, "weight_decay": 0.1},
    "schedule": {"name": "cosine", "updates": 50, "warm_up": 5},
    "clip": {"name": "norm", "limit": 1.0},
    "class_weights": [1.0, 2.0],
    "loss": "binary_cross_entropy",
    "batch_size": 3,
}
BASES: list[Any] = [
    FORMAT,
    {
        **FORMAT,
        "data": {"name": "moons", "samples": 40, "features": ["x", "y", "x*y"]},
        "network": RICH,
        "training": LEARNT,
    },
    {**FORMAT, "data": {"name": "rows", **XOR, "x_names": ["a", "b"], "y_names": ["c"], "train_share": 1.0}},
    {
        **FORMAT,
        "data": {"name": "rows", "x": [[0.05, 0.1]], "y": [[0.01, 0.99]], "train_share": 1, "scale": "none"},
        "network": {
            "layers": [{"units": 2, "activation": "sigmoid"}],
            "parameters": {"l1.weight": [[0.15, 0.2], [0.25, 0.3]], "l1.bias": [0.35, 0.35]},
        },
        "training": {"loss": "half_squared_error", "batch_size": 1},
        "gates": {"forward": True, "backward": False},
    },
    {
        **FORMAT,
        "data": {
            "name": "table",
            "path": "t.csv",
            "target": "kind",
            "features": ["a"],
            "missing_markers": ["NA", "-9"],
        },
        "training": {"optimizer": {"name": "sgd", "momentum": 0.9, "nesterov": True}},
    },
    {
        **FORMAT,
        "data": {"name": "npz", "path": "a.npz", "task": "classes"},
        "network": {"init": {"name": "normal", "std": 2}},
    },
    {**FORMAT, "data": {"name": "expression", "expression": "y > sin(pi * x)", "samples": 40}},
    {**FORMAT, "data": {"name": "points", "points": [[0.1, 0.2, 0], [0.3, -0.4, 1], [-0.1, 0.5, 0], [0.9, 0.9, 1]]}},
]
RIGHT = st.sampled_from(BASES) | sessions().map(
    lambda session: session.model_dump(mode="json", exclude_unset=True) | FORMAT
)


@pytest.fixture(scope="module", autouse=True)
def files(trial: Trial) -> None:
    """What the sessions name."""
    (trial.folder / "t.csv").write_text(TABLE, "utf-8")
    write_arrays(trial.folder / "a.npz", {"x": np.arange(60.0).reshape(30, 2), "y": np.arange(30) % 3})


def opened(path: Path) -> Session:
    """Read the session, and load its data where they are few."""
    session, _ = read_saved(path)
    if session.data.samples * session.widths[0] < SMALL:
        load(session.data, session.widths[-1], session.network.dtype)
    return session


def test_what_they_are_made_of_is_right(trial: Trial) -> None:
    for base in BASES:
        trial.write("right.twostroke.json", json.dumps(base).encode())
        assert trial.refusal(opened) == ""


@given(changed(RIGHT).flatmap(written))
@cases(150)
def test_sessions(trial: Trial, content: bytes) -> None:
    trial.write("session.twostroke.json", content)
    trial.refusal(opened)


def trained(path: Path) -> None:
    """A few updates, and the figures, of a session that is small; whatever becomes of the weights."""
    session = opened(path)
    widths = session.widths
    if session.data.samples < 2_000 and sum(a * b for a, b in pairwise(widths)) < 2_000:
        trainer = Trainer(session)
        trainer.advance(3)
        trainer.evaluate()


@given(changed(RIGHT, most=1))
@cases(15)
def test_what_is_read_trains_without_a_warning(trial: Trial, told: Any) -> None:
    trial.write("trained.twostroke.json", json.dumps(told).encode())
    trial.refusal(trained)
