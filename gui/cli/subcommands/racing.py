"""`twostroke race`: one session with other values in some places, from several seeds each, and the spread of it all."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twostroke.engine.session.phrases import counted
from twostroke.gui.cli.signals import Noted, noted, whole
from twostroke.gui.cli.subcommands import findings
from twostroke.gui.cli.subcommands.results import check_csv
from twostroke.gui.cli.subcommands.sessions import Found, find
from twostroke.gui.cli.subcommands.speech import BadInput, Ended, WorkFailed, emit_json, note, printing, progress, say
from twostroke.gui.model.numbers import number

if TYPE_CHECKING:
    from rich.table import Table

    from twostroke.engine.race.kept_rows import KeptRows, Key
    from twostroke.engine.race.lineup import Lineup
    from twostroke.engine.race.outcome import Row
    from twostroke.engine.race.racing import Crew
    from twostroke.engine.race.summary import Spread, Summary

FIGURES = {"accuracy": "accuracy", "r2": "R²", "loss": "loss"}
"""What the table of results shows of each part, with its title."""

RESTS = 10
"""So many times as long as the table took to be written, it is not written again."""


@dataclass(frozen=True)
class Options:
    """What is asked for."""

    vary: Sequence[str]
    seeds: int
    updates: int
    dask: str
    output: Path | None
    as_json: bool


def race(argument: str, options: Options) -> None:
    """Have all runs done that are not yet in the table; print all of the race."""
    from twostroke.engine.race.racing import RaceFailed
    from twostroke.engine.race.values import RaceProblem

    check_csv(options.output)
    found = find(argument)
    found.check_output(options.output)
    told = findings.tell(found.session)
    lineup = _lineup(argument, found, options)
    told = findings.with_sentences(told, lineup.remarks)
    if found.state is not None:
        note(f"The weights in {argument} are left out: each run of a race begins with its own, by its seed.")
    done, kept = _kept(lineup, options.output)
    with noted() as asked:
        try:
            _go_on(lineup, options, done, kept, asked)
        except (RaceFailed, RaceProblem) as error:
            raise WorkFailed(f"{error} {_how_far(lineup, done, kept)}") from error
    if asked.is_set():
        raise Ended(f"{asked.saying[:-1]}. {_how_far(lineup, done, kept)}", asked.code)
    _tell(lineup, [done[key] for key in _keys(lineup)], told, options.as_json)


def _lineup(argument: str, found: Found, options: Options) -> "Lineup":
    from twostroke.engine.race.lineup import line_up
    from twostroke.engine.race.values import RaceProblem, vary_of
    from twostroke.engine.session.spec_errors import SessionError

    file = Path(argument) if os.path.lexists(argument) else None
    try:
        return line_up(found.session, vary_of(options.vary), options.seeds, options.updates, file)
    except (RaceProblem, SessionError) as error:
        raise BadInput(str(error)) from error


def _kept(lineup: "Lineup", output: Path | None) -> tuple[dict["Key", "Row"], "KeptRows | None"]:
    """The runs that are in the table already, and the table."""
    from twostroke.engine.files.disk import FileError
    from twostroke.engine.race.kept_rows import KeptRows

    if output is None:
        return {}, None
    try:
        kept = KeptRows(output, lineup)
    except FileError as error:
        raise BadInput(str(error)) from error
    return {key: kept.rows[key] for key in _keys(lineup) if key in kept.rows}, kept


def _keys(lineup: "Lineup") -> list["Key"]:
    from twostroke.engine.race.kept_rows import key_of

    return [key_of(job) for job in lineup.jobs]


def _go_on(lineup: "Lineup", options: Options, done: dict["Key", "Row"], kept: "KeptRows | None", asked: Noted) -> None:
    """Do what is left; the rows go into `done` and into the table as they come."""
    from twostroke.engine.race import racing
    from twostroke.engine.race.kept_rows import key_of

    left = [job for job in lineup.jobs if key_of(job) not in done]
    if not left:
        return
    crew_for_it, keeping = _crew(lineup, options.dask, asked), _Keeper(kept)
    with progress("Racing", len(lineup.jobs)) as show, crew_for_it as crew, keeping as keeper:
        show(len(done))
        for rows in racing.race(left, crew, asked.is_set):
            done |= {key_of(row): row for row in rows}
            keeper.take(rows)
            show(len(done))


class _Keeper:
    """Writes rows into the table as they come; seldom, where that takes long, and at the end in any case."""

    def __init__(self, kept: "KeptRows | None") -> None:
        self._kept = kept
        self._rows: list[Row] = []
        self._due = 0.0

    def __enter__(self) -> "_Keeper":
        return self

    def __exit__(self, *_: object) -> None:
        self._write()

    def take(self, rows: Sequence["Row"]) -> None:
        """These have come."""
        self._rows += rows
        if time.monotonic() >= self._due:
            self._write()

    def _write(self) -> None:
        from twostroke.engine.files.disk import FileError

        if self._kept is None or not self._rows:
            return
        began = time.monotonic()
        try:
            with whole():
                self._kept.add(self._rows)
        except FileError as error:
            raise WorkFailed(str(error)) from error
        finally:
            self._rows = []
        now = time.monotonic()
        self._due = now + RESTS * (now - began)


@contextmanager
def _crew(lineup: "Lineup", address: str, asked: Noted) -> Iterator["Crew"]:
    from twostroke.engine.race.cluster import Cluster, ClusterProblem
    from twostroke.engine.race.local import Local

    if not address:
        with Local(lineup.jobs[0].session["network"]["dtype"]) as crew:
            yield crew
        return
    try:
        cluster = Cluster(address, lineup.kinds, asked.is_set)
    except ClusterProblem as error:
        raise (BadInput if error.of_address else WorkFailed)(str(error)) from error
    with cluster:
        yield cluster


def _how_far(lineup: "Lineup", done: dict["Key", "Row"], kept: "KeptRows | None") -> str:
    """How much of the race is finished, and where it is."""
    finished = sum(row.lasting for row in done.values())
    if not finished:
        return "No run was done by then."
    far = f"{finished:,} of {counted(len(lineup.jobs), 'run')} are done"
    if kept is None:
        return f"{far}, and kept nowhere; with -o TABLE.csv they would be."
    return f"{far}, and in {kept.path}; the same command goes on from there."


# -- what is told ----------------------------------------------------------------------------------------------------


def _tell(lineup: "Lineup", rows: list["Row"], told: dict[str, Any], as_json: bool) -> None:
    from twostroke.engine.race.summary import summaries
    from twostroke.engine.race.values import combination

    found = summaries(lineup, rows)
    if as_json:
        summary = [each.told(lineup.keys) for each in found]
        runs = [row.told(lineup.keys) for row in rows]
        emit_json({"updates": lineup.updates, "runs": runs, "summary": summary} | told)
        return
    with printing():
        _print(lineup, found)
    for row in rows:
        if row.failure:
            values = combination(dict(zip(lineup.keys, row.vary, strict=True)))
            say(f"{values or 'the session'}, seed {row.seed}: {row.failure}")


def _print(lineup: "Lineup", found: list["Summary"]) -> None:
    """The spread of each combination: on a terminal as a table there, elsewhere as one of Markdown."""
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=LINE)
    shown = _shown(found)
    table = _table(lineup, found, shown, console.is_terminal)
    if console.measure(table, options=console.options.update(width=LINE)).maximum > console.width:
        table = _table(lineup, found, [one for one in shown if one[0] == shown[0][0]], console.is_terminal)
    say(f"{counted(lineup.updates, 'update')} a run; medians, with the quartiles")
    console.print(table)


def _table(lineup: "Lineup", found: list["Summary"], shown: list[tuple[str, str]], plain: bool) -> "Table":
    from rich import box
    from rich.table import Table

    from twostroke.engine.race.values import text_of

    table = Table(box=None if plain else box.MARKDOWN, pad_edge=not plain)
    for key in lineup.keys:
        table.add_column(key)
    for title in ("runs", "failed", *(f"{part}: {FIGURES[name]}" for part, name in shown)):
        table.add_column(title, justify="right")
    for each in found:
        cells = [_spread(each.spreads.get(part, {}).get(name), name) for part, name in shown]
        table.add_row(*map(text_of, each.vary), f"{each.runs:,}", f"{each.failures:,}", *cells)
    return table


LINE = 1_000
"""Characters in a line where the output is no terminal: a table in a file is not cut."""

DIGITS = 2
"""A spread is wider than what more of them would tell."""


def _shown(found: list["Summary"]) -> list[tuple[str, str]]:
    """Parts and figures that some combination has."""
    has = {(part, name) for each in found for part, own in each.spreads.items() for name in own}
    return [(part, name) for part in ("test", "train") for name in FIGURES if (part, name) in has]


def _spread(spread: "Spread | None", name: str) -> str:
    if spread is None:
        return "–"
    values = (spread.median, spread.lower_quartile, spread.upper_quartile)
    middle, low, high = (f"{value:.1%}" if name == "accuracy" else number(value, DIGITS) for value in values)
    return f"{middle} ({low} to {high})"
