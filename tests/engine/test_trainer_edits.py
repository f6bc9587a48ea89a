"""Edits: made on the session in force, one step of undo for a dial that is turned, no work on what is left alone."""

from functools import partial
from typing import Any

import pytest

from tests.edits import to
from tests.engine.test_trainer import changed, session_of, state_of
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Answer, Status
from twostroke.engine.run import trainer as run
from twostroke.engine.run import undo
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session


def l2(trainer: Trainer, value: float, dial: str = "l2") -> c.Edit:
    """The dial at `value`."""
    return to(changed(trainer.session, training={"l2": value}), f"Set L2 to {value}", dial)


def layer(trainer: Trainer, units: int, dial: str = "units") -> c.Edit:
    """Another width, for which the weights are drawn anew."""
    return to(changed(trainer.session, network={"layers": [{"units": units}]}), f"Set {units} units", dial)


def labels(trainer: Trainer) -> list[str]:
    """What can be undone, the newest first."""
    return [memento.label for memento in trainer.undo_stack][::-1]


def test_edits_add_up() -> None:
    """Each is made on the session in force, not on the one that whoever asked has seen, or that a file holds."""
    trainer = Trainer(session_of())

    def put(session: Session, **parts: Any) -> c.Edited:
        return c.Edited(changed(session, **parts), str(parts))

    trainer.apply(c.Edit(partial(put, gates={"forward": False})))
    trainer.apply(c.Edit(partial(put, training={"batch_size": 7})))
    assert not trainer.session.gates.forward
    assert trainer.session.training.batch_size == 7
    assert len(labels(trainer)) == 2


def test_a_dial_that_is_turned_is_one_step() -> None:
    """Also while training runs; its label says where it has stopped."""
    trainer = Trainer(session_of())
    trainer.apply(c.Play())
    for value in (0.1, 0.2, 0.3):
        trainer.apply(l2(trainer, value))
        trainer.advance(5)
    assert labels(trainer) == ["Set L2 to 0.3"]
    trainer.apply(c.Undo())
    assert trainer.session == session_of()
    assert trainer.update == 15, "the weights are kept"
    trainer.apply(c.Redo())
    assert trainer.session.training.l2 == 0.3


def test_a_dial_of_new_networks_goes_back_to_the_one_before_the_first() -> None:
    """With its weights."""
    trainer = Trainer(session_of())
    trainer.advance(20)
    before = state_of(trainer)
    for units in (5, 6, 7):
        trainer.apply(layer(trainer, units))
    assert labels(trainer) == ["Set 7 units"]
    trainer.apply(c.Undo())
    assert state_of(trainer) == before
    assert trainer.session == session_of()


@pytest.mark.parametrize("between", [c.PinSample(1), c.Advance(1), c.MarkSaved(session_of()), c.Undo()])
def test_another_command_ends_the_turning(between: c.Command) -> None:
    """What is done after it is another step."""
    trainer = Trainer(session_of())
    trainer.apply(l2(trainer, 0.1))
    count = len(trainer.undo_stack) - isinstance(between, c.Undo)
    trainer.apply(between)
    trainer.apply(l2(trainer, 0.2))
    assert len(trainer.undo_stack) == count + 1


def test_choices_and_other_dials_are_steps_of_their_own() -> None:
    """Without a dial, with another one, and where one edit keeps the weights and the next does not."""
    trainer = Trainer(session_of())
    trainer.apply(l2(trainer, 0.1, ""))
    trainer.apply(l2(trainer, 0.2, ""))
    trainer.apply(l2(trainer, 0.3, "l2"))
    trainer.apply(l2(trainer, 0.4, "other"))
    trainer.apply(layer(trainer, 3, "other"))
    assert len(trainer.undo_stack) == 5
    trainer.apply(c.Undo())
    assert trainer.session.training.l2 == 0.4


def test_a_refused_edit_changes_nothing_and_ends_nothing() -> None:
    """The dial may be turned on."""
    trainer = Trainer(session_of())
    trainer.apply(l2(trainer, 0.1))
    before = state_of(trainer)

    def impossible(session: Session) -> c.Edited:
        raise ValueError("it cannot be")

    with pytest.raises(ValueError, match="it cannot be"):
        trainer.apply(c.Edit(impossible))
    assert state_of(trainer) == before
    trainer.apply(l2(trainer, 0.2))
    assert labels(trainer) == ["Set L2 to 0.2"]


def test_an_edit_that_changes_nothing_is_no_step() -> None:
    """It is answered all the same."""
    trainer = Trainer(session_of())
    answer = trainer.apply(to(session_of()), 3)
    assert isinstance(answer, Answer)
    assert (answer.number, answer.refused, answer.remark, len(trainer.undo_stack)) == (3, "", "", 0)


def test_data_that_an_edit_leaves_alone_are_not_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither loaded, nor hashed, nor shown as other data, which would have all points painted anew."""
    trainer = Trainer(session_of())
    data, shown = trainer.dataset, snapshot_of(trainer).data

    def touched(*_: Any) -> None:
        raise AssertionError("the data are touched")

    digest = data.digest
    monkeypatch.setattr(run, "load_data", touched)
    monkeypatch.setattr("twostroke.engine.data.dataset.hashlib.blake2b", touched)
    for value in (0.1, 0.2, 0.3):
        trainer.apply(l2(trainer, value))
        assert trainer.dataset is data
        assert snapshot_of(trainer).data is shown
    assert data.digest is digest


def test_what_cannot_be_built_leaves_everything_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not enough memory for the buffers of a mini-batch, the last thing that is made."""
    trainer = Trainer(session_of())
    trainer.advance(10)
    before, session, history = state_of(trainer), trainer.session, trainer.history

    def full(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("twostroke.engine.run.course.machine_of", full)
    for command in (l2(trainer, 0.1), layer(trainer, 5), c.Open(session_of(network={"seed": 9})), c.Reset()):
        with pytest.raises(MemoryError):
            trainer.apply(command)
    monkeypatch.undo()
    assert (state_of(trainer), trainer.session, trainer.history) == (before, session, history)
    assert labels(trainer) == []
    assert trainer.advance(1) == 1


@pytest.mark.parametrize("command", [c.Record(), c.NextTape(), c.PreviousTape(), c.Seek(3)])
def test_a_tape_for_which_there_is_no_memory_is_not_shown_as_another_one_s(
    command: c.Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = Trainer(session_of())
    trainer.advance(10)
    if command != c.Record():
        trainer.apply(c.Record())

    def full(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(trainer, "record", full)
    with pytest.raises(MemoryError):
        trainer.apply(command)
    assert trainer.tape is None
    assert trainer.status is Status.PAUSED
    monkeypatch.undo()
    trainer.apply(c.Record())
    assert trainer.tape is not None
    assert trainer.tape.update == trainer.update


def test_undo_keeps_within_its_bound_however_many_steps_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """And measures each step once: thousands of them must not make the next one slow."""
    trainer = Trainer(session_of())
    one = trainer._memento("", kept=True).nbytes
    monkeypatch.setattr(undo, "UNDO_BYTES", 5 * one)
    measured: list[int] = []
    plain = undo.Memento.nbytes.fget
    assert plain is not None
    monkeypatch.setattr(undo.Memento, "nbytes", property(lambda memento: measured.append(1) or plain(memento)))
    for number in range(1, 9):
        trainer.apply(l2(trainer, number / 100, dial=""))
    assert len(trainer.undo_stack) == 5
    assert len(measured) == 8
    for _ in range(5):
        trainer.apply(c.Undo())
    assert trainer.session.training.l2 == 0.03
    trainer.apply(c.Undo())
    assert trainer.session.training.l2 == 0.03
    for _ in range(5):
        trainer.apply(c.Redo())
    assert trainer.session.training.l2 == 0.08


def test_many_changes_stay_within_a_bound_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo forgets the oldest; what a change leaves alone is kept once, however many sessions the history holds."""
    monkeypatch.setattr(undo, "UNDO_STEPS", 5)
    trainer = Trainer(session_of())
    for number in range(1, 9):
        trainer.apply(l2(trainer, number / 100, dial=""))
        trainer.advance(1)
    assert labels(trainer) == [f"Set L2 to {number / 100}" for number in range(8, 3, -1)]
    kept = [memento.session for memento in trainer.undo_stack]
    assert {id(session.data) for session in kept} == {id(trainer.session.data)}
    assert {id(session.network) for session in kept} == {id(trainer.session.network)}
    for _ in range(5):
        trainer.apply(c.Undo())
    assert trainer.session.training.l2 == 0.03


def test_what_was_open_comes_back_exactly_and_goes_on_as_if_never_left() -> None:
    """Weights, clock, history, changed settings, pace and data; and forward again."""
    trainer, plain = Trainer(session_of()), Trainer(session_of())
    for one in (trainer, plain):
        one.advance(30)
        one.apply(l2(one, 0.1))
        one.apply(c.SetPace(300.0))
        one.advance(20)
    left = state_of(trainer)
    trainer.apply(c.Open(session_of(network={"seed": 9}), play=True, label="Open other", document=4))
    assert (trainer.document, trainer.changed, trainer.pace) == (4, False, None)
    trainer.advance(5)
    other = state_of(trainer)
    trainer.apply(c.Undo())
    assert state_of(trainer) == left
    assert (trainer.document, trainer.changed, trainer.pace) == (0, True, 300.0)
    assert trainer.status is Status.PAUSED
    trainer.apply(c.Redo())
    assert (state_of(trainer), trainer.document) == (other, 4)
    trainer.apply(c.Undo())
    for one in (trainer, plain):
        one.apply(c.Seek(10))
        one.apply(c.Seek(50))
        one.advance(10)
    assert state_of(trainer) == state_of(plain)
    trainer.apply(c.Undo())
    assert not trainer.changed
    assert labels(trainer) == []


def test_sessions_that_were_left_stay_within_the_bound_of_undo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their data count, too, as nothing else may hold them any more."""
    trainer = Trainer(session_of())
    trainer.advance(1)
    trainer.apply(c.Open(session_of(network={"seed": 2}), label="New session", document=1))
    size = next(iter(trainer.undo_stack)).nbytes
    assert size > trainer.dataset.x_train.nbytes + trainer.dataset.raw_train.nbytes
    monkeypatch.setattr(undo, "UNDO_BYTES", 3 * size)
    for number in range(2, 12):
        trainer.apply(c.Open(session_of(network={"seed": number}), label="New session", document=number))
    assert 1 <= len(trainer.undo_stack) <= 3
