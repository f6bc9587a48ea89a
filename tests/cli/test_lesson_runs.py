"""`twostroke lessons run`: what it prints, and what it says of a lesson that fails."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.terminal import Run
from tests.lessons.test_playing import LESSON, write
from twostroke.gui.model.lessons.lesson_file import open_lesson
from twostroke.gui.model.lessons.proof import prove, seeds_of


def test_a_lesson_runs_on_the_command_line(run: Run, tmp_path: Path) -> None:
    write(tmp_path)
    outcome = run("lessons", "run", "mine.toml", "--seeds", "2", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    first, second = outcome.json["lessons"]
    assert (first["name"], first["seed"], second["seed"]) == ("mine", 5, 6)
    assert first["asserts"][0] == {"scene": 1, "text": "update == 20", "value": 20, "holds": True}
    assert [own["scene"] for own in first["asserts"]] == [1, 1, 2]
    told = run("lessons", "run", "mine.toml").out
    assert "mine, seed 5: 3 of 3 assertions hold" in told
    assert "scene 1  holds  update == 20  [20]" in told


def test_one_that_fails_is_told_with_its_line(run: Run, tmp_path: Path) -> None:
    write(tmp_path, LESSON.replace('"update == 20"', '"update == 21"'))
    outcome = run("lessons", "run", "mine.toml")
    assert outcome.code == 1
    assert "scene 1  FAILS  update == 21  [20]" in outcome.out
    assert outcome.err == "twostroke: mine.toml, line 16: update == 21 does not hold; its value is 20.\n"
    failed = run("lessons", "run", "mine.toml", "--json")
    assert failed.code == 1
    assert json.loads(failed.out)["lessons"][0]["asserts"][0]["holds"] is False


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ('update == 20"', 'updat == 20"', 1, ("line 16", 'unknown name "updat"; did you mean update?')),
        ("before.train", "befor.train", 1, ("line 16", "did you mean before?")),
        ("count(l1.firing[row])", "max(l1.z[l1.z > 1e9])", 1, ("line 17", "the mask holds no entry")),
        ("2 if update == 20 else 1", "3", 1, ("line 28", "expected one of the choices, 1 to 2")),
        ('"l1.firing[row]"', '"0 - 1"', 1, ("line 32", "its place from 0")),
        ("gate:1", "gate:7", 2, ("line 25", "scene 2 cannot step to gate:7", "layers 1 to 2")),
        ("{ train = 20 }", '{ cut = "l7.unit[0]" }', 2, ("line 15", "scene 1 cannot cut l7.unit[0]", "l7")),
    ],
)
def test_what_is_wrong_only_when_it_is_played_is_told_with_its_line(
    run: Run, tmp_path: Path, old: str, new: str, code: int, said: tuple[str, ...]
) -> None:
    assert old in LESSON
    write(tmp_path, LESSON.replace(old, new))
    outcome = run("lessons", "run", "mine.toml")
    assert outcome.code == code
    assert len(outcome.err.splitlines()) == 1
    for word in ("mine.toml", *said):
        assert word in outcome.err


def test_what_is_to_be_run_has_to_be_said(run: Run) -> None:
    run("lessons", "run").is_one_line_of_trouble(2, "NAME", "--all")
    run("lessons", "run", "two-strokes", "--all").is_one_line_of_trouble(2, "NAME", "--all")
    run("lessons", "run", "two-stroke").is_one_line_of_trouble(2, "did you mean", "two-strokes")
    run("lessons", "run", "").is_one_line_of_trouble(2, 'unknown lesson ""; expected by-hand', "or vanishing.\n")
    run("lessons", "run", "gone.toml").is_one_line_of_trouble(2, "gone.toml", "no such file")
    run("lessons", "run", "two-strokes", "--seeds", "0").is_one_line_of_trouble(2, "--seeds is 0")


def test_a_broken_file_is_bad_input(run: Run, tmp_path: Path) -> None:
    write(tmp_path, LESSON.replace("train = 20", "trian = 20"))
    run("lessons", "run", "mine.toml").is_one_line_of_trouble(2, "mine.toml, line 15", "did you mean train?")
    (tmp_path / "mine.toml").write_bytes(b"")
    run("lessons", "run", "mine.toml", "--json").is_one_line_of_trouble(2, "mine.toml", "empty")


def test_many_plays_are_done_by_other_processes_and_come_to_the_same(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path)
    told = run("lessons", "run", "mine.toml", "--seeds", "8", "--json").json["lessons"]
    mine = open_lesson(path)
    assert told == [prove(mine, seed).as_json() for seed in seeds_of(mine, 8)]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_ctrl_c_ends_the_plays_and_their_processes(tmp_path: Path) -> None:
    write(tmp_path, LESSON.replace("train = 20", "train = 200_000"))  # a thousand short ones take less than the sleep
    command = [sys.executable, "-m", "twostroke.gui.cli", "lessons", "run", "mine.toml", "--seeds", "1000"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=tmp_path, text=True, start_new_session=True, **pipes) as program:
        time.sleep(5)
        os.killpg(program.pid, signal.SIGINT)
        out, err = program.communicate(timeout=60)
    assert (program.returncode, out, err) == (130, "", "twostroke: Interrupted.\n")
