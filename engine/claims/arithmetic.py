"""What the signs of claims do with numbers, texts, yes and no, and arrays of them: in float64, and within bounds."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from twostroke.engine.session.phrases import shown

MOST_NUMBERS = 10_000_000
"""Entries of an array that a claim makes."""


class ClaimError(ValueError):
    """A claim that cannot be read, or has no meaning here: a sentence without its end, for a user."""


NUMERIC: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "//": np.floor_divide,
    "%": np.mod,
    "**": np.power,
}
LOGICAL: dict[str, Callable[..., Any]] = {"&": np.logical_and, "|": np.logical_or}
COMPARING: dict[str, Callable[..., Any]] = {
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def is_number(value: Any) -> bool:
    """Whether it is a number, or a yes or no, which counts as 1 or 0."""
    return isinstance(value, bool | int | float | np.number | np.bool_)


def is_yes_or_no(value: Any) -> bool:
    """Whether it is one, or an array of them."""
    return isinstance(value, bool | np.bool_) or (isinstance(value, np.ndarray) and value.dtype == np.bool_)


def described(value: Any) -> str:
    """What a value is, within a sentence."""
    if isinstance(value, np.ndarray):
        what = "yes and no" if value.dtype == np.bool_ else "numbers"
        size = " × ".join(map(str, value.shape))
        return f"an array of {size} {what}"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if is_number(value):
        return f"the number {float(value):g}"
    return f"the text {shown(value)}" if isinstance(value, str) else str(getattr(value, "title", "something else"))


def in_float64(value: Any, sign: str) -> Any:
    """A number or an array of numbers, in float64. ClaimError where it is none."""
    if isinstance(value, np.ndarray):
        return value.astype(np.float64)
    if not is_number(value):
        raise ClaimError(f"{sign} takes numbers, not {described(value)}")
    return np.float64(value)


@np.errstate(all="ignore")  # what is no finite number compares as such
def applied(sign: str, *values: Any) -> Any:
    """The value of a sign with one side, or with two."""
    if sign in ("not", "~"):
        return _not(sign, values[0])
    if sign in LOGICAL:
        _fit(sign, *values)
        for value in values:
            if not is_yes_or_no(value):
                raise ClaimError(f'"{sign}" takes masks, or a yes or no, not {described(value)}')
        return LOGICAL[sign](*values)
    numbers = [in_float64(value, f'"{sign}"') for value in values]
    if len(numbers) == 1:
        return -numbers[0] if sign == "-" else numbers[0]
    _fit(sign, *numbers)
    return NUMERIC[sign](*numbers)


def _not(sign: str, value: Any) -> Any:
    single = isinstance(value, bool | np.bool_)
    if not (single if sign == "not" else is_yes_or_no(value)):
        raise ClaimError(f'"{sign}" takes a yes or no, not {described(value)}')
    return np.logical_not(value)


def _fit(sign: str, left: Any, right: Any) -> None:
    """That arrays go together, and what becomes of them is not too large."""
    one, other = np.shape(left), np.shape(right)
    try:
        size = np.prod(np.broadcast_shapes(one, other), dtype=np.float64)
    except ValueError:
        raise ClaimError(
            f'"{sign}" has {described(left)} and {described(right)}; expected arrays of one shape'
        ) from None
    if size > MOST_NUMBERS:
        raise ClaimError(f'"{sign}" would make an array of {size:,.0f} numbers; expected at most {MOST_NUMBERS:,}')


@np.errstate(all="ignore")
def compared(sign: str, left: Any, right: Any) -> Any:
    """A yes or no, or an array of them. Texts are equal or not."""
    if isinstance(left, str) and isinstance(right, str):
        if sign not in ("==", "!="):
            raise ClaimError(f"texts are compared by == or !=, not by {sign}")
        return (left == right) is (sign == "==")
    numbers = [in_float64(value, f'"{sign}"') for value in (left, right)]
    _fit(sign, *numbers)
    return COMPARING[sign](*numbers)


def taken(array: Any, places: Sequence[Any]) -> Any:
    """The entries of an array at these places. ClaimError where it has no such ones."""
    if not isinstance(array, np.ndarray) or array.ndim == 0:
        raise ClaimError(f"{described(array)} has no entries; expected an array before the bracket")
    index = tuple(_place(place) for place in places)
    try:
        found = array[index]
    except (IndexError, ValueError, TypeError) as error:
        raise ClaimError(f"{described(array)} has no entries there: {_why(array, places, error)}") from None
    if np.size(found) > MOST_NUMBERS:
        raise ClaimError(f"that would be an array of {np.size(found):,} numbers; expected at most {MOST_NUMBERS:,}")
    return found


def _place(place: Any) -> Any:
    """A whole number, a mask or a slice, as NumPy takes it."""
    if isinstance(place, slice):
        ends = (None if end is None else _place(end) for end in (place.start, place.stop, place.step))
        return slice(*ends)
    if isinstance(place, np.ndarray) and place.dtype == np.bool_:
        return place
    if isinstance(place, np.ndarray):
        whole = place.astype(np.int64)
        if not np.array_equal(whole, place):
            raise ClaimError("a place in an array is a whole number")
        return whole
    if isinstance(place, bool | np.bool_) or not is_number(place) or place != np.floor(place):
        raise ClaimError(f"a place in an array is a whole number or a mask, not {described(place)}")
    return int(place)


def _why(array: Any, places: Sequence[Any], error: Exception) -> str:
    masks = [place for place in places if isinstance(place, np.ndarray)]
    if masks:
        return f"the mask is {described(masks[0])}"
    told = [f"{place:g}" for place in places if is_number(place)]
    if len(places) > array.ndim:
        return f"it has {array.ndim} places in its bracket, not {len(places)}"
    return f"places count from 0, not up to {', '.join(told)}" if told else str(error)
