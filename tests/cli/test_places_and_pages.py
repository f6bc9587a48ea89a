"""Places that are tried before the work, names that look like something else, and pages that are too narrow."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.terminal import SMALL, Run, write
from twostroke.engine.compute import kept
from twostroke.gui.cli import code_page
from twostroke.gui.cli.subcommands import speech

posix = pytest.mark.skipif(os.name != "posix", reason="needs pipes, links and code pages")
COMMAND = [sys.executable, "-m", "twostroke.gui.cli"]

WRITING: dict[str, tuple[str, ...]] = {
    "w.npz": ("train", "two-strokes", "--updates", "1", "-o"),
    "s.twostroke.json": ("train", "two-strokes", "--updates", "1", "--save"),
    "t.npz": ("trace", "two-strokes", "--at", "0", "-o"),
    "f.png": ("export", "two-strokes", "--at", "0", "-o"),
    "f.mp4": ("export", "two-strokes", "--at", "0", "-o"),
    "p.md": ("bench", "tiny", "--markdown"),
    "g.png": ("--grab",),
}


@posix
@pytest.mark.parametrize("name", WRITING)
@pytest.mark.parametrize("what", ["a pipe", "a folder", "a device"])
def test_what_cannot_be_replaced_is_told_before_the_work(run: Run, tmp_path: Path, name: str, what: str) -> None:
    if what == "a pipe":
        os.mkfifo(tmp_path / name)
    elif what == "a folder":
        (tmp_path / name).mkdir()
        (tmp_path / name / "kept").write_text("mine")
    else:
        (tmp_path / name).symlink_to("/dev/null")
        run(*WRITING[name], name + "/below").is_one_line_of_trouble(2)
        return
    before = sorted(os.listdir(tmp_path))
    run(*WRITING[name], name).is_one_line_of_trouble(2)
    assert sorted(os.listdir(tmp_path)) == before


@posix
@pytest.mark.parametrize("name", WRITING)
def test_a_folder_in_which_nothing_can_be_made_is_told_before_the_work(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """Also where the system says beforehand that it could be, as some network disks do."""
    opened = os.open

    def refuses(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if flags & os.O_CREAT and str(path).endswith(".part"):
            raise OSError(30, "Read-only file system")
        return opened(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", refuses)
    run(*WRITING[name], name).is_one_line_of_trouble(2, name, "the disk is read-only")


@pytest.mark.skipif(sys.platform == "win32", reason="no file can be called like that")
@pytest.mark.parametrize("name", ["a:b", "http:c", "-dash", "a b", "ä-日本", "50%d", "a'b\"c", "$x;y"])
@pytest.mark.parametrize("ending", [".mp4", ".gif", ".png", ".svg"])
def test_an_export_may_have_any_name(run: Run, tmp_path: Path, name: str, ending: str) -> None:
    size = ("--size", "160x90", "--fps", "2", "--seconds-per-update", "1", "--at", "0")
    outcome = run("export", "two-strokes", "-o", name + ending, *size)
    assert outcome.code == 0, outcome.err
    assert [path.name for path in tmp_path.iterdir()] == [name + ending]


@pytest.mark.skipif(sys.platform == "win32", reason="no file can be called like that")
@pytest.mark.parametrize("name", ["a:b", "-dash", "--dash", "-k", "a b", "ä-日本", "train", "-o", "-oops"])
def test_every_command_takes_a_session_of_any_name(run: Run, tmp_path: Path, name: str) -> None:
    name += ".twostroke.json"
    os.rename(tmp_path / write(tmp_path, network=SMALL), tmp_path / name)
    assert run("train", name, "--updates", "2", "-o", name + ".npz", "--save", "-x" + name).code == 0
    assert run("trace", "-x" + name, "--at", "2", "-o", "-t.npz").code == 0
    assert run("check", name).code == 0
    assert run("probe", "--json", name).code == 0
    assert {"-t.npz", name, name + ".npz", "-x" + name} <= set(os.listdir(tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="no file can be called like that")
@pytest.mark.parametrize("name", ["new\nline", "tab\t", "a\u202eb"])
def test_a_name_that_no_companion_can_have_is_told_before_the_work(run: Run, tmp_path: Path, name: str) -> None:
    """An archive has no companion."""
    mine = write(tmp_path, network=SMALL)
    outcome = run("train", mine, "--updates", "1000000000", "--save", f"{name}.twostroke.json")
    outcome.is_one_line_of_trouble(2, "no file with weights can be called like that; choose a plain name.")
    assert run("train", mine, "--updates", "1", "--save", f"{name}.twostroke").code == 0
    assert run("train", f"{name}.twostroke", "--updates", "1").code == 0


NARROW: tuple[tuple[str, ...], ...] = (
    ("probe", "two-strokes"),
    ("lessons",),
    ("check", "two-strokes"),
    ("trace", "ä", "--at", "0"),
)
ENDED = "=== ended with "
ONE_AFTER_THE_OTHER = f"""
import sys
from twostroke.gui.cli import start
for command in {NARROW!r}:
    sys.argv = ["twostroke", *command]
    code = start.main()
    for stream in (sys.stdout, sys.stderr):
        print(f"{ENDED}{{code}}", file=stream, flush=True)
"""


@posix
@pytest.mark.parametrize("page", ["ascii", "cp1252", "cp437", "latin-1", "koi8-r", "shift_jis", "utf-8"])
def test_a_narrow_code_page_never_raises(tmp_path: Path, page: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": page, "PYTHONUTF8": "0"}
    command = [sys.executable, "-c", ONE_AFTER_THE_OTHER]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
    out, err = (stream.decode(page).split(ENDED) for stream in (done.stdout, done.stderr))
    assert "unexpected" not in done.stderr.decode(page)
    assert [int(each.splitlines()[0]) for each in out[1:]] == [0, 0, 0, 2]
    said = [each.splitlines()[at > 0 :] for at, each in enumerate(out)]
    assert [bool(lines) for lines in said] == [True, True, True, False, False]
    assert err[3].splitlines()[1:], "a session that is not there"


@posix
def test_json_stays_json_on_a_narrow_code_page(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("größe,日本,k\n" + "".join(f"{i},{i * i},{i % 2}\n" for i in range(30)), "utf-8")
    name = write(tmp_path, data={"name": "table", "path": "d.csv", "target": "k"}, network=SMALL)
    texts = []
    for page in ("ascii", "utf-8"):
        environment = {**os.environ, "PYTHONIOENCODING": page}
        command = [*COMMAND, "trace", name, "--at", "0", "--json"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
        texts.append(json.loads(done.stdout.decode(page)))
    assert texts[0] == texts[1]


def test_signs_are_spelled_as_they_look() -> None:
    import codecs

    codecs.register_error(code_page.NAME, code_page.spelled)
    text = "−3 × x₁ → 2² ≤ … größe"
    assert text.encode("ascii", code_page.NAME) == b"-3 x x1 -> 2^2 <= ... gr\\xf6\\xdfe"
    assert text.encode("cp1252", code_page.NAME).decode("cp1252") == "-3 × x1 -> 2² <= … größe"
    assert "\udc80".encode("utf-8", code_page.NAME) == b"\\udc80"


def test_what_was_wrong_with_compiled_code_is_said_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_remarks", [kept.DAMAGED])
    first, second = run("train", "two-strokes", "--updates", "1"), run("train", "two-strokes", "--updates", "1")
    assert (first.code, first.err, second.err) == (0, f"twostroke: {kept.DAMAGED}\n", "")


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_versions_need_no_temporary_folder(option: str) -> None:
    script = (
        "import sys, tempfile\n"
        "def none(*_, **__): raise FileNotFoundError(2, 'No usable temporary directory found')\n"
        "tempfile.gettempdir = tempfile.mkdtemp = tempfile.TemporaryFile = none\n"
        f"sys.argv = ['twostroke', {option!r}]\n"
        "from twostroke.gui.cli.start import main\nsys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert tempfile.gettempdir()


def test_warnings_of_libraries_reach_no_terminal() -> None:
    script = (
        "import sys; from twostroke.gui.cli import start, cli\n"
        "import numpy as np\n"
        "cli.main = lambda: int(np.float32(3e38) * np.float32(10) > 0) - 1\n"
        "sys.exit(start.main())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_characters_that_do_not_exist_are_refused_in_an_archive(run: Run, tmp_path: Path) -> None:
    """Beyond Unicode, or half of a pair."""
    for point in (0x110000, 0xFFFFFFFF, 0xD800, 0xDFFF):
        for order in "<>":
            label = np.array([f"U{order}"[0] + "ab"] * 20, f"{order}U3")
            label.view(f"{order}u4")[4] = point
            np.savez(tmp_path / "d.npz", x=np.arange(20.0)[:, None], y=label)
            outcome = run("train", write(tmp_path, data={"name": "npz", "path": "d.npz"}), "--updates", "1")
            outcome.is_one_line_of_trouble(2, "characters that do not exist")


def test_a_clock_that_no_run_reaches_is_refused(run: Run, tmp_path: Path) -> None:
    from twostroke.engine.files.session_file import FileError, read_saved, write_saved

    assert run("train", "two-strokes", "--updates", "3", "--save", "s.twostroke.json").code == 0
    session, state = read_saved(tmp_path / "s.twostroke.json")
    assert state is not None
    for clock in (2**63 - 1, 2**63 - 3, 2**60, -1):
        late = {**state, "state.clock": np.array([clock, *state["state.clock"][1:]])}
        write_saved(tmp_path / "late.twostroke.json", session, late)
        with pytest.raises(FileError, match="a clock that no run can have"):
            read_saved(tmp_path / "late.twostroke.json")


@posix
def test_a_current_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    code = "import os, sys; os.rmdir(os.getcwd()); from twostroke.gui.cli import cli; sys.exit(cli.main())"
    found = subprocess.run(
        [sys.executable, "-c", code, "check", "two-strokes"],
        cwd=gone,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "XDG_STATE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "unexpected" not in found.stderr
    assert found.returncode in (0, 2)
    if found.returncode == 2:
        assert found.stderr == f"twostroke: {speech.NOWHERE}\n"
