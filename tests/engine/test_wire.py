"""Protocol Buffers on the wire: what is written is read again, and what is wrong is told, not followed."""

import struct

import numpy as np
import pytest

from twostroke.engine.files.foreign import wire


def test_examples_of_the_definition() -> None:
    """Those of protobuf.dev: 150 in field 1, "testing" in field 2."""
    assert wire.whole(1, 150) == bytes.fromhex("089601")
    assert wire.text(2, "testing") == bytes.fromhex("120774657374696e67")
    assert wire.whole(1, -2) == bytes.fromhex("08feffffffffffffffff01")
    assert wire.single(3, 1.5) == bytes.fromhex("1d") + struct.pack("<f", 1.5)


def test_what_is_written_is_read_again() -> None:
    inner = wire.whole(7, 2**63) + wire.text(20, "ζ")
    content = wire.whole(1, -5) + wire.run(300, inner) + wire.single(4, 0.25) + b"\x29" + bytes(8)
    found = list(wire.fields(content))
    assert [number for number, _ in found] == [1, 300, 4, 5]
    assert wire.signed(found[0][1]) == -5  # type: ignore[arg-type]
    assert dict(wire.fields(found[1][1])) == {7: 2**63, 20: "ζ".encode()}  # type: ignore[arg-type]
    assert struct.unpack("<f", found[2][1]) == (0.25,)  # type: ignore[arg-type]
    assert found[3][1] == bytes(8)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("08", "within a number"),
        ("08ff", "within a number"),
        ("08ffffffffffffffffffff01", "64 bits"),
        ("1205ab", "cut short"),
        ("12ffffffffffffffff7f", "cut short"),
        ("09abcd", "cut short"),
        ("00", "kind"),
        ("0b", "kind"),
    ],
)
def test_what_is_no_message_is_refused(content: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        list(wire.fields(bytes.fromhex(content)))


@pytest.mark.parametrize("numbers", [[], [0], [1, 127, 128, 300, 2**63, 2**64 - 1, 0, 5]])
def test_packed_numbers_are_read_at_once(numbers: list[int]) -> None:
    content = b"".join(map(wire.varint, numbers))
    assert wire.packed(memoryview(content)).view(np.uint64).tolist() == numbers


@pytest.mark.parametrize(("content", "words"), [("05ff", "within a number"), ("ffffffffffffffffffff01", "64 bits")])
def test_packed_numbers_that_are_none(content: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        wire.packed(memoryview(bytes.fromhex(content)))


def test_so_many_fields_and_no_more() -> None:
    """Of messages within messages, too; behind it, as many as there are."""
    content = wire.run(1, wire.whole(2, 1) * 3)
    with wire.at_most(4):
        [(_, inner)] = wire.fields(content)
        assert len(list(wire.fields(inner))) == 3  # type: ignore[arg-type]
    with wire.at_most(3), pytest.raises(ValueError, match="far more parts than a model has"):
        [list(wire.fields(value)) for _, value in wire.fields(content)]  # type: ignore[arg-type]
    assert len(list(wire.fields(wire.whole(2, 1) * 10))) == 10
