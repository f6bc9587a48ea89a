"""Hinges of networks of one input: known ones, and random networks rebuilt from their hinges alone."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tests.cases import cases
from tests.engine.test_probes_linear import answers, network_of, networks, shaken, sizes
from twostroke.engine.compute.network import Network
from twostroke.engine.data import load
from twostroke.engine.probes import hinge_probe, hinges
from twostroke.engine.probes.line import Hinges
from twostroke.engine.session.spec import Session


def line(layers: list[dict[str, Any]], **parts: Any) -> Network:
    """A network of one input."""
    return network_of(layers, "sine", **parts)


def absolute() -> Network:
    """|x| = ReLU(x) + ReLU(-x)."""
    network = line([{"units": 2}])
    network.weight(1)[:] = [[1.0], [-1.0]]
    network.weight(2)[:] = [[1.0, 1.0]]
    return network


def slopes(found: Hinges) -> list[tuple[float, float, float]]:
    """Place, slope to the left and to the right of each hinge of a network of one output."""
    return list(zip(found.x.tolist(), found.left[:, 0].tolist(), found.right[:, 0].tolist(), strict=True))


def test_the_absolute_value_has_one_hinge() -> None:
    found = hinges(absolute(), -3.0, 2.0)
    assert slopes(found) == [(0.0, -1.0, 1.0)]
    assert found.jump.tolist() == [[0.0]]
    assert not found.x.flags.writeable


def test_outside_the_stretch_and_at_its_ends_there_is_none() -> None:
    for low, high in ((0.5, 2.0), (0.0, 1.0), (-1.0, 0.0)):
        assert hinges(absolute(), low, high).x.size == 0


def test_each_relu_of_one_layer_is_a_hinge() -> None:
    network = line([{"units": 3}])
    network.weight(1)[:] = [[2.0], [-1.0], [0.0]]
    network.bias(1)[:] = [1.0, 0.25, 1.0]
    network.weight(2)[:] = [[1.0, -4.0, 1.0]]
    found = slopes(hinges(network, -1.0, 1.0))
    assert found == [(-0.5, 4.0, 6.0), (0.25, 6.0, 2.0)]


def test_a_hinge_that_nobody_listens_to_is_none() -> None:
    network = absolute()
    network.weight(2)[:] = [[1.0, 0.0]]
    assert slopes(hinges(network, -1.0, 1.0)) == [(0.0, 0.0, 1.0)]
    network.weight(2)[:] = [[1.0, -1.0]]  # ReLU(x) - ReLU(-x) = x
    assert hinges(network, -1.0, 1.0).x.size == 0


@pytest.mark.parametrize("depth", [1, 3, 6])
def test_a_folded_line_doubles_its_hinges_with_every_layer(depth: int) -> None:
    """Tents within tents (Telgarsky 2016): t(x) = 2 ReLU(x) - 4 ReLU(x - 1/2) has hinges at k / 2^depth in (0, 1)."""
    network = line([{"units": 2}] * depth)
    for layer in range(1, depth + 1):
        network.weight(layer)[:] = [[1.0], [1.0]] if layer == 1 else [[2.0, -4.0], [2.0, -4.0]]
        network.bias(layer)[:] = [0.0, -0.5]
    network.weight(depth + 1)[:] = [[2.0, -4.0]]
    found = hinges(network, 0.0, 1.0)
    assert found.x.tolist() == [k / 2**depth for k in range(1, 2**depth)]
    assert np.abs(found.left).tolist() == np.abs(found.right).tolist() == [[2.0**depth]] * (2**depth - 1)
    assert (found.left == -found.right).all()


def test_steps_jump() -> None:
    network = line([{"units": 1, "activation": "step"}])
    network.weight(1)[:], network.bias(1)[:], network.weight(2)[:] = 1.0, -0.5, -3.0
    found = hinges(network, -1.0, 1.0)
    assert slopes(found) == [(0.5, 0.0, 0.0)]
    assert found.jump.tolist() == [[-3.0]]


def rebuilt(network: Network, low: float, x: np.ndarray, found: Hinges) -> np.ndarray:  # type: ignore[type-arg]
    """The function at x, walked from its value at `low` over slopes and jumps. x in rising order."""
    if found.x.size == 0:
        ends = answers(network, [[low], [low + 1e-3]])[:, 0]
        return np.asarray(ends[0] + (ends[1] - ends[0]) / 1e-3 * (x - low))
    values = []
    for point in x:
        value, at = float(answers(network, [[low]])[0, 0]), low
        for place, left, jump in zip(found.x, found.left[:, 0], found.jump[:, 0], strict=True):
            if place >= point:
                break
            value, at = value + left * (place - at) + jump, place
        passed = int(np.count_nonzero(found.x < point))
        slope = found.left[0, 0] if passed == 0 else found.right[passed - 1, 0]
        values.append(value + slope * (point - at))
    return np.array(values)


@given(network=networks("sine"))
@cases(60)
def test_the_function_is_known_by_its_hinges(network: Network) -> None:
    """Random networks with steps, normalizers, skip paths: walked along a grid, and beside the oracle at each point."""
    found = hinges(network, -2.0, 3.0)
    x = np.linspace(-2.0, 3.0, 61)
    apart = np.abs(x[:, None] - found.x).min(axis=1, initial=1.0) > 1e-6  # beside a jump round-off decides the side
    want = answers(network, x[:, None])[:, 0]
    size = sizes(network, x[:, None]).max() * (1.0 + found.x.size)  # one piece after the other is added
    assert np.abs(rebuilt(network, -2.0, x, found) - want)[apart].max(initial=0.0) <= 1e-11 * size


@given(network=networks("sine"))
@cases(25)
def test_every_hinge_is_one(network: Network) -> None:
    """They rise, none is empty, and each slope goes on to the next hinge."""
    found = hinges(network, -2.0, 3.0)
    assert (np.diff(found.x) > 0).all()
    assert ((found.left != found.right) | (found.jump != 0.0)).any(axis=1).all()
    assert np.allclose(found.right[:-1], found.left[1:], rtol=0, atol=1e-12 * sizes(network, [[3.0]]).max())


def test_hinges_beside_a_fine_grid() -> None:
    """Second differences over 20,001 points are 0 but at the hinges."""
    network = shaken(line([{"units": 7}, {"units": 5, "activation": "leaky_relu", "skip": 0}]), 8)
    x = np.linspace(-2.0, 2.0, 20_001)
    y = network.predict(x[:, None])[:, 0]
    bent = np.flatnonzero(np.abs(np.diff(y, 2)) > 1e-10)
    found = hinges(network, -2.0, 2.0).x
    assert found.size > 5
    assert all(np.abs(x[bent + 1] - place).min() < 2e-4 for place in found)
    assert all(np.abs(found - x[at + 1]).min() < 2e-4 for at in bent)


def test_hinge_probe_speaks_of_the_feature_before_scaling() -> None:
    network = absolute()
    data = load(network.session.data, 1, "float64")
    probe = hinge_probe(network, data, 9)
    low, high = data.extent
    assert (probe.update, probe.feature) == (9, data.feature_names[0])
    assert [probe.low, probe.high] == pytest.approx([low, high])
    assert probe.hinges.x == pytest.approx([data.centre[0]])
    slope = data.factor[0]
    assert [probe.hinges.left[0, 0], probe.hinges.right[0, 0]] == pytest.approx([-slope, slope])


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, 1.0), (-math.inf, 0.0), (0.0, math.nan)])
def test_a_stretch_that_cannot_be_is_told(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="smaller one first"):
        hinges(absolute(), low, high)


def test_what_has_no_hinges_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="reads 2 inputs"):
        hinges(network_of([{"units": 2}]), -1.0, 1.0)
    with pytest.raises(ValueError, match="curved"):
        hinges(line([{"units": 2, "activation": "tanh"}]), -1.0, 1.0)
    monkeypatch.setattr("twostroke.engine.probes.line.CELLS", 3)
    with pytest.raises(ValueError, match="bends more than"):
        hinges(absolute(), -1.0, 1.0)


def test_a_feature_of_the_plane_is_a_line_too() -> None:
    """One feature of points of the plane: from the smallest to the largest value in the picture."""
    session = Session.model_validate({"data": {"features": ["y"]}, "network": {"layers": [{"units": 3}]}})
    network, data = Network(session), load(session.data, 1, "float32")
    probe = hinge_probe(network, data, 0)
    assert probe.high == pytest.approx(data.extent[1] * 63 / 64, rel=1e-5)  # centres of the outermost cells
    assert probe.hinges.x.size == hinges(network, -9.0, 9.0).x.size <= 3


def test_the_training_part_stands_in_for_a_picture() -> None:
    """Data that are not drawn: from the smallest to the largest sample."""
    network = line([{"units": 2}])
    data = load(network.session.data, 1, "float64")
    table = replace(data, info=replace(data.info, family="table"))
    probe = hinge_probe(network, table, 0)
    assert [probe.low, probe.high] == pytest.approx([data.raw_train.min(), data.raw_train.max()])
