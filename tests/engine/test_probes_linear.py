"""Linear maps and linear regions, beside the oracle's forward stroke on networks of every straight kind."""

import math
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.engine import measures, naive
from tests.engine.naive.layers import forward
from twostroke.engine.catalogue import activations
from twostroke.engine.catalogue.activations import Activation
from twostroke.engine.compute.network import Network
from twostroke.engine.data import load
from twostroke.engine.probes import (
    AffineMap,
    count_regions,
    linear_map,
    linear_probe,
    pattern_map,
    pattern_probe,
    region_numbers,
    region_probe,
)
from twostroke.engine.probes.straight import lines, straight_names
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

STRAIGHT = (
    "identity",
    "relu",
    "step",
    {"name": "leaky_relu", "negative_slope": 0.3},
    "prelu",
    {"name": "elu", "alpha": 0.0},
    {"name": "quadratic", "a": 0.0, "b": -0.7, "c": 0.2},
)
KINKED = {"relu", "step", "leaky_relu", "prelu", "elu"}


def network_of(layers: list[dict[str, Any]], data: str = "reg-gauss", dtype: str = "float64", **parts: Any) -> Network:
    """A network with these hidden layers, for a value over the plane ("reg-gauss") or over a line ("sine")."""
    output = {"output": parts.pop("output", {"activation": "identity"})}
    return Network(
        Session.model_validate(
            {
                "data": {"name": data, "samples": 40},
                "network": {"layers": layers, "dtype": dtype, **output},
                "training": {"loss": "mse"},
                **parts,
            }
        )
    )


def shaken(network: Network, seed: int) -> Network:
    """The network with random numbers for all its parameters and running figures; quadratic units stay straight."""
    rng = np.random.default_rng(seed)
    changed = {}
    for key, values in network.parameters().items():
        drawn = rng.normal(0.0, 0.8, values.shape)
        changed[key] = np.abs(drawn) + 0.3 if key.endswith("running_variance") else drawn
        if key.endswith("param.a"):
            changed[key][:] = 0.0
    network.set_parameters(changed)
    return network


@st.composite
def hidden_layers(draw: st.DrawFn, kinds: tuple[Any, ...] = STRAIGHT, most: int = 4) -> list[dict[str, Any]]:
    """Up to four layers of one to five units, each unit with a gate of its own, with normalizers and skip paths."""
    layers: list[dict[str, Any]] = []
    for number in range(1, draw(st.integers(0, most)) + 1):
        units = draw(st.integers(1, 5))
        gates = draw(st.lists(st.sampled_from(kinds), min_size=units, max_size=units))
        layer: dict[str, Any] = {"units": units, "activation": gates, "norm": draw(st.sampled_from(["none", "batch"]))}
        if number > 1 and draw(st.booleans()):
            layer["skip"] = draw(st.integers(0, number - 2))
        if draw(st.booleans()):
            layer["dropout"] = 0.5
        layers.append(layer)
    return layers


@st.composite
def networks(draw: st.DrawFn, data: str = "reg-gauss", kinds: tuple[Any, ...] = STRAIGHT) -> Network:
    """Random networks of straight pieces, perhaps with a skip path to the output."""
    layers = draw(hidden_layers(kinds))
    output: dict[str, Any] = {"activation": "identity"}
    if layers and draw(st.booleans()):
        output["skip"] = draw(st.integers(0, len(layers) - 1))
    return shaken(network_of(layers, data, output=output), draw(st.integers(0, 10_000)))


def oracle(network: Network) -> list[naive.Layer]:
    """The same network, the slow way."""
    return naive.layers_of(network.session.model_dump(mode="json"), network.parameters())


def answers(network: Network, x: Any) -> Any:
    """What the network answers, the slow way: (n, outputs)."""
    return naive.predict(oracle(network), np.asarray(x))


def sizes(network: Network, x: Any) -> Any:
    """How large the terms are that each answer is the sum of: (n, outputs)."""
    layers, x = oracle(network), np.asarray(x, dtype=np.float64)
    return naive.in_use(layers, forward(layers, x, training=False), x)[-1]["a"]


def signs(network: Network, x: Any) -> list[tuple[bool, ...]]:
    """For each row of x, which kinked hidden units are open, the slow way."""
    layers = oracle(network)
    strokes = forward(layers, np.asarray(x, dtype=np.float64), training=False)
    found = []
    for row in range(len(x)):
        bits = [
            bool(stroke.z[row, unit] > 0.0)
            for layer, stroke in zip(layers[:-1], strokes, strict=False)
            for unit in range(stroke.z.shape[1])
            if layer.gate(unit) in KINKED
        ]
        found.append(tuple(bits))
    return found


# -- one linear map --------------------------------------------------------------------------------------------------


@given(network=networks(kinds=("identity", {"name": "quadratic", "a": 0.0, "b": 0.5, "c": 0.1})))
@cases(40)
def test_a_linear_stack_is_one_map(network: Network) -> None:
    """However deep, with batch normalization, skip paths and projections."""
    x = np.random.default_rng(0).normal(0.0, 2.0, (6, 2))
    assert measures.distance(linear_map(network)(x), answers(network, x), sizes(network, x)) < 1e-13


def test_a_plain_stack_is_the_product_of_its_weights() -> None:
    network = shaken(network_of([{"units": 3, "activation": "identity"}] * 2), 1)
    w = [network.weight(layer) for layer in (1, 2, 3)]
    found = linear_map(network)
    assert np.allclose(found.weight, w[2] @ w[1] @ w[0], rtol=1e-13)
    constant = w[2] @ (w[1] @ network.bias(1) + network.bias(2)) + network.bias(3)
    assert np.allclose(found.bias, constant, rtol=1e-13)
    assert not found.weight.flags.writeable


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu"])
def test_without_gates_in_the_forward_stroke_any_network_is_one_map(activation: str) -> None:
    layers = [{"units": 4, "activation": activation}] * 3
    network = shaken(network_of(layers, gates={"forward": False}), 5)
    x = np.random.default_rng(1).normal(size=(8, 2))
    assert measures.distance(linear_map(network)(x), answers(network, x), sizes(network, x)) < 1e-13


def test_the_difference_is_round_off() -> None:
    """Linear collapse: float32 differs in the seventh digit, float64 in the sixteenth."""
    for dtype, round_off in (("float32", 1e-6), ("float64", 1e-15)):
        network = network_of([{"units": 8, "activation": "identity"}] * 3, dtype=dtype)
        data = load(network.session.data, 1, dtype)
        probe = linear_probe(network, data, 7)
        assert probe.update == 7
        assert 0.0 < probe.difference <= 4 * round_off * probe.largest
        z = np.abs(answers(network, data.x_train)).max()
        assert probe.largest == pytest.approx(z, rel=1e-5)


def test_a_softmax_output_is_taken_before_softmax() -> None:
    session = Session.model_validate({"data": {"name": "iris"}, "network": {"layers": [], "dtype": "float64"}})
    network = Network(session)
    data = load(session.data, 3, "float64")
    probe = linear_probe(network, data, 0)
    assert probe.map.weight.shape == (3, 4)
    assert np.array_equal(probe.map.weight, network.weight(1))
    assert probe.difference <= 1e-14


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([{"units": 2}], ("hidden 1", "kink", "identity")),
        ([{"units": 2, "activation": "identity"}, {"units": 2, "activation": "tanh"}], ("hidden 2", "tanh", "relu")),
        ([{"units": 2, "activation": "identity", "norm": "layer"}], ("hidden 1", "layer normalization", "batch")),
    ],
)
def test_what_is_no_linear_map_is_told(layers: list[dict[str, Any]], words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011  (the words follow)
        linear_map(network_of(layers))
    assert all(word in str(raised.value) for word in words)


# -- the map of one pattern ------------------------------------------------------------------------------------------


@given(network=networks(), seed=st.integers(0, 1000))
@cases(60)
def test_the_map_of_a_pattern_holds_wherever_the_pattern_does(network: Network, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x0 = rng.normal(size=2)
    x = np.vstack([x0, x0 + rng.normal(0.0, 1e-3, (6, 2)), x0 + rng.normal(0.0, 0.3, (8, 2)), rng.normal(size=(4, 2))])
    found, want, pattern = pattern_map(network, x0), answers(network, x), signs(network, x)
    same = [row for row in range(len(x)) if pattern[row] == pattern[0]]
    assert measures.distance(found(x)[same], want[same], sizes(network, x)[same]) < 1e-13


@given(network=networks(kinds=("relu", "prelu", "identity")), seed=st.integers(0, 1000))
@cases(25)
def test_the_map_of_a_pattern_is_the_derivative(network: Network, seed: int) -> None:
    """Column by column, by differences between points of the same pattern."""
    x0, h = np.random.default_rng(seed).normal(size=2), 1e-4
    found = pattern_map(network, x0)
    for column in range(2):
        ends = np.tile(x0, (2, 1))
        ends[:, column] += (-h, h)
        pattern = signs(network, ends)
        if pattern[0] == pattern[1] == signs(network, [x0])[0]:
            low, high = answers(network, ends)
            size = sizes(network, ends).max(axis=0) / h
            assert measures.distance(found.weight[:, column], (high - low) / (2 * h), size) < 1e-14


def test_the_pattern_is_read_off_the_gates() -> None:
    network = network_of([{"units": 2}])
    network.weight(1)[:] = [[1.0, 0.0], [-1.0, 0.0]]
    network.weight(2)[:] = [[2.0, 3.0]]
    right, left = pattern_map(network, [0.5, 9.0]), pattern_map(network, [-0.5, 9.0])
    assert [right.pattern[0].tolist(), left.pattern[0].tolist()] == [[1, 0], [0, 1]]
    assert [right.weight.tolist(), left.weight.tolist()] == [[[2.0, 0.0]], [[-3.0, 0.0]]]


def test_pattern_probe_counts_the_samples_of_the_pattern() -> None:
    trainer = Trainer(Session.model_validate({"data": {"samples": 80}, "network": {"dtype": "float64"}}))
    trainer.advance(20)
    pattern = signs(trainer.network, trainer.dataset.x_train)
    for row in (0, 11):
        probe = pattern_probe(trainer.network, trainer.dataset, trainer.update, row)
        assert (probe.update, probe.row, probe.samples) == (20, row, pattern.count(pattern[row]))
        assert probe.difference <= 1e-13 * max(1.0, probe.largest)


def test_a_sample_of_another_shape_is_told() -> None:
    with pytest.raises(ValueError, match="reads 2 inputs"):
        pattern_map(network_of([]), [1.0, 2.0, 3.0])


# -- straight pieces -------------------------------------------------------------------------------------------------


def test_which_activations_are_straight() -> None:
    assert straight_names() == ("identity", "step", "relu", "leaky_relu", "prelu")


def test_a_kink_at_which_nothing_changes_is_none() -> None:
    found = lines("leaky_relu", (1.0, 0.0, 0.0))
    assert found is not None
    assert found[0] == ()


def test_an_activation_of_several_kinks_needs_nothing_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces are read off the catalogue: here a hard tanh, which is flat, straight and flat."""

    def hard_tanh(z: float, p: Any) -> tuple[float, float]:
        return max(-1.0, min(1.0, z)), float(-1.0 < z < 1.0)

    entry = Activation("hard_tanh", "hard tanh", "", "", (-1.0, 1.0), True, True, "", "", hard_tanh, kinks=(-1.0, 1.0))
    monkeypatch.setitem(activations.CATALOGUE, "hard_tanh", entry)
    found = lines("hard_tanh", (0.0, 0.0, 0.0))
    assert found is not None
    assert found[0] == (-1.0, 1.0)
    assert [(line.slope, line.offset) for line in found[1]] == [(0.0, -1.0), (1.0, 0.0), (0.0, 1.0)]


# -- regions ---------------------------------------------------------------------------------------------------------


def test_two_relus_back_to_back_make_two_regions() -> None:
    network = network_of([{"units": 2}])
    network.weight(1)[:] = [[1.0, 0.0], [-1.0, 0.0]]
    count, region = count_regions(network, -1.0, 1.0, 10)
    assert count == 2
    assert region.tolist() == [[0] * 5 + [1] * 5] * 10
    assert region.dtype == np.int32
    assert not region.flags.writeable


@pytest.mark.parametrize("units", [1, 3, 6])
def test_lines_in_general_position(units: int) -> None:
    """k lines cut the plane into 1 + k + k (k - 1) / 2 parts (Zaslavsky 1975): tangents of a circle do."""
    network = network_of([{"units": units}])
    angle = 2 * math.pi * np.arange(units) / units + 0.1
    network.weight(1)[:] = np.column_stack([np.cos(angle), np.sin(angle)])
    network.bias(1)[:] = -0.2
    parts = 1 + units + len(list(combinations(range(units), 2)))
    parallel = units // 2 if units % 2 == 0 else 0
    assert count_regions(network, -20.0, 20.0, 400)[0] == parts - parallel


@given(network=networks(), low=st.floats(-3.0, -0.5), resolution=st.integers(1, 7))
@cases(30)
def test_regions_beside_the_oracle(network: Network, low: float, resolution: int) -> None:
    """Two cells have the same number exactly where the oracle's gates are the same; numbers come in order."""
    count, region = count_regions(network, low, 2.0, resolution)
    cell = (2.0 - low) / resolution
    points = [[low + (c + 0.5) * cell, low + (r + 0.5) * cell] for r in range(resolution) for c in range(resolution)]
    pattern = signs(network, points)
    order = list(dict.fromkeys(pattern))
    assert count == len(order)
    assert region.ravel().tolist() == [order.index(one) for one in pattern]


def test_regions_of_many_rows_are_those_of_each() -> None:
    """More rows than one block holds, and more units than one byte has bits."""
    network = shaken(network_of([{"units": 13}, {"units": 9}]), 3)
    x = np.random.default_rng(2).normal(size=(2_500, 2))
    count, numbers = region_numbers(network, x)
    first = {number: int(np.flatnonzero(numbers == number)[0]) for number in range(count)}
    assert len(set(signs(network, x[list(first.values())]))) == count > 20
    for row in range(0, 2_500, 250):
        assert signs(network, x[[row]]) == signs(network, x[[first[numbers[row]]]])


def test_a_plane_through_two_of_several_inputs() -> None:
    session = Session.model_validate({"data": {"name": "iris"}, "network": {"layers": [{"units": 1}]}})
    network = Network(session)
    network.weight(1)[:] = [[0.0, 1.0, 0.0, -1.0]]
    assert count_regions(network, -1.0, 1.0, 8, axes=(0, 2))[0] == 1
    count, region = count_regions(network, -1.0, 1.0, 8, axes=(1, 3))
    assert count == 2
    assert region[0, 7] != region[7, 0]
    assert count_regions(network, -1.0, 1.0, 8, axes=(1, 2), fixed=[0.0, 0.0, 0.0, 5.0])[0] == 1


def test_region_probe_sees_the_plane_through_the_features() -> None:
    """A unit that opens where x² is large has a region on the left and on the right, both of the same pattern."""
    session = Session.model_validate({"data": {"features": ["x^2"]}, "network": {"layers": [{"units": 1}]}})
    network, data = Network(session), load(session.data, 1, "float32")
    network.weight(1)[:] = 1.0
    network.bias(1)[:] = -0.4
    probe = region_probe(network, data, 3, 16)
    low, high = data.extent
    axis = low + (np.arange(16) + 0.5) * (high - low) / 16
    inside = (axis**2 - data.centre[0]) * data.factor[0] <= 0.4
    assert (probe.update, probe.count, probe.low, probe.high) == (3, 2, low, high)
    assert probe.region.tolist() == [[int(one) for one in inside]] * 16


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((1.0, -1.0), "smaller one first"),
        ((-1.0, math.inf), "two numbers"),
        ((-1.0, 1.0, 0), "resolution"),
        ((-1.0, 1.0, 4, (1, 1)), "two different"),
        ((-1.0, 1.0, 4, (0, 2)), "0 to 1"),
    ],
)
def test_a_plane_that_cannot_be_is_told(arguments: tuple[Any, ...], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        count_regions(network_of([{"units": 2}]), *arguments)


def test_regions_are_for_a_plane_and_straight_gates() -> None:
    session = Session.model_validate({"data": {"name": "iris"}})
    with pytest.raises(ValueError, match="plane"):
        region_probe(Network(session), load(session.data, 3, "float32"), 0)
    with pytest.raises(ValueError, match="curved"):
        count_regions(network_of([{"units": 2, "activation": "silu"}]), -1.0, 1.0)


def test_an_affine_map_takes_rows() -> None:
    found = AffineMap(np.array([[1.0, 2.0]]), np.array([0.5]), ())
    assert found([[1.0, 1.0], [0.0, -1.0]]).tolist() == [[3.5], [-1.5]]
