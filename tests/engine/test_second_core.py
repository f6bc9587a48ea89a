"""Large products in halves: the numbers are the same one after the other and by two cores, and no thread is left."""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from numba import config

from tests.engine.test_trainer import session_of, state_of
from twostroke.engine.compute.kernels import halves, products
from twostroke.engine.compute.kernels import plan as k
from twostroke.engine.compute.kernels.blas import Product
from twostroke.engine.compute.network import Network
from twostroke.engine.run import second_core
from twostroke.engine.run.loop import Loop
from twostroke.engine.run.runner import Runner
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

compiled = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="the second core runs compiled code")


def broad(dtype: str = "float32", optimizer: str = "sgd", units: int = 257, batch: int = 16) -> Session:
    """One whose middle product is just large enough, and of an odd number of rows."""
    layers = [{"units": 256, "activation": "relu"}, {"units": units, "activation": "tanh"}]
    network = {"layers": layers, "dtype": dtype}
    return session_of(network=network, training={"batch_size": batch, "optimizer": {"name": optimizer}})


def helpers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "twostroke-second-core"]


@pytest.fixture(autouse=True)
def nobody_left() -> Iterator[None]:
    """Each ends by itself soon after the last product."""
    yield
    end = time.monotonic() + 60.0
    while helpers() and time.monotonic() < end:
        time.sleep(0.01)
    assert not helpers()


UNITS_HALVED, INPUTS_HALVED = broad, partial(broad, units=256)


def first_halved(dtype: str = "float32", optimizer: str = "sgd") -> Session:
    """One whose first product is large, with half of its inputs each: they lie sample by sample."""
    network = {"layers": [{"units": 64, "activation": "relu"}], "dtype": dtype}
    training = {"batch_size": 300, "optimizer": {"name": optimizer}, "loss": "cross_entropy"}
    return session_of(data="digits", network=network, training=training)


halved_in_any_way = pytest.mark.parametrize("session", [UNITS_HALVED, INPUTS_HALVED, first_halved])


@compiled
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@halved_in_any_way
def test_two_cores_make_the_numbers_of_one(
    session: Callable[[str, str], Session], dtype: str, optimizer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_core, "CORES", 2)
    together, by_turns = (Trainer(session(dtype, optimizer)) for _ in range(2))
    assert together.alone
    by_turns.alone = False
    for updates in (1, 2, 130, 67):
        together.advance(updates)
        by_turns.advance(updates)
        assert state_of(together) == state_of(by_turns)


@compiled
@halved_in_any_way
def test_halves_are_the_whole_but_for_round_off(session: Callable[[], Session]) -> None:
    halved, whole = Trainer(session()), Trainer(session())
    assert halved.network.plan.parts[k.SECOND] == halves.IN_TURN
    whole.network.plan.parts[k.SECOND] = halves.WHOLE
    whole.machine.network.plan.parts[k.SECOND] = halves.WHOLE
    for trainer in (halved, whole):
        trainer.alone = False
        trainer.advance(20)
    np.testing.assert_allclose(halved.state.theta, whole.state.theta, atol=1e-5)


@compiled
def test_the_second_core_does_some_of_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it has not begun in time, the first one does: so among many products, not in each."""
    monkeypatch.setattr(second_core, "CORES", 2)
    trainer = Trainer(broad())
    for _ in range(100):
        trainer.advance(50)
        if trainer._second.done:
            break
    assert trainer._second.done
    assert len(helpers()) <= 1


def test_small_products_and_a_window_ask_for_no_second_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_core, "CORES", 2)
    assert not Network(session_of()).halves
    assert not Network(broad(units=4_096, batch=32)).halves  # so large that BLAS itself takes all cores
    trainer = Trainer(broad())
    Loop(Runner(broad()), trainer)
    assert not trainer.alone


@compiled
def test_an_interrupted_run_leaves_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_core, "CORES", 2)
    trainer = Trainer(broad())
    trainer.advance(1)

    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("twostroke.engine.run.course.train.run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        trainer.advance(10)
    assert trainer.network.plan.parts[k.SECOND] == halves.IN_TURN


plain = pytest.mark.skipif(not config.DISABLE_JIT, reason="what compiled code does is seen above")


@plain
@pytest.mark.parametrize("second", [halves.WHOLE, halves.IN_TURN])
@pytest.mark.parametrize("by_sample", [0, 1])
@pytest.mark.parametrize(("out", "into"), [(128, 64), (64, 128), (63, 131)])
def test_a_layer_s_products_are_the_same_in_halves(out: int, into: int, by_sample: int, second: int) -> None:
    """Step by step, as plain Python, beside NumPy."""
    rng, lanes = np.random.default_rng(0), 130
    theta, x, dz = rng.normal(size=out * into + out), rng.normal(size=(into, lanes)), rng.normal(size=(out, lanes))
    inputs, z_at = x.T.ravel() if by_sample else x.ravel(), into * lanes
    dz_at = z_at + out * lanes
    work = np.concatenate([inputs, np.zeros(out * lanes), dz.ravel(), np.zeros(out * lanes)])
    places = theta, 0, out * into, work, 0, z_at, dz_at + out * lanes
    weight, bias = theta[: out * into].reshape(out, into), theta[out * into :]
    products.blas_sum(0, second, *places, out, into, lanes, by_sample)
    z = work[z_at:dz_at].reshape(out, lanes)
    np.testing.assert_allclose(z, weight @ x + bias[:, None], atol=1e-12)
    expected = weight - 0.5 * dz @ x.T
    products.blas_gradient(0, second, work, dz_at, 0, theta, 0, out, into, lanes, by_sample, -0.5, 1.0)
    np.testing.assert_allclose(weight, expected, atol=1e-12)


@plain
@pytest.mark.parametrize("comes", ["in time", "late"])
def test_a_half_is_done_by_whoever_comes_first(comes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Step by step, as plain Python."""
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(13, 6)).astype(np.float32), rng.normal(size=(6, 4)).astype(np.float32)
    flat, out = left.ravel(), np.zeros(13 * 4, dtype=np.float32)
    upper = Product(flat, 0, 6, right.ravel(), 0, 4, out, 4, 5, 6, 4, 1.0, 0.0)
    lower = Product(flat[5 * 6 :], 0, 6, right.ravel(), 0, 4, out[5 * 4 :], 4, 8, 6, 4, 1.0, 0.0)
    jobs, gemm, look = np.zeros(halves.PLACES, dtype=np.int64), halves.gemm, halves.look
    done_by, lags = [], iter([True])

    def helped(*product: Any) -> Any:
        done_by.append(product)
        if comes == "in time" and len(done_by) == 1:
            halves.assist(jobs, 0, out)
        return gemm(*product)

    def lagging(flags: Any, at: int) -> int:
        """What another core has written is seen a moment later."""
        return 0 if at == halves.DONE and next(lags, False) else int(look(flags, at))

    monkeypatch.setattr(halves, "gemm", helped)
    monkeypatch.setattr(halves, "look", lagging)
    monkeypatch.setattr(halves, "PATIENCE", 3)
    halves.in_halves(0, halves.place_of(jobs), upper, lower)
    np.testing.assert_allclose(out.reshape(13, 4), left @ right, atol=1e-5)
    assert len(done_by) == 2
    assert jobs[halves.DONE] == (comes == "in time")
    halves.assist(jobs, 0, out)  # which finds nothing to do
    assert len(done_by) == 2
