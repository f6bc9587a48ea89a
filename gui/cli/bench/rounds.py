"""How things are timed beside each other: short runs in rounds, so that a machine that grows slower hits all alike.

Each contender runs once in each round. A rate is the median over the rounds, a ratio of two contenders the median of
the ratios within each round.
"""

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

ROUNDS = 9
REST = 0.03
"""Seconds of quiet before each run: the threads of OpenBLAS go on spinning for so long after the last product."""

WARM = 8
"""Before each run, this part of it is done without being timed: caches and threads are then its own."""

Clock = Callable[[], float]


def nothing() -> None:
    """The preparation of those who need none."""


@dataclass(frozen=True)
class Contender:
    """Something to time: `run(n)` does n pieces of work; `prepare` goes before each run, and is not timed.

    What runs in another process returns the seconds it took there, as a float: these count.
    """

    name: Hashable
    run: Callable[[int], Any]
    prepare: Callable[[], Any] = nothing


@dataclass(frozen=True)
class Figure:
    """A number with its spread: median, and the quartiles around it."""

    median: float
    low: float
    high: float

    @property
    def spread(self) -> float:
        """Half the distance of the quartiles, as a share of the median."""
        return (self.high - self.low) / (2.0 * self.median) if self.median else 0.0

    def as_object(self) -> dict[str, float]:
        """For JSON."""
        return {"median": self.median, "low": self.low, "high": self.high}


def figure(values: Sequence[float]) -> Figure:
    """Median and quartiles of `values`, of which there is at least one."""
    low, median, high = np.quantile(np.asarray(values, dtype=np.float64), (0.25, 0.5, 0.75))
    return Figure(float(median), float(low), float(high))


@dataclass(frozen=True)
class Timings:
    """Seconds for one piece of work: of each contender, a number for each round."""

    seconds: dict[Hashable, tuple[float, ...]]

    def rate(self, name: Hashable) -> Figure:
        """Pieces of work a second."""
        return figure([1.0 / took for took in self.seconds[name]])

    def times(self, name: Hashable, other: Hashable) -> Figure:
        """How many times as fast as `other` the contender `name` is."""
        pairs = zip(self.seconds[name], self.seconds[other], strict=True)
        return figure([theirs / own for own, theirs in pairs])


def pieces(contender: Contender, seconds: float, clock: Clock = time.perf_counter) -> int:
    """How many pieces of work take about so many seconds. Also the contender's first run, which may compile."""
    contender.prepare()
    contender.run(1)
    count = 1
    while True:
        contender.prepare()
        took = max(_timed(contender, count, clock), 1e-7)
        if took >= seconds / 4:
            return max(1, round(count * seconds / took))
        count *= int(min(10, max(2, seconds / took)))


def _timed(contender: Contender, count: int, clock: Clock) -> float:
    """Seconds of one run: as it says itself, else by the clock."""
    began = clock()
    own = contender.run(count)
    return own if isinstance(own, float) else clock() - began


def measure(
    contenders: Sequence[Contender],
    seconds: float,
    rounds: int = ROUNDS,
    clock: Clock = time.perf_counter,
) -> Timings:
    """Time all contenders in `rounds` rounds of runs of about `seconds` each."""
    counts = {contender.name: pieces(contender, seconds, clock) for contender in contenders}
    found: dict[Hashable, list[float]] = {contender.name: [] for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            count = counts[contender.name]
            time.sleep(min(REST, seconds / 2))
            contender.prepare()
            contender.run(max(1, count // WARM))
            found[contender.name].append(max(_timed(contender, count, clock), 1e-9) / count)
    return Timings({name: tuple(took) for name, took in found.items()})
