"""What the window writes into the journal of a recording, beside the commands."""

from dataclasses import dataclass
from typing import Any

Written = dict[str, Any]
"""An act as a file has it: {"train": 500}."""


@dataclass(frozen=True)
class Shown:
    """What is seen was changed. `slot`: what of it, `undone`: the act that would have it as it was."""

    slot: str
    act: Written
    undone: Written


@dataclass(frozen=True)
class Did:
    """Something was done in the window that is an act by itself."""

    act: Written


@dataclass(frozen=True)
class Standing:
    """A scene ends here. `moment`: of the update that is looked at, as the act `step` has it; None where none is.

    `lacks_pinned`: whether a sample is pinned that is not in its mini-batch.
    """

    moment: str | None = None
    batch_row: int = -1
    sample: int = 0
    lacks_pinned: bool = False
    title: str = ""
    say: str = ""
