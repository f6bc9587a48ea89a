"""What was found in a table, as facts and as sentences for the user."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from twostroke.engine.data.answers import Answer
from twostroke.engine.data.columns import Column
from twostroke.engine.session.phrases import counted, shown

NAMED = 4
"""Columns or classes that a sentence names; of more it says only how many."""


@dataclass(frozen=True)
class TableReport:
    """What a table holds and what is used of it."""

    name: str  # of the file
    encoding: str  # "UTF-8" or "Latin-1"
    delimiter: str  # "comma", "semicolon", "tab" or "bar"
    header: bool
    rows: int  # in the file, without the header
    columns: tuple[Column, ...]
    target: str
    inputs: tuple[str, ...]  # columns
    left_out: tuple[tuple[str, str], ...]  # columns, and why
    missing: str  # "drop_rows" or "mean"
    kept: int  # rows
    answer: Answer

    @property
    def dropped(self) -> int:
        """Rows left out because a value is missing."""
        return self.rows - self.kept

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """The report in words, the most important first. Of thousands of columns that takes a while, once."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        yield (
            f"{self.name}: {counted(self.rows, 'row')} and {counted(len(self.columns), 'column')}, divided by "
            f"{self.delimiter}s, with{'' if self.header else 'out'} a header"
            f"{'' if self.encoding == 'UTF-8' else '; it is not UTF-8 and was read as Latin-1'}."
        )
        yield self._about_target()
        used = set(self.inputs)
        yield f"Inputs: {_some([_input(column) for column in self.columns if column.name in used])}."
        if self.left_out:
            yield f"Left out: {_some([f'{shown(name)} ({why})' for name, why in self.left_out])}."
        yield from self._about_missing()
        for column in self.columns:
            if column.odd and column.kind == "category":
                yield f"{shown(column.name)} is taken for categories because of {shown(column.odd)} among its numbers."

    def _about_target(self) -> str:
        answer = self.answer
        if not answer.classes:
            return f"Target {shown(self.target)}: a value, because {answer.why}."
        classes = _some([f"{shown(name)} {rows:,}" for name, rows in answer.classes])
        return f"Target {shown(self.target)}: {len(answer.classes)} classes, because {answer.why}: {classes}."

    def _about_missing(self) -> Iterator[str]:
        used = {self.target, *self.inputs}
        gaps = [f"{shown(c.name)} {c.missing:,}" for c in self.columns if c.missing and c.name in used]
        if self.dropped:
            yield f"Dropped {counted(self.dropped, 'row')} with missing values: {_some(gaps)}."
        if self.missing == "mean" and any(c.missing for c in self.columns if c.name in used - {self.target}):
            yield f"Missing inputs are the mean of their column over the training part: {_some(gaps)}."


def _input(column: Column) -> str:
    about = {"category": f" ({len(column.categories)} categories)", "true/false": " (true or false)"}
    return shown(column.name) + about.get(column.kind, "")


def _some(words: Sequence[str]) -> str:
    """The first of several words, and how many more there are."""
    more = len(words) - NAMED
    return ", ".join(words[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
