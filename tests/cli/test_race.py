"""`twostroke race`: the same numbers as `twostroke train`, in company; sentences; a table that goes on."""

import csv
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.terminal import DIVERGING, SMALL, Run, write
from tests.cli.test_ending_early import started
from tests.engine.test_race import Here
from twostroke.engine.race.kept_rows import KeptRows
from twostroke.gui.cli.subcommands import racing

ORGANS = {
    "data": {"name": "moons", "samples": 60},
    "network": {
        "layers": [{"units": 4, "activation": "prelu"}, {"units": 4, "norm": "layer", "dropout": 0.2, "skip": 1}],
        "seed": 3,
    },
    "training": {"optimizer": "adam", "l2": 0.01, "batch_size": 7},
}
SPREAD = ("--vary", "network.activation=relu,tanh", "--updates", "30")


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Here:
    """All runs are done in this process."""
    crew = Here()

    @contextmanager
    def opened(*_: Any) -> Iterator[Here]:
        yield crew

    monkeypatch.setattr(racing, "_crew", opened)
    return crew


def with_seed(parts: dict[str, Any], seed: int, **network: Any) -> dict[str, Any]:
    return parts | {"network": parts["network"] | {"seed": seed} | network}


def test_every_run_is_what_train_gives_alone(run: Run, tmp_path: Path) -> None:
    """In processes of their own, with several organs, bit for bit."""
    name = write(tmp_path, **ORGANS)
    options = ("--vary", "network.norm=none,batch,layer", "--seeds", "2", "--updates", "40", "--json")
    outcome = run("race", name, *options)
    assert outcome.code == 0, outcome.err
    assert outcome.err == ""
    assert len(outcome.out.splitlines()) == 1
    runs = outcome.json["runs"]
    assert [(each["vary"]["network.norm"], each["seed"]) for each in runs] == [
        (norm, seed) for norm in ("none", "batch", "layer") for seed in (3, 4)
    ]
    for each in runs:
        layers = [layer | {"norm": each["vary"]["network.norm"]} for layer in ORGANS["network"]["layers"]]
        alone = run(
            "train", write(tmp_path, **with_seed(ORGANS, each["seed"], layers=layers)), "--updates", "40", "--json"
        )
        assert {key: each[key] for key in ("train", "test")} == {key: alone.json[key] for key in ("train", "test")}
        assert each["updates_per_second"] > 0


def test_a_run_that_diverges_is_told_and_ends_nothing(run: Run, tmp_path: Path, here: Here) -> None:
    name = write(tmp_path, **DIVERGING)
    outcome = run("race", name, "--vary", "training.optimizer.learning_rate=100,0.001", "--updates", "300", "--json")
    assert outcome.code == 0
    wild, calm = outcome.json["runs"]
    assert "no longer a finite number" in wild["failure"]
    assert (wild["train"], wild["test"], wild["updates_per_second"]) == (None, None, None)
    assert "failure" not in calm
    assert [each["failures"] for each in outcome.json["summary"]] == [1, 0]
    told = run("race", name, "--vary", "training.optimizer.learning_rate=100,0.001", "--updates", "300")
    assert "training.optimizer.learning_rate=100, seed 1: Training stopped at update" in told.out


def test_a_run_that_diverges_at_its_end_has_failed_as_any_that_does(run: Run, tmp_path: Path, here: Here) -> None:
    """Its figures are those of `train`, none of them a result."""
    name = write(tmp_path, **DIVERGING)
    outcome = run("race", name, "--vary", "training.optimizer.learning_rate=100,0.001", "--updates", "1", "--json")
    wild, calm = outcome.json["runs"]
    assert wild["failure"] == "Training diverged: at its end the train loss is no longer a finite number."
    assert wild["train"] == run("train", name, "--updates", "1", "--json").json["train"]
    assert wild["train"]["loss"] is None
    assert "failure" not in calm
    assert [(each["failures"], "train" in each) for each in outcome.json["summary"]] == [(1, False), (0, True)]


def test_without_a_test_part_there_is_none(run: Run, tmp_path: Path, here: Here) -> None:
    name = write(tmp_path, network=SMALL, data={"train_share": 1.0})
    outcome = run("race", name, *SPREAD, "--json")
    assert all(set(each) == {"vary", "seed", "train", "updates_per_second"} for each in outcome.json["runs"])


def test_the_spread_is_a_table(run: Run, tmp_path: Path, here: Here) -> None:
    outcome = run("race", write(tmp_path, network=SMALL), *SPREAD, "--seeds", "3")
    assert outcome.code == 0
    assert outcome.err == ""
    lines = [line for line in outcome.out.splitlines() if line.startswith("| relu") or line.startswith("| tanh")]
    assert len(lines) == 2
    assert all(line.split("|")[2].strip() == "3" for line in lines)
    assert "test: accuracy" in outcome.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--vary", "network.actvation=relu"), ("network.actvation", "network.activation")),
        (("--vary", "network.units=0,4"), ("network.units=0", "is 0", "a whole number from 1 to 4,096")),
        (("--vary", f"data.name={'x' * 2_000}"), (f'with data.name="{"x" * 39}…": data.name',)),
        (("--vary", "data.name=\u202e"), ('with data.name="\\u202e": data.name',)),
        (("--vary", "relu"), ("KEY=A,B,C",)),
        (("--vary", "network.units=4", "--vary", "network.units=5"), ("network.units", "twice")),
        (("--vary", "network.seed=1,2"), ("--seeds",)),
        (("--seeds", "0"), ("--seeds is 0",)),
        (("--seeds", "nan"), ('--seeds is "nan"; expected a whole number.',)),
        (("--seeds", "1.5"), ('--seeds is "1.5"; expected a whole number.',)),
        (("--updates", "1e3"), ('--updates is "1e3"; expected a whole number.',)),
        (("--updates", ""), ('--updates is ""; expected a whole number.',)),
        (("--seeds", "2000000"), ("2,000,000 runs", "100,000")),
        (("-o", "t.txt"), ("-o", "t.txt", ".csv")),
        (("-o", "nowhere/t.csv"), ("nowhere", "create it")),
        (("--dask", "nonsense"), ("nonsense", "tcp://host:8786")),
    ],
)
def test_wrong_usage_is_one_sentence(
    run: Run, tmp_path: Path, options: tuple[str, ...], words: tuple[str, ...]
) -> None:
    run("race", write(tmp_path, network=SMALL), "--updates", "5", *options).is_one_line_of_trouble(2, *words)


def test_a_session_that_is_not_there(run: Run) -> None:
    run("race", "two-stroks", "--updates", "5").is_one_line_of_trouble(2, "two-strokes")


def test_updates_are_asked_for(run: Run, tmp_path: Path) -> None:
    assert run("race", write(tmp_path, network=SMALL)).code == 2


def test_a_pair_that_cannot_go_together_is_named_first(run: Run, tmp_path: Path) -> None:
    parts = {"network": {**SMALL, "output": {"activation": "sigmoid"}}, "training": {"loss": "binary_cross_entropy"}}
    outcome = run(
        "race", write(tmp_path, **parts), "--updates", "5", "--vary", "training.loss=mse,cross_entropy", "-o", "t.csv"
    )
    outcome.is_one_line_of_trouble(2, "training.loss=cross_entropy", "softmax", "sigmoid")
    assert not (tmp_path / "t.csv").exists()


def test_weights_that_were_saved_are_left_out_and_it_is_said(run: Run, tmp_path: Path, here: Here) -> None:
    run("train", write(tmp_path, network=SMALL), "--updates", "20", "--save", "saved.twostroke")
    fresh = run("race", "mine.twostroke.json", *SPREAD, "--json").json["runs"]
    saved = run("race", "saved.twostroke", *SPREAD, "--json")
    assert "The weights in saved.twostroke are left out" in saved.err
    assert [each["train"] for each in saved.json["runs"]] == [each["train"] for each in fresh]


def test_a_table_beside_the_session_is_found(run: Run, tmp_path: Path, here: Here) -> None:
    """Paths start from the session's folder, also where they are varied."""
    folder = tmp_path / "deep"
    folder.mkdir()
    for name, factor in (("a.csv", 1), ("b.csv", 2)):
        rows = "\n".join(f"{i},{factor * i % 7}" for i in range(40))
        (folder / name).write_text(f"x,y\n{rows}\n")
    content = {"format": "twostroke-session", "version": 1, "network": SMALL}
    content["data"] = {"name": "table", "path": "a.csv", "task": "regression"}
    (folder / "own.twostroke.json").write_text(json.dumps(content))
    outcome = run("race", "deep/own.twostroke.json", "--vary", "data.path=a.csv,b.csv", "--updates", "20", "--json")
    assert outcome.code == 0, outcome.err
    first, second = (each["train"]["loss"] for each in outcome.json["runs"])
    assert first != second
    assert outcome.json["data"]["report"]


# -- the table -------------------------------------------------------------------------------------------------------


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_later_call_goes_on(run: Run, tmp_path: Path, here: Here) -> None:
    name = write(tmp_path, network=SMALL)
    first = run("race", name, *SPREAD, "--seeds", "2", "-o", "t.csv", "--json").json["runs"]
    assert sum(here.batches) == 4
    assert len(rows_of(tmp_path / "t.csv")) == 4
    more = run("race", name, *SPREAD, "--seeds", "3", "-o", "t.csv", "--json").json["runs"]
    assert sum(here.batches) == 6
    assert [each for each in more if each["seed"] < 3] == first
    assert run("race", name, *SPREAD, "--seeds", "3", "-o", "t.csv", "--json").json["runs"] == more
    assert sum(here.batches) == 6
    fresh = run("race", name, *SPREAD, "--seeds", "3", "--json").json["runs"]
    assert [(each["train"], each["test"]) for each in fresh] == [(each["train"], each["test"]) for each in more]


def test_a_table_that_takes_long_to_write_is_written_seldom(
    run: Run, tmp_path: Path, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(racing, "RESTS", 10**6)
    written = []
    add = KeptRows.add
    monkeypatch.setattr(KeptRows, "add", lambda kept, rows: written.append(len(rows)) or add(kept, rows))
    run("race", write(tmp_path, network=SMALL), *SPREAD, "--seeds", "20", "-o", "t.csv")
    assert (len(written), sum(written)) == (2, 40)
    assert len(rows_of(tmp_path / "t.csv")) == 40


def test_the_table_of_another_race_stays(run: Run, tmp_path: Path, here: Here) -> None:
    name = write(tmp_path, network=SMALL)
    run("race", name, *SPREAD, "-o", "t.csv")
    before = (tmp_path / "t.csv").read_bytes()
    outcome = run("race", name, "--vary", "network.activation=relu,tanh", "--updates", "31", "-o", "t.csv")
    outcome.is_one_line_of_trouble(2, "t.csv", "another race", "30 updates", "another name")
    (tmp_path / "mine.csv").write_text("a,b\n1,2\n")
    run("race", name, *SPREAD, "-o", "mine.csv").is_one_line_of_trouble(2, "mine.csv", "no table of a race")
    assert (tmp_path / "t.csv").read_bytes() == before


posix = pytest.mark.skipif(sys.platform == "win32", reason="sends signals")


def wait_for(what: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


@posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_what_is_finished(run: Run, tmp_path: Path, number: int, code: int) -> None:
    name, table = write(tmp_path, network=SMALL), tmp_path / "t.csv"
    options = ("--vary", "training.batch_size=10,20", "--seeds", "400", "--updates", "300000", "-o", "t.csv", "--json")
    child = started(tmp_path, "race", name, *options)
    wait_for(table.exists)
    child.send_signal(number)
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out) == (code, ""), err
    assert len(err.splitlines()) == 1
    done = rows_of(table)
    assert f"{len(done)} of 800 runs are done, and in t.csv; the same command goes on from there." in err
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    row = done[0]
    parts = {"network": SMALL | {"seed": int(row["seed"])}, "training": {"batch_size": int(row["training.batch_size"])}}
    alone = run("train", write(tmp_path, **parts), "--updates", "300000", "--json").json
    assert (float(row["train_loss"]), float(row["test_accuracy"])) == (
        alone["train"]["loss"],
        alone["test"]["accuracy"],
    )
