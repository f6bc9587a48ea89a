"""Which cells of a table stand for a missing value. Empty ones always do; the session says which words do."""

from collections.abc import Iterable

MARKERS = ("NA", "N/A", "NaN", "null", "none", "?", "-", "–",
           "#N/A", "#VALUE!", "#DIV/0!", "#REF!", "#NAME?", "#NUM!", "#NULL!")  # fmt: skip
"""Words that count as missing unless a session names others; capitals or not. The last ones are of spreadsheets."""


def folded(markers: Iterable[str]) -> frozenset[str]:
    """Markers as `is_missing` wants them."""
    return frozenset(marker.strip().lower() for marker in markers) | {""}


USUAL = folded(MARKERS)


def is_missing(cell: str, markers: frozenset[str] = USUAL) -> bool:
    """Whether a cell stands for a missing value."""
    return cell.strip().lower() in markers
