"""The log of the curves: where a line would tell of what nobody knows, and what stays of a long run."""

from collections.abc import Iterable

import numpy as np
import pytest
from sklearn.metrics import r2_score

from tests.edits import to
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Curves, Evaluation, Scores
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.curves import CURVE_POINTS, CurveLog
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

MEASURE = ("loss",)


def evaluation(update: int) -> Evaluation:
    scores = Scores(1.0 / (1 + update), None, None)
    return Evaluation(update, scores, None, (), (), None, ())


def logged(updates: Iterable[int], log: CurveLog | None = None) -> CurveLog:
    log = log or CurveLog()
    for update in updates:
        log.add(evaluation(update), MEASURE)
    return log


def seen(log: CurveLog, end: int = 2**62) -> tuple[list[int], list[int]]:
    """The updates, and those to which no line leads."""
    curves = log.curves(end, MEASURE)
    return curves.update.tolist(), curves.update[list(curves.breaks)].tolist()


@pytest.mark.parametrize(
    ("updates", "alone"),
    [
        (range(0, 100, 10), []),
        ([0, 1, 2, 3, 5, 7, 10, 13, 17, 22, 30, 40, 60, 90], []),  # quicker and quicker
        ([0, 1, 2, 3, 5_003, 10_003, 15_003], []),  # by hand, then at full speed
        ([0, 10_000, 20_000, 20_001, 20_002, 20_003], []),  # then by hand
        ([0, 10, 20, 30, 20_000, 20_010, 20_020], [20_000]),
        ([0, 10, 20, 30, 20_000], [20_000]),
        ([0, 10, 20, 5_000, 5_010, 20_000, 20_010], [5_000, 20_000]),
        ([0, 1, 2, 1_000, 1_001, 1_002], [1_000]),
        ([0, 10, 20, 70, 80, 90], []),  # a moment's delay
        ([0, 1_000], [1_000]),
        ([500_000, 510_000, 520_000], []),  # opened with weights
        ([7], []),
        ([], []),
    ],
)
def test_a_line_joins_what_was_evaluated_in_turn(updates: Iterable[int], alone: list[int]) -> None:
    found, breaks = seen(logged(updates))
    assert found == list(updates)
    assert breaks == alone


def test_a_leap_is_joined_by_nothing_and_what_is_known_stays_joined() -> None:
    log = logged(range(0, 101, 10))
    log.leap()
    logged([55, 56, 57], log)
    assert seen(log)[1] == []
    log.leap()
    logged([5_000, 5_010, 5_020], log)
    assert seen(log)[1] == [5_000]


def test_a_gap_closes_when_the_run_goes_through_it_again() -> None:
    log = logged([0, 10, 20, 1_000, 1_010, 1_020])
    assert seen(log)[1] == [1_000]
    log.leap()
    logged(range(20, 600, 50), log)
    assert seen(log)[1] == [1_000]
    logged(range(620, 1_100, 50), log)
    assert seen(log)[1] == []


def test_the_figures_of_another_measure_part_a_line() -> None:
    log = logged([0, 10, 20])
    for update in (30, 40):
        log.add(evaluation(update), ("another loss",))
    logged([50, 60], log)
    assert seen(log) == ([0, 10, 20, 50, 60], [50])


def test_a_branch_goes_on_from_where_it_begins() -> None:
    log = logged(range(0, 101, 10))
    log.leap()
    logged([50], log)
    twin = logged([60, 70], log.copy(50))
    assert seen(twin) == ([0, 10, 20, 30, 40, 50, 60, 70], [])
    assert seen(log)[0] == list(range(0, 101, 10))


def test_a_long_run_keeps_its_beginning_and_its_gaps() -> None:
    """Bounded, and even: a few steps at the beginning, on a plain and on a logarithmic axis no wide hole."""
    early = [0]
    while early[-1] < 10_000:
        early.append(early[-1] + 1 + early[-1] // 4)
    log = logged([*early, *range(20_000, 5_000_000, 10_000), *range(9_000_000, 100_000_000, 10_000)])
    updates, breaks = seen(log)
    assert CURVE_POINTS / 4 < len(updates) <= CURVE_POINTS
    assert set(early[:20]) <= set(updates)
    assert breaks == [9_000_000]
    at = np.array(updates, dtype=float)
    wide = np.diff(at)
    assert np.sort(wide)[-2] < 0.004 * at[-1]
    steps = np.diff(np.log1p(at))
    assert np.sort(steps)[-2] < 1.0
    assert updates[-1] == 99_990_000
    assert (updates[0], updates[1]) == (0, 1)


def test_dots_do_not_fill_the_memory() -> None:
    log = CurveLog()
    for update in range(0, 10_000_000, 2_000):
        log.leap()
        log.add(evaluation(update), MEASURE)
    updates, breaks = seen(log)
    assert len(updates) <= CURVE_POINTS
    assert breaks == updates[1:]


def curves_of(trainer: Trainer) -> Curves:
    return snapshot_of(trainer).curves


def test_a_trainer_that_was_not_watched_leaves_a_gap() -> None:
    session = Session.model_validate({"version": 1, "network": {"layers": [{"units": 4}]}})
    trainer = Trainer(session)
    for updates in (0, 10, 10, 10, 3_000, 10, 10):
        trainer.advance(updates)
        trainer.evaluate()
    curves = curves_of(trainer)
    assert curves.update[list(curves.breaks)].tolist() == [3_030]
    trainer.apply(c.Seek(20))
    trainer.evaluate()
    assert curves_of(trainer).breaks == ()
    dial = session.training.optimizer.model_copy(update={"learning_rate": 0.02})
    changed = session.model_copy(update={"training": session.training.model_copy(update={"optimizer": dial})})
    trainer.apply(to(changed))
    for _ in range(3):
        trainer.advance(10)
        trainer.evaluate()
    assert curves_of(trainer).update.tolist() == [0, 10, 20, 30, 40, 50]
    assert curves_of(trainer).breaks == (), "a change of the rate parts nothing"


def test_r2_has_a_curve_where_values_differ() -> None:
    """It is that of scikit-learn, at every evaluation."""
    trainer = Trainer(Session.model_validate({"data": {"name": "sine"}, "network": {"dtype": "float64"}}))
    expected = []
    for _ in range(3):
        trainer.advance(40)
        trainer.evaluate()
        parts = (
            (trainer.evaluator.train, trainer.dataset.target_train),
            (trainer.evaluator.test, trainer.dataset.target_test),
        )
        expected.append([r2_score(target, trainer.network.survey(feed).output) for feed, target in parts])
    curves = snapshot_of(trainer).curves
    np.testing.assert_allclose(np.column_stack([curves.train_r2, curves.test_r2]), expected, rtol=1e-9)
    assert curves.train_accuracy.size == 0
    of_classes = Trainer(Session.model_validate({"data": {"name": "moons"}}))
    of_classes.evaluate()
    assert snapshot_of(of_classes).curves.train_r2.size == 0
