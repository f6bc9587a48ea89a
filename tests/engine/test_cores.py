"""The cores that BLAS takes follow from the network alone: one, but for a very large one."""

import pytest
from threadpoolctl import ThreadpoolController

from twostroke.engine.compute import cores
from twostroke.engine.compute.network import Network
from twostroke.engine.session.spec import Session

MANY = cores.usable()


def network(*hidden: int, batch: int = 10) -> Network:
    """One of two inputs and one output."""
    layers = [{"units": units, "activation": {"name": "relu"}} for units in hidden]
    return Network(
        Session.model_validate({"network": {"layers": layers}, "training": {"batch_size": batch}}),
    )


def taken() -> set[int]:
    """The counts of threads that the BLAS libraries of this process are set to."""
    return {each["num_threads"] for each in ThreadpoolController().select(user_api="blas").info()}


@pytest.mark.skipif(MANY == 1, reason="there is one core")
def test_a_network_says_how_many_cores_its_products_take() -> None:
    """Also where another one has had them last."""
    usual, huge = network(64, 64), network(1_024, 1_024, batch=32)
    _ = usual.plan
    assert taken() == {1}
    _ = huge.plan
    assert max(taken()) > 1
    _ = usual.plan
    assert taken() == {1}


def test_what_is_done_by_loops_asks_nothing_of_blas() -> None:
    """So that a small network starts without it."""
    assert network(4).layout.largest == 0
    assert network(64, 64).layout.largest == 64 * 64 * 16


def test_a_process_that_may_run_on_one_core_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are: a second one would only take turns with the first."""
    monkeypatch.setattr(cores.os, "cpu_count", lambda: 8)
    monkeypatch.setattr(cores.os, "sched_getaffinity", lambda _: {3}, raising=False)
    assert cores.usable() == 1
    monkeypatch.delattr(cores.os, "sched_getaffinity")
    assert cores.usable() == 8
