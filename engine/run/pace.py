"""How fast training goes: what a pace allows, and the rate that is reached."""

import time
from collections import deque


class Pacer:
    """How many updates a pace allows by now. Time in which nothing was asked for is not made up for."""

    LONGEST = 0.1

    def __init__(self) -> None:
        self._asked_at = 0.0
        self._credit = 0.0
        self._spent_at = 0.0

    def allowed(self, pace: float | None, limit: int) -> int:
        """Updates that may be done now, at most `limit`."""
        if pace is None:
            return limit
        now = time.perf_counter()
        self._credit += pace * min(now - self._asked_at, self.LONGEST)
        self._credit = min(self._credit, max(1.0, pace * self.LONGEST))
        self._asked_at = now
        return min(limit, int(self._credit))

    def spend(self, updates: int, pace: float) -> float:
        """These updates were done. Returns the seconds they took, with the wait before them."""
        self._credit -= updates
        now = time.perf_counter()
        since, self._spent_at = now - self._spent_at, now
        return min(since, updates / pace + self.LONGEST)


class Rate:
    """Updates per second of training time, smoothed over about half a second."""

    def __init__(self) -> None:
        self._updates = 0.0
        self._seconds = 0.0

    def add(self, updates: int, seconds: float) -> None:
        """So many updates were done in so many seconds."""
        fade = 0.5 ** (seconds / 0.5)
        self._updates = self._updates * fade + updates
        self._seconds = self._seconds * fade + seconds

    @property
    def per_second(self) -> float:
        """The rate by now; 0 where nothing was done yet."""
        return self._updates / self._seconds if self._seconds else 0.0


class Cost:
    """Seconds of work that an update takes: the least of the last few times, as a busy machine adds to it."""

    LAST = 9

    def __init__(self) -> None:
        self._each: deque[float] = deque(maxlen=self.LAST)

    def add(self, updates: int, seconds: float) -> None:
        """So many updates took so many seconds of work."""
        if updates:
            self._each.append(seconds / updates)

    @property
    def of_update(self) -> float:
        """By now; 0 where nothing was done yet."""
        return min(self._each, default=0.0)
