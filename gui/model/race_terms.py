"""What a race is asked for in the window: values as they are typed, seeds, updates; and the command that does the same.

No Qt.
"""

import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from twostroke.engine.race.kept_rows import key_of
from twostroke.engine.race.lineup import COST_OF_UPDATE, Job, Lineup, cost_of
from twostroke.engine.race.values import RaceProblem, Value, text_of, values_of
from twostroke.engine.session.phrases import counted
from twostroke.engine.session.spec import Session
from twostroke.gui.model.race_places import PLACES

HINGES = "network.layers[0].units"
HINGES_TITLE = "Error against the number of hinges"
HINGES_SEEDS = 5


@dataclass(frozen=True)
class Terms:
    """What a race is asked for, as it was typed: (key, values) of one or two places, and numbers."""

    vary: tuple[tuple[str, str], ...]
    seeds: int
    updates: int

    def parsed(self) -> dict[str, tuple[Value, ...]]:
        """As `line_up` takes it. RaceProblem where that cannot be."""
        found: dict[str, tuple[Value, ...]] = {}
        for key, text in self.vary:
            if key in found:
                raise RaceProblem(f"{key} is to be varied twice; choose another place, or nothing, for the second.")
            found[key] = values_of(text)
        return found

    @classmethod
    def of_hinges(cls, updates: int) -> "Terms":
        """What a curve's error is with more and more units in its first layer, after so many updates each."""
        values = next(place.values for place in PLACES if place.key == HINGES)
        return cls(((HINGES, values),), HINGES_SEEDS, updates)

    def command(self, file: str, table: str = "") -> str:
        """What does the same without the window, for the shell of this system."""
        words = ["twostroke", "race", file]
        for key, text in self.vary:
            words += ["--vary", f"{key}={','.join(map(text_of, values_of(text)))}"]
        words += ["--seeds", str(self.seeds), "--updates", str(self.updates)]
        words += ["-o", table] if table else []
        return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def seconds_for(jobs: Sequence[Job], session: Session, updates_per_second: float, workers: int) -> float | None:
    """About how long these runs take, by the speed of the session's own network; None where that is not known."""
    if updates_per_second <= 0.0:
        return None
    least = cost_of(session, 1) - cost_of(session, 0)
    pace = 1.0 / (updates_per_second * max(least, COST_OF_UPDATE))
    return sum(job.cost for job in jobs) * pace / workers


def said_of(lineup: Lineup, left: int, seconds: float | None) -> str:
    """How many runs there are, how many are left to do, and about how long they take."""
    combinations = len({key_of(job)[0] for job in lineup.jobs})
    runs = counted(len(lineup.jobs), "run")
    whole = f"{runs}: {counted(combinations, 'combination')}" if combinations > 1 else runs
    done = len(lineup.jobs) - left
    rest = f", {done:,} of them done" if done else ""
    return f"{whole}{rest}. {about(seconds)}" if left else f"{whole}, all done."


def about(seconds: float | None) -> str:
    """A time that is estimated, as a sentence."""
    if seconds is None:
        return "How long it takes is told when the first runs are done."
    if seconds < 10:
        return "A few seconds."
    if seconds < 90:
        return f"About {round(seconds, -1):.0f} seconds."
    if seconds < 5_400:
        return f"About {seconds / 60:.0f} minutes."
    return f"About {seconds / 3_600:.0f} hours."
