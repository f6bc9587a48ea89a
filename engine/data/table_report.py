"""What was found in a table, as facts and as sentences for the user."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from twostroke.engine.data.answers import Answer
from twostroke.engine.data.columns import Column
from twostroke.engine.data.numbering import why_numbering
from twostroke.engine.data.signs import PLAIN, plain
from twostroke.engine.session.phrases import LONGEST_NAME, SHOWN, counted, named, quoted, shown, told_apart

NAMED = 4
"""Columns or classes that a sentence names; of more it says only how many."""


@dataclass(frozen=True)
class TableReport:
    """What a table holds and what is used of it."""

    name: str  # of the file
    encoding: str  # such as "UTF-8"
    delimiter: str  # a name of DELIMITERS
    header: bool
    rows: int  # in the file, without the header
    columns: tuple[Column, ...]
    target: str
    inputs: tuple[str, ...]  # columns
    usual: tuple[str, ...]  # columns that are inputs where the session names none
    numbering: tuple[str, ...]  # columns that seem to number the rows
    passed: tuple[str, ...]  # lines before the header
    left_out: tuple[tuple[str, str], ...]  # columns, and why
    missing: str  # "drop_rows" or "mean"
    kept: int  # rows
    answer: Answer

    @property
    def targets(self) -> tuple[str, ...]:
        """The columns to predict."""
        return (self.target,)

    @property
    def dropped(self) -> int:
        """Rows left out because a value is missing."""
        return self.rows - self.kept

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """The report in words, the most important first. Of thousands of columns that takes a while, once."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        columns = counted(len(self.columns), "column")
        yield (
            f"{named(self.name, LONGEST_NAME)}: {counted(self.rows, 'row')} and {columns}, divided by "
            f"{self.delimiter}s, with{'' if self.header else 'out'} a header"
            f"{'' if self.encoding == 'UTF-8' else f'; {self._about_encoding()}'}."
        )
        if self.passed:
            yield f"Passed over before the table: {_some([shown(line) for line in self.passed])}."
        yield self._about_target()
        used = set(self.inputs)
        yield f"Inputs: {_some([self._input(column) for column in self.columns if column.name in used])}."
        yield from self._about_numbering()
        if self.left_out:
            yield f"Left out: {_some([f'{self.called[name]} ({why})' for name, why in self.left_out])}."
        yield from self._about_missing()
        yield from self._about_numbers()
        for column in self.columns:
            what = "classes" if column.name in self.targets else "categories"
            taken = f"{self.called[column.name]} is taken for {what}"
            if column.odd and column.kind == "category":
                yield f"{taken} because of {shown(column.odd)} among its numbers."
            elif column.nearly and column.kind == "category" and column.name in (*used, *self.targets):
                yield f"{taken}, because {shown(column.nearly)} is no number."

    @cached_property
    def called(self) -> dict[str, str]:
        """What sentences call each column: in quotes, short, and no two alike."""
        return told_apart([column.name for column in self.columns], SHOWN, quoted)

    def _input(self, column: Column) -> str:
        about = {"category": f" ({len(column.categories)} categories)", "true/false": " (true or false)"}
        return self.called[column.name] + about.get(column.kind, "")

    def _about_encoding(self) -> str:
        guess = f"it is not UTF-8 and was read as {self.encoding}, which data.encoding can change"
        return "it is UTF-16" if self.encoding == "UTF-16" else guess

    def _about_numbering(self) -> Iterator[str]:
        used = [self.called[name] for name in self.numbering if name in self.inputs]
        if used:
            yield f"Careful: {_some(used)} seem to number the rows, which tells nothing of other rows."
        left = [self.called[name] for name in self.numbering if name not in self.inputs]
        if left and self.inputs == self.usual:
            yield f"Row numbers and ids are no inputs unless data.features names them: {_some(left)}."
        counting = [c.name for c in self.columns if c.counting and c.name in self.inputs]
        for name in counting:
            if name not in self.numbering:
                yield f"{self.called[name]} counts the rows; where it only numbers them, choose the other inputs."
        for column in self.columns:
            target = f"the target {self.called[column.name]}"
            if column.name in self.targets and column.counting:
                yield f"T{target[1:]} counts the rows; where it only numbers them, choose another."
            elif column.name in self.targets and why_numbering(column, False):
                yield f"By its name {target} tells the rows apart; where it does only that, choose another."

    def _about_numbers(self) -> Iterator[str]:
        """How numbers are written where that is not a plain decimal point."""
        used = {*self.targets, *self.inputs}
        numbers = [column for column in self.columns if column.kind == "number" and column.name in used]
        for rule in sorted({c.rule for c in numbers if c.example}, key=lambda rule: rule.title):
            like = [c for c in numbers if c.rule == rule and c.example and (rule != PLAIN or c.doubtful or c.unit)]
            if like:
                examples = _some([f"{self.called[c.name]} ({c.example} is {plain(c.example, rule)})" for c in like])
                yield f"{rule.title.capitalize()} in {examples}{self._doubt(like)}."
        for unit in sorted({column.unit for column in numbers} - {""}):
            yield f"Numbers with {unit}: {_some([self.called[c.name] for c in numbers if c.unit == unit])}."

    def _doubt(self, columns: Sequence[Column]) -> str:
        doubtful = any(column.doubtful for column in columns)
        return "; data.decimal can say otherwise" if doubtful else ""

    def _about_target(self) -> str:
        answer = self.answer
        if not answer.classes:
            return f"Target {self.called[self.target]}: a value, because {answer.why}."
        classes = _some([f"{shown(name)} {rows:,}" for name, rows in answer.classes])
        return f"Target {self.called[self.target]}: {len(answer.classes)} classes, because {answer.why}: {classes}."

    def _about_missing(self) -> Iterator[str]:
        used = {*self.targets, *self.inputs}
        gaps = [f"{self.called[c.name]} {c.missing:,}" for c in self.columns if c.missing and c.name in used]
        if self.dropped:
            yield f"Dropped {counted(self.dropped, 'row')} with missing values: {_some(gaps)}."
        marks: Counter[str] = Counter()
        for column in self.columns:
            marks.update(dict(column.gaps) if column.name in used else {})
        if marks:
            words = _some([f"{shown(marker)} {times:,}" for marker, times in marks.most_common()])
            yield f"Counted as missing: {words}; data.missing_markers says which words are."
        if self.missing == "mean" and any(c.missing for c in self.columns if c.name in self.inputs):
            yield f"Missing inputs are the mean of their column over the training part: {_some(gaps)}."


def _some(words: Sequence[str]) -> str:
    """The first of several words, and how many more there are."""
    more = len(words) - NAMED
    return ", ".join(words[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
