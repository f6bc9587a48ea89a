"""`twostroke check`: every analytic gradient beside a difference of losses."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from twostroke.engine.session.phrases import shown
from twostroke.gui.cli.subcommands import findings
from twostroke.gui.cli.subcommands.sessions import find
from twostroke.gui.cli.subcommands.speech import FAILED, BadInput, WorkFailed, complain, emit_json, printing, say

if TYPE_CHECKING:
    from twostroke.engine.probes.gradcheck import Report

MOST_UPDATES = 10_000_000


def check(argument: str, updates: int, as_json: bool) -> None:
    """Check the session's gradients after so many updates; exit code 1 where one fails."""
    if not 0 <= updates <= MOST_UPDATES:
        raise BadInput(f"--updates is {shown(updates)}; expected 0 to {MOST_UPDATES:,}.")
    session = find(argument).session
    told = findings.tell(session)
    from twostroke.engine.probes import gradcheck
    from twostroke.engine.run.machine import load_data

    told = findings.with_remarks(told, load_data(session))  # as it trains: the check itself is in float64
    try:
        report = gradcheck.check(session, updates)
    except ValueError as error:
        raise WorkFailed(str(error)) from error
    if as_json:
        counts = {"checked": report.checked, "skipped": report.skipped}
        emit_json(asdict(report) | counts | told)
    else:
        _print_table(report)
    if not report.passed:
        complain(report.summary)
        raise typer.Exit(FAILED)


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
    if report.note:
        say(report.note)
    if report.passed:
        say(report.summary)
