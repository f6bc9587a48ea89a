"""Adding an activation is one entry of the catalogue and nothing else: shown by adding some while the program runs."""

import math
from collections.abc import Sequence
from math import exp, tanh
from typing import Any

import numpy as np
import pytest
from numba import config

from tests.engine import measures
from twostroke.engine.catalogue import activations
from twostroke.engine.catalogue.activations import Activation, Parameter
from twostroke.engine.compute.kernels import gates
from twostroke.engine.probes.gradcheck import check
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

SCALE = 1.7159  # of LeCun's tanh; a constant that float32 must narrow


def one_more(size: float) -> float:
    """A helper of its own: an entry may call some."""
    return 1.0 + size


def softsign(z: float, p: Sequence[float]) -> tuple[float, float]:
    below = one_more(abs(z))
    return z / below, 1.0 / (below * below)


def mish(z: float, p: Sequence[float]) -> tuple[float, float]:
    """z tanh(ln(1 + e^z)) (Misra 2019), with tanh(ln(1 + e^z)) = ((1 + e^z)^2 - 1) / ((1 + e^z)^2 + 1)."""
    e = exp(-abs(z))
    over, under = (1.0 + 2.0 * e, 1.0 + 2.0 * e + 2.0 * e * e) if z > 0.0 else (e * e + 2.0 * e, e * e + 2.0 * e + 2.0)
    t = over / under
    return z * t, t + z * (1.0 - t * t) * activations.logistic(z)


def scaled_tanh(z: float, p: Sequence[float]) -> tuple[float, float]:
    t = tanh(p[0] * z)
    return p[1] * t, p[0] * p[1] * (1.0 - t * t)


def scaled_tanh_gain(z: float, p: Sequence[float]) -> tuple[float, float, float]:
    t = tanh(p[0] * z)
    return p[1] * z * (1.0 - t * t), t, 0.0


def whisper(z: float, p: Sequence[float]) -> tuple[float, float]:
    """Its left half lets through less than what a gate that saturates is called shut at."""
    return (z, 1.0) if z > 0.0 else (0.005 * z, 0.005)


FACTS: dict[str, Any] = {
    "formula": "new(z)",
    "derivative": "new′(z)",
    "range": (-math.inf, math.inf),
    "zero_centred": True,
    "saturating": False,
    "says": "I am new.",
    "used": "in this test",
}
NEW = (
    Activation("newcomer", "Newcomer", pair=softsign, **FACTS),
    Activation("newcomer", "Newcomer", pair=mish, **FACTS),
    Activation(
        "newcomer",
        "Newcomer",
        pair=scaled_tanh,
        param_gain=scaled_tanh_gain,
        parameters=(Parameter("slope", 2.0 / 3.0, 0.0, 10.0, True), Parameter("height", SCALE, 0.0, 10.0, True)),
        **FACTS,
    ),
    Activation("newcomer", "Newcomer", pair=whisper, kinks=(0.0,), shut_below=0.0, one_mask=True, **FACTS),
)
IDS = ("softsign", "mish", "scaled tanh", "whisper")
every = pytest.mark.parametrize("entry", NEW, ids=IDS)


def session_with(dtype: str = "float32") -> Session:
    """A network whose hidden layers have the new activation."""
    layers = [{"units": 5, "activation": "newcomer"}, {"units": 4, "activation": "newcomer"}]
    return Session.model_validate({"data": {"name": "spiral"}, "network": {"layers": layers, "dtype": dtype}})


def add(monkeypatch: pytest.MonkeyPatch, entry: Activation) -> None:
    """What an engineer would do, by adding the entry to the file."""
    monkeypatch.setitem(activations.CATALOGUE, entry.name, entry)


@every
def test_an_added_entry_parses_trains_and_is_on_the_tape(monkeypatch: pytest.MonkeyPatch, entry: Activation) -> None:
    """The session takes it by name, and z, a, gain and forward mask belong together."""
    add(monkeypatch, entry)
    session = session_with()
    assert Session.model_validate(session.model_dump(mode="json")) == session
    assert session.network.layers[0].activation.params == {p.name: p.default for p in entry.parameters}
    trainer = Trainer(session)
    losses = []
    for _ in range(40):
        trainer.advance(5)
        losses.append(trainer.record().loss)
    assert trainer.failure is None
    assert min(losses[-10:]) < losses[0]
    layer = trainer.record().layers[1]
    p = np.array([layer.param[one.name] for one in entry.parameters]).T if entry.parameters else np.zeros((4, 0))
    numbers = [(*(float(v) for v in row), 0.0, 0.0, 0.0)[:3] for row in p]
    pairs = [[entry.pair(float(z), numbers[u]) for u, z in enumerate(row)] for row in layer.z]
    a, gain = np.moveaxis(np.array(pairs), 2, 0)
    assert layer.gain is not None
    assert np.allclose(layer.a, a, rtol=1e-6, atol=1e-6)
    assert np.allclose(layer.gain, gain, rtol=1e-6, atol=1e-6)
    assert np.allclose(layer.forward_mask * layer.z, layer.a, rtol=1e-5, atol=1e-7)


@every
def test_the_gradients_of_an_added_entry_are_checked(monkeypatch: pytest.MonkeyPatch, entry: Activation) -> None:
    """`twostroke check` needs to know nothing of it; and it finds a derivative that is wrong."""
    add(monkeypatch, entry)
    report = check(session_with(), updates=3)
    assert report.passed, report.summary

    def wrong(z: float, p: Sequence[float]) -> tuple[float, float]:
        return z / (1.0 + abs(z)), 1.0

    add(monkeypatch, Activation("newcomer", "Newcomer", pair=wrong, **FACTS))
    assert not check(session_with(), updates=3).passed


@every
def test_the_entries_themselves_are_right(entry: Activation) -> None:
    """Their derivatives against differences, so that the tests above compare with the truth."""
    p = entry.numbers({})
    for z in (-3.0, -0.7, 0.4, 2.0):
        slope = measures.central_difference(lambda v: entry.pair(v, p)[0], z)
        assert entry.pair(z, p)[1] == pytest.approx(slope, abs=1e-8)


def values(z: float) -> tuple[float, float]:
    """f and f' of the newcomer as compiled now, for float64."""
    work, params = np.array([z, 0.0, 0.0]), np.zeros(3)
    gates.call_gate(gates.gate_address("newcomer", "float64"), work, 0, 1, 2, params, 0, 1, 1)
    return float(work[1]), float(work[2])


def lifted(by: float) -> Activation:
    """An entry whose code and name are always the same; what it reads around it differs."""

    def pair(z: float, p: Sequence[float]) -> tuple[float, float]:
        return z + by, SLOPES[0]

    return Activation("newcomer", "Newcomer", pair=pair, **FACTS)


SLOPES = (1.0, 2.0)


def test_entries_of_one_name_are_compiled_each_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither this process nor the cache on disk may take one for the other, also where only constants differ."""
    for by in (0.5, 0.25, 0.5):
        add(monkeypatch, lifted(by))
        assert values(1.0) == (1.0 + by, 1.0)
    monkeypatch.setitem(globals(), "SLOPES", (2.0, 1.0))
    add(monkeypatch, lifted(0.25))
    assert values(1.0) == (1.25, 2.0)


def test_the_name_on_disk_depends_on_what_is_computed() -> None:
    """The same for the same source, so that the cache is used; another for another constant, helper or code."""
    prints = [gates.fingerprint(lifted(by).pair) for by in (0.5, 0.25, 0.5)]
    assert prints[0] == prints[2] != prints[1]
    assert len({gates.fingerprint(entry.pair) for entry in NEW}) == len(NEW)


def test_the_cache_on_disk_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was compiled once is read the next time."""
    monkeypatch.setattr(config, "DISABLE_JIT", 0)
    gates.gate_address("gelu", "float32")
    entry = activations.CATALOGUE["gelu"]
    again = gates.native(gates._values, entry.pair, 0, "gate_gelu", "float32")
    assert again.cache_hits == 1
