"""The runs of a race in a thread beside the window, which only waits for the processes that do them.

Nothing of it may touch the window: rows lie ready until they are taken.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from twostroke.engine.race.lineup import Job
from twostroke.engine.race.local import Local
from twostroke.engine.race.outcome import Row
from twostroke.engine.race.racing import Crew, RaceFailed, race
from twostroke.engine.race.values import RaceProblem

MakeCrew = Callable[[str], AbstractContextManager[Crew]]
"""From the dtype of the session to who does the runs."""


def beside_the_window(dtype: str) -> AbstractContextManager[Crew]:
    """Processes that step back behind the window and the network that trains in it."""
    return Local(dtype, beside_window=True)


class RaceWork:
    """`start`, then `take` what has come, and look whether it is `running`. After `cancel` it ends by itself."""

    def __init__(self, jobs: Sequence[Job], make: MakeCrew) -> None:
        self.problem = ""  # why it could not go on, as a sentence
        self.error: BaseException | None = None  # what nobody expected
        self._jobs, self._make = jobs, make
        self._rows: deque[Row] = deque()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="twostroke-race", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def cancel(self) -> None:
        """Let the runs that are under way stop in their midst."""
        self._stop.set()

    @property
    def running(self) -> bool:
        """Whether it is at work. Then there may be more to take."""
        return self._thread.is_alive()

    def wait(self, seconds: float) -> bool:
        """Wait for its end, at most so long; whether it has ended, and its processes with it."""
        self._thread.join(seconds)
        return not self.running

    def take(self) -> list[Row]:
        """The rows that have come since the last time."""
        return [self._rows.popleft() for _ in range(len(self._rows))]

    def _run(self) -> None:
        try:
            with self._make(str(self._jobs[0].session["network"]["dtype"])) as crew:
                for rows in race(self._jobs, crew, self._stop.is_set):
                    self._rows.extend(rows)
        except (RaceFailed, RaceProblem) as error:
            self.problem = str(error)
        except BaseException as error:  # for the window's error log
            self.error = error
