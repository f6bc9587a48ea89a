"""Linear collapse: the one map that several layers are, beside training, against products written out."""

from typing import Any

import numpy as np
import pytest

from tests.engine.test_runner import running, wait_for
from twostroke.engine.border import commands as c
from twostroke.engine.border.health import Collapse
from twostroke.engine.health.collapsing import collapse
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

SLOPING = {"name": "quadratic", "a": 0.0, "b": 0.5, "c": 0.1}


def session_of(layers: list[dict[str, Any]], dtype: str = "float64", **network: Any) -> Session:
    return Session.model_validate({"data": {"name": "iris"}, "network": {"layers": layers, "dtype": dtype, **network}})


def plain(depth: int, activation: Any = "identity") -> list[dict[str, Any]]:
    return [{"units": 3 + layer, "activation": activation} for layer in range(depth)]


def found_of(trainer: Trainer) -> Collapse | None:
    return collapse(trainer.network, trainer.dataset, trainer.update)


def dot(a: Any, b: Any) -> list[list[float]]:
    """A product of matrices, number by number."""
    return [
        [sum(float(a[i][k]) * float(b[k][j]) for k in range(len(b))) for j in range(len(b[0]))] for i in range(len(a))
    ]


def written_out(trainer: Trainer) -> tuple[list[list[float]], list[list[float]]]:
    network = trainer.network
    weight, bias = network.weight(1).tolist(), network.bias(1)[:, None].tolist()
    for layer in range(2, network.depth + 1):
        own = network.weight(layer).tolist()
        weight = dot(own, weight)
        bias = [[sums[0] + float(b)] for sums, b in zip(dot(own, bias), network.bias(layer), strict=True)]
    return weight, bias


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("gates", ["identity", "off"])
def test_it_is_the_product_written_out(depth: int, gates: str) -> None:
    off = Session.model_validate({"gates": {"forward": False}}).gates
    session = session_of(plain(depth, "identity" if gates == "identity" else "tanh"))
    trainer = Trainer(session if gates == "identity" else session.model_copy(update={"gates": off}))
    trainer.advance(20)
    found, (weight, bias) = found_of(trainer), written_out(trainer)
    assert found is not None
    assert found.product
    assert np.abs(found.weight - weight).max() < 1e-9
    assert np.abs(found.bias - np.ravel(bias)).max() < 1e-9
    z = np.array(dot(trainer.dataset.x_train.tolist(), np.transpose(weight).tolist())) + np.ravel(bias)
    assert found.largest == pytest.approx(np.abs(z).max(), rel=1e-9)
    assert found.difference <= 1e-13 * found.largest


def test_float32_is_off_by_round_off() -> None:
    trainer = Trainer(session_of(plain(3), "float32"))
    found = found_of(trainer)
    assert found is not None
    assert 0.0 < found.difference < 1e-5 * found.largest


@pytest.mark.parametrize("kind", ["relu", "tanh", "prelu", {"name": "leaky_relu", "negative_slope": 0.3}])
def test_gates_that_bend_are_no_collapse(kind: Any) -> None:
    assert found_of(Trainer(session_of(plain(2, kind)))) is None
    assert found_of(Trainer(session_of([*plain(2), {"units": 2, "activation": kind}]))) is None


def test_one_layer_is_no_collapse() -> None:
    assert found_of(Trainer(session_of([]))) is None


@pytest.mark.parametrize(
    "changed", [{"norm": "batch"}, {"skip": 0}, {"activation": SLOPING}, {"activation": ["identity", SLOPING, SLOPING]}]
)
def test_more_than_weights_is_a_map_but_not_their_product(changed: dict[str, Any]) -> None:
    found = found_of(
        Trainer(session_of([{"units": 3, "activation": "identity"}, {"units": 3, "activation": "identity", **changed}]))
    )
    assert found is not None
    assert not found.product
    assert found.difference <= 1e-12 * found.largest


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_no_map(number: float) -> None:
    trainer = Trainer(session_of(plain(2)))
    trainer.network.weight(1)[0, 0] = number
    with np.errstate(all="ignore"):
        assert found_of(trainer) is None


def test_beside_training_it_follows_the_network() -> None:
    with running(session_of(plain(2))) as runner:
        runner.send(c.Watch(health=True))
        runner.send(c.Advance(30))
        seen = wait_for(runner, lambda s: s.update == 30 and s.health is not None and s.health.update == 30)
    other = Trainer(session_of(plain(2)))
    other.advance(30)
    still = found_of(other)
    assert seen.health is not None
    assert seen.health.collapse is not None
    assert still is not None
    assert np.array_equal(seen.health.collapse.weight, still.weight)
    assert np.array_equal(seen.health.collapse.bias, still.bias)
