"""How many hinges each run of a race has within its data: as the run alone has them, and kept in tables old and new."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.test_race import rows_of, session
from twostroke.engine.data import Dataset
from twostroke.engine.files.disk import FileError
from twostroke.engine.probes import hinges_in_data
from twostroke.engine.race.kept_rows import COLUMNS, KeptRows
from twostroke.engine.race.lineup import Lineup, line_up
from twostroke.engine.race.outcome import Row
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec_errors import parse_session

FIRST = "network.layers[0].units"
SINE: dict[str, Any] = {"data": {"name": "sine", "samples": 40}, "network": {"layers": [{"units": 2}]}}


def race(units: tuple[int, ...] = (1, 3, 8), updates: int = 30, parts: dict[str, Any] = SINE) -> Lineup:
    return line_up(session(parts), {FIRST: units}, 2, updates)


def by_hand(trainer: Trainer, data: Dataset) -> int:
    """A unit of one ReLU layer bends the curve at −b / w, where its weight to the output is not 0."""
    first, second = (trainer.network.layer_parameters(layer) for layer in (1, 2))
    at = -first["bias"] / first["weight"][:, 0]
    x = data.x_train
    return int(np.sum((at > x.min()) & (at < x.max()) & (second["weight"][0] != 0)))


def test_they_are_those_of_the_run_alone() -> None:
    lineup = race()
    rows = rows_of(lineup)
    for job, row in zip(lineup.jobs, rows, strict=True):
        alone = Trainer(parse_session(job.written, "here"))
        alone.advance(job.updates)
        assert row.train is not None
        assert row.train["loss"] == alone.evaluate().train.loss
        assert row.hinges == by_hand(alone, alone.dataset)
    assert {row.hinges for row in rows} != {0}
    assert all(row.hinges is not None and row.hinges <= row.vary[0] for row in rows)  # type: ignore[operator]


@pytest.mark.parametrize(
    "parts",
    [
        {"data": {"name": "spiral", "samples": 40}},
        {**SINE, "network": {"layers": [{"units": 2, "activation": "tanh"}]}},
    ],
    ids=["a plane", "a curved gate"],
)
def test_where_there_are_none_to_count_there_is_no_number(parts: dict[str, Any]) -> None:
    rows = rows_of(race((2, 3), 2, parts))
    assert [row.hinges for row in rows] == [None] * 4
    assert all("hinges" not in row.told((FIRST,)) for row in rows)
    trainer = Trainer(session(parts))
    assert hinges_in_data(trainer.network, trainer.dataset) is None


def test_they_are_told_and_kept(tmp_path: Path) -> None:
    lineup, path = race(updates=5), tmp_path / "t.csv"
    rows = rows_of(lineup)
    assert [json.loads(json.dumps(row.told((FIRST,))))["hinges"] for row in rows] == [row.hinges for row in rows]
    KeptRows(path, lineup).add(rows)
    assert path.read_text().splitlines()[0].endswith(",race,hinges")
    assert list(KeptRows(path, lineup).rows.values()) == rows


def test_a_table_without_them_is_read_and_goes_on(tmp_path: Path) -> None:
    """As programs of before wrote it, and as races of other data have it still."""
    lineup, path = race(updates=5), tmp_path / "t.csv"
    rows = rows_of(lineup)
    before = [Row(r.vary, r.seed, r.train, r.test, r.updates_per_second) for r in rows]
    KeptRows(path, lineup).add(before[:3])
    assert path.read_text().splitlines()[0] == ",".join((FIRST, *COLUMNS))
    KeptRows(path, lineup).add(rows[3:])
    assert list(KeptRows(path, lineup).rows.values()) == [*before[:3], *rows[3:]]


@pytest.mark.parametrize("cell", ["-1", "2.5", "many"])
def test_a_count_that_is_none_names_its_row(tmp_path: Path, cell: str) -> None:
    lineup, path = race((2, 3), 5), tmp_path / "t.csv"
    KeptRows(path, lineup).add(rows_of(lineup))
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[1].rpartition(",")[0] + f",{cell}", *lines[2:]]) + "\n")
    with pytest.raises(FileError, match=r"row 2 has hinges .*, where a whole number from 0 is expected"):
        KeptRows(path, lineup)
