"""Every loss: its value, its gradient at the output layer, and that it stays finite where the network is very sure."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.engine import measures, naive
from twostroke.engine.compute.network import Network, Passes
from twostroke.engine.session.spec import Session

PAIRS = [
    ("mse", "identity"),
    ("half_squared_error", "identity"),
    ("half_squared_error", "sigmoid"),
    ("mae", "identity"),
    ("huber", "identity"),
    ("mse", "sigmoid"),
    ("mae", "tanh"),
    ("huber", "softplus"),
    ("mse", "softmax"),
    ("mae", "softmax"),
    ("huber", "softmax"),
    ("binary_cross_entropy", "sigmoid"),
    ("cross_entropy", "softmax"),
    ("hinge", "identity"),
    ("hinge", "tanh"),
]
WEIGHTS = [0.25, 1.0, 4.0]


def network_for(loss: Any, output: str, dtype: str = "float64") -> Network:
    """Four inputs, no hidden layer, three outputs; the weights pass input k on to output k."""
    session = Session.model_validate(
        {
            "data": {"name": "iris"},
            "network": {"layers": [], "output": {"activation": output}, "dtype": dtype},
            "training": {"loss": loss},
        }
    )
    network = Network(session)
    network.weight(1)[:] = np.eye(3, 4)
    return network


def passes_at(loss: Any, output: str, z: NDArray[Any], target: NDArray[Any], dtype: str = "float64") -> Passes:
    """Both strokes with the given pre-activations (B, 3)."""
    x = np.hstack([z, np.zeros((len(z), 1))])
    return network_for(loss, output, dtype).both_strokes(x, target)


def oracle_at(loss: str, output: str, z: NDArray[Any], target: NDArray[Any], delta: float) -> naive.Pass:
    """The same by the oracle."""
    layer = naive.Layer(output, naive.DEFAULTS[output], np.eye(3, 4), np.zeros(3))
    return naive.both_strokes([layer], np.hstack([z, np.zeros((len(z), 1))]), target, loss, delta)


def some(rows: int, kind: str, seed: int = 3, loss: str = "") -> tuple[NDArray[Any], NDArray[Any]]:
    """Pre-activations (rows, 3), and targets as the loss takes them: one-hot, or any numbers."""
    rng = np.random.default_rng(seed)
    z = rng.normal(0.0, 1.5, (rows, 3))
    target = np.eye(3)[rng.integers(0, 3, rows)]
    return z, rng.normal(0.0, 2.0, (rows, 3)) if kind in ("identity", "tanh") and loss != "hinge" else target


@pytest.mark.parametrize(("loss", "output"), PAIRS)
@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize(("dtype", "allowed"), [("float64", 1e-14), ("float32", 2e-6)])
def test_value_and_gradient(loss: str, output: str, rows: int, dtype: str, allowed: float) -> None:
    """Mean loss, each sample's loss, dL/da and dL/dz beside the oracle."""
    z, target = (part.astype(dtype) for part in some(rows, output, loss=loss))
    delta = 0.7
    spec: Any = {"name": "huber", "delta": delta} if loss == "huber" else loss
    got = passes_at(spec, output, z, target, dtype)
    want = oracle_at(loss, output, z.astype(float), target.astype(float), delta)
    assert measures.distance(got.loss, want.loss, want.sizes.loss) < allowed
    assert measures.distance(got.sample_loss, want.sample_loss, want.sizes.sample_loss) < allowed
    top, oracle, size = got.layers[-1], want.layers[-1], want.sizes.layers[-1]
    assert measures.distance(top.dloss_dz, oracle.dloss_dz, size["dloss_dz"]) < allowed
    if (loss, output) in naive.FUSED:
        assert top.dloss_da is None
    else:
        assert top.dloss_da is not None
        assert oracle.dloss_da is not None
        assert measures.distance(top.dloss_da, oracle.dloss_da, size["dloss_da"]) < allowed


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_gradient_is_the_slope_of_the_value(loss: str, output: str) -> None:
    """dL/dz of one element against differences of the mean loss, for a mini-batch of 4."""
    z, target = some(4, output, loss=loss)
    spec: Any = {"name": "huber", "delta": 0.7} if loss == "huber" else loss
    network = network_for(spec, output)
    got = passes_at(spec, output, z, target).layers[-1].dloss_dz

    def value(v: float, row: int, unit: int) -> float:
        moved = np.hstack([z, np.zeros((len(z), 1))])
        moved[row, unit] = v
        return network.loss(moved, target)

    for row in range(4):
        for unit in range(3):
            measured = measures.central_difference(lambda v, r=row, u=unit: value(v, r, u), z[row, unit], 1e-4)
            assert got[row, unit] == pytest.approx(measured, abs=1e-10)


@pytest.mark.parametrize(
    ("loss", "output", "want"),
    [
        # One sample, outputs (2, 0, -1), target (0, 0, 1): errors 2, 0, -2.
        ("mse", "identity", (4.0 + 0.0 + 4.0) / 3),
        ("half_squared_error", "identity", (4.0 + 0.0 + 4.0) / 2),
        ("mae", "identity", (2.0 + 0.0 + 2.0) / 3),
        ("huber", "identity", (1.5 + 0.0 + 1.5) / 3),  # delta 1: 1 * (2 - 1/2)
        # Probabilities 1/(1 + e^-2), 1/2, 1/(1 + e): -ln(1 - p1) = ln(1 + e^2), ln 2, -ln p3 = ln(1 + e).
        ("binary_cross_entropy", "sigmoid", (math.log(1 + math.e**2) + math.log(2) + math.log(1 + math.e)) / 3),
        # ln(e^2 + 1 + e^-1) - (-1)
        ("cross_entropy", "softmax", math.log(math.e**2 + 1 + 1 / math.e) + 1),
        # The true output is -1: max(0, 1 + 1 + 2) + max(0, 1 + 1 + 0)
        ("hinge", "identity", (4.0 + 2.0) / 3),
    ],
)
def test_by_hand(loss: str, output: str, want: float) -> None:
    """Worked by hand from the definitions."""
    z, target = np.array([[2.0, 0.0, -1.0]]), np.array([[0.0, 0.0, 1.0]])
    assert passes_at(loss, output, z, target).loss == pytest.approx(want, rel=1e-15)
    assert oracle_at(loss, output, z, target, 1.0).loss == pytest.approx(want, rel=1e-15)


@pytest.mark.parametrize(("loss", "output"), PAIRS[-4:])
@pytest.mark.parametrize(("dtype", "allowed"), [("float64", 1e-14), ("float32", 2e-6)])
def test_class_weights(loss: str, output: str, dtype: str, allowed: float) -> None:
    """The weighted loss and its gradient; a sample's loss is given with its weight, so that the mean is the loss."""
    z, target = (part.astype(dtype) for part in some(7, output, loss=loss))
    x = np.hstack([z, np.zeros((7, 1))])
    network = network_for(loss, output, dtype)
    feed, buffers = network.feed(x, target, np.array(WEIGHTS)[target.argmax(axis=1)]), network.buffers(7)
    value = network.stroke(feed, np.arange(7), buffers)
    layer = naive.Layer(output, naive.DEFAULTS[output], np.eye(3, 4), np.zeros(3))
    want = naive.both_strokes([layer], x.astype(float), target.astype(float), loss, weights=WEIGHTS)
    assert measures.distance(value, want.loss, want.sizes.loss) < allowed
    size, dz = want.sizes.layers[0]["dloss_dz"], network.layer_pass(buffers, 1, 7).dloss_dz
    assert measures.distance(dz, want.layers[0].dloss_dz, size) < allowed
    shares = 7 * naive.shares(loss, target.astype(float), WEIGHTS)
    each = shares * want.sample_loss
    assert measures.distance(buffers.sample_loss[:7], each, shares * want.sizes.sample_loss) < allowed


@pytest.mark.parametrize(
    ("target", "a", "want", "slope"),
    [
        (1.0, 0.25, 0.75, -1.0),
        (0.0, 0.25, 1.25, 1.0),
        (1.0, 1.0, 0.0, 0.0),
        (0.0, -1.0, 0.0, 0.0),
        (1.0, 3.0, 0.0, 0.0),
    ],
)
def test_hinge_of_one_output_by_hand(target: float, a: float, want: float, slope: float) -> None:
    """max(0, 1 - y a) with y = 2 t - 1; at the margin the slope is 0."""
    network = Network(
        Session.model_validate(
            {"data": "moons", "network": {"layers": [], "dtype": "float64"}, "training": {"loss": "hinge"}}
        )
    )
    network.weight(1)[:] = [[1.0, 0.0]]
    got = network.both_strokes([[a, 5.0]], [[target]])
    assert got.loss == want
    assert got.layers[0].dloss_dz.item() == slope


@pytest.mark.parametrize(("loss", "output"), [("binary_cross_entropy", "sigmoid"), ("cross_entropy", "softmax")])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_very_sure_and_very_wrong(loss: str, output: str, dtype: str) -> None:
    """Pre-activations of 1000 give a finite loss of about 1000 and a gradient that is not 0."""
    z = np.array([[1000.0, -1000.0, -1000.0], [-1000.0, 1000.0, -1000.0]])
    target = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    got = passes_at(loss, output, z, target, dtype)
    want = oracle_at(loss, output, z, target, 1.0)
    assert measures.distance(got.sample_loss, want.sample_loss, want.sizes.sample_loss) < 1e-6
    assert got.sample_loss[0] > 600.0
    assert got.sample_loss[1] == 0.0
    size = want.sizes.layers[-1]["dloss_dz"]
    assert measures.distance(got.layers[-1].dloss_dz, want.layers[-1].dloss_dz, size) < 1e-6
    assert np.abs(got.layers[-1].dloss_dz[0]).max() > 0.1


@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
def test_a_perfect_answer_has_neither_loss_nor_gradient(loss: str) -> None:
    """At error 0 the absolute error's slope is taken as 0."""
    z = np.array([[1.0, -2.0, 0.0]])
    got = passes_at(loss, "identity", z, z)
    assert got.loss == 0.0
    assert not got.layers[-1].dloss_dz.any()


def test_huber_joins_square_and_line_smoothly() -> None:
    """At |error| = delta both formulas give delta²/2, with slope delta."""
    z = np.array([[0.5, 0.5 + 1e-9, -0.5]])
    got = passes_at({"name": "huber", "delta": 0.5}, "identity", z, np.zeros((1, 3)))
    assert got.loss == pytest.approx(0.125, abs=1e-9)
    assert np.allclose(3 * got.layers[-1].dloss_dz, [[0.5, 0.5, -0.5]], atol=1e-8)


def test_softmax_answers_are_probabilities() -> None:
    """Positive, summing to 1, and the same when every pre-activation is shifted."""
    z, target = some(6, "softmax")
    a = passes_at("cross_entropy", "softmax", z, target).layers[-1].a
    shifted = passes_at("cross_entropy", "softmax", z + 300.0, target).layers[-1].a
    assert (a > 0).all()
    assert np.allclose(a.sum(axis=1), 1.0, rtol=1e-15)
    assert np.allclose(a, shifted, rtol=1e-12)
