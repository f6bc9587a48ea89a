"""A solution as the source of a LaTeX document, which needs no packages but amsmath, geometry and longtable, which
every installation has. Long formulas go on in the next line where they do on the pages."""

import re
from collections.abc import Iterator

from twostroke.gui.model.line_breaks import Unbalanced, loosened, pieces
from twostroke.gui.model.solution.latin import latin
from twostroke.gui.model.solution.written import Block, Checks, Document, Line, Rule, Section, Text, Values
from twostroke.gui.model.words import unbroken

HEAD = r"""\documentclass[11pt,a4paper]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage{amsmath}
\usepackage{longtable}
\usepackage[margin=20mm]{geometry}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\newcommand{\worked}[2]{\par\textbf{(#1)}\enspace #2\par\nopagebreak}
\newcommand{\formula}[2]{{\leftskip=4em\lineskip=5pt\lineskiplimit=3pt\noindent\hspace*{#1}$\displaystyle #2$\par}}
\newcommand{\fitting}[2]{\setbox0\hbox{$\displaystyle #1$}\ifdim\wd0>\dimexpr\linewidth-4em\relax #2\else #1\fi}
\relpenalty=10000
\binoppenalty=10000
\newcommand{\blank}{\underline{\hspace{5cm}}}
\begin{document}
\raggedright"""


SURE = 60
"""So many signs have room in a line, whatever they are..."""

DEEPEST = 6
"""...and a piece with more is taken apart so many times."""

COMMAND = re.compile(r"\\text\{([^{}]*)\}|\\[A-Za-z]+|\\.|[{}^_]")
UNSEEN = frozenset((r"\left", r"\right", r"\frac", r"\;", r"\,", "{", "}", "^", "_"))


def source(document: Document) -> str:
    """The whole document."""
    return "\n".join(_source(document)) + "\n"


def _source(document: Document) -> Iterator[str]:
    yield HEAD
    yield rf"{{\Large\bfseries {latin(document.title)}}}\par"
    yield rf"{latin(document.about)}\par"
    yield rf"{{\footnotesize {latin(document.origin)}\par}}"
    if document.name or document.sheet:
        name = latin(document.name) or r"\blank"
        yield rf"Name: {name}\par"
    for section in document.sections:
        yield from _section(section, document.sheet)
    if document.sheet:
        yield from _key(document)
    yield r"\end{document}"


def _section(section: Section, blank: bool) -> Iterator[str]:
    yield rf"\section*{{{latin(section.title)}}}"
    for block in section.blocks:
        yield from _block(block, blank)


def _block(block: Block, blank: bool) -> Iterator[str]:
    match block:
        case Text():
            yield rf"{latin(block.text)}\par"
        case Rule():
            yield rf"\[ {block.latex} \]"
        case Values():
            pairs = r",\quad ".join(f"${pair}$" for pair in block.pairs)
            yield rf"{latin(block.heading)}:\quad {pairs}\par"
        case Line():
            yield from _line(block, blank)
        case Checks():
            yield from _checks(block)


def _line(line: Line, blank: bool) -> Iterator[str]:
    yield rf"\worked{{{line.number}}}{{{latin(unbroken(line.title))}}}"
    if blank:
        if line.given:
            pairs = r",\quad ".join(f"${pair}$" for pair in line.given)
            yield rf"\hspace*{{2em}}{{\small Given {pairs}}}\par\nopagebreak"
        yield rf"\hspace*{{2em}}$\displaystyle {line.symbol} =$ \blank\par"
        return
    yield rf"\formula{{-2em}}{{{_breakable(line.rule)}}}\nopagebreak"
    yield rf"\formula{{-1em}}{{{_breakable(f'= {line.numbers}')}}}"
    if line.note:
        yield rf"{{\small {latin(line.note)}}}\par"


def _breakable(latex: str) -> str:
    try:
        return _joined(pieces(latex), DEEPEST)
    except Unbalanced:
        return latex


def _joined(parts: tuple[str, ...], further: int) -> str:
    return r"\allowbreak ".join(_fitting(part, further) for part in parts)


def _fitting(piece: str, further: int) -> str:
    r"""A piece that may be wider than a line, and with what LaTeX takes in its place where it is."""
    parts = pieces(loosened(piece), inside=True)
    if further == 0 or len(_visible(piece)) < SURE or parts == (piece,):
        return piece
    return rf"\fitting{{{piece}}}{{{_joined(parts, further - 1)}}}"


def _visible(latex: str) -> str:
    """About what is seen of it, a letter for each sign."""
    return COMMAND.sub(lambda found: found[1] or ("" if found[0] in UNSEEN else "x"), latex).replace(" ", "")


def _checks(checks: Checks) -> Iterator[str]:
    yield r"{\small\begin{longtable}[l]{llll}"
    yield r" & by the chain rule & measured & \\ \hline\endhead"
    for row in checks.rows:
        symbol = rf"\rule[-1.4em]{{0pt}}{{2.9em}}$\displaystyle {row.symbol}$"
        yield rf"{symbol} & ${row.by_rule}$ & ${row.measured}$ & {latin(row.verdict)} \\"
    yield r"\end{longtable}}\par"


def _key(document: Document) -> Iterator[str]:
    yield r"\newpage\section*{Key}"
    for line in document.lines:
        yield rf"\mbox{{({line.number})\enspace ${line.symbol} = {line.value}$}}\quad"
