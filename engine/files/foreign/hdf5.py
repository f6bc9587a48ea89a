"""HDF5 as far as Keras writes weights with it: groups of the first kind, plain arrays that lie in one piece.

Source: HDF5 File Format Specification, version 3.0, for superblock 0, version 1 object headers, B-trees and symbol
tables. The general library is a parser of five megabytes in C, which a strange file should not meet inside a window;
a file that needs more of the format is refused.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from twostroke.engine.files.array_shapes import MOST_AXES
from twostroke.engine.files.foreign.numbers import Array, array_of
from twostroke.engine.session.phrases import shown

SIGNATURE = b"\x89HDF\r\n\x1a\n"
MOST_PARTS = 50_000
MOST_MESSAGES = 1_000
DEEPEST = 16
LONGEST_NAME = 1_000

DATASPACE, DATATYPE, LAYOUT, FILTERS, CONTINUED, SYMBOLS = 1, 3, 8, 11, 16, 17
"""Kinds of message in an object's header."""

FLOAT, OPAQUE = 1, 5
CONTIGUOUS = 1
KINDS = {(2, 5, 10): "F16", (2, 8, 7): "BF16", (4, 8, 23): "F32", (8, 11, 52): "F64"}
"""Bytes, bits of the exponent and of the fraction -> kind of number."""

DAMAGED = "holds weights that are damaged"
NEWER = "is written in a newer form of HDF5 than Keras writes; save it with Keras again"


@contextmanager
def _sound() -> Iterator[None]:
    """What is too short for what it should hold, as a ValueError."""
    try:
        yield
    except (struct.error, IndexError) as error:
        raise ValueError(DAMAGED) from error


class Hdf5:
    """A file in memory. All methods raise ValueError, as the end of a sentence, where it is not sound."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._seen = 0
        if content[:8] != SIGNATURE:
            raise ValueError("holds weights that are no HDF5 file")
        version, offsets, lengths = content[8], *content[13:15]
        if version != 0 or (offsets, lengths) != (8, 8):
            raise ValueError(NEWER)
        self._base = 0
        self._base = self._number(24)
        self._root = self._number(64)

    def arrays(self) -> dict[str, int]:
        """Where the header of each object that is no group lies, by its path."""
        with _sound():
            return dict(self._below(self._root, "", 0))

    def array(self, at: int, name: str) -> tuple[Array, bool]:
        """The array whose header lies there, and whether its numbers have 64 bit."""
        with _sound():
            return self._array(at, name)

    def _array(self, at: int, name: str) -> tuple[Array, bool]:
        messages = dict(self._messages(at))
        if FILTERS in messages or not {DATASPACE, DATATYPE, LAYOUT} <= messages.keys():
            raise ValueError(f"holds {shown(name)} packed or in pieces, which is not read; save it as Keras does")
        shape = self._shape(messages[DATASPACE], name)
        kind, swapped, size = self._kind(messages[DATATYPE], name)
        begin, length = self._place(messages[LAYOUT], name)
        count = 1
        for axis in shape:
            count *= axis
        if length != count * size:
            raise ValueError(f"holds {shown(name)} with another number of bytes than its shape asks for")
        data = self._bytes(begin, length) if length else b""
        if swapped:
            data = np.frombuffer(data, f">u{size}").astype(f"<u{size}").tobytes()
        return array_of(name, kind, shape, data), kind == "F64"

    def _below(self, at: int, path: str, depth: int) -> Iterator[tuple[str, int]]:
        self._count(depth)
        messages = dict(self._messages(at))
        if SYMBOLS not in messages:
            if DATASPACE not in messages and messages.keys() & {2, 6}:
                raise ValueError(NEWER)
            yield path, at
            return
        tree, heap = struct.unpack_from("<QQ", messages[SYMBOLS])
        for name, header in self._entries(tree, heap, 0):
            yield from self._below(header, f"{path}/{name}" if path else name, depth + 1)

    def _entries(self, tree: int, heap: int, depth: int) -> Iterator[tuple[str, int]]:
        """Names and headers in a group: leaves of its B-tree."""
        self._count(depth)
        mark = self._bytes(tree, 8)
        if mark[:4] == b"TREE" and mark[4] == 0:
            for place in range(int.from_bytes(mark[6:8], "little")):
                yield from self._entries(self._number(tree + 32 + 16 * place), heap, depth + 1)
        elif mark[:4] == b"SNOD":
            for place in range(int.from_bytes(mark[6:8], "little")):
                name, header = struct.unpack("<QQ", self._bytes(tree + 8 + 40 * place, 16))
                yield self._name(heap, name), header
        else:
            raise ValueError(DAMAGED)

    def _name(self, heap: int, offset: int) -> str:
        if self._bytes(heap, 4) != b"HEAP":
            raise ValueError(DAMAGED)
        begin = self._base + self._number(heap + 24) + offset
        end = self._content.find(b"\0", begin, begin + LONGEST_NAME)
        if not 0 <= begin < end:
            raise ValueError(DAMAGED)
        return self._content[begin:end].decode("utf-8", "replace")

    def _messages(self, at: int) -> Iterator[tuple[int, bytes]]:
        """Kind and content of all messages of an object's header, and of what it is continued in."""
        start = self._bytes(at, 16)
        if start[0] != 1:
            raise ValueError(NEWER)
        count = int.from_bytes(start[2:4], "little")
        blocks = [(at + 16, int.from_bytes(start[8:12], "little"))]
        if count > MOST_MESSAGES:
            raise ValueError(DAMAGED)
        while blocks and count:
            place, left = blocks.pop(0)
            while left >= 8 and count:
                kind, size = struct.unpack("<HH", self._bytes(place, 4))
                content = self._bytes(place + 8, size)
                if kind == CONTINUED:
                    begin, length = struct.unpack_from("<QQ", content)
                    blocks.append((int(begin), int(length)))
                self._count()
                yield kind, content
                place, left, count = place + 8 + size, left - 8 - size, count - 1

    def _shape(self, message: bytes, name: str) -> list[int]:
        version, axes = message[0], message[1]
        if version not in (1, 2) or axes > MOST_AXES:
            raise ValueError(f"holds {shown(name)} in a shape that is not read")
        return list(struct.unpack_from(f"<{axes}Q", message, 8 if version == 1 else 4))

    def _kind(self, message: bytes, name: str) -> tuple[str, bool, int]:
        """Kind of number, whether its bytes come in the other order, and how many it has."""
        group, order = message[0] & 15, message[1]
        size = int.from_bytes(message[4:8], "little")
        if group == OPAQUE and size == 2:  # what NumPy has no name for, and Keras calls bfloat16
            return "BF16", False, 2
        kind = KINDS.get((size, message[13], message[15])) if group == FLOAT and not order & 64 else None
        if kind is None:
            raise ValueError(f"holds {shown(name)} in a kind of number that is not read; expected 16, 32 or 64 bit")
        return kind, bool(order & 1), size

    def _place(self, message: bytes, name: str) -> tuple[int, int]:
        if message[0] != 3 or message[1] != CONTIGUOUS:
            raise ValueError(f"holds {shown(name)} packed or in pieces, which is not read; save it as Keras does")
        begin, length = struct.unpack_from("<QQ", message, 2)
        return int(begin), int(length)

    def _count(self, depth: int = 0) -> None:
        """That what is read comes to an end: a file can lead in circles."""
        self._seen += 1
        if self._seen > MOST_PARTS or depth > DEEPEST:
            raise ValueError("holds weights in too many groups, or in a circle of them")

    def _number(self, at: int) -> int:
        return int.from_bytes(self._bytes(at, 8), "little")

    def _bytes(self, at: int, length: int) -> bytes:
        begin = self._base + at
        if begin < 0 or begin + length > len(self._content):
            raise ValueError("holds weights that are cut short")
        return self._content[begin : begin + length]
