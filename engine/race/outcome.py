"""What came of one run of a race."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from twostroke.engine.race.values import Value

Figures = Mapping[str, float]
"""Loss, and accuracy or R², as `twostroke train --json` gives them."""


@dataclass(frozen=True)
class Row:
    """A run that has ended, with its figures, or the reason why it has none or none that is a result."""

    vary: tuple[Value, ...]
    seed: int
    train: Figures | None = None
    test: Figures | None = None
    updates_per_second: float | None = None
    failure: str = ""
    lasting: bool = True  # it would end like this whenever it is tried again
    hinges: int | None = None  # of a network of one input: how many lie within the training part

    def told(self, keys: tuple[str, ...]) -> dict[str, Any]:
        """As `twostroke race --json` prints it. Where there is no test part, there is no `test`."""
        figures: dict[str, Any] = {"train": self.train, "test": self.test}
        if self.train is not None and self.test is None:
            del figures["test"]
        told = {"vary": dict(zip(keys, self.vary, strict=True)), "seed": self.seed}
        told |= figures | {"updates_per_second": self.updates_per_second}
        told |= {} if self.hinges is None else {"hinges": self.hinges}
        return told | ({"failure": self.failure} if self.failure else {})


def finished(
    vary: tuple[Value, ...], seed: int, train: Figures, test: Figures | None, rate: float, hinges: int | None = None
) -> Row:
    """A run that has done all its updates. Where a figure is not finite it has diverged, as at a number in training."""
    named = [
        (f"{part} {name}", value)
        for part, own in (("train", train), ("test", test or {}))
        for name, value in own.items()
    ]
    wild = next((title for title, value in named if not math.isfinite(value)), None)
    failure = f"Training diverged: at its end the {wild} is no longer a finite number." if wild else ""
    return Row(vary, seed, train, test, rate, failure, hinges=hinges)
