"""When snapshots are made: as soon as the window wants one, and before the figures that it can wait for."""

import pytest

from tests.engine.test_runner import running, wait_for
from tests.engine.test_trainer import session_of
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Evaluation, Snapshot, Status
from twostroke.engine.run.loop import Loop
from twostroke.engine.run.runner import Runner
from twostroke.engine.run.trainer import Trainer


def test_the_next_snapshot_is_made_when_the_window_wants_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not when the thread would have looked up by itself."""
    monkeypatch.setattr("twostroke.engine.run.loop.FLIGHT_WAIT", 5.0)  # at which 20 snapshots would not come in time
    with running(session_of()) as runner:
        runner.send(c.Play())
        wait_for(runner, lambda s: s.status is Status.RUNNING)
        seen: list[int] = []

        def later(snapshot: Snapshot) -> bool:
            runner.look()
            seen.append(snapshot.update)
            return len(set(seen)) > 20

        runner.look()
        wait_for(runner, later)
    assert seen == sorted(seen)


def test_a_look_leaves_commands_in_their_order() -> None:
    with running(session_of()) as runner:
        for number in range(1, 8):
            runner.look()
            runner.send(c.Advance(1) if number % 2 else c.Pause(), number)
        assert wait_for(runner, lambda s: s.answered == 7 and s.status is Status.PAUSED)


def test_a_running_network_is_shown_before_its_figures_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twostroke.engine.run.loop.EVALUATION_SECONDS", 0.0)
    monkeypatch.setattr("twostroke.engine.run.loop.EVALUATION_SHARE", 1e9)
    runner = Runner(session_of())
    loop = Loop(runner, Trainer(session_of()))
    shown: list[bool] = []
    evaluate = loop.trainer.evaluate

    def evaluated() -> Evaluation:
        shown.append(not runner.mailbox_empty)
        return evaluate()

    monkeypatch.setattr(loop.trainer, "evaluate", evaluated)
    loop.trainer.apply(c.Play())
    try:
        for _ in range(4):
            loop.turn()
            runner.take()
    finally:
        loop.pilot.land()
    assert len(shown) > 1
    assert all(shown)


def test_a_pause_is_answered_before_the_figures_are_taken_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the window shows of it then are those of some updates ago, as while it ran."""
    runner = Runner(session_of())
    loop = Loop(runner, Trainer(session_of()))
    loop.turn()
    runner.take()
    loop.trainer.apply(c.Play())
    loop.trainer.advance(50)
    answered: list[int] = []
    evaluate = loop.trainer.evaluate

    def evaluated() -> Evaluation:
        shown = runner.take()
        assert shown is not None
        answered.append(shown.answered)
        return evaluate()

    monkeypatch.setattr(loop.trainer, "evaluate", evaluated)
    runner.send(c.Pause(), 7)
    loop.turn()
    assert answered == [7]
    last = runner.take()
    assert last is not None
    assert last.evaluation is not None
    assert last.evaluation.update == last.update == 50


def test_going_on_is_answered_before_the_first_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner(session_of())
    loop = Loop(runner, Trainer(session_of()))
    loop.turn()
    while not loop.trainer.kernels_ready:
        loop.turn()
    runner.take()
    seen: list[int] = []

    def trained() -> None:
        shown = runner.take()
        seen.append(shown.answered if shown is not None else -1)

    monkeypatch.setattr(loop, "_train", trained)
    runner.send(c.Play(), 7)
    loop.turn()
    assert seen == [7]
    runner.send(c.Pause(), 8)
    loop.turn()
    runner.take()
    runner.send(c.Advance(3), 9)  # what it leads to is its answer: before, it would seem to train
    loop.turn()
    assert seen[-1] == -1
