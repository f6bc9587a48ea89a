"""Runs that end before their time: by a number that is not finite, by Ctrl-C, by a request to terminate."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.cli import told_training
from tests.cli.terminal import DIVERGING, SMALL, Run, write
from twostroke.engine.files.session_file import read_saved

posix = pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
COMMAND = [sys.executable, "-m", "twostroke.gui.cli"]
RATE_TIMES_L2 = {
    "data": {"name": "spiral", "noise": 0.3, "features": ["x", "y", "x*y", "x^2", "y^2", "sin(x)", "sin(y)"]},
    "network": {"layers": [{"units": 8, "activation": "tanh"}, {"units": 8, "activation": "tanh"}]},
    "training": {"optimizer": {"learning_rate": 0.3}, "batch_size": 30, "l2": 10},
}


def test_a_run_that_diverges_writes_its_last_finite_weights(run: Run, tmp_path: Path) -> None:
    outcome = run(
        "train", write(tmp_path, **RATE_TIMES_L2), "--updates", "5000", "-o", "w.npz", "--save", "s.twostroke.json"
    )
    words = ("learning rate 0.3", "L2 10", "is 3", "1 − 3", "Its weights are in w.npz and s.twostroke.json.")
    outcome.is_one_line_of_trouble(1, "no longer a finite number", *words)
    with np.load(tmp_path / "w.npz") as weights:
        assert all(np.isfinite(weights[key]).all() for key in weights.files)
    _, state = read_saved(tmp_path / "s.twostroke.json")
    assert state is not None
    assert int(state["state.clock"][0]) == int(outcome.err.split("at update ")[1].split(":")[0].replace(",", "")) > 0


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (DIVERGING, ("learning rate 100 is high for sgd", "0.1 or less")),
        (
            {**DIVERGING, "training": {"optimizer": {"name": "adamw", "learning_rate": 1, "weight_decay": 10}}},
            ("learning rate 1 times weight decay 10 is 10",),
        ),
        (
            {"network": {"layers": [{"units": 2}], "parameters": {"l1.bias": [3e38, 3e38]}}},
            ("The network.parameters reach 3e+38; begin with numbers of about 1.",),
        ),
    ],
)
def test_the_likely_cause_is_named_with_figures(
    run: Run, tmp_path: Path, parts: dict[str, object], words: tuple[str, ...]
) -> None:
    run("train", write(tmp_path, **parts), "--updates", "100000").is_one_line_of_trouble(1, *words)


def started(folder: Path, *arguments: str, program: tuple[str, ...] = tuple(COMMAND)) -> subprocess.Popen[str]:
    environment = {**os.environ, "TMPDIR": str(folder / "tmp"), "QT_QPA_PLATFORM": "offscreen"}
    (folder / "tmp").mkdir(exist_ok=True)
    # A job in the background, or one begun with nohup, would inherit deafness.
    heard = {signal.SIGINT: signal.default_int_handler, getattr(signal, "SIGHUP", signal.SIGTERM): signal.SIG_DFL}
    kept = {number: signal.signal(number, handler) for number, handler in heard.items()}
    try:
        return subprocess.Popen(
            [*program, *arguments],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def until(there: Callable[[], bool], child: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 300.0
    while not there() and child.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    if not there():
        child.kill()
        pytest.fail(f"it has not come to that: {child.communicate()}")


@posix
@pytest.mark.parametrize(("number", "code"), [(2, 130), (15, 143), (1, 129)])
def test_a_signal_while_training_saves_what_there_is(tmp_path: Path, number: int, code: int) -> None:
    name = write(tmp_path, network=SMALL)
    begun, program = tmp_path / "begun", (sys.executable, told_training.__file__)
    arguments = (str(begun), "train", name, "--updates", "1000000000000", "--save", "s.twostroke.json", "-o", "w.npz")
    child = started(tmp_path, *arguments, program=program)
    until(begun.exists, child)
    child.send_signal(number)
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out, len(err.splitlines())) == (code, "", 1), err
    done = int(err.split(" after ")[1].split(" update")[0].replace(",", ""))
    assert "Its weights are in w.npz and s.twostroke.json." in err
    _, state = read_saved(tmp_path / "s.twostroke.json")
    assert state is not None
    assert int(state["state.clock"][0]) == done > 0
    assert json.loads((tmp_path / "s.twostroke.json").read_text())["weights"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


OURS = os.path.join("gui", "cli")

PROGRAMS = {
    "smoke": ("--smoke",),
    "grab": ("--grab", "window.png"),
    "help": ("--help",),
    "check": ("check", "two-strokes", "--updates", "10000000"),
    "export": ("export", "two-strokes", "-o", "film.mp4", "--updates", "20"),
}


def interrupted(folder: Path, program: str, delay: float) -> tuple[int, str, str]:
    """Exit code, output and errors of a program that Ctrl-C reaches after `delay` seconds."""
    with started(folder, *PROGRAMS[program]) as child:
        time.sleep(delay)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
    return child.returncode, out, err


@posix
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("delay", [0.08, 0.2, 0.5, 1.2, pytest.param(2.5, marks=pytest.mark.slow)])
def test_ctrl_c_is_one_line_whenever_it_comes(tmp_path: Path, program: str, delay: float) -> None:
    """Never a traceback or a crash, and no folder and no half of a file is left behind."""
    code, out, err = interrupted(tmp_path, program, delay)
    while "Python" in err or ("Traceback" in err and OURS not in err):  # a busy machine: Python itself was starting
        delay *= 2
        code, out, err = interrupted(tmp_path, program, delay)
    assert "Traceback" not in err, err
    assert code in (130, 0, -signal.SIGINT), (code, err)  # the last: before Python hears
    assert out == "" or code == 0 or program == "help"
    if code == 130:
        assert err.splitlines()[-1].startswith("twostroke: Interrupted")
        assert list(tmp_path.glob("*.*")) == []
    assert list((tmp_path / "tmp").iterdir()) == []
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


COMPILES_ON = """
import atexit, sys, threading
from twostroke.engine.files.leftovers import private_folder
from twostroke.gui.cli import cli, start

def window():
    threading.Thread(target=threading.Event().wait, name="twostroke-compiling", daemon=True).start()
    print(private_folder(), end="")
    return 7

atexit.register(print, "the end of Python was reached")
cli.main = window
sys.exit(start.main())
"""


def test_a_thread_that_compiles_on_does_not_see_the_end_of_python(tmp_path: Path) -> None:
    """Within the compiler's C++ that would be an abort, now and then, of a window that was closed early."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path), "TEMP": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", COMPILES_ON], env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (7, "")
    assert Path(done.stdout).parent == tmp_path, "what was printed arrives, and nothing comes after it"
    assert list(tmp_path.iterdir()) == []
