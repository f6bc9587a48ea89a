"""`twostroke train`: training without a window, at full speed."""

import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from twostroke.engine.session.phrases import counted, shown
from twostroke.engine.session.spec import Session
from twostroke.gui.cli.signals import Noted, noted
from twostroke.gui.cli.subcommands import findings
from twostroke.gui.cli.subcommands.results import check_npz, check_session, save
from twostroke.gui.cli.subcommands.sessions import find
from twostroke.gui.cli.subcommands.speech import BadInput, Ended, WorkFailed, emit_json, progress, say

if TYPE_CHECKING:
    from twostroke.engine.border.snapshot import Evaluation, Scores
    from twostroke.engine.run.trainer import Trainer

CHUNK_SECONDS = 0.1
"""How long one call trains: short enough for a bar that moves, long enough to cost nothing."""

MOST_UPDATES = 10**12


@np.errstate(over="ignore", invalid="ignore")  # numbers that are no longer finite are told in a sentence
def train(argument: str, updates: int, output: Path | None, keep: Path | None, as_json: bool) -> None:
    """Train the session for so many updates; print the figures, write the parameters and save where asked to.

    A session that was saved with weights goes on from there. A run that ends early, by a number that is not finite or
    by a signal, writes what it has, and fails.
    """
    if not 0 <= updates <= MOST_UPDATES:
        raise BadInput(f"--updates is {shown(updates)}; expected 0 to {MOST_UPDATES:,}.")
    check_npz(output)
    check_session(keep)
    found = find(argument)
    told = findings.tell(found.session)
    trainer = compiled_trainer(found.session, found.state)
    told = findings.with_remarks(told, trainer.dataset)
    with noted() as asked:
        with progress("Training", updates) as show:
            done, seconds = _advance(trainer, updates, show, asked)
        written = _write(trainer, output, keep)
    if trainer.failure is not None:
        raise WorkFailed(f"{trainer.failure.message}{_where(written)}")
    if asked.is_set():
        raise Ended(f"{asked.saying[:-1]} after {counted(done, 'update')}.{_where(written)}", asked.code)
    evaluation = trainer.evaluate()
    rate = done / seconds if done else 0.0
    if as_json:
        emit_json(figures(updates, rate, evaluation) | told)
    else:
        say(f"{updates:,} updates, {rate:,.0f} a second")
        scaled = " of the scaled target" if trainer.dataset.target_scale else ""
        say(_sentence("training", evaluation.train, scaled))
        if evaluation.test is not None:
            say(_sentence("test", evaluation.test, scaled))


def _write(trainer: "Trainer", output: Path | None, keep: Path | None) -> list[str]:
    """Write the network as it stands where that was asked for. Returns the names of the files.

    WorkFailed where one cannot be written; the other is, all the same.
    """
    from twostroke.engine.files.companion import state_arrays
    from twostroke.engine.files.session_file import write_arrays, write_saved

    def parameters(path: Path) -> None:
        write_arrays(path, trainer.network.parameters())

    def session(path: Path) -> None:
        write_saved(path, trainer.session, state_arrays(trainer.network, trainer.state))

    wanted = [(write, path) for write, path in ((parameters, output), (session, keep)) if path is not None]
    with ExitStack() as each:
        for write, path in reversed(wanted):
            each.callback(save, write, path)
    return [str(path) for _, path in wanted]


def _where(written: list[str]) -> str:
    """Where the weights of a run that ended early are, as one more sentence."""
    return f" Its weights are in {' and '.join(written)}." if written else ""


def compiled_trainer(session: Session, state: Mapping[str, Any] | None = None) -> "Trainer":
    """A trainer whose kernels are ready: a second one has run them, so that its own updates are still to come."""
    from twostroke.engine.run.trainer import Trainer

    warm = Trainer(session)
    warm.advance(1)
    warm.evaluate()
    return Trainer(session, state=state)


def _advance(trainer: "Trainer", updates: int, show: Any, asked: Noted) -> tuple[int, float]:
    """Train in chunks of about CHUNK_SECONDS, until all is done, a number is not finite, or a signal has come.

    Returns the updates done, and the seconds that training alone took.
    """
    seconds, done, chunk = 0.0, 0, 1
    while done < updates and trainer.failure is None and not asked.is_set():
        began = time.perf_counter()
        done += trainer.advance(min(chunk, updates - done))
        took = time.perf_counter() - began
        seconds += took
        if took < CHUNK_SECONDS / 2:
            chunk *= 2
        show(done)
    return done, seconds


def figures(updates: int, rate: float, evaluation: "Evaluation") -> dict[str, Any]:
    """What `--json` prints; `accuracy` only for classes, `r2` for values that differ, `test` where there is one."""
    test = {} if evaluation.test is None else {"test": _scores(evaluation.test)}
    return {
        "updates": updates,
        "updates_per_second": round(rate, 1),
        "train": _scores(evaluation.train),
    } | test


def _scores(scores: "Scores") -> dict[str, float]:
    figures = {"loss": scores.loss, "accuracy": scores.accuracy, "r2": scores.r2}
    return {key: value for key, value in figures.items() if value is not None}


def _sentence(part: str, scores: "Scores", scaled: str) -> str:
    accuracy = "" if scores.accuracy is None else f", accuracy {scores.accuracy:.1%}"
    fit = "" if scores.r2 is None else f", R² {scores.r2:.4f}"
    return f"{part}: loss{scaled} {scores.loss:.4f}{accuracy}{fit}"
