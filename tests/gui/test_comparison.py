"""Networks in company: each trains bit for bit as it does alone, keeps step, and follows all that the main one does."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Captured, Snapshot, Status
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.drive.bridge import Bridge
from twostroke.gui.drive.companion import Companion
from twostroke.gui.drive.comparison import Comparison
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model import edits
from twostroke.gui.model.differences import Difference

LONG = 60_000


class Company:
    """A main network on the session of the program's start, and what it is compared with; no window."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.bridge = Bridge(Session())
        self.controller = Controller(self.bridge)
        self.comparison = Comparison(self.controller)
        self.pictures: list[tuple[int, ...]] = []  # the updates that were seen at one time
        self.comparison.shown.connect(self._see)
        self.bridge.start()
        self.until(lambda: self.controller.snapshot is not None and self.main.status is Status.PAUSED)

    @property
    def main(self) -> Snapshot:
        assert self.controller.snapshot is not None
        return self.controller.snapshot

    def until(self, holds: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(holds, timeout=LONG)

    def add(self, kind: str, value: str | float, matched: bool = False) -> Companion:
        self.comparison.add(Difference(kind, value, matched))
        return self.comparison.companions[-1]

    def _see(self) -> None:
        views = self.comparison.views
        if self.controller.view is not None and len(views) == len(self.comparison.companions):
            each = [self.controller.view, *views.values()]
            if all(view.snapshot.status is Status.RUNNING for view in each):
                self.pictures.append(tuple(view.snapshot.update for view in each))

    def all_at(self, update: int) -> bool:
        each = [self.main, *(one.snapshot for one in self.comparison.companions)]
        still = all(one is not None and one.status is not Status.RUNNING and one.update == update for one in each)
        return still and not any(one.busy for one in self.comparison.companions)

    def state_of(self, companion: Companion) -> Captured:
        found: list[Captured] = []
        companion.captured(found.append)
        self.until(lambda: bool(found))
        return found[0]

    def close(self) -> None:
        self.comparison.close()
        self.controller.stop()
        self.bridge.stop()


@pytest.fixture
def company(qtbot: QtBot) -> Iterator[Company]:
    made = Company(qtbot)
    yield made
    made.close()


def alone(session: Session, updates: int) -> dict[str, np.ndarray]:
    trainer = Trainer(session)
    assert trainer.advance(updates) == updates
    return dict(trainer.captured().state or {})


def same(captured: Captured, state: dict[str, np.ndarray]) -> bool:
    own = captured.state or {}
    return own.keys() == state.keys() and all(np.array_equal(own[key], state[key]) for key in state)


def trained(company: Company, updates: int) -> int:
    """Train until all have done so many updates at least, then stand still; returns where they stand."""
    company.controller.send(c.Play())
    company.until(lambda: company.main.update >= updates and all(_at(one) >= updates for one in others(company)))
    company.controller.send(c.Pause())
    company.until(lambda: not company.controller.playing)
    return company.main.update


def others(company: Company) -> tuple[Companion, ...]:
    return company.comparison.companions


def _at(companion: Companion) -> int:
    return companion.snapshot.update if companion.snapshot is not None else -1


def test_in_step_each_run_is_the_run_alone(company: Company) -> None:
    tanh, rate = company.add("activation", "tanh"), company.add("rate", 0.1)
    update = trained(company, 2_000)
    company.until(lambda: company.all_at(update))
    assert company.main.layers[0].weight.tobytes() == first_weights(company.main.session, update)
    for companion in (tanh, rate):
        assert same(company.state_of(companion), alone(companion.made.session, update))


def first_weights(session: Session, updates: int) -> bytes:
    trainer = Trainer(session)
    trainer.advance(updates)
    return trainer.network.weight(1).tobytes()


def test_what_is_shown_in_step_is_one_update(company: Company) -> None:
    company.add("activation", "tanh")
    company.add("depth", 4)
    trained(company, 1_000)
    assert len(company.pictures) > 10
    assert {len(set(picture)) for picture in company.pictures} == {1}


def test_at_full_speed_each_run_is_the_run_alone(company: Company) -> None:
    company.comparison.set_in_step(False)
    tanh = company.add("activation", "tanh")
    company.until(lambda: tanh.snapshot is not None and tanh.snapshot.session == tanh.made.session and not tanh.busy)
    trained(company, 20_000)
    company.until(lambda: tanh.snapshot is not None and tanh.snapshot.status is Status.PAUSED and not tanh.busy)
    assert same(company.state_of(tanh), alone(tanh.made.session, _at(tanh)))


def test_one_that_comes_later_comes_after(company: Company) -> None:
    """To the update where the main network stands, or trains."""
    company.controller.send(c.Advance(500))
    company.until(lambda: company.main.update == 500)
    company.add("activation", "tanh")
    company.until(lambda: company.all_at(500))
    company.controller.send(c.Play())
    company.until(lambda: company.main.update > 600)
    late = company.add("optimizer", "adam")
    company.until(lambda: late.snapshot is not None and late.snapshot.update == company.main.update > 700)


def test_steps_and_strokes_are_made_together(company: Company) -> None:
    tanh = company.add("activation", "tanh")
    company.until(lambda: company.all_at(0))
    past: list[int] = []
    for press in (
        company.controller.one_update,
        company.controller.step_forward,
        company.controller.one_epoch,
        company.controller.one_update_back,
        lambda: company.controller.send(c.Record()),
        lambda: company.controller.send(c.NextTape()),
        lambda: company.controller.send(c.PreviousTape()),
        company.controller.leave_stroke,
        company.controller.go_to_oldest,
        company.controller.go_to_newest,
        company.controller.reset,
    ):
        before = company.main
        press()
        company.until(lambda done=before.answered: company.main.answered > done and not company.controller.busy)
        company.until(lambda: company.all_at(company.main.update))
        past.append(company.main.update)
        assert tanh.snapshot is not None
        assert (tanh.snapshot.tape is None) == (company.main.tape is None)
        if company.main.tape is not None and tanh.snapshot.tape is not None:
            assert list(tanh.snapshot.tape.rows) == list(company.main.tape.rows)
    epoch = past[2]
    assert past == [1, 1, epoch, epoch - 1, epoch - 1, epoch, epoch - 1, epoch - 1, 0, epoch, 0]


def test_a_stroke_of_another_seed_is_of_the_same_samples(company: Company) -> None:
    """Though it takes them in an order of its own, in which it goes on training."""
    seeded = company.add("seed", 5)
    company.until(lambda: company.all_at(0))
    for press in (c.Record(), c.NextTape(), c.NextTape(), c.PreviousTape()):
        before = company.main.answered
        company.controller.send(press)
        company.until(lambda done=before: company.main.answered > done and not company.controller.busy)
        company.until(lambda: company.all_at(company.main.update) and same_sample(company, seeded))
    assert company.main.update == 1
    assert same(company.state_of(seeded), alone(seeded.made.session, 1))


def same_sample(company: Company, other: Companion) -> bool:
    """Whether one input is shown of both, and at one update."""
    own, theirs = company.controller.view, company.comparison.views[other]
    assert own is not None
    tapes = own.tape, theirs.tape
    there = all(tape is not None and tape.update == company.main.update for tape in tapes)
    return there and own.layers[0].a.tolist() == theirs.layers[0].a.tolist()


def test_an_edit_of_the_main_session_is_made_at_the_same_update_everywhere(company: Company) -> None:
    tanh = company.add("activation", "tanh")
    company.controller.send(c.Play())
    company.until(lambda: company.main.update > 300)
    changed: list[int] = []
    company.controller.taken.connect(
        lambda now: changed.append(now.update) if now.session.training.optimizer.learning_rate == 0.2 else None
    )
    company.controller.send(c.Edit(edits.set_value, ("training.optimizer.learning_rate", 0.2)))
    company.until(lambda: company.main.update > 1_000)
    company.controller.send(c.Pause())
    company.until(lambda: not company.controller.playing and company.all_at(company.main.update))
    trainer = Trainer(Difference("activation", "tanh").made_on(Session()).session)
    trainer.advance(changed[0])
    trainer.apply(c.Edit(edits.set_value, ("training.optimizer.learning_rate", 0.2)))
    trainer.advance(company.main.update - changed[0])
    assert same(company.state_of(tanh), dict(trainer.captured().state or {}))


def test_a_matched_start_has_the_same_first_numbers_where_the_shapes_agree(company: Company) -> None:
    """Here the width of the first numbers follows the activation, so drawn anew they differ."""
    company.controller.send(c.Edit(edits.set_value, ("network.init.gain", "activation")))
    company.until(lambda: company.main.session.network.init.gain == "activation")
    matched, drawn = company.add("activation", "tanh", matched=True), company.add("activation", "tanh")
    shorter = company.add("depth", 1, matched=True)
    company.until(lambda: company.all_at(0))
    first = [layer.weight.tobytes() for layer in company.main.layers]
    assert _weights(matched) == first
    assert _weights(drawn)[:2] != first[:2]
    assert _weights(shorter)[0] == first[0]


def _weights(companion: Companion) -> list[bytes]:
    assert companion.snapshot is not None
    return [layer.weight.tobytes() for layer in companion.snapshot.layers]


def test_what_cannot_differ_any_more_says_so_and_waits(company: Company) -> None:
    tanh = company.add("activation", "tanh")
    company.until(lambda: company.all_at(0))
    company.controller.send(c.Edit(edits.set_activation, (None, "tanh")))
    company.until(lambda: bool(tanh.problem))
    assert tanh.problem == "The main network is like this by now (set all hidden layers to tanh), so nothing differs."
    company.controller.send(c.Advance(3))  # which does not wait for it
    company.until(lambda: company.main.update == 3)
    company.controller.undo()
    company.until(lambda: not tanh.problem and company.all_at(company.main.update))


def test_another_session_ends_the_comparison_and_its_threads(company: Company) -> None:
    company.add("activation", "tanh")
    company.until(lambda: company.all_at(0))
    company.controller.send(c.Open(Session(), document=7))
    company.until(lambda: not others(company))
    company.controller.send(c.Play())  # nobody holds the main network back any more
    company.until(lambda: company.main.update > 500)


def test_one_can_be_made_the_main_network_and_that_can_be_undone(company: Company) -> None:
    deeper, tanh = company.add("depth", 4), company.add("activation", "tanh")
    company.controller.send(c.Advance(200))
    company.until(lambda: company.all_at(200))
    assert deeper.snapshot is not None
    became, before = deeper.snapshot, company.main
    company.comparison.make_main(deeper)
    company.until(lambda: others(company) == (tanh,) and len(company.main.layers) == 5 and company.all_at(200))
    assert [own.weight.tobytes() for own in company.main.layers] == [own.weight.tobytes() for own in became.layers]
    assert company.main.changed
    assert company.main.undo_label == "Set depth to 4 hidden layers"
    company.controller.undo()
    company.until(lambda: company.main.session == before.session)
    assert company.main.layers[0].weight.tobytes() == before.layers[0].weight.tobytes()


def test_no_more_than_four_are_compared(company: Company) -> None:
    for seed in (2, 3, 4):
        company.add("seed", seed)
    with pytest.raises(SessionError, match="4 networks are compared already"):
        company.add("seed", 5)


def test_an_engine_that_fails_is_told_and_keeps_nobody_waiting(company: Company) -> None:
    tanh = company.add("activation", "tanh")
    company.until(lambda: company.all_at(0))
    tanh.bridge.engine_failed.emit(RuntimeError("made for a test"), True, None)
    company.controller.send(c.Advance(5))
    company.until(lambda: company.main.update == 5)
    assert tanh.problem.startswith("Its training has stopped")


def test_a_fault_of_the_main_engine_ends_nothing_but_its_run(company: Company) -> None:
    """The next command begins it anew, and the others come after."""
    company.add("activation", "tanh")
    company.controller.send(c.Advance(20))
    company.until(lambda: company.all_at(20))
    engine = company.bridge._engine
    assert engine is not None
    engine.error = RuntimeError("made for a test")
    company.bridge.poll()
    company.qtbot.wait(50)
    assert company.bridge._engine is None  # nobody but the user begins another one
    company.controller.send(c.Advance(5))
    company.until(lambda: company.all_at(5))


def test_at_full_speed_what_another_network_does_not_know_is_no_problem_of_its(company: Company) -> None:
    company.comparison.set_in_step(False)
    company.controller.send(c.Advance(50))
    company.until(lambda: company.main.update == 50)
    tanh = company.add("activation", "tanh")
    company.until(lambda: tanh.snapshot is not None and tanh.snapshot.session == tanh.made.session and not tanh.busy)
    company.controller.send(c.Seek(40))
    company.until(lambda: company.main.update == 40 and not tanh.busy)
    assert not tanh.problem
