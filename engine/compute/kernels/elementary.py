"""exp, log, tanh, erf and their like, written so that compiled loops over float32 vectorise.

Numba compiles `math.exp` and its like to a call of the C library for each number, and a loop around a call does not
vectorise. The float32 versions here are plain arithmetic without branches: both sides of a choice are computed and one
is selected, powers of two are put together from exponent bits, and the rest is a polynomial.

Each public function is one name for both precisions. In compiled code it takes the float32 version for a float32 and
the `math` module's for a float64. As plain Python it is the `math` module's, and where that raises an exception (an
overflow, the logarithm of 0) it gives what compiled code gives: an infinity, or NaN.

The float32 versions err by less than 2 units in the last place (ulp) for every float32, normal_cdf by less than 8, and
keep signed zeros, infinities and NaN. Where exp and logistic would give a subnormal number, below 2^-126, they give 0,
normal_cdf and normal_pdf already below 2^-121: to compute with subnormal numbers slows a processor down ten times and
more, just where gates are shut. The others do not flush: a subnormal x gives what it should.
tests/engine/test_elementary.py measures that. They use no fused multiplication and addition, so they give the same bits
on every machine, in vectors or alone.

Sources. Exponentials: x = n ln 2 + r with ln 2 in two parts, the first so short that n times it is exact (Cody and
Waite 1980, "Software Manual for the Elementary Functions"), then e^x = 2^n e^r. Logarithms: x = 2^n m with m between
sqrt(1/2) and sqrt(2), then n ln 2 + log m (the same book); log1p adds what 1 + x lost by rounding (Hewlett-Packard's
correction, see Kahan 1987). tanh and erf: an odd polynomial near 0; elsewhere 1 - 2 / (e^2x + 1), and 1 - e^-q(x) with
q a polynomial. normal_cdf: e^(-x^2/2), with x^2 in two parts (Dekker 1971), times a polynomial in 1 / (1 + 0.3 |x|), a
form like Hastings's (1955).

Coefficients: minimax polynomials for the relative error of the whole function, found by Lawson's iteration (least
squares on at least 1,001 Chebyshev points in float64, weights multiplied by the error until it is level), then rounded
to float32 from the lowest power up, fitting those that remain anew after each. Their own errors are below 2^-27 of the
result.
"""

import math
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from twostroke.engine.catalogue.activations import INVERSE_SQRT_2PI, logistic, normal_cdf, normal_pdf


def _constants(*values: float) -> tuple[np.float32, ...]:
    """A polynomial's coefficients, lowest power first."""
    return tuple(np.float32(value) for value in values)


HALF, ONE, TWO = _constants(0.5, 1.0, 2.0)
ZERO, INFINITY, NOT_A_NUMBER = _constants(0.0, math.inf, math.nan)
LOG2_E = np.float32(1.0 / math.log(2.0))
LN2_HIGH = np.float32(0.693145751953125)  # 15 bits, so that a product with an integer below 512 is exact
LN2_LOW = np.float32(math.log(2.0) - 0.693145751953125)
# Adding 1.5 * 2^23 rounds to an integer, which then stands in the lowest bits.
ROUNDER = np.float32(1.5 * 2.0**23)
ROUNDER_BITS = 0x4B400000
EXPONENT_BIAS, MANTISSA_BITS = 127, 23
SQRT_HALF_BITS = 0x3F3504F3
SPLITTER = np.float32(4097.0)  # a product with it, less the rest of that product, leaves the upper half of the bits
DENSITY_AT_0 = np.float32(INVERSE_SQRT_2PI)
CDF_SCALE = np.float32(0.3)
BELL_END = np.float32(12.9)  # beyond, tail and density are taken for 0: they are below 2^-121
SMALLEST_NORMAL = np.float32(2.0**-126)
RECIPROCAL = np.float32(0.97)  # 1 / (1 + e) is 0.97 - e / 2 to 8 % for e from 0 to 1
TWO_POWER_23 = np.float32(2.0**23)

# Beyond these the results are 0 and infinity, -1, 1 and 1: further out, nothing changes.
EXP_LOW, EXP_HIGH, EXPM1_LOW, TANH_HIGH, ERF_HIGH = _constants(-87.33654, 89.0, -18.0, 10.0, 4.0)
EXPM1_LINEAR = np.float32(2.0**-25)  # below it expm1(x) is x to half a place
TANH_NEAR, ERF_NEAR = _constants(0.55, 0.85)  # where the polynomials give over to exponentials

EXP = _constants(0.5, 0.16666515, 0.041666377, 0.008369394, 0.0013942922)  # (e^r - 1 - r) / r^2
EXPM1 = _constants(0.5, 0.16666666, 0.041666485, 0.008333541, 0.0013933228, 0.00019766994)  # the same, finer
TANH = _constants(-0.33333316, 0.13332546, -0.05384785, 0.021052472, -0.0062459926)  # (tanh x - x) / x^3, in x^2
ERF = _constants(0.12837917, -0.3761259, 0.11282865, -0.026807288, 0.0050577037, -0.00063485187)  # erf x / x - 1
ERFC = _constants(1.128534, 0.63565093, 0.10535197, -0.02294854, 0.003233446, -0.00021625223)  # -log(erfc x) / x
# With T the normal distribution's tail beyond t, v = 1 / (1 + 0.3 t) and w = v - 1: (e^(t^2 / 2) T / v - 1 / 2) / w
CDF = _constants(
    0.8298073, 0.61814684, 0.08103104, -0.13969891, -0.02334007, 0.010009353, -0.0714623, -0.07345688, -0.020722965
)
LOG = _constants(
    0.3333331, -0.24999994, 0.20002201, -0.16668652, 0.1421873, -0.12396164, 0.11885235, -0.11721904, 0.06803061
)  # (log(1 + f) - f + f^2 / 2) / f^3

OPTIONS = {"forceinline": True, "fastmath": False}
"""Inlined, so that loops vectorise; exact also where the caller is compiled with fastmath, which is inherited."""


@register_jitable(**OPTIONS)
def _power_of_two(n):  # type: ignore[no-untyped-def]
    """2^n for n from -126 to 127."""
    return np.int32((n + EXPONENT_BIAS) << MANTISSA_BITS).view(np.float32)


@register_jitable(**OPTIONS)
def _exp32(x):  # type: ignore[no-untyped-def]
    return _exp_of(x, ZERO)


@register_jitable(**OPTIONS)
def _exp_of(x, tail):  # type: ignore[no-untyped-def]
    """e^(x + tail), the tail between -0.03 and 0.03."""
    # A comparison with NaN is false, so NaN passes both bounds.
    bounded = EXP_LOW if x < EXP_LOW else x
    bounded = EXP_HIGH if bounded > EXP_HIGH else bounded
    shifted = bounded * LOG2_E + ROUNDER
    n = shifted - ROUNDER
    high, low = bounded - n * LN2_HIGH, n * LN2_LOW - tail
    r = high - low
    q = (((EXP[4] * r + EXP[3]) * r + EXP[2]) * r + EXP[1]) * r + EXP[0]
    first = ONE + r
    lost = (r - (first - ONE)) + ((high - r) - low)  # by rounding 1 + r, and r
    power = np.int32(np.float32(shifted).view(np.int32) - ROUNDER_BITS)
    half = power >> 1  # two factors, since 2^128 is no number
    result = (first + (lost + r * r * q)) * _power_of_two(half) * _power_of_two(power - half)
    return ZERO if x < EXP_LOW else result


@register_jitable(**OPTIONS)
def _expm1_32(x):  # type: ignore[no-untyped-def]
    bounded = EXPM1_LOW if x < EXPM1_LOW else x
    bounded = EXP_HIGH if bounded > EXP_HIGH else bounded
    shifted = bounded * LOG2_E + ROUNDER
    n = shifted - ROUNDER
    high, low = bounded - n * LN2_HIGH, n * LN2_LOW
    r = high - low
    lost = (high - r) - low
    q = ((((EXPM1[5] * r + EXPM1[4]) * r + EXPM1[3]) * r + EXPM1[2]) * r + EXPM1[1]) * r + EXPM1[0]
    less_one = r + (r * r * q + lost)
    scale = _power_of_two(np.int32(np.float32(shifted).view(np.int32) - ROUNDER_BITS) - 1)
    result = TWO * (scale * less_one + (scale - HALF))
    return x if abs(x) < EXPM1_LINEAR else result


@register_jitable(**OPTIONS)
def _tanh32(x):  # type: ignore[no-untyped-def]
    size = abs(x)
    far = ONE - TWO / (_exp32(TWO * (TANH_HIGH if size > TANH_HIGH else size)) + ONE)
    t = x * x
    p = (((TANH[4] * t + TANH[3]) * t + TANH[2]) * t + TANH[1]) * t + TANH[0]
    near = x * (ONE + t * p)
    return near if size < TANH_NEAR else (-far if x < ZERO else far)


@register_jitable(**OPTIONS)
def _erf32(x):  # type: ignore[no-untyped-def]
    size = abs(x)
    c = ERF_HIGH if size > ERF_HIGH else size
    q = ((((ERFC[5] * c + ERFC[4]) * c + ERFC[3]) * c + ERFC[2]) * c + ERFC[1]) * c + ERFC[0]
    far = ONE - _exp32(-c * q)
    t = x * x
    p = ((((ERF[5] * t + ERF[4]) * t + ERF[3]) * t + ERF[2]) * t + ERF[1]) * t + ERF[0]
    near = x + x * p
    return near if size < ERF_NEAR else (-far if x < ZERO else far)


@register_jitable(**OPTIONS)
def _logistic32(x):  # type: ignore[no-untyped-def]
    e = _exp32(-abs(x))  # at most 1: no overflow on either side
    below = ONE + e
    lost = e - (below - ONE)
    result = (ONE if x >= ZERO else e) / below
    return result - result * (lost * (RECIPROCAL - HALF * e))  # / (below + lost), to first order


@register_jitable(**OPTIONS)
def _bell(x):  # type: ignore[no-untyped-def]
    """e^(-x^2 / 2)."""
    x = BELL_END if abs(x) > BELL_END else x
    # x^2 in two parts: the square of the first 12 bits, which is exact, and the rest.
    product = SPLITTER * x
    high = product - (product - x)
    return _exp_of(-HALF * high * high, -HALF * (x - high) * (x + high))


@register_jitable(**OPTIONS)
def _normal_cdf32(x):  # type: ignore[no-untyped-def]
    size = abs(x)
    t = CDF_SCALE * (BELL_END if size > BELL_END else size)
    v = ONE / (ONE + t)
    w = -t * v
    q = ((((CDF[8] * w + CDF[7]) * w + CDF[6]) * w + CDF[5]) * w + CDF[4]) * w + CDF[3]
    q = ((q * w + CDF[2]) * w + CDF[1]) * w + CDF[0]
    tail = _bell(x) * (v * (HALF + w * q))
    tail = ZERO if size > BELL_END else tail
    return ONE - tail if x > ZERO else tail


@register_jitable(**OPTIONS)
def _normal_pdf32(x):  # type: ignore[no-untyped-def]
    density = DENSITY_AT_0 * _bell(x)
    return ZERO if abs(x) > BELL_END else density


@register_jitable(**OPTIONS)
def _log_of(x, lost, shift):  # type: ignore[no-untyped-def]
    """log((x + lost) / 2^shift) for a positive normal x and `lost` far smaller."""
    bits = np.float32(x).view(np.int32)
    n = np.int32((bits - SQRT_HALF_BITS) >> MANTISSA_BITS)
    m = np.int32(bits - (n << MANTISSA_BITS)).view(np.float32)
    f = (m - ONE) + lost * _power_of_two(-(n if n < 100 else 100))  # `lost` is nothing beside a large x
    p = ((((LOG[8] * f + LOG[7]) * f + LOG[6]) * f + LOG[5]) * f + LOG[4]) * f + LOG[3]
    p = ((p * f + LOG[2]) * f + LOG[1]) * f + LOG[0]
    count = np.float32(n - shift)
    return count * LN2_HIGH + (f + (count * LN2_LOW + (f * f * f * p - HALF * f * f)))


@register_jitable(**OPTIONS)
def _log_edges(x, zero, result):  # type: ignore[no-untyped-def]
    """What a logarithm that has its zero argument at `zero` gives there, below, at infinity and at NaN."""
    result = result if x < INFINITY else x + ZERO  # infinity and NaN
    return result if x > zero else (-INFINITY if x == zero else NOT_A_NUMBER)


@register_jitable(**OPTIONS)
def _log32(x):  # type: ignore[no-untyped-def]
    small = x < SMALLEST_NORMAL
    shift = np.int32(MANTISSA_BITS if small else 0)
    return _log_edges(x, ZERO, _log_of(x * TWO_POWER_23 if small else x, ZERO, shift))


@register_jitable(**OPTIONS)
def _log1p32(x):  # type: ignore[no-untyped-def]
    u = ONE + x
    back = u - ONE
    lost = (ONE - (u - back)) + (x - back)
    result = _log_edges(x, -ONE, _log_of(u, lost, np.int32(0)))
    return x if abs(x) < EXPM1_LINEAR else result


def exp(x):  # type: ignore[no-untyped-def]
    """e^x."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def expm1(x):  # type: ignore[no-untyped-def]
    """e^x - 1, also where x is small."""
    try:
        return math.expm1(x)
    except OverflowError:
        return math.inf


def log(x):  # type: ignore[no-untyped-def]
    """The natural logarithm; -infinity at 0, NaN below."""
    return math.log(x) if x > 0.0 else (-math.inf if x == 0.0 else math.nan)


def log1p(x):  # type: ignore[no-untyped-def]
    """log(1 + x), also where x is small; -infinity at -1, NaN below."""
    return math.log1p(x) if x > -1.0 else (-math.inf if x == -1.0 else math.nan)


def tanh(x):  # type: ignore[no-untyped-def]
    """The hyperbolic tangent."""
    return math.tanh(x)


def erf(x):  # type: ignore[no-untyped-def]
    """The error function."""
    return math.erf(x)


SINGLE: dict[Callable[[float], float], Callable[[Any], Any]] = {
    exp: _exp32,
    expm1: _expm1_32,
    log: _log32,
    log1p: _log1p32,
    tanh: _tanh32,
    erf: _erf32,
    logistic: _logistic32,
    normal_cdf: _normal_cdf32,
    normal_pdf: _normal_pdf32,
}
"""The float32 version of each public function."""


def _double(plain: Callable[[float], float]) -> Callable[[float], float]:
    """For float64 in compiled code, where the functions of `math` raise no exception."""
    own = getattr(math, plain.__name__, None)
    # Numba wants the annotations of all versions to be alike: a copy has none.
    return FunctionType(plain.__code__, plain.__globals__) if own is None else lambda x: own(x)


def _choose(plain: Callable[[float], float], single: Callable[[Any], Any]) -> None:
    versions = {types.float32: single, types.float64: _double(plain)}
    overload(plain, jit_options=OPTIONS)(lambda x: versions.get(x))


for _plain, _single in SINGLE.items():
    _choose(_plain, _single)
