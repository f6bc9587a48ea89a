"""Rectangles of a picture: which of them meet, and which lie within another one."""

from collections.abc import Sequence

import numpy as np

Box = tuple[int, int, int, int]
"""Left, top, right and bottom, in dots. The last two lie behind it."""

Boxes = Sequence[Box]

FEW_PAIRS = 600
"""Up to so many pairs of boxes Python compares sooner than NumPy, which first has to be given them."""


def meeting(some: Boxes, others: Boxes) -> Sequence[bool]:
    """Which of `some` overlap any of `others`. No box is empty."""
    if len(some) * len(others) <= FEW_PAIRS:
        return [_overlaps(box, others) for box in some]
    left, top, right, bottom = np.array(some, dtype=np.int64).T[:, :, None]
    begins, tops, ends, bottoms = np.array(others, dtype=np.int64).T[:, None, :]
    overlap = (left < ends) & (begins < right) & (top < bottoms) & (tops < bottom)
    out: list[bool] = overlap.any(axis=1).tolist()
    return out


def _overlaps(box: Box, others: Boxes) -> bool:
    left, top, right, bottom = box
    for begins, tops, ends, bottoms in others:  # a loop: this is asked thousands of times a second
        if left < ends and begins < right and top < bottoms and tops < bottom:
            return True
    return False


def outermost(boxes: Boxes) -> list[Box]:
    """Those that do not lie within another one."""
    every = sorted(set(boxes))
    if len(every) ** 2 <= FEW_PAIRS:
        return [box for box in every if not any(_within(box, other) for other in every if other is not box)]
    left, top, right, bottom = np.array(every, dtype=np.int64).T
    begins, ends = (
        (left[:, None] >= left) & (top[:, None] >= top),
        (right[:, None] <= right) & (bottom[:, None] <= bottom),
    )
    alone = np.count_nonzero(begins & ends, axis=1) == 1  # each lies within itself
    return [box for box, outermost in zip(every, alone.tolist(), strict=True) if outermost]


def _within(box: Box, other: Box) -> bool:
    return box[0] >= other[0] and box[1] >= other[1] and box[2] <= other[2] and box[3] <= other[3]
