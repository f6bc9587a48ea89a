"""What a measurement says: tables, goals and an object for JSON; and how tables and goals become text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twostroke.gui.cli.bench.rounds import Figure

if TYPE_CHECKING:
    from rich.table import Table as RichTable


@dataclass(frozen=True)
class Table:
    """Text in rows and columns; the first `names` columns are words, the others numbers."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names: int = 1


@dataclass(frozen=True)
class Goal:
    """What a figure ought to be; `value` is None where it could not be measured."""

    case: str
    what: str
    value: float | None
    bound: float
    at_least: bool
    unit: str = ""  # "×", "%", "s" or "bytes"

    @property
    def reached(self) -> bool | None:
        """Whether the figure is what it ought to be; None where there is none."""
        if self.value is None:
            return None
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    @property
    def verdict(self) -> str:
        """`reached` in words."""
        return {True: "reached", False: "not reached", None: "not measured"}[self.reached]

    def as_object(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "case": self.case,
            "what": self.what,
            "value": self.value,
            "bound": self.bound,
            "at_least": self.at_least,
            "unit": self.unit,
            "reached": self.reached,
        }


@dataclass(frozen=True)
class Section:
    """All that one case has to say."""

    case: str
    data: dict[str, Any]
    tables: tuple[Table, ...] = ()
    goals: tuple[Goal, ...] = ()
    notes: tuple[str, ...] = ()


def amount(value: float | None, unit: str = "") -> str:
    """A figure as a person reads it: three digits, and its unit."""
    if value is None:
        return "–"
    if unit == "%":
        return f"{100 * value:.1f} %" if abs(value) < 0.2 else f"{100 * value:.0f} %"
    size = abs(value)
    places = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2 if size >= 0.1 else 4
    return f"{value:,.{places}f}{' ' + unit if unit else ''}"


def rate(found: Figure | None) -> str:
    """A rate and its spread."""
    return "–" if found is None else f"{amount(found.median)} ±{100 * found.spread:.0f} %"


def goal_table(goals: Sequence[Goal]) -> Table:
    """The goals beside what was measured."""
    rows = tuple(
        (
            goal.case,
            goal.what,
            f"{'at least' if goal.at_least else 'at most'} {amount(goal.bound, goal.unit)}",
            amount(goal.value, goal.unit),
            goal.verdict,
        )
        for goal in goals
    )
    return Table("Goals", ("case", "figure", "goal", "measured", ""), rows, names=2)


def rich_table(table: Table) -> "RichTable":
    """For a terminal; its title stands above it, where it may be longer than a row."""
    from rich.table import Table as RichTable

    made = RichTable(box=None, pad_edge=False)
    for place, column in enumerate(table.columns):
        made.add_column(column, justify="left" if place < table.names else "right", no_wrap=True)
    for row in table.rows:
        made.add_row(*row)
    return made


def markdown_table(table: Table) -> Iterator[str]:
    """Line by line."""
    yield "| " + " | ".join(table.columns) + " |"
    yield "|" + "|".join("---" if place < table.names else "---:" for place in range(len(table.columns))) + "|"
    for row in table.rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def markdown(command: str, machine: Sequence[tuple[str, str]], sections: Sequence[Section]) -> str:
    """The whole report as a page."""
    goals = [goal for section in sections for goal in section.goals]
    lines = ["# Speed", "", "Written by this command; every figure is from one run of it:", "", f"    {command}", ""]
    lines += [f"- {name}: {value}" for name, value in machine]
    lines += ["", *explanation(), ""]
    if goals:
        lines += ["## Goals", "", summary(goals), "", *markdown_table(goal_table(goals)), ""]
    for section in sections:
        for table in section.tables:
            lines += [f"## {table.title}", "", *markdown_table(table), ""]
    remarks = notes(sections)
    lines += ["## Notes", "", *(f"- {note}" for note in remarks)] if remarks else []
    return "\n".join(lines).rstrip("\n") + "\n"


def notes(sections: Sequence[Section]) -> list[str]:
    """What there is to say besides, each once."""
    return list(dict.fromkeys(note for section in sections for note in section.notes))


def explanation() -> tuple[str, ...]:
    """How to read the tables."""
    return (
        "A figure is the median of short runs, taken in rounds in which everything that is compared runs once; behind",
        "± stands half the distance of the quartiles. Ratios are medians of the ratios within each round. Each library",
        "trains in a process of its own; windows and pictures are painted without a screen.",
    )


def summary(goals: Sequence[Goal]) -> str:
    """How many goals are reached, and which are not."""
    measured = [goal for goal in goals if goal.reached is not None]
    missed = [f"{goal.case}: {goal.what}" for goal in measured if not goal.reached]
    text = f"{len(measured) - len(missed)} of {len(measured)} goals measured are reached"
    return f"{text}. Not reached: {'; '.join(missed)}." if missed else f"{text}."
