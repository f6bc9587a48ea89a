"""With how many digits numbers are shown: as many as make the arithmetic that is shown come out right.

0.66 − 0.53 = 0.12 is right of the numbers that were computed, and wrong on paper. So the numbers that are put together
are shown with more digits than were asked for, until what they give on paper, rounded as the result is, is that result.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from twostroke.gui.model.numbers import MOST_DIGITS, as_read

TIE = 1e-12
"""How near, relative to its size, a number may come to the middle between two: which way it is rounded is then open."""

FURTHER = 2
"""How many digits more than were asked for a result gets at most."""

Read = Callable[[float], float]


class Digits(NamedTuple):
    """With how many digits a line of arithmetic is shown."""

    operands: int
    result: int


def digits_that_add_up(on_paper: Callable[[Read], float], value: float, digits: int) -> Digits | None:
    """The fewest digits, from `digits` to 9, with which a line is right as it is shown; None where none are enough.

    `on_paper` puts the operands together as they are read; as the result is shown, it must be `value`. The operands
    get more digits first; the result, too, where it lies all but in the middle between two numbers.
    """
    for result in range(digits, min(digits + FURTHER, MOST_DIGITS) + 1):
        wanted = as_read(value, result)
        for operands in range(result, MOST_DIGITS + 1):
            found = on_paper(partial(as_read, digits=operands))
            if as_read(found * (1 - TIE), result) == as_read(found * (1 + TIE), result) == wanted:
                return Digits(operands, result)
    return None
