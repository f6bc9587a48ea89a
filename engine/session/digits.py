"""Digits of other scripts, Arabic-Indic or full-width ones, say: one answer for tables, formulas and fields."""

import unicodedata


def plain_digits(text: str) -> str:
    """`text` with 0 to 9 for the digits of whatever script they are in; as it is where it mixes scripts.

    Readers then take 0 to 9 only: a number in two scripts is a slip or a trick, and no number.
    """
    if text.isascii():
        return text
    digits = [(c, unicodedata.decimal(c)) for c in set(text) if c.isdecimal()]
    if len({ord(c) - value for c, value in digits}) > 1:
        return text
    return text.translate({ord(c): str(value) for c, value in digits})
