"""Columns that number the rows or name each of them: an input made of one tells nothing that holds for other rows.

A name alone is not enough: the values must all be different, too. A named column that merely counts, such as a step of
time, stays an input.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.data.columns import Column
from twostroke.engine.data.missing import is_missing

_UNNAMED = re.compile(r"unnamed: ?\d+(?:\.\d+)?", re.IGNORECASE)  # what pandas calls a column of row numbers
_WHAT = r"passenger|customer|client|user|patient|person|subject|sample|student|employee|record|order|transaction"
_NAMES = re.compile(
    rf"index|idx|ids?|nr\.?|no\.?|number|key|uuid|guid|#|№|s(?:[lr]\.?)? ?no\.?|serial(?: (?:nr|no|number)\.?)?"
    rf"|rows?(?:[ _.-]?(?:ids?|nr|no|num|number|index|names?)\.?)?|(?:{_WHAT})s?id",
    re.IGNORECASE,
)
_ENDINGS = re.compile(r"(?:[ _.-](?:id|ID|Id|uuid|idx)|[a-z]I[Dd])$")


def may_number(name: str, unnamed: bool) -> bool:
    """Whether a column of that name may tell the rows apart; `unnamed` is whether the header left it without one."""
    return unnamed or any((_UNNAMED.fullmatch(name), _NAMES.fullmatch(name), _ENDINGS.search(name)))


class Apart:
    """Whether the values of a column are all different. Keeps 8 bytes for each row until one comes twice."""

    def __init__(self, markers: frozenset[str]) -> None:
        self._markers = markers
        self._seen: list[NDArray[np.int64]] | None = []

    def add(self, cells: Sequence[str]) -> None:
        """Some more cells."""
        if self._seen is None:
            return
        known = [cell for cell in cells if not is_missing(cell, self._markers)]
        distinct = set(known)
        self._seen.append(np.fromiter(map(hash, distinct), dtype=np.int64, count=len(distinct)))
        if len(distinct) < len(known):
            self._seen = None

    @property
    def all(self) -> bool:
        """Whether no value came twice."""
        if not self._seen:
            return False
        ordered = np.sort(np.concatenate(self._seen))
        return not bool((ordered[1:] == ordered[:-1]).any())


def why_numbering(column: Column, unnamed: bool) -> str:
    """Why a column is taken for row numbers or ids, "" where it is not."""
    if column.kind != "number" or not column.apart:
        return ""
    if unnamed or _UNNAMED.fullmatch(column.name):
        return "it counts the rows" if column.counting else "it has no name and tells the rows apart"
    return "by its name it tells the rows apart" if column.whole else ""
