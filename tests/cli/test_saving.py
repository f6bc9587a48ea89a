"""`train --save`, and what the other commands make of a session that was saved with its weights."""

import json
import os
import stat
from pathlib import Path

import numpy as np
import pytest

from tests.cli.terminal import Run


def test_a_saved_session_goes_on_where_it_was(run: Run, tmp_path: Path) -> None:
    """50 updates, saved, and 30 more are 80 updates."""
    first = run("train", "two-strokes", "--updates", "50", "--save", "half.twostroke.json", "--json")
    assert (first.code, first.json["updates"]) == (0, 50)
    assert len(list(tmp_path.glob("half.twostroke.*.safetensors"))) == 1
    assert run("train", "half.twostroke.json", "--updates", "30", "-o", "two.npz").code == 0
    assert run("train", "two-strokes", "--updates", "80", "-o", "one.npz").code == 0
    with np.load(tmp_path / "one.npz") as one, np.load(tmp_path / "two.npz") as two:
        assert set(one.files) == set(two.files)
        assert all(np.array_equal(one[key], two[key]) for key in one.files)


def test_updates_are_counted_on(run: Run) -> None:
    """A trace of update 52 is the same from both; one from before the weights cannot be had."""
    run("train", "two-strokes", "--updates", "50", "--save", "half.twostroke.json")
    here, there = (run("trace", name, "--at", "52", "--json").json for name in ("half.twostroke.json", "two-strokes"))
    assert here["arrays"] == there["arrays"]
    early = run("trace", "half.twostroke.json", "--at", "49")
    assert early.code == 2
    assert "--at is 49; expected 50, at which the session was saved, or more." in early.err


def test_a_name_that_is_no_sessions(run: Run, tmp_path: Path) -> None:
    """Told before the work begins."""
    for name in ("half.json", ".twostroke.json", "gone/half.twostroke.json"):
        outcome = run("train", "two-strokes", "--updates", "50", "--save", name)
        assert outcome.code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_companion_that_is_gone(run: Run, tmp_path: Path) -> None:
    """One sentence on stderr, exit code 2."""
    run("train", "two-strokes", "--updates", "5", "--save", "half.twostroke.json")
    assert "weights" in json.loads((tmp_path / "half.twostroke.json").read_text("utf-8"))
    companion = next(tmp_path.glob("half.twostroke.*.safetensors"))
    companion.unlink()
    outcome = run("train", "half.twostroke.json", "--updates", "5")
    assert outcome.code == 2
    assert f"{companion.name} cannot be read" in outcome.err


def test_an_archive_is_taken_wherever_a_session_is(run: Run, tmp_path: Path) -> None:
    """One file, with the weights in it; each command goes on from there."""
    assert run("train", "two-strokes", "--updates", "50", "--save", "half.twostroke").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["half.twostroke"]
    here, there = (run("trace", name, "--at", "52", "--json").json for name in ("half.twostroke", "two-strokes"))
    assert here["arrays"] == there["arrays"]
    for command in (("check",), ("probe",), ("train", "--updates", "3", "--save", "more.twostroke")):
        assert run(command[0], "half.twostroke", *command[1:], "--json").code == 0
    assert "Did you mean half.twostroke?" in run("check", "half").err


@pytest.mark.skipif(os.name != "posix", reason="needs pipes")
@pytest.mark.parametrize("what", ["a folder", "a pipe", "a link", "a socket"])
def test_what_stands_where_the_companion_would_is_no_end_of_the_work(run: Run, tmp_path: Path, what: str) -> None:
    """Its name is known only after training; what cannot be replaced stays, and a link leads where it led."""
    save = ("train", "two-strokes", "--updates", "5", "--save", "half.twostroke.json")
    assert run(*save).code == 0
    companion = next(tmp_path.glob("half.twostroke.*.safetensors"))
    weights = companion.read_bytes()
    companion.unlink()
    (tmp_path / "half.twostroke.json").unlink()
    if what == "a folder":
        companion.mkdir()
        (companion / "kept").write_text("mine")
    elif what == "a pipe":
        os.mkfifo(companion)
    elif what == "a link":
        (tmp_path / "theirs").write_text("theirs")
        companion.symlink_to(tmp_path / "theirs")
    else:
        os.mknod(companion, stat.S_IFSOCK | 0o600)
    before = os.lstat(companion)
    for _ in range(2):
        assert run(*save).code == 0
    named = tmp_path / json.loads((tmp_path / "half.twostroke.json").read_text("utf-8"))["weights"]["file"]
    assert named.read_bytes() == weights
    assert run("train", "half.twostroke.json", "--updates", "1").code == 0
    if what == "a link":
        assert (tmp_path / "theirs").read_text() == "theirs"
    else:
        assert os.lstat(companion) == before
        assert len(list(tmp_path.glob("half.twostroke*.safetensors"))) == 2
