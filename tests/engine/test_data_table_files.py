"""Tables of one's own as files: round trips, files that change, paths, what a session writes, and memory."""

import csv
import gc
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.cases import cases
from tests.engine.test_data_table import BARE, loaded, people, rows_of, spec, table
from twostroke.engine.data import load, text_table
from twostroke.engine.data.folder import session_folder
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.session.spec import DataSpec, Session
from twostroke.engine.session.spec_errors import SessionError, parse_session

# Round trips

CELLS = {
    "number": st.floats(-1e6, 1e6).map(lambda v: repr(round(v, 4))),
    "category": st.sampled_from(["red", "green, dark", 'a "quoted" one', "ünï|;code", " "]),
}


@st.composite
def random_tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]], str]:
    """Kinds of the columns, rows of text, and a delimiter; the last column is a number."""
    kinds = [*draw(st.lists(st.sampled_from(["number", "category"]), min_size=1, max_size=4)), "number"]
    gap = st.sampled_from(["", "NA", "?"])
    cell = {kind: st.one_of(*[strategy] * 9, gap) for kind, strategy in CELLS.items()}
    rows = draw(st.lists(st.tuples(*(cell[kind] for kind in kinds)).map(list), min_size=30, max_size=60))
    for row in range(12):  # enough that are whole, and not constant
        rows[row] = [repr(row + 0.5) if kind == "number" else ["red", "a"][row % 2] for kind in kinds]
    return kinds, rows, draw(st.sampled_from([",", ";", "\t", "|"]))


@given(random_tables())
@cases(50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_random_tables_come_back(tmp_path: Path, random: tuple[list[str], list[list[str]], str]) -> None:
    """Every row without gaps comes back with its numbers and a 1 at its category, whatever the delimiter."""
    kinds, rows, delimiter = random
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([[f"c{i}" for i in range(len(kinds))], *rows])
    path = table(tmp_path, text.getvalue())
    found = spec(path, task="regression", delimiter=delimiter, header="yes")
    gaps = {"", "NA", "?"}
    whole = [row for row in rows if not any(cell.strip() in gaps for cell in row)]
    expected = []
    for row in whole:
        numbers: list[float] = []
        for place, kind in enumerate(kinds):
            known = sorted({other[place].strip() for other in rows} - gaps)
            numbers += [float(row[place])] if kind == "number" else [float(row[place].strip() == one) for one in known]
        expected.append(numbers)
    wanted = np.array(expected)
    np.testing.assert_array_equal(rows_of(load(found, 1, "float64")), wanted[np.lexsort(wanted.T[::-1])])
    assert found.report is not None
    assert found.report.dropped == len(rows) - len(whole)


def test_blocks_give_the_same_as_one_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading in blocks of a few cells changes no number."""
    path = table(tmp_path, people(80).replace("\n30,", "\n?,"))
    whole = rows_of(loaded(path))
    monkeypatch.setattr(text_table, "BLOCK_CELLS", 20)
    os.utime(path, ns=(5, 5))
    np.testing.assert_array_equal(rows_of(loaded(path)), whole)


def test_same_table_same_numbers(tmp_path: Path) -> None:
    """Bit for bit; another seed gives another split, and both parts keep the shares of the classes."""
    path = table(tmp_path, people(80))
    one, two, other = loaded(path), loaded(path), loaded(path, seed=8)
    assert one.x_train.tobytes() == two.x_train.tobytes()
    assert one.x_train.tobytes() != other.x_train.tobytes()
    assert np.bincount(one.label_train).tolist() == np.bincount(one.label_test).tolist() == [20, 20]
    assert loaded(path, "float32").x_train.dtype == np.float32


# The session's side


def test_facts_are_found_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second validation, another seed and `info` itself read nothing."""
    path = table(tmp_path, people(40))
    first = spec(path)

    def fail(*_: object) -> None:
        raise AssertionError("the file was read again")

    monkeypatch.setattr(text_table, "opened", fail)
    assert spec(path) == first
    assert spec(path, seed=9).info == first.info
    assert first.model_copy(update={"seed": 3}).info is first.info


def test_a_file_that_changes(tmp_path: Path) -> None:
    """Another validation sees the new file; a session that was validated before refuses data of another shape."""
    path = table(tmp_path, people(40))
    before = spec(path)
    table(tmp_path, people(44))
    assert spec(path).rows == 44
    assert spec(path) != before
    with pytest.raises(DataProblem, match=r"t\.csv holds other data than before; open it again\.$"):
        load(before, 1, "float32")
    path.unlink()
    with pytest.raises(DataProblem, match="there is no such file or folder"):
        load(before, 1, "float32")


def test_paths_follow_the_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Absolute in memory; in a file relative to its folder where the data lie there."""
    (tmp_path / "data").mkdir()
    path = table(tmp_path / "data", people(40))
    with session_folder(tmp_path):
        session = Session.model_validate({"data": {"name": "table", "path": "data/t.csv"}})
        assert session.model_dump(mode="json")["data"]["path"] == "data/t.csv"
    assert session.data.path == str(path)
    assert session.model_dump(mode="json")["data"]["path"] == str(path)
    with session_folder(tmp_path / "elsewhere"):
        assert session.model_dump(mode="json")["data"]["path"] == str(path)
    monkeypatch.chdir(tmp_path)
    assert Session.model_validate({"data": {"name": "table", "path": "data/t.csv"}}) == session


def test_settings_of_other_data_are_refused() -> None:
    """They would be forgotten silently otherwise."""
    for parts in (
        {"path": "a.csv"},
        {"target": "a"},
        {"task": "binary"},
        {"delimiter": "tab"},
        {"header": "yes"},
        {"missing": "mean"},
        {"expression": "y > x"},
        {"points": [[0, 0, 1]]},
    ):
        key = next(iter(parts))
        with pytest.raises(SessionError, match=rf"data: {key} belongs to the dataset .*, not to spiral; leave it out"):
            parse_session({**BARE, "data": {"name": "spiral", **parts}}, "s")


def test_a_file_names_only_what_differs(tmp_path: Path) -> None:
    """Old sessions are written as before; a table adds what is not at its default."""
    usual = ["name", "samples", "noise", "train_share", "features", "seed"]
    assert list(DataSpec().model_dump()) == usual
    path = table(tmp_path, people(40))
    written = spec(path, target="age", delimiter=",").model_dump(mode="json")
    assert list(written) == [*usual, "path", "target", "delimiter"]
    assert written["delimiter"] == "comma"


# Memory

MEASURE = """
import resource, sys
from twostroke.engine.data import load
from twostroke.engine.session.spec import DataSpec
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
spec = DataSpec(name="table", path=sys.argv[1])
surveyed = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
data = load(spec, 1, "float64")
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(data.x_train.size + data.x_test.size, (surveyed - before) * 1024, (after - before) * 1024)
"""


def test_reading_rows_wakes_no_full_garbage_collection(tmp_path: Path) -> None:
    """It would stop every thread, the window's too, for some tenths of a second, for each few thousand rows."""
    path = tmp_path / "long.csv"
    path.write_text("a,b,c\n" + "".join(f"{row},{row % 7},{row / 3}\n" for row in range(200_000)))
    found: list[int] = []

    def note(phase: str, facts: dict[str, int]) -> None:
        if phase == "start":
            found.append(facts["generation"])

    gc.collect()
    gc.callbacks.append(note)
    try:
        assert spec(path).info.rows == 200_000
    finally:
        gc.callbacks.remove(note)
    assert found.count(0) > 10  # it does wake the small ones
    assert found.count(2) == 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory in other units")
def test_a_large_file_is_read_in_bounded_memory(tmp_path: Path) -> None:
    """100 MB: looking at it takes next to no memory, loading it below four times its numbers in 64 bit."""
    path = tmp_path / "large.csv"
    rng = np.random.default_rng(0)
    with path.open("w") as stream:
        stream.write(",".join([f"c{place}" for place in range(12)] + ["kind", "y"]) + "\n")
        for _ in range(96):
            some = rng.standard_normal((9_500, 12)).tolist()
            stream.writelines(
                ",".join(f"{value:.5f}" for value in row) + f",{'abc'[index % 3]},{'yes' if row[0] > 0 else 'no'}\n"
                for index, row in enumerate(some)
            )
    assert path.stat().st_size > 95e6
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    numbers, survey, whole = map(int, done.stdout.split())
    assert numbers == 96 * 9_500 * 15
    assert survey < 40e6
    assert whole < 4 * 8 * numbers
