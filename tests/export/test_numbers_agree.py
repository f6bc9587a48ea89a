"""One number is the same wherever it is taken from: trace and export, the panels and the table for spreadsheets."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import run
from tests.cli.terminal import Run, write
from tests.export import programs
from twostroke.engine.border.cursor import Cursor, steps
from twostroke.engine.session.spec import Session
from twostroke.gui.export.model_files.subject import Subject
from twostroke.gui.model.choices import Choices, NeuronRef
from twostroke.gui.model.inspection import inspect
from twostroke.gui.model.numbers import number
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState

__all__ = ["run"]

LINES = {"z": "z", "a": "a", "gain": "gain", "∂L/∂a": "dloss_da", "δ": "dloss_dz", "bias": "bias"}
"""Lines of the panel Neuron and columns of the table."""

DIGITS = range(3, 9)
"""The panel writes as many as its sums need to come out on paper."""


@pytest.mark.parametrize("at", [pytest.param("0", marks=pytest.mark.slow), "23"])
def test_a_trace_that_is_exported_is_the_trace(run: Run, tmp_path: Path, at: str) -> None:
    session = write(tmp_path, **programs.iris(programs.EVERYTHING, "float32").model_dump(mode="json"))
    if at != "0":
        assert run("train", session, "--updates", "9", "--save", "saved.twostroke").code == 0
        session = "saved.twostroke"
    assert run("trace", session, "--at", at, "-o", "trace.npz").code == 0
    assert run("export", session, "--at", at, "-o", "export.npz").code == 0
    want, got = np.load("trace.npz"), np.load("export.npz")
    assert got.files == want.files
    for key in want.files:
        assert (got[key].dtype, got[key].shape) == (want[key].dtype, want[key].shape)
        assert got[key].tobytes() == want[key].tobytes(), key
    assert json.loads(str(got["meta"]))["update"] == int(at)


def table_and_view(session: Session, folder: Path) -> tuple[list[dict[str, str]], ViewState]:
    [path] = programs.written(session, folder / "n.csv", updates=7)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    subject = Subject(session, None, 7)
    end = Cursor(subject.tape.depth, len(steps(subject.tape.depth)) - 1)
    return rows, resolve(subject.snapshot, subject.tape, end, Choices(batch_row=0))


@pytest.mark.parametrize("name", ["everything", "line"])
def test_the_table_has_the_numbers_of_the_panel(tmp_path: Path, name: str) -> None:
    rows, view = table_and_view(programs.every_organ()[name], tmp_path)
    compared = 0
    for row in (row for row in rows if row["row"] == "neuron"):
        for line in inspect(view, NeuronRef(int(row["layer"]), int(row["neuron"]))).lines:
            if line.name in LINES:
                shown = line.text.rpartition("= ")[2].removeprefix("+")
                value = float(row[LINES[line.name]])
                assert shown in {number(value, digits) for digits in DIGITS}, (row, line)
                compared += 1
    assert compared > 4 * sum(view.widths[1:])


def test_its_links_are_those_of_the_weight_table(tmp_path: Path) -> None:
    rows, view = table_and_view(programs.every_organ()["everything"], tmp_path)
    links = [row for row in rows if row["row"] == "link" and (row["layer"], row["from_layer"]) == ("1", "0")]
    for unit in range(view.widths[1]):
        weights = inspect(view, NeuronRef(1, unit)).weights
        assert weights is not None
        assert weights.after is not None
        assert weights.slope is not None
        own = [row for row in links if row["neuron"] == str(unit)]
        np.testing.assert_array_equal([float(row["weight"]) for row in own], weights.weight[: len(own)])
        np.testing.assert_array_equal([float(row["weight_next"]) for row in own], weights.after[: len(own)])
        np.testing.assert_array_equal([float(row["dloss_dweight"]) for row in own], weights.slope[: len(own)])
