"""What becomes of parameters that the session gives when its network is changed in the window."""

from typing import Any

import numpy as np
import pytest

from twostroke.engine.border.commands import Edit, Edited, Seek, Undo
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.model import cutting, edits

FIRST, SECOND, LAST = [[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]], [[9.0, 10.0]]
GIVEN = {"l1.weight": FIRST, "l2.weight": SECOND, "l2.bias": [0.5, 0.5], "l3.weight": LAST}
DROPPED = "no longer fit and were dropped; their values are drawn again."


def session_with(**layer: Any) -> Session:
    """2-2-2-1, its weights given."""
    layers = [{"units": 2, **layer}, {"units": 2}]
    return Session.model_validate({"network": {"layers": layers, "parameters": GIVEN}})


def given(session: Session) -> dict[str, Any]:
    """The parameters as its file would hold them."""
    return session.model_dump(mode="json")["network"].get("parameters", {})  # type: ignore[no-any-return]


def test_other_units_drop_what_no_longer_fits_and_say_so() -> None:
    edited = edits.set_units(session_with(), 1, 3)
    assert given(edited.session) == {"l2.bias": [0.5, 0.5], "l3.weight": LAST}
    assert edited.remark == f"2 of the parameters given in the session {DROPPED}"


def test_where_none_is_left_all_of_them_are_named() -> None:
    parameters = {"l1.weight": FIRST}
    session = Session.model_validate({"network": {"layers": [{"units": 2}], "parameters": parameters}})
    edited = edits.set_units(session, 1, 3)
    assert given(edited.session) == {}
    assert edited.remark == f"The parameters given in the session {DROPPED}"


def test_an_edit_that_leaves_shapes_alone_keeps_them() -> None:
    edited = edits.set_activation(session_with(), 1, "tanh")
    assert (given(edited.session), edited.remark) == (GIVEN, "")


def test_a_layer_that_is_added_shifts_the_numbers_of_those_behind_it() -> None:
    edited = edits.add_layer(session_with(), 1)
    assert given(edited.session) == {
        "l1.weight": FIRST,
        "l3.weight": SECOND,
        "l3.bias": [0.5, 0.5],
        "l4.weight": LAST,
    }
    assert edited.remark == ""


def test_a_layer_that_is_removed_takes_its_own_along() -> None:
    edited = edits.remove_layer(session_with(), 2)
    assert given(edited.session) == {"l1.weight": FIRST, "l2.weight": LAST}
    assert edited.remark == f"2 of the parameters given in the session {DROPPED}"


def test_other_data_with_more_inputs() -> None:
    edited = edits.set_dataset(session_with(), "digits")
    assert "l1.weight" not in given(edited.session)
    assert given(edited.session)["l2.weight"] == SECOND
    assert DROPPED in edited.remark


def test_a_learned_parameter_goes_with_its_activation_and_training_goes_on() -> None:
    slope = {"l1.param.negative_slope": [0.5, 0.25]}
    layers = [{"units": 2, "activation": "prelu"}]
    trainer = Trainer(Session.model_validate({"network": {"layers": layers, "parameters": slope}}))
    trainer.advance(20)
    before = trainer.network.weight(1).copy()
    trainer.apply(Edit(edits.set_activation, (1, "relu")))
    assert given(trainer.session) == {}
    assert trainer.update == 20
    assert trainer.network.weight(1).tolist() == before.tolist()


def frozen_in(**network: Any) -> Session:
    """2-2-2-1 with these parts frozen."""
    return Session.model_validate({"network": {"layers": [{"units": 2}, {"units": 2}], **network}})


def test_what_is_frozen_moves_with_its_layer() -> None:
    session = frozen_in(frozen=["l1.bias", "l2.weight[0,1]", "l3.bias[0]"])
    assert edits.add_layer(session, 1).session.network.frozen == ("l1.bias", "l3.weight[0,1]", "l4.bias[0]")
    edited = edits.remove_layer(session, 2)
    assert edited.session.network.frozen == ("l1.bias", "l2.bias[0]")
    assert edited.remark == "Frozen parameters that the network no longer has were dropped."


def test_what_is_frozen_goes_with_its_unit_and_whole_parameters_stay() -> None:
    session = frozen_in(frozen=["l1.weight", "l1.bias[1]", "l2.weight[0,1]", "l2.weight[0,0]"])
    edited = edits.set_units(session, 1, 1)
    assert edited.session.network.frozen == ("l1.weight", "l2.weight[0,0]")
    assert edited.remark == "Frozen parameters that the network no longer has were dropped."


def freeze(session: Session, key: str) -> Edited:
    """An edit that freezes one more."""
    network = session.network.model_copy(update={"frozen": (*session.network.frozen, key)})
    return Edited(session.model_copy(update={"network": network}), f"Freeze {key}")


def test_freezing_in_a_running_session_keeps_what_was_learned() -> None:
    trainer = Trainer(frozen_in())
    trainer.advance(20)
    before = trainer.network.weight(1).copy()
    trainer.apply(Edit(freeze, ("l1.weight",)))
    trainer.advance(20)
    assert trainer.update == 40
    assert trainer.network.weight(1).tolist() == before.tolist()


CUT_DROPPED = "Cut links and neurons that the network no longer has, or cannot cut now, were dropped."


def test_what_is_cut_moves_with_its_layer_and_goes_with_it() -> None:
    session = frozen_in(cut=["l1.unit[1]", "l2.weight[0,1]", "l2.unit[0]"])
    assert edits.add_layer(session, 1).session.network.cut == ("l1.unit[1]", "l3.weight[0,1]", "l3.unit[0]")
    edited = edits.remove_layer(session, 2)
    assert (edited.session.network.cut, edited.remark) == (("l1.unit[1]",), CUT_DROPPED)


def test_what_is_cut_goes_with_its_unit_or_where_a_normalizer_needs_it() -> None:
    session = frozen_in(cut=["l1.unit[0]", "l2.weight[0,1]", "l2.weight[1,0]"])
    edited = edits.set_units(session, 1, 1)
    assert (edited.session.network.cut, edited.remark) == (("l1.unit[0]", "l2.weight[1,0]"), CUT_DROPPED)
    edited = edits.set_layer(session, 1, "norm", "layer")
    assert (edited.session.network.cut, edited.remark) == (("l2.weight[0,1]", "l2.weight[1,0]"), CUT_DROPPED)


def test_cutting_and_mending_in_a_running_session_and_undoing_it() -> None:
    trainer = Trainer(frozen_in())
    drawn = trainer.network.weight(2)[0, 1]
    trainer.advance(20)
    learned = trainer.network.weight(2)[0, 1]
    trainer.apply(Edit(cutting.cut, (("l2.weight[0,1]", "l1.unit[0]"), True)))
    assert trainer.undo_stack.label == "Cut link 2 into hidden 2 · 1 and neuron hidden 1 · 1"
    assert cutting.is_cut(trainer.session, "l2.weight[0, 1]")
    trainer.advance(20)
    assert (trainer.update, trainer.network.weight(2)[0, 1]) == (40, 0.0)
    trainer.apply(Edit(cutting.cut, (("l2.weight[0,1]",), False)))
    assert trainer.session.network.cut == ("l1.unit[0]",)
    assert trainer.network.weight(2)[0, 1] == drawn
    for _ in range(2):
        trainer.apply(Undo())
    assert trainer.network.weight(2)[0, 1] == learned
    assert not trainer.session.network.cut


def test_the_history_comes_through_a_cut_and_its_mending_bit_for_bit() -> None:
    trainer = Trainer(frozen_in())
    for on in (True, False):
        trainer.advance(20)
        trainer.apply(Edit(cutting.cut, (("l2.weight[0,1]",), on)))
    trainer.advance(20)
    before = trainer.network.parameters()
    trainer.apply(Seek(10))
    trainer.apply(Seek(60))
    assert all(np.array_equal(own, before[key]) for key, own in trainer.network.parameters().items())


def test_what_cannot_be_cut_is_refused() -> None:
    with pytest.raises(SessionError, match=r"expected an index from \[0\] to \[1\]\."):
        cutting.cut(frozen_in(), ("l1.unit[2]",), True)
