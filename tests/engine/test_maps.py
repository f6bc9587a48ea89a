"""Maps of all neurons over the plane: what the network computes there, taken only where somebody looks at them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, reject

from tests.cases import cases
from tests.engine.strategies import sessions
from tests.engine.test_snapshots import arrays_in
from twostroke.engine.border import commands as c
from twostroke.engine.probes.maps import SIDE, WIDEST, cell_middles
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session


def trainer_of(updates: int = 0, **parts: Any) -> Trainer:
    trainer = Trainer(Session.model_validate({"data": {"name": "spiral"}, **parts}))
    trainer.advance(updates)
    return trainer


@cases(12)
@given(session=sessions("float64"))
def test_maps_are_what_the_network_computes_at_each_point(session: Session) -> None:
    spiral = Session.model_validate({"data": {"name": "spiral"}}).data
    dense = {"network": session.network, "training": session.training, "gates": session.gates}
    try:
        trainer = Trainer(Session.model_validate({"data": spiral, **{k: v.model_dump() for k, v in dense.items()}}))
    except ValueError:
        reject()  # a loss or an output that does not go with these data
    trainer.advance(3)
    trainer.apply(c.Watch(True))
    maps = trainer.evaluate().maps
    assert maps is not None
    x = trainer.dataset.prepare(cell_middles(*trainer.dataset.extent, SIDE))
    target = np.zeros((len(x), trainer.network.widths[-1]))
    passes = trainer.network.both_strokes(x, target)
    for values, passed in zip(maps[1:], passes.layers, strict=True):
        assert values is not None
        np.testing.assert_allclose(values.reshape(len(values), -1).T, passed.a, rtol=1e-12, atol=1e-12)


def test_the_first_row_lies_at_the_bottom() -> None:
    trainer = trainer_of()
    trainer.apply(c.Watch(True))
    maps = trainer.evaluate().maps
    assert maps is not None
    x, y = maps[0] if maps[0] is not None else ()
    assert np.all(np.diff(x, axis=1) > 0)
    assert np.all(np.diff(y, axis=0) > 0)


def test_nothing_is_taken_unasked_and_at_once_where_asked() -> None:
    trainer = trainer_of(5)
    assert trainer.evaluate().maps is None
    notice = trainer.notice = "a remark"
    trainer.apply(c.Watch(True))
    assert trainer.notice == notice, "looking changes nothing"
    assert snapshot_of(trainer).evaluation is not None
    assert trainer.evaluation is not None
    assert trainer.evaluation.maps is not None
    trainer.apply(c.Watch(False))
    trainer.advance(1)
    assert trainer.evaluate().maps is None


def test_another_session_keeps_being_watched() -> None:
    trainer = trainer_of()
    trainer.apply(c.Watch(True))
    trainer.apply(c.Open(Session.model_validate({"data": {"name": "xor"}})))
    assert trainer.evaluate().maps is not None
    trainer.apply(c.Open(Session.model_validate({"data": {"name": "iris"}})))
    assert trainer.evaluate().maps is None, "there is no plane"


@pytest.mark.parametrize("units", [WIDEST, WIDEST + 1])
def test_wide_layers_have_none(units: int) -> None:
    trainer = trainer_of(network={"layers": [{"units": units}, {"units": 3}]})
    trainer.apply(c.Watch(True))
    maps = trainer.evaluate().maps
    assert maps is not None
    assert [each is not None for each in maps] == [True, units == WIDEST, True, True]


def test_later_updates_leave_them_alone() -> None:
    trainer = trainer_of(2)
    trainer.apply(c.Watch(True))
    trainer.evaluate()
    arrays = arrays_in(snapshot_of(trainer).evaluation)
    assert sum(array.shape[-2:] == (SIDE, SIDE) for array in arrays) == trainer.network.depth + 1
    assert not any(array.flags.writeable for array in arrays)
    kept = [array.copy() for array in arrays]
    trainer.advance(20)
    trainer.evaluate()
    assert all(np.array_equal(array, copy) for array, copy in zip(arrays, kept, strict=True))
