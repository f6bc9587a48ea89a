"""Columns that number the rows or name each of them: an input made of one tells nothing that holds for other rows."""

import re

from twostroke.engine.data.columns import Column

_NAMES = re.compile(
    r"unnamed: ?\d+|index|idx|row|rows?[ _.-]?(?:id|nr|no|num|number|names?)|ids?|uuid|guid", re.IGNORECASE
)
_ENDINGS = re.compile(r"(?:[ _.-](?:id|ID|Id|uuid|idx)|[a-z]I[Dd])$")


def why_numbering(column: Column, place: int, made_up: bool) -> str:
    """Why a column is taken for row numbers or ids, "" where it is not.

    `place` counts from 0; `made_up` is whether the header has no name for it.
    """
    if column.kind != "number" or not column.whole:
        return ""
    if column.counting:
        return "it counts the rows"
    distinct = column.counts is None or all(times == 1 for _, times in column.counts)
    if not distinct:
        return ""
    if made_up and place == 0:
        return "it has no name and seems to number the rows"
    if _NAMES.fullmatch(column.name) or _ENDINGS.search(column.name):
        return "by its name it tells the rows apart"
    return ""
