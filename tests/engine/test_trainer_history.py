"""The trainer in its history: back to any update, over changes of settings, and on from there in branches."""

import gc
from typing import Any

import pytest

from tests.edits import to
from tests.engine.test_trainer import ADAM, KEEPS, MOMENTUM, PRELU, changed, same_tape, session_of, state_of
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Status
from twostroke.engine.run import machine
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

BOLD = {"optimizer": {"name": "sgd", "learning_rate": 3}}
RATE = {"optimizer": {"name": "sgd", "momentum": 0.9, "learning_rate": 0.01}}


def states_of(session: Session, updates: int) -> list[tuple[Any, ...]]:
    """The states at update 0, 1, 2, ..., each seen while the run went by."""
    trainer = Trainer(session)
    found = [state_of(trainer)]
    for _ in range(updates):
        trainer.advance(1)
        found.append(state_of(trainer))
    return found


def test_seek_stands_at_any_update() -> None:
    """To and fro, exactly; the range is in the snapshot, and what lies outside is refused with a sentence."""
    session = session_of(network=PRELU, training={"batch_size": 6, **ADAM})
    states = states_of(session, 60)
    trainer = Trainer(session)
    trainer.advance(60)
    for update in (59, 3, 31, 60, 0):
        trainer.apply(c.Play())
        trainer.apply(c.Seek(update))
        snapshot = snapshot_of(trainer)
        assert state_of(trainer) == states[update]
        assert (snapshot.update, snapshot.past, snapshot.future) == (update, 0, 60)
        assert (snapshot.status, trainer.wanted(10)) == (Status.PAUSED, 0)
    for update in (-1, 61):
        with pytest.raises(ValueError, match="is not in the history; expected 0 to 60"):
            trainer.apply(c.Seek(update))
    assert state_of(trainer) == states[0]


def test_step_back() -> None:
    """By so many updates, to the beginning at most; never forward."""
    session = session_of()
    states = states_of(session, 20)
    trainer = Trainer(session)
    trainer.advance(20)
    for updates, update in ((1, 19), (7, 12), (-3, 12), (0, 12), (100, 0)):
        trainer.apply(c.StepBack(updates))
        assert (trainer.update, state_of(trainer)) == (update, states[update])


def test_seek_in_stroke_mode_lays_the_tape() -> None:
    """Of the update that followed then."""
    trainer, plain = Trainer(session_of(network=PRELU)), Trainer(session_of(network=PRELU))
    trainer.advance(9)
    trainer.apply(c.Record())
    trainer.apply(c.Seek(4))
    plain.advance(4)
    assert trainer.status is Status.STROKE
    assert trainer.tape is not None
    assert same_tape(trainer.tape, plain.record())


@pytest.mark.parametrize("parts", KEEPS, ids=str)
def test_a_change_is_part_of_the_line(parts: dict[str, Any]) -> None:
    """Before it the old setting is in force, after it the new one; going on from before, it happens again."""
    session = session_of(training=MOMENTUM)
    new = changed(session, **parts)
    trainer = Trainer(session)
    states = []
    for update in range(25):
        if update == 12:
            trainer.apply(to(new))
        states.append(state_of(trainer))
        trainer.advance(1)
    states.append(state_of(trainer))
    for update in (5, 11, 12, 24, 0):
        trainer.apply(c.Seek(update))
        assert state_of(trainer) == states[update]
        assert trainer.session.model_dump(exclude={"view"}) == (session if update < 12 else new).model_dump(
            exclude={"view"}
        )
    trainer.advance(25)
    assert state_of(trainer) == states[25]
    assert len(snapshot_of(trainer).branches) == 1


def test_another_setting_in_the_past_begins_a_branch() -> None:
    """It is what training from there gives; the old future is still there, to the bit, until it is dropped."""
    session = session_of(training=MOMENTUM)
    other = changed(session, training=RATE)
    states = states_of(session, 30)
    trainer, plain = Trainer(session), Trainer(session)
    trainer.advance(30)
    trainer.apply(c.Seek(10))
    trainer.apply(to(other, "Set learning rate to 0.01"))
    trainer.advance(15)
    plain.advance(10)
    plain.apply(to(other))
    plain.advance(15)
    assert state_of(trainer) == state_of(plain)
    first, second = snapshot_of(trainer).branches
    assert (second.label, second.start, second.end) == ("From update 10: set learning rate to 0.01", 10, 25)
    assert (first.label, first.start, first.end) == ("First run", 0, 30)
    trainer.apply(c.SwitchBranch(first.id))
    assert (state_of(trainer), trainer.session) == (states[30], session)
    trainer.apply(c.SwitchBranch(second.id))
    assert (state_of(trainer), trainer.session) == (state_of(plain), other)
    with pytest.raises(ValueError, match="switch to another branch first"):
        trainer.apply(c.DropBranch(second.id))
    trainer.apply(c.DropBranch(first.id))
    assert [view.current for view in snapshot_of(trainer).branches] == [True]
    trainer.apply(c.Seek(7))
    assert (state_of(trainer), trainer.session) == (states[7], session)


def test_a_branch_is_named_by_all_that_was_changed_where_it_begins() -> None:
    """What was taken back is not, a dial only as it was left, and of more than three changes the rest are counted."""

    def batch(size: int, dial: str = "") -> c.Edit:
        return to(changed(session_of(), training={"batch_size": size}), f"Set batch to {size}", dial)

    def name(*commands: c.Command) -> tuple[str, tuple[str, ...]]:
        trainer = Trainer(session_of())
        trainer.advance(30)
        trainer.apply(batch(2))
        trainer.apply(c.Seek(10))
        for command in commands:
            trainer.apply(command)
        trainer.advance(1)
        last = snapshot_of(trainer).branches[-1]
        return last.label.removeprefix("From update 10: "), last.changes

    one, two, three, four = (batch(size) for size in (3, 4, 5, 6))
    assert name(one)[0] == "set batch to 3"
    assert name(one, two)[0] == "set batch to 3 and set batch to 4"
    assert name(one, two, three)[0] == "set batch to 3, set batch to 4 and set batch to 5"
    assert name(one, two, three, four) == (
        "set batch to 3, set batch to 4 and 2 other changes",
        ("Set batch to 3", "Set batch to 4", "Set batch to 5", "Set batch to 6"),
    )
    assert name(one, batch(4, "b"), batch(5, "b"), batch(9, "b"))[0] == "set batch to 3 and set batch to 9"
    assert name(one, two, c.Undo())[0] == "set batch to 3"
    assert name(one, two, c.Undo(), c.Redo())[0] == "set batch to 3 and set batch to 4"
    assert name(one, two, c.Undo(), c.Undo(), three)[0] == "set batch to 5"


def test_undo_over_a_rebuilt_network_brings_back_what_was_changed_before() -> None:
    """The name of the branch tells both changes, of which one was made before the network was replaced."""
    session = session_of()
    deeper = changed(session, network={"layers": [{"units": 5}, {"units": 4}], "seed": 77})
    trainer = Trainer(session)
    trainer.advance(30)
    trainer.apply(c.Seek(10))
    trainer.apply(to(changed(session, training={"batch_size": 3}), "Set batch to 3"))
    trainer.apply(to(deeper, "Set seed to 77"))
    trainer.apply(c.Undo())
    trainer.apply(to(changed(session, training={"batch_size": 5}), "Set batch to 5"))
    trainer.advance(1)
    assert snapshot_of(trainer).branches[-1].label == "From update 10: set batch to 3 and set batch to 5"


def test_trying_a_setting_in_the_past_leaves_no_branch() -> None:
    """Changed and undone before an update was done: the line goes on as it was."""
    session = session_of(network=PRELU, training=MOMENTUM)
    states = states_of(session, 30)
    trainer = Trainer(session)
    trainer.advance(30)
    trainer.apply(c.Seek(10))
    for parts in ({"training": RATE}, {"training": ADAM}, {"network": {"layers": [{"units": 5}, {"units": 4}]}}):
        trainer.apply(to(changed(session, **parts)))
        trainer.apply(c.Undo())
        trainer.advance(1)
    assert state_of(trainer) == states[13]
    assert len(snapshot_of(trainer).branches) == 1
    assert snapshot_of(trainer).future == 30


def test_a_change_that_was_not_trained_with_survives_going_back() -> None:
    """Back to before it and to the end again: the new setting is in force."""
    session = session_of()
    other = changed(session, training=RATE)
    trainer = Trainer(session)
    trainer.advance(10)
    trainer.apply(to(other))
    trainer.apply(c.Seek(5))
    assert trainer.session == session
    trainer.apply(c.Seek(10))
    assert trainer.session == other


def test_undo_of_a_reset_brings_the_history_back() -> None:
    """A replaced network has a history of its own."""
    session = session_of(network=PRELU)
    states = states_of(session, 20)
    trainer = Trainer(session)
    trainer.advance(20)
    trainer.apply(c.Reset())
    trainer.advance(3)
    assert (snapshot_of(trainer).past, snapshot_of(trainer).future) == (0, 3)
    trainer.apply(c.Undo())
    assert (trainer.update, snapshot_of(trainer).future) == (20, 20)
    trainer.apply(c.Seek(13))
    assert state_of(trainer) == states[13]
    trainer.apply(c.Redo())
    assert (trainer.update, snapshot_of(trainer).future) == (3, 3)


def test_the_pinned_sample_is_no_part_of_the_past() -> None:
    """Going back keeps what is looked at, also over a change of the setting."""
    trainer = Trainer(session_of())
    trainer.advance(5)
    trainer.apply(to(changed(trainer.session, training=RATE)))
    trainer.advance(5)
    trainer.apply(c.PinSample(7))
    trainer.apply(c.Seek(2))
    assert snapshot_of(trainer).sample == 7
    assert len(snapshot_of(trainer).branches) == 1


def test_curves_end_at_the_present() -> None:
    """Those of the future come back with it; a branch goes on with those that it shares, and leaves the rest alone."""
    trainer = Trainer(session_of())
    for _ in range(6):
        trainer.evaluate()
        trainer.advance(10)
    whole = snapshot_of(trainer).curves
    assert whole.update.tolist() == [0, 10, 20, 30, 40, 50]
    trainer.apply(c.Seek(25))
    assert snapshot_of(trainer).curves.update.tolist() == [0, 10, 20]
    trainer.apply(to(changed(trainer.session, training=RATE)))
    trainer.evaluate()
    trainer.advance(10)
    trainer.evaluate()
    assert snapshot_of(trainer).curves.update.tolist() == [0, 10, 20, 35]
    trainer.apply(c.SwitchBranch(0))
    again = snapshot_of(trainer).curves
    assert again.update.tolist() == whole.update.tolist()
    assert again.test_loss.tolist() == whole.test_loss.tolist()


@pytest.mark.parametrize(
    "parts",
    [
        {"training": {"loss": "mse"}},
        {"data": {"noise": 0.3}},
        {"network": {"layers": [{"units": 8, "activation": "gelu"}]}},
        {"gates": {"forward": False}},
    ],
)
def test_curves_are_of_one_network_and_one_measure(parts: dict[str, Any]) -> None:
    """Figures of another network, other data or another loss are not shown as if they were of this one."""
    trainer = Trainer(session_of(network={"layers": [{"units": 8}]}))
    for _ in range(2):
        trainer.evaluate()
        trainer.advance(10)
    before = snapshot_of(trainer).curves.update.tolist()
    trainer.apply(to(changed(trainer.session, **parts)))
    changed_at_once = snapshot_of(trainer)
    assert changed_at_once.update == 20, "the weights are kept"
    assert changed_at_once.evaluation is None
    assert changed_at_once.curves.update.tolist() == []
    trainer.evaluate()
    trainer.advance(5)
    trainer.evaluate()
    assert snapshot_of(trainer).curves.update.tolist() == [20, 25]
    trainer.apply(c.Seek(15))
    assert snapshot_of(trainer).curves.update.tolist() == before


def test_after_a_failure_the_past_is_there() -> None:
    """The line ends at the last finite state."""
    session = session_of(network={"layers": [{"units": 8, "activation": "quadratic"}]}, training=BOLD)
    trainer = Trainer(session)
    done = trainer.advance(1_000)
    assert 2 < done < 1_000
    states = states_of(session, done)
    assert state_of(trainer) == states[done]
    assert snapshot_of(trainer).future == done
    trainer.apply(c.StepBack(2))
    assert (trainer.failure, state_of(trainer)) == (None, states[done - 2])


def test_data_that_have_changed_on_the_disk_are_no_part_of_the_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Going back to them is refused with a sentence; going on stands still where the line would come to them."""
    session = session_of()
    other = changed(session, data={"noise": 0.4})
    trainer = Trainer(session)
    trainer.advance(10)
    trainer.apply(to(other))
    trainer.advance(5)
    last = state_of(trainer)
    with monkeypatch.context() as patch:
        patch.setattr(machine, "load_data", lambda _: Trainer(changed(session, data={"seed": 99})).dataset)
        with pytest.raises(ValueError, match="the file with the data has changed"):
            trainer.apply(c.Seek(3))
        assert (state_of(trainer), trainer.session) == (last, other)
    trainer.apply(c.Seek(3))
    gc.collect()
    with monkeypatch.context() as patch:
        patch.setattr(machine, "load_data", lambda _: Trainer(changed(session, data={"seed": 99})).dataset)
        trainer.apply(c.Play())
        assert trainer.advance(12) == 7
        assert (trainer.status, trainer.update) == (Status.PAUSED, 10)
        assert "the file with the data has changed" in str(snapshot_of(trainer).notice)
    trainer.apply(c.SwitchBranch(0))
    assert state_of(trainer) == last


@pytest.mark.parametrize("chunk", [25_000, 700, 3_100])
def test_the_way_back_is_short(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """10,000 updates back on 2-8-8-8-1 costs a replay of 2,000 at most, and the checkpoints take less than 1 MB."""
    trainer = Trainer(session_of(network={"layers": [{"units": 8}] * 3}))
    while trainer.update < 25_000:
        trainer.advance(min(chunk, 25_000 - trainer.update))
    assert trainer.history.nbytes < 2**20
    replayed = []
    plain = trainer._run_kernel
    monkeypatch.setattr(trainer, "_run_kernel", lambda *a: replayed.append(a[2]) or plain(*a))
    for back in (1, 9_999, 10_000, 10_001, 24_999):
        trainer.apply(c.Seek(25_000 - back))
    assert len(replayed) == 5
    assert max(replayed) <= 2_000


def test_undo_counts_the_histories_that_it_keeps() -> None:
    """Each reset would keep one for ever."""
    trainer = Trainer(session_of())
    trainer.advance(100)
    own = sum(array.nbytes for array in trainer.state)
    assert trainer._memento("Reset", kept=True).nbytes == own
    assert trainer._memento("Reset", kept=False).nbytes == own + trainer.history.nbytes


def test_a_network_that_comes_back_comes_with_what_had_not_been_trained_yet() -> None:
    """An edit that touches the state, such as other data, then one that replaces the network, and back."""
    trainer = Trainer(session_of())
    trainer.advance(5)  # in the middle of an epoch
    trainer.apply(to(changed(trainer.session, data={"noise": 0.3})))
    begun_anew = state_of(trainer)
    trainer.apply(to(changed(trainer.session, network={"seed": 9})))
    trainer.apply(c.Undo())
    assert state_of(trainer) == begun_anew
    for update in (2, 5):
        trainer.apply(c.Seek(update))
    assert state_of(trainer) == begun_anew


def test_a_branch_that_cannot_be_reached_is_not_the_one_that_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is it gone on with."""
    trainer = Trainer(session_of())
    trainer.advance(20)
    trainer.apply(c.Seek(5))
    trainer.apply(to(session_of(training=BOLD)))
    trainer.advance(3)
    before, shown = state_of(trainer), trainer.history.branches()

    def gone(*_: Any) -> None:
        raise ValueError("the file with the data has changed")

    monkeypatch.setattr(trainer.history, "at", gone)
    with pytest.raises(ValueError, match="has changed"):
        trainer.apply(c.SwitchBranch(0))
    assert (state_of(trainer), trainer.history.branches()) == (before, shown)


def test_training_goes_on_with_other_data_though_those_before_are_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table is deleted, and another one is chosen: what is trained from here on needs only that one."""
    trainer = Trainer(session_of())
    trainer.advance(5)
    trainer.apply(to(changed(trainer.session, data={"noise": 0.3})))
    gc.collect()

    def gone(_: Session) -> None:
        raise ValueError("the file with the data is gone")

    monkeypatch.setattr(machine, "load_data", gone)
    assert trainer.advance(7) == 7
    last = state_of(trainer)
    trainer.apply(c.Seek(5))
    trainer.apply(c.Seek(12))
    assert state_of(trainer) == last
    with pytest.raises(ValueError, match="the file with the data is gone"):
        trainer.apply(c.Seek(3))
    assert state_of(trainer) == last


def test_the_pinned_sample_is_followed_to_its_update_and_the_run_stays_the_same() -> None:
    """Whichever sample it is, in this epoch or the next; the updates on the way are those of any training."""
    session = session_of()
    trainer = Trainer(session)
    trainer.advance(2)
    for row in (0, 7, trainer.feed.x.shape[0] - 1, 7):
        trainer.apply(c.PinSample(row))
        trainer.apply(c.Record(pinned=True))
        assert trainer.tape is not None
        assert row in trainer.tape.rows
        assert trainer.status is Status.STROKE
        plain = Trainer(session)
        plain.advance(trainer.update)
        assert trainer.network.theta.tolist() == plain.network.theta.tolist()
        assert trainer.tape.rows.tolist() == plain.record().rows.tolist()
        trainer.apply(c.NextTape())


def test_a_pinned_sample_that_is_there_already_moves_nothing() -> None:
    trainer = Trainer(session_of())
    trainer.apply(c.Record())
    tape = trainer.tape
    assert tape is not None
    trainer.apply(c.PinSample(int(tape.rows[1])))
    trainer.apply(c.Record(pinned=True))
    assert trainer.tape is tape
    assert trainer.update == 0


def test_a_pinned_sample_comes_in_the_first_update_that_holds_it() -> None:
    trainer, looking = Trainer(session_of()), Trainer(session_of())
    trainer.apply(c.PinSample(11))
    trainer.apply(c.Record(pinned=True))
    while 11 not in looking.record().rows:
        looking.advance(1)
    assert trainer.update == looking.update
