"""What a sceptical user of the command line tried: names, places and numbers that nobody gives, and full pipes."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer

from tests.cli.terminal import DIVERGING, SMALL, Run, write
from twostroke.gui.cli.subcommands import speech as report


@pytest.mark.parametrize("command", [("train", "--updates", "1"), ("trace", "--at", "0"), ("check",)])
def test_a_session_that_cannot_be_a_file_is_a_sentence(run: Run, command: tuple[str, ...]) -> None:
    for argument in ("", "x" * 300, "x" * 5_000, "a/" * 3_000, "a\nb"):
        run(command[0], argument, *command[1:]).is_one_line_of_trouble(2, "There is no file")


def test_a_session_named_without_its_ending_is_found_out(run: Run, tmp_path: Path) -> None:
    write(tmp_path)
    for argument in ("mine", "mine.twostroke", "mine.twostroke.jsn", "mine.json"):
        run("check", argument).is_one_line_of_trouble(2, "Did you mean mine.twostroke.json?")
        run(argument).is_one_line_of_trouble(2, "Did you mean mine.twostroke.json?")
    run("x" * 300).is_one_line_of_trouble(2, "There is no file")


@pytest.mark.parametrize(
    "command",
    [("train", "--updates", "0", "out.npz"), ("trace", "--at", "0", "out.npz"), ("export", "--at", "0", "out.png")],
)
def test_a_place_that_cannot_be_written_is_told_before_the_work(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: tuple[str, ...]
) -> None:
    verb, option, value, output = command
    run(verb, "two-strokes", option, value, "-o", "x" * 300 + output).is_one_line_of_trouble(2, "too long", "255")
    run(verb, "two-strokes", option, value, "-o", "").is_one_line_of_trouble(2, "xpected")
    (tmp_path / "kept").mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK or not str(path).endswith("kept"))
    run(verb, "two-strokes", option, value, "-o", f"kept/{output}").is_one_line_of_trouble(2, "read-only")
    (tmp_path / output).write_text("old")
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK or not str(path).endswith(output))
    run(verb, "two-strokes", option, value, "-o", output).is_one_line_of_trouble(2, "write-protected")
    assert (tmp_path / output).read_text() == "old"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("one.png", "--fps", "0"), ("fps", "1 to 120")),
        (("one.png", "--updates", "-1"), ("updates", "1 to 1,000")),
        (("one.svg", "--seconds-per-update", "nan"), ("seconds", "0.1 to 600")),
        (("film.mp4", "--moment", "gait:1"), ("gait:1", "gate_back:1")),
    ],
)
def test_an_option_that_makes_no_sense_is_refused_also_where_it_has_no_use(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    run("export", "two-strokes", "--at", "0", "-o", *arguments).is_one_line_of_trouble(2, *words)
    assert os.listdir(tmp_path) == []


def test_too_many_frames_a_second_for_anything_is_no_matter_of_the_format(run: Run) -> None:
    outcome = run("export", "two-strokes", "--at", "0", "-o", "film.mp4", "--fps", "1000")
    outcome.is_one_line_of_trouble(2, "1,000", "1 to 120")
    assert "choose .mp4" not in outcome.err


def failing_update(run: Run, name: str) -> int:
    """The number of the update that cannot be done."""
    outcome = run("train", name, "--updates", "1000")
    assert outcome.code == 1
    return int(outcome.err.split("at update ")[1].split(":")[0].replace(",", ""))


def test_the_update_that_fails_has_a_trace_that_says_so_and_no_picture(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, **DIVERGING)
    at = str(failing_update(run, name))
    outcome = run("trace", name, "--at", at, "--json")
    assert outcome.code == 0
    assert len(outcome.err.splitlines()) == 1
    assert "no longer a finite number" in outcome.err
    values = [number for array in outcome.json["arrays"].values() for number in np.ravel(array["values"])]
    assert None in values
    for output in ("one.png", "film.gif"):
        run("export", name, "--at", at, "-o", output).is_one_line_of_trouble(1, f"Update {at}", "cannot be shown")
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("command", [("lessons",), ("lessons", "--json"), ("train", "--updates", "1"), ("check",)])
def test_a_result_that_cannot_be_printed_is_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: tuple[str, ...]
) -> None:
    name = write(tmp_path, network=SMALL)
    said = typer.echo

    def echo(message: Any = None, err: bool = False, **more: Any) -> None:
        if not err:
            raise OSError(errno.ENOSPC, "No space left on device")
        said(message, err=err, **more)

    monkeypatch.setattr(typer, "echo", echo)
    outcome = run(*(command if command[0] == "lessons" else (command[0], name, *command[1:])))
    assert outcome.code == 1
    assert outcome.err == (
        "twostroke: The result could not be printed: the disk is full; free some space or choose another folder.\n"
    )


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_that_cannot_be_printed_is_a_sentence(option: str) -> None:
    command = [sys.executable, "-m", "twostroke.gui.cli", option]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("twostroke: The text could not be printed: the disk is full")


def test_no_bar_where_there_is_no_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with report.progress("Training", 10) as show:
        show(5)


@pytest.mark.skipif(sys.platform == "win32", reason="sends an interrupt")
def test_a_long_check_can_be_interrupted(tmp_path: Path) -> None:
    command = [sys.executable, "-c", INTERRUPTED_CHECK, write(tmp_path, network=SMALL)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (130, "twostroke: Interrupted.\n")


INTERRUPTED_CHECK = f"""
import os, signal, sys, threading
from twostroke.engine.run.trainer import Trainer
from twostroke.gui.cli import cli, signals
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background would inherit deafness
signals.end_at_once()  # as the program does: an exception can be lost in a callback of Python's own
ordinary = Trainer.advance
def advance(self, updates):
    Trainer.advance = ordinary
    threading.Timer(0.2, os.kill, (os.getpid(), {int(signal.SIGINT)})).start()
    return ordinary(self, updates)
Trainer.advance = advance
sys.exit(cli.main(["check", sys.argv[1], "--updates", "10000000"]))
"""


def test_one_unit_is_one_unit(run: Run) -> None:
    assert "sigmoid, 1 unit:" in run("trace", "two-strokes", "--at", "0").out


@pytest.mark.parametrize("command", [("train", "--updates", "1"), ("trace", "--at", "0"), ("check",), ("probe",)])
def test_a_table_in_place_of_a_session_is_told(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    """With the keys that make it the data of one."""
    (tmp_path / "rd.csv").write_text("a,b\n1,2\n3,4\n")
    np.savez(tmp_path / "act.npz", x=np.zeros((12, 2)), y=np.zeros(12))
    verb, *options = command
    for name, dataset in (("rd.csv", "table"), ("act.npz", "npz")):
        said = f'set data.name to "{dataset}" and data.path to this file'
        run(verb, name, *options).is_one_line_of_trouble(2, f"{name} is a", said)


@pytest.mark.parametrize("command", [("train", "--updates", "1"), ("trace", "--at", "0"), ("check",), ("probe",)])
def test_what_was_found_in_a_table_is_said(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    """As in the data panel: on stderr, and with --json also in the object. Other data say nothing."""
    rows = [f"{i},{i * i % 7},same,{i % 2}" for i in range(40)]
    rows[3] = "3,,same,1"
    (tmp_path / "people.csv").write_text("\n".join(["age,size,kind,won", *rows]))
    name = write(tmp_path, data={"name": "table", "path": "people.csv"}, network=SMALL)
    verb, *options = command
    said = ("40 rows and 4 columns", 'Target "won": 2 classes', 'Left out: "kind"', "Dropped 1 row", '"size" 1')
    plain, outcome = run(verb, name, *options), run(verb, name, *options, "--json")
    assert plain.code == outcome.code == 0
    for words in said:
        assert words in plain.err
        assert words not in plain.out
        assert words in " ".join(outcome.json["data"]["report"])
    assert plain.err.splitlines() == outcome.json["data"]["report"] == outcome.err.splitlines()
    other = run(verb, write(tmp_path, network=SMALL), *options, "--json")
    assert (other.err, "data" in other.json) == ("", False)


@pytest.mark.parametrize("command", [("train", "--updates", "1"), ("trace", "--at", "0"), ("check",), ("probe",)])
def test_values_that_fall_together_are_said(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    """Of arrays, which have no report, and of a table, after its report."""
    x = np.append(np.arange(39) * 1e-6, 1e9)
    np.savez(tmp_path / "a.npz", x=x[:, None], y=np.arange(40) % 2)
    (tmp_path / "a.csv").write_text("\n".join(["x,y", *(f"{value!r},{i % 2}" for i, value in enumerate(x.tolist()))]))
    verb, *options = command
    for dataset, name, file in (("npz", "x1", "a.npz"), ("table", "x", "a.csv")):
        data = {"name": dataset, "path": file, "train_share": 1}
        outcome = run(verb, write(tmp_path, data=data, network=SMALL), *options, "--json")
        about = f'"{name}": 40 different values become 2 in 32 bit'
        assert outcome.code == 0
        assert outcome.json["data"]["report"][-1].startswith(about)
        assert outcome.err.splitlines() == outcome.json["data"]["report"]
