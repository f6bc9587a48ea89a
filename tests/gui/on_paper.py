"""What a line of an account comes to when it is worked out as it stands: the line of text, and that of PyTorch.

Nothing of the program is used: the text is read, and what it says is done.
"""

import math
import re
from types import SimpleNamespace
from typing import Any

import numpy as np

SUPERSCRIPT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def sigma(x: float) -> float:
    """The logistic function."""
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def cdf(x: float) -> float:
    """The standard normal distribution."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


def pdf(x: float) -> float:
    """Its density."""
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def sign(x: float) -> float:
    """1, 0 or -1."""
    return float(np.sign(x))


def power_e(x: float) -> float:
    """The exponential, as large as it can be."""
    return math.exp(min(x, 709.78))


NAMES = {
    "sigma": sigma, "cdf": cdf, "pdf": pdf, "sign": sign, "power_e": power_e, "tanh": math.tanh, "ln": math.log,
    "sqrt": math.sqrt, "cos": math.cos, "floor": math.floor, "max": max, "min": min, "abs": abs,
}  # fmt: skip


def as_python(text: str) -> str:
    """One side of a line, in Python."""
    text = re.sub(r" \((?:target \S+|[^()]* more terms?|as .*? [>≤] [^()\s]+)\)", "", text)
    text = re.sub(r"·10([⁻⁰¹²³⁴-⁹]+)", lambda found: "e" + found[1].translate(SUPERSCRIPT), text)
    text = re.sub(r"(?<![\d.])10([⁻⁰¹²³⁴-⁹]+)", lambda found: "1e" + found[1].translate(SUPERSCRIPT), text)
    text = re.sub(r"√([\d.]+(?:e-?\d+)?)", r"sqrt(\1)", text).replace("√(", "sqrt(")
    text = text.replace("e^(", "power_e(").replace("^(", "**(").replace("²", "**2").replace("−", "-")
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text)
    return (
        text.replace(" · ", "*").replace("σ(", "sigma(").replace("Φ(", "cdf(").replace("φ(", "pdf(").replace("∞", "inf")
    )


def worked_out(text: str) -> float:
    """What one side of a line comes to."""
    return float(eval(as_python(text), {"__builtins__": {}}, NAMES))  # noqa: S307 - of the program's own writing


def digits_of(text: str) -> int:
    """With how many digits a number is shown, at least."""
    return len(re.sub(r"·.*|\D", "", text).lstrip("0"))


def rounded(value: float, digits: int) -> str:
    """As so many digits show it."""
    return f"{value + 0.0:.{digits - 1}e}"


def _functional() -> SimpleNamespace:
    return SimpleNamespace(
        leaky_relu=lambda z, s: np.where(z > 0, z, s * z),
        elu=lambda z, a: np.where(z > 0, z, a * np.expm1(z)),
        softplus=lambda z: np.where(z > 20, z, np.log1p(np.exp(np.minimum(z, 30)))),
        silu=lambda z: z / (1 + np.exp(-z)),
    )


TORCH = SimpleNamespace(
    tensor=lambda value, dtype=np.float64: np.asarray(value, dtype=np.float64),
    float64=np.float64, nan=math.nan, sigmoid=lambda z: 1 / (1 + np.exp(-z)), tanh=np.tanh,
    outer=np.outer, relu=lambda z: np.maximum(z, 0), exp=np.exp, log=np.log, sign=np.sign, floor=np.floor, cos=np.cos,
    selu=lambda z: 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(z)),
    special=SimpleNamespace(ndtr=np.vectorize(cdf)), nn=SimpleNamespace(functional=_functional()),
)  # fmt: skip
"""What PyTorch makes of the calls that accounts write: a stand-in of NumPy's functions, by the names of PyTorch."""


def by_torch(line: str) -> float:
    """What a line of PyTorch computes."""
    names: dict[str, Any] = {"torch": TORCH, "max": max, "min": min, "abs": abs}
    with np.errstate(all="ignore"):
        return float(eval(line, {"__builtins__": {}}, names))  # noqa: S307 - of the program's own writing
