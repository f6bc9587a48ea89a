"""What a column of answers asks for: a value, one of two classes, or one of several; told or guessed, with the reason.

The rules are the same for tables and for arrays. Text is always classes. Numbers are classes where there are two of
them, or where they are few, whole, and come again and again; otherwise they are values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal

from twostroke.engine.data.names import Task
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.session.phrases import counted, shown

MAX_CLASSES = 100
FEW = 20
"""Most whole numbers that are taken for classes unless the session says so."""

MIN_ROWS = 10


@dataclass(frozen=True)
class Answer:
    """The task, why it is that one, and the classes in their order with the rows of each (none for a value)."""

    task: Task
    why: str
    classes: tuple[tuple[str, int], ...] = ()


def answer(what: str, counts: Mapping[str, int] | None, numeric: bool, wanted: str, rows: int) -> Answer:
    """What the answers called `what` (such as "the target age") ask for; `wanted` is the session's `data.task`.

    `counts` holds the rows of each distinct answer, None where there are more than MAX_CLASSES. Raises DataProblem.
    """
    check_rows(rows)
    if counts is not None and len(counts) == 1:
        raise DataProblem("target", f"{what} is {shown(next(iter(counts)))} in every row, so there is nothing to learn")
    if wanted == "regression" or (wanted == "auto" and numeric and not _looks_like_classes(counts)):
        if not numeric:
            raise DataProblem("task", f"{what} is text, which cannot be a value; use auto, binary or classes")
        return Answer("regression", "it was asked for" if wanted == "regression" else _why_values(counts))
    return _classes(what, counts, numeric, wanted)


def check_rows(rows: int) -> None:
    """Raise DataProblem where so many rows are too few."""
    if rows < MIN_ROWS:
        are = "is" if rows == 1 else "are"
        raise DataProblem("path", f"there {are} {counted(rows, 'row')} to learn from; expected at least {MIN_ROWS}")


def _looks_like_classes(counts: Mapping[str, int] | None) -> bool:
    if counts is None:
        return False
    few = len(counts) <= FEW and all(Decimal(text) == Decimal(text).to_integral_value() for text in counts)
    return len(counts) == 2 or (few and min(counts.values()) >= 2)


def _why_values(counts: Mapping[str, int] | None) -> str:
    return "it has many different numbers" if counts is None or len(counts) > FEW else "its numbers are not classes"


def _classes(what: str, counts: Mapping[str, int] | None, numeric: bool, wanted: str) -> Answer:
    if counts is None:
        raise DataProblem(
            "target",
            f"{what} has more than {MAX_CLASSES} different answers; expected fewer classes, or numbers and the task "
            "regression",
        )
    if wanted == "binary" and len(counts) != 2:
        raise DataProblem("task", f"{what} has {len(counts)} different answers, and binary needs 2; use classes")
    rare = min(counts, key=lambda text: counts[text])
    if counts[rare] < 2:
        raise DataProblem(
            "target", f"{what} is {shown(rare)} in one row only; a class needs two, one to learn from and one to test"
        )
    ordered = sorted(counts, key=(lambda text: (Decimal(text), text)) if numeric else (lambda text: (Decimal(0), text)))
    kind = "numbers" if numeric else "words"
    why = "it was asked for" if wanted != "auto" else f"it has {len(counts)} different {kind}"
    return Answer("binary" if len(counts) == 2 else "classes", why, tuple((text, counts[text]) for text in ordered))


def number_text(value: float | Decimal) -> str:
    """A number as the name of a class: whole ones without a point. A Decimal keeps all of its digits."""
    if not isinstance(value, Decimal):
        return str(int(value)) if value == int(value) else repr(value)
    if value == value.to_integral_value():
        return str(int(value))
    text = str(value.normalize(Context(prec=len(value.as_tuple().digits))))
    return text.lower()
