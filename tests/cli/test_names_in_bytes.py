"""A table whose name is no UTF-8, as old archives have it: sessions and exports that tell of it are written."""

import ast
import json
import os
import runpy
import sys
from pathlib import Path

import pytest

from tests.cli.terminal import Run, write
from twostroke.engine.files.disk import FileError, in_utf8
from twostroke.engine.files.foreign.opening import open_foreign
from twostroke.engine.files.foreign.wishes import Wishes
from twostroke.engine.files.session_file import read_session, write_session

pytestmark = pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="has such names in no folder")

NAME = os.fsdecode(b"caf\xe9.csv")


@pytest.fixture
def session(tmp_path: Path) -> str:
    rows = "\n".join(f"{i % 7},{i % 5},{('no', 'yes')[i % 2]}" for i in range(40))
    (tmp_path / NAME).write_text(f"a,b,kind\n{rows}\n")
    return write(tmp_path, data={"name": "table", "path": NAME})


def test_it_becomes_a_session(run: Run, tmp_path: Path, session: str) -> None:
    """What says it on the screen is `start`, which these tests pass by."""
    made = open_foreign(str(tmp_path / NAME), Wishes()).session
    write_session(tmp_path / "made.twostroke.json", made)
    assert read_session(tmp_path / "made.twostroke.json").data == made.data
    trained = run("train", "made.twostroke.json", "--updates", "3")
    assert (trained.code, trained.err.split(":")[0]) == (0, '"caf\\udce9.csv"')


@pytest.mark.parametrize("name", ["net.py", "net.ipynb", "net.csv", "net.onnx", "net.safetensors", "trace.npz"])
def test_its_code_and_numbers_are_written(run: Run, tmp_path: Path, session: str, name: str) -> None:
    done = run("export", session, "-o", name, "--at", "3")
    assert (done.code, done.out) == (0, f"{name}\n"), done.err
    if name == "net.py":
        assert '# "caf\\udce9.csv": 40 rows' in (tmp_path / name).read_text("utf-8")
        runpy.run_path(name)
    if name == "net.ipynb":
        cells = json.loads((tmp_path / name).read_text("utf-8"))["cells"]
        assert all(ast.parse("".join(cell["source"])) for cell in cells if cell["cell_type"] == "code")


def test_its_solution_is_written(run: Run, tmp_path: Path, session: str) -> None:
    assert run("export", session, "-o", "update.html", "--as", "solution", "--at", "3").code == 0
    assert "caf\ufffd.csv" in (tmp_path / "update.html").read_text("utf-8")


def test_marks_that_turn_the_line_stand_in_no_program(run: Run, tmp_path: Path) -> None:
    """Behind such a mark in a comment, what runs is not what is read."""
    rows = "\n".join(f"{i % 7},{i % 5},{i % 2}" for i in range(40))
    (tmp_path / "a\u202egnp.csv").write_text(f"a,b,kind\n{rows}\n")
    assert run("export", write(tmp_path, data={"name": "table", "path": "a\u202egnp.csv"}), "-o", "net.py").code == 0
    assert (tmp_path / "net.py").read_text("utf-8").replace("\n", "").isprintable()


def test_what_can_say_no_such_name_says_so(tmp_path: Path) -> None:
    """TOML has no way to write it, so that of a storyboard or a lesson is a sentence."""
    assert in_utf8("é", tmp_path / "a.toml") == b"\xc3\xa9"
    with pytest.raises(FileError, match=r"a\.toml cannot be written: .* rename that file first\.$"):
        in_utf8(f'path = "{NAME}"', tmp_path / "a.toml")
