"""What names have in common, and so need not say where they have little room."""

import re

WORDS = re.compile(r"(?<!·) (?!·)")
"""Between two words; a neuron's place, "3 · 1", is one."""


def alike(names: list[str]) -> tuple[str, str]:
    """The words that all names begin and end with; a neuron's number, "3 · 1", is one word."""
    if len(names) < 2:
        return "", ""
    words = [WORDS.split(name) for name in names]
    most = min(map(len, words)) - 1
    end = _same([each[::-1] for each in words], most)
    start = _same(words, most - end)
    first = words[0]
    return "".join(f"{word} " for word in first[:start]), "".join(f" {word}" for word in first[len(first) - end :])


def _same(names: list[list[str]], most: int) -> int:
    """How many words they have in common from the first one on."""
    return next((n for n in range(most) if len({words[n] for words in names}) > 1), max(most, 0))


def shorter(name: str, title: str) -> tuple[str, ...]:
    """`name` without what `title`, under which it stands, ends with, too: of which neuron, of which parameter."""
    cuts = [at.start() for at in re.finditer(" of ", name) if title.endswith(name[at.start() :])]
    return tuple(name[:at] for at in reversed(cuts))
