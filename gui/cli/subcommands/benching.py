"""`twostroke bench`: how fast this machine is, beside what people use today, and which goals that reaches."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twostroke.engine.files.disk import place_problem, replacing
from twostroke.engine.session.phrases import listed, nearest, shown
from twostroke.gui.cli.bench.options import USUAL_SECONDS, Options
from twostroke.gui.cli.subcommands.results import save
from twostroke.gui.cli.subcommands.speech import BadInput, emit_json, printing, progress, say

if TYPE_CHECKING:
    from twostroke.gui.cli.bench.report import Section

NETWORKS = ("tiny", "small", "digits", "wide", "large")
"""What is measured where no case is named."""

WINDOWS = ("stage", "live", "beside", "input", "frame", "heavy", "export")
OTHERS = ("crossover", "snapshot", "memory", *WINDOWS, "compile", "start")
ALL = "all"
LEAST_SECONDS, MOST_SECONDS = 0.0001, 60.0
WHOLE = ("small", "digits", "wide")
"""The networks that are painted, trained in the window and filmed."""

LEAST_WINDOW, MOST_WINDOW = 0.1, 36_000.0
LINE = 1_000
"""Characters in a line where the output is no terminal: a table in a file is not cut."""


def bench(cases: Sequence[str], options: Options, as_json: bool, markdown: Path | None) -> None:
    """Measure the cases, print what came out, and write it to a page where asked to."""
    chosen = choose(cases)
    _check(options)
    _check_page(markdown)
    from twostroke.engine.compute.cores import usable
    from twostroke.gui.cli.bench import machine, report

    facts, busy = machine.facts(), machine.warning(machine.load(), usable())
    sections = _measure(chosen, options)
    if busy:
        sections[0] = replace(sections[0], notes=(busy, *sections[0].notes))
    if markdown is not None:
        text = report.markdown(command(cases, options, markdown), facts, sections)
        save(lambda page: _write(page, text), markdown)
    if as_json:
        emit_json(as_object(facts, options, sections))
    else:
        _print(facts, sections)


def serve(part: str) -> None:
    """Be a part of the bench that another process measures."""
    from twostroke.gui.cli.bench import serving

    serving.serve(part)


def choose(cases: Sequence[str]) -> tuple[str, ...]:
    """The cases to measure, each once and in their own order. BadInput names one that there is not."""
    known = (*NETWORKS, *OTHERS)
    for case in cases:
        if case not in (*known, ALL):
            close = nearest(case, (*known, ALL))
            hint = f"Did you mean {close}? " if close else ""
            raise BadInput(f"There is no case {shown(case)}. {hint}Expected {listed((*known, ALL))}.")
    if ALL in cases:
        return known
    return tuple(case for case in known if case in (cases or NETWORKS))


def _check(options: Options) -> None:
    if not LEAST_SECONDS <= options.seconds <= MOST_SECONDS:
        raise BadInput(f"--seconds is {shown(options.seconds)}; expected {LEAST_SECONDS:g} to {MOST_SECONDS:g}.")
    if options.window is not None and not LEAST_WINDOW <= options.window <= MOST_WINDOW:
        raise BadInput(f"--window-seconds is {shown(options.window)}; expected {LEAST_WINDOW:g} to {MOST_WINDOW:,.0f}.")
    for name in options.networks:
        if name not in WHOLE:
            raise BadInput(f"--network is {shown(name)}; expected {listed(WHOLE)}.")


def command(cases: Sequence[str], options: Options, page: Path) -> str:
    """The command line that asks for this."""
    length = [] if options.seconds == USUAL_SECONDS else ["--seconds", f"{options.seconds:g}"]
    length += [] if options.window is None else ["--window-seconds", f"{options.window:g}"]
    length += [part for name in options.networks for part in ("--network", name)]
    name = page.name if page.is_absolute() else page.as_posix()
    return " ".join(["twostroke", "bench", *cases, *length, "--markdown", name])


def as_object(facts: Sequence[tuple[str, str]], options: Options, sections: "Sequence[Section]") -> dict[str, Any]:
    """What `--json` prints."""
    from twostroke.gui.cli.bench import report

    return {
        "machine": dict(facts),
        "seconds": options.seconds,
        "cases": {section.case: section.data for section in sections},
        "goals": [goal.as_object() for section in sections for goal in section.goals],
        "notes": report.notes(sections),
    }


def _check_page(page: Path | None) -> None:
    if page is None:
        return
    if page.suffix.lower() != ".md":
        raise BadInput(f"--markdown {shown(page.name)}: expected a file name that ends in .md.")
    problem = place_problem(page)
    if problem:
        raise BadInput(problem)


def _write(page: Path, text: str) -> None:
    with replacing(page) as stream:
        stream.write(text.encode("utf-8"))


def _measure(cases: Sequence[str], options: Options) -> "list[Section]":
    found = []
    with progress("Measuring", len(cases)) as show:
        for place, case in enumerate(cases):
            found.append(_section(case)(options))
            show(place + 1)
    return found


def _section(case: str) -> "Callable[[Options], Section]":
    """What measures a case. Imported here: not every case needs Qt, and none is needed for --help."""
    if case in NETWORKS:
        from twostroke.gui.cli.bench import crew

        return lambda options: crew.section(case, options)
    if case in ("snapshot", "memory"):
        from twostroke.gui.cli.bench import upkeep

        return {"snapshot": upkeep.snapshot, "memory": upkeep.memory}[case]
    if case in ("compile", "start"):
        from twostroke.gui.cli.bench import starting

        return {"compile": starting.compiling, "start": starting.window}[case]
    if case == "crossover":
        from twostroke.gui.cli.bench import crossover

        return crossover.section
    return _pictures(case)


def _pictures(case: str) -> "Callable[[Options], Section]":
    from twostroke.gui.cli.bench import encoding, frame_time, heavy, live, pictures, reacting, two_in_step

    return {
        "stage": pictures.stage,
        "live": live.live,
        "beside": two_in_step.beside,
        "input": reacting.reacting,
        "frame": frame_time.frame_time,
        "heavy": heavy.heavy,
        "export": encoding.export,
    }[case]


def _print(facts: Sequence[tuple[str, str]], sections: "Sequence[Section]") -> None:
    from rich.console import Console

    from twostroke.gui.cli.bench import report

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=LINE)
    say(", ".join(f"{name} {value}" for name, value in facts))
    goals = [goal for section in sections for goal in section.goals]
    tables = [table for section in sections for table in section.tables]
    with printing():
        for table in [*tables, *([report.goal_table(goals)] if goals else [])]:
            console.print(f"\n{table.title}", style="bold", markup=False)
            console.print(report.rich_table(table))
    if goals:
        say(f"\n{report.summary(goals)}")
    for note in report.notes(sections):
        say(note)
