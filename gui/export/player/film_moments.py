"""Which moments of a film the player has: all stops of its grain, and as many between them as make it move. Pure."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from twostroke.gui.export.clip import Frame
from twostroke.gui.export.steps import Steps
from twostroke.gui.model.reel import Reel
from twostroke.gui.model.score import Grain, Score

MOST_MOMENTS = 1_800
"""Of a longer film there are fewer a second, so that the page stays small."""

NEAR = 1e-3
"""Seconds: what lies nearer to a stop is not told from it."""


@dataclass(frozen=True)
class Moments:
    """`updates` updates, `seconds` each, with up to `fps` moments a second. ExportRequestError as `Steps` has it.

    A sequence of frames, of which no two that follow each other are the same.
    """

    score: Score
    updates: int
    seconds: float
    fps: int
    grain: Grain = Grain.PHASE

    def __post_init__(self) -> None:
        len(self.steps)  # which checks itself

    @cached_property
    def steps(self) -> Steps:
        """The stops among them."""
        return Steps(self.score, self.updates, self.grain)

    @cached_property
    def _update(self) -> tuple[tuple[float, Frame], ...]:
        """Those of one update, with the second at which each begins."""
        found = sorted([*self._stops, *self._between], key=lambda timed: timed[0])
        return tuple(timed for place, timed in enumerate(found) if not place or timed[1] != found[place - 1][1])

    @cached_property
    def _stops(self) -> list[tuple[float, Frame]]:
        arrivals = Reel(self.score, self.grain).arrivals
        return [(share * self.seconds, self.steps[stop]) for stop, share in enumerate(arrivals)]

    @property
    def _between(self) -> Iterator[tuple[float, Frame]]:
        reel, stops = Reel(self.score, self.grain), [time for time, _ in self._stops]
        count = max(round(self.seconds * self._rate), 1)
        for number in range(count):
            time = self.seconds * number / count
            near = stops[max(bisect_left(stops, time) - 1, 0) :][:2]
            if all(abs(time - stop) > NEAR for stop in near):
                yield time, Frame(0, reel.at(number / count))

    @property
    def _rate(self) -> float:
        return min(float(self.fps), MOST_MOMENTS / (self.seconds * self.updates))

    def __len__(self) -> int:
        return self.updates * len(self._update)

    def __getitem__(self, index: int) -> Frame:
        if not 0 <= index < len(self):
            raise IndexError(f"moment {index} of {len(self)}")
        take, within = divmod(index, len(self._update))
        return Frame(take, self._update[within][1].cursor)

    @property
    def length(self) -> float:
        """Seconds of all."""
        return self.updates * self.seconds

    @property
    def times(self) -> tuple[float, ...]:
        """The second at which each begins."""
        return tuple(take * self.seconds + time for take in range(self.updates) for time, _ in self._update)

    @property
    def stops(self) -> tuple[int, ...]:
        """Which of them are stops."""
        frames = [frame for _, frame in self._update]
        here, place = [], 0
        for stop in range(self.steps.per_update):
            place = frames.index(self.steps[stop], place)
            here.append(place)
        return tuple(take * len(frames) + place for take in range(self.updates) for place in here)
