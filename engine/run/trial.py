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
    target: Array  # (1, outputs); NaN where nobody knows it


def typed(values: tuple[float, ...], dataset: Dataset, target: tuple[float, ...] | None = None) -> Tried:
    """Raw values as the network would see them among the data, and a target in the units of the data where it is given.

    ValueError, as a sentence, where they do not fit.
    """
    inputs = dataset.raw_train.shape[1]
    if len(values) != inputs:
        raise ValueError(f"An input of these data is {counted(inputs, 'number')}; got {len(values)}.")
    raw = np.array(values, dtype=np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        x = dataset.prepare(raw[None, :])
    if not (np.isfinite(raw).all() and np.isfinite(x).all()):
        raise ValueError("The network can only be tried with finite numbers that are not too large.")
    if target is None:
        unknown = np.full((1, dataset.target_train.shape[1]), np.nan, dtype=x.dtype)
        return Tried(Trial(frozen(raw)), dataset, frozen(x), frozen(unknown))
    trial = Trial(frozen(raw), target=frozen(np.array(target, dtype=np.float64)))
    return Tried(trial, dataset, frozen(x), frozen(_aim(target, dataset)))


def _aim(target: tuple[float, ...], dataset: Dataset) -> Array:
    """What the network should answer, (1, outputs): values as they are scaled, 0 or 1, or a one-hot class."""
    outputs, dtype = dataset.target_train.shape[1], dataset.target_train.dtype
    if dataset.info.classes:
        if len(target) != 1 or target[0] not in range(dataset.info.classes):
            told = ", ".join(f"{value:g}" for value in target)
            raise ValueError(f"The target is a class from 0 to {dataset.info.classes - 1}; got {told}.")
        return np.eye(outputs, dtype=dtype)[[int(target[0])]] if outputs > 1 else np.array([target], dtype=dtype)
    if len(target) != outputs:
        raise ValueError(f"A target of these data is {counted(outputs, 'number')}; got {len(target)}.")
    centre, spread = dataset.target_scale or (0.0, 1.0)
    with np.errstate(over="ignore", invalid="ignore"):
        aim = ((np.array([target], dtype=np.float64) - centre) / spread).astype(dtype)
    if not np.isfinite(aim).all():
        raise ValueError("A target can only be a finite number that is not too large.")
    return aim


def of_test_part(row: int, dataset: Dataset) -> Tried:
    """A sample of the test part. ValueError, as a sentence, where there is none such."""
    count = len(dataset.x_test)
    if not 0 <= row < count:
        there = f"it has rows 0 to {count - 1}" if count else "it is empty"
        raise ValueError(f"There is no sample {row} in the test part; {there}.")
    own = slice(row, row + 1)
    return Tried(Trial(dataset.raw_test[row], row), dataset, dataset.x_test[own], dataset.target_test[own])
