"""How the numbers of one column are written: decimal sign, sign between thousands, per cent or currency.

Decided by all cells of a column together, never by the file: a column holds numbers where one rule reads every cell.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from twostroke.engine.session.digits import plain_digits

LARGEST = 1e30
"""Of a number: beyond it a mean and a deviation could not be taken in every precision."""

GROUPING_FILES = ("semicolon",)
"""Delimiters beside which 1.234 and 950 in one column are read with a point between thousands."""

_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "’": "'", "ʼ": "'", "\u2212": "-"})
_CODE = re.compile(r"(?:EUR|USD|GBP|CHF|JPY|CNY|INR|SEK|NOK|DKK|PLN|CZK|AUD|CAD|NZD|ZAR|BRL|TRY|kr|zł|Kč|Fr\.|R\$)")


@dataclass(frozen=True)
class Rule:
    """A way to write numbers. `group` stands between thousands, "" where nothing may."""

    decimal: str = "."
    group: str = ""

    @property
    def title(self) -> str:
        """In words."""
        names = {".": "point", ",": "comma", "'": "apostrophe", " ": "space"}
        between = f", {names[self.group]} between thousands" if self.group else ""
        return f"decimal {names[self.decimal]}{between}"


PLAIN = Rule()
RULES = (PLAIN, Rule(","), *(Rule(decimal, group) for group in ",.' " for decimal in ".," if decimal != group))


@cache
def _pattern(rule: Rule) -> re.Pattern[str]:
    decimal, group = re.escape(rule.decimal), re.escape(rule.group)
    if not rule.group:
        last = r"[0-9]*" if rule.decimal == "." else r"[0-9]+"  # "1," is a word, as in a list of words
        return re.compile(rf"-?(?:[0-9]+(?:{decimal}{last})?|{decimal}[0-9]+)(?:[eE][+-]?[0-9]+)?")
    indian = rf"|[1-9][0-9]?(?:{group}[0-9]{{2}})+{group}[0-9]{{3}}" if rule == Rule(".", ",") else ""
    whole = rf"[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+{indian}|[0-9]{{0,3}}"
    return re.compile(rf"-?(?:{whole})(?:{decimal}[0-9]+)?(?<=[0-9])")


def parted(cell: str) -> tuple[str, str]:
    """A cell as its number alone, with an ordinary minus, and the sign of per cent or of a currency beside it."""
    text = plain_digits(cell).translate(_SPACES).strip()
    negative = len(text) > 2 and text[0] == "(" and text[-1] == ")"
    text, first = _minus(text[1:-1].strip() if negative else text)
    text, unit = _unit(text)
    text, second = _minus(text)
    if negative + first + second > 1 or text[:1] in ("-", "+"):
        return cell, ""
    return ("-" if negative or first or second else "") + text, unit


def _minus(text: str) -> tuple[str, bool]:
    if text[:1] == "+":
        return text[1:], False
    return (text[1:].strip(), True) if text[:1] in ("-", "–") else (text, False)


def _unit(text: str) -> tuple[str, str]:
    """A text without a currency before or behind it, or per cent behind it, and which one."""
    if text.endswith("%"):
        return text[:-1].strip(), "%"
    code = _CODE.match(text)
    if code:
        return text[code.end() :].strip(), code[0]
    for unit, rest in ((text[:1], text[1:]), (text[-1:], text[:-1])):
        if unit and unicodedata.category(unit) == "Sc":
            return rest.strip(), unit
    behind = re.search(rf"{_CODE.pattern}$", text)
    return (text[: behind.start()].strip(), behind[0]) if behind else (text, "")


def fits(core: str, rule: Rule) -> bool:
    """Whether `rule` reads the number that `parted` gave."""
    return _pattern(rule).fullmatch(core) is not None and abs(float(_plain(core, rule))) <= LARGEST


def _plain(core: str, rule: Rule) -> str:
    if rule.group:
        core = core.replace(rule.group, "")
    return core.replace(rule.decimal, ".")


def plain(cell: str, rule: Rule) -> str:
    """The number of a cell as Python writes it. Raises ValueError where `rule` does not read it."""
    core, _ = parted(cell)
    if not fits(core, rule):
        raise ValueError(cell)
    return _plain(core, rule)


_LIKELY = re.compile(r"\D{0,12}\d[\d.,\s'’ʼ]*(?:[eE][+-]?\d+)?\D{0,12}")


_BEGUN = re.compile(r"[-+−–<>≤≥~≈=±('\"]*\s?\d")


def begins_as_number(cell: str) -> bool:
    """Whether a cell begins as a number does, whatever comes then: 5 km, <3, 12:30, '7'."""
    return _BEGUN.match(cell) is not None


def _plainly(cell: str) -> bool:
    """Whether Python reads the cell as a number that is not too large; by far the quickest test."""
    try:
        return cell.isascii() and "_" not in cell and abs(float(cell)) <= LARGEST
    except ValueError:
        return False


def is_number(cell: str) -> bool:
    """Whether any rule reads the cell."""
    if _plainly(cell):
        return True
    if not _LIKELY.fullmatch(cell):
        return False
    core, _ = parted(cell)
    return core != "" and any(fits(core, rule) for rule in RULES)


def too_large(cell: str) -> bool:
    """Whether the cell is a number with a decimal point, but a larger one than is read."""
    return _pattern(PLAIN).fullmatch(cell) is not None and not abs(float(cell)) <= LARGEST


_DIGITS = str.maketrans("023456789", "111111111")
_ZEROS = (("\n0", "\n0\0"), ("\n-0", "\n-0\0"))  # a zero in front is told from other digits
_SHAPE = re.compile(r"-?1[^eE]{0,29}")


def shapes(cells: Sequence[str]) -> set[str]:
    """The cells with each digit made a 1: of a column there are few, and cells of one shape are read by one rule."""
    text = "\n" + "\n".join(cells)
    for zero, marked in _ZEROS:
        text = text.replace(zero, marked)
    found = text[1:].translate(_DIGITS).split("\n")
    return set(found) if len(found) == len(cells) else {text}  # there are line ends within cells


@dataclass
class Signs:
    """What the cells of a column show of its rule."""

    wanted: str = "auto"  # or "point" or "comma": the decimal sign that the session names
    alive: tuple[Rule, ...] = RULES
    unit: str | None = None
    bare: bool = False  # a number without any sign was seen
    example: str = ""  # the first cell with a sign
    known: set[str] = field(default_factory=set)  # shapes of cells that were seen, of which more say nothing new

    def __post_init__(self) -> None:
        decimal = {"point": ".", "comma": ","}.get(self.wanted)
        self.alive = tuple(rule for rule in RULES if decimal in (None, rule.decimal))

    @property
    def settled(self) -> bool:
        """Whether plain numbers with a decimal point, and nothing else, go on as they began."""
        return self.alive == (PLAIN,) and not self.unit

    def add(self, cell: str) -> bool:
        """Look at one more cell; whether the column may still hold numbers."""
        alike = shapes((cell,))
        if alike <= self.known:
            return True
        core, unit = parted(cell)
        alive = tuple(rule for rule in self.alive if fits(core, rule))
        if not alive or self.unit not in (None, unit):
            self.alive = ()
            return False
        self.alive, self.unit = alive, unit
        self.bare = self.bare or core.lstrip("-").isdecimal()
        if not self.example and not core.lstrip("-").isdecimal():
            self.example = cell
        self.known.update(shape for shape in alike if _SHAPE.fullmatch(shape))
        return True

    @property
    def certain(self) -> str:
        """The decimal sign that the cells show without doubt; "" where they do not."""
        found = {rule.decimal for rule in self.alive}
        return found.pop() if len(found) == 1 and self.example else ""

    @property
    def doubtful(self) -> bool:
        """Whether the one sign may be decimal or stand between thousands."""
        flat = {rule.decimal for rule in self.alive if not rule.group}
        return self.example != "" and any(rule.group in flat for rule in self.alive if rule.group)

    def rule(self, others: str, delimiter: str) -> Rule:
        """How the numbers are written; `others` is the decimal sign of other columns that show one, "" for none."""
        if not self.doubtful:
            return self.alive[0]
        flat = [rule for rule in self.alive if not rule.group]
        sign = flat[0].decimal
        grouped = next(rule for rule in self.alive if rule.group == sign)
        if others:
            return flat[0] if others == sign else grouped
        if sign == ".":
            return grouped if self.bare and delimiter in GROUPING_FILES else flat[0]
        return flat[0] if not self.bare and delimiter in ("semicolon", "tab") else grouped
