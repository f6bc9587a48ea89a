"""The values that a race puts in a place, as text: `relu,tanh` on the command line, `relu` in a table.

A value is read as JSON where it is JSON - a number, true, false, null, a text in quotes, a list, an object -, else as
the text that it is.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from twostroke.engine.session.phrases import named, shown

Value = Any
"""As JSON has it."""

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
OPENING, CLOSING = "[{", "]}"
LONGEST = 80
"""Characters of a value that is told in words."""


class RaceProblem(ValueError):
    """A race that cannot be; the message is a sentence for the user."""


def values_of(text: str) -> tuple[Value, ...]:
    """The values in a list with commas, each of which may hold commas in brackets or quotes."""
    return tuple(value_of(piece) for piece in _pieces(text))


def vary_of(options: Sequence[str]) -> dict[str, tuple[Value, ...]]:
    """The places and their values, each given as `KEY=A,B,C`. RaceProblem where one is not, or stands there twice."""
    found: dict[str, tuple[Value, ...]] = {}
    for option in options:
        key, equals, values = (part.strip() for part in option.partition("="))
        if not key or not equals or not values:
            raise RaceProblem(f"--vary {shown(option)}; expected KEY=A,B,C, for example network.activation=relu,tanh.")
        if key in found:
            raise RaceProblem(f"--vary names {shown(key)} twice; expected each key once, with all its values.")
        found[key] = values_of(values)
    return found


def combination(chosen: Mapping[str, Value]) -> str:
    """Values in their places, in words: `network.activation=relu, network.units=8`."""
    return ", ".join(f"{key}={named(text_of(value), LONGEST)}" for key, value in chosen.items())


def _pieces(text: str) -> Iterator[str]:
    depth, quoted, begin = 0, False, 0
    for place, sign in enumerate(text):
        if sign == '"' and text[place - 1 : place] != "\\":
            quoted = not quoted
        elif not quoted and sign in OPENING + CLOSING:
            depth += 1 if sign in OPENING else -1
        elif sign == "," and not quoted and depth <= 0:
            yield text[begin:place]
            begin = place + 1
    yield text[begin:]


def value_of(text: str) -> Value:
    """One value."""
    text = text.strip()
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return float(text) if NUMBER.fullmatch(text) else text


def _no_number(text: str) -> None:
    raise ValueError(text)


def text_of(value: Value) -> str:
    """The text from which `value_of` reads the same value."""
    if isinstance(value, str) and value and list(_pieces(value)) == [value] and value_of(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)
