"""Linear regions counted beside training: told to whoever watches, as they are when nothing moves."""

import numpy as np
import pytest

from tests.engine.test_runner import running, wait_for
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Snapshot, Status
from twostroke.engine.probes.evaluation import response_points
from twostroke.engine.probes.regions import region_probe
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session


def on_a_plane(activation: str = "relu") -> Session:
    network = {"layers": [{"units": 5, "activation": activation}, {"units": 4, "activation": activation}]}
    return Session.model_validate({"data": {"name": "moons", "samples": 60}, "network": network})


def test_whoever_watches_is_told_and_nobody_else() -> None:
    with running(on_a_plane()) as runner:
        runner.send(c.Advance(30), 1)
        alone = wait_for(runner, lambda s: s.answered == 1 and s.update == 30 and s.status is Status.PAUSED)
        assert alone.regions is None
        runner.send(c.Watch(regions=True), 2)
        seen = wait_for(runner, lambda s: s.regions is not None)
        assert seen.regions is not None
        assert seen.regions.update == 30
        assert seen.health is None
        runner.send(c.Advance(5), 3)
        wait_for(runner, lambda s: s.regions is not None and s.regions.update == 35)
        runner.send(c.Watch(), 4)
        assert wait_for(runner, lambda s: s.answered == 4).regions is None


@pytest.mark.compiled
def test_beside_training_they_are_those_of_the_network_standing_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """And training goes as it would without: the thread beside has a network and a feed of its own."""
    monkeypatch.setattr("twostroke.engine.run.checkup.SECONDS", 0.0)
    monkeypatch.setattr("twostroke.engine.run.checkup.SHARE", 1.0)
    with running(on_a_plane()) as runner:
        runner.send(c.Watch(health=True, regions=True))
        runner.send(c.Play())
        during = wait_for(runner, lambda s: s.regions is not None and s.regions.update > 0 and s.health is not None)
        runner.send(c.Pause(), 9)
        last = wait_for(runner, lambda s: s.answered == 9 and s.status is Status.PAUSED)
    other = Trainer(on_a_plane())
    assert during.regions is not None
    other.advance(during.regions.update)
    still = region_probe(other.network, other.dataset, other.update)
    assert during.regions.count == still.count
    assert np.array_equal(during.regions.region, still.region)
    other.advance(last.update - other.update)
    for layer, state in enumerate(last.layers, start=1):
        assert np.array_equal(state.weight, other.network.weight(layer))


def told(session: Session) -> Snapshot:
    with running(session) as runner:
        runner.send(c.Watch(regions=True))
        return wait_for(runner, lambda s: s.regions is not None)


@pytest.mark.parametrize("activation", ["tanh", "gelu", "softplus"])
def test_curved_gates_have_no_regions_and_a_sentence_says_so(activation: str) -> None:
    found = told(on_a_plane(activation)).regions
    assert found is not None
    assert (found.count, found.region) == (0, None)
    assert "hidden 1" in found.why
    assert "curved" in found.why


def test_what_is_no_plane_has_none() -> None:
    session = Session.model_validate({"data": {"name": "iris"}, "network": {"layers": [{"units": 3}]}})
    found = told(session).regions
    assert found is not None
    assert found.region is None
    assert "plane" in found.why


def test_a_network_of_one_region_has_one() -> None:
    found = told(on_a_plane("identity")).regions
    assert found is not None
    assert found.count == 1


def on_a_line(activation: str = "relu", units: int = 6) -> Session:
    network = {"layers": [{"units": units, "activation": activation}], "dtype": "float64"}
    return Session.model_validate({"data": {"name": "sine"}, "network": network})


def test_a_line_has_hinges_where_each_gate_opens() -> None:
    """Of one hidden layer they are the roots -b / w, in the units of the input."""
    trainer = Trainer(on_a_line())
    trainer.advance(60)
    w, b = trainer.network.weight(1)[:, 0], trainer.network.bias(1)
    factor, centre = float(trainer.dataset.factor[0]), float(trainer.dataset.centre[0])
    points = response_points(trainer.dataset)
    assert points is not None
    low, high = points.min(), points.max()
    roots = np.sort(-b / w / factor + centre)
    expected = roots[(roots > low) & (roots < high)]
    with running(on_a_line()) as runner:
        runner.send(c.Watch(regions=True))
        runner.send(c.Advance(60))
        found = wait_for(runner, lambda s: s.regions is not None and s.regions.update == 60).regions
    assert found is not None
    assert found.hinges is not None
    assert len(expected) > 1
    assert found.hinges == pytest.approx(expected, abs=1e-9)
    assert (found.count, found.region) == (len(expected) + 1, None)


def test_a_curved_gate_on_a_line_has_none_and_a_sentence_says_so() -> None:
    found = told(on_a_line("tanh")).regions
    assert found is not None
    assert (found.count, found.region, found.hinges) == (0, None, None)
    assert "curved" in found.why


def test_a_straight_line_has_no_hinge() -> None:
    found = told(on_a_line("identity")).regions
    assert found is not None
    assert found.hinges is not None
    assert (found.count, len(found.hinges)) == (1, 0)
