"""NPZ archives that mean harm: each is refused in one sentence, before it can fill the memory or run anything."""

import io
import pickle
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twostroke.engine.files import archive
from twostroke.engine.files.session_file import FileError, read_arrays, write_arrays


def npy(array: Any, **options: Any) -> bytes:
    """An array as NumPy writes it."""
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.asarray(array), **options)
    return stream.getvalue()


def header(text: str, content: bytes = b"", version: int = 1) -> bytes:
    """A member with a header of one's own."""
    size = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + size + text.encode() + content


def zipped(path: Path, members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """An archive of these members."""
    with zipfile.ZipFile(path, "w", compression) as stream:
        for name, content in members.items():
            stream.writestr(name, content)
    return path


def refusal(path: Path) -> str:
    """What is said of an archive that is refused, quickly and in little memory."""
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(FileError) as caught:
        read_arrays(path)
    seconds = time.process_time() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < 1.0
    assert peak < 20_000_000
    message = str(caught.value)
    assert message.isprintable()
    assert message.startswith(f"{path} ")
    return message.removeprefix(f"{path} ")


arrays_strategy = st.dictionaries(
    st.from_regex(r"l[0-9]\.[a-z_]{1,8}(\.[a-z]{1,5})?", fullmatch=True),
    st.tuples(
        st.sampled_from(["<f4", "<f8", ">f8", "<i8", "|u1", "|b1"]),
        st.lists(st.integers(0, 4), max_size=4),
        st.booleans(),
    ),
    max_size=5,
)


@given(arrays_strategy)
def test_arrays_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, wanted: dict[str, Any]) -> None:
    """Type, shape and bytes, in any order in memory; and NumPy reads them too."""
    rng = np.random.default_rng(0)
    arrays = {
        key: np.asarray(rng.integers(0, 2, shape), dtype, order="F" if fortran else "C")
        for key, (dtype, shape, fortran) in wanted.items()
    }
    path = tmp_path_factory.getbasetemp() / "round-trip.npz"
    write_arrays(path, arrays)
    read = read_arrays(path)
    with np.load(path, allow_pickle=False) as theirs:
        assert list(read) == list(arrays) == theirs.files
        for key, values in arrays.items():
            for got in (read[key], theirs[key]):
                assert got.dtype == values.dtype
                np.testing.assert_array_equal(got, values, strict=True)


def test_archives_of_numpy_are_read(tmp_path: Path) -> None:
    """Also packed ones, from `np.savez_compressed`, and text."""
    path = tmp_path / "a.npz"
    np.savez_compressed(path, a=np.eye(3), text=np.array("été"), zero=np.float32(1.5))
    read = read_arrays(path)
    np.testing.assert_array_equal(read["a"], np.eye(3))
    assert str(read["text"]) == "été"
    assert read["zero"].shape == ()


class Trap:
    """Runs when it is unpickled."""

    sprung = False

    def __reduce__(self) -> Any:
        return (setattr, (Trap, "sprung", True))


def test_a_pickle_is_refused_and_not_run(tmp_path: Path) -> None:
    """As an object array, as a raw member, and as the whole file."""
    objects = npy(np.array([Trap()], dtype=object), allow_pickle=True)
    path = zipped(tmp_path / "a.npz", {"l1.weight.npy": objects})
    assert refusal(path) == (
        'is refused: "l1.weight.npy" holds Python objects or a kind of array that is not read; expected plain numbers.'
    )
    path = zipped(tmp_path / "b.npz", {"l1.weight.npy": pickle.dumps(Trap())})
    assert refusal(path) == 'is refused: its member "l1.weight.npy" is no NumPy array.'
    path.write_bytes(pickle.dumps(Trap()))
    assert refusal(path) == "is refused: it is no NPZ archive, or is cut short."
    assert not Trap.sprung


def test_a_bomb_of_zeros_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    """Half a gigabyte of zeros packs into a few megabytes."""
    path = tmp_path / "bomb.npz"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as stream,
        stream.open("a.npy", "w") as member,
    ):
        member.write(header("{'descr': '|u1', 'fortran_order': False, 'shape': (553648128,), }"))
        for _ in range(33):
            member.write(bytes(2**24))
    assert path.stat().st_size < 4_000_000
    assert refusal(path) == "is refused: its arrays take 528 MB; expected at most 512 MB."


def test_a_bomb_that_lies_about_its_size_is_read_no_further_than_it_declares(tmp_path: Path) -> None:
    """The directory says 100 bytes, the stream would give 16 million."""
    content = header("{'descr': '|u1', 'fortran_order': False, 'shape': (16777216,), }", bytes(2**24))
    path = zipped(tmp_path / "bomb.npz", {"a.npy": content})
    whole = path.read_bytes()
    size = struct.pack("<L", len(content))
    assert whole.count(size) == 2
    path.write_bytes(whole.replace(size, struct.pack("<L", 100)))
    assert refusal(path) == "is damaged: it is cut short or was changed; make it again."


def test_a_file_of_zeros_is_refused(tmp_path: Path) -> None:
    """By its size where it is too large, by its end where it is not."""
    path = tmp_path / "zeros.npz"
    for size, expected in (
        (2**30, "has 1,024.0 MB; expected at most 512 MB."),
        (2**28, "is refused: it is no NPZ archive, or is cut short."),
        (0, "is refused: it is no NPZ archive, or is cut short."),
    ):
        with path.open("wb") as stream:
            stream.truncate(size)
        assert refusal(path) == expected


@pytest.mark.parametrize(
    "name",
    [
        "../a.npy",
        "/etc/a.npy",
        "a/b.npy",
        "C:a.npy",
        "a\\b.npy",
        "..npy",
        ".a.npy",
        "a",
        "a.txt",
        "a\nb.npy",
        "é.npy",
        "x" * 300 + ".npy",
        "a..b.npy",
    ],
)
def test_names_that_lead_elsewhere(tmp_path: Path, name: str) -> None:
    """Only plain names; nothing is extracted anyway."""
    path = zipped(tmp_path / "a.npz", {name: npy(1.0)})
    assert "is no array with a plain name." in refusal(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.npz"]


def test_a_symbolic_link_in_the_archive(tmp_path: Path) -> None:
    """Has no business there."""
    info = zipfile.ZipInfo("a.npy")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as stream:
        stream.writestr(info, "/etc/passwd")
    assert refusal(tmp_path / "a.npz") == 'is refused: its member "a.npy" is a symbolic link; expected an array.'


def test_two_members_of_one_name(tmp_path: Path) -> None:
    """Which of them counts would depend on the reader."""
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as stream:
        stream.writestr("a.npy", npy(1.0))
        with pytest.warns(UserWarning, match="Duplicate name"):
            stream.writestr("a.npy", npy(2.0))
    assert refusal(path) == "is refused: it holds two members of the same name."


def test_too_many_members(tmp_path: Path) -> None:
    """Counted before the directory is read."""
    path = zipped(tmp_path / "a.npz", {f"a{i}.npy": b"" for i in range(6_001)}, zipfile.ZIP_STORED)
    assert refusal(path) == "is refused: it has 6,001 or more members; expected at most 6,000."


def test_a_directory_that_names_places_before_the_file(tmp_path: Path) -> None:
    """Such a place cannot be sought; that is damage, not a fault of the disk."""
    path = zipped(tmp_path / "a.npz", {"a.npy": npy(1.0)})
    whole = path.read_bytes()
    path.write_bytes(whole[60:])
    assert "is damaged" in refusal(path)


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_unusual_packing(tmp_path: Path, compression: int) -> None:
    """NumPy never writes it."""
    path = zipped(tmp_path / "a.npz", {"a.npy": npy(1.0)}, compression)
    assert refusal(path) == 'is refused: its member "a.npy" is encrypted or packed in an unusual way.'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000,), }", bytes(8)), "another size"),
        (header("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 99999999999999999999,), }"), "is damaged"),
        (header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", bytes(8)), "not read"),
        (header("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", bytes(8)), "Python objects"),
        (header("{'descr': [('a', '|O')], 'fortran_order': False, 'shape': (1,), }", bytes(8)), "Python objects"),
        (header("{'descr': '<f3', 'fortran_order': False, 'shape': (1,), }", bytes(3)), "unknown kind, <f3"),
        (header("{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,), }", bytes(8)), "has 5 axes"),
        (header("__import__('os').abort()"), "Python objects"),
        (header("(" * 9_000), "Python objects"),
        (header("{'descr': '<f8', 'fortran_order': False, 'shape': (), }" + " " * 99_999, bytes(8), 2), "not read"),
        (header("{'descr': '<U999999999', 'fortran_order': False, 'shape': (), }"), "unknown kind"),
        (b"\x93NUMPY\x07\x00", "is no NumPy array"),
        (b"\x93NUM", "is no NumPy array"),
        (b"", "is no NumPy array"),
    ],
)
def test_headers_that_lie(tmp_path: Path, content: bytes, expected: str) -> None:
    """A header is matched, never evaluated, and must agree with the size of its member."""
    assert expected in refusal(zipped(tmp_path / "a.npz", {"a.npy": content}))


def test_cut_short_and_changed(tmp_path: Path) -> None:
    """Any cut, and a changed byte within an array, which its checksum gives away."""
    path = tmp_path / "a.npz"
    write_arrays(path, {"a": np.arange(100.0), "b": np.eye(3)})
    whole = path.read_bytes()
    for cut in range(0, len(whole), 37):
        path.write_bytes(whole[:cut])
        assert refusal(path) == "is refused: it is no NPZ archive, or is cut short."
    path.write_bytes(whole[:500] + bytes([whole[500] ^ 1]) + whole[501:])
    assert refusal(path) == "is damaged: it is cut short or was changed; make it again."


SMALL = {"a": np.arange(6.0).reshape(2, 3), "meta": np.asarray("{}")}


@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_changed_bytes_give_arrays_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[float, int]]
) -> None:
    """No other exception, whatever is changed where."""
    path = tmp_path_factory.getbasetemp() / "changed.npz"
    write_arrays(path, SMALL)
    content = bytearray(path.read_bytes())
    for place, value in changes:
        content[int(place * len(content))] = value
    path.write_bytes(content)
    said, read = "", {}
    try:
        read = read_arrays(path, limit=10_000)
    except FileError as error:
        said = str(error)
    assert said.isprintable() if said else all(isinstance(values, np.ndarray) for values in read.values())


def test_the_limits_leave_room_for_the_largest_session() -> None:
    """Its parameters in float64, and a trace of as many layers as a session can have."""
    from twostroke.engine.session.spec import MAX_LAYERS, MAX_PARAMETERS

    assert archive.MAX_BYTES > 8 * MAX_PARAMETERS
    assert (MAX_LAYERS + 1) * 50 + 4 < archive.MAX_MEMBERS
