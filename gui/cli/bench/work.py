"""The work that is timed: five networks, samples for them, and the session that describes each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from twostroke.engine.files.leftovers import temporary_folder
from twostroke.engine.session.spec import Session

SAMPLES = 1_280
"""Rows of the data: a multiple of every mini-batch, so that all are full."""

LEARNING_RATE = 1e-3
"""Small enough that no run leaves the finite numbers; what an update costs does not depend on it."""

ACTIVATIONS = ("relu", "tanh", "gelu")
SMOOTH = ("tanh", "sigmoid", "gelu", "silu", "elu")
"""Whose time is compared with that of relu."""

OPTIMIZERS = ("sgd", "adam")


@dataclass(frozen=True)
class Case:
    """A network and its mini-batch."""

    name: str
    widths: tuple[int, ...]
    batch: int
    times_torch: float  # goal: how many times as fast as PyTorch, with relu and sgd
    sgemm: bool = False  # whether the share of the matrix products is measured

    @property
    def title(self) -> str:
        """As people write it: 2-4-2-1, mini-batch 10."""
        return f"{'-'.join(map(str, self.widths))}, mini-batch {self.batch}"

    @property
    def classes(self) -> int:
        """Classes told apart; 0 where a value is predicted."""
        return self.widths[-1] if self.widths[-1] > 1 else 0


CASES: dict[str, Case] = {
    case.name: case
    for case in (
        Case("tiny", (2, 4, 2, 1), 10, 450.0),
        Case("small", (2, 8, 8, 8, 1), 10, 110.0),
        Case("digits", (64, 32, 10), 32, 25.0),
        Case("wide", (784, 128, 64, 10), 64, 2.5),
        Case("large", (784, 512, 512, 10), 128, 1.05, sgemm=True),
    )
}


@dataclass(frozen=True)
class Setting:
    """A case with its activation and optimizer."""

    case: Case
    activation: str
    optimizer: str


@lru_cache(maxsize=1)
def samples_of(case: Case) -> tuple[Any, Any]:
    """x (SAMPLES, inputs) and targets (SAMPLES, outputs), float32; classes one-hot. Always the same."""
    rng = np.random.default_rng(7)
    x = rng.standard_normal((SAMPLES, case.widths[0]), dtype=np.float32)
    if not case.classes:
        return x, rng.standard_normal((SAMPLES, 1), dtype=np.float32)
    return x, np.eye(case.classes, dtype=np.float32)[rng.integers(0, case.classes, SAMPLES)]


def session_of(setting: Setting) -> Session:
    """The session that trains this network; its widths come from the case."""
    case = setting.case
    return Session.model_validate(
        {
            "data": "digits" if case.classes else "sine",
            "network": {"layers": [{"units": units, "activation": setting.activation} for units in case.widths[1:-1]]},
            "training": {
                "loss": "cross_entropy" if case.classes else "mse",
                "optimizer": {"name": setting.optimizer, "learning_rate": LEARNING_RATE},
                "batch_size": case.batch,
            },
        }
    )


@contextmanager
def whole_sessions() -> Iterator[dict[str, Session]]:
    """Sessions with data of their own for small, digits and wide, as a user would train them."""
    with temporary_folder() as folder:
        path = folder / "wide.npz"
        x, y = samples_of(CASES["wide"])
        np.savez(path, x=x, y=y)
        data: dict[str, Any] = {"small": "spiral", "digits": "digits", "wide": {"name": "npz", "path": str(path)}}
        yield {name: _whole(CASES[name], source) for name, source in data.items()}


def _whole(case: Case, data: Any) -> Session:
    network = {"layers": [{"units": units, "activation": "relu"} for units in case.widths[1:-1]]}
    session = Session.model_validate({"data": data, "network": network, "training": {"batch_size": case.batch}})
    assert session.widths == case.widths
    return session
