"""The training thread: it starts, obeys, offers the newest snapshot, keeps what went wrong, and ends."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.edits import to
from tests.engine.test_failures import EXPLODING
from tests.engine.test_trainer import changed, session_of, state_of
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Answer, Snapshot, Status
from twostroke.engine.compute import kept, warmup
from twostroke.engine.files.patience import Patience, waiting
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.loop import EVALUATION_SECONDS, LONGEST_REST, Loop
from twostroke.engine.run.runner import Runner
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

PATIENCE = 60.0  # seconds; a busy machine may be slow, a broken thread is never done


@pytest.fixture(autouse=True, scope="module")
def kernels() -> None:
    """Compiled before any thread starts, so that none is left compiling."""
    for dtype in ("float32", "float64"):
        warmup.compile_kernels(dtype)


@contextmanager
def running(session: Session, state: Mapping[str, Any] | None = None) -> Iterator[Runner]:
    """A runner that is stopped at the end, and then has no thread."""
    runner = Runner(session, state)
    runner.start()
    try:
        yield runner
    finally:
        runner.stop()
        assert not runner.alive
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("twostroke")]


def wait_for(runner: Runner, what: Callable[[Snapshot], bool]) -> Snapshot:
    """Take snapshots, as the window does, until one is as wanted."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        snapshot = runner.take()
        if snapshot is not None and what(snapshot):
            return snapshot
        if runner.error is not None:
            raise AssertionError("the thread ended") from runner.error
        time.sleep(0.002)
    raise AssertionError("no such snapshot came")


def theta_of(snapshot: Snapshot) -> dict[str, Any]:
    """Weights and biases by name."""
    return {f"{layer.name} {name}": getattr(layer, name) for layer in snapshot.layers for name in ("weight", "bias")}


def same(one: Snapshot, trainer: Trainer) -> bool:
    """Whether a snapshot has the trainer's parameters, bit for bit."""
    other = theta_of(snapshot_of(trainer))
    return all(np.array_equal(values, other[name]) for name, values in theta_of(one).items())


def test_the_first_snapshot_comes_by_itself() -> None:
    """Paused at the beginning, evaluated."""
    with running(session_of()) as runner:
        snapshot = wait_for(runner, lambda s: s.evaluation is not None)
        assert (snapshot.status, snapshot.update) == (Status.PAUSED, 0)
        assert same(snapshot, Trainer(session_of()))
        assert runner.error is None


def test_play_and_pause() -> None:
    """Updates grow while running, and stand still afterwards."""
    with running(session_of()) as runner:
        runner.send(c.Play())
        first = wait_for(runner, lambda s: s.update > 0)
        later = wait_for(runner, lambda s: s.update > first.update + 100 and s.updates_per_second > 100.0)
        assert later.status is Status.RUNNING
        assert later.serial > first.serial
        assert len(later.curves.update) > 0
        runner.send(c.Pause())
        still = wait_for(runner, lambda s: s.status is Status.PAUSED)
        time.sleep(0.1)
        last = runner.take()
        assert last is None or last.update == still.update


def test_advance_gives_exactly_what_the_trainer_gives() -> None:
    """Chunks follow the clock; the numbers do not."""
    session = session_of(training={"optimizer": "adam"})
    trainer = Trainer(session)
    trainer.advance(3001)
    with running(session) as runner:
        runner.send(c.Advance(3001))
        snapshot = wait_for(runner, lambda s: s.update >= 3001 and s.status is Status.PAUSED)
        assert snapshot.update == 3001
        assert same(snapshot, trainer)


def test_commands_are_obeyed_in_order() -> None:
    """Reset, advance, change, advance."""
    session = session_of()
    new = changed(session, network={"seed": 5})
    trainer = Trainer(new)
    trainer.advance(40)
    with running(session) as runner:
        for command in (c.Advance(20), c.Reset(), to(new), c.Advance(40)):
            runner.send(command)
        snapshot = wait_for(runner, lambda s: s.session == new and s.update == 40)
        assert same(snapshot, trainer)


def test_the_newest_snapshot_wins() -> None:
    """The mailbox has one place, and gives what is in it once."""
    trainer = Trainer(session_of())
    runner = Runner(session_of())
    assert runner.take() is None
    older, newer = snapshot_of(trainer), snapshot_of(trainer)
    runner.offer(older)
    runner.offer(newer)
    assert runner.take() is newer
    assert runner.take() is None


def test_what_was_asked_last_is_what_is_shown() -> None:
    """A window that was busy finds only the newest state."""
    with running(session_of()) as runner:
        for row in range(1, 9):
            runner.send(c.PinSample(row))
        time.sleep(0.2)
        snapshot = wait_for(runner, lambda s: s.sample == 8)
        assert runner.take() is None or snapshot.sample == 8


def test_a_window_that_never_looks_does_not_slow_training() -> None:
    """Without a single `take` the updates asked for are done."""
    with running(session_of()) as runner:
        runner.send(c.Advance(50_000))
        time.sleep(0.5)
        snapshot = wait_for(runner, lambda s: s.update == 50_000)
        assert snapshot.status is Status.PAUSED


def test_generation_tells_late_snapshots() -> None:
    """After a reset, a rebuild and an opening it is larger; after a change that keeps the weights it is not."""
    with running(session_of()) as runner:
        runner.send(c.Play())
        old = wait_for(runner, lambda s: s.update > 50)
        runner.send(to(changed(session_of(), training={"l2": 0.01})))
        kept = wait_for(runner, lambda s: s.session.training.l2 == 0.01)
        assert kept.generation == old.generation
        assert kept.update >= old.update
        for command in (c.Reset(), to(session_of(network={"seed": 77})), c.Open(session_of())):
            runner.send(command)
            generation = old.generation
            old = wait_for(runner, lambda s, g=generation: s.generation > g)
        late = [s for s in (kept, old) if s.generation < old.generation]
        assert late == [kept]


def test_stroke_mode_through_the_thread() -> None:
    """Tapes there and back."""
    trainer = Trainer(session_of())
    with running(session_of()) as runner:
        runner.send(c.Record())
        first = wait_for(runner, lambda s: s.tape is not None)
        assert first.status is Status.STROKE
        runner.send(c.NextTape())
        second = wait_for(runner, lambda s: s.tape is not None and s.tape.update == 1)
        runner.send(c.PreviousTape())
        again = wait_for(runner, lambda s: s.tape is not None and s.tape.update == 0)
        assert first.tape is not None
        assert second.tape is not None
        assert again.tape is not None
        assert np.array_equal(first.tape.layers[0].weight_next, second.tape.layers[0].weight)
        assert np.array_equal(first.tape.layers[0].weight_next, again.tape.layers[0].weight_next)
        assert np.array_equal(first.tape.layers[0].weight_next, trainer.record().layers[0].weight_next)


def test_a_number_that_is_not_finite_stops_the_run_and_not_the_thread() -> None:
    """The failure is shown, and a reset begins again."""
    with running(EXPLODING) as runner:
        runner.send(c.Play())
        failed = wait_for(runner, lambda s: s.status is Status.FAILED)
        assert failed.failure is not None
        assert all(np.isfinite(values).all() for values in theta_of(failed).values())
        runner.send(c.Reset())
        fresh = wait_for(runner, lambda s: s.update == 0 and s.failure is None)
        assert fresh.generation > failed.generation
        assert runner.error is None


def test_an_impossible_command_is_answered_with_a_sentence() -> None:
    """The thread goes on."""
    with running(session_of()) as runner:
        runner.send(c.PinSample(99_999), 1)
        (refused,) = wait_for(runner, lambda s: s.answered == 1).answers
        assert refused.number == 1
        assert "there is no sample 99999" in refused.refused
        runner.send(c.PinSample(1), 2)
        done = wait_for(runner, lambda s: s.answered == 2)
        assert (done.sample, done.answers) == (1, ())


def test_answers_wait_until_they_are_taken() -> None:
    """However many snapshots replace one another in the mailbox meanwhile."""
    with running(session_of()) as runner:
        wait_for(runner, lambda s: s.status is Status.PAUSED)
        for number in range(1, 6):
            runner.send(c.PinSample(99_999 if number % 2 else 0), number)
            time.sleep(0.05)
        taken = wait_for(runner, lambda s: s.answered == 5)
        assert [answer.number for answer in taken.answers] == [1, 3, 5]
        runner.send(c.Capture(), 6)
        (captured,) = wait_for(runner, lambda s: s.answered == 6).answers
        assert (captured.number, captured.refused) == (6, "")
        assert captured.captured is not None
        assert captured.captured.session == session_of()


def test_edits_are_made_on_the_session_in_force() -> None:
    """One that comes while another is still waited for undoes nothing of it."""
    with running(session_of()) as runner:
        runner.send(c.Edit(edited_part, ("network", "seed", 5)), 1)
        runner.send(c.Edit(edited_part, ("training", "batch_size", 3)), 2)
        session = wait_for(runner, lambda s: s.answered == 2).session
    assert (session.network.seed, session.training.batch_size) == (5, 3)


def test_what_is_read_for_a_command_can_be_watched_and_cancelled(tmp_path: Path) -> None:
    """The command is refused, and the session in force stays."""
    table = tmp_path / "long.csv"
    table.write_text("a,b\n" + "0.25,1\n0.5,0\n" * 400_000)

    def opened(session: Session) -> c.Edited:
        return c.Edited(changed(session, data={"name": "table", "path": str(table)}), "")

    with running(session_of()) as runner:
        wait_for(runner, lambda s: s.status is Status.PAUSED)
        assert runner.reading is None
        runner.send(c.Edit(opened), 1)
        end = time.monotonic() + PATIENCE
        while (runner.reading is None or runner.reading.share == 0.0) and time.monotonic() < end:
            time.sleep(0.001)
        reading = runner.reading
        assert reading is not None
        assert reading.what == "long.csv"
        assert 0.0 < reading.share < 1.0
        runner.cancel()
        refused = wait_for(runner, lambda s: s.answered == 1)
        assert [answer.refused for answer in refused.answers] == ["Reading long.csv was cancelled."]
        assert refused.session == session_of()
        assert runner.reading is None


def edited_part(session: Session, part: str, key: str, value: int) -> c.Edited:
    """Another value of one setting."""
    return c.Edited(changed(session, **{part: {key: value}}), "")


def test_after_a_fault_the_network_is_rescued(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next runner goes on from it, bit for bit."""
    with running(session_of()) as runner:
        runner.send(c.Advance(30))
        wait_for(runner, lambda s: s.update == 30)
        monkeypatch.setattr(Trainer, "evaluate", broken)
        runner.send(c.Advance(1))
        assert wait_until_dead(runner) == "broken"
        rescued = runner.rescued
    monkeypatch.undo()
    assert rescued is not None
    session, state = rescued.captured.session, rescued.captured.state
    assert state is not None
    trainer = Trainer(session_of())
    trainer.advance(31)
    assert state_of(Trainer(session, state=state)) == state_of(trainer)
    with running(session, state) as again:
        assert wait_for(again, lambda s: s.status is Status.PAUSED).update == 31


def test_of_many_commands_those_that_are_done_are_told_while_the_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that stood still until the last one is done would stand still for long."""
    apply = Trainer.apply

    def slow(trainer: Trainer, command: c.Command, number: int = 0) -> Answer:
        time.sleep(0.005)
        return apply(trainer, command, number)

    with running(session_of()) as runner:
        wait_for(runner, lambda s: s.status is Status.PAUSED)
        monkeypatch.setattr(Trainer, "apply", slow)
        for number in range(1, 201):
            runner.send(c.SetPace(float(number)), number)
        told = []
        while not told or told[-1] < 200:
            told.append(wait_for(runner, lambda s: s.answered > (told[-1] if told else 0)).answered)
    assert len(told) >= 5


def test_what_was_done_before_a_fault_is_told_with_what_was_rescued(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a session that was opened would be taken for the one before it, and saved over its file."""
    with running(session_of()) as runner:
        wait_for(runner, lambda s: s.status is Status.PAUSED and s.evaluation is not None)
        monkeypatch.setattr(Trainer, "evaluate", broken)
        for number, command in enumerate((c.Open(session_of(network={"seed": 9})), c.DropBranch(7)), start=1):
            runner.send(command, number)
        assert wait_until_dead(runner) == "broken"
        assert runner.rescued is not None
        assert runner.rescued.captured.session.network.seed == 9
        assert not runner.rescued.changed
        if runner.rescued.answered == 2:  # else it failed between the two
            assert [answer.number for answer in runner.rescued.answers] == [2]
        assert runner.rescued.answered in (1, 2)


def test_numbers_that_are_not_finite_are_not_rescued(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are no network to go on with."""

    def spoil(trainer: Trainer) -> None:
        trainer.state.theta[0] = np.nan
        broken()

    with running(session_of()) as runner:
        monkeypatch.setattr(Trainer, "evaluate", spoil)
        runner.send(c.Advance(1))
        assert wait_until_dead(runner) == "broken"
        assert runner.rescued is None


def broken(*_: object) -> None:
    """A fault."""
    raise RuntimeError("broken")


def wait_until_dead(runner: Runner) -> str:
    """What the thread has died of."""
    end = time.monotonic() + PATIENCE
    while runner.error is None and time.monotonic() < end:
        time.sleep(0.005)
    return str(runner.error)


@pytest.mark.parametrize("commands", [[], [c.Play()], [c.Record()]])
def test_stop_joins_at_once(commands: list[c.Command]) -> None:
    """Idle, training and in stroke mode."""
    runner = Runner(session_of())
    runner.start()
    for command in commands:
        runner.send(command)
    wait_for(runner, lambda s: s.status is not Status.PAUSED or not commands)
    begin = time.monotonic()
    runner.stop()
    assert time.monotonic() - begin < PATIENCE / 4  # of a busy machine; nothing here would end by itself
    assert not runner.alive
    assert runner.error is None


def test_a_runner_that_never_started_can_be_stopped() -> None:
    """A window that is closed before it is shown."""
    runner = Runner(session_of())
    runner.stop()
    assert not runner.alive


def test_the_exception_is_kept(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A defect ends the thread, is logged, and is there for the window to show."""

    def broken(self: Trainer) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(Trainer, "evaluate", broken)
    runner = Runner(session_of())
    with caplog.at_level(logging.ERROR):
        runner.start()
        end = time.monotonic() + PATIENCE
        while runner.alive and time.monotonic() < end:
            time.sleep(0.002)
    assert isinstance(runner.error, RuntimeError)
    assert str(runner.error) == "a defect"
    assert "the training thread ended" in caplog.text
    runner.stop()


def test_the_window_is_usable_while_kernels_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first snapshot says so, settings can be changed, and what was asked for begins when they are ready."""
    ready = threading.Event()
    monkeypatch.setattr(warmup, "is_ready", lambda dtype: ready.is_set())
    monkeypatch.setattr(warmup, "compile_kernels", lambda dtype: ready.wait(PATIENCE))
    with running(session_of()) as runner:
        compiling = wait_for(runner, lambda s: True)
        assert (compiling.status, compiling.update) == (Status.COMPILING, 0)
        assert all(np.isfinite(layer.a).all() for layer in compiling.layers)
        runner.send(to(session_of(training={"l2": 0.125})))
        assert wait_for(runner, lambda s: s.session.training.l2 == 0.125).status is Status.COMPILING
        runner.send(c.Record())
        runner.send(c.NextTape())
        time.sleep(0.1)
        ready.set()
        stroke = wait_for(runner, lambda s: s.tape is not None and s.tape.update == 1)
        assert stroke.status is Status.STROKE


def test_kernels_that_cannot_be_compiled_are_an_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It reaches the window instead of an endless wait."""

    def fail(dtype: str) -> None:
        raise OSError("no compiler")

    monkeypatch.setattr(warmup, "is_ready", lambda dtype: False)
    monkeypatch.setattr(warmup, "compile_kernels", fail)
    runner = Runner(session_of())
    runner.start()
    end = time.monotonic() + PATIENCE
    while runner.alive and time.monotonic() < end:
        time.sleep(0.002)
    runner.stop()
    assert isinstance(runner.error, OSError)
    assert "no compiler" in caplog.text


def test_what_was_wrong_with_compiled_code_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_remarks", [kept.DAMAGED])
    with running(session_of()) as runner:
        assert wait_for(runner, lambda snapshot: snapshot.notice is not None).notice == kept.DAMAGED
    assert kept.take_remark() is None


def test_the_beginning_is_evaluated_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the first tenth of a second does thousands of updates."""
    monkeypatch.setattr("twostroke.engine.run.loop.EARLY_SECONDS", 60.0)
    monkeypatch.setattr("twostroke.engine.run.loop.EVALUATION_SECONDS", 60.0)
    with running(session_of()) as runner:
        wait_for(runner, lambda s: s.evaluation is not None)
        runner.send(c.Advance(2_000))
        last = wait_for(runner, lambda s: s.evaluation is not None and s.evaluation.update == 2_000)
    updates = last.curves.update
    assert updates[0] == 0
    assert (np.diff(updates) <= 1 + 0.25 * updates[:-1]).all()
    assert last.curves.breaks == ()


def test_one_evaluation_that_was_held_up_does_not_put_off_the_next() -> None:
    loop = Loop(Runner(session_of()), Trainer(session_of()))
    loop.costs.extend([0.001, 8.0])
    assert loop._pause() == EVALUATION_SECONDS
    loop.costs.extend([8.0, 8.0])
    assert loop._pause() == 80.0


def test_training_steps_back_while_somebody_waits_for_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both want the same cores; for one who waits no more, nothing rests."""
    rests: list[float] = []
    monkeypatch.setattr(Runner, "rest", lambda _, seconds: rests.append(seconds))
    loop = Loop(Runner(session_of()), Trainer(session_of()))
    loop.trainer.apply(c.Play())

    def rested() -> bool:
        rests.clear()
        loop._train()
        assert loop.pilot.flying != bool(rests)  # by itself it does not come to an end where it could rest
        return sum(rests) > 0

    assert not rested()
    patience = Patience()
    with waiting(patience):
        assert rested()
        assert rests[-1] <= LONGEST_REST
        patience.end()
        assert not rested()
    with waiting(Patience()):
        assert rested()
    assert not rested()
    loop.pilot.land()


def test_a_rest_ends_with_the_runner() -> None:
    runner = Runner(session_of())
    runner.stop()
    begin = time.monotonic()
    runner.rest(60.0)
    assert time.monotonic() - begin < 30
