"""How weights begin: PyTorch's `nn.init` functions of the same name, for a weight of shape (out, in).

`he` is what PyTorch calls kaiming with mode="fan_in", for ReLU unless the gain follows the activation; `xavier` has
gain 1; `lecun` is kaiming with gain 1, which keeps mean 0 and variance 1 through layers of SELU (Klambauer et al.
2017); `orthogonal` is Saxe et al. (2014).
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.session.spec import ActivationSpec, Init

Draw = Callable[[np.random.Generator, Init, int, int, float], NDArray[np.float64]]

USUAL_GAIN = {"he_normal": math.sqrt(2.0), "he_uniform": math.sqrt(2.0)}
"""Gain of a name whose gain does not follow the activation; 1 for the others."""


def _gaussian(std: Callable[[int, int], float]) -> Draw:
    return lambda rng, init, out, into, gain: rng.normal(0.0, gain * std(out, into), (out, into))


def _box(bound: Callable[[int, int], float]) -> Draw:
    def sample(rng: np.random.Generator, init: Init, out: int, into: int, gain: float) -> NDArray[np.float64]:
        end = gain * bound(out, into)
        return rng.uniform(-end, end, (out, into))

    return sample


def _orthogonal(rng: np.random.Generator, init: Init, out: int, into: int, gain: float) -> NDArray[np.float64]:
    """Rows or columns, whichever are fewer, orthonormal: QR of a Gaussian matrix, with the signs of R's diagonal."""
    q, r = np.linalg.qr(rng.normal(size=(max(out, into), min(out, into))))
    q = q * np.where(np.diag(r) < 0.0, -1.0, 1.0)
    return gain * (q if out >= into else q.T)


INITIALIZERS: dict[str, Draw] = {
    "zeros": lambda rng, init, out, into, gain: np.zeros((out, into)),
    "normal": lambda rng, init, out, into, gain: rng.normal(init.mean, init.std, (out, into)),
    "uniform": lambda rng, init, out, into, gain: rng.uniform(init.low, init.high, (out, into)),
    "xavier_normal": _gaussian(lambda out, into: math.sqrt(2.0 / (into + out))),
    "xavier_uniform": _box(lambda out, into: math.sqrt(6.0 / (into + out))),
    "he_normal": _gaussian(lambda out, into: math.sqrt(1.0 / into)),
    "he_uniform": _box(lambda out, into: math.sqrt(3.0 / into)),
    "lecun_normal": _gaussian(lambda out, into: math.sqrt(1.0 / into)),
    "lecun_uniform": _box(lambda out, into: math.sqrt(3.0 / into)),
    "orthogonal": _orthogonal,
}


def draw(rng: np.random.Generator, init: Init, out: int, into: int, activation: ActivationSpec) -> NDArray[np.float64]:
    """Weights (out, into) for a layer of `out` units with that activation, which reads `into` numbers."""
    gain = USUAL_GAIN.get(init.name, 1.0)
    if init.gain == "activation":
        gain = activation.entry.weight_gain(activation.params)
    return INITIALIZERS[init.name](rng, init, out, into, gain)
