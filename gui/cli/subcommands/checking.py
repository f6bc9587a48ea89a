"""`twostroke check`: every analytic gradient beside a difference of losses."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from twostroke.engine.session.phrases import shown
from twostroke.gui.cli.subcommands import findings
from twostroke.gui.cli.subcommands.sessions import find
from twostroke.gui.cli.subcommands.speech import (
    FAILED,
    BadInput,
    WorkFailed,
    complain,
    emit_json,
    note,
    printing,
    progress,
    say,
)

if TYPE_CHECKING:
    from twostroke.engine.probes.gradcheck import Report

MOST_UPDATES = 10_000_000

LONG = 5.0
"""Seconds from which it is told beforehand how long the work will take."""


def check(argument: str, updates: int, as_json: bool) -> None:
    """Check the session's gradients after so many updates; exit code 1 where one fails."""
    if not 0 <= updates <= MOST_UPDATES:
        raise BadInput(f"--updates is {shown(updates)}; expected 0 to {MOST_UPDATES:,}.")
    session = find(argument).session
    told = findings.tell(session)
    from twostroke.engine.probes import gradcheck
    from twostroke.engine.run.loading import load_data

    told = findings.with_remarks(told, load_data(session))  # as it trains: the check itself is in float64
    with ExitStack() as shown_meanwhile:
        try:
            report = gradcheck.check(session, updates, watch=_Watch(shown_meanwhile))
        except ValueError as error:
            raise WorkFailed(str(error)) from error
    if as_json:
        counts = {"checked": report.checked, "skipped": report.skipped}
        emit_json(asdict(report) | counts | _sample(report) | told)
    else:
        _print_table(report)
    if not report.passed:
        complain(report.summary)
        raise typer.Exit(FAILED)


class _Watch:
    """Tells how long the comparing will take, where that is long, and then shows how far it is."""

    def __init__(self, shown_meanwhile: ExitStack) -> None:
        self._stack = shown_meanwhile
        self._show: Callable[[int], None] | None = None

    def __call__(self, done: int, total: int, seconds: float) -> None:
        if self._show is None:
            if seconds >= LONG:
                note(f"About {total:,} gradients to compare, some {seconds:,.0f} s; Ctrl-C ends it.")
            self._show = self._stack.enter_context(progress("Comparing gradients", total))
        self._show(done)


def _sample(report: "Report") -> dict[str, Any]:
    """What `--json` adds where a network is so large that a mere sample of its gradients is compared."""
    from twostroke.engine.probes.gradcheck import SEED

    if report.sampled is None:
        return {}
    of = sum(tensor.elements for tensor in report.tensors)
    return {"sample": {"of": of, "most_of_each_tensor": report.sampled, "seed": SEED}}


def _print_table(report: "Report") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("gradient of", box=None, pad_edge=False)
    for title in ("compared", "of", "skipped at kinks", "worst relative error"):
        table.add_column(title, justify="right")
    for tensor in report.tensors:
        table.add_row(
            tensor.name, f"{tensor.checked:,}", f"{tensor.elements:,}", f"{tensor.skipped:,}", f"{tensor.worst:.1e}"
        )
    with printing():
        Console(highlight=False).print(table)
    if sample := _sample(report).get("sample"):
        say(
            f"The network is large, so this is a sample of its {sample['of']:,} gradients: of each tensor at most "
            f"{sample['most_of_each_tensor']}, drawn with seed {sample['seed']}."
        )
    if report.note:
        say(report.note)
    if report.passed:
        say(report.summary)
