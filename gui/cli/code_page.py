"""Text on a terminal or in a file whose code page is narrow: nothing raises, and what can be spelled otherwise is."""

import codecs
import sys
import unicodedata

ALIKE = {
    "\N{MINUS SIGN}": "-",
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{DIVISION SIGN}": "/",
    "\N{MIDDLE DOT}": "*",
    "\N{RIGHTWARDS ARROW}": "->",
    "\N{LESS-THAN OR EQUAL TO}": "<=",
    "\N{GREATER-THAN OR EQUAL TO}": ">=",
    "\N{PLUS-MINUS SIGN}": "+-",
    "\N{ALMOST EQUAL TO}": "~",
    "\N{SUPERSCRIPT TWO}": "^2",
    "\N{SUPERSCRIPT THREE}": "^3",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{BULLET}": "*",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
}
NAME = "spelled"


def spelled(error: UnicodeError) -> tuple[str, int]:
    """An error handler for `codecs`: signs as ASCII that looks alike, letters as their numbers."""
    assert isinstance(error, UnicodeEncodeError)
    return "".join(_spelled(sign) for sign in error.object[error.start : error.end]), error.end


def _spelled(sign: str) -> str:
    alike = ALIKE.get(sign) or unicodedata.normalize("NFKC", sign)
    return alike if alike.isascii() else sign.encode("ascii", "backslashreplace").decode("ascii")


def widen() -> None:
    """From now on no sign stops what is printed."""
    codecs.register_error(NAME, spelled)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=NAME)
