"""Snapshots: what crosses the thread border is complete, read-only, and never touched again."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tests.cases import cases
from tests.engine.strategies import sessions
from twostroke.engine.border import commands as c
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

PRELU = {"layers": [{"units": 5, "activation": "prelu"}, {"units": 4, "activation": "quadratic"}]}


def arrays_in(value: Any) -> list[Any]:
    """Every NumPy array inside a snapshot."""
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, dict):
        return [array for item in value.values() for array in arrays_in(item)]
    if isinstance(value, tuple):
        return [array for item in value for array in arrays_in(item)]
    if hasattr(value, "__dataclass_fields__"):
        return [array for name in value.__dataclass_fields__ for array in arrays_in(getattr(value, name))]
    return []


@pytest.mark.parametrize("data", ["spiral", "sine", "iris"])
def test_snapshots_are_read_only_and_untouched_by_training(data: str) -> None:
    """Every array inside, of the tape and the evaluation too; nor do later snapshots touch them."""
    trainer = Trainer(Session.model_validate({"data": {"name": data}, "network": PRELU}))
    trainer.apply(c.Record())
    trainer.evaluate()
    snapshot = snapshot_of(trainer)
    arrays = arrays_in(snapshot)
    assert len(arrays) > 40
    writable = [array for array in arrays if array.flags.writeable]
    assert not writable, f"{len(writable)} arrays can be written, e.g. {writable[0].shape}"
    kept = [array.copy() for array in arrays]
    trainer.apply(c.Play())
    trainer.advance(30)
    trainer.evaluate()
    snapshot_of(trainer)
    assert all(np.array_equal(array, copy) for array, copy in zip(arrays, kept, strict=True))


@cases(15)
@given(session=sessions("float64"))
def test_the_snapshot_shows_the_pinned_sample(session: Session) -> None:
    """Its layers are what the network computes for that row alone."""
    trainer = Trainer(session)
    trainer.advance(2)
    snapshot = snapshot_of(trainer)
    passes = trainer.network.both_strokes(snapshot.x[None], snapshot.target[None])
    assert snapshot.loss == passes.loss
    for layer, one in zip(snapshot.layers, passes.layers, strict=True):
        for name in ("z", "a", "gain", "dloss_da", "dloss_dz"):
            shown, want = getattr(layer, name), getattr(one, name)
            assert (shown is None) == (want is None)
            assert shown is None or np.array_equal(shown, want[0])
    parameters = trainer.network.parameters()
    for number, layer in enumerate(snapshot.layers, start=1):
        assert np.array_equal(layer.weight, parameters[f"l{number}.weight"])
        assert np.array_equal(layer.bias, parameters[f"l{number}.bias"])


def test_serial_grows_and_updates_are_counted_between_snapshots() -> None:
    """What the running text needs."""
    trainer = Trainer(Session())
    first = snapshot_of(trainer)
    trainer.advance(12)
    second = snapshot_of(trainer)
    assert second.serial > first.serial
    assert (second.updates_since_last, second.update) == (12, 12)
    assert snapshot_of(trainer).updates_since_last == 0
    assert second.generation == first.generation
