"""Samples of a user's formula: points where it has a value, with their class or value."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.data.expression import ExpressionError, Formula, parse
from twostroke.engine.data.names import DatasetInfo

Floats = NDArray[np.float64]

SPREAD = 0.5
"""Standard deviation of the jitter at noise 1: of both coordinates for classes, of the value for regression."""

LARGEST = 1_000.0
"""Beyond this a value counts as none: near the pole of 1/x a few points would drown all others."""

LEAST_SHARE = 0.05  # of the line or plane, with a value
LEAST_CLASS = 0.005  # of the plane, for each class
GRID = 401  # places a side on which shares are taken; an even number would miss the axes
ROUNDS = 1_000


@lru_cache(maxsize=64)
def described(text: str) -> tuple[Formula, DatasetInfo]:
    """The formula that `text` says, and the dataset it makes. Raises ExpressionError where there is none."""
    formula = parse(text)
    points = _grid(formula)
    label, usable = _answers(formula, points)
    if usable.mean() < LEAST_SHARE:
        where = "the line" if formula.kind == "line" else "the plane"
        raise ExpressionError(
            f"the formula has a value on {100 * usable.mean():.1f} % of {where} from −1 to 1; expected at least "
            f"{100 * LEAST_SHARE:g} %, within ±{LARGEST:,.0f}"
        )
    if formula.kind == "classes":
        _check_classes(float(label[usable].mean()))
    return formula, _info(formula)


def _check_classes(share: float) -> None:
    if LEAST_CLASS <= share <= 1 - LEAST_CLASS:
        return
    often = "nowhere in" if share == 0 else "everywhere in" if share == 1 else f"on {_percent(share)} % of"
    raise ExpressionError(
        f"the comparison is true {often} the plane from −1 to 1; expected at least {100 * LEAST_CLASS:g} % of it "
        "for each of the two classes"
    )


def _percent(share: float) -> str:
    """The share in two digits, or in as many more as it takes to be on its side of the bounds."""
    told = (f"{100 * share:.{digits}g}" for digits in range(2, 17))
    return next(text for text in told if not 100 * LEAST_CLASS <= float(text) <= 100 * (1 - LEAST_CLASS))


def _info(formula: Formula) -> DatasetInfo:
    if formula.kind == "classes":
        return DatasetInfo("expression", "Formula", "plane", "binary", 2, 2, help=formula.text)
    inputs = 1 if formula.kind == "line" else 2
    return DatasetInfo("expression", "Formula", formula.kind, "regression", inputs, help=formula.text)


def _grid(formula: Formula) -> Floats:
    line = np.linspace(-1.0, 1.0, GRID)
    if formula.kind == "line":
        return line[:, None]
    return np.column_stack([axis.ravel() for axis in np.meshgrid(line, line)])


def _answers(formula: Formula, points: Floats) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Class or value at each point, and where there is one: (n,) each."""
    if formula.kind == "classes":
        label, usable = formula.truth(points)
        return label.astype(np.float64), usable
    values = formula.values(points)
    return values, np.abs(values) <= LARGEST  # false for NaN


def draw(formula: Formula, rng: np.random.Generator, samples: int, noise: float) -> tuple[Floats, NDArray[np.generic]]:
    """Points (samples, 1 or 2) of [-1, 1] and the class, or the value with its noise, of each (samples,).

    Points without a value are drawn again. Each class gets two points at least, so that both parts of the data have
    one. Noise moves the points of classes, after they were labelled, and the values of a regression.
    """
    points, label = _usable(formula, rng, samples)
    if formula.kind == "classes":
        _ensure_both(formula, rng, points, label)
        return points + noise * SPREAD * rng.standard_normal(points.shape), label.astype(np.int64)
    if formula.kind == "line":
        order = np.argsort(points[:, 0], kind="stable")
        points, label = points[order], label[order]
    return points, label + noise * SPREAD * rng.standard_normal(samples)


def _usable(formula: Formula, rng: np.random.Generator, samples: int) -> tuple[Floats, Floats]:
    points, labels, count = [], [], 0
    for _ in range(ROUNDS):
        some = _candidates(formula, rng, samples)
        label, usable = _answers(formula, some)
        points.append(some[usable])
        labels.append(label[usable])
        count += int(usable.sum())
        if count >= samples:
            break
    else:
        raise ExpressionError("the formula has a value at too few points")
    return np.concatenate(points)[:samples], np.concatenate(labels)[:samples]


def _candidates(formula: Formula, rng: np.random.Generator, n: int) -> Floats:
    """Points (n, 1 or 2) of [-1, 1]; along the line in strata, without gaps or clumps, in random order."""
    if formula.kind != "line":
        return rng.uniform(-1.0, 1.0, (n, 2))
    return 2.0 * rng.permutation((np.arange(n) + rng.random(n)) / n)[:, None] - 1.0


def _ensure_both(formula: Formula, rng: np.random.Generator, points: Floats, label: Floats) -> None:
    """Put points of a class that has fewer than two in the places of others."""
    for side in (0.0, 1.0):
        for _ in range(ROUNDS):
            lacking = 2 - int((label == side).sum())
            if lacking <= 0:
                break
            some = rng.uniform(-1.0, 1.0, (1_000, 2))
            found, usable = _answers(formula, some)
            new = some[usable & (found == side)][:lacking]
            places = np.flatnonzero(label != side)[: len(new)]
            points[places], label[places] = new, side
