"""Numbers as files of other programs hold them, little-endian, as arrays of 64 bit."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.files.array_shapes import check_shape
from twostroke.engine.session.phrases import shown

Array = NDArray[np.float64]

KINDS = {"F16": "<f2", "BF16": "<u2", "F32": "<f4", "F64": "<f8"}
"""Kinds of number, as safetensors calls them, and how NumPy reads them; bfloat16 is the upper half of a float32."""


def array_of(name: str, kind: str, shape: Sequence[int], data: bytes | memoryview) -> Array:
    """The array with these numbers. ValueError, as the end of a sentence, where there is none."""
    if kind not in KINDS:
        raise ValueError(f"holds {shown(name)} as {kind}; expected numbers of the kind {', '.join(KINDS)}")
    check_shape(name, shape)
    dtype = np.dtype(KINDS[kind])
    count = 1
    for size in shape:
        count *= size
    if count * dtype.itemsize != len(data):
        raise ValueError(f"holds {shown(name)} with another number of bytes than its shape asks for")
    found = np.frombuffer(data, dtype)
    if kind == "BF16":
        found = (found.astype("<u4") << 16).view("<f4")
    return in_64_bit(found).reshape(tuple(shape))


def in_64_bit(values: NDArray[Any]) -> Array:
    """Numbers of any precision; those that are none, or too large, are not finite then."""
    with np.errstate(over="ignore", invalid="ignore"):
        return values.astype(np.float64)
