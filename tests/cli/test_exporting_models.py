"""export with the endings of code, models and numbers: what is written, and what is refused."""

import csv
import json
import os
import runpy
from pathlib import Path

import numpy as np
import pytest

from tests.cli.terminal import SMALL, Run, write
from twostroke.engine.files.companion import from_bytes


def test_each_ending_writes_its_file(run: Run, tmp_path: Path) -> None:
    """Weights of all kinds are those that train writes, and a table and a trace show that very update."""
    session = write(tmp_path, network=SMALL)
    assert run("train", session, "--updates", "7", "-o", "train.npz").code == 0
    for name, shape in (("net.npz", "weights"), ("net.safetensors", ""), ("trace.npz", ""), ("net.csv", "")):
        given = ("--as", shape) if shape else ()
        done = run("export", session, "-o", name, "--at", "7", *given)
        assert (done.code, done.out) == (0, f"{name}\n"), done.err
    want = dict(np.load("train.npz"))
    for got in (dict(np.load("net.npz")), from_bytes(Path("net.safetensors").read_bytes())):
        assert set(got) == set(want)
        assert all(np.array_equal(got[key], want[key]) for key in want)
    trace = dict(np.load("trace.npz"))
    assert np.array_equal(trace["l1.weight"], want["l1.weight"])
    rows = list(csv.DictReader(Path("net.csv").read_text("utf-8").splitlines()))
    assert [row["row"] for row in rows] == ["neuron"] * (2 + 3 + 1) + ["link"] * (6 + 3)
    third = next(row for row in rows if (row["row"], row["layer"], row["neuron"]) == ("neuron", "1", "2"))
    assert np.float32(third["z"]) == trace["l1.z"][0, 2]
    assert np.float32(third["bias_next"]) == trace["l1.bias_next"][2]
    link = next(row for row in rows if (row["layer"], row["neuron"], row["from_neuron"]) == ("2", "0", "1"))
    assert np.float32(link["dloss_dweight"]) == trace["l2.dloss_dweight"][0, 1]


def test_a_program_trains_up_to_the_update(run: Run, tmp_path: Path) -> None:
    session = write(tmp_path, network={**SMALL, "dtype": "float64"})
    run("train", session, "--updates", "30", "-o", "train.npz")
    assert run("export", session, "-o", "net.py", "--at", "30").code == 0
    names = runpy.run_path("net.py")
    assert np.allclose(names["w1"], np.load("train.npz")["l1.weight"], rtol=1e-9)
    assert run("export", session, "-o", "net.ipynb", "--at", "30").code == 0
    assert json.loads(Path("net.ipynb").read_text())["nbformat"] == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-o", "net.py", "--as", "java"), ("--as", "java", "numpy")),
        (("-o", "net.npz", "--as", "wheels"), ("--as", "trace", "weights")),
        (("-o", "net.py", "--at", "0"), ("--at", "1 or more")),
        (("-o", "net.csv", "--row", "99"), ("--row", "0 to 9")),
        (("-o", "net.csv", "--at", "-1"), ("--at",)),
        (("-o", "missing/net.py"), ("missing",)),
    ],
)
def test_what_cannot_be_written_is_refused(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    run("export", "two-strokes", *arguments).is_one_line_of_trouble(2, *words)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", [".csv", ".mp4", "./.PDF"])
def test_an_ending_alone_is_no_name(run: Run, tmp_path: Path, name: str) -> None:
    """It was a hidden folder of hundreds of pictures."""
    run("export", "two-strokes", "-o", name).is_one_line_of_trouble(2, "names no file", "such as clip.mp4")
    assert os.listdir(tmp_path) == []
