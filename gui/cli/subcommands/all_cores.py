"""Many pieces of work of one kind: on all cores, where they are many, and ended by a signal."""

from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Future, wait
from typing import Any, TypeVar

from twostroke.engine.compute.cores import usable
from twostroke.engine.race.local import Local
from twostroke.engine.race.racing import RaceFailed
from twostroke.gui.cli.signals import Noted, noted
from twostroke.gui.cli.subcommands.speech import Ended, WorkFailed

LOOK = 0.2
"""Seconds between two looks whether a signal has come."""

Found = TypeVar("Found")
Job = tuple[Any, ...]
"""What one piece of work takes."""


def done_by_all(
    work: Callable[..., Found],
    jobs: Sequence[Job],
    show: Callable[[int], object],
    lost: Callable[..., Found],
    many: int,
) -> list[Found]:
    """What becomes of each job, in this order. `show` hears how many are done.

    From so `many` jobs on other processes do them, which end with this one, and before it where a signal comes. `lost`
    says what becomes of a job that has ended its process twice, the second time alone.
    """
    if len(jobs) < many or usable() == 1:
        return [_shown(work(*job), show, done) for done, job in enumerate(jobs, 1)]
    found: list[Found] = []
    try:
        with noted() as asked, Local("float32") as crew:
            waiting = [crew.call(work, *job) for job in jobs]
            for job, result in zip(jobs, waiting, strict=True):
                if _broken(result, asked):
                    result = crew.call(work, *job)
                broken = _broken(result, asked)
                if asked.is_set():
                    break
                found.append(_shown(lost(*job) if broken else result.result(), show, len(found) + 1))
    except RaceFailed as error:
        raise WorkFailed(str(error)) from error
    if asked.is_set():
        raise Ended(asked.saying, asked.code)
    return found


def _broken(result: "Future[Any]", asked: Noted) -> bool:
    """Wait for a result, as long as no signal comes; whether there is none, as a process has ended."""
    while not asked.is_set() and not wait([result], LOOK).done:
        pass
    return not asked.is_set() and isinstance(result.exception(), BrokenExecutor)


def _shown(found: Found, show: Callable[[int], object], done: int) -> Found:
    show(done)
    return found
