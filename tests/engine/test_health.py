"""The examination of a network: its figures beside sums written out, their course, and examinations beside training."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from tests.cases import cases
from tests.engine.health_sessions import ILL, examined
from tests.engine.test_probes_layers import data_of, networks
from tests.engine.test_runner import running, wait_for
from tests.engine.test_trainer import session_of
from twostroke.engine.border import commands as c
from twostroke.engine.border.health import COURSE, Z_BINS, Z_END, Health
from twostroke.engine.border.snapshot import Status
from twostroke.engine.compute.network import Network
from twostroke.engine.health.examine import examine
from twostroke.engine.health.log import MOST, HealthLog
from twostroke.engine.probes import layer_probe, unit_probe
from twostroke.engine.run.loop import Loop
from twostroke.engine.run.runner import Runner
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session


def health_of(update: int = 0, layers: int = 2, **figures: float) -> Health:
    """A made-up examination."""
    trainer = Trainer(session_of())
    found = trainer.examine().layers
    return Health(update, 10, tuple(replace(found[0], **figures) for _ in range(layers)))


@cases(10)
@given(network=networks())
def test_where_pre_activations_lie_is_what_counting_them_gives(network: Network) -> None:
    data = data_of(network)
    tape = Trainer(network.session).record()
    found = examine(network, data, tape)
    zs = [z.astype(np.float64) for z, _, _ in network.forward_all(data.x_train)]
    edges = np.linspace(-Z_END, Z_END, Z_BINS + 1)
    for layer, z in zip(found.layers, zs, strict=True):
        assert layer.z_mean == pytest.approx(z.mean(axis=0), rel=1e-9, abs=1e-9)
        assert layer.z_spread == pytest.approx(z.std(axis=0), rel=1e-6, abs=1e-7)
        for unit in range(z.shape[1]):
            inside = np.clip(z[:, unit], -Z_END, np.nextafter(Z_END, 0.0))
            assert layer.z_counts[unit].sum() == len(z)
            apart = np.abs(layer.z_counts[unit] - np.histogram(inside, edges)[0])
            assert apart.sum() <= 2  # at most one that lies on an edge, by round-off


def test_its_figures_are_those_of_the_probes() -> None:
    trainer = Trainer(session_of())
    trainer.advance(50)
    found, tape = trainer.examine(), trainer.record()
    layers = layer_probe(trainer.network, trainer.dataset, 50, tape).layers
    units = unit_probe(trainer.network, trainer.dataset, 50).layers
    assert found.update == 50
    assert found.samples == len(trainer.dataset.x_train)
    for layer, figures, each in zip(found.layers, layers, units, strict=True):
        told = dict(zip(COURSE, layer.course, strict=True))
        assert told["active"] == figures.active
        assert told["update_ratio"] == figures.update_ratio
        assert told["jacobian"] == figures.jacobian
        assert told["dead"] == each.dead.mean()
        assert np.array_equal(layer.saturated, each.saturated, equal_nan=True)


def test_the_course_is_in_the_order_of_updates_whatever_was_examined_first() -> None:
    log = HealthLog()
    for update, gradient in ((0, 1.0), (20, 3.0), (10, 2.0), (20, 4.0)):
        log.add(health_of(update, gradient=gradient))
    course = log.course(20)
    assert course.update.tolist() == [0, 10, 20]
    assert course.of("gradient")[:, 0].tolist() == [1.0, 2.0, 4.0]
    assert log.course(20) is course
    assert log.course(19).update.tolist() == [0, 10]
    assert log.copy(10).course(99).update.tolist() == [0, 10]


def test_other_layers_begin_a_course_of_their_own() -> None:
    log = HealthLog()
    log.add(health_of(0, layers=2))
    log.add(health_of(5, layers=3))
    assert log.course(9).update.tolist() == [5]


def test_a_long_course_keeps_its_beginning_and_its_end() -> None:
    log, one = HealthLog(), health_of()
    for update in range(MOST + 200):
        log.add(replace(one, update=update))
    updates = log.course(10**9).update
    assert len(updates) <= MOST
    assert (updates[0], updates[-1]) == (0, MOST + 199)
    assert (np.diff(updates) > 0).all()


def test_whoever_watches_is_told_and_nobody_else() -> None:
    with running(session_of()) as runner:
        runner.send(c.Advance(30), 1)
        alone = wait_for(runner, lambda s: s.answered == 1 and s.update == 30 and s.status is Status.PAUSED)
        assert alone.health is None
        runner.send(c.Watch(health=True), 2)
        seen = wait_for(runner, lambda s: s.health is not None)
        assert seen.health is not None
        assert seen.health.update == 30
        runner.send(c.Watch(), 3)
        assert wait_for(runner, lambda s: s.answered == 3).health is None


def test_an_examination_beside_training_says_what_one_standing_still_would() -> None:
    with running(session_of()) as runner:
        runner.send(c.Watch(health=True))
        runner.send(c.Play())
        during = wait_for(runner, lambda s: s.health is not None and s.health.update > 0)
        runner.send(c.Pause())
    assert during.health is not None
    other = Trainer(session_of())
    other.advance(during.health.update)
    for here, there in zip(during.health.layers, other.examine().layers, strict=True):
        assert here.course == pytest.approx(there.course, rel=0, abs=0, nan_ok=True)
        assert np.array_equal(here.z_counts, there.z_counts)


def test_training_goes_as_it_would_unexamined(monkeypatch: pytest.MonkeyPatch) -> None:
    """An examination lays a tape of its own: the order of the samples that training keeps is not touched."""
    monkeypatch.setattr("twostroke.engine.run.checkup.SECONDS", 0.0)
    monkeypatch.setattr("twostroke.engine.run.checkup.SHARE", 1.0)
    with running(session_of()) as runner:
        runner.send(c.Watch(health=True))
        runner.send(c.Play())
        wait_for(runner, lambda s: s.update > 300_000)
        runner.send(c.Pause(), 9)
        seen = wait_for(runner, lambda s: s.answered == 9 and s.status is Status.PAUSED)
    alone = Trainer(session_of())
    alone.advance(seen.update)
    for number, layer in enumerate(seen.layers, start=1):
        assert np.array_equal(layer.weight, alone.network.weight(number))


def test_what_cannot_be_examined_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def fails(*_: object) -> Health:
        tried.append(1)
        raise MemoryError

    monkeypatch.setattr("twostroke.engine.run.checkup.examine", fails)
    monkeypatch.setattr("twostroke.engine.run.checkup.REST", 0.0)
    with running(session_of()) as runner:
        runner.send(c.Watch(health=True), 1)
        wait_for(runner, lambda s: s.answered == 1)
        runner.send(c.Advance(1), 2)
        wait_for(runner, lambda s: s.answered == 2 and s.update == 1)
        time.sleep(0.2)
    assert 1 <= len(tried) <= 2  # once at each update at which it stood


def test_a_network_is_examined_when_it_has_stood_still_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stops or steps is to see that first."""
    monkeypatch.setattr("twostroke.engine.run.checkup.REST", 0.3)
    with running(session_of()) as runner:
        wait_for(runner, lambda s: s.status is Status.PAUSED)
        begin = time.perf_counter()
        runner.send(c.Watch(health=True))
        assert wait_for(runner, lambda s: s.health is not None).update == 0
        assert time.perf_counter() - begin >= 0.3


def test_no_examination_begins_right_after_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would take the core that the answer's picture needs; what is only looked at puts it off no further."""
    monkeypatch.setattr("twostroke.engine.run.checkup.REST", 30.0)
    loop = Loop(Runner(session_of()), Trainer(session_of()))
    checkup = loop.checkups[0]
    loop.post.send(c.Watch(health=True), 1)
    loop.post.send(c.Advance(1), 2)
    loop.turn()
    assert loop.answered == 2
    asked = checkup.due_in(running=True)
    assert asked is not None
    assert asked > 20.0
    monkeypatch.setattr("twostroke.engine.run.checkup.REST", 0.0)
    assert checkup.due_in(running=True) == 0.0


def test_going_back_shows_the_course_up_to_there() -> None:
    trainer = Trainer(session_of())
    trainer.examine()
    trainer.advance(40)
    assert trainer.examine().course.update.tolist() == [0, 40]
    trainer.apply(c.Seek(20))
    assert trainer.examine().course.update.tolist() == [0, 20]


def test_steps_are_too_small_no_longer_when_the_newest_is_not() -> None:
    trainer, found = examined(next(each for each in ILL if each.illness == "small_steps"))
    assert "small_steps" in [each.key[0] for each in found[-1].findings]
    trainer.apply(with_rate(trainer, 0.1))
    trainer.evaluate()
    assert "small_steps" not in [each.key[0] for each in trainer.examine().findings]


def with_rate(trainer: Trainer, rate: float) -> c.Edit:
    training = {
        "training": {**trainer.session.training.model_dump(), "optimizer": {"name": "sgd", "learning_rate": rate}}
    }
    other = Session.model_validate(trainer.session.model_dump() | training)
    return c.Edit(lambda session: c.Edited(other, "Rate"))


def names_of(health: Health) -> list[str]:
    return [each.key[0] for each in health.findings]


@pytest.mark.parametrize("trained_on", [0, 10])
def test_steps_are_too_large_no_longer_where_the_rate_has_been_lowered(trained_on: int) -> None:
    """The median of the latest examinations still had those of before the change in it."""
    trainer, found = examined(next(each for each in ILL if each.name == "Adam at rate 0.5"))
    assert "large_steps" in names_of(found[-1])
    trainer.apply(with_rate(trainer, 1e-4))
    trainer.advance(trained_on)
    assert "large_steps" not in names_of(trainer.examine())
    trainer.apply(with_rate(trainer, 1e-3))
    assert "large_steps" not in names_of(trainer.examine())
    for _ in range(5):
        trainer.advance(10)
        last = trainer.examine()
    assert "large_steps" not in names_of(last)


def test_one_small_step_does_not_heal_large_ones_where_nothing_was_changed() -> None:
    trainer, found = examined(next(each for each in ILL if each.name == "Adam at rate 0.5"))
    small = replace(found[-1], layers=tuple(replace(layer, update_ratio=1e-4) for layer in found[-1].layers))
    assert "large_steps" in names_of(trainer.admit(small))


@pytest.mark.parametrize("name", ["eight leaky layers, narrow weights", "eight layers of ReLU, wide weights"])
def test_batch_normalization_is_seen_before_it_has_been_trained_with(name: str) -> None:
    """Its running figures, mean 0 and variance 1, are of no network: the examination found it as it was before."""
    patient = next(each for each in ILL if each.name == name)
    trainer = Trainer(Session.model_validate(patient.session))
    (before,) = [each for each in trainer.examine().measures if each.illness == patient.illness]
    assert before.beyond
    told = trainer.session.model_dump()
    for layer in told["network"]["layers"]:
        layer["norm"] = "batch"
    trainer.apply(c.Edit(lambda session: c.Edited(Session.model_validate(told), "Batch normalization")))
    assert trainer.update == 0
    running = trainer.network.running.copy()
    (after,) = [each for each in trainer.examine().measures if each.illness == patient.illness]
    assert not after.beyond
    assert np.array_equal(trainer.network.running, running)
    for _ in range(60):
        trainer.advance(10)
    (trained,) = [each for each in trainer.examine().measures if each.illness == patient.illness]
    assert not trained.beyond


def test_figures_of_a_fresh_normalizer_are_those_of_its_samples() -> None:
    """z, with scale 1 and shift 0, has mean 0 and spread 1 over the training part."""
    hidden = [{"units": 4, "activation": "tanh", "norm": "batch"}] * 2
    trainer = Trainer(Session.model_validate({"network": {"layers": hidden, "dtype": "float64"}}))
    for layer in trainer.examine().layers[:-1]:
        assert layer.z_mean == pytest.approx(np.zeros(4), abs=1e-9)
        assert layer.z_spread == pytest.approx(np.ones(4), rel=1e-2)
    trainer.advance(1)
    assert abs(trainer.examine().layers[0].z_mean).max() > 0.01
