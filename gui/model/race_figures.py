"""What came of a race, for its picture and tables: one figure of each run, combination by combination, with the spread.

Pure: no Qt.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from twostroke.engine.race.kept_rows import Key, key_of
from twostroke.engine.race.lineup import Job, Lineup
from twostroke.engine.race.outcome import Row
from twostroke.engine.race.summary import Spread, spread
from twostroke.engine.race.values import Value
from twostroke.gui.model.numbers import number, percent
from twostroke.gui.model.race_places import title_of_value


@dataclass(frozen=True)
class Figure:
    """One number of a run. `part` is "" where it is of no part of the data."""

    part: str
    name: str
    title: str
    more_is_better: bool = True

    def of(self, row: Row) -> float | None:
        """The number of that run; None where it has none."""
        if not self.part:
            return row.updates_per_second
        return (getattr(row, self.part) or {}).get(self.name)

    def text(self, value: float | None) -> str:
        """The number as it is written."""
        if value is None:
            return "–"
        if self.name == "accuracy":
            return percent(value)
        return f"{value:,.0f}" if not self.part and value >= 1_000 else number(value, 3)


FIGURES: tuple[Figure, ...] = (
    Figure("test", "accuracy", "Test accuracy"),
    Figure("test", "r2", "Test R²"),
    Figure("test", "loss", "Test loss", more_is_better=False),
    Figure("train", "accuracy", "Train accuracy"),
    Figure("train", "r2", "Train R²"),
    Figure("train", "loss", "Train loss", more_is_better=False),
    Figure("", "rate", "Updates a second"),
)


def known_figures(rows: Sequence[Row]) -> tuple[Figure, ...]:
    """Those that some run has; before there are any, all that do not depend on the task."""
    found = tuple(figure for figure in FIGURES if any(figure.of(row) is not None for row in rows))
    return found or tuple(figure for figure in FIGURES if figure.name in ("loss", "rate"))


@dataclass(frozen=True)
class Strand:
    """The runs of one combination."""

    vary: tuple[Value, ...]
    label: str  # the combination in words
    first: int  # its place in the order of the race
    runs: tuple[tuple[float, Row], ...]  # those with a figure, from the least
    spread: Spread | None
    failures: tuple[Row, ...]  # what has diverged is among them
    waiting: int  # runs that are still to be done


def strands(lineup: Lineup, rows: dict[Key, Row], figure: Figure, best_first: bool) -> list[Strand]:
    """One for each combination of the race, done or not, in its order or by the median."""
    grouped: dict[tuple[str, ...], list[Job]] = {}
    for job in lineup.jobs:
        grouped.setdefault(key_of(job)[0], []).append(job)
    found = [
        _strand(own[0].vary, _label(lineup, own[0].vary), place, [rows.get(key_of(job)) for job in own], figure)
        for place, own in enumerate(grouped.values())
    ]
    return sorted(found, key=lambda strand: _rank(strand, figure)) if best_first else found


def _label(lineup: Lineup, vary: tuple[Value, ...]) -> str:
    return " · ".join(map(title_of_value, lineup.keys, vary)) or "the session as it is"


def _strand(vary: tuple[Value, ...], label: str, place: int, own: Sequence[Row | None], figure: Figure) -> Strand:
    done = [row for row in own if row is not None]
    measured = [(value, row) for row in done if not row.failure and (value := figure.of(row)) is not None]
    return Strand(
        vary,
        label,
        place,
        tuple(sorted(measured, key=lambda run: (run[0], run[1].seed))),
        spread([value for value, _ in measured]) if measured else None,
        tuple(row for row in done if row.failure),
        len(own) - len(done),
    )


def _rank(strand: Strand, figure: Figure) -> tuple[bool, float, int]:
    if strand.spread is None:
        return True, 0.0, strand.first
    median = strand.spread.median
    return False, -median if figure.more_is_better else median, strand.first


def spread_text(spread: Spread | None, figure: Figure) -> str:
    """The median, with the quartiles."""
    if spread is None:
        return ""
    low, high = figure.text(spread.lower_quartile), figure.text(spread.upper_quartile)
    return f"{figure.text(spread.median)} ({low} to {high})"


def remark_on(strand: Strand) -> str:
    """What the picture cannot place, in words."""
    told = [f"{len(strand.failures)} failed"] if strand.failures else []
    told += [f"{strand.waiting} to come"] if strand.waiting else []
    return ", ".join(told)


# -- tables ----------------------------------------------------------------------------------------------------------

Cell = tuple[float | str | None, str]
"""What it is sorted by, and what is written."""


@dataclass(frozen=True)
class Table:
    """Columns and cells; `rows` has the run of each line where a line is one."""

    headers: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    rows: tuple[Row, ...] = ()


def table_of_combinations(lineup: Lineup, rows: dict[Key, Row], figures: Sequence[Figure]) -> Table:
    """Of each combination the runs that are done, those that failed, and median and quartiles of every figure."""
    names = (f"{figure.title}: {column}" for figure in figures for column in ("median", "lower", "upper"))
    parts = [strands(lineup, rows, figure, best_first=False) for figure in figures]
    cells = []
    for first, *others in zip(*parts, strict=True):
        done = len(first.runs) + len(first.failures)
        line: list[Cell] = [*map(_cell, lineup.keys, first.vary), (done, f"{done:,}")]
        line.append((len(first.failures), f"{len(first.failures):,}"))
        for figure, strand in zip(figures, (first, *others), strict=True):
            found = strand.spread
            numbers = (found.median, found.lower_quartile, found.upper_quartile) if found else (None, None, None)
            line += [(value, figure.text(value)) for value in numbers]
        cells.append(tuple(line))
    return Table((*lineup.keys, "runs", "failed", *names), tuple(cells))


def table_of_runs(lineup: Lineup, rows: dict[Key, Row], figures: Sequence[Figure]) -> Table:
    """Of each run that is done all figures, or why it has none."""
    own = [rows[key_of(job)] for job in lineup.jobs if key_of(job) in rows]
    cells = tuple(
        (
            *map(_cell, lineup.keys, row.vary),
            (row.seed, str(row.seed)),
            *((figure.of(row), figure.text(figure.of(row))) for figure in figures),
            (row.failure, row.failure),
        )
        for row in own
    )
    return Table((*lineup.keys, "seed", *(figure.title for figure in figures), "failure"), cells, tuple(own))


def is_number(value: Value) -> bool:
    """Whether a value that is varied is one; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(key: str, value: Value) -> Cell:
    title = title_of_value(key, value)
    return (value if is_number(value) else title), title
