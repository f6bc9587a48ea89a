"""Sessions that carry their weights: what is written, that a run resumes exactly, and what is refused."""

import errno
import hashlib
import json
import os
import signal
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.test_trainer import changed, session_of, state_of
from twostroke.engine.border import commands as c
from twostroke.engine.compute.network import Network
from twostroke.engine.files import companion, disk
from twostroke.engine.files.session_file import FileError, read_saved, read_session, write_saved, write_session
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

RICH = session_of(
    network={"layers": [{"units": 6, "activation": "prelu", "norm": "batch", "dropout": 0.2}, {"units": 5, "skip": 0}]},
    training={"optimizer": "adamw", "schedule": {"name": "cosine", "updates": 90}, "batch_size": 7},
)


def captured(trainer: Trainer) -> dict[str, Any]:
    """What a window would write."""
    captured = trainer.apply(c.Capture()).captured
    assert captured is not None
    assert captured.state is not None
    return dict(captured.state)


def saved(tmp_path: Path, session: Session = RICH, updates: int = 30) -> tuple[Path, Trainer]:
    """A saved session after so many updates, and its trainer."""
    trainer = Trainer(session)
    trainer.advance(updates)
    path = tmp_path / "a.twostroke.json"
    write_saved(path, trainer.session, captured(trainer))
    return path, trainer


def companion_of(path: Path) -> Path:
    """The file with the weights of a session."""
    return path.with_name(json.loads(path.read_text("utf-8"))["weights"]["file"])


def refusal(path: Path) -> str:
    """What is said of a session that is refused: in one line, with what to do."""
    with pytest.raises(FileError) as caught:
        read_saved(path)
    message = str(caught.value)
    assert message.isprintable()
    assert message.endswith(
        f"Bring back the file that was saved with {path}, or take the key weights out of the latter."
    )
    return message


# -- there and back ----------------------------------------------------------------------------------------------------


def test_a_run_resumes_exactly(tmp_path: Path) -> None:
    """In another trainer, from the files: update, epoch, optimizer, running figures, the order of the samples."""
    path, trainer = saved(tmp_path)
    session, arrays = read_saved(path)
    resumed = Trainer(session, state=arrays)
    assert (resumed.update, resumed.epoch, resumed.session) == (30, trainer.epoch, RICH)
    assert (snapshot_of(resumed).past, snapshot_of(resumed).changed) == (30, False)
    trainer.advance(50)
    resumed.advance(50)
    assert state_of(resumed) == state_of(trainer)
    assert resumed.evaluate().test.loss == trainer.evaluate().test.loss


def test_the_files(tmp_path: Path) -> None:
    """The session names its companion; that one is plain safetensors, and the same run gives the same bytes."""
    path, trainer = saved(tmp_path)
    beside = companion_of(path)
    content = beside.read_bytes()
    told = json.loads(path.read_text("utf-8"))
    digest = hashlib.sha256(content).hexdigest()
    assert told["weights"] == {"file": f"a.twostroke.{digest[:16]}.safetensors", "sha256": digest}
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted([path.name, beside.name])
    (size,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + size])
    begin, end = header["l1.weight"]["data_offsets"]
    numbers = np.frombuffer(content[8 + size :][begin:end], dtype="<f4").reshape(header["l1.weight"]["shape"])
    assert np.array_equal(numbers, trainer.network.weight(1))
    assert {"l1.running_mean", "l2.skip_weight", "l1.param.negative_slope", "state.clock", "state.first"} <= {*header}
    write_saved(path, trainer.session, captured(trainer))
    assert beside.read_bytes() == content


def test_a_session_without_weights(tmp_path: Path) -> None:
    """Is read without any, and written without the key."""
    path = tmp_path / "a.json"
    write_session(path, RICH)
    assert "weights" not in json.loads(path.read_text("utf-8"))
    assert read_saved(path) == (RICH, None)


def test_parameters_alone_begin_at_update_0(tmp_path: Path) -> None:
    """As another program may have trained them."""
    path, trainer = saved(tmp_path)
    write_saved(path, RICH, trainer.network.parameters())
    session, arrays = read_saved(path)
    begun = Trainer(session, state=arrays)
    assert begun.update == 0
    assert np.array_equal(begun.network.theta, trainer.network.theta)
    assert begun.advance(5) == 5


def test_a_running_session_does_not_carry_the_key(tmp_path: Path) -> None:
    """Saved without weights later on, it must not name those of before."""
    path, _ = saved(tmp_path)
    assert read_session(path).weights.file == companion_of(path).name
    assert Trainer(read_session(path)).session == RICH


def test_the_folder_can_be_moved(tmp_path: Path) -> None:
    """With session, weights and a table of one's own in it."""
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "t.csv").write_text("a,b,y\n" + "\n".join(f"{i % 7},{i % 5},{i * 0.5}" for i in range(60)))
    table = {"name": "table", "path": str(folder / "t.csv"), "target": "y"}
    path, trainer = saved(folder, Session.model_validate({"data": table}), 10)
    assert json.loads(path.read_text("utf-8"))["data"]["path"] == "t.csv"
    folder.rename(tmp_path / "two")
    session, state = read_saved(tmp_path / "two" / path.name)
    assert state_of(Trainer(session, state=state)) == state_of(trainer)


def test_what_is_captured_stays_as_it_was() -> None:
    """It is a copy: what is done later does not touch it. Without the state, the session alone is told."""
    trainer = Trainer(RICH)
    capture = captured(trainer)
    before = capture["l1.weight"].copy()
    trainer.advance(5)
    assert np.array_equal(capture["l1.weight"], before)
    plain = trainer.apply(c.Capture(state=False), 7)
    assert plain.number == 7
    assert plain.captured is not None
    assert (plain.captured.session, plain.captured.state) == (trainer.session, None)
    with pytest.raises(ValueError, match="read-only"):
        capture["l1.weight"][0, 0] = 1.0


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_a_missing_companion(tmp_path: Path) -> None:
    """The session alone was copied."""
    path, _ = saved(tmp_path)
    companion_of(path).unlink()
    assert ".safetensors cannot be read: there is no such file or folder." in refusal(path)


def test_an_altered_companion(tmp_path: Path) -> None:
    """One bit, or another run's."""
    path, _ = saved(tmp_path)
    beside = companion_of(path)
    content = bytearray(beside.read_bytes())
    content[-1] ^= 1
    beside.write_bytes(content)
    assert "is not the file that was saved with the session: its digest differs." in refusal(path)


def with_companion(tmp_path: Path, content: bytes, session: Session = RICH) -> Path:
    """A session whose companion is this, digest and all."""
    path = tmp_path / "a.twostroke.json"
    write_saved(path, session, {"a": np.zeros(1)})
    beside = companion_of(path)
    told = json.loads(path.read_text("utf-8"))
    told["weights"]["sha256"] = hashlib.sha256(content).hexdigest()
    beside.write_bytes(content)
    path.write_text(json.dumps(told), "utf-8")
    return path


def framed(header: dict[str, Any] | bytes, data: bytes = b"") -> bytes:
    """A safetensors file with this header."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def entry(shape: list[int], begin: int, end: int, dtype: str = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 7,
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 100) + b"{}",
        framed(b"[]"),
        framed(b"{"),
        framed(b'{"a":' + b"[" * 100_000),
        framed({"a": entry([2], 0, 8), "b": entry([2], 4, 12)}, bytes(12)),
        framed({"a": entry([2], 4, 12)}, bytes(12)),
        framed({"a": entry([2], 0, 8)}, bytes(9)),
        framed({"a": entry([2], 0, 8)}, bytes(7)),
        framed({"a": entry([2**62, 2**62], 0, 8)}, bytes(8)),
        framed({"a": entry([-2], 0, 8)}, bytes(8)),
        framed({"a": entry([2], 8, 0)}, bytes(8)),
        framed({"a": entry([2], 0, 8, "Q32")}, bytes(8)),
        framed({"a": {"dtype": "F32"}}, bytes(8)),
    ],
)
def test_files_that_are_no_safetensors(tmp_path: Path, content: bytes) -> None:
    """Sizes, offsets, overlaps, holes and kinds that cannot be."""
    assert "is no safetensors file, or is damaged." in refusal(with_companion(tmp_path, content))


def test_kinds_of_number_that_are_not_read(tmp_path: Path) -> None:
    """Sound, but not ours."""
    content = framed({"a": entry([4], 0, 4, "F8_E4M3")}, bytes(4))
    assert 'holds "a" as F8_E4M3; expected numbers of 32 or 64 bits.' in refusal(with_companion(tmp_path, content))
    many = companion.to_bytes({f"a{i}": np.zeros(1) for i in range(2_001)})
    assert "holds 2,001 arrays; expected at most 2,000." in refusal(with_companion(tmp_path, many))


@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_changed_bytes_give_arrays_or_a_sentence(changes: list[tuple[float, int]]) -> None:
    """No other exception, whatever is changed where."""
    content = bytearray(companion.to_bytes({"a": np.arange(6.0).reshape(2, 3), "b": np.arange(3)}))
    for place, value in changes:
        content[int(place * len(content))] = value
    said, arrays = "", {}
    try:
        arrays = companion.from_bytes(bytes(content))
    except ValueError as error:
        said = str(error)
    assert said.isprintable() if said else all(isinstance(values, np.ndarray) for values in arrays.values())


def without(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda arrays: arrays.pop(key)


def put(key: str, values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda arrays: arrays.update({key: values})


def fill(key: str, value: float) -> Callable[[dict[str, Any]], None]:
    return lambda arrays: arrays.update({key: np.full_like(arrays[key], value)})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (without("l2.bias"), "lacks l2.bias, which the session's network has."),
        (without("l1.running_variance"), "lacks l1.running_variance, which"),
        (without("state.clock"), "lacks state.clock, which the session's network has."),
        (put("l9.weight", np.zeros(1)), 'holds "l9.weight", which the session\'s network does not have.'),
        (put("l1.weight", np.zeros((3, 3), np.float32)), "has l1.weight in the shape (3, 3); the session's"),
        (put("l1.bias", np.zeros(6)), "has l1.bias as float64; the session's network has float32."),
        (fill("l1.weight", np.nan), "has a number in l1.weight that is not finite."),
        (fill("l1.running_variance", -0.5), "has a negative number in l1.running_variance; a variance is 0 or more."),
        (fill("state.second", np.inf), "has a number in state.second that is not finite."),
        (fill("state.clock", -1), "holds a clock that no run can have."),
        (fill("state.powers", 2.0), "holds a clock that no run can have."),
    ],
)
def test_states_that_do_not_fit(tmp_path: Path, change: Callable[[dict[str, Any]], None], expected: str) -> None:
    """What is named, and what the network has instead."""
    trainer = Trainer(RICH)
    arrays = captured(trainer)
    change(arrays)
    assert expected in refusal(with_companion(tmp_path, companion.to_bytes(arrays)))


def test_the_session_was_edited(tmp_path: Path) -> None:
    """By hand, to another width."""
    path, _ = saved(tmp_path)
    told = json.loads(path.read_text("utf-8"))
    told["network"]["layers"][1]["units"] = 4
    path.write_text(json.dumps(told), "utf-8")
    assert "has l2.weight in the shape (5, 6); the session's network has (4, 6)." in refusal(path)


def test_a_state_that_does_not_fit_leaves_the_trainer_as_it_was() -> None:
    """Opening is all or nothing."""
    trainer = Trainer(RICH)
    trainer.advance(3)
    before, arrays = state_of(trainer), captured(trainer)
    other = changed(RICH, network={"layers": [{"units": 3}]})
    with pytest.raises(ValueError, match="which the session's network"):
        trainer.apply(c.Open(other, state=arrays))
    assert (state_of(trainer), trainer.session) == (before, RICH)


@pytest.mark.parametrize(
    "weights",
    [
        {"file": "../a.safetensors", "sha256": "0" * 64},
        {"file": "a/b.safetensors", "sha256": "0" * 64},
        {"file": "a\\b.safetensors", "sha256": "0" * 64},
        {"file": "a.npz", "sha256": "0" * 64},
        {"file": "a\n.safetensors", "sha256": "0" * 64},
        {"file": "a.safetensors", "sha256": "00"},
        {"file": "a.safetensors", "sha256": "G" * 64},
        {"file": "a.safetensors"},
        {"sha256": "0" * 64},
        {"file": 3, "sha256": "0" * 64},
        {"name": "a.safetensors"},
        "a.safetensors",
    ],
)
def test_names_and_digests_that_cannot_be(tmp_path: Path, weights: Any) -> None:
    """The companion lies beside the session, nowhere else."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"format": "twostroke-session", "version": 1, "weights": weights}))
    with pytest.raises(FileError, match=r"weights") as caught:
        read_saved(path)
    assert str(caught.value).isprintable()


# -- one moment at which both files change --------------------------------------------------------------------------


def test_the_old_companion_goes_with_the_old_session(tmp_path: Path) -> None:
    """Also one of the names of before; not one that another session names, nor a foreign one of a like name."""
    path, trainer = saved(tmp_path)
    first = companion_of(path)
    foreign = tmp_path / "a.twostroke.safetensors"
    foreign.write_bytes(b"foreign")
    trainer.advance(1)
    write_saved(path, RICH, captured(trainer))
    second = companion_of(path)
    assert sorted(tmp_path.iterdir()) == sorted([path, second, foreign])
    assert first != second
    copy = tmp_path / "b.twostroke.json"
    copy.write_bytes(path.read_bytes())
    trainer.advance(1)
    write_saved(path, RICH, captured(trainer))
    assert second.exists()
    assert read_saved(copy)[1] is not None
    old = json.loads(path.read_text("utf-8"))
    third = companion_of(path).rename(foreign)
    path.write_text(json.dumps(old | {"weights": {"file": third.name, "sha256": old["weights"]["sha256"]}}), "utf-8")
    assert read_saved(path)[1] is not None
    trainer.advance(1)
    write_saved(path, RICH, captured(trainer))
    assert not foreign.exists()


@pytest.mark.parametrize("failing", [1, 2])
def test_a_rename_that_fails_keeps_a_session_with_its_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """Whichever of the two it is: all is as it was."""
    path, trainer = saved(tmp_path)
    before = {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()}
    replace, calls = os.replace, list[int]()

    def fails(source: Path, target: Path) -> None:
        calls.append(1)
        if len(calls) == failing:
            raise OSError(errno.ENOSPC, "full")
        replace(source, target)

    trainer.advance(7)
    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(FileError, match="the disk is full"):
        write_saved(path, RICH, captured(trainer))
    monkeypatch.undo()
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == before


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("function", ["fsync", "replace", "unlink"])
@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("after", [False, True])
def test_a_kill_leaves_one_of_both_and_the_next_save_removes_the_rest(
    tmp_path: Path, function: str, call: int, after: bool
) -> None:
    """Before and after each call of the system that matters, in a process of its own."""
    path, trainer = saved(tmp_path)
    trainer.advance(1)
    child = os.fork()
    if child == 0:
        _killed_at(function, call, after, lambda: write_saved(path, RICH, captured(trainer)))
    os.waitpid(child, 0)
    assert read_saved(path)[1] is not None
    for entry in tmp_path.iterdir():
        os.utime(entry, (0, 0))
    trainer.advance(1)
    write_saved(path, RICH, captured(trainer))
    assert sorted(tmp_path.iterdir()) == sorted([path, companion_of(path)])


def _killed_at(function: str, call: int, after: bool, work: Callable[[], object]) -> None:
    plain, calls = getattr(os, function), list[int]()

    def counted(*arguments: object, **options: object) -> object:
        calls.append(1)
        done = plain(*arguments, **options) if after or len(calls) != call else None
        if len(calls) == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    setattr(os, function, counted)
    work()
    os._exit(0)


# -- nothing is lost ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failing", [1, 2])
def test_a_disk_that_fails_keeps_the_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    """Whichever of the two files cannot be completed, both are as they were."""
    path, _ = saved(tmp_path)
    before = {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()}
    calls: list[int] = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == failing:
            raise OSError(errno.ENOSPC, "full")

    trainer = Trainer(RICH)
    trainer.advance(7)
    monkeypatch.setattr(disk.os, "fsync", full)
    with pytest.raises(FileError, match="the disk is full"):
        write_saved(path, RICH, captured(trainer))
    monkeypatch.undo()
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == before


def test_network_of_a_saved_session(tmp_path: Path) -> None:
    """`state_from` puts the given network into the state."""
    path, trainer = saved(tmp_path)
    _, arrays = read_saved(path)
    assert arrays is not None
    network = Network(RICH)
    state = companion.state_from(network, arrays)
    assert network.theta is state.theta
    assert np.array_equal(network.theta, trainer.network.theta)
