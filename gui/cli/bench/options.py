"""How long to measure, and of which networks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

Of = TypeVar("Of")

USUAL_SECONDS = 0.05
"""Of one timed run."""


@dataclass(frozen=True)
class Options:
    """`seconds` is the length of one timed run, `window` that of live training in the window, None for the usual one.

    `networks` limits what is measured of several networks to those named; empty for all.
    """

    seconds: float
    window: float | None = None
    networks: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """How much is done of what has a length of its own, as a film: all, but less where runs are short."""
        return min(1.0, self.seconds / USUAL_SECONDS)

    def in_window(self, runs: float) -> float:
        """Seconds of live training in the window: `runs` times as long as other runs, unless asked otherwise."""
        return self.seconds * runs if self.window is None else self.window

    def chosen(self, found: Mapping[str, Of]) -> dict[str, Of]:
        """Those of the networks that are to be measured."""
        return {name: of for name, of in found.items() if not self.networks or name in self.networks}
