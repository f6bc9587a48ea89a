"""Text that a user brings - names of columns, of classes, of files - made fit for the screen. Pure: no Qt.

Elsewhere a name is an identifier, and stands in full. Here it is put on one line and shortened in its middle, so that
those of one questionnaire still differ; and nothing in it is read as a mark: no & as a shortcut, no <b> as bold.
"""

import html
import re
import unicodedata
from functools import lru_cache

LONGEST = 48
"""Characters of a name on the screen; the tool tip has all of it."""

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With one of these a spreadsheet takes a text for a formula, also where it is as wide as Chinese letters."""

CONTROLS = ("Cc", "Cs")

HIDDEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff")
"""Marks that turn the direction of writing, and what is no character."""

WIDEST_TIP = 180
"""Characters of a line of a tool tip; a longer one has to be broken."""

WORD = 18
"""Characters of a word after which a line may break: a column of the window has room for about twice as many."""

JOINER, BREAK = "\u200d", "\u200b"
_LONG = re.compile(rf"\S{{{WORD + 1},}}")


def one_line(text: str) -> str:
    """`text` without line breaks, and without what turns the direction of writing around; half a character is "�"."""
    return " ".join("".join(_whole(c) for c in text if c.isspace() or not _turns(c)).split())


@lru_cache(maxsize=4_096)  # the same hundreds of columns come with each picture
def short(text: str, most: int = LONGEST) -> str:
    """`text` on one line, with an ellipsis in the middle where it has more than `most` characters."""
    line = clusters(one_line(text))
    if len(line) <= most:
        return "".join(line)
    head = most // 2
    return f"{''.join(line[:head]).rstrip()}…{''.join(line[len(line) - (most - 1 - head) :]).lstrip()}"


def literal(text: str) -> str:
    """`text` for a button or a menu, in which & stands for itself and not for a shortcut."""
    return one_line(text).replace("&", "&&")


def tip(text: str) -> str:
    """`text` for a tool tip, which would take tags in it for its own, and be as wide as its longest line."""
    plain = "<" not in text and all(len(line) <= WIDEST_TIP for line in text.splitlines())
    return text if plain else f'<span style="white-space: pre-wrap">{html.escape(text)}</span>'


def breakable(text: str) -> str:
    """`text` for a label of several lines, in which a long word may go on in the next one instead of being cut off."""
    return _LONG.sub(lambda found: _broken(found[0]), text)


def clusters(text: str) -> list[str]:
    """`text` in the pieces that a reader takes for characters: none is cut between its letter and its accent."""
    found: list[str] = []
    for c in text:
        if found and (_joins(c) or found[-1].endswith(JOINER) or (_flag(c) and _flag(found[-1]))):
            found[-1] += c
        else:
            found.append(c)
    return found


def _broken(word: str) -> str:
    pieces = clusters(word)
    return BREAK.join("".join(pieces[at : at + WORD]) for at in range(0, len(pieces), WORD))


def _whole(c: str) -> str:
    """`c`, or what stands for it where no file can hold it: of a name in another encoding, each byte is such."""
    return "\ufffd" if unicodedata.category(c) == "Cs" else c


def _joins(c: str) -> bool:
    return unicodedata.category(c) in ("Mn", "Mc", "Me") or c == JOINER or "\U0001f3fb" <= c <= "\U0001f3ff"


def _flag(piece: str) -> bool:
    """Whether it is half of a flag."""
    return len(piece) == 1 and "\U0001f1e6" <= piece <= "\U0001f1ff"


def _turns(c: str) -> bool:
    """A control character, or a mark that turns what follows around."""
    return unicodedata.category(c) == "Cc" or "\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula, and in which nothing is hidden, or turns the line round."""
    line = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in " ".join(text.split())
    )
    return (
        f"'{line}" if any(unicodedata.normalize("NFKC", each).startswith(FORMULAS) for each in (text, line)) else line
    )


def legible(text: str) -> str:
    """Without what cannot be seen, turns the line round, or may stand in no file of XML."""
    return "".join(letter for letter in text if letter not in HIDDEN and unicodedata.category(letter) not in CONTROLS)
