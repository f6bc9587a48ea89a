"""A number that is not finite stops training: where it is found, what is kept, and how to go on."""

from dataclasses import replace

import numpy as np
import pytest

from tests.edits import to
from tests.engine.test_trainer import changed, session_of, state_of
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Status
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.failures import likely_cause
from twostroke.engine.run.trainer import Trainer

EXPLODING = session_of(
    network={"layers": [{"units": 8, "activation": "quadratic"}, {"units": 8, "activation": "quadratic"}]},
    training={"optimizer": {"name": "sgd", "learning_rate": 100}},
)


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_not_a_number_stops_training(chunk: int) -> None:
    """Whatever the chunk: the same update, the same place, the last finite weights, and a sentence for the user."""
    by_one = Trainer(EXPLODING)
    while by_one.failure is None and by_one.update < 1000:
        last = state_of(by_one)
        by_one.advance(1)
    assert by_one.failure is not None
    assert state_of(by_one) == last
    trainer = Trainer(EXPLODING)
    trainer.apply(c.Play())
    while trainer.failure is None:
        trainer.advance(chunk)
    assert trainer.status is Status.FAILED
    assert trainer.wanted(10) == 0
    assert state_of(trainer) == last
    assert np.isfinite(trainer.network.theta).all()
    failure = trainer.failure
    assert (failure.update, failure.where) == (trainer.update, by_one.failure.where)
    assert failure.where in failure.message
    assert "learning rate" in failure.message
    assert snapshot_of(trainer).failure is failure


def test_the_failure_names_the_first_place() -> None:
    """The tape of the update that failed is finite up to there."""
    trainer = Trainer(EXPLODING)
    trainer.advance(1000)
    assert trainer.failure is not None
    tape = trainer.record()
    finite = {
        f"{what} of {layer.name}": bool(np.isfinite(values).all())
        for layer in tape.layers
        for what, values in (("pre-activation z", layer.z), ("activation a", layer.a))
    }
    assert trainer.failure.where == next(where for where, is_finite in finite.items() if not is_finite)


def test_after_a_failure_a_smaller_rate_goes_on() -> None:
    """From the last finite weights; or back to the start by reset."""
    trainer = Trainer(EXPLODING)
    trainer.advance(1000)
    update = trainer.update
    small = {"optimizer": {"name": "sgd", "learning_rate": 1e-30}}
    trainer.apply(to(changed(EXPLODING, training=small)))
    assert trainer.failure is None
    assert trainer.status is Status.PAUSED
    assert trainer.update == update
    trainer.apply(c.Reset())
    assert trainer.advance(5) == 5
    assert trainer.failure is None


def test_a_failure_on_next_tape_keeps_the_tape_of_the_last_finite_update() -> None:
    """Stroke mode ends in the same failure."""
    trainer = Trainer(EXPLODING)
    trainer.apply(c.Record())
    for _ in range(1000):
        trainer.apply(c.NextTape())
        if trainer.failure is not None:
            break
    assert trainer.failure is not None
    assert trainer.status is Status.FAILED
    assert np.isfinite(trainer.network.theta).all()
    assert trainer.tape is None or trainer.tape.update == trainer.update


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_other_ways_to_explode(optimizer: str, dtype: str) -> None:
    """Whatever overflows, the weights that are left are finite and the place has a name."""
    session = session_of(
        data={"name": "reg-gauss"},
        network={
            "layers": [{"units": 6, "activation": "quadratic"}] * 9,
            "init": {"name": "normal", "std": 8.0},
            "dtype": dtype,
        },
        training={"loss": "mse", "optimizer": {"name": optimizer, "learning_rate": 10}},
    )
    trainer = Trainer(session)
    assert trainer.advance(2000) < 2000
    assert trainer.failure is not None
    assert np.isfinite(trainer.network.theta).all()
    places = ("pre-activation z of", "activation a of", "loss", "gradient of", "error signal of", "new ")
    assert any(word in trainer.failure.where for word in places)


def test_numbers_that_are_far_from_1_are_named_as_the_cause() -> None:
    """With how far they reach; a rate that is far too high counts only where they are not."""
    session = session_of(training={"optimizer": {"name": "sgd", "learning_rate": 0.05}})
    tape = Trainer(session).record()
    assert likely_cause(tape, session) == "Try a smaller learning rate or another activation."
    for part, what in (("x", "inputs"), ("target", "targets")):
        told = likely_cause(replace(tape, **{part: getattr(tape, part) * 0 + 1.5e30}), session)
        assert told == f"The {what} reach 1.5e+30, and training expects numbers of about 1: have them scaled."
