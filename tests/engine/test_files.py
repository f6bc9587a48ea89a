"""Sessions, traces and parameters on disk: what is written, what is refused, and that nothing half-done is left."""

import errno
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tests.engine.strategies import sessions
from twostroke.engine.files import disk
from twostroke.engine.files.session_file import (
    FileError,
    read_arrays,
    read_parameters,
    read_session,
    trace_arrays,
    write_arrays,
    write_parameters,
    write_session,
    write_trace,
)
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

BARE = '{"format": "twostroke-session", "version": 1}'
posix = pytest.mark.skipif(os.name != "posix", reason="no pipes, links or permission bits there")


def refusal(path: Path) -> str:
    """What is said of a session file that is refused."""
    with pytest.raises(FileError) as caught:
        read_session(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert message.isprintable()
    return message.removeprefix(str(path)).lstrip(": ")


def file_with(tmp_path: Path, content: str | bytes) -> Path:
    """A session file with this content."""
    path = tmp_path / "a.twostroke.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# -- sessions --------------------------------------------------------------------------------------------------------


@given(some=sessions())
def test_a_session_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, some: Session) -> None:
    """Write, read, write: equal sessions, equal bytes."""
    path = tmp_path_factory.getbasetemp() / "round-trip.json"
    write_session(path, some)
    first = path.read_bytes()
    assert read_session(path) == some
    write_session(path, read_session(path))
    assert path.read_bytes() == first


def test_a_session_file_is_pretty(tmp_path: Path) -> None:
    """Keys in the order of the format, a layer a line, a last line that ends."""
    path = tmp_path / "a.json"
    write_session(path, Session.model_validate({"data": {"name": "sine"}, "network": {"layers": [{}, {"units": 3}]}}))
    assert path.read_text("utf-8") == (
        "{\n"
        '  "format": "twostroke-session",\n'
        '  "version": 1,\n'
        '  "data": {\n'
        '    "name": "sine",\n'
        '    "samples": 500,\n'
        '    "noise": 0.1,\n'
        '    "train_share": 0.5,\n'
        '    "features": [],\n'
        '    "seed": 7\n'
        "  },\n"
        '  "network": {\n'
        '    "layers": [\n'
        '      {"units": 8, "activation": "relu"},\n'
        '      {"units": 3, "activation": "relu"}\n'
        "    ],\n"
        '    "output": {"activation": "identity"},\n'
        '    "init": "he_normal",\n'
        '    "seed": 1,\n'
        '    "dtype": "float32"\n'
        "  },\n"
        '  "training": {\n'
        '    "loss": "mse",\n'
        '    "optimizer": {"name": "sgd", "learning_rate": 0.03, "momentum": 0.0},\n'
        '    "batch_size": 10,\n'
        '    "shuffle": true,\n'
        '    "l1": 0.0,\n'
        '    "l2": 0.0\n'
        "  },\n"
        '  "gates": {"forward": true, "backward": true},\n'
        '  "view": {"sample": 0}\n'
        "}\n"
    )


@pytest.mark.parametrize("content", [BARE, "\ufeff" + BARE, f"\r\n\t{BARE}\r\n"], ids=["plain", "mark", "blanks"])
def test_read_with_and_without_byte_order_mark(tmp_path: Path, content: str) -> None:
    """Editors on Windows write one; the suffix does not matter either."""
    path = tmp_path / "session.txt"
    path.write_text(content, "utf-8")
    assert read_session(str(path)) == Session()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "cannot be read: the file is empty; is it cut short?"),
        (" \n", "cannot be read: the file is empty; is it cut short?"),
        (BARE[:-1], "cannot be read: line 1, column 45 is not JSON; is it cut short?"),
        ('{\n  "format": "twostroke-session,\n', "cannot be read: line 2, column 32 is not JSON; is it cut short?"),
        ("PK\x03\x04", "cannot be read: line 1, column 1 is not JSON; is it cut short?"),
        (b"\xff\xfe{\x00}\x00", "is written in UTF-16; expected UTF-8: save it anew in that encoding."),
        ("\ufeff{}".encode("utf-16-be"), "is written in UTF-16; expected UTF-8: save it anew in that encoding."),
        (BARE.encode()[:-1] + b', "\xe9": 1}', "is no text: byte 48 is not UTF-8; save it anew in that encoding."),
        ("[" * 100_000, "is nested too deeply to be a session."),
        ('{"a":' * 100_000, "is nested too deeply to be a session."),
        ("\0" * 1000, "cannot be read: line 1, column 1 is not JSON; is it cut short?"),
        (
            f'{BARE[:-1]}, "data": {{"seed": 1, "seed": 2}}}}',
            'the key "seed" stands twice in one object; remove one of them.',
        ),
        (f'{BARE[:-1]}, "data": {{"noise": NaN}}}}', "data.noise is nan; expected a number from 0 to 1."),
        (f'{BARE[:-1]}, "data": {{"noise": -Infinity}}}}', "data.noise is −inf; expected a number from 0 to 1."),
        (f'{BARE[:-1]}, "data": {{"noise": 1e400}}}}', "data.noise is inf; expected a number from 0 to 1."),
        (
            f'{BARE[:-1]}, "data": {{"seed": {"9" * 100_000}}}}}',
            "data.seed is inf; expected a whole number from 0 to 2,147,483,647.",
        ),
        (
            f'{BARE[:-1]}, "network": {{"layers": [{{"units": 1000000000}}]}}}}',
            "network.layers[0].units is 1,000,000,000; expected a whole number from 1 to 4,096.",
        ),
        (
            f'{BARE[:-1]}, "network": {{"layers": [{",".join(["{}"] * 200_000)}]}}}}',
            "network.layers has 200,000 entries; expected at most 64.",
        ),
        (BARE.replace("1}", "2}"), "version is 2, made by a newer version of the program; this one reads version 1."),
        ("[]", "expected a session, which is an object in braces, and found a list of 0 entries."),
        ("x" * (2**20 + 1), "has 1.0 MB; expected at most 1 MB."),
    ],
    ids=[
        "empty",
        "blank",
        "cut",
        "cut in text",
        "zip",
        "utf-16",
        "utf-16, big end first",
        "latin-1",
        "deep lists",
        "deep objects",
        "zeros",
        "twice",
        "NaN",
        "infinity",
        "1e400",
        "long number",
        "units",
        "layers",
        "newer",
        "list",
        "large",
    ],
)
def test_bad_session_files(tmp_path: Path, content: str | bytes, expected: str) -> None:
    """One sentence each, which begins with the file and says where."""
    assert refusal(file_with(tmp_path, content)) == expected


def test_missing_files_and_folders(tmp_path: Path) -> None:
    """Said in words, not in error numbers."""
    assert refusal(tmp_path / "none.json") == "cannot be read: there is no such file or folder."
    assert refusal(tmp_path) == "cannot be read: it is a folder; expected a file."
    assert refusal(file_with(tmp_path, BARE) / "x.json") == "cannot be read: a part of its path is not a folder."
    assert refusal(tmp_path / ("x" * 300)) == "cannot be read: the name is too long."
    with pytest.raises(FileError, match="no file can have this name"):
        read_session(tmp_path / "a\0b")


@posix
def test_pipes_and_devices_do_not_block(tmp_path: Path) -> None:
    """A pipe that nobody writes to, an endless device, a link to it."""
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    link = tmp_path / "link.json"
    link.symlink_to("/dev/zero")
    for path in (pipe, Path("/dev/zero"), Path("/dev/null"), link):
        assert refusal(path) == "cannot be read: it is a pipe or a device; expected a file."
    with pytest.raises(FileError, match="cannot be written: it is a pipe or a device"):
        write_session(pipe, Session())


def test_refusals_of_the_system(tmp_path: Path, failing_after: Any) -> None:
    """Said in words: permission, a disk that only reads."""
    path = file_with(tmp_path, BARE)
    for code, expected in ((errno.EACCES, "permission denied"), (errno.EROFS, "the disk is read-only")):
        failing_after("open", code)
        assert refusal(path) == f"cannot be read: {expected}."
        with pytest.raises(FileError, match=f"cannot be written: {expected}"):
            write_session(path, Session())


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="nothing is forbidden to root")
def test_permissions(tmp_path: Path) -> None:
    """Said in words, and a file that is protected against writing is not replaced."""
    path = file_with(tmp_path, BARE)
    path.chmod(0)
    assert refusal(path) == "cannot be read: permission denied."
    path.chmod(0o400)
    with pytest.raises(FileError, match="cannot be written: permission denied"):
        write_session(path, Session())
    assert path.read_text() == BARE


def test_a_size_is_said_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gigabyte of zeros costs nothing."""
    path = tmp_path / "zeros.json"
    with path.open("wb") as stream:
        stream.truncate(2**30)
    monkeypatch.setattr(disk, "MEGABYTE", 2**20)
    assert refusal(path) == "has 1,024.0 MB; expected at most 1 MB."


# -- writing ---------------------------------------------------------------------------------------------------------


def listing(folder: Path) -> dict[str, bytes]:
    """Names and contents of all files of a folder."""
    return {entry.name: entry.read_bytes() for entry in folder.iterdir()}


@pytest.fixture
def failing_after(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Lets the disk be full when a given function of `os` is called."""

    def arm(function: str, code: int = errno.ENOSPC) -> None:
        def fail(*arguments: Any, **options: Any) -> None:
            raise OSError(code, "injected")

        monkeypatch.setattr(disk.os, function, fail)

    yield arm
    monkeypatch.undo()


@pytest.mark.parametrize("function", ["fsync", "replace", "chmod"])
@pytest.mark.parametrize(
    "write",
    [lambda path: write_session(path, Session()), lambda path: write_arrays(path, {"a": np.zeros(10_000)})],
    ids=["session", "arrays"],
)
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, failing_after: Any, function: str, write: Any
) -> None:
    """Wherever it fails: one sentence, the old bytes, no other file."""
    path = tmp_path / "old"
    path.write_text("old")
    failing_after(function)
    with pytest.raises(FileError, match="old cannot be written: the disk is full; free some space or choose another"):
        write(path)
    assert listing(tmp_path) == {"old": b"old"}


def test_an_exception_while_writing_leaves_nothing(tmp_path: Path) -> None:
    """Also one that has nothing to do with the disk, such as Ctrl+C."""

    def interrupted() -> None:
        with disk.replacing(tmp_path / "new") as stream:
            stream.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        write_arrays(tmp_path / "new", {"a": np.array([object()])})
    assert listing(tmp_path) == {}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs the limits of Linux")
def test_a_real_limit_of_the_system_in_a_real_process(tmp_path: Path) -> None:
    """The system cuts the file off in the middle of a large array: the same sentence, the old file, nothing beside."""
    path = tmp_path / "old.npz"
    path.write_text("old")
    script = (
        "import resource, signal, sys, numpy as np\n"
        "from twostroke.engine.files.disk import FileError\n"
        "from twostroke.engine.files.archive import write_arrays\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    write_arrays(sys.argv[1], {'a': np.zeros(1_000_000)})\n"
        "except FileError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout == f"{path} cannot be written: the file is too large for the disk.\n"
    assert done.stderr == ""
    assert listing(tmp_path) == {"old.npz": b"old"}


@posix
def test_permissions_of_the_old_file_are_kept_and_new_ones_follow_the_umask(tmp_path: Path) -> None:
    """A private file stays private; a new one is as any other file of the user."""
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text("old")
    old.chmod(0o640)
    before = os.umask(0o027)
    try:
        write_session(old, Session())
        write_session(new, Session())
    finally:
        os.umask(before)
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert stat.S_IMODE(new.stat().st_mode) == 0o640
    old.chmod(0o600)
    write_session(old, Session())
    assert stat.S_IMODE(old.stat().st_mode) == 0o600


@posix
def test_a_link_is_replaced_and_what_it_points_at_stays(tmp_path: Path) -> None:
    """Nothing is written outside the folder that the user chose."""
    outside = tmp_path / "outside"
    outside.write_text("precious")
    folder = tmp_path / "folder"
    folder.mkdir()
    link = folder / "a.json"
    link.symlink_to(outside)
    write_session(link, Session())
    assert outside.read_text() == "precious"
    assert not link.is_symlink()
    assert read_session(link) == Session()


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    """A folder, a missing folder, an impossible name."""
    for path, expected in (
        (tmp_path, "it is a folder; expected a file"),
        (tmp_path / "none" / "a.json", "there is no such file or folder"),
        (tmp_path / "a\0b", "no file can have this name"),
        (Path(""), "it is a folder; expected a file"),
    ):
        with pytest.raises(FileError, match=expected):
            write_session(path, Session())
    assert listing(tmp_path) == {}


def test_two_writers_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    """Each writes beside, under a name of its own; the last rename wins."""
    path = tmp_path / "a.json"
    writers = [threading.Thread(target=write_session, args=(path, Session())) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert list(listing(tmp_path)) == ["a.json"]
    assert read_session(path) == Session()


# -- traces and parameters -------------------------------------------------------------------------------------------

COMMON = {
    "weight",
    "bias",
    "z",
    "a",
    "forward_mask",
    "dloss_dz",
    "dloss_dweight",
    "dloss_dbias",
    "weight_next",
    "bias_next",
}


def network_session(**network: Any) -> Session:
    """A session with a small batch."""
    return Session.model_validate({"network": network, "training": {"batch_size": 4}})


def test_a_trace_has_the_keys_of_the_format(tmp_path: Path) -> None:
    """Every key where it applies, and none where it does not: softmax has no gain, a fused output no dloss_da."""
    learned = {"units": 3, "activation": "prelu"}
    session = network_session(layers=[learned, {"units": 2, "activation": "tanh"}], output="softmax")
    tape = Trainer(session).record()
    path = tmp_path / "a.npz"
    write_trace(path, tape, session)
    with np.load(path, allow_pickle=False) as archive:
        arrays = {key: archive[key] for key in archive.files}
    slope = {"param.negative_slope", "dloss_dparam.negative_slope", "param_next.negative_slope"}
    expected = {"x", "target", "loss", "meta"}
    expected |= {f"l1.{key}" for key in COMMON | {"gain", "dloss_da"} | slope}
    expected |= {f"l2.{key}" for key in COMMON | {"gain", "dloss_da"}}
    expected |= {f"l3.{key}" for key in COMMON}
    assert set(arrays) == expected
    assert arrays["x"].shape == (4, 2)
    assert arrays["target"].shape == (4, 2)
    assert arrays["loss"].shape == ()
    assert arrays["l1.weight"].shape == (3, 2)
    assert arrays["l1.dloss_dparam.negative_slope"].shape == (3,)
    np.testing.assert_array_equal(arrays["l2.z"], tape.layers[1].z)
    meta = json.loads(str(arrays["meta"]))
    assert set(meta) == {"session", "update", "version"}
    assert Session.model_validate(meta["session"]) == session
    assert meta["update"] == 0


def test_a_trace_is_read_back_bit_for_bit_and_written_the_same_twice(tmp_path: Path) -> None:
    """What is written depends on nothing but the tape: no date, no order of a set."""
    session = network_session(layers=[{"units": 3}])
    tape = Trainer(session).record()
    for name in ("a.npz", "b.npz"):
        write_trace(tmp_path / name, tape, session)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    arrays = read_arrays(tmp_path / "a.npz")
    for key, values in trace_arrays(tape, session).items():
        assert arrays[key].dtype == values.dtype
        assert arrays[key].shape == values.shape
        assert arrays[key].tobytes() == np.ascontiguousarray(values).tobytes()


PRELU = {"layers": [{"units": 3, "activation": "prelu"}]}


def test_parameters_come_back_and_can_be_taken_from_a_trace(tmp_path: Path) -> None:
    """What the trainer takes is what was written."""
    session = network_session(**PRELU)
    trainer = Trainer(session)
    trainer.advance(5)
    written = trainer.network.parameters()
    write_parameters(tmp_path / "a.npz", written)
    write_trace(tmp_path / "trace.npz", trainer.record(), session)
    for name in ("a.npz", "trace.npz"):
        read = read_parameters(tmp_path / name, session)
        assert set(read) == set(written)
        for key, values in read.items():
            assert values.dtype == np.float32
            assert values.flags.c_contiguous
            np.testing.assert_array_equal(values, written[key])
    again = Trainer(session, read)
    np.testing.assert_array_equal(again.network.weight(1), trainer.network.weight(1))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"l1.weight": np.full((3, 2), np.nan)}, "l1.weight holds a value that is not a finite float32 number"),
        ({"l2.bias": np.array([np.inf])}, "l2.bias holds a value that is not a finite float32 number"),
        ({"l2.bias": np.array([1e300])}, "l2.bias holds a value that is not a finite float32 number"),
        ({"l1.weight": np.zeros((2, 3))}, "l1.weight has the shape 2 × 3; expected 3 × 2"),
        ({"l1.bias": np.zeros(())}, "l1.bias has the shape of a single number; expected 3"),
        ({"l1.bias": np.array(["a", "b", "c"])}, "l1.bias holds no numbers; expected float32 or float64"),
        ({"l1.bias": None}, r"lacks l1.bias, which the session's network \(2-3-1\) needs"),
        ({"l1.param.negative_slope": None}, "lacks l1.param.negative_slope"),
        ({"l3.weight": np.zeros((1, 1))}, 'holds "l3.weight", which the session\'s network does not have'),
    ],
)
def test_parameters_that_do_not_fit(tmp_path: Path, change: dict[str, Any], expected: str) -> None:
    """The key, its shape, what was expected."""
    session = network_session(**PRELU)
    arrays = {**Trainer(session).network.parameters(), **change}
    write_parameters(tmp_path / "a.npz", {key: values for key, values in arrays.items() if values is not None})
    with pytest.raises(FileError, match=expected):
        read_parameters(tmp_path / "a.npz", session)
