"""Lines of a program in sections, as a Python file or as the cells of a notebook; and numbers as they are written."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.gui.export.model_files.program.case import Places

WIDTH = 100
INLINE = 2_000
"""Numbers that a program may hold in itself; beyond, the longer arrays lie in a file beside it."""

MANY_ROWS = 20
"""Rows of an array from which several stand on a line."""

SHORT = 60
"""Numbers of an array that is always written out."""

LONGEST_OPEN = 80
"""Lines of a notebook's cell that is open at first. One with more is full of numbers, which nobody scrolls through."""

FOLDED = "The cell below is folded, for it is long; a click on its mark unfolds it."


@dataclass(frozen=True)
class Section:
    """A part of a program: its title, and lines of code. Definitions have two empty lines around them."""

    title: str
    lines: tuple[str, ...]

    @property
    def code(self) -> str:
        """The lines, as Python's style guide spaces them."""
        return "\n".join(spaced(self.lines))


def spaced(lines: Sequence[str]) -> list[str]:
    """With two empty lines before and behind each definition at the margin."""
    out: list[str] = []
    inside = False
    for line in lines:
        begins = line.startswith(("def ", "class ", "@"))
        ends = inside and line[:1] not in ("", " ", ")")
        if out and (begins or ends) and not out[-1].startswith("@"):
            while out and out[-1] == "":
                out.pop()
            out += ["", ""]
        inside = begins or (inside and not ends)
        out.append(line)
    return out


@dataclass(frozen=True)
class Program:
    """What it says of itself, what it imports, and its sections."""

    title: str
    about: tuple[str, ...]
    imports: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def python(self) -> str:
        """A Python file."""
        head = ['"""' + self.title, "", *self.about, '"""', "", *self.imports, ""]
        parts = [f"{_rule(section.title)}\n\n{section.code}\n" for section in self.sections]
        return "\n".join(head) + "\n" + "\n\n".join(parts)

    @property
    def notebook(self) -> str:
        """A Jupyter notebook, format 4.5, without outputs."""
        cells = [
            _cell("markdown", f"# {self.title}\n\n" + "\n".join(self.about)),
            _cell("code", "\n".join(self.imports)),
        ]
        for section in self.sections:
            folded = section.code.count("\n") >= LONGEST_OPEN
            heading = f"## {section.title}" + f"\n\n{FOLDED}" * folded
            cells += [_cell("markdown", heading), _cell("code", section.code, folded)]
        for number, cell in enumerate(cells):
            cell["id"] = f"cell-{number}"
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        whole = {"cells": cells, "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}}}
        return json.dumps({**whole, "nbformat": 4, "nbformat_minor": 5}, indent=1, ensure_ascii=False) + "\n"


def _rule(title: str) -> str:
    return f"# --- {title} ".ljust(WIDTH, "-")


def _cell(kind: str, source: str, folded: bool = False) -> dict[str, Any]:
    own = {"jupyter": {"source_hidden": True}} if folded else {}
    cell: dict[str, Any] = {"cell_type": kind, "id": "", "metadata": own, "source": source.splitlines(keepends=True)}
    return cell if kind == "markdown" else {**cell, "execution_count": None, "outputs": []}


# -- numbers ---------------------------------------------------------------------------------------------------------


def number(value: Any) -> str:
    """A setting as Python reads it, with every digit that counts; whole numbers without a point."""
    real = float(value)
    return str(int(real)) if real.is_integer() and abs(real) < 1e15 else repr(real)


def digits(value: Any) -> str:
    """One number of an array, with as many digits as its precision has."""
    return str(value).removesuffix(".0")


def quoted(text: str) -> str:
    """A text as Python reads it, whatever stands in it."""
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else ascii(text)


def literal(values: NDArray[Any], indent: int) -> str:
    """An array as nested lists, broken at WIDTH; `indent` is where its first bracket stands."""
    if values.ndim == 1:
        return _row(values, indent)
    rows = [_row(row, indent + 1) for row in values]
    if len(rows) > MANY_ROWS:
        rows = _side_by_side(rows, indent + 1)
    between = ",\n" + " " * (indent + 1)
    return f"[{between.join(rows)}]"


def _side_by_side(rows: Sequence[str], indent: int) -> list[str]:
    """Several short rows on a line."""
    lines: list[str] = []
    for row in rows:
        if lines and indent + len(lines[-1]) + len(row) + 3 <= WIDTH:
            lines[-1] += f", {row}"
        else:
            lines.append(row)
    return lines


def _row(values: NDArray[Any], indent: int) -> str:
    lines, line = [], "["
    for place, value in enumerate(values):
        word = digits(value) + ("," if place + 1 < len(values) else "]")
        if len(line) > 1 and indent + len(line) + len(word) + 1 > WIDTH:
            lines.append(line)
            line = " "
        line += word if line in ("[", " ") else f" {word}"
    return f"\n{' ' * indent}".join([*lines, line if len(values) else "[]"])


def places_text(places: Places) -> str:
    """Indices of single numbers, as NumPy takes them."""
    return "(" + ", ".join(str(list(axis)) for axis in places) + ("," if len(places) == 1 else "") + ")"


class Numbers:
    """The arrays that a program needs, and which of them lie in a file beside it.

    First all are told by `need`; then `text` says how each is written. Where all are few, none needs a file.
    """

    def __init__(self) -> None:
        self._needed: dict[str, NDArray[Any]] = {}

    def need(self, name: str, values: NDArray[Any]) -> None:
        """The program will have this array."""
        self._needed[name] = np.ascontiguousarray(values)

    @property
    def stored(self) -> dict[str, NDArray[Any]]:
        """What lies in the file beside it, by name."""
        if sum(values.size for values in self._needed.values()) <= INLINE:
            return {}
        return {name: values for name, values in self._needed.items() if values.size > SHORT}

    def assigned(self, target: str, name: str, dtype: str = "") -> list[str]:
        """The lines `target = ...` that make the array of that name."""
        if name in self.stored:
            cast = f".astype({dtype})" if dtype else ""
            return [f'{target} = stored["{name}"]{cast}']
        values = self._needed[name]
        head = f"{target} = np.array("
        end = f", {dtype})" if dtype else ")"
        if values.size == 0:
            return [f"{target} = np.zeros({values.shape}{end}"]
        return (head + literal(values, len(head)) + end).splitlines()
