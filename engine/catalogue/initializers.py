"""The catalogue of initialisations: PyTorch's `nn.init` functions of the same name, for a weight of shape (out, in).

`he` is what PyTorch calls kaiming with mode="fan_in", for ReLU unless the gain follows the activation; `xavier` has
gain 1; `lecun` is kaiming with gain 1, which keeps mean 0 and variance 1 through layers of SELU (Klambauer et al.
2017); `orthogonal` is Saxe et al. (2014).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]
Settings = Mapping[str, Any]
Draw = Callable[[np.random.Generator, Settings, int, int, float], Weights]
"""From a generator, the session's settings of the initialisation, outputs, inputs and a gain."""

InitName = Literal[
    "zeros",
    "normal",
    "uniform",
    "xavier_normal",
    "xavier_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "orthogonal",
]


@dataclass(frozen=True)
class Initializer:
    """One distribution of the first weights."""

    name: InitName
    title: str
    draw: Draw
    gain: float = 1.0  # where the gain does not follow the activation
    settings: tuple[str, ...] = ("gain",)  # that have an effect on it
    alias: str = ""


def _zeros(rng: np.random.Generator, settings: Settings, out: int, into: int, gain: float) -> Weights:
    return np.zeros((out, into))


def _normal(rng: np.random.Generator, settings: Settings, out: int, into: int, gain: float) -> Weights:
    return rng.normal(settings["mean"], settings["std"], (out, into))


def _uniform(rng: np.random.Generator, settings: Settings, out: int, into: int, gain: float) -> Weights:
    return rng.uniform(settings["low"], settings["high"], (out, into))


def _gaussian(std: Callable[[int, int], float]) -> Draw:
    return lambda rng, settings, out, into, gain: rng.normal(0.0, gain * std(out, into), (out, into))


def _box(bound: Callable[[int, int], float]) -> Draw:
    def sample(rng: np.random.Generator, settings: Settings, out: int, into: int, gain: float) -> Weights:
        end = gain * bound(out, into)
        return rng.uniform(-end, end, (out, into))

    return sample


def _orthogonal(rng: np.random.Generator, settings: Settings, out: int, into: int, gain: float) -> Weights:
    """Rows or columns, whichever are fewer, orthonormal: QR of a Gaussian matrix, with the signs of R's diagonal."""
    q, r = np.linalg.qr(rng.normal(size=(max(out, into), min(out, into))))
    q = q * np.where(np.diag(r) < 0.0, -1.0, 1.0)
    return gain * (q if out >= into else q.T)


_xavier_normal = _gaussian(lambda out, into: math.sqrt(2.0 / (into + out)))
_xavier_uniform = _box(lambda out, into: math.sqrt(6.0 / (into + out)))
_fan_in_normal = _gaussian(lambda out, into: math.sqrt(1.0 / into))
_fan_in_uniform = _box(lambda out, into: math.sqrt(3.0 / into))
RELU_GAIN = math.sqrt(2.0)

_ENTRIES = (
    Initializer("zeros", "zeros", _zeros, settings=()),
    Initializer("normal", "normal", _normal, settings=("mean", "std")),
    Initializer("uniform", "uniform", _uniform, settings=("low", "high")),
    Initializer("xavier_normal", "Xavier normal", _xavier_normal),
    Initializer("xavier_uniform", "Xavier uniform", _xavier_uniform, alias="xavier"),
    Initializer("he_normal", "He normal", _fan_in_normal, RELU_GAIN, alias="he"),
    Initializer("he_uniform", "He uniform", _fan_in_uniform, RELU_GAIN),
    Initializer("lecun_normal", "LeCun normal", _fan_in_normal, alias="lecun"),
    Initializer("lecun_uniform", "LeCun uniform", _fan_in_uniform),
    Initializer("orthogonal", "orthogonal", _orthogonal),
)

INITIALIZERS: dict[str, Initializer] = {entry.name: entry for entry in _ENTRIES}
ALIASES: dict[str, str] = {entry.alias: entry.name for entry in _ENTRIES if entry.alias}
