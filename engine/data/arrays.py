"""Arrays of one's own: an NPZ file with `x`, the inputs, and `y`, the answers."""

import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.data.answers import MAX_CLASSES, Answer, answer, check_rows, number_text
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.data.signs import LARGEST
from twostroke.engine.files.archive import read_arrays
from twostroke.engine.files.disk import FileError, said
from twostroke.engine.files.kinds import recognised
from twostroke.engine.files.patience import go_on
from twostroke.engine.session.phrases import counted

MAX_INPUTS = 4_096
MAX_OUTPUTS = 100
"""Values that each row may ask for."""

MAX_NUMBERS = 32_000_000
"""Rows times inputs. The network keeps them twice, as read and as it sees them: 512 MB in 64 bit."""


PIECE = 1_000_000
"""Numbers that are looked at between two questions whether to go on."""


@dataclass(frozen=True)
class ArrayFacts:
    """What an NPZ file holds."""

    rows: int
    inputs: int
    answer: Answer
    outputs: int = 1  # values in each row of y


def size_problem(rows: int, inputs: int, what: str) -> str | None:
    """Why so many rows and inputs are refused, as a sentence without its end; None where they are not."""
    if inputs > MAX_INPUTS:
        return f"{what} has {inputs:,} inputs; expected at most {MAX_INPUTS:,}"
    if rows * inputs > MAX_NUMBERS:
        return (
            f"{what} has {rows:,} rows × {inputs:,} inputs = {rows * inputs:,} numbers; expected at most "
            f"{MAX_NUMBERS:,}, because all are kept in memory: leave out rows or columns"
        )
    return None


@lru_cache(maxsize=16)
def described(path: str, stamp: tuple[int, int], task: str) -> ArrayFacts:
    """What the file at `path`, of that size and time, holds. Raises DataProblem."""
    x, y = _pair(path, task)
    if y.ndim == 2:
        check_rows(len(x))
        return ArrayFacts(len(x), x.shape[1], Answer("regression", "y has several numbers a row"), y.shape[1])
    numbers, counts = _counts(y)
    found = answer(f"y of {said(Path(path))}", counts, numbers, task, len(x))
    return ArrayFacts(len(x), x.shape[1], found)


def read(path: str, facts: ArrayFacts) -> tuple[NDArray[Any], NDArray[Any]]:
    """Inputs (n, inputs) and class numbers or values (n,), or (n, outputs). Raises DataProblem."""
    x, y = _pair(path, facts.answer.task)
    if facts.answer.task == "regression":
        return x, y.astype(np.float64)
    values = np.array(sorted(_distinct(y)), dtype=y.dtype)
    if len(values) != len(facts.answer.classes):
        raise DataProblem("path", f"{said(Path(path))} was changed while it was read; try again")
    return x, np.searchsorted(values, y)


def _pair(path: str, task: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """x (n, inputs) and y of a file: (n,), with one-hot rows as class numbers, or values (n, outputs).

    Raises DataProblem.
    """
    try:
        found = read_arrays(path)
    except FileError as error:
        kind = None if zipfile.is_zipfile(path) else recognised(Path(path))
        if kind is not None:
            raise DataProblem("path", kind.not_as_expected(Path(path), "an NPZ file")) from error
        raise DataProblem("path", str(error).removesuffix(".")) from error
    name = said(Path(path))
    for key in ("x", "y"):
        if key not in found:
            raise DataProblem("path", f"{name} has no array {key}; expected x (rows × inputs) and y (rows)")
        kinds = "biufU" if key == "y" else "biuf"
        if found[key].dtype.kind not in kinds:
            raise DataProblem("path", f"{key} of {name} holds no numbers; expected numbers")
    x, y = _in_64_bit(found["x"]), _in_64_bit(found["y"])
    if x.ndim != 2 or x.shape[1] == 0:
        raise DataProblem("path", f"x of {name} has the shape {_shape(x)}; expected rows × inputs")
    y = _labels(y, name, task)
    if len(x) != len(y):
        raise DataProblem("path", f"x of {name} has {len(x):,} rows and y has {len(y):,}; expected as many")
    problem = size_problem(len(x), x.shape[1], f"x of {name}")
    if problem:
        raise DataProblem("path", problem)
    _check_numbers(x, f"x of {name}")
    if y.ndim == 2 and y.shape[1] > MAX_OUTPUTS:
        raise DataProblem("path", f"y of {name} has {y.shape[1]:,} columns; expected at most {MAX_OUTPUTS}")
    if y.dtype.kind != "U":
        _check_numbers(y, f"y of {name}")
    return x, y


def _in_64_bit(array: NDArray[Any]) -> NDArray[Any]:
    """Numbers of more bits, which not every machine has, in 64; others as they are."""
    if array.dtype.kind != "f" or array.dtype.itemsize <= 8:
        return array
    with np.errstate(over="ignore", invalid="ignore"):  # what is infinite then is told as too large
        return array.astype(np.float64)


def _labels(y: NDArray[Any], name: str, task: str) -> NDArray[Any]:
    """y as (n,); rows with a single 1 among zeros give the number of its place, other numbers stay (n, outputs).

    The task regression takes any numbers as values.
    """
    if y.ndim == 2 and y.shape[1] == 1:
        return y[:, 0]
    if y.ndim == 1:
        return y
    several = y.ndim == 2 and y.shape[1] > 1 and y.dtype.kind != "U"
    if several and task == "regression":
        return y
    hot = several and ((y == 0) | (y == 1)).all() and (y.sum(axis=1) == 1).all()
    if not hot and several and task == "auto":
        return y
    if not hot:
        raise DataProblem(
            "path",
            f"y of {name} has the shape {_shape(y)}; expected one answer a row, several numbers (regression), or a "
            "single 1 among zeros (classes)",
        )
    return np.asarray(y.argmax(axis=1))


def _check_numbers(array: NDArray[Any], what: str) -> None:
    if array.dtype.kind == "f":
        most = np.float64(LARGEST)  # as a plain number it would be cast to float16, where it is infinite
        with np.errstate(invalid="ignore"):
            bad = sum(int(np.count_nonzero(~(np.abs(rows) <= most))) for rows in _pieces(array))
        if bad:
            that = "that is" if bad == 1 else "that are"
            raise DataProblem(
                "path", f"{what} holds {counted(bad, 'number')} {that} missing or too large; replace them"
            )


def _counts(y: NDArray[Any]) -> tuple[bool, dict[str, int] | None]:
    """Whether y holds numbers, and the rows of each distinct answer where there are few."""
    numbers = y.dtype.kind != "U"
    counts = _distinct(y)
    if len(counts) > MAX_CLASSES:
        return numbers, None
    return numbers, {number_text(value) if numbers else value: rows for value, rows in sorted(counts.items())}


def _distinct(y: NDArray[Any]) -> Counter[Any]:
    """Rows of each distinct answer; no more are counted once there are too many for classes. Raises Cancelled."""
    found: Counter[Any] = Counter()
    for rows in _pieces(y):
        values, counts = np.unique(rows, return_counts=True)
        found.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))
        if len(found) > MAX_CLASSES:
            break
    return found


def _pieces(array: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """The rows of an array, some at a time. Raises Cancelled."""
    step = max(1, PIECE * len(array) // max(1, array.size))
    for begin in range(0, len(array), step):
        go_on("the data")
        yield array[begin : begin + step]


def _shape(array: NDArray[Any]) -> str:
    return " × ".join(f"{axis:,}" for axis in array.shape) if array.ndim else "of a single number"
