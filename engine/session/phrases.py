"""Small pieces of the sentences that tell a user what is wrong: a value, a place, the nearest known name."""

import difflib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

MINUS = "\u2212"

SHOWN = 40
"""Characters of a value that a sentence quotes, at most."""

LONGEST_NAME = 255
"""Characters of a file's name, at most."""

AS_NEAR = 0.1
LONGEST_COMPARED = 1_000
FIRST_NAMES = 20

NEAR = 0.6
"""From which likeness on, 0 to 1, a word may be a slip of another."""


def shown(value: Any) -> str:
    """A value as it would stand in a session file, short and on one line; containers only by their size."""
    if isinstance(value, str):
        return json.dumps(_shortened(value, SHOWN, 0), ensure_ascii=not printable(value))
    if isinstance(value, dict):
        return f"an object of {counted(len(value), 'key')}"
    if isinstance(value, list | tuple):
        return f"a list of {counted(len(value), 'entry', 'entries')}"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int):
        return true_minus(f"{value:,}") if abs(value) < 10**15 else "a number of more than 15 digits"
    if isinstance(value, float):
        return true_minus(f"{value:g}")
    return f"a {type(value).__name__}"


def named(name: str, most: int = SHOWN) -> str:
    """A name as it is, or where it has more characters or some cannot be seen, in quotes and short."""
    return name if printable(name) and len(name) <= most else shown(name)


def quoted(text: str) -> str:
    """A text in full, as it would stand in a session file."""
    return json.dumps(text, ensure_ascii=not printable(text))


def told_apart(names: Iterable[str], most: int, written: Callable[[str], str]) -> dict[str, str]:
    """What to show of each name, in at most so many characters; `written` makes a text fit to be shown.

    Of names that would read the same the ends stand there, too; where these are the same as well, all of the name.
    """
    found = {name: written(_shortened(name, most, 0)) for name in names}
    for cut in (lambda name: _shortened(name, most, most // 2 - 1), lambda name: name):
        times = Counter(found.values())
        found = {name: text if times[text] < 2 else written(cut(name)) for name, text in found.items()}
    return found


def _shortened(name: str, most: int, last: int) -> str:
    """A name in at most so many characters, of which so many are its last ones."""
    return name if len(name) <= most else f"{name[: most - 1 - last]}…{name[len(name) - last :]}"


def true_minus(text: str) -> str:
    """A number that Python has written, with the sign that is as wide as its digits."""
    return text.replace("-", MINUS)


def printable(text: str) -> bool:
    """Whether `text` can be shown as it is: no control characters, no half of a surrogate pair."""
    return text.isprintable()


def unknown_in_full(kind: str, word: str, known: Sequence[str]) -> str:
    """That `word` is no `kind`, with the known names it may be a slip of, none of them shortened; else the first."""
    close = difflib.get_close_matches(word, known, n=3, cutoff=NEAR) if len(word) <= LONGEST_COMPARED else []
    close = [name for name in known if name.strip().casefold() == word.strip().casefold()][:3] or close
    likeness = [difflib.SequenceMatcher(None, name, word).ratio() for name in close]
    close = [name for name, like in zip(close, likeness, strict=True) if like > likeness[0] - AS_NEAR]
    names = close or list(known[:FIRST_NAMES])
    few = [json.dumps(name, ensure_ascii=False) if close else name for name in names]
    if close:
        return f"unknown {kind} {quoted(word)}; did you mean {listed(few)}?"
    more = f" (and {len(known) - FIRST_NAMES:,} more)" if len(known) > FIRST_NAMES else ""
    return f"unknown {kind} {quoted(word)}; expected {listed(few)}{more}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 key", "3 keys"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def layer_name(layer: int, depth: int | None = None) -> str:
    """What a layer is called on the screen: "input", "hidden 1", ..., and "output" where it is that of `depth`."""
    return "input" if layer == 0 else "output" if layer == depth else f"hidden {layer}"


def listed(words: Iterable[str]) -> str:
    """Words as a list: "a, b or c"."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def path(location: Sequence[str | int]) -> str:
    """A place in a session: ("network", "layers", 0, "units") is `network.layers[0].units`."""
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            plain = part if part.isidentifier() and len(part) <= SHOWN else shown(part)
            text += f".{plain}" if text else plain
    return text


def nearest(word: str, known: Iterable[str], like: float = NEAR) -> str | None:
    """The known word that `word` is most likely a slip of, if any is as near as `like`, from 0 to 1."""
    folded = {name.casefold().replace("-", "_"): name for name in known}
    close = difflib.get_close_matches(word[:SHOWN].casefold().replace("-", "_"), folded, n=1, cutoff=like)
    return folded[close[0]] if close else None


def unknown(kind: str, word: Any, known: Sequence[str], among: Sequence[str] | None = None, like: float = NEAR) -> str:
    """That `word` is no `kind`, with the nearest known name - of `among`, if given - or all of them."""
    found = nearest(word, known if among is None else among, like) if isinstance(word, str) else None
    return f"unknown {kind} {shown(word)}; " + (
        f"did you mean {shown(found)}?" if found else f"expected {listed(known)}"
    )
