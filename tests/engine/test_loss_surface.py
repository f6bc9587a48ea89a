"""The loss surface beside the oracle, its directions beside NumPy, and the path beside the run that took it."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tests.cases import cases
from tests.engine import naive
from tests.engine.naive.layers import forward
from tests.engine.naive.losses import class_of
from tests.engine.strategies import sessions_with_a_pair
from tests.engine.test_trainer import session_of
from twostroke.engine.border import commands as c
from twostroke.engine.border.loss_surface import Directions, LossSurface, Plane, SurfaceWish, middles
from twostroke.engine.compute.network import Network
from twostroke.engine.probes import loss_cells
from twostroke.engine.probes.directions import moving, plane_of_path, random_plane
from twostroke.engine.probes.loss_cells import COARSE, FINE, chosen_rows
from twostroke.engine.run.surface_checkup import SurfaceCheckup
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

PATH, RANDOM = SurfaceWish(), SurfaceWish(Directions.RANDOM, 0.5, 3)


def at_once(work: Callable[[], None]) -> threading.Thread:
    """A thread that has ended."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return thread


def surface_of(trainer: Trainer, wish: SurfaceWish) -> LossSurface:
    """As the window would be told of it."""
    trainer.apply(c.Watch(surface=wish))
    checkup = SurfaceCheckup(trainer, at_once, lambda: None)
    checkup.begin()
    assert checkup.take()
    assert trainer.surface is not None
    return trainer.surface


def surface(session: Session, wish: SurfaceWish, updates: int = 6) -> tuple[Trainer, LossSurface]:
    trainer = Trainer(session)
    for _ in range(updates):
        trainer.advance(1)
    return trainer, surface_of(trainer, wish)


def oracle_loss(trainer: Trainer, theta: Any, running: Any = None) -> float:
    """The mean loss over the training part, number by number, with these parameters in place of the trainer's."""
    network = Network(trainer.session)
    network.theta[:] = theta
    network.running[:] = trainer.state.running if running is None else running
    session, data = trainer.session.model_dump(mode="json"), trainer.dataset
    oracle = naive.Training(session, network.parameters(), data.target_train)
    name, delta = naive.loss_of(session["training"]["loss"])
    top = forward(oracle.layers, data.x_train.astype(np.float64), training=False)[-1]
    weights = oracle.weights or [1.0] * max(2, data.target_train.shape[1])
    each = [
        naive.sample_loss(name, z, a, t, delta) * (1.0 if oracle.weights is None else weights[class_of(t)])
        for z, a, t in zip(top.z, top.a, data.target_train, strict=True)
    ]
    return float(np.mean(each))


ORGANS: dict[str, dict[str, Any]] = {
    "plain": {"network": {"layers": [{"units": 3}]}},
    "batch norm and dropout": {"network": {"layers": [{"units": 3, "norm": "batch", "dropout": 0.5}]}},
    "learned slopes": {"network": {"layers": [{"units": 3, "activation": "prelu"}]}},
    "a skip path": {"network": {"layers": [{"units": 3, "skip": 0}, {"units": 2, "norm": "layer"}]}},
    "cut and frozen": {
        "network": {"layers": [{"units": 3}], "cut": ["l1.weight[0,1]", "l1.unit[2]"], "frozen": ["l1.bias"]}
    },
    "class weights and a penalty": {
        "network": {"layers": [{"units": 2, "activation": "tanh"}]},
        "training": {"class_weights": [0.5, 3.0], "l2": 0.1},
    },
}


@pytest.mark.parametrize("wish", [PATH, RANDOM], ids=["path", "random"])
@pytest.mark.parametrize("organs", ORGANS)
def test_every_coarse_cell_is_what_the_oracle_finds_there(organs: str, wish: SurfaceWish) -> None:
    parts = ORGANS[organs]
    session = session_of(**{**parts, "network": {"dtype": "float64", **parts["network"]}})
    trainer, found = surface(session, wish)
    assert found.loss is not None
    assert found.plane is not None
    assert found.loss.shape == (FINE, FINE)
    a, b = middles(found.half[0], COARSE), middles(found.half[1], COARSE)
    for row, column in np.ndindex(COARSE, COARSE):
        theta = trainer.state.theta + a[column] * found.plane.first + b[row] * found.plane.second
        got = found.loss[3 * row + 1, 3 * column + 1]
        assert got == pytest.approx(oracle_loss(trainer, theta), rel=1e-9, abs=1e-12)


@cases(12)
@given(drawn=sessions_with_a_pair())
def test_cells_of_random_sessions(drawn: tuple[tuple[str, ...], Session]) -> None:
    trainer, found = surface(drawn[1], SurfaceWish(Directions.RANDOM, 0.25, 1), 2)
    if found.loss is None:
        assert found.why
        return
    assert found.plane is not None
    a, b = middles(found.half[0], FINE), middles(found.half[1], FINE)
    for row, column in ((0, 0), (7, 31), (22, 22), (44, 5)):
        want = oracle_loss(trainer, found.plane.at(float(a[column]), float(b[row])))
        assert found.loss[row, column] == pytest.approx(want, rel=1e-8, abs=1e-10)


@pytest.mark.parametrize("wish", [PATH, RANDOM], ids=["path", "random"])
def test_the_middle_is_the_loss_of_the_curve(wish: SurfaceWish) -> None:
    weights = {"training": {"class_weights": "balanced", "l1": 0.01}}
    trainer, found = surface(session_of(network={"layers": [{"units": 4}]}, **weights), wish)
    assert found.loss is not None
    assert found.loss[FINE // 2, FINE // 2] == trainer.evaluate().train.loss
    assert found.update == 6


def test_the_plane_of_the_path_is_that_of_the_singular_value_decomposition() -> None:
    states = np.random.default_rng(4).normal(size=(9, 30)) * np.geomspace(10, 0.1, 30)
    plane, share = plane_of_path(states, states[-1])
    _, sizes, rows = np.linalg.svd(states - states.mean(axis=0))
    assert np.abs(np.stack([plane.first, plane.second]) @ rows[:2].T) == pytest.approx(np.eye(2), abs=1e-9)
    assert share == pytest.approx((sizes[:2] ** 2).sum() / (sizes**2).sum(), rel=1e-9)
    within = plane.places(states)[:, :2]
    assert np.var(within, axis=0).sum() / np.var(states, axis=0).sum() == pytest.approx(share, rel=1e-9)
    assert plane.places(states[-1:])[0] == pytest.approx([0, 0, 0], abs=1e-12)
    assert np.all(within[0] <= 0.0), "it begins at the left, below"


def test_places_are_the_nearest_points_also_between_oblique_directions() -> None:
    rng = np.random.default_rng(8)
    first, second = rng.normal(size=(2, 6))
    plane = Plane(rng.normal(size=6), first / np.linalg.norm(first), second / np.linalg.norm(second))
    for theta in rng.normal(size=(5, 6)):
        want, *_ = np.linalg.lstsq(np.stack([plane.first, plane.second]).T, theta - plane.origin, rcond=None)
        a, b, off = plane.places(theta[None])[0]
        assert [a, b] == pytest.approx(want)
        assert off == pytest.approx(np.linalg.norm(theta - plane.at(a, b)))


def test_random_directions_are_as_long_as_each_units_weights() -> None:
    layers = [{"units": 5, "activation": "prelu", "norm": "batch"}, {"units": 4, "skip": 0}]
    network = {"layers": layers, "dtype": "float64", "frozen": ["l2.weight[1,2]"], "cut": ["l1.weight[3,0]"]}
    trainer = Trainer(session_of(network=network))
    trainer.advance(5)
    own, theta = trainer.network, trainer.state.theta
    plane, lengths = random_plane(own, theta, 11)
    free = moving(own)
    assert np.count_nonzero(~free) == 2
    for direction, length in zip((plane.first, plane.second), lengths, strict=True):
        assert np.linalg.norm(direction) == pytest.approx(1.0)
        drawn = direction * length
        assert not drawn[~free].any()
        for layer in (1, 2, 3):
            assert not own.bias(layer, drawn).any()
            assert not own.scale(layer, drawn).any()
            assert not any(values.any() for values in own.params(layer, drawn).values())
            for of in (own.weight, own.skip_weight):
                want = np.linalg.norm(np.where(of(layer, free.astype(float)), of(layer, theta), 0.0), axis=1)
                assert np.linalg.norm(of(layer, drawn), axis=1) == pytest.approx(want)
    again, _ = random_plane(own, theta, 11)
    other, _ = random_plane(own, theta, 12)
    assert np.array_equal(again.first, plane.first)
    assert not np.array_equal(other.first, plane.first)


def test_the_path_has_the_states_of_the_run_and_their_own_losses() -> None:
    """Also where the run trained in one go, so that no checkpoint lies between."""
    session = session_of(network={"layers": [{"units": 3, "norm": "batch"}], "dtype": "float64"})
    trainer = Trainer(session)
    trainer.advance(200)
    found = surface_of(trainer, PATH)
    assert found.path is not None
    assert found.plane is not None
    updates = found.path.update.tolist()
    assert (updates[0], updates[-1]) == (0, 200)
    assert len(updates) > 50
    other = Trainer(session)
    for place, update in enumerate(updates):
        other.advance(update - other.update)
        a, b, off = found.plane.places(other.state.theta[None])[0]
        assert [found.path.a[place], found.path.b[place], found.path.off[place]] == pytest.approx([a, b, off], abs=1e-9)
        if place % 16 == 0:
            want = oracle_loss(other, other.state.theta, other.state.running)
            assert found.path.loss[place] == pytest.approx(want, rel=1e-9)


def test_a_surface_leaves_training_as_it_is() -> None:
    trainer, alone = Trainer(session_of()), Trainer(session_of())
    trainer.advance(70)
    surface_of(trainer, PATH)
    trainer.advance(70)
    alone.advance(140)
    assert all(np.array_equal(a, b) for a, b in zip(trainer.state, alone.state, strict=True))


@pytest.mark.parametrize(
    ("parts", "updates", "wish", "told"),
    [
        ({}, 0, PATH, "fewer than three states"),
        ({}, 1, PATH, "fewer than three states"),
        ({"training": {"optimizer": {"name": "sgd", "learning_rate": 0.01}}, "frozen": True}, 8, PATH, "straight line"),
        ({"network": {"init": "zeros", "layers": []}}, 0, RANDOM, "differs from 0"),
        ({"network": {"layers": [], "frozen": ["l1.weight", "l1.bias"]}}, 5, PATH, "no update of the run has changed"),
        ({"data": {"name": "sine"}, "network": {"layers": []}}, 5, RANDOM, "only one weight"),
    ],
)
def test_where_there_is_no_plane_it_says_why(parts: dict[str, Any], updates: int, wish: SurfaceWish, told: str) -> None:
    if parts.pop("frozen", False):
        parts = {**parts, "network": {"layers": [], "frozen": ["l1.weight"], "output": "sigmoid"}}
    _, found = surface(session_of(**parts), wish, updates)
    assert found.loss is None
    assert told in found.why


@pytest.mark.parametrize("seed", range(6))
def test_two_weights_have_two_directions(seed: int) -> None:
    """Each alone in its unit, they have one length and two signs: half of all draws are parallel."""
    session = session_of(data={"name": "sine"}, network={"layers": [{"units": 1}]})
    _, found = surface(session, SurfaceWish(Directions.RANDOM, seed=seed))
    assert found.plane is not None
    assert 1.0 < found.plane.angle <= 90.0


def test_parameters_that_have_come_since_have_no_path_yet() -> None:
    trainer = Trainer(session_of(network={"layers": [{"units": 3}]}))
    trainer.advance(20)
    network = {"layers": [{"units": 3, "norm": "batch"}]}
    trainer.apply(c.Edit(lambda session: c.Edited(session_of(network=network), "Set norm")))
    assert "fewer than three states" in surface_of(trainer, PATH).why
    assert surface_of(trainer, RANDOM).loss is not None


def test_a_path_across_a_change_of_the_parameters_begins_after_it() -> None:
    """Learned slopes come with the activation: before, the space was another one."""
    trainer = Trainer(session_of(network={"layers": [{"units": 3}]}))
    for _ in range(9):
        trainer.advance(1)
    network = {"layers": [{"units": 3, "activation": "prelu"}]}
    trainer.apply(c.Edit(lambda session: c.Edited(session_of(network=network), "Set activation")))
    for _ in range(9):
        trainer.advance(1)
    assert trainer.update == 18
    found = surface_of(trainer, PATH)
    assert found.path is not None
    assert found.path.update.min() == 9


def test_a_link_that_is_cut_by_now_carries_nothing_anywhere() -> None:
    """Earlier states of the path had it."""
    network = {"layers": [{"units": 3}], "dtype": "float64"}
    trainer = Trainer(session_of(network=network))
    for _ in range(9):
        trainer.advance(1)
    cut = session_of(network={**network, "cut": ["l1.weight[1,0]"]})
    trainer.apply(c.Edit(lambda session: c.Edited(cut, "Cut a link")))
    for _ in range(9):
        trainer.advance(1)
    found = surface_of(trainer, PATH)
    assert found.path is not None
    assert found.plane is not None
    assert found.path.update.min() == 0
    assert (
        trainer.network.weight(1, found.plane.first)[1, 0] == trainer.network.weight(1, found.plane.second)[1, 0] == 0
    )
    begin = Trainer(session_of(network=network)).state.theta
    assert trainer.network.weight(1, begin)[1, 0] != 0.0
    assert found.path.loss[0] == pytest.approx(oracle_loss(trainer, begin), rel=1e-9)


def test_losses_beyond_all_numbers_stay_so() -> None:
    _, found = surface(
        session_of(network={"layers": [{"units": 4, "activation": "quadratic"}] * 3}),
        SurfaceWish(Directions.RANDOM, 1e12),
        3,
    )
    assert found.loss is not None
    assert not np.isfinite(found.loss).all()
    assert np.isfinite(found.loss[FINE // 2, FINE // 2])


def test_large_networks_take_some_samples_always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    assert np.array_equal(chosen_rows(700, 10), np.arange(700))
    rows = chosen_rows(5_000, 1_000_000)
    assert len(set(rows.tolist())) == loss_cells.FEWEST
    assert rows.max() > 4_000
    assert np.array_equal(rows, chosen_rows(5_000, 1_000_000))
    monkeypatch.setattr(loss_cells, "WORK", 1)
    monkeypatch.setattr(loss_cells, "FEWEST", 7)
    trainer, found = surface(session_of(network={"dtype": "float64"}), RANDOM)
    assert (found.samples, found.of_samples) == (7, len(trainer.dataset.x_train))
    rows = chosen_rows(found.of_samples, trainer.network.theta.size)
    assert found.loss is not None
    want = trainer.network.survey(trainer.feed).sample_loss[rows].mean()
    assert found.loss[FINE // 2, FINE // 2] == pytest.approx(float(want), rel=1e-9)
