"""What units and layers do over a whole data set, beside sums written out over samples, and differences."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.engine import measures, naive
from tests.engine.naive.layers import forward
from tests.engine.test_probes_linear import network_of, shaken
from tests.engine.test_trainer import session_of
from twostroke.engine.compute.network import Network
from twostroke.engine.data import Dataset, load
from twostroke.engine.probes import LayerFigures, UnitFigures, effective_rank, layer_probe, take, unit_probe
from twostroke.engine.run.trainer import Trainer

SMOOTH = {"sigmoid", "tanh", "softplus", "silu", "gelu", "swish_beta", "elu", "selu"}
MIXED = (
    "relu",
    "tanh",
    "sigmoid",
    "prelu",
    "identity",
    "elu",
    "gelu",
    "step",
    "selu",
    "quadratic",
    {"name": "leaky_relu", "negative_slope": 0.3},
)


def data_of(network: Network) -> Dataset:
    """The data of the network's session."""
    return load(network.session.data, network.widths[-1], network.session.network.dtype)


def oracle(network: Network) -> list[naive.Layer]:
    """The same network, the slow way."""
    return naive.layers_of(network.session.model_dump(mode="json"), network.parameters())


def units_of(network: Network) -> tuple[UnitFigures, ...]:
    """The figures of the units on the network's data."""
    return unit_probe(network, data_of(network), 0).layers


def layers_of(network: Network) -> tuple[LayerFigures, ...]:
    """The figures of the layers on the network's data."""
    return layer_probe(network, data_of(network), 0).layers


@st.composite
def networks(draw: st.DrawFn, gates: bool = True) -> Network:
    """Random networks with normalizers, skip paths, dropout, and a gate of its own for each unit."""
    layers: list[dict[str, Any]] = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        units = draw(st.integers(1, 4))
        each = draw(st.lists(st.sampled_from(MIXED), min_size=units, max_size=units))
        layer: dict[str, Any] = {"units": units, "activation": each}
        layer |= {"norm": draw(st.sampled_from(["none", "batch", "layer"])), "dropout": draw(st.sampled_from([0, 0.5]))}
        if number > 1 and draw(st.booleans()):
            layer["skip"] = draw(st.integers(0, number - 2))
        layers.append(layer)
    parts: dict[str, Any] = {"output": {"activation": "identity", "skip": draw(st.sampled_from([None, 0]))}}
    if gates:
        parts["gates"] = {"forward": draw(st.booleans()), "backward": True}
    return shaken(network_of(layers, **parts), draw(st.integers(0, 10_000)))


# -- units -----------------------------------------------------------------------------------------------------------


def fires(activation: str, a: float) -> bool:
    """As the words of the program have it; identity always speaks."""
    if activation in ("sigmoid", "tanh"):
        return abs(a) > 0.5
    return True if activation in ("identity", "quadratic") else a > 0.0


@cases(25)
@given(network=networks())
def test_units_beside_the_oracle(network: Network) -> None:
    """One sample after the other: fires, is shut, how large."""
    layers, x = oracle(network), data_of(network).x_train
    strokes = forward(layers, x, training=False)
    sizes = naive.in_use(layers, strokes, x)
    for layer, stroke, size, got in zip(layers, strokes, sizes, units_of(network), strict=True):
        gain = naive.gains(layer, stroke.z)
        assert gain is not None
        for unit in range(stroke.a.shape[1]):
            name, a = layer.gate(unit), stroke.a[:, unit]
            fired = [fires(name, float(v)) for v in a]
            shut = [abs(g) < 0.01 if name in SMOOTH else g == 0.0 for g in gain[:, unit]]
            assert got.firing[unit] == pytest.approx(np.mean(fired), abs=1e-12)
            assert got.saturated[unit] == pytest.approx(np.mean(shut), abs=1e-12)
            assert measures.distance(got.mean_size[unit], np.mean(np.abs(a)), np.mean(size["a"][:, unit])) < 1e-13
            assert got.dead[unit] == (all(shut) and not any(fired))


def test_a_dead_unit_and_a_saturated_one() -> None:
    network = network_of([{"units": 3, "activation": ["relu", "sigmoid", "leaky_relu"]}])
    network.bias(1)[:] = [-100.0, 100.0, -100.0]
    hidden = units_of(network)[0]
    assert hidden.name == "hidden 1"
    assert hidden.dead.tolist() == [True, False, False]
    assert hidden.firing.tolist() == [0.0, 1.0, 0.0]
    assert hidden.saturated.tolist() == [1.0, 1.0, 0.0]
    assert hidden.mean_size[:2].tolist() == [0.0, 1.0]
    assert not hidden.firing.flags.writeable


def test_units_agree_with_the_evaluation() -> None:
    """The figures that training takes as it goes, and those of the probe, are of the same thing."""
    trainer = Trainer(session_of(data={"samples": 500}))
    trainer.advance(50)
    evaluation, probe = trainer.evaluate(), unit_probe(trainer.network, trainer.dataset, trainer.update)
    assert (probe.update, probe.samples) == (50, 250)
    for layer, firing, dead in zip(probe.layers, evaluation.firing, evaluation.dead, strict=True):
        assert np.allclose(layer.firing, firing, atol=1e-12)
        assert layer.dead.tolist() == dead.tolist()


def test_softmax_is_never_saturated() -> None:
    """Its Jacobian is no mask."""
    trainer = Trainer(session_of(data={"name": "iris"}))
    top = unit_probe(trainer.network, trainer.dataset, 0).layers[-1]
    assert np.isnan(top.saturated).all()
    assert not top.dead.any()


# -- layers ----------------------------------------------------------------------------------------------------------


def squared_jacobian(network: Network, layer: int, x: Any, h: float = 1e-5) -> float:
    """Sum over samples of ||d z(output) / d z(layer)||², by moving z: with the bias, or with a normalizer's shift."""
    key = f"l{layer}.shift" if f"l{layer}.shift" in network.parameters() else f"l{layer}.bias"
    total = 0.0
    for unit in range(network.widths[layer]):
        ends = []
        for move in (-h, h):
            moved = network.parameters()
            moved[key][unit] += move
            layers = naive.layers_of(network.session.model_dump(mode="json"), moved)
            ends.append(forward(layers, x, training=False)[-1].z)
        total += float(np.sum(((ends[1] - ends[0]) / (2 * h)) ** 2))
    return total


def near_a_kink(network: Network, x: Any) -> bool:
    """Whether a difference might step over a kink."""
    return any(np.abs(stroke.z).min() < 1e-3 for stroke in forward(oracle(network), x, training=False)[:-1])


@cases(25)
@given(network=networks(gates=False))
def test_jacobians_are_differences(network: Network) -> None:
    """Through gates, normalizers, skip paths and projections."""
    x = data_of(network).x_train
    if near_a_kink(network, x):
        return
    layers = oracle(network)
    size = naive.in_use(layers, forward(layers, x, training=False), x)[-1]["z"].max()  # differences know 1e-11 of it
    for number, figures in enumerate(layers_of(network), start=1):
        if number < network.depth and any(layer.neurons and "step" in str(layer.neurons) for layer in oracle(network)):
            continue
        want = math.sqrt(squared_jacobian(network, number, x) / len(x))
        assert figures.jacobian == pytest.approx(want, rel=1e-5, abs=1e-9 * size)


@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
@pytest.mark.parametrize("units", [3, 4])
def test_jacobians_through_skip_paths(norm: str, units: int) -> None:
    """From hidden layers, as they are and through a projection, and from the input."""
    layers: list[dict[str, Any]] = [
        {"units": 3, "activation": "tanh"},
        {"units": 5, "activation": "sigmoid", "skip": 0},
        {"units": units, "activation": "tanh", "skip": 1, "norm": norm},
    ]
    network = shaken(network_of(layers, output={"activation": "identity", "skip": 2}), units)
    x = data_of(network).x_train
    for number, figures in enumerate(layers_of(network), start=1):
        want = math.sqrt(squared_jacobian(network, number, x) / len(x))
        assert figures.jacobian == pytest.approx(want, rel=1e-6)


def test_jacobian_without_gates_in_the_backward_stroke_is_the_product_of_the_weights() -> None:
    network = network_of([{"units": 4, "activation": "tanh"}] * 2, gates={"backward": False})
    top, middle = network.weight(3), network.weight(3) @ network.weight(2)
    got = layers_of(network)
    assert [layer.jacobian for layer in got] == pytest.approx([np.linalg.norm(middle), np.linalg.norm(top), 1.0])
    assert [layer.gain_product for layer in got] == [1.0, 1.0, 1.0]


@cases(20)
@given(network=networks())
def test_sparsity_and_gain_product_beside_the_oracle(network: Network) -> None:
    layers, x = oracle(network), data_of(network).x_train
    strokes = forward(layers, x, training=False)
    gains = [naive.gains(layer, stroke.z) for layer, stroke in zip(layers, strokes, strict=True)]
    sizes = [size["gain"].mean(axis=1) for size in naive.in_use(layers, strokes, x)]
    for number, got in enumerate(layers_of(network)):
        a = strokes[number].a
        each = [np.mean([fires(layers[number].gate(u), float(v)) for u, v in enumerate(row)]) for row in a]
        assert got.active == pytest.approx(np.mean(each), abs=1e-12)
        products = []
        for sample in range(len(x)):
            product = 1.0
            for gain in gains[number:-1]:
                assert gain is not None
                product *= float(np.mean(np.abs(gain[sample])))
            products.append(product)
        size = np.mean(np.prod(sizes[number:-1], axis=0))
        assert measures.distance(got.gain_product, np.mean(products), size) < 1e-13


def test_a_sigmoid_lets_less_than_a_quarter_through_each_layer() -> None:
    got = layers_of(network_of([{"units": 6, "activation": "sigmoid"}] * 5))
    products = [layer.gain_product for layer in got]
    assert products[-1] == 1.0
    for lower, upper in pairwise(products):
        assert 0.0 < lower <= upper / 4
    assert got[0].jacobian < got[3].jacobian < got[4].jacobian


def test_gradients_of_all_samples_are_those_of_one_large_batch() -> None:
    """More rows than one block holds."""
    trainer = Trainer(session_of(data={"samples": 5000}, network={"dtype": "float64"}))
    data, network = trainer.dataset, trainer.network
    want = network.gradient(data.x_train, data.target_train)
    for number, got in enumerate(layer_probe(network, data, 0).layers, start=1):
        assert got.gradient == pytest.approx(np.linalg.norm(network.weight(number, want)), rel=1e-12)
        assert (got.batch_gradient, got.update_ratio) == (None, None)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_update_ratio_is_what_the_next_update_does(optimizer: str) -> None:
    trainer = Trainer(session_of(training={"optimizer": {"name": optimizer}, "l2": 0.01}))
    trainer.advance(9)
    tape = trainer.record()
    probe = layer_probe(trainer.network, trainer.dataset, trainer.update, tape)
    before = trainer.network.parameters()
    trainer.advance(1)
    after = trainer.network.parameters()
    assert probe.update == 9
    for number, got in enumerate(probe.layers, start=1):
        w, moved = (side[f"l{number}.weight"].astype(np.float64) for side in (before, after))
        assert got.update_ratio == pytest.approx(np.linalg.norm(moved - w) / np.linalg.norm(w), rel=1e-9)
        slope = tape.layers[number - 1].dloss_dweight
        assert got.batch_gradient == pytest.approx(math.sqrt(sum(float(v) ** 2 for v in slope.ravel())), rel=1e-6)


def test_update_ratio_from_nothing() -> None:
    """From weights 0 to anything is infinitely far; a layer that stays has ratio 0."""
    layers = [{"units": 3, "activation": "sigmoid"}]
    trainer = Trainer(session_of(network={"init": "zeros", "layers": layers}, training={"batch_size": 1}))
    probe = layer_probe(trainer.network, trainer.dataset, 0, trainer.record())
    assert [layer.update_ratio for layer in probe.layers] == [0.0, math.inf]


# -- effective rank --------------------------------------------------------------------------------------------------


@cases(30)
@given(rows=st.integers(1, 12), columns=st.integers(1, 12), seed=st.integers(0, 1000))
def test_effective_rank_by_singular_values(rows: int, columns: int, seed: int) -> None:
    a = np.random.default_rng(seed).normal(size=(rows, columns))
    values = np.linalg.svd(a, compute_uv=False)
    shares = [v / sum(values) for v in values]
    want = math.exp(-sum(p * math.log(p) for p in shares))
    assert effective_rank(a) == pytest.approx(want, rel=1e-9)


@pytest.mark.parametrize("smallest", [1e-3, 1e-6, 1e-9, 1e-12])
def test_effective_rank_of_directions_of_very_different_sizes(smallest: float) -> None:
    """Squares of small singular values lose their places beside 1."""
    rng = np.random.default_rng(4)
    left, right = (np.linalg.qr(rng.normal(size=(30, 6)))[0] for _ in range(2))
    values = np.geomspace(1.0, smallest, 6)
    shares = values / values.sum()
    want = math.exp(-sum(p * math.log(p) for p in shares))
    assert effective_rank(left * values @ right.T) == pytest.approx(want, rel=1e-9)
    assert effective_rank((left * values @ right.T).astype(np.float32)) == pytest.approx(want, rel=1e-4)


def test_effective_rank_of_known_matrices() -> None:
    assert effective_rank(np.eye(7)) == pytest.approx(7.0)
    assert effective_rank(3e30 * np.vstack([np.eye(4)] * 5)) == pytest.approx(4.0)
    assert effective_rank(np.outer(np.arange(1, 30), np.arange(1, 9))) == pytest.approx(1.0, rel=1e-12)
    assert effective_rank(np.zeros((5, 3))) == 0.0
    assert math.isnan(effective_rank([[1.0, math.inf]]))


def test_effective_rank_of_a_layer() -> None:
    """Ten copies of one unit fill one direction; the others see to it that this is not always so."""
    network = network_of([{"units": 10, "activation": "tanh"}])
    assert layers_of(network)[0].effective_rank > 1.5
    network.weight(1)[:] = network.weight(1)[0]
    got = layers_of(network)
    assert [layer.effective_rank for layer in got] == pytest.approx([1.0, 1.0])
    activations = np.tanh(data_of(network_of([])).x_train)
    network.weight(1)[:] = 0.0
    network.weight(1)[:2] = np.eye(2)
    values = np.linalg.svd(activations, compute_uv=False)
    shares = values / values.sum()
    assert layers_of(network)[0].effective_rank == pytest.approx(math.exp(-(shares * np.log(shares)).sum()))


# -- all of them -----------------------------------------------------------------------------------------------------


def test_the_report_takes_what_there_is_and_says_what_there_is_not() -> None:
    trainer = Trainer(session_of())
    report = take(trainer.network, trainer.dataset, 5, trainer.record(), row=3, resolution=16)
    assert report.update == report.units.update == report.layers.update == 5
    assert report.linear is None
    assert report.hinges is None
    assert report.missing.keys() == {"linear", "hinges"}
    assert "kink" in report.missing["linear"]
    assert report.pattern is not None
    assert report.pattern.row == 3
    assert report.regions is not None
    assert report.regions.region.shape == (16, 16)
    smooth = Trainer(session_of(data={"name": "sine"}, network={"layers": [{"units": 2, "activation": "tanh"}]}))
    assert take(smooth.network, smooth.dataset, 0).missing.keys() == {"linear", "pattern", "regions", "hinges"}


def test_probes_change_nothing_and_give_the_same_again() -> None:
    trainer = Trainer(session_of(network={"layers": [{"units": 4, "norm": "batch", "dropout": 0.5}]}))
    trainer.advance(20)
    before = tuple(array.tobytes() for array in trainer.state)
    one, two = (layer_probe(trainer.network, trainer.dataset, 20, trainer.record()) for _ in range(2))
    assert one == two
    assert unit_probe(trainer.network, trainer.dataset, 20).layers[0].firing.shape == (4,)
    assert tuple(array.tobytes() for array in trainer.state) == before


def test_numbers_that_ran_away_come_out_as_such() -> None:
    network = network_of([{"units": 2, "activation": "quadratic"}] * 2, dtype="float32")
    network.weight(1)[:] = 1e30
    network.weight(2)[:] = 1e30
    got = layers_of(network)
    assert not math.isfinite(got[1].effective_rank)
    assert not math.isfinite(got[0].jacobian)
