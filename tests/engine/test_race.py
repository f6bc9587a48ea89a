"""A race: which runs it has, and that each gives the numbers that it would give alone."""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path
from typing import Any

import pytest

from twostroke.engine.race import job as job_module
from twostroke.engine.race.job import compile_for, run_batch
from twostroke.engine.race.lineup import Job, Lineup, line_up
from twostroke.engine.race.outcome import Row
from twostroke.engine.race.racing import TRIES, Batch, RaceFailed, _Waiting, race
from twostroke.engine.race.summary import spread, summaries
from twostroke.engine.race.values import RaceProblem, text_of, value_of, values_of, vary_of
from twostroke.engine.race.varying import varied, written
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session, same_settings
from twostroke.engine.session.spec_errors import SessionError, parse_session

SMALL = {"network": {"layers": [{"units": 3}, {"units": 2, "activation": "tanh"}]}, "data": {"samples": 40}}


def session(parts: Mapping[str, Any] = SMALL) -> Session:
    return parse_session({"format": "twostroke-session", "version": 1, **parts}, "here")


class Here:
    """A crew that does its batches at once, in this process; `before` is called with each."""

    workers, batch_seconds, grace = 2, 0.05, 0.0

    def __init__(self, before: Callable[[Sequence[Job]], None] = lambda jobs: None) -> None:
        self._before = before
        self.batches: list[int] = []
        self.ended = False

    def submit(self, jobs: Sequence[Job]) -> "Future[Batch]":
        future: Future[Batch] = Future()
        self.batches.append(len(jobs))
        try:
            self._before(jobs)
            future.set_result(run_batch(jobs, True))
        except Exception as error:
            future.set_exception(error)
        return future

    def is_lost(self, error: BaseException) -> bool:
        return isinstance(error, BrokenExecutor)

    def stop(self) -> None:
        self.ended = True


def rows_of(lineup: Lineup, crew: Here | None = None) -> list[Row]:
    found = [row for rows in race(lineup.jobs, crew or Here()) for row in rows]
    order = {(job.vary, job.seed): place for place, job in enumerate(lineup.jobs)}
    return sorted(found, key=lambda row: order[row.vary, row.seed])


# -- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("relu,tanh", ("relu", "tanh")),
        ("1, 2.5,1e-3,.5", (1, 2.5, 0.001, 0.5)),
        ("true,null,NaN,inf", (True, None, "NaN", "inf")),
        ('{"name": "leaky_relu", "negative_slope": 0.2},relu', ({"name": "leaky_relu", "negative_slope": 0.2}, "relu")),
        ('[1, 2],"a,b"', ([1, 2], "a,b")),
        (r'"a\",b",c', ('a",b', "c")),
        ("y > sin(x)", ("y > sin(x)",)),
        ("a,,b", ("a", "", "b")),
    ],
)
def test_values_are_read_as_they_are_written(text: str, values: tuple[Any, ...]) -> None:
    assert values_of(text) == values


@pytest.mark.parametrize(
    "value", ["relu", "3", "a,b", "", " x ", "true", 3, 3.0, 0.1, 1e-12, True, None, [1, "a"], '"', "{"]
)
def test_a_text_gives_its_value_back(value: Any) -> None:
    assert value_of(text_of(value)) == value
    assert type(value_of(text_of(value))) is type(value)


@pytest.mark.parametrize("option", ["relu", "network.units=", "=3", "="])
def test_what_is_no_key_with_values_is_told(option: str) -> None:
    with pytest.raises(RaceProblem, match=r"expected KEY=A,B,C"):
        vary_of([option])


def test_a_key_stands_once() -> None:
    with pytest.raises(RaceProblem, match="twice"):
        vary_of(["network.units=1,2", "network.units=3"])


# -- the session with other values -----------------------------------------------------------------------------------


def test_a_session_as_written_is_the_session() -> None:
    for parts in (
        SMALL,
        {"training": {"loss": "huber"}, "data": {"name": "parabola"}},
        {"training": {"optimizer": "adam"}},
    ):
        one = session(parts)
        assert same_settings(parse_session(written(one), "written"), one)


LAYERS = [{"units": 3, "activation": "relu"}, {"units": 2, "activation": "tanh"}]


@pytest.mark.parametrize(
    ("chosen", "parts"),
    [
        ({"network.units": 5}, {"network": {"layers": [{**LAYERS[0], "units": 5}, {**LAYERS[1], "units": 5}]}}),
        (
            {"network.activation": "elu"},
            {"network": {"layers": [{"units": 3, "activation": "elu"}, {"units": 2, "activation": "elu"}]}},
        ),
        ({"network.depth": 4}, {"network": {"layers": [*LAYERS, LAYERS[1], LAYERS[1]]}}),
        ({"network.depth": 1}, {"network": {"layers": LAYERS[:1]}}),
        ({"network.depth": 0}, {"network": {"layers": []}}),
        (
            {"network.layers[2].units": 7, "network.units": 4, "network.depth": 3},
            {"network": {"layers": [{**LAYERS[0], "units": 4}, {**LAYERS[1], "units": 4}, {**LAYERS[1], "units": 7}]}},
        ),
        ({"network.layers[1].norm": "batch"}, {"network": {"layers": [LAYERS[0], {**LAYERS[1], "norm": "batch"}]}}),
        ({"network.init": "xavier_uniform"}, {"network": {"layers": LAYERS, "init": "xavier_uniform"}}),
        ({"training.optimizer": "adam"}, {"training": {"optimizer": "adam"}}),
        ({"training.optimizer.name": "adam"}, {"training": {"optimizer": "adam"}}),
        (
            {"training.optimizer.learning_rate": 0.5, "training.optimizer": "adam"},
            {"training": {"optimizer": {"name": "adam", "learning_rate": 0.5}}},
        ),
        ({"training.loss": "cross_entropy"}, {"training": {"loss": "cross_entropy"}}),
        ({"network.output.activation": "softmax"}, {"network": {"layers": LAYERS, "output": "softmax"}}),
        ({"gates.forward": False}, {"gates": {"forward": False}}),
        ({"data.name": "parabola"}, {"data": {"samples": 40, "name": "parabola"}}),
        ({"training.class_weights": "balanced"}, {"training": {"class_weights": "balanced"}}),
        ({"training.schedule.warm_up": 9}, {"training": {"schedule": {"warm_up": 9}}}),
    ],
)
def test_values_come_into_their_places(chosen: dict[str, Any], parts: dict[str, Any]) -> None:
    wanted = {"network": {"layers": LAYERS}, "data": {"samples": 40}, **parts}
    assert same_settings(parse_session(varied(session(), chosen), "varied"), session(wanted))


def test_an_optimizer_by_its_name_keeps_what_was_said_of_it() -> None:
    one = session({"training": {"optimizer": {"name": "sgd", "learning_rate": 0.5, "momentum": 0.9}}})
    told = varied(one, {"training.optimizer.name": "adam"})
    assert told["training"]["optimizer"] == {"name": "adam", "learning_rate": 0.5}


def test_neurons_of_their_own_follow() -> None:
    one = session({"network": {"layers": [{"activation": ["relu", "tanh"]}]}})
    wider = parse_session(varied(one, {"network.units": 3}), "wider")
    assert [gate.name for gate in wider.network.layers[0].gates] == ["relu", "tanh", "relu"]
    alike = parse_session(varied(one, {"network.activation": "elu"}), "alike")
    assert [gate.name for gate in alike.network.layers[0].gates] == ["elu", "elu"]
    with pytest.raises(RaceProblem, match="each neuron has its own"):
        varied(one, {"network.activation.negative_slope": 0.2})


def test_what_names_the_output_by_its_number_follows_the_depth() -> None:
    parts = {"layers": [{"units": 2}], "output": {"skip": 1}, "frozen": ["l1.bias", "l2.weight[0,1]"]}
    one = session({"network": parts})
    deeper = parse_session(varied(one, {"network.depth": 3}), "deeper")
    assert deeper.network.frozen == ("l1.bias", "l4.weight[0,1]")
    flat = parse_session(varied(one, {"network.depth": 0}), "flat")
    assert flat.network.frozen == ("l1.weight[0,1]",)
    assert flat.network.output.skip is None


# -- the line-up -----------------------------------------------------------------------------------------------------


def test_every_combination_from_each_seed() -> None:
    lineup = line_up(
        session({**SMALL, "network": {**SMALL["network"], "seed": 5}}),
        {"network.units": (2, 3), "network.depth": (1, 2)},
        3,
        7,
    )
    assert [(job.vary, job.seed) for job in lineup.jobs][:4] == [((2, 1), 5), ((2, 1), 6), ((2, 1), 7), ((2, 2), 5)]
    assert len(lineup.jobs) == 12
    assert all(job.session["data"] == lineup.jobs[0].session["data"] for job in lineup.jobs)


def test_without_anything_varied_the_seeds_race() -> None:
    assert [job.vary for job in line_up(session(), {}, 2, 1).jobs] == [(), ()]


@pytest.mark.parametrize(
    ("vary", "words"),
    [
        ({"network.actvation": ("relu",)}, ("network.actvation", "did you mean network.activation?")),
        ({"training.optimizer.learningrate": (1,)}, ("did you mean training.optimizer.learning_rate?",)),
        ({"training.lr": (1,)}, ("training.lr", "training.optimizer.learning_rate")),
        ({"training.optimizer.lr": (1,)}, ("did you mean training.optimizer.learning_rate?",)),
        ({"network.layers[2].units": (1,)}, ("network.layers[2].units", "did you mean network.layers[1].units?")),
        ({"view.sample": (1,)}, ("unknown key view.sample",)),
        ({"network.seed": (1,)}, ("--seeds",)),
        ({"network.units": (4, 4)}, ("network.units", "4 twice")),
        ({"network.units": ()}, ("network.units=A,B,C",)),
        ({"network.units": ("",)}, ("network.units=A,B,C",)),
        ({"network.units": (0,)}, ("network.units=0", "layers[0].units is 0", "from 1 to 4,096")),
        ({"network.units": ("many",)}, ('is "many"', "a whole number")),
        ({"network.depth": (1.5,)}, ("network.depth is 1.5", "from 0 to 64")),
        ({"network.depth": (65,)}, ("network.depth is 65",)),
        ({"network.depth": (1, 3), "network.layers[2].units": (4,)}, ("depth=1", "there is no network.layers[2]")),
        ({"network.activation": ("rellu",)}, ('"rellu"', '"relu"')),
        ({"network.activation": ("relu", "softmax")}, ("network.activation=softmax", "output layer only")),
        ({"training.batch_size": (1, 2), "network.norm": ("none", "batch")}, ("batch_size=1, network.norm=batch",)),
        ({"training": (5,)}, ("training is 5", "object")),
        ({"network.layers": ("x",), "network.units": (3,)}, ("network.layers", '"x"')),
        ({"data.noise": (float("inf"),)}, ("data.noise",)),
    ],
)
def test_what_cannot_be_is_told_before_anything_runs(vary: dict[str, Any], words: tuple[str, ...]) -> None:
    with pytest.raises((RaceProblem, SessionError)) as caught:
        line_up(session(), vary, 1, 1)
    for word in words:
        assert word in str(caught.value)


def test_a_pair_that_cannot_go_together_is_named() -> None:
    one = session({"network": {"output": {"activation": "sigmoid"}}, "training": {"loss": "binary_cross_entropy"}})
    with pytest.raises(SessionError, match=r"training\.loss=cross_entropy: .* needs the output activation softmax"):
        line_up(one, {"training.loss": ("mse", "cross_entropy")}, 1, 1)


@pytest.mark.parametrize(("seeds", "updates", "word"), [(0, 1, "--seeds"), (1, -1, "--updates"), (2**31, 1, "--seeds")])
def test_numbers_have_their_range(seeds: int, updates: int, word: str) -> None:
    with pytest.raises(RaceProblem, match=word):
        line_up(session(), {}, seeds, updates)


def test_a_race_without_end_is_refused() -> None:
    with pytest.raises(RaceProblem, match="100,000"):
        line_up(session(), {"network.units": tuple(range(1, 2000))}, 1000, 1)


# -- runs ------------------------------------------------------------------------------------------------------------


def alone(job: Job) -> tuple[float, float]:
    """Losses of that session, trained by itself."""
    trainer = Trainer(parse_session(job.written, "alone"))
    assert trainer.advance(job.updates) == job.updates
    found = trainer.evaluate()
    assert found.test is not None
    return found.train.loss, found.test.loss


def test_each_run_gives_its_numbers_alone() -> None:
    lineup = line_up(
        session(), {"network.norm": ("none", "batch", "layer"), "training.optimizer": ("sgd", "adam")}, 1, 12
    )
    for row, job in zip(rows_of(lineup), lineup.jobs, strict=True):
        assert row.train is not None
        assert row.test is not None
        assert (row.train["loss"], row.test["loss"]) == alone(job)


def test_batches_do_not_matter() -> None:
    lineup = line_up(session(), {"network.units": (2, 3)}, 3, 20)
    together = run_batch(lineup.jobs, False)[0]
    assert [(row.train, row.test) for row in together] == [(row.train, row.test) for row in rows_of(lineup)]


def test_a_run_that_diverges_is_a_row() -> None:
    one = session({"data": {"name": "parabola"}, "network": {"layers": [{"activation": "quadratic"}] * 2}})
    lineup = line_up(one, {"training.optimizer.learning_rate": (100.0, 0.001)}, 1, 500)
    wild, calm = rows_of(lineup)
    assert "no longer a finite number" in wild.failure
    assert wild.told(lineup.keys)["train"] is None
    assert calm.failure == ""
    assert calm.train is not None


def test_data_are_those_of_the_lineup(monkeypatch: pytest.MonkeyPatch) -> None:
    lineup = line_up(session(), {}, 1, 1)
    other = Trainer(session({**SMALL, "data": {"samples": 50}})).dataset
    monkeypatch.setattr(job_module, "_kept", None)
    monkeypatch.setattr(job_module, "load_data", lambda _: other)
    with pytest.raises(RaceProblem, match="changed since it began"):
        rows_of(lineup)


def test_data_of_several_runs_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lineup = line_up(session(), {"network.units": (2, 3)}, 2, 1)
    read = []
    monkeypatch.setattr(job_module, "_kept", None)
    monkeypatch.setattr(job_module, "load_data", lambda own: read.append(own) or Trainer(own).dataset)
    rows_of(lineup)
    assert len(read) == 1


def test_data_that_are_gone_are_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not by an error that another process cannot send back."""
    table = tmp_path / "own.csv"
    table.write_text("a,b\n" + "\n".join(f"{i},{i % 3}" for i in range(30)))
    one = session({"data": {"name": "table", "path": str(table), "task": "regression"}})
    lineup = line_up(one, {}, 1, 1)
    table.unlink()
    monkeypatch.setattr(job_module, "_kept", None)
    for work in (lambda: compile_for(lineup.jobs), lambda: run_batch(lineup.jobs, True)):
        with pytest.raises(RaceProblem, match=r"own\.csv cannot be read: there is no such file"):
            work()


# -- the crew --------------------------------------------------------------------------------------------------------


class Timed(Here):
    """Its runs take 0.01 s each, as it says."""

    def submit(self, jobs: Sequence[Job]) -> "Future[Batch]":
        future: Future[Batch] = Future()
        self.batches.append(len(jobs))
        future.set_result(([Row(job.vary, job.seed) for job in jobs], 0.01 * len(jobs)))
        return future


def test_batches_are_as_long_as_they_shall_be_and_shorter_near_the_end() -> None:
    crew = Timed()
    assert len(rows_of(line_up(session(), {}, 100, 5), crew)) == 100
    first, middle, last = crew.batches[:4], crew.batches[4:12], crew.batches[-4:]
    assert first == [1] * 4
    assert middle == [5] * 8
    assert last == [1] * 4
    assert crew.ended


def test_who_stops_has_what_is_done() -> None:
    crew, done = Here(), 0
    for rows in race(line_up(session(), {}, 50, 5).jobs, crew, lambda: len(crew.batches) >= 7):
        done += len(rows)
    assert done == sum(crew.batches)
    assert 0 < done < 50


def test_a_process_that_ends_costs_its_batch_alone() -> None:
    falls = iter((False, False, True, False, False, True))

    def before(jobs: Sequence[Job]) -> None:
        if next(falls, False):
            raise BrokenExecutor

    lineup = line_up(session(), {}, 12, 5)
    rows = rows_of(lineup, Here(before))
    assert [row.seed for row in rows] == [job.seed for job in lineup.jobs]
    assert all(row.train for row in rows)


def test_a_run_that_takes_its_process_with_it_is_a_row_in_the_end() -> None:
    tried = []

    def before(jobs: Sequence[Job]) -> None:
        if any(job.seed == 4 for job in jobs):
            tried.append(len(jobs))
            raise BrokenExecutor

    rows = rows_of(line_up(session(), {}, 8, 5), Here(before))
    assert [row.seed for row in rows if row.failure] == [4]
    assert not rows[3].lasting
    assert len(tried) == TRIES + 1
    assert tried[1:] == [1] * TRIES


def test_a_suspect_is_tried_alone() -> None:
    """Who is beside it would fall with it, and be blamed as well."""
    waiting = _Waiting(line_up(session(), {}, 9, 5).jobs, Here())
    batch, lost = waiting.take(), Future[Batch]()
    lost.set_exception(BrokenExecutor())
    assert waiting.abreast(busy=True) == 4
    assert waiting.outcome(lost, batch) == []
    assert (waiting.abreast(busy=True), waiting.abreast(busy=False)) == (0, 1)
    assert waiting.take() == batch
    assert waiting.abreast(busy=True) == 4


def test_a_batch_that_is_stopped_has_what_is_done() -> None:
    lineup = line_up(session(), {}, 5, 10)
    asked: list[bool] = []
    rows, _ = run_batch(lineup.jobs, True, lambda: asked.append(True) or len(asked) > 6)
    assert 0 < len(rows) < 5
    assert all(row.train for row in rows)


def test_a_crew_that_only_falls_is_given_up() -> None:
    def before(jobs: Sequence[Job]) -> None:
        raise BrokenExecutor

    with pytest.raises(RaceFailed, match="one after the other"):
        rows_of(line_up(session(), {}, 100, 5), Here(before))


# -- the spread ------------------------------------------------------------------------------------------------------


def test_median_and_quartiles() -> None:
    found = spread([4.0, 1.0, 3.0, 2.0])
    assert (found.lower_quartile, found.median, found.upper_quartile, found.runs) == (1.75, 2.5, 3.25, 4)


def test_failures_are_counted_and_have_no_figures() -> None:
    lineup = line_up(session(), {"network.units": (2, 3)}, 2, 1)
    rows = [
        Row((2,), 1, {"loss": 1.0}, {"loss": 3.0}),
        Row((2,), 2, failure="it fell"),
        Row((3,), 1, failure="it fell"),
        Row((3,), 2, failure="it fell"),
    ]
    two, three = summaries(lineup, rows)
    assert (two.runs, two.failures, two.spreads["test"]["loss"].median) == (2, 1, 3.0)
    assert (three.failures, three.spreads) == (2, {})
    assert json.dumps(two.told(lineup.keys))
