"""How a number is written, for stage, captions and panels: one way for each purpose. Pure: no Qt."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from twostroke.engine.session.phrases import MINUS, true_minus

UNKNOWN = "…"
"""Stands for a number that has not been computed yet."""

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


FEWEST, USUAL, MOST = 2, 3, 9
"""Digits that a user may choose."""

_DIGITS = ContextVar("digits", default=USUAL)


@contextmanager
def shown_with(digits: int) -> Iterator[None]:
    """Numbers that are written inside have so many digits, where nothing else is asked for.

    What is kept from one frame to the next must not be made in here: it would keep its digits.
    """
    token = _DIGITS.set(digits)
    try:
        yield
    finally:
        _DIGITS.reset(token)


def digits_now() -> int:
    """As many as `shown_with` says."""
    return _DIGITS.get()


def number(value: float, digits: int | None = None) -> str:
    """`value` with about `digits` digits and the true minus sign; very small and very large ones as a power of ten.

    Without `digits`, with as many as `shown_with` says. From 0.1 to 1 it is cut at the same place as from 1 to 10;
    below, one digit less is kept.
    """
    special = _special(value)
    if special is not None:
        return special
    digits = digits_now() if digits is None else digits
    places = _places(value, digits)
    return power(value, max(digits - 2, 1)) if places is None else true_minus(f"{value:,.{places}f}")


def as_read(value: float, digits: int) -> float:
    """The number that is read where `number` has written `value`."""
    if value == 0 or not math.isfinite(value):
        return value
    places = _places(value, digits)
    return float(f"{value:.{max(digits - 2, 1)}e}" if places is None else f"{value:.{places}f}")


def _places(value: float, digits: int) -> int | None:
    """How many decimals `number` writes; None where it writes a power of ten."""
    size = abs(value) if abs(value) >= 1 else abs(float(f"{value:.{digits - 2}e}"))  # as it is read: 0.00996 is 0.010
    if size < 10.0 ** (-digits) or size >= 1e6:
        return None
    exponent = math.floor(math.log10(size))
    return max(digits - 1 - exponent if exponent >= 0 else digits - 2 - exponent, 0)


def apart(value: float, spread: float) -> str:
    """`value` with as many decimals as tell it from others that lie `spread` around it: 1,000,000,048.3 for 29."""
    if not math.isfinite(value) or not 1e-12 < spread < 1e12 or abs(value) >= 1e15:
        return number(value)
    places = max(0, 2 - math.floor(math.log10(spread)))
    return true_minus(f"{value:,.{places}f}")


def brief(value: float) -> str:
    """`value` where there is room for four figures: what rounds to 0.00 is told from 0 itself, as "≈0"."""
    special = _special(value)
    if special is not None:
        return special
    size = abs(value)
    if size < 0.005:
        return "≈0"
    if size >= 9_999.5:
        return power(value, 0)
    return true_minus(f"{value:,.{2 if size < 9.995 else 1 if size < 99.95 else 0}f}")


def whole(value: float) -> str:
    """`number`, without decimals where there are none: targets are often 0 or 1."""
    is_whole = math.isfinite(value) and value == int(value) and abs(value) < 1000
    return true_minus(f"{value:.0f}") if is_whole else number(value)


def power(value: float, places: int = 1) -> str:
    """`value` as 1.2 · 10ⁿ."""
    mantissa, exponent = f"{value:.{places}e}".split("e")
    return f"{true_minus(mantissa)}·10{str(int(exponent)).translate(SUPERSCRIPT)}"


def signed(value: float, digits: int | None = None) -> str:
    """As `number`, with a plus sign before positive ones."""
    text = number(value, digits)
    return text if value <= 0 or not math.isfinite(value) else f"+{text}"


def plain(value: float) -> str:
    """A setting's number: as short as it can be written, with the true minus sign."""
    return true_minus(f"{value:.6g}")


def exact(value: float) -> str:
    """A number in a field, with the true minus sign: as short as it can be written to read the very same again."""
    text = f"{value:.6g}"
    return true_minus(text if float(text) == value else repr(value))


def percent(share: float, places: int = 1) -> str:
    """A share as "98.4 %"."""
    return f"{100 * share:.{places}f} %"


def _special(value: float) -> str | None:
    if math.isnan(value):  # not known yet: the engine never shows a state that has become NaN
        return UNKNOWN
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    return "0" if value == 0 else None
