"""NPZ files of any kind as the data of a session: read or refused, never anything else."""

import io
import json
import pickle
import zipfile
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.fuzz.mutants import damaged, mostly
from tests.fuzz.trial import Trial, loaded

KINDS = ("<f8", "<f4", "<f2", ">f8", "<i8", "|u1", "|b1", "<U3", "|S3", "<c16", "<M8[s]", "|O", "<f16", "V8", "<U0")
HUGE = (2**31, 2**62, 10**18)
SPECIAL = (
    0.0,
    1.0,
    2.0,
    -1.0,
    0.5,
    1e30,
    1e31,
    1e300,
    5e-324,
    np.nan,
    np.inf,
    -np.inf,
    2.0**53,
    -0.0,
    1e38,
    3e38,
    1e20,
)


@st.composite
def arrays(draw: st.DrawFn, rows: int, columns: tuple[int, ...]) -> Any:
    """An array of some kind, mostly of so many rows and columns; numbers that are rare elsewhere are common here."""
    kind = np.dtype(draw(mostly("<f8", st.sampled_from(KINDS), of=3)))
    others = [(rows, 0), (rows, 2, 2), (), (0,), (rows + 1,), (rows, 1), (rows, 3)]
    shape = draw(mostly((rows, *columns), st.sampled_from(others)))
    values = draw(st.lists(mostly(1.5, st.sampled_from(SPECIAL), of=3) | st.floats(-3, 3), min_size=2, max_size=7))
    filled = np.resize(np.array(values), shape)
    if kind.kind in "biu":
        return np.clip(np.nan_to_num(filled), 0, 100).astype(kind)
    with np.errstate(all="ignore"):
        return (
            filled.astype(kind)
            if kind.kind == "f"
            else filled.astype("<U3").astype(kind if kind.kind in "US" else "<U3")
        )


@st.composite
def npy(draw: st.DrawFn, rows: int, columns: tuple[int, ...]) -> bytes:
    """A member: an array as NumPy writes it, perhaps with another header."""
    stream = io.BytesIO()
    array = np.asarray(draw(arrays(rows, columns)))
    if draw(mostly(False, st.just(True), of=20)):
        array = array.astype(object)
    np.lib.format.write_array(stream, array, allow_pickle=True)
    content = stream.getvalue()
    return draw(mostly(content, st.builds(bytes.__add__, headers(array.dtype.str, rows), st.just(content[128:]))))


@st.composite
def headers(draw: st.DrawFn, kind: str, rows: int) -> bytes:
    """A header that is wrong, as like as not."""
    descr = draw(st.sampled_from([kind, *KINDS, "<f9", "<U999999999", "f8", "[('a','<f8')]"]))
    axes = draw(st.lists(st.sampled_from([0, 1, 2, rows, *HUGE, -1]), max_size=5))
    order = draw(st.sampled_from(["False", "True", "0"]))
    text = f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({', '.join(map(str, axes))},), }}".encode()
    version = draw(st.sampled_from([b"\1\0", b"\2\0", b"\3\0", b"\x09\0"]))
    length = draw(st.sampled_from([len(text), len(text), 0, 60_000]))
    return b"\x93NUMPY" + version + length.to_bytes(2 if version == b"\1\0" else 4, "little") + text


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """An NPZ file with `x` and `y`, more or less."""
    rows = draw(mostly(30, st.sampled_from([0, 1, 2, 3, 12])))
    shapes = {"x.npy": (2,), "y.npy": draw(st.sampled_from([(), (), (1,), (2,)]))}
    names = draw(
        mostly(("x.npy", "y.npy"), st.sampled_from([("x.npy",), ("y.npy", "z.npy", "x.npy"), ("X.npy", "y"), ()]))
    )
    how = draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as archive:
        for name in names:
            other = st.sampled_from([b"", b"x", pickle.dumps([1]), b"\0" * 100_000])
            archive.writestr(
                zipfile.ZipInfo(name), draw(mostly(draw(npy(rows, shapes.get(name, ()))), other, of=20)), how
            )
    return draw(damaged(buffer.getvalue(), seldom=True))


@st.composite
def sessions(draw: st.DrawFn) -> bytes:
    """A session that takes its data from `a.npz`."""
    data = {
        "name": "npz",
        "path": "a.npz",
        "task": draw(st.sampled_from(["auto", "auto", "classes", "binary", "regression"])),
    }
    if draw(st.booleans()):
        data |= {"train_share": draw(st.sampled_from([0.5, 0.9, 1.0]))}
    if draw(st.booleans()):
        data |= {"scale": draw(st.sampled_from(["standard", "none"]))}
    dtype = draw(st.sampled_from(["float32", "float64"]))
    return json.dumps(
        {
            "format": "twostroke-session",
            "version": 1,
            "data": data,
            "network": {"layers": [{"units": 2}], "dtype": dtype},
        }
    ).encode()


@given(sessions(), files())
@cases(120)
def test_arrays(trial: Trial, session: bytes, content: bytes) -> None:
    path = trial.write("arrays.twostroke.json", session)
    trial.write("a.npz", content)
    trial.refusal(lambda _: loaded(path))


def test_a_bomb(trial: Trial) -> None:
    """Gigabytes of zeros, packed into some hundred kilobytes, are refused by what they declare, or by what they are."""
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (%d,), }"
    for declared, size in ((400_000_000, 1_000_000), (1_000_000, 40_000_000), (2**40, 40_000_000)):
        text = header % declared
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            start = b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text
            archive.writestr("x.npy", start + bytes(size))
        path = trial.write("bomb.twostroke.json", json.dumps(SESSION).encode())
        trial.write("bomb.npz", buffer.getvalue())
        assert "bomb.npz" in trial.refusal(lambda _, path=path: loaded(path))


SESSION = {"format": "twostroke-session", "version": 1, "data": {"name": "npz", "path": "bomb.npz"}}
