"""An input that is tried: one that a user has typed or drawn, or a sample of the test part, as the network sees it."""

from dataclasses import dataclass

import numpy as np

from twostroke.engine.border.snapshot import Trial
from twostroke.engine.border.tape import Array
from twostroke.engine.compute.record import frozen
from twostroke.engine.data import Dataset
from twostroke.engine.session.phrases import counted


@dataclass(frozen=True, eq=False)
class Tried:
    """A trial with what its passes need; `dataset` is the one whose scale it was brought to."""

    trial: Trial
    dataset: Dataset
    x: Array  # (1, inputs)
    target: Array  # (1, outputs); NaN where it is not known


def typed(values: tuple[float, ...], dataset: Dataset) -> Tried:
    """Raw values as the network would see them among the data. ValueError, as a sentence, where they do not fit."""
    inputs = dataset.raw_train.shape[1]
    if len(values) != inputs:
        raise ValueError(f"An input of these data is {counted(inputs, 'number')}; got {len(values)}.")
    raw = np.array(values, dtype=np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        x = dataset.prepare(raw[None, :])
    if not (np.isfinite(raw).all() and np.isfinite(x).all()):
        raise ValueError("The network can only be tried with finite numbers that are not too large.")
    unknown = np.full((1, dataset.target_train.shape[1]), np.nan, dtype=x.dtype)
    return Tried(Trial(frozen(raw)), dataset, frozen(x), frozen(unknown))


def of_test_part(row: int, dataset: Dataset) -> Tried:
    """A sample of the test part. ValueError, as a sentence, where there is none such."""
    count = len(dataset.x_test)
    if not 0 <= row < count:
        there = f"it has rows 0 to {count - 1}" if count else "it is empty"
        raise ValueError(f"There is no sample {row} in the test part; {there}.")
    own = slice(row, row + 1)
    return Tried(Trial(dataset.raw_test[row], row), dataset, dataset.x_test[own], dataset.target_test[own])
