"""How a number is written: one rule for all that is computed, in text and LaTeX, and a way for each other purpose."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from twostroke.engine.session.phrases import MINUS, true_minus

UNKNOWN = "…"
"""Stands for a number that has not been computed yet."""

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


FEWEST_DIGITS, USUAL_DIGITS, MOST_DIGITS = 2, 3, 9
"""Digits that a user may choose."""

SMALLEST, LARGEST = 1e-3, 1e6
"""Outside of these a number is written with a power of ten."""

EXACT = 1e-7
"""How near, relative to its size, a float32 comes to the decimal number that was meant."""

POWERS = {"1": "", f"{MINUS}1": MINUS}
"""What stands before a bare power of ten."""

_DIGITS = ContextVar("digits", default=USUAL_DIGITS)


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


def number(value: float | None, digits: int | None = None) -> str:
    """`value` with so many significant digits, as people write it: "−0.312", "0.5", "10⁻⁴"; "…" where it is not known.

    Without `digits`, with as many as `shown_with` says. Digits before the point are never cut.
    """
    special = _special(value)
    if special is not None or value is None:
        return special or UNKNOWN
    text, exponent = _written(value, digits_now() if digits is None else digits)
    text = true_minus(text)
    if exponent is None:
        return text
    power_of_ten = ten_to(exponent)
    return POWERS[text] + power_of_ten if text in POWERS else f"{text}·{power_of_ten}"


def latex(value: float | None, digits: int) -> str:
    """The same in LaTeX."""
    if value is None or math.isnan(value):
        return r"\dots"
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    text, exponent = _written(value, digits)
    if exponent is None:
        return text
    power_of_ten = f"10^{{{exponent}}}"
    return ("-" if text == "-1" else "") + power_of_ten if text in ("1", "-1") else rf"{text} \cdot {power_of_ten}"


def as_read(value: float, digits: int) -> float:
    """The number that is read where `number` has written `value`."""
    if value == 0 or not math.isfinite(value):
        return value
    places = _places(value, digits)
    return float(f"{value:.{digits - 1}e}" if places is None else f"{value:.{places}f}")


def _places(value: float, digits: int) -> int | None:
    """How many decimals are written; None where it is a power of ten."""
    shown = abs(float(f"{value:.{digits - 1}e}"))  # 0.9996 is 1.00, with two of them
    return max(digits - 1 - math.floor(math.log10(shown)), 0) if SMALLEST <= shown < LARGEST else None


def _written(value: float, digits: int) -> tuple[str, int | None]:
    """With a plain minus sign, and the power of ten where there is one."""
    if value == 0:
        return "0", None
    places = _places(value, digits)
    if places is not None:
        return _without_zeros(f"{value:.{places}f}", value), None
    text, exponent = f"{value:.{digits - 1}e}".split("e")
    return _without_zeros(text, value, int(exponent)), int(exponent)


def _without_zeros(text: str, value: float, exponent: int = 0) -> str:
    """0.500 as 0.5 where that is what it is, not where it was rounded to that."""
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return short if abs(float(f"{short}e{exponent}") - value) <= EXACT * abs(value) else text


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


def power(value: float, places: int = 1) -> str:
    """`value` as 1.2·10ⁿ."""
    mantissa, exponent = f"{value:.{places}e}".split("e")
    return f"{true_minus(mantissa)}·{ten_to(int(exponent))}"


def ten_to(exponent: int) -> str:
    """10ⁿ."""
    return f"10{str(exponent).translate(SUPERSCRIPT)}"


def signed(value: float | None, digits: int | None = None) -> str:
    """As `number`, with a plus sign before positive ones."""
    text = number(value, digits)
    return text if value is None or not 0 < value < math.inf else f"+{text}"


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


def _special(value: float | None) -> str | None:
    if value is None or math.isnan(value):  # not known yet: the engine never shows a state that has become NaN
        return UNKNOWN
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    return "0" if value == 0 else None
