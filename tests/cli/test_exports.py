"""export from the command line: what it refuses, and that nothing stays behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import pytest

from tests.cli.terminal import Run


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
        (("-o", "film.mp4", "--theme", "red"), ("--theme", "light", "dark", "projector")),
        (("-o", "film.mp4", "--theme", "projecter"), ("--theme", "did you mean projector?")),
        (("-o", "film.mp4", "--palette", "blue-rad"), ("--palette", "did you mean blue-red?")),
        (("-o", "film.mp4", "--palette", "green"), ("--palette", "orange-blue, blue-red, grey")),
        (("-o", "film.mp4", "--fps", "121"), ("fps", "1 to 120")),
        (("-o", "film.mp4", "--updates", "0"), ("--updates", "1 to 1,000")),
        (("-o", "film.mp4", "--updates", "1001"), ("--updates", "1 to 1,000")),
        (("-o", "film.mp4", "--updates", "1000", "--seconds-per-update", "60"), ("1,800,000 frames", "fewer")),
        (("-o", "film.mp4", "--seconds-per-update", "nan"), ("--seconds-per-update is nan", "0.1 to 600")),
        (("-o", "slides.pptx", "--updates", "100"), ("1,700 steps", "fewer updates")),
        (("-o", "film.mp4", "--row", "10"), ("--row", "0 to 9")),
        (("-o", "one.png", "--moment", "gait:1"), ("gait:1", "gate_back:1")),
        (("-o", "one.png", "--lens", "gains"), ("--lens", "gains", "strokes, activation, gradient, gain")),
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
    kept = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background would inherit deafness
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, kept)
    try:
        deadline = time.monotonic() + 300
        while not list(tmp_path.glob(".film*")):
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(how)
        _, err = process.communicate(timeout=120)
    finally:
        process.kill()
        process.wait()
    said = {signal.SIGINT: "Interrupted", signal.SIGTERM: "Terminated"}[how]
    assert (process.returncode, err) == (128 + how, f"twostroke: {said}.\n")
    assert os.listdir(tmp_path) == []
