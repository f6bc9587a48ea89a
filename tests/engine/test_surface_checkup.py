"""The loss surface beside the window: coarse, then fine, only while the network stands still and somebody looks."""

import threading
import time

import numpy as np
import pytest

from tests.engine.test_runner import running, wait_for
from tests.engine.test_trainer import changed, session_of
from twostroke.engine.border import commands as c
from twostroke.engine.border.loss_surface import Directions, SurfaceWish
from twostroke.engine.border.snapshot import Snapshot, Status
from twostroke.engine.probes.loss_cells import COARSE, FINE
from twostroke.engine.run import surface_checkup
from twostroke.engine.run.machine import Setting, machine_of
from twostroke.engine.run.runner import Runner
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.run.way import LEAST, MOST, Way, spread

PATH, RANDOM = SurfaceWish(), SurfaceWish(Directions.RANDOM)
SMALL = session_of(network={"layers": [{"units": 3}]})


def finest(snapshot: Snapshot) -> bool:
    return snapshot.surface is not None and snapshot.surface.finest


def trained(runner: Runner, updates: int, number: int) -> None:
    runner.send(c.Advance(updates), number)
    wait_for(runner, lambda s: s.answered >= number and s.status is Status.PAUSED and s.update == updates)


class Slow:
    """Cells that take as long as a test wants; counts them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
        self.cells, self.seconds = 0, seconds
        at = surface_checkup.Losses.at

        def slow(losses: surface_checkup.Losses, *numbers: np.ndarray) -> float:
            self.cells += 1
            time.sleep(self.seconds)
            return at(losses, *numbers)

        monkeypatch.setattr(surface_checkup.Losses, "at", slow)

    def stands(self) -> bool:
        """Whether no cell is computed any more."""
        before = self.cells
        time.sleep(20 * self.seconds + 0.2)
        return self.cells == before


def test_coarse_cells_come_first_and_fine_ones_hold_them() -> None:
    with running(SMALL) as runner:
        trained(runner, 40, 1)
        runner.send(c.Watch(surface=RANDOM), 2)
        first = wait_for(runner, lambda s: s.surface is not None).surface
        last = wait_for(runner, finest)
    assert first is not None
    assert last.surface is not None
    if not first.finest:  # a fast machine may have been done before anybody looked
        assert first.loss is not None
        assert last.surface.loss is not None
        assert first.loss.shape == (COARSE, COARSE)
        assert np.array_equal(last.surface.loss[1::3, 1::3], first.loss)
    assert last.surface.loss is not None
    assert last.surface.loss.shape == (FINE, FINE)
    assert last.surface.update == 40
    assert last.on_surface == pytest.approx((0, 0, 0))


def test_whoever_folds_the_panel_has_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(monkeypatch, 0.005)
    with running(SMALL) as runner:
        trained(runner, 40, 1)
        assert slow.cells == 0
        runner.send(c.Watch(surface=PATH), 2)
        wait_for(runner, lambda s: s.surface is not None)
        runner.send(c.Watch(), 3)
        assert wait_for(runner, lambda s: s.answered == 3).surface is None
        assert slow.stands()
        assert slow.cells < FINE * FINE


CHANGES = {"play": c.Play(), "reset": c.Reset(), "open": c.Open(session_of())}


@pytest.mark.parametrize("by", CHANGES)
def test_what_changes_the_network_ends_it(monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    slow = Slow(monkeypatch, 0.005)
    with running(SMALL) as runner:
        trained(runner, 40, 1)
        runner.send(c.Watch(surface=RANDOM), 2)
        wait_for(runner, lambda s: s.surface is not None)
        runner.send(CHANGES[by], 3)
        wait_for(runner, lambda s: s.answered == 3)
        began = slow.cells
        time.sleep(0.25)
        assert slow.cells < began + 10


def test_none_is_computed_while_training_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twostroke.engine.run.checkup.REST", 0.0)
    monkeypatch.setattr("twostroke.engine.run.checkup.SECONDS", 0.0)
    slow = Slow(monkeypatch, 0.0)
    with running(SMALL) as runner:
        runner.send(c.Play(), 1)
        runner.send(c.Watch(surface=RANDOM), 2)
        wait_for(runner, lambda s: s.answered == 2 and s.update > 1_000)
        assert slow.cells == 0
        runner.send(c.Pause(), 3)
        wait_for(runner, finest)
        assert slow.cells > 0


def test_the_end_of_the_engine_does_not_wait_for_all_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    Slow(monkeypatch, 0.01)
    with running(SMALL) as runner:
        runner.send(c.Watch(surface=RANDOM))
        wait_for(runner, lambda s: s.surface is not None)
        begin = time.monotonic()
    assert time.monotonic() - begin < 3.0
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("twostroke")]


def test_beside_it_commands_are_answered_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    Slow(monkeypatch, 0.05)
    with running(SMALL) as runner:
        runner.send(c.Watch(surface=RANDOM))
        time.sleep(1.0)
        begin = time.monotonic()
        runner.send(c.PinSample(3), 7)
        wait_for(runner, lambda s: s.answered == 7)
    assert time.monotonic() - begin < 1.0


def test_that_of_the_path_stays_while_the_run_goes_along_it() -> None:
    """So whoever clicks a state of it sees the mark move, and nothing else."""
    with running(SMALL) as runner:
        trained(runner, 40, 1)
        runner.send(c.Watch(surface=PATH))
        found = wait_for(runner, finest).surface
        runner.send(c.Seek(10), 3)
        back = wait_for(runner, lambda s: s.answered == 3)
        time.sleep(1.0)
        assert back.surface is found
        assert back.on_surface is not None
        assert found is not None
        assert found.path is not None
        assert found.plane is not None
        place = found.path.update.tolist().index(10)
        assert back.on_surface == pytest.approx((found.path.a[place], found.path.b[place], found.path.off[place]))
        runner.send(c.Seek(40), 4)
        runner.send(c.Advance(20), 5)
        grown = wait_for(runner, lambda s: s.update == 60 and finest(s) and s.surface is not found)
        assert grown.surface is not None
        assert (grown.surface.update, grown.surface.end) == (60, 60)


def test_random_directions_begin_where_the_network_is() -> None:
    with running(SMALL) as runner:
        trained(runner, 40, 1)
        runner.send(c.Watch(surface=RANDOM))
        wait_for(runner, finest)
        runner.send(c.Seek(10), 3)
        found = wait_for(runner, lambda s: finest(s) and s.surface is not None and s.surface.update == 10)
        assert found.on_surface == pytest.approx((0, 0, 0))


def test_the_path_of_another_branch_is_gone_with_it() -> None:
    with running(SMALL) as runner:
        trained(runner, 40, 1)
        runner.send(c.Seek(20), 2)
        runner.send(c.Edit(lambda session: c.Edited(changed(SMALL, training={"l2": 0.3}), "Set L2")), 3)
        runner.send(c.Advance(10), 4)
        runner.send(c.Watch(surface=PATH), 5)
        forked = wait_for(runner, lambda s: s.update == 30 and finest(s)).surface
        assert forked is not None
        assert forked.end == 30
        runner.send(c.SwitchBranch(0), 6)
        assert wait_for(runner, lambda s: s.answered == 6).surface is None
        first = wait_for(runner, finest).surface
        assert first is not None
        assert (first.update, first.end) == (40, 40)


def test_another_wish_is_met() -> None:
    with running(SMALL) as runner:
        trained(runner, 40, 1)
        runner.send(c.Watch(surface=PATH))
        wait_for(runner, finest)
        wide = SurfaceWish(Directions.PATH, 4.0)
        runner.send(c.Watch(surface=wide))
        found = wait_for(runner, lambda s: finest(s) and s.surface is not None and s.surface.wish == wide).surface
        assert found is not None
        assert found.path is not None
        assert found.half[0] == pytest.approx(4.4 * max(abs(found.path.a).max(), abs(found.path.b).max()))


def test_updates_are_spread_and_checkpoints_taken_where_they_are_near() -> None:
    assert spread(0, 5, [0], 64, 1_000) == [0, 1, 2, 3, 4, 5]
    assert spread(0, 100, [0, 49, 100], 5, 1_000) == [0, 25, 49, 75, 100]
    assert spread(0, 100, [0, 49, 100], 5, 10) == [0, 49, 100], "replays are too dear"
    many = spread(0, 10**6, list(range(0, 10**6 + 1, 2_000)), MOST, 0)
    assert len(many) == MOST
    assert (many[0], many[-1]) == (0, 10**6)


def test_large_networks_have_fewer_states(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twostroke.engine.run.way.MOST_BYTES", 1)
    trainer = Trainer(SMALL)
    trainer.advance(100)
    states = Way(trainer.history.line(), machine_of(trainer.setting), lambda: None).states()
    assert len(states) == LEAST


def test_a_line_is_not_touched_by_what_becomes_of_the_history() -> None:
    trainer, other = Trainer(SMALL), Trainer(SMALL)
    trainer.advance(150)
    line = trainer.history.line()
    trainer.apply(c.Seek(30))
    trainer.apply(c.Edit(lambda session: c.Edited(changed(SMALL, training={"l2": 0.3}), "Set L2")))
    trainer.advance(50)
    other.advance(150)

    def run(setting: Setting, state: object, updates: int) -> None:
        trainer._replay(setting, state, updates)  # type: ignore[arg-type]

    assert np.array_equal(line.at(150, run).theta, other.state.theta)
    assert line.end == 150
