"""What networks that are compared ask of a trainer: a bound to wait at, first numbers of another, another's place."""

import numpy as np
import pytest

from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Status
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session


def session(**network: object) -> Session:
    return Session.model_validate({"network": {"layers": [{"units": 4}, {"units": 4}], **network}})


def test_training_waits_at_a_bound_and_goes_on_with_the_next_one() -> None:
    trainer = Trainer(session())
    trainer.apply(c.HoldAt(7))
    trainer.apply(c.Play())
    trainer.advance(trainer.wanted(100))
    assert (trainer.update, trainer.wanted(100), trainer.status) == (7, 0, Status.RUNNING)
    trainer.apply(c.HoldAt(3))  # passed already
    assert trainer.wanted(100) == 0
    trainer.apply(c.HoldAt(9))
    assert trainer.wanted(100) == 2
    trainer.apply(c.HoldAt(None))
    assert trainer.wanted(100) == 100


def test_a_bound_changes_no_number_and_no_dial() -> None:
    trainer, alone = Trainer(session()), Trainer(session())
    trainer.apply(c.Play())
    while trainer.update < 50:
        trainer.apply(c.HoldAt(trainer.update + 3))
        trainer.advance(trainer.wanted(100))
    alone.advance(trainer.update)
    assert np.array_equal(trainer.state.theta, alone.state.theta)
    assert trainer.undo_stack.label is None


def test_first_numbers_like_those_of_another_network_where_shapes_agree() -> None:
    other = session(seed=5)
    deeper = session(layers=[{"units": 4}, {"units": 3}, {"units": 4}])
    trainer = Trainer(Session())
    trainer.apply(c.Open(deeper, like=other))
    theirs, fresh = Trainer(other).network, Trainer(deeper).network
    assert np.array_equal(trainer.network.weight(1), theirs.weight(1))
    assert np.array_equal(trainer.network.weight(2), fresh.weight(2))
    trainer.advance(5)
    trainer.apply(c.Seek(0))
    assert np.array_equal(trainer.network.weight(1), theirs.weight(1))


def test_another_network_takes_the_place_of_this_one_and_can_be_taken_back() -> None:
    other = Trainer(session(layers=[{"units": 6, "activation": "tanh"}]))
    other.advance(30)
    trainer = Trainer(session())
    trainer.advance(12)
    before = trainer.state.theta.copy()
    trainer.apply(c.Adopt(other.session, other.captured().state or {}, "Set depth to 1 hidden layer"))
    assert trainer.update == 30
    assert np.array_equal(trainer.state.theta, other.state.theta)
    assert (trainer.changed, trainer.undo_stack.label) == (True, "Set depth to 1 hidden layer")
    for each in (trainer, other):
        each.advance(20)
    assert np.array_equal(trainer.state.theta, other.state.theta)
    trainer.apply(c.Undo())
    assert trainer.update == 12
    assert np.array_equal(trainer.state.theta, before)


def test_what_does_not_fit_leaves_everything_as_it_was() -> None:
    trainer = Trainer(session())
    trainer.advance(3)
    state = Trainer(session(layers=[{"units": 6}])).captured().state or {}
    with pytest.raises(ValueError, match="l1"):
        trainer.apply(c.Adopt(session(), state, "Adopt"))
    assert (trainer.update, trainer.undo_stack.label) == (3, None)
