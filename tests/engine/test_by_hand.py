"""Numbers typed into the network: at update 0 its beginning, later the number as it stands, each one step of undo."""

from typing import Any

import numpy as np
import pytest

from twostroke.engine.border import commands as c
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

XOR: dict[str, Any] = {
    "data": {"name": "rows", "x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [0, 1, 1, 0]},
    "network": {"layers": [{"units": 2, "activation": "sigmoid"}], "output": {"activation": "sigmoid"}},
    "training": {"batch_size": 4, "optimizer": {"name": "adam", "learning_rate": 0.1}},
}


def typing(place: str, value: float) -> c.Edit:
    return c.Edit(lambda session: c.Edited(session, f"Set {place}", numbers=((place, value),)))


def freezing(*places: str) -> c.Edit:
    def change(session: Session) -> c.Edited:
        network = session.network.model_copy(update={"frozen": places})
        return c.Edited(session.model_copy(update={"network": network}), "Freeze")

    return c.Edit(change)


def xor(**network: Any) -> Trainer:
    return Trainer(Session.model_validate({**XOR, "network": {**XOR["network"], **network}}))


def weights(trainer: Trainer) -> dict[str, Any]:
    return {key: own.tolist() for key, own in trainer.network.parameters().items()}


def test_at_update_0_the_session_begins_with_them() -> None:
    trainer = xor()
    drawn = weights(trainer)
    trainer.apply(typing("l1.weight[0,1]", 0.1))
    trainer.apply(typing("l2.bias[0]", -3.0))
    given = trainer.session.model_dump(mode="json")["network"]["parameters"]
    assert given["l1.weight"][0][1] == 0.1  # and not 0.10000000149011612
    assert given["l2.bias"] == [-3.0]
    typed = weights(trainer)
    assert typed == weights(Trainer(trainer.session))
    assert typed["l1.weight"][1] == drawn["l1.weight"][1]
    assert trainer.changed
    trainer.advance(20)
    trainer.apply(c.Reset())
    assert weights(trainer) == typed


def test_each_is_one_step_of_undo_and_redo() -> None:
    trainer = xor()
    drawn = weights(trainer)
    trainer.apply(typing("l1.bias[0]", 0.5))
    once = weights(trainer)
    trainer.apply(typing("l1.bias[0]", 0.6))
    trainer.apply(c.Undo())
    assert weights(trainer) == once
    trainer.apply(c.Undo())
    assert weights(trainer) == drawn
    assert not trainer.session.network.parameters
    assert not trainer.changed
    trainer.apply(c.Redo())
    trainer.apply(c.Redo())
    assert weights(trainer)["l1.bias"][0] == pytest.approx(0.6)
    assert list(trainer.session.network.parameters) == ["l1.bias"]


def test_later_the_number_changes_as_it_stands_and_training_goes_on_from_there() -> None:
    trainer = xor()
    trainer.advance(30)
    before, memory = weights(trainer), [array.copy() for array in trainer.state[1:]]
    trainer.apply(typing("l2.weight[0,1]", 2.0))
    now = weights(trainer)
    assert trainer.update == 30
    assert now["l2.weight"][0] == [before["l2.weight"][0][0], 2.0]
    assert {**now, "l2.weight": before["l2.weight"]} == before
    assert all(np.array_equal(a, b) for a, b in zip(trainer.state[1:], memory, strict=True))
    assert not trainer.session.network.parameters
    trainer.advance(10)
    after = weights(trainer)
    trainer.apply(c.Seek(35))
    trainer.apply(c.Seek(40))
    assert weights(trainer) == after


def test_undo_brings_the_network_back_as_it_was_then_and_redo_what_became_of_it() -> None:
    trainer = xor()
    trainer.advance(30)
    before = weights(trainer)
    trainer.apply(typing("l2.weight[0,1]", 2.0))
    trainer.advance(10)
    after = weights(trainer)
    trainer.apply(c.Undo())
    assert (trainer.update, weights(trainer)) == (30, before)
    trainer.apply(c.Redo())
    assert (trainer.update, weights(trainer)) == (40, after)
    trainer.apply(c.Undo())
    trainer.advance(5)
    straight = xor()
    straight.advance(35)
    assert weights(trainer) == weights(straight)


def test_in_the_past_it_begins_a_branch_and_the_old_future_stays() -> None:
    trainer = xor()
    trainer.advance(50)
    future = weights(trainer)
    trainer.apply(c.Seek(20))
    trainer.apply(typing("l1.bias[1]", 1.0))
    trainer.advance(5)
    first, second = trainer.history.branches()
    assert second.label == "From update 20: set l1.bias[1]"
    trainer.apply(c.SwitchBranch(first.id))
    assert weights(trainer) == future


def test_at_update_0_of_a_run_it_begins_a_branch_with_a_beginning_of_its_own() -> None:
    trainer = xor()
    trainer.advance(50)
    future = weights(trainer)
    trainer.apply(c.Seek(0))
    trainer.apply(typing("l1.bias[1]", 1.0))
    trainer.advance(5)
    trainer.apply(c.SwitchBranch(trainer.history.branches()[0].id))
    assert (weights(trainer), trainer.session.network.parameters) == (future, {})


def test_what_stands_already_is_no_edit() -> None:
    trainer = xor()
    trainer.apply(typing("l1.bias[1]", 0.0))
    assert (len(trainer.undo_stack), trainer.changed) == (0, False)


def test_many_typed_numbers_keep_no_history_each() -> None:
    trainer = xor()
    trainer.advance(2_000)
    for number in range(20):
        trainer.apply(typing("l1.bias[1]", float(number)))
    assert len(trainer.undo_stack) == 20
    assert sum(memento.nbytes for memento in trainer.undo_stack) < 100_000


def test_more_numbers_than_a_file_gives_stand_in_the_network_alone() -> None:
    trainer = Trainer(Session.model_validate({"network": {"layers": [{"units": 150}, {"units": 150}]}}))
    answer = trainer.apply(typing("l2.weight[3,4]", 5.0))
    assert trainer.network.weight(2)[3, 4] == 5.0
    assert "10,000" in answer.remark
    assert "Reset draws it again" in answer.remark
    assert not trainer.session.network.parameters


def test_running_figures_and_learned_parameters_can_be_typed() -> None:
    layers = [{"units": 2, "activation": "prelu", "norm": "batch"}]
    trainer = xor(layers=layers)
    for place in ("l1.param.negative_slope[1]", "l1.scale[0]", "l1.running_variance[1]"):
        trainer.apply(typing(place, 2.5))
    own = trainer.network.parameters()
    assert (own["l1.param.negative_slope"][1], own["l1.scale"][0], own["l1.running_variance"][1]) == (2.5, 2.5, 2.5)
    assert weights(Trainer(trainer.session)) == weights(trainer)


def test_freezing_in_the_midst_of_training_keeps_weights_memory_and_curves() -> None:
    trainer = xor()
    trainer.evaluate()
    trainer.advance(30)
    trainer.evaluate()
    state = [array.copy() for array in trainer.state]
    trainer.apply(freezing("l1.bias", "l2.bias"))
    assert all(np.array_equal(a, b) for a, b in zip(trainer.state, state, strict=True))
    trainer.evaluate()
    assert snapshot_of(trainer).curves.update.tolist() == [0, 30]
    held = weights(trainer)
    trainer.advance(10)
    now = weights(trainer)
    assert (now["l1.bias"], now["l2.bias"]) == (held["l1.bias"], held["l2.bias"])
    assert now["l1.weight"] != held["l1.weight"]
    trainer.apply(c.Undo())
    assert (trainer.update, weights(trainer)) == (40, now)


def test_what_cut_links_begin_with_when_mended_stays_where_a_number_beside_them_is_typed() -> None:
    trainer = xor(cut=["l1.weight[0,0]"])
    whole = weights(xor())["l1.weight"]
    trainer.apply(typing("l1.weight[1,1]", 2.0))
    assert weights(trainer)["l1.weight"][0] == [0.0, whole[0][1]]
    given = trainer.session.network.parameters["l1.weight"]
    assert np.float32(given[0][0]) == whole[0][0]
    assert given[1][1] == 2.0
