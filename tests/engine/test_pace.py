"""The pace: slower training when it is asked for, the same numbers at any pace."""

import itertools
import time
from collections.abc import Callable

import numpy as np
import pytest

from twostroke.engine.border import commands as c
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.pace import Pacer
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """A clock that stands still until it is moved on."""
    now = [100.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])

    def pass_by(seconds: float) -> None:
        now[0] += seconds

    return pass_by


def test_pace_allows_what_the_time_allows(clock: Callable[[float], None]) -> None:
    pacer = Pacer()
    pacer.allowed(200.0, 1000)
    pacer.spend(pacer.allowed(200.0, 1000), 200.0)
    done = 0
    for _ in range(100):
        clock(0.004)
        updates = pacer.allowed(200.0, 1000)
        pacer.spend(updates, 200.0)
        done += updates
    assert done == pytest.approx(80, abs=1)


def test_a_long_pause_is_not_made_up_for(clock: Callable[[float], None]) -> None:
    pacer = Pacer()
    pacer.allowed(1000.0, 10)
    clock(3600.0)
    assert pacer.allowed(1000.0, 10_000) <= 100


def test_full_speed_knows_no_limit_but_the_chunk(clock: Callable[[float], None]) -> None:
    assert Pacer().allowed(None, 12_345) == 12_345


def test_slow_paces_still_move(clock: Callable[[float], None]) -> None:
    pacer = Pacer()
    allowed = []
    for _ in itertools.repeat(None, 500):
        clock(0.004)
        updates = pacer.allowed(3.0, 100)
        pacer.spend(updates, 3.0)
        allowed.append(updates)
    assert sum(allowed[-250:]) == 3  # one second


def test_the_pace_changes_no_number() -> None:
    paced, free = Trainer(Session()), Trainer(Session())
    paced.apply(c.SetPace(5.0))
    for trainer in (paced, free):
        trainer.advance(7)
    assert snapshot_of(paced).pace == 5.0
    assert np.array_equal(paced.network.theta, free.network.theta)


@pytest.mark.parametrize("pace", [0.0, -1.0, float("nan")])
def test_an_impossible_pace_is_refused(pace: float) -> None:
    trainer = Trainer(Session())
    with pytest.raises(ValueError, match="expected more than 0"):
        trainer.apply(c.SetPace(pace))
    assert trainer.pace is None
