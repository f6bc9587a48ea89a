"""How figures are written in the sentences of a diagnosis."""

import math

from twostroke.engine.session.phrases import true_minus

MANY = 100.0
"""Times the whole, from which a percentage is told as other figures are."""

PLACES = 10
"""Decimals of a percentage that is all but 100, at most."""

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def figure(value: float) -> str:
    """Two or three digits; far from 1 as a power of ten: 0.032, 1.3·10⁻⁵. What outgrew every number is ∞."""
    if not math.isfinite(value):
        return "no number" if math.isnan(value) else true_minus(f"{value}").replace("inf", "∞")
    if 1e3 <= abs(value) < 1e4:
        return true_minus(f"{value:,.0f}")
    if value == 0.0 or 1e-3 <= abs(value) < 1e3:
        return true_minus(f"{value:.3g}")
    mantissa, exponent = f"{value:.1e}".split("e")
    return true_minus(f"{mantissa}·10") + str(int(exponent)).translate(SUPERSCRIPT)


def percent(share: float) -> str:
    """A share as a percentage without decimals, unless it would be 0 or 100 by rounding alone."""
    if not abs(share) < MANY:
        return f"{figure(100.0 * share)} %"
    whole = round(100.0 * share)
    if whole != 100 or share == 1.0:
        return f"{whole} %" if whole or share == 0.0 else f"{100.0 * share:.2g} %"
    near = (f"{100.0 * share:.{places}f}" for places in range(1, PLACES))
    return f"{next((text for text in near if float(text) != 100.0), 100)} %"
