"""The network: its start, its parameters by name, and its passes through both kernels beside the oracle."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.cases import cases
from tests.engine import measures, naive
from tests.engine.strategies import HIDDEN, sessions
from twostroke.engine.compute.kernels import plan as k
from twostroke.engine.compute.layout import BLAS_FROM
from twostroke.engine.compute.network import Network
from twostroke.engine.session.spec import Session

STROKES = ("z", "a", "gain", "dloss_da", "dloss_dz")


def session_of(**parts: Any) -> Session:
    """A session from its parts."""
    return Session.model_validate(parts)


def oracle_of(network: Network) -> naive.Training:
    """The oracle with the network's parameters."""
    return naive.Training(network.session.model_dump(mode="json"), network.parameters())


def some_batch(network: Network, rows: int, seed: int = 0) -> tuple[Any, Any]:
    """Random inputs and one-hot or plain targets."""
    rng = np.random.default_rng(seed)
    inputs, outputs = network.widths[0], network.widths[-1]
    target = np.eye(outputs)[rng.integers(0, outputs, rows)] if outputs > 1 else rng.integers(0, 2, (rows, 1))
    return rng.normal(0.0, 1.0, (rows, inputs)), target.astype(np.float64)


def agree(network: Network, rows: int, allowed: float) -> bool:
    """Every number of both strokes beside the oracle; False where round-off decides on which side of a kink one is."""
    x, target = (part.astype(network.dtype) for part in some_batch(network, rows))
    oracle = oracle_of(network)
    got, want = network.both_strokes(x, target), oracle.both_strokes(x, target)
    if measures.clearance(oracle, want, target) <= allowed:
        return False
    assert measures.distance(got.loss, want.loss, want.sizes.loss) < allowed
    assert measures.distance(got.sample_loss, want.sample_loss, want.sizes.sample_loss) < allowed
    for layer, (mine, other, size) in enumerate(zip(got.layers, want.layers, want.sizes.layers, strict=True), start=1):
        pairs = {name: (getattr(mine, name), getattr(other, name)) for name in STROKES}
        pairs["dloss_dweight"] = network.weight(layer, got.gradient), other.dloss_dweight
        pairs["dloss_dbias"] = network.bias(layer, got.gradient), other.dloss_dbias
        for name, values in other.dloss_dparam.items():
            pairs[f"dloss_dparam.{name}"] = network.param(layer, name, got.gradient), values
        for name, (one, values) in pairs.items():
            assert (one is None) == (values is None), name
            if one is not None:
                assert measures.distance(one, values, size[name]) < allowed, f"{name} of layer {layer}"
    return True


@pytest.mark.parametrize("blas", [False, True])
@cases(40)
@given(session=sessions(max_units=7), rows=st.integers(1, 9))
def test_both_kernels_agree_with_the_oracle(blas: bool, session: Session, rows: int) -> None:
    """Random networks in float64: loops and BLAS, every number of both strokes."""
    assume(agree(Network(session, blas=blas), rows, 1e-14))


@pytest.mark.parametrize("activation", HIDDEN)
@pytest.mark.parametrize("blas", [False, True])
def test_wider_layers(activation: str, blas: bool) -> None:
    """33 and 17 units, 32 samples: also where neither width is a power of two."""
    network = Network(
        session_of(
            data={"name": "wine"},
            network={
                "layers": [{"units": 33, "activation": activation}, {"units": 17, "activation": activation}],
                "dtype": "float64",
                "init": "lecun_normal",
            },
        ),
        blas=blas,
    )
    assert agree(network, 32, 1e-14)


@pytest.mark.parametrize(("units", "by_blas"), [(1, False), (48, True)])
def test_size_decides_between_the_kernels(units: int, by_blas: bool) -> None:
    """Below and above the crossover the numbers are those of the oracle."""
    session = session_of(data={"name": "digits"}, network={"layers": [{"units": units}]}, training={"batch_size": 16})
    network = Network(session)
    assert (64 * units * 16 >= BLAS_FROM) == by_blas == bool(network.plan.layers[0, k.BLAS])
    assert agree(network, 16, 1e-5)


def test_float32_kernels_agree_to_round_off() -> None:
    """Loops and BLAS in float32 on the same network."""
    session = session_of(
        data={"name": "digits"}, network={"layers": [{"units": 40, "activation": "gelu"}, {"units": 30}]}
    )
    loops, blas = Network(session, blas=False), Network(session, blas=True)
    x, target = some_batch(loops, 20)
    assert measures.distance(loops.predict(x), blas.predict(x)) < 1e-5
    assert measures.distance(loops.gradient(x, target), blas.gradient(x, target)) < 1e-5


@given(session=sessions())
@cases(30)
def test_predict_and_loss(session: Session) -> None:
    """Predictions of a batch are those of the oracle, also for more samples than one block holds; loss likewise."""
    network = Network(session)
    x, target = some_batch(network, 5)
    want = oracle_of(network).both_strokes(x, target)
    top, size = want.layers[-1].a, want.sizes.layers[-1]["a"]
    assume(measures.clearance(oracle_of(network), want, target) > 1e-14)
    assert measures.distance(network.predict(x), top, size) < 1e-14
    many = np.tile(x, (60, 1))  # 300 samples
    assert measures.distance(network.predict(many), np.tile(top, (60, 1)), np.tile(size, (60, 1))) < 1e-14
    assert measures.distance(network.loss(x, target), want.loss, want.sizes.loss) < 1e-14


# --- The start ------------------------------------------------------------------------------------------------------

INITS: list[Any] = [
    "zeros",
    "normal",
    {"name": "normal", "mean": 0.5, "std": 0.1},
    "uniform",
    {"name": "uniform", "low": -3.0, "high": -1.0},
    "xavier_normal",
    "xavier_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
]


@pytest.mark.parametrize("init", INITS, ids=str)
def test_weights_follow_their_law(init: Any) -> None:
    """Mean, variance and bounds of 300 x 200 weights; uniform laws fill their bounds, normal ones have their tails."""
    network = Network(
        session_of(network={"layers": [{"units": 200}, {"units": 300}], "init": init, "dtype": "float64"})
    )
    w = network.weight(2).ravel()
    law, first, second = naive.init_law(init, fan_in=200, fan_out=300)
    if law == "uniform":
        assert w.min() >= first
        assert w.max() <= second
        if second > first:
            assert w.min() == pytest.approx(first, abs=0.001 * (second - first))
            assert w.max() == pytest.approx(second, abs=0.001 * (second - first))
        mean, std = (first + second) / 2.0, (second - first) / math.sqrt(12.0)
    else:
        mean, std = first, second
        beyond = np.abs(w - mean) > 2.0 * std
        assert beyond.mean() == pytest.approx(0.0455, abs=0.004)  # 4.55 % of a normal law lie beyond 2 sigma
    assert w.mean() == pytest.approx(mean, abs=5.0 * std / math.sqrt(w.size) + 1e-300)
    assert w.std() == pytest.approx(std, rel=0.02)


def test_beginning_is_repeatable_and_follows_the_seed() -> None:
    """The same seed gives the same weights, another one others; float32's are float64's, rounded."""
    one = Network(session_of(network={"seed": 5, "dtype": "float64"}))
    same = Network(session_of(network={"seed": 5, "dtype": "float64"}))
    other = Network(session_of(network={"seed": 6, "dtype": "float64"}))
    rounded = Network(session_of(network={"seed": 5, "dtype": "float32"}))
    assert np.array_equal(one.theta, same.theta)
    assert not np.array_equal(one.theta, other.theta)
    assert rounded.theta.dtype == np.float32
    assert np.array_equal(rounded.theta, one.theta.astype(np.float32))


def test_biases_begin_at_zero_and_learned_parameters_at_their_settings() -> None:
    """PReLU's slope and the quadratic's coefficients, per unit."""
    network = Network(
        session_of(
            network={
                "layers": [
                    {"units": 3, "activation": {"name": "prelu", "negative_slope": 0.5}},
                    {"units": 2, "activation": {"name": "quadratic", "a": -0.5, "c": 2.0}},
                ]
            }
        )
    )
    assert not any(network.bias(layer).any() for layer in (1, 2, 3))
    assert network.param(1, "negative_slope").tolist() == [0.5] * 3
    assert {name: values.tolist() for name, values in network.params(2).items()} == {
        "a": [-0.5] * 2,
        "b": [1.0] * 2,
        "c": [2.0] * 2,
    }
    with pytest.raises(KeyError, match="learns no parameter"):
        network.param(3, "negative_slope")


# --- Parameters by name ---------------------------------------------------------------------------------------------


def test_parameters_by_name() -> None:
    """The keys of a trace; views write through, copies do not; every place of theta belongs to one name."""
    network = Network(session_of(network={"layers": [{"units": 3, "activation": "prelu"}]}))
    parameters = network.parameters()
    assert {name: values.shape for name, values in parameters.items()} == {
        "l1.weight": (3, 2),
        "l1.bias": (3,),
        "l1.param.negative_slope": (3,),
        "l2.weight": (1, 3),
        "l2.bias": (1,),
    }
    assert sum(values.size for values in parameters.values()) == network.theta.size
    network.weight(1)[2, 1] = 42.0
    assert 42.0 in network.theta
    assert 42.0 not in parameters["l1.weight"]
    other = Network(network.session)
    other.set_parameters(network.parameters())
    assert np.array_equal(other.theta, network.theta)


def test_parameters_that_do_not_fit() -> None:
    """A missing key and a wrong shape are named, and nothing is taken over."""
    network = Network(session_of(network={"layers": [{"units": 3}]}))
    before = network.theta.copy()
    good = {name: values + 1.0 for name, values in network.parameters().items()}
    with pytest.raises(ValueError, match=r"lack l2\.bias"):
        network.set_parameters({name: values for name, values in good.items() if name != "l2.bias"})
    with pytest.raises(ValueError, match=r"l2\.weight has shape \(3, 1\); expected \(1, 3\)"):
        network.set_parameters({**good, "l2.weight": np.zeros((3, 1))})
    assert np.array_equal(network.theta, before)


def test_samples_that_do_not_fit() -> None:
    """Shapes are checked before any kernel runs."""
    network = Network(session_of())
    with pytest.raises(ValueError, match="reads 2 inputs"):
        network.predict(np.zeros((4, 3)))
    with pytest.raises(ValueError, match="expected targets of shape"):
        network.loss(np.zeros((4, 2)), np.zeros((4, 2)))
