"""Rows that a user types, as the table of the window holds them, and those that lectures begin with. Pure: no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from twostroke.engine.session.spec import DataSpec

Matrix = tuple[tuple[float, ...], ...]

FALSE_TRUE = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))


@dataclass(frozen=True)
class Rows:
    """Named columns of numbers: first the inputs, then the answers."""

    names: tuple[str, ...]
    inputs: int
    cells: Matrix

    @property
    def outputs(self) -> int:
        """Columns of answers."""
        return len(self.names) - self.inputs

    def with_row(self) -> "Rows":
        """One more row, of zeros."""
        return replace(self, cells=(*self.cells, (0.0,) * len(self.names)))

    def without_row(self, row: int) -> "Rows":
        """All rows but that one."""
        return replace(self, cells=(*self.cells[:row], *self.cells[row + 1 :]))

    def with_input(self) -> "Rows":
        """One more input, of zeros."""
        return self._inserted(self.inputs, _free(self.names, "x"), self.inputs + 1)

    def with_output(self) -> "Rows":
        """One more answer, of zeros."""
        return self._inserted(len(self.names), _free(self.names, "y"), self.inputs)

    def _inserted(self, at: int, name: str, inputs: int) -> "Rows":
        cells = tuple((*row[:at], 0.0, *row[at:]) for row in self.cells)
        return Rows((*self.names[:at], name, *self.names[at:]), inputs, cells)

    def without_column(self, at: int) -> "Rows":
        """All columns but that one; the last input and the last answer stay."""
        if (self.inputs if at < self.inputs else self.outputs) == 1:
            return self
        cells = tuple((*row[:at], *row[at + 1 :]) for row in self.cells)
        return Rows((*self.names[:at], *self.names[at + 1 :]), self.inputs - (at < self.inputs), cells)

    def put(self, row: int, column: int, block: Matrix) -> "Rows":
        """With `block` laid over the cells from there on: rows are added below, what is wider is cut off."""
        table = [list(cells) for cells in self.cells]
        for down, values in enumerate(block, start=row):
            if down == len(table):
                table.append([0.0] * len(self.names))
            for across, value in zip(range(column, len(self.names)), values, strict=False):
                table[down][across] = value
        return replace(self, cells=tuple(map(tuple, table)))

    def named(self, column: int, name: str) -> "Rows":
        """With another name of a column."""
        return replace(self, names=(*self.names[:column], name, *self.names[column + 1 :]))

    def settings(self) -> dict[str, Any]:
        """What a session says of them."""
        answers = [row[self.inputs :] for row in self.cells]
        return {
            "x": [row[: self.inputs] for row in self.cells],
            "y": answers if self.outputs > 1 else [answer[0] for answer in answers],
            "x_names": self.names[: self.inputs],
            "y_names": self.names[self.inputs :],
        }


def _free(names: tuple[str, ...], letter: str) -> str:
    return next(name for name in (f"{letter}{place}" for place in range(1, len(names) + 2)) if name not in names)


def rows_of(data: DataSpec) -> Rows:
    """The rows of a session."""
    answers = tuple(answer if isinstance(answer, tuple) else (answer,) for answer in data.y)
    inputs, outputs = len(data.x[0]), len(answers[0])
    x_names = data.x_names or tuple(f"x{place}" for place in range(1, inputs + 1))
    y_names = data.y_names or tuple(f"y{place}" for place in range(1, outputs + 1))
    return Rows((*x_names, *y_names), inputs, tuple((*x, *y) for x, y in zip(data.x, answers, strict=True)))


def _gate(name: str, answers: tuple[float, ...]) -> Rows:
    cells = tuple((*row, answer) for row, answer in zip(FALSE_TRUE, answers, strict=True))
    return Rows(("a", "b", f"a {name} b"), 2, cells)


PRESETS: Mapping[str, Rows] = {
    "XOR": _gate("xor", (0.0, 1.0, 1.0, 0.0)),
    "AND": _gate("and", (0.0, 0.0, 0.0, 1.0)),
    "OR": _gate("or", (0.0, 1.0, 1.0, 1.0)),
    "Sample": Rows(("x1", "x2", "y1", "y2"), 2, ((0.05, 0.1, 0.01, 0.99),)),
}
"""The last one is the sample with two inputs and two outputs that textbooks work out by hand."""
