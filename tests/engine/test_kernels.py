"""The kernels' own promises: loops and BLAS agree, padding weighs nothing, nothing is allocated, all stays finite."""

import itertools
from typing import Any

import numpy as np
import pytest
from numba.core.runtime import _nrt_python, rtsys

from twostroke.engine.compute import optimizing
from twostroke.engine.compute.kernels import blas, chance, memory, parts, train
from twostroke.engine.compute.kernels import plan as k
from twostroke.engine.compute.network import Network
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

ORGANS: dict[str, dict[str, Any]] = {
    "plain": {"layers": [{"units": 24}, {"units": 16}]},
    "direct and not": {"layers": [{"units": 24, "l2": 0.01}, {"units": 16}]},
    "normalized": {"layers": [{"units": 24, "norm": "batch"}, {"units": 16, "norm": "layer"}]},
    "skipping": {
        "layers": [{"units": 16}, {"units": 24, "skip": 0}, {"units": 24, "skip": 1}, {"units": 16, "skip": 2}]
    },
    "dropping": {"layers": [{"units": 24, "dropout": 0.3}, {"units": 16, "dropout": 0.5, "activation": "prelu"}]},
}


def session_of(network: dict[str, Any], **training: Any) -> Session:
    return Session.model_validate(
        {"data": "digits", "network": {"dtype": "float64", **network}, "training": {"batch_size": 20, **training}}
    )


def trained(session: Session, *, by_blas: bool, updates: int = 25) -> tuple[np.ndarray, float]:
    """Parameters after some updates on made-up samples, and the last loss."""
    network = Network(session, blas=by_blas)
    rng = np.random.default_rng(3)
    x, target = rng.normal(size=(50, 64)), np.eye(10)[rng.integers(0, 10, 50)]
    state = optimizing.fresh_state(session, network.theta, network.running)
    value = np.zeros(1)
    feed, room = network.feed(x, target), network.buffers(20)
    assert train.run(network.plan, optimizing.rule(session), feed, state, room, updates, value) == updates
    return np.concatenate([state.theta, state.running]), float(value[0])


@pytest.mark.parametrize(
    ("organs", "optimizer"),
    # Adam would divide the round-off that is the gradient of a bias before batch normalization by its own size.
    [
        (organs, optimizer)
        for organs in ORGANS
        for optimizer in ("sgd", "momentum", "adam")
        if (organs, optimizer) != ("normalized", "adam")
    ],
)
def test_blas_and_loops_learn_the_same(organs: str, optimizer: str) -> None:
    """Also where plain SGD changes large weights within BLAS's product, and where only some layers do."""
    session = session_of(ORGANS[organs], optimizer=optimizer)
    by_loops, by_blas = trained(session, by_blas=False), trained(session, by_blas=True)
    np.testing.assert_allclose(by_blas[0], by_loops[0], rtol=1e-9, atol=1e-12)
    assert by_blas[1] == pytest.approx(by_loops[1], rel=1e-10)


def test_a_direct_layer_learns_what_its_gradient_says() -> None:
    """w_next = w - rate * gradient, with the gradient that the tape shows."""
    session = session_of(ORGANS["plain"], optimizer={"name": "sgd", "learning_rate": 0.5})
    trainer = Trainer(session)
    assert trainer.network.plan.layers[0, k.DIRECT]
    layer = trainer.record().layers[0]
    np.testing.assert_allclose(layer.weight_next, layer.weight - 0.5 * layer.dloss_dweight, rtol=1e-12, atol=1e-14)
    assert np.abs(layer.dloss_dweight).max() > 1e-4


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_training_stops_where_a_direct_layer_overflows(dtype: str) -> None:
    """With a rate that doubles the weights' sizes again and again, the last finite state is kept."""
    session = Session.model_validate(
        {
            "data": "digits",
            "network": {"layers": [{"units": 32, "activation": "identity"}], "output": "identity", "dtype": dtype},
            "training": {"loss": "mse", "optimizer": {"name": "sgd", "learning_rate": 50.0}, "batch_size": 32},
        }
    )
    trainer = Trainer(session)
    assert trainer.network.plan.layers[0, k.DIRECT]
    done = trainer.advance(1_000)
    assert done < 1_000
    assert trainer.failure is not None
    assert trainer.failure.update == done == trainer.update
    assert np.isfinite(trainer.state.theta).all()


@pytest.mark.parametrize(("size", "done"), [(1e37, 0), (2e34, 1)])
def test_a_weight_that_overflows_alone_is_noticed(size: float, done: int) -> None:
    """Inputs so large that a direct layer's weights leave float32, or only their sum does; loss and bias do not."""
    session = Session.model_validate(
        {
            "network": {"layers": [], "output": "identity", "dtype": "float32"},
            "training": {"loss": "mae", "optimizer": {"name": "sgd", "learning_rate": 100.0}, "batch_size": 16},
        }
    )
    network = Network(session, blas=True, widths=(400, 1))
    state = optimizing.fresh_state(session, network.theta, network.running)
    feed = network.feed(np.full((16, 400), size), np.zeros((16, 1)))
    network.weight(1)[:] = 1e-5
    room, value = network.buffers(16), np.zeros(1)
    assert train.run(network.plan, optimizing.rule(session), feed, state, room, 1, value) == done
    assert np.isfinite(value[0])
    assert np.isfinite(state.theta).all() == bool(done)
    with np.errstate(over="ignore"):
        assert not np.isfinite(np.abs(state.theta).sum(dtype=np.float32))


def test_padding_lanes_weigh_nothing() -> None:
    """Seven samples give the gradient of seven samples, whatever fills the lanes up to sixteen."""
    session = session_of({"layers": [{"units": 8, "norm": "batch"}, {"units": 8, "norm": "layer", "skip": 0}]})
    network = Network(session)
    rng = np.random.default_rng(1)
    x, target = rng.normal(size=(7, 64)), np.eye(10)[rng.integers(0, 10, 7)]
    room = network.buffers(32)
    room.work[:] = rng.normal(size=room.work.size)  # what an earlier, larger mini-batch has left
    network.stroke(network.feed(x, target), np.arange(7), room, update=0)
    fresh = network.both_strokes(x, target, update=0)
    np.testing.assert_array_equal(room.grad, fresh.gradient)
    assert np.abs(fresh.gradient).max() > 1e-3


def test_a_mini_batch_of_one_leaves_the_running_figures() -> None:
    """Five samples in mini-batches of four: the second one has no variance."""
    session = Session.model_validate(
        {"network": {"layers": [{"units": 3, "norm": "batch"}]}, "training": {"batch_size": 4}}
    )
    network = Network(session)
    rng = np.random.default_rng(3)
    feed = network.feed(rng.normal(size=(5, 2)), rng.integers(0, 2, (5, 1)))
    state = optimizing.fresh_state(session, network.theta, network.running)
    rule, room, value = optimizing.rule(session), network.buffers(4), np.zeros(1)
    before = state.running.copy()
    train.run(network.plan, rule, feed, state, room, 1, value)
    first = state.running.copy()
    assert (first != before).all()
    train.run(network.plan, rule, feed, state, room, 1, value)
    np.testing.assert_array_equal(state.running, first)


@pytest.mark.parametrize("by_blas", [False, True])
def test_nothing_is_allocated_per_update(by_blas: bool) -> None:
    """As many allocations for two updates as for two hundred."""
    session = session_of(ORGANS["skipping"], optimizer="adamw", clip="norm")
    network = Network(session, blas=by_blas)
    rng = np.random.default_rng(3)
    feed = network.feed(rng.normal(size=(50, 64)), np.eye(10)[rng.integers(0, 10, 50)])
    state = optimizing.fresh_state(session, network.theta, network.running)
    rule, room, value = optimizing.rule(session), network.buffers(20), np.zeros(1)

    _nrt_python.memsys_enable_stats()

    def allocations(updates: int) -> int:
        before = rtsys.get_allocation_stats().alloc
        train.run(network.plan, rule, feed, state, room, updates, value)
        return int(rtsys.get_allocation_stats().alloc - before)

    allocations(2)
    assert allocations(200) == allocations(2)


def test_a_shuffle_is_a_permutation_of_its_own_for_each_epoch() -> None:
    """Known without the epochs before it, and as it lies where nothing is shuffled."""
    first, again, other = (np.zeros(100, dtype=np.int64) for _ in range(3))
    chance.draw_order(np.uint64(9), 4, True, first)
    chance.draw_order(np.uint64(9), 4, True, again)
    chance.draw_order(np.uint64(9), 5, True, other)
    assert sorted(first) == list(range(100))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    chance.draw_order(np.uint64(9), 4, False, first)
    np.testing.assert_array_equal(first, np.arange(100))


def test_plain_python_stands_in_for_compiled_memory() -> None:
    """What the kernels use with the JIT off: slices, numbers of the array's kind, products by NumPy."""
    flat = np.arange(12, dtype=np.float32)
    assert memory.plain_row(flat.reshape(3, 4), 5)[0] == 5.0
    assert memory.plain_number(flat, 0.1) == np.float32(0.1)
    assert isinstance(memory.plain_number(flat, 0.1), np.float32)
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(2, 3)), rng.normal(size=(3, 4))
    for turned in itertools.product((0, 1), repeat=2):
        a, b = (matrix.T if is_turned else matrix for matrix, is_turned in zip((left, right), turned, strict=True))
        wide_a, wide_b, wide = (np.pad(each, ((0, 0), (0, 5)), constant_values=9.0) for each in (a, b, np.ones((2, 4))))
        flat_a, flat_b = (wide_a.ravel(), turned[0], wide_a.shape[1]), (wide_b.ravel(), turned[1], wide_b.shape[1])
        blas.plain_gemm(0, blas.Product(*flat_a, *flat_b, wide.ravel(), 9, 2, 3, 4, -0.5, 1.0))
        np.testing.assert_allclose(wide[:, :4], 1.0 - 0.5 * left @ right)
        assert (wide[:, 4:] == 9.0).all()


def test_a_part_has_one_address() -> None:
    """Compiled once a precision, and found again."""
    one = parts.address(chance.draw_mask, chance.MASK_KINDS, "float32")
    assert one == parts.address(chance.draw_mask, chance.MASK_KINDS, "float32")
    assert one != parts.address(chance.draw_mask, chance.MASK_KINDS, "float64")
    assert one > 0
