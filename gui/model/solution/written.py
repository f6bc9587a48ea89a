"""What a worked solution or an exercise sheet says, before it is a page of any kind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from twostroke.gui.model.explain.quantities import Quantity

Glance = Callable[[float], None]
"""Told often by whoever writes a document what share of it is written, 0 to 1; what it raises ends the work."""


def no_glance(share: float) -> None:
    """Nobody looks."""


@dataclass(frozen=True)
class Text:
    """A paragraph in words."""

    text: str


@dataclass(frozen=True)
class Rule:
    """A formula that holds for all that follows, LaTeX."""

    latex: str


@dataclass(frozen=True)
class Values:
    """Numbers that are given: "w = 0.15", LaTeX, under a heading."""

    heading: str
    pairs: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One number worked out. LaTeX needs no packages, and is of one line."""

    of: Quantity
    number: int  # by which the key finds it
    title: str  # in words
    symbol: str  # LaTeX
    rule: str  # LaTeX, from the symbol on
    numbers: str  # LaTeX, the same with numbers, up to the result
    value: str  # LaTeX, the result alone
    note: str = ""
    given: tuple[str, ...] = ()  # LaTeX: "m = 0.02", what it needs and no line above has; told where it is left blank


@dataclass(frozen=True)
class Checked:
    """A gradient by the chain rule beside the slope that was measured."""

    symbol: str  # LaTeX
    by_rule: str  # LaTeX
    measured: str  # LaTeX
    verdict: str


@dataclass(frozen=True)
class Checks:
    """All of them, as a table."""

    rows: tuple[Checked, ...]


Block = Text | Rule | Values | Line | Checks


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A whole solution; as a `sheet` the numbers are left blank, and a key at the end tells them."""

    title: str
    about: str  # which update, of which sample
    origin: str  # and of which session
    name: str  # of the student; "" for a line to write it on
    sections: tuple[Section, ...]
    sheet: bool = False

    @property
    def parts(self) -> int:
        """What has to be set, about equally long each: of a table its rows, of a sheet its lines and their key."""
        blocks = [block for section in self.sections for block in section.blocks]
        key = len(list(self.lines)) if self.sheet else 0
        return key + sum(len(block.rows) if isinstance(block, Checks) else 1 for block in blocks)

    @property
    def lines(self) -> Iterator[Line]:
        """All numbers that are worked out, in order."""
        return (block for section in self.sections for block in section.blocks if isinstance(block, Line))


class Headway:
    """How much of a document is written: tells `glance` at each of its parts."""

    def __init__(self, document: Document, glance: Glance) -> None:
        self._parts, self._glance, self._done = max(document.parts, 1), glance, 0

    def next_part(self) -> None:
        """One more begins."""
        self._glance(min(self._done / self._parts, 1.0))
        self._done += 1
