"""A crew of processes on this machine, one for each core.

Processes, not threads: how many cores BLAS takes is a matter of the whole process (`compute/cores.py`), so a race
beside a window would change that network's numbers, and the window would wait for the interpreter. They are spawned, as
a copy of a process with threads may stand still.

The module is loaded by who starts them as well, and so loads no kernels.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from multiprocessing import connection, resource_tracker
from typing import Any, TypeVar

from twostroke.engine.compute.cores import usable
from twostroke.engine.files.disk import reason
from twostroke.engine.race.lineup import Job
from twostroke.engine.race.racing import Batch, RaceFailed

T = TypeVar("T")

POLITE = 10
"""By how much the processes step back beside a window, as `nice` counts.

By a measurement on two cores: the window keeps its 60 frames and the network that trains in it its speed, while 36 runs
a second are done; without, 56 frames with gaps up to 100 ms, 60 % of the speed, and 56 runs.
"""

LOOK = 0.3
"""Seconds between two looks of a process whether it is to end."""

GRACE = 3.0
"""Seconds after which a process ends that is told to stop, e.g. while it compiles."""

_stop: Any = None  # in such a process: not 0 where it is to stop


class Local:
    """A context manager: leaving it ends the processes. RaceFailed where this machine lets none begin."""

    batch_seconds = 1.0
    grace = GRACE + 2.0

    def __init__(self, dtype: str, beside_window: bool = False, workers: int | None = None) -> None:
        self.workers = workers or usable()
        self._context = multiprocessing.get_context("spawn")
        self._arguments = dtype, beside_window
        with _beginning():
            self._stop: Any = self._context.RawValue("b", 0)
            self._executor = self._begun()

    def __enter__(self) -> "Local":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._executor.shutdown(cancel_futures=True)

    def submit(self, jobs: Sequence[Job]) -> "Future[Batch]":
        """Have a batch done; where the processes before have fallen, by others."""
        return self.call(_batch, jobs, self.workers == 1)

    def call(self, work: Callable[..., T], *arguments: Any) -> "Future[T]":
        """Have anything done that a process finds by its name; as a batch."""
        with _deaf(), _beginning():
            try:
                return self._executor.submit(work, *arguments)
            except BrokenExecutor:
                self._executor.shutdown(wait=False)
                self._executor = self._begun()
                return self._executor.submit(work, *arguments)

    def is_lost(self, error: BaseException) -> bool:
        """Whether the process of a batch has ended: killed, or for lack of memory."""
        return isinstance(error, BrokenExecutor)

    def stop(self) -> None:
        """Let each stop in the midst of its run."""
        self._stop.value = 1

    def _begun(self) -> ProcessPoolExecutor:
        first = self._context.Lock()
        return ProcessPoolExecutor(
            self.workers, self._context, initializer=_begin, initargs=(self._stop, first, *self._arguments)
        )


@contextlib.contextmanager
def _beginning() -> Iterator[None]:
    """Memory that processes share, locks, and processes may be lacking: no /dev/shm, a full one, too many of them."""
    try:
        yield
    except (OSError, ImportError, NotImplementedError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise RaceFailed(
            f"The processes that shall do the runs cannot begin on this machine: {why}. They need a little memory that "
            "they share (on Linux in /dev/shm, else in the folder for temporary files), and room for more processes."
        ) from error


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Processes that begin meanwhile do not hear Ctrl-C, which a terminal sends to all; this one tells them."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # it would lift the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGHUP))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(stop: Any, first: Any, dtype: str, beside_window: bool) -> None:
    """What such a process begins with. The kernels are compiled by one of them, and found on disk by the others."""
    global _stop
    _stop = stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    warnings.simplefilter("ignore")
    if beside_window and hasattr(os, "nice"):
        os.nice(POLITE)
    threading.Thread(target=_end_in_time, name="twostroke-end-in-time", daemon=True).start()
    with first:
        from twostroke.engine.compute.warmup import compile_kernels

        compile_kernels(dtype)


def _end_in_time() -> None:
    """End this process with the one that has started it, and where it does not stop by itself."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    seconds = LOOK
    while not connection.wait([parent.sentinel], seconds):
        if _stop.value:
            seconds = GRACE
            if connection.wait([parent.sentinel], GRACE):
                break
            os._exit(1)
    os._exit(1)


def _batch(jobs: Sequence[Job], alone: bool) -> Batch:
    from twostroke.engine.race.job import run_batch

    return run_batch(jobs, alone, lambda: bool(_stop.value))
