"""A solution as the source of a LaTeX document, which needs no packages but amsmath and geometry, which every
installation has. Long formulas go on in the next line where they do on the pages."""

from collections.abc import Iterator

from twostroke.gui.model.line_breaks import Unbalanced, pieces
from twostroke.gui.model.solution.latin import latin
from twostroke.gui.model.solution.written import Block, Checks, Document, Line, Rule, Section, Text, Values

HEAD = r"""\documentclass[11pt,a4paper]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage{amsmath}
\usepackage[margin=20mm]{geometry}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\newcommand{\worked}[2]{\par\textbf{(#1)}\enspace #2\par\nopagebreak}
\newcommand{\formula}[2]{{\leftskip=4em\noindent\hspace*{#1}$\displaystyle #2$\par}}
\relpenalty=10000
\binoppenalty=10000
\newcommand{\blank}{\underline{\hspace{5cm}}}
\begin{document}
\raggedright"""


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
    yield rf"\worked{{{line.number}}}{{{latin(line.title)}}}"
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
        return r"\allowbreak ".join(pieces(latex))
    except Unbalanced:
        return latex


def _checks(checks: Checks) -> Iterator[str]:
    yield r"{\small\begin{tabular}{llll}"
    yield r" & by the chain rule & measured & \\ \hline"
    for row in checks.rows:
        yield rf"$\displaystyle {row.symbol}$ & ${row.by_rule}$ & ${row.measured}$ & {latin(row.verdict)} \\[6pt]"
    yield r"\end{tabular}}\par"


def _key(document: Document) -> Iterator[str]:
    yield r"\newpage\section*{Key}"
    for line in document.lines:
        yield rf"\mbox{{({line.number})\enspace ${line.symbol} = {line.value}$}}\quad"
