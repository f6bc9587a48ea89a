"""How long to measure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """`seconds` is the length of one timed run."""

    seconds: float
