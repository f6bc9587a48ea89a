"""The command line as a whole: help, versions, wrong usage, the window, what a session argument may be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.terminal import Run, write
from twostroke.gui.cli import smoke
from twostroke.gui.shell import app, display


def test_help_names_the_commands(run: Run) -> None:
    outcome = run("--help")
    assert outcome.code == 0
    for word in ("[FILE]", "--smoke", "--version", "export", "train", "trace", "check", "probe", "bench", "lessons"):
        assert word in outcome.out
    assert "\n  window" not in outcome.out


@pytest.mark.parametrize("command", ["export", "train", "trace", "check", "probe", "bench", "lessons"])
def test_each_command_has_help(run: Run, command: str) -> None:
    outcome = run(command, "--help")
    assert outcome.code == 0
    assert "Usage: twostroke" in outcome.out


def test_version_is_quick_and_names_what_matters() -> None:
    script = (
        "import sys; from twostroke.gui.cli import cli; code = cli.main(['--version']);"
        "heavy = [m for m in ('PySide6', 'numba', 'numpy', 'pydantic', 'av') if m in sys.modules];"
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["Twostroke", "Python", "NumPy", "Numba", "Qt"]
    assert all(line.split()[1][0].isdigit() for line in done.stdout.splitlines())


@pytest.mark.parametrize(
    "arguments",
    [
        ("train", "two-strokes"),
        ("trace",),
        ("export", "two-strokes"),
        ("lessons", "nonsense"),
        ("bench", "--nonsense"),
        ("--nonsense",),
        ("check", "two-strokes", "--nonsense"),
    ],
)
def test_wrong_usage_is_exit_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    outcome = run(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert "Error:" in outcome.err


@pytest.mark.parametrize(("arguments", "told"), [
    (("train", "two-strokes", "--updates", "many"), '--updates is "many"; expected a whole number.'),
    (("trace", "two-strokes", "--at", "0.5"), '--at is "0.5"; expected a whole number.'),
    (("check", "two-strokes", "--updates", "x"), '--updates is "x"; expected a whole number.'),
    (("probe", "two-strokes", "--updates", "9" * 5_000), "expected a whole number."),
    (("lessons", "run", "two-strokes", "--seeds", "1.5"), '--seeds is "1.5"; expected a whole number.'),
    (("export", "two-strokes", "-o", "a.mp4", "--fps", ""), '--fps is ""; expected a whole number.'),
    (("export", "two-strokes", "-o", "a.mp4", "--seconds-per-update", "x"), '"x"; expected a number.'),
    (("bench", "--seconds", "1,5"), '--seconds is "1,5"; expected a number.'),
])  # fmt: skip
def test_what_is_no_number_is_told_in_one_line(run: Run, arguments: tuple[str, ...], told: str) -> None:
    run(*arguments).is_one_line_of_trouble(2, told)


def test_a_slip_of_the_pen_names_the_nearest_command(run: Run) -> None:
    outcome = run("exprt", "two-strokes", "-o", "film.mp4")
    assert outcome.code == 2
    assert "export" in outcome.err


def test_an_unexpected_error_is_one_line_and_its_traceback_is_in_the_log(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken() -> None:
        raise RuntimeError("a screw came loose")

    monkeypatch.setattr("twostroke.gui.model.lessons.lessons", broken)
    outcome = run("lessons")
    outcome.is_one_line_of_trouble(1, "a screw came loose", "command-line.log")
    log = (tmp_path / "log" / "command-line.log").read_text()
    assert "Traceback" in log
    assert "a screw came loose" in log


def test_an_interrupted_command_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("twostroke.gui.model.lessons.lessons", interrupted)
    run("lessons").is_one_line_of_trouble(130, "Interrupted")


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path | None, bool]]:
    """Notes how the window is opened, in place of opening it."""
    opened: list[tuple[Path | None, bool]] = []

    def opens(file: Path | None) -> int:
        opened.append((file, False))
        return 0

    def drives(file: Path | None, grab: Path | None) -> int:
        assert grab is None
        opened.append((file, True))
        return 0

    monkeypatch.setattr(app, "run", opens)
    monkeypatch.setattr(smoke, "run_smoke", drives)
    return opened


def test_without_a_command_the_window_opens(run: Run, window: list[tuple[Path | None, bool]]) -> None:
    assert run().code == 0
    assert run("--smoke").code == 0
    assert window == [(None, False), (None, True)]


def test_a_file_is_opened(run: Run, window: list[tuple[Path | None, bool]], tmp_path: Path) -> None:
    name = write(tmp_path)
    for arguments in ((name,), (name, "--smoke"), ("--smoke", name), (f"./{name}",)):
        assert run(*arguments).code == 0
    assert window == [(Path(name), driven) for driven in (False, True, True, False)]


def test_a_file_named_as_a_command_can_be_opened_by_its_path(
    run: Run, window: list[tuple[Path | None, bool]], tmp_path: Path
) -> None:
    os.rename(tmp_path / write(tmp_path), tmp_path / "train")
    assert run("./train").code == 0
    assert window == [(Path("train"), False)]


def test_a_file_that_cannot_be_opened_is_told_without_a_window(
    run: Run, window: list[tuple[Path | None, bool]], tmp_path: Path
) -> None:
    (tmp_path / "broken.json").write_text("{")
    run("missing.twostroke.json").is_one_line_of_trouble(2, "missing.twostroke.json")
    run("broken.json").is_one_line_of_trouble(2, "broken.json")
    run(".").is_one_line_of_trouble(2, "folder")
    assert window == []


def test_without_a_display_the_way_out_is_named(
    run: Run, window: list[tuple[Path | None, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(display, "has_display", lambda: False)
    run().is_one_line_of_trouble(2, "display", "twostroke export")
    assert window == []


def test_a_table_opens_the_window(
    run: Run, window: list[tuple[Path | None, bool]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where there is no window, the keys that make it the data of a session are told."""
    (tmp_path / "rd.csv").write_text("a,b\n1,2\n3,4\n")
    assert run("rd.csv").code == 0
    assert window == [(Path("rd.csv"), False)]
    run("rd.csv", "--smoke").is_one_line_of_trouble(2, "rd.csv is a table, not a session")
    monkeypatch.setattr(display, "has_display", lambda: False)
    run("rd.csv").is_one_line_of_trouble(2, 'set data.name to "table" and data.path to this file')
    assert len(window) == 1


def test_smoke_needs_no_display(
    run: Run, window: list[tuple[Path | None, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(display, "has_display", lambda: False)
    assert run("--smoke").code == 0
    assert window == [(None, True)]


def test_the_window_is_driven_without_a_display_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class BeginsHere(Exception):
        pass

    def program(*_: object, **__: object) -> None:
        raise BeginsHere(os.environ["QT_QPA_PLATFORM"])

    monkeypatch.setattr(smoke, "Program", program)
    for shown, platform in ((True, "a screen"), (False, "offscreen")):
        monkeypatch.setattr(smoke, "has_display", lambda shown=shown: shown)
        monkeypatch.setenv("QT_QPA_PLATFORM", "a screen")
        with pytest.raises(BeginsHere, match=platform):
            smoke.run_smoke()


def test_a_picture_of_the_window_has_to_have_a_place(run: Run) -> None:
    run("--grab", "window.txt").is_one_line_of_trouble(2, "window.txt", ".png")
    run("--grab", "missing/window.png").is_one_line_of_trouble(2, "missing", "folder")
    run("--grab", "window.png", "lessons").is_one_line_of_trouble(2, "lessons")


def test_a_picture_of_the_window_shows_the_session_that_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[Path | None, Path | None]] = []
    monkeypatch.setattr(smoke, "run_smoke", lambda *how: asked.append(how) or 0)
    monkeypatch.setattr(display, "has_display", lambda: False)
    name = write(tmp_path)
    for arguments in (("--grab", "w.png"), ("--grab", "w.png", name), (name, "--grab", "w.png")):
        assert run(*arguments).code == 0
    assert asked == [(file, Path("w.png")) for file in (None, Path(name), Path(name))]
    run("--grab", "w.png", "missing.json").is_one_line_of_trouble(2, "missing.json")
    run(name, "--grab", "w.txt").is_one_line_of_trouble(2, "w.txt", ".png")
    assert len(asked) == 3


def test_messages_about_a_file_name_no_hidden_command(run: Run, tmp_path: Path) -> None:
    outcome = run(write(tmp_path), "--nonsense")
    assert outcome.code == 2
    assert "Usage: twostroke [OPTIONS] {FILE}" in outcome.err
    assert "'twostroke --help'" in outcome.err
    assert "window" not in outcome.err


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_a_display_that_does_not_answer_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for value in ("", ":4711", "nonsense", "127.0.0.1:4711.0"):
        monkeypatch.setenv("DISPLAY", value)
        assert not display.has_display(), value
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display.has_display()


def test_a_missing_session_names_the_nearest_lesson_or_file(run: Run, tmp_path: Path) -> None:
    write(tmp_path)
    run("check", "two-stroke").is_one_line_of_trouble(2, "two-stroke", "Did you mean two-strokes?")
    run("check", "mine.twostrok.json").is_one_line_of_trouble(2, "Did you mean mine.twostroke.json?")
    run("check", "qqq").is_one_line_of_trouble(2, "qqq", "two-strokes")
    run("check", ".").is_one_line_of_trouble(2, "folder")


@pytest.mark.parametrize("command", [("train", "--updates", "1"), ("trace", "--at", "0"), ("check",)])
def test_a_wrong_session_names_file_key_and_what_was_expected(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    name = write(tmp_path, network={"layers": [{"units": 0}]})
    run(command[0], name, *command[1:]).is_one_line_of_trouble(2, name, "network.layers[0].units", "1")
