"""Datasets that a user brings: what each holds, found out before any training, and its samples.

A file is looked at once and remembered by its path, size and time, so that validating a session again costs next to
nothing. A session keeps what was found when it was validated; `samples` refuses a file that has changed its shape
since, because the network would no longer fit.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.data import arrays, formulas, own_table, painted, several_targets, typed
from twostroke.engine.data.answers import Answer
from twostroke.engine.data.expression import ExpressionError
from twostroke.engine.data.names import OWN, DatasetInfo
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.data.table_report import TableReport
from twostroke.engine.data.text_table import readable
from twostroke.engine.data.wanted import OwnData
from twostroke.engine.files.disk import reason, said
from twostroke.engine.session.phrases import LONGEST_NAME, counted, named


@dataclass(frozen=True)
class Found:
    """What one's own dataset holds. `key` are the settings of which this is true."""

    key: tuple[Any, ...]
    info: DatasetInfo
    report: TableReport | None = None


@dataclass(frozen=True, eq=False)
class Samples:
    """All samples of a dataset: raw (n, inputs), NaN where a value is missing; the class number or value of each (n,).

    Of data that ask for several values `label` is (n, values).
    """

    raw: NDArray[Any]
    label: NDArray[Any]
    columns: tuple[str, ...]  # names of the raw inputs
    classes: tuple[str, ...]
    provenance: str
    in_order: bool = False  # of time: the test part comes after the training part


def key_of(spec: OwnData) -> tuple[Any, ...]:
    """The settings on which the facts of one's own dataset depend."""
    if spec.name == "table":
        return ("table", _choice(spec), spec.target)
    if spec.name == "rows":
        return ("rows", spec.x, spec.y, spec.x_names, spec.y_names, spec.task, spec.train_share)
    about = {"npz": (spec.path, spec.task), "expression": (spec.expression,), "points": (spec.points, spec.task)}
    return (spec.name, *about[spec.name])


def find(spec: OwnData) -> Found:
    """What the data of `spec` hold. Raises DataProblem."""
    key = key_of(spec)
    if spec.name == "expression":
        try:
            return Found(key, formulas.described(spec.expression)[1])
        except ExpressionError as error:
            raise DataProblem("expression", str(error)) from error
    if spec.name == "points":
        return Found(key, painted.described(spec.points, spec.task))
    if spec.name == "rows":
        info = typed.described(spec.x, spec.y, spec.x_names, spec.y_names, spec.task)
        typed.check_split(spec.y, info, spec.train_share)
        return Found(key, info)
    stamp = _stamp(spec.path)
    name = Path(spec.path).name
    if spec.name == "npz":
        facts = arrays.described(spec.path, stamp, spec.task)
        help = _size(name, facts.rows, facts.inputs)
        info = _info("npz", facts.answer.task, facts.inputs, len(facts.answer.classes), help, facts.rows)
        names = tuple(f"y{place}" for place in range(1, facts.outputs + 1)) if facts.outputs > 1 else ()
        return Found(key, replace(info, outputs=facts.outputs, output_names=names))
    if isinstance(spec.target, tuple):
        return _several(spec, key, spec.target, stamp)
    table = own_table.described(_choice(spec), stamp)
    help = _size(name, table.rows, len(table.names))
    classes = len(table.answer.classes)
    info = _info("table", table.answer.task, len(table.names), classes, help, table.rows, table.usable)
    return Found(key, info, table.report)


def _several(spec: OwnData, key: tuple[Any, ...], targets: tuple[str, ...], stamp: tuple[int, int]) -> Found:
    """A table with several targets."""
    facts = several_targets.described(_choice(spec), targets, stamp)
    help = _size(Path(spec.path).name, facts.table.rows, len(facts.names))
    info = _info("table", "regression", len(facts.names), 0, help, facts.table.rows, facts.usable)
    return Found(key, replace(info, outputs=len(facts.targets), output_names=facts.targets), facts.report)


def _size(name: str, rows: int, inputs: int) -> str:
    return f"{name}: {counted(rows, 'row')}, {counted(inputs, 'input')}"


def _info(
    name: str, task: Any, inputs: int, classes: int, help: str, rows: int, columns: tuple[str, ...] = ()
) -> DatasetInfo:
    return DatasetInfo(name, OWN[name].title, "table", task, inputs, classes, help=help, rows=rows, columns=columns)


def check(spec: OwnData) -> None:
    """That the data are of the shape they had when `spec` was validated. Raises DataProblem."""
    if find(spec).info != spec.info:
        raise DataProblem("path", f"{said(Path(spec.path))} holds other data than before; open it again")


def samples(spec: OwnData, rng: np.random.Generator) -> Samples:
    """The samples of one's own dataset. Raises DataProblem."""
    check(spec)
    if spec.name == "expression":
        return _drawn(spec, rng)
    if spec.name == "points":
        raw, label = painted.arrays(spec.points, spec.info)
        return _plane(spec, raw, label, f"{len(label):,} points painted by hand.")
    if spec.name == "rows":
        return _typed(spec)
    if spec.name == "npz":
        facts = arrays.described(spec.path, _stamp(spec.path), spec.task)
        raw, label = arrays.read(spec.path, facts)
        names = tuple(f"x{place}" for place in range(1, facts.inputs + 1))
        about = f"{facts.rows:,} rows of {named(Path(spec.path).name, LONGEST_NAME)}."
        return Samples(raw, label, names, _class_names(facts.answer), about)
    if isinstance(spec.target, tuple):
        several = several_targets.described(_choice(spec), spec.target, _stamp(spec.path))
        raw, label = several_targets.read(_choice(spec), several)
        return Samples(raw, label, several.names, (), " ".join(several.report.sentences))
    table = own_table.described(_choice(spec), _stamp(spec.path))
    raw, label = own_table.read(_choice(spec), table)
    return Samples(raw, label, table.names, _class_names(table.answer), " ".join(table.report.sentences))


def _class_names(answer: Answer) -> tuple[str, ...]:
    return tuple(readable(text) for text, _ in answer.classes)


def _typed(spec: OwnData) -> Samples:
    raw, label = typed.arrays(spec.x, spec.y, spec.info)
    names = spec.x_names or tuple(f"x{place}" for place in range(1, spec.info.inputs + 1))
    return Samples(raw, label, names, typed.class_names(spec.y, spec.info), f"{spec.info.help}.")


def _drawn(spec: OwnData, rng: np.random.Generator) -> Samples:
    formula, _ = formulas.described(spec.expression)
    raw, label = formulas.draw(formula, rng, spec.samples, spec.noise)
    about = f"{spec.samples:,} points of {formula.text}, noise {spec.noise:g}, seed {spec.seed}."
    return _plane(spec, raw, label, about)


def _plane(spec: OwnData, raw: NDArray[Any], label: NDArray[Any], about: str) -> Samples:
    classes = ("class 0", "class 1") if spec.info.classes else ()
    return Samples(raw, label, ("x", "y")[: spec.info.inputs], classes, about)


def _choice(spec: OwnData) -> own_table.Choice:
    target = spec.target if isinstance(spec.target, str) else spec.target[0]
    return own_table.Choice(
        spec.path,
        target,
        spec.task,
        spec.delimiter,
        spec.header,
        spec.missing,
        spec.features,
        spec.decimal,
        spec.encoding,
        spec.missing_markers,
    )


def _stamp(path: str) -> tuple[int, int]:
    """Size and time of a file: what is remembered of it holds as long as they stay. Raises DataProblem."""
    if not path:
        raise DataProblem("path", "no file is named; give the path of one")
    try:
        facts = os.stat(path)
    except OSError as error:
        raise DataProblem("path", f"{said(Path(path))} cannot be read: {reason(error)}") from error
    except ValueError as error:  # a zero byte in the name
        raise DataProblem("path", f"{said(Path(path))} cannot be read: no file can have this name") from error
    return facts.st_size, facts.st_mtime_ns
