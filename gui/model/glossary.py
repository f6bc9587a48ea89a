"""The words of the program, each with what it means; the window shows them, and lessons lead to them. No Qt."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LINK = re.compile(r"\[\[([^\[\]]+)\]\]")
"""A word in a text that leads to its entry."""


@dataclass(frozen=True)
class Entry:
    """One word. `says` is Markdown; `forms` are other ways to write the word."""

    word: str
    says: str
    forms: tuple[str, ...] = ()

    def found_by(self, text: str) -> bool:
        """Whether somebody who types `text` may look for this word."""
        sought = text.strip().casefold()
        return any(sought in form.casefold() for form in (self.word, *self.forms)) or sought in self.says.casefold()


@cache
def entries() -> tuple[Entry, ...]:
    """All words, by the alphabet."""
    read = tomllib.loads(files("twostroke.resources").joinpath("glossary.toml").read_text(encoding="utf-8"))
    told = (Entry(each["word"], each["says"], tuple(each.get("forms", ()))) for each in read["entries"])
    return tuple(sorted(told, key=lambda entry: entry.word.casefold()))


@cache
def _by_form() -> dict[str, Entry]:
    known = {form.casefold(): entry for entry in entries() for form in entry.forms}
    return known | {entry.word.casefold(): entry for entry in entries()}


def entry_of(text: str) -> Entry | None:
    """The entry of a word in any of its forms; None where there is none."""
    return _by_form().get(text.strip().casefold())


def with_links(markdown: str) -> str:
    """`markdown` with each [[word]] as a link to `word:WORD`; a word without an entry is text."""
    return LINK.sub(lambda found: _linked(found[1]), markdown)


def without_links(markdown: str) -> str:
    """`markdown` with each [[word]] as text, where no link can be followed."""
    return LINK.sub(lambda found: found[1], markdown)


def _linked(text: str) -> str:
    entry = entry_of(text)
    return text if entry is None else f"[{text}](word:{entry.word.replace(' ', '%20')})"
