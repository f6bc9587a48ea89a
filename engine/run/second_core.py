"""A second core for the large products of a network, where nobody paints beside it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from twostroke.engine.compute import cores
from twostroke.engine.compute.kernels import halves
from twostroke.engine.compute.kernels import plan as k
from twostroke.engine.compute.network import Network

CORES = cores.usable()


class SecondCore:
    """A thread that does half of each large product of the network that it is lent to.

    It spins where it has nothing to do, as its work comes every few microseconds, and ends by itself soon after the
    last: a system takes milliseconds until it gives a new thread a core of its own, so there is none for each run.
    """

    def __init__(self) -> None:
        self._jobs = np.zeros(halves.PLACES, dtype=np.int64)
        self._thread: threading.Thread | None = None
        self._blas = 0

    @property
    def done(self) -> int:
        """The number of the last product of which it did half; each product has the next number."""
        return int(self._jobs[halves.DONE])

    @contextmanager
    def lent(self, network: Network) -> Iterator[None]:
        """Within the block, `network` has it; the numbers stay. Only one thread may train the network meanwhile."""
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
        if self._thread is not None and self._thread.is_alive() and blas == self._blas:
            return
        self._jobs, self._blas = np.zeros(halves.PLACES, dtype=np.int64), blas
        work = (self._jobs, blas, network.theta)
        self._thread = threading.Thread(target=halves.assist, args=work, name="twostroke-second-core", daemon=True)
        self._thread.start()
