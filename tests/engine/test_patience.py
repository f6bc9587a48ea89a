"""Long reading that somebody waits for: what it tells, and that it stops where it is told to."""

import json
import os
import re
import threading
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from twostroke.engine.compute.network import Network
from twostroke.engine.data import arrays as own_arrays
from twostroke.engine.data import load, own_table
from twostroke.engine.files import patience
from twostroke.engine.files.archive import read_arrays, write_arrays
from twostroke.engine.files.disk import MEGABYTE, read_bytes
from twostroke.engine.files.patience import Cancelled, Patience, waiting
from twostroke.engine.files.session_file import read_saved, write_saved
from twostroke.engine.session.spec import DataSpec, Session

ROWS = 60_000
CANCELLED = r"^Reading (large\.npz|the data) was cancelled\.$"
PATIENCE = 60.0  # seconds; a busy machine may be slow


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some 4 MB, with a gap in every tenth row."""
    path = tmp_path_factory.mktemp("patience") / "prices.csv"
    numbers = np.random.default_rng(1).normal(size=(ROWS, 6)).round(7).astype(str)
    numbers[::10, 2] = ""
    path.write_text("\n".join(["a,b,c,d,e,f", *map(",".join, numbers)]), "utf-8")
    return path


@pytest.fixture(autouse=True)
def forget() -> None:
    """What an earlier test found out about a file does not spare this one the reading."""
    for remembered in (own_table.survey, own_table.described, own_arrays.described):
        remembered.cache_clear()


class Impatient(Patience):
    """Keeps what is told, and ends after so many checks."""

    def __init__(self, checks: float = float("inf")) -> None:
        super().__init__()
        self.left = checks
        self.shares: list[float] = []

    def check(self, what: str) -> None:
        """Count, and end in time."""
        self.shares.append(self.share)
        self.left -= 1
        if self.left <= 0:
            self.end()
        super().check(what)


def descriptors() -> int:
    """Files that this process holds open."""
    return len(os.listdir("/dev/fd"))


def test_reading_tells_how_far_it_is(table: Path) -> None:
    patience = Impatient()
    with waiting(patience):
        DataSpec(name="table", path=str(table))
    assert len(patience.shares) > 50
    assert patience.shares == sorted(patience.shares)
    assert 0.0 < patience.shares[len(patience.shares) // 4] < 0.5
    assert patience.shares[-1] > 0.9
    assert patience.share == 1.0


def test_each_pass_over_a_file_moves_the_share(table: Path) -> None:
    """The survey, and then the rows that stay: neither stands still, and neither begins again at 0."""
    surveyed, counted = Impatient(), Impatient()
    with waiting(surveyed):
        own_table.survey(str(table), (0, 0), "auto", "auto")
    own_table.survey.cache_clear()
    with waiting(counted):
        DataSpec(name="table", path=str(table))
    shares = counted.shares[: len(surveyed.shares)], counted.shares[len(surveyed.shares) :]
    for part, low, high in zip(shares, (0.0, 0.7), (0.7, 1.0), strict=True):
        assert low <= part[0] < low + 0.1
        assert high - 0.1 < part[-1] <= high


def test_what_is_known_already_is_not_counted(table: Path) -> None:
    """With the survey remembered, the other pass is all there is to do."""
    DataSpec(name="table", path=str(table))
    own_table.described.cache_clear()
    again = Impatient()
    with waiting(again):
        DataSpec(name="table", path=str(table))
    assert again.shares[len(again.shares) // 2] == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("checks", [1, 2, 20, 100])
def test_a_table_is_left_at_once_and_nothing_stays_open(table: Path, checks: int) -> None:
    before = descriptors()
    with pytest.raises(Cancelled, match=r"^Reading prices\.csv was cancelled\.$"), waiting(Impatient(checks)):
        DataSpec(name="table", path=str(table))
    assert descriptors() == before


def test_another_thread_can_stop_it(table: Path) -> None:
    reading = Impatient()
    caught: list[BaseException] = []

    def read() -> None:
        try:
            with waiting(reading):
                while True:  # a table without end
                    own_table.survey.cache_clear()
                    own_table.survey(str(table), (0, 0), "auto", "auto")
        except Cancelled as error:
            caught.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    while len(reading.shares) < 3:
        time.sleep(0.001)
    reading.end()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert str(caught[0]) == "Reading prices.csv was cancelled."


def test_a_stopped_reading_is_not_remembered(table: Path) -> None:
    with pytest.raises(Cancelled), waiting(Impatient(30)):
        DataSpec(name="table", path=str(table))
    assert own_table.survey.cache_info().currsize == 0
    assert DataSpec(name="table", path=str(table)).info.rows == ROWS - ROWS // 10


def test_one_thread_is_not_stopped_by_another_s_patience(table: Path) -> None:
    ended = Patience()
    ended.end()
    found: list[DataSpec] = []
    with waiting(ended):
        thread = threading.Thread(target=lambda: found.append(DataSpec(name="table", path=str(table))))
        thread.start()
        thread.join()
    assert found
    DataSpec(name="table", path=str(table))  # nor is this one, afterwards


def test_loading_a_table_can_be_stopped(table: Path) -> None:
    spec = DataSpec(name="table", path=str(table))
    whole = Impatient()
    with waiting(whole):
        load(spec, 1, "float32")
    assert whole.shares == sorted(whole.shares)
    for checks in (1, len(whole.shares)):
        with pytest.raises(Cancelled), waiting(Impatient(checks)):
            load(spec, 1, "float32")


def arrays(path: Path) -> Callable[[], object]:
    np.savez_compressed(path, x=np.zeros((200_000, 10)), y=np.arange(200_000) % 7)
    return lambda: own_arrays.described.__wrapped__(str(path), (0, 0), "auto")


def stored(path: Path) -> Callable[[], object]:
    write_arrays(path, {"x": np.random.default_rng(1).normal(size=(100_000, 10)), "y": np.arange(100_000.0)})
    return lambda: read_arrays(path)


def plain(path: Path) -> Callable[[], object]:
    path.write_bytes(bytes(8 * MEGABYTE))
    return lambda: read_bytes(path, 8 * MEGABYTE)


@pytest.mark.parametrize("made", [arrays, stored, plain])
def test_other_large_files_are_read_in_pieces_too(made: Callable[[Path], Callable[[], object]], tmp_path: Path) -> None:
    read = made(tmp_path / "large.npz")
    whole = Impatient()
    with waiting(whole):
        read()
    assert len(whole.shares) > 7
    before = descriptors()
    for checks in range(1, len(whole.shares) + 1):
        with pytest.raises(Cancelled, match=CANCELLED), waiting(Impatient(checks)):
            read()
    assert descriptors() == before


def test_a_companion_can_be_left_while_it_is_checked(tmp_path: Path) -> None:
    session = Session.model_validate({"network": {"layers": [{"units": 600}, {"units": 600}]}})
    path = tmp_path / "wide.twostroke.json"
    write_saved(path, session, Network(session).parameters())
    name = json.loads(path.read_text("utf-8"))["weights"]["file"]
    whole = Impatient()
    with waiting(whole):
        read_saved(path)
    last = Impatient(len(whole.shares))
    with pytest.raises(Cancelled, match=rf"^Reading {re.escape(name)} was cancelled\.$"), waiting(last):
        read_saved(path)


def test_without_patience_nothing_is_asked(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(Patience, "check", asked)
    assert DataSpec(name="table", path=str(table)).info.rows == ROWS - ROWS // 10


def test_a_long_gap_is_left_too(tmp_path: Path) -> None:
    """Between two rows lie megabytes of nothing: to ask once a block would be to ask once in a long while."""
    path = tmp_path / "gap.csv"
    path.write_text("a,b\n1,2\n" + "\n" * (2 * MEGABYTE) + "3,4\n", "utf-8")
    whole = Impatient()
    with waiting(whole), pytest.raises(ValueError, match="2 rows"):
        DataSpec(name="table", path=str(path))
    assert len(whole.shares) > 20


def test_patience_costs_no_memory_and_no_time_worth_naming(table: Path) -> None:
    """It is asked a few times for each 1,000 rows, which take milliseconds."""
    reading = Impatient()
    with waiting(reading):
        own_table.survey(str(table), (0, 0), "auto", "auto")
    assert len(reading.shares) < ROWS / 100
    tracemalloc.start()
    with waiting(Patience()):
        for _ in range(10_000):
            patience.go_on("nothing")
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 10_000
