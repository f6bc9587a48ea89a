"""Every figure of the panel Health beside the oracle, one sample and one unit after the other, to 1e-9 in float64."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tests.engine import naive
from tests.engine.naive.layers import Forward, forward, outer, product
from tests.engine.naive.norms import norm_back
from tests.engine.test_probes_layers import SMOOTH, fires
from twostroke.engine.border.health import COURSE, Z_BINS, Z_END, LayerHealth
from twostroke.engine.health.examine import Spread, examine
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

Matrix = Any

NEAR = {"rel": 1e-9, "abs": 1e-12, "nan_ok": True}

ORGANS: dict[str, Any] = {
    "data": {"name": "moons", "samples": 60},
    "network": {
        "dtype": "float64",
        "layers": [
            {"units": 4, "activation": ["relu", "tanh", "sigmoid", "gelu"], "norm": "layer"},
            {"units": 5, "activation": "prelu", "norm": "batch", "skip": 0, "dropout": 0.3},
            {"units": 5, "activation": "selu", "skip": 2},
        ],
        "output": {"activation": "sigmoid", "skip": 1},
        "cut": ["l2.unit[1]", "l3.unit[2]", "l3.weight[0,1]"],
    },
    "training": {"batch_size": 10, "optimizer": {"name": "adam", "learning_rate": 0.02}},
    "gates": {"off": ["l1.unit[1].backward", "l3.unit[0].forward"]},
}
DEEP: dict[str, Any] = {
    "data": {"name": "iris"},
    "network": {"dtype": "float64", "layers": [{"units": 6, "activation": "sigmoid"}] * 4},
    "training": {"loss": "cross_entropy", "l2": 0.01},
}
DEAD: dict[str, Any] = {
    "data": {"name": "sine", "samples": 50},
    "network": {
        "dtype": "float64",
        "layers": [{"units": 5, "activation": "relu"}, {"units": 3, "activation": "tanh"}],
        "parameters": {"l1.bias": [-50.0, 0.1, 0.1, -50.0, 0.1], "l2.bias": [40.0, 0.1, 0.1]},
    },
    "training": {"loss": "mse", "optimizer": {"name": "sgd", "momentum": 0.9}},
}


@dataclass(frozen=True)
class Slow:
    """A network over its training part, the slow way."""

    oracle: naive.Training
    x: Matrix
    target: Matrix
    went: list[Forward]

    @property
    def layers(self) -> list[naive.Layer]:
        return self.oracle.layers

    def output_of(self, number: int) -> Matrix:
        """(n, units), 0 for the inputs."""
        return self.x if number == 0 else self.went[number - 1].output

    def back(self, sample: int, top: Matrix) -> list[tuple[Matrix, Matrix]]:
        """Per layer, from the output's `top` (outputs,) down: what arrives at z and at the weighted sum."""
        arrived = {number: np.zeros(len(layer.bias)) for number, layer in enumerate(self.layers, start=1)}
        arrived[0] = np.zeros(self.x.shape[1])
        found = []
        for number in range(len(self.layers), 0, -1):
            layer, got = self.layers[number - 1], self.went[number - 1]
            dz = top if number == len(self.layers) else self._through_gates(number, sample, arrived[number])
            dsum = self._through_norm(layer, got, sample, dz)
            arrived[number - 1] += product(layer.weight.T, dsum[None])[0]
            if layer.skip is not None:
                arrived[layer.skip] += dz if layer.skip_weight is None else product(layer.skip_weight.T, dz[None])[0]
            found.insert(0, (dz, dsum))
        return found

    def gain(self, number: int, sample: int, unit: int) -> float:
        """What the gate multiplies a gradient by."""
        layer = self.layers[number - 1]
        if layer.is_cut("unit", unit):
            return 0.0
        if not layer.is_on(unit, "backward"):
            return 1.0
        return naive.slope(layer.gate(unit), float(self.went[number - 1].z[sample, unit]), layer.of_unit(unit))

    def _through_gates(self, number: int, sample: int, upstream: Matrix) -> Matrix:
        return np.array([value * self.gain(number, sample, unit) for unit, value in enumerate(upstream)])

    def _through_norm(self, layer: naive.Layer, got: Forward, sample: int, dz: Matrix) -> Matrix:
        norm = layer.norm
        if norm is None:
            return dz
        if norm.name == "batch":  # as it is used: by its running figures
            assert norm.running_variance is not None
            spread = [math.sqrt(value + norm.epsilon) for value in norm.running_variance]
            return np.array([d * s / by for d, s, by in zip(dz, norm.scale, spread, strict=True)])
        assert got.normalized is not None
        assert got.norm_variance is not None
        one = slice(sample, sample + 1)
        return norm_back(norm, got.normalized[one], got.norm_variance[one], dz[None])[0][0]


def slow(trainer: Trainer) -> Slow:
    oracle = naive.Training(trainer.session.model_dump(mode="json"), trainer.network.parameters())
    data = trainer.dataset
    x, target = data.x_train.astype(np.float64), data.target_train.astype(np.float64)
    return Slow(oracle, x, target, forward(oracle.layers, x, training=False))


def gradient_norms(own: Slow) -> list[float]:
    """||dL/dW|| of the mean loss of all samples."""
    loss, delta = naive.loss_of(own.oracle.settings["loss"])
    top = own.went[-1]
    _, start = naive.output_gradients(loss, delta, own.layers[-1], top.z, top.a, own.target)
    sums = [np.zeros_like(layer.weight) for layer in own.layers]
    for sample in range(len(own.x)):
        for number, (_, dsum) in enumerate(own.back(sample, start[sample]), start=1):
            sums[number - 1] += outer(dsum[None], own.output_of(number - 1)[sample : sample + 1])
    each = [layer.without_cut_links("weight", total) for layer, total in zip(own.layers, sums, strict=True)]
    return [math.sqrt(sum(float(v) ** 2 for v in total.ravel())) for total in each]


def jacobians(own: Slow) -> list[float]:
    """Root mean square over the samples of ||dz(output) / dz(layer)||, output after output."""
    squares = np.zeros(len(own.layers))
    outputs = len(own.layers[-1].bias)
    for sample in range(len(own.x)):
        for output in range(outputs):
            back = own.back(sample, np.eye(outputs)[output])
            squares += [sum(float(v) ** 2 for v in dz) for dz, _ in back]
    return [math.sqrt(value / len(own.x)) for value in squares]


def gain_products(own: Slow) -> list[float]:
    """The mean over the samples of the product over the layers of the mean gain of their units."""
    depth, found = len(own.layers), []
    for first in range(1, depth + 1):
        total = 0.0
        for sample in range(len(own.x)):
            share = 1.0
            for number in range(first, depth):
                units = len(own.layers[number - 1].bias)
                share *= sum(abs(own.gain(number, sample, unit)) for unit in range(units)) / units
            total += share
        found.append(total / len(own.x))
    return found


def update_ratios(trainer: Trainer) -> list[float]:
    """How far the oracle's own update moves the weights."""
    tape = trainer.record()
    target = trainer.dataset.target_train
    oracle = naive.Training(trainer.session.model_dump(mode="json"), trainer.network.parameters(), target)
    for number in range(trainer.update):  # what the optimizer remembers
        again = Trainer(trainer.session)
        again.advance(number)
        step = again.record()
        oracle.take(again.network.parameters())
        oracle.update(step.x, step.target, masks(step))
    oracle.take(trainer.network.parameters())
    before = [layer.weight.copy() for layer in oracle.layers]
    oracle.update(tape.x, tape.target, masks(tape))
    moved = [math.sqrt(float(((new.weight - old) ** 2).sum())) for new, old in zip(oracle.layers, before, strict=True)]
    return [step / math.sqrt(float((old**2).sum())) for step, old in zip(moved, before, strict=True)]


def masks(tape: Any) -> dict[int, Matrix]:
    named = enumerate(tape.layers, start=1)
    return {number: layer.organs["dropout_mask"] for number, layer in named if "dropout_mask" in layer.organs}


def rank(a: Matrix) -> float:
    values = np.linalg.svd(a, compute_uv=False)
    shares = [float(v) for v in values / values.sum() if v > 0.0]
    return math.exp(-sum(p * math.log(p) for p in shares))


def units_are_right(own: Slow, number: int, got: LayerHealth) -> None:
    """Firing rate, dead, saturated, and where z lies: unit after unit."""
    layer, went = own.layers[number - 1], own.went[number - 1]
    shares, share_of_dead, saturation = [], [], []
    for unit in range(len(layer.bias)):
        name, cut = layer.gate(unit), layer.is_cut("unit", unit)
        fired = [fires(name, float(a)) for a in went.a[:, unit]]
        slopes = (
            [0.0 if cut else naive.slope(name, float(z), layer.of_unit(unit)) for z in went.z[:, unit]]
            if (name != "softmax")
            else [math.nan]
        )
        shut = [abs(g) < 0.01 if name in SMOOTH else g == 0.0 for g in slopes]
        dead = all(shut) and not any(fired) and not cut
        share = math.nan if name == "softmax" else sum(shut) / len(shut)
        assert got.firing[unit] == pytest.approx(sum(fired) / len(fired), **NEAR)
        assert got.saturated[unit] == pytest.approx(share, **NEAR)
        assert (got.dead[unit], got.cut[unit]) == (dead, cut)
        z = [float(v) for v in went.z[:, unit]]
        mean = sum(z) / len(z)
        spread = math.sqrt(sum((v - mean) ** 2 for v in z) / len(z))
        assert (got.z_mean[unit], got.z_spread[unit]) == pytest.approx((mean, spread), **NEAR)
        places = [min(max(int((v + Z_END) // (2 * Z_END / Z_BINS)), 0), Z_BINS - 1) for v in z]
        assert got.z_counts[unit].tolist() == [places.count(place) for place in range(Z_BINS)]
        shares.append(sum(fired) / len(fired))
        share_of_dead += [] if cut else [dead]
        saturation += [] if cut or dead else [share]
    course = dict(zip(COURSE, got.course, strict=True))
    assert course["active"] == pytest.approx(sum(shares) / len(shares), **NEAR)
    assert course["dead"] == pytest.approx(sum(share_of_dead) / len(share_of_dead), **NEAR)
    assert course["saturated"] == pytest.approx(sum(saturation) / len(saturation), **NEAR)


@pytest.mark.parametrize("told", [ORGANS, DEEP, DEAD], ids=["organs", "deep", "dead"])
def test_every_figure_is_that_of_a_slow_computation(told: dict[str, Any]) -> None:
    trainer = Trainer(Session.model_validate(told))
    trainer.advance(6)
    found, own = examine(trainer.network, trainer.dataset, trainer.record()), slow(trainer)
    ranks = [rank(went.a) for went in own.went]
    slowly = zip(gradient_norms(own), update_ratios(trainer), gain_products(own), jacobians(own), ranks, strict=True)
    for number, (layer, wanted) in enumerate(zip(found.layers, slowly, strict=True), start=1):
        got = (layer.gradient, layer.update_ratio, layer.gain_product, layer.jacobian, layer.effective_rank)
        assert got == pytest.approx(wanted, **NEAR), layer.name
        assert dict(zip(COURSE, layer.course, strict=True))["jacobian"] == layer.jacobian
        units_are_right(own, number, layer)
    assert any(layer.dead.any() for layer in found.layers) == (told is DEAD)


def test_where_pre_activations_lie_is_added_up_over_blocks() -> None:
    rng = np.random.default_rng(5)
    blocks = [rng.normal(loc, 0.5, (rows, 3)) for loc, rows in ((1e3, 700), (-2.0, 1), (4.0, 90))]
    spread = Spread(3)
    for block in blocks:
        spread.add(block)
    for unit in range(3):
        z = [float(v) for block in blocks for v in block[:, unit]]
        mean = sum(z) / len(z)
        assert spread.mean[unit] == pytest.approx(mean, rel=1e-9)
        assert spread.deviation[unit] == pytest.approx(math.sqrt(sum((v - mean) ** 2 for v in z) / len(z)), rel=1e-9)
        assert spread.counts[unit].sum() == len(z)
