"""Protocol Buffers as they lie in a file, as far as ONNX needs them: numbered fields, without a schema.

A message is a run of fields. Each begins with a varint, 8 · number + kind: kind 0 is a varint, 1 eight bytes, 2 a run
of bytes with its length before it (text, numbers, another message), 5 four bytes. Source: "Encoding", protobuf.dev.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
from numpy.typing import NDArray

WHOLE, EIGHT, RUN, FOUR = 0, 1, 2, 5
LONGEST = 10
"""Bytes of a varint of 64 bits."""

Value = int | memoryview
"""Of a field that was read: a whole number of 64 bits without a sign for kind 0, else its bytes."""


# -- writing ---------------------------------------------------------------------------------------------------------


def varint(value: int) -> bytes:
    """A whole number of -2**63 to 2**64 - 1, seven bits a byte, the lowest first; negative ones as 2**64 + value."""
    left, out = value & (2**64 - 1), bytearray()
    while left > 0x7F:
        out.append(left & 0x7F | 0x80)
        left >>= 7
    out.append(left)
    return bytes(out)


def whole(number: int, value: int) -> bytes:
    """Field `number` as a whole number."""
    return varint(8 * number + WHOLE) + varint(value)


def run(number: int, content: bytes) -> bytes:
    """Field `number` as bytes: also a message inside another, and packed numbers."""
    return varint(8 * number + RUN) + varint(len(content)) + content


def text(number: int, value: str) -> bytes:
    """Field `number` as text."""
    return run(number, value.encode("utf-8"))


def single(number: int, value: float) -> bytes:
    """Field `number` as a number of four bytes, float32."""
    return varint(8 * number + FOUR) + struct.pack("<f", value)


_left: ContextVar[Iterator[int] | None] = ContextVar("left", default=None)
"""How many fields may still be read; None: any number."""


# -- reading ---------------------------------------------------------------------------------------------------------


def read_varint(content: memoryview, at: int) -> tuple[int, int]:
    """The whole number at `at`, and where what follows it begins. ValueError where there is none."""
    value = 0
    for place in range(LONGEST):
        if at + place >= len(content):
            raise ValueError("ends within a number")
        byte = content[at + place]
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value & (2**64 - 1), at + place + 1
    raise ValueError("holds a whole number longer than 64 bits")


@contextmanager
def at_most(count: int) -> Iterator[None]:
    """Within, `fields` gives so many fields of all messages together: a short file can hold millions of empty ones."""
    token = _left.set(iter(range(count)))
    try:
        yield
    finally:
        _left.reset(token)


def packed(content: memoryview) -> NDArray[np.int64]:
    """The whole numbers that lie one behind the other. ValueError, as the end of a sentence, where they do not."""
    data = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(data < 0x80)
    if data.size and (not ends.size or ends[-1] != data.size - 1):
        raise ValueError("ends within a number")
    begins = np.concatenate(([0], ends[:-1] + 1))[: ends.size]
    lengths = ends - begins + 1
    most = int(lengths.max(initial=0))
    if most > LONGEST:
        raise ValueError("holds a whole number longer than 64 bits")
    found = np.zeros(ends.size, np.uint64)
    for place in range(most):
        there = lengths > place
        found[there] |= (data[begins[there] + place] & 0x7F).astype(np.uint64) << np.uint64(7 * place)
    return found.view(np.int64)


def fields(content: bytes | memoryview) -> Iterator[tuple[int, Value]]:
    """Number and value of each field of a message, in their order; bytes are not copied.

    ValueError, as the end of a sentence, where this is no message or is cut short.
    """
    view, at, left = memoryview(content), 0, _left.get()
    while at < len(view):
        if left is not None and next(left, None) is None:
            raise ValueError("holds far more parts than a model has")
        key, at = read_varint(view, at)
        number, kind = divmod(key, 8)
        if number == 0 or kind not in (WHOLE, EIGHT, RUN, FOUR):
            raise ValueError(f"holds a field of a kind that Protocol Buffers do not have ({number}, {kind})")
        if kind == WHOLE:
            value, at = read_varint(view, at)
            yield number, value
            continue
        length = {EIGHT: 8, FOUR: 4}.get(kind, 0)
        if kind == RUN:
            length, at = read_varint(view, at)
        if length > len(view) - at:
            raise ValueError("is cut short")
        yield number, view[at : at + length]
        at += length


def signed(value: int) -> int:
    """A whole number that was read, with its sign."""
    return value - 2**64 if value >= 2**63 else value
