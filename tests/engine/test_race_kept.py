"""The table of a race: it grows, reads back exactly, goes on, and is never another race's."""

import math
from pathlib import Path
from typing import Any

import pytest

from twostroke.engine.files.disk import FileError
from twostroke.engine.race.kept_rows import KeptRows, key_of
from twostroke.engine.race.lineup import Lineup, line_up
from twostroke.engine.race.outcome import Row, finished
from twostroke.engine.race.summary import summaries
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import parse_session


def session(**parts: Any) -> Session:
    return parse_session({"format": "twostroke-session", "version": 1, **parts}, "here")


def race(**parts: Any) -> Lineup:
    return line_up(session(**parts), {"network.activation": ("relu", "tanh"), "training.l2": (0, 0.1)}, 3, 10)


ODD = {"loss": 0.1 + 0.2, "accuracy": 1 / 3}
ROWS = [
    Row(("relu", 0), 1, ODD, {"loss": 5e-324, "accuracy": 0.0}, 1234567.8),
    finished(("relu", 0.1), 2, {"loss": math.inf, "r2": -2.5}, None, 0.0),
    Row(("tanh", 0), 3, failure='Training stopped at update 3: the "z", of hidden 1,\nis no number − so it says.'),
]


def test_rows_read_back_exactly(tmp_path: Path) -> None:
    lineup, path = race(), tmp_path / "t.csv"
    KeptRows(path, lineup).add(ROWS)
    again = KeptRows(path, lineup)
    assert list(again.rows.values()) == ROWS
    assert b"\r" not in path.read_bytes()


def test_a_table_grows_by_what_others_have_written_meanwhile(tmp_path: Path) -> None:
    lineup, path = race(), tmp_path / "t.csv"
    one, other = KeptRows(path, lineup), KeptRows(path, lineup)
    one.add(ROWS[:1])
    other.add(ROWS[1:])
    assert list(KeptRows(path, lineup).rows.values()) == ROWS


def test_more_values_and_seeds_are_the_same_race(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    KeptRows(path, race()).add(ROWS)
    vary = {"training.l2": (0, 0.1, 0.2), "network.activation": ("tanh", "relu", "elu")}
    more = line_up(session(), vary, 10, 10)
    known = KeptRows(path, more).rows
    assert sum(key_of(job) in known for job in more.jobs) == len(ROWS)
    assert all(row.vary[1] in ("relu", "tanh") for row in known.values())


def test_what_may_end_otherwise_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    KeptRows(path, race()).add([Row(("relu", 0), 1, failure="no memory", lasting=False)])
    assert KeptRows(path, race()).rows == {}


def test_an_empty_file_is_a_new_table(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.touch()
    assert KeptRows(path, race()).rows == {}


def other_updates() -> Lineup:
    return line_up(session(), {"network.activation": ("relu",), "training.l2": (0,)}, 1, 11)


def other_keys() -> Lineup:
    return line_up(session(), {"network.activation": ("relu",)}, 1, 10)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (other_updates, ("10 updates", "11")),
        (other_keys, ("it varies network.activation or training.l2", "this race network.activation")),
        (lambda: race(data={"noise": 0.2}), ("its session, or its data",)),
        (lambda: race(training={"batch_size": 5}), ("its session, or its data",)),
    ],
)
def test_the_table_of_another_race_is_refused(tmp_path: Path, other: Any, words: tuple[str, ...]) -> None:
    path = tmp_path / "t.csv"
    KeptRows(path, race()).add(ROWS)
    before = path.read_bytes()
    with pytest.raises(FileError, match="another race") as caught:
        KeptRows(path, other())
    for word in words:
        assert word in str(caught.value)
    assert path.read_bytes() == before


def test_another_first_seed_is_the_same_race(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    KeptRows(path, race()).add(ROWS)
    assert len(KeptRows(path, race(network={"seed": 2})).rows) == 3


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"\xff\xfe\x00", b'a,"b\n', b"seed,updates\n", b"PK\x03\x04"])
def test_what_is_no_table_of_a_race_stays(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(FileError, match="no table of a race"):
        KeptRows(path, race())
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("5e-324", "many", r"row 2 has no number where one belongs; mend that row, or remove it\.$"),
        (",3,10,", ",3.5,10,", r"row 4 has no number where one belongs; mend that row, or remove it\.$"),
        ("0.0,", "", "row 2 has"),
        ("0.3333333333333333", "nan", 'row 2 has train_accuracy "nan", where a share from 0 to 1 is expected; mend'),
        ("0.3333333333333333", "inf", 'row 2 has train_accuracy "inf"'),
        ("0.3333333333333333", "1.2", 'row 2 has train_accuracy "1.2"'),
        ("0.30000000000000004", "-1", 'row 2 has train_loss "-1", where a number from 0 is expected'),
        ("5e-324", "-inf", 'row 2 has test_loss "-inf"'),
        ("-2.5", "1e999", 'row 3 has train_r2 "1e999", where a number up to 1 is expected'),
        ("1234567.8", "nan", 'row 2 has updates_per_second "nan", where a finite number from 0 is expected'),
        ("1234567.8", "-5", 'row 2 has updates_per_second "-5"'),
        ("1234567.8", "", "row 2 has neither figures nor the reason why there are none; mend that row"),
    ],
)
def test_a_row_that_was_spoilt_is_named(tmp_path: Path, old: str, new: str, word: str) -> None:
    path = tmp_path / "t.csv"
    KeptRows(path, race()).add(ROWS)
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(FileError, match=word):
        KeptRows(path, race())


@pytest.mark.parametrize("loss", ["nan", "inf", "1e999"])
def test_a_loss_that_is_no_number_is_a_run_that_diverged(tmp_path: Path, loss: str) -> None:
    """Also in a table that was written before such runs had a reason."""
    path = tmp_path / "t.csv"
    KeptRows(path, race()).add(ROWS[:1])
    path.write_text(path.read_text("utf-8").replace("5e-324", loss), "utf-8")
    (row,) = KeptRows(path, race()).rows.values()
    assert row.failure == "Training diverged: at its end the test loss is no longer a finite number."
    (summary,) = summaries(race(), [row])
    assert (summary.failures, summary.spreads) == (1, {})
