"""Rows for a session's file, so that its own split gives the training and the test part that are wanted, in order."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from twostroke.engine.data.dataset import split_of

T = TypeVar("T")


def arranged(train: Sequence[T], test: Sequence[T], seed: int) -> tuple[list[T], float]:
    """All rows, and the `train_share` with which a regression of this `data.seed` finds these parts in them."""
    count = len(train) + len(test)
    share = len(train) / count
    learnt, tried = split_of(np.zeros(count), share, seed, classes=False)
    rows = dict(zip(learnt.tolist(), train, strict=True)) | dict(zip(tried.tolist(), test, strict=True))
    return [rows[place] for place in range(count)], share
