"""A network of another run as a branch of this one: all its updates, bit for bit, and undone without a trace."""

from typing import Any

import numpy as np
import pytest

from tests.edits import to
from tests.engine.test_trainer import changed, session_of, state_of
from tests.engine.test_trainer_history import states_of
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import BranchView
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.history import LIMIT_BYTES
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

TRAINING: dict[str, Any] = {"batch_size": 6, "optimizer": {"name": "adam", "learning_rate": 0.01}}
MAIN = session_of(training=TRAINING)
LAYER = MAIN.network.layers[0].model_dump(mode="json")
OTHERS = {
    "tanh": session_of(training=TRAINING, network={"layers": [{**LAYER, "activation": "tanh"}] * 2}),
    "deeper": session_of(training=TRAINING, network={"layers": [LAYER] * 4}),
    "shallower": session_of(training=TRAINING, network={"layers": []}),
    "another rule": session_of(training={"batch_size": 5, "optimizer": "sgd"}),
}
NAME = "Network B: other"


def line_of(trainer: Trainer) -> object:
    captured = trainer.apply(c.Capture(line=True)).captured
    assert captured is not None
    assert captured.line is not None
    return captured.line


def grafted(other: Trainer, main: Trainer | None = None) -> Trainer:
    """A trainer at update 30 with the other's line as a branch."""
    if main is None:
        main = Trainer(MAIN)
        main.advance(30)
        main.evaluate()
    main.apply(c.Graft(line_of(other), NAME, ("Set other",)))
    return main


def trained(session: Session, updates: int = 40) -> Trainer:
    trainer = Trainer(session)
    trainer.advance(updates)
    trainer.evaluate()
    return trainer


@pytest.mark.parametrize("name", OTHERS)
def test_every_update_of_the_branch_is_that_of_the_run_alone(name: str) -> None:
    alone = states_of(OTHERS[name], 60)
    main = grafted(trained(OTHERS[name]))
    before = state_of(main)
    assert main.history.branches() == (
        BranchView(0, "First run", 0, 30, True),
        BranchView(1, NAME, 0, 40, False, ("Set other",)),
    )
    assert (main.update, main.session) == (30, MAIN), "the run itself stays as it is"
    main.apply(c.SwitchBranch(1))
    assert (main.update, main.session.network) == (40, OTHERS[name].network)
    for update in (40, 7, 0, 39):
        main.apply(c.Seek(update))
        assert state_of(main) == alone[update]
    main.advance(21)
    assert state_of(main) == alone[60], "and on from there"
    assert snapshot_of(main).session.network == OTHERS[name].network
    main.apply(c.SwitchBranch(0))
    assert (state_of(main), main.session.network) == (before, MAIN.network)


def test_changes_on_the_way_come_along() -> None:
    session = OTHERS["deeper"]
    other = Trainer(session)
    states = []
    for update in range(60):
        states.append(state_of(other))
        if update in (20, 35):
            other.apply(to(changed(other.session, training={"batch_size": 3 + update % 4})))
        other.advance(1)
    main = grafted(other)
    main.apply(c.SwitchBranch(1))
    for update in (59, 36, 35, 34, 21, 20, 19, 0):
        main.apply(c.Seek(update))
        assert state_of(main) == states[update]


def test_what_the_other_does_afterwards_changes_nothing() -> None:
    other = trained(OTHERS["tanh"])
    main = grafted(other)
    other.apply(c.Seek(10))
    other.apply(to(changed(other.session, training={"batch_size": 2})))
    other.advance(50)
    alone = states_of(OTHERS["tanh"], 45)
    main.apply(c.SwitchBranch(1))
    assert state_of(main) == alone[40]
    main.advance(5)
    assert state_of(main) == alone[45]
    assert other.update == 60
    assert other.history.branch.end == 60


def test_it_ends_where_the_other_stands() -> None:
    """What that one knows to come is seen by nobody; a change at its very end is no update of it yet."""
    session = OTHERS["tanh"]
    other = trained(session)
    other.apply(c.Edit(lambda now: c.Edited(changed(now, training={"batch_size": 3}), "Set batch size to 3"), ()))
    other.advance(10)
    other.apply(c.Seek(33))
    main = grafted(other)
    assert main.history.branches()[1].end == 33
    main.apply(c.SwitchBranch(1))
    main.advance(12)
    assert state_of(main) == states_of(session, 45)[45], "no change that came later there"


def test_its_curves_stand_beside_the_others() -> None:
    other = trained(OTHERS["deeper"])
    main = grafted(other)
    (beside,) = snapshot_of(main).beside
    assert beside.id == 1
    assert beside.curves.update.tolist() == [40]
    assert other.evaluation is not None
    assert beside.curves.train_loss[0] == np.float64(other.evaluation.train.loss)


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("goes_on", [False, True])
def test_undo_takes_the_branch_away_and_redo_brings_it_back(name: str, goes_on: bool) -> None:
    main = grafted(trained(OTHERS[name]))
    assert main.undo_stack.label == f"Add {NAME}"
    before = state_of(main)
    if goes_on:
        main.apply(c.SwitchBranch(1))
        main.advance(10)
    main.apply(c.Undo())
    assert (state_of(main), main.session.network) == (before, MAIN.network)
    assert [branch.id for branch in main.history.branches()] == [0]
    assert snapshot_of(main).beside == ()
    main.advance(5)
    main.apply(c.Redo())
    assert (main.update, main.session) == (35, MAIN)
    assert [(b.id, b.end) for b in main.history.branches()] == [(0, 35), (1, 50 if goes_on else 40)]
    main.apply(c.SwitchBranch(1))
    assert state_of(main) == states_of(OTHERS[name], 50)[50 if goes_on else 40]


def test_undo_knows_of_a_branch_that_was_dropped_since() -> None:
    main = grafted(trained(OTHERS["tanh"]))
    main.apply(c.DropBranch(1))
    main.apply(c.Undo())
    main.apply(c.Redo())
    assert [branch.id for branch in main.history.branches()] == [0, 1]


@pytest.mark.parametrize("name", OTHERS)
def test_earlier_changes_can_be_undone_on_the_branch_too(name: str) -> None:
    main = Trainer(MAIN)
    main.advance(30)
    grafted(trained(OTHERS[name]), main)
    main.apply(to(changed(MAIN, training={"batch_size": 4})))
    main.apply(c.SwitchBranch(1))
    main.apply(c.Undo())
    main.advance(3)
    assert all(np.isfinite(main.state.theta))
    assert main.session.training.batch_size == 6
    end = main.history.branch.end
    kept = state_of(main)
    main.apply(c.StepBack(2))
    main.advance(2)
    assert (main.update, state_of(main)) == (end, kept)


def test_two_lines_have_two_numbers_and_a_fork_of_one_stays() -> None:
    main = grafted(trained(OTHERS["tanh"]))
    grafted(trained(OTHERS["deeper"]), main)
    assert [branch.id for branch in main.history.branches()] == [0, 1, 2]
    main.apply(c.SwitchBranch(2))
    main.apply(c.Seek(15))
    main.apply(to(changed(main.session, training={"batch_size": 2})))
    main.advance(5)
    assert [branch.id for branch in main.history.branches()] == [0, 1, 2, 3]
    main.apply(c.DropBranch(2))
    kept = state_of(main)
    main.apply(c.StepBack(12))
    main.advance(12)
    assert state_of(main) == kept


def test_a_history_without_room_refuses_it_and_stays() -> None:
    main = Trainer(MAIN, history_bytes=1)
    main.advance(30)
    with pytest.raises(ValueError, match="no room in the history"):
        main.apply(c.Graft(line_of(trained(OTHERS["tanh"])), NAME))
    assert [branch.id for branch in main.history.branches()] == [0]
    assert main.undo_stack.label is None
    assert main.history.nbytes < LIMIT_BYTES
    main.advance(3)
