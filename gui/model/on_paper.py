"""Arithmetic in a line of a caption, a label or a panel: with as many digits as make it right as it is read. No Qt."""

import math
from collections.abc import Callable

from twostroke.gui.model.explain.digits import EXACT, Digits, Read, digits_that_add_up
from twostroke.gui.model.numbers import as_read, digits_now, number, signed


def digits_of(on_paper: Callable[[Read], float], value: float, fewest: int | None = None) -> Digits:
    """With how many digits operands and result are written, as many as are wanted or more; see `digits_that_add_up`."""
    fewest = digits_now() if fewest is None else fewest
    return digits_that_add_up(on_paper, value, fewest, as_read) or Digits(fewest, fewest)


def short(value: float, digits: int) -> int:
    """How many of so many digits are written: 1.00000 is 1.00, where that is what it is."""
    exact = (few for few in range(digits_now(), digits) if math.isclose(as_read(value, few), value, rel_tol=EXACT))
    return next(exact, digits)


def product_text(left: float, right: float, value: float, *, sign: bool = False, fewest: int | None = None) -> str:
    """ "0.42 · 1.31 = +0.55"; with a sign before the left factor, too, if wanted."""
    operands, result = digits_of(lambda read: read(left) * read(right), value, fewest)
    first = (signed if sign else number)(left, short(left, operands))
    return f"{first} · {number(right, short(right, operands))} = {signed(value, short(value, result))}"
