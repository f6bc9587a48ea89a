"""How each activation and its derivative are written: f(z) and f'(z) of the catalogue, as formulas.

A function that the catalogue has and this table has not is written as f(z).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from twostroke.engine.catalogue.activations import (
    SELU_ALPHA,
    SELU_SCALE,
    Activation,
    logistic,
    normal_cdf,
    normal_pdf,
)
from twostroke.gui.model.explain.facts import constant
from twostroke.gui.model.explain.formula import (
    Call,
    Exact,
    Exponential,
    Formula,
    Number,
    Product,
    Quotient,
    Sum,
    Where,
    root,
    square,
)


@dataclass(frozen=True)
class Gate:
    """One neuron's gate, with the numbers that it takes."""

    entry: Activation
    z: Number
    a: Number | None  # f(z); None where the signal passes by the gate, and a is not f(z)
    parameters: dict[str, Number]
    settings: dict[str, float | str]

    def p(self, name: str) -> Number:
        """One of its parameters."""
        return self.parameters[name]


def plus(*parts: Formula) -> Sum:
    """All added."""
    return Sum(tuple((1, part) for part in parts))


def minus(first: Formula, second: Formula) -> Sum:
    """The difference."""
    return Sum(((1, first), (-1, second)))


def negative(part: Formula) -> Sum:
    """With the other sign."""
    return Sum(((-1, part),))


def times(*factors: Formula) -> Product:
    """The product."""
    return Product(factors)


ZERO, ONE, TWO, HALF = Exact(0), Exact(1), Exact(2), Exact(0.5)


def sigma(part: Formula) -> Call:
    """The logistic function."""
    return Call((r"\sigma", "σ", "torch.sigmoid"), logistic, (part,))


def tanh(part: Formula) -> Call:
    """The hyperbolic tangent."""
    return Call((r"\tanh", "tanh", "torch.tanh"), math.tanh, (part,))


def normal(part: Formula) -> Call:
    """The chance that a standard normal number is below."""
    return Call((r"\Phi", "Φ", "torch.special.ndtr"), normal_cdf, (part,))


def density(part: Formula) -> Call:
    """The density of the standard normal distribution."""
    bell = Exponential(negative(Quotient(square(part), TWO)))
    in_torch = Quotient(bell, root(times(TWO, Exact(math.pi))))
    return Call((r"\varphi", "φ", ""), normal_pdf, (part,), in_torch)


def above_zero(z: Formula) -> Call:
    """max(0, z)."""
    return Call((r"\max", "max", "max"), max, (ZERO, z))


def below_zero(z: Formula) -> Call:
    """min(0, z)."""
    return Call((r"\min", "min", "min"), min, (ZERO, z))


ALPHA = constant(r"\alpha", SELU_ALPHA, "α of SELU")
SCALE = constant(r"\lambda", SELU_SCALE, "λ of SELU")


def _floor(depth: Formula, z: Formula) -> Formula:
    return times(depth, minus(Exponential(z), ONE))


def _step(g: Gate) -> Formula:
    return Where(g.z, 0.0, ONE, ZERO)


def _step_slope(g: Gate) -> Formula:
    surrogate = g.settings.get("surrogate", "none")
    if surrogate == "sigmoid":
        return times(sigma(g.z), minus(ONE, sigma(g.z)))
    return ONE if surrogate == "straight_through" else ZERO


def _sigmoid(g: Gate) -> Formula:
    return Quotient(ONE, plus(ONE, Exponential(negative(g.z))))


def _sigmoid_slope(g: Gate) -> Formula:
    f = g.a or sigma(g.z)
    return times(f, minus(ONE, f))


def _tanh_slope(g: Gate) -> Formula:
    return minus(ONE, square(g.a or tanh(g.z)))


def _leaky(g: Gate) -> Formula:
    return plus(above_zero(g.z), times(g.p("negative_slope"), below_zero(g.z)))


def _elu(g: Gate) -> Formula:
    return Where(g.z, 0.0, g.z, _floor(g.p("alpha"), g.z))


def _elu_slope(g: Gate) -> Formula:
    return Where(g.z, 0.0, ONE, times(g.p("alpha"), Exponential(g.z)))


def _selu(g: Gate) -> Formula:
    return Where(g.z, 0.0, times(SCALE, g.z), times(SCALE, _floor(ALPHA, g.z)))


def _selu_slope(g: Gate) -> Formula:
    return Where(g.z, 0.0, SCALE, times(SCALE, ALPHA, Exponential(g.z)))


def _softplus(g: Gate) -> Formula:
    return Where(g.z, 20.0, g.z, Call((r"\ln", "ln", "torch.log"), math.log, (plus(ONE, Exponential(g.z)),)))


def _softplus_slope(g: Gate) -> Formula:
    return Where(g.z, 20.0, ONE, sigma(g.z))


def _silu_slope(g: Gate) -> Formula:
    s = sigma(g.z)
    return times(s, plus(ONE, times(g.z, minus(ONE, s))))


def _swish(g: Gate) -> Formula:
    return times(g.z, sigma(times(g.p("beta"), g.z)))


def _swish_slope(g: Gate) -> Formula:
    s = sigma(times(g.p("beta"), g.z))
    return times(s, plus(ONE, times(g.p("beta"), g.z, minus(ONE, s))))


CUBIC = Exact(0.044715)
FACTOR = root(Quotient(TWO, constant(r"\pi", math.pi, "π")))


def _gelu_inner(z: Formula) -> Formula:
    return tanh(times(FACTOR, plus(z, times(CUBIC, z, square(z)))))


def _gelu(g: Gate) -> Formula:
    if g.settings.get("approximate", "none") == "none":
        return times(g.z, normal(g.z))
    return times(HALF, g.z, plus(ONE, _gelu_inner(g.z)))


def _gelu_slope(g: Gate) -> Formula:
    if g.settings.get("approximate", "none") == "none":
        return plus(normal(g.z), times(g.z, density(g.z)))
    t = _gelu_inner(g.z)
    inner = times(FACTOR, plus(ONE, times(Exact(3), CUBIC, square(g.z))))
    return plus(times(HALF, plus(ONE, t)), times(HALF, g.z, minus(ONE, square(t)), inner))


def _quadratic(g: Gate) -> Formula:
    return plus(times(g.p("a"), square(g.z)), times(g.p("b"), g.z), g.p("c"))


def _quadratic_slope(g: Gate) -> Formula:
    return plus(times(TWO, g.p("a"), g.z), g.p("b"))


def _slope_of_leaky(g: Gate) -> Formula:
    return Where(g.z, 0.0, ONE, g.p("negative_slope"))


Builder = Callable[[Gate], Formula]

FORMULAS: dict[str, tuple[Builder, Builder]] = {
    "identity": (lambda g: g.z, lambda g: ONE),
    "step": (_step, _step_slope),
    "sigmoid": (_sigmoid, _sigmoid_slope),
    "tanh": (lambda g: tanh(g.z), _tanh_slope),
    "relu": (lambda g: above_zero(g.z), lambda g: Where(g.z, 0.0, ONE, ZERO)),
    "leaky_relu": (_leaky, _slope_of_leaky),
    "prelu": (_leaky, _slope_of_leaky),
    "elu": (_elu, _elu_slope),
    "selu": (_selu, _selu_slope),
    "softplus": (_softplus, _softplus_slope),
    "silu": (lambda g: times(g.z, sigma(g.z)), _silu_slope),
    "swish_beta": (_swish, _swish_slope),
    "gelu": (_gelu, _gelu_slope),
    "quadratic": (_quadratic, _quadratic_slope),
}
"""Activation -> f(z) and f'(z)."""


def _unwritten(g: Gate, which: int) -> Formula:
    """f(z) or f'(z) of a function that has no formula here."""
    names = ("f", "f", g.entry.name) if which == 0 else ("f'", "f′", f"{g.entry.name}_slope")
    given = list(g.parameters)

    def function(z: float, *numbers: float) -> float:
        values = g.settings | dict(zip(given, numbers, strict=True))
        return g.entry.pair(z, g.entry.numbers(values))[which]

    return Call(names, function, (g.z, *g.parameters.values()))


def value(g: Gate) -> Formula:
    """f(z)."""
    return FORMULAS[g.entry.name][0](g) if g.entry.name in FORMULAS else _unwritten(g, 0)


def slope(g: Gate) -> Formula:
    """f'(z), or the surrogate that takes its place."""
    return FORMULAS[g.entry.name][1](g) if g.entry.name in FORMULAS else _unwritten(g, 1)


def in_torch(g: Gate) -> Formula | None:
    """f(z) as PyTorch calls it, where it has a name for it."""
    p = g.parameters
    functional = "torch.nn.functional."
    names = {
        "sigmoid": ("torch.sigmoid", ()),
        "tanh": ("torch.tanh", ()),
        "relu": ("torch.relu", ()),
        "leaky_relu": (f"{functional}leaky_relu", ("negative_slope",)),
        "prelu": (f"{functional}leaky_relu", ("negative_slope",)),
        "elu": (f"{functional}elu", ("alpha",)),
        "selu": ("torch.selu", ()),
        "softplus": (f"{functional}softplus", ()),
        "silu": (f"{functional}silu", ()),
    }
    if g.entry.name not in names:
        return None
    name, settings = names[g.entry.name]
    return Call(("", "", name), lambda *_: math.nan, (g.z, *(p[key] for key in settings)))
