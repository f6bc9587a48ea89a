"""How weights begin. Distributions as PyTorch's `nn.init` functions of the same name; LeCun's after LeCun et al. 1998.

`he_*` is Kaiming's with fan_in and the gain of ReLU; `xavier_*` is Glorot's with gain 1.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.spec import Init

Draw = Callable[[np.random.Generator, Init, int, int], NDArray[np.float64]]


def _gaussian(std: Callable[[int, int], float]) -> Draw:
    return lambda rng, init, out, into: rng.normal(0.0, std(out, into), (out, into))


def _box(bound: Callable[[int, int], float]) -> Draw:
    return lambda rng, init, out, into: rng.uniform(-bound(out, into), bound(out, into), (out, into))


INITIALIZERS: dict[str, Draw] = {
    "zeros": lambda rng, init, out, into: np.zeros((out, into)),
    "normal": lambda rng, init, out, into: rng.normal(init.mean, init.std, (out, into)),
    "uniform": lambda rng, init, out, into: rng.uniform(init.low, init.high, (out, into)),
    "xavier_normal": _gaussian(lambda out, into: math.sqrt(2.0 / (into + out))),
    "xavier_uniform": _box(lambda out, into: math.sqrt(6.0 / (into + out))),
    "he_normal": _gaussian(lambda out, into: math.sqrt(2.0 / into)),
    "he_uniform": _box(lambda out, into: math.sqrt(6.0 / into)),
    "lecun_normal": _gaussian(lambda out, into: math.sqrt(1.0 / into)),
    "lecun_uniform": _box(lambda out, into: math.sqrt(3.0 / into)),
}


def draw(rng: np.random.Generator, init: Init, out: int, into: int) -> NDArray[np.float64]:
    """Weights (out, into) for a layer of `out` units that reads `into` numbers."""
    return INITIALIZERS[init.name](rng, init, out, into)
