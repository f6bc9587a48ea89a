"""A formula in lines of a width: where it breaks, how large its letters are, and the painting of it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from twostroke.gui.look.painting import saved
from twostroke.gui.look.typesetting import LONGEST, UNIT, Outline, outline
from twostroke.gui.model.line_breaks import Unbalanced, displayed, follows, loosened, pieces

SMALLEST = 0.8
"""To this part of its size a formula shrinks where it would be too wide."""

INDENT = 1.0  # of the second line and those behind, in letters
GAP = 0.3  # between lines, in letters
DEEPEST = 6
"""How often what is too wide is taken apart: brackets, then a fraction, what is in there, a root."""

MOST_PIECES = 60
"""Beyond, no line of a panel helps; the plain text has all, and a table the terms."""


@dataclass(frozen=True)
class Placed:
    """A piece of a formula; left end of its baseline, in letters."""

    outline: Outline
    x: float
    y: float


@dataclass(frozen=True)
class Laid:
    """A formula in lines; lengths in letters."""

    pieces: tuple[Placed, ...]
    width: float
    height: float
    cramped: bool = False  # whether a fraction has smaller letters than one that stands alone


class _Cut(NamedTuple):
    """A piece that will not be broken."""

    outline: Outline
    cramped: bool = False


def lay(latex: str, room: float) -> Laid | None:
    """`latex` in lines of at most `room` letters, if it can be broken so; None where it cannot be set."""
    try:
        found = tuple(_fitting(latex, room))
    except (Unbalanced, CannotLay):
        return None
    return replace(_lined(tuple(cut.outline for cut in found), room), cramped=any(cut.cramped for cut in found))


class CannotLay(ValueError):
    """A piece cannot be set, or there are too many."""


def _fitting(latex: str, room: float) -> Iterator[_Cut]:
    """The pieces of the formula; one that is too wide is taken apart further."""
    for number, piece in enumerate(_limited(latex, False)):
        parts = _apart(piece if number == 0 else follows(piece), room - INDENT * (number > 0), DEEPEST)
        yield from (part for part in parts if part.outline.width > 0)  # what is empty would take a line of its own


def _apart(piece: str, room: float, further: int) -> Iterator[_Cut]:
    """A piece, or where it is too wide its parts, so many times `further`."""
    if len(piece) <= LONGEST:
        tall = displayed(piece)
        whole = _Cut(_outline(tall))
        if whole.outline.width > room:
            whole = _Cut(_outline(piece), tall != piece)
        if whole.outline.width <= room or further == 0:
            yield whole
            return
    parts = _limited(loosened(piece), True)
    if further == 0 or (parts == (piece,) and len(piece) > LONGEST):
        raise CannotLay
    if parts == (piece,):  # it cannot be taken apart any further
        yield _Cut(_outline(piece))
        return
    for number, part in enumerate(parts):
        yield from _apart(part if number == 0 else follows(part), room, further - 1)


def _limited(latex: str, inside: bool) -> tuple[str, ...]:
    found = pieces(latex, inside)
    if len(found) > MOST_PIECES:
        raise CannotLay
    return found


def _outline(piece: str) -> Outline:
    found = outline(piece)
    if found is None:
        raise CannotLay
    return found


def _lined(found: tuple[Outline, ...], room: float) -> Laid:
    lines: list[list[Outline]] = [[]]
    x = 0.0
    for each in found:
        if lines[-1] and x + each.width > room:
            lines.append([])
            x = INDENT
        lines[-1].append(each)
        x += each.width
    placed, width, y = [], 0.0, 0.0
    for number, line in enumerate(lines):
        x = INDENT * (number > 0)
        y += max(each.ascent for each in line)
        for each in line:
            placed.append(Placed(each, x, y))
            x += each.width
        y += max(each.descent for each in line) + GAP
        width = max(width, x)
    return Laid(tuple(placed), width, y - GAP)


def set_in_one_line(latex: str) -> Laid | None:
    """`latex`, however wide it is; None where it cannot be set."""
    return lay(latex, math.inf) if latex else None


@lru_cache(maxsize=256)
def fitted(latex: str, width: float, letter: float) -> tuple[Laid, float] | None:
    """The formula in lines for `width` pixels, and the pixels of its letters, which are `letter` if that suffices.

    It is wider than that where it cannot be broken and would be too small. Rather than a fraction alone all of it has
    smaller letters. None where it cannot be set.
    """
    found = fits = None
    for part in (1.0, 0.9, SMALLEST):
        size = letter * part
        laid = lay(latex, width / size)
        if laid is None:
            return None
        found = (laid, size)
        if laid.width * size <= width and not laid.cramped:
            return found
        if laid.width * size <= width:
            fits = fits or found
    return fits or found


def paint_formula(painter: QPainter, laid: Laid, letter: float, at: QPointF) -> None:
    """Fill the outlines in the colour of the pen; `at` is the upper left corner."""
    for piece in laid.pieces:
        with saved(painter):
            painter.translate(at.x() + piece.x * letter, at.y() + piece.y * letter)
            painter.scale(letter / UNIT, letter / UNIT)
            painter.fillPath(piece.outline.path, painter.pen().brush())
