"""What a solution is asked to be."""

from dataclasses import dataclass

LONGEST_NAME = 80


@dataclass(frozen=True)
class Wishes:
    """`neurons`: (layer from 1, unit from 0) that are worked out; none: what `chosen` says."""

    name: str = ""
    digits: int = 4
    neurons: tuple[tuple[int, int], ...] = ()
    sheet: bool = False
