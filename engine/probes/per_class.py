"""How well each class is told from the others."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.compute.record import frozen

Real = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ClassFigures:
    """Of each class (classes,), over one part of the data. NaN where there is nothing to divide by."""

    support: NDArray[np.int64]  # samples of the class
    predicted: NDArray[np.int64]  # samples taken for it
    precision: Real  # share of these that are of the class
    recall: Real  # share of its samples that are taken for it
    f1: Real  # harmonic mean of both: 2 hits / (support + predicted)


def class_figures(confusion: NDArray[np.int64]) -> ClassFigures:
    """From how often each class was taken for which, [true, predicted]."""
    hits, support, predicted = np.diagonal(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    return ClassFigures(
        support=frozen(support),
        predicted=frozen(predicted),
        precision=_ratio(hits, predicted),
        recall=_ratio(hits, support),
        f1=_ratio(2 * hits, support + predicted),
    )


def _ratio(above: NDArray[np.int64], below: NDArray[np.int64]) -> Real:
    return frozen(np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0))
