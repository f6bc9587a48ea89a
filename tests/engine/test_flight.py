"""Training that runs on by itself: the states it tells are each of one moment, and the very ones of step by step."""

import itertools
import sys
import time
from typing import Any

import numpy as np
import pytest

from tests.edits import to
from tests.engine.test_trainer import ADAM, MOMENTUM, PRELU, changed, session_of, state_of
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Status
from twostroke.engine.compute.kernels.plan import State
from twostroke.engine.run.flight import Flight
from twostroke.engine.run.loop import Loop
from twostroke.engine.run.pilot import Pilot
from twostroke.engine.run.runner import Runner
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

ORGANS = {
    "layers": [{"units": 6, "activation": "prelu", "norm": "batch"}, {"units": 5, "activation": "tanh", "dropout": 0.2}]
}
LINEAR = {"layers": [{"units": 6, "activation": "identity"}], "output": {"activation": "identity"}}


def bytes_of(state: State) -> tuple[bytes, ...]:
    """Everything that training changes."""
    return tuple(array.tobytes() for array in state)


def flown(trainer: Trainer, least: int) -> Pilot:
    """A pilot that has followed `trainer` for so many updates, and is still in the air where training goes on."""
    pilot = Pilot(trainer)
    assert pilot.take_off()
    end = time.monotonic() + 60.0
    while pilot.flying and trainer.update < least:
        assert time.monotonic() < end, "the training did not come on"
        pilot.follow(fresh=True)
    return pilot


def landed(pilot: Pilot) -> None:
    """Once it has come to its end by itself."""
    end = time.monotonic() + 60.0
    while pilot.flying:
        assert time.monotonic() < end, "the training did not end"
        pilot.follow()


@pytest.mark.parametrize("training", [MOMENTUM, ADAM, {"batch_size": 7}])
def test_each_state_is_one_that_training_has_been_in(training: dict[str, Any]) -> None:
    """Asked for as fast as can be, while the kernel writes: never half of one and half of the next."""
    session = session_of(network=ORGANS, training=training)
    trainer = Trainer(session)
    flight = Flight(trainer.machine, trainer.state, 20_000, 64)
    found: list[State] = []
    while not flight.over:
        flight.wish()
        found += flight.states()
    assert flight.stop()
    found += flight.states()
    checked = Trainer(session)
    for state in found[:: max(1, len(found) // 400)]:
        checked.advance(int(state.clock[0]) - checked.update)
        assert bytes_of(state) == state_of(checked)
    updates = [int(state.clock[0]) for state in found]
    assert updates == sorted(set(updates))
    assert len(found) > 50


@pytest.mark.parametrize("network", [PRELU, ORGANS])
def test_landed_it_stands_where_step_by_step_would(network: dict[str, Any]) -> None:
    """At whatever update it is stopped; and so does every update that is gone back to."""
    session = session_of(network=network, training=ADAM)
    trainer, other = Trainer(session), Trainer(session)
    trainer.apply(c.Play())
    for least in (100, 3_000):
        pilot = flown(trainer, least)
        assert pilot.flying
        pilot.land()
        assert not pilot.flying
        assert trainer.status is Status.RUNNING
        other.advance(trainer.update - other.update)
        assert state_of(trainer) == state_of(other)
    for update in (trainer.update - 1, 1_234, 64, 1):
        trainer.apply(c.Seek(update))
        other.apply(c.Seek(update))
        assert state_of(trainer) == state_of(other)


def test_so_many_updates_as_were_asked_for() -> None:
    """Then it stands still by itself. A handful is not worth a thread."""
    trainer = Trainer(session_of())
    trainer.apply(c.Advance(5))
    assert not Pilot(trainer).take_off()
    trainer.apply(c.Advance(5_000))
    pilot = flown(trainer, 5_000)
    assert not pilot.flying
    assert (trainer.update, trainer.status, trainer.wanted(10)) == (5_000, Status.PAUSED, 0)


def test_it_ends_where_it_was_to_end_unless_that_is_put_off() -> None:
    """Training itself goes on: who ended it there may begin another one."""
    trainer = Trainer(session_of())
    trainer.apply(c.Play())
    pilot = Pilot(trainer)
    assert not pilot.take_off(10)
    for end in (200, 500):
        assert pilot.take_off(end - trainer.update)
        assert pilot.left == end - trainer.update
        pilot.put_off(1)  # sooner is no putting off
        landed(pilot)
        assert (trainer.update, trainer.status) == (end, Status.RUNNING)
    assert pilot.take_off(1_000_000_000)
    pilot.put_off(sys.maxsize)
    assert pilot.left == sys.maxsize - trainer.update
    pilot.land()
    other = Trainer(session_of())
    other.advance(trainer.update)
    assert state_of(trainer) == state_of(other)


def test_a_flight_whose_end_is_put_off_goes_on() -> None:
    trainer = Trainer(session_of())
    flight = Flight(trainer.machine, trainer.state, sys.maxsize, 10, 1_000_000_000)
    flight.put_off(1_000_000_500)
    flight.put_off(1_000_000_400)
    assert flight.until == 1_000_000_500
    assert flight.stop()


def test_an_evaluation_lets_training_run_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """It need not end for the next one where the one before had it end: to begin anew takes a new thread."""
    monkeypatch.setattr("twostroke.engine.run.loop.EARLY_SECONDS", 60.0)
    monkeypatch.setattr("twostroke.engine.run.loop.FLIGHT_WAIT", 1e-9)
    loop = Loop(Runner(session_of()), Trainer(session_of()))
    loop.trainer.advance(400)
    loop.trainer.apply(c.Play())
    loop.trainer.evaluate()
    end = time.monotonic() + 60.0
    while not loop.pilot.flying:
        assert time.monotonic() < end
        loop._train()
    try:
        before, update = loop.pilot.left, loop.trainer.update
        assert update > 400
        assert before < 101
        loop._evaluate_if_due()
        assert loop.pilot.left == 1 + update // 4
    finally:
        loop.pilot.land()


def test_no_flight_at_a_pace_or_at_rest() -> None:
    """What has a clock to keep is done piece by piece."""
    trainer = Trainer(session_of())
    assert not Pilot(trainer).take_off()
    trainer.apply(c.Play())
    trainer.apply(c.SetPace(1_000.0))
    assert not Pilot(trainer).take_off()


@pytest.mark.parametrize("rate", [20.0, 0.7])
def test_a_number_that_is_not_finite_ends_it(rate: float) -> None:
    """As it ends training piece by piece: at the same update, with the same weights and the same sentence."""
    training = {"loss": "mse", "optimizer": {"name": "sgd", "learning_rate": rate}}
    session = session_of(data={"name": "reg-plane"}, network=LINEAR, training=training)
    other = Trainer(session)
    other.advance(100_000)
    assert other.failure is not None
    trainer = Trainer(session)
    trainer.apply(c.Play())
    pilot = flown(trainer, 100_000)
    assert not pilot.flying
    assert trainer.status is Status.FAILED
    assert trainer.failure is not None
    assert trainer.failure.message == other.failure.message
    assert state_of(trainer) == state_of(other)
    last, end = trainer.update, state_of(trainer)
    trainer.apply(c.Seek(0))
    trainer.apply(c.Seek(last))
    assert state_of(trainer) == end


def test_it_follows_the_line_of_the_history() -> None:
    """Gone back, it changes its setting where the run did, and comes to the same end."""
    session = session_of(training=MOMENTUM)
    trainer = Trainer(session)
    trainer.advance(2_000)
    trainer.apply(to(changed(session, training={"optimizer": {"name": "sgd", "momentum": 0.9, "learning_rate": 0.01}})))
    trainer.advance(2_000)
    end = state_of(trainer)
    trainer.apply(c.Seek(500))
    trainer.apply(c.Advance(3_500))
    for _ in itertools.repeat(None, 10):
        if trainer.status is Status.RUNNING:
            flown(trainer, 4_000)
    assert (trainer.update, state_of(trainer)) == (4_000, end)
    assert len(trainer.history.branches()) == 1


def test_nobody_follows_for_a_while() -> None:
    """A full log holds nothing up: the checkpoints are sparser, and the states as right."""
    session = session_of()
    trainer = Trainer(session)
    flight = Flight(trainer.machine, trainer.state, 30_000, 10)
    while not flight.over:
        time.sleep(0.001)
    assert flight.stop()
    assert flight.done == 30_000
    found = list(flight.states())
    assert [int(state.clock[0]) for state in found] == [10 * (number + 1) for number in range(len(found))]
    checked = Trainer(session)
    checked.advance(30_000)
    assert bytes_of(flight.state) == state_of(checked)


def test_what_is_raised_in_the_thread_is_raised_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not lost, and not told by a thread's traceback."""

    def broken(*_: Any) -> int:
        raise MemoryError("no room")

    monkeypatch.setattr("twostroke.engine.run.flight.train.run", broken)
    trainer = Trainer(session_of())
    flight = Flight(trainer.machine, trainer.state, 100, 10)
    with pytest.raises(MemoryError, match="no room"):
        flight.stop()


def test_the_trainer_shows_a_state_while_training_is_ahead() -> None:
    """Its own state changes only when it follows: an evaluation in between is of that very update."""
    session: Session = session_of(training=ADAM)
    trainer = Trainer(session)
    trainer.apply(c.Play())
    pilot = flown(trainer, 500)
    update, state = trainer.update, state_of(trainer)
    evaluation = trainer.evaluate()
    assert (trainer.update, state_of(trainer), evaluation.update) == (update, state, update)
    pilot.land()
    assert trainer.update > update
    other = Trainer(session)
    other.advance(update)
    assert np.isclose(other.evaluate().train.loss, evaluation.train.loss, rtol=0.0, atol=0.0)
