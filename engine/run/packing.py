"""A state as one string of bytes: a checkpoint in six arrays takes half as much again, and there are thousands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from twostroke.engine.compute.kernels.plan import State

OBJECT_BYTES = 128
"""What a packed state takes besides its numbers, with its update and its places in lists; about."""


def state_bytes(state: State) -> int:
    """Memory that a packed state takes."""
    return sum(array.nbytes for array in state) + OBJECT_BYTES


@dataclass(frozen=True)
class Form:
    """What the arrays of packed states are: all of one network are alike."""

    parts: tuple[tuple[np.dtype[Any], int], ...]  # type and length of each

    @classmethod
    def of(cls, state: State) -> Form:
        return cls(tuple((array.dtype, array.size) for array in state))

    def unpack(self, packed: bytes) -> State:
        """The state, bit for bit, in arrays of its own."""
        arrays, begin = [], 0
        for kind, size in self.parts:
            arrays.append(np.frombuffer(packed, kind, size, begin).copy() if size else np.zeros(0, kind))
            begin += size * kind.itemsize
        return State(*arrays)


def pack(state: State) -> bytes:
    """Its arrays, one after the other."""
    return b"".join(array.data for array in state)
