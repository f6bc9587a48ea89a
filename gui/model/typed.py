"""What somebody means who types a number: either decimal sign, and marks between the thousands. Pure: no Qt.

A dot or comma that stands alone is the decimal sign, wherever the reader comes from: 0,003 is never 3. Of both, the
last one is; a mark that comes more than once stands between thousands, as do spaces and apostrophes. Only where a whole
number is asked for does 1,000 mean a thousand.
"""

import math
import re

from twostroke.engine.session.digits import plain_digits

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("−–‒﹣－", "-"),
        **dict.fromkeys("'’٬\u00a0\u2009\u202f", " "),
        "٫": ",",
        "＋": "+",
    }
)
"""Signs of other alphabets and keyboards -> those that are read; all marks of thousands but . and , are spaces."""

_NUMBER = re.compile(r"([+-]?)((?=[., ]*[0-9])[0-9., ]+)(?:[eE]([+-]?[0-9]+))?")
"""One way alone to read a text: of a page of digits that was pasted, two would cost a minute."""

_GROUPED = re.compile(r"[1-9][0-9]{0,2}([., ])([0-9]{2,3}\1)*[0-9]{3}")  # by two and three in India
_THOUSAND = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")


def real(text: str) -> float | None:
    """The number that `text` says; None for anything else, and where a float would be infinite, or 0 instead of it."""
    found = _NUMBER.fullmatch(plain_digits(text).translate(_ALIKE).strip())
    digits = _ungrouped(found[2]) if found else None
    if found is None or digits is None:
        return None
    value = float(f"{found[1]}{digits}e{found[3] or 0}")
    vanished = value == 0 and digits.strip("0.") != ""
    return value if math.isfinite(value) and not vanished else None


def whole(text: str) -> int | None:
    """The whole number that `text` says; None for anything else."""
    tidy = plain_digits(text).translate(_ALIKE).strip()
    value = real(re.sub("[.,]", "", tidy) if _THOUSAND.fullmatch(tidy) else tidy)
    return int(value) if value is not None and value.is_integer() else None


def partial(text: str) -> bool:
    """Whether `text` may become a number as it is typed. A space at an end never does: it would blank a field whose
    number is selected."""
    tidy = plain_digits(text).translate(_ALIKE)
    return tidy == tidy.strip() and all(c.isdecimal() or c in "+-., eE" for c in tidy)


def _ungrouped(body: str) -> str | None:
    """Digits with a dot for the decimal sign; None where the marks between them make no number."""
    decimal = _decimal_of(body)
    before, _, after = body.partition(decimal) if decimal else (body, "", "")
    if after and not after.isdecimal():
        return None
    if not before.isdecimal() and before and not _GROUPED.fullmatch(before):
        return None
    digits = "".join(c for c in before if c.isdecimal())
    return f"{digits or '0'}.{after or '0'}"


def _decimal_of(body: str) -> str:
    """The decimal sign in it; "" where there is none."""
    dots, commas = body.count("."), body.count(",")
    if dots and commas:
        return "." if body.rindex(".") > body.rindex(",") else ","
    return "." if dots == 1 else "," if commas == 1 else ""
