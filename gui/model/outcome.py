"""What came of networks that are compared: a column for each, a line for each figure. Pure: no Qt."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from twostroke.engine.border.snapshot import Curves, Scores, Snapshot, Status
from twostroke.engine.border.tape import Array
from twostroke.gui.model.beside import Thin
from twostroke.gui.model.numbers import number, percent

LETTERS = "ABCD"
"""What networks that are compared are called."""

MAIN = "as it is"
"""What is told of the first of them, where of the others is told in what they differ."""

UNKNOWN = "–"
USUAL_LEVEL = 0.9
"""Of the accuracy, or where the task is not classes of R², which is to be reached."""


@dataclass(frozen=True, eq=False)
class Member:
    """One network of those that are compared: the main one first."""

    title: str
    snapshot: Snapshot | None  # None before it has begun
    problem: str = ""


def names_of(others: Iterable[str]) -> tuple[str, ...]:
    """What stands above networks that are compared, the main one first; `others`: in what these differ."""
    return tuple(f"{letter}   {told}" for letter, told in zip(LETTERS, (MAIN, *others), strict=False))


def is_classes(snapshot: Snapshot) -> bool:
    """Whether an answer is right or wrong."""
    return snapshot.session.task != "regression"


def heading(snapshot: Snapshot, main: Snapshot | None) -> str:
    """Where a network stands, in one line. `main`: the one that it is behind, where it is on its way to it."""
    scores = snapshot.evaluation.train if snapshot.evaluation is not None else None
    if main is not None and main.update > snapshot.update:
        return f"update {snapshot.update:,} of {main.update:,}"
    parts = [f"update {snapshot.update:,}"]
    if snapshot.status is Status.FAILED:
        parts.append("not finite")
    elif scores is not None:
        parts += [f"loss {number(scores.loss)}", _named_score(scores)]
    return " · ".join(filter(None, parts))


def _named_score(scores: Scores) -> str:
    if scores.accuracy is not None:
        return f"accuracy {percent(scores.accuracy)}"
    return f"R² {number(scores.r2)}" if scores.r2 is not None else ""


def table(members: Sequence[Member], level: float) -> tuple[tuple[str, ...], ...]:
    """Lines of the name of a figure and what it is for each network. `level`: of accuracy or R², to be reached."""
    known = [member.snapshot for member in members]
    first = next((snapshot for snapshot in known if snapshot is not None), None)
    if first is None:
        return ()
    score = "Accuracy" if is_classes(first) else "R²"
    lines: list[tuple[str, Callable[[Snapshot], str]]] = [
        ("Update", lambda now: f"{now.update:,}"),
        (f"{score}, train", lambda now: _score(now, False)),
        (f"{score}, test", lambda now: _score(now, True)),
        ("Loss, train", _loss),
        (f"Updates to {_level(first, level)}, train", lambda now: _reached(now, level)),
        ("Dead units", _dead),
        ("‖∂L/∂W‖ first / last", _ratio),
        ("Time per update", lambda now: duration(now.seconds_per_update)),
    ]
    return tuple((name, *(UNKNOWN if now is None else of(now) for now in known)) for name, of in lines)


def _level(snapshot: Snapshot, level: float) -> str:
    return percent(level, 0) if is_classes(snapshot) else f"R² {number(level)}"


def _score(now: Snapshot, test: bool) -> str:
    found = None if now.evaluation is None else (now.evaluation.test if test else now.evaluation.train)
    if found is None:
        return UNKNOWN
    if found.accuracy is not None:
        return percent(found.accuracy)
    return UNKNOWN if found.r2 is None else number(found.r2)


def _loss(now: Snapshot) -> str:
    return UNKNOWN if now.evaluation is None else number(now.evaluation.train.loss)


def updates_to(curves: Curves, classes: bool, level: float) -> int | None:
    """The first evaluated update at which the training part is as good as `level`; None where none is."""
    reached = np.flatnonzero((curves.train_accuracy if classes else curves.train_r2) >= level)
    return int(curves.update[reached[0]]) if reached.size else None


def _reached(now: Snapshot, level: float) -> str:
    found = updates_to(now.curves, is_classes(now), level)
    return UNKNOWN if found is None else f"{found:,}"


def _dead(now: Snapshot) -> str:
    """Of the hidden layers."""
    if now.evaluation is None:
        return UNKNOWN
    hidden = now.evaluation.dead[:-1]
    return f"{sum(int(np.count_nonzero(dead)) for dead in hidden)} of {sum(len(dead) for dead in hidden)}"


def _ratio(now: Snapshot) -> str:
    """How much of the gradient is left at the first layer."""
    norms = () if now.evaluation is None else now.evaluation.gradient_norms
    return number(norms[0] / norms[-1]) if norms and norms[-1] > 0 else UNKNOWN


def duration(seconds: float) -> str:
    """Seconds with the unit that suits them: "12.3 µs"."""
    for size, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= size:
            return f"{number(seconds / size, 3)} {unit}"
    return f"{number(seconds / 1e-6, 3)} µs" if seconds else UNKNOWN


def lines(members: Sequence[Member], figure: Callable[[Curves], Array]) -> tuple[Thin, ...]:
    """The curves of all but the main network, by their letters."""
    found = []
    for letter, member in zip(LETTERS[1:], members[1:], strict=False):
        if member.snapshot is not None and figure(member.snapshot.curves).size:
            curves = member.snapshot.curves
            found.append(Thin(letter, curves.update, figure(curves), curves.breaks))
    return tuple(found)
