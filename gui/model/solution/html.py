"""A solution as one HTML page: formulas as MathML, which browsers typeset and screen readers speak; prints on A4.

A browser breaks no line within a formula, so one is written in the pieces between which it may go on in the next.
"""

from collections.abc import Iterator
from functools import lru_cache
from html import escape

from twostroke.gui.model.line_breaks import Unbalanced, follows, pieces
from twostroke.gui.model.solution.written import (
    Block,
    Checks,
    Document,
    Glance,
    Headway,
    Line,
    Rule,
    Section,
    Text,
    Values,
    no_glance,
)
from twostroke.gui.model.words import unbroken

STYLE = """
:root { color-scheme: light dark; --ink: #1c2128; --muted: #5b6672; --paper: #ffffff; --rule: #d5dae0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebef; --muted: #9aa5b1; --paper: #15191f; --rule: #39424d; } }
@media print { :root { --ink: #000; --muted: #444; --paper: #fff; --rule: #bbb; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 46rem;
       margin: 2.5rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; break-after: avoid; }
.about, .note, .title { color: var(--muted); } .about { margin: .2rem 0 1.2rem; }
.name { border-bottom: 1px solid var(--rule); padding-bottom: .3rem; }
.line { margin: .9rem 0; break-inside: avoid; } .title { font-size: .86rem; }
.title b { color: var(--ink); margin-right: .5em; } .note, .given { font-size: .86rem; }
.given { padding-left: 1.6rem; } .given math { white-space: nowrap; }
.formula, .rule { overflow: auto hidden; padding: .2rem 0 .2rem 2.8rem; text-indent: -1.2rem; }
.values { margin: .35rem 0; } .values .pair { margin-right: 1.4em; white-space: nowrap; }
.blank { display: inline-block; min-width: 9em; border-bottom: 1px solid var(--ink); height: 1.4em; }
table { border-collapse: collapse; margin: .6rem 0; } td, th { padding: .25rem .9rem .25rem 0; text-align: left;
border-bottom: 1px solid var(--rule); font-weight: normal; } th { color: var(--muted); font-size: .86rem; }
.key { break-before: page; } .key span { display: inline-block; margin: .2rem 1.4em .2rem 0; white-space: nowrap; }
svg { max-width: 100%; height: auto; } figure { margin: 0 0 1rem; }
math { font-size: 1.06em; math-style: normal; }
"""

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page asks for nothing."""

MINUS = "<mo>&#x02212;</mo>"
ALONE, OF_NUMBER = f"<mrow>{MINUS}</mrow>", MINUS.replace("<mo", '<mo form="prefix"')
"""A minus in braces, and what it is: the sign of a number."""

EMPTY_BEFORE, BETWEEN = "<mrow /><mo>", '<mo form="infix">'
"""What browsers take for the sign of a number where it begins a piece, and what it is: one between two."""


def page(document: Document, picture: str = "", glance: Glance = no_glance) -> str:
    """The page; `picture` is an SVG element, or nothing."""
    return "\n".join(_page(document, picture, Headway(document, glance))) + "\n"


def _page(document: Document, picture: str, headway: Headway) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield f"<title>{escape(document.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>"
    yield f'<h1>{escape(document.title)}</h1>\n<p class="about">{escape(document.about)}<br>'
    yield f"<small>{escape(document.origin)}</small></p>"
    if document.name or document.sheet:
        yield f'<p class="name">Name: {escape(document.name)}</p>'
    if picture:
        yield f"<figure>{picture}</figure>"
    for section in document.sections:
        yield from _section(section, document.sheet, headway)
    if document.sheet:
        yield from _key(document, headway)
    yield "</body>\n</html>"


def _section(section: Section, blank: bool, headway: Headway) -> Iterator[str]:
    yield f"<h2>{escape(section.title)}</h2>"
    for block in section.blocks:
        yield from _block(block, blank, headway)


def _block(block: Block, blank: bool, headway: Headway) -> Iterator[str]:
    if not isinstance(block, Checks):
        headway.next_part()
    match block:
        case Text():
            yield f"<p>{escape(block.text)}</p>"
        case Rule():
            yield f'<div class="rule">{in_pieces(block.latex)}</div>'
        case Values():
            pairs = " ".join(f'<span class="pair">{math(pair)}</span>' for pair in block.pairs)
            yield f'<p class="values"><span class="title">{escape(block.heading)}:</span> {pairs}</p>'
        case Line():
            yield from _line(block, blank)
        case Checks():
            yield from _checks(block, headway)


def _line(line: Line, blank: bool) -> Iterator[str]:
    yield f'<div class="line"><div class="title"><b>({line.number})</b>{escape(unbroken(line.title))}</div>'
    if blank:
        if line.given:
            yield f'<div class="given">Given {", ".join(map(math, line.given))}</div>'
        yield f'<div class="formula">{math(f"{line.symbol} =")} <span class="blank"></span></div></div>'
        return
    numbers = f"= {line.numbers}"
    yield f'<div class="formula">{in_pieces(line.rule)}</div><div class="formula">{in_pieces(numbers)}</div>'
    yield (f'<div class="note">{escape(line.note)}</div>' if line.note else "") + "</div>"


def _checks(checks: Checks, headway: Headway) -> Iterator[str]:
    yield "<table><thead><tr><th></th><th>by the chain rule</th><th>measured</th><th></th></tr></thead><tbody>"
    for row in checks.rows:
        headway.next_part()
        cells = "".join(f"<td>{math(latex)}</td>" for latex in (row.symbol, row.by_rule, row.measured))
        yield f'<tr>{cells}<td class="note">{escape(row.verdict)}</td></tr>'
    yield "</tbody></table>"


def _key(document: Document, headway: Headway) -> Iterator[str]:
    yield '<section class="key"><h2>Key</h2><p>'
    for line in document.lines:
        headway.next_part()
        yield f"<span>({line.number}) {math(f'{line.symbol} = {line.value}')}</span>"
    yield "</p></section>"


def in_pieces(latex: str) -> str:
    """MathML of a formula that may be wider than the page, piece by piece."""
    first, *others = _cut(latex)
    behind = (_converted(follows(piece)).replace(EMPTY_BEFORE, BETWEEN, 1) for piece in others)
    return "<wbr>".join([_converted(first), *behind])


def math(latex: str) -> str:
    """MathML of a formula."""
    return _converted("".join(_cut(latex)))


def _cut(latex: str) -> tuple[str, ...]:
    """Where a line may end; the signs of numbers are close to them."""
    try:
        return pieces(latex)
    except Unbalanced:
        return (latex,)


@lru_cache(maxsize=2048)
def _converted(latex: str) -> str:
    from latex2mathml.converter import convert

    return str(convert(latex)).replace(ALONE, OF_NUMBER)
