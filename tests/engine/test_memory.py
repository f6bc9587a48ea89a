"""What thousands of changes leave behind, by counting objects: a limit that holds, and no leak."""

import gc
import sys
from collections import Counter
from types import FunctionType, ModuleType

import pytest

from tests.edits import to
from tests.engine.test_trainer import session_of, state_of
from twostroke.engine.border import commands as c
from twostroke.engine.run import history, undo
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

KEPT = ("Session", "Sgd", "State", "Setting", "Stretch", "Memento", "Branch", "CurveLog", "_Row", "ndarray")


def at_rate(session: Session, rate: float) -> Session:
    optimizer = session.training.optimizer.model_copy(update={"learning_rate": rate})
    return session.model_copy(update={"training": session.training.model_copy(update={"optimizer": optimizer})})


def objects() -> Counter[str]:
    gc.collect()
    found = Counter(type(thing).__name__ for thing in gc.get_objects())
    return Counter({name: found[name] for name in KEPT})


def held(root: object) -> int:
    """Bytes of all that an object leads to: also of texts, tuples and arrays, of which the collector knows nothing."""
    seen, left, total = {id(root)}, [root], 0
    while left:
        thing = left.pop()
        total += sys.getsizeof(thing)
        for other in gc.get_referents(thing):
            if id(other) not in seen and not isinstance(other, type | ModuleType | FunctionType):
                seen.add(id(other))
                left.append(other)
    return total


def change(trainer: Trainer, count: int, updates: int) -> None:
    for _ in range(count):
        rate = trainer.session.training.optimizer.learning_rate
        trainer.apply(to(at_rate(trainer.session, rate + 1e-6)))
        trainer.advance(updates)
        snapshot_of(trainer)


@pytest.mark.parametrize("updates", [0, 1], ids=["only changed", "and trained"])
def test_thousands_of_changes_leave_no_more_behind_than_hundreds(updates: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real commands; the limits are lowered so that they are reached early."""
    monkeypatch.setattr(undo, "UNDO_STEPS", 50)
    monkeypatch.setattr(history, "MOST_CHANGES", 100)
    trainer = Trainer(session_of())
    change(trainer, 300, updates)
    before, bytes_before = objects(), held(trainer)
    change(trainer, 1_700, updates)
    more = objects() - before
    assert all(more[name] <= history.MOST_CHANGES for name in more), more
    assert held(trainer) < 1.5 * bytes_before


def test_resets_leave_no_more_behind_than_undo_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo, "UNDO_STEPS", 20)
    trainer = Trainer(session_of())

    def reset(count: int) -> None:
        for _ in range(count):
            trainer.advance(3)
            trainer.evaluate()
            trainer.apply(c.Reset())
            snapshot_of(trainer)

    reset(30)
    before = objects()
    reset(300)
    assert not objects() - before


def test_branches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first run stays, and the newest ones; the one gone on with always does."""
    monkeypatch.setattr(undo, "UNDO_STEPS", 20)
    monkeypatch.setattr(history, "MOST_BRANCHES", 10)
    trainer = Trainer(session_of())
    trainer.advance(5)

    def branch(count: int) -> None:
        for _ in range(count):
            trainer.apply(c.Seek(3))
            change(trainer, 1, 2)
            trainer.evaluate()

    branch(30)
    before = objects()
    branch(100)
    assert sum((objects() - before).values()) <= 5
    shown = snapshot_of(trainer).branches
    assert [one.id for one in shown] == [0, *range(122, 131)]
    assert shown[-1].current
    trainer.apply(c.SwitchBranch(0))
    assert trainer.update == 5


def test_what_very_many_changes_leave_of_the_past_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_CHANGES", 20)
    trainer = Trainer(session_of())
    states = {}
    for _ in range(35):
        change(trainer, 1, 3)
        states[trainer.update] = state_of(trainer)
    past = trainer.history.past
    assert 3 * 10 <= 105 - past <= 3 * 21
    for update in (past, past + 3, 105):
        trainer.apply(c.Seek(update))
        assert state_of(trainer) == states[update]
    with pytest.raises(ValueError, match="is not in the history"):
        trainer.apply(c.Seek(past - 1))
    trainer.apply(c.Seek(past))
    trainer.advance(105 - past)
    assert state_of(trainer) == states[105], "the changes happen again"
