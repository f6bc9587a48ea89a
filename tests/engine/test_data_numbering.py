"""Row numbers and ids are no inputs of a table unless the session names them; what only looks like them is one."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.engine.test_data_table import report, table
from twostroke.engine.compute.network import Network
from twostroke.engine.files.session_file import read_saved, write_saved
from twostroke.engine.session.spec import Session

ROWS = 300


def numbered(folder: Path, name: str, first: list[str], place: int = 0) -> Path:
    """The path of a table with a column of that name at `place`, beside two ordinary ones and classes."""
    other = np.random.default_rng(1).normal(size=(ROWS, 2)).round(4).astype(str)
    rows = [[*numbers, "ab"[row % 2]] for row, numbers in enumerate(other)]
    header = ["u", "v", "y"]
    header.insert(place, name)
    for cell, row in zip(first, rows, strict=True):
        row.insert(place, cell)
    return table(folder, "\n".join(",".join(row) for row in [header, *rows]))


COUNTING = [str(row) for row in range(ROWS)]
SHUFFLED = [str(7 * row * row % 100_003) for row in range(1, ROWS + 1)]
TWICE = [*SHUFFLED[:-1], SHUFFLED[0]]


@pytest.mark.parametrize(
    "name", ["", "Unnamed: 0", "id", "Row_ID", "No.", "number", "PassengerId", "user id", "userid"]
)
@pytest.mark.parametrize("cells", [COUNTING, SHUFFLED], ids=["counting", "shuffled"])
def test_what_tells_the_rows_apart_is_left_out(tmp_path: Path, name: str, cells: list[str]) -> None:
    found = report(numbered(tmp_path, name, cells))
    assert found.inputs == ("u", "v")
    assert "tells the rows apart" in found.left_out[0][1] or "counts the rows" in found.left_out[0][1]
    called = name or "column 1"
    assert f'Row numbers and ids are no inputs unless data.features names them: "{called}".' in found.sentences
    assert report(numbered(tmp_path, name, cells), features=[called, "u"]).inputs == (called, "u")


@pytest.mark.parametrize("name", ["", "id", "PassengerId"])
def test_a_value_that_comes_twice_tells_no_rows_apart(tmp_path: Path, name: str) -> None:
    """Be there hundreds of different ones, as of patients who came again."""
    assert report(numbered(tmp_path, name, TWICE)).inputs == (name or "column 1", "u", "v")


@pytest.mark.parametrize("name", ["age", "t", "x€", "acid", "humid", "width", "idea", "numbers"])
def test_a_named_column_that_counts_stays(tmp_path: Path, name: str) -> None:
    """It is remarked on only."""
    found = report(numbered(tmp_path, name, COUNTING))
    assert found.inputs == (name, "u", "v")
    assert f'"{name}" counts the rows; where it only numbers them, choose the other inputs.' in found.sentences


def test_a_column_without_a_name_elsewhere_stays(tmp_path: Path) -> None:
    assert report(numbered(tmp_path, "", SHUFFLED, place=1)).inputs == ("u", "column 2", "v")


def test_without_a_header_the_first_may_count(tmp_path: Path) -> None:
    """Where another one counts, too, both are data."""
    path = table(tmp_path, "\n".join(f"{row},{row * 7 % 11}.5,{'ab'[row % 2]}" for row in range(20)), "one.csv")
    assert report(path).inputs == ("column 2",)
    path = table(tmp_path, "\n".join(f"{row},{row + 1},{'ab'[row % 2]}" for row in range(20)), "two.csv")
    assert report(path).inputs == ("column 1", "column 2")


def test_a_network_that_was_saved_with_row_numbers_keeps_them(tmp_path: Path) -> None:
    """Its session names no features, and its first layer has weights for all columns."""
    path = tmp_path / "old.twostroke.json"
    data = {"name": "table", "path": str(numbered(tmp_path, "id", COUNTING)), "features": ["id", "u", "v"]}
    old = Session.model_validate({"data": data, "network": {"layers": [{"units": 2}]}})
    write_saved(path, old, Network(old).parameters())
    told = json.loads(path.read_text("utf-8"))
    told["data"]["features"] = []
    path.write_text(json.dumps(told), "utf-8")
    session, arrays = read_saved(path)
    assert session.data.report is not None
    assert session.data.report.inputs == ("id", "u", "v")
    assert arrays is not None
    assert arrays["l1.weight"].shape == (2, 3)
