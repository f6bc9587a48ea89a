"""Typeset mathematics: LaTeX to an outline that a painter fills at any size, made once for each formula and then kept.

ziamath sets the formula; its answer is read here, as QtSvg would need a picture for each colour and scale. It takes a
tenth of a second to import and some milliseconds for a formula: so it is imported when the first one is asked for.
"""

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainterPath

if TYPE_CHECKING:
    from ziamath.zmath import Math

KEPT = 1024
"""Outlines that are kept; the one that was not asked for the longest time goes first."""

LONGEST = 600
"""Characters of one piece: beyond, setting it takes too long, and nobody reads it."""


UNIT = 32.0
"""Pixels of the letters of an outline, which its painter scales."""


ATOM = re.compile(
    r"\{\}|\{-\}|\\left\(|\\right\)|\\cdot(?![A-Za-z])|\\approx(?![A-Za-z])|10\^\{-?\d+\}|[\d.+\-=()]|\s+"
)
"""What arithmetic with numbers is made of."""

SIGNS = {sign: f"{{}}{sign}{{}}" for sign in ("+", "-", "=", r"\cdot", r"\approx")} | {r"\left(": "(", r"\right)": ")"}
"""As each is set when it stands alone: between two things that are not there."""


class CannotSet(ValueError):
    """LaTeX that cannot be typeset: it is wrong, or has characters that the mathematical font lacks."""


@dataclass(frozen=True, eq=False)
class Outline:
    """A formula whose baseline is y = 0; y grows downwards. Lengths are in the size of its letters."""

    path: QPainterPath  # UNIT times as large
    width: float
    ascent: float
    descent: float


@lru_cache(maxsize=KEPT)
def outline(latex: str) -> Outline | None:
    """`latex` as an outline; None where it cannot be set."""
    atoms = _atoms(latex)
    if atoms:
        return _composed(atoms)
    return _asked(latex)


@lru_cache(maxsize=KEPT)
def _asked(latex: str) -> Outline | None:
    """As ziamath sets it."""
    try:
        return _set(latex)
    except Exception:  # of two libraries that give no list of theirs, for text that need not be right
        return None


def _atoms(latex: str) -> list[str]:
    """The digits and signs of an arithmetic that has nothing else; empty for any other formula."""
    found = ATOM.findall(latex)
    if len(latex) > LONGEST or "".join(found) != latex:
        return []
    return [SIGNS.get(atom, atom) for atom in found if atom != "{}" and not atom.isspace()]


def _composed(atoms: list[str]) -> Outline | None:
    """Side by side, each from its own outline: numbers change all the time, and their digits never do."""
    path, x, ascent, descent = QPainterPath(), 0.0, 0.0, 0.0
    path.setFillRule(Qt.FillRule.WindingFill)
    for atom in atoms:
        one = _asked(atom)
        if one is None:
            return None
        path.addPath(one.path.translated(x * UNIT, 0.0))
        x += one.width
        ascent, descent = max(ascent, one.ascent), max(descent, one.descent)
    return Outline(path, x, ascent, descent)


def _set(latex: str) -> Outline:
    if len(latex) > LONGEST:
        raise CannotSet("too long")
    formula = _formula(latex)
    if not all(_has(formula, c) for text in formula.mathml.itertext() for c in text):
        raise CannotSet("a character is missing, or a command is not known")
    box, path = formula.node.bbox, QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for shape in formula.svgxml():
        _add(path, shape)
    width = max(box.xmax, formula.node.xadvance())
    return Outline(path, *(float(length) / UNIT for length in (width, box.ymax, -box.ymin)))


def _formula(latex: str) -> "Math":
    """ziamath sets each row twice, the first time to know its height, and with it all that is in there: where all of
    a formula is one row, that row takes the place of the formula, so that half of the work falls away."""
    math, from_latex = _ziamath()
    element = ElementTree.fromstring(from_latex(latex, inline=True))
    if len(element) == 1 and element[0].tag.endswith("}mrow") and not element[0].attrib:
        element[:] = list(element[0])
    return math(element, UNIT)


def _has(formula: "Math", c: str) -> bool:
    """Whether the font has a character; a command that is not known is set as it is written, with its backslash."""
    return c != "\\" and (c.isspace() or not c.isprintable() or formula.font.glyphindex(c) != 0)


@cache
def _ziamath() -> "tuple[type[Math], Callable[..., str]]":
    """What sets MathML, and what makes MathML of LaTeX."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # how it finds its typeface, in some versions of Python
        from ziamath.config import config
        from ziamath.tex import tex2mml
        from ziamath.zmath import Math

    config.svg2 = False  # outlines where they stand instead of symbols that are used there
    return Math, tex2mml


def _add(path: QPainterPath, shape: Element) -> None:
    """Add a letter, the line of a fraction or root, or a bracket put together of parts; ziamath draws nothing else."""
    if shape.tag == "g":
        for part in shape:
            _add(path, part)
    elif shape.tag == "path":
        _follow(path, shape.attrib["d"].split())
    elif shape.tag == "rect":
        path.addRect(QRectF(*(float(shape.attrib[name]) for name in ("x", "y", "width", "height"))))
    else:
        raise CannotSet(f"unknown shape {shape.tag}")


def _follow(path: QPainterPath, words: list[str]) -> None:
    """Add the contours of an SVG path of absolute M, L, Q, C and Z, as fonts have them."""
    at = 0
    while at < len(words):
        step = words[at]
        count = COUNTS[step]
        numbers = [float(word) for word in words[at + 1 : at + 1 + count]]
        if step == "M":
            path.moveTo(*numbers)
        elif step == "L":
            path.lineTo(*numbers)
        elif step == "Q":
            path.quadTo(*numbers)
        elif step == "C":
            path.cubicTo(*numbers)
        else:
            path.closeSubpath()
        at += 1 + count


COUNTS = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}
"""How many numbers follow a letter of an SVG path."""
