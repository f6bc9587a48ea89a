"""Large products in halves: the numbers are the same one after the other and by two cores, and no thread is left."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numba import config

from tests.engine.test_trainer import session_of, state_of
from twostroke.engine.compute.kernels import halves
from twostroke.engine.compute.kernels import plan as k
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


@compiled
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_two_cores_make_the_numbers_of_one(dtype: str, optimizer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_core, "CORES", 2)
    together, by_turns = (Trainer(broad(dtype, optimizer)) for _ in range(2))
    assert together.alone
    by_turns.alone = False
    for updates in (1, 2, 130, 67):
        together.advance(updates)
        by_turns.advance(updates)
        assert state_of(together) == state_of(by_turns)


@compiled
def test_halves_are_the_whole_but_for_round_off() -> None:
    halved, whole = Trainer(broad()), Trainer(broad())
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


@pytest.fixture
def asked() -> dict[str, Any]:
    """A product that is large enough, its room, and a job for its lower half."""
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(130, 128)).astype(np.float32), rng.normal(size=(128, 64)).astype(np.float32)
    return {
        "left": left.ravel(),
        "right": right.ravel(),
        "out": np.zeros(130 * 64, dtype=np.float32),
        "is": left @ right,
    }


@pytest.mark.skipif(not config.DISABLE_JIT, reason="what compiled code does is seen above")
@pytest.mark.parametrize("comes", ["in time", "late"])
def test_a_half_is_done_by_whoever_comes_first(
    asked: dict[str, Any], comes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Step by step, as plain Python."""
    jobs, gemm, look = np.zeros(halves.PLACES, dtype=np.int64), halves.gemm, halves.look
    done_by, lags = [], iter([True])

    def helped(*product: Any) -> Any:
        done_by.append(product)
        if comes == "in time" and len(done_by) == 1:
            halves.assist(jobs, 0, asked["out"])
        return gemm(*product)

    def lagging(flags: Any, at: int) -> int:
        """What another core has written is seen a moment later."""
        return 0 if at == halves.DONE and next(lags, False) else int(look(flags, at))

    monkeypatch.setattr(halves, "gemm", helped)
    monkeypatch.setattr(halves, "look", lagging)
    monkeypatch.setattr(halves, "PATIENCE", 3)
    second = halves.place_of(jobs)
    halves.halved(0, second, asked["left"], asked["right"], 0, asked["out"], 130, 128, 64, 1.0, 0.0)
    np.testing.assert_allclose(asked["out"].reshape(130, 64), asked["is"], atol=1e-4)
    assert len(done_by) == 2
    assert jobs[halves.DONE] == (comes == "in time")
    halves.assist(jobs, 0, asked["out"])  # which finds nothing to do
    assert len(done_by) == 2
