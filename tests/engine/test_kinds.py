"""A file that is no session is recognised by what is in it, and the way to use it is told."""

import gzip
import json
import os
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from twostroke.engine.files.archive import read_arrays
from twostroke.engine.files.kinds import KINDS, recognised
from twostroke.engine.files.session_file import FileError, read_session, write_session
from twostroke.engine.session.spec import Session


def zipped(path: Path, *members: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, b"content")


ONNX = b"\x08\x08\x12\x07pytorch\x1a\x052.1.0" + bytes(40)
CODE = "import numpy as np\n\n\ndef main(a, b):\n    return a, b\n"
NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": []}], "nbformat": 4})
TABLES = [
    b"a,b,c\n1,2,3\n4,5,6\n",
    b"a;b\r\n1,5;2\r\n3;4\r\n5;6\r\n",
    b"1\t2\n3\t4\n5\t6\n",
    b'"name, first",b\n"x, y",2\n"z, w",3\n',
    b"\xef\xbb\xbfa|b\n1|2\n3|4\n",
    "gr\u00f6\u00dfe,b\n1,2\n3,4\n".encode("cp1252"),
    "a,b\n1,2\n3,4\n".encode("utf-16"),
]
CONTENTS: list[tuple[bytes, str]] = [
    *((content, "a table,") for content in TABLES),
    (ONNX, "an ONNX model"),
    (b"\x89HDF\r\n\x1a\n" + bytes(100), "an HDF5 file"),
    (pickle.dumps({"a": [1, 2]}), "a pickle"),
    (b"\0\0\0\x20ftypisom" + bytes(40), "a film"),
    (b"\x1aE\xdf\xa3" + bytes(40), "a film"),
    (b"GIF89a" + bytes(40), "a film"),
    (b"RIFF\x10\0\0\0WEBPVP8 " + bytes(40), "a film"),
    (b"\x89PNG\r\n\x1a\n" + bytes(40), "a picture"),
    (b"\xff\xd8\xff\xe0" + bytes(40), "a picture"),
    (b"%PDF-1.7\n" + bytes(40), "a picture"),
    (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"></svg>', "a picture"),
    (b"<!DOCTYPE html><html></html>", "a web page"),
    (NOTEBOOK.encode(), "a notebook"),
    (CODE.encode(), "a program"),
    (b"PAR1" + bytes(40), "a table in a form that is not read"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), "a spreadsheet"),
    (gzip.compress(b"a,b\n"), "a packed file"),
]


def refusal(path: Path) -> str:
    with pytest.raises(FileError) as caught:
        read_session(path)
    return str(caught.value)


@pytest.mark.parametrize("name", ["something", "mine.twostroke.json"])
@pytest.mark.parametrize(("content", "title"), CONTENTS)
def test_content_decides_not_the_name(tmp_path: Path, name: str, content: bytes, title: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    said = refusal(path)
    assert f"{path} is {title}" in said
    assert "not a session. " in said
    assert said.endswith(".")


@pytest.mark.parametrize(
    ("members", "title"),
    [
        (("[Content_Types].xml", "xl/workbook.xml"), "a spreadsheet"),
        (("mimetype", "content.xml"), "a spreadsheet"),
        (("metadata.json", "config.json", "model.weights.h5"), "a Keras model"),
        (("archive/data.pkl", "archive/data/0"), "a PyTorch model"),
        (("net/archive_format", "net/models/model.json"), "a PyTorch program"),
        (("people.csv", "readme.txt"), "a zip file"),
    ],
)
def test_zip_files_are_told_apart_by_what_they_hold(tmp_path: Path, members: tuple[str, ...], title: str) -> None:
    zipped(tmp_path / "file.bin", *members)
    said = refusal(tmp_path / "file.bin")
    assert f"is {title}" in said
    assert "not a session. " in said


def with_end_in_64_bit(path: Path, **changed: int) -> None:
    """As PyTorch writes its archives, however small: the end twice, once in 64 bit."""
    content = path.read_bytes()
    rest, (size, begin) = content[:-22], struct.unpack("<LL", content[-10:-2])
    facts = {"members": 1, "size": size, "at": len(rest), "length": 44} | changed
    end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", facts["length"], 45, 45, 0, 0, 1, facts["members"], facts["size"], begin)
    path.write_bytes(rest + end + struct.pack("<4sLQL", b"PK\6\7", 0, facts["at"], 1) + content[-22:])


def test_an_archive_with_an_end_in_64_bit(tmp_path: Path) -> None:
    zipped(tmp_path / "net.pt", "net/data.pkl")
    with_end_in_64_bit(tmp_path / "net.pt")
    assert "is a PyTorch model, not a session" in refusal(tmp_path / "net.pt")
    with (tmp_path / "net.npz").open("wb") as stream:
        np.savez(stream, x=np.zeros((3, 2)))
    with_end_in_64_bit(tmp_path / "net.npz")
    assert read_arrays(tmp_path / "net.npz")["x"].shape == (3, 2)


@pytest.mark.parametrize("changed", [{"members": 2**40}, {"size": 2**40}, {"at": 3}, {"length": 2**20}])
def test_an_end_in_64_bit_that_claims_too_much(tmp_path: Path, changed: dict[str, int]) -> None:
    zipped(tmp_path / "net.npz", "x.npy")
    with_end_in_64_bit(tmp_path / "net.npz", **changed)
    assert "is a zip file whose list of members cannot be read, not a session" in refusal(tmp_path / "net.npz")
    with pytest.raises(FileError, match=r"(is no NPZ archive, or was changed|has [\d,]+ or more members)"):
        read_arrays(tmp_path / "net.npz")


def test_arrays_weights_and_traces(tmp_path: Path) -> None:
    path = tmp_path / "file"
    zeros = np.zeros((12, 2))
    for arrays, title in (
        ({"x": zeros, "y": zeros[:, 0]}, "a pair of arrays"),
        ({"x": zeros, "target": zeros, "meta": np.asarray("{}")}, "a trace"),
        ({"l1.weight": zeros, "l1.bias": zeros}, "a file of parameters"),
        ({"train_images": zeros}, "an archive of arrays"),
    ):
        with path.open("wb") as stream:
            np.savez(stream, **arrays)
        assert f"is {title}, not a session" in refusal(path)
    with path.open("wb") as stream:
        np.save(stream, zeros)
    assert "is a single array (NPY), not a session" in refusal(path)
    save_file({"l1.weight": zeros}, path)
    assert "is a file of weights (safetensors), not a session" in refusal(path)


def test_data_name_their_dataset(tmp_path: Path) -> None:
    """And the sentence names the keys."""
    path = tmp_path / "rd.csv"
    path.write_bytes(TABLES[0])
    kind = recognised(path)
    assert kind is not None
    assert kind.dataset == "table"
    assert 'set data.name to "table" and data.path to this file' in refusal(path)


def test_a_large_table_is_recognised_too(tmp_path: Path) -> None:
    """Larger than any session: only its beginning is read."""
    path = tmp_path / "large"
    path.write_bytes(b"1,2,3\n" * 500_000)
    assert "is a table, not a session" in refusal(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \n",
        b"{}",
        b'{"format": "twostroke-session", "ver',
        b"[1, 2]",
        b"hello, world\n",
        b"PK\x03\x04",
        bytes(1000),
        b"one line, with comma\nand another\nand a third\n",
    ],
)
def test_what_may_be_a_session_or_is_nothing_known_stays(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert recognised(path) is None


def test_a_session_is_a_session_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    write_session(path, Session())
    assert recognised(path) is None
    assert read_session(path) == Session()


def test_nothing_waits_and_nothing_is_trusted(tmp_path: Path) -> None:
    """Folders, pipes, links that lead nowhere; a zip file whose directory claims too much."""
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("", "pipe", "link", "none"):
        assert recognised(tmp_path / name) is None
    zipped(tmp_path / "zip", "a")
    content = bytearray((tmp_path / "zip").read_bytes())
    content[-12:-8] = struct.pack("<L", 2**31)  # size of the directory
    (tmp_path / "zip").write_bytes(content)
    kind = recognised(tmp_path / "zip")
    assert kind is not None
    assert kind.title == "a zip file whose list of members cannot be read"


def test_an_archive_that_is_cut_short(tmp_path: Path) -> None:
    """What is left of it cannot be unpacked."""
    path = tmp_path / "net.npz"
    with path.open("wb") as stream:
        np.savez(stream, x=np.zeros((3, 2)), y=np.zeros(3))
    path.write_bytes(path.read_bytes()[:-3])
    said = refusal(path)
    assert "It is cut short, " in said
    assert "Unpack" not in said


def test_every_kind_is_a_sentence() -> None:
    assert all(kind.use.endswith(".") and kind.title == kind.title.strip(". ") for kind in KINDS)
