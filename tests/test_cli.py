"""The command line: what it prints where, its exit codes, and what it leaves on the disk."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from twostroke.engine.spec import Session
from twostroke.gui import cli
from twostroke.gui.commands import display, report
from twostroke.gui.lessons import lesson


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def is_one_line_of_trouble(self, code: int, *words: str) -> None:
        assert self.code == code, self.err
        assert self.out == ""
        assert len(self.err.splitlines()) == 1, self.err
        assert "Traceback" not in self.err
        for word in words:
            assert word in self.err


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs `twostroke` with those arguments in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(report, "log_path", lambda: tmp_path / "log" / "command-line.log")

    def call(*arguments: str) -> Outcome:
        code = cli.main(list(arguments))
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return call


def write(tmp_path: Path, **parts: Any) -> str:
    """A session file of that content."""
    content = {"format": "twostroke-session", "version": 1, **parts}
    (tmp_path / "mine.twostroke.json").write_text(json.dumps(content))
    return "mine.twostroke.json"


SMALL = {"layers": [{"units": 3, "activation": "relu"}]}
DIVERGING = {
    "data": {"name": "parabola"},
    "network": {"layers": [{"units": 4, "activation": "quadratic"}, {"units": 4, "activation": "quadratic"}]},
    "training": {"optimizer": {"name": "sgd", "learning_rate": 100}},
}


# -- the program as a whole -------------------------------------------------------------------------------------------


def test_help_names_the_commands(run: Run) -> None:
    outcome = run("--help")
    assert outcome.code == 0
    for word in ("[FILE]", "--smoke", "--version", "export", "train", "trace", "check", "lessons"):
        assert word in outcome.out
    assert "\n  window" not in outcome.out


@pytest.mark.parametrize("command", ["export", "train", "trace", "check", "lessons"])
def test_each_command_has_help(run: Run, command: str) -> None:
    outcome = run(command, "--help")
    assert outcome.code == 0
    assert "Usage: twostroke" in outcome.out


def test_version_is_quick_and_names_what_matters() -> None:
    script = (
        "import sys; from twostroke.gui import cli; code = cli.main(['--version']);"
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
        ("train", "two-strokes", "--updates", "many"),
        ("trace",),
        ("export", "two-strokes"),
        ("lessons", "run", "two-strokes"),
        ("bench", "tiny"),
        ("--nonsense",),
        ("check", "two-strokes", "--nonsense"),
    ],
)
def test_wrong_usage_is_exit_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    outcome = run(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert "Error:" in outcome.err


def test_a_slip_of_the_pen_names_the_nearest_command(run: Run) -> None:
    outcome = run("exprt", "two-strokes", "-o", "film.mp4")
    assert outcome.code == 2
    assert "export" in outcome.err


def test_an_unexpected_error_is_one_line_and_its_traceback_is_in_the_log(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken() -> None:
        raise RuntimeError("a screw came loose")

    monkeypatch.setattr("twostroke.gui.lessons.lessons", broken)
    outcome = run("lessons")
    outcome.is_one_line_of_trouble(1, "a screw came loose", "command-line.log")
    log = (tmp_path / "log" / "command-line.log").read_text()
    assert "Traceback" in log
    assert "a screw came loose" in log


def test_an_interrupted_command_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("twostroke.gui.lessons.lessons", interrupted)
    run("lessons").is_one_line_of_trouble(130, "Interrupted")


# -- the window -------------------------------------------------------------------------------------------------------


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path | None, bool]]:
    """Notes how the window is opened, in place of opening it."""
    app = pytest.importorskip("twostroke.gui.app")
    opened: list[tuple[Path | None, bool]] = []

    def note(file: Path | None, smoke: bool) -> int:
        opened.append((file, smoke))
        return 0

    monkeypatch.setattr(app, "run", note)
    return opened


def test_without_a_command_the_window_opens(run: Run, window: list[tuple[Path | None, bool]]) -> None:
    assert run().code == 0
    assert run("--smoke").code == 0
    assert window == [(None, False), (None, True)]


def test_a_file_is_opened(run: Run, window: list[tuple[Path | None, bool]], tmp_path: Path) -> None:
    name = write(tmp_path)
    for arguments in ((name,), (name, "--smoke"), ("--smoke", name), (f"./{name}",)):
        assert run(*arguments).code == 0
    assert window == [(Path(name), smoke) for smoke in (False, True, True, False)]


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


def test_without_a_display_the_way_out_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "has_display", lambda: False)
    run().is_one_line_of_trouble(2, "display", "twostroke export")


def test_smoke_needs_no_display(
    run: Run, window: list[tuple[Path | None, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "has_display", lambda: False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "")
    assert run("--smoke").code == 0
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
    assert window == [(None, True)]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_a_display_that_does_not_answer_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for value in ("", ":4711", "nonsense", "127.0.0.1:4711.0"):
        monkeypatch.setenv("DISPLAY", value)
        assert not display.has_display(), value
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display.has_display()


# -- sessions ---------------------------------------------------------------------------------------------------------


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


# -- train ------------------------------------------------------------------------------------------------------------


def test_train_prints_one_json_object_and_writes_the_parameters(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, network=SMALL)
    outcome = run("train", name, "--updates", "50", "-o", "weights.npz", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    result = outcome.json
    assert set(result) == {"updates", "updates_per_second", "train", "test"}
    assert result["updates"] == 50
    assert result["updates_per_second"] > 0
    for part in ("train", "test"):
        assert set(result[part]) == {"loss", "accuracy"}
        assert 0 <= result[part]["accuracy"] <= 1
    with np.load(tmp_path / "weights.npz") as arrays:
        assert set(arrays) == {"l1.weight", "l1.bias", "l2.weight", "l2.bias"}
        assert arrays["l1.weight"].shape == (3, 2)
    with np.load(tmp_path / "weights.npz") as trained:
        run("trace", name, "--at", "50", "-o", "trace.npz")
        with np.load(tmp_path / "trace.npz") as tape:
            assert np.array_equal(trained["l1.weight"], tape["l1.weight"])


def test_accuracy_only_for_classes(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, data={"name": "parabola"}, network=SMALL)
    assert set(run("train", name, "--updates", "5", "--json").json["train"]) == {"loss"}
    assert "accuracy" not in run("train", name, "--updates", "5").out


def test_train_in_words(run: Run) -> None:
    outcome = run("train", "two-strokes", "--updates", "2000")
    assert outcome.code == 0
    assert "2,000 updates" in outcome.out
    assert "accuracy" in outcome.out


def test_the_same_session_trains_to_the_same_numbers(run: Run) -> None:
    first, second = (run("train", "two-strokes", "--updates", "300", "--json").json for _ in range(2))
    assert first["train"] == second["train"]
    assert first["test"] == second["test"]


def test_training_that_diverges_is_a_failure_that_says_where(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, **DIVERGING)
    run("train", name, "--updates", "1000", "-o", "weights.npz").is_one_line_of_trouble(1, "update")
    assert not (tmp_path / "weights.npz").exists()


@pytest.mark.parametrize(
    ("output", "code", "word"),
    [("weights.txt", 2, ".npz"), ("missing/weights.npz", 2, "missing"), ("folder.npz", 2, "folder")],
)
def test_an_output_that_cannot_be_is_told_before_training(
    run: Run, tmp_path: Path, output: str, code: int, word: str
) -> None:
    (tmp_path / "folder.npz").mkdir()
    for command in (("train", "--updates"), ("trace", "--at")):
        run(command[0], "two-strokes", command[1], "100000000", "-o", output).is_one_line_of_trouble(code, word)


@pytest.mark.parametrize("updates", ["-1", "1000000000001"])
def test_an_absurd_number_of_updates_is_refused(run: Run, updates: str) -> None:
    run("train", "two-strokes", "--updates", updates).is_one_line_of_trouble(2, "--updates")


# -- trace ------------------------------------------------------------------------------------------------------------

PER_LAYER = {
    "weight", "bias", "z", "a", "gain", "forward_mask", "dloss_da", "dloss_dz", "dloss_dweight", "dloss_dbias",
    "weight_next", "bias_next",
}  # fmt: skip
GENERAL = {"x", "target", "loss", "meta"}


def keys_of(run: Run, tmp_path: Path, name: str) -> set[str]:
    outcome = run("trace", name, "--at", "3", "-o", "trace.npz")
    assert outcome.code == 0, outcome.err
    with np.load(tmp_path / "trace.npz", allow_pickle=False) as arrays:
        meta = json.loads(str(arrays["meta"]))
        assert meta["update"] == 3
        Session.model_validate(meta["session"])
        return set(arrays)


def layer(number: int, without: set[str] = frozenset(), **learned: str) -> set[str]:  # type: ignore[assignment]
    keys = {f"l{number}.{key}" for key in PER_LAYER - without}
    for name in learned.values():
        keys |= {f"l{number}.{group}.{name}" for group in ("param", "dloss_dparam", "param_next")}
    return keys


FUSED = {"dloss_da"}


def test_trace_keys_where_loss_and_output_are_fused(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, network=SMALL)
    assert keys_of(run, tmp_path, name) == GENERAL | layer(1) | layer(2, FUSED)


def test_trace_keys_where_they_are_not(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, network=SMALL | {"output": {"activation": "tanh"}}, training={"loss": "mse"})
    assert keys_of(run, tmp_path, name) == GENERAL | layer(1) | layer(2)


def test_trace_keys_of_softmax_have_no_gain(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, data={"name": "iris"}, network=SMALL)
    assert keys_of(run, tmp_path, name) == GENERAL | layer(1) | layer(2, FUSED | {"gain"})


def test_trace_keys_of_learned_activation_parameters(run: Run, tmp_path: Path) -> None:
    layers = [{"units": 3, "activation": "prelu"}, {"units": 2, "activation": "quadratic"}]
    name = write(tmp_path, network={"layers": layers})
    quadratic = layer(2, p="a", q="b", r="c")
    assert keys_of(run, tmp_path, name) == GENERAL | layer(1, p="negative_slope") | quadratic | layer(3, FUSED)


def test_trace_as_json_carries_the_values(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, network=SMALL, training={"batch_size": 4})
    outcome = run("trace", name, "--at", "2", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    result = outcome.json
    assert (result["update"], result["samples"], result["file"]) == (2, 4, None)
    arrays = {key: np.array(array["values"]) for key, array in result["arrays"].items()}
    for key, array in result["arrays"].items():
        assert list(arrays[key].shape) == array["shape"]
    z = arrays["x"] @ arrays["l1.weight"].T + arrays["l1.bias"]
    assert np.allclose(z, arrays["l1.z"], atol=1e-5)
    assert result["meta"]["session"]["training"]["batch_size"] == 4


def test_trace_as_json_beside_a_file_carries_shapes(run: Run, tmp_path: Path) -> None:
    result = run("trace", "two-strokes", "--at", "0", "--json", "-o", "trace.npz").json
    assert result["file"] == "trace.npz"
    assert result["arrays"]["l2.weight"] == {"shape": [8, 8]}


def test_trace_in_words(run: Run) -> None:
    outcome = run("trace", "two-strokes", "--at", "200")
    assert outcome.code == 0
    assert "update 200" in outcome.out
    assert "gates shut" in outcome.out
    assert len(outcome.out.splitlines()) == 4


@pytest.mark.parametrize(("at", "shown"), [("-1", "−1"), ("100000001", "100,000,001")])
def test_an_update_that_there_cannot_be_is_refused(run: Run, at: str, shown: str) -> None:
    run("trace", "two-strokes", "--at", at).is_one_line_of_trouble(2, "--at", shown)
    run("export", "two-strokes", "-o", "film.mp4", "--at", at).is_one_line_of_trouble(2, "--at", shown)


def test_an_update_behind_a_divergence_is_a_failure(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, **DIVERGING)
    run("trace", name, "--at", "1000", "-o", "trace.npz").is_one_line_of_trouble(1, "1,000")
    assert not (tmp_path / "trace.npz").exists()


def test_a_full_disk_is_a_failure_that_leaves_nothing(run: Run, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, hard))
    try:
        outcome = run("trace", "two-strokes", "--at", "0", "-o", "trace.npz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    outcome.is_one_line_of_trouble(1, "trace.npz")
    assert os.listdir(tmp_path) == []


# -- check ------------------------------------------------------------------------------------------------------------


def test_check_passes_and_shows_a_table(run: Run) -> None:
    outcome = run("check", "two-strokes")
    assert (outcome.code, outcome.err) == (0, "")
    for word in ("l1.weight", "l3.bias", "agree"):
        assert word in outcome.out


def test_check_as_json(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, network={"layers": [{"units": 3, "activation": "gelu"}]})
    result = run("check", name, "--json").json
    assert result["passed"] is True
    assert result["worst"] <= result["tolerance"] == 1e-6
    assert {tensor["name"] for tensor in result["tensors"]} == {"l1.weight", "l1.bias", "l2.weight", "l2.bias"}
    assert result["checked"] > 0


def test_a_gradient_that_does_not_agree_is_exit_code_1(run: Run, tmp_path: Path) -> None:
    name = write(tmp_path, network=SMALL, gates={"backward": False})
    outcome = run("check", name, "--json")
    assert outcome.code == 1
    assert outcome.json["passed"] is False
    assert "do not agree" in outcome.err
    assert len(outcome.err.splitlines()) == 1


# -- lessons ----------------------------------------------------------------------------------------------------------


def test_lessons_are_listed(run: Run) -> None:
    assert "two-strokes  Two strokes, one gate" in run("lessons").out
    listed = run("lessons", "--json").json["lessons"]
    assert listed[0] == {"name": "two-strokes", "title": lesson("two-strokes").title}


# -- export -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-o", "film.avi"), (".avi", ".mp4", ".gif", "folder")),
        (("-o", "missing/film.mp4"), ("missing",)),
        (("-o", "film.mp4", "--size", "big"), ("--size", "1280x720")),
        (("-o", "film.mp4", "--size", "10x10"), ("10", "16")),
        (("-o", "film.mp4", "--size", "9000x720"), ("9,000", "7,680")),
        (("-o", "film.mp4", "--fps", "0"), ("fps", "1 to 120")),
        (("-o", "film.gif", "--fps", "60"), ("fps", "50")),
        (("-o", "film.mp4", "--theme", "red"), ("--theme", "light", "dark")),
        (("-o", "film.mp4", "--updates", "0"), ("updates",)),
        (("-o", "film.mp4", "--updates", "1000", "--seconds-per-update", "60"), ("frames",)),
        (("-o", "film.mp4", "--row", "10"), ("--row", "0 to 9")),
        (("-o", "one.png", "--moment", "gait:1"), ("gait:1", "gate_back:1")),
        (("-o", "full"), ("full", "not empty")),
    ],
)
def test_an_export_that_cannot_be_is_refused(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "photo.png").write_text("")
    run("export", "two-strokes", *arguments, "--at", "0").is_one_line_of_trouble(2, *words)
    assert os.listdir(tmp_path) == ["full"]


def test_a_missing_encoder_is_a_failure(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    av = pytest.importorskip("av")

    def unknown(name: str, mode: str) -> None:
        raise av.codec.codec.UnknownCodecError(name)

    monkeypatch.setattr(av.codec, "Codec", unknown)
    outcome = run("export", "two-strokes", "-o", "film.mp4", "--at", "0")
    outcome.is_one_line_of_trouble(1, "libx264", ".webm")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupting_an_export_leaves_nothing(tmp_path: Path, how: signal.Signals) -> None:
    """With a real interrupt, in a process of its own."""
    command = [sys.executable, "-m", "twostroke.gui.cli", "export", "two-strokes", "-o", "film.mp4"]
    command += ["--at", "0", "--seconds-per-update", "600", "--fps", "60", "--size", "320x180"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 30
        while not list(tmp_path.glob(".film*")):
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(how)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err == "twostroke: Interrupted.\n"
    assert os.listdir(tmp_path) == []
