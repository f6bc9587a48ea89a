"""With how many digits numbers are shown: as many as make the arithmetic that is shown come out right.

0.66 − 0.53 = 0.12 is right of the numbers that were computed, and wrong on paper. So the numbers that are put together
are shown with more digits than were asked for, until what they give on paper, rounded as the result is, is that result.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from twostroke.engine.session.phrases import MINUS
from twostroke.gui.model.numbers import MOST, SUPERSCRIPT, UNKNOWN

SMALLEST, LARGEST = 1e-3, 1e6
"""Outside of these a number is written with a power of ten."""

EXACT = 1e-7
"""How near, relative to its size, a float32 comes to the decimal number that was meant."""

POWERS = {"1": "", f"{MINUS}1": MINUS}
"""What stands before a bare power of ten."""

TIE = 1e-12
"""How near, relative to its size, a number may come to the middle between two: which way it is rounded is then open."""

FURTHER = 2
"""How many digits more than were asked for a result gets at most."""

Read = Callable[[float], float]


def rounded(value: float, digits: int) -> float:
    """`value` as it is shown with so many significant digits."""
    return float(f"{value:.{digits - 1}e}") if math.isfinite(value) else value


class Digits(NamedTuple):
    """With how many digits a line of arithmetic is shown."""

    operands: int
    result: int


def digits_that_add_up(
    on_paper: Callable[[Read], float], value: float, digits: int, read: Callable[[float, int], float] = rounded
) -> Digits | None:
    """The fewest digits, from `digits` to 9, with which a line is right as it is shown; None where none are enough.

    `on_paper` puts the operands together as they are read; as the result is shown, it must be `value`. The operands
    get more digits first; the result, too, where it lies all but in the middle between two numbers. `read` gives the
    number that is read where one is written with so many digits.
    """
    for result in range(digits, min(digits + FURTHER, MOST) + 1):
        wanted = read(value, result)
        for operands in range(result, MOST + 1):
            found = on_paper(partial(_reading, read, operands))
            if read(found * (1 - TIE), result) == read(found * (1 + TIE), result) == wanted:
                return Digits(operands, result)
    return None


def _reading(read: Callable[[float, int], float], digits: int, operand: float) -> float:
    return read(operand, digits)


def mantissa_and_exponent(value: float, digits: int) -> tuple[str, int | None]:
    """The number as written with a plain minus sign: digits, and the power of ten where there is one."""
    shown = rounded(value, digits)
    if shown == 0:
        return "0", None
    if SMALLEST <= abs(shown) < LARGEST:
        places = max(digits - 1 - math.floor(math.log10(abs(shown))), 0)
        return _without_zeros(f"{value:.{places}f}", value), None
    text, exponent = f"{value:.{digits - 1}e}".split("e")
    return _without_zeros(text, value, int(exponent)), int(exponent)


def _without_zeros(text: str, value: float, exponent: int = 0) -> str:
    """0.500 as 0.5 where that is what it is, not where it was rounded to that."""
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return short if abs(float(f"{short}e{exponent}") - value) <= EXACT * abs(value) else text


def as_text(value: float | None, digits: int) -> str:
    """For a line of text: "−0.312", "3.2·10⁻⁴"; "…" for what is not known yet."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text, exponent = mantissa_and_exponent(value, digits)
    text = text.replace("-", MINUS)
    if exponent is None:
        return text
    power = f"10{str(exponent).translate(SUPERSCRIPT)}"
    return POWERS[text] + power if text in POWERS else f"{text}·{power}"


def latex(value: float | None, digits: int) -> str:
    """The same in LaTeX."""
    if value is None or math.isnan(value):
        return r"\dots"
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    text, exponent = mantissa_and_exponent(value, digits)
    if exponent is None:
        return text
    power = f"10^{{{exponent}}}"
    return ("-" if text == "-1" else "") + power if text in ("1", "-1") else rf"{text} \cdot {power}"
