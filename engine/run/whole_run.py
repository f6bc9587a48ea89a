"""A run from its first update to its figures, without a window: what `twostroke train` does, and each run of a race."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from twostroke.engine.border.snapshot import Evaluation, Scores
from twostroke.engine.data import Dataset
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

CHUNK_SECONDS = 0.1
"""How long one call trains: short enough for a bar that moves, long enough to cost nothing."""


def compiled_trainer(
    session: Session, state: Mapping[str, Any] | None = None, dataset: Dataset | None = None
) -> Trainer:
    """A trainer whose kernels are ready: a second one has run them, so that its own updates are still to come."""
    warm_up(session, dataset)
    return Trainer(session, state=state, dataset=dataset)


def warm_up(session: Session, dataset: Dataset | None = None) -> None:
    """Run all kernels that training this session needs, so that they are compiled."""
    warm = Trainer(session, dataset=dataset)
    warm.advance(1)
    warm.evaluate()


def train_for(
    trainer: Trainer, updates: int, show: Callable[[int], object], stopped: Callable[[], bool]
) -> tuple[int, float]:
    """Train in chunks of about CHUNK_SECONDS, until all is done, a number is not finite, or it is to be stopped.

    Returns the updates done, and the seconds that training alone took.
    """
    seconds, done, chunk = 0.0, 0, 1
    while done < updates and trainer.failure is None and not stopped():
        began = time.perf_counter()
        done += trainer.advance(min(chunk, updates - done))
        took = time.perf_counter() - began
        seconds += took
        if took < CHUNK_SECONDS / 2:
            chunk *= 2
        show(done)
    return done, seconds


def figures(updates: int, seconds: float, evaluation: Evaluation) -> dict[str, Any]:
    """What `--json` prints; `accuracy` only for classes, `r2` for values that differ, `test` where there is one."""
    test = {} if evaluation.test is None else {"test": _scores(evaluation.test)}
    return {
        "updates": updates,
        "updates_per_second": round(updates / seconds, 1) if updates else 0.0,
        "train": _scores(evaluation.train),
    } | test


def _scores(scores: Scores) -> dict[str, float]:
    told = {"loss": scores.loss, "accuracy": scores.accuracy, "r2": scores.r2}
    return {key: value for key, value in told.items() if value is not None}
