"""A crew that is the workers of a Dask cluster, reached by the address of its scheduler.

All that it takes of Dask is `Client(...).get_executor()`: who does which batch, and again where a worker has fallen, is
the scheduler's business.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, wait
from typing import Any
from urllib.parse import urlsplit

from twostroke.engine.compute import jit_cache
from twostroke.engine.race.lineup import Job
from twostroke.engine.race.racing import LOOK, Batch
from twostroke.engine.session.phrases import shown

SECONDS = 5.0
"""In which a scheduler, and then a worker, has to answer."""

MISSING = "--dask needs the package distributed, which is not installed here: pip install twostroke[cluster]"

INSTALL = "Install the version of twostroke there that is here."


class ClusterProblem(RuntimeError):
    """A cluster that cannot do the race; the message is a sentence for the user."""

    def __init__(self, sentence: str, of_address: bool = False) -> None:
        super().__init__(sentence)
        self.of_address = of_address  # something else has to be asked for


class Cluster:
    """A context manager: leaving it lets go of the cluster. `kinds` are runs, one of each kind that the race has.

    Beginning may take a minute, where kernels are compiled; it ends early when it is to stop.
    """

    batch_seconds = 5.0
    grace = 0.0  # what runs on a worker cannot be told to stop

    def __init__(self, address: str, kinds: Sequence[Job], stopped: Callable[[], bool] = lambda: False) -> None:
        self._client = _connected(address)
        try:
            threads: dict[str, int] = self._client.nthreads()
            if not threads:
                raise ClusterProblem(f"The cluster at {address} has no worker; start one: dask worker {address}")
            self.workers = sum(threads.values())
            self._executor = self._client.get_executor(pure=False)
            self._compile(list(threads), kinds, stopped)
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown(wait=False)
        self._close()

    def submit(self, jobs: Sequence[Job]) -> "Future[Batch]":
        """Have a batch done."""
        from twostroke.engine.race.job import run_batch

        future: Future[Batch] = self._executor.submit(run_batch, list(jobs), False)
        return future

    def is_lost(self, error: BaseException) -> bool:
        """Whether the scheduler has given a batch up, as one worker after the other has ended with it."""
        from distributed.scheduler import KilledWorker

        return isinstance(error, KilledWorker)

    def stop(self) -> None:
        """What has not begun is cancelled by who asks for it."""

    def _compile(self, workers: Sequence[str], kinds: Sequence[Job], stopped: Callable[[], bool]) -> None:
        """Have the kernels compiled on each host by one worker, before all of them need them at once."""
        from twostroke.engine.race.job import compile_for

        hosts = {urlsplit(worker).hostname or worker: worker for worker in workers}
        futures = [self._executor.submit(compile_for, list(kinds), workers=[worker]) for worker in hosts.values()]
        left = set(futures)
        while left and not stopped():
            done, left = wait(left, LOOK)
            for future in done:
                _check(future)

    def _close(self) -> None:
        self._client.close(timeout=SECONDS)


def _check(future: "Future[str]") -> None:
    """That a host has compiled what it needs, and that it is what this program would have compiled."""
    try:
        same = future.result() == jit_cache.fingerprint()
    except CancelledError as error:
        raise ClusterProblem("The cluster has gone while kernels were compiled there.") from error
    except ImportError as error:
        raise ClusterProblem(f"A worker of the cluster cannot do this: {error}. {INSTALL}") from error
    if not same:
        raise ClusterProblem(f"A worker of the cluster has another version of twostroke. {INSTALL}")


def _connected(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterProblem(MISSING) from error
    _hush()
    try:
        kind = asyncio.run(asyncio.wait_for(_kind(address), SECONDS))
    except Exception as error:  # whatever answers there may send anything
        raise _none_at(address) from error
    if kind != "Scheduler":
        raise _none_at(address)
    return Client(address, timeout=SECONDS, set_as_default=False)


async def _kind(address: str) -> str:
    """What it is that answers. Asked before there is a client, as one that finds nobody takes long to end."""
    from distributed.core import rpc

    async with rpc(address, timeout=SECONDS) as remote:
        return str((await remote.identity())["type"])


def _none_at(address: str) -> ClusterProblem:
    sentence = f"No scheduler of Dask answers at {shown(address)}; expected its address, such as tcp://host:8786."
    return ClusterProblem(sentence, of_address=True)


def _hush() -> None:
    """What Dask logs of connections that come and go is not for who waits for a race."""
    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
