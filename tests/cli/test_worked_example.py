"""A textbook's example, 2-2-2 with sigmoids, one row and two targets: the trace beside numbers worked out by hand."""

import json
from math import exp
from pathlib import Path

import numpy as np
import pytest

from tests.cli.terminal import Run

X, TARGET = (0.05, 0.10), (0.01, 0.99)
W1, B1 = ((0.15, 0.20), (0.25, 0.30)), 0.35
W2, B2 = ((0.40, 0.45), (0.50, 0.55)), 0.60
RATE = 0.5

SESSION = {
    "format": "twostroke-session",
    "version": 1,
    "data": {"name": "rows", "x": [X], "y": [TARGET], "task": "regression", "scale_target": False, "train_share": 1.0},
    "network": {
        "layers": [{"units": 2, "activation": "sigmoid"}],
        "output": {"activation": "sigmoid"},
        "parameters": {"l1.weight": W1, "l1.bias": [B1, B1], "l2.weight": W2, "l2.bias": [B2, B2]},
        "frozen": ["l1.bias", "l2.bias"],  # the book changes the weights alone
        "dtype": "float64",
    },
    "training": {
        "loss": "half_squared_error",
        "optimizer": {"name": "sgd", "learning_rate": RATE},
        "batch_size": 1,
    },
}


def sigmoid(z: float) -> float:
    """As it is written."""
    return 1.0 / (1.0 + exp(-z))


def test_the_trace_equals_what_is_worked_out_by_hand(run: Run, tmp_path: Path) -> None:
    (tmp_path / "book.twostroke.json").write_text(json.dumps(SESSION), encoding="utf-8")
    outcome = run("trace", "book.twostroke.json", "--at", "0", "-o", "trace.npz")
    assert outcome.code == 0, outcome.err
    z1 = [w[0] * X[0] + w[1] * X[1] + B1 for w in W1]
    a1 = [sigmoid(z) for z in z1]
    z2 = [w[0] * a1[0] + w[1] * a1[1] + B2 for w in W2]
    a2 = [sigmoid(z) for z in z2]
    loss = 0.5 * (a2[0] - TARGET[0]) ** 2 + 0.5 * (a2[1] - TARGET[1]) ** 2
    delta2 = [(a - t) * a * (1 - a) for a, t in zip(a2, TARGET, strict=True)]
    upstream = [W2[0][j] * delta2[0] + W2[1][j] * delta2[1] for j in (0, 1)]
    delta1 = [u * a * (1 - a) for u, a in zip(upstream, a1, strict=True)]
    expected = {"loss": loss, "l1.z": [z1], "l1.a": [a1], "l2.z": [z2], "l2.a": [a2]}
    expected |= {"l2.dloss_dz": [delta2], "l1.dloss_da": [upstream], "l1.dloss_dz": [delta1]}
    for layer, delta, into, w, b in ((1, delta1, X, W1, B1), (2, delta2, a1, W2, B2)):
        expected[f"l{layer}.dloss_dweight"] = [[d * v for v in into] for d in delta]
        expected[f"l{layer}.dloss_dbias"] = delta
        expected[f"l{layer}.weight_next"] = [
            [own - RATE * d * v for own, v in zip(row, into, strict=True)] for row, d in zip(w, delta, strict=True)
        ]
        expected[f"l{layer}.bias_next"] = [b, b]
    assert loss == pytest.approx(0.298371109, abs=5e-10)  # as the book prints it
    with np.load(tmp_path / "trace.npz") as trace:
        for key, values in expected.items():
            assert trace[key] == pytest.approx(np.array(values), rel=1e-9), key
