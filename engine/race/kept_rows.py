"""The table of a race: a CSV file that grows by the runs that have ended, and from which a later call goes on.

It is written beside its place and renamed, and holds what is in the file already: two calls can fill one table. Each
number is written so that it reads back exactly.
"""

import csv
import io
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from twostroke.engine.files.disk import MEGABYTE, FileError, read_bytes, replacing, said
from twostroke.engine.files.holding import LONGEST, held
from twostroke.engine.race.lineup import Job, Lineup
from twostroke.engine.race.outcome import Figures, Row, finished
from twostroke.engine.race.values import text_of, value_of
from twostroke.engine.session.phrases import listed, shown

SCORES = ("loss", "accuracy", "r2")
COLUMNS = (
    "seed",
    "updates",
    *(f"train_{score}" for score in SCORES),
    *(f"test_{score}" for score in SCORES),
    "updates_per_second",
    "failure",
    "race",
)
"""What follows the columns of the places that are varied..."""

HINGES = "hinges"
"""...and after that, where a run has some; a table without that column is as good."""

LARGEST = 128 * MEGABYTE

BOUNDS: dict[str, tuple[str, Callable[[float], bool]]] = {
    "loss": ("a number from 0", lambda value: not value < 0.0),
    "accuracy": ("a share from 0 to 1", lambda value: 0.0 <= value <= 1.0),
    "r2": ("a number up to 1", lambda value: not value > 1.0),
    "second": ("a finite number from 0", lambda value: 0.0 <= value < math.inf),
}
"""What a figure can be. Loss and R² of a run that has diverged are not finite; a share and a rate always are."""

Key = tuple[tuple[str, ...], int]
"""Which run a row is of: the texts of its values, and its seed."""


def key_of(run: Row | Job) -> Key:
    """Which run it is."""
    return tuple(map(text_of, run.vary)), run.seed


class KeptRows:
    """The file at `path`, for one race. FileError where it is no table of that race, or cannot be read or written."""

    def __init__(self, path: Path, lineup: Lineup) -> None:
        self.path, self._lineup = path, lineup
        self._stamp: tuple[int, int, int] | None = None  # of the file whose rows are known
        self.rows = self._read()

    def add(self, rows: Sequence[Row]) -> None:
        """Write these runs to the file, those that would end otherwise the next time left out."""
        with held(self.path.parent, LONGEST):
            known = self.rows if self._stamp == _stamp(self.path) else self._read()
            self.rows = known | {key_of(row): row for row in rows if row.lasting}
            with replacing(self.path) as stream:
                stream.write(self._text().encode())
            self._stamp = _stamp(self.path)

    def _text(self) -> str:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        bends = any(row.hinges is not None for row in self.rows.values())
        writer.writerow((*self._lineup.keys, *COLUMNS, *((HINGES,) if bends else ())))
        for row in self.rows.values():
            scores = [_number((part or {}).get(score)) for part in (row.train, row.test) for score in SCORES]
            rate = _number(row.updates_per_second)
            told = (row.seed, self._lineup.updates, *scores, rate, row.failure, self._lineup.race)
            own = ("" if row.hinges is None else row.hinges,) if bends else ()
            writer.writerow((*map(text_of, row.vary), *told, *own))
        return out.getvalue()

    def _read(self) -> dict[Key, Row]:
        """The rows there are; none where there is no file, or an empty one."""
        if not self.path.exists():
            return {}
        try:
            text = read_bytes(self.path, LARGEST).decode("utf-8-sig")
            lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        except (UnicodeDecodeError, csv.Error) as error:
            raise self._foreign() from error
        if not text.strip():
            return {}
        header, *others = lines
        columns = (*COLUMNS, HINGES) if header[-1:] == [HINGES] else COLUMNS
        if header[-len(columns) :] != [*columns]:
            raise self._foreign()
        keys = header[: -len(columns)]
        if sorted(keys) != sorted(self._lineup.keys):
            own, other = (listed(sorted(each)) if each else "nothing" for each in (self._lineup.keys, keys))
            raise self._other(f"it varies {other}, and this race {own}")
        return {key_of(row): row for row in self._rows(keys, columns, others)}

    def _rows(self, keys: list[str], columns: tuple[str, ...], lines: list[list[str]]) -> Iterator[Row]:
        order = [keys.index(key) for key in self._lineup.keys]
        for number, line in enumerate(lines, start=2):
            if not line:
                continue
            cells = dict(zip(columns, line[len(keys) :], strict=False))
            if len(line) != len(keys) + len(columns):
                raise FileError(f"{said(self.path)}: row {number} has {len(line)} cells; expected those of its header.")
            self._check(cells)
            try:
                yield _row([value_of(line[place]) for place in order], cells)
            except Spoilt as error:
                raise FileError(f"{said(self.path)}: row {number} has {error}; mend that row, or remove it.") from error
            except ValueError as error:
                what = f"row {number} has no number where one belongs; mend that row, or remove it"
                raise FileError(f"{said(self.path)}: {what}.") from error

    def _check(self, cells: Mapping[str, str]) -> None:
        if cells["updates"] != str(self._lineup.updates):
            raise self._other(
                f"its runs have {cells['updates']} updates, and those of this race {self._lineup.updates}"
            )
        if cells["race"] != self._lineup.race:
            raise self._other("its session, or its data, are others")

    def _foreign(self) -> FileError:
        return FileError(f"{said(self.path)} is no table of a race, and stays as it is; choose another name.")

    def _other(self, why: str) -> FileError:
        return FileError(f"{said(self.path)} is the table of another race: {why}. Choose another name.")


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What differs where another file stands there; None where there is none."""
    try:
        facts = os.stat(path)
    except OSError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def _number(value: float | None) -> str:
    return "" if value is None else repr(float(value))


class Spoilt(ValueError):
    """A figure that no run has; the message goes on behind "row 2 has"."""


def _row(vary: list[object], cells: Mapping[str, str]) -> Row:
    key, failure = (tuple(vary), int(cells["seed"])), cells["failure"]
    train, test = (_figures(part, cells) for part in ("train", "test"))
    rate = _figure("updates_per_second", cells["updates_per_second"])
    if train is None or rate is None:
        if not failure:
            raise Spoilt("neither figures nor the reason why there are none")
        return Row(*key, train, test, rate, failure)
    row = finished(*key, train, test, rate, _hinges(cells.get(HINGES, "")))
    return row if row.failure or not failure else replace(row, failure=failure)


def _hinges(text: str) -> int | None:
    """Spoilt where it is no count."""
    if text and not text.isdecimal():
        raise Spoilt(f"{HINGES} {shown(text)}, where a whole number from 0 is expected")
    return int(text) if text else None


def _figures(part: str, cells: Mapping[str, str]) -> Figures | None:
    told = {score: _figure(f"{part}_{score}", cells[f"{part}_{score}"]) for score in SCORES}
    return {score: value for score, value in told.items() if value is not None} or None


def _figure(column: str, text: str) -> float | None:
    """The figure in a cell, None where that is empty. Spoilt where no run can have it, diverged or not."""
    if not text:
        return None
    value = float(text)
    wanted, fits = BOUNDS[column.rpartition("_")[2]]
    if not fits(value):
        raise Spoilt(f"{column} {shown(text)}, where {wanted} is expected")
    return value
