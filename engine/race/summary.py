"""The spread over the seeds: median and quartiles of each combination, and how many runs have failed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from twostroke.engine.race.lineup import Lineup
from twostroke.engine.race.outcome import Row
from twostroke.engine.race.values import Value, text_of


@dataclass(frozen=True)
class Spread:
    """Of one figure over the runs that have it; quartiles as numpy.percentile takes them, by lines between ranks."""

    median: float
    lower_quartile: float
    upper_quartile: float
    runs: int


@dataclass(frozen=True)
class Summary:
    """Of one combination."""

    vary: tuple[Value, ...]
    runs: int
    failures: int
    spreads: dict[str, dict[str, Spread]]  # part, "train" or "test" -> figure -> over the runs that did not fail

    def told(self, keys: tuple[str, ...]) -> dict[str, Any]:
        """As `twostroke race --json` prints it."""
        told = {"vary": dict(zip(keys, self.vary, strict=True)), "runs": self.runs, "failures": self.failures}
        return told | {
            part: {name: asdict(spread) for name, spread in found.items()} for part, found in self.spreads.items()
        }


def summaries(lineup: Lineup, rows: Sequence[Row]) -> list[Summary]:
    """One for each combination that has a row, in the order of the race."""
    found: dict[tuple[str, ...], list[Row]] = {tuple(map(text_of, job.vary)): [] for job in lineup.jobs}
    for row in rows:
        found[tuple(map(text_of, row.vary))].append(row)
    return [_summary(own) for own in found.values() if own]


def _summary(rows: list[Row]) -> Summary:
    failures = sum(bool(row.failure) for row in rows)
    done = [row for row in rows if not row.failure]
    parts = {part: [figures for row in done if (figures := getattr(row, part))] for part in ("train", "test")}
    spreads = {
        part: {name: spread([each[name] for each in own if name in each]) for name in own[0]}
        for part, own in parts.items()
        if own
    }
    return Summary(rows[0].vary, len(rows), failures, spreads)


def spread(values: Sequence[float]) -> Spread:
    """Of at least one value."""
    lower, median, upper = np.percentile(np.asarray(values, dtype=np.float64), (25, 50, 75))
    return Spread(float(median), float(lower), float(upper), len(values))
