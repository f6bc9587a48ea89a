"""What the picture and the tables of a race say: the spread of each combination, its order, its axis."""

import math
import shlex
from dataclasses import replace

import numpy as np
import pytest

from tests.engine.test_race import session
from twostroke.engine.race.kept_rows import key_of
from twostroke.engine.race.lineup import Job, Lineup, line_up
from twostroke.engine.race.outcome import Row, finished
from twostroke.engine.race.values import RaceProblem, vary_of
from twostroke.gui.model import race_places, race_terms
from twostroke.gui.model.race_figures import (
    FIGURES,
    Figure,
    known_figures,
    remark_on,
    spread_text,
    strands,
    table_of_combinations,
    table_of_runs,
)
from twostroke.gui.model.race_places import PLACES
from twostroke.gui.model.race_scale import Scale, scale_of
from twostroke.gui.model.race_terms import Terms, about, said_of, seconds_for

LOSS = next(figure for figure in FIGURES if figure.title == "Test loss")
ACCURACY = next(figure for figure in FIGURES if figure.title == "Test accuracy")
LINEUP = line_up(session(), {"network.activation": ("relu", "tanh", "elu")}, 5, 10)


def row(job: Job, loss: float, accuracy: float = 0.5) -> Row:
    figures = {"loss": loss, "accuracy": accuracy}
    return finished(job.vary, job.seed, figures, figures, 1_234.5)


def rows(lineup: Lineup, losses: dict[str, tuple[float, ...]]) -> list[Row]:
    own = {name: [job for job in lineup.jobs if job.vary == (name,)] for name in losses}
    return [row(job, loss, 1.0 - loss) for name in losses for job, loss in zip(own[name], losses[name], strict=False)]


def known(found: list[Row]) -> dict[object, Row]:
    return {key_of(one): one for one in found}


LOSSES = {"relu": (0.5, 0.1, 0.2, 0.4, 0.3), "tanh": (0.2, 0.1, 0.15, 0.12, 0.9)}


@pytest.mark.parametrize(("figure", "best_first", "order"), [
    (LOSS, True, ["tanh", "ReLU", "ELU"]),
    (ACCURACY, True, ["tanh", "ReLU", "ELU"]),
    (LOSS, False, ["ReLU", "tanh", "ELU"]),
])  # fmt: skip
def test_the_best_median_comes_first_and_what_has_none_last(figure: Figure, best_first: bool, order: list[str]) -> None:
    found = strands(LINEUP, known(rows(LINEUP, LOSSES)), figure, best_first)
    assert [strand.label for strand in found] == order


def test_a_strand_has_every_run_and_the_quartiles_over_all_of_them() -> None:
    found = strands(LINEUP, known(rows(LINEUP, LOSSES)), LOSS, best_first=False)[1]
    assert [value for value, _ in found.runs] == sorted(LOSSES["tanh"])
    assert found.spread is not None
    wanted = np.percentile(LOSSES["tanh"], (25, 50, 75))
    assert (found.spread.lower_quartile, found.spread.median, found.spread.upper_quartile) == tuple(wanted)
    assert spread_text(found.spread, LOSS) == "0.15 (0.12 to 0.2)"


def test_what_failed_or_diverged_and_what_is_to_come_are_told() -> None:
    first, second, third, *_ = LINEUP.jobs
    failed = Row(second.vary, second.seed, failure="at update 3 a number was no longer finite")
    found = strands(LINEUP, known([row(first, 0.5), failed, row(third, math.inf)]), LOSS, best_first=True)[0]
    assert remark_on(found) == "2 failed, 2 to come"
    assert [run.seed for _, run in found.runs] == [first.seed]
    assert found.spread is not None
    assert math.isfinite(found.spread.upper_quartile)
    assert "diverged" in found.failures[1].failure


@pytest.mark.parametrize(("key", "value", "told"), [
    ("network.activation", "leaky_relu", "leaky ReLU"),
    ("network.layers[1].activation", "gelu", "GELU"),
    ("network.output.activation.name", "sigmoid", "sigmoid"),
    ("network.init", "he_normal", "He normal"),
    ("training.optimizer", "adam", "Adam"),
    ("training.optimizer.name", "adamw", "AdamW"),
    ("network.norm", "batch", "Batch"),
    ("training.optimizer.learning_rate", 0.01, "0.01"),
    ("network.activation", {"name": "prelu", "negative_slope": 0.1}, '{"name": "prelu", "negative_slope": 0.1}'),
    ("data.target", "relu", "relu"),
    ("gates.forward", False, "false"),
])  # fmt: skip
def test_values_are_called_as_in_the_lists(key: str, value: object, told: str) -> None:
    assert race_places.title_of_value(key, value) == told


def test_only_figures_that_some_run_has_are_offered() -> None:
    values = [replace(one, train={"loss": 1.0, "r2": 0.2}, test=None) for one in rows(LINEUP, LOSSES)]
    assert [figure.title for figure in known_figures(values)] == ["Train R²", "Train loss", "Updates a second"]


def test_the_tables_say_the_same() -> None:
    found = known(rows(LINEUP, LOSSES))
    combinations = table_of_combinations(LINEUP, found, (LOSS,))
    assert combinations.headers[:3] == ("network.activation", "runs", "failed")
    assert [text for _, text in combinations.cells[1]] == ["tanh", "5", "0", "0.15", "0.12", "0.2"]
    assert [text for _, text in combinations.cells[2]] == ["ELU", "0", "0", "–", "–", "–"]
    runs = table_of_runs(LINEUP, found, (LOSS, ACCURACY))
    assert len(runs.cells) == len(runs.rows) == 10
    assert [text for _, text in runs.cells[0]] == ["ReLU", str(runs.rows[0].seed), "0.5", "50.0 %", ""]


# -- the axis --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [
    [0.2, 0.9], [0.0, 0.0], [-3.0, 5.0], [1e-12, 1.0], [7.0], [1e300, 1e301], [1.0, 1.0 + 1e-15], [5e-324, 1.0],
])  # fmt: skip
def test_every_figure_lies_on_the_axis_which_has_ticks(values: list[float]) -> None:
    scale = scale_of(values)
    assert all(0.0 <= scale.place(value) <= 1.0 for value in values)
    assert all(-1e-9 <= scale.place(tick) <= 1.0 + 1e-9 for tick in scale.ticks())
    assert len(scale.ticks()) <= 8


def test_many_decades_make_the_axis_logarithmic_but_never_that_of_shares() -> None:
    assert scale_of([1e-3, 1.0]).log
    assert scale_of([1e-3, 1.0]).ticks() == pytest.approx([1e-3, 1e-2, 1e-1, 1.0])
    assert not scale_of([1e-3, 1.0], most=1.0).log
    assert not scale_of([0.0, 1.0]).log
    assert scale_of([]) == Scale(0.0, 1.0, False)


# -- terms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.key)
def test_every_place_that_is_offered_can_be_varied(place: race_places.Place) -> None:
    values = place.values or "mse,huber"
    found = line_up(session(), Terms(((place.key, values),), 1, 5).parsed(), 1, 5)
    assert len(found.jobs) == len(values.split(","))
    if place.choices and place.values:
        assert set(place.values.split(",")) <= {value for value, _ in place.choices}
    for value, _ in place.choices:
        assert Terms(((place.key, value),), 1, 5).parsed()


def test_the_command_does_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(race_terms.sys, "platform", "linux")
    vary = (("network.activation", 'relu, {"name": "leaky_relu", "negative_slope": 0.2}'), ("network.units", "4, 8"))
    terms = Terms(vary, 3, 500)
    words = shlex.split(terms.command("my session.twostroke.json", "race.csv"))
    assert words[:3] == ["twostroke", "race", "my session.twostroke.json"]
    assert vary_of([words[4], words[6]]) == terms.parsed()
    assert words[7:] == ["--seeds", "3", "--updates", "500", "-o", "race.csv"]


def test_a_place_cannot_be_varied_twice() -> None:
    with pytest.raises(RaceProblem, match=r"network\.units is to be varied twice"):
        Terms((("network.units", "1"), ("network.units", "2")), 1, 1).parsed()


def test_the_time_follows_from_the_speed_and_is_not_guessed_without_one() -> None:
    one = session()
    long = line_up(one, {"network.activation": ("relu", "tanh")}, 5, 10_000_000)
    assert seconds_for(long.jobs, one, 0.0, 2) is None
    seconds = seconds_for(long.jobs, one, 100_000.0, 2)
    assert seconds == pytest.approx(10 * 10_000_000 / 100_000 / 2, rel=0.01)
    assert said_of(long, 10, seconds) == "10 runs: 2 combinations. About 8 minutes."
    assert said_of(long, 0, None) == "10 runs: 2 combinations, all done."
    assert about(None).startswith("How long it takes is told")
    assert [about(x) for x in (3.0, 42.0, 8_000.0)] == ["A few seconds.", "About 40 seconds.", "About 2 hours."]
