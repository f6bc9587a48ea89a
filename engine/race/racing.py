"""Has the runs of a race done by a crew, in batches of about as long, and hands out the rows as they come."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Protocol

from twostroke.engine.race.lineup import Job
from twostroke.engine.race.outcome import Row

LOOK = 0.1
"""Seconds between two questions whether to stop."""

AHEAD = 2
"""Batches that are handed out for each worker, so that it need not wait for the next."""

TRIES = 3
"""So often a run may take its process with it."""

Batch = tuple[list[Row], float]
"""Rows, and the seconds of their runs."""


class RaceFailed(RuntimeError):
    """A race that cannot go on; the message is a sentence for the user. What is finished has been handed out."""


class Crew(Protocol):
    """Who does the runs."""

    workers: int
    batch_seconds: float  # about how long a batch shall take
    grace: float  # seconds in which it has stopped

    def submit(self, jobs: Sequence[Job]) -> "Future[Batch]":
        """Have a batch done."""

    def is_lost(self, error: BaseException) -> bool:
        """Whether an error says that the process of a batch has ended before its time."""

    def stop(self) -> None:
        """Let each end with the run that it does, or before."""


def race(jobs: Iterable[Job], crew: Crew, stopped: Callable[[], bool] = lambda: False) -> Iterator[list[Row]]:
    """The rows of these runs as they come, in no order; when it is to stop, the last are those done by then.

    Raises RaceProblem where the data are not those of the race, RaceFailed where the crew is gone.
    """
    waiting = _Waiting(jobs, crew)
    running: dict[Future[Batch], list[Job]] = {}
    try:
        while (waiting or running) and not stopped():
            while waiting and len(running) < waiting.abreast(bool(running)):
                batch = waiting.take()
                running[crew.submit(batch)] = batch
            for future in wait(running, LOOK, FIRST_COMPLETED).done:
                yield waiting.outcome(future, running.pop(future))
    finally:
        crew.stop()
        for future in running:
            future.cancel()
    left = [future for future in running if not future.cancelled()]
    for future in wait(left, crew.grace).done:
        if not future.cancelled() and future.exception() is None:
            yield future.result()[0]


class _Waiting:
    """The runs that are still to be done."""

    def __init__(self, jobs: Iterable[Job], crew: Crew) -> None:
        self._crew = crew
        self._jobs = deque(jobs)
        self._suspects: deque[Job] = deque()  # one of them has ended its process
        self._tried: Counter[tuple[object, ...]] = Counter()
        self._cost = sum(job.cost for job in self._jobs)
        self._pace: float | None = None  # seconds for a unit of cost
        self._lost = 0  # batches, since one was done

    def __bool__(self) -> bool:
        return bool(self._jobs or self._suspects)

    def abreast(self, busy: bool) -> int:
        """How many batches to have handed out. A suspect is tried alone: who is beside it would fall with it."""
        return (0 if busy else 1) if self._suspects else AHEAD * self._crew.workers

    def take(self) -> list[Job]:
        """The next batch: as long as they shall be, shorter near the end, so that all have something to do."""
        if self._suspects:
            return [self._suspects.popleft()]
        batch = [self._jobs.popleft()]
        if self._pace is not None:
            share = self._cost * self._pace / (AHEAD * self._crew.workers)
            room = min(self._crew.batch_seconds, share) / self._pace - batch[0].cost
            while self._jobs and self._jobs[0].cost <= room:
                room -= self._jobs[0].cost
                batch.append(self._jobs.popleft())
        self._cost -= sum(job.cost for job in batch)
        return batch

    def outcome(self, future: "Future[Batch]", batch: list[Job]) -> list[Row]:
        """What has come of a batch. What has been lost waits again, or has its reason."""
        if future.cancelled():
            raise RaceFailed("Those who did the runs of this race are gone.")
        error = future.exception()
        if error is None:
            rows, seconds = future.result()
            pace = seconds / sum(job.cost for job in batch)
            self._pace = pace if self._pace is None else (self._pace + pace) / 2
            self._lost = 0
            return rows
        if not self._crew.is_lost(error):
            raise error
        self._lost += 1
        if self._lost > TRIES * AHEAD * self._crew.workers:
            raise RaceFailed("The processes that shall do the runs end before their time, one after the other.")
        return [row for job in batch for row in self._again(job)]

    def _again(self, job: Job) -> list[Row]:
        key = (*map(str, job.vary), job.seed)
        self._tried[key] += 1
        if self._tried[key] <= TRIES:
            self._suspects.append(job)
            return []
        why = f"Its process ended before its time, {TRIES + 1} times; there may not be enough memory for it."
        return [Row(job.vary, job.seed, failure=why, lasting=False)]
