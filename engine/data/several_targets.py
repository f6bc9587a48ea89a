"""A table with several target columns: values, as many outputs.

The table is read as if it had the first of them alone, and the others among its inputs; then these are taken out of the
inputs. So a row counts where all that it needs is there.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.data import own_table
from twostroke.engine.data.arrays import MAX_OUTPUTS
from twostroke.engine.data.own_table import Choice, Stamp, TableFacts
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.data.table_report import TableReport
from twostroke.engine.session.phrases import shown


@dataclass(frozen=True)
class SeveralReport(TableReport):
    """The report of such a table."""

    others: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        return (self.target, *self.others)

    def _about_target(self) -> str:
        return f"Targets {', '.join(self.called[name] for name in self.targets)}: values, because several are named."


@dataclass(frozen=True)
class SeveralFacts:
    """What such a table holds: `table` has the other targets among its inputs, at `places` of the raw columns."""

    table: TableFacts
    names: tuple[str, ...]  # of the network's inputs
    targets: tuple[str, ...]
    usable: tuple[str, ...]
    places: tuple[int, ...]
    report: TableReport


def read_targets(value: Any) -> Any:
    """`data.target` of a session's file: a column's name or number, or a list of them. Raises ValueError."""
    if isinstance(value, list | tuple):
        if not value:
            raise ValueError("the list is empty; expected at least one column")
        if len(value) > MAX_OUTPUTS:
            raise ValueError(f"there are {len(value):,} columns; expected at most {MAX_OUTPUTS}")
        names = tuple(_column(item) for item in value)
        if len(set(names)) < len(names):
            raise ValueError("the list names one column twice; name each at most once")
        return names if len(names) > 1 else names[0]
    return _column(value)


def _column(value: Any) -> str:
    """A column's number may be written as a number."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"found {shown(value)}; expected a column's name or number, or a list of them")
    return str(value)


def described(choice: Choice, targets: tuple[str, ...], stamp: Stamp) -> SeveralFacts:
    """What the table holds for a session that names these targets. Raises DataProblem."""
    if choice.task not in ("auto", "regression"):
        raise DataProblem("task", f"several targets are values, not {choice.task}; use auto or regression")
    alone = [replace(choice, target=target, task="regression", features=()) for target in targets]
    found = [own_table.described(each, stamp) for each in alone]
    names = tuple(facts.target.name for facts in found)
    if len(set(names)) < len(names):
        raise DataProblem("target", "the list names one column twice; name each at most once")
    clash = next((name for name in choice.features if name in names), None)
    if clash is not None:
        raise DataProblem("features", f"{shown(clash)} is a target; it cannot be an input too")
    inputs = tuple(choice.features) or tuple(name for name in found[0].report.inputs if name not in names)
    if not inputs:
        raise DataProblem("target", "no column is left to be an input; name fewer targets")
    for facts in found:
        if facts.target.missing and choice.missing == "mean":
            raise DataProblem(
                "missing", f"the target {shown(facts.target.name)} has missing values; use drop_rows with several"
            )
    return _found(own_table.described(replace(alone[0], features=(*inputs, *names[1:])), stamp), names)


def _found(table: TableFacts, targets: tuple[str, ...]) -> SeveralFacts:
    starts = np.cumsum([0, *(column.width for column in table.inputs)])
    at = {column.name: int(start) for column, start in zip(table.inputs, starts, strict=False)}
    places = tuple(at[name] for name in targets[1:])
    told = {field.name: getattr(table.report, field.name) for field in fields(table.report)}
    for part in ("inputs", "usual"):
        told[part] = tuple(name for name in told[part] if name not in targets)
    return SeveralFacts(
        table=table,
        names=tuple(name for place, name in enumerate(table.names) if place not in places),
        targets=targets,
        usable=tuple(name for name in table.usable if name not in targets),
        places=places,
        report=SeveralReport(**told, others=targets[1:]),
    )


def read(choice: Choice, facts: SeveralFacts) -> tuple[NDArray[Any], NDArray[Any]]:
    """Inputs (rows, inputs), NaN where a value is missing, and values (rows, targets). Raises DataProblem."""
    wanted = replace(
        choice, target=facts.targets[0], task="regression", features=(*facts.report.inputs, *facts.targets[1:])
    )
    raw, label = own_table.read(wanted, facts.table)
    places = list(facts.places)
    return np.delete(raw, places, axis=1), np.column_stack([label, raw[:, places]])
