"""In which line of a TOML file a key stands, which the library that reads it does not tell.

A file is read again and again, each time cut off behind another line: the key stands in the line from which on it is
there. Only what is wrong is looked for, so it may take some milliseconds.
"""

import tomllib
from collections.abc import Sequence
from typing import Any

Place = Sequence[str | int]
"""Keys, and places in lists: ("scenes", 2, "assert", 0)."""

CLOSING = ("", "]", "}", "}]", "]}", "]}]", '"""', "'''", '"""]', '"""}', '"""}]', "'''}]")
"""What may be open where a file is cut."""


def line_of(text: str, place: Place) -> int:
    """The line, from 1, in which `place` begins; where it is missing, that of the table in which it is."""
    lines = text.splitlines()
    known = _depth(_parsed(lines, len(lines)), place)
    low, high = 1, max(1, len(lines))
    while low < high:
        middle = (low + high) // 2
        if _depth(_parsed(lines, middle), place) >= known:
            high = middle
        else:
            low = middle + 1
    return low


def _parsed(lines: Sequence[str], count: int) -> Any:
    """What the first lines say, or as many of them as say anything."""
    for last in range(count, 0, -1):
        text = "\n".join(lines[:last])
        for closing in CLOSING:
            try:
                return tomllib.loads(f"{text}\n{closing}" if closing in ("]", "]}", "]}]") else text + closing)
            except tomllib.TOMLDecodeError:
                continue
    return {}


def _depth(content: Any, place: Place) -> int:
    """How many steps of the way there are."""
    for count, step in enumerate(place):
        inside = isinstance(content, dict) if isinstance(step, str) else isinstance(content, list)
        if not inside or (step not in content if isinstance(step, str) else step >= len(content)):
            return count
        content = content[step]
    return len(place)
