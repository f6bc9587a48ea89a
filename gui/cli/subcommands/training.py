"""`twostroke train`: training without a window, at full speed."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from twostroke.engine.session.phrases import counted, shown
from twostroke.gui.cli.signals import noted
from twostroke.gui.cli.subcommands import findings
from twostroke.gui.cli.subcommands.results import check_npz, check_session, save
from twostroke.gui.cli.subcommands.sessions import find
from twostroke.gui.cli.subcommands.speech import BadInput, Ended, WorkFailed, emit_json, progress, say

if TYPE_CHECKING:
    from twostroke.engine.border.snapshot import Scores
    from twostroke.engine.run.trainer import Trainer

MOST_UPDATES = 10**12


@np.errstate(over="ignore", invalid="ignore")  # numbers that are no longer finite are told in a sentence
def train(argument: str, updates: int, output: Path | None, keep: Path | None, as_json: bool) -> None:
    """Train the session for so many updates; print the figures, write the parameters and save where asked to.

    A session that was saved with weights goes on from there. A run that ends early, by a number that is not finite or
    by a signal, writes what it has, and fails.
    """
    from twostroke.engine.run.whole_run import compiled_trainer, figures, train_for

    if not 0 <= updates <= MOST_UPDATES:
        raise BadInput(f"--updates is {shown(updates)}; expected 0 to {MOST_UPDATES:,}.")
    check_npz(output)
    check_session(keep)
    found = find(argument)
    found.check_output(output)
    told = findings.tell(found.session)
    trainer = compiled_trainer(found.session, found.state)
    told = findings.with_remarks(told, trainer.dataset)
    with noted() as asked:
        with progress("Training", updates) as show:
            done, seconds = train_for(trainer, updates, show, asked.is_set)
        written = _write(trainer, output, keep)
    if trainer.failure is not None:
        raise WorkFailed(f"{trainer.failure.message}{_where(written)}")
    if asked.is_set():
        raise Ended(f"{asked.saying[:-1]} after {counted(done, 'update')}.{_where(written)}", asked.code)
    evaluation = trainer.evaluate()
    told_figures = figures(updates, seconds, evaluation)
    if as_json:
        emit_json(told_figures | told)
    else:
        say(f"{updates:,} updates, {told_figures['updates_per_second']:,.0f} a second")
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


def _sentence(part: str, scores: "Scores", scaled: str) -> str:
    accuracy = "" if scores.accuracy is None else f", accuracy {scores.accuracy:.1%}"
    fit = "" if scores.r2 is None else f", R² {scores.r2:.4f}"
    return f"{part}: loss{scaled} {scores.loss:.4f}{accuracy}{fit}"
