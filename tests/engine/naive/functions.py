"""The activation functions one number at a time, their derivatives, and what a gate did to the signal."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Params = Mapping[str, Any]


def sigmoid(z: float) -> float:
    """1 / (1 + exp(-z))."""
    return 1.0 / (1.0 + math.exp(-z)) if z > -700.0 else math.exp(z)


def one_minus_sigmoid(z: float) -> float:
    """The same as sigmoid(-z): without the cancellation of 1 - sigmoid(z)."""
    return sigmoid(-z)


def normal_cdf(z: float) -> float:
    """Probability that a standard normal number is below z; erfc keeps the lower tail exact."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def normal_pdf(z: float) -> float:
    """Density of the standard normal distribution."""
    return math.exp(-(z**2) / 2.0) / math.sqrt(2.0 * math.pi)


def sech_squared(u: float) -> float:
    """1 - tanh(u)², without its cancellation."""
    return 0.0 if abs(u) > 350.0 else 1.0 / math.cosh(u) ** 2


SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946

DEFAULTS: dict[str, dict[str, Any]] = {
    "identity": {},
    "step": {"surrogate": "none"},
    "sigmoid": {},
    "tanh": {},
    "relu": {},
    "leaky_relu": {"negative_slope": 0.01},
    "prelu": {"negative_slope": 0.25},
    "elu": {"alpha": 1.0},
    "selu": {},
    "softplus": {},
    "silu": {},
    "gelu": {"approximate": "none"},
    "softmax": {},
    "quadratic": {"a": 0.1, "b": 1.0, "c": 0.0},
    "swish_beta": {"beta": 1.0},
}
LEARNED = {"prelu": ("negative_slope",), "quadratic": ("a", "b", "c"), "swish_beta": ("beta",)}


def gelu_inner(z: float) -> float:
    """The argument of tanh in GELU's approximation."""
    return math.sqrt(2.0 / math.pi) * (z + 0.044715 * z**3)


def gelu_inner_slope(z: float) -> float:
    """Its derivative."""
    return math.sqrt(2.0 / math.pi) * (1.0 + 0.134145 * z**2)


def activate(name: str, z: float, p: Params) -> float:
    """f(z) of every activation but softmax."""
    if name == "identity":
        return z
    if name == "step":
        return 1.0 if z > 0 else 0.0
    if name == "sigmoid":
        return sigmoid(z)
    if name == "tanh":
        return math.tanh(z)
    if name == "relu":
        return max(0.0, z)
    if name in ("leaky_relu", "prelu"):
        return z if z > 0 else p["negative_slope"] * z
    if name == "elu":
        return z if z > 0 else p["alpha"] * math.expm1(z)
    if name == "selu":
        return SELU_SCALE * (max(0.0, z) + min(0.0, SELU_ALPHA * math.expm1(min(z, 0.0))))
    if name == "softplus":
        return z if z > 20 else math.log1p(math.exp(z))
    if name == "silu":
        return z * sigmoid(z)
    if name == "gelu" and p["approximate"] == "none":
        return z * normal_cdf(z)
    if name == "gelu":
        return 0.5 * z * (1.0 + math.tanh(gelu_inner(z)))
    if name == "quadratic":
        return p["a"] * z**2 + p["b"] * z + p["c"]
    if name == "swish_beta":
        return z * sigmoid(p["beta"] * z)
    raise KeyError(name)


def surrogate(kind: str, z: float) -> float:
    """What the gradient meets in place of the step's derivative, which is 0 everywhere."""
    if kind == "straight_through":  # Bengio et al. 2013: as if the step were the identity
        return 1.0
    if kind == "sigmoid":  # as if it were the sigmoid
        return sigmoid(z) * one_minus_sigmoid(z)
    return 0.0


def true_slope(name: str, z: float, p: Params) -> float:
    """f'(z) without surrogates."""
    return 0.0 if name == "step" else slope(name, z, p)


def slope(name: str, z: float, p: Params) -> float:
    """f'(z) of every activation but softmax; at a kink the value PyTorch takes. For step its surrogate."""
    if name == "identity":
        return 1.0
    if name == "step":
        return surrogate(p.get("surrogate", "none"), z)
    if name == "sigmoid":
        return sigmoid(z) * one_minus_sigmoid(z)
    if name == "tanh":
        return sech_squared(z)
    if name == "relu":
        return 1.0 if z > 0 else 0.0
    if name in ("leaky_relu", "prelu"):
        return 1.0 if z > 0 else p["negative_slope"]
    if name == "elu":
        return 1.0 if z > 0 else p["alpha"] * math.exp(z)
    if name == "selu":
        return SELU_SCALE if z > 0 else SELU_SCALE * SELU_ALPHA * math.exp(z)
    if name == "softplus":
        return 1.0 if z > 20 else sigmoid(z)
    if name == "silu":
        return sigmoid(z) + z * sigmoid(z) * one_minus_sigmoid(z)
    if name == "gelu" and p["approximate"] == "none":
        return normal_cdf(z) + z * normal_pdf(z)
    if name == "gelu":
        u = gelu_inner(z)
        return 0.5 * (1.0 + math.tanh(u)) + 0.5 * z * sech_squared(u) * gelu_inner_slope(z)
    if name == "quadratic":
        return 2.0 * p["a"] * z + p["b"]
    if name == "swish_beta":
        u = p["beta"] * z
        return sigmoid(u) + u * sigmoid(u) * one_minus_sigmoid(u)
    raise KeyError(name)


def param_slope(name: str, parameter: str, z: float, p: Params | None = None) -> float:
    """Derivative of f(z) with respect to a learned parameter; `p` are the unit's parameters (the defaults)."""
    if (name, parameter) == ("prelu", "negative_slope"):
        return 0.0 if z > 0 else z
    if name == "quadratic":
        return {"a": z**2, "b": z, "c": 1.0}[parameter]
    if (name, parameter) == ("swish_beta", "beta"):
        u = (p or DEFAULTS[name])["beta"] * z
        return z**2 * sigmoid(u) * one_minus_sigmoid(u)
    raise KeyError((name, parameter))


def softmax(z: Matrix) -> Matrix:
    """exp(z_i) / sum of exp(z_j), for one sample."""
    shifted = [math.exp(v - max(z)) for v in z]
    return np.array([v / sum(shifted) for v in shifted])


def forward_mask(name: str, z: float, a: float, p: Params, gate_open: bool = True) -> float:
    """What the gate did to the signal: a/z where f(0) = 0, its limit f'(0) at z = 0; otherwise the firing level a."""
    if not gate_open:
        return 1.0  # the signal went through as it was
    if activate(name, 0.0, p) != 0.0:
        return a
    return a / z if z != 0.0 else slope(name, 0.0, p)
