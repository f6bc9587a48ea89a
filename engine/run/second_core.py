"""A second core for the large products of a network, where nobody paints beside it."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

import numpy as np

from twostroke.engine.compute.kernels import flags, halves
from twostroke.engine.compute.kernels import plan as k
from twostroke.engine.compute.network import Network

CORES = os.cpu_count() or 1


class SecondCore:
    """A context manager: within its block, the thread that has been begun for it is there.

    The thread spins where it has nothing to do, as its work comes every few microseconds. It is kept for as long as
    training goes on: a system takes milliseconds until it gives a new thread a core of its own.
    """

    def __init__(self) -> None:
        self._jobs = np.zeros(halves.PLACES, dtype=np.int64)
        self._thread: threading.Thread | None = None
        self._blas = 0

    def __enter__(self) -> "SecondCore":
        return self

    @contextmanager
    def lent(self, network: Network) -> Iterator[None]:
        """Within the block, half of each large product of `network` is done by the second core; the numbers stay.

        Only one thread may train the network meanwhile.
        """
        if not network.halves or CORES == 1:
            yield
            return
        parts = network.plan.parts
        self._serve(int(parts[k.BLAS_PART]), network)
        parts[k.SECOND] = self._jobs.ctypes.data
        try:
            yield
        finally:
            parts[k.SECOND] = halves.IN_TURN

    def _serve(self, blas: int, network: Network) -> None:
        """Have a thread that does products in the precision of `network`."""
        if self._thread is not None and blas != self._blas:
            self._end()
        if self._thread is None:
            self._jobs[:], self._blas = 0, blas
            work = (self._jobs, blas, network.theta)
            self._thread = threading.Thread(target=halves.assist, args=work, name="twostroke-second-core", daemon=True)
            self._thread.start()

    def _end(self) -> None:
        if self._thread is not None:
            flags.write(self._jobs, halves.ASKED, halves.OVER)
            self._thread.join()
            self._thread = None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()
