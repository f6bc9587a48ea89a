"""Rows that a user typed: a truth table, the one sample of a textbook. All of them are learnt from, if one likes."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.data.answers import FEW, MAX_CLASSES, number_text
from twostroke.engine.data.arrays import MAX_OUTPUTS
from twostroke.engine.data.names import OWN, DatasetInfo, Task
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.data.signs import LARGEST
from twostroke.engine.session.phrases import counted, shown, true_minus

Row = tuple[float, ...]
Answers = tuple[float | Row, ...]

MAX_ROWS = 1_000
MAX_NUMBERS = 10_000
"""Of all rows together, inputs and answers: what a session's file can hold and still be read by people."""

EXACT = 2**53
"""Up to here every whole number is one in 64 bit."""

MAX_NAME = 100
TRUTHS = ({0.0, 1.0}, {-1.0, 1.0})
"""Two answers that always stand for classes."""

BEYOND = "put them into a table (dataset table) or an NPZ file"


def read_inputs(value: Any) -> tuple[Row, ...]:
    """`data.x` of a session's file. Raises ValueError with a sentence without its end."""
    rows = tuple(_row(number, item) for number, item in enumerate(_list(value, "rows of numbers"), start=1))
    _check_even(rows)
    return rows


def read_answers(value: Any) -> Answers:
    """`data.y` of a session's file: a number for each row, or a list of them. Raises ValueError likewise."""
    items = _list(value, "answers, one for each row")
    several = [isinstance(item, list | tuple) for item in items]
    if any(several) and not all(several):
        odd = several.index(not several[0])
        kinds = ("one number", "a list of numbers")
        raise ValueError(
            f"row {odd + 1} has {kinds[several[odd]]} and row 1 {kinds[several[0]]}; expected the same in every row"
        )
    if not any(several):
        return tuple(_answer(number, item) for number, item in enumerate(items, start=1))
    rows = tuple(_row(number, item) for number, item in enumerate(items, start=1))
    _check_even(rows)
    return rows


def read_names(value: Any) -> tuple[str, ...]:
    """`data.x_names` or `data.y_names`. Raises ValueError likewise."""
    names = tuple(_list(value, "names in quotes"))
    for name in names:
        if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > MAX_NAME:
            raise ValueError(f"found {shown(name)}; expected names in quotes, of 1 to {MAX_NAME} characters")
    twice = next((name for name, times in Counter(names).items() if times > 1), None)
    if twice is not None:
        raise ValueError(f"the name {shown(twice)} stands twice; expected different names")
    return names


def _list(value: Any, of: str) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"expected a list of {of}, and found {shown(value)}")
    if len(value) > MAX_ROWS:
        raise ValueError(f"there are {len(value):,} entries; expected at most {MAX_ROWS:,}: {BEYOND}")
    return value


def _row(number: int, item: Any) -> Row:
    if not isinstance(item, list | tuple):
        raise ValueError(f"row {number} is {shown(item)}; expected a list of numbers")
    if not item:
        raise ValueError(f"row {number} is empty; expected a list of numbers")
    return tuple(_number(number, part) for part in item)


def _number(row: int, part: Any) -> float:
    known = isinstance(part, int | float) and not isinstance(part, bool)
    if not known or (isinstance(part, float) and not math.isfinite(part)) or abs(part) > LARGEST:
        hint = "; write true as 1 and false as 0" if isinstance(part, bool) else ""
        hint = "; write classes as 0, 1, 2" if isinstance(part, str) else hint
        raise ValueError(
            f"row {row} has {shown(part)} in it; expected numbers within ±{true_minus(f'{LARGEST:g}')}{hint}"
        )
    return float(part)


def _answer(row: int, part: Any) -> float:
    """A single answer may name a class, so it is kept to its last digit or refused."""
    value = _number(row, part)
    if value != part:
        raise ValueError(
            f"row {row} has {part}, which becomes {value:.0f} in 64 bit; expected whole numbers within ±{EXACT:,}, or "
            "classes as 0, 1, 2"
        )
    return value


def _check_even(rows: Sequence[Row]) -> None:
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            have = f"row {number} has {counted(len(row), 'number')} and row 1 {len(rows[0]):,}"
            raise ValueError(f"{have}; expected as many in every row")


def described(x: Sequence[Row], y: Answers, x_names: Sequence[str], y_names: Sequence[str], task: str) -> DatasetInfo:
    """The dataset that the rows make. Raises DataProblem."""
    if not x:
        raise DataProblem("x", "there is no row; expected at least one list of numbers, such as [[0, 1]]")
    if len(y) != len(x):
        raise DataProblem("y", f"there are {counted(len(y), 'answer')} for {counted(len(x), 'row')}; expected as many")
    answers = _matrix(y)
    if answers.shape[1] > MAX_OUTPUTS:
        raise DataProblem("y", f"there are {answers.shape[1]:,} answers a row; expected at most {MAX_OUTPUTS}")
    total = len(x) * (len(x[0]) + answers.shape[1])
    if total > MAX_NUMBERS:
        raise DataProblem("x", f"the rows hold {total:,} numbers; expected at most {MAX_NUMBERS:,}: {BEYOND}")
    _check_names("x_names", x_names, len(x[0]), "x")
    _check_names("y_names", y_names, answers.shape[1], "y")
    found, classes = _task(y, answers, task)
    outputs = 1 if classes else answers.shape[1]
    names = tuple(y_names)
    if not names and outputs > 1:
        names = tuple(f"y{place}" for place in range(1, outputs + 1))
    help = f"{counted(len(x), 'row')} typed by hand"
    return DatasetInfo(
        "rows",
        OWN["rows"].title,
        "table",
        found,
        len(x[0]),
        len(classes),
        help=help,
        rows=len(x),
        outputs=outputs,
        output_names=names,
    )


def _check_names(key: str, names: Sequence[str], width: int, what: str) -> None:
    if names and len(names) != width:
        columns = counted(width, "column")
        raise DataProblem(key, f"{counted(len(names), 'name')} for {columns} of {what}; expected as many")


def _matrix(y: Answers) -> NDArray[np.float64]:
    return np.array(y, dtype=np.float64).reshape(len(y), -1)


def _task(y: Answers, answers: NDArray[np.float64], wanted: str) -> tuple[Task, tuple[float, ...]]:
    """What is asked, and the classes in their order (none for values). Raises DataProblem."""
    lists = isinstance(y[0], tuple)
    if wanted == "regression" or (wanted == "auto" and (lists or not _look_like_classes(answers[:, 0]))):
        return "regression", ()
    found = _class_values(answers)
    if found is None:
        raise DataProblem(
            "y", "with several numbers a row, classes are a single 1 among zeros; use the task regression for values"
        )
    if len(found) < 2:
        raise DataProblem("y", "every row has the same class; expected at least two classes, or the task regression")
    if wanted == "binary" and len(found) != 2:
        raise DataProblem("task", f"y has {len(found)} different answers, and binary needs 2; use classes")
    if len(found) > MAX_CLASSES:
        raise DataProblem("y", f"there are {len(found)} classes; expected at most {MAX_CLASSES}, or regression")
    return ("binary" if len(found) == 2 else "classes"), found


def _look_like_classes(values: NDArray[np.float64]) -> bool:
    """Two truth values, or a few whole numbers that each come again."""
    counts = Counter(values.tolist())
    if set(counts) in TRUTHS:
        return True
    few = 2 <= len(counts) <= FEW and all(value.is_integer() for value in counts)
    return few and min(counts.values()) >= 2


def _class_values(answers: NDArray[np.float64]) -> tuple[float, ...] | None:
    """The classes: different answers, or the columns of rows with a single 1 among zeros; None where neither is."""
    if answers.shape[1] == 1:
        return tuple(np.unique(answers).tolist())
    hot = ((answers == 0) | (answers == 1)).all() and (answers.sum(axis=1) == 1).all()
    return tuple(range(answers.shape[1])) if hot else None


def arrays(x: Sequence[Row], y: Answers, info: DatasetInfo) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Inputs (n, inputs), and class numbers (n,) or values (n,) or (n, outputs)."""
    raw, answers = np.array(x, dtype=np.float64), _matrix(y)
    if info.classes and answers.shape[1] > 1:
        return raw, answers.argmax(axis=1)
    if info.classes:
        return raw, np.searchsorted(np.unique(answers), answers[:, 0])
    return raw, answers[:, 0] if info.outputs == 1 else answers


def class_names(y: Answers, info: DatasetInfo) -> tuple[str, ...]:
    """What the classes are called: by their numbers, or by the names of their columns."""
    if not info.classes:
        return ()
    answers = _matrix(y)
    if answers.shape[1] > 1:
        return info.output_names or tuple(str(place) for place in range(info.classes))
    return tuple(number_text(value) for value in np.unique(answers).tolist())


def check_split(y: Answers, info: DatasetInfo, share: float) -> None:
    """That both parts can have a row, and one of each class. Raises DataProblem."""
    if share == 1.0:
        return
    _, label = arrays(((0.0,),) * len(y), y, info)
    least = min(np.bincount(label)) if info.classes else len(y)
    if least < 2:
        what = "a class needs two rows" if info.classes else "two rows are needed"
        raise DataProblem("train_share", f"{what}, one to learn from and one to test; use 1 to learn from all rows")
