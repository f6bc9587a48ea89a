"""How long to measure, and of which networks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

Of = TypeVar("Of")


@dataclass(frozen=True)
class Options:
    """`seconds` is the length of one timed run, `window` that of live training in the window, None for the usual one.

    `networks` limits what is measured of several networks to those named; empty for all.
    """

    seconds: float
    window: float | None = None
    networks: tuple[str, ...] = ()

    def chosen(self, found: Mapping[str, Of]) -> dict[str, Of]:
        """Those of the networks that are to be measured."""
        return {name: of for name, of in found.items() if not self.networks or name in self.networks}
