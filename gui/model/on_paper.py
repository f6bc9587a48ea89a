"""Arithmetic in a line of a caption, a label or a panel: with as many digits as make it right as it is read. No Qt."""

from collections.abc import Callable

from twostroke.engine.session.phrases import MINUS
from twostroke.gui.model.explain.digits import Digits, Read, digits_that_add_up
from twostroke.gui.model.numbers import digits_now, number, signed


def digits_of(on_paper: Callable[[Read], float], value: float, fewest: int | None = None) -> Digits:
    """With how many digits operands and result are written, as many as are wanted or more; see `digits_that_add_up`."""
    fewest = digits_now() if fewest is None else fewest
    return digits_that_add_up(on_paper, value, fewest) or Digits(fewest, fewest)


def factor(text: str) -> str:
    """A number that is written already, as it stands behind a multiplication sign: a negative one in brackets."""
    return f"({text})" if text.startswith(MINUS) else text


def product_text(left: float, right: float, value: float, *, sign: bool = False, fewest: int | None = None) -> str:
    """ "0.42 · (−1.31) = −0.55"; with a sign before the left factor, too, if wanted."""
    operands, result = digits_of(lambda read: read(left) * read(right), value, fewest)
    first = (signed if sign else number)(left, operands)
    return f"{first} · {factor(number(right, operands))} = {signed(value, result)}"
