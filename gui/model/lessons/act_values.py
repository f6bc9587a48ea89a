"""What the acts of lessons take: readers of one value each. ValueError says what was expected."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from twostroke.engine.session.phrases import listed, named, nearest, shown
from twostroke.gui.model.numbers import plain

Reader = Callable[[Any], Any]

MOST_UPDATES = 10_000_000
MOST_PLACES = 1_000
"""Places that one act names."""
MOST_EXACT = 10**15
"""Up to which a number is told in its digits."""


def whole(low: int, high: int) -> Reader:
    """A whole number."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"a whole number from {low:,} to {high:,}")
        return value

    return read


def number(value: Any) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e308:
        raise ValueError("a number")
    return float(value)


def true(value: Any) -> bool:
    """Nothing but true: what an act without a value takes."""
    if value is not True:
        raise ValueError("true")
    return True


def one_of(names: Iterable[str]) -> Reader:
    """One of some names."""
    known = tuple(names)

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            guess = nearest(value, known) if isinstance(value, str) else None
            raise ValueError(f'"{guess}"?' if guess else listed(f'"{name}"' for name in known))
        return value

    return read


def text(fits: Callable[[str], bool], expected: str) -> Reader:
    """A text of some form."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or len(value) > 100 or not fits(value):
            raise ValueError(expected)
        return value

    return read


def one_or_more(reader: Reader) -> Reader:
    """A value alone, or a list of them: a tuple."""

    def read(value: Any) -> tuple[Any, ...]:
        values = value if isinstance(value, list) else [value]
        if not 0 < len(values) <= MOST_PLACES:
            raise ValueError(f"one or a list of at most {MOST_PLACES:,}")
        return tuple(reader(each) for each in values)

    return read


def table(**readers: Reader) -> Callable[..., dict[str, Any]]:
    """A table with these keys, and no others."""

    def read(value: Any, needed: tuple[str, ...] = ()) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise ValueError(f"a table with {listed(readers)}")
        for key in value:
            if key not in readers:
                raise ValueError(f"{listed(readers)} in it, not {shown(key)}")
        for key in needed:
            if key not in value:
                raise ValueError(f"{key} in it")
        return {key: _inner(key, reader, value[key]) for key, reader in readers.items() if key in value}

    return read


def _inner(key: str, reader: Reader, value: Any) -> Any:
    try:
        return reader(value)
    except ValueError as error:
        raise ValueError(f"{key} in it as {error}") from None


def pairs(reader: Reader, example: str) -> Reader:
    """A table with any keys: a tuple of keys and values."""

    def read(value: Any) -> tuple[tuple[str, Any], ...]:
        if not isinstance(value, Mapping) or not 0 < len(value) <= MOST_PLACES:
            raise ValueError(f"a table, as {example}")
        return tuple((key, _inner(key, reader, each)) for key, each in _flat(value))

    return read


def _flat(value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """`network.units = 3` in a table is the key "network.units", as it is in quotes."""
    found: list[tuple[str, Any]] = []
    for key, each in value.items():
        nested = isinstance(each, Mapping) and "name" not in each and not key.endswith("parameters")
        found += [(f"{key}.{inner}", own) for inner, own in _flat(each)] if nested else [(key, each)]
    return found


def numbers(value: Any) -> tuple[float, ...]:
    """A list of numbers."""
    if not isinstance(value, list) or not 0 < len(value) <= MOST_PLACES:
        raise ValueError("a list of numbers in square brackets")
    return tuple(number(each) for each in value)


def of_session(value: Any) -> Any:
    """A value as a session has it, which is checked further when it is set: TOML knows dates, too, a session none."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else None
    if inner is None and not isinstance(value, str | int | float | None):
        raise ValueError("a text, a number, true, false, a list or a table")
    for each in inner or ():
        of_session(each)
    return value


def told(value: Any) -> str:
    """Any value in words, on one line and short."""
    if isinstance(value, str):
        return named(value)
    exact = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < MOST_EXACT
    return plain(value) if exact else shown(value)
