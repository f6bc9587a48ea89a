"""The trainer: commands in, exact state out."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.edits import to
from tests.engine.strategies import sessions
from tests.engine.test_tape import arrays_of
from twostroke.engine.border import commands as c
from twostroke.engine.border.slopes import By
from twostroke.engine.border.snapshot import Status
from twostroke.engine.border.tape import Tape
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session


def session_of(**parts: Any) -> Session:
    """A small session from its parts; 20 training samples unless said otherwise."""
    return Session.model_validate({"data": {"samples": 40}, **parts})


def changed(session: Session, **parts: Any) -> Session:
    """The session with other values in one of its parts: `changed(s, training={"l2": 0.1})`."""
    told = session.model_dump(mode="json")
    return Session.model_validate({**told, **{name: {**told[name], **values} for name, values in parts.items()}})


def state_of(trainer: Trainer) -> tuple[Any, ...]:
    """Everything that training changes, as bytes."""
    return tuple(array.tobytes() for array in trainer.state)


def same_tape(one: Tape, two: Tape) -> bool:
    """Bit for bit."""
    a, b = arrays_of(one), arrays_of(two)
    equal = all(np.array_equal(a[name], b[name]) for name in a)
    return a.keys() == b.keys() and equal and (one.update, one.epoch, one.loss) == (two.update, two.epoch, two.loss)


MOMENTUM = {"optimizer": {"name": "sgd", "momentum": 0.9, "learning_rate": 0.05}}
ADAM = {"optimizer": {"name": "adam", "learning_rate": 0.01}}
PRELU = {"layers": [{"units": 5, "activation": "prelu"}, {"units": 4, "activation": "quadratic"}]}


# --- The same session gives the same numbers ------------------------------------------------------------------------


@cases(25)
@given(session=sessions("float32"), cuts=st.lists(st.integers(0, 4), max_size=5))
def test_chunks_do_not_matter(session: Session, cuts: list[int]) -> None:
    """However the updates are cut into chunks, with looks in between: bit for bit the same."""
    one, other = Trainer(session), Trainer(session)
    for part in cuts:
        assert one.advance(part) == part
        one.evaluate()
        snapshot_of(one)
        one.record()
    assert other.advance(sum(cuts)) == sum(cuts)
    assert state_of(one) == state_of(other)
    assert (one.update, one.epoch) == (other.update, other.epoch) == (sum(cuts), one.epoch)


@pytest.mark.parametrize("training", [MOMENTUM, ADAM, {"l1": 0.01, "shuffle": False}])
def test_ten_times_one_is_ten(training: dict[str, Any]) -> None:
    """Across the ends of epochs, with the optimizer's memory."""
    session = session_of(network=PRELU, training={"batch_size": 7, **training})
    one, other = Trainer(session), Trainer(session)
    for _ in range(10):
        assert one.advance(1) == 1
    assert other.advance(10) == 10
    assert state_of(one) == state_of(other)
    assert one.epoch == pytest.approx(3.0 + 7.0 / 20.0)


def test_seeds() -> None:
    """The weight seed moves weights and order, the data seed moves samples; each alone."""
    base = session_of()
    same, weights, data = (
        Trainer(base),
        Trainer(changed(base, network={"seed": 2})),
        Trainer(changed(base, data={"seed": 8})),
    )
    first = Trainer(base)
    assert same_tape(first.record(), same.record())
    assert not np.array_equal(first.network.theta, weights.network.theta)
    assert first.record().rows.tolist() != weights.record().rows.tolist()
    assert np.array_equal(first.dataset.x_train, weights.dataset.x_train)
    assert np.array_equal(first.network.theta, data.network.theta)
    assert not np.array_equal(first.dataset.x_train, data.dataset.x_train)


@pytest.mark.parametrize("shuffle", [True, False])
def test_an_epoch_takes_every_sample_once(shuffle: bool) -> None:
    """20 samples by 6: batches of 6, 6, 6 and 2; a new order each epoch where shuffled, the data's own where not."""
    trainer = Trainer(session_of(training={"batch_size": 6, "shuffle": shuffle}))
    orders = []
    for epoch in range(3):
        rows, sizes = [], []
        for _ in range(4):
            tape = trainer.record()
            assert int(tape.epoch) == epoch
            rows += tape.rows.tolist()
            sizes.append(tape.samples)
            trainer.advance(1)
        assert sizes == [6, 6, 6, 2]
        assert sorted(rows) == list(range(20))
        orders.append(rows)
    assert (orders[0] != orders[1]) == (orders[1] != orders[2]) == shuffle
    assert trainer.epoch == 3.0


def test_a_batch_larger_than_the_data() -> None:
    """Every update is an epoch."""
    trainer = Trainer(session_of(training={"batch_size": 1000}))
    assert trainer.record().samples == 20
    trainer.advance(3)
    assert (trainer.update, trainer.epoch) == (3, 3.0)


def test_parameters_given_at_the_start() -> None:
    """They take the place of drawn ones; some that do not fit are an error."""
    session = session_of(network=PRELU)
    trained = Trainer(session)
    trained.advance(5)
    parameters = trained.network.parameters()
    begun = Trainer(session, parameters)
    assert begun.update == 0
    for name, values in begun.network.parameters().items():
        assert np.array_equal(values, parameters[name])
    with pytest.raises(ValueError, match=r"l1\.weight has shape"):
        Trainer(session, {**parameters, "l1.weight": np.zeros((1, 1))})


# --- Running --------------------------------------------------------------------------------------------------------


def test_play_pause_and_advance() -> None:
    """`wanted` says how much is left to do."""
    trainer = Trainer(session_of())
    assert (trainer.status, trainer.wanted(100)) == (Status.PAUSED, 0)
    trainer.apply(c.Play())
    assert (trainer.status, trainer.wanted(100)) == (Status.RUNNING, 100)
    trainer.apply(c.Pause())
    assert (trainer.status, trainer.wanted(100)) == (Status.PAUSED, 0)
    trainer.apply(c.Advance(5))
    assert trainer.wanted(3) == 3
    trainer.advance(3)
    assert (trainer.status, trainer.wanted(100)) == (Status.RUNNING, 2)
    trainer.advance(2)
    assert (trainer.status, trainer.wanted(100), trainer.update) == (Status.PAUSED, 0, 5)


def test_advance_epoch_goes_to_the_end_of_the_epoch() -> None:
    """From inside an epoch to its end, from an end to the next."""
    trainer = Trainer(session_of(training={"batch_size": 6}))
    trainer.advance(1)
    for epoch in (1.0, 2.0):
        trainer.apply(c.AdvanceEpoch())
        trainer.advance(trainer.wanted(1000))
        assert (trainer.epoch, trainer.status) == (epoch, Status.PAUSED)
    assert trainer.update == 8


def test_reset_and_undo_of_reset() -> None:
    """Back to the very beginning; undo brings the trained state back bit for bit, redo takes it again."""
    trainer = Trainer(session_of(network=PRELU, training=ADAM))
    start = state_of(trainer)
    trainer.advance(13)
    trained, generation = state_of(trainer), trainer.generation
    trainer.apply(c.Reset())
    assert state_of(trainer) == start
    assert (trainer.update, trainer.epoch) == (0, 0.0)
    assert trainer.generation > generation
    trainer.apply(c.Undo())
    assert state_of(trainer) == trained
    assert trainer.update == 13
    trainer.apply(c.Redo())
    assert state_of(trainer) == start
    trainer.advance(13)
    assert state_of(trainer) == trained


# --- Changing the session -------------------------------------------------------------------------------------------

KEEPS: list[dict[str, Any]] = [
    {"training": {"l2": 0.1}},
    {"training": {"optimizer": {"name": "sgd", "learning_rate": 0.5, "momentum": 0.9}}},
    {"training": {"batch_size": 3}},
    {"training": {"shuffle": False}},
    {"gates": {"forward": False}},
    {"training": {"loss": "mse"}},
    {"data": {"noise": 0.4}},
    {"data": {"name": "moons"}},
    {"view": {"sample": 4}},
    {"training": {"optimizer": "adam"}},
    {"network": {"output": {"activation": "sigmoid"}}},
]
REBUILDS: list[dict[str, Any]] = [
    {"network": {"layers": [{"units": 5}]}},
    {"network": {"layers": []}},
    {"network": {"seed": 9}},
    {"network": {"init": "lecun_normal"}},
    {"network": {"dtype": "float64"}},
    {"data": {"features": ["x"]}},
    {
        "data": {"name": "iris", "features": []},
        "network": {"output": {"activation": "softmax"}},
        "training": {"loss": "cross_entropy"},
    },
]


@pytest.mark.parametrize("parts", KEEPS, ids=str)
def test_changes_that_keep_the_weights(parts: dict[str, Any]) -> None:
    """Parameters and the count of updates stay; undo brings the old session back and keeps the weights."""
    session = session_of(training=MOMENTUM)
    trainer = Trainer(session)
    trainer.advance(7)
    theta, generation = trainer.network.theta.copy(), trainer.generation
    trainer.apply(to(changed(session, **parts), "Turn a knob"))
    assert np.array_equal(trainer.network.theta, theta)
    assert (trainer.update, trainer.session) == (7, changed(session, **parts))
    assert trainer.generation == generation
    if trainer.session != session:
        assert snapshot_of(trainer).undo_label == "Turn a knob"
        trainer.apply(c.Undo())
    assert trainer.session == session
    assert np.array_equal(trainer.network.theta, theta)
    assert trainer.advance(3) == 3


@pytest.mark.parametrize("parts", REBUILDS, ids=str)
def test_changes_that_rebuild_the_network(parts: dict[str, Any]) -> None:
    """A fresh start, as if opened so; undo brings the old network back, bit for bit, and redo the new one."""
    session = session_of(training=MOMENTUM)
    trainer = Trainer(session)
    trainer.advance(7)
    trained, tape, generation = state_of(trainer), trainer.record(), trainer.generation
    new = changed(session, **parts)
    trainer.apply(to(new))
    assert (trainer.update, trainer.session) == (0, new)
    assert state_of(trainer) == state_of(Trainer(new))
    assert trainer.generation > generation
    trainer.advance(2)
    later = state_of(trainer)
    trainer.apply(c.Undo())
    assert state_of(trainer) == trained
    assert trainer.session == session
    assert same_tape(trainer.record(), tape)
    trainer.apply(c.Redo())
    assert state_of(trainer) == later
    assert trainer.session == new


def test_the_optimizers_memory_stays_where_the_optimizer_does() -> None:
    """A new rate keeps the velocity, and training goes on as the oracle would; another optimizer begins anew."""
    session = session_of(training=MOMENTUM)
    trainer = Trainer(session)
    trainer.advance(5)
    velocity = trainer.state.first.copy()
    assert velocity.any()
    trainer.apply(to(changed(session, training={"optimizer": {**MOMENTUM["optimizer"], "learning_rate": 0.2}})))
    assert np.array_equal(trainer.state.first, velocity)
    trainer.apply(to(changed(session, training=ADAM)))
    assert not trainer.state.first.any()
    assert not trainer.state.second.any()


def test_another_activation_keeps_the_weights_and_begins_its_own_parameters() -> None:
    """ReLU to PReLU: weights stay, slopes begin; back again: weights stay."""
    session = session_of(network={"layers": [{"units": 5, "activation": "relu"}]})
    trainer = Trainer(session)
    trainer.advance(5)
    weight = trainer.network.weight(1).copy()
    trainer.apply(to(changed(session, network={"layers": [{"units": 5, "activation": "prelu"}]})))
    assert np.array_equal(trainer.network.weight(1), weight)
    assert trainer.network.param(1, "negative_slope").tolist() == [0.25] * 5
    trainer.apply(to(session))
    assert np.array_equal(trainer.network.weight(1), weight)


def test_undo_brings_learned_activation_parameters_back() -> None:
    """PReLU to ReLU and undone: the slopes are those that were learned."""
    session = session_of(network=PRELU, training=ADAM)
    trainer = Trainer(session)
    trainer.advance(20)
    before = trainer.network.parameters()
    plain = changed(session, network={"layers": [{"units": 5, "activation": "relu"}, {"units": 4}]})
    trainer.apply(to(plain))
    trainer.apply(c.Undo())
    for name, values in trainer.network.parameters().items():
        assert np.array_equal(values, before[name]), name


def test_undo_goes_back_step_by_step_and_a_new_change_ends_redo() -> None:
    """Labels, sessions and states in a row."""
    session = session_of()
    trainer = Trainer(session)
    trainer.advance(3)
    states = [state_of(trainer)]
    for seed in (11, 12, 13):
        trainer.apply(to(changed(session, network={"seed": seed}), f"Seed {seed}"))
        trainer.advance(3)
        states.append(state_of(trainer))
    for seed, state in zip((13, 12, 11), states[-2::-1], strict=True):
        assert snapshot_of(trainer).undo_label == f"Seed {seed}"
        trainer.apply(c.Undo())
        assert state_of(trainer) == state
        assert snapshot_of(trainer).redo_label == f"Seed {seed}"
    trainer.apply(c.Undo())  # nothing left: nothing happens
    assert state_of(trainer) == states[0]
    trainer.apply(c.Redo())
    assert state_of(trainer) == states[1]
    trainer.apply(to(changed(session, network={"seed": 99})))
    assert snapshot_of(trainer).redo_label is None
    trainer.apply(c.Redo())
    assert trainer.session.network.seed == 99


def test_an_impossible_change_leaves_everything_as_it_was() -> None:
    """A pinned row that does not exist, and parameters that do not fit."""
    trainer = Trainer(session_of())
    trainer.advance(4)
    before, session = state_of(trainer), trainer.session
    with pytest.raises(ValueError, match="rows 0 to 19"):
        trainer.apply(c.PinSample(20))
    parameters = {**trainer.network.parameters(), "l1.weight": np.zeros((9, 9))}
    with pytest.raises(ValueError, match=r"l1\.weight has shape"):
        trainer.apply(c.Open(session_of(), parameters))
    assert state_of(trainer) == before
    assert trainer.session == session
    assert trainer.advance(1) == 1


def test_open_begins_anew() -> None:
    """Update 0, no history, a new generation; given parameters are taken."""
    session = session_of(network=PRELU)
    trainer = Trainer(session_of())
    trainer.apply(to(session_of(training={"l2": 0.5})))
    trainer.advance(5)
    generation = trainer.generation
    parameters = {name: values + 0.5 for name, values in Trainer(session).network.parameters().items()}
    trainer.apply(c.Open(session, parameters))
    snapshot = snapshot_of(trainer)
    assert (trainer.update, snapshot.undo_label, snapshot.changed) == (0, None, False)
    assert trainer.generation > generation
    assert np.array_equal(trainer.network.weight(1), parameters["l1.weight"])


def test_a_pinned_sample_leaves_how_the_session_is_seen() -> None:
    session = Session.model_validate({"view": {"lens": "gradient", "grain": "term", "digits": 5}})
    trainer = Trainer(session)
    trainer.apply(c.PinSample(7))
    assert trainer.session.view == session.view.model_copy(update={"sample": 7})
    beyond = session.model_copy(update={"view": session.view.model_copy(update={"sample": 90_000})})
    assert Trainer(beyond).session.view == session.view


def test_changed_is_about_settings_since_opening_or_saving() -> None:
    """Training and pinning are no change; a setting is; saving and undoing it take the mark away."""
    session = session_of()
    trainer = Trainer(session)
    trainer.advance(5)
    trainer.apply(c.PinSample(3))
    assert not snapshot_of(trainer).changed
    trainer.apply(to(changed(trainer.session, training={"l2": 0.1})))
    assert snapshot_of(trainer).changed
    trainer.apply(c.Undo())
    assert not snapshot_of(trainer).changed
    trainer.apply(c.Redo())
    trainer.apply(c.MarkSaved(trainer.session))
    assert not snapshot_of(trainer).changed


def test_pin_sample() -> None:
    """The snapshot is about that row; beyond a smaller data set's end it falls back to the first."""
    trainer = Trainer(session_of())
    trainer.apply(c.PinSample(7))
    snapshot = snapshot_of(trainer)
    assert snapshot.sample == 7
    assert np.array_equal(snapshot.x, trainer.dataset.x_train[7])
    assert np.array_equal(snapshot.target, trainer.dataset.target_train[7])
    trainer.apply(to(changed(trainer.session, data={"samples": 10})))
    assert snapshot_of(trainer).sample == 0


# --- Stroke mode ----------------------------------------------------------------------------------------------------


def test_stroke_mode_walks_forward_and_back() -> None:
    """Tapes one after the other are what training does; backwards they are the same ones again, bit for bit."""
    session = session_of(network=PRELU, training={"batch_size": 6, **ADAM})
    trainer, plain = Trainer(session), Trainer(session)
    trainer.advance(2)
    plain.advance(2)
    trainer.apply(c.Record())
    tapes, states = [], []
    for _ in range(6):  # over the end of an epoch
        assert trainer.status is Status.STROKE
        assert trainer.tape is not None
        assert same_tape(trainer.tape, plain.record())
        tapes.append(trainer.tape)
        states.append(state_of(trainer))
        assert snapshot_of(trainer).tape is trainer.tape
        trainer.apply(c.NextTape())
        plain.advance(1)
    assert state_of(trainer) == state_of(plain)
    for tape, state in zip(tapes[::-1], states[::-1], strict=True):
        trainer.apply(c.PreviousTape())
        assert trainer.tape is not None
        assert same_tape(trainer.tape, tape)
        assert state_of(trainer) == state
    begun = Trainer(session)
    for update in (1, 0, 0):  # before the stroke mode was entered, as far as the history goes
        trainer.apply(c.PreviousTape())
        assert trainer.tape is not None
        assert trainer.tape.update == update
    assert same_tape(trainer.tape, begun.record())
    trainer.apply(c.LeaveStroke())
    assert (trainer.tape, trainer.status) == (None, Status.PAUSED)
    assert state_of(trainer) == state_of(begun)


def test_record_stands_still_and_stays_on_its_tape() -> None:
    """Recording stops a run, keeps the weights, and a second time changes nothing."""
    trainer = Trainer(session_of())
    trainer.apply(c.Play())
    trainer.advance(3)
    before = state_of(trainer)
    trainer.apply(c.Record())
    tape = trainer.tape
    trainer.apply(c.Record())
    assert trainer.tape is tape
    assert state_of(trainer) == before
    assert trainer.wanted(10) == 0
    trainer.apply(c.Play())
    assert (trainer.tape, trainer.wanted(10)) == (None, 10)


@pytest.mark.parametrize("command", [c.Reset(), c.Undo(), c.Advance(2), c.AdvanceEpoch()])
def test_other_commands_leave_the_stroke_mode(command: c.Command) -> None:
    """A tape never outlives the weights that it was laid from."""
    trainer = Trainer(session_of())
    trainer.apply(to(session_of(network={"layers": [{"units": 2}]})))
    trainer.apply(c.Record())
    trainer.apply(command)
    assert trainer.tape is None
    assert trainer.status is not Status.STROKE


def test_undo_brings_the_curves_back() -> None:
    trainer = Trainer(Session())
    for _ in range(5):
        trainer.advance(20)
        trainer.evaluate()
    before = snapshot_of(trainer).curves
    network = trainer.session.network.model_copy(update={"layers": trainer.session.network.layers[:1]})
    trainer.apply(to(trainer.session.model_copy(update={"network": network}), "Remove a layer"))
    assert len(snapshot_of(trainer).curves.update) == 0
    trainer.apply(c.Undo())
    after = snapshot_of(trainer).curves
    assert np.array_equal(after.update, before.update)
    assert np.array_equal(after.test_loss, before.test_loss)


def test_a_check_answers_and_changes_nothing() -> None:
    """Not the state, the tape, the history or undo; what was said stays, and so does a dial."""
    trainer = Trainer(session_of(network=PRELU))
    trainer.advance(7)
    trainer.apply(c.Record())
    trainer.notice = "a remark"
    tape, before, undo = trainer.tape, state_of(trainer), trainer.undo_stack.label
    assert tape is not None
    answer = trainer.apply(c.Check(By("parameter", 2, 1, 0, None, "weight"), 7), 4)
    assert answer.measured is not None
    assert (answer.number, answer.measured.update, answer.has_something_to_say) == (4, 7, True)
    assert answer.measured.value == pytest.approx(float(tape.layers[1].dloss_dweight[1, 0]), rel=1e-3)
    assert trainer.tape is tape
    assert (state_of(trainer), trainer.status, trainer.notice) == (before, Status.STROKE, "a remark")
    assert (trainer.undo_stack.label, trainer.history.branch.end) == (undo, 7)
    assert trainer.advance(3) == 3


def test_a_check_needs_the_tape_that_was_seen() -> None:
    trainer = Trainer(session_of())
    by = By("z", 1, 0, row=0)
    with pytest.raises(ValueError, match="Only numbers of one update can be checked"):
        trainer.apply(c.Check(by, 0))
    trainer.apply(c.Record())
    with pytest.raises(ValueError, match="Another update is looked at by now"):
        trainer.apply(c.Check(by, 3))
