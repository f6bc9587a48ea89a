"""Many lines or rectangles for one call of Qt: to make an object for each takes as long as to paint it."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar, cast

import numpy as np
from PySide6.QtCore import QLineF, QRectF
from shiboken6 import Shiboken

from twostroke.gui.stage.scene.items import Floats

Shape = TypeVar("Shape", QLineF, QRectF)

NUMBERS = 4
"""Of which both consist in Qt: x1, y1, x2, y2 of a line; x, y, width, height of a rectangle. All are doubles."""


class Many(threading.local, Generic[Shape]):
    """Objects that are made once, in each thread, and whose numbers lie in one array."""

    def __init__(self, kind: type[Shape]) -> None:
        self._kind: type[Shape] = kind
        self._shapes: list[Shape] = []
        self._numbers = np.empty((0, NUMBERS))

    def of(self, *numbers: Floats) -> list[Shape]:
        """One object for each place in the arrays. They are good until the next call."""
        count = len(numbers[0])
        if count > len(self._shapes):
            self._grow(max(count, 2 * len(self._shapes)))
        for column, values in enumerate(numbers):
            self._numbers[:count, column] = values
        return self._shapes[:count]

    def _grow(self, count: int) -> None:
        self._shapes = []  # before the memory in which they lie
        self._numbers = np.empty((count, NUMBERS))
        begin, step = self._numbers.ctypes.data, self._numbers.strides[0]
        wrap = cast("Callable[[int, type[Shape]], Shape]", Shiboken.wrapInstance)
        self._shapes = [wrap(begin + step * at, self._kind) for at in range(count)]
